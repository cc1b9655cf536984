/* UTF-8: what is text, what is refused, and 字数 counted by hand as WPS shows it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "minyi/utf8.h"

static void first_and_last_of_each_length(void **state) {
    (void)state;
    const struct {
        const char *text;
        uint32_t code;
    } cases[] = {{"\x01", 1},
                 {"\x7F", 0x7F},
                 {"\xC2\x80", 0x80},
                 {"\xDF\xBF", 0x7FF},
                 {"\xE0\xA0\x80", 0x800},
                 {"\xED\x9F\xBF", 0xD7FF},
                 {"\xEE\x80\x80", 0xE000},
                 {"\xEF\xBF\xBF", 0xFFFF},
                 {"\xF0\x90\x80\x80", 0x10000},
                 {"\xF4\x8F\xBF\xBF", 0x10FFFF},
                 {"民", 0x6C11}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uint32_t code = 0;
        size_t len = strlen(cases[i].text);
        assert_int_equal(utf8_next(cases[i].text, len, &code), len);
        assert_int_equal(code, cases[i].code);
        assert_true(utf8_valid(cases[i].text, len));
        assert_int_equal(utf8_length(cases[i].text), 1);
        for (size_t part = 1; part < len; part++) { /* truncated */
            char *exact = malloc(part);             /* a read too far is seen by ASan */
            assert_non_null(exact);
            memcpy(exact, cases[i].text, part);
            assert_int_equal(utf8_next(exact, part, &code), 0);
            assert_false(utf8_valid(exact, part));
            free(exact);
        }
    }
}

static void broken_bytes(void **state) {
    (void)state;
    const char *const bad[] = {
        "\x80",
        "\xBF",
        "\xC0\x80",
        "\xC1\xBF",
        "\xE0\x80\x80",
        "\xE0\x9F\xBF",
        "\xF0\x80\x80\x80",
        "\xF0\x8F\xBF\xBF",
        "\xED\xA0\x80",
        "\xED\xBF\xBF",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xF8\x88\x80\x80",
        "\xFE",
        "\xFF",
        "\xE6\xB0",
        "\xE6\x41\x91",
        "\xF0\x9F\x98\x41",
        "\xC3\xC3",
        "\xED\xA0\x80\xED\xB0\x80",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        char text[32] = "好";
        strncat(text, bad[i], 8);
        uint32_t code = 42;
        assert_int_equal(utf8_next(bad[i], strlen(bad[i]), &code), 0);
        assert_int_equal(code, 42);
        assert_false(utf8_valid(text, strlen(text)));
        assert_int_equal(utf8_length(text), 0);
        assert_int_equal(utf8_words(text), 0);
        assert_int_equal(utf8_check(text, strlen(text), false), UTF8_BROKEN);
    }
    uint32_t code = 42;
    assert_int_equal(utf8_next("", 0, &code), 0);
    assert_true(utf8_valid("", 0));
    assert_true(utf8_valid("a\0b", 3));
}

static void every_code_point(void **state) {
    (void)state;
    for (uint32_t code = 1; code <= 0x110400; code++) {
        char text[5] = {0};
        size_t len = 0;
        if (code < 0x80) {
            text[len++] = (char)code;
        } else if (code < 0x800) {
            text[len++] = (char)(0xC0 | code >> 6);
            text[len++] = (char)(0x80 | (code & 0x3F));
        } else {
            if (code < 0x10000) {
                text[len++] = (char)(0xE0 | code >> 12);
            } else {
                text[len++] = (char)(0xF0 | code >> 18);
                text[len++] = (char)(0x80 | (code >> 12 & 0x3F));
            }
            text[len++] = (char)(0x80 | (code >> 6 & 0x3F));
            text[len++] = (char)(0x80 | (code & 0x3F));
        }
        bool real = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
        uint32_t read = 0;
        if (utf8_next(text, len, &read) != (real ? len : 0) || (real && read != code))
            fail_msg("U+%04X", (unsigned)code);
    }
}

static void flaws(void **state) {
    (void)state;
    const struct {
        const char *text;
        size_t len;
        enum utf8_flaw many_lines, one_line;
    } cases[] = {
        {"民意 GDP 增长5%。", 22, UTF8_FINE, UTF8_FINE},
        {"", 0, UTF8_FINE, UTF8_FINE},
        {"a\nb", 3, UTF8_FINE, UTF8_LINE_BREAK},
        {"a\tb", 3, UTF8_FINE, UTF8_LINE_BREAK},
        {"a\xE2\x80\xA8", 4, UTF8_FINE, UTF8_LINE_BREAK},
        {"a\0b", 3, UTF8_NUL, UTF8_NUL},
        {"\x01", 1, UTF8_CONTROL, UTF8_CONTROL},
        {"\x1B[31m", 5, UTF8_CONTROL, UTF8_CONTROL},
        {"a\rb", 3, UTF8_CONTROL, UTF8_CONTROL},
        {"\x7F", 1, UTF8_CONTROL, UTF8_CONTROL},
        {"\xC2\x80", 2, UTF8_CONTROL, UTF8_CONTROL},
        {"\xC2\x9F", 2, UTF8_CONTROL, UTF8_CONTROL},
        {"\xC2\xA0", 2, UTF8_FINE, UTF8_FINE},
        {"\xEF\xBF\xBE", 3, UTF8_CONTROL, UTF8_CONTROL},
        {"\xEF\xBF\xBF", 3, UTF8_CONTROL, UTF8_CONTROL},
        {"\xF0\x9F\xBF\xBE", 4, UTF8_CONTROL, UTF8_CONTROL},
        {"\xF4\x8F\xBF\xBF", 4, UTF8_CONTROL, UTF8_CONTROL},
        {"\xEF\xB7\x90", 3, UTF8_CONTROL, UTF8_CONTROL},
        {"\xE2\x80\x8E", 3, UTF8_BIDI, UTF8_BIDI},
        {"\xE2\x80\x8F", 3, UTF8_BIDI, UTF8_BIDI},
        {"\xE2\x80\xAA", 3, UTF8_BIDI, UTF8_BIDI},
        {"gpj.\xE2\x80\xAE"
         "exe",
         10, UTF8_BIDI, UTF8_BIDI},
        {"\xE2\x81\xA6", 3, UTF8_BIDI, UTF8_BIDI},
        {"\xE2\x81\xA9", 3, UTF8_BIDI, UTF8_BIDI},
        {"\xD8\x9C", 2, UTF8_BIDI, UTF8_BIDI},
        {"\xE2\x80\x8D", 3, UTF8_FINE, UTF8_FINE},     /* joiner of emoji */
        {"\xF0\xA0\x80\x80", 4, UTF8_FINE, UTF8_FINE}, /* rare ideograph of a name */
        {"\n\xFF", 2, UTF8_BROKEN, UTF8_LINE_BREAK},   /* the first flaw wins */
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(utf8_check(cases[i].text, cases[i].len, false), cases[i].many_lines);
        assert_int_equal(utf8_check(cases[i].text, cases[i].len, true), cases[i].one_line);
    }
}

static void words_as_counted_by_hand(void **state) {
    (void)state;
    const struct {
        const char *text;
        size_t words;
    } cases[] = {
        {"", 0},
        {" \t\n\xE3\x80\x80\xC2\xA0", 0},
        {"社情民意", 4},
        {"社情 民意\n信息", 6},
        {"关于加强农村公路养护的建议", 13},
        {"一、基本情况。", 7},
        {"GDP", 1},
        {"GDP增长12.5%，", 5}, /* GDP 增 长 12.5% ， */
        {"2026年3月8日", 6},
        {"12.5%", 1},
        {"约1,500元/吨", 5}, /* 约 1,500 元 / 吨 */
        {"e-mail: a@b.cn", 2},
        {"Hello, world", 2},
        {"don\xE2\x80\x99t stop", 2},
        {"“十四五”规划", 7},
        {"……", 2},
        {"——", 2},
        {"《信息》（第12期）", 9}, /* 《 信 息 》 （ 第 12 期 ） */
        {"ＧＤＰ１２", 5},         /* full-width forms count one each */
        {"气温25℃", 4},
        {"①②", 2},
        {"カナ한글", 4},
        {"5G基站A类、B类", 8}, /* 5G 基 站 A 类 、 B 类 */
        {"COVID-19疫情", 3},
        {"第1-3条", 3},
        {"满意率 98.7%(全市)", 7}, /* 满 意 率 98.7%( 全 市 ) */
        {"https://www.gov.cn/a?b=c 网站", 3},
        {"\xF0\xA0\x80\x80字", 2},
        {"a\xE2\x80\x8B"
         "b",
         1}, /* a zero-width blank is no blank */
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (utf8_words(cases[i].text) != cases[i].words)
            fail_msg("%s: %zu, not %zu", cases[i].text, utf8_words(cases[i].text), cases[i].words);
}

static void tidying(void **state) {
    (void)state;
    const struct {
        const char *in, *out;
    } cases[] = {
        {"", ""},
        {"a", "a"},
        {"  \t\n ", ""},
        {"\xEF\xBB\xBF\xE3\x80\x80\xC2\xA0 民意 \xC2\xA0\xE3\x80\x80\xEF\xBB\xBF", "民意"},
        {"a\r\nb\rc\nd", "a\nb\nc\nd"},
        {"\r\n\r\na b\r\n", "a b"},
        {"a\r\r\nb", "a\n\nb"},
        {"\xE3\x80\x81x\xE3\x80\x81", "\xE3\x80\x81x\xE3\x80\x81"}, /* 、 shares bytes with U+3000 */
        {"a\xE3\x80\x80 b", "a\xE3\x80\x80 b"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *text = strdup(cases[i].in);
        assert_non_null(text);
        assert_int_equal(utf8_tidy(text, strlen(text)), strlen(cases[i].out));
        assert_string_equal(text, cases[i].out);
        free(text);
    }
    char exact[3] = {'a', 'b', 'c'}; /* no NUL behind and none may be written */
    assert_int_equal(utf8_tidy(exact, 3), 3);
    assert_memory_equal(exact, "abc", 3);
}

static void cutting(void **state) {
    (void)state;
    assert_int_equal(utf8_cut("民意abc", 0), 0);
    assert_int_equal(utf8_cut("民意abc", 1), 3);
    assert_int_equal(utf8_cut("民意abc", 3), 7);
    assert_int_equal(utf8_cut("民意abc", 5), 9);
    assert_int_equal(utf8_cut("民意abc", 500), 9);
    assert_int_equal(utf8_cut("民\xFFx", 500), 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_and_last_of_each_length),
        cmocka_unit_test(broken_bytes),
        cmocka_unit_test(every_code_point),
        cmocka_unit_test(flaws),
        cmocka_unit_test(words_as_counted_by_hand),
        cmocka_unit_test(tidying),
        cmocka_unit_test(cutting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
