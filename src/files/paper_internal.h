/* The inside of the typesetter: what its files hand each other. See README.md in this folder.
 *
 * Lengths are micrometres in doubles, y grows downwards. A paper goes through these rooms:
 *   text → atoms (paper_shape.c) → lines (paper_lines.c, paper_title.c) → rows (paper_block.c, paper_table.c)
 *   → pages (paper_flow.c) → strokes (paper_draw.c) on a PDF or a picture (paper_pdf.c, paper_png.c).
 */
#ifndef MINYI_PAPER_INTERNAL_H
#define MINYI_PAPER_INTERNAL_H

#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>

#include "minyi/arena.h"
#include "minyi/buf.h"
#include "minyi/paper.h"
#include "paper_measures.h"

enum {
    PAPER_TITLE_MAX = 4000, /* bytes, far more than three lines: what is longer flows */
    /* To be raised, both, when the same description comes to look different. TALL is of papers with a 版记
     * that is too tall for a page: as version 2 they lost lines in Word. */
    PAPER_LAYOUT_VERSION = 2,
    PAPER_LAYOUT_TALL = 3,
};

/* ---- paper_text.c ---- */

/* The characters of TEXT (NULL: none) that are printed, in ARENA: without invisible ones, tabs as blanks,
 * line feeds kept, blanks at the ends of its lines dropped. *LEAD, a length in bytes, is carried over. */
char *paper_printed(struct arena *arena, const char *text, size_t *lead);
/* The same on one line: line feeds as blanks. */
char *paper_printed_line(struct arena *arena, const char *text);

/* ---- paper_foot.c ---- */

/* The first block of the 版记 that stands on the last page's foot together with all below it. 0: the whole does,
 * for it surely fits a page; else what is above it flows over pages (foot_count: all of it). */
size_t paper_foot_held(const struct paper *paper);

/* ---- paper_layout.c ---- */

/* More text than any paper may have. */
bool paper_too_much(const struct paper *paper);

/* ---- paper_face.c: fonts for one rendering ---- */

struct paper_faces; /* a font map that one rendering holds alone; kept warm between renderings */

/* NULL: there is no font at all. */
struct paper_faces *paper_faces_take(void);
/* Hands back for the next one; NULL is accepted. Returns NULL. */
struct paper_faces *paper_faces_give(struct paper_faces *faces);
PangoContext *paper_faces_context(struct paper_faces *faces);

/* ---- paper_break.c, paper_lines.c: atoms into lines; pure ---- */

enum paper_class {
    ATOM_LATIN, /* letters, digits and all narrow signs */
    ATOM_SPACE,
    ATOM_HAN, /* a full-width character */
    ATOM_OPEN,
    ATOM_CLOSE,
    ATOM_DASH, /* — */
    ATOM_DOTS, /* … */
};

/* The least piece of a line: one cluster of glyphs. */
struct paper_atom {
    uint32_t start, bytes; /* in the text */
    uint32_t code;         /* its first code point */
    uint32_t glyph, glyphs;
    uint32_t run;                 /* whose font */
    double width;                 /* on the grid */
    double room_left, room_right; /* white inside a full-width mark that a tight line may take */
    unsigned char class;          /* enum paper_class */
    bool wide;                    /* as wide as a Chinese character or more */
    bool may_break;               /* a line may begin here */
    bool soft_break;              /* or here, when the line before would be torn apart otherwise */
};

struct paper_line {
    size_t first, count; /* atoms, without the blanks at its end */
    double width;        /* natural */
    bool last;           /* of a paragraph, or before a line feed: not spread */
};

/* How wide the lines of a paragraph are. */
struct paper_room {
    double first, rest; /* width of the first line and of the others */
    double em;          /* width of a Chinese character */
};

/* The class of a code point; WIDE as in struct paper_atom. */
enum paper_class paper_class_of(uint32_t code, bool wide);

/* Completes may_break of COUNT atoms (given: what Unicode says) with the rules of Chinese setting. */
void paper_breaks(struct paper_atom *atoms, size_t count);

/* Natural room between two neighbours: a quarter em between Chinese and Latin. */
double paper_gap(const struct paper_atom *left, const struct paper_atom *right, double em);

/* Natural width of atoms FIRST … END - 1 on one line. */
double paper_width(const struct paper_atom *atoms, size_t first, size_t end, double em);

/* Natural width of atoms FIRST … END - 1 on one line. */
double paper_width(const struct paper_atom *atoms, size_t first, size_t end, double em);

/* Fills lines greedily; closing marks are taken in by pressing the line's marks together or carried down with
 * their character. The lines are in ARENA; returns their number. */
size_t paper_fill(struct arena *arena, const struct paper_atom *atoms, size_t count,
                  const struct paper_room *room, struct paper_line **ret);

/* The places of a line's atoms: X[i] is the left edge of atom first + i's full box from the line's start,
 * and [count] the line's end. Spread or pressed to WIDTH when FULL, pressed only when it is longer otherwise.
 */
void paper_place(const struct paper_atom *atoms, const struct paper_line *line, double em, double width,
                 bool full, double *x);

/* ---- paper_shape.c: text into atoms ---- */

struct paper_run {
    PangoFont *font;
};
struct paper_shape {
    const char *text;
    struct paper_atom *atoms;
    size_t count;
    PangoGlyphInfo *glyphs;
    struct paper_run *runs;
    size_t run_count;
};

/* ---- rows: what a page is stacked from ---- */

enum paper_item_kind { ITEM_GLYPHS, ITEM_UNKNOWN, ITEM_RULE, ITEM_PHOTO };

struct paper_item {
    struct paper_item *next;
    enum paper_item_kind kind;
    enum paper_color color;
    double x, y;          /* GLYPHS: baseline's start. RULE, PHOTO: top left. From the row's top left */
    double width, height; /* RULE, PHOTO */
    PangoFont *font;
    PangoGlyphInfo *unknown; /* UNKNOWN: glyph_count boxes in place of characters that no font has */
    const char *text;
    int bytes, glyph_count, cluster_count;
    cairo_glyph_t *glyphs; /* x, y in points from (x, y) */
    cairo_text_cluster_t *clusters;
    const struct paper_photo *photo;
};

enum paper_split { SPLIT_ALLOWED, SPLIT_FORBIDDEN, SPLIT_FORCED };

struct paper_row {
    struct paper_row *next, *before;
    struct paper_item *items, *last_item;
    double height;
    enum paper_color color; /* of its glyphs */
    enum paper_split split; /* whether a page may end before it */
    bool grid;              /* begins on a line of the grid */
    bool space;             /* dropped at the top of a page */
    bool text;              /* a line of running text */
    double white_below;     /* TEXT: between its letters and the row's bottom */
    int bookmark;           /* > 0: depth */
    const char *name;       /* of the bookmark */
    struct paper_row *head; /* repeated at the top of a page that begins with this row */
};

struct paper_rows {
    struct paper_row *first, *last;
    double height;
    size_t count;
};

/* Where a row stands: Y from the top of the 版心. */
struct paper_placed {
    struct paper_placed *next;
    const struct paper_row *row;
    double y;
};
struct paper_page {
    struct paper_placed *first, *last;
    double bottom; /* of what stands on it */
};

/* One rendering. */
struct paper_layout {
    const struct paper *paper;
    struct arena *arena;   /* the rows */
    struct arena *scratch; /* of one block */
    struct arena *given;   /* the caller's, for the outcome */
    struct paper_faces *faces;
    PangoFontDescription *fonts[FONT_ROLE_END];
    const FcCharSet *own[FONT_ROLE_END]; /* what each role's own font has */
    GPtrArray *held;                     /* PangoFont that items refer to */
    struct paper_rows body, foot;
    struct paper_page *pages; /* outcome.pages of them */
    struct paper_outcome outcome;
    enum paper_split next_split; /* before the next row */
    double rule_end;             /* how far a rule reaches below the last row; < 0: there is none */
};

/* Micrometres of hundredths of a point, and points of micrometres. */
#define PAPER_UM(HUNDREDTHS) ((double)(HUNDREDTHS)*254.0 / 72.0)
#define PAPER_PT(UM) ((UM)*72.0 / 25400.0)
/* Micrometres of Pango's units, which are 1/PANGO_SCALE point here. */
#define PAPER_UM_OF_PANGO(UNITS) ((UNITS) * (25400.0 / 72.0 / PANGO_SCALE))

double paper_line_height(const struct paper *paper, enum paper_style_id style);
/* Width of a Chinese character of STYLE: the grid's for sizes that fit it, else its size. */
double paper_em(const struct paper *paper, enum paper_style_id style);
/* Broken at sense into balanced lines, and never parted by a page's end. */
static inline bool paper_is_title(enum paper_style_id style) {
    return style == PAPER_TITLE || style == PAPER_PIECE;
}

/* TEXT, printed characters without line feeds, in STYLE; the first LEAD bytes in LEAD_STYLE. In the scratch
 * arena. SCALE multiplies the size. */
void paper_shape(struct paper_layout *layout, const char *text, enum paper_style_id style, size_t lead,
                 enum paper_style_id lead_style, double scale, struct paper_shape *ret);

/* ---- paper_stand_in.c ---- */

/* Tells of the character CODE at TEXT, shown by FONT, when ROLE's own font lacks it and a reader would see.
 */
void paper_stand_in(struct paper_layout *layout, enum font_role role, const char *text, uint32_t code,
                    PangoFont *font);

/* ---- paper_glyphs.c ---- */

struct paper_item *paper_item_add(struct paper_layout *layout, struct paper_row *row, PangoFont *font,
                                  enum paper_item_kind kind);

/* The items of one line, its start at LEFT and its letters' foot at BASELINE, added to ROW. SIZE of type. */
void paper_set_line(struct paper_layout *layout, const struct paper_shape *shape,
                    const struct paper_line *line, const double *x, double left, double baseline, double size,
                    struct paper_row *row);

/* ---- paper_title.c ---- */

/* Breaks a title of one paragraph into at most three balanced lines at sense; 0 when they do not suffice. In
 * the scratch arena. */
size_t paper_title_lines(struct paper_layout *layout, const struct paper_shape *shape, double width,
                         double em, struct paper_line **ret);

/* ---- paper_block.c, paper_table.c: blocks into rows ---- */

/* Where the lines of a paragraph stand: between LEFT and LEFT + WIDTH of the 版心. */
struct paper_frame {
    double left, width;
    double first, rest; /* indents */
    enum paper_align align;
    double height; /* of a line */
    double size;   /* of type */
};

/* A new row at the end of ROWS, on the grid, black. */
struct paper_row *paper_row_add(struct paper_layout *layout, struct paper_rows *rows, double height);

/* Sets the lines of SHAPE from Y on into ROW (one below the other), or, when ROW is NULL, each into a row of
 * its own in ROWS. */
void paper_set_lines(struct paper_layout *layout, const struct paper_shape *shape,
                     const struct paper_line *lines, size_t count, const struct paper_frame *frame, double em,
                     enum paper_color color, struct paper_rows *rows, struct paper_row *row, double y);

void paper_rule_add(struct paper_layout *layout, struct paper_row *row, double x, double y, double width,
                    double height, enum paper_color color);
/* Thickness of the rule BLOCK, um: its own, else in the 版记 by its place (GB/T 9704-2012, 7.4.1). */
int paper_rule_thickness(const struct paper *paper, const struct paper_block *block);
/* All blocks of the paper; false when they are longer than a paper may be. */
bool paper_blocks(struct paper_layout *layout);
void paper_table_rows(struct paper_layout *layout, const struct paper_block *block, struct paper_rows *rows);

enum { PAPER_COLUMNS_MAX = 40 };
/* Widths of a table's columns that want more than the WHOLE: those that ask for less than an equal share get
 * what they ask for, the others share the rest, so that a column of sentences does not press one of numbers
 * flat. */
void paper_share_width(const double *wanted, size_t columns, double whole, double *ret);

/* ---- paper_flow.c: rows into pages ---- */

/* How high the next of ROWS, on the grid or not, may be, so that it finds room on one page with those before it
 * that it may not be parted from. */
double paper_room_left(const struct paper_layout *layout, const struct paper_rows *rows, bool grid);
/* Fills layout->pages; false when there are more than PAPER_PAGES_MAX. */
bool paper_flow(struct paper_layout *layout);

/* ---- paper_layout.c: one rendering ---- */

/* Lays PAPER out. TOO_LONG, NO_FONT. In each case the outcome is filled and paper_layout_end() is due. */
int paper_layout_begin(struct paper_layout *layout, struct arena *given,
                       const struct paper *paper) MUST_CHECK;
void paper_layout_end(struct paper_layout *layout);

/* ---- paper_draw.c ---- */

/* The left edge of the 版心 on page NUMBER (from 1). */
double paper_left_edge(const struct paper *paper, int number);
/* For Cairo's streams: CLOSURE is the struct buf that takes the bytes. */
cairo_status_t paper_write_bytes(void *closure, const unsigned char *data, unsigned length);
/* Page NUMBER in points. */
void paper_draw_page(struct paper_layout *layout, int number, cairo_t *cr);

/* ---- paper_png.c ---- */

/* A photo's pixels; NULL when they cannot be read. */
cairo_surface_t *paper_photo_pixels(const struct paper_photo *photo);

#endif
