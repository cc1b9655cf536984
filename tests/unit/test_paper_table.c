/* Where pages end in tables whose first row is tall (src/files/paper_table.c, paper_flow.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/files/paper_internal.h"
#include "minyi/hash.h"

enum { BLOCKS = 6, LINES = 70, ARENA = 64 << 20 };

struct tall {
    struct paper_block blocks[BLOCKS];
    struct paper_table table;
    const char *cells[6];
    struct paper paper;
};

/* TEXT lines of text, HEADINGS that stay with what follows, a table with or without head whose first row has
 * LINES lines. */
static void make(struct arena *arena, struct tall *tall, int text, int headings, bool header, int lines) {
    const char *words[2] = {"", ""};
    const int counts[2] = {text, lines};
    for (int i = 0; i < 2; i++)
        for (int line = 0; line < counts[i]; line++)
            words[i] = arena_printf(arena, "%s%s字", words[i], line > 0 ? "\n" : "");
    *tall = (struct tall){.cells = {"项目", "内容", "长", words[1], "短", "完"}};
    tall->table = (struct paper_table){
        .rows = header ? 3 : 2, .columns = 2, .cells = tall->cells + (header ? 0 : 2), .header = header};
    paper_init(&tall->paper);
    struct paper_block *block = tall->blocks;
    *block++ = (struct paper_block){.kind = PAPER_TEXT, .style = PAPER_BODY, .text = words[0]};
    for (int i = 0; i < headings; i++)
        *block++ = (struct paper_block){
            .kind = PAPER_TEXT, .style = i > 0 ? PAPER_LABEL : PAPER_TITLE, .text = "题", .keep = true};
    *block++ = (struct paper_block){.kind = PAPER_SPACE, .lines = 5};
    *block++ = (struct paper_block){.kind = PAPER_TABLE_ROWS, .style = PAPER_TABLE, .table = &tall->table};
    tall->paper.blocks = tall->blocks;
    tall->paper.block_count = (size_t)(block - tall->blocks);
}

/* The row that would come next on PAGE. */
static const struct paper_row *row_after(const struct paper_page *page) {
    const struct paper_row *row = page->last->row->next;
    while (row && row->space)
        row = row->next;
    return row;
}

static void check_pages(const struct paper_layout *layout) {
    for (int p = 0; p < layout->outcome.pages; p++) {
        const struct paper_page *page = &layout->pages[p];
        assert_true(page->bottom <= layout->paper->measures.text_height + 20);
        const struct paper_row *next = row_after(page);
        assert_true(!next || next->split != SPLIT_FORBIDDEN);
    }
}

static void test_what_stays_together_is_on_one_page(void **state) {
    (void)state;
    for (int i = 0; i < 3 * 4 * 2; i++)
        for (int lines = 1; lines <= LINES; lines++) {
            struct arena *arena CLEANUP(arena_cleanup) = arena_new(ARENA);
            struct tall tall;
            struct paper_layout layout CLEANUP(paper_layout_end);
            make(arena, &tall, i % 3 * 8, i / 3 % 4, i / 12 == 1, lines);
            assert_int_equal(paper_layout_begin(&layout, arena, &tall.paper), 0);
            check_pages(&layout);
        }
}

/* How many rows the table is set in. */
static size_t rows_of(struct arena *arena, int headings, int lines) {
    struct tall tall;
    struct paper_layout layout CLEANUP(paper_layout_end);
    make(arena, &tall, 0, headings, true, lines);
    assert_int_equal(paper_layout_begin(&layout, arena, &tall.paper), 0);
    size_t count = 0;
    for (const struct paper_row *row = layout.body.first; row; row = row->next)
        count += !row->text && !row->space;
    return count;
}

/* The page has room for 30 lines below the head, for 27 with a heading above it; a single line is not carried
 * over. */
static void test_a_row_is_cut_only_when_it_must_be(void **state) {
    (void)state;
    static const struct {
        int headings, lines;
        size_t rows;
    } cases[] = {{0, 30, 3}, {0, 31, 4}, {1, 20, 3}, {1, 27, 3}, {1, 28, 4}, {1, 57, 4}, {1, 58, 5}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new(ARENA);
        assert_int_equal(rows_of(arena, cases[i].headings, cases[i].lines), cases[i].rows);
    }
}

static int setup(void **state) {
    const char *folder;
    *state = arena_new(1 << 20);
    return hash_init() < 0 || fonts_configure(*state, getenv("MINYI_FONTS"), &folder) < 0 ? -1 : 0;
}

static int teardown(void **state) {
    *state = arena_free(*state);
    fonts_close();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_stays_together_is_on_one_page),
        cmocka_unit_test(test_a_row_is_cut_only_when_it_must_be),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
