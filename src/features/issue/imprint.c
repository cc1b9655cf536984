/* What an issue says of itself, for papers that name it: notices, certificates, urging letters. */
#include "types.h"

#define IMPRINT                                                         \
    "SELECT i.id, i.committee_id, i.signed_ms, " ISSUE_PUBLICATION_NAME \
    ", i.number_text, " ISSUE_ISSUING_OFFICE                            \
    ", i.issued_on FROM issue i JOIN publication p ON p.id = i.publication_id"

DB_STATEMENT(issue_imprint, IMPRINT " WHERE i.id = $1 AND i.status <> 'void'");
DB_STATEMENT(issue_imprint_of_report,
             IMPRINT " JOIN article_source s ON s.article_id = i.article_id"
                     " WHERE s.report_id = $1 AND i.status <> 'void' ORDER BY i.id LIMIT 1");

RECORD(issue_imprint_record, "IssueImprint", struct issue_imprint, "期",
       F(struct issue_imprint, id, FIELD_INT, ""), F(struct issue_imprint, committee_id, FIELD_INT, ""),
       F(struct issue_imprint, signed_ms, FIELD_TIME, ""),
       F(struct issue_imprint, publication_name, FIELD_TEXT, ""),
       F(struct issue_imprint, number_text, FIELD_TEXT, ""),
       F(struct issue_imprint, issuing_office, FIELD_TEXT, ""),
       F(struct issue_imprint, issued_on, FIELD_DATE, ""));

int issue_imprint_get(struct ctx *ctx, int64_t issue_id, struct issue_imprint *ret) {
    return db_get_record(ctx->conn, ctx->arena, &issue_imprint, DB_PARAMS(db_int(issue_id)),
                         &issue_imprint_record, ret);
}

int issue_of_report(struct ctx *ctx, int64_t report_id, struct issue_imprint *ret) {
    return db_get_record(ctx->conn, ctx->arena, &issue_imprint_of_report, DB_PARAMS(db_int(report_id)),
                         &issue_imprint_record, ret);
}
