/* Lists of reports, newest first, a page by the id of the last one. Each branch reads no more rows of its
 * index than a page has, however many reports there are.
 */
#include "internal.h"

#include <string.h>

#include "minyi/err.h"

enum { PAGE = 20 };

#define ITEM_COLUMNS                                                                                 \
    "r.id, r.title, r.status, c.name AS category_name, r.urgency, r.words, r.receipt, r.updated_ms," \
    " r.submitted_ms, e.text AS last_event, e.at_ms AS last_event_ms"
/* The author himself finds his report by what he is writing. */
#define MY_ITEM_COLUMNS                                                                           \
    "r.id, COALESCE(n.title, r.title) AS title, r.status, c.name AS category_name,"               \
    " COALESCE(n.urgency, r.urgency) AS urgency, COALESCE(n.words, r.words) AS words, r.receipt," \
    " COALESCE(n.updated_ms, r.updated_ms) AS updated_ms,"                                        \
    " r.submitted_ms, e.text AS last_event, e.at_ms AS last_event_ms"
/* The last line that authors read. */
#define ITEM_JOINS " LEFT JOIN category c ON c.id = r.category_id" LAST_EVENT
#define MY_ITEM_JOINS                                                       \
    " LEFT JOIN report_unsent n ON n.report_id = r.id AND r.author_id = $1" \
    " LEFT JOIN category c ON c.id = CASE WHEN n.report_id IS NULL THEN r.category_id ELSE n.category_id END" LAST_EVENT
#define LAST_EVENT                                                                                       \
    " LEFT JOIN report_event e ON e.id = (SELECT max(v.id) FROM report_event v WHERE v.report_id = r.id" \
    "   AND v.text IS NOT NULL)"
#define STATUS_IS "(CAST($3 AS TEXT) IS NULL OR x.status = $3)"

/* Mine: what I wrote or recorded, and what others handed in with my name on it. */
#define MINE(STATUS)                                                                                      \
    "SELECT " MY_ITEM_COLUMNS " FROM (SELECT mine.id FROM (SELECT own.id FROM (SELECT x.id FROM report x" \
    "     WHERE x.author_id = $1 AND x.id < $2 AND " STATUS "     AND " REPORT_STILL_OWN(                 \
        "x") "     ORDER BY x.id DESC LIMIT $4) own"                                                      \
             "   UNION SELECT joint.id FROM (SELECT y.report_id AS id FROM report_author y"               \
             "     JOIN report x ON x.id = y.report_id"                                                   \
             "     WHERE y.account_id = $1 AND y.own = 0 AND y.report_id < $2"                            \
             "     AND x.status <> 'draft' AND " STATUS                                                   \
             "     ORDER BY y.report_id DESC LIMIT $4) joint) mine"                                       \
             "   ORDER BY mine.id DESC LIMIT $4) m"                                                       \
             " JOIN report r ON r.id = m.id" MY_ITEM_JOINS " ORDER BY m.id DESC"
DB_STATEMENT(report_page_mine, MINE("CAST($3 AS TEXT) IS NULL"));
/* A statement of its own, so that those of one status are found by their index. */
DB_STATEMENT(report_page_mine_of_status, MINE("x.status = $3"));
/* Of the units in reach, the newest of each: from a unit's index, down to the last that could be on the page.
 * A report recorded by staff bears its first author's name. */
DB_STATEMENT(
    report_page_units,
    "SELECT " ITEM_COLUMNS ", CASE r.channel WHEN 'on_behalf' THEN COALESCE((SELECT f.name FROM"
    "   report_author f WHERE f.report_id = r.id AND f.position = 1), '') ELSE a.name END AS author_name"
    " FROM (SELECT y.id FROM access s JOIN report y ON y.unit_id = s.unit_id AND y.id < $2"
    "     AND " REPORT_AT_UNIT(
        "y") " AND (CAST($3 AS TEXT) IS NULL OR y.status = $3)"
             "     AND y.id >= COALESCE((SELECT x.id FROM report x WHERE x.unit_id = s.unit_id AND x.id < $2"
             "       AND " REPORT_AT_UNIT(
                 "x") " AND " STATUS_IS "       ORDER BY x.id DESC LIMIT 1 OFFSET CAST($4 AS BIGINT) - 1), 0)"
                      "   WHERE s.account_id = $1 AND s.permission = 'report.unit_read' ORDER BY y.id DESC LIMIT $4) m"
                      " JOIN report r ON r.id = m.id JOIN account a ON a.id = r.author_id" ITEM_JOINS
                      " ORDER BY m.id DESC");

static int page(struct ctx *ctx, struct db_statement *statement, const struct record *record,
                const struct report_list_in *in, struct report_page *out) {
    int64_t key = 0, after = 0, limit = page_limit(in->limit, PAGE);
    int error = page_after(ctx, in->after, &key, &after);
    if (error != 0) return error;
    struct list items = {0};
    error = db_get_list(
        ctx->conn, ctx->arena, statement,
        DB_PARAMS(db_int(ctx->actor->account_id), db_int(after), db_text(in->status), db_int(limit + 1)),
        record, &items);
    if (error != 0) return error;
    if ((int64_t)items.count > limit) {
        items.count = (size_t)limit;
        int64_t last = LIST_AT(items, struct report_item, items.count - 1)->id;
        out->next = page_cursor(ctx, last, last);
    }
    for (size_t i = 0; i < items.count; i++) {
        struct report_item *item = LIST_AT(items, struct report_item, i);
        item->status_text = lifecycle_zh(&report_lifecycle, item->status);
    }
    out->items = items;
    return 0;
}

int report_list(struct ctx *ctx, const void *in, void *out) {
    const struct report_list_in *list = in;
    struct db_statement *statement = list->status != NULL ? &report_page_mine_of_status : &report_page_mine;
    return page(ctx, statement, &report_item_record, in, out);
}

int report_unit_list(struct ctx *ctx, const void *in, void *out) {
    return page(ctx, &report_page_units, &report_unit_item_record, in, out);
}
