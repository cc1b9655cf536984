/* Whose desk it is: the committees an actor reads, and the reports its desk has. */
#include "types.h"

#include "minyi/account.h"

DB_STATEMENT(desk_committees_of,
             "SELECT DISTINCT u.id, CASE WHEN u.id = $3 THEN 0 ELSE 1 END AS rank FROM account_role h"
             " JOIN role_permission rp ON rp.role_id = h.role_id AND rp.permission = $2"
             " JOIN unit u ON u.id = h.unit_id AND u.committee_id = u.id"
             " WHERE h.account_id = $1 ORDER BY rank, u.id LIMIT 100");
DB_STATEMENT(desk_committees_all,
             "SELECT id, 0 AS rank FROM unit WHERE committee_id = id ORDER BY id LIMIT 100");

/* A role over a committee's unit is what gives access over the committee: roles of an account are few, rows
 * of `access` as many as there are units. The lists ask `access` again, row by row. */
int desk_committees(struct ctx *ctx, enum permission permission, struct list *ret) {
    CLEANUP(db_rows_close) struct db_rows rows = {0};
    int result =
        ctx->actor->system
            ? db_query(ctx->conn, &rows, &desk_committees_all, DB_NONE)
            : db_query(ctx->conn, &rows, &desk_committees_of,
                       DB_PARAMS(db_int(ctx->actor->account_id), db_text(permission_name(permission)),
                                 db_int(ctx->actor->committee_id)));
    if (result != 0) return result;
    int64_t *ids = arena_array(ctx->arena, 100, sizeof(*ids));
    size_t count = 0;
    while ((result = db_next(&rows)) > 0 && count < 100)
        ids[count++] = db_column_int(&rows, 0);
    if (result < 0) return result;
    *ret = (struct list){ids, count};
    return 0;
}

int desk_need(struct ctx *ctx, enum permission permission, int64_t report_id, struct report_core *ret) {
    struct report_core report = {0};
    int result = report_core_get(ctx, report_id, &report);
    if (result == 0) result = need_over(ctx, MAY_REPORT_READ, report.committee_id);
    if (result == 0 && permission != MAY_REPORT_READ)
        result = need_over(ctx, permission, report.committee_id);
    if (result != 0) return result;
    /* The actor may be one of its authors, too, and see it for that. */
    if (!report_is_at_desk(&report)) return fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    *ret = report;
    return 0;
}
