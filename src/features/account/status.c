/* Switching an account off and on. */
#include "internal.h"
#include "minyi/audit.h"
#include "minyi/db.h"
#include "minyi/err.h"

DB_STATEMENT(
    account_switch_off,
    "UPDATE account SET status = 'disabled', version = version + 1 WHERE id = $1 AND status <> 'disabled'");
DB_STATEMENT(account_switch_on,
             "UPDATE account SET status = CASE WHEN password_hash IS NULL THEN 'invited' ELSE 'active' END,"
             " version = version + 1 WHERE id = $1 AND status = 'disabled'");

int account_set_status(struct ctx *ctx, int64_t account_id, bool disabled) {
    int64_t changes = 0;
    struct db_statement *statement = disabled ? &account_switch_off : &account_switch_on;
    int error = db_exec(ctx->conn, statement, DB_PARAMS(db_int(account_id)), &changes);
    if (error != 0 || changes == 0) return error; /* it is so already */
    error = session_end_others(ctx, account_id, 0);
    if (error == 0) error = links_end(ctx, account_id);
    if (error == 0)
        error = audit_add(ctx, disabled ? "account.disable" : "account.enable", "account", account_id, NULL);
    return error;
}
