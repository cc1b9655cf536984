/* Leases: who has a report or an article open. A lease ends by itself when the heartbeat stops.
 *
 * 1. At most one row of `lease` a record; it counts only while expires_ms > now.
 * 2. Taking what another holds needs FORCE; the one who held it is told.
 * 3. A lease is courtesy between people, not protection of the text: that is the version's and the hash's
 *    work. */
#include "types.h"

#include "minyi/account.h"
#include "minyi/admin.h"
#include "minyi/audit.h"
#include "minyi/notify.h"

RECORD(lease_view_record, "Lease", struct lease_view, "占用",
       F(struct lease_view, account_id, FIELD_INT, "占用人编号"),
       F(struct lease_view, name, FIELD_TEXT, "占用人"),
       F(struct lease_view, since_ms, FIELD_TIME, "开始时间"),
       F(struct lease_view, expires_ms, FIELD_TIME, "到期时间"),
       F(struct lease_view, mine, FIELD_BOOL, "是我"));

DB_STATEMENT(lease_live, "SELECT l.account_id, ac.name, l.since_ms, l.expires_ms,"
                         " CASE WHEN l.account_id = $3 THEN 1 ELSE 0 END AS mine"
                         " FROM lease l JOIN account ac ON ac.id = l.account_id"
                         " WHERE l.kind = $1 AND l.record_id = $2 AND l.expires_ms > $4");
DB_STATEMENT(lease_upsert, "INSERT INTO lease (kind, record_id, account_id, since_ms, expires_ms)"
                           " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (kind, record_id) DO UPDATE SET"
                           " account_id = excluded.account_id, since_ms = excluded.since_ms,"
                           " expires_ms = excluded.expires_ms");
DB_STATEMENT(lease_delete, "DELETE FROM lease WHERE kind = $1 AND record_id = $2 AND account_id = $3");

int lease_get(struct ctx *ctx, const char *kind, int64_t record_id, const struct lease_view **ret) {
    struct lease_view *lease = ARENA_NEW(ctx->arena, struct lease_view);
    int result = db_get_record(
        ctx->conn, ctx->arena, &lease_live,
        DB_PARAMS(db_text(kind), db_int(record_id), db_int(ctx->actor->account_id), db_int(ctx->now)),
        &lease_view_record, lease);
    if (result != 0 && result != ERR_NOT_FOUND) return result;
    *ret = result == 0 ? lease : NULL;
    return 0;
}

static int tell_former(struct ctx *ctx, const char *kind, int64_t record_id, int64_t account_id) {
    bool report = kind[0] == 'r';
    const char *text = arena_printf(ctx->arena, "您打开的%s已由%s接手，请不要再在原页面修改。",
                                    report ? "来稿" : "稿件", ctx->actor->name ? ctx->actor->name : "系统");
    const char *link =
        arena_printf(ctx->arena, report ? "/desk/reports/%lld" : "/articles/%lld", (long long)record_id);
    return notify_account(ctx, account_id, "lease", "您打开的内容已由他人接手", text, link);
}

int lease_take(struct ctx *ctx, const char *kind, int64_t record_id, bool force) {
    const struct lease_view *held = NULL;
    int64_t seconds = 0;
    int result = lease_get(ctx, kind, record_id, &held);
    if (result == 0 && held && !held->mine && !force)
        return fail(ctx, ERR_CLAIMED_BY_OTHER, NULL, "%s正在处理。如确需接手，请选择“接手处理”。",
                    held->name);
    if (result == 0) result = setting_int(ctx, "desk.lease_seconds", 120, &seconds);
    if (result == 0)
        result = db_exec(ctx->conn, &lease_upsert,
                         DB_PARAMS(db_text(kind), db_int(record_id), db_int(ctx->actor->account_id),
                                   db_int(held && held->mine ? held->since_ms : ctx->now),
                                   db_int(ctx->now + seconds * 1000)),
                         NULL);
    if (result == 0 && held && !held->mine) {
        result = tell_former(ctx, kind, record_id, held->account_id);
        if (result == 0)
            result = audit_add(ctx, "lease.force", kind, record_id, "from=%lld", (long long)held->account_id);
    }
    return result;
}

int lease_release(struct ctx *ctx, const char *kind, int64_t record_id) {
    return db_exec(ctx->conn, &lease_delete,
                   DB_PARAMS(db_text(kind), db_int(record_id), db_int(ctx->actor->account_id)), NULL);
}
