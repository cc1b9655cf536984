/* The pure rules of accounts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "minyi/account.h"

#include <cmocka.h>

#include "../../src/features/account/rules.h"

static void test_attempts(void **state) {
    (void)state;
    struct attempts a = {0};
    const int64_t lock = 1000;
    assert_int_equal(attempts_count(&a, 5000, 3, lock), 0);
    assert_int_equal(attempts_count(&a, 5100, 3, lock), 0);
    assert_int_equal(attempts_count(&a, 5200, 3, lock), 0); /* the third is looked at and locks */
    assert_int_equal(a.locked_until_ms, 6200);
    assert_int_equal(attempts_count(&a, 5201, 3, lock), 1);
    assert_int_equal(attempts_count(&a, 6199, 3, lock), 1);
    assert_int_equal(a.failures, 3); /* refused ones do not count, the lock does not grow */
    assert_int_equal(a.locked_until_ms, 6200);
    assert_int_equal(attempts_count(&a, 6200, 3, lock), 0);
    assert_int_equal(a.failures, 1);
    assert_int_equal(attempts_count(&a, 7199, 3, lock), 0);
    assert_int_equal(a.failures, 2);
    assert_int_equal(attempts_count(&a, 7200, 3, lock), 0); /* the first one is old now */
    assert_int_equal(a.failures, 1);
}

static void test_phones_and_mails(void **state) {
    (void)state;
    assert_true(phone_fits("13800001234"));
    assert_true(phone_fits("+86 (0791) 8888-1234"));
    assert_false(phone_fits("1234"));
    assert_false(phone_fits("一三八"));
    assert_true(email_fits("lin.xiao@example.cn"));
    static const char *const bad[] = {"@example.cn", "lin@",     "lin@cn",   "lin@.cn",
                                      "lin@a.",      "a b@c.cn", "a@b@c.cn", "x"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(email_fits(bad[i]));
}

static void test_dates(void **state) {
    (void)state;
    struct arena *arena = arena_new(64 * 1024);
    static const char *const good[][2] = {{"2026-03-08", "2026-03-08"}, {"2026/3/8", "2026-03-08"},
                                          {"2026.3.8", "2026-03-08"},   {"2026年3月8日", "2026-03-08"},
                                          {"2024-2-29", "2024-02-29"},  {"", ""}};
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_string_equal(date_fold(arena, good[i][0]), good[i][1]);
    static const char *const bad[] = {"2026-13-01",  "2026-02-29", "2026-1", "26-1-1",  "2026-01-32",
                                      "2026-01-01x", "20260101",   "x",      "2026-0-1"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_null(date_fold(arena, bad[i]));
    arena_free(arena);
}

static void test_standings_have_names(void **state) {
    (void)state;
    size_t count = 0;
    for (; standing_codes[count] != NULL; count++)
        assert_string_equal(standing_names[count].code, standing_codes[count]);
    assert_null(standing_names[count].code);
    assert_int_equal(count, 8);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_attempts),
        cmocka_unit_test(test_phones_and_mails),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_standings_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
