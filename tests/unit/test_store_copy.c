/* A copy is whole, is compared, goes on where it was broken off, and is nobody's until then. */
#include "copy_testing.h"

#include <signal.h>

/* ---- Whole ---- */

static void test_copies_everything(void **state) {
    struct copy_test *t = *state;
    assert_int_equal(copy_test_run(t), 0);
    assert_false(t->report.resumed);
    assert_int_equal(t->report.count, 6);
    assert_int_equal(t->report.rows, 3 + 3 + 40 + COPY_TEST_LABELS + 1 + 2);
    assert_int_equal(copy_test_table(&t->report, "label")->rows, COPY_TEST_LABELS);
    struct db *db = NULL;
    assert_int_equal(copy_test_open(t, t->to, false, &db), 0);
    db_close(db);
    assert_int_equal(engine_int(t->to, "SELECT parent_id FROM zone WHERE id = 2"), 3);
    assert_int_equal(engine_int(t->to, "SELECT parent_id FROM zone WHERE id = 3"), 1);
    assert_int_equal(engine_int(t->to, "SELECT count(*) FROM option"), 1);
    assert_int_equal(engine_int(t->to, "SELECT count(*) FROM option WHERE key = 'a' AND value = 'mine'"), 1);
    assert_int_equal(engine_int(t->to, "SELECT count(*) FROM item WHERE title IS NULL"), 10);
    assert_int_equal(engine_int(t->to, "SELECT count(*) FROM item WHERE title = ''"), 10);
    assert_int_equal(engine_int(t->to, "SELECT count(*) FROM item WHERE body IS NULL"), 13);
    assert_int_equal(engine_int(t->to, "SELECT length(body) FROM item WHERE id = 38"), 38 * 1700);
    assert_int_equal(engine_int(t->to, "SELECT words FROM item WHERE id = 39"), INT64_C(-39) * 1000000007);
    assert_int_equal(engine_int(t->to, "SELECT count(*) FROM aaa WHERE id = 9223372036854775807"), 1);
}

/* Numbers are given behind the highest that was ever given, not only behind the highest that is left. */
static void test_identities_go_on(void **state) {
    struct copy_test *t = *state;
    assert_int_equal(copy_test_run(t), 0);
    engine_sql(t->to, "INSERT INTO kind (name) VALUES ('next'); INSERT INTO item (zone_id) VALUES (1);"
                      "INSERT INTO zone (name) VALUES ('next')");
    assert_int_equal(engine_int(t->to, "SELECT id FROM kind WHERE name = 'next'"), 71);
    assert_int_equal(engine_int(t->to, "SELECT max(id) FROM item"), 41);
    assert_int_equal(engine_int(t->to, "SELECT id FROM zone WHERE name = 'next'"), 4);
}

static void test_there_and_back(void **state) {
    struct copy_test *t = *state;
    assert_int_equal(copy_test_run(t), 0);
    const struct db_copy_report there = t->report;
    char back[256];
    copy_test_fresh(t->folder, "back", t->from_server, back, sizeof(back));
    t->plan.options.from = t->to;
    t->plan.options.to = back;
    assert_int_equal(copy_test_run(t), 0);
    copy_test_assert_same(&there, &t->report);
    /* The hash tells: one value of one row less or other. */
    engine_sql(back, "UPDATE label SET note = '' WHERE name = '名7'");
    t->plan.options.from = back;
    char last[256];
    copy_test_fresh(t->folder, "last", false, last, sizeof(last));
    t->plan.options.to = last;
    assert_int_equal(copy_test_run(t), 0);
    assert_string_not_equal(copy_test_table(&there, "label")->hash,
                            copy_test_table(&t->report, "label")->hash);
    assert_string_equal(copy_test_table(&there, "item")->hash, copy_test_table(&t->report, "item")->hash);
    engine_drop(back);
}

static void try_to_write_source(void *argument, const struct db_copy_progress *progress) {
    struct copy_test *t = argument;
    (void)progress;
    if (t->from_server) {
        assert_int_equal(engine_int(t->from, "SELECT pg_try_advisory_lock(469920282985)"), 0);
        return;
    }
    struct db *db = NULL;
    assert_int_equal(copy_test_open(t, t->from, false, &db), ERR_STORE_BUSY);
}

static void test_nobody_writes_the_source(void **state) {
    struct copy_test *t = *state;
    t->plan.options.watch = try_to_write_source;
    assert_int_equal(copy_test_run(t), 0);
    struct db *db = NULL;
    assert_int_equal(copy_test_open(t, t->from, false, &db), 0); /* and is free again */
    db_close(db);
}

/* ---- Compared ---- */

static const struct {
    const char *sql, *said;
} alterations[] = {
    {"UPDATE label SET note = '' WHERE item_id = 8 AND name = '名7'", "label 主键 8, 名7 的列 note"},
    {"UPDATE label SET note = NULL WHERE item_id = 9 AND name = '名8'", "label 主键 9, 名8 的列 note"},
    {"UPDATE item SET words = words + 1 WHERE id = 39", "item 主键 39 的列 words"},
    {"UPDATE item SET body = NULL WHERE id = 40", "item 主键 40 的列 body"},
    {"UPDATE zone SET parent_id = 1 WHERE id = 2", "zone 主键 2 的列 parent_id"},
    {"DELETE FROM label WHERE item_id = 40", "label 从主键 40"},
    {"INSERT INTO label (item_id, name) VALUES (40, '名999999')", "label 从主键 40, 名999999"},
    {"INSERT INTO option (key, value) VALUES ('b', '2')", "option 从主键 b"},
    {"DELETE FROM kind", "kind 从主键 1 "},
};

static const char *alteration;

static void alter_target(void *argument, const struct db_copy_progress *progress) {
    struct copy_test *t = argument;
    if (progress->phase != DB_COPY_COMPARE || alteration == NULL) return;
    engine_sql(t->to, alteration);
    alteration = NULL;
}

static void test_an_altered_row_is_found(void **state) {
    struct copy_test *t = *state;
    t->plan.options.watch = alter_target;
    for (size_t i = 0; i < ARRAY_LEN(alterations); i++) {
        alteration = alterations[i].sql;
        assert_int_equal(copy_test_run(t), ERR_CONFLICT);
        assert_null(alteration);
        if (strstr(t->why, alterations[i].said) == NULL) fail_msg("%s: %s", alterations[i].sql, t->why);
        struct db *db = NULL;
        assert_int_equal(copy_test_open(t, t->to, false, &db), ERR_CONFLICT);
    }
    assert_int_equal(copy_test_run(t), 0); /* the next one begins anew */
    assert_false(t->report.resumed);
}

static int refuse_target(void *argument, struct db *target) {
    (void)argument;
    assert_non_null(target);
    return ERR_FORBIDDEN;
}

static void test_the_last_check_keeps_the_mark(void **state) {
    struct copy_test *t = *state;
    t->plan.options.check = refuse_target;
    assert_int_equal(copy_test_run(t), ERR_FORBIDDEN);
    struct db *db = NULL;
    assert_int_equal(copy_test_open(t, t->to, false, &db), ERR_CONFLICT);
    t->plan.options.check = NULL;
    assert_int_equal(copy_test_run(t), 0);
    assert_true(t->report.resumed);
}

/* ---- Broken off ---- */

static int calls_left;
static int64_t first_done, copied_now;

static void die_at_once(void *argument, const struct db_copy_progress *progress) {
    (void)argument;
    (void)progress;
    if (--calls_left == 0) kill(getpid(), SIGKILL);
}

static void count_copied(void *argument, const struct db_copy_progress *progress) {
    (void)argument;
    if (progress->phase != DB_COPY_ROWS) return;
    if (first_done < 0) first_done = progress->done;
    copied_now = progress->done;
}

/* A process of its own copies and is killed when it says something for the CALLS-th time; false when it came
 * to its end before. */
static bool killed_at(struct copy_test *t, int calls) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        calls_left = calls;
        t->plan.options.watch = die_at_once;
        _exit(copy_test_run(t) == 0 ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFSIGNALED(status)) assert_int_equal(WEXITSTATUS(status), 0);
    return WIFSIGNALED(status);
}

static void drop_target(struct copy_test *t) {
    engine_drop(t->to);
    static const char *const endings[] = {"", "-wal", "-shm", "-lock"};
    for (size_t i = 0; i < ARRAY_LEN(endings) && !t->to_server; i++)
        unlink(arena_printf(t->arena, "%s/to.db%s", t->folder, endings[i]));
    copy_test_fresh(t->folder, "to", t->to_server, t->to, sizeof(t->to));
}

static void test_killed_and_run_again(void **state) {
    struct copy_test *t = *state;
    static const int places[] = {4, 9, 14};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        assert_true(killed_at(t, places[i]));
        struct db *db = NULL;
        assert_int_equal(copy_test_open(t, t->to, false, &db), ERR_CONFLICT);
        assert_non_null(strstr(t->why, "再运行同一条命令"));
        first_done = -1;
        copied_now = 0;
        t->plan.options.watch = count_copied;
        assert_int_equal(copy_test_run(t), 0);
        assert_true(t->report.resumed);
        assert_true(first_done > 0 || places[i] > 9); /* what was there was not copied again */
        assert_int_equal(copy_test_open(t, t->to, false, &db), 0);
        db_close(db);
        drop_target(t);
    }
}

/* Killed again and again it still comes to its end. */
static void test_killed_every_time(void **state) {
    struct copy_test *t = *state;
    int rounds = 0;
    while (killed_at(t, 12 + 2 * rounds))
        assert_true(++rounds < 30);
    assert_true(rounds > 2);
    struct db *db = NULL;
    assert_int_equal(copy_test_open(t, t->to, false, &db), 0);
    db_close(db);
    assert_int_equal(engine_int(t->to, "SELECT count(*) FROM label"), COPY_TEST_LABELS);
}

static void test_source_changed_meanwhile(void **state) {
    struct copy_test *t = *state;
    assert_true(killed_at(t, 9));
    assert_true(engine_int(t->to, "SELECT count(*) FROM item") > 0);
    engine_sql(t->from, "UPDATE item SET title = 'changed' WHERE id = 1");
    assert_int_equal(copy_test_run(t), 0);
    assert_false(t->report.resumed);
    assert_int_equal(engine_int(t->to, "SELECT count(*) FROM item WHERE title = 'changed'"), 1);
}

/* What the progress says and what is there must agree. */
static void test_target_changed_meanwhile(void **state) {
    struct copy_test *t = *state;
    assert_true(killed_at(t, 9));
    engine_sql(t->to, "DELETE FROM item WHERE id = (SELECT max(id) FROM item)");
    assert_int_equal(copy_test_run(t), 0);
    assert_false(t->report.resumed);
    assert_int_equal(engine_int(t->to, "SELECT count(*) FROM item"), 40);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        COPY_TEST(test_copies_everything),        COPY_TEST(test_identities_go_on),
        COPY_TEST(test_there_and_back),           COPY_TEST(test_nobody_writes_the_source),
        COPY_TEST(test_an_altered_row_is_found),  COPY_TEST(test_the_last_check_keeps_the_mark),
        COPY_TEST(test_killed_and_run_again),     COPY_TEST(test_killed_every_time),
        COPY_TEST(test_source_changed_meanwhile), COPY_TEST(test_target_changed_meanwhile),
    };
    return copy_test_main(tests, ARRAY_LEN(tests));
}
