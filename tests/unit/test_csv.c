/* The CSV reader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "minyi/csv.h"
#include "minyi/err.h"

static struct arena *arena;
static const char *why;

static int setup(void **state) {
    (void)state;
    arena = arena_new(8 * 1024 * 1024);
    why = NULL;
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena = arena_free(arena);
    return 0;
}

/* The table as "a|b/c|d", with each row's line number before it. */
static const char *shown(const char *text) {
    struct list rows = {0};
    if (csv_read(text, strlen(text), 1000, arena, &rows, &why) != 0) return "!";
    const char *all = "";
    for (size_t r = 0; r < rows.count; r++) {
        const struct csv_row *row = LIST_AT(rows, struct csv_row, r);
        all = arena_printf(arena, "%s%s%lld:", all, r > 0 ? "/" : "", (long long)row->line);
        for (size_t c = 0; c < row->cells.count; c++)
            all = arena_printf(arena, "%s%s%s", all, c > 0 ? "|" : "", csv_cell(row, (int)c));
    }
    return all;
}

static void test_tables(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {"a", "1:a"},
        {"a,b\nc,d\n", "1:a|b/2:c|d"},
        {"a,b\r\nc,d", "1:a|b/2:c|d"},
        {"a,b\rc,d\r", "1:a|b/2:c|d"},
        {"\xEF\xBB\xBF姓名,登录名\r\n", "1:姓名|登录名"},
        {"a,,\n", "1:a||"},
        {",\n\n , \nx", "4:x"}, /* rows without text are left out, lines still count */
        {" a \t,  b", "1:a|b"},
        {"\" a \",b", "1: a |b"},
        {"\"a,b\",\"c\"\"d\"", "1:a,b|c\"d"},
        {"\"a\r\nb\nc\rd\",e\nf", "1:a\nb\nc\nd|e/5:f"},
        {"\"\",x", "1:|x"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_string_equal(shown(cases[i][0]), cases[i][1]);
}

static void test_what_is_broken_names_its_line(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"a\n\"b", "第 2 行"},
        {"a\nb\n\"c\"d", "第 3 行"},
        {"a\nb\"c", "第 2 行"},
        {"\"a\"\"", "第 1 行"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_string_equal(shown(cases[i][0]), "!");
        assert_true(strncmp(why, cases[i][1], strlen(cases[i][1])) == 0);
    }
}

static void test_limits(void **state) {
    (void)state;
    struct list rows = {0};
    assert_int_equal(csv_read("a\nb\nc", 5, 2, arena, &rows, &why), ERR_INVALID);
    assert_true(strstr(why, "第 3 行") != NULL);
    assert_int_equal(csv_read("a\nb\n\n\n", 6, 2, arena, &rows, &why), 0);
    assert_int_equal(rows.count, 2);
    char wide[CSV_COLUMNS_MAX + 1];
    memset(wide, ',', sizeof(wide));
    assert_int_equal(csv_read(wide, CSV_COLUMNS_MAX - 1, 2, arena, &rows, &why), 0);
    assert_int_equal(csv_read(wide, CSV_COLUMNS_MAX, 2, arena, &rows, &why), ERR_INVALID);
    char *longer = arena_alloc(arena, CSV_CELL_MAX + 1);
    memset(longer, 'x', CSV_CELL_MAX + 1);
    assert_int_equal(csv_read(longer, CSV_CELL_MAX, 2, arena, &rows, &why), 0);
    assert_int_equal(csv_read(longer, CSV_CELL_MAX + 1, 2, arena, &rows, &why), ERR_INVALID);
}

static void test_not_text(void **state) {
    (void)state;
    struct list rows = {0};
    assert_int_equal(csv_read("\xD0\xD5\xC3\xFB", 4, 2, arena, &rows, &why), ERR_BAD_TEXT); /* GBK */
    assert_true(strstr(why, "UTF-8") != NULL);
    assert_int_equal(csv_read("a\0b", 3, 2, arena, &rows, &why), ERR_BAD_TEXT);
    assert_int_equal(csv_read("a\x01", 2, 2, arena, &rows, NULL), ERR_BAD_TEXT);
}

static void test_columns(void **state) {
    (void)state;
    struct list rows = {0};
    assert_int_equal(csv_read("姓名,电话", strlen("姓名,电话"), 2, arena, &rows, &why), 0);
    const struct csv_row *header = LIST_AT(rows, struct csv_row, 0);
    assert_int_equal(csv_column(header, "电话"), 1);
    assert_int_equal(csv_column(header, "邮箱"), -1);
    assert_string_equal(csv_cell(header, -1), "");
    assert_string_equal(csv_cell(header, 2), "");
}

/* What is written comes back as it was; what a spreadsheet would run is text to it. */
static void test_written(void **state) {
    (void)state;
    static const char *const cells[] = {"一,二", "说\"是\"", "两\n行", NULL, " 空白 ", "12"};
    static const char *const formulas[] = {"=1+1", "+86", "-1", "@x"};
    struct buf text CLEANUP(buf_free) = BUF(4096);
    struct list rows = {0};
    csv_begin(&text);
    csv_add(&text, cells, ARRAY_LEN(cells));
    csv_add(&text, formulas, ARRAY_LEN(formulas));
    assert_memory_equal(text.data, "\xef\xbb\xbf\"一,二\",", 13);
    assert_int_equal(csv_read(text.data, text.len, 5, arena, &rows, &why), 0);
    assert_int_equal(rows.count, 2);
    const struct csv_row *row = LIST_AT(rows, struct csv_row, 0);
    for (int i = 0; i < (int)ARRAY_LEN(cells); i++)
        assert_string_equal(csv_cell(row, i), cells[i] != NULL ? cells[i] : "");
    for (int i = 0; i < (int)ARRAY_LEN(formulas); i++) {
        const char *cell = csv_cell(row + 1, i);
        assert_int_equal(cell[0], '\'');
        assert_string_equal(cell + 1, formulas[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_tables, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_broken_names_its_line, setup, teardown),
        cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_not_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_columns, setup, teardown),
        cmocka_unit_test_setup_teardown(test_written, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
