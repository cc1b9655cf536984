/* What a Word document measures by: twips of micrometres, lines of the grid, how wide a text will be. No font
 * is asked: widths are counted in halves of a character. */
#include <string.h>

#include "docx_internal.h"
#include "minyi/utf8.h"
#include "paper_internal.h"

int docx_twips(int64_t um) {
    return (int)((um * 1440 + 12700) / 25400);
}

int64_t docx_emu(int64_t um) {
    return um * 36;
}

int docx_characters(const struct docx *docx, enum paper_style_id style, int count) {
    return docx->paper->styles[style].size * count / 500;
}

/* A line of the grid is left to the grid where the type surely fits into it with any font (1.45 times its
 * size: Noto Serif CJK); else the grid would give it two. A pitch that is meant as lines of the grid becomes
 * so. The 版记 stands outside the grid: its lines are a little lower, so that its rules find room beside
 * them. */
int docx_line(const struct docx *docx, enum paper_style_id id) {
    const struct paper_style *style = &docx->paper->styles[id];
    int line = style->pitch > 0 ? docx_twips(style->pitch) : docx->line;
    int lines = (line + docx->line / 2) / docx->line, off = line - lines * docx->line;
    if (lines > 0 && off > -10 && off < 10) line = lines * docx->line;
    if (id == PAPER_FOOT) return line - docx_twips(PAPER_RULE_OUTER);
    if (style->pitch > 0) return line;
    return style->size * 145 / 500 <= docx->line ? 0 : line;
}

int docx_folio_line(const struct docx *docx) {
    return docx->paper->styles[PAPER_FOLIO].size * 6 / 25; /* 1.2 times */
}

/* The dashes, in the middle of the line, stand 7 mm below the 版心: GB/T 9704-2012, 7.5. */
int docx_folio_before(const struct docx *docx) {
    int before = docx_twips(PAPER_FOLIO_BELOW) - docx_folio_line(docx) / 2;
    return before > 0 ? before : 0;
}

int docx_halves(const char *text) {
    int widest = 0, width = 0;
    size_t left = strlen(text);
    uint32_t c = 0;
    for (size_t step; left > 0; text += step, left -= step) {
        step = utf8_next(text, left, &c);
        if (step == 0) break;
        width = c == '\n' ? 0 : width + (c < 0x2000 ? 1 : 2);
        if (width > widest) widest = width;
    }
    return widest;
}

int docx_fitting(const struct docx *docx, const char *text, int size) {
    const struct paper_style *styles = docx->paper->styles;
    int halves = docx_halves(paper_printed(docx->arena, text, NULL));
    int64_t room = (int64_t)docx->width * 10 / (halves > 0 ? halves : 1); /* hundredths of a point */
    int64_t least = styles[PAPER_BODY].size < size ? styles[PAPER_BODY].size : size;
    if (room < size) size = (int)(room / 50 * 50);
    return size > least ? size : (int)least;
}

/* The same thickness and colour share a style; past DOCX_RULES_MAX different ones the last serves. Word takes
 * lines of text from 0.7 pt on. */
int docx_rule(struct docx *docx, enum paper_color color, int thickness) {
    int height = docx_twips(thickness);
    height = height < 14 ? 14 : height > 400 ? 400 : height;
    for (int i = 0; i < docx->rule_count; i++)
        if (docx->rules[i].color == color && docx->rules[i].height == height) return i;
    if (docx->rule_count == DOCX_RULES_MAX) return DOCX_RULES_MAX - 1;
    docx->rules[docx->rule_count] = (struct docx_rule){color, height};
    return docx->rule_count++;
}

/* Rounded so that the grid's lines fit: the lower edge follows from the upper one and the height. */
void docx_measures(struct docx *docx) {
    const struct paper_measures *m = &docx->paper->measures;
    docx->page_width = docx_twips(m->page_width);
    docx->page_height = docx_twips(m->page_height);
    docx->top = docx_twips(m->top);
    docx->inner = docx_twips(m->inner);
    docx->outer = docx_twips(m->page_width - m->inner - m->text_width);
    docx->bottom = docx_twips(m->page_height - m->top - m->text_height);
    docx->width = docx->page_width - docx->inner - docx->outer;
    docx->height = docx->page_height - docx->top - docx->bottom;
    docx->line = docx->height / m->lines;
    docx->footer = docx->bottom - docx_folio_before(docx) - docx_folio_line(docx);
    if (docx->footer < 0) docx->footer = 0;
}
