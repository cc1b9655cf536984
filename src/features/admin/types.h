/* What the operations of settings and dictionaries take and give. */
#ifndef MINYI_ADMIN_TYPES_H
#define MINYI_ADMIN_TYPES_H

#include "minyi/admin.h"

/* A list of these is a FIELD_TEXTS list. */
struct admin_text_row {
    const char *text;
};
struct admin_items {
    struct list items;
};
struct admin_id_in {
    int64_t id;
};

/* ---- Settings ---- */

struct setting_view {
    int64_t minimum, maximum, version, updated_ms;
    const char *key, *value, *name, *kind;
};
struct setting_in {
    const char *key, *value;
};
/* What is wrong with VALUE as a setting, as a Chinese sentence in ARENA; NULL when nothing is. Pure. */
const char *setting_flaw(struct arena *arena, const struct setting_view *setting, const char *value);

/* ---- Dictionaries ---- */

struct category {
    int64_t id, position, version;
    const char *code, *name;
    bool active;
};
struct reason {
    int64_t id, position, version;
    const char *kind, *code, *name, *text;
    bool active;
};
struct gate {
    int64_t id, version;
    const char *code, *name, *question;
    const char *lines; /* the checklist as stored: one item a line */
    struct list checklist;
};
struct criterion {
    int64_t id, weight, position, version;
    const char *code, *name, *hint;
    bool active;
};
struct publication_item {
    int64_t id, committee_id, version;
    const char *code, *name, *kind;
    bool active;
};
struct publication_step {
    int64_t position, role_id;
    const char *name, *role_name;
};
struct publication_detail {
    int64_t id, committee_id, copies, version;
    const char *code, *name, *kind, *number_format, *issuing_office, *print_office;
    bool active;
    struct list steps; /* struct publication_step */
};

/* ---- The catalog ---- */

struct report_rules {
    int64_t max_words, title_max, attachment_max_bytes, attachment_max_count;
    bool analysis_required, suggestion_required;
    struct list not_accepted;
    const char *classified_warning;
};
struct catalog {
    struct list categories, reasons, gates, criteria, publications;
    const void *settings; /* struct report_rules */
};

extern const struct record setting_view_record;
extern const struct record category_record;
extern const struct record reason_record;
extern const struct record gate_record;
extern const struct record criterion_record;
extern const struct record publication_item_record;
extern const struct record publication_detail_record;
extern const char *const reason_kinds[];

/* The lines of a text as a FIELD_TEXTS list; blank lines are left out. */
struct list text_lines(struct arena *arena, const char *text);

int catalog_get(struct ctx *ctx, const void *in, void *out);
int setting_list(struct ctx *ctx, const void *in, void *out);
int setting_save(struct ctx *ctx, const void *in, void *out);
int category_list(struct ctx *ctx, const void *in, void *out);
int category_add(struct ctx *ctx, const void *in, void *out);
int category_save(struct ctx *ctx, const void *in, void *out);
int reason_list(struct ctx *ctx, const void *in, void *out);
int reason_add(struct ctx *ctx, const void *in, void *out);
int reason_save(struct ctx *ctx, const void *in, void *out);
int gate_list(struct ctx *ctx, const void *in, void *out);
int gate_save(struct ctx *ctx, const void *in, void *out);
int criterion_list(struct ctx *ctx, const void *in, void *out);
int criterion_save_all(struct ctx *ctx, const void *in, void *out);
int publication_list(struct ctx *ctx, const void *in, void *out);
int publication_get(struct ctx *ctx, const void *in, void *out);
int publication_save(struct ctx *ctx, const void *in, void *out);

#endif
