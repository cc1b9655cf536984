/* What the operations of templates take and give. */
#ifndef MINYI_TEMPLATE_TYPES_H
#define MINYI_TEMPLATE_TYPES_H

#include "minyi/office_template.h"
#include "minyi/route.h"

/* Of the program's own ones, whatever their kind. */
#define TEMPLATE_OWN_NAME "程序自带的版式"

struct template_items {
    struct list items;
};

/* ---- What may be written into templates ---- */

struct kind_view {
    const char *code, *name;
    struct list words, tables; /* struct paper_word; const char * */
    bool body;
};
struct element_view {
    const char *code, *name;
    bool style, text, right, foot;
    int64_t least, most;
};
struct style_view {
    const char *code, *name, *font, *color, *align;
    int64_t size;
};
struct font_view {
    const char *code, *name;
};
struct kinds_out {
    struct list items, elements, styles, fonts;
};

/* ---- Templates ---- */

/* A template; in lists without its rows. */
struct template_detail {
    int64_t id, publication_id, created_ms, activated_ms, version;
    const char *kind, *kind_name, *publication_name, *name, *status, *status_text, *created_by_name;
    struct list elements, styles; /* struct template_element, struct template_style */
    int64_t committee_id;         /* not on the wire */
};
struct template_list_in {
    const char *kind;
};
struct template_add_in {
    const char *kind, *name;
    int64_t publication_id, from_id;
};
/* Id 0 is the program's own template of KIND. */
struct template_id_in {
    int64_t id;
    const char *kind;
};
struct template_save_in {
    int64_t id;
    const char *name;
    struct list elements, styles;
};
struct template_page_in {
    int64_t id, page, width;
    const char *kind;
};
struct template_pages_out {
    int64_t pages;
    struct list missing;   /* of const char * */
    struct list stand_ins; /* of struct paper_stand_in */
};

extern const struct record template_element_row_record, template_style_record, template_item_record,
    template_record;

/* The template as its committee's administrators see it; else NOT_FOUND. */
int template_load(struct ctx *ctx, int64_t id, const char *kind, struct template_detail *ret) MUST_CHECK;
/* Elements and styles of a stored template. */
int template_rows(struct ctx *ctx, int64_t id, struct paper_template *ret) MUST_CHECK;
/* INVALID with the row and the reason when the template cannot be used. */
int template_need_sound(struct ctx *ctx, enum paper_kind kind, const struct paper_template *tmpl) MUST_CHECK;

int paper_kind_list(struct ctx *ctx, const void *in, void *out);
int paper_template_list(struct ctx *ctx, const void *in, void *out);
int paper_template_add(struct ctx *ctx, const void *in, void *out);
int paper_template_get(struct ctx *ctx, const void *in, void *out);
int paper_template_save(struct ctx *ctx, const void *in, void *out);
int paper_template_delete(struct ctx *ctx, const void *in, void *out);
int paper_template_activate(struct ctx *ctx, const void *in, void *out);
int paper_template_retire(struct ctx *ctx, const void *in, void *out);
int paper_template_pages(struct ctx *ctx, const void *in, void *out);
int paper_template_page(struct ctx *ctx, const void *in, void *out);
int paper_template_preview(struct ctx *ctx, const void *in, void *out);

#endif
