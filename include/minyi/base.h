/* Small compiler helpers used everywhere. No code, no state. */
#ifndef MINYI_BASE_H
#define MINYI_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The result of every function that can fail: ignoring it is a compile error. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* printf-like argument checking; F and A count arguments from 1. */
#define PRINTF_LIKE(F, A) __attribute__((format(printf, F, A)))

/* Runs FN(&variable) when the variable goes out of scope. */
#define CLEANUP(FN) __attribute__((cleanup(FN)))

#define NORETURN __attribute__((noreturn))
#define UNUSED __attribute__((unused))

#define ARRAY_LEN(A) (sizeof(A) / sizeof((A)[0]))

/* Hands a pointer over: yields its value and leaves NULL behind, so that a CLEANUP does nothing. */
#define TAKE_PTR(P)                    \
    ({                                 \
        __typeof__(P) *take_ = &(P);   \
        __typeof__(P) taken_ = *take_; \
        *take_ = NULL;                 \
        taken_;                        \
    })

#endif
