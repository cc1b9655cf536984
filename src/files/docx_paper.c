/* paper_docx(): the parts of a Word document, and the zip they stand in.
 *
 * The same description gives the same bytes: parts have a fixed order, numbers are given in the order of the
 * text, and nothing is asked of a clock or of the fonts that are installed. */
#include <stdio.h>
#include <string.h>

#include "docx_internal.h"
#include "minyi/archive.h"
#include "minyi/err.h"
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

const char *docx_line_of(struct docx *docx, const char *text) {
    char *line = paper_printed(docx->arena, text, NULL);
    for (char *c = line; *c != '\0'; c++)
        if (*c == '\n') *c = ' ';
    return line;
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
static void set_measures(struct docx *docx) {
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

static void look_at(struct docx *docx, const struct paper_block *blocks, size_t count, size_t *photos) {
    for (size_t i = 0; i < count; i++) {
        if (blocks[i].kind == PAPER_PAIR) docx->paired[blocks[i].style] = true;
        if (blocks[i].kind == PAPER_PICTURE) ++*photos;
    }
}

static int add_part(struct archive *archive, const char *name, struct buf *part) {
    int error = buf_failed(part) ? ERR_TOO_LARGE : archive_add(archive, name, part->data, part->len);
    buf_clear(part);
    return error;
}

static int add_fixed_parts(struct docx *docx, struct archive *archive, struct buf *part) {
    docx_content_types(docx, part);
    int error = add_part(archive, "[Content_Types].xml", part);
    docx_relations(part);
    if (error == 0) error = add_part(archive, "_rels/.rels", part);
    docx_core(docx, part);
    if (error == 0) error = add_part(archive, "docProps/core.xml", part);
    docx_app(part);
    if (error == 0) error = add_part(archive, "docProps/app.xml", part);
    docx_settings(part);
    if (error == 0) error = add_part(archive, "word/settings.xml", part);
    docx_fonts(docx, part);
    if (error == 0) error = add_part(archive, "word/fontTable.xml", part);
    for (int i = 1; i <= 3 && docx->paper->folio && error == 0; i++) {
        char name[32];
        snprintf(name, sizeof(name), "word/footer%d.xml", i);
        docx_footer(part, i == 2);
        error = add_part(archive, name, part);
    }
    return error;
}

static int add_text_parts(struct docx *docx, struct archive *archive, struct buf *part) {
    docx_document(docx, part);
    int error = add_part(archive, "word/document.xml", part);
    docx_document_relations(docx, part);
    if (error == 0) error = add_part(archive, "word/_rels/document.xml.rels", part);
    docx_styles(docx, part); /* after the text, which says which rules there are */
    if (error == 0) error = add_part(archive, "word/styles.xml", part);
    for (int i = 0; i < docx->photo_count && error == 0; i++) {
        char name[48];
        snprintf(name, sizeof(name), "word/media/image%d.jpg", i + 1);
        error = archive_add(archive, name, docx->photos[i]->jpeg, docx->photos[i]->size);
    }
    return error;
}

static int add_code_parts(struct docx *docx, struct archive *archive, struct buf *part, struct buf *png) {
    if (!docx->has_code) return 0;
    docx_header(docx, part);
    int error = add_part(archive, "word/header1.xml", part);
    docx_header_relations(part);
    if (error == 0) error = add_part(archive, "word/_rels/header1.xml.rels", part);
    return error != 0 ? error : archive_add(archive, "word/media/code.png", png->data, png->len);
}

int paper_docx(struct arena *arena UNUSED, const struct paper *paper, struct buf *ret_docx) {
    if (paper_too_much(paper)) return ERR_TOO_LONG;
    struct arena *scratch CLEANUP(arena_cleanup) = arena_new((size_t)16 * PAPER_TEXT_MAX);
    struct docx docx = {.arena = scratch, .paper = paper};
    struct buf part CLEANUP(buf_free) = BUF(DOCX_BYTES_MAX), png CLEANUP(buf_free) = BUF(DOCX_BYTES_MAX);
    size_t photos = 0;
    set_measures(&docx);
    look_at(&docx, paper->blocks, paper->block_count, &photos);
    look_at(&docx, paper->foot, paper->foot_count, &photos);
    docx.photos = arena_array(scratch, photos + 1, sizeof(const struct paper_photo *));
    docx.has_code = docx_code_png(&docx, &png);
    struct archive *archive = archive_memory();
    if (archive == NULL) return ERR_INTERNAL;
    int error = add_fixed_parts(&docx, archive, &part);
    if (error == 0) error = add_text_parts(&docx, archive, &part);
    if (error == 0) error = add_code_parts(&docx, archive, &part, &png);
    if (error == 0) return archive_close(archive, ret_docx);
    archive_discard(archive);
    return error;
}
