/* Several nodes on one PostgreSQL database: numbers without gaps, one truth at once, one that leads, and a
 * pool that is too small. */
#include "postgres_testing.h"

enum { THREADS = 8, ROUNDS = 60 };

struct worker {
    struct pg_test *p;
    struct db *mine, *other;
    int number, unseen, failed, meant;
    pthread_t thread;
};

/* Writes on its own node; what was acknowledged there is seen by the other at once. Every seventh fails by
 * itself after its work. */
static void *work(void *argument) {
    struct worker *worker = argument;
    for (int i = 0; i < ROUNDS; i++) {
        char name[40];
        snprintf(name, sizeof(name), "%d-%d", worker->number, i);
        struct entry entry = {.name = name, .fails = i % 7 == 6 ? ERR_LOCKED : 0};
        int error = db_write(worker->mine, pg_test_write_entry, &entry);
        worker->failed += error != entry.fails;
        worker->meant += entry.fails == 0;
        int64_t count = -1;
        if (i % 10 == 0 && entry.fails == 0 && (pg_test_read(worker->other, name, &count) != 0 || count != 1))
            worker->unseen++;
    }
    return NULL;
}

static void test_two_nodes_write(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct worker workers[2 * THREADS];
    for (int i = 0; i < 2 * THREADS; i++) {
        struct db *mine = i % 2 == 0 ? p->t->db : p->other, *other = i % 2 == 0 ? p->other : p->t->db;
        workers[i] = (struct worker){.p = p, .mine = mine, .other = other, .number = i};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    int meant = 0;
    for (int i = 0; i < 2 * THREADS; i++)
        pthread_join(workers[i].thread, NULL);
    for (int i = 0; i < 2 * THREADS; i++) {
        assert_int_equal(workers[i].failed, 0);
        assert_int_equal(workers[i].unseen, 0);
        meant += workers[i].meant;
    }
    assert_int_equal(engine_int(p->t->url, "SELECT count(*) FROM numbered"), meant);
    assert_true(pg_test_gapless(p));
    assert_int_equal(pg_test_troubles, 0); /* no deadlock, nothing run again */
    struct db *const nodes[] = {p->t->db, p->other};
    for (int i = 0; i < 2; i++) {
        struct db_stats stats;
        db_stats(nodes[i], &stats);
        assert_int_equal(stats.writes + stats.failed_writes, THREADS * ROUNDS);
        assert_true(stats.groups < THREADS * ROUNDS); /* they did commit together */
    }
}

/* ---- Leading ---- */

static bool leads_soon(struct db *db, bool wanted) {
    return SOON(db_leads(db) == wanted);
}

static void test_one_of_two_leads(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    assert_true(leads_soon(p->t->db, true));
    assert_false(db_leads(p->other)); /* only now it stands for it */
    usleep(1500000);
    assert_true(db_leads(p->t->db));
    assert_false(db_leads(p->other));
    proxy_down(p->proxy, true); /* its line is cut: it knows, and the other takes over */
    assert_true(leads_soon(p->t->db, false));
    assert_true(leads_soon(p->other, true));
    proxy_down(p->proxy, false);
    usleep(1500000); /* it is back, and leaves it so */
    assert_true(db_leads(p->other));
    assert_false(db_leads(p->t->db));
    db_close(p->other);
    p->other = NULL;
    assert_true(leads_soon(p->t->db, true));
}

/* A node whose line is silent does not think that it leads for long. */
static void test_a_silent_line_does_not_lead(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    assert_true(leads_soon(p->t->db, true));
    pg_limits = pg_test_short;
    proxy_hold(p->proxy, true);
    assert_true(leads_soon(p->t->db, false));
    int64_t start = pg_test_ms(); /* nor does it hold up the end */
    store_test_close(p->t);
    assert_in_range(pg_test_ms() - start, 0, WAIT_MS);
    proxy_hold(p->proxy, false);
}

/* ---- A pool that is too small ---- */

enum { CROWD = 32 };

struct reader {
    struct db *db;
    int other, read;
    pthread_t thread;
};

static int read_once(struct reader *reader) {
    int64_t count = -1;
    int error = pg_test_read(reader->db, "甲", &count);
    reader->read += error == 0;
    reader->other += error != 0 && error != ERR_STORE_BUSY;
    return error;
}

static void *read_often(void *argument) {
    for (int i = 0; i < 20; i++)
        (void)read_once(argument);
    return NULL;
}

/* Comes again when it is told that the store is busy. */
static void *insist_on_reading(void *argument) {
    for (int i = 0; i < 20; i++)
        (void)SOON(read_once(argument) != ERR_STORE_BUSY);
    return NULL;
}

static void test_a_small_pool_serves_a_crowd(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct reader readers[CROWD];
    struct db *db = pg_test_open(p, p->t->url, 2);
    assert_non_null(db);
    for (int i = 0; i < CROWD; i++) {
        readers[i] = (struct reader){.db = db};
        assert_int_equal(pthread_create(&readers[i].thread, NULL, insist_on_reading, &readers[i]), 0);
    }
    for (int i = 0; i < CROWD; i++)
        pthread_join(readers[i].thread, NULL);
    for (int i = 0; i < CROWD; i++) {
        assert_int_equal(readers[i].other, 0);
        assert_int_equal(readers[i].read, 20);
    }
    struct db_stats stats;
    db_stats(db, &stats);
    assert_int_equal(stats.readers, 2);
    db_close(db);
}

/* With a server that is silent nobody waits longer than for a reader and for its answer. */
static void test_a_small_pool_before_a_silent_server(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    enum { WAITING = 8 };
    struct reader readers[WAITING];
    struct db *db = pg_test_open(p, p->through, 2);
    assert_non_null(db);
    int64_t count = 0;
    assert_int_equal(pg_test_read(db, "甲", &count), 0);
    pg_limits = pg_test_short;
    proxy_hold(p->proxy, true);
    for (int i = 0; i < WAITING; i++) {
        readers[i] = (struct reader){.db = db};
        assert_int_equal(pthread_create(&readers[i].thread, NULL, read_often, &readers[i]), 0);
    }
    usleep(4500000);
    proxy_hold(p->proxy, false);
    for (int i = 0; i < WAITING; i++)
        pthread_join(readers[i].thread, NULL);
    pg_limits = pg_test_usual;
    assert_true(SOON(pg_test_read(db, "甲", &count) == 0));
    db_close(db);
}

int main(void) {
    pg_test_choose_engine();
    const struct CMUnitTest tests[] = {
        PG_TEST(test_two_nodes_write),
        PG_TEST(test_one_of_two_leads),
        PG_TEST(test_a_silent_line_does_not_lead),
        PG_TEST(test_a_small_pool_serves_a_crowd),
        PG_TEST(test_a_small_pool_before_a_silent_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
