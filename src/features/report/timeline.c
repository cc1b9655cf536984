/* The timeline of a report: one sentence an act, in the author's words; the desk's own remarks beside it.
 *
 * 1. A row without text is the desk's alone.
 * 2. Who of the staff acted is told to the desk only: the author deals with the office, not with a person.
 */
#include "types.h"

#include "minyi/err.h"
#include "minyi/notify.h"

DB_STATEMENT(report_event_insert,
             "INSERT INTO report_event (report_id, kind, at_ms, actor_id, text, staff_text)"
             " VALUES ($1, $2, $3, $4, $5, $6)");
DB_STATEMENT(report_author_accounts,
             "SELECT r.author_id FROM report r WHERE r.id = $1 AND (r.channel <> 'on_behalf'"
             " OR EXISTS (SELECT 1 FROM access o WHERE o.account_id = r.author_id"
             "   AND o.permission = 'report.on_behalf' AND o.unit_id = r.committee_id))"
             " UNION SELECT account_id FROM report_author WHERE report_id = $1 AND account_id IS NOT NULL"
             " ORDER BY 1");

int report_event_add(struct ctx *ctx, int64_t report_id, const char *kind, const char *text,
                     const char *staff_text) {
    int64_t actor = ctx->actor->account_id != 0 ? ctx->actor->account_id : ABSENT;
    return db_exec(ctx->conn, &report_event_insert,
                   DB_PARAMS(db_int(report_id), db_text(kind), db_int(ctx->now), db_int(actor), db_text(text),
                             db_text(staff_text)),
                   NULL);
}

DB_STATEMENT(
    report_timeline_reader,
    "SELECT CASE WHEN CAST($3 AS BIGINT) = 1 OR EXISTS (SELECT 1 FROM access s WHERE s.account_id = $1"
    " AND s.permission = 'report.read' AND s.unit_id = r.committee_id) THEN 1 ELSE 0 END"
    " FROM report r WHERE r.id = $2 AND (CAST($3 AS BIGINT) = 1 OR " REPORT_VISIBLE ")");
DB_STATEMENT(report_timeline_staff,
             "SELECT e.id, e.kind, e.at_ms, e.text, e.staff_text, a.name AS actor_name FROM report_event e"
             " LEFT JOIN account a ON a.id = e.actor_id WHERE e.report_id = $1 ORDER BY e.id");
/* Names only of those who did what authors do. */
DB_STATEMENT(
    report_timeline_author,
    "SELECT e.id, e.kind, e.at_ms, e.text, CASE WHEN r.channel <> 'on_behalf'"
    " AND e.actor_id = r.author_id AND e.kind IN ('submitted', 'resubmitted', 'withdrawn') THEN a.name END"
    " AS actor_name FROM report_event e JOIN report r ON r.id = e.report_id"
    " LEFT JOIN account a ON a.id = e.actor_id"
    " WHERE e.report_id = $1 AND e.text IS NOT NULL ORDER BY e.id");

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

int report_timeline(struct ctx *ctx, const void *in_, void *out_) {
    const struct report_id_in *in = in_;
    struct timeline *out = out_;
    int64_t staff = 0;
    int error = db_get_int(
        ctx->conn, &report_timeline_reader,
        DB_PARAMS(db_int(ctx->actor->account_id), db_int(in->id), db_int(ctx->actor->system ? 1 : 0)),
        &staff);
    if (error != 0) return error == ERR_NOT_FOUND ? fail(ctx, ERR_NOT_FOUND, NULL, NULL) : error;
    return db_get_list(ctx->conn, ctx->arena, staff ? &report_timeline_staff : &report_timeline_author,
                       DB_PARAMS(db_int(in->id)), &timeline_item_record, &out->items);
}
