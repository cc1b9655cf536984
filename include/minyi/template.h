/* Templates of papers: what stands on an issue, a review sheet, a notice, in which order and face, is data
 * that an office changes without a programmer. A template and a source of words make a paper. Pure.
 */
#ifndef MINYI_TEMPLATE_H
#define MINYI_TEMPLATE_H

#include "minyi/arena.h"
#include "minyi/paper.h"
#include "minyi/record.h"

/* The kinds of paper. How one is added: src/features/paper/README.md. */
enum paper_kind {
    PAPER_KIND_ISSUE,         /* issue 刊物 */
    PAPER_KIND_REPORT,        /* report 来稿: as received */
    PAPER_KIND_REVIEW,        /* review 核稿单 */
    PAPER_KIND_ADOPTION,      /* adoption 采用通知 */
    PAPER_KIND_CERTIFICATE,   /* certificate 采用证书 */
    PAPER_KIND_DISPATCH_LIST, /* dispatch_list 报送清单 */
    PAPER_KIND_URGING,        /* urging 催办函 */
    PAPER_KIND_END
};

/* A word that a template of this kind may call: {期号}. */
struct paper_word {
    const char *name;   /* "期号" */
    const char *sample; /* what the preview shows */
};
/* A table that a template of this kind may call: what prints and what the preview shows have these columns.
 */
struct paper_column {
    const char *head;
    int mm; /* its share of the width */
};
struct paper_table_info {
    const char *name; /* "五关" */
    const struct paper_column *columns;
    size_t count;
};
struct paper_kind_info {
    const char *code, *zh;
    const struct paper_word *words;        /* ended by a NULL name */
    const struct paper_table_info *tables; /* ended by a NULL name */
    bool body;                             /* has running text */
};
const struct paper_kind_info *paper_kind_info(enum paper_kind kind);
/* PAPER_KIND_END: no such code. */
enum paper_kind paper_kind_find(const char *code);
/* The codes of all kinds in their order, ended by NULL: for .options of fields. */
extern const char *const paper_kind_codes[];

/* One element of a template, from top to bottom. What is left out of a paper, so that no empty label and no
 * double line stands on it:
 * - text, pair, foot, foot_pair: when they call words and all of them are empty. Of a pair each side by
 *   itself; within a line the parts between full-width blanks (U+3000) each by itself.
 * - body, table, photos, contents: without text, without a row below the head, without a photo that the body
 *   did not call, without two pieces.
 * - of the spaces above and below something left out the smaller one: they become one space, as large as the
 *   larger; above a table, photos or contents also a text of style label that calls no words.
 * - a foot_rule directly below another one, and one that has the 版记 to itself. */
struct template_element {
    const char *element; /* text, pair, rule, body, table, photos, space, break, foot, foot_pair, foot_rule,
                            folio, code, contents (the titles of the body's pieces, numbered): the
                            closed set template_elements */
    const char *style;   /* paper_style_code(), "" where the element has none */
    const char *text;    /* with {words}; the table's name for table */
    const char *right;   /* of pair and foot_pair */
    int64_t amount;      /* rule: thickness um; space: tenths of a line; foot_rule: thickness um, or 0 or
                            ABSENT: as the standard says */
};
/* A changed style: what is NULL or ABSENT stays as it is. */
struct template_style {
    const char *style; /* code */
    const char *font;  /* font_role_code() */
    const char *color; /* black, red */
    const char *align; /* justify, left, center, right */
    int64_t size;      /* hundredths of a point, 500 … 9000 */
};
struct paper_template {
    struct list elements; /* of struct template_element, 1 … 60 */
    struct list styles;   /* of struct template_style, at most PAPER_STYLE_END */
};
extern const char *const template_elements[]; /* ended by NULL */
enum { TEMPLATE_ELEMENTS_MAX = 60, TEMPLATE_TEXT_MAX = 500 /* characters */ };

/* What an element may have. */
struct template_element_info {
    const char *code, *zh;
    bool style, text, right; /* needs a style, has a text, one on the right */
    bool foot;               /* part of the 版记, which stands behind everything else */
    int64_t least, most;     /* of the amount; both 0: has none */
};
/* By the place of its code in template_elements; NULL behind the last. */
const struct template_element_info *template_element_info(size_t index);
/* NULL: no such element. */
const struct template_element_info *template_element_find(const char *code);
/* PAPER_STYLE_END: no such code. */
enum paper_style_id template_style_find(const char *code);

/* The template that comes with the program. Static. */
const struct paper_template *template_default(enum paper_kind kind);

/* Why a template is refused. */
struct template_fault {
    const char *field; /* "elements[3].text": where, as on the wire */
    const char *why;   /* Chinese: which row, what is wrong, what may stand there; in ARENA */
};
/* 0, or INVALID with *RET. */
int template_check(struct arena *arena, enum paper_kind kind, const struct paper_template *template,
                   struct template_fault *ret) MUST_CHECK;

/* What a paper says. */
struct paper_value {
    const char *name, *text; /* a word of the kind; text NULL: empty */
};
struct paper_named_table {
    const char *name;
    struct paper_table table;
};
/* The table NAME of KIND, one it has, with its first COLUMNS columns and ROWS empty rows below its head, in
 * ARENA. Its cells below the head, row by row. */
const char **template_table(struct arena *arena, enum paper_kind kind, const char *name, size_t columns,
                            size_t rows, struct paper_named_table *ret);
struct paper_named_photo {
    const char *name; /* as in ［图：现场.jpg｜图注］ */
    struct paper_photo photo;
};
struct paper_source {
    enum paper_kind kind;
    const struct paper_value *values;
    size_t value_count;
    const char *body;            /* one paragraph a line; NULL: none */
    const char *const *headings; /* lines of the body that are headings of level 1 though they bear no number,
                                    ended by NULL; or NULL */
    const struct paper_named_table *tables;
    size_t table_count;
    const struct paper_named_photo *photos; /* those that lines of the body may call */
    size_t photo_count;
    const char *code; /* QR text, or NULL */
    const char *const *families[FONT_ROLE_END];
    const char *title, *author, *subject;
    int64_t created_ms;
};

/* The paper of TEMPLATE (one that passed template_check) and SOURCE, in ARENA. Lines of a word's value are
 * paragraphs of their own in the styles body, note and plain, else line breaks. What the template's text
 * already says beside a word is not said twice: "编者按：", 《》, a full stop. In the style note the text
 * before the first word, when it ends in a colon, is run in with the face of level 1. However often the rows
 * call a long word, the work is bounded: what would be longer than any paper becomes one that is too_long. */
void template_compose(struct arena *arena, const struct paper_template *template,
                      const struct paper_source *source, struct paper *ret);

/* Running text into blocks: levels 一、（一）1.（1）in their faces (the whole paragraph when it is a heading,
 * the first sentence when the text goes on), lines with tabs or "|" between as tables, ［图：name｜caption］
 * as photos, ［篇：title］ as the title of a piece, below which headings stand a step deeper in the outline;
 * blank lines dropped. A photo that is not among PHOTOS stays as its line of text. */
void template_body(struct arena *arena, const char *body, const struct paper_named_photo *photos,
                   size_t photo_count, struct list *ret_blocks);

/* The name in a line that calls a photo, ［图：name｜caption］ with signs of either width, without the blanks
 * around it; "" when it names none. NULL: LINE calls no photo. In ARENA. */
const char *template_photo_name(struct arena *arena, const char *line);

/* The preview's source: samples for every word and table. */
void template_sample(struct arena *arena, enum paper_kind kind, struct paper_source *ret);

#endif
