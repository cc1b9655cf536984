/* Buffer: ceiling, integers, JSON escapes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "minyi/buf.h"

static void starts_empty_and_grows(void **state) {
    (void)state;
    CLEANUP(buf_free) struct buf buf = BUF(100000);
    assert_null(buf.data);
    buf_add(&buf, "", 0);
    assert_int_equal(buf.len, 0);
    for (int i = 0; i < 10000; i++)
        buf_addf(&buf, "%d,", i % 10);
    assert_int_equal(buf.len, 20000);
    assert_int_equal(strlen(buf.data), 20000);
    assert_false(buf_failed(&buf));
    buf_clear(&buf);
    assert_int_equal(buf.len, 0);
    assert_string_equal(buf.data, "");
}

static void ceiling_is_exact(void **state) {
    (void)state;
    CLEANUP(buf_free) struct buf buf = BUF(5);
    buf_adds(&buf, "12345");
    assert_false(buf_failed(&buf));
    assert_string_equal(buf.data, "12345");
    buf_addc(&buf, '6');
    assert_true(buf_failed(&buf));
    assert_string_equal(buf.data, "12345");
    buf_clear(&buf);
    assert_false(buf_failed(&buf));
}

static void what_fails_leaves_a_prefix(void **state) {
    (void)state;
    CLEANUP(buf_free) struct buf buf = BUF(5);
    buf_adds(&buf, "abc");
    buf_adds(&buf, "defg");
    buf_addc(&buf, 'x'); /* would fit, but the text would have a hole */
    assert_true(buf_failed(&buf));
    assert_string_equal(buf.data, "abc");
    CLEANUP(buf_free) struct buf none = BUF(0);
    buf_addc(&none, 'x');
    assert_true(buf_failed(&none));
    CLEANUP(buf_free) struct buf large = BUF(299);
    buf_addf(&large, "%0300d", 1);
    assert_true(buf_failed(&large));
}

static void integers_of_every_size(void **state) {
    (void)state;
    const struct {
        int64_t value;
        const char *text;
    } cases[] = {{0, "0"},
                 {-1, "-1"},
                 {1234567890123, "1234567890123"},
                 {INT64_MAX, "9223372036854775807"},
                 {INT64_MIN, "-9223372036854775808"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(buf_free) struct buf buf = BUF(64);
        buf_add_int(&buf, cases[i].value);
        assert_string_equal(buf.data, cases[i].text);
    }
}

static void formats_longer_than_the_inner_buffer(void **state) {
    (void)state;
    for (int width = 250; width < 260; width++) {
        CLEANUP(buf_free) struct buf buf = BUF(1000);
        buf_adds(&buf, "x");
        buf_addf(&buf, "%0*d", width, 7);
        assert_int_equal(buf.len, width + 1);
        assert_int_equal(strlen(buf.data), buf.len);
        assert_int_equal(buf.data[width], '7');
    }
}

static void json_strings(void **state) {
    (void)state;
    const struct {
        const char *in, *out;
    } cases[] = {
        {NULL, "null"},
        {"", "\"\""},
        {"民意 <b>", "\"民意 \\u003cb>\""},
        {"a\"b\\c/", "\"a\\\"b\\\\c/\""},
        {"\n\r\t\x01\x1f\x7f", "\"\\n\\r\\t\\u0001\\u001f\x7f\""},
        {"\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xA6", "\"\\u2028\\u2029\xE2\x80\xA6\""},
        {"</script>", "\"\\u003c/script>\""},
        {"\xE2", "\"\xE2\""}, /* broken text must at least not be read past its end */
        {"\xE2\x80", "\"\xE2\x80\""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(buf_free) struct buf buf = BUF(200);
        buf_add_json(&buf, cases[i].in);
        assert_string_equal(buf.data, cases[i].out);
    }
}

static void take_hands_over(void **state) {
    (void)state;
    struct buf buf = BUF(100);
    size_t len = 77;
    char *empty = buf_take(&buf, &len);
    assert_string_equal(empty, "");
    assert_int_equal(len, 0);
    free(empty);
    buf_adds(&buf, "text");
    char *text = buf_take(&buf, NULL);
    assert_string_equal(text, "text");
    free(text);
    assert_null(buf.data);
    buf_adds(&buf, "again"); /* the ceiling stays */
    assert_string_equal(buf.data, "again");
    buf_free(&buf);
    buf_free(&buf);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_empty_and_grows),
        cmocka_unit_test(ceiling_is_exact),
        cmocka_unit_test(what_fails_leaves_a_prefix),
        cmocka_unit_test(integers_of_every_size),
        cmocka_unit_test(formats_longer_than_the_inner_buffer),
        cmocka_unit_test(json_strings),
        cmocka_unit_test(take_hands_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
