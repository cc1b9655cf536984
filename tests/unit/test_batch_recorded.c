/* What is written down of batches: every act, and that a file is handed out with its zip and not by being
 * made. */
#include "../../src/features/paper/types.h"
#include "batch_testing.h"
#include "minyi/clock.h"

static const int64_t day = INT64_C(24) * 3600 * 1000;

/* The one row of the act on the batch: who did it. */
static int64_t actor_of(struct fixture *f, const char *what, int64_t batch) {
    const char *rows = arena_printf(f->arena,
                                    "FROM audit WHERE act = 'paper_batch.%s' AND subject_kind ="
                                    " 'paper_batch' AND subject_id = %lld",
                                    what, (long long)batch);
    assert_int_equal(fixture_int(f, arena_printf(f->arena, "SELECT count(*) %s", rows)), 1);
    return fixture_int(f, arena_printf(f->arena, "SELECT actor_id %s", rows));
}

static const char *detail_of(struct fixture *f, const char *what) {
    return fixture_text(
        f, arena_printf(f->arena, "SELECT detail FROM audit WHERE act = 'paper_batch.%s'", what));
}

static int64_t acts(struct fixture *f) {
    return fixture_int(f, "SELECT count(*) FROM audit WHERE subject_kind = 'paper_batch'");
}

static int expire(struct ctx *ctx, const void *in, void *out) {
    (void)in;
    (void)out;
    int result = batch_expire(ctx);
    return result < 0 ? result : 0;
}

static void test_finished_taken_deleted(void **state) {
    struct fixture *f = *state;
    struct batch_view view = asked(f, f->editor, 3);
    assert_int_equal(act(f, f->editor, "paper_batch_file", view.id), ERR_NOT_FOUND);
    fixture_sql(f, "UPDATE report SET status = 'draft' WHERE id = (SELECT max(id) FROM report)");
    assert_true(batch_worked(f));
    const char *zip = fixture_text(f, "SELECT sha256 FROM paper_batch");
    assert_int_equal(actor_of(f, "create", view.id), f->editor);
    assert_int_equal(actor_of(f, "finish", view.id), 0); /* the system */
    assert_string_equal(detail_of(f, "finish"), arena_printf(f->arena, "done=2 left=1 zip=%s", zip));
    assert_int_equal(acts(f), 2);
    assert_int_equal(act(f, f->editor2, "paper_batch_file", view.id), ERR_NOT_FOUND);
    assert_int_equal(acts(f), 2);
    fixture_sql(f, "UPDATE paper_batch_item SET hidden = 1 WHERE file IS NULL");
    for (int i = 0; i < 2; i++) /* the first taking is an act, and the same again is none */
        assert_int_equal(act(f, f->editor, "paper_batch_file", view.id), 0);
    assert_int_equal(actor_of(f, "fetch", view.id), f->editor);
    assert_string_equal(detail_of(f, "fetch"), zip);
    assert_int_equal(act(f, f->editor, "paper_batch_delete", view.id), 0);
    assert_int_equal(actor_of(f, "delete", view.id), f->editor);
    assert_string_equal(detail_of(f, "delete"), zip);
    assert_int_equal(acts(f), 4);
}

static void test_cancelled_failed_expired(void **state) {
    struct fixture *f = *state;
    struct batch_view cancelled = asked(f, f->editor, 1), failed = asked(f, f->editor, 1);
    assert_int_equal(act(f, f->editor, "paper_batch_delete", cancelled.id), ERR_ILLEGAL_TRANSITION);
    for (int i = 0; i < 2; i++) /* once, though said twice */
        assert_int_equal(act(f, f->editor, "paper_batch_cancel", cancelled.id), 0);
    assert_int_equal(actor_of(f, "cancel", cancelled.id), f->editor);
    assert_string_equal(detail_of(f, "cancel"), "from=waiting to=cancelled");
    fixture_sql(f, arena_printf(f->arena, "UPDATE account SET status = 'disabled' WHERE id = %lld",
                                (long long)f->editor));
    assert_true(batch_worked(f));
    assert_int_equal(actor_of(f, "fail", failed.id), 0);
    assert_string_equal(detail_of(f, "fail"), "done=0");
    f->now = clock_ms() + 8 * day;
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, expire, NULL, NULL), 0);
    assert_int_equal(actor_of(f, "expire", cancelled.id), 0);
    assert_int_equal(actor_of(f, "expire", failed.id), 0);
    assert_string_equal(detail_of(f, "expire"), ""); /* there was no zip */
    assert_int_equal(acts(f), 6);
}

/* ---- Handed out with the zip, or by itself ---- */

static int64_t rows(struct fixture *f, const char *where) {
    return fixture_int(f, arena_printf(f->arena, "SELECT count(*) FROM rendering WHERE %s", where));
}

static struct rendering_view newest(struct fixture *f, int64_t report) {
    struct paper_info info;
    assert_int_equal(fixture_call(f, f->editor, "paper_info", &(struct paper_in){report, "report"}, &info),
                     0);
    assert_true(info.renderings.count > 0);
    return *LIST_AT(info.renderings, struct rendering_view, 0);
}

static void test_a_file_is_handed_out_with_its_zip(void **state) {
    struct fixture *f = *state;
    struct list items = reports(f, 2);
    int64_t report = LIST_AT(items, struct batch_item_in, 0)->id;
    struct batch_view first = {0}, second = {0};
    assert_int_equal(ask(f, f->editor, items, PDF, &first), 0);
    assert_true(batch_worked(f));
    assert_int_equal(rows(f, "batch_id IS NOT NULL AND taken_ms IS NULL"), 2);
    assert_int_equal(newest(f, report).batch_id, first.id);
    assert_int_equal(newest(f, report).taken_ms, ABSENT);
    assert_int_equal(fixture_int(f, arena_printf(f->arena,
                                                 "SELECT count(*) FROM audit WHERE act = 'paper.render' AND"
                                                 " detail LIKE '%%version=%% batch=%lld'",
                                                 (long long)first.id)),
                     2);
    /* Taken by itself, on the same day or another: that is a row of its own. */
    f->now = clock_ms() - day;
    const struct paper_file_in file = {.id = report, .kind = "report", .format = "pdf"};
    for (int i = 0; i < 2; i++)
        assert_int_equal(fixture_call(f, f->editor, "paper_file", &file, NULL), 0);
    assert_int_equal(rows(f, "1 = 1"), 3);
    assert_int_equal(newest(f, report).batch_id, ABSENT);
    assert_int_equal(rows(f, "batch_id IS NULL AND taken_ms IS NOT NULL"), 0);
    /* Another batch makes what was not handed out on that day yet. */
    fixture_sql(f, arena_printf(f->arena, "UPDATE rendering SET at_ms = at_ms + %lld WHERE batch_id IS NULL",
                                (long long)(3 * day)));
    assert_int_equal(ask(f, f->editor, items, PDF, &second), 0);
    assert_true(batch_worked(f));
    assert_int_equal(rows(f, "1 = 1"), 4);
    assert_int_equal(rows(f, arena_printf(f->arena, "batch_id = %lld", (long long)second.id)), 1);
    /* The zip is taken: what was made for it, and nothing else. */
    f->now = clock_ms();
    for (int i = 0; i < 2; i++, f->now += 1000)
        assert_int_equal(act(f, f->editor, "paper_batch_file", first.id), 0);
    assert_int_equal(rows(f, arena_printf(f->arena, "batch_id = %lld AND taken_ms = %lld",
                                          (long long)first.id, (long long)f->now - 2000)),
                     2);
    assert_int_equal(rows(f, "taken_ms IS NOT NULL"), 2);
    assert_int_equal(act(f, f->editor, "paper_batch_delete", first.id), 0);
    assert_int_equal(rows(f, "1 = 1"), 4);
}

/* The node dies over its last write. AHEAD_MS: so far its clock was ahead of the next one's. */
static void lose_the_node(struct fixture *f, int64_t id, int64_t ahead_ms) {
    fixture_sql(f, arena_printf(f->arena,
                                "UPDATE paper_batch SET status = 'running', finished_ms = NULL, size = NULL,"
                                " sha256 = NULL, beat_ms = 5 WHERE id = %lld;"
                                "UPDATE rendering SET at_ms = at_ms + %lld WHERE batch_id = %lld",
                                (long long)id, (long long)ahead_ms, (long long)id));
}

/* What it had made, and the next one did not: it never left the house. */
static void only_the_zips_files_are_handed_out(struct fixture *f, int64_t ahead_ms) {
    struct list items = reports(f, 2);
    struct batch_view view = {0};
    assert_int_equal(ask(f, f->editor, items, PDF, &view), 0);
    assert_true(batch_worked(f));
    const char *mine = arena_printf(f->arena, "batch_id = %lld", (long long)view.id);
    assert_int_equal(rows(f, mine), 2);
    lose_the_node(f, view.id, ahead_ms);
    fixture_sql(f, arena_printf(f->arena, "UPDATE report SET status = 'draft' WHERE id = %lld",
                                (long long)LIST_AT(items, struct batch_item_in, 1)->id));
    assert_true(batch_worked(f));
    view = get(f, f->editor, view.id);
    assert_string_equal(view.status, "done");
    assert_non_null(LIST_AT(view.items, struct batch_item, 0)->file);
    assert_null(LIST_AT(view.items, struct batch_item, 1)->file);
    assert_int_equal(rows(f, mine), 3);
    assert_int_equal(act(f, f->editor, "paper_batch_file", view.id), 0);
    assert_int_equal(rows(f, arena_printf(f->arena, "%s AND taken_ms IS NOT NULL", mine)), 1);
    int64_t taken = fixture_int(f, arena_printf(f->arena, "SELECT max(id) FROM rendering WHERE %s", mine));
    assert_int_equal(rows(f, arena_printf(f->arena, "id = %lld AND taken_ms IS NOT NULL", (long long)taken)),
                     1);
}

static void test_a_lost_nodes_files_are_not_handed_out(void **state) {
    struct fixture *f = *state;
    only_the_zips_files_are_handed_out(f, 0);
    only_the_zips_files_are_handed_out(f, day / 24);
    only_the_zips_files_are_handed_out(f, -2 * day); /* that day's rows are not looked at either */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        BATCH_TESTS(test_finished_taken_deleted),
        BATCH_TESTS(test_cancelled_failed_expired),
        BATCH_TESTS(test_a_file_is_handed_out_with_its_zip),
        BATCH_TESTS(test_a_lost_nodes_files_are_not_handed_out),
        cmocka_unit_test(batch_left_nothing),
    };
    return cmocka_run_group_tests(tests, batch_temporary, batch_end);
}
