/* The step now due: which it is, who may sign it, and the record of what was done.
 *
 * 1. Who may sign is decided by SIGNOFF_HOLDERS, SIGNOFF_OWN and SIGNOFF_DELEGATED alone, here and in every
 *    list.
 * 2. A signature given for somebody else names both: by_id and for_id. */
#include <string.h>

#include "minyi/account.h"
#include "minyi/notify.h"
#include "types.h"

#define STEP_DUE \
    "article ar JOIN signoff_step st ON st.publication_id = ar.publication_id AND st.position = ar.step"

DB_STATEMENT(signoff_step_due,
             "SELECT st.position, st.name, (SELECT min(n.position) FROM signoff_step n"
             " WHERE n.publication_id = st.publication_id AND n.position > st.position) AS next"
             " FROM " STEP_DUE " WHERE ar.id = $1");
DB_STATEMENT(signoff_capacity,
             "SELECT h.account_id FROM " STEP_DUE " CROSS JOIN " SIGNOFF_HOLDERS
             " WHERE ar.id = $3 AND ar.status = 'in_signoff'"
             " AND h.role_id = st.role_id AND (" SIGNOFF_OWN " OR " SIGNOFF_DELEGATED ")"
             " ORDER BY CASE WHEN h.account_id = $1 THEN 0 ELSE 1 END, h.account_id LIMIT 1");
DB_STATEMENT(signoff_signed_before, "SELECT count(*) FROM signoff_act WHERE article_id = $1 AND round = $2"
                                    " AND by_id = $3 AND for_id IS NULL AND act IN ('sign', 'edit_sign')");
DB_STATEMENT(
    signoff_act_insert,
    "INSERT INTO signoff_act (article_id, round, step, step_name, act, note, reason_code, text_sha256,"
    " at_ms, by_id, for_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
/* Holders of the step's role and those to whom one of them has delegated now, as far as they may still read
 * the article. */
#define STILL_READS(ACCOUNT)                                                            \
    " JOIN access ra ON ra.account_id = " ACCOUNT " AND ra.permission = 'article.read'" \
    " AND ra.unit_id = ar.committee_id"
DB_STATEMENT(
    signoff_due_accounts,
    "SELECT h.account_id FROM " STEP_DUE " CROSS JOIN " SIGNOFF_HOLDERS STILL_READS(
        "h.account_id") " WHERE ar.id = $1 AND h.role_id = st.role_id AND h.account_id <> $2"
                        " UNION SELECT de.to_id FROM " STEP_DUE " CROSS JOIN " SIGNOFF_HOLDERS
                        " JOIN delegation de ON de.from_id = h.account_id AND de.ended_ms IS NULL"
                        " AND de.starts_ms <= $3 AND de.ends_ms > $3" STILL_READS(
                            "de.to_id") " WHERE ar.id = $1 AND h.role_id = st.role_id AND de.to_id <> $2 ORDER BY 1");

RECORD(signoff_step_record, "SignoffStepDue", struct signoff_step, "当前环节",
       F(struct signoff_step, position, FIELD_INT, "序号"), F(struct signoff_step, name, FIELD_TEXT, "环节"),
       F(struct signoff_step, next, FIELD_INT, "下一环节", .flags = FIELD_NULLABLE));

struct account_row {
    int64_t account_id;
};
RECORD(signoff_account_record, "SignoffAccount", struct account_row, "审签人",
       F(struct account_row, account_id, FIELD_INT, "账号"));

int signoff_act_add(struct ctx *ctx, int64_t article_id, const struct signoff_act_new *act) {
    return db_exec(ctx->conn, &signoff_act_insert,
                   DB_PARAMS(db_int(article_id), db_int(act->round), db_int(act->step),
                             db_text(act->step_name), db_text(act->act), db_text(act->note),
                             db_text(act->reason_code), db_text(act->text_sha256), db_int(ctx->now),
                             db_int(ctx->actor->account_id), db_int(act->for_id)),
                   NULL);
}

/* Why the actor may not sign although he sees the article: two reasons that people must be able to tell
 * apart. */
static int refuse(struct ctx *ctx, const struct article_core *article, const struct signoff_step *step) {
    int64_t before = 0;
    int error = db_get_int(
        ctx->conn, &signoff_signed_before,
        DB_PARAMS(db_int(article->id), db_int(article->round), db_int(ctx->actor->account_id)), &before);
    if (error != 0) return error;
    if (before > 0)
        return fail(ctx, ERR_FORBIDDEN, NULL,
                    "本轮您已审签过前面的环节，“%s”请由其他审签人或受委托的人审签。", step->name);
    return fail(ctx, ERR_FORBIDDEN, NULL, "稿件现在到“%s”环节，不由您审签。", step->name);
}

int signoff_need(struct ctx *ctx, int64_t article_id, struct article_core *ret, struct signoff_step *ret_step,
                 int64_t *ret_for) {
    struct article_core article;
    int error = article_core_get(ctx, article_id, &article);
    if (error != 0) return error;
    if (strcmp(article.status, "in_signoff") != 0)
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "稿件现在是“%s”，不在审签中。",
                    lifecycle_zh(&article_lifecycle, article.status));
    struct signoff_step step = {0};
    error = db_get_record(ctx->conn, ctx->arena, &signoff_step_due, DB_PARAMS(db_int(article_id)),
                          &signoff_step_record, &step);
    if (error == ERR_NOT_FOUND)
        return fail(ctx, ERR_CONFLICT, NULL, "刊物的审签流程已改变，请联系系统管理员恢复第 %lld 个环节。",
                    (long long)article.step);
    int64_t holder = 0;
    if (error == 0)
        error = db_get_int(ctx->conn, &signoff_capacity,
                           DB_PARAMS(db_int(ctx->actor->account_id), db_int(ctx->now), db_int(article_id)),
                           &holder);
    if (error == ERR_NOT_FOUND) return refuse(ctx, &article, &step);
    if (error != 0) return error;
    if (article.version != ctx->if_match) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    *ret = article;
    *ret_step = step;
    *ret_for = holder == ctx->actor->account_id ? ABSENT : holder;
    return 0;
}

int signoff_notify_due(struct ctx *ctx, int64_t article_id) {
    struct article_core article;
    struct signoff_step step = {0};
    struct list accounts = {0};
    int error = article_core_get(ctx, article_id, &article);
    if (error == 0)
        error = db_get_record(ctx->conn, ctx->arena, &signoff_step_due, DB_PARAMS(db_int(article_id)),
                              &signoff_step_record, &step);
    if (error == 0)
        error = db_get_list(ctx->conn, ctx->arena, &signoff_due_accounts,
                            DB_PARAMS(db_int(article_id), db_int(ctx->actor->account_id), db_int(ctx->now)),
                            &signoff_account_record, &accounts);
    if (error != 0) return error;
    const char *text = arena_printf(ctx->arena, "《%s》已到“%s”环节，请审签。", article.title, step.name);
    const char *link = arena_printf(ctx->arena, "/signoff/%lld", (long long)article_id);
    for (size_t i = 0; error == 0 && i < accounts.count; i++)
        error = notify_account(ctx, LIST_AT(accounts, struct account_row, i)->account_id, "signoff",
                               "有稿件待审签", text, link);
    return error;
}
