/* The same creating request sent twice by a shaky network is answered twice and done once: its answer is kept
 * for a day (jobs delete it then), in the transaction of the act itself. Secrets in it (one-time links) are
 * not kept: the repeated answer has them empty. */
#include <string.h>

#include "internal.h"

DB_STATEMENT(idempotency_get, "SELECT request_sha256, status, reply FROM idempotency"
                              " WHERE account_id = $1 AND key = $2 AND created_ms > $3");
DB_STATEMENT(idempotency_put,
             "INSERT INTO idempotency (account_id, key, request_sha256, status, reply, created_ms)"
             " VALUES ($1, $2, $3, $4, $5, $6)"
             " ON CONFLICT (account_id, key) DO UPDATE SET request_sha256 = excluded.request_sha256,"
             " status = excluded.status, reply = excluded.reply, created_ms = excluded.created_ms");

enum { KEPT_MS = 24 * 3600 * 1000 };

int idempotency_find(struct call *call, bool *ret_found) {
    struct ctx *ctx = &call->ctx;
    CLEANUP(db_rows_close) struct db_rows rows = {0};
    int result = db_query(ctx->conn, &rows, &idempotency_get,
                          DB_PARAMS(db_int(call->actor.account_id), db_text(call->idempotency_key),
                                    db_int(ctx->now - KEPT_MS)));
    if (result == 0) result = db_next(&rows);
    if (result <= 0) {
        *ret_found = false;
        return result;
    }
    const char *hash = db_column_text(&rows, 0, ctx->arena);
    if (!hash || strcmp(hash, call->request_sha256) != 0)
        return fail(ctx, ERR_IDEMPOTENCY_MISMATCH, "Idempotency-Key", NULL);
    call->stored_status = db_column_int(&rows, 1);
    call->stored_reply = db_column_text(&rows, 2, ctx->arena);
    *ret_found = true;
    return 0;
}

int idempotency_keep(struct call *call, int status, const char *reply) {
    struct ctx *ctx = &call->ctx;
    return db_exec(ctx->conn, &idempotency_put,
                   DB_PARAMS(db_int(call->actor.account_id), db_text(call->idempotency_key),
                             db_text(call->request_sha256), db_int(status), db_text(reply), db_int(ctx->now)),
                   NULL);
}
