/* Editing an article, and what stands in the way of sign-off. */
#include "types.h"

#include <string.h>

#include "minyi/account.h"

int article_blocked(struct ctx *ctx, const struct article_core *article, const char **ret) {
    *ret = NULL;
    if (strcmp(article->status, "editing") != 0) return 0;
    if (!*article->title || !*article->situation) {
        *ret = "标题和情况问题还没有写。";
        return 0;
    }
    const char *open = NULL;
    int result = gates_open_names(ctx, "article", article->id, &open);
    if (result == 0 && open) *ret = arena_printf(ctx->arena, "%s还没有通过，不能送审。", open);
    return result;
}

int article_edit(struct ctx *ctx, const void *in_, void *out_) {
    const struct article_edit_in *in = in_;
    struct article_core article = {0};
    int result = article_need(ctx, MAY_ARTICLE_EDIT, in->id, &article);
    if (result != 0) return result;
    if (strcmp(article.status, "editing") != 0)
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "稿件现在是“%s”，不能编辑。",
                    lifecycle_zh(&article_lifecycle, article.status));
    result = article_need_free(ctx, in->id);
    if (result != 0) return result;
    const struct article_text text = {in->title, in->editor_note, in->situation, in->analysis,
                                      in->suggestion};
    bool changed = false;
    result = article_save(ctx, in->id, &text, "edit", ctx->if_match, &changed);
    return result == 0 ? article_view_get(ctx, in->id, out_) : result;
}
