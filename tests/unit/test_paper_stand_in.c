/* Characters that the font of their role lacks: which are told, as whose, in which order, how many; and which
 * are lent without a word. Fandol has the characters of GB/T 2312, Noto fills in; without Fandol there is
 * nothing to see, and the tests are skipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "minyi/hash.h"
#include "minyi/paper.h"

#define NOTO "Noto Serif CJK SC"

static const char *const fang[] = {"FandolFang", NOTO, NULL};
static const char *const song[] = {"FandolSong", NOTO, NULL};
static const char *const hei[] = {"FandolHei", NULL};

static int begin(void **state) {
    struct arena *arena = *state = arena_new(256 << 20);
    const char *folder;
    return hash_init() < 0 || fonts_configure(arena, getenv("MINYI_FONTS"), &folder) < 0 ? -1 : 0;
}

static int end(void **state) {
    *state = arena_free(*state);
    fonts_close();
    return 0;
}

static void need_fandol(struct arena *arena) {
    struct font_state font;
    font_state(arena, FONT_FANGSONG, fang, &font);
    if (font.family == NULL || strcmp(font.family, "FandolFang") != 0) skip();
}

static struct paper paper_of(const struct paper_block *blocks, size_t count) {
    struct paper paper;
    paper_init(&paper);
    paper.families[FONT_FANGSONG] = fang;
    paper.families[FONT_XIAOBIAOSONG] = song;
    paper.families[FONT_HEITI] = hei;
    paper.blocks = blocks;
    paper.block_count = count;
    return paper;
}

/* What is told: "仿宋䶮→Noto Serif CJK SC ", one after the other. */
static const char *words_of(struct arena *arena, struct list told) {
    struct buf words CLEANUP(buf_free) = BUF(1 << 16);
    for (size_t i = 0; i < told.count; i++) {
        const struct paper_stand_in *one = LIST_AT(told, struct paper_stand_in, i);
        buf_addf(&words, "%s%s→%s ", one->role_name, one->text, one->family);
        assert_string_equal(font_role_zh(font_role_find(one->role)), one->role_name);
    }
    return arena_strdup(arena, words.len > 0 ? words.data : "");
}

static const char *told_of(struct arena *arena, enum paper_style_id style, const char *text) {
    const struct paper_block block = {.kind = PAPER_TEXT, .style = style, .text = text};
    const struct paper paper = paper_of(&block, 1);
    struct paper_outcome outcome;
    assert_int_equal(paper_measure(arena, &paper, &outcome), 0);
    return words_of(arena, outcome.stand_ins);
}

static void test_names(void **state) {
    struct arena *arena = *state;
    need_fandol(arena);
    assert_string_equal(told_of(arena, PAPER_BODY, "刘䶮与陈镕、𬭊元素；刘䶮又来，镕。"),
                        "仿宋䶮→" NOTO " 仿宋镕→" NOTO " 仿宋𬭊→" NOTO " ");
    assert_string_equal(told_of(arena, PAPER_TITLE, "关于堃县的建议"), "小标宋堃→" NOTO " ");
    assert_string_equal(told_of(arena, PAPER_LEVEL_1, "一、堃县"), "黑体堃→Noto Sans CJK SC ");
    /* A radical that came out of a PDF in the place of a character. */
    assert_string_equal(told_of(arena, PAPER_BODY, "⼾籍"), "仿宋⼾→" NOTO " ");
    assert_string_equal(told_of(arena, PAPER_BODY, "常用的字，二〇二六年，人人都有。"), "");
}

/* Each once a role, in reading order: the lead of a paragraph is of its own role. */
static void test_roles(void **state) {
    struct arena *arena = *state;
    need_fandol(arena);
    const char *cells[] = {"喆", "镕"};
    const struct paper_table table = {.rows = 1, .columns = 2, .cells = cells};
    const struct paper_block blocks[] = {
        {.kind = PAPER_TEXT, .style = PAPER_TITLE, .text = "陈镕同志的建议"},
        {.kind = PAPER_TEXT,
         .style = PAPER_BODY,
         .text = "一、堃县。堃、镕。",
         .lead = strlen("一、堃县。"),
         .lead_style = PAPER_LEVEL_1},
        {.kind = PAPER_TABLE_ROWS, .style = PAPER_TABLE, .table = &table},
    };
    const struct paper_block foot = {.kind = PAPER_TEXT, .style = PAPER_FOOT, .text = "囍"};
    struct paper paper = paper_of(blocks, ARRAY_LEN(blocks));
    paper.foot = &foot;
    paper.foot_count = 1;
    struct paper_outcome measured, drawn, printed;
    struct buf png CLEANUP(buf_free) = BUF(1 << 22), pdf CLEANUP(buf_free) = BUF(1 << 22);
    assert_int_equal(paper_measure(arena, &paper, &measured), 0);
    const char *words = words_of(arena, measured.stand_ins);
    assert_string_equal(words, "小标宋镕→" NOTO " 黑体堃→Noto Sans CJK SC 仿宋堃→" NOTO " 仿宋镕→" NOTO
                               " 仿宋喆→" NOTO " 仿宋囍→" NOTO " ");
    assert_int_equal(measured.missing.count, 0);
    /* Whatever is made of it, and however often. */
    assert_int_equal(paper_png(arena, &paper, 1, 400, &png, &drawn), 0);
    assert_string_equal(words_of(arena, drawn.stand_ins), words);
    assert_int_equal(paper_pdf(arena, &paper, &pdf, &printed), 0);
    assert_string_equal(words_of(arena, printed.stand_ins), words);
}

/* What another font lends by design. */
static void test_signs(void **state) {
    struct arena *arena = *state;
    need_fandol(arena);
    assert_string_equal(
        told_of(arena, PAPER_BODY, "GDP 3.5% ①②℃㎡㎏㏄ ☎✓☑■★ “引号”——…… ·〔2026〕 §‰ αβ Ж ㄅ ﹏ ㈱ ㍿"), "");
    assert_string_equal(told_of(arena, PAPER_BODY, "naïve Zürich Ǎǎ ə ∑√∞ ⅓ ⒈ Ⅻ"), "");
}

/* A pictograph is told one way or the other: lent by a font, or missing. */
static void test_pictographs(void **state) {
    struct arena *arena = *state;
    need_fandol(arena);
    const struct paper_block block = {.kind = PAPER_TEXT, .style = PAPER_BODY, .text = "很好😀😀。"};
    const struct paper paper = paper_of(&block, 1);
    struct paper_outcome outcome;
    assert_int_equal(paper_measure(arena, &paper, &outcome), 0);
    bool lent = font_has(FONT_FANGSONG, fang, 0x1F600);
    assert_int_equal(outcome.stand_ins.count, lent);
    assert_int_equal(outcome.missing.count, !lent);
    const char *text = lent ? LIST_AT(outcome.stand_ins, struct paper_stand_in, 0)->text
                            : *LIST_AT(outcome.missing, const char *, 0);
    assert_string_equal(text, "😀");
    if (lent) assert_true(LIST_AT(outcome.stand_ins, struct paper_stand_in, 0)->family[0] != '\0');
}

/* A character is told once: as missing where no font has it. */
static void test_missing_is_another_thing(void **state) {
    struct arena *arena = *state;
    need_fandol(arena);
    const struct paper_block block = {
        .kind = PAPER_TEXT, .style = PAPER_BODY, .text = "\U000323AF镕\U000F0123"};
    const struct paper paper = paper_of(&block, 1);
    struct paper_outcome outcome;
    assert_int_equal(paper_measure(arena, &paper, &outcome), 0);
    assert_string_equal(words_of(arena, outcome.stand_ins), "仿宋镕→" NOTO " ");
    assert_int_equal(outcome.missing.count, 2);
}

/* A font that serves a role stands in for nobody, wherever in the order it came from. */
static void test_who_serves_is_no_stand_in(void **state) {
    struct arena *arena = *state;
    static const char *const other[] = {"没有这个字体", NOTO, NULL};
    const struct paper_block block = {.kind = PAPER_TEXT, .style = PAPER_BODY, .text = "刘䶮、陈镕"};
    struct paper paper = paper_of(&block, 1);
    paper.families[FONT_FANGSONG] = other;
    struct paper_outcome outcome;
    assert_int_equal(paper_measure(arena, &paper, &outcome), 0);
    assert_int_equal(outcome.stand_ins.count, 0);
}

/* The list has an end. */
static void test_bounds(void **state) {
    struct arena *arena = *state;
    need_fandol(arena);
    struct buf text CLEANUP(buf_free) = BUF(1 << 20);
    for (int i = 0; i < 30000; i++) {
        unsigned code = 0x3400 + (unsigned)i % 6000;
        const char character[] = {(char)(0xE0 | code >> 12), (char)(0x80 | (code >> 6 & 0x3F)),
                                  (char)(0x80 | (code & 0x3F)), '\0'};
        buf_adds(&text, character);
    }
    const struct paper_block block = {.kind = PAPER_TEXT, .style = PAPER_BODY, .text = text.data};
    const struct paper paper = paper_of(&block, 1);
    struct paper_outcome outcome;
    assert_int_equal(paper_measure(arena, &paper, &outcome), 0);
    assert_int_equal(outcome.stand_ins.count, PAPER_STAND_INS_MAX);
    assert_string_equal(LIST_AT(outcome.stand_ins, struct paper_stand_in, 0)->text, "㐀");
    assert_string_equal(LIST_AT(outcome.stand_ins, struct paper_stand_in, 49)->text, "㐱");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_signs),
        cmocka_unit_test(test_pictographs),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_missing_is_another_thing),
        cmocka_unit_test(test_who_serves_is_no_stand_in),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
