/* Signing in. The same work, time and answer for a wrong password, an unknown login and a switched-off
 * account.
 *
 * Count the attempt (a write), look at the password (slow, outside any transaction), then open the session or
 * note the refusal (a write).
 */
#include <string.h>

#include "internal.h"
#include "minyi/audit.h"
#include "minyi/db.h"
#include "minyi/err.h"

DB_STATEMENT(signin_account, "SELECT id, status, password_hash FROM account WHERE login = $1");

struct signin_row {
    int64_t id;
    const char *status, *password_hash;
};
RECORD(signin_row_record, "SigninRow", struct signin_row, "登录", F(struct signin_row, id, FIELD_INT, "账号"),
       F(struct signin_row, status, FIELD_TEXT, "状态"),
       F(struct signin_row, password_hash, FIELD_TEXT, "密码"));

struct signin {
    const char *login;
    int64_t wait_s;
    struct signin_row row; /* id 0: no such account */
    char token[TOKEN_SIZE];
    int64_t seconds;
    struct session_out *out;
};

static int refuse(struct ctx *ctx, const struct signin *signin, const char *why) {
    char hash[HASH_HEX_SIZE];
    attempt_login_hash(signin->login, hash);
    if (signin->row.id != 0)
        return audit_add(ctx, "session.refuse", "account", signin->row.id, "why=%s", why);
    return audit_add(ctx, "session.refuse", "account", 0, "why=%s login_sha256=%s", why, hash);
}

static int count_and_find(struct ctx *ctx, void *argument) {
    struct signin *signin = argument;
    signin->wait_s = 0;
    signin->row = (struct signin_row){0};
    int error = attempt_count(ctx, signin->login, &signin->wait_s);
    if (error == 0)
        error = db_get_record(ctx->conn, ctx->arena, &signin_account, DB_PARAMS(db_text(signin->login)),
                              &signin_row_record, &signin->row);
    if (error == ERR_NOT_FOUND) error = 0;
    if (error == 0 && signin->wait_s > 0) error = refuse(ctx, signin, "locked");
    return error;
}

static int note_refusal(struct ctx *ctx, void *argument) {
    return refuse(ctx, argument, "password");
}

static int open_session(struct ctx *ctx, void *argument) {
    struct signin *signin = argument;
    int error = attempt_clear(ctx, signin->login);
    if (error == 0) error = session_open(ctx, signin->row.id, signin->token, &signin->seconds);
    if (error == 0) error = session_describe(ctx, signin->row.id, signin->token, signin->out);
    return error;
}

int session_create(struct ctx *ctx, const void *in_, void *out_) {
    const struct session_in *in = in_;
    struct signin signin = {.login = login_fold(ctx->arena, in->login), .out = out_};
    int error = ctx_write(ctx, count_and_find, &signin);
    if (error != 0) return error;
    if (signin.wait_s > 0) return attempt_locked(ctx, signin.wait_s);
    bool fits = password_verify(signin.row.password_hash, in->password);
    if (!fits || strcmp(signin.row.status, "active") != 0) {
        error = ctx_write(ctx, note_refusal, &signin);
        return error != 0 ? error : fail(ctx, ERR_BAD_CREDENTIALS, NULL, NULL);
    }
    token_new(signin.token);
    error = ctx_write(ctx, open_session, &signin);
    if (error != 0) return error;
    ctx->set_session = arena_strdup(ctx->arena, signin.token);
    ctx->session_seconds = signin.seconds;
    return 0;
}
