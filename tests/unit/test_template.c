/* Templates: what is refused and why, what a paper looks like, what is left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "minyi/err.h"
#include "minyi/template.h"

static struct arena *arena;

static int begin(void **state) {
    (void)state;
    arena = arena_new(16 * 1024 * 1024);
    return 0;
}

static int end(void **state) {
    (void)state;
    arena = arena_free(arena);
    return 0;
}

#define ROW(ELEMENT, STYLE, WORDS, RIGHT, AMOUNT)      \
    (struct template_element) {                        \
        (ELEMENT), (STYLE), (WORDS), (RIGHT), (AMOUNT) \
    }
#define TITLE ROW("text", "title", "{标题}", "", ABSENT)
#define BODY ROW("body", "", "", "", ABSENT)

#define CHECK(KIND, FIELD, PART, ...)                       \
    refuses(KIND, (struct template_element[]){__VA_ARGS__}, \
            ARRAY_LEN(((struct template_element[]){__VA_ARGS__})), (FIELD), (PART))

static void refuses(enum paper_kind kind, struct template_element *rows, size_t count, const char *field,
                    const char *part) {
    struct paper_template template = {.elements = {rows, count}};
    struct template_fault fault = {0};
    assert_int_equal(template_check(arena, kind, &template, &fault), ERR_INVALID);
    assert_string_equal(fault.field, field);
    if (!strstr(fault.why, part)) fail_msg("“%s” 不在 “%s” 里", part, fault.why);
}

static void defaults_pass(void **state) {
    (void)state;
    for (int kind = 0; kind < PAPER_KIND_END; kind++) {
        struct template_fault fault = {0};
        if (template_check(arena, (enum paper_kind)kind, template_default((enum paper_kind)kind), &fault) !=
            0)
            fail_msg("%s: %s", paper_kind_info((enum paper_kind)kind)->code, fault.why);
    }
}

static void kinds_are_found(void **state) {
    (void)state;
    for (int kind = 0; kind < PAPER_KIND_END; kind++)
        assert_int_equal(paper_kind_find(paper_kind_info((enum paper_kind)kind)->code), kind);
    assert_int_equal(paper_kind_find("nonsense"), PAPER_KIND_END);
    for (size_t i = 0; template_elements[i]; i++)
        assert_string_equal(template_element_info(i)->code, template_elements[i]);
    assert_int_equal(template_style_find("title"), PAPER_TITLE);
    assert_int_equal(template_style_find("Title"), PAPER_STYLE_END);
}

static void words_are_checked(void **state) {
    (void)state;
    CHECK(PAPER_KIND_ISSUE, "elements[1].text", "第2行“期号”：没有“{期好}”这个词，是不是“{期号}”？", TITLE,
          ROW("text", "number", "第{期好}", "", ABSENT), BODY);
    CHECK(PAPER_KIND_ISSUE, "elements[1].text", "刊物名称、期号、编发单位", TITLE,
          ROW("text", "number", "{abc}", "", ABSENT), BODY);
    CHECK(PAPER_KIND_ISSUE, "elements[1].right", "没有“{签发人}”这个词", TITLE,
          ROW("pair", "office", "{编发单位}", "{签发人}", ABSENT), BODY);
    CHECK(PAPER_KIND_ISSUE, "elements[1].text", "没有写词", TITLE, ROW("text", "number", "{}", "", ABSENT),
          BODY);
    const char *const broken[] = {"{期号", "期号}", "{{期号}}", "}{", "{期{号}"};
    for (size_t i = 0; i < ARRAY_LEN(broken); i++)
        CHECK(PAPER_KIND_ISSUE, "elements[1].text", "花括号没有成对", TITLE,
              ROW("text", "number", broken[i], "", ABSENT), BODY);
    /* A word of another kind. */
    CHECK(PAPER_KIND_URGING, "elements[1].text", "没有“{编者按}”这个词", TITLE,
          ROW("text", "note", "{编者按}", "", ABSENT));
}

static void elements_are_checked(void **state) {
    (void)state;
    CHECK(PAPER_KIND_ISSUE, "elements[0].element", "没有名为“image”的内容", ROW("image", "", "", "", ABSENT));
    CHECK(PAPER_KIND_ISSUE, "elements[0].style", "没有名为“bold”的样式",
          ROW("text", "bold", "x", "", ABSENT));
    CHECK(PAPER_KIND_ISSUE, "elements[0].style", "没有选样式", ROW("text", "", "x", "", ABSENT));
    CHECK(PAPER_KIND_ISSUE, "elements[0].style", "不选样式", ROW("body", "title", "", "", ABSENT));
    CHECK(PAPER_KIND_ISSUE, "elements[0].text", "没有写文字", ROW("text", "title", "　 ", "", ABSENT));
    CHECK(PAPER_KIND_ISSUE, "elements[0].text", "没有文字，请清空", ROW("body", "", "x", "", ABSENT));
    CHECK(PAPER_KIND_ISSUE, "elements[0].right", "没有右端", ROW("text", "title", "x", "y", ABSENT));
    CHECK(PAPER_KIND_ISSUE, "elements[0].text", "刊物没有可以用的表格", ROW("table", "", "五关", "", ABSENT));
    CHECK(PAPER_KIND_REVIEW, "elements[0].text", "没有名为“六关”的表格。核稿单里可以用的表格：五关、评分",
          ROW("table", "", "六关", "", ABSENT));
    CHECK(PAPER_KIND_REVIEW, "elements[0].element", "核稿单没有正文", BODY);
    CHECK(PAPER_KIND_REVIEW, "elements[0].element", "核稿单没有正文", ROW("contents", "", "", "", ABSENT));
    char longest[TEMPLATE_TEXT_MAX + 2];
    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    CHECK(PAPER_KIND_ISSUE, "elements[0].text", "超过500字", ROW("text", "title", longest, "", ABSENT));
}

static void amounts_are_checked(void **state) {
    (void)state;
    CHECK(PAPER_KIND_ISSUE, "elements[0].amount", "0.05毫米到3毫米", ROW("rule", "head", "", "", 3001));
    CHECK(PAPER_KIND_ISSUE, "elements[0].amount", "0.05毫米到3毫米", ROW("rule", "head", "", "", ABSENT));
    CHECK(PAPER_KIND_ISSUE, "elements[0].amount", "0.05毫米到3毫米", ROW("foot_rule", "", "", "", 3001));
    CHECK(PAPER_KIND_ISSUE, "elements[0].amount", "0.1到20", ROW("space", "", "", "", 0));
    CHECK(PAPER_KIND_ISSUE, "elements[0].amount", "0.1到20", ROW("space", "", "", "", 201));
}

static void places_are_checked(void **state) {
    (void)state;
    const struct template_element folio = ROW("folio", "", "", "", ABSENT),
                                  code = ROW("code", "", "", "", ABSENT);
    const struct template_element foot = ROW("foot", "foot", "抄送：{抄送}", "", ABSENT);
    CHECK(PAPER_KIND_ISSUE, "elements[3].element", "页码已经有了", TITLE, BODY, folio, folio);
    CHECK(PAPER_KIND_ISSUE, "elements[3].element", "二维码已经有了", TITLE, BODY, code, code);
    CHECK(PAPER_KIND_ISSUE, "elements[2].element", "正文已经有了", TITLE, BODY, BODY);
    CHECK(PAPER_KIND_ISSUE, "elements[2].element", "版记排在最后", TITLE, foot, BODY);
    CHECK(PAPER_KIND_ISSUE, "elements", "没有标题", BODY);
    CHECK(PAPER_KIND_ISSUE, "elements", "没有正文", TITLE);
    struct template_element many[TEMPLATE_ELEMENTS_MAX + 1];
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        many[i] = TITLE;
    refuses(PAPER_KIND_REVIEW, many, ARRAY_LEN(many), "elements", "最多60行");
    refuses(PAPER_KIND_REVIEW, many, 0, "elements", "还没有内容");
    struct template_element fine[] = {TITLE, BODY, foot, folio, code};
    struct paper_template template = {.elements = {fine, ARRAY_LEN(fine)}};
    struct template_fault fault = {0};
    assert_int_equal(template_check(arena, PAPER_KIND_ISSUE, &template, &fault), 0);
    assert_null(fault.field);
}

static void refuses_style(struct template_style *styles, size_t count, const char *field, const char *part) {
    struct template_element rows[] = {TITLE};
    struct paper_template template = {.elements = {rows, 1}, .styles = {styles, count}};
    struct template_fault fault = {0};
    assert_int_equal(template_check(arena, PAPER_KIND_REVIEW, &template, &fault), ERR_INVALID);
    assert_string_equal(fault.field, field);
    if (!strstr(fault.why, part)) fail_msg("“%s” 不在 “%s” 里", part, fault.why);
}

static void styles_are_checked(void **state) {
    (void)state;
    struct template_style change = {.style = "title", .size = ABSENT};
    struct template_style twice[] = {change, change};
    refuses_style(twice, 2, "styles[1].style", "第2项样式“标题”：这个样式前面已经改过");
    change.style = "bold";
    refuses_style(&change, 1, "styles[0].style", "没有这个样式");
    change = (struct template_style){.style = "title", .font = "comic", .size = ABSENT};
    refuses_style(&change, 1, "styles[0].font", "没有名为“comic”的字体");
    change = (struct template_style){.style = "title", .color = "blue", .size = ABSENT};
    refuses_style(&change, 1, "styles[0].color", "黑色和红色");
    change = (struct template_style){.style = "title", .align = "top", .size = ABSENT};
    refuses_style(&change, 1, "styles[0].align", "居中");
    const int64_t sizes[] = {0, 499, 9001, -1600};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        change = (struct template_style){.style = "title", .size = sizes[i]};
        refuses_style(&change, 1, "styles[0].size", "5磅到90磅");
    }
}

/* ---- composing ---- */

static const char *composed(struct template_element *rows, size_t count, const struct paper_value *values,
                            size_t value_count, struct paper *paper) {
    const struct paper_template template = {.elements = {rows, count}};
    const struct paper_source source = {
        .kind = PAPER_KIND_ISSUE, .values = values, .value_count = value_count, .code = "code"};
    template_compose(arena, &template, &source, paper);
    return paper_text(arena, paper);
}

static const struct paper_value few[] = {
    {"标题", "关于种树的建议"},   {"编者按", ""},
    {"编发单位", NULL},           {"签发日期", "2026年3月8日"},
    {"刊物名称", "《社情民意》"}, {"签发", "赵国栋"},
    {"抄送", "抄送: 省民政厅。"}, {"主送", "省委：\n省政府"},
};

static void what_is_empty_is_left_out(void **state) {
    (void)state;
    struct paper paper;
    struct template_element rows[] = {
        ROW("text", "mark", "{作废说明}", "", ABSENT),
        ROW("text", "head", "{刊物名称}", "", ABSENT),
        ROW("pair", "office", "{编发单位}", "于{签发日期}", ABSENT),
        ROW("space", "", "", "", 5),
        ROW("text", "note", "编者按：{编者按}", "", ABSENT),
        ROW("space", "", "", "", 7),
        ROW("text", "label", "以下有表", "", ABSENT),
        ROW("space", "", "", "", 3),
        ROW("table", "", "五关", "", ABSENT),
        ROW("text", "title", "{标题}", "", ABSENT),
        ROW("text", "plain", "照排", "", ABSENT),
        ROW("space", "", "", "", 9),
        ROW("body", "", "", "", ABSENT),
        ROW("foot_rule", "", "", "", ABSENT),
        ROW("foot", "foot", "抄送：{抄送}。", "", ABSENT),
        ROW("foot_rule", "", "", "", 0),
        ROW("foot_pair", "foot", "{印发机关}", "{印发日期}印发", ABSENT),
        ROW("foot_rule", "", "", "", ABSENT),
        ROW("foot_pair", "foot", "编辑：{编辑}　核稿：{核稿}　签发：{签发}", "共印{份数}份", ABSENT),
        ROW("foot_rule", "", "", "", ABSENT),
        ROW("folio", "", "", "", ABSENT),
        ROW("code", "", "", "", ABSENT),
    };
    assert_string_equal(composed(rows, ARRAY_LEN(rows), few, ARRAY_LEN(few), &paper),
                        "社情民意\n于2026年3月8日\n关于种树的建议\n照排\n抄送：省民政厅。\n签发：赵国栋\n");
    assert_int_equal(paper.block_count, 5);
    for (size_t i = 0; i < paper.block_count; i++) {
        assert_int_equal(paper.blocks[i].kind == PAPER_SPACE, i == 2);
        if (i == 2) assert_int_equal(paper.blocks[i].lines, 7); /* of 5 above and 7 below the note */
    }
    assert_int_equal(paper.foot_count, 5);
    for (size_t i = 0; i < paper.foot_count; i += 2) {
        assert_int_equal(paper.foot[i].kind, PAPER_RULE);
        assert_int_equal(paper.foot[i].thickness, 0); /* left to the standard */
    }
    assert_true(paper.folio);
    assert_string_equal(paper.code, "code");
    assert_string_equal(paper.blocks[1].text, "");
}

/* The spaces of a paper whose note is empty, with A above and B below it; 0: none. */
static int left_space(int64_t a, int64_t b, const char *note, size_t *ret_spaces) {
    struct paper paper;
    struct template_element rows[] = {
        TITLE,
        ROW("space", "", "", "", a),
        ROW("text", "addressee", "{作者}：", "", ABSENT),
        ROW("text", "note", "编者按：{编者按}", "", ABSENT),
        ROW("space", "", "", "", b),
        ROW("text", "plain", "照排", "", ABSENT),
        ROW("space", "", "", "", 4),
        ROW("text", "closing", "{作者}", "", ABSENT),
    };
    struct template_element kept[ARRAY_LEN(rows)];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strcmp(rows[i].element, "space") != 0 || rows[i].amount > 0) kept[count++] = rows[i];
    const struct paper_value values[] = {{"标题", "甲"}, {"编者按", note}};
    (void)composed(kept, count, values, ARRAY_LEN(values), &paper);
    int lines = 0;
    *ret_spaces = 0;
    for (size_t i = 0; i < paper.block_count; i++) {
        if (paper.blocks[i].kind != PAPER_SPACE) continue;
        lines += paper.blocks[i].lines;
        ++*ret_spaces;
    }
    return lines;
}

static void the_larger_space_stays(void **state) {
    (void)state;
    size_t spaces;
    assert_int_equal(left_space(10, 0, "", &spaces), 10); /* as above an issue's 主送 */
    assert_int_equal(left_space(0, 10, "", &spaces), 10);
    assert_int_equal(left_space(5, 10, "", &spaces), 10);
    assert_int_equal(left_space(10, 5, "", &spaces), 10);
    assert_int_equal(spaces, 1);
    assert_int_equal(left_space(10, 5, "有", &spaces), 15);
    assert_int_equal(spaces, 2);
    assert_int_equal(left_space(0, 0, "", &spaces), 0); /* and the one at the end goes with the closing */
}

static void spaces_around_a_table_that_is_left_out(void **state) {
    (void)state;
    struct paper paper;
    struct template_element rows[] = {
        TITLE,
        ROW("space", "", "", "", 8),
        ROW("text", "label", "以下有表", "", ABSENT),
        ROW("space", "", "", "", 9),
        ROW("table", "", "五关", "", ABSENT),
        ROW("space", "", "", "", 3),
        ROW("body", "", "", "", ABSENT),
        ROW("space", "", "", "", 4),
        ROW("text", "plain", "照排", "", ABSENT),
        ROW("space", "", "", "", 2),
        ROW("space", "", "", "", 2),
        ROW("text", "plain", "照排", "", ABSENT),
    };
    (void)composed(rows, ARRAY_LEN(rows), few, ARRAY_LEN(few), &paper);
    assert_int_equal(paper.block_count, 6);
    assert_int_equal(paper.blocks[1].kind, PAPER_SPACE);
    assert_int_equal(paper.blocks[1].lines, 8);
    assert_int_equal(paper.blocks[3].lines, 2); /* what the template itself puts together is as it says */
    assert_int_equal(paper.blocks[4].lines, 2);
}

static void lines_are_headings_when_the_source_says_so(void **state) {
    (void)state;
    static const char *const headings[] = {"情况问题", "意见建议", NULL};
    struct template_element rows[] = {ROW("body", "", "", "", ABSENT)};
    const struct paper_template template = {.elements = {rows, 1}};
    struct paper_source source = {.kind = PAPER_KIND_REPORT,
                                  .body = "情况问题\n一、班次\n情况问题很多。\n意见建议",
                                  .headings = headings};
    const enum paper_style_id styles[] = {PAPER_LEVEL_1, PAPER_LEVEL_1, PAPER_BODY, PAPER_LEVEL_1};
    struct paper paper;
    template_compose(arena, &template, &source, &paper);
    assert_int_equal(paper.block_count, ARRAY_LEN(styles));
    for (size_t i = 0; i < ARRAY_LEN(styles); i++) {
        assert_int_equal(paper.blocks[i].style, styles[i]);
        assert_int_equal(paper.blocks[i].keep, styles[i] != PAPER_BODY);
        assert_int_equal(paper.blocks[i].bookmark, styles[i] != PAPER_BODY ? 2 : 0);
    }
    source.headings = NULL;
    template_compose(arena, &template, &source, &paper);
    assert_int_equal(paper.blocks[0].style, PAPER_BODY);
}

/* The list of pieces stands with its label when there are two or more. */
static void pieces_are_listed(void **state) {
    (void)state;
    struct template_element rows[] = {
        ROW("text", "label", "本期要目", "", ABSENT),
        ROW("contents", "", "", "", ABSENT),
        TITLE,
        ROW("body", "", "", "", ABSENT),
    };
    const struct paper_template template = {.elements = {rows, ARRAY_LEN(rows)}};
    struct paper_source source = {.kind = PAPER_KIND_ISSUE, .values = few, .value_count = ARRAY_LEN(few)};
    struct paper paper;
    source.body = "［篇：甲］\n其一。\n［篇：乙］\n其二。";
    template_compose(arena, &template, &source, &paper);
    assert_string_equal(paper_text(arena, &paper),
                        "本期要目\n1. 甲\n2. 乙\n关于种树的建议\n甲\n其一。\n乙\n其二。\n");
    assert_int_equal(paper.blocks[1].style, PAPER_CONTENTS);
    source.body = "［篇：甲］\n其一。";
    template_compose(arena, &template, &source, &paper);
    assert_string_equal(paper_text(arena, &paper), "关于种树的建议\n甲\n其一。\n");
    source.body = NULL;
    template_compose(arena, &template, &source, &paper);
    assert_string_equal(paper_text(arena, &paper), "关于种树的建议\n");
}

/* Rows that call a long word as often as they may: a paper that is refused, not a memory that is full. */
static void long_words_called_often(void **state) {
    (void)state;
    enum { LONG = 180 * 1024, ROWS = 58 };
    char *word = arena_alloc(arena, LONG + 1);
    memset(word, 'x', LONG);
    word[LONG] = '\0';
    char calls[125 * sizeof("{附件}")] = "";
    for (size_t i = 0; i < 100; i++)
        memcpy(calls + i * strlen("{附件}"), "{附件}", sizeof("{附件}"));
    struct template_element rows[ROWS + 2] = {TITLE, ROW("body", "", "", "", ABSENT)};
    for (size_t i = 2; i < ARRAY_LEN(rows); i++)
        rows[i] = ROW("pair", "plain", calls, calls, ABSENT);
    const struct paper_template template = {.elements = {rows, ARRAY_LEN(rows)}};
    const struct paper_value values[] = {{"标题", "甲"}, {"附件", word}};
    const struct paper_source source = {
        .kind = PAPER_KIND_ISSUE, .values = values, .value_count = ARRAY_LEN(values), .body = "一、甲\n乙"};
    struct template_fault fault = {0};
    struct paper paper;
    assert_int_equal(template_check(arena, PAPER_KIND_ISSUE, &template, &fault), 0);
    size_t before = arena_used(arena);
    template_compose(arena, &template, &source, &paper);
    assert_true(paper.too_long);
    assert_true(arena_used(arena) - before < 4 * PAPER_TEXT_MAX);
    struct paper_outcome outcome;
    assert_int_equal(paper_measure(arena, &paper, &outcome), ERR_TOO_LONG);
    rows[2] = ROW("text", "plain", "{附件}", "", ABSENT);
    const struct paper_template once = {.elements = {rows, 3}};
    template_compose(arena, &once, &source, &paper);
    assert_false(paper.too_long);
}

static void an_empty_foot_is_none(void **state) {
    (void)state;
    struct paper paper;
    struct template_element rows[] = {
        TITLE,
        ROW("foot_rule", "", "", "", ABSENT),
        ROW("foot", "foot", "{印发机关}", "", ABSENT),
        ROW("foot_rule", "", "", "", ABSENT),
    };
    assert_string_equal(composed(rows, ARRAY_LEN(rows), few, ARRAY_LEN(few), &paper), "关于种树的建议\n");
    assert_int_equal(paper.foot_count, 0);
    assert_false(paper.folio);
    assert_null(paper.code);
}

static void labels_without_their_own_table_stay(void **state) {
    (void)state;
    struct paper paper;
    struct template_element rows[] = {
        ROW("text", "label", "说明", "", ABSENT),
        ROW("text", "note", "编者按：{编者按}", "", ABSENT),
        TITLE,
        ROW("table", "", "五关", "", ABSENT),
    };
    assert_string_equal(composed(rows, ARRAY_LEN(rows), few, ARRAY_LEN(few), &paper),
                        "说明\n关于种树的建议\n");
}

static void one_text(const char *style, const char *text, const char *value, struct paper *paper) {
    struct template_element row = ROW("text", style, text, "", ABSENT);
    const struct paper_value values[] = {{"编者按", value}};
    (void)composed(&row, 1, values, 1, paper);
}

static void run_in_and_said_once(void **state) {
    (void)state;
    struct paper paper;
    one_text("note", "编者按：{编者按}", "编者按: 值得一读。\n\n　请研究。", &paper);
    assert_int_equal(paper.block_count, 2);
    assert_string_equal(paper.blocks[0].text, "编者按：值得一读。");
    assert_int_equal(paper.blocks[0].lead, strlen("编者按："));
    assert_int_equal(paper.blocks[0].lead_style, PAPER_LEVEL_1);
    assert_string_equal(paper.blocks[1].text, "请研究。");
    assert_int_equal(paper.blocks[1].lead, 0);
    assert_int_equal(paper.blocks[1].style, PAPER_NOTE);
    one_text("plain", "《{编者按}》", "《诤友》", &paper);
    assert_string_equal(paper.blocks[0].text, "《诤友》");
    assert_int_equal(paper.blocks[0].lead, 0);
    one_text("plain", "{编者按}。", "好。", &paper);
    assert_string_equal(paper.blocks[0].text, "好。");
    one_text("title", "{编者按}", "上行\n下行", &paper);
    assert_int_equal(paper.block_count, 1);
    assert_string_equal(paper.blocks[0].text, "上行\n下行");
    assert_int_equal(paper.blocks[0].bookmark, 1);
    /* A brace in a value is text and nothing more. */
    one_text("plain", "{编者按}", "{标题}", &paper);
    assert_string_equal(paper.blocks[0].text, "{标题}");
    one_text("plain", "　　照排，不动", "", &paper);
    assert_string_equal(paper.blocks[0].text, "　　照排，不动");
    one_text("plain", "甲：{标题}　　乙：{编者按}　丙", "有", &paper);
    assert_string_equal(paper.blocks[0].text, "乙：有　丙");
}

static void styles_change(void **state) {
    (void)state;
    struct template_element row = TITLE;
    struct template_style styles[] = {
        {.style = "title", .font = "kaiti", .color = "red", .align = "left", .size = 3600},
        {.style = "head", .size = 2600},
        {.style = "body", .font = "", .align = "center", .size = ABSENT},
        {.style = "plain", .size = 1400},
    };
    const struct paper_template template = {.elements = {&row, 1}, .styles = {styles, ARRAY_LEN(styles)}};
    const struct paper_source source = {.kind = PAPER_KIND_ISSUE};
    struct paper paper;
    template_compose(arena, &template, &source, &paper);
    const struct paper_style *title = &paper.styles[PAPER_TITLE];
    assert_int_equal(title->font, FONT_KAITI);
    assert_int_equal(title->color, PAPER_RED);
    assert_int_equal(title->align, PAPER_LEFT);
    assert_int_equal(title->size, 3600);
    assert_in_range(title->pitch, 17000, 18500); /* 1.4 × 36 pt = 17.8 mm */
    assert_int_equal(paper.styles[PAPER_HEAD].pitch, paper_styles_default[PAPER_HEAD].pitch / 2);
    assert_int_equal(paper.styles[PAPER_BODY].size, paper_styles_default[PAPER_BODY].size);
    assert_int_equal(paper.styles[PAPER_BODY].font, FONT_FANGSONG);
    assert_int_equal(paper.styles[PAPER_BODY].first_indent, 0);
    assert_int_equal(paper.styles[PAPER_PLAIN].pitch, 0);
    assert_int_equal(paper.block_count, 0);
}

/* Whatever stands in a template, also one that a later program wrote: a paper comes out, and nothing breaks.
 */
static void anything_composes(void **state) {
    (void)state;
    static const char *const texts[] = {"{标题}", "{",  "}",  "{}", "{未知}",   "　", "编者按：", "《",
                                        "》",     "。", "：", "\n", "{编者按}", "文", " ",        "{标题"};
    static const char *const styles[] = {"title", "note", "label", "plain", "head", "foot", "", "later"};
    static const struct paper_value values[] = {{"标题", "《编者按：甲。》\n\n　乙"},
                                                {"编者按", "编者按：。"}};
    unsigned seed = 1;
    for (int round = 0; round < 4000; round++) {
        struct template_element rows[6];
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
            const char *text = "";
            for (int piece = 0; piece < 5; piece++)
                text =
                    arena_printf(arena, "%s%s", text, texts[(seed = seed * 1103515245 + 12345) >> 16 & 15]);
            rows[i] = ROW(template_elements[(seed >> 8) % 14], styles[(seed >> 20) & 7], text, text,
                          (int64_t)(seed >> 24));
        }
        struct template_style change = {.style = styles[seed >> 5 & 7], .font = "later", .size = ABSENT};
        const struct paper_template template = {.elements = {rows, ARRAY_LEN(rows)}, .styles = {&change, 1}};
        const struct paper_source source = {.kind = PAPER_KIND_ISSUE,
                                            .values = values,
                                            .value_count = ARRAY_LEN(values),
                                            .body = "一、甲\n乙"};
        struct template_fault fault = {0};
        struct paper paper;
        if (template_check(arena, PAPER_KIND_ISSUE, &template, &fault) != 0) assert_non_null(fault.why);
        template_compose(arena, &template, &source, &paper);
        for (size_t i = 0; i < paper.block_count; i++) {
            const struct paper_block *block = &paper.blocks[i];
            assert_true(block->style < PAPER_STYLE_END);
            assert_true(block->lead == 0 || block->lead <= strlen(block->text));
        }
        (void)paper_text(arena, &paper);
        arena_reset(arena);
    }
}

static void samples_fill_every_kind(void **state) {
    (void)state;
    for (int i = 0; i < PAPER_KIND_END; i++) {
        enum paper_kind kind = (enum paper_kind)i;
        struct paper_source source;
        struct paper paper;
        template_sample(arena, kind, &source);
        template_compose(arena, template_default(kind), &source, &paper);
        const char *text = paper_text(arena, &paper);
        assert_null(strchr(text, '{'));
        for (size_t w = 0; w < source.value_count; w++) {
            const char *line = arena_strdup(arena, source.values[w].text);
            ((char *)(uintptr_t)line)[strcspn(line, "\n")] = '\0';
            if (!strstr(text, line)) fail_msg("%s: %s", paper_kind_info(kind)->code, source.values[w].name);
        }
    }
}

/* An office judges a layout by the preview: its tables are those that print, column by column. */
static void samples_have_the_tables_that_print(void **state) {
    (void)state;
    size_t tables = 0;
    for (int i = 0; i < PAPER_KIND_END; i++) {
        enum paper_kind kind = (enum paper_kind)i;
        const struct paper_table_info *infos = paper_kind_info(kind)->tables;
        struct paper_source source;
        template_sample(arena, kind, &source);
        for (size_t t = 0; infos[t].name; t++, tables++) {
            struct paper_named_table printed;
            assert_true(t < source.table_count);
            const struct paper_table *sample = &source.tables[t].table;
            template_table(arena, kind, infos[t].name, infos[t].count, sample->rows - 1, &printed);
            assert_string_equal(source.tables[t].name, infos[t].name);
            assert_true(sample->rows > 1 && sample->header);
            assert_int_equal(sample->columns, infos[t].count);
            assert_memory_equal(sample->widths, printed.table.widths, infos[t].count * sizeof(int));
            for (size_t c = 0; c < sample->columns; c++)
                assert_string_equal(sample->cells[c], infos[t].columns[c].head);
            for (size_t c = 0; c < sample->columns * sample->rows; c++)
                assert_non_null(sample->cells[c]);
        }
    }
    assert_int_equal(tables, 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(defaults_pass, begin, end),
        cmocka_unit_test_setup_teardown(kinds_are_found, begin, end),
        cmocka_unit_test_setup_teardown(words_are_checked, begin, end),
        cmocka_unit_test_setup_teardown(elements_are_checked, begin, end),
        cmocka_unit_test_setup_teardown(amounts_are_checked, begin, end),
        cmocka_unit_test_setup_teardown(places_are_checked, begin, end),
        cmocka_unit_test_setup_teardown(styles_are_checked, begin, end),
        cmocka_unit_test_setup_teardown(what_is_empty_is_left_out, begin, end),
        cmocka_unit_test_setup_teardown(the_larger_space_stays, begin, end),
        cmocka_unit_test_setup_teardown(spaces_around_a_table_that_is_left_out, begin, end),
        cmocka_unit_test_setup_teardown(lines_are_headings_when_the_source_says_so, begin, end),
        cmocka_unit_test_setup_teardown(pieces_are_listed, begin, end),
        cmocka_unit_test_setup_teardown(long_words_called_often, begin, end),
        cmocka_unit_test_setup_teardown(an_empty_foot_is_none, begin, end),
        cmocka_unit_test_setup_teardown(labels_without_their_own_table_stay, begin, end),
        cmocka_unit_test_setup_teardown(run_in_and_said_once, begin, end),
        cmocka_unit_test_setup_teardown(styles_change, begin, end),
        cmocka_unit_test_setup_teardown(anything_composes, begin, end),
        cmocka_unit_test_setup_teardown(samples_fill_every_kind, begin, end),
        cmocka_unit_test_setup_teardown(samples_have_the_tables_that_print, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
