/* The templates and fonts that the offices want: which are in force. What a template may say is
 * minyi/template.h. */
#ifndef MINYI_OFFICE_TEMPLATE_H
#define MINYI_OFFICE_TEMPLATE_H

#include "minyi/lifecycle.h"
#include "minyi/route.h"
#include "minyi/template.h"

extern const struct route_table template_routes; /* src/features/template */
extern const struct route_table font_routes;     /* src/features/template/fonts.c */
extern const struct lifecycle template_lifecycle;

/* The template in force for a kind of paper in a committee (and a publication, or ABSENT), the program's own
 * when the office has none. *RET_VERSION identifies it (0 is the program's own). In ctx->arena. */
int template_in_force(struct ctx *ctx, int64_t committee_id, int64_t publication_id, enum paper_kind kind,
                      struct paper_template *ret, int64_t *ret_version) MUST_CHECK;

/* Only its id: what an issue is signed in. */
int template_in_force_id(struct ctx *ctx, int64_t committee_id, int64_t publication_id, enum paper_kind kind,
                         int64_t *ret_id) MUST_CHECK;

/* The template of that id, whatever has become of it since; 0: the program's own. In ctx->arena. */
int template_of(struct ctx *ctx, enum paper_kind kind, int64_t template_id,
                struct paper_template *ret) MUST_CHECK;

/* What staff call it. In ctx->arena. */
int template_name(struct ctx *ctx, int64_t template_id, const char **ret) MUST_CHECK;

/* The families wanted for each role by the office's settings; NULL where the defaults hold. In ctx->arena. */
int template_families(struct ctx *ctx, const char *const *ret[FONT_ROLE_END]) MUST_CHECK;

/* struct paper_stand_in, for answers that tell what a setting met. */
extern const struct record paper_stand_in_record;

#endif
