/* Moving an article along its life cycle, and what that means to its source reports and their authors. */
#include "types.h"

#include "minyi/account.h"
#include "minyi/audit.h"
#include "minyi/report.h"

DB_STATEMENT(article_set_status,
             "UPDATE article SET status = $3, step = CASE WHEN $3 = 'in_signoff' THEN step ELSE NULL END,"
             " updated_ms = $4, version = version + 1 WHERE id = $1 AND status = $2");
DB_STATEMENT(article_status, "SELECT status FROM article WHERE id = $1");
DB_STATEMENT(article_source_ids,
             "SELECT report_id FROM article_source WHERE article_id = $1 ORDER BY position");

int article_move(struct ctx *ctx, int64_t article_id, const char *event) {
    const char *from = NULL, *to = NULL;
    int result = db_get_text(ctx->conn, ctx->arena, &article_status, DB_PARAMS(db_int(article_id)), &from);
    if (result == ERR_NOT_FOUND) return fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    if (result != 0) return result;
    if (lifecycle_next(&article_lifecycle, from, event, &to) != 0)
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "稿件现在是“%s”，不能进行这项操作。",
                    lifecycle_zh(&article_lifecycle, from));
    int64_t changes = 0;
    result = db_exec(ctx->conn, &article_set_status,
                     DB_PARAMS(db_int(article_id), db_text(from), db_text(to), db_int(ctx->now)), &changes);
    if (result == 0 && changes == 0) result = fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (result != 0) return result;
    return audit_add(ctx, arena_printf(ctx->arena, "article.%s", event), "article", article_id,
                     "from=%s to=%s", from, to);
}

struct source_id {
    int64_t report_id;
};
RECORD(source_id_record, "ArticleSourceId", struct source_id, "来源",
       F(struct source_id, report_id, FIELD_INT, ""));

static int sources_of(struct ctx *ctx, int64_t article_id, struct list *ret) {
    return db_get_list(ctx->conn, ctx->arena, &article_source_ids, DB_PARAMS(db_int(article_id)),
                       &source_id_record, ret);
}

int article_tell_authors(struct ctx *ctx, int64_t article_id, const char *kind, const char *title,
                         const char *text) {
    struct list sources;
    int result = sources_of(ctx, article_id, &sources);
    for (size_t i = 0; result == 0 && i < sources.count; i++)
        result =
            report_tell_authors(ctx, LIST_AT(sources, struct source_id, i)->report_id, kind, title, text);
    return result;
}

int article_move_sources(struct ctx *ctx, int64_t article_id, const char *event) {
    struct list sources;
    int result = sources_of(ctx, article_id, &sources);
    for (size_t i = 0; result == 0 && i < sources.count; i++)
        result = report_move(ctx, LIST_AT(sources, struct source_id, i)->report_id, event);
    return result;
}

int article_withdraw(struct ctx *ctx, const void *in_, void *out_) {
    const struct article_id_in *in = in_;
    struct article_core article = {0};
    int result = article_need(ctx, MAY_ARTICLE_EDIT, in->id, &article);
    if (result == 0 && article.version != ctx->if_match)
        result = fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (result == 0) result = article_need_free(ctx, in->id);
    if (result == 0) result = article_move(ctx, in->id, "withdraw");
    if (result == 0) result = article_move_sources(ctx, in->id, "unadopt");
    if (result == 0)
        result = article_tell_authors(ctx, in->id, "unadopt", "来稿重新进入审核",
                                      "据此编辑的稿件已撤回，来稿重新进入审核，结果会再通知您。");
    if (result == 0) result = lease_release(ctx, "article", in->id);
    return result == 0 ? article_view_get(ctx, in->id, out_) : result;
}
