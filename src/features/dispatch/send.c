/* What an issue does to its dispatches: sent together, closed together when the issue becomes void. */
#include <string.h>

#include "minyi/account.h"
#include "minyi/admin.h"
#include "minyi/article.h"
#include "minyi/audit.h"
#include "minyi/buf.h"
#include "minyi/clock.h"
#include "minyi/notify.h"
#include "types.h"

enum { DAY_MS = 24 * 3600 * 1000 };

DB_STATEMENT(dispatch_pending,
             "SELECT d.id, d.kind, rc.kind AS recipient_kind, " DISPATCH_RECIPIENT_NAME
             " AS recipient_name, rc.unit_id"
             " FROM dispatch d JOIN recipient rc ON rc.id = d.recipient_id"
             " WHERE d.issue_id = $1 AND d.status = 'pending'"
             " ORDER BY CASE d.kind WHEN 'main' THEN 0 ELSE 1 END, " DISPATCH_RECIPIENT_ORDER);
DB_STATEMENT(dispatch_set_sent, "UPDATE dispatch SET status = $2, sent_ms = $3, due_on = $4, unit_id = $5,"
                                " version = version + 1 WHERE id = $1 AND status = 'pending'");
DB_STATEMENT(dispatch_issue, "SELECT i.article_id, i.committee_id, i.number_text, i.title,"
                             " " ISSUE_PUBLICATION_NAME ", p.kind AS publication_kind"
                             " FROM issue i JOIN publication p ON p.id = i.publication_id WHERE i.id = $1");
DB_STATEMENT(dispatch_answered,
             "SELECT count(*) FROM dispatch WHERE issue_id = $1 AND answered_ms IS NOT NULL");
DB_STATEMENT(dispatch_open_units,
             "SELECT d.id, d.kind, rc.kind AS recipient_kind, " DISPATCH_RECIPIENT_NAME
             " AS recipient_name, d.unit_id"
             " FROM dispatch d JOIN recipient rc ON rc.id = d.recipient_id"
             " WHERE d.issue_id = $1 AND d.status IN ('sent', 'received') ORDER BY d.id");
DB_STATEMENT(dispatch_void_open,
             "UPDATE dispatch SET status = 'closed', closed_ms = $2, version = version + 1"
             " WHERE issue_id = $1 AND status IN ('sent', 'received')");
DB_STATEMENT(dispatch_void_pending, "DELETE FROM dispatch WHERE issue_id = $1 AND status = 'pending'");
DB_STATEMENT(dispatch_sources_closed,
             "SELECT count(*) FROM article_source s JOIN report r ON r.id = s.report_id"
             " WHERE s.article_id = $1 AND r.status = 'closed'");

struct pending_row {
    int64_t id, unit_id;
    const char *kind, *recipient_kind, *recipient_name;
};
RECORD(dispatch_pending_record, "DispatchPending", struct pending_row, "待发",
       F(struct pending_row, id, FIELD_INT, ""),
       F(struct pending_row, unit_id, FIELD_INT, "", .flags = FIELD_NULLABLE),
       F(struct pending_row, kind, FIELD_TEXT, ""), F(struct pending_row, recipient_kind, FIELD_TEXT, ""),
       F(struct pending_row, recipient_name, FIELD_TEXT, ""));

struct issue_row {
    int64_t article_id, committee_id;
    const char *number_text, *title, *publication_name, *publication_kind;
};
RECORD(dispatch_issue_record, "DispatchIssue", struct issue_row, "期",
       F(struct issue_row, article_id, FIELD_INT, ""), F(struct issue_row, committee_id, FIELD_INT, ""),
       F(struct issue_row, number_text, FIELD_TEXT, ""), F(struct issue_row, title, FIELD_TEXT, ""),
       F(struct issue_row, publication_name, FIELD_TEXT, ""),
       F(struct issue_row, publication_kind, FIELD_TEXT, ""));

/* Last day for the answer. Calendar days: working days come with the calendar of holidays. */
static int due_date(struct ctx *ctx, const char *due_on, const char **ret) {
    char today[CLOCK_DATE_SIZE], date[CLOCK_DATE_SIZE];
    clock_date(ctx->now, today);
    if (due_on != NULL) {
        int64_t ms = 0;
        if (clock_parse_date(due_on, &ms) != 0) return fail(ctx, ERR_BAD_DATE, "due_on", NULL);
        if (strcmp(due_on, today) < 0) return fail(ctx, ERR_INVALID, "due_on", "答复期限不能早于今天。");
        *ret = due_on;
        return 0;
    }
    int64_t days = 0;
    int error = setting_int(ctx, "dispatch.answer_days", 90, &days);
    if (error != 0) return error;
    clock_date(ctx->now + days * DAY_MS, date);
    *ret = arena_strdup(ctx->arena, date);
    return 0;
}

static int send_one(struct ctx *ctx, const struct pending_row *row, const struct issue_row *issue,
                    const char *due_on) {
    const char *to = NULL;
    const char *due = dispatch_owes_answer(row->kind, row->recipient_kind) ? due_on : NULL;
    int error = lifecycle_next(&dispatch_lifecycle, "pending", "send", &to);
    if (error == 0)
        error = db_exec(
            ctx->conn, &dispatch_set_sent,
            DB_PARAMS(db_int(row->id), db_text(to), db_int(ctx->now), db_text(due), db_int(row->unit_id)),
            NULL);
    if (error == 0)
        error = audit_add(ctx, "dispatch.send", "dispatch", row->id, "due=%s", due != NULL ? due : "-");
    if (error != 0 || row->unit_id == ABSENT) return error;
    const char *what =
        arena_printf(ctx->arena, "《%s》%s《%s》", issue->publication_name, issue->number_text, issue->title);
    const char *text = due != NULL ? arena_printf(ctx->arena, "%s，请于 %s 前答复。", what, due)
                                   : arena_printf(ctx->arena, "%s，请查收。", what);
    return notify_holders(ctx, MAY_DISPATCH_ANSWER, row->unit_id, "dispatch", "收到社情民意信息", text,
                          arena_printf(ctx->arena, "/dispatches/%lld", (long long)row->id));
}

/* A report that was closed is open again when its issue goes to one more recipient. */
static int reopen_sources(struct ctx *ctx, int64_t article_id) {
    int64_t closed = 0;
    int error = db_get_int(ctx->conn, &dispatch_sources_closed, DB_PARAMS(db_int(article_id)), &closed);
    return error == 0 && closed > 0 ? article_move_sources(ctx, article_id, "reopen_outcome") : error;
}

static int tell_sent(struct ctx *ctx, const struct issue_row *issue, struct list rows) {
    struct buf names CLEANUP(buf_free) = BUF(64 * 1024);
    for (size_t i = 0; i < rows.count; i++) {
        if (i > 0) buf_adds(&names, "、");
        buf_adds(&names, LIST_AT(rows, struct pending_row, i)->recipient_name);
    }
    const char *verb = strcmp(issue->publication_kind, "forward") == 0 ? "已转送" : "已报送";
    return article_tell_authors(ctx, issue->article_id, "dispatch", verb,
                                arena_printf(ctx->arena, "%s%s。", verb, names.data));
}

int dispatch_send_pending(struct ctx *ctx, int64_t issue_id, const char *due_on) {
    struct issue_row issue = {0};
    struct list rows = {0};
    const char *due = NULL;
    int error = due_date(ctx, due_on, &due);
    if (error == 0)
        error = db_get_record(ctx->conn, ctx->arena, &dispatch_issue, DB_PARAMS(db_int(issue_id)),
                              &dispatch_issue_record, &issue);
    if (error == 0)
        error = db_get_list(ctx->conn, ctx->arena, &dispatch_pending, DB_PARAMS(db_int(issue_id)),
                            &dispatch_pending_record, &rows);
    if (error != 0) return error;
    if (rows.count == 0) return fail(ctx, ERR_CONFLICT, NULL, "没有待发的报送对象，请先设置报送范围。");
    for (size_t i = 0; error == 0 && i < rows.count; i++)
        error = send_one(ctx, LIST_AT(rows, struct pending_row, i), &issue, due);
    if (error == 0) error = reopen_sources(ctx, issue.article_id);
    return error == 0 ? tell_sent(ctx, &issue, rows) : error;
}

int dispatch_void_all(struct ctx *ctx, int64_t issue_id) {
    struct issue_row issue = {0};
    struct list open = {0};
    int64_t answered = 0;
    int error = db_get_int(ctx->conn, &dispatch_answered, DB_PARAMS(db_int(issue_id)), &answered);
    if (error == 0 && answered > 0)
        return fail(ctx, ERR_CONFLICT, NULL, "已有单位答复，不能作废；需要更正的，请另发一期说明。");
    if (error == 0)
        error = db_get_record(ctx->conn, ctx->arena, &dispatch_issue, DB_PARAMS(db_int(issue_id)),
                              &dispatch_issue_record, &issue);
    if (error == 0)
        error = db_get_list(ctx->conn, ctx->arena, &dispatch_open_units, DB_PARAMS(db_int(issue_id)),
                            &dispatch_pending_record, &open);
    for (size_t i = 0; error == 0 && i < open.count; i++) {
        const struct pending_row *row = LIST_AT(open, struct pending_row, i);
        error = audit_add(ctx, "dispatch.void", "dispatch", row->id, NULL);
        if (error == 0 && row->unit_id != ABSENT)
            error = notify_holders(ctx, MAY_DISPATCH_ANSWER, row->unit_id, "dispatch", "社情民意信息已作废",
                                   arena_printf(ctx->arena, "《%s》%s《%s》已作废，不需办理。",
                                                issue.publication_name, issue.number_text, issue.title),
                                   arena_printf(ctx->arena, "/dispatches/%lld", (long long)row->id));
    }
    if (error == 0)
        error = db_exec(ctx->conn, &dispatch_void_open, DB_PARAMS(db_int(issue_id), db_int(ctx->now)), NULL);
    if (error == 0) error = reopen_sources(ctx, issue.article_id);
    return error == 0 ? db_exec(ctx->conn, &dispatch_void_pending, DB_PARAMS(db_int(issue_id)), NULL) : error;
}
