/* document.xml: the blocks of a paper as paragraphs of its styles.
 *
 * 1. A paragraph says of itself only where it stands (page breaks, staying with the next one, the frame of
 *    the 版记); how it looks is its style's.
 * 2. The 版记 is one frame at the foot of the 版心 (ECMA-376, 17.3.1.11), held by an empty paragraph that is
 *    the last of the document: so it is on the last page, wherever the text ends. A frame does not break
 *    over pages: of a 版记 that may not fit one, only the last lines are framed (paper_foot.c).
 * 3. Lines of text are lines of the grid, as in the PDF: empty lines are whole ones, and what a rule takes
 *    the next empty line gives back.
 */
#include <stdio.h>
#include <string.h>

#include "docx_internal.h"
#include "paper_internal.h"

enum {
    LEAST_BELOW = 20, /* twips below a table */
};

struct body {
    struct docx *docx;
    struct buf *out;
    bool foot;       /* in the 版记 */
    bool framed;     /* in the part of it that does not flow */
    bool page_break; /* the next paragraph begins a page */
    int below;       /* the last thing was a table: what is free below it up to the next line of the grid */
    bool text;       /* the last thing was a line of text */
    bool begun;      /* something stands on the page already */
    bool keep;       /* the last paragraph stays with the next, and so do empty lines between them */
    int tenths;      /* of empty lines that wait */
    bool last; /* what is added is the last text before the 版记, which must not stand alone on a page */
    int taken; /* twips that rules have taken and the next empty line gives back */
};

/* Opens a paragraph of the style named STYLE; the caller adds runs and closes it. */
static void open_paragraph(struct body *body, const char *style, bool keep) {
    struct buf *out = body->out;
    buf_addf(out, "<w:p><w:pPr><w:pStyle w:val=\"%s\"/>", style);
    if (keep) buf_adds(out, "<w:keepNext/>");
    if (body->page_break) buf_adds(out, "<w:pageBreakBefore/>");
    if (body->framed)
        buf_addf(out,
                 "<w:framePr w:w=\"%d\" w:wrap=\"around\" w:vAnchor=\"margin\" w:hAnchor=\"margin\" "
                 "w:xAlign=\"left\" w:yAlign=\"bottom\"/>",
                 body->docx->width);
    body->page_break = false;
    body->begun = true;
    body->text = false;
    body->keep = keep;
}

static void close_paragraph(struct body *body) {
    buf_adds(body->out, "</w:p>\n");
}

static void empty_paragraph(struct body *body, const char *style, int height) {
    open_paragraph(body, style, body->keep);
    if (height > 0)
        buf_addf(body->out, "<w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"%d\" w:lineRule=\"exact\"/>",
                 height);
    buf_adds(body->out, "</w:pPr>");
    close_paragraph(body);
}

/* What is left of the line in which a table ends; it also holds two tables apart. */
static void end_table(struct body *body) {
    int below = body->below;
    body->below = 0;
    if (below > 0) empty_paragraph(body, "blank", below);
}

/* The empty lines that wait. Text begins on a line of the grid, so that half a line before it is a whole one.
 */
static void flush_space(struct body *body) {
    end_table(body);
    const int line = body->docx->line;
    int lines = (body->tenths + 9) / 10;
    body->tenths = 0;
    for (; lines > 0; lines--) {
        bool gives = body->taken > 0 && body->taken < line;
        empty_paragraph(body, "blank", gives ? line - body->taken : 0);
        body->taken = gives ? 0 : body->taken;
    }
}

/* Ends the paragraph's properties; an entry of the outline that its style puts nowhere or elsewhere gets its
 * place. */
static void end_properties(struct body *body, const struct paper_block *block) {
    int place = (block->bookmark < 9 ? block->bookmark : 9) - 1;
    if (place >= 0 && place != docx_outline(block->style))
        buf_addf(body->out, "<w:outlineLvl w:val=\"%d\"/>", place);
    buf_adds(body->out, "</w:pPr>");
}

/* A title is broken at sense (GB/T 9704-2012, 7.3.1) by line breaks, as an office would. */
static void add_title(struct body *body, enum paper_style_id style, const char *text) {
    size_t breaks[DOCX_TITLE_BREAKS], from = 0, count = docx_title_breaks(body->docx, style, text, breaks);
    for (size_t i = 0; i < count; i++) {
        size_t end = breaks[i];
        while (end > from && text[end - 1] == ' ')
            end--;
        docx_runs(body->out, text + from, end - from, NULL);
        docx_runs(body->out, "\n", 1, NULL);
        from = breaks[i];
    }
    docx_runs(body->out, text + from, strlen(text + from), NULL);
}

static void add_words(struct body *body, const struct paper_block *block, const char *text, size_t lead) {
    struct docx *docx = body->docx;
    char face[64] = "";
    size_t len = strlen(text);
    if (lead > len || block->lead_style == block->style) lead = 0;
    if (lead > 0) {
        snprintf(face, sizeof(face), "%s_char", paper_style_code(block->lead_style));
        docx_runs(body->out, text, lead, block->lead_style == PAPER_BODY ? NULL : face);
    }
    if (paper_is_title(block->style) && lead == 0)
        add_title(body, block->style, text);
    else if (block->style == PAPER_CLOSING && lead == 0)
        docx_runs_dated(docx, body->out, text, NULL);
    else
        docx_runs(body->out, text + lead, len - lead, NULL);
}

static void add_text(struct body *body, const struct paper_block *block) {
    size_t lead = block->lead;
    const char *text = paper_printed(body->docx->arena, block->text, &lead);
    if (*text == '\0') return;
    flush_space(body);
    open_paragraph(body, paper_style_code(block->style), block->keep || body->last);
    end_properties(body, block);
    int mark = block->bookmark > 0 ? ++body->docx->bookmarks : 0;
    if (mark > 0) buf_addf(body->out, "<w:bookmarkStart w:id=\"%d\" w:name=\"piece_%d\"/>", mark, mark);
    add_words(body, block, text, lead);
    body->text = true;
    if (mark > 0) buf_addf(body->out, "<w:bookmarkEnd w:id=\"%d\"/>", mark);
    close_paragraph(body);
}

/* Half of a pair that does not fit on one line: a paragraph of its own. */
static void add_half(struct body *body, const struct paper_block *block, const char *text, bool right) {
    if (*text == '\0') return;
    int inset =
        docx_characters(body->docx, block->style, body->docx->paper->styles[block->style].first_indent);
    open_paragraph(body, paper_style_code(block->style), !right || block->keep);
    buf_addf(body->out,
             "<w:ind w:leftChars=\"0\" w:left=\"%d\" w:rightChars=\"0\" w:right=\"%d\" "
             "w:firstLineChars=\"0\" w:firstLine=\"0\"/><w:jc w:val=\"%s\"/></w:pPr>",
             inset, inset, right ? "right" : "left");
    docx_runs_dated(body->docx, body->out, text, NULL);
    body->text = true;
    close_paragraph(body);
}

static void add_pair(struct body *body, const struct paper_block *block) {
    struct docx *docx = body->docx;
    const struct paper_style *style = &docx->paper->styles[block->style];
    const char *left = paper_printed_line(docx->arena, block->text);
    const char *right = paper_printed_line(docx->arena, block->right);
    if (*left == '\0' && *right == '\0') return;
    flush_space(body);
    int room = docx->width - 2 * docx_characters(docx, block->style, style->first_indent);
    int64_t halves = docx_halves(left) + docx_halves(right) + 2;
    int64_t width = halves * style->size / 10;
    const char *face = width > room ? DOCX_TIGHT : NULL;
    if (*right == '\0' || width * DOCX_TIGHT_PERCENT / 100 > room) {
        add_half(body, block, left, false);
        add_half(body, block, right, true);
        return;
    }
    open_paragraph(body, paper_style_code(block->style), block->keep);
    if (style->align == PAPER_CENTER || style->align == PAPER_RIGHT)
        buf_adds(body->out, "<w:jc w:val=\"left\"/>");
    buf_adds(body->out, "</w:pPr>");
    docx_runs(body->out, left, strlen(left), face);
    docx_runs(body->out, "\t", 1, NULL);
    docx_runs_dated(docx, body->out, right, face);
    close_paragraph(body);
    body->text = true;
}

/* Before empty lines a rule stands 4 mm under the letters above it, else right below the line. */
static void add_rule(struct body *body, const struct paper_block *block, bool space_follows) {
    struct docx *docx = body->docx;
    enum paper_color color = docx->paper->styles[block->style].color;
    int rule = docx_rule(docx, color, paper_rule_thickness(docx->paper, block)), before = 0;
    bool under = body->text && space_follows && !body->foot;
    if (under) {
        int white = (docx->line - docx->paper->styles[PAPER_BODY].size / 5) / 2;
        before = docx_twips(PAPER_RULE_UNDER) - white;
    }
    end_table(body);
    for (; body->tenths >= 10; body->tenths -= 10)
        empty_paragraph(body, "blank", 0);
    char style[32];
    snprintf(style, sizeof(style), "rule_%02d", rule);
    bool begins = body->foot && !body->framed && block == body->docx->paper->foot;
    open_paragraph(body, style, block->keep || begins);
    if (before > 0)
        buf_addf(body->out, "<w:spacing w:before=\"%d\" w:line=\"%d\" w:lineRule=\"exact\"/>", before,
                 docx->rules[rule].height);
    buf_adds(body->out, "</w:pPr>");
    close_paragraph(body);
    if (!body->foot) body->taken += docx->rules[rule].height + (before > 0 ? before : 0);
}

static void add_table(struct body *body, const struct paper_block *block) {
    if (block->table == NULL || block->table->rows == 0 || block->table->columns == 0) return;
    flush_space(body);
    int64_t height = docx_table(body->docx, body->out, block->table, body->page_break);
    int below = body->docx->line - (int)(height % body->docx->line);
    body->below = below < LEAST_BELOW ? LEAST_BELOW : below;
    body->page_break = body->text = body->keep = false;
    body->begun = true;
}

static void add_photo(struct body *body, const struct paper_block *block) {
    if (block->photo == NULL || block->photo->jpeg == NULL || block->photo->width <= 0 ||
        block->photo->height <= 0)
        return;
    flush_space(body);
    docx_photo(body->docx, body->out, block->photo, body->page_break);
    body->page_break = body->text = body->keep = false;
    body->begun = true;
}

static void add_block(struct body *body, const struct paper_block *block, const struct paper_block *next) {
    switch (block->kind) {
    case PAPER_TEXT:
        add_text(body, block);
        break;
    case PAPER_PAIR:
        add_pair(body, block);
        break;
    case PAPER_RULE:
        add_rule(body, block, next != NULL && next->kind == PAPER_SPACE);
        break;
    case PAPER_TABLE_ROWS:
        add_table(body, block);
        break;
    case PAPER_PICTURE:
        add_photo(body, block);
        break;
    case PAPER_SPACE:
        if (body->begun && block->lines > 0) body->tenths += block->lines < 1000 ? block->lines : 1000;
        break;
    case PAPER_BREAK:
        end_table(body);
        body->page_break = body->begun;
        body->begun = false;
        body->tenths = 0;
        break;
    }
}

/* ECMA-376, 17.6.5. The grid holds the lines only: characters that are narrower than their size (28 of 16 pt
 * on 442 pt) a grid makes in Word, but not in LibreOffice, which gives each of them two places; the style
 * 正文 has them closer instead (docx_style.c), which all programs set alike. */
static void add_grid(const struct docx *docx, struct buf *out) {
    buf_addf(out, "<w:docGrid w:type=\"lines\" w:linePitch=\"%d\"/>", docx->line);
}

/* Distances of header (851) and columns (425) as in Word's own new documents in Chinese: nothing stands
 * there. */
static void add_section(const struct docx *docx, struct buf *out) {
    const struct paper *paper = docx->paper;
    buf_adds(out, "<w:sectPr>");
    if (docx->has_code) buf_adds(out, "<w:headerReference w:type=\"first\" r:id=\"rId7\"/>");
    if (paper->folio) {
        buf_adds(out, "<w:footerReference w:type=\"default\" r:id=\"rId4\"/>"
                      "<w:footerReference w:type=\"even\" r:id=\"rId5\"/>");
        if (docx->has_code) buf_adds(out, "<w:footerReference w:type=\"first\" r:id=\"rId6\"/>");
    }
    buf_addf(
        out,
        "<w:pgSz w:w=\"%d\" w:h=\"%d\"/><w:pgMar w:top=\"%d\" w:right=\"%d\" w:bottom=\"%d\" w:left=\"%d\" "
        "w:header=\"%d\" w:footer=\"%d\" w:gutter=\"0\"/><w:pgNumType w:start=\"1\"/><w:cols w:space=\"425\"/>",
        docx->page_width, docx->page_height, docx->top, docx->outer, docx->bottom, docx->inner, 851,
        docx->footer);
    if (docx->has_code) buf_adds(out, "<w:titlePg/>");
    add_grid(docx, out);
    buf_adds(out, "</w:sectPr>");
}

/* Of the part that flows, the rule that begins it stays with its words. They do not stay with what comes next:
 * LibreOffice does not break a paragraph that does. */
static void add_foot(struct body *body) {
    const struct paper *paper = body->docx->paper;
    size_t held = paper_foot_held(paper);
    if (held == 0) body->below = 0; /* a frame does not stand below the table */
    body->tenths = 0;
    body->foot = true;
    for (size_t i = 0; i < paper->foot_count; i++) {
        body->framed = i >= held;
        add_block(body, &paper->foot[i], NULL);
    }
    body->foot = body->framed = body->keep = false;
    body->tenths = 0;
}

void docx_document(struct docx *docx, struct buf *out) {
    const struct paper *paper = docx->paper;
    struct body body = {.docx = docx, .out = out};
    buf_adds(out, DOCX_HEAD "<w:document " DOCX_NAMESPACES "><w:body>\n");
    for (size_t i = 0; i < paper->block_count; i++) {
        bool last = i + 1 == paper->block_count;
        body.last = last && paper->foot_count > 0;
        add_block(&body, &paper->blocks[i], last ? NULL : &paper->blocks[i + 1]);
    }
    body.last = false;
    bool need_end = body.below > 0 || !body.begun || paper->foot_count > 0;
    add_foot(&body);
    if (need_end) empty_paragraph(&body, "end", 0);
    add_section(docx, out);
    buf_adds(out, "</w:body></w:document>\n");
}
