/* Sessions: who acts, asked with every request.
 *
 * 1. One indexed statement a request: the session with its account and a row for each permission of its
 *    roles.
 * 2. A session ends when it was not used for session.idle_minutes, or session.absolute_hours after the
 *    sign-in; a switched-off account is out at its next request.
 * 3. Only the hash of a token is stored.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "minyi/admin.h"
#include "minyi/audit.h"
#include "minyi/db.h"
#include "minyi/err.h"

enum { TOUCH_AFTER_MS = 60 * 1000 };

#define SETTING_NUMBER(KEY) "(SELECT CAST(value AS BIGINT) FROM setting WHERE key = '" KEY "')"

/* The account of a session, with a row for each of its permissions: every request begins with this, and on a
 * server a second statement would be a second round trip. Permissions as in session_permissions. */
DB_STATEMENT(
    session_actor,
    "SELECT s.id, s.used_ms, ac.id, ac.login, ac.name, ac.unit_id, u.committee_id, rp.permission"
    " FROM session s JOIN account ac ON ac.id = s.account_id JOIN unit u ON u.id = ac.unit_id"
    " LEFT JOIN account_role ar ON ar.account_id = ac.id LEFT JOIN role_permission rp ON rp.role_id = ar.role_id"
    " WHERE s.token_hash = $1 AND ac.status = 'active'"
    " AND s.created_ms + " SETTING_NUMBER(
        "session.absolute_hours") " * 3600000 > $2"
                                  " AND s.used_ms + " SETTING_NUMBER("session.idle_minutes") " * 60000 > $2");
DB_STATEMENT(session_account_of, "SELECT ac.id AS account_id, ac.login, ac.name, ac.unit_id, u.committee_id"
                                 " FROM account ac JOIN unit u ON u.id = ac.unit_id WHERE ac.id = $1");
/* The same set as over `access` (every role reaches at least its own unit), from a handful of rows instead of
 * one for each unit. Rows may come twice: they are gathered as bits. */
DB_STATEMENT(session_permissions,
             "SELECT rp.permission FROM account_role ar"
             " JOIN role_permission rp ON rp.role_id = ar.role_id WHERE ar.account_id = $1");
DB_STATEMENT(session_used, "UPDATE session SET used_ms = $2 WHERE id = $1 AND used_ms < $2");

struct actor_row {
    int64_t account_id, unit_id, committee_id;
    const char *login, *name;
};
RECORD(actor_row_record, "ActorRow", struct actor_row, "账号",
       F(struct actor_row, account_id, FIELD_INT, "账号"), F(struct actor_row, login, FIELD_TEXT, "登录名"),
       F(struct actor_row, name, FIELD_TEXT, "姓名"), F(struct actor_row, unit_id, FIELD_INT, "单位"),
       F(struct actor_row, committee_id, FIELD_INT, "政协"));

/* Adds the permission in COLUMN of the row at hand. */
static void add_permission(struct ctx *ctx, const struct db_rows *rows, int column, uint64_t *permissions) {
    if (db_column_null(rows, column)) return;
    enum permission permission = permission_find(db_column_text(rows, column, ctx->arena));
    if (permission != PERMISSION_FORGOTTEN) *permissions |= UINT64_C(1) << permission;
}

static int load_permissions(struct ctx *ctx, int64_t account_id, uint64_t *ret) {
    CLEANUP(db_rows_close) struct db_rows rows = {0};
    int result = db_query(ctx->conn, &rows, &session_permissions, DB_PARAMS(db_int(account_id)));
    if (result != 0) return result;
    uint64_t permissions = 0;
    while ((result = db_next(&rows)) > 0)
        add_permission(ctx, &rows, 0, &permissions);
    if (result == 0) *ret = permissions;
    return result;
}

int account_actor_load(struct ctx *ctx, int64_t account_id, struct actor *ret) {
    struct actor_row row = {0};
    uint64_t permissions = 0;
    int error = db_get_record(ctx->conn, ctx->arena, &session_account_of, DB_PARAMS(db_int(account_id)),
                              &actor_row_record, &row);
    if (error == 0) error = load_permissions(ctx, row.account_id, &permissions);
    if (error != 0) return error;
    *ret = (struct actor){.account_id = row.account_id,
                          .login = row.login,
                          .name = row.name,
                          .unit_id = row.unit_id,
                          .committee_id = row.committee_id,
                          .permissions = permissions};
    return 0;
}

int account_session_load(struct ctx *ctx, const char *token, struct actor *ret, bool *ret_stale) {
    char hash[HASH_HEX_SIZE];
    hash_hex(token, strlen(token), hash);
    CLEANUP(db_rows_close) struct db_rows rows = {0};
    int result = db_query(ctx->conn, &rows, &session_actor, DB_PARAMS(db_text(hash), db_int(ctx->now)));
    if (result == 0) result = db_next(&rows);
    if (result <= 0) return result < 0 ? result : ERR_SIGNED_OUT;
    int64_t used_ms = db_column_int(&rows, 1);
    struct actor actor = {.session_id = db_column_int(&rows, 0),
                          .account_id = db_column_int(&rows, 2),
                          .login = db_column_text(&rows, 3, ctx->arena),
                          .name = db_column_text(&rows, 4, ctx->arena),
                          .unit_id = db_column_int(&rows, 5),
                          .committee_id = db_column_int(&rows, 6)};
    for (; result > 0; result = db_next(&rows))
        add_permission(ctx, &rows, 7, &actor.permissions);
    if (result != 0) return result;
    *ret = actor;
    *ret_stale = ctx->now - used_ms > TOUCH_AFTER_MS;
    return 0;
}

int account_session_touch(struct ctx *ctx, int64_t session_id) {
    return db_exec(ctx->conn, &session_used, DB_PARAMS(db_int(session_id), db_int(ctx->now)), NULL);
}

/* ---- Opening and ending ---- */

/* Only an active account gets a session: it may have been switched off while its password was looked at. */
DB_STATEMENT(session_insert,
             "INSERT INTO session (token_hash, account_id, created_ms, used_ms, remote, agent)"
             " SELECT CAST($1 AS TEXT), id, CAST($3 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS TEXT),"
             " CAST($5 AS TEXT) FROM account WHERE id = $2 AND status = 'active'");
DB_STATEMENT(session_note_signin, "UPDATE account SET last_signin_ms = $2 WHERE id = $1");
DB_STATEMENT(session_delete_others, "DELETE FROM session WHERE account_id = $1 AND id <> $2");
DB_STATEMENT(session_delete_own, "DELETE FROM session WHERE account_id = $1 AND id = $2");
DB_STATEMENT(session_of_account,
             "SELECT id, created_ms, used_ms, remote, agent, CASE WHEN id = $2 THEN 1 ELSE 0 END AS current"
             " FROM session WHERE account_id = $1"
             " AND created_ms + " SETTING_NUMBER(
                 "session.absolute_hours") " * 3600000 > $3"
                                           " AND used_ms + " SETTING_NUMBER(
                                               "session.idle_minutes") " * 60000 > $3"
                                                                       " ORDER BY id DESC LIMIT 200");

int session_open(struct ctx *ctx, int64_t account_id, const char *token, int64_t *ret_seconds) {
    char hash[HASH_HEX_SIZE];
    hash_hex(token, strlen(token), hash);
    int64_t hours = 0, changes = 0;
    int error = setting_int(ctx, "session.absolute_hours", 12, &hours);
    if (error == 0)
        error = db_exec(ctx->conn, &session_insert,
                        DB_PARAMS(db_text(hash), db_int(account_id), db_int(ctx->now), db_text(ctx->remote),
                                  db_text(ctx->agent)),
                        &changes);
    if (error == 0 && changes == 0) return fail(ctx, ERR_BAD_CREDENTIALS, NULL, NULL);
    if (error == 0)
        error =
            db_exec(ctx->conn, &session_note_signin, DB_PARAMS(db_int(account_id), db_int(ctx->now)), NULL);
    if (error == 0) error = audit_add_by(ctx, account_id, "session.open", "account", account_id);
    if (error == 0) *ret_seconds = hours * 3600;
    return error;
}

/* Every node ends what still runs in a session that is over. */
static int tell_ended(struct ctx *ctx, int64_t account_id) {
    char text[24];
    snprintf(text, sizeof(text), "%" PRId64, account_id);
    return db_notify(ctx->conn, "session", text);
}

int session_end_others(struct ctx *ctx, int64_t account_id, int64_t keep_id) {
    int error =
        db_exec(ctx->conn, &session_delete_others, DB_PARAMS(db_int(account_id), db_int(keep_id)), NULL);
    return error != 0 ? error : tell_ended(ctx, account_id);
}

static int end_own(struct ctx *ctx, int64_t session_id, int64_t *ret_changes) {
    int64_t account_id = ctx->actor->account_id;
    int error = db_exec(ctx->conn, &session_delete_own, DB_PARAMS(db_int(account_id), db_int(session_id)),
                        ret_changes);
    return error != 0 ? error : tell_ended(ctx, account_id);
}

/* ---- Sweeping ---- */

DB_STATEMENT(session_sweep, "DELETE FROM session WHERE created_ms + " SETTING_NUMBER(
                                "session.absolute_hours") " * 3600000 <= $1"
                                                          " OR used_ms + " SETTING_NUMBER(
                                                              "session.idle_minutes") " * 60000 <= $1");
DB_STATEMENT(session_sweep_links, "DELETE FROM one_time_link WHERE expires_ms < $1");
DB_STATEMENT(session_sweep_failures,
             "DELETE FROM signin_failure WHERE locked_until_ms < $1"
             " AND first_ms + " SETTING_NUMBER("signin.lock_minutes") " * 60000 < $1");

int account_sweep(struct ctx *ctx) {
    const int64_t month_ms = INT64_C(30) * 24 * 3600 * 1000;
    int error = db_exec(ctx->conn, &session_sweep, DB_PARAMS(db_int(ctx->now)), NULL);
    if (error == 0) error = db_exec(ctx->conn, &session_sweep_failures, DB_PARAMS(db_int(ctx->now)), NULL);
    return error != 0
               ? error
               : db_exec(ctx->conn, &session_sweep_links, DB_PARAMS(db_int(ctx->now - month_ms)), NULL);
}

/* ---- Operations ---- */

int session_get(struct ctx *ctx, const void *in, void *out) {
    (void)in;
    if (ctx->session_token == NULL) return fail(ctx, ERR_SIGNED_OUT, NULL, NULL);
    return session_describe(ctx, ctx->actor->account_id, ctx->session_token, out);
}

int session_delete(struct ctx *ctx, const void *in, void *out) {
    (void)in;
    (void)out;
    int error = end_own(ctx, ctx->actor->session_id, NULL);
    if (error == 0) error = audit_add(ctx, "session.end", "account", ctx->actor->account_id, NULL);
    ctx->set_session = "";
    return error;
}

RECORD(session_item_record, "SessionItem", struct session_item, "一处登录",
       F(struct session_item, id, FIELD_INT, "编号"),
       F(struct session_item, created_ms, FIELD_TIME, "登录时间"),
       F(struct session_item, used_ms, FIELD_TIME, "最近使用"),
       F(struct session_item, remote, FIELD_TEXT, "地址", .flags = FIELD_NULLABLE),
       F(struct session_item, agent, FIELD_TEXT, "浏览器", .flags = FIELD_NULLABLE),
       F(struct session_item, current, FIELD_BOOL, "本次登录"));

int session_list(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    struct items_out *out = out_;
    return db_get_list(
        ctx->conn, ctx->arena, &session_of_account,
        DB_PARAMS(db_int(ctx->actor->account_id), db_int(ctx->actor->session_id), db_int(ctx->now)),
        &session_item_record, &out->items);
}

int session_end(struct ctx *ctx, const void *in_, void *out) {
    (void)out;
    const struct id_in *in = in_;
    int64_t changes = 0;
    int error = end_own(ctx, in->id, &changes);
    if (error == 0 && changes == 0) return fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    if (error == 0) error = audit_add(ctx, "session.end", "account", ctx->actor->account_id, NULL);
    if (error == 0 && in->id == ctx->actor->session_id) ctx->set_session = "";
    return error;
}

int session_end_all(struct ctx *ctx, const void *in, void *out) {
    (void)in;
    (void)out;
    int error = session_end_others(ctx, ctx->actor->account_id, 0);
    if (error == 0) error = audit_add(ctx, "session.end_all", "account", ctx->actor->account_id, NULL);
    ctx->set_session = "";
    return error;
}
