/* Filling lines and the rules of where they end (src/files/paper_lines.c, paper_break.c), on atoms made by
 * hand: Chinese characters and marks 100 wide, Latin ones 50. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/files/paper_internal.h"
#include "minyi/utf8.h"

enum { EM = 100 };

struct text {
    struct arena *arena;
    const char *words;
    struct paper_atom atoms[400];
    size_t count;
    struct paper_line *lines;
    size_t line_count;
};

static bool is_narrow(uint32_t code) {
    return code < 0x80;
}

/* Atoms of WORDS; Unicode's own breaks are played: after blanks, and around wide characters. */
static void make(struct text *text, const char *words) {
    memset(text, 0, sizeof(*text));
    text->arena = arena_new(1 << 20);
    text->words = words;
    uint32_t code;
    for (size_t at = 0, step; (step = utf8_next(words + at, strlen(words) - at, &code)) > 0; at += step) {
        assert_true(text->count < ARRAY_LEN(text->atoms));
        struct paper_atom *atom = &text->atoms[text->count++];
        bool wide = !is_narrow(code);
        *atom = (struct paper_atom){.start = (uint32_t)at,
                                    .bytes = (uint32_t)step,
                                    .code = code,
                                    .width = wide ? EM : EM / 2,
                                    .wide = wide,
                                    .class = (unsigned char)paper_class_of(code, wide)};
        if (wide && atom->class == ATOM_CLOSE) atom->room_right = EM / 2;
        if (wide && atom->class == ATOM_OPEN) atom->room_left = EM / 2;
        const struct paper_atom *before = text->count > 1 ? atom - 1 : NULL;
        atom->may_break = before && (before->code == ' ' || before->wide || wide);
    }
    paper_breaks(text->atoms, text->count);
}

static void fill(struct text *text, const char *words, double first, double rest) {
    make(text, words);
    struct paper_room room = {.first = first, .rest = rest, .em = EM};
    text->line_count = paper_fill(text->arena, text->atoms, text->count, &room, &text->lines);
}

/* The lines, with a bar between them. */
static const char *shown(struct text *text) {
    struct buf buf = BUF(8192);
    for (size_t i = 0; i < text->line_count; i++) {
        const struct paper_line *line = &text->lines[i];
        if (i) buf_addc(&buf, '|');
        if (line->count == 0) continue;
        const struct paper_atom *first = &text->atoms[line->first], *last = first + line->count - 1;
        buf_add(&buf, text->words + first->start, last->start + last->bytes - first->start);
    }
    const char *result = arena_memdup(text->arena, buf.data ? buf.data : "", buf.len);
    buf_free(&buf);
    return result;
}

static void near(double actual, double wanted) {
    assert_true(actual > wanted - 1e-6 && actual < wanted + 1e-6);
}

static void check(const char *words, double width, const char *wanted) {
    struct text text;
    fill(&text, words, width, width);
    assert_string_equal(shown(&text), wanted);
    arena_free(text.arena);
}

static void test_grid(void **state) {
    (void)state;
    check("反映社情民意信息", 400, "反映社情|民意信息");
    check("反映社情民意信息", 800, "反映社情民意信息");
    check("", 400, "");
    struct text text;
    fill(&text, "反映社情民意信息", 200, 400);
    assert_string_equal(shown(&text), "反映|社情民意|信息");
    assert_false(text.lines[0].last);
    assert_true(text.lines[2].last);
    double x[5];
    paper_place(text.atoms, &text.lines[1], EM, 400, true, x);
    for (int i = 0; i <= 4; i++)
        near(x[i], 100 * i);
    arena_free(text.arena);
}

static void test_closing_mark_is_taken_in(void **state) {
    (void)state;
    /* Two marks give the room for one: the line keeps its characters. */
    struct text text;
    fill(&text, "一二，四五，七八", 500, 500);
    assert_string_equal(shown(&text), "一二，四五，|七八");
    double x[7];
    paper_place(text.atoms, &text.lines[0], EM, 500, true, x);
    near(x[6], 500);
    near(x[3], 250); /* after the pressed mark */
    arena_free(text.arena);
}

static void test_closing_mark_carries_a_character(void **state) {
    (void)state;
    struct text text;
    fill(&text, "一二三四五，七八", 500, 500);
    assert_string_equal(shown(&text), "一二三四|五，七八");
    double x[5];
    paper_place(text.atoms, &text.lines[0], EM, 500, true, x);
    near(x[3] + EM, 500); /* spread to the edge, evenly */
    near(x[1] - x[0], x[3] - x[2]);
    arena_free(text.arena);
}

static void test_marks(void **state) {
    (void)state;
    check("一二三（四五）", 400, "一二三|（四五）");  /* no opening mark at the end */
    check("一二三“四”五六", 400, "一二三|“四”五|六"); /* quotes are opening and closing marks */
    check("一二三——五六", 400, "一二三|——五六");      /* never parted */
    check("一二三……五六", 400, "一二|三……五|六");     /* nor does …… begin a line */
    check("。。。。。。", 400, "。。。。。。");       /* pressed as far as it goes */
    check("。。。。。。。。。。", 400, "。。。。|。。。。。。");
}

static void test_numbers(void **state) {
    (void)state;
    check("一二三12.5%六七", 450, "一二三|12.5%六|七");
    check("投资35万元左右", 700, "投资35万元左|右");
    check("一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十35万元左右", 3255,
          "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十|35万元左右");
    check("投资35万元左右", 450, "投资35万|元左右"); /* else the line would be torn apart */
    check("共有1280人参加", 350, "共有|1280人|参加");
    check("一二第12期刊发", 350, "一二|第12期|刊发");
    check("每吨 20 kg 标准", 350, "每吨|20 kg|标准");
}

static void test_words(void **state) {
    (void)state;
    check("use of Linux in it", 400, "use of|Linux in|it");
    check("使用Linux系统", 400, "使用|Linux系|统");
    /* Longer than a line: broken anywhere, beginning where it stands. */
    check("一二abcdefghijklmnop三", 400, "一二abc|defghijk|lmnop三");
}

static void test_long_unbroken(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 26);
    enum { COUNT = 100000 };
    struct paper_atom *atoms = arena_array(arena, COUNT, sizeof *atoms);
    for (size_t i = 0; i < COUNT; i++)
        atoms[i] = (struct paper_atom){.code = 'W', .width = EM / 2, .class = ATOM_LATIN};
    struct paper_line *lines;
    struct paper_room room = {.first = 2800, .rest = 2800, .em = EM};
    size_t count = paper_fill(arena, atoms, COUNT, &room, &lines);
    assert_int_equal(count, (COUNT + 55) / 56);
    size_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += lines[i].count;
    assert_int_equal(sum, COUNT);
    arena_free(arena);
}

static void test_narrow_frame(void **state) {
    (void)state;
    /* Nothing fits: still a character on each line, and an end. */
    check("一二三", 10, "一|二|三");
}

static void test_every_atom_is_set_once(void **state) {
    (void)state;
    static const char *const bits[] = {"一",  "，", "（", "）", "—", "…",  "a",
                                       "bc ", "12", "%",  "“",  "”", "元", " "};
    srand(7);
    for (int round = 0; round < 3000; round++) {
        char words[400] = "";
        for (int i = 0, n = rand() % 60; i < n; i++)
            strncat(words, bits[(size_t)rand() % ARRAY_LEN(bits)], sizeof words - strlen(words) - 1);
        struct text text;
        double width = 100 + rand() % 900;
        fill(&text, words, width, width);
        size_t at = 0;
        for (size_t i = 0; i < text.line_count; i++) {
            const struct paper_line *line = &text.lines[i];
            for (; at < line->first; at++)
                assert_int_equal(text.atoms[at].class, ATOM_SPACE);
            at = line->first + line->count;
            double *x = arena_array(text.arena, line->count + 1, sizeof *x);
            paper_place(text.atoms, line, EM, width, true, x);
            for (size_t j = 1; j < line->count; j++)
                assert_true(x[j] >= x[j - 1]);
            if (line->width <= width) assert_true(x[line->count] <= width + 2);
        }
        for (; at < text.count; at++)
            assert_int_equal(text.atoms[at].class, ATOM_SPACE);
        arena_free(text.arena);
    }
}

static void test_rules_of_the_foot(void **state) {
    (void)state;
    const struct paper_block rule = {.kind = PAPER_RULE}, text = {.kind = PAPER_TEXT},
                             own = {.thickness = 900};
    const struct paper_block foot[] = {rule, text, rule, text, own, text, rule},
                             under_text[] = {text, rule, text};
    struct paper paper = {.foot = foot, .foot_count = ARRAY_LEN(foot)};
    assert_int_equal(paper_rule_thickness(&paper, &foot[0]), 350);
    assert_int_equal(paper_rule_thickness(&paper, &foot[2]), 250);
    assert_int_equal(paper_rule_thickness(&paper, &foot[4]), 900);
    assert_int_equal(paper_rule_thickness(&paper, &foot[6]), 350);
    assert_int_equal(paper_rule_thickness(&paper, &rule), 500); /* in the text */
    paper = (struct paper){.foot = under_text, .foot_count = ARRAY_LEN(under_text)};
    assert_int_equal(paper_rule_thickness(&paper, &under_text[1]), 250); /* neither begins nor ends it */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grid),
        cmocka_unit_test(test_closing_mark_is_taken_in),
        cmocka_unit_test(test_closing_mark_carries_a_character),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_long_unbroken),
        cmocka_unit_test(test_narrow_frame),
        cmocka_unit_test(test_every_atom_is_set_once),
        cmocka_unit_test(test_rules_of_the_foot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
