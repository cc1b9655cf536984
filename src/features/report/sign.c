/* Taking back, and the signature of the author's unit.
 *
 * 1. An author may take a report back until somebody opens it. Both acts are writes and so one comes first:
 *    the other finds the state changed.
 * 2. A unit that does not sign says why, and the author reads it.
 * 3. A signature is for the text that was read: an author may have taken it back and sent another meanwhile.
 */
#include "internal.h"

#include <string.h>

#include "minyi/account.h"
#include "minyi/err.h"

DB_STATEMENT(report_unit_reason,
             "SELECT text FROM reason WHERE kind = 'unit_return' AND code = $1 AND active = 1");
DB_STATEMENT(report_set_decision, "UPDATE report SET decision_code = $2, decision_text = $3 WHERE id = $1");
DB_STATEMENT(report_committee_name,
             "SELECT k.short_name FROM report r JOIN unit k ON k.id = r.committee_id WHERE r.id = $1");

int report_withdraw(struct ctx *ctx, const void *in_, void *out) {
    const struct report_id_in *in = in_;
    struct report_core report = {0};
    int error = report_own(ctx, in->id, &report);
    if (error != 0) return error;
    if (report.opened_ms != ABSENT && !report_is_editable(report.status))
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL,
                    "信息处已经开始审核，不能撤回。需要修改的，请联系信息处退回。");
    error = report_move_known(ctx, &report, "withdraw", NULL, NULL);
    if (error == 0)
        error = report_tell_authors(ctx, in->id, "withdrawn",
                                    arena_printf(ctx->arena, "《%s》已撤回", report.title), "已由提交人撤回");
    return error != 0 ? error : report_view_get(ctx, in->id, out);
}

static int sign(struct ctx *ctx, const struct report_core *report, const char *note) {
    const char *committee = "";
    int error = report_move_known(ctx, report, "unit_sign", NULL, NULL);
    if (error == 0)
        error = db_get_text(ctx->conn, ctx->arena, &report_committee_name, DB_PARAMS(db_int(report->id)),
                            &committee);
    if (error != 0) return error;
    const char *text = arena_printf(ctx->arena, "单位已审签，提交%s%s%s", committee,
                                    note != NULL ? "。审签意见：" : "", note != NULL ? note : "");
    return report_tell_authors(ctx, report->id, "unit_signed",
                               arena_printf(ctx->arena, "《%s》单位已审签", report->title), text);
}

/* The words the author reads: the reason's, the signer's, or both. */
static int reason_text(struct ctx *ctx, const struct report_unit_sign_in *in, const char **ret) {
    if (in->reason_code == NULL) {
        if (in->note == NULL || *in->note == '\0')
            return fail(ctx, ERR_REQUIRED, "note", "不同意报送的，请写明理由，作者会看到。");
        *ret = in->note;
        return 0;
    }
    const char *text = NULL;
    int error =
        db_get_text(ctx->conn, ctx->arena, &report_unit_reason, DB_PARAMS(db_text(in->reason_code)), &text);
    if (error == ERR_NOT_FOUND)
        return fail(ctx, ERR_NOT_ALLOWED_VALUE, "reason_code", "没有这条理由，或已停用，请重新选择。");
    if (error == 0) *ret = in->note != NULL && *in->note != '\0' ? in->note : text;
    return error;
}

static int send_back(struct ctx *ctx, const struct report_core *report,
                     const struct report_unit_sign_in *in) {
    const char *text = NULL;
    int error = reason_text(ctx, in, &text);
    if (error == 0) error = report_move_known(ctx, report, "unit_return", NULL, NULL);
    if (error == 0)
        error = db_exec(ctx->conn, &report_set_decision,
                        DB_PARAMS(db_int(report->id), db_text(in->reason_code), db_text(text)), NULL);
    if (error != 0) return error;
    return report_tell_authors(ctx, report->id, "unit_returned",
                               arena_printf(ctx->arena, "《%s》单位审签退回", report->title),
                               arena_printf(ctx->arena, "单位审签退回：%s", text));
}

int report_unit_sign(struct ctx *ctx, const void *in_, void *out) {
    const struct report_unit_sign_in *in = in_;
    struct report_core report = {0};
    int error = report_core_get(ctx, in->id, &report);
    if (error == 0) error = need_over(ctx, MAY_REPORT_UNIT_SIGN, report.unit_id);
    if (error == 0 && in->text_sha256 != NULL && strcmp(in->text_sha256, report.text_sha256) != 0)
        return fail(ctx, ERR_PRECONDITION_FAILED, "text_sha256",
                    "来稿文字已有改动，请对照最新内容后再审签。");
    if (error == 0) error = in->approve ? sign(ctx, &report, in->note) : send_back(ctx, &report, in);
    return error != 0 ? error : report_view_get(ctx, in->id, out);
}
