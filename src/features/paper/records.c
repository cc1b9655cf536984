/* Files of papers that were handed out, or made to be: who, what version, which hash.
 *
 * 1. A row is an account, a file and a day: the same file taken again on that day is that row. Its first
 *    taking is audited.
 * 2. Rows are seen by the one who took the file and by the office that keeps this kind of record; that a file
 *    is one of an issue's everybody may find out who may see the issue, without the names of those who took
 *    it.
 * 3. What was made for a batch is handed out with its zip: taken_ms says when, and stays empty if that is
 *    never taken. Taken by itself on the same day, it has a row for that, too. A batch that was begun anew has
 *    the rows of each attempt, told apart by at_ms: the zip is of the last, and it alone is handed out.
 * 4. Nothing is deleted: a file sent long ago can still be proved. */
#include "internal.h"

#include <string.h>

#include "minyi/audit.h"
#include "minyi/clock.h"
#include "minyi/err.h"
#include "minyi/issue.h"

/* The actor $1 took it, or is of the office that keeps it; over `rendering g`. An issue is read by
 * leaders, too, and kept by those who prepare it. */
#define OWN "g.account_id = $1"
#define WHEN(KIND, CODE, MAY, PERMISSION) " WHEN '" CODE "' THEN '" PERMISSION "'"
#define DESK                                                    \
    "EXISTS (SELECT 1 FROM access ga WHERE ga.account_id = $1"  \
    " AND ga.unit_id = g.committee_id AND ga.permission = CASE" \
    " g.kind WHEN 'issue' THEN 'article.read'" PAPER_DESK(WHEN) " END)"
#define RENDERING_VISIBLE                                                         \
    "(" OWN " OR " DESK " OR (g.kind = 'issue' AND EXISTS (SELECT 1 FROM issue i" \
    " WHERE i.id = g.record_id AND " ISSUE_VISIBLE ")))"
#define COLUMNS                                                                        \
    "SELECT g.id, g.kind, g.record_id, g.format, g.name, g.sha256, g.size,"            \
    " CASE WHEN g.pages > 0 THEN g.pages END AS pages,"                                \
    " CASE WHEN " OWN " OR " DESK " THEN ac.name END AS by_name, g.at_ms, g.batch_id," \
    " g.taken_ms FROM rendering g"                                                     \
    " LEFT JOIN account ac ON ac.id = g.account_id"

DB_STATEMENT(rendering_by_record, COLUMNS " WHERE g.kind = $2 AND g.record_id = $3 AND " RENDERING_VISIBLE
                                          " ORDER BY g.id DESC LIMIT 100");
DB_STATEMENT(rendering_by_hash,
             COLUMNS " WHERE g.sha256 = $2 AND " RENDERING_VISIBLE " ORDER BY g.id DESC LIMIT 100");
DB_STATEMENT(
    rendering_same_version,
    "SELECT g.kind, g.record_id, g.format, g.source_sha256, g.template_id, g.fonts_sha256, g.sha256,"
    " g.size, g.pages, g.name, g.blob_sha256 FROM rendering g WHERE g.kind = $1 AND g.record_id = $2"
    " AND g.format = $3 AND g.source_sha256 = $4 AND g.blob_sha256 IS NOT NULL ORDER BY g.id LIMIT 1");
DB_STATEMENT(rendering_any, "SELECT g.kind, g.record_id FROM rendering g WHERE g.sha256 = $1"
                            " ORDER BY g.id DESC LIMIT 1");
DB_STATEMENT(
    rendering_of_day,
    "SELECT g.id FROM rendering g WHERE g.sha256 = $1 AND g.kind = $2 AND g.record_id = $3"
    " AND g.account_id IS NOT DISTINCT FROM CAST($4 AS BIGINT) AND g.at_ms >= $5"
    " AND (g.batch_id IS NULL OR (g.batch_id = CAST($6 AS BIGINT) AND g.at_ms >= CAST($7 AS BIGINT)))"
    " ORDER BY g.id LIMIT 1");
DB_STATEMENT(rendering_set_taken, "UPDATE rendering SET taken_ms = $3 WHERE batch_id = $1 AND at_ms >= $2"
                                  " AND taken_ms IS NULL");
DB_STATEMENT(rendering_newest_of_batch, "SELECT COALESCE(max(at_ms), 0) FROM rendering WHERE batch_id = $1");
DB_STATEMENT(rendering_insert,
             "INSERT INTO rendering (committee_id, kind, record_id, format, source_sha256, template_id,"
             " fonts_sha256, sha256, size, pages, name, blob_sha256, account_id, at_ms, batch_id)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id");

RECORD(rendering_new_record, "RenderingNew", struct rendering_new, "",
       F(struct rendering_new, record_id, FIELD_INT, ""), F(struct rendering_new, size, FIELD_INT, ""),
       F(struct rendering_new, template_id, FIELD_INT, "", .flags = FIELD_NULLABLE),
       F(struct rendering_new, pages, FIELD_INT, ""), F(struct rendering_new, kind, FIELD_TEXT, ""),
       F(struct rendering_new, format, FIELD_TEXT, ""),
       F(struct rendering_new, source_sha256, FIELD_TEXT, ""),
       F(struct rendering_new, fonts_sha256, FIELD_TEXT, ""), F(struct rendering_new, sha256, FIELD_TEXT, ""),
       F(struct rendering_new, name, FIELD_TEXT, ""), F(struct rendering_new, blob_sha256, FIELD_TEXT, ""));

int renderings_of(struct ctx *ctx, const struct paper_form *form, int64_t id, struct list *ret) {
    return db_get_list(ctx->conn, ctx->arena, &rendering_by_record,
                       DB_PARAMS(db_int(ctx->actor->account_id), db_text(paper_form_code(form)), db_int(id)),
                       &rendering_view_record, ret);
}

int rendering_kept(struct ctx *ctx, const char *kind, int64_t record_id, const char *format,
                   const char *source_sha256, struct rendering_new *ret) {
    return db_get_record(ctx->conn, ctx->arena, &rendering_same_version,
                         DB_PARAMS(db_text(kind), db_int(record_id), db_text(format), db_text(source_sha256)),
                         &rendering_new_record, ret);
}

static int insert(struct ctx *ctx, const struct rendering_new *rendering, int64_t account_id,
                  int64_t *ret_id) {
    int64_t template_id = rendering->template_id > 0 ? rendering->template_id : ABSENT;
    int64_t batch_id = rendering->batch != NULL ? rendering->batch->id : ABSENT;
    int error = db_get_int(
        ctx->conn, &rendering_insert,
        DB_PARAMS(db_int(rendering->committee_id), db_text(rendering->kind), db_int(rendering->record_id),
                  db_text(rendering->format), db_text(rendering->source_sha256), db_int(template_id),
                  db_text(rendering->fonts_sha256), db_text(rendering->sha256), db_int(rendering->size),
                  db_int(rendering->pages), db_text(rendering->name), db_text(rendering->blob_sha256),
                  db_int(account_id), db_int(ctx->now), db_int(batch_id)),
        ret_id);
    if (error == 0) error = paper_site_keep(ctx);
    if (error != 0) return error;
    const char *batch =
        batch_id == ABSENT ? "" : arena_printf(ctx->arena, " batch=%lld", (long long)batch_id);
    return audit_add(ctx, "paper.render", rendering->record, rendering->record_id, "%s.%s %s version=%s%s",
                     rendering->kind, rendering->format, rendering->sha256, rendering->source_sha256, batch);
}

int rendering_add(struct ctx *ctx, const struct rendering_new *rendering, struct rendering *ret) {
    int64_t account_id = ctx->actor->account_id > 0 ? ctx->actor->account_id : ABSENT;
    const struct paper_batch batch =
        rendering->batch != NULL ? *rendering->batch : (struct paper_batch){ABSENT, ABSENT};
    int64_t day_ms = 0, id = 0;
    char today[CLOCK_DATE_SIZE];
    clock_date(ctx->now, today);
    int error = clock_parse_date(today, &day_ms);
    if (error != 0) return error;
    error = db_get_int(ctx->conn, &rendering_of_day,
                       DB_PARAMS(db_text(rendering->sha256), db_text(rendering->kind),
                                 db_int(rendering->record_id), db_int(account_id), db_int(day_ms),
                                 db_int(batch.id), db_int(batch.since_ms)),
                       &id);
    if (error == ERR_NOT_FOUND) error = insert(ctx, rendering, account_id, &id);
    if (error != 0) return error;
    *ret = (struct rendering){.id = id,
                              .name = rendering->name,
                              .sha256 = rendering->sha256,
                              .size = rendering->size,
                              .pages = rendering->pages};
    return 0;
}

int paper_batch_taken(struct ctx *ctx, const struct paper_batch *batch) {
    return db_exec(ctx->conn, &rendering_set_taken,
                   DB_PARAMS(db_int(batch->id), db_int(batch->since_ms), db_int(ctx->now)), NULL);
}

int paper_batch_newest(struct ctx *ctx, int64_t batch_id, int64_t *ret_ms) {
    return db_get_int(ctx->conn, &rendering_newest_of_batch, DB_PARAMS(db_int(batch_id)), ret_ms);
}

int paper_of_file(struct ctx *ctx, const char *sha256, enum paper_kind *ret_kind, int64_t *ret_id) {
    struct rendering_new row = {0};
    int error = db_get_record(ctx->conn, ctx->arena, &rendering_any, DB_PARAMS(db_text(sha256)),
                              &rendering_new_record, &row);
    if (error != 0) return error;
    *ret_kind = paper_kind_find(row.kind);
    *ret_id = row.record_id;
    return *ret_kind != PAPER_KIND_END ? 0 : ERR_NOT_FOUND;
}

int rendering_find(struct ctx *ctx, const void *in_, void *out_) {
    const struct rendering_find_in *in = in_;
    struct rendering_list_out *out = out_;
    struct list rows = {0};
    int error = db_get_list(ctx->conn, ctx->arena, &rendering_by_hash,
                            DB_PARAMS(db_int(ctx->actor->account_id), db_text(in->sha256)),
                            &rendering_view_record, &rows);
    const struct problem before = *ctx->problem;
    size_t count = 0;
    for (size_t i = 0; error == 0 && i < rows.count; i++) {
        struct rendering_view *row = LIST_AT(rows, struct rendering_view, i);
        struct paper_record record = {0};
        const struct paper_form *form = paper_form_find(row->kind);
        error = form != NULL ? paper_record_get(ctx, form->kind, row->record_id, &record) : ERR_NOT_FOUND;
        if (error == 0) {
            row->kind_name = paper_form_zh(form);
            row->record_title = record.title;
            row->link = record.link;
            *LIST_AT(rows, struct rendering_view, count++) = *row;
        } else if (error == ERR_NOT_FOUND) { /* his own file of what he does not see any more */
            *ctx->problem = before;
            error = 0;
        }
    }
    if (error != 0) return error;
    rows.count = count;
    out->items = rows;
    return 0;
}
