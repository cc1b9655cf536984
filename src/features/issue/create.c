/* Making the numbered issue at the last signature.
 *
 * 1. Both numbers come from table counter in the transaction of the signature: what is rolled back takes no
 *    number, what is committed keeps it for ever, also when the issue becomes void.
 * 2. The year is that of the signature in China Standard Time; the running total does not begin anew.
 * 3. What is printed is the article's version that was signed, named by its number, under the names that the
 *    publication and its authors had then, in the template that was in force and with the photos of then. */
#include "minyi/article.h"
#include "minyi/audit.h"
#include "minyi/clock.h"
#include "minyi/office_template.h"
#include "types.h"

DB_STATEMENT(issue_take_number,
             "INSERT INTO counter (name, value) VALUES ($1, 1)"
             " ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value");
DB_STATEMENT(issue_publication,
             "SELECT p.number_format, p.copies, p.name, p.issuing_office, p.print_office,"
             " ac.name AS editor_name,"
             " (SELECT max(v.number) FROM article_version v WHERE v.article_id = $2) AS version"
             " FROM publication p JOIN account ac ON ac.id = $3 WHERE p.id = $1");
/* Signatures of a round, first to last; a delegate signs in brackets behind the one he signs for. */
DB_STATEMENT(
    issue_signatures,
    "SELECT sa.by_id, CASE WHEN fa.id IS NULL THEN ba.name ELSE fa.name || '（' || ba.name || '代）' END AS "
    "name"
    " FROM signoff_act sa JOIN account ba ON ba.id = sa.by_id LEFT JOIN account fa ON fa.id = sa.for_id"
    " WHERE sa.article_id = $1 AND sa.round = $2 AND sa.act IN ('sign', 'edit_sign') ORDER BY sa.id");
DB_STATEMENT(
    issue_insert,
    "INSERT INTO issue (committee_id, publication_id, article_id, article_version, year, number, total,"
    " number_text, title, signer_id, signer_name, editor_name, reviewer_name, issued_on, copies, status,"
    " signed_ms, publication_name, issuing_office, print_office, template_id, authors_line, photos_kept)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'signed', $16, $17, $18, $19,"
    " $20, $21, 1) RETURNING id");

struct publication_row {
    int64_t copies, version;
    const char *number_format, *editor_name, *name, *issuing_office, *print_office;
};
RECORD(issue_publication_record, "IssuePublication", struct publication_row, "刊物",
       F(struct publication_row, copies, FIELD_INT, ""), F(struct publication_row, version, FIELD_INT, ""),
       F(struct publication_row, number_format, FIELD_TEXT, ""),
       F(struct publication_row, editor_name, FIELD_TEXT, ""),
       F(struct publication_row, name, FIELD_TEXT, ""),
       F(struct publication_row, issuing_office, FIELD_TEXT, ""),
       F(struct publication_row, print_office, FIELD_TEXT, ""));

struct signature_row {
    int64_t by_id;
    const char *name;
};
RECORD(issue_signature_record, "IssueSignature", struct signature_row, "签名",
       F(struct signature_row, by_id, FIELD_INT, ""), F(struct signature_row, name, FIELD_TEXT, ""));

struct numbers {
    int64_t year, number, total;
    const char *text;
};

static int take_numbers(struct ctx *ctx, int64_t publication_id, const char *format, struct numbers *ret) {
    struct numbers taken = {.year = clock_year(ctx->now)};
    const char *of_year =
        arena_printf(ctx->arena, "issue:%lld:%lld", (long long)publication_id, (long long)taken.year);
    const char *of_all = arena_printf(ctx->arena, "issue-total:%lld", (long long)publication_id);
    int error = db_get_int(ctx->conn, &issue_take_number, DB_PARAMS(db_text(of_year)), &taken.number);
    if (error == 0)
        error = db_get_int(ctx->conn, &issue_take_number, DB_PARAMS(db_text(of_all)), &taken.total);
    if (error != 0) return error;
    taken.text = issue_number_format(ctx->arena, format, taken.year, taken.number, taken.total);
    *ret = taken;
    return 0;
}

static int insert(struct ctx *ctx, const struct article_core *article,
                  const struct publication_row *publication, struct list signatures,
                  const struct numbers *numbers, int64_t *ret_id) {
    const struct signature_row *first = LIST_AT(signatures, struct signature_row, 0);
    const struct signature_row *last = LIST_AT(signatures, struct signature_row, signatures.count - 1);
    char today[CLOCK_DATE_SIZE];
    clock_date(ctx->now, today);
    int64_t template_id = 0;
    const char *authors = NULL;
    int error = template_in_force_id(ctx, article->committee_id, article->publication_id, PAPER_KIND_ISSUE,
                                     &template_id);
    if (error == 0) error = issue_authors_line(ctx, article->id, &authors);
    if (error != 0) return error;
    return db_get_int(ctx->conn, &issue_insert,
                      DB_PARAMS(db_int(article->committee_id), db_int(article->publication_id),
                                db_int(article->id), db_int(publication->version), db_int(numbers->year),
                                db_int(numbers->number), db_int(numbers->total), db_text(numbers->text),
                                db_text(article->title), db_int(last->by_id), db_text(last->name),
                                db_text(publication->editor_name), db_text(first->name), db_text(today),
                                db_int(publication->copies), db_int(ctx->now), db_text(publication->name),
                                db_text(publication->issuing_office), db_text(publication->print_office),
                                db_int(template_id), db_text(authors)),
                      ret_id);
}

int issue_create(struct ctx *ctx, int64_t article_id, int64_t *ret_issue_id, const char **ret_number_text) {
    struct article_core article;
    struct publication_row publication = {0};
    struct list signatures = {0};
    struct numbers numbers = {0};
    int64_t id = 0;
    int error = article_core_get(ctx, article_id, &article);
    if (error == 0)
        error = db_get_record(
            ctx->conn, ctx->arena, &issue_publication,
            DB_PARAMS(db_int(article.publication_id), db_int(article_id), db_int(article.editor_id)),
            &issue_publication_record, &publication);
    if (error == 0)
        error = db_get_list(ctx->conn, ctx->arena, &issue_signatures,
                            DB_PARAMS(db_int(article_id), db_int(article.round)), &issue_signature_record,
                            &signatures);
    if (error == 0 && signatures.count == 0)
        error = fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "稿件还没有人签发，不能编号。");
    if (error == 0) error = take_numbers(ctx, article.publication_id, publication.number_format, &numbers);
    if (error == 0) error = insert(ctx, &article, &publication, signatures, &numbers, &id);
    if (error == ERR_ALREADY_EXISTS) error = fail(ctx, ERR_CONFLICT, NULL, "这篇稿件已编入一期，不能再编。");
    if (error == 0) error = issue_photos_keep(ctx, id, article_id);
    if (error == 0)
        error = audit_add(ctx, "issue.create", "issue", id,
                          "article=%lld version=%lld year=%lld number=%lld total=%lld", (long long)article_id,
                          (long long)publication.version, (long long)numbers.year, (long long)numbers.number,
                          (long long)numbers.total);
    if (error != 0) return error;
    *ret_issue_id = id;
    *ret_number_text = numbers.text;
    return 0;
}
