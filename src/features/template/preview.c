/* How a template looks, with sample words. The store is read first and let go; setting takes its time. */
#include "minyi/err.h"
#include "types.h"

enum { PREVIEW_MAX = 16 * 1024 * 1024 };

struct previewed {
    int64_t id;
    const char *kind;
    struct template_detail detail;
    const char *const *families[FONT_ROLE_END];
};

static int look(struct ctx *ctx, void *argument) {
    struct previewed *previewed = argument;
    int error = template_load(ctx, previewed->id, previewed->kind, &previewed->detail);
    return error != 0 ? error : template_families(ctx, previewed->families);
}

static int compose(struct ctx *ctx, int64_t id, const char *kind_code, struct paper *ret) {
    struct previewed previewed = {.id = id, .kind = kind_code};
    struct paper_source source;
    int error = ctx_read(ctx, look, &previewed);
    if (error != 0) return error;
    enum paper_kind kind = paper_kind_find(previewed.detail.kind);
    if (kind == PAPER_KIND_END) return fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    const struct paper_template rows = {.elements = previewed.detail.elements,
                                        .styles = previewed.detail.styles};
    template_sample(ctx->arena, kind, &source);
    for (int role = 0; role < FONT_ROLE_END; role++)
        source.families[role] = previewed.families[role];
    template_compose(ctx->arena, &rows, &source, ret);
    return 0;
}

int paper_template_pages(struct ctx *ctx, const void *in_, void *out_) {
    const struct template_id_in *in = in_;
    struct template_pages_out *out = out_;
    struct paper paper;
    struct paper_outcome outcome = {0};
    int error = compose(ctx, in->id, in->kind, &paper);
    if (error != 0) return error;
    error = paper_measure(ctx->arena, &paper, &outcome);
    if (error != 0) return fail(ctx, error, NULL, NULL);
    *out = (struct template_pages_out){outcome.pages, outcome.missing, outcome.stand_ins};
    return 0;
}

int paper_template_page(struct ctx *ctx, const void *in_, void *out) {
    const struct template_page_in *in = in_;
    struct buf png CLEANUP(buf_free) = BUF(PREVIEW_MAX);
    struct paper paper;
    struct paper_outcome outcome = {0};
    (void)out;
    int error = compose(ctx, in->id, in->kind, &paper);
    if (error != 0) return error;
    int width = in->width == ABSENT ? 800 : (int)in->width;
    error = paper_png(ctx->arena, &paper, (int)in->page, width, &png, &outcome);
    if (error == ERR_OUT_OF_RANGE) return fail(ctx, ERR_NOT_FOUND, "page", "没有这一页。");
    if (error != 0) return fail(ctx, error, NULL, NULL);
    ctx_answer_bytes(ctx, "预览.png", "image/png", png.data, png.len);
    return 0;
}

int paper_template_preview(struct ctx *ctx, const void *in_, void *out) {
    const struct template_id_in *in = in_;
    struct buf pdf CLEANUP(buf_free) = BUF(PREVIEW_MAX);
    struct paper paper;
    struct paper_outcome outcome = {0};
    (void)out;
    int error = compose(ctx, in->id, in->kind, &paper);
    if (error != 0) return error;
    error = paper_pdf(ctx->arena, &paper, &pdf, &outcome);
    if (error != 0) return fail(ctx, error, NULL, NULL);
    ctx_answer_bytes(ctx, "版式预览.pdf", "application/pdf", pdf.data, pdf.len);
    return 0;
}
