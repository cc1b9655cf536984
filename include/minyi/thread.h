/* Threads of our own, and waiting with a deadline. Deadlines are on the monotonic clock: setting the wall
 * clock makes nobody wait longer or shorter.
 */
#ifndef MINYI_THREAD_H
#define MINYI_THREAD_H

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "minyi/base.h"

/* A thread that leaves all signals to the main thread, with a name (at most 15 characters) for `ps -L`. False
 * when the system has none to give. */
bool thread_start(pthread_t *ret, const char *name, void *(*run)(void *), void *argument);

/* Keeps from this thread, and from those it starts, all signals but the ones a thread brings upon itself
 * (SIGSEGV …); *RET_BEFORE is for pthread_sigmask(SIG_SETMASK). For threads that a library starts. */
void thread_signals_off(sigset_t *ret_before);

/* A condition whose deadlines are those below. */
void thread_condition(pthread_cond_t *ret);

/* The instant MS milliseconds from now; the instant US of clock_monotonic_us(). */
struct timespec thread_deadline_in(int64_t ms);
struct timespec thread_deadline_at(int64_t us);

#endif
