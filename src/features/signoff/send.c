/* To sign-off and back: sent by an editor, recalled before the first signature. */
#include <string.h>

#include "minyi/account.h"
#include "minyi/audit.h"
#include "minyi/review.h"
#include "types.h"

DB_STATEMENT(signoff_first_step, "SELECT min(position) FROM signoff_step WHERE publication_id = $1");
/* The first step of the chain that nobody could sign. */
DB_STATEMENT(signoff_orphan_step, "SELECT st.name FROM article ar"
                                  " JOIN signoff_step st ON st.publication_id = ar.publication_id"
                                  " WHERE ar.id = $1 AND NOT EXISTS (SELECT 1 FROM " SIGNOFF_HOLDERS
                                  " WHERE h.role_id = st.role_id) ORDER BY st.position LIMIT 1");
DB_STATEMENT(signoff_begin_round,
             "UPDATE article SET step = $2, round = round + 1 WHERE id = $1 AND status = 'in_signoff'");
DB_STATEMENT(signoff_signatures, "SELECT count(*) FROM signoff_act WHERE article_id = $1 AND round = $2"
                                 " AND act IN ('sign', 'edit_sign')");

/* The article, when the actor sees it and may edit articles of its committee. */
static int need_editor(struct ctx *ctx, int64_t article_id, struct article_core *ret) {
    struct article_core article;
    int error = article_core_get(ctx, article_id, &article);
    if (error == 0) error = need_over(ctx, MAY_ARTICLE_EDIT, article.committee_id);
    if (error == 0) *ret = article;
    return error;
}

static int check_gates(struct ctx *ctx, int64_t article_id) {
    int64_t open = 0;
    int error = gates_open(ctx, "article", article_id, &open);
    if (error != 0 || open == 0) return error;
    return fail(ctx, ERR_GATES_OPEN, NULL, "还有 %lld 关没有通过或文字修改后需要重新判定，请先判定再送审。",
                (long long)open);
}

/* Nobody else has it open: what he is writing must not be lost behind a signature. */
static int check_lease(struct ctx *ctx, int64_t article_id) {
    const struct lease_view *lease = NULL;
    int error = lease_get(ctx, "article", article_id, &lease);
    if (error != 0 || lease == NULL) return error;
    if (!lease->mine)
        return fail(ctx, ERR_CLAIMED_BY_OTHER, NULL, "%s正在编辑这篇稿件，请等他编辑完或接手后再送审。",
                    lease->name);
    return lease_release(ctx, "article", article_id);
}

static int check_chain(struct ctx *ctx, const struct article_core *article, int64_t *ret_first) {
    int64_t first = ABSENT;
    const char *orphan = NULL;
    int error =
        db_get_int(ctx->conn, &signoff_first_step, DB_PARAMS(db_int(article->publication_id)), &first);
    if (error == 0 && first == ABSENT)
        return fail(ctx, ERR_CONFLICT, NULL, "这种刊物还没有设置审签流程，请联系系统管理员。");
    if (error == 0)
        error =
            db_get_text(ctx->conn, ctx->arena, &signoff_orphan_step, DB_PARAMS(db_int(article->id)), &orphan);
    if (error == 0)
        return fail(ctx, ERR_CONFLICT, NULL, "“%s”环节还没有可以审签的人，请先授予角色。", orphan);
    if (error != ERR_NOT_FOUND) return error;
    *ret_first = first;
    return 0;
}

int article_send(struct ctx *ctx, const void *in_, void *out_) {
    const struct send_in *in = in_;
    struct article_core article;
    int64_t first = 0;
    const char *to = NULL;
    int error = need_editor(ctx, in->id, &article);
    if (error == 0 && lifecycle_next(&article_lifecycle, article.status, "send", &to) != 0)
        error = fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "稿件现在是“%s”，不能送审。",
                     lifecycle_zh(&article_lifecycle, article.status));
    if (error == 0 && article.version != ctx->if_match)
        error = fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (error == 0) error = check_chain(ctx, &article, &first);
    if (error == 0) error = check_gates(ctx, in->id);
    if (error == 0) error = check_lease(ctx, in->id);
    if (error == 0) error = article_move(ctx, in->id, "send");
    if (error == 0)
        error = db_exec(ctx->conn, &signoff_begin_round, DB_PARAMS(db_int(in->id), db_int(first)), NULL);
    if (error == 0)
        error = signoff_act_add(ctx, in->id,
                                &(struct signoff_act_new){.act = "send",
                                                          .note = in->note,
                                                          .round = article.round + 1,
                                                          .for_id = ABSENT,
                                                          .step_name = "送审",
                                                          .text_sha256 = article.text_sha256});
    if (error == 0) error = signoff_notify_due(ctx, in->id);
    return error == 0 ? article_view_get(ctx, in->id, out_) : error;
}

int article_recall(struct ctx *ctx, const void *in_, void *out_) {
    const struct recall_in *in = in_;
    struct article_core article;
    int64_t signatures = 0;
    int error = need_editor(ctx, in->id, &article);
    if (error == 0)
        error = db_get_int(ctx->conn, &signoff_signatures, DB_PARAMS(db_int(in->id), db_int(article.round)),
                           &signatures);
    if (error == 0 && strcmp(article.status, "in_signoff") == 0 && signatures > 0)
        error = fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "已有人审签，不能撤回；请联系当前环节的审签人退回。");
    if (error == 0) error = article_move(ctx, in->id, "recall");
    if (error == 0)
        error = signoff_act_add(ctx, in->id,
                                &(struct signoff_act_new){.act = "recall",
                                                          .round = article.round,
                                                          .for_id = ABSENT,
                                                          .step_name = "撤回送审",
                                                          .text_sha256 = article.text_sha256});
    return error == 0 ? article_view_get(ctx, in->id, out_) : error;
}
