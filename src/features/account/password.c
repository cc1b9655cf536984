/* Changing one's own password. The current one is asked for and counted like a sign-in, so that a session
 * left open is no place to guess it. */
#include <string.h>

#include "internal.h"
#include "minyi/audit.h"
#include "minyi/db.h"
#include "minyi/err.h"
#include "minyi/passwords.h"

DB_STATEMENT(password_stored, "SELECT password_hash FROM account WHERE id = $1");
/* Only in the place of the one that was looked at: two changes at once, and the second fails. */
DB_STATEMENT(password_replace,
             "UPDATE account SET password_hash = $2, password_ms = $3 WHERE id = $1 AND password_hash = $4");

struct change {
    int64_t wait_s;
    const char *stored;
    char hash[PASSWORD_HASH_SIZE];
};

static int count_attempt(struct ctx *ctx, void *argument) {
    struct change *change = argument;
    change->wait_s = 0;
    int error = attempt_count(ctx, ctx->actor->login, &change->wait_s);
    if (error == 0)
        error = db_get_text(ctx->conn, ctx->arena, &password_stored,
                            DB_PARAMS(db_int(ctx->actor->account_id)), &change->stored);
    if (error == 0 && change->wait_s > 0)
        error = audit_add(ctx, "password.refuse", "account", ctx->actor->account_id, "why=locked");
    return error;
}

static int note_refusal(struct ctx *ctx, void *argument) {
    (void)argument;
    return audit_add(ctx, "password.refuse", "account", ctx->actor->account_id, "why=password");
}

static int replace(struct ctx *ctx, void *argument) {
    struct change *change = argument;
    int64_t account = ctx->actor->account_id, changes = 0;
    int error = attempt_clear(ctx, ctx->actor->login);
    if (error == 0)
        error = db_exec(
            ctx->conn, &password_replace,
            DB_PARAMS(db_int(account), db_text(change->hash), db_int(ctx->now), db_text(change->stored)),
            &changes);
    if (error == 0 && changes == 0) return fail(ctx, ERR_CONFLICT, NULL, "密码刚刚已被修改，请重新登录。");
    if (error == 0) error = session_end_others(ctx, account, ctx->actor->session_id);
    if (error == 0) error = links_end(ctx, account);
    if (error == 0) error = audit_add(ctx, "password.change", "account", account, NULL);
    return error;
}

int password_change(struct ctx *ctx, const void *in_, void *out) {
    (void)out;
    const struct password_in *in = in_;
    struct change change = {0};
    const char *weak = password_weakness(in->password, ctx->actor->login, ctx->actor->name);
    if (weak == NULL && strcmp(in->password, in->current) == 0) weak = "新密码不能与当前密码相同。";
    if (weak != NULL) return fail(ctx, ERR_WEAK_PASSWORD, "password", "%s", weak);
    int error = ctx_write(ctx, count_attempt, &change);
    if (error != 0) return error;
    if (change.wait_s > 0) return attempt_locked(ctx, change.wait_s);
    if (!password_verify(change.stored, in->current)) {
        error = ctx_write(ctx, note_refusal, &change);
        return error != 0 ? error : fail(ctx, ERR_INVALID, "current", "当前密码不正确，请重新输入。");
    }
    error = password_hash(in->password, change.hash);
    return error != 0 ? error : ctx_write(ctx, replace, &change);
}
