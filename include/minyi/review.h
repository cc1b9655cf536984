/* The desk: queue, claims, gates, grading, decisions. */
#ifndef MINYI_REVIEW_H
#define MINYI_REVIEW_H

#include "minyi/route.h"

/* Gates of a report or article: the number of active gates whose newest result is not pass, not_applicable or
 * override for the text that is there now. Used on every path to sign-off. */
int gates_open(struct ctx *ctx, const char *kind, int64_t record_id, int64_t *ret_open) MUST_CHECK;

/* The gates with their current results, as struct gate_view (gate_view_record). */
int gates_list(struct ctx *ctx, const char *kind, int64_t record_id, struct list *ret) MUST_CHECK;
extern const struct record gate_view_record;

/* Takes, renews or ends the lease on a record; ERR_CLAIMED_BY_OTHER names the holder. */
int lease_take(struct ctx *ctx, const char *kind, int64_t record_id, bool force) MUST_CHECK;
int lease_release(struct ctx *ctx, const char *kind, int64_t record_id) MUST_CHECK;

extern const struct route_table review_routes;

#endif
