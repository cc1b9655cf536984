/* The timeline of a report: one sentence an act, in the author's words; the desk's own remarks beside it.
 *
 * 1. A row without text is the desk's alone.
 * 2. Who of the staff acted is told to the desk only: the author deals with the office, not with a person.
 */
#include "minyi/err.h"
#include "minyi/notify.h"
#include "minyi/report.h"

DB_STATEMENT(report_event_insert,
             "INSERT INTO report_event (report_id, kind, at_ms, actor_id, text, staff_text)"
             " VALUES ($1, $2, $3, $4, $5, $6)");
DB_STATEMENT(report_author_accounts,
             "SELECT author_id FROM report WHERE id = $1"
             " UNION SELECT account_id FROM report_author WHERE report_id = $1 AND account_id IS NOT NULL");

int report_event_add(struct ctx *ctx, int64_t report_id, const char *kind, const char *text,
                     const char *staff_text) {
    int64_t actor = ctx->actor->account_id != 0 ? ctx->actor->account_id : ABSENT;
    return db_exec(ctx->conn, &report_event_insert,
                   DB_PARAMS(db_int(report_id), db_text(kind), db_int(ctx->now), db_int(actor), db_text(text),
                             db_text(staff_text)),
                   NULL);
}

enum { ACCOUNTS_MAX = 64 };

/* Accounts of a report's authors, each once. */
static int author_accounts(struct ctx *ctx, int64_t report_id, int64_t accounts[ACCOUNTS_MAX],
                           size_t *ret_count) {
    CLEANUP(db_rows_close) struct db_rows rows = {0};
    int result = db_query(ctx->conn, &rows, &report_author_accounts, DB_PARAMS(db_int(report_id)));
    if (result != 0) return result;
    size_t count = 0;
    while ((result = db_next(&rows)) > 0 && count < ACCOUNTS_MAX)
        accounts[count++] = db_column_int(&rows, 0);
    if (result < 0) return result;
    *ret_count = count;
    return 0;
}

int report_tell_authors(struct ctx *ctx, int64_t report_id, const char *kind, const char *title,
                        const char *text) {
    int64_t accounts[ACCOUNTS_MAX];
    size_t count = 0;
    int error = report_event_add(ctx, report_id, kind, text, NULL);
    if (error == 0) error = author_accounts(ctx, report_id, accounts, &count);
    const char *link = arena_printf(ctx->arena, "/reports/%lld", (long long)report_id);
    for (size_t i = 0; error == 0 && i < count; i++)
        if (accounts[i] != ctx->actor->account_id)
            error = notify_account(ctx, accounts[i], "report", title, text, link);
    return error;
}
