/* Appending to the audit log.
 *
 * 1. Rows are numbered 1, 2, 3 … without a gap: the number is taken from the counter "audit" in the act's own
 *    transaction, which also makes two acts on two nodes queue up.
 * 2. Each row's hash covers the hash of the row before it, so no row can be altered, taken out or moved
 *    without breaking the chain; the counter tells when the newest rows were cut off.
 */
#include "internal.h"

#include <string.h>

#include "minyi/audit.h"
#include "minyi/err.h"

enum { DETAIL_MAX = 4000 /* bytes: two orders of fonts */ };

DB_STATEMENT(audit_next,
             "INSERT INTO counter (name, value) VALUES ('audit', 1)"
             " ON CONFLICT (name) DO UPDATE SET value = counter.value + 1"
             " RETURNING value AS id, (SELECT l.hash FROM audit l WHERE l.id = value - 1) AS prev_hash");
DB_STATEMENT(
    audit_insert,
    "INSERT INTO audit (id, at_ms, actor_id, act, subject_kind, subject_id, detail, remote, request_id,"
    " prev_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");

void audit_row_hash(const struct audit_row *row, char out[HASH_HEX_SIZE]) {
    char id[24], at[24], actor[24], subject[24];
    snprintf(id, sizeof(id), "%lld", (long long)row->id);
    snprintf(at, sizeof(at), "%lld", (long long)row->at_ms);
    snprintf(actor, sizeof(actor), "%lld", (long long)row->actor_id);
    snprintf(subject, sizeof(subject), "%lld", (long long)row->subject_id);
    const char *const texts[] = {row->prev_hash,  id,         at,       row->remote,
                                 row->request_id, actor,      row->act, row->subject_kind,
                                 subject,         row->detail};
    hash_texts(texts, ARRAY_LEN(texts), out);
}

static int insert(struct ctx *ctx, const struct audit_row *row) {
    char hash[HASH_HEX_SIZE];
    audit_row_hash(row, hash);
    return db_exec(ctx->conn, &audit_insert,
                   DB_PARAMS(db_int(row->id), db_int(row->at_ms), db_int(row->actor_id), db_text(row->act),
                             db_text(row->subject_kind), db_int(row->subject_id), db_text(row->detail),
                             db_text(row->remote), db_text(row->request_id), db_text(row->prev_hash),
                             db_text(hash)),
                   NULL);
}

/* What the next row begins with. */
struct chain_end {
    int64_t id;
    const char *prev_hash;
};
RECORD(chain_end_record, "ChainEnd", struct chain_end, "审计链末端",
       F(struct chain_end, id, FIELD_INT, "编号"),
       F(struct chain_end, prev_hash, FIELD_TEXT, "前一条的校验值"));

static int append(struct ctx *ctx, int64_t actor_id, const char *act, const char *subject_kind,
                  int64_t subject_id, const char *detail) {
    struct chain_end end = {0};
    int error = db_get_record(ctx->conn, ctx->arena, &audit_next, DB_NONE, &chain_end_record, &end);
    if (error != 0) return error;
    /* No row before the first; a hole later on is the verification's to report, not a reason to stop work. */
    if (end.prev_hash == NULL) end.prev_hash = "";
    return insert(ctx, &(struct audit_row){.id = end.id,
                                           .at_ms = ctx->now,
                                           .actor_id = actor_id,
                                           .act = act,
                                           .subject_kind = subject_kind,
                                           .subject_id = subject_id,
                                           .detail = detail,
                                           .remote = ctx->remote != NULL ? ctx->remote : "",
                                           .request_id = ctx->request_id != NULL ? ctx->request_id : "",
                                           .prev_hash = end.prev_hash});
}

int audit_add_by(struct ctx *ctx, int64_t actor_id, const char *act, const char *subject_kind,
                 int64_t subject_id) {
    return append(ctx, actor_id, act, subject_kind, subject_id, "");
}

int audit_add(struct ctx *ctx, const char *act, const char *subject_kind, int64_t subject_id,
              const char *detail_format, ...) {
    char *detail = "";
    if (detail_format != NULL) {
        va_list args;
        va_start(args, detail_format);
        detail = arena_vprintf(ctx->arena, detail_format, args);
        va_end(args);
        if (strlen(detail) > DETAIL_MAX) detail[utf8_cut(detail, DETAIL_MAX / 4)] = '\0';
    }
    return append(ctx, ctx->actor->account_id, act, subject_kind, subject_id, detail);
}
