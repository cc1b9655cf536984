/* What other features build on: reading a report as far as they need it, moving it through its life cycle.
 *
 * 1. Every change of status goes through report_move(): the table decides, the row's version guards, the
 *    audit log remembers.
 * 2. A time stamp belongs to the state it tells of: it is set on the way in and taken away on the way back,
 *    so that "opened", "decided", "published" and "closed" are never older than the status.
 */
#include "internal.h"

#include <string.h>

#include "minyi/audit.h"

static const struct field core_fields[] = {
    F(struct report_core, id, FIELD_INT, "编号"),
    F(struct report_core, committee_id, FIELD_INT, "政协"),
    F(struct report_core, unit_id, FIELD_INT, "单位"),
    F(struct report_core, author_id, FIELD_INT, "作者"),
    F(struct report_core, category_id, FIELD_INT, "类别", .flags = FIELD_NULLABLE),
    F(struct report_core, assignee_id, FIELD_INT, "承办人", .flags = FIELD_NULLABLE),
    F(struct report_core, version, FIELD_INT, "版本"),
    F(struct report_core, submitted_ms, FIELD_TIME, "提交时间", .flags = FIELD_NULLABLE),
    F(struct report_core, opened_ms, FIELD_TIME, "打开时间", .flags = FIELD_NULLABLE),
    F(struct report_core, status, FIELD_TEXT, "状态"),
    F(struct report_core, receipt, FIELD_TEXT, "流水号"),
    F(struct report_core, title, FIELD_TEXT, "标题"),
    F(struct report_core, situation, FIELD_TEXT, "情况问题"),
    F(struct report_core, analysis, FIELD_TEXT, "原因分析"),
    F(struct report_core, suggestion, FIELD_TEXT, "意见建议"),
    F(struct report_core, text_sha256, FIELD_TEXT, "文字的校验值"),
};
static const struct record core_record = {.name = "ReportCore",
                                          .size = sizeof(struct report_core),
                                          .fields = core_fields,
                                          .count = ARRAY_LEN(core_fields)};

DB_STATEMENT(
    report_core_visible,
    "SELECT r.id, r.committee_id, r.unit_id, r.author_id, r.category_id, r.assignee_id, r.version,"
    " r.submitted_ms, r.opened_ms, r.status, r.receipt, r.title, r.situation, r.analysis, r.suggestion,"
    " r.text_sha256"
    " FROM report r WHERE r.id = $2 AND (CAST($3 AS BIGINT) = 1 OR " REPORT_VISIBLE ")");
DB_STATEMENT(report_state, "SELECT r.id, r.status, r.version FROM report r WHERE r.id = $1");
DB_STATEMENT(report_set_status,
             "UPDATE report SET status = $3, updated_ms = $4, version = version + 1,"
             " submitted_ms = CASE $5 WHEN 'set' THEN $4 WHEN 'clear' THEN NULL ELSE submitted_ms END,"
             " opened_ms = CASE $6 WHEN 'set' THEN $4 WHEN 'clear' THEN NULL ELSE opened_ms END,"
             " decided_ms = CASE $7 WHEN 'set' THEN $4 WHEN 'clear' THEN NULL ELSE decided_ms END,"
             " published_ms = CASE $8 WHEN 'set' THEN $4 WHEN 'clear' THEN NULL ELSE published_ms END,"
             " closed_ms = CASE $9 WHEN 'set' THEN $4 WHEN 'clear' THEN NULL ELSE closed_ms END,"
             " receipt = COALESCE(receipt, $10)"
             " WHERE id = $1 AND version = $2");

/* What an event does to the time stamps; events that are not named leave them. */
static const struct stamps {
    const char *event;
    const char *submitted, *opened, *decided, *published, *closed;
} stamps[] = {
    {.event = "submit", .submitted = "set", .opened = "clear", .decided = "clear"},
    {.event = "submit_unit", .submitted = "clear", .opened = "clear", .decided = "clear"},
    {.event = "withdraw", .submitted = "clear"},
    {.event = "unit_sign", .submitted = "set", .opened = "clear", .decided = "clear"},
    {.event = "unit_return", .decided = "set"},
    {.event = "open", .opened = "set"},
    {.event = "return", .decided = "set"},
    {.event = "keep", .decided = "set"},
    {.event = "redirect", .decided = "set"},
    {.event = "merge", .decided = "set"},
    {.event = "adopt", .decided = "set"},
    {.event = "reopen", .decided = "clear"},
    {.event = "unmerge", .decided = "clear"},
    {.event = "unadopt", .decided = "clear"},
    {.event = "publish", .published = "set"},
    {.event = "unpublish", .published = "clear"},
    {.event = "close", .closed = "set"},
    {.event = "reopen_outcome", .closed = "clear"},
};

static struct stamps stamps_of(const char *event) {
    for (size_t i = 0; i < ARRAY_LEN(stamps); i++)
        if (strcmp(stamps[i].event, event) == 0) return stamps[i];
    return (struct stamps){.event = event};
}

int report_core_get(struct ctx *ctx, int64_t report_id, struct report_core *ret) {
    int error = db_get_record(
        ctx->conn, ctx->arena, &report_core_visible,
        DB_PARAMS(db_int(ctx->actor->account_id), db_int(report_id), db_int(ctx->actor->system ? 1 : 0)),
        &core_record, ret);
    return error == ERR_NOT_FOUND ? fail(ctx, ERR_NOT_FOUND, NULL, NULL) : error;
}

bool report_is_at_desk(const struct report_core *report) {
    static const char *const elsewhere[] = {"draft", "unit_signing", "withdrawn"};
    for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++)
        if (strcmp(report->status, elsewhere[i]) == 0) return false;
    return report->submitted_ms != ABSENT;
}

static const char *stamp(const char *change) {
    return change != NULL ? change : "keep";
}

int report_move_known(struct ctx *ctx, const struct report_core *now, const char *event, const char *receipt,
                      const char **ret_to) {
    const char *to = NULL;
    if (lifecycle_next(&report_lifecycle, now->status, event, &to) != 0)
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "这件来稿现在是“%s”，不能进行这项操作。",
                    lifecycle_zh(&report_lifecycle, now->status));
    const struct stamps change = stamps_of(event);
    int64_t changed = 0;
    int error = db_exec(ctx->conn, &report_set_status,
                        DB_PARAMS(db_int(now->id), db_int(now->version), db_text(to), db_int(ctx->now),
                                  db_text(stamp(change.submitted)), db_text(stamp(change.opened)),
                                  db_text(stamp(change.decided)), db_text(stamp(change.published)),
                                  db_text(stamp(change.closed)), db_text(receipt)),
                        &changed);
    if (error != 0) return error;
    if (changed == 0) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (ret_to != NULL) *ret_to = to;
    /* Whatever lies there is of an earlier time, and is not what the author will now begin to change. */
    if (report_is_reopened(to) && (error = report_unsent_forget(ctx, now->id)) != 0) return error;
    return audit_add(ctx, arena_printf(ctx->arena, "report.%s", event), "report", now->id, "%s → %s",
                     now->status, to);
}

int report_move(struct ctx *ctx, int64_t report_id, const char *event) {
    struct report_core now = {0};
    int error =
        db_get_record(ctx->conn, ctx->arena, &report_state, DB_PARAMS(db_int(report_id)), &core_record, &now);
    if (error != 0) return error == ERR_NOT_FOUND ? fail(ctx, ERR_NOT_FOUND, NULL, NULL) : error;
    return report_move_known(ctx, &now, event, NULL, NULL);
}

int report_own(struct ctx *ctx, int64_t report_id, struct report_core *ret) {
    struct report_core report = {0};
    int error = report_core_get(ctx, report_id, &report);
    if (error != 0) return error;
    if (report.author_id != ctx->actor->account_id)
        return fail(ctx, ERR_FORBIDDEN, NULL, "只有提交人本人可以进行这项操作。");
    *ret = report;
    return 0;
}

int report_need_writer(struct ctx *ctx) {
    if (may(ctx, MAY_REPORT_WRITE) || may(ctx, MAY_REPORT_ON_BEHALF)) return 0;
    return fail(ctx, ERR_FORBIDDEN, NULL, "您的账号现在没有提交来稿的权限，请联系单位联络员或系统管理员。");
}

int report_own_editable(struct ctx *ctx, int64_t report_id, struct report_core *ret) {
    struct report_core report = {0};
    int error = report_own(ctx, report_id, &report);
    if (error == 0) error = report_need_writer(ctx);
    if (error != 0) return error;
    if (!report_is_editable(report.status))
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "这件来稿现在是“%s”，不能修改。",
                    lifecycle_zh(&report_lifecycle, report.status));
    *ret = report;
    return 0;
}

void report_text_hash(const char *title, const char *situation, const char *analysis, const char *suggestion,
                      char out[HASH_HEX_SIZE]) {
    const char *const texts[] = {title != NULL ? title : "", situation != NULL ? situation : "",
                                 analysis != NULL ? analysis : "", suggestion != NULL ? suggestion : ""};
    hash_texts(texts, ARRAY_LEN(texts), out);
}
