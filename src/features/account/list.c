/* The accounts within an administrator's reach, newest first. */
#include "internal.h"
#include "minyi/db.h"
#include "minyi/err.h"
#include "rules.h"

/* replace() finds a part of a text alike on both engines, and its pattern needs no escaping. */
DB_STATEMENT(
    account_page,
    "SELECT ac.id, ac.login, ac.name, ac.unit_id, u.name AS unit_name, ac.status, ac.last_signin_ms"
    " FROM account ac JOIN unit u ON u.id = ac.unit_id"
    " WHERE ac.id < $3 AND (CAST($2 AS BIGINT) = 1 OR EXISTS (SELECT 1 FROM access a WHERE a.account_id = $1"
    " AND a.permission IN ('account.manage', 'role.manage', 'session.manage') AND a.unit_id = ac.unit_id))"
    " AND (CAST($4 AS BIGINT) IS NULL OR EXISTS (SELECT 1 FROM unit_tree t WHERE t.ancestor_id = $4"
    " AND t.descendant_id = ac.unit_id))"
    " AND (CAST($5 AS TEXT) IS NULL OR ac.status = $5)"
    " AND (CAST($6 AS TEXT) IS NULL OR replace(ac.name, $6, '') <> ac.name"
    " OR replace(ac.login, $7, '') <> ac.login)"
    " ORDER BY ac.id DESC LIMIT $8");
DB_STATEMENT(account_role_names,
             "SELECT r.name AS text FROM role r WHERE r.id IN"
             " (SELECT ar.role_id FROM account_role ar WHERE ar.account_id = $1) ORDER BY r.position, r.id");

RECORD(account_item_record, "AccountItem", struct account_item, "账号",
       F(struct account_item, id, FIELD_INT, "账号"), F(struct account_item, login, FIELD_TEXT, "登录名"),
       F(struct account_item, name, FIELD_TEXT, "姓名"), F(struct account_item, unit_id, FIELD_INT, "单位"),
       F(struct account_item, unit_name, FIELD_TEXT, "单位名称"),
       F(struct account_item, status, FIELD_TEXT, "状态", .options = account_statuses),
       F(struct account_item, roles, FIELD_TEXT, "角色"),
       F(struct account_item, last_signin_ms, FIELD_TIME, "最近登录", .flags = FIELD_NULLABLE));

static int add_roles(struct ctx *ctx, struct account_item *item) {
    struct list names = {0};
    int error = db_get_list(ctx->conn, ctx->arena, &account_role_names, DB_PARAMS(db_int(item->id)),
                            &account_text_row_record, &names);
    if (error != 0) return error;
    item->roles = "";
    for (size_t i = 0; i < names.count; i++)
        item->roles = arena_printf(ctx->arena, "%s%s%s", item->roles, i > 0 ? "、" : "",
                                   LIST_AT(names, struct text_row, i)->text);
    return 0;
}

int account_list(struct ctx *ctx, const void *in_, void *out_) {
    const struct account_list_in *in = in_;
    struct account_list_out *out = out_;
    if (!may(ctx, MAY_ACCOUNT_MANAGE) && !may(ctx, MAY_ROLE_MANAGE) && !may(ctx, MAY_SESSION_MANAGE))
        return fail(ctx, ERR_FORBIDDEN, NULL, NULL);
    int64_t key = 0, id = 0, limit = page_limit(in->limit, 20);
    int error = page_after(ctx, in->after, &key, &id);
    if (error != 0) return error;
    const char *search = in->search != NULL && in->search[0] != '\0' ? in->search : NULL;
    error = db_get_list(ctx->conn, ctx->arena, &account_page,
                        DB_PARAMS(db_int(ctx->actor->account_id), db_int(ctx->actor->system), db_int(id),
                                  db_int(in->unit_id), db_text(in->status), db_text(search),
                                  db_text(search != NULL ? login_fold(ctx->arena, search) : NULL),
                                  db_int(limit + 1)),
                        &account_item_record, &out->items);
    if (error == 0 && out->items.count > (size_t)limit) {
        out->items.count = (size_t)limit;
        int64_t last = LIST_AT(out->items, struct account_item, (size_t)limit - 1)->id;
        out->next = page_cursor(ctx, last, last);
    }
    for (size_t i = 0; error == 0 && i < out->items.count; i++)
        error = add_roles(ctx, LIST_AT(out->items, struct account_item, i));
    return error;
}
