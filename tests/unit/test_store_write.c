/* The writer: own failures, group failures, many threads, a full disk. */
#include <pthread.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "group_testing.h"
#include "wait.h"

DB_STATEMENT(t_insert, "INSERT INTO note (title, words) VALUES ($1, $2)");
DB_STATEMENT(t_insert_body, "INSERT INTO note (title, body) VALUES ($1, $2)");
DB_STATEMENT(t_insert_returning, "INSERT INTO note (title, words) VALUES ($1, $2) RETURNING id");
DB_STATEMENT(t_count, "SELECT count(*) FROM note");
DB_STATEMENT(t_count_body, "SELECT count(*) FROM note WHERE body IS NOT NULL");
DB_STATEMENT(t_delete_all, "DELETE FROM note");
DB_STATEMENT(t_remark, "INSERT INTO remark (id, note_id) VALUES ($1, $2)");
DB_STATEMENT(t_remarks, "SELECT count(*) FROM remark");
DB_STATEMENT(t_rollback, "ROLLBACK");

static int64_t count_by(struct store_test *t, struct db_statement *statement) {
    int error = 0;
    int64_t count = -1;
    struct db_conn *conn = db_read_begin(t->db, &error);
    assert_non_null(conn);
    assert_int_equal(db_get_int(conn, statement, DB_NONE, &count), 0);
    db_read_end(conn);
    return count;
}

static int64_t notes(struct store_test *t) {
    return count_by(t, &t_count);
}

static int insert(struct db_conn *tx, void *title) {
    assert_true(db_is_write(tx));
    return db_exec(tx, &t_insert, DB_PARAMS(db_text(title), db_int(1)), NULL);
}

/* ---- One job ---- */

static void test_errors_of_constraints(void **state) {
    struct store_test *t = *state;
    db_on_trouble(NULL);
    assert_int_equal(db_write(t->db, insert, "甲"), 0);
    assert_int_equal(db_write(t->db, insert, "甲"), ERR_ALREADY_EXISTS);
    assert_int_equal(db_write(t->db, insert, NULL), ERR_CONFLICT); /* NOT NULL */
    assert_int_equal(notes(t), 1);
}

static int two_then_fail(struct db_conn *tx, void *argument) {
    int64_t count = 0;
    assert_int_equal(insert(tx, "乙"), 0);
    assert_int_equal(insert(tx, "丙"), 0);
    assert_int_equal(db_get_int(tx, &t_count, DB_NONE, &count), 0);
    assert_true(count >= 2); /* it sees its own writes */
    return *(int *)argument;
}

static void test_failing_job_takes_back_only_its_own(void **state) {
    struct store_test *t = *state;
    assert_int_equal(db_write(t->db, two_then_fail, &(int){ERR_GATES_OPEN}), ERR_GATES_OPEN);
    assert_int_equal(notes(t), 0);
    assert_int_equal(db_write(t->db, two_then_fail, &(int){0}), 0);
    assert_int_equal(notes(t), 2);
}

static int returning(struct db_conn *tx, void *ret_id) {
    return db_get_int(tx, &t_insert_returning, DB_PARAMS(db_text("甲"), db_int(1)), ret_id);
}

static int exec_changes(struct db_conn *tx, void *ret_changes) {
    int error = db_exec(tx, &t_count, DB_NONE, ret_changes); /* a read changes nothing */
    if (error != 0 || *(int64_t *)ret_changes != 0) return ERR_INTERNAL;
    return db_exec(tx, &t_delete_all, DB_NONE, ret_changes);
}

static void test_returning_and_changes(void **state) {
    struct store_test *t = *state;
    int64_t id = 0, changes = -1;
    assert_int_equal(db_write(t->db, returning, &id), 0);
    assert_int_equal(id, 1);
    assert_int_equal(db_write(t->db, insert, "乙"), 0);
    assert_int_equal(db_write(t->db, exec_changes, &changes), 0);
    assert_int_equal(changes, 2);
    assert_int_equal(db_write(t->db, returning, &id), 0);
    assert_int_equal(id, 3); /* @serial never gives a key twice */
}

/* A unique violation met while a query is closed half-way still fails the job. */
static int abandon_query(struct db_conn *tx, void *title) {
    CLEANUP(db_rows_close) struct db_rows rows = {0};
    return db_query(tx, &rows, &t_insert_returning, DB_PARAMS(db_text(title), db_int(1)));
}

static void test_abandoned_write_query_runs_to_its_end(void **state) {
    struct store_test *t = *state;
    assert_int_equal(db_write(t->db, abandon_query, "甲"), 0);
    assert_int_equal(notes(t), 1);
    assert_int_equal(db_write(t->db, abandon_query, "甲"), ERR_ALREADY_EXISTS);
    assert_int_equal(notes(t), 1);
}

static int dangling_remark(struct db_conn *tx, void *argument) {
    (void)argument;
    return db_exec(tx, &t_remark, DB_PARAMS(db_int(1), db_int(999)), NULL);
}

static int swallowed_violation(struct db_conn *tx, void *argument) {
    (void)argument;
    int error = insert(tx, "甲");
    if (error == 0) error = insert(tx, "甲");
    assert_int_equal(error, ERR_ALREADY_EXISTS);
    assert_int_equal(insert(tx, "乙"), ERR_ALREADY_EXISTS); /* nothing else works after it */
    return 0;
}

static void test_swallowed_violation(void **state) {
    struct store_test *t = *state;
    db_on_trouble(NULL);
    assert_int_equal(db_write(t->db, swallowed_violation, NULL), ERR_STORE);
    assert_int_equal(notes(t), 0);
}

static void test_deferred_constraints(void **state) {
    struct store_test *t = *state;
    assert_int_equal(db_write(t->db, insert, "甲"), 0);
    /* A deferred foreign key would only fail at the group's commit. */
    assert_int_equal(db_write(t->db, dangling_remark, NULL), ERR_CONFLICT);
    struct store_call calls[] = {{t, insert, "乙", 1}, {t, dangling_remark, NULL, 1}, {t, insert, "丙", 1}};
    store_run_together(t, calls, ARRAY_LEN(calls));
    assert_int_equal(calls[0].result, 0);
    assert_int_equal(calls[1].result, ERR_CONFLICT);
    assert_int_equal(calls[2].result, 0);
    assert_int_equal(count_by(t, &t_remarks), 0);
    assert_int_equal(notes(t), 3);
}

static int end_transaction(struct db_conn *tx, void *argument) {
    (void)argument;
    assert_int_equal(insert(tx, "甲"), 0);
    return db_exec(tx, &t_rollback, DB_NONE, NULL);
}

static void test_function_that_ends_the_transaction(void **state) {
    struct store_test *t = *state;
    db_on_trouble(NULL);
    assert_int_equal(db_write(t->db, end_transaction, NULL), ERR_STORE);
    assert_int_equal(notes(t), 0);
    assert_int_equal(db_write(t->db, insert, "甲"), 0);
}

static int nested_write(struct db_conn *tx, void *db) {
    (void)tx;
    return db_write(db, insert, "甲");
}

static void test_write_inside_a_write_aborts(void **state) {
    struct store_test *t = *state;
    pid_t child = fork(); /* no database is open here */
    if (child == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL || store_test_open(t) != 0) _exit(1);
        signal(SIGABRT, SIG_DFL);
        (void)!db_write(t->db, nested_write, t->db);
        _exit(2);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

/* ---- Many threads ---- */

enum { THREADS = 16, ROUNDS = 500 };

struct worker {
    struct store_test *t;
    int number, written, refused, other;
};

static void *hammer(void *argument) {
    struct worker *worker = argument;
    for (int i = 0; i < ROUNDS; i++) {
        char title[40];
        /* Every fifth title is the same in all threads: one wins, fifteen fail, each alone. */
        snprintf(title, sizeof(title), i % 5 == 0 ? "共同%d" : "%d-%d", i % 5 == 0 ? i : worker->number, i);
        int error = db_write(worker->t->db, insert, title);
        worker->written += error == 0;
        worker->refused += error == ERR_ALREADY_EXISTS;
        worker->other += error != 0 && error != ERR_ALREADY_EXISTS;
        if (i % 50 == 0) {
            struct db_conn *conn = db_read_begin(worker->t->db, &error);
            int64_t count = 0;
            if (conn == NULL || db_get_int(conn, &t_count, DB_NONE, &count) != 0 || count < worker->written)
                worker->other++; /* an acknowledged write is seen by the next read */
            db_read_end(conn);
        }
    }
    return NULL;
}

/* Behind a group that the server keeps waiting nobody waits as long again: he may try elsewhere. */
static void test_nobody_waits_for_ever_for_his_turn(void **state) {
    struct store_test *t = *state;
    struct store_hold hold;
    struct store_call calls[3] = {{t, insert, "一", 1}, {t, insert, "二", 1}, {t, insert, "三", 1}};
    pthread_t threads[3];
    store_hold_begin(&hold, t);
    int64_t patience_ms = writer_patience_ms, begin = clock_monotonic_us();
    writer_patience_ms = 300;
    for (size_t i = 0; i < ARRAY_LEN(calls); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, store_call_run, &calls[i]), 0);
    for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(calls[i].result, ERR_STORE_BUSY);
    }
    assert_in_range((clock_monotonic_us() - begin) / 1000, 300, WAIT_MS);
    writer_patience_ms = patience_ms;
    struct store_call last = {t, insert, "四", 1}; /* the queue is as good as new */
    store_call_queue(&last, &threads[0], 1);
    store_hold_end(&hold);
    pthread_join(threads[0], NULL);
    assert_int_equal(last.result, 0);
    assert_int_equal(notes(t), 1);
    struct db_stats stats;
    db_stats(t->db, &stats);
    assert_int_equal(stats.failed_writes, 4); /* with the holder */
}

static void test_many_threads(void **state) {
    struct store_test *t = *state;
    struct worker workers[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.t = t, .number = i};
        assert_int_equal(pthread_create(&threads[i], NULL, hammer, &workers[i]), 0);
    }
    int written = 0, refused = 0;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(workers[i].other, 0);
        written += workers[i].written;
        refused += workers[i].refused;
    }
    assert_int_equal(written, THREADS * 400 + 100);
    assert_int_equal(refused, (THREADS - 1) * 100);
    assert_int_equal(notes(t), written);
    struct db_stats stats;
    db_stats(t->db, &stats);
    assert_int_equal(stats.writes, written);
    assert_int_equal(stats.failed_writes, refused);
    assert_true(stats.groups < stats.writes); /* they did commit together */
    assert_in_range(stats.readers, 1, THREADS);
    assert_int_equal(stats.queue, 0);
    assert_int_equal(db_ready(t->db), 0);
}

/* ---- A full disk ---- */

static int limit_pages(struct db_conn *tx, void *pages) {
    return tx->db->driver->limit_pages(tx->engine, *(int64_t *)pages);
}

static char big[200 * 1024];

static int insert_big(struct db_conn *tx, void *title) {
    return db_exec(tx, &t_insert_body, DB_PARAMS(db_text(title), db_blob(big, sizeof(big))), NULL);
}

static int swallow_big(struct db_conn *tx, void *title) {
    (void)!insert_big(tx, title);
    return 0;
}

static int own_error_after_big(struct db_conn *tx, void *title) {
    return insert_big(tx, title) != 0 ? ERR_INVALID : 0;
}

static void test_full_by_page_limit(void **state) {
    ONLY_ON_SQLITE("the page limit is SQLite's; tests/fault/ fills the disk of a server");
    struct store_test *t = *state;
    db_on_trouble(NULL);
    assert_int_equal(db_write(t->db, insert, "前"), 0);
    assert_int_equal(db_write(t->db, limit_pages, &(int64_t){20}), 0);
    assert_int_equal(db_write(t->db, insert_big, "大"), ERR_STORE_FULL);
    assert_int_equal(db_write(t->db, swallow_big, "大"), ERR_STORE_FULL);
    assert_int_equal(db_write(t->db, own_error_after_big, "大"), ERR_INVALID);
    assert_int_equal(notes(t), 1);
    assert_int_equal(db_write(t->db, insert, "小"), 0); /* what fits is still accepted */
    assert_int_equal(db_write(t->db, limit_pages, &(int64_t){1000000}), 0);
    assert_int_equal(db_write(t->db, insert_big, "大"), 0);
    assert_int_equal(notes(t), 3);
}

static void test_full_fails_the_whole_group(void **state) {
    ONLY_ON_SQLITE("the page limit is SQLite's; tests/fault/ fills the disk of a server");
    struct store_test *t = *state;
    db_on_trouble(NULL);
    assert_int_equal(db_write(t->db, limit_pages, &(int64_t){20}), 0);
    struct store_call calls[] = {{t, insert, "甲", 1},
                                 {t, two_then_fail, &(int){ERR_INVALID}, 1},
                                 {t, insert_big, "大", 1},
                                 {t, insert, "乙", 1}};
    store_run_together(t, calls, ARRAY_LEN(calls));
    assert_int_equal(calls[0].result, ERR_STORE_FULL); /* its insert went well, its group did not */
    assert_int_equal(calls[1].result, ERR_INVALID);    /* failed by itself before */
    assert_int_equal(calls[2].result, ERR_STORE_FULL);
    assert_int_equal(calls[3].result, 0); /* the next group */
    assert_int_equal(notes(t), 1);
}

static void test_really_full_disk(void **state) {
    ONLY_ON_SQLITE("the file lies on a small disk; tests/fault/ fills the disk of a server");
    struct store_test *t = *state;
    if (mount("tmpfs", t->folder, "tmpfs", 0, "size=1m") != 0) skip();
    db_on_trouble(NULL);
    assert_int_equal(store_test_open(t), 0);
    assert_int_equal(db_write(t->db, insert, "前"), 0);
    int error = 0;
    char title[20];
    int64_t written = 1;
    for (int i = 0; i < 20 && error == 0; i++) {
        snprintf(title, sizeof(title), "大%d", i);
        error = db_write(t->db, insert_big, title);
        written += error == 0;
    }
    assert_int_equal(error, ERR_STORE_FULL);
    assert_int_equal(notes(t), written); /* reading goes on */
    assert_int_equal(mount("tmpfs", t->folder, "tmpfs", MS_REMOUNT, "size=8m"), 0);
    assert_int_equal(db_write(t->db, insert_big, "有了空间"), 0);
    assert_int_equal(notes(t), written + 1);
    store_test_close(t);
    assert_int_equal(store_test_open(t), 0);
    assert_int_equal(notes(t), written + 1);
    store_test_close(t);
    assert_int_equal(umount(t->folder), 0);
}

static int unmount_and_teardown(void **state) {
    struct store_test *t = *state;
    store_test_close(t);
    umount2(t->folder, MNT_DETACH); /* when a test failed half-way */
    return store_test_teardown(state);
}

/* ---- The log ---- */

static void test_log_is_cut_when_idle(void **state) {
    ONLY_ON_SQLITE("the write-ahead log of the file");
    struct store_test *t = *state;
    struct db_stats stats;
    char title[20];
    for (int i = 0; i < 30; i++) {
        snprintf(title, sizeof(title), "大%d", i);
        assert_int_equal(db_write(t->db, insert_big, title), 0);
    }
    db_stats(t->db, &stats);
    assert_true(stats.wal_bytes > 0);
    assert_true(stats.wal_bytes < 20 * 1024 * 1024);
    assert_true(SOON((db_stats(t->db, &stats), stats.wal_bytes == 0)));
    assert_true(stats.database_bytes > 30 * (int64_t)sizeof(big));
    assert_int_equal(count_by(t, &t_count_body), 30);
}

struct reading {
    struct store_test *t;
    _Atomic bool stop;
    _Atomic int errors;
};

static void *read_without_pause(void *argument) {
    struct reading *reading = argument;
    while (!reading->stop) {
        int error = 0;
        int64_t count = 0;
        struct db_conn *conn = db_read_begin(reading->t->db, &error);
        if (conn == NULL || db_get_int(conn, &t_count, DB_NONE, &count) != 0) reading->errors++;
        db_read_end(conn);
    }
    return NULL;
}

/* Some reader always holds a snapshot: the log could never begin anew if nobody waited for them. */
static void test_log_stays_bounded_beside_readers(void **state) {
    ONLY_ON_SQLITE("the write-ahead log of the file");
    struct store_test *t = *state;
    struct reading reading = {.t = t};
    pthread_t threads[4];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_without_pause, &reading), 0);
    int64_t largest = 0;
    for (int i = 0; i < 300; i++) { /* 60 MB */
        char title[20];
        struct db_stats stats;
        snprintf(title, sizeof(title), "大%d", i);
        assert_int_equal(db_write(t->db, insert_big, title), 0);
        db_stats(t->db, &stats);
        if (stats.wal_bytes > largest) largest = stats.wal_bytes;
    }
    reading.stop = true;
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(reading.errors, 0);
    assert_true(largest < 40 * 1000 * 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(FN) cmocka_unit_test_setup_teardown(FN, store_test_setup, store_test_teardown)
        cmocka_unit_test_setup_teardown(test_write_inside_a_write_aborts, store_test_setup_closed,
                                        store_test_teardown),
        TEST(test_errors_of_constraints),
        TEST(test_failing_job_takes_back_only_its_own),
        TEST(test_returning_and_changes),
        TEST(test_abandoned_write_query_runs_to_its_end),
        TEST(test_swallowed_violation),
        TEST(test_deferred_constraints),
        TEST(test_function_that_ends_the_transaction),
        TEST(test_nobody_waits_for_ever_for_his_turn),
        TEST(test_many_threads),
        TEST(test_full_by_page_limit),
        TEST(test_full_fails_the_whole_group),
        cmocka_unit_test_setup_teardown(test_really_full_disk, store_test_setup_closed, unmount_and_teardown),
        TEST(test_log_is_cut_when_idle),
        TEST(test_log_stays_bounded_beside_readers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
