/* Claiming a report: the first claim opens it. */
#include "types.h"

#include <string.h>

DB_STATEMENT(desk_assign_if_none, "UPDATE report SET assignee_id = $2 WHERE id = $1 AND assignee_id IS NULL");

static int open_report(struct ctx *ctx, int64_t report_id) {
    int result = report_move(ctx, report_id, "open");
    if (result == 0)
        result = db_exec(ctx->conn, &desk_assign_if_none,
                         DB_PARAMS(db_int(report_id), db_int(ctx->actor->account_id)), NULL);
    if (result == 0)
        result = report_event_add(ctx, report_id, "open", "已开始审核。",
                                  arena_printf(ctx->arena, "%s开始审核", ctx->actor->name));
    return result;
}

static int take(struct ctx *ctx, int64_t report_id, bool force, bool open, struct lease_view *out) {
    struct report_core report = {0};
    int result = desk_need(ctx, MAY_REPORT_REVIEW, report_id, &report);
    if (result != 0) return result;
    bool waiting = strcmp(report.status, "submitted") == 0;
    if (!waiting && strcmp(report.status, "in_review") != 0)
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "来稿现在是“%s”，不在审核中。",
                    lifecycle_zh(&report_lifecycle, report.status));
    const struct lease_view *lease = NULL;
    result = lease_take(ctx, "report", report_id, force);
    if (result == 0 && waiting && open) result = open_report(ctx, report_id);
    if (result == 0) result = lease_get(ctx, "report", report_id, &lease);
    if (result == 0 && lease) *out = *lease;
    return result;
}

int desk_claim(struct ctx *ctx, const void *in_, void *out_) {
    const struct desk_claim_in *in = in_;
    return take(ctx, in->id, in->force, true, out_);
}

int desk_heartbeat(struct ctx *ctx, const void *in_, void *out_) {
    const struct desk_id_in *in = in_;
    return take(ctx, in->id, false, false, out_);
}

int desk_release(struct ctx *ctx, const void *in_, void *out_) {
    (void)out_;
    const struct desk_id_in *in = in_;
    struct report_core report = {0};
    int result = desk_need(ctx, MAY_REPORT_REVIEW, in->id, &report);
    return result == 0 ? lease_release(ctx, "report", in->id) : result;
}
