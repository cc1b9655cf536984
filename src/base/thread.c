/* Threads, conditions and deadlines, said once. */
#include "minyi/thread.h"

#include "minyi/clock.h"

void thread_signals_off(sigset_t *ret_before) {
    static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGPROF};
    sigset_t all;
    sigfillset(&all);
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        sigdelset(&all, own[i]);
    pthread_sigmask(SIG_SETMASK, &all, ret_before);
}

bool thread_start(pthread_t *ret, const char *name, void *(*run)(void *), void *argument) {
    sigset_t before;
    thread_signals_off(&before);
    bool started = pthread_create(ret, NULL, run, argument) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (started) pthread_setname_np(*ret, name);
    return started;
}

void thread_condition(pthread_cond_t *ret) {
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(ret, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

struct timespec thread_deadline_at(int64_t us) {
    return (struct timespec){.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};
}

struct timespec thread_deadline_in(int64_t ms) {
    return thread_deadline_at(clock_monotonic_us() + ms * 1000);
}
