/* The scheduled work: what is over goes, what is in use stays; stopping does not wait for the next hour. */
#include <time.h>

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
    struct jobs *jobs = jobs_start(f->db);
    assert_non_null(jobs);
    for (int i = 0; i < 300 && fixture_int(f, "SELECT count(*) FROM idempotency") == 2; i++)
        nanosleep(&(struct timespec){.tv_nsec = 50 * 1000 * 1000}, NULL);
    int64_t began = clock_monotonic_us();
    jobs_stop(jobs);
    assert_true(clock_monotonic_us() - began < 5 * 1000 * 1000);
    assert_string_equal(fixture_text(f, "SELECT key FROM idempotency"), "new-key-1");
}

static void stopping_at_once_is_fine(void **state) {
    struct fixture *f = *state;
    assert_null(jobs_stop(jobs_start(f->db)));
    assert_null(jobs_stop(NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tidies_soon_after_the_start, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(stopping_at_once_is_fine, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
