/* Issues as their readers see them: the committee's readers everything, handlers what was sent to their unit.
 */
#include <string.h>

#include "minyi/account.h"
#include "types.h"

/* The actor $1 over the issue's committee; ends with the permission. */
#define OVER_COMMITTEE                                                                         \
    "EXISTS (SELECT 1 FROM access pa WHERE pa.account_id = $1 AND pa.unit_id = i.committee_id" \
    " AND pa.permission = "
#define READS OVER_COMMITTEE "'issue.read')"
/* A handler of the unit that `dispatch dd` went to. */
#define HANDLES                                                                                      \
    "EXISTS (SELECT 1 FROM access ha WHERE ha.account_id = $1 AND ha.permission = 'dispatch.answer'" \
    " AND ha.unit_id = dd.unit_id)"

#define ITEM                                                                                     \
    "SELECT i.id, " ISSUE_PUBLICATION_NAME                                                       \
    ", p.kind AS publication_kind, i.number_text, i.year, i.number, i.title,"                    \
    " i.status, i.issued_on, i.signed_ms,"                                                       \
    " (SELECT count(*) FROM dispatch dd WHERE dd.issue_id = i.id AND dd.status <> 'pending'"     \
    "   AND (" READS " OR " HANDLES ")) AS dispatches,"                                          \
    " (SELECT count(*) FROM dispatch dd WHERE dd.issue_id = i.id AND dd.answered_ms IS NOT NULL" \
    "   AND (" READS " OR " HANDLES ")) AS answered,"                                            \
    " (SELECT count(*) FROM instruction n WHERE n.issue_id = i.id AND " READS ") AS instructions"
#define FILTER                                                     \
    " WHERE (CAST($2 AS BIGINT) IS NULL OR i.publication_id = $2)" \
    " AND (CAST($3 AS BIGINT) IS NULL OR i.year = $3)"             \
    " AND i.signed_ms <= $4 AND (i.signed_ms < $4 OR i.id < $5)"
#define NEWEST " ORDER BY i.signed_ms DESC, i.id DESC LIMIT $6"

DB_STATEMENT(issue_page_reader, ITEM " FROM issue i JOIN publication p ON p.id = i.publication_id" FILTER
                                     " AND " ISSUE_VISIBLE NEWEST);
DB_STATEMENT(issue_page_committee, ITEM " FROM issue i JOIN publication p ON p.id = i.publication_id" FILTER
                                        " AND i.committee_id = $7 AND " ISSUE_VISIBLE NEWEST);
DB_STATEMENT(issue_page_handler,
             ITEM " FROM (SELECT DISTINCT sd.issue_id FROM access sa"
                  " JOIN dispatch sd ON sd.unit_id = sa.unit_id AND sd.status <> 'pending'"
                  " WHERE sa.account_id = $1 AND sa.permission = 'dispatch.answer') x"
                  " JOIN issue i ON i.id = x.issue_id"
                  " JOIN publication p ON p.id = i.publication_id" FILTER NEWEST);
DB_STATEMENT(
    issue_by_id,
    "SELECT i.id, i.publication_id, " ISSUE_PUBLICATION_NAME ", p.kind AS publication_kind, i.number_text,"
    " i.year, i.number, i.total, v.title, v.editor_note, v.situation, v.analysis, v.suggestion,"
    " " ISSUE_ISSUING_OFFICE ", " ISSUE_PRINT_OFFICE
    ", i.template_id, i.issued_on, i.signer_name, i.editor_name, i.reviewer_name,"
    " i.authors_line, i.copies, i.status, i.void_reason, i.version, i.article_id, i.committee_id, i.signed_ms,"
    " CASE WHEN " READS " THEN 1 ELSE 0 END AS reads,"
    " CASE WHEN " OVER_COMMITTEE "'article.read') THEN 1 ELSE 0 END AS sees_article,"
    " CASE WHEN " OVER_COMMITTEE "'issue.manage') THEN 1 ELSE 0 END AS can_manage,"
    " CASE WHEN " OVER_COMMITTEE "'instruction.write') THEN 1 ELSE 0 END AS can_instruct"
    " FROM issue i JOIN publication p ON p.id = i.publication_id"
    " JOIN article_version v ON v.article_id = i.article_id AND v.number = i.article_version"
    " WHERE i.id = $2 AND " ISSUE_VISIBLE);
DB_STATEMENT(issue_core_by_id,
             "SELECT i.id, i.committee_id, i.article_id, i.version, i.status, i.number_text, i.title,"
             " " ISSUE_PUBLICATION_NAME " FROM issue i JOIN publication p ON p.id = i.publication_id"
             " WHERE i.id = $2 AND " ISSUE_VISIBLE);
DB_STATEMENT(issue_recipient_names,
             "SELECT " DISPATCH_RECIPIENT_NAME
             " AS name, d.kind FROM dispatch d JOIN recipient rc ON rc.id = d.recipient_id"
             " WHERE d.issue_id = $1 AND (CAST($2 AS BIGINT) = 1 OR d.status <> 'pending')"
             " ORDER BY " DISPATCH_RECIPIENT_ORDER);
DB_STATEMENT(issue_sources,
             "SELECT s.report_id, r.receipt, r.title FROM article_source s"
             " JOIN report r ON r.id = s.report_id WHERE s.article_id = $1 ORDER BY s.position");

RECORD(issue_core_record, "IssueCore", struct issue_core, "期", F(struct issue_core, id, FIELD_INT, ""),
       F(struct issue_core, committee_id, FIELD_INT, ""), F(struct issue_core, article_id, FIELD_INT, ""),
       F(struct issue_core, version, FIELD_INT, ""), F(struct issue_core, status, FIELD_TEXT, ""),
       F(struct issue_core, number_text, FIELD_TEXT, ""), F(struct issue_core, title, FIELD_TEXT, ""),
       F(struct issue_core, publication_name, FIELD_TEXT, ""));

struct recipient_name {
    const char *name, *kind;
};
RECORD(issue_recipient_name_record, "IssueRecipientName", struct recipient_name, "报送对象",
       F(struct recipient_name, name, FIELD_TEXT, ""), F(struct recipient_name, kind, FIELD_TEXT, ""));

int issue_core_get(struct ctx *ctx, int64_t issue_id, struct issue_core *ret) {
    int error =
        db_get_record(ctx->conn, ctx->arena, &issue_core_by_id,
                      DB_PARAMS(db_int(ctx->actor->account_id), db_int(issue_id)), &issue_core_record, ret);
    return error == ERR_NOT_FOUND ? fail(ctx, ERR_NOT_FOUND, NULL, NULL) : error;
}

int issue_need(struct ctx *ctx, enum permission permission, int64_t issue_id, struct issue_core *ret) {
    int error = issue_core_get(ctx, issue_id, ret);
    return error == 0 ? need_over(ctx, permission, ret->committee_id) : error;
}

/* The lists 主送 and 抄送; PENDING: with those whom it has not gone to yet. */
static int list_recipients(struct ctx *ctx, int64_t issue_id, bool pending, struct list *ret_main,
                           struct list *ret_copy) {
    struct list rows = {0};
    int error =
        db_get_list(ctx->conn, ctx->arena, &issue_recipient_names,
                    DB_PARAMS(db_int(issue_id), db_int(pending)), &issue_recipient_name_record, &rows);
    if (error != 0) return error;
    struct list main = {.items = arena_array(ctx->arena, rows.count + 1, sizeof(char *))};
    struct list copy = {.items = arena_array(ctx->arena, rows.count + 1, sizeof(char *))};
    for (size_t i = 0; i < rows.count; i++) {
        const struct recipient_name *row = LIST_AT(rows, struct recipient_name, i);
        struct list *names = strcmp(row->kind, "main") == 0 ? &main : &copy;
        *LIST_AT(*names, const char *, names->count++) = row->name;
    }
    *ret_main = main;
    *ret_copy = copy;
    return 0;
}

int issue_printed_recipients(struct ctx *ctx, const struct issue_view *issue, struct list *ret_main,
                             struct list *ret_copy) {
    return list_recipients(ctx, issue->id, strcmp(issue->status, "signed") == 0, ret_main, ret_copy);
}

int issue_view_get(struct ctx *ctx, int64_t issue_id, struct issue_view *ret) {
    struct issue_view view;
    record_clear(&issue_view_record, &view);
    int error =
        db_get_record(ctx->conn, ctx->arena, &issue_by_id,
                      DB_PARAMS(db_int(ctx->actor->account_id), db_int(issue_id)), &issue_view_record, &view);
    if (error == ERR_NOT_FOUND) return fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    if (error != 0) return error;
    view.status_text = lifecycle_zh(&issue_lifecycle, view.status);
    if (!view.reads) view.void_reason = NULL;
    /* One that a program made which did not keep it. */
    if (view.authors_line == NULL) error = issue_authors_line(ctx, view.article_id, &view.authors_line);
    /* Whom it has not gone to yet only readers of the committee see. */
    if (error == 0)
        error = list_recipients(ctx, issue_id, view.reads, &view.main_recipients, &view.copy_recipients);
    if (error == 0 && may(ctx, MAY_DISPATCH_MANAGE))
        error = dispatch_list_of_issue(ctx, issue_id, &view.dispatches);
    if (error == 0) error = instruction_list_of_issue(ctx, issue_id, &view.instructions);
    if (error == 0 && view.sees_article)
        error = db_get_list(ctx->conn, ctx->arena, &issue_sources, DB_PARAMS(db_int(view.article_id)),
                            &issue_source_record, &view.sources);
    if (error == 0) *ret = view;
    return error;
}

int issue_get(struct ctx *ctx, const void *in_, void *out) {
    return issue_view_get(ctx, ((const struct issue_id_in *)in_)->id, out);
}

static int page(struct ctx *ctx, const struct issue_list_in *in, int64_t key, int64_t id, int64_t count,
                struct list *ret) {
    int64_t committee_id = ABSENT;
    int error = issue_sole_committee(ctx, MAY_ISSUE_READ, &committee_id);
    if (error != 0) return error;
    const struct db_value params[] = {db_int(ctx->actor->account_id),
                                      db_int(in->publication_id),
                                      db_int(in->year),
                                      db_int(key),
                                      db_int(id),
                                      db_int(count),
                                      db_int(committee_id)};
    bool sole = committee_id != ABSENT;
    struct db_statement *statement = sole                       ? &issue_page_committee
                                     : may(ctx, MAY_ISSUE_READ) ? &issue_page_reader
                                                                : &issue_page_handler;
    return db_get_list(ctx->conn, ctx->arena, statement, params, ARRAY_LEN(params) - (sole ? 0 : 1),
                       &issue_item_record, ret);
}

int issue_list(struct ctx *ctx, const void *in_, void *out_) {
    const struct issue_list_in *in = in_;
    struct issue_list_out *out = out_;
    int64_t key = 0, id = 0, limit = page_limit(in->limit, 20);
    struct list rows = {0};
    int error = page_after(ctx, in->after, &key, &id);
    if (error != 0) return error;
    error = page(ctx, in, key, id, limit + 1, &rows);
    if (error != 0) return error;
    if (rows.count > (size_t)limit) {
        rows.count = (size_t)limit;
        const struct issue_item *last = LIST_AT(rows, struct issue_item, rows.count - 1);
        out->next = page_cursor(ctx, last->signed_ms, last->id);
    }
    for (size_t i = 0; i < rows.count; i++) {
        struct issue_item *item = LIST_AT(rows, struct issue_item, i);
        item->status_text = lifecycle_zh(&issue_lifecycle, item->status);
    }
    out->items = rows;
    return 0;
}
