/* Dispatches as the desk and the handlers see them: one, of an issue, listed.
 *
 * 1. Who sees which row is DISPATCH_VISIBLE in every statement; a handler's list starts from his units, so
 *    that it costs what his unit was sent and not what the office ever sent. */
#include <string.h>

#include "minyi/account.h"
#include "minyi/clock.h"
#include "types.h"

#define MANAGES                                                                                      \
    "EXISTS (SELECT 1 FROM access ma WHERE ma.account_id = $1 AND ma.permission = 'dispatch.manage'" \
    " AND ma.unit_id = d.committee_id)"
#define HANDLES                                                                                      \
    "EXISTS (SELECT 1 FROM access ha WHERE ha.account_id = $1 AND ha.permission = 'dispatch.answer'" \
    " AND ha.unit_id = d.unit_id)"
#define COLUMNS                                                                                             \
    "SELECT d.id, d.issue_id, i.number_text AS issue_number_text, i.title AS issue_title,"                  \
    " " ISSUE_PUBLICATION_NAME ", d.recipient_id, " DISPATCH_RECIPIENT_NAME                                 \
    " AS recipient_name, rc.kind AS recipient_kind,"                                                        \
    " d.kind, d.status, d.sent_ms, d.received_ms, d.answered_ms, d.due_on, d.answer_result, d.answer_text," \
    " d.contact, ab.name AS answered_by_name, d.version,"                                                   \
    " CASE WHEN " MANAGES " THEN 1 ELSE 0 END AS manages, CASE WHEN " HANDLES                               \
    " THEN 1 ELSE 0 END AS handles,"                                                                        \
    " CASE WHEN i.status = 'void' THEN 1 ELSE 0 END AS issue_void"
#define JOINS                                                                          \
    " JOIN issue i ON i.id = d.issue_id JOIN publication p ON p.id = i.publication_id" \
    " JOIN recipient rc ON rc.id = d.recipient_id LEFT JOIN account ab ON ab.id = d.answered_by"
#define FILTER                                                                                         \
    " (CAST($2 AS TEXT) IS NULL OR d.status = $2) AND (CAST($3 AS BIGINT) IS NULL OR d.issue_id = $3)" \
    " AND d.id < $4"
#define NEWEST " ORDER BY d.id DESC LIMIT $5"

DB_STATEMENT(dispatch_view_by_id, COLUMNS " FROM dispatch d" JOINS " WHERE d.id = $2 AND " DISPATCH_VISIBLE);
DB_STATEMENT(dispatch_view_by_issue,
             COLUMNS " FROM dispatch d" JOINS " WHERE d.issue_id = $2 AND " DISPATCH_VISIBLE
                     " ORDER BY CASE d.kind WHEN 'main' THEN 0 ELSE 1 END, " DISPATCH_RECIPIENT_ORDER);
DB_STATEMENT(dispatch_view_committee, COLUMNS " FROM dispatch d" JOINS " WHERE d.committee_id = $6 AND" FILTER
                                              " AND " DISPATCH_VISIBLE NEWEST);
DB_STATEMENT(dispatch_view_status,
             COLUMNS " FROM dispatch d" JOINS " WHERE d.committee_id = $6 AND d.status = $2 AND" FILTER
                     " AND " DISPATCH_VISIBLE NEWEST);
DB_STATEMENT(dispatch_view_of_issue, COLUMNS " FROM dispatch d" JOINS " WHERE d.issue_id = $3 AND" FILTER
                                             " AND " DISPATCH_VISIBLE NEWEST);
DB_STATEMENT(dispatch_view_desk,
             COLUMNS " FROM dispatch d" JOINS " WHERE" FILTER " AND " DISPATCH_VISIBLE NEWEST);
DB_STATEMENT(
    dispatch_view_handler, COLUMNS
    " FROM access a JOIN dispatch d ON d.unit_id = a.unit_id" JOINS
    " WHERE a.account_id = $1 AND a.permission = 'dispatch.answer' AND d.status <> 'pending' AND" FILTER
        NEWEST);
DB_STATEMENT(dispatch_ratings,
             "SELECT rating, note FROM rating WHERE dispatch_id = $1 ORDER BY at_ms, account_id LIMIT 100");
DB_STATEMENT(
    dispatch_core_by_id,
    "SELECT d.id, d.issue_id, i.article_id, d.committee_id, d.unit_id, d.answered_ms, d.version, d.status,"
    " d.kind, rc.kind AS recipient_kind, " DISPATCH_RECIPIENT_NAME " AS recipient_name, i.title,"
    " CASE WHEN i.status = 'void' THEN 1 ELSE 0 END AS issue_void"
    " FROM dispatch d JOIN issue i ON i.id = d.issue_id JOIN recipient rc ON rc.id = d.recipient_id"
    " WHERE d.id = $2 AND " DISPATCH_VISIBLE);

RECORD(dispatch_core_record, "DispatchCore", struct dispatch_core, "报送",
       F(struct dispatch_core, id, FIELD_INT, ""), F(struct dispatch_core, issue_id, FIELD_INT, ""),
       F(struct dispatch_core, article_id, FIELD_INT, ""),
       F(struct dispatch_core, committee_id, FIELD_INT, ""),
       F(struct dispatch_core, unit_id, FIELD_INT, "", .flags = FIELD_NULLABLE),
       F(struct dispatch_core, answered_ms, FIELD_INT, "", .flags = FIELD_NULLABLE),
       F(struct dispatch_core, version, FIELD_INT, ""), F(struct dispatch_core, status, FIELD_TEXT, ""),
       F(struct dispatch_core, kind, FIELD_TEXT, ""), F(struct dispatch_core, recipient_kind, FIELD_TEXT, ""),
       F(struct dispatch_core, recipient_name, FIELD_TEXT, ""),
       F(struct dispatch_core, title, FIELD_TEXT, ""), F(struct dispatch_core, issue_void, FIELD_BOOL, ""));

int dispatch_core_get(struct ctx *ctx, int64_t dispatch_id, struct dispatch_core *ret) {
    int error = db_get_record(ctx->conn, ctx->arena, &dispatch_core_by_id,
                              DB_PARAMS(db_int(ctx->actor->account_id), db_int(dispatch_id)),
                              &dispatch_core_record, ret);
    return error == ERR_NOT_FOUND ? fail(ctx, ERR_NOT_FOUND, NULL, NULL) : error;
}

static bool allowed(const struct dispatch_view *view, const char *event) {
    const char *to = NULL;
    return !view->issue_void && lifecycle_next(&dispatch_lifecycle, view->status, event, &to) == 0;
}

int dispatch_view_complete(struct ctx *ctx, struct dispatch_view *view) {
    char today[CLOCK_DATE_SIZE];
    clock_date(ctx->now, today);
    bool acts = view->manages || view->handles;
    bool owes = dispatch_owes_answer(view->kind, view->recipient_kind);
    bool waiting = strcmp(view->status, "sent") == 0 || strcmp(view->status, "received") == 0;
    bool department = strcmp(view->recipient_kind, "department") == 0;
    view->status_text = lifecycle_zh(&dispatch_lifecycle, view->status);
    view->owes_answer = owes && waiting && !view->issue_void;
    view->overdue = waiting && view->due_on != NULL && strcmp(view->due_on, today) < 0;
    view->can_receive = acts && allowed(view, "receive");
    view->can_answer = acts && department && allowed(view, "answer");
    view->can_register = view->manages && !view->handles && (view->can_receive || view->can_answer);
    view->can_close = view->manages && allowed(view, "close") && (!waiting || !owes);
    return db_get_list(ctx->conn, ctx->arena, &dispatch_ratings, DB_PARAMS(db_int(view->id)),
                       &dispatch_rating_record, &view->ratings);
}

static int complete_all(struct ctx *ctx, struct list rows) {
    int error = 0;
    for (size_t i = 0; error == 0 && i < rows.count; i++)
        error = dispatch_view_complete(ctx, LIST_AT(rows, struct dispatch_view, i));
    return error;
}

int dispatch_view_get(struct ctx *ctx, int64_t dispatch_id, struct dispatch_view *ret) {
    int error = db_get_record(ctx->conn, ctx->arena, &dispatch_view_by_id,
                              DB_PARAMS(db_int(ctx->actor->account_id), db_int(dispatch_id)),
                              &dispatch_view_record, ret);
    if (error == ERR_NOT_FOUND) return fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    return error == 0 ? dispatch_view_complete(ctx, ret) : error;
}

int dispatch_list_of_issue(struct ctx *ctx, int64_t issue_id, struct list *ret) {
    struct list rows = {0};
    int error = db_get_list(ctx->conn, ctx->arena, &dispatch_view_by_issue,
                            DB_PARAMS(db_int(ctx->actor->account_id), db_int(issue_id)),
                            &dispatch_view_record, &rows);
    if (error == 0) error = complete_all(ctx, rows);
    if (error == 0) *ret = rows;
    return error;
}

static int page(struct ctx *ctx, const struct dispatch_list_in *in, int64_t before, int64_t count,
                struct list *ret) {
    int64_t committee_id = ABSENT;
    int error = issue_sole_committee(ctx, MAY_DISPATCH_MANAGE, &committee_id);
    if (error != 0) return error;
    const struct db_value params[] = {db_int(ctx->actor->account_id),
                                      db_text(in->status),
                                      db_int(in->issue_id),
                                      db_int(before),
                                      db_int(count),
                                      db_int(committee_id)};
    bool sole = false;
    struct db_statement *statement = &dispatch_view_desk;
    if (in->mine || !may(ctx, MAY_DISPATCH_MANAGE)) {
        statement = &dispatch_view_handler;
    } else if (in->issue_id != ABSENT) {
        statement = &dispatch_view_of_issue;
    } else if (committee_id != ABSENT) {
        statement = in->status != NULL ? &dispatch_view_status : &dispatch_view_committee;
        sole = true;
    }
    return db_get_list(ctx->conn, ctx->arena, statement, params, ARRAY_LEN(params) - (sole ? 0 : 1),
                       &dispatch_view_record, ret);
}

int dispatch_list(struct ctx *ctx, const void *in_, void *out_) {
    const struct dispatch_list_in *in = in_;
    struct dispatch_list_out *out = out_;
    int64_t key = 0, id = 0, limit = page_limit(in->limit, 20);
    struct list rows = {0};
    int error = page_after(ctx, in->after, &key, &id);
    if (error != 0) return error;
    error = page(ctx, in, id, limit + 1, &rows);
    if (error != 0) return error;
    if (rows.count > (size_t)limit) {
        rows.count = (size_t)limit;
        out->next = page_cursor(ctx, 0, LIST_AT(rows, struct dispatch_view, rows.count - 1)->id);
    }
    out->items = rows;
    return complete_all(ctx, rows);
}

int dispatch_get(struct ctx *ctx, const void *in_, void *out) {
    return dispatch_view_get(ctx, ((const struct dispatch_id_in *)in_)->id, out);
}
