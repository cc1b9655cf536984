/* Who am I: what the pages need to know of the account that is signed in. */
#include "internal.h"
#include "minyi/db.h"
#include "minyi/err.h"

DB_STATEMENT(me_account,
             "SELECT ac.id, ac.login, ac.name, ac.unit_id, u.name AS unit_name, u.committee_id,"
             " c.name AS committee_name,"
             " (SELECT count(*) FROM (SELECT 1 FROM notice n WHERE n.account_id = ac.id AND n.read_ms IS NULL"
             " LIMIT 1000) few) AS unread"
             " FROM account ac JOIN unit u ON u.id = ac.unit_id JOIN unit c ON c.id = u.committee_id"
             " WHERE ac.id = $1");
DB_STATEMENT(me_permissions,
             "SELECT DISTINCT rp.permission AS text FROM account_role ar"
             " JOIN role_permission rp ON rp.role_id = ar.role_id WHERE ar.account_id = $1 ORDER BY 1");
DB_STATEMENT(me_roles,
             "SELECT r.name AS text FROM role r WHERE r.id IN"
             " (SELECT ar.role_id FROM account_role ar WHERE ar.account_id = $1) ORDER BY r.position, r.id");

RECORD(account_text_row_record, "TextRow", struct text_row, "一行文字",
       F(struct text_row, text, FIELD_TEXT, "文字"));
RECORD(me_record, "Me", struct me, "当前账号", F(struct me, id, FIELD_INT, "账号"),
       F(struct me, login, FIELD_TEXT, "登录名"), F(struct me, name, FIELD_TEXT, "姓名"),
       F(struct me, unit_id, FIELD_INT, "单位"), F(struct me, unit_name, FIELD_TEXT, "单位名称"),
       F(struct me, committee_id, FIELD_INT, "所属政协"),
       F(struct me, committee_name, FIELD_TEXT, "所属政协名称"),
       F(struct me, permissions, FIELD_TEXTS, "权限"), F(struct me, roles, FIELD_TEXTS, "角色"),
       F(struct me, unread, FIELD_INT, "未读消息"));

int session_describe(struct ctx *ctx, int64_t account_id, const char *token, struct session_out *ret) {
    struct me *me = ARENA_NEW(ctx->arena, struct me);
    int error =
        db_get_record(ctx->conn, ctx->arena, &me_account, DB_PARAMS(db_int(account_id)), &me_record, me);
    if (error == 0)
        error = db_get_list(ctx->conn, ctx->arena, &me_permissions, DB_PARAMS(db_int(account_id)),
                            &account_text_row_record, &me->permissions);
    if (error == 0)
        error = db_get_list(ctx->conn, ctx->arena, &me_roles, DB_PARAMS(db_int(account_id)),
                            &account_text_row_record, &me->roles);
    if (error != 0) return error;
    char csrf[HASH_HEX_SIZE];
    api_csrf(token, csrf);
    ret->csrf = arena_strdup(ctx->arena, csrf);
    ret->account = me;
    return 0;
}
