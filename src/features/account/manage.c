/* What administrators of accounts do: add, change, switch off and on, hand out links, sign out. */
#include <string.h>

#include "internal.h"
#include "minyi/audit.h"
#include "minyi/db.h"
#include "minyi/err.h"

static const enum permission account_manage[] = {MAY_ACCOUNT_MANAGE, PERMISSION_FORGOTTEN};
static const enum permission session_manage[] = {MAY_SESSION_MANAGE, PERMISSION_FORGOTTEN};

/* Roles an account manager may give when he adds somebody: those of authors, unit signers and handlers. All
 * others are granted by the security administrator. So are these over a committee itself, where a liaison
 * would read what all its units write and a handler what all its departments are sent: only authors stand
 * there. */
DB_STATEMENT(
    account_role_powers,
    "SELECT count(*) FROM role r JOIN role_permission rp ON rp.role_id = r.id WHERE r.code = $1"
    " AND (rp.permission NOT IN ('report.write', 'report.unit_read', 'report.unit_sign', 'dispatch.answer')"
    " OR (rp.permission <> 'report.write'"
    " AND EXISTS (SELECT 1 FROM unit u WHERE u.id = $2 AND u.committee_id = u.id)))");
/* Rights the account holds where the actor manages no accounts. */
DB_STATEMENT(account_rights_beyond,
             "SELECT count(*) FROM account_role ar WHERE ar.account_id = $1 AND NOT EXISTS (SELECT 1"
             " FROM access a WHERE a.account_id = $2 AND a.permission = 'account.manage'"
             " AND a.unit_id = ar.unit_id)");
DB_STATEMENT(account_login_of, "SELECT login FROM account WHERE id = $1");
DB_STATEMENT(
    account_update,
    "UPDATE account SET name = $2, unit_id = $3, version = version + 1 WHERE id = $1 AND version = $4");
DB_STATEMENT(account_old_unit, "SELECT unit_id FROM account WHERE id = $1");
/* An author who moves takes his author's roles along, but over a committee only the right to write; other
 * roles stay until the security administrator looks. */
DB_STATEMENT(account_move_roles_add,
             "INSERT INTO account_role (account_id, role_id, unit_id)"
             " SELECT ar.account_id, ar.role_id, CAST($3 AS BIGINT) FROM account_role ar"
             " WHERE ar.account_id = $1 AND ar.unit_id = $2 AND NOT EXISTS (SELECT 1 FROM role_permission rp"
             " WHERE rp.role_id = ar.role_id AND (rp.permission NOT IN"
             " ('report.write', 'report.unit_read', 'report.unit_sign', 'dispatch.answer')"
             " OR (rp.permission <> 'report.write'"
             " AND EXISTS (SELECT 1 FROM unit u WHERE u.id = $3 AND u.committee_id = u.id))))"
             " ON CONFLICT DO NOTHING");
DB_STATEMENT(account_move_roles_delete,
             "DELETE FROM account_role WHERE account_id = $1 AND unit_id = $2 AND NOT EXISTS (SELECT 1"
             " FROM role_permission rp WHERE rp.role_id = account_role.role_id AND rp.permission NOT IN"
             " ('report.write', 'report.unit_read', 'report.unit_sign', 'dispatch.answer'))");

int account_give_role_checked(struct ctx *ctx, int64_t account_id, const char *role_code, int64_t unit_id) {
    int64_t powers = 0;
    int granter = may_over(ctx, MAY_ROLE_MANAGE, unit_id);
    if (granter < 0) return granter;
    int error =
        db_get_int(ctx->conn, &account_role_powers, DB_PARAMS(db_text(role_code), db_int(unit_id)), &powers);
    if (error == 0 && powers > 0 && granter == 0)
        return fail(ctx, ERR_FORBIDDEN, "role_codes", "“%s”须由安全管理员授权，请先建立账号再请其授权。",
                    role_code);
    return error != 0 ? error : account_give_role(ctx, account_id, role_code, unit_id);
}

int account_add(struct ctx *ctx, const void *in_, void *out) {
    const struct account_add_in *in = in_;
    int64_t id = 0;
    int error = need_over(ctx, MAY_ACCOUNT_MANAGE, in->unit_id);
    if (error == 0) error = profile_check(ctx, &in->fields);
    if (error == 0)
        error = account_create(
            ctx, &(struct account_new){.login = in->login, .name = in->name, .unit_id = in->unit_id}, &id);
    if (error == 0) error = profile_write(ctx, id, &in->fields, true);
    for (size_t i = 0; error == 0 && i < in->role_codes.count; i++)
        error = account_give_role_checked(ctx, id, *LIST_AT(in->role_codes, const char *, i), in->unit_id);
    return error != 0 ? error : account_link_describe(ctx, id, out);
}

static int move(struct ctx *ctx, int64_t account_id, int64_t from, int64_t to) {
    int error = db_exec(ctx->conn, &account_move_roles_add,
                        DB_PARAMS(db_int(account_id), db_int(from), db_int(to)), NULL);
    if (error == 0)
        error =
            db_exec(ctx->conn, &account_move_roles_delete, DB_PARAMS(db_int(account_id), db_int(from)), NULL);
    return error != 0 ? error : access_rebuild(ctx, account_id);
}

int account_save(struct ctx *ctx, const void *in_, void *out) {
    const struct account_save_in *in = in_;
    int64_t from = 0, changes = 0;
    int error = account_need(ctx, in->id, account_manage);
    if (error == 0) error = db_get_int(ctx->conn, &account_old_unit, DB_PARAMS(db_int(in->id)), &from);
    int reach = error == 0 && from != in->unit_id ? may_over(ctx, MAY_ACCOUNT_MANAGE, in->unit_id) : 1;
    if (reach < 0) return reach;
    if (reach == 0) return fail(ctx, ERR_NOT_FOUND, "unit_id", "没有找到这个单位，或不在您的管理范围内。");
    if (error == 0) error = profile_check(ctx, &in->fields);
    if (error == 0)
        error =
            db_exec(ctx->conn, &account_update,
                    DB_PARAMS(db_int(in->id), db_text(in->name), db_int(in->unit_id), db_int(ctx->if_match)),
                    &changes);
    if (error == 0 && changes == 0) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (error == 0) error = profile_write(ctx, in->id, &in->fields, true);
    if (error == 0 && from != in->unit_id) error = move(ctx, in->id, from, in->unit_id);
    if (error == 0)
        error = audit_add(ctx, "account.save", "account", in->id, "unit=%lld", (long long)in->unit_id);
    return error != 0 ? error : account_describe(ctx, in->id, out);
}

static int set_status(struct ctx *ctx, const struct id_in *in, bool disabled, void *out) {
    int error = account_need(ctx, in->id, account_manage);
    if (error == 0 && in->id == ctx->actor->account_id)
        return fail(ctx, ERR_FORBIDDEN, NULL, "不能停用自己的账号。");
    if (error == 0) error = account_need_ordinary(ctx, in->id);
    if (error == 0) error = account_set_status(ctx, in->id, disabled);
    return error != 0 ? error : account_describe(ctx, in->id, out);
}

int account_disable(struct ctx *ctx, const void *in, void *out) {
    return set_status(ctx, in, true, out);
}

int account_enable(struct ctx *ctx, const void *in, void *out) {
    return set_status(ctx, in, false, out);
}

/* Whoever makes the link could be the one who uses it: nobody reaches that way what lies beyond his units. */
static int need_within_reach(struct ctx *ctx, int64_t account_id) {
    if (ctx->actor->system) return 0;
    int64_t beyond = 0;
    int error = db_get_int(ctx->conn, &account_rights_beyond,
                           DB_PARAMS(db_int(account_id), db_int(ctx->actor->account_id)), &beyond);
    if (error != 0 || beyond == 0) return error;
    return fail(ctx, ERR_FORBIDDEN, NULL, "该账号的角色超出您的管理范围，请由管理这些单位的系统管理员办理。");
}

int account_link(struct ctx *ctx, const void *in_, void *out) {
    const struct id_in *in = in_;
    struct account_view account = {0};
    int error = account_need(ctx, in->id, account_manage);
    if (error == 0) error = account_need_ordinary(ctx, in->id);
    if (error == 0) error = need_within_reach(ctx, in->id);
    if (error == 0) error = account_describe(ctx, in->id, &account);
    if (error == 0 && strcmp(account.status, "disabled") == 0)
        return fail(ctx, ERR_CONFLICT, NULL, "账号已停用，请先启用再生成链接。");
    return error != 0 ? error : account_link_describe(ctx, in->id, out);
}

int account_sign_out(struct ctx *ctx, const void *in_, void *out) {
    (void)out;
    const struct id_in *in = in_;
    const char *login = NULL;
    int error = account_need(ctx, in->id, session_manage);
    if (error == 0)
        error = db_get_text(ctx->conn, ctx->arena, &account_login_of, DB_PARAMS(db_int(in->id)), &login);
    if (error == 0) error = session_end_others(ctx, in->id, 0);
    if (error == 0) error = attempt_unlock(ctx, login);
    return error != 0 ? error : audit_add(ctx, "session.end_all", "account", in->id, NULL);
}
