/* Decisions on a report: return, keep, redirect, reopen, adopt, assign. Each tells the authors in their
 * words.
 *
 * 1. A decision names the version its maker saw; another one now is PRECONDITION_FAILED and nothing changes.
 * 2. Nothing is adopted with an open gate: gates_open_names() is asked in the transaction that adopts.
 * 3. The reason of the last return, keep or redirect stands in decision_code and decision_text until the next
 *    act. */
#include "types.h"

#include <string.h>

#include "minyi/account.h"
#include "minyi/audit.h"
#include "minyi/notify.h"

DB_STATEMENT(decide_reason, "SELECT name FROM reason WHERE kind = $1 AND code = $2 AND active = 1");
DB_STATEMENT(decide_note,
             "UPDATE report SET decision_code = $3, decision_text = $4 WHERE id = $1 AND version = $2");

/* The report, if its desk has it, the actor decides over it and saw the version it has now; keeps the reason.
 */
static int decide(struct ctx *ctx, int64_t id, const char *code, const char *text, struct report_core *ret) {
    struct report_core report = {0};
    int result = desk_need(ctx, MAY_REPORT_DECIDE, id, &report);
    if (result != 0) return result;
    int64_t changes = 0;
    result = db_exec(ctx->conn, &decide_note,
                     DB_PARAMS(db_int(id), db_int(ctx->if_match), db_text(code), db_text(text)), &changes);
    if (result == 0 && changes == 0) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (result == 0) *ret = report;
    return result;
}

static int check_reason(struct ctx *ctx, const char *kind, const char *code, const char **ret_name) {
    int result =
        db_get_text(ctx->conn, ctx->arena, &decide_reason, DB_PARAMS(db_text(kind), db_text(code)), ret_name);
    return result == ERR_NOT_FOUND
               ? fail(ctx, ERR_NOT_ALLOWED_VALUE, "reason_code", "没有这种理由，请重新选择。")
               : result;
}

/* return, keep and redirect: EVENT is also the kind of its reasons. */
static int turn_down(struct ctx *ctx, const struct decide_in *in, const char *event, const char *title,
                     const char *format, void *out) {
    struct report_core report = {0};
    const char *reason = NULL;
    int result = decide(ctx, in->id, in->reason_code, in->text, &report);
    if (result == 0) result = check_reason(ctx, event, in->reason_code, &reason);
    if (result == 0) result = report_move(ctx, in->id, event);
    if (result != 0) return result;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    const char *text = arena_printf(ctx->arena, format, report.title, in->text);
#pragma GCC diagnostic pop
    result = report_tell_authors(ctx, in->id, event, title, text);
    if (result == 0)
        result = report_event_add(ctx, in->id, event, NULL,
                                  arena_printf(ctx->arena, "%s：%s（%s）", title, reason, ctx->actor->name));
    if (result == 0) result = lease_release(ctx, "report", in->id);
    return result == 0 ? report_view_get(ctx, in->id, out) : result;
}

int report_return(struct ctx *ctx, const void *in, void *out) {
    return turn_down(ctx, in, "return", "来稿需要补充",
                     "您的来稿《%s》需要补充：%s 请修改后再次提交，原稿和已写的内容都为您保留。", out);
}

int report_keep(struct ctx *ctx, const void *in, void *out) {
    return turn_down(ctx, in, "keep", "来稿已留存备用",
                     "感谢您反映情况。您的来稿《%s》这次没有采用，已留存备用：%s "
                     "今后编报相关内容时仍可能采用，届时会告诉您。",
                     out);
}

int report_redirect(struct ctx *ctx, const void *in, void *out) {
    return turn_down(ctx, in, "redirect", "来稿建议通过其他渠道反映",
                     "感谢您反映情况。您的来稿《%s》更适合通过其他渠道反映：%s", out);
}

int report_reopen(struct ctx *ctx, const void *in_, void *out_) {
    const struct desk_id_in *in = in_;
    struct report_core report = {0};
    int result = decide(ctx, in->id, NULL, NULL, &report);
    if (result == 0) result = report_move(ctx, in->id, "reopen");
    if (result == 0)
        result = report_tell_authors(
            ctx, in->id, "reopen", "来稿重新进入审核",
            arena_printf(ctx->arena, "您的来稿《%s》已重新进入审核，结果会再告诉您。", report.title));
    return result == 0 ? report_view_get(ctx, in->id, out_) : result;
}

DB_STATEMENT(adopt_publication, "SELECT name FROM publication WHERE id = $1");

int report_adopt(struct ctx *ctx, const void *in_, void *out_) {
    const struct adopt_in *in = in_;
    struct article_created_out *out = out_;
    struct report_core report = {0};
    const char *open = NULL, *publication = NULL;
    int result = decide(ctx, in->id, NULL, NULL, &report);
    if (result == 0) result = report_move(ctx, in->id, "adopt");
    if (result == 0) result = gates_open_names(ctx, "report", in->id, &open);
    if (result == 0 && open)
        result = fail(ctx, ERR_GATES_OPEN, NULL,
                      "%s还没有通过，不能采用。请先判定，或由有权限的负责人说明理由后越过。", open);
    if (result == 0) result = article_create(ctx, in->id, in->publication_id, &out->article_id);
    if (result == 0)
        result = db_get_text(ctx->conn, ctx->arena, &adopt_publication, DB_PARAMS(db_int(in->publication_id)),
                             &publication);
    if (result == 0)
        result =
            report_tell_authors(ctx, in->id, "adopt", "来稿已采用",
                                arena_printf(ctx->arena, "您的来稿《%s》已采用，正在编辑，拟编入《%s》。",
                                             report.title, publication));
    return result == 0 ? lease_release(ctx, "report", in->id) : result;
}

/* ---- Assigning ---- */

DB_STATEMENT(assign_candidate, "SELECT ac.name FROM account ac JOIN access a ON a.account_id = ac.id"
                               " AND a.permission = 'report.review' AND a.unit_id = $2"
                               " WHERE ac.id = $1 AND ac.status <> 'disabled'");
DB_STATEMENT(assign_update, "UPDATE report SET assignee_id = $2, version = version + 1 WHERE id = $1");

static int set_assignee(struct ctx *ctx, const struct report_core *report, int64_t account_id) {
    const char *name = NULL;
    int result = 0;
    if (account_id != ABSENT)
        result = db_get_text(ctx->conn, ctx->arena, &assign_candidate,
                             DB_PARAMS(db_int(account_id), db_int(report->committee_id)), &name);
    if (result == ERR_NOT_FOUND)
        return fail(ctx, ERR_NOT_ALLOWED_VALUE, "account_id", "此人不能审核这件来稿，请重新选择。");
    if (result == 0)
        result = db_exec(ctx->conn, &assign_update, DB_PARAMS(db_int(report->id), db_int(account_id)), NULL);
    if (result == 0)
        result = audit_add(ctx, "report.assign", "report", report->id, "account=%lld",
                           account_id == ABSENT ? 0LL : (long long)account_id);
    if (result == 0)
        result = report_event_add(ctx, report->id, "assign", NULL,
                                  name ? arena_printf(ctx->arena, "分派给%s", name) : "取消分派");
    if (result == 0 && name && account_id != ctx->actor->account_id)
        result = notify_account(ctx, account_id, "assign", "有一件来稿分派给您",
                                arena_printf(ctx->arena, "《%s》请您审核。", report->title),
                                arena_printf(ctx->arena, "/desk/reports/%lld", (long long)report->id));
    return result;
}

int report_assign(struct ctx *ctx, const void *in_, void *out_) {
    const struct assign_in *in = in_;
    struct report_core report = {0};
    int result = desk_need(ctx, MAY_REPORT_DECIDE, in->id, &report);
    if (result != 0) return result;
    if (strcmp(report.status, "submitted") != 0 && strcmp(report.status, "in_review") != 0)
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "来稿现在是“%s”，不需要再分派。",
                    lifecycle_zh(&report_lifecycle, report.status));
    if (in->account_id != report.assignee_id) result = set_assignee(ctx, &report, in->account_id);
    return result == 0 ? report_view_get(ctx, in->id, out_) : result;
}
