/* A whole report as its reader may see it. At most three statements: the report with all names and rights,
 * its authors, and its attachments when there are any. For an author whose report is open to him again, a
 * fourth: what he has not handed in.
 */
#include "internal.h"

#include <string.h>

#include "minyi/err.h"

DB_STATEMENT(
    report_view_by_id,
    "SELECT r.id, r.receipt, r.status, r.title, r.situation, r.analysis, r.suggestion, r.words, "
    "r.text_sha256,"
    " r.category_id, c.name AS category_name, r.source, r.channel, r.urgency, r.target_level, r.writer,"
    " r.name_public, r.name_public_reason, r.suggested_recipients, r.remarks, r.author_id, a.name AS "
    "author_name,"
    " r.unit_id, u.name AS unit_name, r.committee_id, k.name AS committee_name, r.decision_code, "
    "r.decision_text,"
    " r.created_ms, r.updated_ms, r.submitted_ms, r.opened_ms, r.decided_ms, r.published_ms, r.closed_ms,"
    " r.version,"
    " CASE WHEN CAST($3 AS BIGINT) = 1 OR EXISTS (SELECT 1 FROM access s WHERE s.account_id = $1"
    "   AND s.permission = 'report.read' AND s.unit_id = r.committee_id) THEN 1 ELSE 0 END AS is_staff,"
    " CASE WHEN r.status = 'unit_signing' AND EXISTS (SELECT 1 FROM access s WHERE s.account_id = $1"
    "   AND s.permission = 'report.unit_sign' AND s.unit_id = r.unit_id) THEN 1 ELSE 0 END AS may_unit_sign,"
    " CASE WHEN EXISTS (SELECT 1 FROM attachment t WHERE t.report_id = r.id) THEN 1 ELSE 0 END"
    "   AS has_attachments"
    " FROM report r JOIN account a ON a.id = r.author_id JOIN unit u ON u.id = r.unit_id"
    " JOIN unit k ON k.id = r.committee_id LEFT JOIN category c ON c.id = r.category_id"
    " WHERE r.id = $2 AND (CAST($3 AS BIGINT) = 1 OR " REPORT_VISIBLE ")");

static bool is_own(const struct ctx *ctx, const struct report_view *report) {
    return report->author_id == ctx->actor->account_id && report->author_id != 0;
}

static void tell_rights(const struct ctx *ctx, struct report_view *report) {
    bool own = is_own(ctx, report);
    bool signing = strcmp(report->status, "unit_signing") == 0;
    bool unopened = strcmp(report->status, "submitted") == 0 && report->opened_ms == ABSENT;
    bool writes = may(ctx, MAY_REPORT_WRITE) || may(ctx, MAY_REPORT_ON_BEHALF);
    report->can_edit = report->can_submit = own && writes && report_is_editable(report->status);
    report->can_withdraw = own && (signing || unopened);
    report->can_delete = own && strcmp(report->status, "draft") == 0;
    report->can_unit_sign = report->may_unit_sign;
}

/* What is not for this reader. A report recorded by staff is its first author's; the recorder's name is the
 * office's business. */
static void hide(struct report_view *report) {
    if (!report->is_staff && !report_decision_is_told(report->status))
        report->decision_code = report->decision_text = NULL;
    if (strcmp(report->channel, "on_behalf") == 0 && report->authors.count > 0)
        report->author_name = LIST_AT(report->authors, struct report_author_view, 0)->name;
}

static int read_view(struct ctx *ctx, int64_t report_id, bool handed_in, struct report_view *ret) {
    struct report_view report;
    record_clear(&report_view_record, &report);
    int error = db_get_record(
        ctx->conn, ctx->arena, &report_view_by_id,
        DB_PARAMS(db_int(ctx->actor->account_id), db_int(report_id), db_int(ctx->actor->system ? 1 : 0)),
        &report_view_record, &report);
    if (error != 0) return error == ERR_NOT_FOUND ? fail(ctx, ERR_NOT_FOUND, NULL, NULL) : error;
    bool own = is_own(ctx, &report), reopened = report_is_reopened(report.status), unsent = false;
    report.as_handed_in = reopened && (handed_in || !own);
    if (own && reopened && !handed_in) error = report_unsent_read(ctx, report_id, &report, &unsent);
    report.has_unsent = unsent;
    if (error == 0)
        error = report_authors_read(ctx, report_id, unsent, report.is_staff || own, &report.authors);
    if (error == 0 && report.has_attachments)
        error = report_attachments_read(ctx, report_id, own && !handed_in, &report.attachments);
    if (error != 0) return error;
    report.status_text = lifecycle_zh(&report_lifecycle, report.status);
    tell_rights(ctx, &report);
    hide(&report);
    *ret = report;
    return 0;
}

int report_view_get(struct ctx *ctx, int64_t report_id, struct report_view *ret) {
    return read_view(ctx, report_id, false, ret);
}

int report_view_handed_in(struct ctx *ctx, int64_t report_id, struct report_view *ret) {
    return read_view(ctx, report_id, true, ret);
}

int report_get(struct ctx *ctx, const void *in_, void *out) {
    const struct report_id_in *in = in_;
    return report_view_get(ctx, in->id, out);
}
