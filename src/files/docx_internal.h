/* The inside of the Word writer: what its files hand each other. Lengths in the parts are twips (1/1440
 * inch), in drawings EMU (1/914400 inch). ECMA-376 here is part 1, transitional. */
#ifndef MINYI_DOCX_INTERNAL_H
#define MINYI_DOCX_INTERNAL_H

#include "minyi/arena.h"
#include "minyi/buf.h"
#include "minyi/paper.h"

enum {
    DOCX_RULES_MAX = 16,
    DOCX_BYTES_MAX = 64 * 1024 * 1024, /* of one part */
};

/* A drawn line: each gets a style of its own. */
struct docx_rule {
    enum paper_color color;
    int height; /* thickness, twips */
};

struct docx {
    struct arena *arena;
    const struct paper *paper;
    int width, height, line; /* 版心 and one line of its grid */
    int top, bottom, inner, outer;
    int page_width, page_height, footer;
    struct docx_rule rules[DOCX_RULES_MAX];
    int rule_count;
    bool has_code;
    bool paired[PAPER_STYLE_END];      /* has a line with a right half: needs the tab stop */
    const struct paper_photo **photos; /* those that were drawn, in order: word/media/imageN.jpg */
    int photo_count;
    int bookmarks, controls, drawings; /* numbers given so far */
};

/* ---- docx_measure.c ---- */

/* Page, 版心, grid and footer from the paper's measures. */
void docx_measures(struct docx *docx);
int docx_twips(int64_t um);
int64_t docx_emu(int64_t um);
/* Width of COUNT hundredths of a character of STYLE. */
int docx_characters(const struct docx *docx, enum paper_style_id style, int count);
/* Height of a line of STYLE when it is fixed, 0 when the grid of the page makes it. */
int docx_line(const struct docx *docx, enum paper_style_id style);
/* Height of the line of the page number, and what lies between it and the 版心. */
int docx_folio_line(const struct docx *docx);
int docx_folio_before(const struct docx *docx);
/* Width of printed TEXT, its longest line, in halves of a character: what it will be with most fonts. */
int docx_halves(const char *text);
/* The size, at most SIZE, at which the longest line of TEXT fits into the 版心. */
int docx_fitting(const struct docx *docx, const char *text, int size);
/* Index of the rule's style, rule_N. */
int docx_rule(struct docx *docx, enum paper_color color, int thickness);

/* Character style of a pair that would just not fit on its line, and how wide its characters are. */
#define DOCX_TIGHT "tight"
enum { DOCX_TIGHT_PERCENT = 90 };

/* ---- docx_text.c ---- */

/* TEXT for an element or an attribute: markup escaped, what XML 1.0 forbids left out. */
void docx_escape(struct buf *out, const char *text, size_t len);
/* Runs of TEXT; FACE is the character style of a run that differs from its paragraph, or NULL. Line feeds
 * break the line. */
void docx_runs(struct buf *out, const char *text, size_t len, const char *face);
/* The same; a date in TEXT ("2026年3月8日") becomes a control in which an editor picks another. */
void docx_runs_dated(struct docx *docx, struct buf *out, const char *text, const char *face);

/* ---- docx_title.c ---- */

enum { DOCX_TITLE_BREAKS = 2 };
/* Where lines of a title in STYLE begin after the first, as places in TEXT, which is printed; how many there
 * are. 0 also when it would take more than three lines: then it flows. */
size_t docx_title_breaks(struct docx *docx, enum paper_style_id style, const char *text,
                         size_t breaks[DOCX_TITLE_BREAKS]);

/* ---- docx_style.c ---- */

/* Where a style stands in the navigation pane (from 0), or -1. */
int docx_outline(enum paper_style_id style);
void docx_styles(const struct docx *docx, struct buf *out);
void docx_fonts(const struct docx *docx, struct buf *out);

/* ---- docx_body.c, docx_table.c, docx_picture.c ---- */

void docx_document(struct docx *docx, struct buf *out);
/* Returns about how high it will be, twips. */
int64_t docx_table(struct docx *docx, struct buf *out, const struct paper_table *table, bool page_break);
/* A paragraph with the photo, then its caption. */
void docx_photo(struct docx *docx, struct buf *out, const struct paper_photo *photo, bool page_break);
/* The QR code of the paper as PNG; false when there is none. */
bool docx_code_png(struct docx *docx, struct buf *out);
void docx_code_drawing(struct buf *out, int64_t x, int64_t y, int64_t side);

/* ---- docx_part.c ---- */

void docx_header(struct docx *docx, struct buf *out);
void docx_footer(struct buf *out, bool even);
void docx_settings(struct buf *out);
void docx_core(const struct docx *docx, struct buf *out);
void docx_app(struct buf *out);
void docx_content_types(const struct docx *docx, struct buf *out);
void docx_relations(struct buf *out);
void docx_header_relations(struct buf *out);
void docx_document_relations(const struct docx *docx, struct buf *out);

#define DOCX_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define DOCX_W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define DOCX_R "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define DOCX_WP "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
#define DOCX_A "http://schemas.openxmlformats.org/drawingml/2006/main"
#define DOCX_PIC "http://schemas.openxmlformats.org/drawingml/2006/picture"
#define DOCX_NAMESPACES                                                                              \
    "xmlns:w=\"" DOCX_W "\" xmlns:r=\"" DOCX_R "\" xmlns:wp=\"" DOCX_WP "\" xmlns:a=\"" DOCX_A "\" " \
    "xmlns:pic=\"" DOCX_PIC "\""

#endif
