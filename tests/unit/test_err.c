/* The registry of errors is a public contract: its shape, and the first failure of a request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "minyi/err.h"
#include "minyi/utf8.h"

static void entries_are_well_formed(void **state) {
    (void)state;
    size_t count;
    const struct err_info *all = err_all(&count);
    assert_true(count > 40);
    for (size_t i = 0; i < count; i++) {
        const struct err_info *info = &all[i];
        assert_true(info->error < 0);
        assert_ptr_equal(err_info(info->error), info);
        assert_true(info->code[0] >= 'a' && info->code[0] <= 'z');
        assert_int_equal(strspn(info->code, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(info->code));
        assert_null(strstr(info->code, "__"));
        assert_true(info->code[strlen(info->code) - 1] != '_');
        assert_true(info->http >= 400 && info->http <= 599);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(info->code, all[j].code);
    }
}

static void texts_are_fit_for_the_screen(void **state) {
    (void)state;
    size_t count;
    const struct err_info *all = err_all(&count);
    for (size_t i = 0; i < count; i++) {
        const char *zh = all[i].zh;
        const char *en = all[i].en;
        assert_int_equal(utf8_check(zh, strlen(zh), true), UTF8_FINE);
        assert_true(utf8_length(zh) >= 5);
        assert_true(strlen(zh) > utf8_length(zh)); /* Chinese, not English twice */
        assert_true(strlen(en) >= 5);
        assert_int_equal(strlen(en), utf8_length(en));
        assert_null(strstr(zh, "！"));
        assert_null(strchr(zh, '!'));
        assert_non_null(strstr(zh, "。"));
    }
}

static void unknown_numbers_are_internal_errors(void **state) {
    (void)state;
    const int unknown[] = {0, 1, -1, ERR_BEFORE_FIRST_, ERR_AFTER_LAST_, INT32_MIN, INT32_MAX};
    for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
        assert_string_equal(err_info(unknown[i])->code, "internal");
    assert_string_equal(err_info(ERR_TIMEOUT)->code, "timeout");
    assert_int_equal(err_info(ERR_NOT_FOUND)->http, 404);
}

static void the_first_failure_stays(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(4096);
    struct problem problem = {0};
    char field[] = "authors[2].name";
    assert_int_equal(problem_set(&problem, arena, ERR_TOO_LONG, field, "最多 %d 个字。", 60), ERR_TOO_LONG);
    field[0] = 'X'; /* the copy is ours */
    assert_string_equal(problem.field, "authors[2].name");
    assert_string_equal(problem.detail, "最多 60 个字。");
    assert_int_equal(problem_set(&problem, arena, ERR_STORE, "other", "other"), ERR_STORE);
    assert_int_equal(problem.error, ERR_TOO_LONG);
    assert_string_equal(problem.field, "authors[2].name");
    struct problem bare = {0};
    assert_int_equal(problem_set(&bare, arena, ERR_FORBIDDEN, NULL, NULL), ERR_FORBIDDEN);
    assert_null(bare.field);
    assert_null(bare.detail);
    assert_int_equal(problem_set(NULL, arena, ERR_FORBIDDEN, NULL, NULL), ERR_FORBIDDEN);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_well_formed),
        cmocka_unit_test(texts_are_fit_for_the_screen),
        cmocka_unit_test(unknown_numbers_are_internal_errors),
        cmocka_unit_test(the_first_failure_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
