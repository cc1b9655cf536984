/* Delegation while away: for a time somebody else signs in one's place.
 *
 * 1. Never to oneself, never beyond one's committee, only to people who may read its articles.
 * 2. No chains: what was delegated to me I cannot hand on (SIGNOFF_DELEGATED asks the holder's own row only),
 *    and one who is away himself is not chosen.
 * 3. Rows are never deleted: who signed for whom can be shown afterwards. */
#include "minyi/account.h"
#include "minyi/audit.h"
#include "minyi/notify.h"
#include "types.h"

enum { DELEGATION_DAYS_MAX = 366 };

/* Accounts of committee $1 to whom one may delegate. */
#define CAN_STAND_IN                                                                     \
    "ac.status <> 'disabled' AND u.committee_id = $1 AND EXISTS (SELECT 1 FROM access a" \
    " WHERE a.account_id = ac.id AND a.permission = 'article.read' AND a.unit_id = $1)"
#define OPEN_IN_TIME "ended_ms IS NULL AND starts_ms < $3 AND ends_ms > $2"

DB_STATEMENT(
    delegation_rows,
    "SELECT de.id, de.from_id, fa.name AS from_name, de.to_id, ta.name AS to_name, de.starts_ms, de.ends_ms,"
    " de.ended_ms, de.note,"
    " CASE WHEN de.ended_ms IS NULL AND de.starts_ms <= $2 AND de.ends_ms > $2 THEN 1 ELSE 0 END AS active,"
    " CASE WHEN de.from_id = $1 THEN 1 ELSE 0 END AS mine"
    " FROM delegation de JOIN account fa ON fa.id = de.from_id JOIN account ta ON ta.id = de.to_id"
    " JOIN unit u ON u.id = fa.unit_id"
    " WHERE u.committee_id = $3 AND (CAST($4 AS BIGINT) IS NULL OR de.id = $4)"
    " ORDER BY de.id DESC LIMIT 200");
DB_STATEMENT(delegation_insert, "INSERT INTO delegation (from_id, to_id, starts_ms, ends_ms, note)"
                                " VALUES ($1, $2, $3, $4, $5) RETURNING id");
DB_STATEMENT(delegation_end_row, "UPDATE delegation SET ended_ms = $3 WHERE id = $1 AND from_id = $2 AND "
                                 "ended_ms IS NULL AND ends_ms > $3");
DB_STATEMENT(delegation_can_stand_in, "SELECT count(*) FROM account ac JOIN unit u ON u.id = ac.unit_id"
                                      " WHERE ac.id = $2 AND " CAN_STAND_IN);
DB_STATEMENT(delegation_from_in_time, "SELECT count(*) FROM delegation WHERE from_id = $1 AND " OPEN_IN_TIME);
DB_STATEMENT(signer_rows, "SELECT ac.id AS account_id, ac.name, u.name AS unit_name FROM account ac"
                          " JOIN unit u ON u.id = ac.unit_id WHERE ac.id <> $2 AND " CAN_STAND_IN
                          " ORDER BY u.position, u.id, ac.id LIMIT 500");
DB_STATEMENT(delegation_party, "SELECT to_id FROM delegation WHERE id = $1");

static int list_rows(struct ctx *ctx, int64_t id, struct list *ret) {
    return db_get_list(ctx->conn, ctx->arena, &delegation_rows,
                       DB_PARAMS(db_int(ctx->actor->account_id), db_int(ctx->now),
                                 db_int(ctx->actor->committee_id), db_int(id)),
                       &delegation_view_record, ret);
}

int delegation_list(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    return list_rows(ctx, ABSENT, &((struct delegation_list_out *)out_)->items);
}

int signer_list(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    return db_get_list(ctx->conn, ctx->arena, &signer_rows,
                       DB_PARAMS(db_int(ctx->actor->committee_id), db_int(ctx->actor->account_id)),
                       &signer_item_record, &((struct signer_list_out *)out_)->items);
}

static int check_time(struct ctx *ctx, const struct delegation_in *in) {
    if (in->starts_ms >= in->ends_ms) return fail(ctx, ERR_INVALID, "ends_ms", "结束时间应晚于开始时间。");
    if (in->ends_ms <= ctx->now) return fail(ctx, ERR_INVALID, "ends_ms", "结束时间已经过去，请重新选择。");
    /* The end is in the future, so nothing can run over here, however far back the start was set. */
    if (in->starts_ms < in->ends_ms - (int64_t)DELEGATION_DAYS_MAX * 24 * 3600 * 1000)
        return fail(ctx, ERR_OUT_OF_RANGE, "ends_ms", "一次委托最长 %d 天，请缩短时间。",
                    DELEGATION_DAYS_MAX);
    return 0;
}

static int from_in_time(struct ctx *ctx, int64_t account_id, const struct delegation_in *in, int64_t *ret) {
    return db_get_int(ctx->conn, &delegation_from_in_time,
                      DB_PARAMS(db_int(account_id), db_int(in->starts_ms), db_int(in->ends_ms)), ret);
}

static int check_people(struct ctx *ctx, const struct delegation_in *in) {
    int64_t fit = 0, away = 0, mine = 0;
    if (in->to_id == ctx->actor->account_id)
        return fail(ctx, ERR_INVALID, "to_id", "不能委托给自己，请选择其他人。");
    int error = db_get_int(ctx->conn, &delegation_can_stand_in,
                           DB_PARAMS(db_int(ctx->actor->committee_id), db_int(in->to_id)), &fit);
    if (error == 0) error = from_in_time(ctx, ctx->actor->account_id, in, &mine);
    if (error == 0) error = from_in_time(ctx, in->to_id, in, &away);
    if (error != 0) return error;
    if (fit == 0)
        return fail(ctx, ERR_NOT_ALLOWED_VALUE, "to_id", "只能委托给本机构能查看稿件的人，请重新选择。");
    if (mine > 0) return fail(ctx, ERR_CONFLICT, "starts_ms", "这段时间您已委托过他人，请先结束原来的委托。");
    if (away > 0)
        return fail(ctx, ERR_CONFLICT, "to_id",
                    "对方在这段时间也委托了他人代签，受委托的审签不能再转托，请另选一人。");
    return 0;
}

int delegation_add(struct ctx *ctx, const void *in_, void *out_) {
    const struct delegation_in *in = in_;
    int64_t id = 0;
    struct list rows = {0};
    int error = need_over(ctx, MAY_SIGNOFF_SIGN, ctx->actor->committee_id);
    if (error == 0) error = check_time(ctx, in);
    if (error == 0) error = check_people(ctx, in);
    if (error == 0)
        error = db_get_int(ctx->conn, &delegation_insert,
                           DB_PARAMS(db_int(ctx->actor->account_id), db_int(in->to_id), db_int(in->starts_ms),
                                     db_int(in->ends_ms), db_text(in->note)),
                           &id);
    if (error == 0)
        error = audit_add(ctx, "delegation.add", "delegation", id, "to=%lld starts=%lld ends=%lld",
                          (long long)in->to_id, (long long)in->starts_ms, (long long)in->ends_ms);
    if (error == 0)
        error =
            notify_account(ctx, in->to_id, "signoff", "受委托代为审签",
                           arena_printf(ctx->arena, "%s委托您在其外出期间代为审签稿件。", ctx->actor->name),
                           "/signoff/delegations");
    if (error == 0) error = list_rows(ctx, id, &rows);
    if (error == 0 && rows.count == 1)
        *(struct delegation_view *)out_ = *LIST_AT(rows, struct delegation_view, 0);
    return error;
}

int delegation_end(struct ctx *ctx, const void *in_, void *out) {
    (void)out;
    const struct delegation_id_in *in = in_;
    int64_t changes = 0, to_id = 0;
    int error =
        db_exec(ctx->conn, &delegation_end_row,
                DB_PARAMS(db_int(in->id), db_int(ctx->actor->account_id), db_int(ctx->now)), &changes);
    if (error == 0 && changes == 0)
        return fail(ctx, ERR_NOT_FOUND, NULL, "没有找到您的这项委托，或它已经结束。");
    if (error == 0) error = audit_add(ctx, "delegation.end", "delegation", in->id, NULL);
    if (error == 0) error = db_get_int(ctx->conn, &delegation_party, DB_PARAMS(db_int(in->id)), &to_id);
    if (error != 0) return error;
    return notify_account(ctx, to_id, "signoff", "代为审签的委托已结束",
                          arena_printf(ctx->arena, "%s已收回委托您代为审签的权限。", ctx->actor->name),
                          "/signoff/delegations");
}
