/* What came of a report, for those who see the report, and its authors' rating of an answer.
 *
 * 1. Outcomes never name staff, never show what is not yet sent, and show an instruction only when the office
 *    chose to.
 * 2. Only authors rate: who merely recorded a report for somebody else is none. */
#include <string.h>

#include "minyi/account.h"
#include "minyi/audit.h"
#include "minyi/notify.h"
#include "minyi/report.h"
#include "types.h"

/* The actor $1 is an author of `report r`. */
#define IS_AUTHOR                                                                                \
    "((r.author_id = $1 AND r.channel <> 'on_behalf') OR EXISTS (SELECT 1 FROM report_author ra" \
    " WHERE ra.report_id = r.id AND ra.account_id = $1))"
#define OUTCOME                                                                                   \
    "SELECT d.id AS dispatch_id, " ISSUE_PUBLICATION_NAME ", i.number_text AS issue_number_text," \
    " " DISPATCH_RECIPIENT_NAME " AS recipient_name, d.status,"                                   \
    " d.sent_ms, d.received_ms, d.answered_ms, d.answer_result, d.answer_text,"                   \
    " rt.rating, rt.note AS rating_note,"                                                         \
    " CASE WHEN d.answered_ms IS NOT NULL AND " IS_AUTHOR " THEN 1 ELSE 0 END AS can_rate"        \
    " FROM article_source s JOIN report r ON r.id = s.report_id"                                  \
    " JOIN issue i ON i.article_id = s.article_id AND i.status <> 'void'"                         \
    " JOIN publication p ON p.id = i.publication_id"                                              \
    " JOIN dispatch d ON d.issue_id = i.id AND d.status <> 'pending'"                             \
    " JOIN recipient rc ON rc.id = d.recipient_id"                                                \
    " LEFT JOIN rating rt ON rt.dispatch_id = d.id AND rt.account_id = $1"

DB_STATEMENT(outcome_by_report,
             OUTCOME " WHERE s.report_id = $2 ORDER BY i.signed_ms DESC, i.id,"
                     " CASE d.kind WHEN 'main' THEN 0 ELSE 1 END, " DISPATCH_RECIPIENT_ORDER);
DB_STATEMENT(outcome_by_dispatch, OUTCOME " WHERE d.id = $2 AND " IS_AUTHOR " ORDER BY s.position LIMIT 1");
DB_STATEMENT(outcome_instructions, "SELECT n.leader, n.rank, n.dated_on, n.text FROM article_source s"
                                   " JOIN issue i ON i.article_id = s.article_id AND i.status <> 'void'"
                                   " JOIN instruction n ON n.issue_id = i.id AND n.shown_to_author = 1"
                                   " WHERE s.report_id = $1 ORDER BY n.dated_on DESC, n.id DESC");
DB_STATEMENT(rating_upsert, "INSERT INTO rating (dispatch_id, account_id, rating, note, at_ms)"
                            " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (dispatch_id, account_id) DO UPDATE"
                            " SET rating = excluded.rating, note = excluded.note, at_ms = excluded.at_ms");
DB_STATEMENT(rating_dispatch, "SELECT committee_id FROM dispatch WHERE id = $1");
DB_STATEMENT(rating_unit, "SELECT unit_id FROM dispatch WHERE id = $1");

int report_outcomes(struct ctx *ctx, const void *in_, void *out_) {
    const struct outcomes_in *in = in_;
    struct outcomes_out *out = out_;
    struct report_core report;
    int error = report_core_get(ctx, in->id, &report);
    if (error == 0)
        error = db_get_list(ctx->conn, ctx->arena, &outcome_by_report,
                            DB_PARAMS(db_int(ctx->actor->account_id), db_int(in->id)), &outcome_record,
                            &out->items);
    for (size_t i = 0; error == 0 && i < out->items.count; i++) {
        struct outcome *row = LIST_AT(out->items, struct outcome, i);
        row->status_text = lifecycle_zh(&dispatch_lifecycle, row->status);
    }
    if (error == 0)
        error = db_get_list(ctx->conn, ctx->arena, &outcome_instructions, DB_PARAMS(db_int(in->id)),
                            &shown_instruction_record, &out->instructions);
    return error;
}

static int get_outcome(struct ctx *ctx, int64_t dispatch_id, struct outcome *ret) {
    int error =
        db_get_record(ctx->conn, ctx->arena, &outcome_by_dispatch,
                      DB_PARAMS(db_int(ctx->actor->account_id), db_int(dispatch_id)), &outcome_record, ret);
    if (error == ERR_NOT_FOUND) return fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    if (error == 0) ret->status_text = lifecycle_zh(&dispatch_lifecycle, ret->status);
    return error;
}

/* The desk and the unit that answered learn how the answer was received. */
static int tell_rating(struct ctx *ctx, int64_t dispatch_id, const struct outcome *outcome,
                       const char *rating) {
    int64_t committee_id = 0, unit_id = 0;
    const char *text =
        arena_printf(ctx->arena, "《%s》%s：反映人对%s的答复评价为“%s”。", outcome->publication_name,
                     outcome->issue_number_text, outcome->recipient_name, code_zh(rating_names, rating));
    const char *link = arena_printf(ctx->arena, "/dispatches/%lld", (long long)dispatch_id);
    int error = db_get_int(ctx->conn, &rating_dispatch, DB_PARAMS(db_int(dispatch_id)), &committee_id);
    if (error == 0)
        error =
            notify_holders(ctx, MAY_DISPATCH_MANAGE, committee_id, "dispatch", "收到答复评价", text, link);
    if (error == 0) error = db_get_int(ctx->conn, &rating_unit, DB_PARAMS(db_int(dispatch_id)), &unit_id);
    if (error == 0 && unit_id != ABSENT)
        error = notify_holders(ctx, MAY_DISPATCH_ANSWER, unit_id, "dispatch", "收到答复评价", text, link);
    return error;
}

int rating_save(struct ctx *ctx, const void *in_, void *out_) {
    const struct rating_in *in = in_;
    struct outcome before;
    int error = get_outcome(ctx, in->id, &before);
    if (error != 0) return error;
    if (before.answered_ms == ABSENT)
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "%s还没有答复，收到答复后才能评价。",
                    before.recipient_name);
    if (code_zh(rating_names, in->rating) == NULL)
        return fail(ctx, ERR_NOT_ALLOWED_VALUE, "rating", "请选择满意、基本满意或不满意。");
    error = db_exec(ctx->conn, &rating_upsert,
                    DB_PARAMS(db_int(in->id), db_int(ctx->actor->account_id), db_text(in->rating),
                              db_text(in->note), db_int(ctx->now)),
                    NULL);
    if (error == 0) error = audit_add(ctx, "rating.save", "dispatch", in->id, "rating=%s", in->rating);
    if (error == 0) error = tell_rating(ctx, in->id, &before, in->rating);
    return error == 0 ? get_outcome(ctx, in->id, out_) : error;
}
