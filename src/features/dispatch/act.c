/* What the recipient does, or the desk registers for him: sign for it, answer; and what the desk does: close,
 * reopen.
 *
 * 1. Everybody who sees a sent dispatch is a handler of its unit or manages the committee's dispatches; both
 *    may sign for it and answer. Who it was stands in the audit and, for answers, in answered_by.
 * 2. Nothing is done to the dispatch of a void issue.
 * 3. The sources close with the last dispatch of their issue, and open again with the first one reopened. */
#include <string.h>

#include "minyi/account.h"
#include "minyi/article.h"
#include "minyi/audit.h"
#include "minyi/notify.h"
#include "types.h"

DB_STATEMENT(dispatch_set_received, "UPDATE dispatch SET status = $3, received_ms = $4, version = version + 1"
                                    " WHERE id = $1 AND version = $2");
DB_STATEMENT(dispatch_set_answer,
             "UPDATE dispatch SET status = $3, answered_ms = $4, received_ms = COALESCE(received_ms, $4),"
             " answer_result = $5, answer_text = $6, contact = COALESCE($7, contact), answered_by = $8,"
             " version = version + 1 WHERE id = $1 AND version = $2");
DB_STATEMENT(dispatch_set_closed, "UPDATE dispatch SET status = $3, closed_ms = CASE WHEN $3 = 'closed'"
                                  " THEN CAST($4 AS BIGINT) ELSE NULL END, version = version + 1"
                                  " WHERE id = $1 AND version = $2");
DB_STATEMENT(dispatch_not_closed, "SELECT count(*) FROM dispatch WHERE issue_id = $1 AND status <> 'closed'");

static const char *link_to(struct ctx *ctx, const struct dispatch_core *dispatch) {
    return arena_printf(ctx->arena, "/dispatches/%lld", (long long)dispatch->id);
}

/* The state EVENT leads to, or why not. */
static int next_state(struct ctx *ctx, const struct dispatch_core *dispatch, const char *event,
                      const char **ret_to) {
    if (dispatch->issue_void) return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "这一期已作废，不需办理。");
    if (lifecycle_next(&dispatch_lifecycle, dispatch->status, event, ret_to) != 0)
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "这一件现在是“%s”，不能进行这项操作。",
                    lifecycle_zh(&dispatch_lifecycle, dispatch->status));
    return 0;
}

static int check_version(struct ctx *ctx, const struct dispatch_core *dispatch) {
    return dispatch->version == ctx->if_match ? 0 : fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
}

static int changed_one(struct ctx *ctx, int error, int64_t changes) {
    return error == 0 && changes != 1 ? fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL) : error;
}

int dispatch_receive(struct ctx *ctx, const void *in_, void *out) {
    const struct dispatch_id_in *in = in_;
    struct dispatch_core dispatch;
    const char *to = NULL;
    int64_t changes = 0;
    int error = dispatch_core_get(ctx, in->id, &dispatch);
    if (error == 0) error = next_state(ctx, &dispatch, "receive", &to);
    if (error != 0) return error;
    error =
        db_exec(ctx->conn, &dispatch_set_received,
                DB_PARAMS(db_int(in->id), db_int(dispatch.version), db_text(to), db_int(ctx->now)), &changes);
    error = changed_one(ctx, error, changes);
    if (error == 0) error = audit_add(ctx, "dispatch.receive", "dispatch", in->id, NULL);
    if (error == 0)
        error = article_tell_authors(ctx, dispatch.article_id, "dispatch", "已签收",
                                     arena_printf(ctx->arena, "%s已签收。", dispatch.recipient_name));
    return error == 0 ? dispatch_view_get(ctx, in->id, out) : error;
}

static int tell_answer(struct ctx *ctx, const struct dispatch_core *dispatch, const char *result) {
    bool again = dispatch->answered_ms != ABSENT;
    const char *text = arena_printf(ctx->arena, "%s%s（%s）。", dispatch->recipient_name,
                                    again ? "已更正答复" : "已答复", code_zh(answer_result_names, result));
    int error = article_tell_authors(ctx, dispatch->article_id, "answer",
                                     again ? "答复已更正" : "收到办理答复", text);
    if (error != 0) return error;
    return notify_holders(ctx, MAY_DISPATCH_MANAGE, dispatch->committee_id, "dispatch", "收到办理答复",
                          arena_printf(ctx->arena, "《%s》：%s", dispatch->title, text),
                          link_to(ctx, dispatch));
}

int dispatch_answer(struct ctx *ctx, const void *in_, void *out) {
    const struct dispatch_answer_in *in = in_;
    struct dispatch_core dispatch;
    const char *to = NULL;
    int64_t changes = 0;
    int error = dispatch_core_get(ctx, in->id, &dispatch);
    if (error == 0) error = next_state(ctx, &dispatch, "answer", &to);
    if (error == 0 && strcmp(dispatch.recipient_kind, "department") != 0)
        error = fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "只有承办单位需要答复；领导的意见请登记为批示。");
    if (error == 0) error = check_version(ctx, &dispatch);
    if (error == 0 && code_zh(answer_result_names, in->result) == NULL)
        error = fail(ctx, ERR_NOT_ALLOWED_VALUE, "result", "办理结果应为 A、B 或 C。");
    if (error != 0) return error;
    error = db_exec(ctx->conn, &dispatch_set_answer,
                    DB_PARAMS(db_int(in->id), db_int(dispatch.version), db_text(to), db_int(ctx->now),
                              db_text(in->result), db_text(in->text), db_text(in->contact),
                              db_int(ctx->actor->account_id)),
                    &changes);
    error = changed_one(ctx, error, changes);
    if (error == 0) error = audit_add(ctx, "dispatch.answer", "dispatch", in->id, "result=%s", in->result);
    if (error == 0) error = tell_answer(ctx, &dispatch, in->result);
    return error == 0 ? dispatch_view_get(ctx, in->id, out) : error;
}

static int need_manager(struct ctx *ctx, int64_t id, const char *event, struct dispatch_core *ret,
                        const char **ret_to) {
    int error = dispatch_core_get(ctx, id, ret);
    if (error == 0) error = need_over(ctx, MAY_DISPATCH_MANAGE, ret->committee_id);
    if (error == 0) error = next_state(ctx, ret, event, ret_to);
    return error == 0 ? check_version(ctx, ret) : error;
}

static int set_closed(struct ctx *ctx, const struct dispatch_core *dispatch, const char *event,
                      const char *to) {
    int64_t changes = 0;
    int error = db_exec(
        ctx->conn, &dispatch_set_closed,
        DB_PARAMS(db_int(dispatch->id), db_int(dispatch->version), db_text(to), db_int(ctx->now)), &changes);
    error = changed_one(ctx, error, changes);
    return error != 0 ? error
                      : audit_add(ctx, arena_printf(ctx->arena, "dispatch.%s", event), "dispatch",
                                  dispatch->id, NULL);
}

int dispatch_close(struct ctx *ctx, const void *in_, void *out) {
    const struct dispatch_id_in *in = in_;
    struct dispatch_core dispatch;
    const char *to = NULL;
    int64_t open = 0;
    int error = need_manager(ctx, in->id, "close", &dispatch, &to);
    if (error == 0 && dispatch.answered_ms == ABSENT &&
        dispatch_owes_answer(dispatch.kind, dispatch.recipient_kind))
        error = fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "%s还没有答复，不能办结。", dispatch.recipient_name);
    if (error == 0) error = set_closed(ctx, &dispatch, "close", to);
    if (error == 0)
        error = db_get_int(ctx->conn, &dispatch_not_closed, DB_PARAMS(db_int(dispatch.issue_id)), &open);
    if (error == 0 && open == 0) {
        error = article_move_sources(ctx, dispatch.article_id, "close");
        if (error == 0)
            error =
                article_tell_authors(ctx, dispatch.article_id, "close", "已办结", "各方面的办理已全部办结。");
    }
    return error == 0 ? dispatch_view_get(ctx, in->id, out) : error;
}

int dispatch_reopen(struct ctx *ctx, const void *in_, void *out) {
    const struct dispatch_id_in *in = in_;
    struct dispatch_core dispatch;
    const char *to = NULL;
    int64_t open = 0;
    int error = need_manager(ctx, in->id, "reopen", &dispatch, &to);
    if (error == 0 && dispatch.answered_ms == ABSENT)
        error = fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "这一件没有答复，不需重新办理。");
    if (error == 0)
        error = db_get_int(ctx->conn, &dispatch_not_closed, DB_PARAMS(db_int(dispatch.issue_id)), &open);
    if (error == 0) error = set_closed(ctx, &dispatch, "reopen", to);
    if (error == 0 && open == 0) error = article_move_sources(ctx, dispatch.article_id, "reopen_outcome");
    if (error == 0)
        error = article_tell_authors(ctx, dispatch.article_id, "reopen", "继续办理",
                                     arena_printf(ctx->arena, "%s的办理将继续。", dispatch.recipient_name));
    return error == 0 ? dispatch_view_get(ctx, in->id, out) : error;
}
