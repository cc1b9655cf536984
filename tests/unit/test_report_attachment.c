/* Attachments: added by content, kept once, streamed in pieces, gone with the last that uses them. */
#include "report_testing.h"

#include "minyi/hash.h"

static int add(struct fixture *f, int64_t account, int64_t report, const char *name, const void *data,
               size_t size, struct attachment_view *ret) {
    struct attachment_view view = {0};
    int error = fixture_upload(f, account, "attachment_add", &(struct attachment_add_in){report, name}, &view,
                               data, size);
    if (error == 0 && ret != NULL) *ret = view;
    return error;
}

static int add_text(struct fixture *f, int64_t account, int64_t report, const char *name, const char *text,
                    struct attachment_view *ret) {
    return add(f, account, report, name, text, strlen(text), ret);
}

/* Reads a whole download in pieces of STEP bytes. */
static char *download(struct fixture *f, int64_t account, int64_t report, int64_t attachment, size_t step) {
    struct attachment_in in = {report, attachment};
    must_call(f, account, "attachment_get", &in, NULL);
    const struct download *d = &f->download;
    char *out = arena_alloc(f->arena, (size_t)d->size + 1);
    for (uint64_t at = 0; at < (uint64_t)d->size;) {
        int64_t got = d->read(f->db, d->source, at, out + at, step);
        assert_true(got > 0);
        at += (uint64_t)got;
    }
    return out;
}

static void test_added_and_read_back(void **state) {
    struct fixture *f = *state;
    int64_t id = create(f, f->officer).id;
    struct attachment_view view = {0};
    assert_int_equal(add_text(f, f->officer, id, "../调研记录.html", "一、基本情况", &view), 0);
    assert_string_equal(view.name, "调研记录.html.txt");
    assert_string_equal(view.mime, "text/plain");
    assert_int_equal(view.size, strlen("一、基本情况"));
    char hash[HASH_HEX_SIZE];
    hash_hex("一、基本情况", strlen("一、基本情况"), hash);
    assert_string_equal(view.sha256, hash);
    struct report_view report = get(f, f->officer, id);
    assert_int_equal(report.attachments.count, 1);
    assert_int_equal(report.version, 1); /* what is being typed is not overtaken */
    assert_int_equal(((const struct attachment_view *)report.attachments.items)->id, view.id);
    assert_string_equal(download(f, f->officer, id, view.id, 5), "一、基本情况");
    assert_string_equal(f->download.name, "调研记录.html.txt");
    assert_string_equal(f->download.mime, "text/plain");
    assert_string_equal(f->download.etag, hash);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'attachment.add'"), 1);
}

static void test_large_files_are_cut_and_joined(void **state) {
    struct fixture *f = *state;
    int64_t id = create(f, f->officer).id;
    size_t size = 700 * 1024 + 13;
    char *data = arena_alloc(f->arena, size);
    random_bytes(data, size);
    memcpy(data, "%PDF-1.7\n", 9);
    struct attachment_view view = {0};
    assert_int_equal(add(f, f->officer, id, "扫描件.pdf", data, size, &view), 0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob_chunk"), 3);
    assert_int_equal(fixture_int(f, "SELECT max(length(data)) FROM blob_chunk"), 256 * 1024);
    const size_t steps[] = {32 * 1024, 100000, 1 << 20};
    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        assert_memory_equal(download(f, f->officer, id, view.id, steps[i]), data, size);
}

static void test_equal_contents_are_kept_once(void **state) {
    struct fixture *f = *state;
    int64_t first = create(f, f->officer).id, second = create(f, f->officer2).id;
    struct attachment_view a = {0}, again = {0}, b = {0}, c = {0};
    assert_int_equal(add_text(f, f->officer, first, "a.txt", "同一份材料", &a), 0);
    assert_int_equal(add_text(f, f->officer, first, "a.txt", "同一份材料", &again),
                     0); /* the upload repeated */
    assert_int_equal(a.id, again.id);
    assert_int_equal(add_text(f, f->officer, first, "b.txt", "同一份材料", &b), 0);
    assert_int_equal(add_text(f, f->officer2, second, "c.txt", "同一份材料", &c), 0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM attachment"), 3);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob"), 1);
    must_call(f, f->officer, "attachment_delete", &(struct attachment_in){first, a.id}, NULL);
    must_call(f, f->officer, "attachment_delete", &(struct attachment_in){first, b.id}, NULL);
    assert_string_equal(download(f, f->officer2, second, c.id, 100), "同一份材料");
    must_call(f, f->officer2, "report_delete", &(struct report_id_in){second}, NULL);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob"), 0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob_chunk"), 0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM attachment"), 0);
}

static void test_what_is_refused(void **state) {
    struct fixture *f = *state;
    int64_t id = create(f, f->officer).id;
    static const char exe[] = "MZ\x90\0\x03\0\0\0";
    assert_refused(f, add(f, f->officer, id, "报告.pdf", exe, sizeof(exe), NULL), ERR_NOT_ACCEPTABLE_TYPE,
                   "name");
    assert_refused(f, add_text(f, f->officer, id, "a.txt", "<html>", NULL), ERR_NOT_ACCEPTABLE_TYPE, "name");
    assert_refused(f, add_text(f, f->officer, id, "a.svg", "<svg/>", NULL), ERR_NOT_ACCEPTABLE_TYPE, "name");
    assert_refused(f, add_text(f, f->officer, id, "a.txt", "", NULL), ERR_INVALID, "name");
    fixture_sql(f, "UPDATE setting SET value = '10' WHERE key = 'attachment.max_bytes'");
    assert_int_equal(add_text(f, f->officer, id, "a.txt", "0123456789", NULL), 0);
    assert_refused(f, add_text(f, f->officer, id, "b.txt", "0123456789a", NULL), ERR_TOO_LARGE, "name");
    fixture_sql(f, "UPDATE setting SET value = '2' WHERE key = 'attachment.max_count'");
    assert_int_equal(add_text(f, f->officer, id, "b.txt", "b", NULL), 0);
    assert_refused(f, add_text(f, f->officer, id, "c.txt", "c", NULL), ERR_TOO_LONG, "attachments");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob"), 2); /* the refused left nothing behind */
}

/* The unsent reports of an account share one allowance; what was handed in, and others' reports, do not
 * count. */
static void test_unsent_reports_share_an_allowance(void **state) {
    struct fixture *f = *state;
    int64_t first = create(f, f->officer).id, second = create(f, f->officer).id;
    fixture_sql(f, "UPDATE setting SET value = '10' WHERE key = 'attachment.max_unsent_bytes'");
    assert_int_equal(add_text(f, f->officer, first, "a.txt", "01234", NULL), 0);
    assert_refused(f, add_text(f, f->officer, second, "b.txt", "012345", NULL), ERR_ATTACHMENTS_FULL, "name");
    assert_int_equal(err_info(ERR_ATTACHMENTS_FULL)->http, 413);
    assert_int_equal(add_text(f, f->officer, second, "c.txt", "56789", NULL), 0);
    /* An upload repeated because its answer was lost is no second one. */
    assert_int_equal(add_text(f, f->officer, second, "c.txt", "56789", NULL), 0);
    assert_refused(f, add_text(f, f->officer, first, "d.txt", "d", NULL), ERR_ATTACHMENTS_FULL, "name");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob"), 2);
    assert_int_equal(add_text(f, f->officer2, create(f, f->officer2).id, "e.txt", "0123456789", NULL), 0);
    assert_int_equal(submit(f, f->officer, first, 1, NULL), 0);
    assert_int_equal(add_text(f, f->officer, second, "d.txt", "d", NULL), 0);
    assert_int_equal(move(f, f->editor, first, "open"), 0);
    assert_int_equal(move(f, f->editor, first, "return"), 0);
    assert_refused(f, add_text(f, f->officer, second, "f.txt", "f", NULL), ERR_ATTACHMENTS_FULL, "name");
}

static void test_only_while_it_may_be_edited(void **state) {
    struct fixture *f = *state;
    struct report_view view = create(f, f->officer);
    struct attachment_view attachment = {0};
    assert_int_equal(add_text(f, f->officer, view.id, "a.txt", "甲", &attachment), 0);
    assert_int_equal(submit(f, f->officer, view.id, 1, NULL), 0);
    struct attachment_in in = {view.id, attachment.id};
    assert_int_equal(add_text(f, f->officer, view.id, "b.txt", "乙", NULL), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(fixture_call(f, f->officer, "attachment_delete", &in, NULL), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(fixture_call(f, f->editor, "attachment_delete", &in, NULL), ERR_FORBIDDEN);
    assert_string_equal(download(f, f->editor, view.id, attachment.id, 10), "甲");
    assert_int_equal(move(f, f->editor, view.id, "open"), 0);
    assert_int_equal(move(f, f->editor, view.id, "return"), 0);
    must_call(f, f->officer, "attachment_delete", &in, NULL);
    /* An attachment is reached through its own report only. */
    int64_t other = create(f, f->officer).id;
    assert_int_equal(add_text(f, f->officer, other, "a.txt", "甲", &attachment), 0);
    in.attachment_id = attachment.id;
    assert_int_equal(fixture_call(f, f->officer, "attachment_get", &in, NULL), ERR_NOT_FOUND);
    assert_int_equal(fixture_call(f, f->officer, "attachment_delete", &in, NULL), ERR_NOT_FOUND);
}

static void test_a_content_that_is_gone_ends_the_download(void **state) {
    struct fixture *f = *state;
    int64_t id = create(f, f->officer).id;
    struct attachment_view view = {0};
    assert_int_equal(add_text(f, f->officer, id, "a.txt", "甲", &view), 0);
    must_call(f, f->officer, "attachment_get", &(struct attachment_in){id, view.id}, NULL);
    struct download kept = f->download;
    char out[10];
    assert_int_equal(kept.read(f->db, kept.source, 3, out, sizeof(out)), -1); /* beyond the end */
    must_call(f, f->officer, "attachment_delete", &(struct attachment_in){id, view.id}, NULL);
    assert_int_equal(kept.read(f->db, kept.source, 0, out, sizeof(out)), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        REPORT_TESTS(test_added_and_read_back),
        REPORT_TESTS(test_large_files_are_cut_and_joined),
        REPORT_TESTS(test_equal_contents_are_kept_once),
        REPORT_TESTS(test_what_is_refused),
        REPORT_TESTS(test_unsent_reports_share_an_allowance),
        REPORT_TESTS(test_only_while_it_may_be_edited),
        REPORT_TESTS(test_a_content_that_is_gone_ends_the_download),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
