/* The engine of life cycles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "minyi/buf.h"
#include "minyi/err.h"
#include "minyi/lifecycle.h"

static const struct lifecycle_state states[] = {{"open", "开着"}, {"shut", "关着"}, {"locked", "锁着"}};
static const struct transition transitions[] = {
    {"open", "close", "shut", "任何人"},
    {"shut", "open", "open", "任何人"},
    {"shut", "lock", "locked", "持钥匙的人"},
    {"locked", "burn", LIFECYCLE_END, "无人"},
};
static const struct lifecycle door = {.name = "door",
                                      .zh = "门",
                                      .states = states,
                                      .state_count = ARRAY_LEN(states),
                                      .transitions = transitions,
                                      .transition_count = ARRAY_LEN(transitions)};

static void test_every_pair_is_allowed_or_refused(void **state) {
    (void)state;
    static const char *const events[] = {"close", "open", "lock", "burn"};
    static const char *const expected[3][4] = {
        {"shut", NULL, NULL, NULL}, {NULL, "open", "locked", NULL}, {NULL, NULL, NULL, LIFECYCLE_END}};
    for (size_t s = 0; s < ARRAY_LEN(states); s++)
        for (size_t e = 0; e < ARRAY_LEN(events); e++) {
            const char *to = "untouched";
            int result = lifecycle_next(&door, states[s].code, events[e], &to);
            if (expected[s][e] != NULL) {
                assert_int_equal(result, 0);
                assert_string_equal(to, expected[s][e]);
            } else {
                assert_int_equal(result, ERR_ILLEGAL_TRANSITION);
                assert_string_equal(to, "untouched");
            }
        }
}

static void test_names(void **state) {
    (void)state;
    assert_string_equal(lifecycle_zh(&door, "locked"), "锁着");
    assert_string_equal(lifecycle_zh(&door, "ajar"), "ajar");
}

static void test_diagram(void **state) {
    (void)state;
    CLEANUP(buf_free) struct buf out = BUF(4096);
    lifecycle_diagram(&door, &out);
    assert_string_equal(out.data, "stateDiagram-v2\n"
                                  "    state \"开着 open\" as open\n"
                                  "    state \"关着 shut\" as shut\n"
                                  "    state \"锁着 locked\" as locked\n"
                                  "    [*] --> open\n"
                                  "    open --> shut: close（任何人）\n"
                                  "    shut --> open: open（任何人）\n"
                                  "    shut --> locked: lock（持钥匙的人）\n"
                                  "    locked --> [*]: burn（无人）\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_pair_is_allowed_or_refused),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_diagram),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
