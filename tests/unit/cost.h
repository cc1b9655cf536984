/* What a piece of work costs this thread, to compare it with the same work on a part of the input: a ratio
 * holds on a slow and busy machine, too, where a limit in seconds does not. */
#ifndef MINYI_TESTS_COST_H
#define MINYI_TESTS_COST_H

#include <time.h>

/* Milliseconds of processor time that this thread has taken so far. */
static inline double cost_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1000000;
}

/* Of several tries the least counts: what a busy machine adds is no part of the work. */
enum { COST_TRIES = 4 };
#define COST_LEAST(LEAST, COST) ((LEAST) = (LEAST) < 0 || (COST) < (LEAST) ? (COST) : (LEAST))

/* That of four times as much, WHOLE ms, is about four times that of the PART: the square would be sixteen
 * times. */
#define assert_linear(PART, WHOLE) assert_true((WHOLE) < 9 * (PART) + 60)

#endif
