/* The faces of official papers: measures and styles of GB/T 9704-2012 as they come with the program, and the
 * names that users and templates know them by. */
#include <string.h>

#include "minyi/paper.h"

/* GB/T 9704-2012, 5.2: 用纸 A4, 天头 37 mm, 订口 28 mm, 版心 156 × 225 mm, 22 lines of 28 characters. */
const struct paper_measures paper_measures_default = {
    .page_width = 210000,
    .page_height = 297000,
    .top = 37000,
    .inner = 28000,
    .text_width = 156000,
    .text_height = 225000,
    .lines = 22,
    .characters = 28,
};

/* Sizes: 2号 is 22 pt, 小2号 18 pt, 3号 16 pt, 4号 14 pt. */
enum { SIZE_2 = 2200, SIZE_SMALL_2 = 1800, SIZE_3 = 1600, SIZE_4 = 1400, TWO = 200 };

const char *const paper_color_codes[] = {[PAPER_BLACK] = "black", [PAPER_RED] = "red", NULL};
const char *const paper_align_codes[] = {[PAPER_JUSTIFY] = "justify",
                                         [PAPER_LEFT] = "left",
                                         [PAPER_CENTER] = "center",
                                         [PAPER_RIGHT] = "right",
                                         NULL};

const struct paper_style paper_styles_default[PAPER_STYLE_END] = {
    [PAPER_BODY] = {FONT_FANGSONG, SIZE_3, 0, PAPER_BLACK, PAPER_JUSTIFY, TWO, 0},
    [PAPER_HEAD] = {FONT_XIAOBIAOSONG, 5200, 20455, PAPER_RED, PAPER_CENTER, 0, 0},
    [PAPER_NUMBER] = {FONT_FANGSONG, SIZE_3, 0, PAPER_BLACK, PAPER_CENTER, 0, 0},
    [PAPER_OFFICE] = {FONT_FANGSONG, SIZE_3, 0, PAPER_BLACK, PAPER_JUSTIFY, 100, 100},
    [PAPER_MARK] = {FONT_HEITI, SIZE_3, 0, PAPER_BLACK, PAPER_LEFT, 0, 0},
    [PAPER_NOTE] = {FONT_KAITI, SIZE_3, 0, PAPER_BLACK, PAPER_JUSTIFY, TWO, 0},
    [PAPER_TITLE] = {FONT_XIAOBIAOSONG, SIZE_2, 0, PAPER_BLACK, PAPER_CENTER, 0, 0},
    [PAPER_PIECE] = {FONT_XIAOBIAOSONG, SIZE_SMALL_2, 0, PAPER_BLACK, PAPER_CENTER, 0, 0},
    [PAPER_CONTENTS] = {FONT_KAITI, SIZE_3, 0, PAPER_BLACK, PAPER_JUSTIFY, TWO, 350},
    [PAPER_ADDRESSEE] = {FONT_FANGSONG, SIZE_3, 0, PAPER_BLACK, PAPER_JUSTIFY, 0, 0},
    [PAPER_LEVEL_1] = {FONT_HEITI, SIZE_3, 0, PAPER_BLACK, PAPER_JUSTIFY, TWO, 0},
    [PAPER_LEVEL_2] = {FONT_KAITI, SIZE_3, 0, PAPER_BLACK, PAPER_JUSTIFY, TWO, 0},
    [PAPER_LEVEL_3] = {FONT_FANGSONG, SIZE_3, 0, PAPER_BLACK, PAPER_JUSTIFY, TWO, 0},
    [PAPER_LEVEL_4] = {FONT_FANGSONG, SIZE_3, 0, PAPER_BLACK, PAPER_JUSTIFY, TWO, 0},
    [PAPER_PLAIN] = {FONT_FANGSONG, SIZE_3, 0, PAPER_BLACK, PAPER_JUSTIFY, 0, 0},
    [PAPER_LABEL] = {FONT_HEITI, SIZE_3, 0, PAPER_BLACK, PAPER_LEFT, 0, 0},
    [PAPER_TABLE] = {FONT_FANGSONG, SIZE_4, 7000, PAPER_BLACK, PAPER_LEFT, 0, 0},
    [PAPER_CAPTION] = {FONT_KAITI, SIZE_4, 0, PAPER_BLACK, PAPER_CENTER, 0, 0},
    [PAPER_ENCLOSURE] = {FONT_FANGSONG, SIZE_3, 0, PAPER_BLACK, PAPER_JUSTIFY, TWO, 500},
    [PAPER_CLOSING] = {FONT_FANGSONG, SIZE_3, 0, PAPER_BLACK, PAPER_RIGHT, TWO, TWO},
    [PAPER_FOOT] = {FONT_FANGSONG, SIZE_4, 0, PAPER_BLACK, PAPER_JUSTIFY, 100, 400},
    [PAPER_FOLIO] = {FONT_SONGTI, SIZE_4, 0, PAPER_BLACK, PAPER_LEFT, 100, 100},
};

static const struct {
    const char *code, *zh;
} names[PAPER_STYLE_END] = {
    [PAPER_BODY] = {"body", "正文"},
    [PAPER_HEAD] = {"head", "发文机关标志"},
    [PAPER_NUMBER] = {"number", "期号"},
    [PAPER_OFFICE] = {"office", "编发单位和日期"},
    [PAPER_MARK] = {"mark", "密级和份号"},
    [PAPER_NOTE] = {"note", "编者按"},
    [PAPER_TITLE] = {"title", "标题"},
    [PAPER_PIECE] = {"piece", "篇题"},
    [PAPER_CONTENTS] = {"contents", "要目"},
    [PAPER_ADDRESSEE] = {"addressee", "主送机关"},
    [PAPER_LEVEL_1] = {"level_1", "一级标题"},
    [PAPER_LEVEL_2] = {"level_2", "二级标题"},
    [PAPER_LEVEL_3] = {"level_3", "三级标题"},
    [PAPER_LEVEL_4] = {"level_4", "四级标题"},
    [PAPER_PLAIN] = {"plain", "文字"},
    [PAPER_LABEL] = {"label", "小标题"},
    [PAPER_TABLE] = {"table", "表格"},
    [PAPER_CAPTION] = {"caption", "图注"},
    [PAPER_ENCLOSURE] = {"enclosure", "附件说明"},
    [PAPER_CLOSING] = {"closing", "署名"},
    [PAPER_FOOT] = {"foot", "版记"},
    [PAPER_FOLIO] = {"folio", "页码"},
};

const char *paper_style_zh(enum paper_style_id style) {
    return style < PAPER_STYLE_END ? names[style].zh : "";
}

const char *paper_style_code(enum paper_style_id style) {
    return style < PAPER_STYLE_END ? names[style].code : "";
}

void paper_init(struct paper *paper) {
    memset(paper, 0, sizeof *paper);
    paper->measures = paper_measures_default;
    memcpy(paper->styles, paper_styles_default, sizeof paper->styles);
}
