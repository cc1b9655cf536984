/* Signing a step, with or without a change of the text, and returning to the editor.
 *
 * 1. A signature is bound to the hash of the text it was given to.
 * 2. The last signature is given only with every gate closed for exactly that text; it makes the issue, its
 *    number and the publication of the sources in the same transaction.
 * 3. A change while signing re-opens the gates that judge what was changed. An earlier step may do so: the
 *    desk judges again before the last step signs. At the last step the change is kept as a version, the
 *    editor is told, and the signature waits: the signer signs once the desk has judged what was changed. */
#include <string.h>

#include "minyi/account.h"
#include "minyi/audit.h"
#include "minyi/notify.h"
#include "minyi/review.h"
#include "types.h"

DB_STATEMENT(signoff_advance, "UPDATE article SET step = $3, updated_ms = $4, version = version + 1"
                              " WHERE id = $1 AND version = $2 AND status = 'in_signoff'");
DB_STATEMENT(signoff_reason,
             "SELECT name FROM reason WHERE kind = 'signoff_return' AND code = $1 AND active = 1");
DB_STATEMENT(signoff_publication,
             "SELECT u.short_name || '已采用，编入《' || p.name || '》' FROM publication p"
             " JOIN unit u ON u.id = p.committee_id WHERE p.id = $1");

static const char *given(const char *text, const char *old) {
    return text != NULL ? text : old;
}

/* Saves what the signer changed; ARTICLE is then the article as it stands. */
static int save_changes(struct ctx *ctx, const struct sign_in *in, struct article_core *article,
                        bool *ret_changed) {
    bool any = in->title || in->editor_note || in->situation || in->analysis || in->suggestion;
    *ret_changed = false;
    if (!any) return 0;
    const struct article_text text = {
        .title = given(in->title, article->title),
        .editor_note = given(in->editor_note, article->editor_note),
        .situation = given(in->situation, article->situation),
        .analysis = given(in->analysis, article->analysis),
        .suggestion = given(in->suggestion, article->suggestion),
    };
    int error = article_save(ctx, article->id, &text, "sign", article->version, ret_changed);
    return error == 0 ? article_core_get(ctx, article->id, article) : error;
}

/* Before the last signature. *RET_WAITS: the signer's own change opened gates, so that it has to wait. */
static int check_gates(struct ctx *ctx, int64_t article_id, bool changed, bool *ret_waits) {
    int64_t open = 0;
    int error = gates_open(ctx, "article", article_id, &open);
    if (error != 0 || open == 0) return error;
    if (!changed)
        return fail(ctx, ERR_GATES_OPEN, NULL, "文字修改后还有 %lld 关没有重新判定，请信息处判定后再签发。",
                    (long long)open);
    *ret_waits = true;
    return 0;
}

static int wait_for_gates(struct ctx *ctx, const struct article_core *article,
                          const struct signoff_step *step) {
    int error = audit_add(ctx, "article.signoff_edit", "article", article->id, "step=%lld round=%lld text=%s",
                          (long long)step->position, (long long)article->round, article->text_sha256);
    if (error != 0) return error;
    return notify_account(ctx, article->editor_id, "signoff", "审签中改了文字，请重新判定",
                          arena_printf(ctx->arena, "《%s》在“%s”环节作了修改，有关的关口判定后即可签发。",
                                       article->title, step->name),
                          arena_printf(ctx->arena, "/articles/%lld", (long long)article->id));
}

static int advance(struct ctx *ctx, const struct article_core *article, int64_t next) {
    int64_t changes = 0;
    int error = db_exec(
        ctx->conn, &signoff_advance,
        DB_PARAMS(db_int(article->id), db_int(article->version), db_int(next), db_int(ctx->now)), &changes);
    if (error == 0 && changes == 0) error = fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    return error == 0 ? signoff_notify_due(ctx, article->id) : error;
}

static int publish(struct ctx *ctx, const struct article_core *article, struct sign_out *out) {
    const char *adopted = NULL;
    int error = article_move(ctx, article->id, "sign_last");
    if (error == 0) error = issue_create(ctx, article->id, &out->issue_id, &out->issue_number_text);
    if (error == 0) error = article_move_sources(ctx, article->id, "publish");
    if (error == 0)
        error = db_get_text(ctx->conn, ctx->arena, &signoff_publication,
                            DB_PARAMS(db_int(article->publication_id)), &adopted);
    if (error == 0)
        error = article_tell_authors(ctx, article->id, "publish", "您的信息已刊发",
                                     arena_printf(ctx->arena, "%s%s。", adopted, out->issue_number_text));
    if (error == 0 && article->editor_id != ctx->actor->account_id)
        error = notify_holder(ctx, MAY_ARTICLE_READ, article->committee_id, article->editor_id, "issue",
                              "稿件已签发",
                              arena_printf(ctx->arena, "《%s》已签发，编为%s，请设置报送范围。",
                                           article->title, out->issue_number_text),
                              arena_printf(ctx->arena, "/issues/%lld", (long long)out->issue_id));
    return error;
}

/* The signature itself, and what follows from it. */
static int give(struct ctx *ctx, const struct sign_in *in, const struct article_core *article,
                const struct signoff_step *step, int64_t for_id, bool changed, struct sign_out *out) {
    int error = signoff_act_add(ctx, in->id,
                                &(struct signoff_act_new){.act = changed ? "edit_sign" : "sign",
                                                          .note = in->note,
                                                          .step = step->position,
                                                          .round = article->round,
                                                          .for_id = for_id,
                                                          .step_name = step->name,
                                                          .text_sha256 = article->text_sha256});
    if (error == 0)
        error = audit_add(ctx, "article.sign", "article", in->id, "step=%lld round=%lld for=%lld text=%s",
                          (long long)step->position, (long long)article->round,
                          (long long)(for_id == ABSENT ? 0 : for_id), article->text_sha256);
    if (error != 0) return error;
    return step->next == ABSENT ? publish(ctx, article, out) : advance(ctx, article, step->next);
}

int article_sign(struct ctx *ctx, const void *in_, void *out_) {
    const struct sign_in *in = in_;
    struct sign_out *out = out_;
    struct article_core article;
    struct signoff_step step;
    int64_t for_id = ABSENT;
    bool changed = false;
    int error = signoff_need(ctx, in->id, &article, &step, &for_id);
    if (error == 0) error = save_changes(ctx, in, &article, &changed);
    if (error == 0 && step.next == ABSENT) error = check_gates(ctx, in->id, changed, &out->waits_for_gates);
    if (error == 0)
        error = out->waits_for_gates ? wait_for_gates(ctx, &article, &step)
                                     : give(ctx, in, &article, &step, for_id, changed, out);
    if (error != 0) return error;
    struct article_view *view = arena_alloc(ctx->arena, article_view_record.size);
    record_clear(&article_view_record, view);
    error = article_view_get(ctx, in->id, view);
    if (error == 0) out->article = view;
    return error;
}

int article_signoff_return(struct ctx *ctx, const void *in_, void *out_) {
    const struct signoff_return_in *in = in_;
    struct article_core article;
    struct signoff_step step;
    int64_t for_id = ABSENT;
    const char *reason = NULL;
    int error = signoff_need(ctx, in->id, &article, &step, &for_id);
    if (error != 0) return error;
    error = db_get_text(ctx->conn, ctx->arena, &signoff_reason, DB_PARAMS(db_text(in->reason_code)), &reason);
    if (error == ERR_NOT_FOUND)
        return fail(ctx, ERR_NOT_ALLOWED_VALUE, "reason_code", "没有这条退回理由，请重新选择。");
    if (error == 0) error = article_move(ctx, in->id, "return");
    if (error == 0)
        error = signoff_act_add(ctx, in->id,
                                &(struct signoff_act_new){.act = "return",
                                                          .note = in->note,
                                                          .reason_code = in->reason_code,
                                                          .step = step.position,
                                                          .round = article.round,
                                                          .for_id = for_id,
                                                          .step_name = step.name,
                                                          .text_sha256 = article.text_sha256});
    if (error == 0)
        error = notify_holder(ctx, MAY_ARTICLE_READ, article.committee_id, article.editor_id, "signoff",
                              "审签退回",
                              arena_printf(ctx->arena, "《%s》在“%s”环节退回：%s。%s", article.title,
                                           step.name, reason, in->note),
                              arena_printf(ctx->arena, "/articles/%lld", (long long)in->id));
    return error == 0 ? article_view_get(ctx, in->id, out_) : error;
}
