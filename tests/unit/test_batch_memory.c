/* Batches and want of memory: it is waited for, nobody else waits for it, and what never gets any is left out
 * in the end. */
#include "batch_testing.h"
#include "memory_testing.h"
#include "minyi/clock.h"
#include "picture_testing.h"

static const _Atomic bool go_on = false;

/* ---- A paper with a photo ---- */

static int store_op(struct ctx *ctx, const void *in, void *out) {
    const struct file *file = in;
    return blob_store_bytes(ctx, file->bytes, file->size, "image/png", out);
}

/* SIDE makes it another picture than others: small forms are kept at hand by content. */
static void attach_photo(struct fixture *f, int64_t report, int side) {
    GdkPixbuf *picture = quarter_picture(side, side, false);
    struct file file = file_of(picture, "png");
    char hash[HASH_HEX_SIZE];
    g_object_unref(picture);
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, store_op, &file, hash), 0);
    fixture_sql(
        f, arena_printf(f->arena,
                        "INSERT INTO attachment (report_id, sha256, name, size, mime, created_ms, created_by)"
                        " VALUES (%lld, '%s', '现场.png', %zu, 'image/png', 1, %lld)",
                        (long long)report, hash, file.size, (long long)f->officer));
    file_free(&file);
}

/* COUNT reports, of which those from FIRST on have a photo. */
static int64_t asked_with_photos(struct fixture *f, size_t count, size_t first, int side) {
    struct list items = reports(f, count);
    struct batch_view view = {0};
    for (size_t i = first; i < count; i++)
        attach_photo(f, LIST_AT(items, struct batch_item_in, i)->id, side);
    assert_int_equal(ask(f, f->editor, items, PDF, &view), 0);
    return view.id;
}

static int64_t number(struct fixture *f, const char *what, int64_t id) {
    return fixture_int(
        f, arena_printf(f->arena, "SELECT %s FROM paper_batch WHERE id = %lld", what, (long long)id));
}

static void due(struct fixture *f, int64_t id) {
    fixture_sql(f,
                arena_printf(f->arena, "UPDATE paper_batch SET again_ms = 5 WHERE id = %lld", (long long)id));
}

/* One look, at which there is no memory for a photo. */
static int look_short(struct fixture *f, bool *ret_worked) {
    memory_refuses_after(0);
    int error = batch_look(f, &go_on, ret_worked);
    memory_is_back();
    return error;
}

/* Fails at it TRIES times, longer and longer apart. */
static void fails_for_a_while(struct fixture *f, int64_t id, int tries) {
    int64_t pause = 0;
    bool worked = false;
    for (int try = 1; try <= tries; try++) {
        assert_int_equal(look_short(f, &worked), ERR_UNAVAILABLE);
        assert_true(worked); /* something else may be due at once */
        assert_string_equal(get(f, f->editor, id).status, "waiting");
        assert_int_equal(number(f, "faults", id), try);
        assert_int_equal(number(f, "begun", id), 0); /* no node was lost */
        assert_true(number(f, "again_ms", id) - clock_ms() > 2 * pause);
        pause = number(f, "again_ms", id) - clock_ms();
        due(f, id);
    }
}

/* ---- The tests ---- */

static void test_what_never_gets_memory_is_left_out(void **state) {
    struct fixture *f = *state;
    int64_t id = asked_with_photos(f, 3, 2, 61);
    bool worked = false;
    fails_for_a_while(f, id, BATCH_FAULTS_MAX - 1);
    assert_int_equal(look_short(f, &worked), 0);
    assert_true(worked);
    struct batch_view view = get(f, f->editor, id);
    assert_string_equal(view.status, "done");
    assert_null(view.error);
    for (size_t i = 0; i < 2; i++)
        assert_non_null(LIST_AT(view.items, struct batch_item, i)->file);
    const struct batch_item *last = LIST_AT(view.items, struct batch_item, 2);
    assert_null(last->file);
    assert_non_null(strstr(last->error, "内存不够"));
    assert_non_null(strstr(last->error, "现场.png"));
    assert_memory_equal(download(f, f->editor, id), "PK\x03\x04", 4);
}

static void test_others_do_not_wait_for_it(void **state) {
    struct fixture *f = *state;
    int64_t id = asked_with_photos(f, 1, 0, 62), next = asked(f, f->editor2, 1).id;
    bool worked = false;
    assert_int_equal(look_short(f, &worked), ERR_UNAVAILABLE);
    assert_int_equal(look_short(f, &worked), 0);
    assert_true(worked);
    assert_string_equal(get(f, f->editor2, next).status, "done");
    assert_string_equal(get(f, f->editor, id).status, "waiting");
}

static void test_memory_that_comes_back(void **state) {
    struct fixture *f = *state;
    int64_t id = asked_with_photos(f, 2, 1, 63);
    fails_for_a_while(f, id, 2);
    assert_true(batch_worked(f));
    struct batch_view view = get(f, f->editor, id);
    assert_string_equal(view.status, "done");
    for (size_t i = 0; i < 2; i++) {
        assert_non_null(LIST_AT(view.items, struct batch_item, i)->file);
        assert_null(LIST_AT(view.items, struct batch_item, i)->error);
    }
}

static void test_when_there_is_none_for_any(void **state) {
    struct fixture *f = *state;
    int64_t id = asked_with_photos(f, 2, 0, 64);
    bool worked = false;
    fails_for_a_while(f, id, BATCH_FAULTS_MAX - 1);
    (void)!look_short(f, &worked);
    assert_true(worked);
    struct batch_view view = get(f, f->editor, id);
    assert_string_equal(view.status, "failed");
    assert_non_null(strstr(view.error, "原因见各件"));
    for (size_t i = 0; i < 2; i++)
        assert_non_null(strstr(LIST_AT(view.items, struct batch_item, i)->error, "内存不够"));
    assert_int_equal(blobs(f), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        BATCH_TESTS(test_what_never_gets_memory_is_left_out),
        BATCH_TESTS(test_others_do_not_wait_for_it),
        BATCH_TESTS(test_memory_that_comes_back),
        BATCH_TESTS(test_when_there_is_none_for_any),
        cmocka_unit_test(batch_left_nothing),
    };
    return cmocka_run_group_tests(tests, batch_temporary, batch_end);
}
