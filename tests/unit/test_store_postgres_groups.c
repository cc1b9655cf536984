/* Groups of writes on PostgreSQL: run again for the sake of others, doubted commits, one job's failure that
 * is not the others', messages of what was kept. */
#include "postgres_testing.h"

DB_STATEMENT(p_wrong, "INSERT INTO numbered (number, name) VALUES (1, 'x'), (1, 'y')");
DB_STATEMENT(p_child, "INSERT INTO child (id, parent_id) VALUES ($1, $2)");
DB_STATEMENT(p_parent, "INSERT INTO parent (id) VALUES ($1)");
DB_STATEMENT(p_setting, "SELECT current_setting($1)");
DB_STATEMENT(p_end, "COMMIT");
DB_STATEMENT(p_sleep, "SELECT CASE WHEN pg_sleep(120) IS NULL THEN 0 ELSE 1 END");

static int write_entry(struct pg_test *p, struct entry *entry) {
    return db_write(p->t->db, pg_test_write_entry, entry);
}

/* From now on every insert into `entry` calls BODY, which may look at `n`: 1, 2 … by a sequence that no
 * rollback takes back. */
static void on_insert(struct pg_test *p, const char *when, const char *body) {
    char sql[800];
    snprintf(sql, sizeof(sql),
             "CREATE SEQUENCE IF NOT EXISTS turn;"
             "CREATE FUNCTION interfere() RETURNS trigger LANGUAGE plpgsql AS $$"
             " DECLARE n bigint := nextval('turn'); BEGIN %s; RETURN NEW; END $$;"
             "CREATE %s ON entry %s FOR EACH ROW EXECUTE FUNCTION interfere()",
             body,
             strcmp(when, "late") == 0 ? "CONSTRAINT TRIGGER late AFTER INSERT"
                                       : "TRIGGER early BEFORE INSERT",
             strcmp(when, "late") == 0 ? "DEFERRABLE INITIALLY DEFERRED" : "");
    engine_sql(p->t->url, sql);
}

/* ---- Run again ---- */

static void rolled_back_once(struct pg_test *p, const char *state) {
    char body[160];
    snprintf(body, sizeof(body), "IF n = 2 THEN RAISE EXCEPTION 'for others' USING ERRCODE = '%s'; END IF",
             state);
    on_insert(p, "early", body);
    struct entry entries[3] = {{.name = "一"}, {.name = "二"}, {.name = "三", .fails = ERR_GATES_OPEN}};
    struct pg_call calls[3];
    for (size_t i = 0; i < 3; i++)
        calls[i] =
            (struct pg_call){.db = p->t->db, .fn = pg_test_write_entry, .argument = &entries[i], .result = 1};
    pg_test_together(calls, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(calls[i].result, entries[i].fails);
        assert_int_equal(pg_test_count(p, entries[i].name), entries[i].fails == 0);
    }
    assert_int_equal(entries[1].runs, 2);
    assert_true(pg_test_gapless(p));
}

static void test_a_serialization_failure_runs_the_group_again(void **state) {
    ONLY_WITH_A_SERVER();
    rolled_back_once(*state, "40001");
}

static void test_a_deadlock_runs_the_group_again(void **state) {
    ONLY_WITH_A_SERVER();
    rolled_back_once(*state, "40P01");
}

static void test_not_for_ever(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct entry entry = {.name = "甲"};
    on_insert(p, "early", "RAISE EXCEPTION 'for others' USING ERRCODE = '40001'");
    assert_int_equal(write_entry(p, &entry), ERR_STORE_BUSY);
    assert_in_range(entry.runs, 3, 10);
    engine_sql(p->t->url, "DROP TRIGGER early ON entry");
    assert_int_equal(write_entry(p, &entry), 0);
    assert_int_equal(pg_test_count(p, "甲"), 1);
}

/* ---- Doubted commits ---- */

/* The trigger comes once the node has looked for late constraints, so that it runs at the commit itself. */
static void test_a_warning_at_commit_is_looked_into(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct entry entry = {.name = "甲"};
    engine_sql(p->t->url, "ALTER TABLE child DROP CONSTRAINT child_parent_id_fkey");
    assert_int_equal(write_entry(p, &entry), 0);
    on_insert(p, "late", "IF n = 1 THEN RAISE WARNING 'canceling wait'; ELSE RAISE NOTICE 'nothing'; END IF");
    pg_test_troubles = 0;
    assert_int_equal(write_entry(p, &entry), 0);
    assert_int_equal(pg_test_troubles, 1);
    assert_int_equal(pg_test_last_error, ERR_STORE_UNKNOWN);
    assert_int_equal(entry.runs, 2); /* one for each write: it was there */
    assert_int_equal(write_entry(p, &entry), 0);
    assert_int_equal(pg_test_troubles, 1); /* a notice is no warning */
    assert_int_equal(pg_test_count(p, "甲"), 3);
    assert_true(pg_test_gapless(p));
}

static void test_a_refused_commit_is_told(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct entry entry = {.name = "甲"};
    engine_sql(p->t->url, "ALTER TABLE child DROP CONSTRAINT child_parent_id_fkey");
    assert_int_equal(write_entry(p, &entry), 0);
    on_insert(p, "late", "IF n = 1 THEN RAISE EXCEPTION 'no' USING ERRCODE = '23514'; END IF");
    assert_int_equal(write_entry(p, &entry), ERR_CONFLICT);
    assert_int_equal(write_entry(p, &entry), 0);
    assert_int_equal(pg_test_count(p, "甲"), 2);
    assert_true(pg_test_gapless(p));
}

/* ---- One job's failure ---- */

static int swallow(struct db_conn *tx, void *argument) {
    struct entry *entry = argument;
    int error = pg_test_write_entry(tx, entry);
    if (error == 0 && db_exec(tx, &p_wrong, DB_NONE, NULL) != ERR_ALREADY_EXISTS) return ERR_INTERNAL;
    /* Whatever it tries now gets the first error again, not one that makes no sense to its caller. */
    if (db_exec(tx, &p_add, DB_PARAMS(db_text("后")), NULL) != ERR_ALREADY_EXISTS) return ERR_INTERNAL;
    return 0;
}

static void test_a_swallowed_failure_fails_its_job_only(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct entry entries[3] = {{.name = "一"}, {.name = "二"}, {.name = "三"}};
    struct pg_call calls[3];
    for (size_t i = 0; i < 3; i++)
        calls[i] =
            (struct pg_call){.db = p->t->db, .fn = pg_test_write_entry, .argument = &entries[i], .result = 1};
    calls[1].fn = swallow;
    pg_test_together(calls, 3);
    assert_int_equal(calls[0].result, 0);
    assert_int_equal(calls[1].result, ERR_STORE);
    assert_int_equal(calls[2].result, 0);
    assert_int_equal(pg_test_count(p, "一") + pg_test_count(p, "三"), 2);
    assert_int_equal(pg_test_count(p, "二") + pg_test_count(p, "后"), 0);
    assert_true(pg_test_gapless(p));
}

static int child_first(struct db_conn *tx, void *id) {
    int error = db_exec(tx, &p_child, DB_PARAMS(db_int(*(int64_t *)id), db_int(*(int64_t *)id)), NULL);
    return error != 0 ? error : db_exec(tx, &p_parent, DB_PARAMS(db_int(*(int64_t *)id)), NULL);
}

static int orphan(struct db_conn *tx, void *id) {
    return db_exec(tx, &p_child, DB_PARAMS(db_int(*(int64_t *)id), db_int(-1)), NULL);
}

/* What is checked late is checked at the end of each job, and late again in the next. */
static void test_late_constraints_in_one_group(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    int64_t ids[4] = {1, 2, 3, 4};
    struct pg_call calls[4];
    for (size_t i = 0; i < 4; i++)
        calls[i] = (struct pg_call){
            .db = p->t->db, .fn = i == 1 ? orphan : child_first, .argument = &ids[i], .result = 1};
    pg_test_together(calls, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(calls[i].result, i == 1 ? ERR_CONFLICT : 0);
    assert_int_equal(engine_int(p->t->url, "SELECT count(*) FROM child"), 3);
}

static void test_text_the_server_refuses(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct entry entries[3] = {{.name = "一"}, {.name = "\xff\xfe"}, {.name = "三"}};
    struct pg_call calls[3];
    for (size_t i = 0; i < 3; i++)
        calls[i] =
            (struct pg_call){.db = p->t->db, .fn = pg_test_write_entry, .argument = &entries[i], .result = 1};
    pg_test_together(calls, 3);
    assert_int_equal(calls[0].result, 0);
    assert_int_equal(calls[1].result, ERR_INVALID);
    assert_int_equal(calls[2].result, 0);
    int64_t count = -1;
    assert_int_equal(pg_test_read(p->t->db, "\xc3(", &count), ERR_INVALID);
    assert_int_equal(pg_test_read(p->t->db, "一", &count), 0);
    assert_int_equal(count, 1);
}

static int end_transaction(struct db_conn *tx, void *argument) {
    int error = pg_test_write_entry(tx, argument);
    return error != 0 ? error : db_exec(tx, &p_end, DB_NONE, NULL);
}

/* Nothing of a session that was left in a bad state reaches the next group. */
static void test_a_group_that_cannot_begin(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct entry entry = {.name = "甲"};
    engine_sql(p->t->url, "ALTER TABLE write_mark RENAME TO elsewhere");
    for (int i = 0; i < 2; i++)
        assert_int_equal(write_entry(p, &entry), ERR_STORE);
    engine_sql(p->t->url, "ALTER TABLE elsewhere RENAME TO write_mark");
    assert_int_equal(write_entry(p, &entry), 0);
    assert_int_equal(pg_test_count(p, "甲"), 1);
    assert_int_equal(db_write(p->t->db, end_transaction, &entry), ERR_STORE); /* our bug, told as one */
    assert_int_equal(write_entry(p, &entry), 0);
}

static int be_slow_once(struct db_conn *tx, void *argument) {
    struct entry *entry = argument;
    int64_t done = 0;
    int error = pg_test_write_entry(tx, entry);
    return error == 0 && entry->runs == 1 ? db_get_int(tx, &p_sleep, DB_NONE, &done) : error;
}

/* A statement that was given up ends on the server, too, and with it its hold on the write lock. */
static void test_a_statement_given_up_holds_nobody(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct entry slow = {.name = "慢"}, other = {.name = "快"};
    pg_limits.write_ms = 4000; /* one's own of it, and the server's second */
    int64_t start = pg_test_ms();
    assert_int_equal(db_write(p->t->db, be_slow_once, &slow), 0);
    assert_int_equal(db_write(p->other, pg_test_write_entry, &other), 0);
    assert_in_range(pg_test_ms() - start, 3900, WAIT_MS);
    assert_int_equal(slow.runs, 2);
    assert_true(pg_test_gapless(p));
}

static int64_t open_transactions(struct pg_test *p) {
    return engine_int(p->t->url, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                 " AND state LIKE 'idle in transaction%'");
}

/* Nor does a group that came to nothing on one node keep the other waiting. */
static void test_a_group_that_failed_lets_others_write(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct entry entry = {.name = "甲"};
    engine_sql(p->t->url, "ALTER TABLE write_mark RENAME TO elsewhere");
    assert_int_equal(write_entry(p, &entry), ERR_STORE);
    /* Others are idle in theirs for a moment; after ten seconds the server would end this one's by itself. */
    const int64_t end = pg_test_ms() + 8000;
    while (open_transactions(p) > 0 && pg_test_ms() < end)
        usleep(10000);
    assert_int_equal(open_transactions(p), 0);
    engine_sql(p->t->url, "ALTER TABLE elsewhere RENAME TO write_mark");
    assert_int_equal(db_write(p->other, pg_test_write_entry, &entry), 0);
}

/* ---- What a session is set to ---- */

static int settings(struct db_conn *tx, void *argument) {
    struct pg_test *p = argument;
    static const char *const names[][2] = {{"statement_timeout", "0"},
                                           {"client_min_messages", "warning"},
                                           {"synchronous_commit", "on"},
                                           {"idle_in_transaction_session_timeout", "10s"}};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *value = NULL;
        int error = db_get_text(tx, p->t->arena, &p_setting, DB_PARAMS(db_text(names[i][0])), &value);
        if (error != 0) return error;
        assert_string_equal(value, names[i][1]);
    }
    return 0;
}

/* A commit must not be cancelled, and what the server warns of must be heard, whatever the role is set to. */
static void test_settings_of_the_database_do_not_weaken_commits(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    char sql[400];
    const char *name = strrchr(p->t->url, '/') + 1;
    snprintf(
        sql, sizeof(sql),
        "ALTER DATABASE %s SET statement_timeout = '2s'; ALTER DATABASE %s SET client_min_messages = error;"
        "ALTER DATABASE %s SET synchronous_commit = local",
        name, name, name);
    engine_sql(p->t->url, sql);
    proxy_drop(p->proxy);
    assert_int_equal(db_write(p->t->db, settings, p), 0);
}

/* ---- Messages ---- */

struct ear {
    pthread_mutex_t lock;
    char text[200];
};

static void hear(void *argument, const char *text) {
    struct ear *ear = argument;
    pthread_mutex_lock(&ear->lock);
    size_t len = strlen(ear->text);
    snprintf(ear->text + len, sizeof(ear->text) - len, "%s|", text != NULL ? text : "?");
    pthread_mutex_unlock(&ear->lock);
}

static bool is_heard(struct ear *ear, const char *text) {
    pthread_mutex_lock(&ear->lock);
    bool same = strcmp(ear->text, text) == 0;
    pthread_mutex_unlock(&ear->lock);
    return same;
}

/* Waits until it has heard TEXT and nothing else. */
static bool has_heard(struct ear *ear, const char *text) {
    bool same = SOON(is_heard(ear, text));
    if (!same) print_message("heard: %s\n", ear->text);
    return same;
}

static int say(struct db_conn *tx, void *argument) {
    struct entry *entry = argument;
    int error = pg_test_write_entry(tx, entry);
    int said = db_notify(tx, "news", entry->name);
    return said != 0 ? said : error;
}

static void test_messages_of_kept_jobs_reach_the_other_node(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct ear here = {.lock = PTHREAD_MUTEX_INITIALIZER}, there = here;
    assert_int_equal(db_listen(p->t->db, "news", hear, &here), 0);
    assert_int_equal(db_listen(p->other, "news", hear, &there), 0);
    assert_true(has_heard(&here, "?|"));
    assert_true(has_heard(&there, "?|"));
    on_insert(p, "early", "IF n = 3 THEN RAISE EXCEPTION 'for others' USING ERRCODE = '40001'; END IF");
    struct entry entries[3] = {{.name = "one"}, {.name = "two", .fails = ERR_LOCKED}, {.name = "three"}};
    struct pg_call calls[3];
    for (size_t i = 0; i < 3; i++)
        calls[i] = (struct pg_call){.db = p->t->db, .fn = say, .argument = &entries[i], .result = 1};
    pg_test_together(calls, 3);
    assert_int_equal(calls[1].result, ERR_LOCKED);
    assert_true(has_heard(&here, "?|one|three|")); /* once, though the group ran twice */
    assert_true(has_heard(&there, "?|one|three|"));
    proxy_drop(p->proxy); /* what is said meanwhile is lost here, and that is told */
    struct entry far = {.name = "far"};
    assert_int_equal(db_write(p->other, say, &far), 0);
    assert_true(has_heard(&there, "?|one|three|far|"));
    assert_true(has_heard(&here, "?|one|three|?|"));
}

int main(void) {
    pg_test_choose_engine();
    const struct CMUnitTest tests[] = {
        PG_TEST(test_a_serialization_failure_runs_the_group_again),
        PG_TEST(test_a_deadlock_runs_the_group_again),
        PG_TEST(test_not_for_ever),
        PG_TEST(test_a_warning_at_commit_is_looked_into),
        PG_TEST(test_a_refused_commit_is_told),
        PG_TEST(test_a_swallowed_failure_fails_its_job_only),
        PG_TEST(test_late_constraints_in_one_group),
        PG_TEST(test_text_the_server_refuses),
        PG_TEST(test_a_group_that_cannot_begin),
        PG_TEST(test_a_statement_given_up_holds_nobody),
        PG_TEST(test_a_group_that_failed_lets_others_write),
        PG_TEST(test_settings_of_the_database_do_not_weaken_commits),
        PG_TEST(test_messages_of_kept_jobs_reach_the_other_node),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
