/* A life cycle against what a test expects of it: each state under each event, and the names on the wire. */
#ifndef MINYI_TESTS_LIFECYCLE_TESTING_H
#define MINYI_TESTS_LIFECYCLE_TESTING_H

#include <string.h>

#include "fixture.h"
#include "minyi/lifecycle.h"
#include "minyi/record.h"

enum { LIFECYCLE_EVENTS_MAX = 8 };

struct expected_state {
    const char *code;
    const char *to[LIFECYCLE_EVENTS_MAX]; /* by the order of the events; NULL: refused */
};

/* Just these states, events and transitions. */
static inline void assert_lifecycle(const struct lifecycle *lifecycle, const char *const *events,
                                    size_t event_count, const struct expected_state *expected, size_t count) {
    size_t allowed = 0;
    assert_int_equal(lifecycle->state_count, count);
    for (size_t s = 0; s < count; s++) {
        assert_string_equal(lifecycle->states[s].code, expected[s].code);
        for (size_t e = 0; e < event_count; e++) {
            const char *to = NULL;
            int error = lifecycle_next(lifecycle, expected[s].code, events[e], &to);
            assert_int_equal(error, expected[s].to[e] != NULL ? 0 : ERR_ILLEGAL_TRANSITION);
            if (error != 0) continue;
            assert_string_equal(to, expected[s].to[e]);
            allowed++;
        }
    }
    assert_int_equal(lifecycle->transition_count, allowed); /* no event that is not among them */
}

/* The wire says what the table says; before it FIRST, or NULL. */
static inline void assert_status_options(const struct record *record, const char *first,
                                         const struct expected_state *expected, size_t count) {
    const char *const *option = record_field(record, "status")->options;
    if (first != NULL) assert_string_equal(*option++, first);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(*option++, expected[i].code);
    assert_null(*option);
}

#endif
