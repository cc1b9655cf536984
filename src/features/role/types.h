/* What the operations of roles take and give. */
#ifndef MINYI_ROLE_TYPES_H
#define MINYI_ROLE_TYPES_H

#include "minyi/route.h"

/* A list of these is a FIELD_TEXTS list. */
struct role_text_row {
    const char *text;
};
struct role_view {
    int64_t id, version;
    const char *code, *name;
    bool builtin;
    struct list permissions;
};
struct permission_item {
    const char *code, *name;
};
struct role_list_out {
    struct list items;
};
struct role_in {
    int64_t id;
    const char *code, *name;
    struct list permissions;
};
extern const struct record role_view_record;

int role_list(struct ctx *ctx, const void *in, void *out);
int permission_list(struct ctx *ctx, const void *in, void *out);
int role_add(struct ctx *ctx, const void *in, void *out);
int role_save(struct ctx *ctx, const void *in, void *out);

#endif
