/* One-time links: how an account gets its first password, or a new one.
 *
 * 1. A link works once: the row is marked used in the same transaction that sets the password.
 * 2. A new link ends the earlier ones of the account, and so does a password that its owner sets himself; a
 *    switched-off account has none that work.
 */
#include <string.h>

#include "internal.h"
#include "minyi/admin.h"
#include "minyi/audit.h"
#include "minyi/db.h"
#include "minyi/err.h"
#include "minyi/passwords.h"

DB_STATEMENT(
    link_end_unused,
    "UPDATE one_time_link SET expires_ms = $2 WHERE account_id = $1 AND used_ms IS NULL AND expires_ms > $2");
DB_STATEMENT(link_insert,
             "INSERT INTO one_time_link (token_hash, account_id, created_ms, expires_ms, created_by)"
             " VALUES ($1, $2, $3, $4, $5)");
DB_STATEMENT(link_newest, "SELECT max(expires_ms) FROM one_time_link WHERE account_id = $1 AND used_ms IS "
                          "NULL AND expires_ms > $2");
DB_STATEMENT(
    link_find,
    "SELECT ac.id AS account_id, ac.name, ac.login, l.expires_ms FROM one_time_link l"
    " JOIN account ac ON ac.id = l.account_id"
    " WHERE l.token_hash = $1 AND l.used_ms IS NULL AND l.expires_ms > $2 AND ac.status <> 'disabled'");
DB_STATEMENT(
    link_use,
    "UPDATE one_time_link SET used_ms = $2 WHERE token_hash = $1 AND used_ms IS NULL AND expires_ms > $2");
DB_STATEMENT(
    link_set_password,
    "UPDATE account SET password_hash = $2, password_ms = $3, status = 'active', version = version + 1"
    " WHERE id = $1 AND status <> 'disabled'");

struct link_row {
    int64_t account_id, expires_ms;
    const char *name, *login;
};
RECORD(link_row_record, "LinkRow", struct link_row, "链接", F(struct link_row, account_id, FIELD_INT, "账号"),
       F(struct link_row, name, FIELD_TEXT, "姓名"), F(struct link_row, login, FIELD_TEXT, "登录名"),
       F(struct link_row, expires_ms, FIELD_TIME, "失效时间"));

int links_end(struct ctx *ctx, int64_t account_id) {
    return db_exec(ctx->conn, &link_end_unused, DB_PARAMS(db_int(account_id), db_int(ctx->now)), NULL);
}

int account_link_create(struct ctx *ctx, int64_t account_id, char ret_token[TOKEN_SIZE]) {
    char token[TOKEN_SIZE], hash[HASH_HEX_SIZE];
    token_new(token);
    hash_hex(token, strlen(token), hash);
    int64_t hours = 0;
    int error = setting_int(ctx, "account.link_hours", 72, &hours);
    if (error == 0) error = links_end(ctx, account_id);
    if (error == 0)
        error = db_exec(ctx->conn, &link_insert,
                        DB_PARAMS(db_text(hash), db_int(account_id), db_int(ctx->now),
                                  db_int(ctx->now + hours * 3600 * 1000), db_int(ctx->actor->account_id)),
                        NULL);
    if (error == 0)
        error = audit_add(ctx, "account.link", "account", account_id, "hours=%lld", (long long)hours);
    if (error == 0) memcpy(ret_token, token, TOKEN_SIZE);
    return error;
}

int account_link_describe(struct ctx *ctx, int64_t account_id, struct account_created *ret) {
    char token[TOKEN_SIZE];
    int64_t expires = 0;
    int error = account_link_create(ctx, account_id, token);
    if (error == 0)
        error =
            db_get_int(ctx->conn, &link_newest, DB_PARAMS(db_int(account_id), db_int(ctx->now)), &expires);
    if (error != 0) return error;
    ret->id = account_id;
    ret->expires_ms = expires;
    ret->link =
        arena_printf(ctx->arena, "%s/first/%s", ctx->public_url != NULL ? ctx->public_url : "", token);
    return 0;
}

/* ---- Using a link ---- */

static int find(struct ctx *ctx, const char *token, struct link_row *ret) {
    char hash[HASH_HEX_SIZE];
    hash_hex(token, strlen(token), hash);
    int error = db_get_record(ctx->conn, ctx->arena, &link_find, DB_PARAMS(db_text(hash), db_int(ctx->now)),
                              &link_row_record, ret);
    return error == ERR_NOT_FOUND ? fail(ctx, ERR_LINK_INVALID, NULL, NULL) : error;
}

int link_check(struct ctx *ctx, const void *in_, void *out_) {
    const struct link_in *in = in_;
    struct link_info *out = out_;
    struct link_row row = {0};
    int error = find(ctx, in->token, &row);
    if (error == 0)
        *out = (struct link_info){.name = row.name, .login = row.login, .expires_ms = row.expires_ms};
    return error;
}

struct redeem {
    const struct link_in *in;
    struct link_row row;
    char password_hash[PASSWORD_HASH_SIZE], token[TOKEN_SIZE];
    int64_t seconds;
    struct session_out *out;
};

static int look(struct ctx *ctx, void *argument) {
    struct redeem *redeem = argument;
    return find(ctx, redeem->in->token, &redeem->row);
}

static int use(struct ctx *ctx, void *argument) {
    struct redeem *redeem = argument;
    char hash[HASH_HEX_SIZE];
    hash_hex(redeem->in->token, strlen(redeem->in->token), hash);
    int64_t account = redeem->row.account_id, used = 0, set = 0;
    int error = db_exec(ctx->conn, &link_use, DB_PARAMS(db_text(hash), db_int(ctx->now)), &used);
    if (error == 0)
        error = db_exec(ctx->conn, &link_set_password,
                        DB_PARAMS(db_int(account), db_text(redeem->password_hash), db_int(ctx->now)), &set);
    if (error == 0 && (used == 0 || set == 0)) return fail(ctx, ERR_LINK_INVALID, NULL, NULL);
    if (error == 0) error = session_end_others(ctx, account, 0);
    if (error == 0) error = attempt_unlock(ctx, redeem->row.login);
    if (error == 0) error = audit_add_by(ctx, account, "account.redeem", "account", account);
    if (error == 0) error = session_open(ctx, account, redeem->token, &redeem->seconds);
    if (error == 0) error = session_describe(ctx, account, redeem->token, redeem->out);
    return error;
}

int link_redeem(struct ctx *ctx, const void *in, void *out) {
    struct redeem redeem = {.in = in, .out = out};
    int error = ctx_read(ctx, look, &redeem);
    if (error != 0) return error;
    const char *weak = password_weakness(redeem.in->password, redeem.row.login, redeem.row.name);
    if (weak != NULL) return fail(ctx, ERR_WEAK_PASSWORD, "password", "%s", weak);
    error = password_hash(redeem.in->password, redeem.password_hash);
    if (error != 0) return error;
    token_new(redeem.token);
    error = ctx_write(ctx, use, &redeem);
    if (error != 0) return error;
    ctx->set_session = arena_strdup(ctx->arena, redeem.token);
    ctx->session_seconds = redeem.seconds;
    return 0;
}
