/* PostgreSQL over a bad line: what was saved is there once, who waits hears in time, and it mends by itself.
 */
#include "postgres_testing.h"

static int write_entry(struct pg_test *p, struct entry *entry) {
    return db_write(p->t->db, pg_test_write_entry, entry);
}

/* ---- A commit whose answer is lost ---- */

static void test_a_commit_that_happened_is_acknowledged(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct entry entry = {.name = "甲"};
    proxy_cut(p->proxy, PROXY_AFTER, "COMMIT$", false);
    assert_int_equal(write_entry(p, &entry), 0);
    assert_true(proxy_has_cut(p->proxy));
    assert_int_equal(entry.runs, 1); /* it was found, not done again */
    assert_int_equal(pg_test_count(p, "甲"), 1);
    assert_true(pg_test_gapless(p));
}

static void test_a_commit_that_did_not_happen_runs_again(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct entry entry = {.name = "甲"};
    proxy_cut(p->proxy, PROXY_BEFORE, "COMMIT$", false);
    assert_int_equal(write_entry(p, &entry), 0);
    assert_true(proxy_has_cut(p->proxy));
    assert_int_equal(entry.runs, 2);
    assert_int_equal(entry.number, 1);
    assert_int_equal(pg_test_count(p, "甲"), 1);
    assert_true(pg_test_gapless(p));
}

static void test_a_statement_that_is_lost_runs_again(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    for (int where = PROXY_BEFORE; where <= PROXY_AFTER; where++) {
        char name[24];
        snprintf(name, sizeof(name), "断在此处%d", where);
        struct entry entry = {.name = name};
        proxy_cut(p->proxy, (enum proxy_cut)where, name, false);
        assert_int_equal(write_entry(p, &entry), 0);
        assert_true(proxy_has_cut(p->proxy));
        assert_int_equal(entry.runs, 2);
        assert_int_equal(pg_test_count(p, name), 1);
    }
    assert_true(pg_test_gapless(p));
}

static void group_with_a_lost_commit(struct pg_test *p, enum proxy_cut where) {
    struct entry entries[4] = {
        {.name = "一"}, {.name = "二", .fails = ERR_GATES_OPEN}, {.name = "三"}, {.name = "四"}};
    struct pg_call calls[4];
    for (size_t i = 0; i < 4; i++)
        calls[i] =
            (struct pg_call){.db = p->t->db, .fn = pg_test_write_entry, .argument = &entries[i], .result = 1};
    int64_t before = pg_test_count(p, "一");
    proxy_cut(p->proxy, where, "COMMIT$", false);
    pg_test_together(calls, 4);
    assert_true(proxy_has_cut(p->proxy));
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(calls[i].result, entries[i].fails);
        assert_int_equal(pg_test_count(p, entries[i].name), entries[i].fails == 0 ? before + 1 : 0);
    }
    assert_true(pg_test_gapless(p));
}

static void test_a_group_with_a_lost_commit(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    group_with_a_lost_commit(p, PROXY_AFTER);
    group_with_a_lost_commit(p, PROXY_BEFORE);
}

/* The line stays away longer than anybody waits. */
static void unknown(struct pg_test *p, enum proxy_cut where, const char *name, int64_t there) {
    struct entry entry = {.name = name}, next = {.name = "后来"};
    int64_t start = pg_test_ms(), later = pg_test_count(p, "后来");
    proxy_cut(p->proxy, where, "COMMIT$", true);
    pg_limits.recover_ms = 2000;
    assert_int_equal(write_entry(p, &entry), ERR_STORE_UNKNOWN);
    assert_in_range(pg_test_ms() - start, 1900, WAIT_MS); /* it did try to find out */
    pg_limits = pg_test_usual;
    assert_int_equal(pg_test_count(p, name), there);
    proxy_down(p->proxy, false);
    int error = 0;
    (void)SOON((error = write_entry(p, &next)) != ERR_STORE_UNREACHABLE);
    assert_int_equal(error, 0);
    assert_int_equal(pg_test_count(p, name), there); /* and is not done behind its caller's back */
    assert_int_equal(pg_test_count(p, "后来"), later + 1);
    assert_int_equal(entry.runs, 1);
    assert_true(pg_test_gapless(p));
}

static void test_unknown_when_it_cannot_be_found_out(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    unknown(p, PROXY_AFTER, "已存", 1);
    unknown(p, PROXY_BEFORE, "未存", 0);
}

/* ---- No server ---- */

static void test_unreachable_and_back(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct entry entry = {.name = "甲"};
    int64_t count = -1;
    assert_int_equal(pg_test_read(p->t->db, "甲", &count), 0);
    pg_limits.recover_ms = 2000;
    proxy_down(p->proxy, true);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pg_test_read(p->t->db, "甲", &count), ERR_STORE_UNREACHABLE);
        assert_int_equal(write_entry(p, &entry), ERR_STORE_UNREACHABLE);
    }
    assert_int_equal(db_ready(p->t->db), ERR_STORE_UNREACHABLE);
    pg_limits = pg_test_usual;
    proxy_down(p->proxy, false);
    assert_true(SOON(pg_test_read(p->t->db, "甲", &count) == 0));
    assert_true(SOON(write_entry(p, &entry) == 0));
    assert_int_equal(pg_test_count(p, "甲"), 1);
    assert_int_equal(db_ready(p->t->db), 0);
}

DB_STATEMENT(t_last_mark, "SELECT COALESCE(max(mark), 0) FROM write_mark");

static int64_t last_mark(struct pg_test *p) {
    int error = 0;
    int64_t mark = -1;
    struct db_conn *conn = db_read_begin(p->t->db, &error);
    if (conn == NULL) return -1;
    error = db_get_int(conn, &t_last_mark, DB_NONE, &mark);
    db_read_end(conn);
    return error == 0 ? mark : -1;
}

/* Nobody's request has to find out whether the server is back, nor waits for his turn meanwhile. */
static void test_the_writer_finds_out_by_itself(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct entry entry = {.name = "甲"};
    assert_int_equal(write_entry(p, &entry), 0);
    int64_t mark = last_mark(p), patience_ms = writer_patience_ms;
    pg_limits.recover_ms = 2000;
    proxy_down(p->proxy, true);
    assert_int_equal(write_entry(p, &entry), ERR_STORE_UNREACHABLE);
    writer_patience_ms = WAIT_MS;
    for (int i = 0; i < 3; i++) {
        int64_t start = pg_test_ms();
        assert_int_equal(write_entry(p, &entry), ERR_STORE_UNREACHABLE);
        assert_in_range(pg_test_ms() - start, 0, WAIT_MS / 2);
    }
    writer_patience_ms = patience_ms;
    pg_limits = pg_test_usual;
    proxy_down(p->proxy, false);
    assert_true(SOON(last_mark(p) > mark));
    assert_int_equal(write_entry(p, &entry), 0);
    assert_int_equal(pg_test_count(p, "甲"), 2);
    assert_true(pg_test_gapless(p));
}

static void test_a_silent_server_holds_nobody(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct entry entry = {.name = "甲"};
    int64_t count = -1;
    assert_int_equal(pg_test_read(p->t->db, "甲", &count), 0);
    pg_limits = pg_test_short;
    proxy_hold(p->proxy, true);
    int64_t start = pg_test_ms();
    assert_int_equal(pg_test_read(p->t->db, "甲", &count), ERR_STORE_UNREACHABLE);
    assert_int_equal(write_entry(p, &entry), ERR_STORE_UNREACHABLE);
    assert_null(pg_test_open(p, p->through, 0)); /* it takes the connection and says nothing */
    assert_in_range(pg_test_ms() - start, 0, WAIT_MS);
    pg_limits = pg_test_usual;
    proxy_hold(p->proxy, false);
    assert_true(SOON(pg_test_read(p->t->db, "甲", &count) == 0));
    assert_true(SOON(write_entry(p, &entry) == 0));
    assert_int_equal(pg_test_count(p, "甲"), 1);
}

/* ---- Lines that break while nobody, or somebody, reads ---- */

static void test_idle_lines_are_replaced_silently(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct entry entry = {.name = "甲"};
    int64_t count = -1;
    for (int i = 1; i <= 3; i++) {
        assert_int_equal(pg_test_read(p->t->db, "甲", &count), 0);
        assert_int_equal(write_entry(p, &entry), 0);
        int made = proxy_made(p->proxy);
        proxy_drop(p->proxy);
        if (i == 2) usleep(20000); /* the end of the line is known, or not yet */
        assert_int_equal(pg_test_read(p->t->db, "甲", &count), 0);
        assert_int_equal(count, i);
        assert_int_equal(proxy_made(p->proxy), made + 1);
    }
    assert_int_equal(entry.runs, 3);
    assert_int_equal(pg_test_troubles, 0);
    assert_int_equal(pg_test_count(p, "甲"), 3);
}

/* The server itself ends them, with a last word. */
static void test_sessions_the_server_ends_are_replaced_silently(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct entry entry = {.name = "甲"};
    int64_t count = -1;
    assert_int_equal(pg_test_read(p->t->db, "甲", &count), 0);
    engine_sql(p->t->url, "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
                          " WHERE application_name = 'minyi' AND datname = current_database()");
    assert_int_equal(pg_test_read(p->t->db, "甲", &count), 0);
    assert_int_equal(write_entry(p, &entry), 0);
    assert_int_equal(entry.runs, 1);
    assert_int_equal(pg_test_troubles, 0);
}

static void test_a_read_that_loses_its_line(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    int error = 0;
    int64_t count = -1;
    struct db_conn *conn = db_read_begin(p->t->db, &error);
    assert_non_null(conn);
    assert_int_equal(db_get_int(conn, &p_count, DB_PARAMS(db_text("甲")), &count), 0);
    proxy_drop(p->proxy);
    /* Another snapshot would not be the same read; a statement not yet compiled here neither. */
    assert_int_equal(db_get_int(conn, &p_count, DB_PARAMS(db_text("甲")), &count), ERR_STORE_UNREACHABLE);
    assert_int_equal(db_get_int(conn, &p_numbers, DB_NONE, &count), ERR_STORE_UNREACHABLE);
    db_read_end(conn);
    assert_int_equal(pg_test_read(p->t->db, "甲", &count), 0);
}

/* Until its first answer a read has seen nothing: it may begin again. */
static void test_a_read_begins_again_on_a_new_line(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    int64_t count = -1;
    assert_int_equal(pg_test_read(p->t->db, "甲", &count), 0);
    for (int where = PROXY_BEFORE; where <= PROXY_AFTER; where++) {
        proxy_cut(p->proxy, (enum proxy_cut)where, "断在此处", false);
        assert_int_equal(pg_test_read(p->t->db, "断在此处", &count), 0);
        assert_true(proxy_has_cut(p->proxy));
    }
    /* And so when it breaks while its first statement is compiled. */
    int error = 0;
    for (int where = PROXY_BEFORE; where <= PROXY_AFTER; where++) {
        struct db_statement *statement = where == PROXY_BEFORE ? &p_numbers : &p_highest;
        struct db_conn *conn = db_read_begin(p->t->db, &error);
        assert_non_null(conn);
        proxy_cut(p->proxy, (enum proxy_cut)where, statement->sql, false);
        assert_int_equal(db_get_int(conn, statement, DB_NONE, &count), 0);
        assert_true(proxy_has_cut(p->proxy));
        db_read_end(conn);
    }
    assert_int_equal(pg_test_troubles, 0);
}

/* An answer that comes too late is nobody's: the line is not used again. */
static void test_a_late_answer_is_not_taken_for_another(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct entry entry = {.name = "甲"};
    int error = 0;
    int64_t count = -1;
    assert_int_equal(write_entry(p, &entry), 0);
    struct db_conn *conn = db_read_begin(p->t->db, &error);
    assert_non_null(conn);
    assert_int_equal(db_get_int(conn, &p_count, DB_PARAMS(db_text("甲")), &count), 0);
    pg_limits = pg_test_short;
    proxy_hold(p->proxy, true);
    assert_int_equal(db_get_int(conn, &p_count, DB_PARAMS(db_text("甲")), &count), ERR_STORE_UNREACHABLE);
    pg_limits = pg_test_usual;
    proxy_hold(p->proxy, false);
    usleep(50000); /* now it comes */
    count = -1;
    assert_int_equal(db_get_int(conn, &p_count, DB_PARAMS(db_text("无")), &count), ERR_STORE_UNREACHABLE);
    assert_int_equal(db_get_int(conn, &p_numbers, DB_NONE, &count), ERR_STORE_UNREACHABLE);
    assert_int_equal(count, -1);
    db_read_end(conn);
    assert_int_equal(pg_test_read(p->t->db, "无", &count), 0);
    assert_int_equal(count, 0);
}

/* A session that is ended while a job computes. */
static int end_own_session(struct db_conn *tx, void *argument) {
    struct pg_test *p = argument;
    struct entry entry = {.name = "甲"};
    static int runs;
    int error = pg_test_write_entry(tx, &entry);
    if (error == 0 && runs++ == 0)
        engine_sql(p->t->url, "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
                              " WHERE state = 'idle in transaction' AND datname = current_database()");
    return error;
}

static void test_a_session_ended_between_statements(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    assert_int_equal(db_write(p->t->db, end_own_session, p), 0);
    assert_int_equal(pg_test_count(p, "甲"), 1);
    assert_true(pg_test_gapless(p));
}

int main(void) {
    pg_test_choose_engine();
    const struct CMUnitTest tests[] = {
        PG_TEST(test_a_commit_that_happened_is_acknowledged),
        PG_TEST(test_a_commit_that_did_not_happen_runs_again),
        PG_TEST(test_a_statement_that_is_lost_runs_again),
        PG_TEST(test_a_group_with_a_lost_commit),
        PG_TEST(test_unknown_when_it_cannot_be_found_out),
        PG_TEST(test_unreachable_and_back),
        PG_TEST(test_the_writer_finds_out_by_itself),
        PG_TEST(test_a_silent_server_holds_nobody),
        PG_TEST(test_idle_lines_are_replaced_silently),
        PG_TEST(test_sessions_the_server_ends_are_replaced_silently),
        PG_TEST(test_a_read_that_loses_its_line),
        PG_TEST(test_a_read_begins_again_on_a_new_line),
        PG_TEST(test_a_late_answer_is_not_taken_for_another),
        PG_TEST(test_a_session_ended_between_statements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
