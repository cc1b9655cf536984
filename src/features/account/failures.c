/* Failed sign-ins: counted before the password is looked at, so that a hundred attempts at once get no
 * further than a hundred one after the other.
 *
 * 1. Logins are counted by a hash, existing and unknown ones alike; addresses by a hash with a wider limit,
 *    because a whole office may come from one.
 * 2. A locked attempt is refused before any password is hashed and does not lengthen the lock.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "minyi/admin.h"
#include "minyi/db.h"
#include "minyi/err.h"

enum { ADDRESS_FACTOR = 10 };

DB_STATEMENT(failure_get, "SELECT failures, first_ms, locked_until_ms FROM signin_failure WHERE key = $1");
DB_STATEMENT(failure_save,
             "INSERT INTO signin_failure (key, failures, first_ms, locked_until_ms) VALUES ($1, $2, $3, $4)"
             " ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, first_ms = excluded.first_ms,"
             " locked_until_ms = excluded.locked_until_ms");
DB_STATEMENT(failure_delete, "DELETE FROM signin_failure WHERE key = $1");
/* One attempt less is below the limit, so it also lifts the lock that this attempt set. */
DB_STATEMENT(
    failure_take_back,
    "UPDATE signin_failure SET failures = failures - 1, locked_until_ms = 0 WHERE key = $1 AND failures > 0");
DB_STATEMENT(failure_expire, "DELETE FROM signin_failure WHERE first_ms < $1 AND locked_until_ms < $2");

RECORD(account_attempts_record, "Attempts", struct attempts, "登录失败",
       F(struct attempts, failures, FIELD_INT, "次数"), F(struct attempts, first_ms, FIELD_TIME, "首次时间"),
       F(struct attempts, locked_until_ms, FIELD_TIME, "锁定到"));

static void key_of(const char *kind, const char *text, char out[HASH_HEX_SIZE]) {
    hash_texts((const char *const[]){"minyi-signin", kind, text != NULL ? text : ""}, 3, out);
}

void attempt_login_hash(const char *login, char out[HASH_HEX_SIZE]) {
    key_of("login", login, out);
}

static int count_one(struct ctx *ctx, const char *key, int64_t max, int64_t lock_ms, int64_t *ret_wait_s) {
    struct attempts attempts = {0};
    int error = db_get_record(ctx->conn, ctx->arena, &failure_get, DB_PARAMS(db_text(key)),
                              &account_attempts_record, &attempts);
    if (error != 0 && error != ERR_NOT_FOUND) return error;
    int64_t wait_s = attempts_count(&attempts, ctx->now, max, lock_ms);
    if (wait_s > *ret_wait_s) *ret_wait_s = wait_s;
    if (wait_s > 0) return 0;
    return db_exec(ctx->conn, &failure_save,
                   DB_PARAMS(db_text(key), db_int(attempts.failures), db_int(attempts.first_ms),
                             db_int(attempts.locked_until_ms)),
                   NULL);
}

int attempt_count(struct ctx *ctx, const char *login, int64_t *ret_wait_s) {
    char name[HASH_HEX_SIZE], address[HASH_HEX_SIZE];
    key_of("login", login, name);
    key_of("address", ctx->remote, address);
    int64_t max = 0, minutes = 0, wait_s = 0;
    int error = setting_int(ctx, "signin.max_failures", 5, &max);
    if (error == 0) error = setting_int(ctx, "signin.lock_minutes", 15, &minutes);
    int64_t lock_ms = minutes * 60 * 1000;
    if (error == 0)
        error = db_exec(ctx->conn, &failure_expire, DB_PARAMS(db_int(ctx->now - lock_ms), db_int(ctx->now)),
                        NULL);
    if (error == 0) error = count_one(ctx, address, max * ADDRESS_FACTOR, lock_ms, &wait_s);
    if (error == 0 && wait_s == 0) error = count_one(ctx, name, max, lock_ms, &wait_s);
    if (error == 0) *ret_wait_s = wait_s;
    return error;
}

int attempt_clear(struct ctx *ctx, const char *login) {
    char address[HASH_HEX_SIZE];
    key_of("address", ctx->remote, address);
    int error = attempt_unlock(ctx, login);
    return error != 0 ? error : db_exec(ctx->conn, &failure_take_back, DB_PARAMS(db_text(address)), NULL);
}

int attempt_unlock(struct ctx *ctx, const char *login) {
    char name[HASH_HEX_SIZE];
    key_of("login", login, name);
    return db_exec(ctx->conn, &failure_delete, DB_PARAMS(db_text(name)), NULL);
}

int attempt_locked(struct ctx *ctx, int64_t wait_s) {
    int error = fail(ctx, ERR_LOCKED, NULL, "尝试次数太多，请 %lld 分钟后再登录，或请安全管理员解除锁定。",
                     (long long)((wait_s + 59) / 60));
    ctx->problem->retry_after_s = wait_s;
    return error;
}
