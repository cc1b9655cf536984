/* Whose issues an actor reads. Most read those of one committee; their lists then start from that committee's
 * index instead of walking past the issues of all others. The rows are asked for rights all the same. */
#include "types.h"

DB_STATEMENT(issue_committees,
             "SELECT DISTINCT u.id FROM account_role h"
             " JOIN role_permission rp ON rp.role_id = h.role_id AND rp.permission = $2"
             " JOIN unit u ON u.id = h.unit_id AND u.committee_id = u.id WHERE h.account_id = $1"
             " ORDER BY u.id LIMIT 2");

int issue_sole_committee(struct ctx *ctx, enum permission permission, int64_t *ret) {
    *ret = ABSENT;
    if (ctx->actor->system || may(ctx, MAY_DISPATCH_ANSWER)) return 0;
    CLEANUP(db_rows_close) struct db_rows rows = {0};
    int result = db_query(ctx->conn, &rows, &issue_committees,
                          DB_PARAMS(db_int(ctx->actor->account_id), db_text(permission_name(permission))));
    if (result != 0) return result;
    int64_t found = ABSENT;
    size_t count = 0;
    while ((result = db_next(&rows)) > 0) {
        found = db_column_int(&rows, 0);
        count++;
    }
    if (result == 0 && count == 1) *ret = found;
    return result;
}
