/* The records that papers are of: whose they are, what they are called, where their page is. Each by the
 * visibility rule of its own feature. */
#include "internal.h"

#include <string.h>

#include "minyi/account.h"
#include "minyi/article.h"
#include "minyi/err.h"
#include "minyi/issue.h"
#include "minyi/report.h"

#define ISSUE "SELECT i.committee_id, i.title, p.name || ' ' || i.number_text AS number, 1 AS at_desk"

DB_STATEMENT(paper_record_issue,
             ISSUE " FROM issue i JOIN publication p ON p.id = i.publication_id WHERE i.id = $2"
                   " AND " ISSUE_VISIBLE);
DB_STATEMENT(paper_record_list,
             ISSUE " FROM issue i JOIN publication p ON p.id = i.publication_id WHERE i.id = $2"
                   " AND EXISTS (SELECT 1 FROM access a WHERE a.account_id = $1"
                   "   AND a.permission = 'dispatch.manage' AND a.unit_id = i.committee_id)");
DB_STATEMENT(paper_record_report,
             "SELECT r.committee_id, r.title, r.receipt AS number,"
             " CASE WHEN " REPORT_AT_DESK(
                 "r") " THEN 1 ELSE 0 END AS at_desk,"
                      " CASE WHEN EXISTS (SELECT 1 FROM report_author oa WHERE oa.report_id = r.id"
                      "   AND oa.account_id = $1) THEN 1 ELSE 0 END AS own"
                      " FROM report r WHERE r.id = $2 AND " REPORT_VISIBLE);
DB_STATEMENT(paper_record_article, "SELECT ar.committee_id, ar.title, 1 AS at_desk FROM article ar"
                                   " WHERE ar.id = $2 AND " ARTICLE_VISIBLE);
DB_STATEMENT(
    paper_record_dispatch,
    "SELECT d.committee_id, i.title || '（' || " DISPATCH_RECIPIENT_NAME " || '）' AS title,"
    " p.name || ' ' || i.number_text AS number, 1 AS at_desk"
    " FROM dispatch d JOIN issue i ON i.id = d.issue_id JOIN publication p ON p.id = i.publication_id"
    " JOIN recipient rc ON rc.id = d.recipient_id WHERE d.id = $2 AND " DISPATCH_VISIBLE);

static const struct place {
    struct db_statement *statement;
    const char *page, *desk; /* the page's folder; that of the desk, where it has one of its own */
    enum permission manages;
} places[PAPER_KIND_END] = {
    [PAPER_KIND_ISSUE] = {&paper_record_issue, "/issues", NULL, MAY_ISSUE_MANAGE},
    [PAPER_KIND_REPORT] = {&paper_record_report, "/reports", "/desk/reports", MAY_REPORT_REVIEW},
    [PAPER_KIND_REVIEW] = {&paper_record_article, "/articles", NULL, MAY_ARTICLE_EDIT},
    [PAPER_KIND_ADOPTION] = {&paper_record_report, "/reports", "/desk/reports", MAY_REPORT_REVIEW},
    [PAPER_KIND_CERTIFICATE] = {&paper_record_report, "/reports", "/desk/reports", MAY_REPORT_REVIEW},
    [PAPER_KIND_DISPATCH_LIST] = {&paper_record_list, "/issues", NULL, MAY_DISPATCH_MANAGE},
    [PAPER_KIND_URGING] = {&paper_record_dispatch, "/dispatches", NULL, MAY_DISPATCH_MANAGE},
};

#define READS(KIND, CODE, MAY, PERMISSION) [KIND] = (MAY),
static const enum permission readers[PAPER_KIND_END] = {PAPER_DESK(READS)};

bool paper_kinds_share(enum paper_kind a, enum paper_kind b) {
    return strcmp(places[a].page, places[b].page) == 0;
}

struct row {
    int64_t committee_id;
    const char *title, *number;
    bool at_desk, own;
};
RECORD(paper_record_row, "PaperRecordRow", struct row, "", F(struct row, committee_id, FIELD_INT, ""),
       F(struct row, title, FIELD_TEXT, ""), F(struct row, number, FIELD_TEXT, ""),
       F(struct row, at_desk, FIELD_BOOL, ""), F(struct row, own, FIELD_BOOL, ""));

/* A right over the record's committee, which has nothing before the desk has the record. */
static int right(struct ctx *ctx, const struct row *row, enum permission permission, bool *ret) {
    int is = row->at_desk ? may_over(ctx, permission, row->committee_id) : 0;
    if (is >= 0) *ret = is == 1;
    return is < 0 ? is : 0;
}

int paper_record_get(struct ctx *ctx, enum paper_kind kind, int64_t id, struct paper_record *ret) {
    const struct place *place = &places[kind];
    struct row row = {0};
    bool reads = false, manages = false;
    int error = db_get_record(ctx->conn, ctx->arena, place->statement,
                              DB_PARAMS(db_int(ctx->actor->account_id), db_int(id)), &paper_record_row, &row);
    if (error == ERR_NOT_FOUND) return fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    if (error == 0) error = right(ctx, &row, readers[kind], &reads);
    if (error == 0) error = right(ctx, &row, place->manages, &manages);
    if (error != 0) return error;
    const char *page = place->desk && reads && !row.own ? place->desk : place->page;
    *ret = (struct paper_record){
        .committee_id = row.committee_id,
        .title = row.title,
        .number = row.number,
        .link = arena_printf(ctx->arena, "%s/%lld", page, (long long)id),
        .reads = reads,
        .manages = reads && manages,
    };
    return 0;
}
