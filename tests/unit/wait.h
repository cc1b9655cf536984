/* Waiting for what must come. How long it takes is the machine's affair: who waits in vain for a minute fails. */
#ifndef MINYI_TESTS_WAIT_H
#define MINYI_TESTS_WAIT_H

#include <unistd.h>

#include "minyi/clock.h"

enum { WAIT_MS = 60 * 1000 };

/* CONDITION, looked at every few milliseconds until it is true. */
#define SOON(CONDITION)                                                        \
    __extension__({                                                            \
        bool soon_;                                                            \
        int64_t soon_end_us_ = clock_monotonic_us() + WAIT_MS * INT64_C(1000); \
        while (!(soon_ = (CONDITION)) && clock_monotonic_us() < soon_end_us_)  \
            usleep(3000);                                                      \
        soon_;                                                                 \
    })

#endif
