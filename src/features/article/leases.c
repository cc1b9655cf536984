/* Who has an article open to edit. */
#include "types.h"

#include "minyi/account.h"

int article_need_free(struct ctx *ctx, int64_t article_id) {
    const struct lease_view *lease = NULL;
    int result = lease_get(ctx, "article", article_id, &lease);
    if (result != 0 || !lease || lease->mine) return result;
    return fail(ctx, ERR_CLAIMED_BY_OTHER, NULL, "%s正在编辑这篇稿件，请接手后再操作。", lease->name);
}

static int take(struct ctx *ctx, int64_t id, bool force, struct lease_view *out) {
    struct article_core article = {0};
    int result = article_need(ctx, MAY_ARTICLE_EDIT, id, &article);
    if (result != 0) return result;
    const char *to = NULL;
    if (lifecycle_next(&article_lifecycle, article.status, "send", &to) != 0)
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "稿件现在是“%s”，不能编辑。",
                    lifecycle_zh(&article_lifecycle, article.status));
    result = lease_take(ctx, "article", id, force);
    const struct lease_view *lease = NULL;
    if (result == 0) result = lease_get(ctx, "article", id, &lease);
    if (result == 0 && lease) *out = *lease;
    return result;
}

int article_claim(struct ctx *ctx, const void *in_, void *out_) {
    const struct article_claim_in *in = in_;
    return take(ctx, in->id, in->force, out_);
}

int article_heartbeat(struct ctx *ctx, const void *in_, void *out_) {
    const struct article_id_in *in = in_;
    return take(ctx, in->id, false, out_);
}

int article_release(struct ctx *ctx, const void *in_, void *out_) {
    (void)out_;
    const struct article_id_in *in = in_;
    struct article_core article = {0};
    int result = article_need(ctx, MAY_ARTICLE_EDIT, in->id, &article);
    return result == 0 ? lease_release(ctx, "article", in->id) : result;
}
