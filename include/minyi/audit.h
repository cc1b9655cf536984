/* The audit log: append-only, hash-chained, written in the act's own transaction.
 *
 * A row holds who, what, when, from where and short facts (codes, numbers, hashes), never erasable text.
 * hash = SHA-256 over prev_hash, id, time, actor, act, subject, detail, remote, request id.
 */
#ifndef MINYI_AUDIT_H
#define MINYI_AUDIT_H

#include "minyi/route.h"

/* Appends a row for the act ("report.submit") on a subject ("report", its id). DETAIL_FORMAT may be NULL.
 * Must run in a write; an error rolls the act back with it. */
int audit_add(struct ctx *ctx, const char *act, const char *subject_kind, int64_t subject_id,
              const char *detail_format, ...) PRINTF_LIKE(5, 6) MUST_CHECK;

/* The same for the act of an account whose session is only now being opened. */
int audit_add_by(struct ctx *ctx, int64_t actor_id, const char *act, const char *subject_kind,
                 int64_t subject_id) MUST_CHECK;

/* Walks the whole chain. 0 when whole (*ret_rows: its length); ERR_CONFLICT at the first row that is altered,
 * missing or out of order (*ret_bad_id, *ret_why in Chinese, in ctx->arena). */
int audit_verify(struct ctx *ctx, int64_t *ret_rows, int64_t *ret_bad_id, const char **ret_why) MUST_CHECK;

extern const struct route_table audit_routes;

#endif
