/* What the files of the audit feature share. */
#ifndef MINYI_AUDIT_INTERNAL_H
#define MINYI_AUDIT_INTERNAL_H

#include <stdio.h>

#include "minyi/hash.h"
#include "minyi/route.h"
#include "minyi/utf8.h"

struct audit_row {
    int64_t id, at_ms, actor_id, subject_id;
    const char *actor_name, *act, *subject_kind, *detail, *remote, *request_id, *prev_hash, *hash;
};
extern const struct record audit_row_record;

struct audit_list_in {
    int64_t actor_id, subject_id, limit;
    const char *act, *subject_kind, *after;
};
struct audit_list_out {
    struct list items; /* struct audit_row */
    const char *next;
};
struct audit_verdict {
    int64_t rows, bad_id;
    bool whole;
    const char *why;
};
int audit_list(struct ctx *ctx, const void *in, void *out);
int audit_verify_run(struct ctx *ctx, const void *in, void *out);

/* The hash a row must carry; every column but `hash` counts. */
void audit_row_hash(const struct audit_row *row, char out[HASH_HEX_SIZE]);

#endif
