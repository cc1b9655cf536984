/* Adding accounts and giving roles: the bare acts, without asking whether the actor may (the operations and
 * the command line do that), but never against the separation of administrators. */
#include <string.h>

#include "internal.h"
#include "minyi/account.h"
#include "minyi/audit.h"
#include "minyi/db.h"
#include "minyi/err.h"
#include "minyi/unit.h"
#include "rules.h"

DB_STATEMENT(account_insert, "INSERT INTO account (login, name, unit_id, status, created_ms)"
                             " VALUES ($1, $2, $3, 'invited', $4) RETURNING id");
DB_STATEMENT(account_profile_insert, "INSERT INTO profile (account_id) VALUES ($1)");
DB_STATEMENT(account_by_login, "SELECT id FROM account WHERE login = $1");
DB_STATEMENT(account_role_by_code, "SELECT id FROM role WHERE code = $1");
DB_STATEMENT(
    account_role_insert,
    "INSERT INTO account_role (account_id, role_id, unit_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
DB_STATEMENT(
    account_admin_kinds,
    "SELECT count(DISTINCT rp.permission) FROM account_role ar"
    " JOIN role_permission rp ON rp.role_id = ar.role_id"
    " WHERE ar.account_id = $1 AND rp.permission IN ('account.manage', 'role.manage', 'audit.read')");

int account_create(struct ctx *ctx, const struct account_new *account, int64_t *ret_id) {
    const char *login = login_fold(ctx->arena, account->login);
    if (!login_fits(login))
        return fail(ctx, ERR_INVALID, "login", "登录名只能用字母、数字和 . _ - @，2 至 60 个字符。");
    int64_t committee = 0, id = 0;
    int error = unit_committee(ctx, account->unit_id, &committee);
    if (error == ERR_NOT_FOUND) return fail(ctx, error, "unit_id", "没有找到这个单位。");
    if (error == 0)
        error = db_get_int(
            ctx->conn, &account_insert,
            DB_PARAMS(db_text(login), db_text(account->name), db_int(account->unit_id), db_int(ctx->now)),
            &id);
    if (error == ERR_ALREADY_EXISTS)
        return fail(ctx, error, "login", "登录名 %s 已被使用，请另取一个。", login);
    if (error == 0) error = db_exec(ctx->conn, &account_profile_insert, DB_PARAMS(db_int(id)), NULL);
    if (error == 0)
        error = audit_add(ctx, "account.add", "account", id, "unit=%lld", (long long)account->unit_id);
    if (error == 0) *ret_id = id;
    return error;
}

int account_find(struct ctx *ctx, const char *login, int64_t *ret_id) {
    return db_get_int(ctx->conn, &account_by_login, DB_PARAMS(db_text(login_fold(ctx->arena, login))),
                      ret_id);
}

int account_check_separation(struct ctx *ctx, int64_t account_id) {
    int64_t kinds = 0;
    int error = db_get_int(ctx->conn, &account_admin_kinds, DB_PARAMS(db_int(account_id)), &kinds);
    if (error != 0) return error;
    if (kinds > 1)
        return fail(ctx, ERR_CONFLICT, "roles",
                    "系统管理、安全管理、审计管理须由三个不同的人担任，不能授予同一账号。");
    return 0;
}

int account_give_role(struct ctx *ctx, int64_t account_id, const char *role_code, int64_t unit_id) {
    int64_t role = 0;
    int error = db_get_int(ctx->conn, &account_role_by_code, DB_PARAMS(db_text(role_code)), &role);
    if (error == ERR_NOT_FOUND) return fail(ctx, ERR_INVALID, "role_codes", "没有“%s”这个角色。", role_code);
    if (error == 0)
        error = db_exec(ctx->conn, &account_role_insert,
                        DB_PARAMS(db_int(account_id), db_int(role), db_int(unit_id)), NULL);
    if (error == 0) error = account_check_separation(ctx, account_id);
    if (error == 0) error = access_rebuild(ctx, account_id);
    if (error == 0)
        error = audit_add(ctx, "account.role", "account", account_id, "role=%s unit=%lld", role_code,
                          (long long)unit_id);
    return error;
}
