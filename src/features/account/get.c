/* One account: who may reach it, and how it is shown. */
#include "internal.h"
#include "minyi/db.h"
#include "minyi/err.h"
#include "rules.h"

DB_STATEMENT(account_unit_of, "SELECT unit_id FROM account WHERE id = $1");
DB_STATEMENT(account_guardian,
             "SELECT count(*) FROM account_role ar JOIN role_permission rp ON rp.role_id = ar.role_id"
             " WHERE ar.account_id = $1 AND rp.permission IN ('role.manage', 'audit.read')");
DB_STATEMENT(
    account_by_id,
    "SELECT ac.id, ac.login, ac.name, ac.unit_id, u.name AS unit_name, ac.status, ac.created_ms,"
    " ac.last_signin_ms, ac.version FROM account ac JOIN unit u ON u.id = ac.unit_id WHERE ac.id = $1");
DB_STATEMENT(
    account_roles_of,
    "SELECT r.id AS role_id, r.name AS role_name, r.code AS role_code, u.id AS unit_id, u.name AS unit_name"
    " FROM account_role ar JOIN role r ON r.id = ar.role_id JOIN unit u ON u.id = ar.unit_id"
    " WHERE ar.account_id = $1 ORDER BY r.position, r.id, u.id");
DB_STATEMENT(
    profile_by_account,
    "SELECT p.account_id, ac.name, ac.login, u.name AS unit_name, p.post, p.employer, p.sector, p.party,"
    " p.standing, p.expertise, p.phone, p.email, p.term, p.appointed_from, p.appointed_to, p.version"
    " FROM profile p JOIN account ac ON ac.id = p.account_id JOIN unit u ON u.id = ac.unit_id"
    " WHERE p.account_id = $1");

#define PROFILE_TEXT(NAME, KIND, DOC, ...)                                                            \
    {                                                                                                 \
        .name = #NAME, .type = (KIND), .offset = offsetof(struct profile, fields.NAME), .doc = (DOC), \
        .flags = FIELD_NULLABLE, __VA_ARGS__                                                          \
    }

RECORD(profile_record, "Profile", struct profile, "信息员档案",
       F(struct profile, account_id, FIELD_INT, "账号"), F(struct profile, name, FIELD_TEXT, "姓名"),
       F(struct profile, login, FIELD_TEXT, "登录名"), F(struct profile, unit_name, FIELD_TEXT, "单位"),
       PROFILE_TEXT(post, FIELD_TEXT, "职务"), PROFILE_TEXT(employer, FIELD_TEXT, "工作单位"),
       PROFILE_TEXT(sector, FIELD_TEXT, "界别"), PROFILE_TEXT(party, FIELD_TEXT, "党派"),
       PROFILE_TEXT(standing, FIELD_TEXT, "身份", .options = standing_codes),
       PROFILE_TEXT(expertise, FIELD_TEXT, "专长"), PROFILE_TEXT(phone, FIELD_TEXT, "电话"),
       PROFILE_TEXT(email, FIELD_TEXT, "邮箱"), PROFILE_TEXT(term, FIELD_TEXT, "届次"),
       PROFILE_TEXT(appointed_from, FIELD_DATE, "聘任起"), PROFILE_TEXT(appointed_to, FIELD_DATE, "聘任止"),
       F(struct profile, version, FIELD_INT, "版本"));

RECORD(account_role_record, "AccountRole", struct account_role, "担任的角色",
       F(struct account_role, role_id, FIELD_INT, "角色"),
       F(struct account_role, role_name, FIELD_TEXT, "角色名称"),
       F(struct account_role, role_code, FIELD_TEXT, "角色代码"),
       F(struct account_role, unit_id, FIELD_INT, "单位"),
       F(struct account_role, unit_name, FIELD_TEXT, "单位名称"));

RECORD(account_view_record, "Account", struct account_view, "一个账号",
       F(struct account_view, id, FIELD_INT, "账号"), F(struct account_view, login, FIELD_TEXT, "登录名"),
       F(struct account_view, name, FIELD_TEXT, "姓名"), F(struct account_view, unit_id, FIELD_INT, "单位"),
       F(struct account_view, unit_name, FIELD_TEXT, "单位名称"),
       F(struct account_view, status, FIELD_TEXT, "状态", .options = account_statuses),
       F(struct account_view, created_ms, FIELD_TIME, "建立时间"),
       F(struct account_view, last_signin_ms, FIELD_TIME, "最近登录", .flags = FIELD_NULLABLE),
       F(struct account_view, roles, FIELD_LIST, "角色", .of = &account_role_record),
       F(struct account_view, profile, FIELD_OBJECT, "档案", .flags = FIELD_NULLABLE, .of = &profile_record),
       F(struct account_view, version, FIELD_INT, "版本"));

int account_need(struct ctx *ctx, int64_t account_id, const enum permission *permissions) {
    int64_t unit = 0;
    int error = db_get_int(ctx->conn, &account_unit_of, DB_PARAMS(db_int(account_id)), &unit);
    if (error != 0 && error != ERR_NOT_FOUND) return error;
    for (; error == 0 && *permissions != PERMISSION_FORGOTTEN; permissions++) {
        int result = may_over(ctx, *permissions, unit);
        if (result != 0) return result > 0 ? 0 : result;
    }
    return fail(ctx, ERR_NOT_FOUND, NULL, NULL);
}

int account_need_ordinary(struct ctx *ctx, int64_t account_id) {
    if (ctx->actor->system) return 0;
    int64_t count = 0;
    int error = db_get_int(ctx->conn, &account_guardian, DB_PARAMS(db_int(account_id)), &count);
    if (error != 0 || count == 0) return error;
    return fail(ctx, ERR_FORBIDDEN, NULL,
                "该账号担任安全管理员或审计管理员，须先由安全管理员收回其角色，或由运维人员在服务器上操作。");
}

int profile_describe(struct ctx *ctx, int64_t account_id, struct profile *ret) {
    return db_get_record(ctx->conn, ctx->arena, &profile_by_account, DB_PARAMS(db_int(account_id)),
                         &profile_record, ret);
}

int account_describe(struct ctx *ctx, int64_t account_id, struct account_view *ret) {
    struct profile *profile = ARENA_NEW(ctx->arena, struct profile);
    int error = db_get_record(ctx->conn, ctx->arena, &account_by_id, DB_PARAMS(db_int(account_id)),
                              &account_view_record, ret);
    if (error == 0)
        error = db_get_list(ctx->conn, ctx->arena, &account_roles_of, DB_PARAMS(db_int(account_id)),
                            &account_role_record, &ret->roles);
    if (error == 0) error = profile_describe(ctx, account_id, profile);
    if (error == 0) ret->profile = profile;
    return error;
}

/* Those who manage accounts, grant roles or end sessions all need to see whom they act on. */
static const enum permission managers[] = {MAY_ACCOUNT_MANAGE, MAY_ROLE_MANAGE, MAY_SESSION_MANAGE,
                                           PERMISSION_FORGOTTEN};

int account_get(struct ctx *ctx, const void *in_, void *out) {
    const struct id_in *in = in_;
    int error = account_need(ctx, in->id, managers);
    return error != 0 ? error : account_describe(ctx, in->id, out);
}
