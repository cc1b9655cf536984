/* The scheduled work: what is over goes, what is in use stays; stopping does not wait for the next hour. */
#include <pthread.h>
#include <time.h>

#include "engine.h"
#include "fixture.h"
#include "minyi/clock.h"
#include "minyi/jobs.h"

static void tidies_soon_after_the_start(void **state) {
    struct fixture *f = *state;
    int64_t now = clock_ms();
    fixture_sql(f, arena_printf(f->arena,
                                "INSERT INTO idempotency VALUES (1, 'old-key-1', 'x', 201, '{}', %lld),"
                                " (1, 'new-key-1', 'x', 201, '{}', %lld)",
                                (long long)(now - INT64_C(25) * 3600 * 1000), (long long)now));
    fixture_sql(f, arena_printf(f->arena,
                                "INSERT INTO write_mark VALUES ('t-gone', 1, %lld), ('t-here', 1, %lld)",
                                (long long)(now - INT64_C(31) * 24 * 3600 * 1000), (long long)now));
    struct jobs *jobs = jobs_start(f->db, "https://minyi.example");
    assert_non_null(jobs);
    for (int i = 0; i < 300 && fixture_int(f, "SELECT count(*) FROM write_mark WHERE node = 't-gone'") == 1;
         i++)
        nanosleep(&(struct timespec){.tv_nsec = 50 * 1000 * 1000}, NULL);
    int64_t began = clock_monotonic_us();
    jobs_stop(jobs);
    assert_true(clock_monotonic_us() - began < 5 * 1000 * 1000);
    assert_string_equal(fixture_text(f, "SELECT key FROM idempotency"), "new-key-1");
    assert_string_equal(fixture_text(f, "SELECT node FROM write_mark WHERE node LIKE 't-%'"), "t-here");
}

static void stopping_at_once_is_fine(void **state) {
    struct fixture *f = *state;
    assert_null(jobs_stop(jobs_start(f->db, "https://minyi.example")));
    assert_null(jobs_stop(NULL));
}

/* ---- Two nodes ---- */

struct ear {
    pthread_mutex_t lock;
    int sweeps, expiries;
};

static void count_run(void *argument, const char *name) {
    struct ear *ear = argument;
    pthread_mutex_lock(&ear->lock);
    if (name && strcmp(name, "account_sweep") == 0) ear->sweeps++;
    if (name && strcmp(name, "idempotency_expire") == 0) ear->expiries++;
    pthread_mutex_unlock(&ear->lock);
}

static void wait_ms(int64_t ms) {
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

/* Of two nodes one runs what is due; the other takes over, and does not run again what has been run. */
static void runs_once_in_the_cluster(void **state) {
    ONLY_ON_POSTGRES("several nodes share a server");
    struct fixture *f = *state;
    struct ear ear = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct db *other = NULL;
    const char *why = NULL;
    assert_int_equal(db_open(&(struct db_options){.url = f->url}, f->arena, &other, &why), 0);
    assert_int_equal(db_listen(f->db, "job", count_run, &ear), 0);
    wait_ms(300); /* the line is there */
    struct jobs *here = jobs_start(f->db, "https://minyi.example"),
                *there = jobs_start(other, "https://minyi.example");
    wait_ms(7500);
    pthread_mutex_lock(&ear.lock);
    assert_int_equal(ear.sweeps, 1);
    assert_int_equal(ear.expiries, 1);
    pthread_mutex_unlock(&ear.lock);
    bool here_leads = db_leads(f->db);
    assert_true(here_leads != db_leads(other));
    if (!here_leads) { /* the one that leads goes */
        jobs_stop(there);
        db_close(other);
        for (int i = 0; i < 300 && !db_leads(f->db); i++)
            wait_ms(10);
        assert_true(db_leads(f->db));
    }
    wait_ms(1500);
    pthread_mutex_lock(&ear.lock);
    assert_int_equal(ear.sweeps, 1);
    pthread_mutex_unlock(&ear.lock);
    jobs_stop(here);
    if (here_leads) {
        jobs_stop(there);
        db_close(other);
    }
    db_unlisten(f->db, count_run, &ear);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tidies_soon_after_the_start, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(stopping_at_once_is_fine, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(runs_once_in_the_cluster, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
