/* Scans: what comes in, what its code suggests, where it is filed, who sees it then. */
#include "../../src/features/scan/types.h"
#include "fax_testing.h"
#include "issue_testing.h"
#include "minyi/buf.h"
#include "minyi/hash.h"
#include "pdf_testing.h"

static int add(struct fixture *f, int64_t account, const char *name, const void *data, size_t size,
               struct scan_view *ret) {
    struct scan_view view;
    int error = fixture_upload(f, account, "scan_add", &(struct scan_add_in){name}, &view, data, size);
    if (error == 0) *ret = view;
    return error;
}

static const char *url_of(struct fixture *f, enum paper_kind kind, int64_t id) {
    struct ctx ctx = {.arena = f->arena, .site_url = "https://minyi.example"};
    return paper_code_url(&ctx, kind, id);
}

static int add_photo(struct fixture *f, int64_t account, const char *text, struct scan_view *ret) {
    struct buf photo CLEANUP(buf_free) = BUF(4 * 1024 * 1024);
    sheet_of(text, &photo);
    return add(f, account, "照片.png", photo.data, photo.len, ret);
}

static struct scan_view added(struct fixture *f, int64_t account, const char *text) {
    struct scan_view view = {0};
    assert_int_equal(add_photo(f, account, text, &view), 0);
    return view;
}

static int file_with(struct fixture *f, int64_t account, const struct scan_view *scan, const char *kind,
                     int64_t record_id) {
    struct scan_view view;
    f->if_match = scan->version;
    int error =
        fixture_call(f, account, "scan_file_with",
                     &(struct scan_file_in){.id = scan->id, .kind = kind, .record_id = record_id}, &view);
    f->if_match = ABSENT;
    return error;
}

static int delete_scan(struct fixture *f, int64_t account, int64_t id, int64_t version) {
    f->if_match = version;
    int error = fixture_call(f, account, "scan_delete", &(struct scan_in){id}, NULL);
    f->if_match = ABSENT;
    return error;
}

static int download(struct fixture *f, int64_t account, int64_t id) {
    return fixture_call(f, account, "scan_download", &(struct scan_in){id}, NULL);
}

static size_t own(struct fixture *f, int64_t account) {
    struct scan_list_out list;
    assert_int_equal(fixture_call(f, account, "scan_list", NULL, &list), 0);
    return list.items.count;
}

static int of_record(struct fixture *f, int64_t account, const char *kind, int64_t id, size_t *ret) {
    struct scan_list_out list;
    int error = fixture_call(f, account, "scans_of_record", &(struct scans_of_in){kind, id}, &list);
    *ret = list.items.count;
    return error;
}

/* ---- Codes ---- */

static int follow(struct fixture *f, int64_t account, const char *code, struct found_record *ret) {
    return fixture_call(f, account, "code_get", &(struct code_in){code}, ret);
}

static const char *code_in(const char *url) {
    return strrchr(url, '/') + 1;
}

static void test_codes_lead_whom_they_may(void **state) {
    struct fixture *f = *state;
    struct found_record found;
    int64_t issue = 0, dispatch = sent_dispatch(f, &issue);
    int64_t article = fixture_int(f, "SELECT max(article_id) FROM issue");
    int64_t report = fixture_int(f, "SELECT max(id) FROM report");
    const struct {
        enum paper_kind kind;
        int64_t id, sees, sees_not;
        const char *link;
    } ways[] = {
        {PAPER_KIND_ISSUE, issue, f->editor, f->officer, "/issues/"},
        {PAPER_KIND_ISSUE, issue, f->department_handler, f->city_editor, "/issues/"},
        {PAPER_KIND_REVIEW, article, f->clerk, f->officer, "/articles/"},
        {PAPER_KIND_REPORT, report, f->officer, f->officer2, "/reports/"},
        {PAPER_KIND_ADOPTION, report, f->officer, f->officer2, "/reports/"},
        {PAPER_KIND_REPORT, report, f->editor, f->city_editor, "/desk/reports/"},
        {PAPER_KIND_DISPATCH_LIST, issue, f->clerk, f->department_handler, "/issues/"},
        {PAPER_KIND_URGING, dispatch, f->department_handler, f->officer, "/dispatches/"},
    };
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        const char *code = code_in(url_of(f, ways[i].kind, ways[i].id));
        assert_int_equal(follow(f, ways[i].sees, code, &found), 0);
        assert_string_equal(found.link,
                            arena_printf(f->arena, "%s%lld", ways[i].link, (long long)ways[i].id));
        assert_int_equal(found.id, ways[i].id);
        assert_non_null(found.title);
        assert_int_equal(follow(f, ways[i].sees_not, code, &found), ERR_NOT_FOUND);
    }
    assert_int_equal(follow(f, f->editor, "i1-00000000", &found), ERR_NOT_FOUND);
    assert_non_null(strstr(f->problem.detail, "没有这个编码"));
    assert_int_equal(follow(f, f->editor, code_in(url_of(f, PAPER_KIND_ISSUE, 987654)), &found),
                     ERR_NOT_FOUND);
}

/* ---- Coming in ---- */

static void test_suggests_what_one_sees(void **state) {
    struct fixture *f = *state;
    int64_t issue = issue_of(f, ready_article(f));
    const char *url = url_of(f, PAPER_KIND_ISSUE, issue);
    struct scan_view view = added(f, f->editor, url);
    assert_string_equal(view.mime, "image/png");
    assert_string_equal(view.name, "照片.png");
    assert_non_null(view.suggestion);
    assert_string_equal(view.suggestion->kind, "issue");
    assert_int_equal(view.suggestion->id, issue);
    assert_true(view.suggestion->can_file);
    assert_true(view.record_id == ABSENT);
    assert_int_equal(added(f, f->editor, url).id, view.id); /* the same file again */
    assert_int_equal(own(f, f->editor), 1);

    view = added(f, f->vice_chair, url); /* sees the issue, does not manage it */
    assert_non_null(view.suggestion);
    assert_false(view.suggestion->can_file);
    assert_null(added(f, f->officer, url).suggestion);
    assert_null(added(f, f->city_editor, url).suggestion);
    assert_null(added(f, f->editor, "https://minyi.example/q/i1-00000000").suggestion);
    assert_null(added(f, f->editor, "https://other.example/q/i1-2ff9c7a5").suggestion);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'scan.add'"), 6);
}

static int print_elsewhere(struct ctx *ctx, const void *in, void *out) {
    struct ctx own = *ctx;
    struct rendering rendering;
    own.site_url = "http://10.0.0.8:8080";
    return paper_render(&own, PAPER_KIND_ISSUE, *(const int64_t *)in, "docx", NULL, out, &rendering);
}

/* The office has another address since: what it printed under the old one is still read. */
static void test_reads_prints_of_an_earlier_address(void **state) {
    struct fixture *f = *state;
    int64_t issue = issue_of(f, ready_article(f));
    const char *code = code_in(url_of(f, PAPER_KIND_ISSUE, issue));
    const char *old = arena_printf(f->arena, "http://10.0.0.8:8080/q/%s", code);
    assert_null(added(f, f->clerk, old).suggestion);
    struct buf docx CLEANUP(buf_free) = BUF(1 << 24);
    assert_int_equal(fixture_self(f, f->editor, print_elsewhere, &issue, &docx), 0);
    struct scan_view view = added(f, f->editor, old);
    assert_non_null(view.suggestion);
    assert_int_equal(view.suggestion->id, issue);
    assert_null(added(f, f->editor, "http://10.0.0.8:8080/q/i1-00000000").suggestion);
    assert_null(added(f, f->editor, arena_printf(f->arena, "https://other.example/q/%s", code)).suggestion);
}

static void test_only_pictures_and_pdf(void **state) {
    struct fixture *f = *state;
    struct scan_view view;
    static const char pdf[] = "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";
    static const char broken[] =
        "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x02\0\0\0and then nothing";
    static const char vast[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1\0\0\0\1\0\0\x08\x02\0\0\0 65536 squared";
    assert_int_equal(add(f, f->editor, "a.txt", "说明文字", 12, &view), ERR_NOT_ACCEPTABLE_TYPE);
    assert_int_equal(add(f, f->editor, "a.png", broken, sizeof(broken), &view), ERR_NOT_ACCEPTABLE_TYPE);
    assert_int_equal(add(f, f->editor, "a.png", vast, sizeof(vast), &view), ERR_TOO_LARGE);
    assert_int_equal(add(f, f->editor, "a.pdf", "", 0, &view), ERR_INVALID);
    assert_int_equal(
        fixture_int(f, "SELECT count(*) FROM scan") + fixture_int(f, "SELECT count(*) FROM blob"), 0);
    assert_int_equal(add(f, f->editor, "签批件", pdf, sizeof(pdf), &view), 0);
    assert_string_equal(view.name, "签批件.pdf");
    assert_null(view.suggestion);
}

static int add_pdf(struct fixture *f, int64_t account, const char *const *texts, size_t count,
                   struct scan_view *ret) {
    struct buf pdf CLEANUP(buf_free) = BUF(8 << 20);
    scanned_pdf(texts, count, &pdf);
    return add(f, account, "扫描.pdf", pdf.data, pdf.len, ret);
}

/* An office scanner's PDF: the first page with a code of this office, empty ones and strangers' passed over.
 */
static void test_reads_the_pages_of_a_scanned_pdf(void **state) {
    struct fixture *f = *state;
    struct scan_view view = {0};
    int64_t issue = issue_of(f, ready_article(f)), other = issue_of(f, ready_article(f));
    const char *url = url_of(f, PAPER_KIND_ISSUE, issue);
    const char *pages[] = {NULL, "https://other.example/q/i1-2ff9c7a5", url,
                           url_of(f, PAPER_KIND_ISSUE, other)};
    assert_int_equal(add_pdf(f, f->editor, pages, ARRAY_LEN(pages), &view), 0);
    assert_string_equal(view.mime, "application/pdf");
    assert_non_null(view.suggestion);
    assert_string_equal(view.suggestion->kind, "issue");
    assert_int_equal(view.suggestion->id, issue);
    assert_true(view.suggestion->can_file);
    assert_int_equal(add_pdf(f, f->officer, pages, ARRAY_LEN(pages), &view), 0);
    assert_null(view.suggestion); /* does not see the issue */
    assert_int_equal(add_pdf(f, f->editor, pages, 2, &view), 0);
    assert_null(view.suggestion);
}

/* One broken page, or all: the file is taken, the other pages are read. */
static void test_broken_pages_of_a_pdf(void **state) {
    struct fixture *f = *state;
    struct scan_view view = {0};
    struct buf pdf CLEANUP(buf_free) = BUF(8 << 20);
    const char *url = url_of(f, PAPER_KIND_ISSUE, issue_of(f, ready_article(f)));
    scanned_pdf((const char *[]){"x", url}, 2, &pdf);
    char *first = memmem(pdf.data, pdf.len, "\xFF\xD9", 2);
    assert_non_null(first);
    memset(first, 0, 2); /* its end is missing: cut off */
    assert_int_equal(add(f, f->editor, "a.pdf", pdf.data, pdf.len, &view), 0);
    assert_non_null(view.suggestion);
    char *second = memmem(first, pdf.len - (size_t)(first - pdf.data), "\xFF\xDA", 2);
    assert_non_null(second);
    memset(second, 0, 2); /* no picture at all */
    assert_int_equal(add(f, f->editor, "b.pdf", pdf.data, pdf.len, &view), 0);
    assert_null(view.suggestion);
}

/* A page of a black-and-white scanner at 200 dpi: the code of TEXT, or nothing. */
static struct fax_page fax_sheet(const char *text) {
    struct fax_page page = fax_page_new(1654, 2339);
    if (text != NULL) fax_draw_code(&page, text, 4, 1300, 120);
    fax_bar(&page, 900, 200, 1400);
    return page;
}

static void test_reads_the_pages_of_a_fax(void **state) {
    struct fixture *f = *state;
    struct scan_view view = {0};
    int64_t issue = issue_of(f, ready_article(f));
    const char *url = url_of(f, PAPER_KIND_ISSUE, issue);
    struct fax_page pages[] = {fax_sheet(NULL), fax_sheet("https://other.example/q/i1-2ff9c7a5"),
                               fax_sheet(url)};
    struct buf pdf CLEANUP(buf_free) = BUF(8 << 20);
    fax_pdf(pages, ARRAY_LEN(pages), &(struct fax_form){.k = -1}, &pdf);
    assert_int_equal(add(f, f->editor, "黑白.pdf", pdf.data, pdf.len, &view), 0);
    assert_non_null(view.suggestion);
    assert_string_equal(view.suggestion->kind, "issue");
    assert_int_equal(view.suggestion->id, issue);
    for (size_t i = 0; i < ARRAY_LEN(pages); i++)
        fax_page_free(&pages[i]);
}

/* Without the program that draws pages a scan is taken all the same, and filed by hand. */
static void test_nothing_that_draws_pages(void **state) {
    struct fixture *f = *state;
    struct scan_view view = {0};
    const char *pages[] = {url_of(f, PAPER_KIND_ISSUE, issue_of(f, ready_article(f)))};
    const char *path = arena_strdup(f->arena, getenv("PATH"));
    setenv("PATH", "/nowhere", 1);
    int error = add_pdf(f, f->editor, pages, 1, &view);
    setenv("PATH", path, 1);
    assert_int_equal(error, 0);
    assert_string_equal(view.mime, "application/pdf");
    assert_null(view.suggestion);
}

static void handed_out(struct fixture *f, const char *kind, int64_t record_id, const char *file) {
    char sha256[HASH_HEX_SIZE];
    hash_hex(file, strlen(file), sha256);
    fixture_sql(f, arena_printf(f->arena,
                                "INSERT INTO rendering (committee_id, kind, record_id, format, source_sha256,"
                                " fonts_sha256, sha256, size, pages, name, at_ms) VALUES (%lld, '%s', %lld,"
                                " 'pdf', 's', 'f', '%s', 1, 1, 'n', 1)",
                                (long long)fixture_int(f, "SELECT max(committee_id) FROM issue"), kind,
                                (long long)record_id, sha256));
}

/* The very file that was handed out, come back unchanged: for those who may see its record, and no one else.
 */
static void test_a_file_that_was_handed_out(void **state) {
    struct fixture *f = *state;
    struct scan_view view = {0};
    static const char issue_file[] = "%PDF-1.5\n% an issue", list_file[] = "%PDF-1.5\n% a list";
    static const char report_file[] = "%PDF-1.5\n% a report", unknown[] = "%PDF-1.5\n% another";
    int64_t issue = 0;
    (void)sent_dispatch(f, &issue);
    int64_t report = fixture_int(f, "SELECT max(id) FROM report");
    handed_out(f, "issue", issue, issue_file);
    handed_out(f, "dispatch_list", issue, list_file);
    handed_out(f, "report", report, report_file);
    const struct {
        int64_t account;
        const char *file, *kind;
        bool can_file;
    } tries[] = {
        {f->editor, issue_file, "issue", true},
        {f->vice_chair, issue_file, "issue", false},
        {f->department_handler, issue_file, "issue", false},
        {f->officer, issue_file, NULL, false},
        {f->city_editor, issue_file, NULL, false},
        {f->clerk, list_file, "dispatch_list", true},
        {f->vice_chair, list_file, NULL, false},
        {f->department_handler, list_file, NULL, false},
        {f->officer, report_file, "report", false},
        {f->officer2, report_file, NULL, false},
        {f->city_editor, report_file, NULL, false},
        {f->editor, unknown, NULL, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
        const char *file = tries[i].file;
        assert_int_equal(add(f, tries[i].account, "a.pdf", file, strlen(file), &view), 0);
        assert_true((view.suggestion != NULL) == (tries[i].kind != NULL));
        if (tries[i].kind == NULL) continue;
        assert_string_equal(view.suggestion->kind, tries[i].kind);
        assert_int_equal(view.suggestion->id, strcmp(tries[i].kind, "report") == 0 ? report : issue);
        assert_int_equal(view.suggestion->can_file, tries[i].can_file);
    }
}

static void test_not_without_end(void **state) {
    struct fixture *f = *state;
    struct scan_view view = added(f, f->editor, "x");
    for (int i = 1; i < SCAN_UNFILED_MAX; i++)
        fixture_sql(f, arena_printf(f->arena,
                                    "INSERT INTO scan (account_id, sha256, name, size, mime, created_ms)"
                                    " SELECT account_id, sha256, 'n', 1, mime, 1 FROM scan WHERE id = %lld",
                                    (long long)view.id));
    assert_int_equal(add_photo(f, f->editor, "y", &view), ERR_ATTACHMENTS_FULL);
    assert_int_equal(add_photo(f, f->editor2, "y", &view), 0);
}

/* ---- Filing ---- */

static void test_filed_and_seen_by_the_office(void **state) {
    struct fixture *f = *state;
    int64_t issue = 0;
    size_t count = 9;
    (void)sent_dispatch(f, &issue);
    struct scan_view view = added(f, f->editor, url_of(f, PAPER_KIND_ISSUE, issue));
    assert_int_equal(download(f, f->editor, view.id), 0);
    assert_string_equal(f->download.etag, view.sha256);
    assert_int_equal(download(f, f->editor2, view.id), ERR_NOT_FOUND); /* his alone until then */
    assert_int_equal(file_with(f, f->editor2, &view, "issue", issue), ERR_NOT_FOUND);
    assert_int_equal(file_with(f, f->editor, &view, "issue", issue), 0);
    assert_int_equal(own(f, f->editor), 0);
    const int64_t see[] = {f->editor, f->editor2, f->clerk, f->vice_chair};
    for (size_t i = 0; i < ARRAY_LEN(see); i++) {
        assert_int_equal(download(f, see[i], view.id), 0);
        assert_int_equal(of_record(f, see[i], "issue", issue, &count), 0);
        assert_int_equal(count, 1);
    }
    const int64_t not [] = {f->department_handler, f->officer, f->city_editor, f->system_admin};
    for (size_t i = 0; i < ARRAY_LEN(not ); i++) {
        assert_int_equal(download(f, not [i], view.id), ERR_NOT_FOUND);
        assert_int_equal(of_record(f, not [i], "issue", issue, &count), ERR_NOT_FOUND);
    }
    assert_int_equal(of_record(f, f->editor, "dispatch_list", issue, &count), 0); /* of the same record */
    assert_int_equal(count, 1);
    assert_int_equal(of_record(f, f->editor, "urging", issue, &count), 0);
    assert_int_equal(count, 0);
    view = added(f, f->editor, "list");
    assert_int_equal(file_with(f, f->editor, &view, "dispatch_list", issue), 0);
    assert_int_equal(of_record(f, f->editor, "issue", issue, &count), 0);
    assert_int_equal(count, 2);
    assert_int_equal(of_record(f, f->vice_chair, "issue", issue, &count), 0);
    assert_int_equal(count, 1); /* he does not see the list */
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'scan.file'"), 2);
}

static void test_filing_needs_the_right_to_manage(void **state) {
    struct fixture *f = *state;
    int64_t issue = 0, dispatch = sent_dispatch(f, &issue);
    int64_t article = fixture_int(f, "SELECT max(article_id) FROM issue");
    int64_t report = fixture_int(f, "SELECT max(id) FROM report");
    const struct {
        int64_t account;
        const char *kind;
        int64_t id;
        int error;
    } tries[] = {
        {f->clerk, "issue", issue, ERR_FORBIDDEN},
        {f->vice_chair, "issue", issue, ERR_FORBIDDEN},
        {f->clerk, "review", article, ERR_FORBIDDEN},
        {f->vice_chair, "dispatch_list", issue, ERR_NOT_FOUND},
        {f->department_handler, "urging", dispatch, ERR_FORBIDDEN},
        {f->officer, "report", report, ERR_FORBIDDEN},
        {f->vice_chair, "adoption", report, ERR_FORBIDDEN},
        {f->officer, "issue", issue, ERR_NOT_FOUND},
        {f->city_editor, "issue", issue, ERR_NOT_FOUND},
        {f->editor, "issue", issue, 0},
        {f->editor, "review", article, 0},
        {f->clerk, "dispatch_list", issue, 0},
        {f->clerk, "urging", dispatch, 0},
        {f->clerk, "report", report, 0},
        {f->clerk, "certificate", report, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
        struct scan_view view = added(f, tries[i].account, arena_printf(f->arena, "%zu", i));
        assert_int_equal(file_with(f, tries[i].account, &view, tries[i].kind, tries[i].id), tries[i].error);
        assert_int_equal(desk_version_of(f, "scan", view.id), tries[i].error == 0 ? 2 : 1);
    }
}

static void test_an_author_does_not_see_what_is_filed(void **state) {
    struct fixture *f = *state;
    int64_t report = desk_report(f, "in_review");
    size_t count = 0;
    struct scan_view view = added(f, f->editor, url_of(f, PAPER_KIND_REPORT, report));
    assert_int_equal(file_with(f, f->editor, &view, "report", report), 0);
    assert_int_equal(download(f, f->officer, view.id), ERR_NOT_FOUND);
    assert_int_equal(of_record(f, f->officer, "report", report, &count), ERR_NOT_FOUND);
    int64_t drafted = desk_report(f, "draft");
    view = added(f, f->editor, "draft");
    assert_int_equal(file_with(f, f->editor, &view, "report", drafted), ERR_NOT_FOUND);
}

static void test_moved_and_deleted_by_who_manages(void **state) {
    struct fixture *f = *state;
    int64_t issue = issue_of(f, ready_article(f)), other = issue_of(f, ready_article(f));
    struct scan_view view = added(f, f->clerk, "x"), old;
    assert_int_equal(file_with(f, f->clerk, &view, "issue", issue), ERR_FORBIDDEN);
    view = added(f, f->editor, url_of(f, PAPER_KIND_ISSUE, issue));
    old = view;
    assert_int_equal(file_with(f, f->editor, &view, "issue", issue), 0);
    assert_int_equal(file_with(f, f->editor, &old, "issue", other), ERR_PRECONDITION_FAILED);
    view.version = 2;
    assert_int_equal(file_with(f, f->clerk, &view, "issue", other), ERR_FORBIDDEN);
    assert_int_equal(file_with(f, f->editor2, &view, "issue", other), 0);
    assert_int_equal(fixture_int(f, "SELECT record_id FROM scan WHERE record_id IS NOT NULL"), other);
    assert_int_equal(delete_scan(f, f->clerk, view.id, 3), ERR_FORBIDDEN);
    assert_int_equal(delete_scan(f, f->officer, view.id, 3), ERR_NOT_FOUND);
    /* A page from before it was filed does not delete it. */
    assert_int_equal(delete_scan(f, f->editor, view.id, old.version), ERR_PRECONDITION_FAILED);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM scan WHERE record_id IS NOT NULL"), 1);
    assert_int_equal(delete_scan(f, f->editor2, view.id, 3), 0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob"), 1); /* the clerk's own */
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'scan.delete'"), 1);
}

/* As the job does it: until there is no more. */
static int expire(struct ctx *ctx, const void *in, void *out) {
    (void)in;
    (void)out;
    int result;
    while ((result = scan_expire(ctx)) > 0)
        ;
    return result;
}

static void test_not_filed_for_a_month(void **state) {
    struct fixture *f = *state;
    int64_t issue = issue_of(f, ready_article(f)), day = INT64_C(24) * 3600 * 1000;
    struct scan_view view = added(f, f->editor, "filed");
    assert_int_equal(file_with(f, f->editor, &view, "issue", issue), 0);
    added(f, f->editor, "forgotten");
    f->now += 29 * day;
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, expire, NULL, NULL), 0);
    assert_int_equal(own(f, f->editor), 1);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'scan.expire'"), 0);
    f->now += 2 * day;
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, expire, NULL, NULL), 0);
    assert_int_equal(own(f, f->editor), 0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM scan"), 1);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob"), 1);
}

/* Nothing is erased without a row that says what it was, and by whom. */
static void test_what_is_over_is_written_down(void **state) {
    struct fixture *f = *state;
    struct scan_view view = added(f, f->editor, "forgotten");
    const char *hash = fixture_text(f, "SELECT sha256 FROM scan");
    /* More than goes in one write. */
    fixture_sql(f,
                arena_printf(f->arena,
                             "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)"
                             " INSERT INTO scan (account_id, sha256, name, size, mime, created_ms)"
                             " SELECT s.account_id, s.sha256, s.name, s.size, s.mime, s.created_ms"
                             " FROM scan s, n WHERE s.id = %lld",
                             (long long)view.id));
    f->now += INT64_C(31) * 24 * 3600 * 1000;
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, expire, NULL, NULL), 0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM scan"), 0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob"), 0);
    const char *rows = arena_printf(f->arena,
                                    "FROM audit WHERE act = 'scan.expire' AND subject_kind = 'scan' AND"
                                    " actor_id = 0 AND detail = '%s'",
                                    hash);
    assert_int_equal(fixture_int(f, arena_printf(f->arena, "SELECT count(*) %s", rows)), 31);
    assert_int_equal(fixture_int(f, arena_printf(f->arena, "SELECT count(*) %s AND subject_id = %lld", rows,
                                                 (long long)view.id)),
                     1);
}

#define SCAN_TESTS(TEST) cmocka_unit_test_setup_teardown(TEST, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        SCAN_TESTS(test_codes_lead_whom_they_may),
        SCAN_TESTS(test_suggests_what_one_sees),
        SCAN_TESTS(test_reads_prints_of_an_earlier_address),
        SCAN_TESTS(test_only_pictures_and_pdf),
        SCAN_TESTS(test_reads_the_pages_of_a_scanned_pdf),
        SCAN_TESTS(test_broken_pages_of_a_pdf),
        SCAN_TESTS(test_reads_the_pages_of_a_fax),
        SCAN_TESTS(test_nothing_that_draws_pages),
        SCAN_TESTS(test_a_file_that_was_handed_out),
        SCAN_TESTS(test_not_without_end),
        SCAN_TESTS(test_filed_and_seen_by_the_office),
        SCAN_TESTS(test_filing_needs_the_right_to_manage),
        SCAN_TESTS(test_an_author_does_not_see_what_is_filed),
        SCAN_TESTS(test_moved_and_deleted_by_who_manages),
        SCAN_TESTS(test_not_filed_for_a_month),
        SCAN_TESTS(test_what_is_over_is_written_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
