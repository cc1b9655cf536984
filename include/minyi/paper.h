/* Official papers 公文: an issue, a review sheet, a notice … described once, and set alike as PDF, as
 * pictures of the pages and as Word. Pure: no store, no clock; the same description and fonts give the same
 * bytes.
 *
 * The default measures are those of GB/T 9704-2012 (党政机关公文格式): A4, 天头 37 mm, 订口 28 mm, 版心
 * 156 × 225 mm, 22 lines of 28 characters of 3号 (16 pt); so a line is 225/22 mm high and a character 156/28
 * mm wide. Printed on both sides: the binding edge is left on odd pages, right on even ones.
 *
 * Lengths are micrometres, sizes of type hundredths of a point. Everything pointed to lives at least as long
 * as the paper; texts are valid UTF-8.
 */
#ifndef MINYI_PAPER_H
#define MINYI_PAPER_H

#include "minyi/arena.h"
#include "minyi/base.h"
#include "minyi/buf.h"
#include "minyi/fonts.h"
#include "minyi/record.h"

struct paper_measures {
    int page_width, page_height; /* um */
    int top, inner;              /* 天头, 订口, um */
    int text_width, text_height; /* 版心, um */
    int lines, characters;       /* of the grid in it */
};
extern const struct paper_measures paper_measures_default;

enum paper_color { PAPER_BLACK, PAPER_RED };
enum paper_align { PAPER_JUSTIFY, PAPER_LEFT, PAPER_CENTER, PAPER_RIGHT };
/* What templates call them: "red", "center"; in the order of the enums, ended by NULL. */
extern const char *const paper_color_codes[], *const paper_align_codes[];

/* Named styles: paragraphs of Word, faces of PDF. */
enum paper_style_id {
    PAPER_BODY,      /* 正文: 3号仿宋, two characters indented, justified on the grid */
    PAPER_HEAD,      /* 发文机关标志: red 小标宋, centred, shrunk to the width of the 版心 */
    PAPER_NUMBER,    /* 期号: centred */
    PAPER_OFFICE,    /* 编发单位和日期: the line above the red line */
    PAPER_MARK,      /* 密级、份号、作废: top left, 黑体 */
    PAPER_NOTE,      /* 编者按: 楷体 */
    PAPER_TITLE,     /* 标题: 2号小标宋, at most three balanced lines broken at sense */
    PAPER_PIECE,     /* 篇题: the title of a piece of an issue that has several; broken as a title */
    PAPER_CONTENTS,  /* 要目: the list of the pieces, hanging */
    PAPER_ADDRESSEE, /* 主送: flush left */
    PAPER_LEVEL_1,   /* 一、黑体 */
    PAPER_LEVEL_2,   /* （一）楷体 */
    PAPER_LEVEL_3,   /* 1. 仿宋 */
    PAPER_LEVEL_4,   /* （1）仿宋 */
    PAPER_PLAIN,     /* 文字: as the body, without indent */
    PAPER_LABEL,     /* 小标题 of forms: 黑体 */
    PAPER_TABLE,     /* 表格: 4号; its alignment is that of columns with cells of several lines */
    PAPER_CAPTION,   /* 图注: 4号楷体, centred */
    PAPER_ENCLOSURE, /* 附件说明: 左空二字, hanging */
    PAPER_CLOSING,   /* 署名: right, two characters from the edge */
    PAPER_FOOT,      /* 版记: 4号 */
    PAPER_FOLIO,     /* 页码: 4号宋体 */
    PAPER_STYLE_END
};

struct paper_style {
    enum font_role font;
    int size;  /* hundredths of a point, PAPER_SIZE_MIN … PAPER_SIZE_MAX */
    int pitch; /* height of a line in um; 0: a line of the grid */
    enum paper_color color;
    enum paper_align align;
    int first_indent; /* hundredths of a character, of the first line */
    int rest_indent;  /* of the others (hanging) */
};
/* The defaults, by paper_style_id. */
extern const struct paper_style paper_styles_default[PAPER_STYLE_END];
/* "标题": name in Word and on the screen; "title": stable code. */
const char *paper_style_zh(enum paper_style_id style);
const char *paper_style_code(enum paper_style_id style);

struct paper_table {
    size_t rows, columns;
    const char *const *cells; /* row by row; NULL is empty */
    const int *widths;        /* columns' shares of the width, any unit; NULL: by content */
    bool header;              /* the first row is a head: repeated on each page */
};

struct paper_photo {
    const void *jpeg; /* baseline, at most a few thousand pixels a side (image_to_jpeg) */
    size_t size;
    int width, height;   /* px */
    const char *caption; /* or NULL */
    /* SHA-256 (hex) of what JPEG was made from: that is part of the version, its encoding is not. NULL: JPEG
     * is. */
    const char *original;
};

enum paper_block_kind {
    PAPER_TEXT,       /* one paragraph; a line feed in TEXT breaks the line */
    PAPER_PAIR,       /* one line: TEXT left, RIGHT right; two when they do not fit */
    PAPER_RULE,       /* as wide as the 版心; THICKNESS um, in the style's colour */
    PAPER_TABLE_ROWS, /* TABLE */
    PAPER_PICTURE,    /* PHOTO, scaled down into the 版心, with its caption */
    PAPER_SPACE,      /* LINES empty lines of the grid; none at the top of a page */
    PAPER_BREAK,      /* a new page */
};

struct paper_block {
    enum paper_block_kind kind;
    enum paper_style_id style;
    const char *text;
    const char *right;
    size_t lead; /* the first LEAD bytes of TEXT are set in the face of LEAD_STYLE: the head of */
    enum paper_style_id lead_style; /* a run-in paragraph, "编者按：" */
    int bookmark;                   /* > 0: TEXT is an entry of the document's outline at this depth */
    bool keep;                      /* stays on the page of the next block */
    int thickness;                  /* RULE, um; 0: 0.5 mm, in the 版记 what the standard says */
    int lines;                      /* SPACE, tenths of a line */
    const struct paper_table *table;
    const struct paper_photo *photo;
};

struct paper {
    struct paper_measures measures;
    struct paper_style styles[PAPER_STYLE_END];
    /* Families wanted for each role, best first, ended by NULL; NULL: font_role_defaults(). */
    const char *const *families[FONT_ROLE_END];
    const struct paper_block *blocks;
    size_t block_count;
    /* 版记: kept together at the foot of the last page, on the grid's last line; taller than a page, it fills
     * the last pages. Rules in it are its lines: where it begins and ends 0.35 mm, between them 0.25 mm (GB/T
     * 9704-2012, 7.4.1). */
    const struct paper_block *foot;
    size_t foot_count;
    bool folio; /* page numbers: — 1 —, odd right, even left, one character from the edge */
    /* Text of the QR code in the top outer corner of the first page, or NULL. What stands behind its last
     * slash is part of the version, the address of the site before it is not. */
    const char *code;
    bool too_long; /* its maker stopped at texts that no paper can hold: it is not rendered, TOO_LONG */
    /* Document properties. */
    const char *title, *author, *subject;
    int64_t created_ms; /* of the document's act (signing), never of the rendering */
};

/* Sets measures and styles to the defaults and all else to nothing. */
void paper_init(struct paper *paper);

enum {
    PAPER_PAGES_MAX = 300,
    PAPER_SIZE_MIN = 500, /* of a style, in hundredths of a point */
    PAPER_SIZE_MAX = 9000,
    PAPER_PNG_WIDTH_MIN = 200, /* px of a page as a picture */
    PAPER_PNG_WIDTH_MAX = 2480,
    PAPER_TEXT_MAX = 4 * 1024 * 1024, /* bytes of all texts of a paper; more cannot be 300 pages */
    PAPER_MISSING_MAX = 50,
    PAPER_STAND_INS_MAX = 50
};

/* A character that the font of its role lacks and that another family shows. */
struct paper_stand_in {
    const char *text;             /* the character */
    const char *role, *role_name; /* of the font that lacks it: font_role_code(), font_role_zh() */
    const char *family;           /* that shows it */
};

/* What a rendering met. Filled also when the rendering is refused for its length. */
struct paper_outcome {
    int pages;
    int title_lines;
    /* Characters that no font has, as texts of one character each (struct list of const char *), in order of
     * appearance, at most PAPER_MISSING_MAX: they are printed as a box with their number. */
    struct list missing;
    /* What was set in a stand-in font (struct paper_stand_in), in order of appearance, each character once a
     * role, at most PAPER_STAND_INS_MAX. Only what a reader takes for a flaw: Chinese characters and
     * pictographs. Letters, digits, marks and signs (①, ℃, ㎡, ✓) that another font lends are not told. */
    struct list stand_ins;
    char fonts[65]; /* fingerprint of the fonts that serve: font_fingerprint() */
};

/* Sets PAPER and writes the PDF. OUTCOME's texts are in ARENA. Bidirectional and other invisible format
 * characters are not printed. TOO_LONG: more than PAPER_PAGES_MAX pages. NO_FONT: there is no font at
 * all. TOO_LARGE: RET_PDF's ceiling. INTERNAL: Cairo failed. On failure RET_PDF is empty. */
int paper_pdf(struct arena *arena, const struct paper *paper, struct buf *ret_pdf,
              struct paper_outcome *ret) MUST_CHECK;

/* One page (from 1) as PNG of WIDTH px (PAPER_PNG_WIDTH_MIN … PAPER_PNG_WIDTH_MAX). OUT_OF_RANGE when there
 * is no such page or width; else as paper_pdf(). */
int paper_png(struct arena *arena, const struct paper *paper, int page, int width, struct buf *ret_png,
              struct paper_outcome *ret) MUST_CHECK;

/* Only counts pages and looks for characters that are missing or set in a stand-in font. */
int paper_measure(struct arena *arena, const struct paper *paper, struct paper_outcome *ret) MUST_CHECK;

/* The same as a .docx with named styles, fields, odd and even footers. Needs no font to be installed: it
 * names the family wanted first for each role. TOO_LONG: more text than PAPER_PAGES_MAX pages can hold.
 * TOO_LARGE: RET_DOCX's ceiling, or a part of it over 64 MB; STORE_FULL, INTERNAL: as archive_add(). On
 * failure it is empty. */
int paper_docx(const struct paper *paper, struct buf *ret_docx) MUST_CHECK;

/* The words of the paper in reading order, one paragraph a line, without page numbers: what a reader must
 * find in each form of it. In ARENA. */
const char *paper_text(struct arena *arena, const struct paper *paper);

/* SHA-256 over the whole description and the version of the layout, not over the fonts that are installed:
 * equal hash, equal paper wherever the same fonts serve. */
void paper_hash(const struct paper *paper, char out[65]);

#endif
