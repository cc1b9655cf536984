/* Readers in a pool: how many there are, who waits, and what a full pool answers. */
#include "store_testing.h"

#include <pthread.h>
#include <unistd.h>

#include "minyi/clock.h"
#include "minyi/err.h"

static int open_small(void **state) {
    if (store_test_setup_closed(state) != 0) return -1;
    struct store_test *t = *state;
    const struct db_options options = {.url = t->url, .create = true, .migrate = true, .readers = 2};
    return db_open_with_migrations(&options, &store_test_internals, t->arena, &t->db, &t->why);
}

struct holder {
    struct db *db;
    pthread_barrier_t *held, *free;
    int error;
};

static void *hold(void *argument) {
    struct holder *holder = argument;
    struct db_conn *conn = db_read_begin(holder->db, &holder->error);
    pthread_barrier_wait(holder->held);
    pthread_barrier_wait(holder->free);
    db_read_end(conn);
    return NULL;
}

/* How long it takes to be told that all readers are in use. */
static int64_t refused_after_us(struct store_test *t) {
    int error = 0;
    int64_t from = clock_monotonic_us();
    assert_null(db_read_begin(t->db, &error));
    assert_int_equal(error, ERR_STORE_BUSY);
    return clock_monotonic_us() - from;
}

static void a_full_pool_is_an_error_after_a_while(void **state) {
    struct store_test *t = *state;
    pthread_barrier_t held, free;
    pthread_barrier_init(&held, NULL, 3);
    pthread_barrier_init(&free, NULL, 3);
    struct holder holders[2];
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        holders[i] = (struct holder){.db = t->db, .held = &held, .free = &free};
        assert_int_equal(pthread_create(&threads[i], NULL, hold, &holders[i]), 0);
    }
    pthread_barrier_wait(&held);
    int error = 0;
    assert_true(refused_after_us(t) >= 1900000); /* it did wait for one to come back */
    int64_t least_us = INT64_MAX;                /* a busy machine is late now and then */
    for (int i = 0; i < 5; i++) {
        int64_t us = refused_after_us(t);
        if (us < least_us) least_us = us;
    }
    assert_true(least_us < 1000000); /* known to be in vain: no second wait */
    struct db_stats stats;
    db_stats(t->db, &stats);
    assert_int_equal(stats.readers, 2);
    pthread_barrier_wait(&free);
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(holders[i].error, 0);
    }
    struct db_conn *conn = db_read_begin(t->db, &error);
    assert_non_null(conn);
    db_read_end(conn);
    db_stats(t->db, &stats);
    assert_int_equal(stats.readers, 2); /* kept and used again */
    pthread_barrier_destroy(&held);
    pthread_barrier_destroy(&free);
}

static void *give_back_soon(void *argument) {
    struct holder *holder = argument;
    struct db_conn *conn = db_read_begin(holder->db, &holder->error);
    pthread_barrier_wait(holder->held);
    usleep(100000);
    db_read_end(conn);
    return NULL;
}

static void who_waits_gets_the_one_that_comes_back(void **state) {
    struct store_test *t = *state;
    pthread_barrier_t held;
    pthread_barrier_init(&held, NULL, 3);
    struct holder holders[2];
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        holders[i] = (struct holder){.db = t->db, .held = &held};
        assert_int_equal(pthread_create(&threads[i], NULL, give_back_soon, &holders[i]), 0);
    }
    pthread_barrier_wait(&held);
    int error = 0;
    struct db_conn *conn = db_read_begin(t->db, &error);
    assert_non_null(conn);
    db_read_end(conn);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&held);
}

static void reading_inside_a_read_is_refused(void **state) {
    struct store_test *t = *state;
    int error = 0;
    struct db_conn *conn = db_read_begin(t->db, &error);
    assert_non_null(conn);
    assert_null(db_read_begin(t->db, &error));
    assert_int_equal(error, ERR_STORE);
    db_read_end(conn);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_full_pool_is_an_error_after_a_while, open_small,
                                        store_test_teardown),
        cmocka_unit_test_setup_teardown(who_waits_gets_the_one_that_comes_back, open_small,
                                        store_test_teardown),
        cmocka_unit_test_setup_teardown(reading_inside_a_read_is_refused, open_small, store_test_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
