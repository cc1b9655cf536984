/* Drafts: made, saved, thrown away.
 *
 * 1. A device numbers its own drafts (client_key). The same draft sent twice by a shaky network is one
 *    report, with or without an Idempotency-Key: the second sending answers with what is there.
 * 2. Only the author changes a report, and only as a draft, returned or withdrawn.
 * 3. Saving what was handed in before goes to the unsent text (unsent.c); a draft is written in place.
 * 4. Deleted is only what was never handed in: a draft. What was sent stays.
 */
#include "internal.h"

#include <string.h>

#include "minyi/audit.h"
#include "minyi/err.h"

DB_STATEMENT(report_by_key, "SELECT id FROM report WHERE author_id = $1 AND client_key = $2");
DB_STATEMENT(report_category_usable,
             "SELECT count(*) FROM category c WHERE c.id = $1 AND (c.active = 1"
             " OR EXISTS (SELECT 1 FROM report r WHERE r.id = $2 AND r.category_id = c.id)"
             " OR EXISTS (SELECT 1 FROM report_unsent n WHERE n.report_id = $2 AND n.category_id = c.id))");
/* A draft is meant for the level of its own committee until the author says otherwise. */
DB_STATEMENT(
    report_insert,
    "INSERT INTO report (committee_id, unit_id, author_id, client_key, status, channel, title, situation,"
    " analysis, suggestion, words, text_sha256, category_id, source, urgency, target_level, writer, "
    "name_public,"
    " name_public_reason, suggested_recipients, remarks, created_ms, updated_ms)"
    " SELECT k.id, $2, $3, $4, 'draft', $5, $6, $7, $8, $9, $10, $11, $12, COALESCE($13, 'member'),"
    " COALESCE($14, 'normal'), COALESCE($15, CASE k.kind WHEN 'nation' THEN 'national' ELSE k.kind END), $16,"
    " $17, $18, $19, $20, $21, $21 FROM unit k WHERE k.id = $1 RETURNING id");
DB_STATEMENT(
    report_update,
    "UPDATE report SET channel = CASE WHEN channel = 'on_behalf' THEN channel ELSE $3 END, title = $4,"
    " situation = $5, analysis = $6, suggestion = $7, words = $8, text_sha256 = $9, category_id = $10,"
    " source = COALESCE($11, source), urgency = COALESCE($12, urgency),"
    " target_level = COALESCE($13, target_level), writer = $14, name_public = $15,"
    " name_public_reason = $16, suggested_recipients = $17, remarks = $18, updated_ms = $19,"
    " version = version + 1 WHERE id = $1 AND version = $2");
DB_STATEMENT(report_authors_drop, "DELETE FROM report_author WHERE report_id = $1");
DB_STATEMENT(report_events_drop, "DELETE FROM report_event WHERE report_id = $1");
DB_STATEMENT(report_seen_drop, "DELETE FROM report_seen WHERE report_id = $1");
DB_STATEMENT(report_drop, "DELETE FROM report WHERE id = $1 AND status = 'draft'");

static const char *text_of(const char *text) {
    return text != NULL ? text : "";
}

static int check_category(struct ctx *ctx, int64_t category_id, int64_t report_id) {
    if (category_id == ABSENT) return 0;
    int64_t usable = 0;
    int error = db_get_int(ctx->conn, &report_category_usable,
                           DB_PARAMS(db_int(category_id), db_int(report_id)), &usable);
    if (error != 0 || usable > 0) return error;
    return fail(ctx, ERR_NOT_ALLOWED_VALUE, "category_id", "没有这个类别，或已停用，请重新选择。");
}

struct report_measures report_measure(const struct report_draft *draft) {
    struct report_measures m = {.text = {text_of(draft->title), text_of(draft->situation),
                                         text_of(draft->analysis), text_of(draft->suggestion)}};
    m.words = report_words(&m.text);
    report_text_hash(m.text.title, m.text.situation, m.text.analysis, m.text.suggestion, m.sha256);
    return m;
}

static int insert(struct ctx *ctx, const struct report_draft *draft, const char *channel, int64_t *ret_id) {
    struct report_measures m = report_measure(draft);
    return db_get_int(ctx->conn, &report_insert,
                      DB_PARAMS(db_int(ctx->actor->committee_id), db_int(ctx->actor->unit_id),
                                db_int(ctx->actor->account_id), db_text(draft->client_key), db_text(channel),
                                db_text(m.text.title), db_text(m.text.situation), db_text(m.text.analysis),
                                db_text(m.text.suggestion), db_int(m.words), db_text(m.sha256),
                                db_int(draft->category_id), db_text(draft->source), db_text(draft->urgency),
                                db_text(draft->target_level), db_text(draft->writer),
                                db_int(draft->name_public ? 1 : 0), db_text(draft->name_public_reason),
                                db_text(draft->suggested_recipients), db_text(draft->remarks),
                                db_int(ctx->now)),
                      ret_id);
}

int report_draft_insert(struct ctx *ctx, const struct report_draft *draft, const char *channel,
                        int64_t *ret_id, bool *ret_new) {
    int64_t id = 0;
    if (draft->client_key != NULL) {
        int error = db_get_int(ctx->conn, &report_by_key,
                               DB_PARAMS(db_int(ctx->actor->account_id), db_text(draft->client_key)), &id);
        if (error == 0) {
            *ret_id = id;
            *ret_new = false;
            return 0;
        }
        if (error != ERR_NOT_FOUND) return error;
    }
    int error = check_category(ctx, draft->category_id, ABSENT);
    if (error == 0) error = insert(ctx, draft, channel, &id);
    if (error == 0) error = report_authors_write(ctx, id, false, &draft->authors);
    if (error == 0) error = audit_add(ctx, "report.create", "report", id, "%s", channel);
    if (error != 0) return error;
    *ret_id = id;
    *ret_new = true;
    return 0;
}

static const char *channel_of(const struct report_draft *draft) {
    return draft->via_unit ? "unit" : "form";
}

int report_create(struct ctx *ctx, const void *in_, void *out) {
    const struct report_draft *in = in_;
    int64_t id = 0;
    bool fresh = false;
    int error = report_draft_insert(ctx, in, channel_of(in), &id, &fresh);
    return error != 0 ? error : report_view_get(ctx, id, out);
}

static int update(struct ctx *ctx, const struct report_draft *draft) {
    struct report_measures m = report_measure(draft);
    int64_t changed = 0;
    int error = db_exec(
        ctx->conn, &report_update,
        DB_PARAMS(db_int(draft->id), db_int(ctx->if_match), db_text(channel_of(draft)), db_text(m.text.title),
                  db_text(m.text.situation), db_text(m.text.analysis), db_text(m.text.suggestion),
                  db_int(m.words), db_text(m.sha256), db_int(draft->category_id), db_text(draft->source),
                  db_text(draft->urgency), db_text(draft->target_level), db_text(draft->writer),
                  db_int(draft->name_public ? 1 : 0), db_text(draft->name_public_reason),
                  db_text(draft->suggested_recipients), db_text(draft->remarks), db_int(ctx->now)),
        &changed);
    if (error != 0) return error;
    if (changed == 0) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    error = report_authors_write(ctx, draft->id, false, &draft->authors);
    return error != 0 ? error : audit_add(ctx, "report.save", "report", draft->id, "%s", m.sha256);
}

int report_save(struct ctx *ctx, const void *in_, void *out) {
    const struct report_draft *in = in_;
    struct report_core report = {0};
    int error = report_own_editable(ctx, in->id, &report);
    if (error == 0) error = check_category(ctx, in->category_id, in->id);
    if (error == 0)
        error =
            report_is_reopened(report.status) ? report_unsent_save(ctx, in, channel_of(in)) : update(ctx, in);
    return error != 0 ? error : report_view_get(ctx, in->id, out);
}

int report_delete(struct ctx *ctx, const void *in_, void *out) {
    const struct report_id_in *in = in_;
    (void)out;
    struct report_core report = {0};
    int error = report_own(ctx, in->id, &report);
    if (error != 0) return error;
    if (strcmp(report.status, "draft") != 0)
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "已经提交过的来稿不能删除。");
    error = report_attachments_delete(ctx, in->id);
    struct db_statement *const drops[] = {&report_authors_drop, &report_events_drop, &report_seen_drop,
                                          &report_drop};
    for (size_t i = 0; error == 0 && i < ARRAY_LEN(drops); i++)
        error = db_exec(ctx->conn, drops[i], DB_PARAMS(db_int(in->id)), NULL);
    return error != 0 ? error : audit_add(ctx, "report.delete", "report", in->id, NULL);
}
