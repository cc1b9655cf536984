/* What the pages of the program ask of a paper: facts about it, its file, its pages as pictures.
 *
 * 1. What the actor may not have, and kinds that there are not, are NOT_FOUND alike.
 * 2. Facts and pictures are not recorded; files are. */
#include "internal.h"

#include <string.h>

#include "minyi/blob.h"
#include "minyi/err.h"

enum {
    SHOW_ARENA = 256 * 1024 * 1024,
    IN_MEMORY_MAX =
        24 * 1024 * 1024, /* bytes of an answer that is not in the store; the request's arena holds it */
    WIDTH_DEFAULT = 1000,
};

/* A paper that is only looked at. */
struct showing {
    const struct paper_form *form;
    int64_t id;
    struct gathered *gathered;
    const char *template_name;
    struct list renderings;
    struct ctx *asker; /* whose arena outlives the showing */
};

static int form_of(struct ctx *ctx, const char *code, const struct paper_form **ret) {
    *ret = paper_form_find(code);
    return *ret != NULL ? 0 : fail(ctx, ERR_NOT_FOUND, NULL, NULL);
}

static int read_record(struct ctx *ctx, void *argument) {
    struct showing *showing = argument;
    int error = gather(ctx, showing->form, showing->id, showing->gathered);
    struct ctx asker = *ctx;
    asker.arena = showing->asker->arena;
    if (error == 0) error = template_name(&asker, showing->gathered->template_id, &showing->template_name);
    return error != 0 ? error : renderings_of(&asker, showing->form, showing->id, &showing->renderings);
}

static int look(struct ctx *ctx, struct showing *showing) {
    showing->gathered = ARENA_NEW(ctx->arena, struct gathered);
    int error = ctx_read(ctx, read_record, showing);
    return error == 0 ? gather_finish(ctx, showing->gathered) : error;
}

static struct list copy_texts(struct arena *arena, const char *const *texts, size_t count) {
    const char **copies = arena_array(arena, count, sizeof(*copies));
    for (size_t i = 0; i < count; i++)
        copies[i] = arena_strdup(arena, texts[i]);
    return (struct list){copies, count};
}

/* The roles' names are nobody's memory. */
static struct list copy_stand_ins(struct arena *arena, struct list list) {
    struct paper_stand_in *copies = arena_array(arena, list.count, sizeof(*copies));
    for (size_t i = 0; i < list.count; i++) {
        copies[i] = *LIST_AT(list, struct paper_stand_in, i);
        copies[i].text = arena_strdup(arena, copies[i].text);
        copies[i].family = arena_strdup(arena, copies[i].family);
    }
    return (struct list){copies, list.count};
}

int paper_info_get(struct ctx *ctx, const void *in_, void *out_) {
    const struct paper_in *in = in_;
    struct paper_info *out = out_;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(SHOW_ARENA);
    struct ctx own = *ctx;
    own.arena = arena;
    struct showing showing = {.id = in->id, .asker = ctx};
    struct paper_outcome outcome = {0};
    int error = form_of(ctx, in->kind, &showing.form);
    if (error == 0) error = look(&own, &showing);
    if (error == 0)
        error = paper_refusal(&own, paper_measure(arena, &showing.gathered->paper, &outcome), IN_MEMORY_MAX);
    if (error != 0) {
        paper_keep_problem(ctx);
        return error;
    }
    *out = (struct paper_info){
        .id = in->id,
        .kind = paper_form_code(showing.form),
        .kind_name = paper_form_zh(showing.form),
        .name = arena_strdup(ctx->arena, showing.gathered->name),
        .pages = outcome.pages,
        .template_name = showing.template_name,
        .missing = copy_texts(ctx->arena, outcome.missing.items, outcome.missing.count),
        .stand_ins = copy_stand_ins(ctx->arena, outcome.stand_ins),
        .problems = copy_texts(ctx->arena, showing.gathered->problems, showing.gathered->problem_count),
        .renderings = showing.renderings,
    };
    return 0;
}

/* ---- files ---- */

int paper_file_get(struct ctx *ctx, const void *in_, void *out) {
    const struct paper_file_in *in = in_;
    const struct paper_form *form = NULL;
    struct made made = {0};
    (void)out;
    int error = form_of(ctx, in->kind, &form);
    if (error == 0 && form->preview)
        return fail(ctx, ERR_NOT_FOUND, NULL, "稿件签发编号以后才能下载，现在可以预览。");
    if (error != 0) return error;
    struct buf bytes CLEANUP(buf_free) = BUF(IN_MEMORY_MAX);
    error = paper_make(ctx, form, in->id, in->format, NULL, form->kept ? NULL : &bytes, &made);
    if (error != 0) return error;
    const struct rendering *file = &made.rendering;
    if (made.kept)
        blob_answer(ctx, file->name, paper_mime(in->format), file->size, file->sha256);
    else
        ctx_answer_bytes(ctx, file->name, paper_mime(in->format), bytes.data, bytes.len);
    return 0;
}

int paper_page_get(struct ctx *ctx, const void *in_, void *out) {
    const struct paper_page_in *in = in_;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(SHOW_ARENA);
    struct ctx own = *ctx;
    own.arena = arena;
    struct showing showing = {.id = in->id, .asker = ctx};
    struct paper_outcome outcome = {0};
    int width = in->width == ABSENT ? WIDTH_DEFAULT : (int)in->width;
    struct buf png CLEANUP(buf_free) = BUF(IN_MEMORY_MAX);
    (void)out;
    int error = form_of(ctx, in->kind, &showing.form);
    if (error == 0) error = look(&own, &showing);
    if (error == 0) {
        error = paper_png(arena, &showing.gathered->paper, (int)in->page, width, &png, &outcome);
        if (error == ERR_OUT_OF_RANGE)
            error = fail(&own, ERR_NOT_FOUND, NULL, "没有第 %d 页。", (int)in->page);
        error = paper_refusal(&own, error, IN_MEMORY_MAX);
    }
    if (error != 0) {
        paper_keep_problem(ctx);
        return error;
    }
    const char *name = arena_printf(ctx->arena, "%s-%d.png", in->kind, (int)in->page);
    ctx_answer_bytes(ctx, name, "image/png", png.data, png.len);
    return 0;
}
