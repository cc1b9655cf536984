/* What waits at the desk. Every count stops at COUNT_MAX: nobody needs to know that it is 12,345, and a count
 * that may run over all rows would grow with the years. */
#include "types.h"

#include "minyi/account.h"
#include "minyi/admin.h"
#include "minyi/issue.h"

#define BOUNDED(FROM_WHERE) "SELECT count(*) FROM (SELECT 1 AS one FROM " FROM_WHERE " LIMIT 1000) AS bounded"
#define OPEN "r.status IN ('submitted', 'in_review')"

enum { COUNT_MAX = 1000 };

DB_STATEMENT(count_status,
             BOUNDED("report r WHERE r.committee_id = $1 AND r.status = $2 AND " REPORT_AT_DESK("r")));
DB_STATEMENT(count_mine, BOUNDED("report r WHERE r.assignee_id = $2 AND " OPEN " AND +r.committee_id = $1"));
DB_STATEMENT(count_urgent, BOUNDED("report r WHERE r.committee_id = $1 AND r.urgency <> 'normal' AND " OPEN));
DB_STATEMENT(count_overdue,
             BOUNDED("report r WHERE r.committee_id = $1 AND " OPEN " AND r.submitted_ms < $2"));
DB_STATEMENT(count_unread, BOUNDED("report r WHERE r.committee_id = $1 AND " OPEN
                                   " AND NOT EXISTS (SELECT 1 FROM report_seen s WHERE s.report_id = r.id"
                                   " AND s.account_id = $2 AND s.at_ms >= r.submitted_ms)"));
DB_STATEMENT(count_articles, BOUNDED("article ar WHERE ar.committee_id = $1 AND ar.status = $2"));
DB_STATEMENT(count_signoff_mine,
             BOUNDED("article ar JOIN signoff_step st ON st.publication_id = ar.publication_id"
                     " AND st.position = ar.step WHERE ar.committee_id = $3 AND " SIGNOFF_MINE));
DB_STATEMENT(count_dispatches, BOUNDED("dispatch d WHERE d.committee_id = $1 AND d.status = $2"));

/* Adds the first column of STATEMENT to *TOTAL, which stops at COUNT_MAX. */
static int add_count(struct ctx *ctx, int64_t *total, struct db_statement *statement,
                     const struct db_value *params, size_t count) {
    int64_t found = 0;
    int result = db_get_int(ctx->conn, statement, params, count, &found);
    if (result == 0) *total = *total + found > COUNT_MAX ? COUNT_MAX : *total + found;
    return result;
}

static int count_statuses(struct ctx *ctx, int64_t committee, struct desk_counts_out *out) {
    const struct {
        struct db_statement *statement;
        const char *status;
        enum permission permission;
        int64_t *total;
    } counts[] = {
        {&count_status, "submitted", MAY_REPORT_READ, &out->submitted},
        {&count_status, "in_review", MAY_REPORT_READ, &out->in_review},
        {&count_status, "returned", MAY_REPORT_READ, &out->returned},
        {&count_status, "kept", MAY_REPORT_READ, &out->kept},
        {&count_status, "adopted", MAY_REPORT_READ, &out->adopted},
        {&count_articles, "editing", MAY_ARTICLE_READ, &out->articles_editing},
        {&count_articles, "in_signoff", MAY_ARTICLE_READ, &out->articles_in_signoff},
        {&count_dispatches, "pending", MAY_DISPATCH_MANAGE, &out->dispatch_pending},
        {&count_dispatches, "sent", MAY_DISPATCH_MANAGE, &out->dispatch_waiting},
        {&count_dispatches, "received", MAY_DISPATCH_MANAGE, &out->dispatch_waiting},
    };
    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        int result = may_over(ctx, counts[i].permission, committee);
        if (result > 0)
            result = add_count(ctx, counts[i].total, counts[i].statement,
                               DB_PARAMS(db_int(committee), db_text(counts[i].status)));
        if (result < 0) return result;
    }
    return 0;
}

static int count_work(struct ctx *ctx, int64_t committee, int64_t decide_before,
                      struct desk_counts_out *out) {
    int64_t me = ctx->actor->account_id;
    int result = add_count(ctx, &out->mine, &count_mine, DB_PARAMS(db_int(committee), db_int(me)));
    if (result == 0) result = add_count(ctx, &out->urgent, &count_urgent, DB_PARAMS(db_int(committee)));
    if (result == 0)
        result = add_count(ctx, &out->overdue, &count_overdue,
                           DB_PARAMS(db_int(committee), db_int(decide_before)));
    if (result == 0)
        result = add_count(ctx, &out->unread, &count_unread, DB_PARAMS(db_int(committee), db_int(me)));
    if (result == 0)
        result = add_count(ctx, &out->signoff_mine, &count_signoff_mine,
                           DB_PARAMS(db_int(me), db_int(ctx->now), db_int(committee)));
    return result;
}

int desk_counts(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    struct list committees;
    int64_t days = 0;
    int result = setting_int(ctx, "desk.decision_days", 10, &days);
    if (result == 0) result = desk_committees(ctx, MAY_REPORT_READ, &committees);
    for (size_t i = 0; result == 0 && i < committees.count; i++) {
        int64_t committee = *LIST_AT(committees, int64_t, i);
        result = count_statuses(ctx, committee, out_);
        if (result == 0) result = count_work(ctx, committee, ctx->now - days * 86400000, out_);
    }
    return result;
}
