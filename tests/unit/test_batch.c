/* Batches: asked for with rights, made with rights, taken with rights; cancelled, stopped, begun again. */
#include <pthread.h>

#include "batch_testing.h"
#include "lifecycle_testing.h"
#include "minyi/clock.h"

enum { MANY = 40 };

/* ---- Asking ---- */

static void test_asked_for_what_one_sees(void **state) {
    struct fixture *f = *state;
    struct list items = reports(f, 3);
    struct batch_view view;
    struct batch_item_in *second = LIST_AT(items, struct batch_item_in, 1);
    second->id = desk_report_city(f, "in_review");
    assert_int_equal(ask(f, f->editor, items, PDF, &view), ERR_NOT_FOUND);
    assert_string_equal(f->problem.field, "items[1]");
    assert_non_null(strstr(f->problem.detail, "第 2 件"));
    second->id = 987654;
    assert_int_equal(ask(f, f->editor, items, PDF, &view), ERR_NOT_FOUND);
    *second = *LIST_AT(items, struct batch_item_in, 0);
    assert_int_equal(ask(f, f->editor, items, PDF, &view), ERR_INVALID);
    assert_string_equal(f->problem.field, "items[1]");
    items.count = 1;
    static const char *const twice[] = {"pdf", "pdf"};
    assert_int_equal(ask(f, f->editor, items, (struct list){(void *)twice, 2}, &view), ERR_INVALID);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM paper_batch"), 0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM paper_batch_item"), 0);
    assert_int_equal(ask(f, f->editor, items, PDF, &view), 0);
    assert_string_equal(view.status, "waiting");
    assert_int_equal(view.items.count, 1);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'paper_batch.create'"), 1);
}

static void test_ones_own_alone(void **state) {
    struct fixture *f = *state;
    struct batch_view view = asked(f, f->editor, 1);
    static const char *const routes[] = {"paper_batch_get", "paper_batch_cancel", "paper_batch_delete",
                                         "paper_batch_file"};
    const int64_t others[] = {f->editor2, f->section_head, f->system_admin, f->city_editor};
    for (size_t i = 0; i < ARRAY_LEN(routes); i++)
        for (size_t k = 0; k < ARRAY_LEN(others); k++)
            assert_int_equal(act(f, others[k], routes[i], view.id), ERR_NOT_FOUND);
    struct batch_list_out list;
    assert_int_equal(
        fixture_call(f, f->editor2, "paper_batch_list", &(struct batch_list_in){.limit = ABSENT}, &list), 0);
    assert_int_equal(list.items.count, 0);
    assert_int_equal(
        fixture_call(f, f->editor, "paper_batch_list", &(struct batch_list_in){.limit = ABSENT}, &list), 0);
    assert_int_equal(list.items.count, 1);
}

static void test_three_open_at_most(void **state) {
    struct fixture *f = *state;
    struct batch_view view, first = asked(f, f->editor, 1);
    asked(f, f->editor, 1);
    asked(f, f->editor, 1);
    assert_int_equal(ask(f, f->editor, reports(f, 1), PDF, &view), ERR_TOO_MANY);
    asked(f, f->editor2, 1); /* an account */
    assert_int_equal(act(f, f->editor, "paper_batch_cancel", first.id), 0);
    asked(f, f->editor, 1);
}

/* ---- Making ---- */

static void test_made_and_taken(void **state) {
    struct fixture *f = *state;
    struct list items = reports(f, 3);
    static const char *const both[] = {"docx", "pdf"};
    struct batch_view view = {0};
    assert_int_equal(ask(f, f->editor, items, (struct list){(void *)both, 2}, &view), 0);
    assert_int_equal(act(f, f->editor, "paper_batch_file", view.id), ERR_NOT_FOUND);
    assert_true(batch_worked(f));
    assert_false(batch_worked(f));
    view = get(f, f->editor, view.id);
    assert_string_equal(view.status, "done");
    assert_int_equal(view.done, 3);
    assert_null(view.error);
    assert_true(view.ends_ms > view.finished_ms);
    for (size_t i = 0; i < 3; i++) {
        const struct batch_item *item = LIST_AT(view.items, struct batch_item, i);
        assert_non_null(item->file);
        assert_null(item->error);
        assert_true(item->pages > 0);
    }
    const char *zip = download(f, f->editor, view.id);
    assert_memory_equal(zip, "PK\x03\x04", 4);
    char hash[HASH_HEX_SIZE];
    hash_hex(zip, (size_t)f->download.size, hash);
    assert_string_equal(f->download.etag, hash);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM notice WHERE kind = 'paper_batch'"), 1);
    assert_int_equal(act(f, f->editor, "paper_batch_cancel", view.id), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(act(f, f->editor, "paper_batch_delete", view.id), 0);
    assert_int_equal(act(f, f->editor, "paper_batch_get", view.id), ERR_NOT_FOUND);
    assert_int_equal(blobs(f), 0);
}

/* Runs until somebody stops it; says what the worker said. */
struct runner {
    struct fixture *f;
    pthread_t thread;
    _Atomic bool stop;
    bool worked;
    int error;
};

static void *run(void *argument) {
    struct runner *runner = argument;
    runner->error = batch_look(runner->f, &runner->stop, &runner->worked);
    return NULL;
}

/* A batch of MANY at work, some of it done. */
static struct batch_view under_way(struct fixture *f, struct runner *runner) {
    f->sweeps = false; /* the batch would be done before it was looked at */
    struct batch_view view = asked(f, f->editor, MANY);
    *runner = (struct runner){.f = f};
    assert_int_equal(pthread_create(&runner->thread, NULL, run, runner), 0);
    (void)SOON((view = get(f, f->editor, view.id), view.done > 0));
    assert_true(view.done > 0 && view.done < MANY);
    assert_string_equal(view.status, "running");
    return view;
}

static void test_cancelled_in_the_middle(void **state) {
    struct fixture *f = *state;
    struct runner runner;
    struct batch_view view = under_way(f, &runner);
    assert_int_equal(act(f, f->editor, "paper_batch_delete", view.id), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(act(f, f->editor, "paper_batch_cancel", view.id), 0);
    pthread_join(runner.thread, NULL);
    assert_int_equal(runner.error, 0);
    view = get(f, f->editor, view.id);
    assert_string_equal(view.status, "cancelled");
    assert_true(view.done < MANY);
    assert_int_equal(blobs(f), 0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM notice WHERE kind = 'paper_batch'"), 0);
    assert_false(batch_worked(f));
    assert_int_equal(act(f, f->editor, "paper_batch_cancel", view.id), 0); /* said twice */
    assert_int_equal(act(f, f->editor, "paper_batch_delete", view.id), 0);
}

static void test_stopped_and_begun_again(void **state) {
    struct fixture *f = *state;
    struct runner runner;
    struct batch_view view = under_way(f, &runner);
    runner.stop = true;
    pthread_join(runner.thread, NULL);
    assert_int_equal(runner.error, 0);
    view = get(f, f->editor, view.id);
    assert_string_equal(view.status, "waiting");
    assert_int_equal(view.done, 0);
    assert_int_equal(fixture_int(f, "SELECT begun FROM paper_batch"), 0); /* a node that ends in order */
    assert_int_equal(fixture_int(f, "SELECT faults + COALESCE(again_ms, 0) FROM paper_batch"), 0);
    assert_true(batch_worked(f));
    view = get(f, f->editor, view.id);
    assert_string_equal(view.status, "done");
    assert_int_equal(view.done, MANY);
    for (size_t i = 0; i < MANY; i++)
        assert_non_null(LIST_AT(view.items, struct batch_item, i)->file);
    assert_int_equal(blobs(f), 1);
}

static void test_a_lost_nodes_batch_is_begun_again(void **state) {
    struct fixture *f = *state;
    struct batch_view view = asked(f, f->editor, 2);
    fixture_sql(f, arena_printf(f->arena,
                                "UPDATE paper_batch SET status = 'running', done = 1, started_ms = 5,"
                                " beat_ms = %lld WHERE id = %lld;"
                                "UPDATE paper_batch_item SET file = 'x.pdf' WHERE position = 1",
                                (long long)(clock_ms() - BATCH_LOST_MS - 5000), (long long)view.id));
    assert_true(batch_worked(f));
    view = get(f, f->editor, view.id);
    assert_string_equal(view.status, "done");
    assert_string_not_equal(LIST_AT(view.items, struct batch_item, 0)->file, "x.pdf");
}

static void test_a_living_nodes_batch_is_left_to_it(void **state) {
    ONLY_ON_POSTGRES("several nodes share a server");
    struct fixture *f = *state;
    struct batch_view view = asked(f, f->editor, 2);
    fixture_sql(f, arena_printf(f->arena,
                                "UPDATE paper_batch SET status = 'running', started_ms = 5, beat_ms = %lld"
                                " WHERE id = %lld",
                                (long long)clock_ms(), (long long)view.id));
    assert_false(batch_worked(f));
}

/* A node that was thought lost comes back: it takes nothing from the one that began again. */
static void test_a_late_worker_changes_nothing(void **state) {
    struct fixture *f = *state;
    struct runner runner;
    struct batch_view view = under_way(f, &runner);
    fixture_sql(f,
                arena_printf(f->arena,
                             "UPDATE paper_batch SET started_ms = started_ms + 1, done = 0 WHERE id = %lld",
                             (long long)view.id));
    pthread_join(runner.thread, NULL);
    view = get(f, f->editor, view.id);
    assert_string_equal(view.status, "running");
    assert_int_equal(view.done, 0);
    assert_int_equal(blobs(f), 0);
}

/* ---- Rights ---- */

static void take_role_away(struct fixture *f, int64_t account) {
    fixture_sql(f, arena_printf(f->arena,
                                "DELETE FROM account_role WHERE account_id = %lld;"
                                "DELETE FROM access WHERE account_id = %lld",
                                (long long)account, (long long)account));
}

static void test_rights_lost_in_the_middle(void **state) {
    struct fixture *f = *state;
    struct runner runner;
    struct batch_view view = under_way(f, &runner);
    take_role_away(f, f->editor);
    pthread_join(runner.thread, NULL);
    assert_int_equal(runner.error, 0);
    view = get(f, f->editor, view.id);
    assert_string_equal(view.status, "done");
    const struct batch_item *first = view.items.items, *last = first + MANY - 1;
    assert_non_null(first->file);
    assert_null(last->file);
    assert_string_equal(last->error, err_info(ERR_NOT_FOUND)->zh);
    assert_int_equal(act(f, f->editor, "paper_batch_file", view.id), ERR_FORBIDDEN);
}

/* He still sees the record, but no longer as the office does: with contacts, with what the desk thinks of it.
 */
static void test_the_offices_side_lost(void **state) {
    struct fixture *f = *state;
    struct batch_view view = asked(f, f->editor, 1);
    fixture_sql(f, arena_printf(f->arena,
                                "INSERT INTO access (account_id, permission, unit_id)"
                                " SELECT %lld, 'report.unit_read', r.unit_id FROM report r",
                                (long long)f->editor));
    assert_true(batch_worked(f));
    assert_int_equal(act(f, f->editor, "paper_batch_file", view.id), 0);
    fixture_sql(f, arena_printf(f->arena,
                                "DELETE FROM access WHERE account_id = %lld AND permission = 'report.read'",
                                (long long)f->editor));
    assert_int_equal(act(f, f->editor, "paper_batch_file", view.id), ERR_FORBIDDEN);
}

static void test_titles_end_with_the_rights(void **state) {
    struct fixture *f = *state;
    struct batch_view view = asked(f, f->editor, 1);
    const char *title = fixture_text(f, "SELECT title FROM report");
    assert_true(batch_worked(f));
    view = get(f, f->editor, view.id);
    assert_non_null(strstr(LIST_AT(view.items, struct batch_item, 0)->title, title));
    take_role_away(f, f->editor);
    view = get(f, f->editor, view.id);
    assert_null(strstr(LIST_AT(view.items, struct batch_item, 0)->title, title));
    assert_null(strstr(LIST_AT(view.items, struct batch_item, 0)->file, title));
}

/* Each node that took it is gone: the next one does not follow them. */
static void test_what_ends_every_node_is_given_up(void **state) {
    struct fixture *f = *state;
    struct batch_view view = asked(f, f->editor, 1);
    fixture_sql(f, arena_printf(f->arena,
                                "UPDATE paper_batch SET status = 'running', begun = %d, started_ms = 5,"
                                " beat_ms = 5",
                                BATCH_BEGUN_MAX));
    assert_true(batch_worked(f));
    view = get(f, f->editor, view.id);
    assert_string_equal(view.status, "failed");
    assert_non_null(view.error);
    assert_false(batch_worked(f));
}

static void test_an_account_switched_off(void **state) {
    struct fixture *f = *state;
    struct batch_view view = asked(f, f->editor, 2);
    fixture_sql(f, arena_printf(f->arena, "UPDATE account SET status = 'disabled' WHERE id = %lld",
                                (long long)f->editor));
    assert_true(batch_worked(f));
    view = get(f, f->editor, view.id);
    assert_string_equal(view.status, "failed");
    assert_non_null(strstr(view.error, "停用"));
    assert_int_equal(blobs(f), 0);
}

static void test_nothing_could_be_made(void **state) {
    struct fixture *f = *state;
    struct batch_view view = asked(f, f->editor, 2);
    take_role_away(f, f->editor);
    assert_true(batch_worked(f));
    view = get(f, f->editor, view.id);
    assert_string_equal(view.status, "failed");
    assert_non_null(view.error);
    assert_non_null(LIST_AT(view.items, struct batch_item, 1)->error);
    assert_int_equal(blobs(f), 0);
}

static void test_no_place_for_the_zip(void **state) {
    struct fixture *f = *state;
    struct batch_view view = asked(f, f->editor, 1);
    const _Atomic bool stop = false;
    bool worked = false;
    setenv("TMPDIR", "/nowhere/at/all", 1);
    assert_int_equal(batch_look(f, &stop, &worked),
                     ERR_INTERNAL); /* an administrator's affair: for the log */
    assert_true(worked);
    setenv("TMPDIR", batch_folder, 1);
    view = get(f, f->editor, view.id);
    assert_string_equal(view.status, "failed");
    assert_non_null(view.error);
}

/* ---- The life cycle ---- */

static const char *const events[] = {"begin", "put_off", "finish", "fail", "cancel", "delete", "expire"};
static const struct expected_state expected[] = {
    {"waiting", {"running", NULL, NULL, NULL, "cancelled", NULL, NULL}},
    {"running", {"running", "waiting", "done", "failed", "cancelled", NULL, NULL}},
    {"done", {NULL, NULL, NULL, NULL, NULL, LIFECYCLE_END, LIFECYCLE_END}},
    {"failed", {NULL, NULL, NULL, NULL, NULL, LIFECYCLE_END, LIFECYCLE_END}},
    {"cancelled", {NULL, NULL, NULL, NULL, "cancelled", LIFECYCLE_END, LIFECYCLE_END}},
};

static void test_the_table_says_what_may_follow(void **state) {
    (void)state;
    assert_lifecycle(&batch_lifecycle, events, ARRAY_LEN(events), expected, ARRAY_LEN(expected));
    assert_status_options(&batch_view_record, NULL, expected, ARRAY_LEN(expected));
}

/* Whatever state one is in: its owner can do what the table says, and nothing else. */
static void test_the_owner_is_held_to_the_table(void **state) {
    struct fixture *f = *state;
    enum { CANCEL = 4, DELETE = 5 };
    for (size_t s = 0; s < ARRAY_LEN(expected); s++) {
        struct batch_view view = asked(f, f->editor, 1);
        bool refused = expected[s].to[CANCEL] == NULL;
        const char *set = arena_printf(f->arena, "UPDATE paper_batch SET status = '%s' WHERE id = %lld",
                                       expected[s].code, (long long)view.id);
        fixture_sql(f, set);
        assert_int_equal(act(f, f->editor, "paper_batch_cancel", view.id),
                         refused ? ERR_ILLEGAL_TRANSITION : 0);
        assert_string_equal(get(f, f->editor, view.id).status, refused ? expected[s].code : "cancelled");
        fixture_sql(f, set);
        view = get(f, f->editor, view.id);
        assert_string_equal(view.status_text, lifecycle_zh(&batch_lifecycle, view.status));
        refused = expected[s].to[DELETE] == NULL;
        assert_int_equal(act(f, f->editor, "paper_batch_delete", view.id),
                         refused ? ERR_ILLEGAL_TRANSITION : 0);
        if (refused) assert_non_null(strstr(f->problem.detail, view.status_text));
        fixture_sql(f, "DELETE FROM paper_batch_item; DELETE FROM paper_batch");
    }
}

/* ---- The end ---- */

static int expire(struct ctx *ctx, const void *in, void *out) {
    (void)in;
    (void)out;
    int result = batch_expire(ctx);
    return result > 0 ? batch_expire(ctx) : result; /* all of them, and then there are none */
}

static void test_kept_for_a_week(void **state) {
    struct fixture *f = *state;
    struct batch_view view = asked(f, f->editor, 1), open = asked(f, f->editor, 1);
    int64_t day = INT64_C(24) * 3600 * 1000;
    assert_true(batch_worked(f));
    assert_int_equal(act(f, f->editor, "paper_batch_cancel", open.id), 0);
    open = asked(f, f->editor, 1);
    f->now = clock_ms() + 6 * day;
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, expire, NULL, NULL), 0);
    assert_int_equal(blobs(f), 1);
    f->now = clock_ms() + 8 * day;
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, expire, NULL, NULL), 0);
    assert_int_equal(blobs(f), 0);
    assert_int_equal(act(f, f->editor, "paper_batch_get", view.id), ERR_NOT_FOUND);
    assert_string_equal(get(f, f->editor, open.id).status, "waiting");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob_chunk"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        BATCH_TESTS(test_asked_for_what_one_sees),
        BATCH_TESTS(test_ones_own_alone),
        BATCH_TESTS(test_three_open_at_most),
        BATCH_TESTS(test_made_and_taken),
        BATCH_TESTS(test_cancelled_in_the_middle),
        BATCH_TESTS(test_stopped_and_begun_again),
        BATCH_TESTS(test_a_lost_nodes_batch_is_begun_again),
        BATCH_TESTS(test_a_living_nodes_batch_is_left_to_it),
        BATCH_TESTS(test_a_late_worker_changes_nothing),
        BATCH_TESTS(test_rights_lost_in_the_middle),
        BATCH_TESTS(test_the_offices_side_lost),
        BATCH_TESTS(test_titles_end_with_the_rights),
        BATCH_TESTS(test_what_ends_every_node_is_given_up),
        BATCH_TESTS(test_an_account_switched_off),
        BATCH_TESTS(test_nothing_could_be_made),
        BATCH_TESTS(test_no_place_for_the_zip),
        BATCH_TESTS(test_kept_for_a_week),
        cmocka_unit_test(test_the_table_says_what_may_follow),
        BATCH_TESTS(test_the_owner_is_held_to_the_table),
        cmocka_unit_test(batch_left_nothing),
    };
    return cmocka_run_group_tests(tests, batch_temporary, batch_end);
}
