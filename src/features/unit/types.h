/* What the operations of units take and give. */
#ifndef MINYI_UNIT_TYPES_H
#define MINYI_UNIT_TYPES_H

#include "minyi/route.h"

struct unit_view {
    int64_t id, parent_id, committee_id, position, version;
    const char *kind, *code, *name, *short_name;
    bool active;
};
struct unit_list_out {
    struct list items;
};
struct unit_add_in {
    int64_t parent_id, position;
    const char *kind, *code, *name, *short_name;
};
struct unit_save_in {
    int64_t id, position;
    const char *name, *short_name;
    bool active;
};
extern const struct record unit_view_record;

int unit_list(struct ctx *ctx, const void *in, void *out);
int unit_add(struct ctx *ctx, const void *in, void *out);
int unit_save(struct ctx *ctx, const void *in, void *out);

#endif
