/* Batches: many papers as one zip, made in the background. */
#ifndef MINYI_BATCH_H
#define MINYI_BATCH_H

#include "minyi/lifecycle.h"
#include "minyi/route.h"

extern const struct route_table batch_routes;
extern const struct lifecycle batch_lifecycle;

/* Told of a new batch: the node that leads looks. */
#define BATCH_CHANNEL "paper_batch"

/* Deletes some of the batches that ended a week ago, with their files; 1: there may be more. In a write; for
 * the job. */
int batch_expire(struct ctx *ctx) MUST_CHECK;

/* Works on the oldest batch that waits, to its end or until *STOP: for the job. SITE_URL is for the codes, as
 * in struct ctx. *RET_WORKED is false when there was none, or when it is to be begun again soon. */
int batch_work(struct db *db, const char *site_url, const _Atomic bool *stop, bool *ret_worked) MUST_CHECK;

#endif
