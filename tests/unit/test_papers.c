/* Papers of records: who may have which, that an issue is the same for everybody, what is kept and recorded.
 * What the pages look like is the business of the tests of src/files. */
#include "paper_testing.h"

#include "minyi/blob.h"

static const unsigned char png[] = {137, 80, 78,  71, 13, 10, 26, 10, 0,  0,   0,   13,  73,  72,  68,
                                    82,  0,  0,   0,  8,  0,  0,  0,  8,  8,   2,   0,   0,   0,   75,
                                    109, 41, 220, 0,  0,  0,  17, 73, 68, 65,  84,  120, 218, 99,  56,
                                    33,  39, 135, 21, 49, 12, 45, 9,  0,  144, 191, 65,  1,   207, 112,
                                    161, 60, 0,   0,  0,  0,  73, 69, 78, 68,  174, 66,  96,  130};

/* ---- files ---- */

static int file(struct fixture *f, int64_t account, const char *kind, int64_t id, const char *format) {
    return fixture_call(f, account, "paper_file",
                        &(struct paper_file_in){.kind = kind, .id = id, .format = format}, NULL);
}

/* The hash of the file that ACCOUNT gets; its bytes are what they say. */
static const char *taken(struct fixture *f, int64_t account, const char *kind, int64_t id,
                         const char *format) {
    assert_int_equal(file(f, account, kind, id, format), 0);
    const struct download *d = &f->download;
    char *bytes = arena_alloc(f->arena, (size_t)d->size + 1);
    for (uint64_t at = 0; at < (uint64_t)d->size;) {
        int64_t got = d->read(f->db, d->source, at, bytes + at, 100000);
        assert_true(got > 0);
        at += (uint64_t)got;
    }
    char hash[HASH_HEX_SIZE];
    hash_hex(bytes, (size_t)d->size, hash);
    assert_string_equal(hash, d->etag);
    return arena_strdup(f->arena, hash);
}

static struct list found(struct fixture *f, int64_t account, const char *sha256) {
    struct rendering_list_out out;
    assert_int_equal(fixture_call(f, account, "rendering_find", &(struct rendering_find_in){sha256}, &out),
                     0);
    return out.items;
}

static struct paper_info info(struct fixture *f, int64_t account, const char *kind, int64_t id) {
    struct paper_info out;
    assert_int_equal(fixture_call(f, account, "paper_info", &(struct paper_in){.kind = kind, .id = id}, &out),
                     0);
    return out;
}

/* ---- photos ---- */

struct attached {
    int64_t report;
    const char *name, *mime;
    const void *data;
    size_t size;
};

static int attach_op(struct ctx *ctx, const void *in_, void *out) {
    const struct attached *in = in_;
    return blob_store_bytes(ctx, in->data, in->size, in->mime, out);
}

static void attach(struct fixture *f, struct attached in) {
    char hash[HASH_HEX_SIZE];
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, attach_op, &in, hash), 0);
    fixture_sql(
        f, arena_printf(f->arena,
                        "INSERT INTO attachment (report_id, sha256, name, size, mime, created_ms, created_by)"
                        " VALUES (%lld, '%s', '%s', %zu, '%s', 1, %lld)",
                        (long long)in.report, hash, in.name, in.size, in.mime, (long long)f->officer));
}

/* ---- who ---- */

struct person {
    const char *name;
    int64_t id;
};

/* One paper asked for by one person, in all three ways. */
static void asks(struct fixture *f, const char *kind, int64_t id, const struct person *who, bool may) {
    int want = may ? 0 : ERR_NOT_FOUND;
    struct paper_info out;
    const struct paper_page_in page = {.kind = kind, .id = id, .page = 1, .width = 300};
    int got = fixture_call(f, who->id, "paper_info", &(struct paper_in){.kind = kind, .id = id}, &out);
    if (got != want) print_error("%s as %s\n", kind, who->name);
    assert_int_equal(got, want);
    assert_int_equal(fixture_call(f, who->id, "paper_page", &page, NULL), want);
    assert_int_equal(file(f, who->id, kind, id, "pdf"), strcmp(kind, "article") == 0 ? ERR_NOT_FOUND : want);
}

static void the_right_people_get_each_paper(void **state) {
    struct fixture *f = *state;
    int64_t issue = 0, dispatch = sent_dispatch(f, &issue);
    int64_t article = fixture_int(f, "SELECT max(id) FROM article");
    int64_t report = fixture_int(f, "SELECT max(id) FROM report");
    const struct person people[] = {
        {"officer", f->officer},
        {"officer2", f->officer2},
        {"unit_liaison", f->unit_liaison},
        {"unit_signer", f->unit_signer},
        {"clerk", f->clerk},
        {"editor", f->editor},
        {"section_head", f->section_head},
        {"secretary_general", f->secretary_general},
        {"vice_chair", f->vice_chair},
        {"department_handler", f->department_handler},
        {"leader_reader", f->leader_reader},
        {"system_admin", f->system_admin},
        {"audit_admin", f->audit_admin},
        {"city_editor", f->city_editor},
        {"city_officer", f->city_officer},
    };
#define DESK " clerk editor section_head "
#define SIGNERS " secretary_general vice_chair "
    const struct {
        const char *kind;
        int64_t id;
        const char *who;
    } papers[] = {
        {"issue", issue, DESK SIGNERS " department_handler leader_reader "},
        {"report", report, DESK SIGNERS " officer unit_liaison unit_signer "},
        {"review", article, DESK SIGNERS},
        {"article", article, DESK SIGNERS},
        {"adoption", report, DESK SIGNERS " officer "},
        {"certificate", report, DESK SIGNERS " officer "},
        {"dispatch_list", issue, DESK},
        {"urging", dispatch, DESK},
    };
    for (size_t p = 0; p < ARRAY_LEN(papers); p++)
        for (size_t i = 0; i < ARRAY_LEN(people); i++)
            asks(f, papers[p].kind, papers[p].id, &people[i],
                 strstr(papers[p].who, arena_printf(f->arena, " %s ", people[i].name)) != NULL);
    assert_int_equal(count_of(f, "rendering WHERE kind = 'article'"), 0);
    assert_int_equal(fixture_call(f, FIXTURE_PUBLIC, "paper_info",
                                  &(struct paper_in){.kind = "issue", .id = issue}, &(struct paper_info){0}),
                     ERR_SIGNED_OUT);
}

static void what_there_is_not(void **state) {
    struct fixture *f = *state;
    int64_t issue = issue_of(f, ready_article(f));
    assert_int_equal(file(f, f->editor, "issues", issue, "pdf"), ERR_NOT_FOUND);
    assert_int_equal(file(f, f->editor, "issue", issue + 1, "pdf"), ERR_NOT_FOUND);
    const struct paper_page_in page = {.kind = "issue", .id = issue, .page = 200, .width = 300};
    assert_int_equal(fixture_call(f, f->editor, "paper_page", &page, NULL), ERR_NOT_FOUND);
    assert_non_null(strstr(f->problem.detail, "200"));
    assert_int_equal(count_of(f, "rendering"), 0);
}

/* ---- the issue ---- */

static int ask_elsewhere(struct ctx *ctx, const void *in, void *out) {
    struct ctx own = *ctx;
    own.site_url = "http://10.0.0.8:8080";
    return ask(&own, in, out);
}

static void an_issue_says_what_was_signed(void **state) {
    struct fixture *f = *state;
    int64_t issue = issue_of(f, ready_article(f));
    struct asked asked = paper(f, f->editor, "issue", issue);
    struct issue_view view;
    assert_int_equal(fixture_call(f, f->editor, "issue_get", &(struct issue_id_in){issue}, &view), 0);
    const char *const words[] = {
        view.publication_name, view.number_text,  view.issuing_office, view.title,       view.situation,
        view.analysis,         view.suggestion,   view.print_office,   view.editor_name, view.reviewer_name,
        view.signer_name,      view.authors_line, "2026年3月9日"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        assert_says(&asked, words[i]);
    assert_silent(&asked, "作废");
    assert_int_equal(asked.gathered->source.created_ms, f->now);
    assert_non_null(strstr(asked.gathered->source.code, "https://minyi.example/q/i"));
    /* The address under which the office is found today is not the version's. */
    struct asked moved = {.kind = "issue", .id = issue};
    assert_int_equal(fixture_read(f, f->editor, ask_elsewhere, NULL, &moved), 0);
    assert_string_not_equal(moved.gathered->source.code, asked.gathered->source.code);
    assert_string_equal(moved.gathered->sha256, asked.gathered->sha256);
    /* What happens to the article later is not the issue's. */
    fixture_sql(f, "UPDATE article SET title = '别的题目', situation = '别的情况'");
    assert_string_equal(paper(f, f->editor, "issue", issue).gathered->sha256, asked.gathered->sha256);
}

static void an_issue_is_the_same_for_everybody(void **state) {
    struct fixture *f = *state;
    int64_t issue = issue_of(f, ready_article(f));
    int64_t to = recipient(f, "department", "省教育厅", f->department);
    int64_t leader = recipient(f, "leader", "省长", ABSENT), late = recipient(f, "leader", "副省长", ABSENT);
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(to), IDS(leader)), 0);
    /* Printed before it is sent, it bears whom it will be sent to. */
    struct asked before = paper(f, f->leader_reader, "issue", issue);
    assert_says(&before, "省教育厅：");
    assert_says(&before, "抄送：省长");
    assert_int_equal(send_issue(f, f->editor, issue, NULL), 0);
    const int64_t readers[] = {f->editor, f->leader_reader, f->vice_chair, f->department_handler};
    for (size_t i = 0; i < ARRAY_LEN(readers); i++)
        assert_string_equal(paper(f, readers[i], "issue", issue).gathered->sha256, before.gathered->sha256);
    /* Whom it may go to later does not stand on it until it has. */
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(to, late), IDS(leader)), 0);
    assert_string_equal(paper(f, f->editor, "issue", issue).gathered->sha256, before.gathered->sha256);
    assert_int_equal(send_issue(f, f->editor, issue, NULL), 0);
    for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
        struct asked after = paper(f, readers[i], "issue", issue);
        assert_string_not_equal(after.gathered->sha256, before.gathered->sha256);
        assert_says(&after, "省教育厅、副省长：");
    }
}

static void a_void_issue_bears_the_mark(void **state) {
    struct fixture *f = *state;
    int64_t issue = issue_of(f, ready_article(f));
    const char *before = taken(f, f->editor, "issue", issue, "pdf");
    assert_int_equal(void_issue(f, f->editor, issue), 0);
    struct asked asked = paper(f, f->editor, "issue", issue);
    assert_says(&asked, "作废");
    assert_silent(&asked, "数据有误"); /* the reason is the office's */
    assert_string_not_equal(taken(f, f->editor, "issue", issue, "pdf"), before);
    assert_non_null(strstr(f->download.name, "（作废）.pdf"));
    assert_int_equal(found(f, f->editor, before).count, 1); /* what was printed before can still be proved */
}

static void photos_are_found_by_name(void **state) {
    struct fixture *f = *state;
    int64_t report = desk_report_like(
        f,
        (struct desk_report_new){
            .situation =
                "城东每日只有三班公交。\n［图：现场.png｜候车的乘客］\n［图：坏的.png］\n［图：没有的.jpg］"});
    attach(f, (struct attached){report, "现场.png", "image/png", png, sizeof(png)});
    attach(f, (struct attached){report, "别的.png", "image/png", png, sizeof(png)});
    attach(f, (struct attached){report, "坏的.png", "image/png", "\x89PN", 3});
    attach(f, (struct attached){report, "说明.txt", "text/plain", "文字", 6});
    int64_t article = desk_article(f, report);
    desk_pass_all(f, "article", article);
    struct article_photos_out photos;
    assert_int_equal(fixture_call(f, f->editor, "article_photos", &(struct article_id_in){article}, &photos),
                     0);
    assert_int_equal(photos.items.count, 3);
    assert_string_equal(LIST_AT(photos.items, struct article_photo, 1)->name, "别的.png");
    assert_int_equal(
        fixture_call(f, f->city_editor, "article_photos", &(struct article_id_in){article}, &photos),
        ERR_NOT_FOUND);
    int64_t issue = issue_of(f, article);
    const char *const kinds[] = {"issue", "article"};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct paper_info out = info(f, f->editor, kinds[i], i == 0 ? issue : article);
        assert_int_equal(out.problems.count, 2);
        assert_string_equal(
            *LIST_AT(out.problems, const char *, 0),
            "图片“没有的.jpg”没有找到，会印成这一行文字；请核对文件名，或用“插入照片”重新选择。");
        assert_string_equal(*LIST_AT(out.problems, const char *, 1),
                            "图片“坏的.png”不能读取。这个文件不是图片。请用 JPEG 或 PNG 图片。");
    }
    struct asked asked = paper(f, f->editor, "issue", issue);
    size_t pictures = 0;
    for (size_t i = 0; i < asked.gathered->paper.block_count; i++)
        if (asked.gathered->paper.blocks[i].kind == PAPER_PICTURE) {
            pictures++;
            assert_string_equal(asked.gathered->paper.blocks[i].photo->caption, "候车的乘客");
            assert_true(asked.gathered->paper.blocks[i].photo->size > 0);
            char original[HASH_HEX_SIZE];
            hash_hex(png, sizeof(png), original);
            assert_string_equal(asked.gathered->paper.blocks[i].photo->original, original);
        }
    assert_int_equal(pictures, 1);
    assert_says(&asked, "［图：没有的.jpg］");
    /* The report shows all that came with it, as far as there is room. */
    assert_int_equal(paper(f, f->editor, "report", report).gathered->source.photo_count, 2);
    for (int i = 3; i < PHOTOS_MAX; i++)
        attach(f,
               (struct attached){report, arena_printf(f->arena, "%d.png", i), "image/png", png, sizeof(png)});
    asked = paper(f, f->editor, "report", report);
    assert_int_equal(asked.gathered->source.photo_count, PHOTOS_MAX - 1);
    assert_string_equal(asked.gathered->problems[0],
                        "图片“坏的.png”不能读取。这个文件不是图片。请用 JPEG 或 PNG 图片。");
    attach(f, (struct attached){report, "一张多余的.png", "image/png", png, sizeof(png)});
    asked = paper(f, f->editor, "report", report);
    assert_int_equal(asked.gathered->source.photo_count, PHOTOS_MAX - 1);
    assert_string_equal(asked.gathered->problems[0], "图片超过 20 张，“一张多余的.png”没有排入");
}

/* The pages of a paper are asked for one by one: its photos are decoded once, not for each of them. */
static void a_photo_is_made_once(void **state) {
    struct fixture *f = *state;
    int64_t report = desk_report_like(f, (struct desk_report_new){.situation = "城东每日只有三班公交。"});
    attach(f, (struct attached){report, "现场.png", "image/png", png, sizeof(png)});
    assert_int_equal(paper(f, f->editor, "report", report).gathered->source.photo_count, 1);
    fixture_sql(f, "DELETE FROM blob_chunk");
    assert_int_equal(paper(f, f->editor, "report", report).gathered->source.photo_count, 1);
}

/* Two photos of one name are two: telephones number their pictures alike. */
static void photos_of_one_name_are_all_shown(void **state) {
    struct fixture *f = *state;
    unsigned char longer[sizeof(png) + 1] = {0};
    memcpy(longer, png, sizeof(png));
    int64_t report = desk_report_like(f, (struct desk_report_new){.situation = "城东每日只有三班公交。"});
    attach(f, (struct attached){report, "1.png", "image/png", png, sizeof(png)});
    attach(f, (struct attached){report, "1.png", "image/png", longer, sizeof(longer)});
    assert_int_equal(paper(f, f->editor, "report", report).gathered->source.photo_count, 2);
}

static void a_slash_in_a_title_is_no_folder(void **state) {
    struct fixture *f = *state;
    int64_t report = desk_report(f, "in_review");
    fixture_sql(f, "UPDATE report SET title = '关于A/B两线公交'");
    assert_int_equal(file(f, f->editor, "report", report, "docx"), 0);
    assert_non_null(strstr(f->download.name, "来稿 "));
    assert_non_null(strstr(f->download.name, "关于A-B两线公交.docx"));
}

/* ---- files and records ---- */

static void the_same_version_is_the_same_file(void **state) {
    struct fixture *f = *state;
    int64_t issue = 0;
    sent_dispatch(f, &issue);
    const char *first = taken(f, f->editor, "issue", issue, "pdf");
    assert_non_null(strstr(f->download.name, "》2026年第1期.pdf"));
    assert_string_equal(f->download.mime, "application/pdf");
    assert_string_equal(taken(f, f->editor, "issue", issue, "pdf"), first);
    assert_int_equal(count_of(f, "rendering"), 1);
    assert_int_equal(count_of(f, "audit WHERE act = 'paper.render'"), 1);
    /* Somebody else gets the same file and a row of his own; so does the same one on another day. */
    assert_string_equal(taken(f, f->department_handler, "issue", issue, "pdf"), first);
    assert_int_equal(count_of(f, "rendering"), 2);
    f->now += 86400000;
    assert_string_equal(taken(f, f->editor, "issue", issue, "pdf"), first);
    assert_int_equal(count_of(f, "rendering"), 3);
    assert_int_equal(count_of(f, "blob"), 1);
    /* Word is another file of the same version. */
    assert_string_not_equal(taken(f, f->editor, "issue", issue, "docx"), first);
    assert_non_null(strstr(f->download.name, ".docx"));
    assert_int_equal(fixture_int(f, "SELECT count(DISTINCT source_sha256) FROM rendering"), 1);
    assert_int_equal(count_of(f, "rendering WHERE blob_sha256 <> sha256 OR blob_sha256 IS NULL"), 0);
}

/* Fonts may come and go: what was handed out once is handed out again. */
static void a_kept_file_is_not_made_again(void **state) {
    struct fixture *f = *state;
    int64_t issue = issue_of(f, ready_article(f));
    taken(f, f->editor, "issue", issue, "pdf");
    char hash[HASH_HEX_SIZE];
    struct attached other = {.mime = "application/pdf", .data = "%PDF-as it was", .size = 14};
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, attach_op, &other, hash), 0);
    fixture_sql(f, arena_printf(f->arena, "UPDATE rendering SET sha256 = '%s', blob_sha256 = '%s', size = 14",
                                hash, hash));
    assert_string_equal(taken(f, f->vice_chair, "issue", issue, "pdf"), hash);
    assert_int_equal(f->download.size, 14);
}

/* One word a line: 500 pages. Refused in words that help, and nothing of it is left. */
static void what_is_too_long_is_refused(void **state) {
    struct fixture *f = *state;
    int64_t issue = issue_of(f, ready_article(f));
    size_t lines = 11000;
    char *text = arena_alloc(f->arena, 4 * lines + 1);
    for (size_t i = 0; i < lines; i++)
        memcpy(text + 4 * i, "一\n", 4);
    fixture_sql(f, arena_printf(f->arena, "UPDATE article_version SET situation = '%s'", text));
    const char *const formats[] = {"pdf", "docx"};
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        assert_int_equal(file(f, f->editor, "issue", issue, formats[i]), ERR_TOO_LONG);
        assert_non_null(strstr(f->problem.detail, "300 页"));
    }
    struct paper_info out;
    const struct paper_in in = {.kind = "issue", .id = issue};
    assert_int_equal(fixture_call(f, f->editor, "paper_info", &in, &out), ERR_TOO_LONG);
    assert_non_null(strstr(f->problem.detail, "300 页"));
    assert_int_equal(count_of(f, "rendering") + count_of(f, "blob"), 0);
}

struct render {
    int64_t issue;
    struct buf bytes;
};

static int render_op(struct ctx *ctx, const void *in_, void *out) {
    const struct render *in = in_;
    struct render *render = out;
    struct rendering rendering = {0};
    int error = paper_render(ctx, PAPER_KIND_ISSUE, in->issue, "pdf", NULL, &render->bytes, &rendering);
    if (error == 0) assert_int_equal(rendering.size, render->bytes.len);
    return error;
}

static void a_job_gets_the_bytes(void **state) {
    struct fixture *f = *state;
    struct render render = {.issue = issue_of(f, ready_article(f)), .bytes = BUF(1 << 24)};
    assert_int_equal(fixture_self(f, f->editor, render_op, &render, &render), 0);
    char first[HASH_HEX_SIZE], again[HASH_HEX_SIZE];
    hash_hex(render.bytes.data, render.bytes.len, first);
    buf_clear(&render.bytes);
    assert_int_equal(fixture_self(f, f->editor, render_op, &render, &render), 0);
    hash_hex(render.bytes.data, render.bytes.len, again);
    assert_string_equal(first, again);
    assert_int_equal(count_of(f, "rendering"), 1);
    buf_free(&render.bytes);
    render.bytes = BUF(10); /* what the caller has room for */
    assert_int_equal(fixture_self(f, f->editor, render_op, &render, &render), ERR_TOO_LARGE);
    buf_free(&render.bytes);
    assert_int_equal(fixture_self(f, f->officer, render_op, &render, &render), ERR_NOT_FOUND);
}

static void a_file_is_proved_to_those_who_may_know(void **state) {
    struct fixture *f = *state;
    int64_t issue = 0;
    sent_dispatch(f, &issue);
    const char *sha256 = taken(f, f->editor, "issue", issue, "pdf");
    struct list rows = found(f, f->clerk, sha256);
    assert_int_equal(rows.count, 1);
    const struct rendering_view *row = LIST_AT(rows, struct rendering_view, 0);
    assert_string_equal(row->kind_name, "刊物");
    assert_string_equal(row->link, arena_printf(f->arena, "/issues/%lld", (long long)issue));
    assert_non_null(row->by_name);
    assert_int_equal(row->at_ms, f->now);
    /* To whom the issue was sent may ask, too, but not who took it. */
    rows = found(f, f->department_handler, sha256);
    assert_int_equal(rows.count, 1);
    assert_null(LIST_AT(rows, struct rendering_view, 0)->by_name);
    assert_int_equal(found(f, f->officer, sha256).count, 0);
    assert_int_equal(found(f, f->city_editor, sha256).count, 0);
    assert_int_equal(info(f, f->department_handler, "issue", issue).renderings.count, 1);
    /* A paper of a report is known to the one who took it and to the desk. */
    int64_t report = fixture_int(f, "SELECT max(id) FROM report");
    sha256 = taken(f, f->officer, "certificate", report, "pdf");
    assert_int_equal(found(f, f->officer, sha256).count, 1);
    assert_int_equal(found(f, f->editor, sha256).count, 1);
    assert_int_equal(found(f, f->unit_liaison, sha256).count, 0);
    assert_int_equal(found(f, f->department_handler, sha256).count, 0);
    /* Who no longer sees the record is told nothing of it. */
    fixture_sql(f, "UPDATE report SET author_id = (SELECT id FROM account WHERE login = 'officer2');"
                   " DELETE FROM report_author");
    assert_int_equal(found(f, f->officer, sha256).count, 0);
    assert_int_equal(f->problem.error, 0);
}

#define T(TEST) cmocka_unit_test_setup_teardown(TEST, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(the_right_people_get_each_paper),
        T(what_there_is_not),
        T(an_issue_says_what_was_signed),
        T(an_issue_is_the_same_for_everybody),
        T(a_void_issue_bears_the_mark),
        T(photos_are_found_by_name),
        T(a_photo_is_made_once),
        T(photos_of_one_name_are_all_shown),
        T(a_slash_in_a_title_is_no_folder),
        T(the_same_version_is_the_same_file),
        T(a_kept_file_is_not_made_again),
        T(what_is_too_long_is_refused),
        T(a_job_gets_the_bytes),
        T(a_file_is_proved_to_those_who_may_know),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fonts_close();
    return failed;
}
