/* The queue: reports of the actor's committees, newest submission first.
 *
 * 1. Each statement reads one committee and one status along report_by_queue (committee_id, status,
 *    submitted_ms, id), or one assignee along report_by_assignee; the open states are two such ranges merged
 *    here, so that a page costs the same among a thousand reports and among a million.
 * 2. Pages are cut by (submitted_ms, id): a report that comes in meanwhile stands before the first page and
 *    neither doubles nor hides another.
 * 3. Names, gates and grades are read for the rows of the page only: the range is cut inside, and what it is
 *    joined with cannot keep PostgreSQL from walking the index. */
#include "types.h"

#include <stdlib.h>
#include <string.h>

#include "minyi/account.h"

/* $1 actor, $2 committee, $3 status, $4 and $5 key and id to start below, $6 rows, $7 now, $8 category, $9
 * unit, $10 urgency, $11 assignee, $12 without an assignee, $13 unread only, $14 others' gradings are hidden,
 * $15 system. */
#define UNREAD_OF(ROW)                                                                             \
    "NOT EXISTS (SELECT 1 FROM report_seen s WHERE s.report_id = " ROW ".id AND s.account_id = $1" \
    " AND s.at_ms >= " ROW ".submitted_ms)"
#define UNREAD UNREAD_OF("r")
#define UNREAD_INSIDE UNREAD_OF("x")
#define QUEUE(WHERE_RANGE)                                                                                  \
    "SELECT r.id, r.receipt, r.title, r.status, c.name AS category_name, r.urgency, u.name AS unit_name,"   \
    " COALESCE(ra.name, au.name) AS author_name, r.words, r.submitted_ms, r.opened_ms, r.assignee_id,"      \
    " asg.name AS assignee_name, lh.name AS holder_name, r.version, r.text_sha256, r.committee_id,"         \
    " CASE WHEN " UNREAD " THEN 1 ELSE 0 END AS unread,"                                                    \
    " (SELECT CAST(round(avg(g.total)) AS BIGINT) FROM grading g WHERE g.report_id = r.id"                  \
    "   AND g.text_sha256 = r.text_sha256 AND (CAST($14 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM grading m"  \
    "     WHERE m.report_id = r.id AND m.reviewer_id = $1 AND m.text_sha256 = r.text_sha256))) AS average"  \
    " FROM (SELECT x.id, x.receipt, x.title, x.status, x.category_id, x.urgency, x.unit_id, x.author_id,"   \
    "   x.words, x.submitted_ms, x.opened_ms, x.assignee_id, x.version, x.text_sha256, x.committee_id"      \
    "  FROM report x WHERE " WHERE_RANGE " AND x.status = $3"                                               \
    "   AND " REPORT_AT_DESK(                                                                               \
        "x") " AND x.submitted_ms <= $4 AND (x.submitted_ms < $4 OR x.id < $5)"                             \
             "   AND (CAST($8 AS BIGINT) IS NULL OR x.category_id = $8)"                                    \
             "   AND (CAST($9 AS BIGINT) IS NULL OR x.unit_id = $9)"                                        \
             "   AND (CAST($10 AS TEXT) IS NULL OR x.urgency = $10)"                                        \
             "   AND (CAST($12 AS BIGINT) = 0 OR x.assignee_id IS NULL)"                                    \
             "   AND (CAST($13 AS BIGINT) = 0 OR " UNREAD_INSIDE ")"                                        \
             "   AND (CAST($15 AS BIGINT) = 1 OR EXISTS (SELECT 1 FROM access a WHERE a.account_id = $1"    \
             "     AND a.permission = 'report.read' AND a.unit_id = $2))"                                   \
             "  ORDER BY x.submitted_ms DESC, x.id DESC LIMIT $6) r"                                        \
             " LEFT JOIN unit u ON u.id = r.unit_id LEFT JOIN category c ON c.id = r.category_id"           \
             " LEFT JOIN account au ON au.id = r.author_id LEFT JOIN account asg ON asg.id = r.assignee_id" \
             " LEFT JOIN report_author ra ON ra.report_id = r.id AND ra.position = 1"                       \
             " LEFT JOIN lease l ON l.kind = 'report' AND l.record_id = r.id AND l.expires_ms > $7"         \
             "   AND l.account_id <> $1"                                                                    \
             " LEFT JOIN account lh ON lh.id = l.account_id"                                                \
             " ORDER BY r.submitted_ms DESC, r.id DESC"

DB_STATEMENT(queue_by_status, QUEUE("x.committee_id = $2 AND CAST($11 AS BIGINT) IS NULL"));
/* The unary plus keeps SQLite from taking the committee's index instead of the assignee's. */
DB_STATEMENT(queue_by_assignee, QUEUE("x.assignee_id = $11 AND +x.committee_id = $2"));

struct queue {
    const struct desk_list_in *in;
    int64_t key, id, limit, assignee;
    bool unassigned;
    struct desk_item *items;
    size_t count;
};

static int read_assignee(struct ctx *ctx, struct queue *queue) {
    const char *text = queue->in->assignee;
    queue->assignee = ABSENT;
    if (!text) return 0;
    if (strcmp(text, "me") == 0) {
        queue->assignee = ctx->actor->account_id;
        return 0;
    }
    if (strcmp(text, "none") == 0) {
        queue->unassigned = true;
        return 0;
    }
    char *end = NULL;
    long long id = strtoll(text, &end, 10);
    if (id < 1 || *end) return fail(ctx, ERR_INVALID, "assignee", "经办人应为 me、none 或账号编号。");
    queue->assignee = id;
    return 0;
}

static int read_range(struct ctx *ctx, struct queue *queue, int64_t committee, const char *status,
                      bool blind) {
    const struct desk_list_in *in = queue->in;
    struct list found;
    int result = db_get_list(
        ctx->conn, ctx->arena, queue->assignee == ABSENT ? &queue_by_status : &queue_by_assignee,
        DB_PARAMS(db_int(ctx->actor->account_id), db_int(committee), db_text(status), db_int(queue->key),
                  db_int(queue->id), db_int(queue->limit + 1), db_int(ctx->now), db_int(in->category_id),
                  db_int(in->unit_id), db_text(in->urgency), db_int(queue->assignee),
                  db_int(queue->unassigned), db_int(in->unread), db_int(blind && !ctx->actor->system),
                  db_int(ctx->actor->system)),
        &desk_item_record, &found);
    if (result == 0 && found.count) {
        memcpy(queue->items + queue->count, found.items, found.count * sizeof(struct desk_item));
        queue->count += found.count;
    }
    return result;
}

static int read_committee(struct ctx *ctx, struct queue *queue, int64_t committee,
                          const char *const *statuses, size_t count) {
    int blind = may_over(ctx, MAY_REPORT_GRADE, committee);
    int result = blind < 0 ? blind : 0;
    for (size_t s = 0; result == 0 && s < count; s++)
        result = read_range(ctx, queue, committee, statuses[s], blind > 0);
    return result;
}

static int newest_first(const void *a_, const void *b_) {
    const struct desk_item *a = a_, *b = b_;
    if (a->submitted_ms != b->submitted_ms) return a->submitted_ms < b->submitted_ms ? 1 : -1;
    return (a->id < b->id) - (a->id > b->id);
}

/* Gates and grades of COUNT items. */
static int finish_some(struct ctx *ctx, struct desk_item *items, size_t count, struct grade_bounds *bounds) {
    int64_t ids[GATES_REPORTS_MAX];
    for (size_t i = 0; i < count; i++)
        ids[i] = items[i].id;
    struct gates_page page = {0};
    int result = gates_page_get(ctx, ids, count, &page);
    for (size_t i = 0; result == 0 && i < count; i++) {
        struct desk_item *item = &items[i];
        item->status_text = lifecycle_zh(&report_lifecycle, item->status);
        result = gates_letters(ctx, &page, item->id, item->text_sha256, &item->gates);
        if (result != 0 || item->average == ABSENT) continue;
        if (bounds->excellent == ABSENT) result = grade_bounds_get(ctx, bounds);
        if (result == 0) item->grade = grade_within(bounds, item->average);
    }
    return result;
}

static int finish_items(struct ctx *ctx, struct queue *queue) {
    struct grade_bounds bounds = {.excellent = ABSENT};
    int result = 0;
    for (size_t done = 0; result == 0 && done < queue->count; done += GATES_REPORTS_MAX) {
        size_t left = queue->count - done;
        result = finish_some(ctx, queue->items + done, left < GATES_REPORTS_MAX ? left : GATES_REPORTS_MAX,
                             &bounds);
    }
    return result;
}

int desk_list(struct ctx *ctx, const void *in_, void *out_) {
    const struct desk_list_in *in = in_;
    struct desk_list_out *out = out_;
    struct queue queue = {.in = in, .limit = page_limit(in->limit, 20)};
    const char *const open[] = {"submitted", "in_review"};
    const char *const *statuses = in->status ? &in->status : open;
    size_t status_count = in->status ? 1 : ARRAY_LEN(open);
    struct list committees = {0};
    int result = page_after(ctx, in->after, &queue.key, &queue.id);
    if (result == 0) result = read_assignee(ctx, &queue);
    if (result == 0) result = desk_committees(ctx, MAY_REPORT_READ, &committees);
    if (result != 0) return result;
    if (in->older_than_days != ABSENT) {
        int64_t before = ctx->now - in->older_than_days * 86400000;
        if (before < queue.key) queue.key = before, queue.id = INT64_MAX;
    }
    queue.items = arena_array(ctx->arena, committees.count * status_count * (size_t)(queue.limit + 1),
                              sizeof(struct desk_item));
    for (size_t c = 0; c < committees.count; c++)
        if ((result =
                 read_committee(ctx, &queue, *LIST_AT(committees, int64_t, c), statuses, status_count)) != 0)
            return result;
    qsort(queue.items, queue.count, sizeof(struct desk_item), newest_first);
    if (queue.count > (size_t)queue.limit) {
        queue.count = (size_t)queue.limit;
        const struct desk_item *last = &queue.items[queue.count - 1];
        out->next = page_cursor(ctx, last->submitted_ms, last->id);
    }
    result = finish_items(ctx, &queue);
    out->items = (struct list){queue.items, queue.count};
    return result;
}
