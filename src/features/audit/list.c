/* Reading the audit log: the newest rows first, and checking its chain. */
#include "internal.h"
#include "minyi/account.h"
#include "minyi/audit.h"
#include "minyi/db.h"
#include "minyi/err.h"
#include "minyi/unit.h"

/* Auditors of the topmost unit see all rows; others those of actors in their own units. Each main filter has
 * a statement of its own, so that its index is used however the others are set. */
#define AUDIT_COLUMNS                                                                                \
    "SELECT l.id, l.at_ms, l.actor_id, ac.name AS actor_name, l.act, l.subject_kind, l.subject_id, " \
    "l.detail,"                                                                                      \
    " l.remote, l.request_id, l.prev_hash, l.hash FROM audit l LEFT JOIN account ac ON ac.id = l.actor_id"
#define AUDIT_REST                                                                           \
    " AND l.id < $2"                                                                         \
    " AND (CAST($3 AS BIGINT) = 1 OR EXISTS (SELECT 1 FROM access a WHERE a.account_id = $1" \
    " AND a.permission = 'audit.read' AND a.unit_id = ac.unit_id))"                          \
    " AND (CAST($4 AS TEXT) IS NULL OR l.act = $4)"                                          \
    " AND (CAST($5 AS BIGINT) IS NULL OR l.actor_id = $5)"                                   \
    " AND (CAST($6 AS TEXT) IS NULL OR l.subject_kind = $6)"                                 \
    " AND (CAST($7 AS BIGINT) IS NULL OR l.subject_id = $7)"                                 \
    " ORDER BY l.id DESC LIMIT $8"

DB_STATEMENT(audit_page, AUDIT_COLUMNS " WHERE l.id > 0" AUDIT_REST);
DB_STATEMENT(audit_page_by_act, AUDIT_COLUMNS " WHERE l.act = $4" AUDIT_REST);
DB_STATEMENT(audit_page_by_actor, AUDIT_COLUMNS " WHERE l.actor_id = $5" AUDIT_REST);
DB_STATEMENT(audit_page_by_subject,
             AUDIT_COLUMNS " WHERE l.subject_kind = $6 AND l.subject_id = $7" AUDIT_REST);

RECORD(audit_row_record, "AuditRow", struct audit_row, "审计记录", F(struct audit_row, id, FIELD_INT, "编号"),
       F(struct audit_row, at_ms, FIELD_TIME, "时间"), F(struct audit_row, actor_id, FIELD_INT, "操作人"),
       F(struct audit_row, actor_name, FIELD_TEXT, "操作人姓名", .flags = FIELD_NULLABLE),
       F(struct audit_row, act, FIELD_TEXT, "操作"),
       F(struct audit_row, subject_kind, FIELD_TEXT, "对象类别"),
       F(struct audit_row, subject_id, FIELD_INT, "对象"), F(struct audit_row, detail, FIELD_TEXT, "要点"),
       F(struct audit_row, remote, FIELD_TEXT, "地址"),
       F(struct audit_row, request_id, FIELD_TEXT, "请求编号"),
       F(struct audit_row, prev_hash, FIELD_TEXT, "前一条的校验值", .flags = FIELD_INTERNAL),
       F(struct audit_row, hash, FIELD_TEXT, "校验值"));

static struct db_statement *statement_for(const struct audit_list_in *in) {
    if (in->subject_kind != NULL && in->subject_id != ABSENT) return &audit_page_by_subject;
    if (in->actor_id != ABSENT) return &audit_page_by_actor;
    return in->act != NULL ? &audit_page_by_act : &audit_page;
}

int audit_list(struct ctx *ctx, const void *in_, void *out_) {
    const struct audit_list_in *in = in_;
    struct audit_list_out *out = out_;
    int64_t key = 0, id = 0, root = 0, limit = page_limit(in->limit, 20);
    int error = page_after(ctx, in->after, &key, &id);
    if (error == 0) error = unit_root_id(ctx, &root);
    int all = error == 0 ? may_over(ctx, MAY_AUDIT_READ, root) : error;
    if (all < 0) return all;
    error = db_get_list(ctx->conn, ctx->arena, statement_for(in),
                        DB_PARAMS(db_int(ctx->actor->account_id), db_int(id), db_int(all), db_text(in->act),
                                  db_int(in->actor_id), db_text(in->subject_kind), db_int(in->subject_id),
                                  db_int(limit + 1)),
                        &audit_row_record, &out->items);
    if (error == 0 && out->items.count > (size_t)limit) {
        out->items.count = (size_t)limit;
        int64_t last = LIST_AT(out->items, struct audit_row, (size_t)limit - 1)->id;
        out->next = page_cursor(ctx, last, last);
    }
    return error;
}

int audit_verify_run(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    struct audit_verdict *out = out_;
    out->bad_id = ABSENT;
    int error = audit_verify(ctx, &out->rows, &out->bad_id, &out->why);
    if (error != 0 && error != ERR_CONFLICT) return error;
    out->whole = error == 0;
    return 0;
}
