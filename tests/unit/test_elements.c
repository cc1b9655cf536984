/* The three elements found by their headings; what cannot be split says why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "minyi/elements.h"

static struct arena *arena;

static void splits(const char *text, const char *situation, const char *analysis, const char *suggestion) {
    struct elements got = {0};
    const char *why = NULL;
    assert_true(elements_split(arena, text, &got, &why));
    assert_string_equal(got.situation, situation);
    assert_string_equal(got.analysis, analysis);
    assert_string_equal(got.suggestion, suggestion);
}

static void refuses(const char *text, const char *part_of_reason) {
    struct elements untouched = {"a", "b", "c"};
    const char *why = NULL;
    assert_false(elements_split(arena, text, &untouched, &why));
    assert_non_null(strstr(why, part_of_reason));
    assert_string_equal(untouched.situation, "a");
}

static void usual_headings(void **state) {
    (void)state;
    splits("调研情况：甲乙。问题分析：丙丁。具体建议：戊己。", "甲乙。", "丙丁。", "戊己。");
    splits("基本情况:甲\n原因分析: 乙\n对策建议:　丙\n", "甲", "乙", "丙");
    splits("调研情况：甲。具体意见：乙。", "甲。", "", "乙。");
}

static void full_name_wins_over_loose_word(void **state) {
    (void)state;
    splits("调研情况：有人建议：多种树。问题分析：没人管。具体建议：一、管起来。", "有人建议：多种树。",
           "没人管。", "一、管起来。");
}

static void word_without_colon_is_no_heading(void **state) {
    (void)state;
    splits("调研情况：根据调研情况和问题分析看，建议很多。建议：做。", "根据调研情况和问题分析看，建议很多。",
           "", "做。");
}

static void says_what_is_missing(void **state) {
    (void)state;
    refuses("", "调研情况");
    refuses("只有一段话。", "调研情况");
    refuses("调研情况：甲。问题分析：乙。", "具体建议");
    refuses("调研情况：甲。具体建议：　\n", "后面没有文字");
    refuses("调研情况：具体建议：甲", "后面没有文字");
    refuses("具体建议：甲。", "调研情况");
}

static int setup(void **state) {
    (void)state;
    arena = arena_new(1 << 16);
    return 0;
}
static int teardown(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(usual_headings),
        cmocka_unit_test(full_name_wins_over_loose_word),
        cmocka_unit_test(word_without_colon_is_no_heading),
        cmocka_unit_test(says_what_is_missing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
