/* The directory of units, and what administrators of units do. */
#include "minyi/account.h"
#include "minyi/audit.h"
#include "minyi/db.h"
#include "minyi/err.h"
#include "minyi/unit.h"
#include "rules.h"
#include "types.h"

DB_STATEMENT(
    unit_all_active,
    "SELECT id, parent_id, committee_id, kind, code, name, short_name, position, active, version FROM unit"
    " WHERE active = 1 OR CAST($1 AS BIGINT) = 1 ORDER BY parent_id NULLS FIRST, position, id");
DB_STATEMENT(
    unit_by_id,
    "SELECT id, parent_id, committee_id, kind, code, name, short_name, position, active, version FROM unit"
    " WHERE id = $1");
DB_STATEMENT(unit_root, "SELECT min(id) FROM unit WHERE parent_id IS NULL");
DB_STATEMENT(unit_update,
             "UPDATE unit SET name = $2, short_name = $3, position = $4, active = $5, version = version + 1"
             " WHERE id = $1 AND version = $6");
DB_STATEMENT(unit_users,
             "SELECT (SELECT count(*) FROM unit c WHERE c.parent_id = $1 AND c.active = 1)"
             " + (SELECT count(*) FROM account ac WHERE ac.unit_id = $1 AND ac.status <> 'disabled')");

RECORD(unit_view_record, "Unit", struct unit_view, "单位", F(struct unit_view, id, FIELD_INT, "编号"),
       F(struct unit_view, parent_id, FIELD_INT, "上级单位", .flags = FIELD_NULLABLE),
       F(struct unit_view, committee_id, FIELD_INT, "所属政协"),
       F(struct unit_view, kind, FIELD_TEXT, "类别", .options = unit_kinds),
       F(struct unit_view, code, FIELD_TEXT, "代码"), F(struct unit_view, name, FIELD_TEXT, "名称"),
       F(struct unit_view, short_name, FIELD_TEXT, "简称"), F(struct unit_view, position, FIELD_INT, "顺序"),
       F(struct unit_view, active, FIELD_BOOL, "启用"), F(struct unit_view, version, FIELD_INT, "版本"));

int unit_root_id(struct ctx *ctx, int64_t *ret_id) {
    return db_get_int(ctx->conn, &unit_root, DB_NONE, ret_id);
}

int need_root(struct ctx *ctx, enum permission permission) {
    if (ctx->actor->system) return 0;
    int64_t root = 0;
    int error = unit_root_id(ctx, &root);
    int result = error == 0 ? may_over(ctx, permission, root) : error;
    if (result > 0) return 0;
    return result < 0 ? result
                      : fail(ctx, ERR_FORBIDDEN, NULL, "这项内容各级政协共用，由最上级政协的管理员办理。");
}

int unit_list(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    struct unit_list_out *out = out_;
    /* Those who manage units also need the ones that are switched off. */
    return db_get_list(ctx->conn, ctx->arena, &unit_all_active, DB_PARAMS(db_int(may(ctx, MAY_UNIT_MANAGE))),
                       &unit_view_record, &out->items);
}

static int describe(struct ctx *ctx, int64_t id, void *out) {
    return db_get_record(ctx->conn, ctx->arena, &unit_by_id, DB_PARAMS(db_int(id)), &unit_view_record, out);
}

int unit_add(struct ctx *ctx, const void *in_, void *out) {
    const struct unit_add_in *in = in_;
    int64_t id = 0;
    int may_add = may_over(ctx, MAY_UNIT_MANAGE, in->parent_id);
    if (may_add < 0) return may_add;
    if (may_add == 0)
        return fail(ctx, ERR_NOT_FOUND, "parent_id", "没有找到上级单位，或不在您的管理范围内。");
    int error = unit_create(ctx,
                            &(struct unit_new){.parent_id = in->parent_id,
                                               .kind = in->kind,
                                               .code = in->code,
                                               .name = in->name,
                                               .short_name = in->short_name,
                                               .position = in->position == ABSENT ? 0 : in->position},
                            &id);
    return error != 0 ? error : describe(ctx, id, out);
}

int unit_save(struct ctx *ctx, const void *in_, void *out) {
    const struct unit_save_in *in = in_;
    int64_t users = 0, changes = 0;
    int error = need_over(ctx, MAY_UNIT_MANAGE, in->id);
    if (error == 0 && !in->active)
        error = db_get_int(ctx->conn, &unit_users, DB_PARAMS(db_int(in->id)), &users);
    if (error == 0 && users > 0)
        return fail(ctx, ERR_IN_USE, "active", "该单位还有下级单位或未停用的账号，请先处理后再停用。");
    if (error == 0)
        error = db_exec(ctx->conn, &unit_update,
                        DB_PARAMS(db_int(in->id), db_text(in->name), db_text(in->short_name),
                                  db_int(in->position), db_int(in->active), db_int(ctx->if_match)),
                        &changes);
    if (error == 0 && changes == 0) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (error == 0) error = audit_add(ctx, "unit.save", "unit", in->id, "active=%d", in->active);
    return error != 0 ? error : describe(ctx, in->id, out);
}
