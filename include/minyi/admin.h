/* Settings and dictionaries: what is local is data. */
#ifndef MINYI_ADMIN_H
#define MINYI_ADMIN_H

#include "minyi/route.h"

/* A setting's value; FALLBACK (and a recorded bug in debug builds: assert) when the key is unknown. */
int setting_int(struct ctx *ctx, const char *key, int64_t fallback, int64_t *ret) MUST_CHECK;
int setting_text(struct ctx *ctx, const char *key, const char **ret) MUST_CHECK;

/* Changes a setting as its own page does: within its kind and bounds (INVALID, field "value"), at the version
 * ctx->if_match, with its row in the audit. For the topmost unit's administrator only. In a write. */
int setting_put(struct ctx *ctx, const char *key, const char *value) MUST_CHECK;

extern const struct route_table admin_routes;

/* The kinds of publication on the wire, ended by NULL: for .options of fields. */
extern const char *const publication_kinds[];

#endif
