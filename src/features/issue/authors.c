/* The line that says who wrote it. Printed and sent out, so consent decides: a name only of those whose
 * report says that it may be published, for the others their unit. */
#include <string.h>

#include "minyi/buf.h"
#include "types.h"

DB_STATEMENT(
    issue_authors,
    "SELECT r.name_public, ra.name, COALESCE(ra.unit_name, u.name) AS author_unit, u.name AS unit_name,"
    " COALESCE(ra.standing, pf.standing) AS standing"
    " FROM article_source s JOIN report r ON r.id = s.report_id JOIN unit u ON u.id = r.unit_id"
    " JOIN report_author ra ON ra.report_id = r.id LEFT JOIN profile pf ON pf.account_id = ra.account_id"
    " WHERE s.article_id = $1 ORDER BY s.position, ra.position");

struct author_row {
    bool name_public;
    const char *name, *author_unit, *unit_name, *standing;
};
RECORD(issue_author_record, "IssueAuthor", struct author_row, "作者",
       F(struct author_row, name_public, FIELD_BOOL, ""), F(struct author_row, name, FIELD_TEXT, ""),
       F(struct author_row, author_unit, FIELD_TEXT, ""), F(struct author_row, unit_name, FIELD_TEXT, ""),
       F(struct author_row, standing, FIELD_TEXT, ""));

static const char *credit(struct arena *arena, const struct author_row *row) {
    if (!row->name_public) return row->unit_name;
    const char *title = issue_standing_title(row->standing);
    return arena_printf(arena, "%s %s", title != NULL ? title : row->author_unit, row->name);
}

int issue_authors_line(struct ctx *ctx, int64_t article_id, const char **ret) {
    struct list rows = {0};
    int error = db_get_list(ctx->conn, ctx->arena, &issue_authors, DB_PARAMS(db_int(article_id)),
                            &issue_author_record, &rows);
    if (error != 0) return error;
    const char **credits = arena_array(ctx->arena, rows.count + 1, sizeof(*credits));
    size_t count = 0;
    struct buf line CLEANUP(buf_free) = BUF(64 * 1024);
    for (size_t i = 0; i < rows.count; i++) {
        credits[count] = credit(ctx->arena, LIST_AT(rows, struct author_row, i));
        size_t seen = 0;
        while (strcmp(credits[seen], credits[count]) != 0)
            seen++;
        if (seen < count) continue;
        if (count++ > 0) buf_adds(&line, "、");
        buf_adds(&line, credits[seen]);
    }
    *ret = arena_strdup(ctx->arena, line.data != NULL ? line.data : "");
    return 0;
}
