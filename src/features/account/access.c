/* Rights: the derived table `access` and the one question asked of it. */
#include "minyi/account.h"
#include "minyi/db.h"
#include "minyi/err.h"

DB_STATEMENT(access_may,
             "SELECT count(*) FROM access WHERE account_id = $1 AND permission = $2 AND unit_id = $3");
DB_STATEMENT(access_delete_all, "DELETE FROM access");
DB_STATEMENT(access_delete_one, "DELETE FROM access WHERE account_id = $1");
/* A role reaches its unit and those below it within the same committee, never into another one. */
#define ACCESS_ROWS                                                                       \
    "INSERT INTO access (account_id, permission, unit_id)"                                \
    " SELECT DISTINCT ar.account_id, rp.permission, t.descendant_id FROM account_role ar" \
    " JOIN role_permission rp ON rp.role_id = ar.role_id"                                 \
    " JOIN unit g ON g.id = ar.unit_id"                                                   \
    " JOIN unit_tree t ON t.ancestor_id = ar.unit_id"                                     \
    " JOIN unit d ON d.id = t.descendant_id AND d.committee_id = g.committee_id"
DB_STATEMENT(access_insert_all, ACCESS_ROWS);
DB_STATEMENT(access_insert_one, ACCESS_ROWS " WHERE ar.account_id = $1");

int may_over(struct ctx *ctx, enum permission permission, int64_t unit_id) {
    if (ctx->actor->system) return 1;
    if (!may(ctx, permission)) return 0;
    int64_t count = 0;
    int error = db_get_int(
        ctx->conn, &access_may,
        DB_PARAMS(db_int(ctx->actor->account_id), db_text(permission_name(permission)), db_int(unit_id)),
        &count);
    return error != 0 ? error : count > 0;
}

int need_over(struct ctx *ctx, enum permission permission, int64_t unit_id) {
    int result = may_over(ctx, permission, unit_id);
    if (result > 0) return 0;
    return result < 0 ? result : fail(ctx, ERR_NOT_FOUND, NULL, NULL);
}

int access_rebuild(struct ctx *ctx, int64_t account_id) {
    if (account_id == 0) {
        int error = db_exec(ctx->conn, &access_delete_all, DB_NONE, NULL);
        return error != 0 ? error : db_exec(ctx->conn, &access_insert_all, DB_NONE, NULL);
    }
    int error = db_exec(ctx->conn, &access_delete_one, DB_PARAMS(db_int(account_id)), NULL);
    return error != 0 ? error : db_exec(ctx->conn, &access_insert_one, DB_PARAMS(db_int(account_id)), NULL);
}

DB_STATEMENT(
    access_delete_role,
    "DELETE FROM access WHERE account_id IN (SELECT account_id FROM account_role WHERE role_id = $1)");
DB_STATEMENT(access_insert_role, ACCESS_ROWS
             " WHERE ar.account_id IN (SELECT h.account_id FROM account_role h WHERE h.role_id = $1)");
DB_STATEMENT(access_mixed_holders,
             "SELECT count(*) FROM (SELECT ar.account_id FROM account_role ar"
             " JOIN role_permission rp ON rp.role_id = ar.role_id"
             " WHERE rp.permission IN ('account.manage', 'role.manage', 'audit.read')"
             " AND ar.account_id IN (SELECT h.account_id FROM account_role h WHERE h.role_id = $1)"
             " GROUP BY ar.account_id HAVING count(DISTINCT rp.permission) > 1) mixed");

int access_rebuild_role(struct ctx *ctx, int64_t role_id) {
    int64_t mixed = 0;
    int error = db_get_int(ctx->conn, &access_mixed_holders, DB_PARAMS(db_int(role_id)), &mixed);
    if (error == 0 && mixed > 0)
        return fail(ctx, ERR_CONFLICT, "permissions",
                    "有 %lld 个账号会因此兼任系统、安全、审计管理员中的两种，请先调整其角色。",
                    (long long)mixed);
    if (error == 0) error = db_exec(ctx->conn, &access_delete_role, DB_PARAMS(db_int(role_id)), NULL);
    return error != 0 ? error : db_exec(ctx->conn, &access_insert_role, DB_PARAMS(db_int(role_id)), NULL);
}
