/* Batches that nobody gets on with: what their owners see; and how one ended, when the store has no room for
 * the word. */
#include "../../src/store/internal.h"
#include "batch_testing.h"
#include "minyi/clock.h"

static const _Atomic bool go_on = false;

/* ---- Nobody works ---- */

/* What the page and the list say of it; both say the same. */
static struct batch_view shown(struct fixture *f, int64_t id) {
    struct batch_view page = get(f, f->editor, id);
    struct batch_list_out list = {0};
    assert_int_equal(
        fixture_call(f, f->editor, "paper_batch_list", &(struct batch_list_in){.limit = ABSENT}, &list), 0);
    for (size_t i = 0; i < list.items.count; i++) {
        const struct batch_view *item = LIST_AT(list.items, struct batch_view, i);
        if (item->id != id) continue;
        assert_int_equal(item->stalled, page.stalled);
        assert_string_equal(item->status, page.status);
        assert_string_equal(item->status_text, page.status_text);
        assert_string_equal(item->error ? item->error : "", page.error ? page.error : "");
    }
    return page;
}

static void goes(struct fixture *f, int64_t id, const char *status) {
    struct batch_view view = shown(f, id);
    assert_false(view.stalled);
    assert_string_equal(view.status, status);
    assert_string_equal(view.status_text, lifecycle_zh(&batch_lifecycle, status));
    assert_null(view.error);
}

static void stands(struct fixture *f, int64_t id, const char *status) {
    struct batch_view view = shown(f, id);
    assert_true(view.stalled);
    assert_string_equal(view.status, status);
    assert_string_equal(view.status_text, "已停顿");
    assert_non_null(strstr(view.error, "一分钟没有进展"));
    assert_int_equal(view.finished_ms, ABSENT);
}

static void set(struct fixture *f, int64_t id, const char *what, int64_t ms) {
    fixture_sql(f, arena_printf(f->arena, "UPDATE paper_batch SET %s = %lld WHERE id = %lld", what,
                                (long long)ms, (long long)id));
}

static void test_one_that_nobody_takes(void **state) {
    struct fixture *f = *state;
    int64_t id = asked(f, f->editor, 1).id, asked_ms = f->now;
    f->now = asked_ms + BATCH_LOST_MS;
    goes(f, id, "waiting");
    f->now++;
    stands(f, id, "waiting");
    set(f, id, "again_ms", f->now - BATCH_LOST_MS); /* it waits for its next try */
    goes(f, id, "waiting");
    f->now++;
    stands(f, id, "waiting");
    /* Others are made before it. */
    int64_t other = asked(f, f->editor2, 1).id;
    set(f, other, "beat_ms", f->now - BATCH_LOST_MS);
    goes(f, id, "waiting");
    f->now++;
    stands(f, id, "waiting");
    assert_int_equal(act(f, f->editor, "paper_batch_delete", id), ERR_ILLEGAL_TRANSITION);
    assert_non_null(strstr(f->problem.detail, "已停顿"));
    assert_int_equal(act(f, f->editor, "paper_batch_cancel", id), 0);
    goes(f, id, "cancelled");
}

static void test_one_whose_node_is_silent(void **state) {
    struct fixture *f = *state;
    int64_t id = asked(f, f->editor, 1).id;
    f->now += 3 * BATCH_LOST_MS;
    set(f, id, "beat_ms", f->now - BATCH_LOST_MS);
    fixture_sql(f, "UPDATE paper_batch SET status = 'running', started_ms = beat_ms, begun = 1");
    goes(f, id, "running");
    f->now++;
    stands(f, id, "running");
    assert_true(batch_worked(f)); /* begun anew: it goes on by itself */
    f->now = clock_ms() + 2 * BATCH_LOST_MS;
    goes(f, id, "done");
}

/* Given back in order: whoever did that lives. */
static void test_one_that_was_given_back(void **state) {
    struct fixture *f = *state;
    const _Atomic bool stop = true;
    bool worked = true;
    int64_t id = asked(f, f->editor, 1).id; /* long ago, as the clock says */
    assert_int_equal(batch_look(f, &stop, &worked), 0);
    assert_false(worked);
    f->now = clock_ms();
    goes(f, id, "waiting");
}

/* ---- No room for the word ---- */

/* The store is full when VERB of a row of TABLE is such that ROW holds; for the rest there is room. */
static void no_room(struct fixture *f, const char *verb, const char *table, const char *row) {
    const char *format = engine_is_postgres()
                             ? "CREATE FUNCTION no_room_%s() RETURNS trigger LANGUAGE plpgsql AS"
                               " $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100';"
                               " END $$;"
                               "CREATE TRIGGER no_room_%s BEFORE %s ON %s FOR EACH ROW WHEN"
                               " (%s) EXECUTE FUNCTION no_room_%s()"
                             : "CREATE TABLE filler_%s (bytes BLOB);"
                               "CREATE TRIGGER no_room_%s BEFORE %s ON %s WHEN %s BEGIN"
                               " INSERT INTO filler_%s VALUES (zeroblob(4000000)); END";
    fixture_sql(f, arena_printf(f->arena, format, table, table, verb, table, row, table));
}

static int limit_pages(struct db_conn *tx, void *pages) {
    return tx->db->driver->limit_pages(tx->engine, *(int64_t *)pages);
}

/* Room for what is small; on a server the triggers say by themselves that there is none. */
static void limit(struct fixture *f, int64_t free_pages) {
    if (engine_is_postgres()) return;
    int64_t pages = fixture_int(f, "PRAGMA page_count") + free_pages;
    assert_int_equal(db_write(f->db, limit_pages, &pages), 0);
}

static void fill(struct fixture *f, const char *ending) {
    db_on_trouble(NULL);
    no_room(f, "INSERT", "rendering", "1 = 1");
    no_room(f, "UPDATE", "paper_batch", arena_printf(f->arena, "NEW.status = '%s'", ending));
    limit(f, 500);
}

static void make_room(struct fixture *f) {
    const char *on = engine_is_postgres() ? " ON %s" : "";
    for (size_t i = 0; i < 2; i++) {
        const char *table = i == 0 ? "rendering" : "paper_batch";
        fixture_sql(
            f, arena_printf(f->arena, "DROP TRIGGER no_room_%s%s", table, arena_printf(f->arena, on, table)));
    }
    limit(f, 100 * 1000);
}

static int64_t number(struct fixture *f, const char *what, int64_t id) {
    return fixture_int(
        f, arena_printf(f->arena, "SELECT %s FROM paper_batch WHERE id = %lld", what, (long long)id));
}

/* There is room for the word, and for no more: the owner is told, and so is the log. */
static void test_a_failure_is_written_at_once(void **state) {
    struct fixture *f = *state;
    int64_t id = asked(f, f->editor, 1).id;
    bool worked = false;
    fill(f, "none");
    assert_int_equal(batch_look(f, &go_on, &worked), ERR_STORE_FULL);
    assert_true(worked);
    assert_string_equal(get(f, f->editor, id).status, "failed");
    assert_int_equal(batch_look(f, &go_on, &worked), 0);
    assert_false(worked);
}

static void test_a_failure_is_written_once_there_is_room(void **state) {
    struct fixture *f = *state;
    struct batch_maker *maker = batch_maker_new(f->db, site);
    int64_t id = asked(f, f->editor, 2).id, next = asked(f, f->editor, 1).id;
    bool worked = true;
    fill(f, "failed");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(batch_work(maker, &go_on, &worked), ERR_STORE_FULL);
        assert_false(worked);
        assert_string_equal(get(f, f->editor, id).status, "running");
        assert_string_equal(get(f, f->editor, next).status,
                            "waiting"); /* for there is no room for it either */
        assert_int_equal(number(f, "begun", id), 1);
    }
    f->now = clock_ms() + 2 * BATCH_LOST_MS;
    stands(f, id, "running");
    stands(f, next, "waiting");
    make_room(f);
    assert_int_equal(batch_work(maker, &go_on, &worked), 0);
    assert_true(worked);
    struct batch_view view = shown(f, id);
    assert_string_equal(view.status, "failed");
    assert_non_null(strstr(view.error, "磁盘已满"));
    assert_int_equal(number(f, "begun", id), 1);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'paper_batch.fail'"), 1);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM notice WHERE title LIKE '%没有完成%'"), 1);
    goes(f, next, "done");
    assert_int_equal(batch_work(maker, &go_on, &worked), 0);
    assert_false(worked);
    batch_maker_free(maker);
}

/* The store fails under it, and then has no room to say that it waits. */
static void test_a_pause_is_written_once_there_is_room(void **state) {
    struct fixture *f = *state;
    struct batch_maker *maker = batch_maker_new(f->db, site);
    int64_t id = asked(f, f->editor, 1).id;
    bool worked = true;
    fill(f, "waiting");
    fixture_sql(f, "ALTER TABLE rendering RENAME TO gone");
    assert_int_equal(batch_work(maker, &go_on, &worked), ERR_STORE_FULL);
    assert_int_equal(number(f, "faults", id), 0);
    fixture_sql(f, "ALTER TABLE gone RENAME TO rendering");
    make_room(f);
    assert_int_equal(batch_work(maker, &go_on, &worked), 0); /* written down, and not due yet */
    assert_int_equal(number(f, "faults", id), 1);
    assert_int_equal(number(f, "begun", id), 0); /* no node was lost */
    goes(f, id, "waiting");
    set(f, id, "again_ms", 5);
    assert_int_equal(batch_work(maker, &go_on, &worked), 0);
    assert_true(worked);
    goes(f, id, "done");
    batch_maker_free(maker);
}

/* One that failed, which MAKER could not write down; there is room now, and no sign of life for long. */
static int64_t taken_for_lost(struct fixture *f, struct batch_maker *maker) {
    int64_t id = asked(f, f->editor, 1).id;
    bool worked = true;
    fill(f, "failed");
    assert_int_equal(batch_work(maker, &go_on, &worked), ERR_STORE_FULL);
    make_room(f);
    set(f, id, "beat_ms", 5);
    return id;
}

/* Meanwhile another node took it for lost: what is to be said of it is that node's to say. */
static void test_the_word_of_one_who_lost_it_counts_no_more(void **state) {
    struct fixture *f = *state;
    struct batch_maker *maker = batch_maker_new(f->db, site);
    int64_t id = taken_for_lost(f, maker);
    bool worked = true;
    assert_true(batch_worked(f));
    goes(f, id, "done");
    assert_int_equal(batch_work(maker, &go_on, &worked), 0);
    assert_false(worked);
    goes(f, id, "done");
    batch_maker_free(maker);
}

/* The service is stopped with it: the next one begins anew. */
static void test_the_word_ends_with_the_service(void **state) {
    struct fixture *f = *state;
    struct batch_maker *maker = batch_maker_new(f->db, site);
    int64_t id = taken_for_lost(f, maker);
    assert_null(batch_maker_free(maker));
    assert_true(batch_worked(f));
    goes(f, id, "done");
    assert_null(batch_maker_free(NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        BATCH_TESTS(test_one_that_nobody_takes),
        BATCH_TESTS(test_one_whose_node_is_silent),
        BATCH_TESTS(test_one_that_was_given_back),
        BATCH_TESTS(test_a_failure_is_written_at_once),
        BATCH_TESTS(test_a_failure_is_written_once_there_is_room),
        BATCH_TESTS(test_a_pause_is_written_once_there_is_room),
        BATCH_TESTS(test_the_word_of_one_who_lost_it_counts_no_more),
        BATCH_TESTS(test_the_word_ends_with_the_service),
        cmocka_unit_test(batch_left_nothing),
    };
    return cmocka_run_group_tests(tests, batch_temporary, batch_end);
}
