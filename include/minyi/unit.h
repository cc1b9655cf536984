/* Units: the tree of committees, offices, special committees, party groups, departments and work rooms.
 *
 * Every unit belongs to one committee: the nearest unit of kind nation, province, city or county, itself
 * included. Authority never crosses from one committee into another, also not downwards.
 */
#ifndef MINYI_UNIT_H
#define MINYI_UNIT_H

#include "minyi/route.h"

struct unit_new {
    int64_t parent_id; /* ABSENT: the root */
    const char *kind, *code, *name, *short_name;
    int64_t position;
};

/* Adds a unit with its closure rows and committee, and rebuilds the access of those who hold a role above it.
 */
int unit_create(struct ctx *ctx, const struct unit_new *unit, int64_t *ret_id) MUST_CHECK;

/* Committee of a unit; ERR_NOT_FOUND. */
int unit_committee(struct ctx *ctx, int64_t unit_id, int64_t *ret_committee_id) MUST_CHECK;

/* The topmost unit; ABSENT while there is none. */
int unit_root_id(struct ctx *ctx, int64_t *ret_id) MUST_CHECK;

/* Fails FORBIDDEN unless the actor holds PERMISSION over the topmost unit: what all committees share (roles,
 * settings, dictionaries) belongs to nobody below it. */
int need_root(struct ctx *ctx, enum permission permission) MUST_CHECK;

extern const struct route_table unit_routes;

#endif
