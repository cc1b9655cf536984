/* The scheduled work: what is over goes, what is in use stays; stopping does not wait for the next hour. */
#include <pthread.h>
#include <time.h>

#include "engine.h"
#include "fixture.h"
#include "minyi/jobs.h"
#include "wait.h"

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
    assert_true(SOON(fixture_int(f, "SELECT count(*) FROM write_mark WHERE node = 't-gone'") == 0));
    assert_true(SOON(fixture_int(f, "SELECT count(*) FROM idempotency WHERE key = 'old-key-1'") == 0));
    int64_t began = clock_monotonic_us();
    jobs_stop(jobs);
    assert_true(clock_monotonic_us() - began < WAIT_MS * INT64_C(1000));
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
    int lines, sweeps, expiries;
};

static void count_run(void *argument, const char *name) {
    struct ear *ear = argument;
    pthread_mutex_lock(&ear->lock);
    if (!name) ear->lines++;
    if (name && strcmp(name, "account_sweep") == 0) ear->sweeps++;
    if (name && strcmp(name, "idempotency_expire") == 0) ear->expiries++;
    pthread_mutex_unlock(&ear->lock);
}

static struct ear heard(struct ear *ear) {
    pthread_mutex_lock(&ear->lock);
    struct ear now = *ear;
    pthread_mutex_unlock(&ear->lock);
    return now;
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
    assert_true(SOON(heard(&ear).lines > 0));
    struct jobs *here = jobs_start(f->db, "https://minyi.example"),
                *there = jobs_start(other, "https://minyi.example");
    assert_true(SOON(heard(&ear).sweeps > 0 && heard(&ear).expiries > 0));
    usleep(2000 * 1000); /* time for the other one to run them, too */
    assert_int_equal(heard(&ear).sweeps, 1);
    assert_int_equal(heard(&ear).expiries, 1);
    bool here_leads = db_leads(f->db);
    assert_true(here_leads != db_leads(other));
    if (!here_leads) { /* the one that leads goes */
        jobs_stop(there);
        db_close(other);
        assert_true(SOON(db_leads(f->db)));
    }
    usleep(1500 * 1000);
    assert_int_equal(heard(&ear).sweeps, 1);
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
