/* What the paper operations take and give. */
#ifndef MINYI_FEATURES_PAPER_TYPES_H
#define MINYI_FEATURES_PAPER_TYPES_H

#include "minyi/office_paper.h"
#include "minyi/office_template.h"

struct paper_in {
    int64_t id;
    const char *kind;
};

struct paper_file_in {
    int64_t id;
    const char *kind, *format;
};

struct paper_page_in {
    int64_t id, page, width;
    const char *kind;
};

/* A file that was handed out, or made for a batch. */
struct rendering_view {
    int64_t id, record_id, size, pages, at_ms, batch_id, taken_ms;
    const char *kind, *format, *name, *sha256, *by_name;
    const char *kind_name, *record_title, *link;
};

struct paper_info {
    int64_t id, pages;
    const char *kind, *kind_name, *name, *template_name;
    struct list missing, problems; /* of const char * */
    struct list stand_ins;         /* of struct paper_stand_in */
    struct list renderings;        /* of struct rendering_view */
};

struct rendering_find_in {
    const char *sha256;
};

struct rendering_list_out {
    struct list items; /* of struct rendering_view */
};

extern const struct record rendering_view_record;

int paper_info_get(struct ctx *ctx, const void *in, void *out);
int paper_file_get(struct ctx *ctx, const void *in, void *out);
int paper_page_get(struct ctx *ctx, const void *in, void *out);
int rendering_find(struct ctx *ctx, const void *in, void *out);

#endif
