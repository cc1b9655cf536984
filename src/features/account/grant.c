/* Who holds which role over which unit: the security administrator's act.
 *
 * 1. Nobody changes his own roles.
 * 2. One gives and takes only over units one holds role.manage over; what an account holds elsewhere stays.
 * 3. No account ends with more than one of account.manage, role.manage, audit.read.
 */
#include "internal.h"
#include "minyi/audit.h"
#include "minyi/db.h"
#include "minyi/err.h"

DB_STATEMENT(grant_list,
             "SELECT role_id, unit_id FROM account_role WHERE account_id = $1 ORDER BY role_id, unit_id");
DB_STATEMENT(grant_role_exists, "SELECT count(*) FROM role WHERE id = $1");
DB_STATEMENT(grant_insert, "INSERT INTO account_role (account_id, role_id, unit_id) VALUES ($1, $2, $3)");
DB_STATEMENT(grant_delete,
             "DELETE FROM account_role WHERE account_id = $1 AND role_id = $2 AND unit_id = $3");
DB_STATEMENT(grant_bump, "UPDATE account SET version = version + 1 WHERE id = $1");

RECORD(role_grant_row_record, "RoleGrantRow", struct role_grant, "授权",
       F(struct role_grant, role_id, FIELD_INT, "角色"), F(struct role_grant, unit_id, FIELD_INT, "单位"));

static bool holds(const struct list *grants, const struct role_grant *wanted, size_t before) {
    for (size_t i = 0; i < grants->count && i < before; i++) {
        const struct role_grant *grant = LIST_AT(*grants, struct role_grant, i);
        if (grant->role_id == wanted->role_id && grant->unit_id == wanted->unit_id) return true;
    }
    return false;
}

static int note(struct ctx *ctx, const char *act, int64_t account_id, const struct role_grant *grant) {
    return audit_add(ctx, act, "account", account_id, "role_id=%lld unit=%lld", (long long)grant->role_id,
                     (long long)grant->unit_id);
}

static int add(struct ctx *ctx, int64_t account_id, const struct role_grant *grant) {
    int64_t exists = 0;
    int granter = may_over(ctx, MAY_ROLE_MANAGE, grant->unit_id);
    if (granter < 0) return granter;
    int error = db_get_int(ctx->conn, &grant_role_exists, DB_PARAMS(db_int(grant->role_id)), &exists);
    if (error == 0 && (granter == 0 || exists == 0))
        return fail(ctx, ERR_NOT_FOUND, "roles", "没有找到这个角色或单位，或不在您的授权范围内。");
    if (error == 0)
        error = db_exec(ctx->conn, &grant_insert,
                        DB_PARAMS(db_int(account_id), db_int(grant->role_id), db_int(grant->unit_id)), NULL);
    return error != 0 ? error : note(ctx, "account.grant", account_id, grant);
}

static int take(struct ctx *ctx, int64_t account_id, const struct role_grant *grant) {
    int granter = may_over(ctx, MAY_ROLE_MANAGE, grant->unit_id);
    if (granter <= 0) return granter; /* out of reach: it stays */
    int error = db_exec(ctx->conn, &grant_delete,
                        DB_PARAMS(db_int(account_id), db_int(grant->role_id), db_int(grant->unit_id)), NULL);
    return error != 0 ? error : note(ctx, "account.revoke", account_id, grant);
}

static int apply(struct ctx *ctx, int64_t account_id, const struct list *current, const struct list *wanted) {
    int error = 0;
    for (size_t i = 0; error == 0 && i < current->count; i++) {
        const struct role_grant *grant = LIST_AT(*current, struct role_grant, i);
        if (!holds(wanted, grant, wanted->count)) error = take(ctx, account_id, grant);
    }
    for (size_t i = 0; error == 0 && i < wanted->count; i++) {
        const struct role_grant *grant = LIST_AT(*wanted, struct role_grant, i);
        if (!holds(current, grant, current->count) && !holds(wanted, grant, i))
            error = add(ctx, account_id, grant);
    }
    return error;
}

int account_roles_save(struct ctx *ctx, const void *in_, void *out) {
    static const enum permission role_manage[] = {MAY_ROLE_MANAGE, PERMISSION_FORGOTTEN};
    const struct account_roles_in *in = in_;
    struct list current = {0};
    int error = account_need(ctx, in->id, role_manage);
    if (error == 0 && in->id == ctx->actor->account_id)
        return fail(ctx, ERR_FORBIDDEN, NULL, "不能改变自己的角色，请由其他安全管理员办理。");
    if (error == 0)
        error = db_get_list(ctx->conn, ctx->arena, &grant_list, DB_PARAMS(db_int(in->id)),
                            &role_grant_row_record, &current);
    if (error == 0) error = apply(ctx, in->id, &current, &in->roles);
    if (error == 0) error = account_check_separation(ctx, in->id);
    if (error == 0) error = access_rebuild(ctx, in->id);
    if (error == 0) error = db_exec(ctx->conn, &grant_bump, DB_PARAMS(db_int(in->id)), NULL);
    return error != 0 ? error : account_describe(ctx, in->id, out);
}
