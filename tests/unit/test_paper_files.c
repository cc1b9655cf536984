/* Files that cannot be made now, or not at all: the reader is told why, and nothing says that he got one. */
#include "paper_testing.h"

#include "memory_testing.h"
#include "minyi/blob.h"
#include "picture_testing.h"

enum { NOISE_SIDE = 500 };

struct attached {
    int64_t report;
    const char *name;
    struct file file;
};

static int attach_op(struct ctx *ctx, const void *in_, void *out) {
    const struct attached *in = in_;
    return blob_store_bytes(ctx, in->file.bytes, in->file.size, "image/png", out);
}

/* A photo that no encoder makes small; SEED makes it another one. */
static void attach_noise(struct fixture *f, int64_t report, unsigned seed) {
    GdkPixbuf *picture = gdk_pixbuf_new(GDK_COLORSPACE_RGB, false, 8, NOISE_SIDE, NOISE_SIDE);
    for (int y = 0; y < NOISE_SIDE; y++)
        for (int x = 0; x < NOISE_SIDE; x++) {
            seed = seed * 1664525 + 1013904223;
            put_pixel(picture, x, y, (unsigned char)(seed >> 24), (unsigned char)(seed >> 16),
                      (unsigned char)(seed >> 8));
        }
    struct attached in = {.report = report,
                          .name = arena_printf(f->arena, "现场%u.png", seed),
                          .file = file_of(picture, "png")};
    char hash[HASH_HEX_SIZE];
    g_object_unref(picture);
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, attach_op, &in, hash), 0);
    fixture_sql(
        f, arena_printf(f->arena,
                        "INSERT INTO attachment (report_id, sha256, name, size, mime, created_ms, created_by)"
                        " VALUES (%lld, '%s', '%s', %zu, 'image/png', 1, %lld)",
                        (long long)report, hash, in.name, in.file.size, (long long)f->officer));
    file_free(&in.file);
}

static int64_t report_with_noise(struct fixture *f, unsigned photos, unsigned seed) {
    int64_t report = desk_report_like(f, (struct desk_report_new){.situation = "城东每日只有三班公交。"});
    for (unsigned i = 0; i < photos; i++)
        attach_noise(f, report, seed + i);
    return report;
}

static void assert_nothing_recorded(struct fixture *f) {
    assert_int_equal(count_of(f, "rendering"), 0);
    assert_int_equal(count_of(f, "audit WHERE act = 'paper.render'"), 0);
}

struct making {
    int64_t report;
    const char *format;
    struct buf bytes;
};

static int make_op(struct ctx *ctx, const void *in, void *out) {
    struct making *making = out;
    struct made made;
    (void)in;
    return paper_make(ctx, paper_form_find("report"), making->report, making->format, NULL, &making->bytes,
                      &made);
}

/* A paper that is not kept is given from memory: what does not fit there was never handed out. */
static void a_file_that_is_too_large_was_not_handed_out(void **state) {
    struct fixture *f = *state;
    int64_t report = report_with_noise(f, 8, 7);
    static const char *const formats[] = {"pdf", "docx"};
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        struct making making = {report, formats[i], BUF(1024 * 1024)};
        assert_int_equal(fixture_self(f, f->editor, make_op, NULL, &making), ERR_TOO_LARGE);
        assert_non_null(strstr(f->problem.detail, "超过 1 MB"));
        buf_free(&making.bytes);
    }
    assert_nothing_recorded(f);
    struct making making = {report, "pdf", BUF(8 * 1024 * 1024)};
    assert_int_equal(fixture_self(f, f->editor, make_op, NULL, &making), 0);
    assert_true(making.bytes.len > 1024 * 1024);
    assert_int_equal(count_of(f, "rendering"), 1);
    buf_free(&making.bytes);
}

static int take(struct fixture *f, const char *kind, int64_t id) {
    return fixture_call(f, f->editor, "paper_file",
                        &(struct paper_file_in){.kind = kind, .id = id, .format = "docx"}, NULL);
}

/* A photo for which there was no memory now is neither left out of a file nor called damaged. */
static void want_of_memory_is_no_flaw_of_a_photo(void **state) {
    struct fixture *f = *state;
    int64_t report = report_with_noise(f, 1, 99);
    memory_refuses_after(0);
    int error = take(f, "report", report);
    memory_is_back();
    assert_int_equal(error, ERR_UNAVAILABLE);
    assert_int_equal(err_info(error)->http, 503);
    assert_non_null(strstr(f->problem.detail, "现场"));
    assert_nothing_recorded(f);
    assert_int_equal(paper(f, f->editor, "report", report).gathered->problem_count, 0);
    assert_int_equal(paper(f, f->editor, "report", report).gathered->source.photo_count, 1);
    assert_int_equal(take(f, "report", report), 0);
    assert_int_equal(count_of(f, "rendering"), 1);
    /* Once it is small at hand, nothing is decoded. */
    memory_refuses_after(0);
    error = paper_error(f, f->editor, "report", report);
    memory_is_back();
    assert_int_equal(error, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_that_is_too_large_was_not_handed_out, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(want_of_memory_is_no_flaw_of_a_photo, fixture_setup,
                                        fixture_teardown),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fonts_close();
    return failed;
}
