/* An author's unsent words stay his.
 *
 * 1. `report` and `report_author` hold what was handed in last, and every statement of every feature reads
 *    them: nobody but the author can come upon what he has not handed in.
 * 2. What he changes while the report is open to him again (returned, withdrawn) is in report_unsent and
 *    report_unsent_author, whole: no row means that nothing was changed. Both are read here and in his own
 *    list, and become the report when he hands it in again.
 * 3. A draft was never handed in and is nobody else's: it needs no second text.
 */
#include "internal.h"

#include <string.h>

#include "minyi/audit.h"
#include "minyi/err.h"

#define COPIED                                                                                           \
    "channel, title, situation, analysis, suggestion, words, text_sha256, category_id, source, urgency," \
    " target_level, writer, name_public, name_public_reason, suggested_recipients, remarks"
#define COPIED_AUTHOR "position, account_id, name, unit_name, post, standing, contact, own"

DB_STATEMENT(unsent_start, "INSERT INTO report_unsent (report_id, updated_ms, " COPIED ")"
                           " SELECT id, updated_ms, " COPIED " FROM report WHERE id = $1"
                           " ON CONFLICT (report_id) DO NOTHING");
DB_STATEMENT(
    unsent_update,
    "UPDATE report_unsent SET channel = CASE WHEN channel = 'on_behalf' THEN channel ELSE $2 END, title = $3,"
    " situation = $4, analysis = $5, suggestion = $6, words = $7, text_sha256 = $8, category_id = $9,"
    " source = COALESCE($10, source), urgency = COALESCE($11, urgency),"
    " target_level = COALESCE($12, target_level), writer = $13, name_public = $14,"
    " name_public_reason = $15, suggested_recipients = $16, remarks = $17, updated_ms = $18"
    " WHERE report_id = $1");
DB_STATEMENT(unsent_count_edit, "UPDATE report SET version = version + 1 WHERE id = $1 AND version = $2");
DB_STATEMENT(unsent_view,
             "SELECT n.channel, n.title, n.situation, n.analysis, n.suggestion, n.words, n.text_sha256,"
             " n.category_id, c.name AS category_name, n.source, n.urgency, n.target_level, n.writer,"
             " n.name_public, n.name_public_reason, n.suggested_recipients, n.remarks, n.updated_ms"
             " FROM report_unsent n LEFT JOIN category c ON c.id = n.category_id WHERE n.report_id = $1"
             " ORDER BY n.report_id");
DB_STATEMENT(
    unsent_hand_in,
    "UPDATE report SET channel = n.channel, title = n.title, situation = n.situation, analysis = n.analysis,"
    " suggestion = n.suggestion, words = n.words, text_sha256 = n.text_sha256, category_id = n.category_id,"
    " source = n.source, urgency = n.urgency, target_level = n.target_level, writer = n.writer,"
    " name_public = n.name_public, name_public_reason = n.name_public_reason,"
    " suggested_recipients = n.suggested_recipients, remarks = n.remarks"
    " FROM report_unsent n WHERE n.report_id = report.id AND report.id = $1");
DB_STATEMENT(unsent_authors_clear, "DELETE FROM report_author WHERE report_id = $1");
DB_STATEMENT(unsent_authors_hand_in, "INSERT INTO report_author (report_id, " COPIED_AUTHOR ")"
                                     " SELECT report_id, " COPIED_AUTHOR " FROM report_unsent_author"
                                     " WHERE report_id = $1 ORDER BY position");
DB_STATEMENT(unsent_authors_drop, "DELETE FROM report_unsent_author WHERE report_id = $1");
DB_STATEMENT(unsent_drop, "DELETE FROM report_unsent WHERE report_id = $1");

bool report_is_reopened(const char *status) {
    return report_is_editable(status) && strcmp(status, "draft") != 0;
}

int report_unsent_save(struct ctx *ctx, const struct report_draft *draft, const char *channel) {
    struct report_measures m = report_measure(draft);
    int64_t changed = 0;
    int error =
        db_exec(ctx->conn, &unsent_count_edit, DB_PARAMS(db_int(draft->id), db_int(ctx->if_match)), &changed);
    if (error != 0) return error;
    if (changed == 0) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    error = db_exec(ctx->conn, &unsent_start, DB_PARAMS(db_int(draft->id)), NULL);
    if (error == 0)
        error = db_exec(
            ctx->conn, &unsent_update,
            DB_PARAMS(db_int(draft->id), db_text(channel), db_text(m.text.title), db_text(m.text.situation),
                      db_text(m.text.analysis), db_text(m.text.suggestion), db_int(m.words),
                      db_text(m.sha256), db_int(draft->category_id), db_text(draft->source),
                      db_text(draft->urgency), db_text(draft->target_level), db_text(draft->writer),
                      db_int(draft->name_public ? 1 : 0), db_text(draft->name_public_reason),
                      db_text(draft->suggested_recipients), db_text(draft->remarks), db_int(ctx->now)),
            NULL);
    if (error == 0) error = report_authors_write(ctx, draft->id, true, &draft->authors);
    return error != 0 ? error : audit_add(ctx, "report.save", "report", draft->id, "%s", m.sha256);
}

int report_unsent_read(struct ctx *ctx, int64_t report_id, struct report_view *report, bool *ret_found) {
    const char *title = report->title, *sha256 = report->text_sha256;
    int error = db_get_record(ctx->conn, ctx->arena, &unsent_view, DB_PARAMS(db_int(report_id)),
                              &report_view_record, report);
    if (error != 0 && error != ERR_NOT_FOUND) return error;
    *ret_found = error == 0;
    if (error != 0) return 0;
    report->sent_title = title;
    report->sent_sha256 = sha256;
    return 0;
}

static int run(struct ctx *ctx, int64_t report_id, struct db_statement *const statements[], size_t count) {
    int error = 0;
    for (size_t i = 0; error == 0 && i < count; i++)
        error = db_exec(ctx->conn, statements[i], DB_PARAMS(db_int(report_id)), NULL);
    return error;
}

int report_unsent_hand_in(struct ctx *ctx, int64_t report_id) {
    int64_t changed = 0;
    int error = db_exec(ctx->conn, &unsent_hand_in, DB_PARAMS(db_int(report_id)), &changed);
    struct db_statement *const moves[] = {&unsent_authors_clear, &unsent_authors_hand_in,
                                          &unsent_authors_drop, &unsent_drop};
    if (error == 0 && changed > 0) error = run(ctx, report_id, moves, ARRAY_LEN(moves));
    return error != 0 ? error : report_attachments_hand_in(ctx, report_id);
}

int report_unsent_forget(struct ctx *ctx, int64_t report_id) {
    struct db_statement *const drops[] = {&unsent_authors_drop, &unsent_drop};
    return run(ctx, report_id, drops, ARRAY_LEN(drops));
}
