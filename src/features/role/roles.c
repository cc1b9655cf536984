/* Roles: named sets of permissions, shared by all committees.
 *
 * 1. Only a security administrator of the topmost unit changes them, and never a role he holds himself.
 * 2. No role joins two of account.manage, role.manage, audit.read.
 * 3. When a role changes, the rights of all its holders change in the same transaction.
 */
#include <string.h>

#include "minyi/account.h"
#include "minyi/audit.h"
#include "minyi/db.h"
#include "minyi/err.h"
#include "minyi/unit.h"
#include "types.h"

DB_STATEMENT(role_all, "SELECT id, code, name, builtin, version FROM role ORDER BY position, id");
DB_STATEMENT(role_by_id, "SELECT id, code, name, builtin, version FROM role WHERE id = $1");
DB_STATEMENT(role_permissions,
             "SELECT permission AS text FROM role_permission WHERE role_id = $1 ORDER BY permission");
DB_STATEMENT(role_insert, "INSERT INTO role (code, name, position) SELECT CAST($1 AS TEXT), CAST($2 AS TEXT),"
                          " (SELECT coalesce(max(position), 0) + 1 FROM role) RETURNING id");
DB_STATEMENT(role_update, "UPDATE role SET name = $2, version = version + 1 WHERE id = $1 AND version = $3");
DB_STATEMENT(role_clear, "DELETE FROM role_permission WHERE role_id = $1");
DB_STATEMENT(role_allow,
             "INSERT INTO role_permission (role_id, permission) VALUES ($1, $2) ON CONFLICT DO NOTHING");
DB_STATEMENT(role_held_by, "SELECT count(*) FROM account_role WHERE role_id = $1 AND account_id = $2");

RECORD(role_text_row_record, "RoleTextRow", struct role_text_row, "一行文字",
       F(struct role_text_row, text, FIELD_TEXT, "文字"));
RECORD(role_view_record, "Role", struct role_view, "角色", F(struct role_view, id, FIELD_INT, "编号"),
       F(struct role_view, code, FIELD_TEXT, "代码"), F(struct role_view, name, FIELD_TEXT, "名称"),
       F(struct role_view, builtin, FIELD_BOOL, "内置"),
       F(struct role_view, permissions, FIELD_TEXTS, "权限"),
       F(struct role_view, version, FIELD_INT, "版本"));

static int add_permissions(struct ctx *ctx, struct role_view *role) {
    return db_get_list(ctx->conn, ctx->arena, &role_permissions, DB_PARAMS(db_int(role->id)),
                       &role_text_row_record, &role->permissions);
}

static int describe(struct ctx *ctx, int64_t id, struct role_view *ret) {
    int error =
        db_get_record(ctx->conn, ctx->arena, &role_by_id, DB_PARAMS(db_int(id)), &role_view_record, ret);
    if (error == ERR_NOT_FOUND) return fail(ctx, error, NULL, NULL);
    return error != 0 ? error : add_permissions(ctx, ret);
}

int role_list(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    struct role_list_out *out = out_;
    if (!may(ctx, MAY_ROLE_MANAGE) && !may(ctx, MAY_ACCOUNT_MANAGE) && !may(ctx, MAY_SETTING_MANAGE))
        return fail(ctx, ERR_FORBIDDEN, NULL, NULL);
    int error = db_get_list(ctx->conn, ctx->arena, &role_all, DB_NONE, &role_view_record, &out->items);
    for (size_t i = 0; error == 0 && i < out->items.count; i++)
        error = add_permissions(ctx, LIST_AT(out->items, struct role_view, i));
    return error;
}

int permission_list(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    struct role_list_out *out = out_;
    size_t count = PERMISSION_END_ - SIGNED_IN - 1;
    struct permission_item *items = arena_array(ctx->arena, count, sizeof(*items));
    for (size_t i = 0; i < count; i++) {
        enum permission permission = (enum permission)(SIGNED_IN + 1 + i);
        items[i] = (struct permission_item){permission_name(permission), permission_zh(permission)};
    }
    out->items = (struct list){items, count};
    return 0;
}

/* Every name is a permission, and the three administrations stay apart. */
static int check_permissions(struct ctx *ctx, const struct list *permissions) {
    int administrations = 0;
    bool seen[PERMISSION_END_] = {false};
    for (size_t i = 0; i < permissions->count; i++) {
        const char *name = *LIST_AT(*permissions, const char *, i);
        enum permission permission = permission_find(name);
        if (permission == PERMISSION_FORGOTTEN)
            return fail(ctx, ERR_NOT_ALLOWED_VALUE, "permissions", "没有“%s”这项权限。", name);
        bool administration =
            permission == MAY_ACCOUNT_MANAGE || permission == MAY_ROLE_MANAGE || permission == MAY_AUDIT_READ;
        if (administration && !seen[permission]) administrations++;
        seen[permission] = true;
    }
    if (administrations > 1)
        return fail(ctx, ERR_CONFLICT, "permissions", "账号管理、授权管理、审计查看不能放在同一个角色里。");
    return 0;
}

static int set_permissions(struct ctx *ctx, int64_t role_id, const struct list *permissions) {
    int error = db_exec(ctx->conn, &role_clear, DB_PARAMS(db_int(role_id)), NULL);
    for (size_t i = 0; error == 0 && i < permissions->count; i++)
        error = db_exec(ctx->conn, &role_allow,
                        DB_PARAMS(db_int(role_id), db_text(*LIST_AT(*permissions, const char *, i))), NULL);
    return error;
}

static const char *joined(struct ctx *ctx, const struct list *texts) {
    const char *all = "";
    for (size_t i = 0; i < texts->count; i++)
        all = arena_printf(ctx->arena, "%s%s%s", all, i > 0 ? "," : "", *LIST_AT(*texts, const char *, i));
    return all;
}

int role_add(struct ctx *ctx, const void *in_, void *out) {
    const struct role_in *in = in_;
    int64_t id = 0;
    int error = need_root(ctx, MAY_ROLE_MANAGE);
    if (error == 0) error = check_permissions(ctx, &in->permissions);
    if (error == 0 && strspn(in->code, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(in->code))
        return fail(ctx, ERR_INVALID, "code", "角色代码只能用小写字母、数字和下划线。");
    if (error == 0)
        error = db_get_int(ctx->conn, &role_insert, DB_PARAMS(db_text(in->code), db_text(in->name)), &id);
    if (error == ERR_ALREADY_EXISTS)
        return fail(ctx, error, "code", "角色代码 %s 已被使用，请另取一个。", in->code);
    if (error == 0) error = set_permissions(ctx, id, &in->permissions);
    if (error == 0)
        error = audit_add(ctx, "role.add", "role", id, "code=%s permissions=%s", in->code,
                          joined(ctx, &in->permissions));
    return error != 0 ? error : describe(ctx, id, out);
}

/* May the actor change this role at all? */
static int check_save(struct ctx *ctx, const struct role_in *in) {
    int64_t held = 0;
    struct role_view before = {0};
    int error = need_root(ctx, MAY_ROLE_MANAGE);
    if (error == 0) error = describe(ctx, in->id, &before);
    if (error == 0)
        error = db_get_int(ctx->conn, &role_held_by,
                           DB_PARAMS(db_int(in->id), db_int(ctx->actor->account_id)), &held);
    if (error == 0 && held > 0)
        return fail(ctx, ERR_FORBIDDEN, NULL, "不能修改自己担任的角色，请由其他安全管理员办理。");
    return error != 0 ? error : check_permissions(ctx, &in->permissions);
}

int role_save(struct ctx *ctx, const void *in_, void *out) {
    const struct role_in *in = in_;
    int64_t changes = 0;
    int error = check_save(ctx, in);
    if (error == 0)
        error = db_exec(ctx->conn, &role_update,
                        DB_PARAMS(db_int(in->id), db_text(in->name), db_int(ctx->if_match)), &changes);
    if (error == 0 && changes == 0) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (error == 0) error = set_permissions(ctx, in->id, &in->permissions);
    if (error == 0) error = access_rebuild_role(ctx, in->id);
    if (error == 0)
        error = audit_add(ctx, "role.save", "role", in->id, "permissions=%s", joined(ctx, &in->permissions));
    return error != 0 ? error : describe(ctx, in->id, out);
}
