/* Deadlines and threads (base/thread.c). */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "minyi/thread.h"
#include "wait.h"

static void a_deadline_carries_over_the_second(void **state) {
    (void)state;
    struct timespec at = thread_deadline_at(7999999);
    assert_int_equal(at.tv_sec, 7);
    assert_int_equal(at.tv_nsec, 999999000);
    int64_t before = clock_monotonic_us();
    at = thread_deadline_in(2500);
    int64_t us = (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
    assert_in_range(us, before + 2500000, clock_monotonic_us() + 2500000);
    assert_in_range(at.tv_nsec, 0, 999999999);
}

static void a_wait_ends_at_its_deadline(void **state) {
    (void)state;
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t never;
    thread_condition(&never);
    int64_t before = clock_monotonic_us();
    struct timespec at = thread_deadline_in(30);
    int waited = 0;
    pthread_mutex_lock(&lock);
    while (waited == 0)
        waited = pthread_cond_timedwait(&never, &lock, &at);
    pthread_mutex_unlock(&lock);
    pthread_cond_destroy(&never);
    assert_int_equal(waited, ETIMEDOUT);
    assert_true(clock_monotonic_us() - before >= 29000);
}

struct seen {
    char name[16];
    sigset_t blocked;
};

static void *look(void *argument) {
    struct seen *seen = argument;
    pthread_sigmask(SIG_SETMASK, NULL, &seen->blocked);
    /* The name is given after the start. */
    (void)SOON((pthread_getname_np(pthread_self(), seen->name, sizeof(seen->name)),
                strcmp(seen->name, "minyi-test") == 0));
    return NULL;
}

static void a_thread_has_its_name_and_leaves_signals_to_the_main_thread(void **state) {
    (void)state;
    struct seen seen = {0};
    sigset_t mine;
    pthread_t thread;
    assert_true(thread_start(&thread, "minyi-test", look, &seen));
    pthread_join(thread, NULL);
    assert_string_equal(seen.name, "minyi-test");
    assert_true(sigismember(&seen.blocked, SIGTERM));
    assert_true(sigismember(&seen.blocked, SIGINT));
    assert_false(sigismember(&seen.blocked, SIGSEGV));
    pthread_sigmask(SIG_SETMASK, NULL, &mine);
    assert_false(sigismember(&mine, SIGTERM));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadline_carries_over_the_second),
        cmocka_unit_test(a_wait_ends_at_its_deadline),
        cmocka_unit_test(a_thread_has_its_name_and_leaves_signals_to_the_main_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
