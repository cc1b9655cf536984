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

/* Who makes batches: one a node, of one thread. It keeps how a batch ended for as long as the store takes no
 * word of it. SITE_URL is for the codes, as in struct ctx; both live as long as the maker. */
struct batch_maker;
struct batch_maker *batch_maker_new(struct db *db, const char *site_url);
/* NULL is accepted; returns NULL. */
struct batch_maker *batch_maker_free(struct batch_maker *maker);

/* Writes down how the last one ended, if that is still to be written: on an error nothing else was done. Then
 * works on the oldest batch that waits, to its end or until *STOP. An error is the machine's, for the log.
 * *RET_WORKED is false when there was none, or when it is to be begun again soon, or when nothing can be
 * written. */
int batch_work(struct batch_maker *maker, const _Atomic bool *stop, bool *ret_worked) MUST_CHECK;

#endif
