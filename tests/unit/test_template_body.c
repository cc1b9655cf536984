/* Running text into blocks, and nothing of it lost: also with every published proposal, when they are there
 * (MINYI_PROPOSALS, or ../shared/data/proposals.csv beside the repository). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cost.h"
#include "minyi/buf.h"
#include "minyi/csv.h"
#include "minyi/template.h"
#include "minyi/utf8.h"

static struct arena *arena;

static int begin(void **state) {
    (void)state;
    arena = arena_new((size_t)512 * 1024 * 1024);
    return 0;
}

static int end(void **state) {
    (void)state;
    arena = arena_free(arena);
    return 0;
}

static struct list blocks_of(const char *body) {
    struct list blocks = {0};
    template_body(arena, body, NULL, 0, &blocks);
    return blocks;
}

static const struct paper_block *only(const char *line) {
    struct list blocks = blocks_of(line);
    assert_int_equal(blocks.count, 1);
    return LIST_AT(blocks, struct paper_block, 0);
}

static void is_heading(const char *line, enum paper_style_id style) {
    const struct paper_block *block = only(line);
    if (block->style != style) fail_msg("%s: %s", line, paper_style_code(block->style));
    assert_int_equal(block->lead, 0);
    assert_true(block->keep);
    assert_int_equal(block->bookmark, 2 + (int)style - (int)PAPER_LEVEL_1);
}

static void leads(const char *line, const char *lead, enum paper_style_id style) {
    const struct paper_block *block = only(line);
    assert_int_equal(block->style, PAPER_BODY);
    if (block->lead != strlen(lead)) fail_msg("%s: %.*s", line, (int)block->lead, block->text);
    assert_int_equal(block->lead_style, style);
    assert_int_equal(block->bookmark, 0);
    assert_memory_equal(block->text, lead, strlen(lead));
}

static void is_plain(const char *line) {
    const struct paper_block *block = only(line);
    if (block->style != PAPER_BODY || block->lead != 0) fail_msg("%s", line);
}

static void headings(void **state) {
    (void)state;
    is_heading("一、存在的主要问题", PAPER_LEVEL_1);
    is_heading("　　十二、保障措施", PAPER_LEVEL_1);
    is_heading("（一）补助方式单一", PAPER_LEVEL_2);
    is_heading("(二)服务半径偏大", PAPER_LEVEL_2);
    is_heading("1. 建立机制", PAPER_LEVEL_3);
    is_heading("1．建立机制", PAPER_LEVEL_3);
    is_heading("12、建立机制", PAPER_LEVEL_3);
    is_heading("１．建立机制", PAPER_LEVEL_3);
    is_heading("（1）以敬老院为中心", PAPER_LEVEL_4);
    is_heading("(1)以敬老院为中心", PAPER_LEVEL_4);
    is_heading("（１）以敬老院为中心", PAPER_LEVEL_4);
}

static void running_on(void **state) {
    (void)state;
    leads("一、强化规划引领。省政府要制定规划。", "一、强化规划引领。", PAPER_LEVEL_1);
    leads("（二）政策层面：建议修订条例。", "（二）政策层面：", PAPER_LEVEL_2);
    leads("1.建议出台办法。由省民政厅负责。", "1.建议出台办法。", PAPER_LEVEL_3);
    /* A sentence that stands alone is one too. */
    leads("一、强化规划引领。", "一、强化规划引领。", PAPER_LEVEL_1);
    const char *heading = "一、一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八";
    is_heading(heading, PAPER_LEVEL_1);
    leads(arena_printf(arena, "%s九", heading), arena_printf(arena, "%s九", heading), PAPER_LEVEL_1);
    /* A long sentence is no heading at all. */
    is_plain(
        "一、建议由省发展改革委牵头，会同省财政厅、省自然资源厅、省生态环境厅、省农业农村厅、省水利厅、省林业局，"
        "建立联席会议制度，统筹推进各项工作。");
}

static void is_piece(const char *line, const char *title) {
    const struct paper_block *block = only(line);
    assert_int_equal(block->style, PAPER_PIECE);
    assert_string_equal(block->text, title);
    assert_true(block->keep);
    assert_int_equal(block->bookmark, 2);
}

static void pieces(void **state) {
    (void)state;
    is_piece("［篇：关于农村助餐点的建议］", "关于农村助餐点的建议");
    is_piece("　　[篇: 低空经济 | 两条建议 ]", "低空经济 | 两条建议");
    is_plain("［篇：］");
    is_plain("［篇］关于农村助餐点的建议");
    is_plain("［篇：甲］乙");
    struct list blocks =
        blocks_of("一、开头\n［篇：甲］\n一、问题\n（一）其一\n［篇：乙］\n甲|乙\n［篇：丙|丁］\n丙|丁");
    static const struct {
        enum paper_block_kind kind;
        enum paper_style_id style;
        int bookmark;
    } wanted[] = {
        {PAPER_TEXT, PAPER_LEVEL_1, 2}, {PAPER_SPACE, PAPER_BODY, 0},   {PAPER_TEXT, PAPER_PIECE, 2},
        {PAPER_TEXT, PAPER_LEVEL_1, 3}, {PAPER_TEXT, PAPER_LEVEL_2, 4}, {PAPER_SPACE, PAPER_BODY, 0},
        {PAPER_TEXT, PAPER_PIECE, 2},   {PAPER_TEXT, PAPER_BODY, 0},    {PAPER_SPACE, PAPER_BODY, 0},
        {PAPER_TEXT, PAPER_PIECE, 2},   {PAPER_TEXT, PAPER_BODY, 0},
    };
    assert_int_equal(blocks.count, ARRAY_LEN(wanted));
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        const struct paper_block *block = LIST_AT(blocks, struct paper_block, i);
        assert_int_equal(block->kind, wanted[i].kind);
        assert_int_equal(block->style, wanted[i].style);
        assert_int_equal(block->bookmark, wanted[i].bookmark);
    }
}

static void no_headings(void **state) {
    (void)state;
    is_plain("近三年，我省建成助餐点4200余个");
    is_plain("1.5万人受益，2.7倍");
    is_plain("2022年，收入增长");
    is_plain("一是补助方式单一。");
    is_plain("一");
    is_plain("（一）");
    is_plain("1.");
    is_plain("（略）其他");
    is_plain("十一届全国人大");
    is_plain("（2026年3月）印发");
    is_plain("一二三四五六、七");
    assert_int_equal(blocks_of("").count, 0);
    assert_int_equal(blocks_of("\n \n　\n\t\n").count, 0);
    struct list blocks = blocks_of("甲\r\n\n　　乙　\n丙");
    assert_int_equal(blocks.count, 3);
    assert_string_equal(LIST_AT(blocks, struct paper_block, 0)->text, "甲");
    assert_string_equal(LIST_AT(blocks, struct paper_block, 1)->text, "乙");
}

static const struct paper_table *table_of(struct list blocks, size_t index) {
    assert_true(index < blocks.count);
    const struct paper_block *block = LIST_AT(blocks, struct paper_block, index);
    assert_int_equal(block->kind, PAPER_TABLE_ROWS);
    assert_int_equal(block->style, PAPER_TABLE);
    assert_true(block->table->header);
    return block->table;
}

static const char *cell(const struct paper_table *table, size_t row, size_t column) {
    const char *text = table->cells[row * table->columns + column];
    return text ? text : "";
}

static void tables(void **state) {
    (void)state;
    struct list blocks = blocks_of("前文\n地区\t数量\n东部 \t 12\n合计\t\t\n后文\n\t缩进的段落");
    assert_int_equal(blocks.count, 4);
    const struct paper_table *table = table_of(blocks, 1);
    assert_int_equal(table->rows, 3);
    assert_int_equal(table->columns, 2);
    assert_string_equal(cell(table, 1, 1), "12");
    assert_string_equal(cell(table, 2, 0), "合计");
    assert_string_equal(cell(table, 2, 1), "");
    assert_string_equal(LIST_AT(blocks, struct paper_block, 3)->text, "缩进的段落");

    table = table_of(blocks_of("| 地区 | 数量 |\n|---|:---:|\n| 东部 | 12 | 多一格 |"), 0);
    assert_int_equal(table->rows, 2);
    assert_int_equal(table->columns, 3);
    assert_string_equal(cell(table, 0, 0), "地区");
    assert_string_equal(cell(table, 0, 2), "");
    assert_string_equal(cell(table, 1, 2), "多一格");

    /* The first cell may be empty; an indent before every row is none. */
    table = table_of(blocks_of("\t2024\t2025\n收入\t1\t2"), 0);
    assert_int_equal(table->columns, 3);
    assert_string_equal(cell(table, 0, 0), "");
    assert_string_equal(cell(table, 0, 1), "2024");
    table = table_of(blocks_of("\t甲\t乙\n\t丙\t丁"), 0);
    assert_int_equal(table->columns, 2);
    assert_string_equal(cell(table, 1, 0), "丙");

    /* One line is none, nor lines apart, nor more cells than a page has. */
    is_plain("甲\t乙");
    is_plain("甲|乙");
    assert_int_equal(blocks_of("甲|乙\n\n丙|丁").count, 2);
    struct buf wide CLEANUP(buf_free) = BUF(4096);
    for (int row = 0; row < 2; row++) {
        for (int i = 0; i < 31; i++)
            buf_adds(&wide, "x|");
        buf_adds(&wide, "y\n");
    }
    assert_int_equal(blocks_of(wide.data).count, 2);
}

static void photos(void **state) {
    (void)state;
    const struct paper_named_photo named[] = {
        {"现场.jpg", {.jpeg = "x", .size = 1, .width = 4, .height = 3, .caption = "原图注"}},
        {"a b.png", {.jpeg = "y", .size = 1, .width = 4, .height = 3}},
    };
    struct list blocks = {0};
    template_body(
        arena,
        "甲\n［图：现场.jpg｜助餐点现场］\n[图:a b.png|左|右]\n[图：现场.jpg]\n［图：没有.jpg｜图注］\n"
        "文中的［图：现场.jpg］不算",
        named, ARRAY_LEN(named), &blocks);
    assert_int_equal(blocks.count, 6);
    const struct paper_block *block = LIST_AT(blocks, struct paper_block, 1);
    assert_int_equal(block->kind, PAPER_PICTURE);
    assert_ptr_equal(block->photo->jpeg, named[0].photo.jpeg);
    assert_string_equal(block->photo->caption, "助餐点现场");
    assert_string_equal(LIST_AT(blocks, struct paper_block, 2)->photo->caption, "左|右");
    assert_string_equal(LIST_AT(blocks, struct paper_block, 3)->photo->caption, "原图注");
    assert_string_equal(LIST_AT(blocks, struct paper_block, 4)->text, "［图：没有.jpg｜图注］");
    assert_int_equal(LIST_AT(blocks, struct paper_block, 5)->kind, PAPER_TEXT);
}

/* The signs of TEXT that are no blanks, bars between cells left out too. */
static const char *bare(const char *text, bool bars) {
    struct buf out CLEANUP(buf_free) = BUF(64 * 1024 * 1024);
    size_t len = strlen(text), size;
    uint32_t code;
    for (size_t at = 0; (size = utf8_next(text + at, len - at, &code)) > 0; at += size) {
        if (code <= ' ' || code == 0x3000 || code == 0xa0 || code == 0xfeff || (bars && code == '|'))
            continue;
        buf_add(&out, text + at, size);
    }
    return arena_memdup(arena, out.data ? out.data : "", out.len);
}

static void is_complete(const char *body) {
    struct list blocks = blocks_of(body);
    struct paper paper;
    paper_init(&paper);
    paper.blocks = blocks.items;
    paper.block_count = blocks.count;
    const char *text = paper_text(arena, &paper);
    bool tables_in = false;
    for (size_t i = 0; i < blocks.count; i++)
        tables_in |= LIST_AT(blocks, struct paper_block, i)->kind == PAPER_TABLE_ROWS;
    assert_string_equal(bare(text, tables_in), bare(body, tables_in));
}

static char *whole_file(const char *path, size_t *ret_size) {
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    struct buf all = BUF((size_t)64 * 1024 * 1024);
    char piece[65536];
    size_t got;
    while ((got = fread(piece, 1, sizeof(piece), file)) > 0)
        buf_add(&all, piece, got);
    fclose(file);
    return buf_take(&all, ret_size);
}

static void every_proposal_is_complete(void **state) {
    (void)state;
    const char *path = getenv("MINYI_PROPOSALS");
    if (!path) {
        size_t folder = (size_t)(strrchr(__FILE__, '/') - __FILE__);
        path = arena_printf(arena, "%.*s/../../../shared/data/proposals.csv", (int)folder, __FILE__);
    }
    size_t size = 0;
    char *text = whole_file(path, &size);
    if (!text) {
        print_message("the published proposals are not here\n");
        skip();
    }
    struct list rows = {0};
    const char *why = "";
    int error = csv_read(text, size, 2000, arena, &rows, &why);
    free(text);
    if (error != 0) fail_msg("%s", why);
    assert_true(rows.count > 500);
    int column = csv_column(LIST_AT(rows, struct csv_row, 0), "content");
    for (size_t i = 1; i < rows.count; i++)
        is_complete(csv_cell(LIST_AT(rows, struct csv_row, i), column));
}

static void odd_texts_are_complete(void **state) {
    (void)state;
    is_complete("一、\n二、甲\n（）\n1\n．\n[图:]\n［图：］\n［图：｜］\n|||\n||\n|\n\t\t\n");
    is_complete("甲|乙|\n|丙\n丁|\n-|-\n戊\t己\n庚\t\n辛|壬\n");
    is_complete("😀一、😀。😀\n（一）。\n1.。\n");
}

/* Texts thrown together from everything that means something. */
static void any_text_is_complete(void **state) {
    (void)state;
    static const char *const pieces[] = {"一、",
                                         "（二）",
                                         "(3)",
                                         "4.",
                                         "5．",
                                         "、",
                                         "|",
                                         "\t",
                                         "\n",
                                         "\n",
                                         "甲",
                                         "。",
                                         "：",
                                         "　",
                                         " ",
                                         "［图：",
                                         "［图：a｜b］",
                                         "[图:",
                                         "］",
                                         "]",
                                         "10.5",
                                         "百",
                                         "😀",
                                         "\r\n",
                                         "\n\t",
                                         "｜",
                                         "（",
                                         "）",
                                         "12",
                                         ".",
                                         "乙乙乙乙乙乙乙乙",
                                         "；"};
    unsigned seed = 7;
    for (int round = 0; round < 3000; round++) {
        struct buf text CLEANUP(buf_free) = BUF(64 * 1024);
        for (int piece = 0; piece < 40; piece++)
            buf_adds(&text, pieces[(seed = seed * 1103515245 + 12345) >> 16 & 31]);
        is_complete(text.data);
        arena_reset(arena);
    }
}

static double cost_of_lines(const char *line, int count) {
    struct buf text CLEANUP(buf_free) = BUF((size_t)64 * 1024 * 1024);
    for (int i = 0; i < count; i++)
        buf_adds(&text, line);
    double least = -1;
    for (int try = 0; try < COST_TRIES; try++) {
        double before = cost_now();
        (void)blocks_of(text.data);
        double cost = cost_now() - before;
        COST_LEAST(least, cost);
        arena_reset(arena);
    }
    return least;
}

/* Four times the text, about four times the work. */
static void long_texts_are_linear(void **state) {
    (void)state;
    static const char *const lines[] = {"一、甲。乙\n", "甲|乙\n", "甲|乙\n丙\n", "-|-\n", "甲|乙\n-|-\n丙\n",
                                        "（",           "1",       "[图:",        "|\t"};
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        double part = cost_of_lines(lines[i], 25000);
        assert_linear(part, cost_of_lines(lines[i], 100000));
    }
}

/* The block of a line, with a photo of that name at hand. */
static const struct paper_block *block_of_call(const char *line, const char *name) {
    const struct paper_named_photo photo = {.name = name,
                                            .photo = {.jpeg = "x", .size = 1, .width = 1, .height = 1}};
    struct list blocks = {0};
    template_body(arena, line, &photo, 1, &blocks);
    assert_int_equal(blocks.count, 1);
    return LIST_AT(blocks, struct paper_block, 0);
}

static void check_called_line(const char *kind, const char *line, const char *name, const char *caption) {
    const struct paper_block *block = block_of_call(line, name);
    const char *called = template_photo_name(arena, line);
    bool photo = strcmp(kind, "photo") == 0, piece = strcmp(kind, "piece") == 0;
    if ((called != NULL) != photo || (block->kind == PAPER_PICTURE) != photo ||
        (block->style == PAPER_PIECE) != piece)
        fail_msg("%s is no %s", line, kind);
    if (piece) assert_string_equal(block->text, name);
    if (!photo) return;
    assert_string_equal(called, name);
    assert_string_equal(block->photo->caption != NULL ? block->photo->caption : "", caption);
}

/* called_lines.tsv, which the pages' test reads too. */
static void called_lines_are_read(void **state) {
    (void)state;
    size_t folder = (size_t)(strrchr(__FILE__, '/') - __FILE__), checked = 0, size = 0;
    FILE *file = fopen(arena_printf(arena, "%.*s/called_lines.tsv", (int)folder, __FILE__), "rb");
    assert_non_null(file);
    char *text = NULL;
    while (getline(&text, &size, file) > 0) {
        char *rest = text, *cells[4];
        if (*text == '#') continue;
        text[strcspn(text, "\n")] = '\0';
        for (size_t i = 0; i < ARRAY_LEN(cells); i++)
            assert_non_null(cells[i] = strsep(&rest, "\t"));
        check_called_line(cells[0], cells[1], cells[2], cells[3]);
        checked++;
    }
    free(text);
    fclose(file);
    assert_true(checked >= 19);
    assert_null(template_photo_name(arena, ""));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(headings, begin, end),
        cmocka_unit_test_setup_teardown(running_on, begin, end),
        cmocka_unit_test_setup_teardown(pieces, begin, end),
        cmocka_unit_test_setup_teardown(no_headings, begin, end),
        cmocka_unit_test_setup_teardown(tables, begin, end),
        cmocka_unit_test_setup_teardown(photos, begin, end),
        cmocka_unit_test_setup_teardown(odd_texts_are_complete, begin, end),
        cmocka_unit_test_setup_teardown(any_text_is_complete, begin, end),
        cmocka_unit_test_setup_teardown(every_proposal_is_complete, begin, end),
        cmocka_unit_test_setup_teardown(long_texts_are_linear, begin, end),
        cmocka_unit_test_setup_teardown(called_lines_are_read, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
