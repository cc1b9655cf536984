/* A paper made into a file and recorded.
 *
 * 1. The store is read, then nothing is open while the paper is set, then one write records it: a row is
 *    there only for a file that was made whole, and a file of an issue only together with its row.
 * 2. Files of issues are kept. The same version, by the hash of its description, is the same file for ever,
 *    whatever fonts are installed when it is asked for again.
 * 3. Memory is bounded: a file has at most PAPER_FILE_MAX bytes, or as many as the caller takes of one that
 *    is not kept, a paper PAPER_PAGES_MAX pages; what is gathered has an arena of its own, given back at the
 *    end. */
#include "internal.h"

#include <string.h>

#include "minyi/blob.h"
#include "minyi/err.h"
#include "minyi/mime.h"

enum { GATHER_ARENA = 256 * 1024 * 1024 };

static const struct file_type *type_of(const char *format) {
    return strcmp(format, "docx") == 0 ? &file_type_docx : &file_type_pdf;
}

const char *paper_mime(const char *format) {
    return type_of(format)->mime;
}

struct making {
    const struct paper_form *form;
    int64_t id;
    struct gathered *gathered;
    struct rendering_new rendering;
    struct rendering done;
    struct buf bytes;
    bool found; /* a kept file of this version is in the store */
};

static int read_record(struct ctx *ctx, void *argument) {
    struct making *making = argument;
    return gather(ctx, making->form, making->id, making->gathered);
}

/* Puts the kept file of this version, if there is one, in the place of what was made. */
static int find_kept(struct ctx *ctx, void *argument) {
    struct making *making = argument;
    struct rendering_new *rendering = &making->rendering;
    struct rendering_new kept = {
        .committee_id = rendering->committee_id, .record = rendering->record, .batch = rendering->batch};
    making->found = false;
    int error = rendering_kept(ctx, rendering->kind, rendering->record_id, rendering->format,
                               rendering->source_sha256, &kept);
    if (error != 0) return error == ERR_NOT_FOUND ? 0 : error;
    *rendering = kept;
    making->found = true;
    return 0;
}

int paper_refusal(struct ctx *ctx, int error, size_t max) {
    switch (error) {
    case ERR_TOO_LONG:
        return fail(ctx, error, NULL, "全文超过 %d 页，不能排印，请分成几件或精简。", PAPER_PAGES_MAX);
    case ERR_TOO_LARGE:
        return fail(ctx, error, NULL, "排出的文件超过 %zu MB，请减少或缩小图片。", max / (1024 * 1024));
    default:
        return error;
    }
}

/* Word sets its pages itself, and without our fonts; how many they are is told by ours, when there are any.
 */
static int set_docx(struct ctx *ctx, struct making *making, struct paper_outcome *ret) {
    int error = paper_measure(ctx->arena, &making->gathered->paper, ret);
    if (error == ERR_NO_FONT) *ret = (struct paper_outcome){0};
    if (error != 0 && error != ERR_NO_FONT) return error;
    return paper_docx(&making->gathered->paper, &making->bytes);
}

/* A title may have a slash in it; file_name_clean() would take what is before it for a folder. */
static const char *file_name(struct arena *arena, const char *name, const char *format) {
    char *whole = arena_printf(arena, "%s.%s", name, format);
    for (char *c = whole; *c != '\0'; c++)
        if (*c == '/' || *c == '\\') *c = '-';
    return file_name_clean(arena, whole, type_of(format));
}

static int set(struct ctx *ctx, struct making *making) {
    struct rendering_new *rendering = &making->rendering;
    struct paper_outcome outcome = {0};
    bool is_pdf = type_of(rendering->format) == &file_type_pdf;
    int error = is_pdf ? paper_pdf(ctx->arena, &making->gathered->paper, &making->bytes, &outcome)
                       : set_docx(ctx, making, &outcome);
    if (error == 0 && buf_failed(&making->bytes)) error = ERR_TOO_LARGE;
    if (error != 0) return paper_refusal(ctx, error, making->bytes.ceiling);
    char sha256[HASH_HEX_SIZE];
    hash_hex(making->bytes.data, making->bytes.len, sha256);
    rendering->sha256 = arena_strdup(ctx->arena, sha256);
    rendering->fonts_sha256 = is_pdf ? arena_strdup(ctx->arena, outcome.fonts) : "";
    rendering->size = (int64_t)making->bytes.len;
    rendering->pages = outcome.pages;
    rendering->name = file_name(ctx->arena, making->gathered->name, rendering->format);
    return 0;
}

static int store_bytes(struct ctx *ctx, struct making *making) {
    char sha256[HASH_HEX_SIZE];
    int error = blob_store_bytes(ctx, making->bytes.data, making->bytes.len,
                                 paper_mime(making->rendering.format), sha256);
    if (error == 0) making->rendering.blob_sha256 = arena_strdup(ctx->arena, sha256);
    return error;
}

static int record_file(struct ctx *ctx, void *argument) {
    struct making *making = argument;
    int error = 0;
    if (making->form->kept) {
        /* Another node may have been first. */
        if (!making->found) error = find_kept(ctx, making);
        if (error == 0 && !making->found) error = store_bytes(ctx, making);
    }
    return error == 0 ? rendering_add(ctx, &making->rendering, &making->done) : error;
}

struct loading {
    const char *sha256;
    struct buf *bytes;
};

static int load_kept(struct ctx *ctx, void *argument) {
    struct loading *loading = argument;
    const void *data = NULL;
    size_t size = 0;
    int error = blob_load(ctx, loading->sha256, PAPER_FILE_MAX, &data, &size);
    if (error == 0) buf_add(loading->bytes, data, size);
    return error;
}

static int make(struct ctx *ctx, struct making *making, struct buf *bytes) {
    int error = ctx_read(ctx, read_record, making);
    if (error == 0) error = gather_finish(ctx, making->gathered);
    if (error != 0) return error;
    struct rendering_new *rendering = &making->rendering;
    rendering->committee_id = making->gathered->committee_id;
    rendering->template_id = making->gathered->template_id;
    rendering->source_sha256 = making->gathered->sha256;
    if (making->form->kept) error = ctx_read(ctx, find_kept, making);
    if (error == 0 && !making->found) error = set(ctx, making);
    if (error == 0) error = ctx_write(ctx, record_file, making);
    if (error != 0 || bytes == NULL) return error;
    if (making->found) {
        error = ctx_read(ctx, load_kept, &(struct loading){making->done.sha256, bytes});
    } else {
        buf_add(bytes, making->bytes.data, making->bytes.len);
    }
    return error == 0 && buf_failed(bytes) ? paper_refusal(ctx, ERR_TOO_LARGE, bytes->ceiling) : error;
}

/* What was recorded in the arena that goes is said in the one that stays. */
void paper_keep_problem(struct ctx *ctx) {
    struct problem *problem = ctx->problem;
    problem->field = arena_strdup(ctx->arena, problem->field);
    problem->detail = arena_strdup(ctx->arena, problem->detail);
}

int paper_make(struct ctx *ctx, const struct paper_form *form, int64_t id, const char *format,
               const struct paper_batch *batch, struct buf *bytes, struct made *ret) {
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(GATHER_ARENA);
    struct ctx own = *ctx;
    own.arena = arena;
    struct making making = {
        .form = form,
        .id = id,
        .gathered = ARENA_NEW(arena, struct gathered),
        .rendering = {.kind = paper_form_code(form),
                      .record = form->record,
                      .record_id = id,
                      .format = format,
                      .batch = batch},
        .bytes = BUF(form->kept ? PAPER_FILE_MAX : bytes->ceiling),
    };
    int error = make(&own, &making, bytes);
    buf_free(&making.bytes);
    if (error != 0) {
        paper_keep_problem(ctx);
        return error;
    }
    *ret = (struct made){.rendering = making.done, .kept = form->kept};
    ret->rendering.name = arena_strdup(ctx->arena, making.done.name);
    ret->rendering.sha256 = arena_strdup(ctx->arena, making.done.sha256);
    return 0;
}

int paper_render(struct ctx *ctx, enum paper_kind kind, int64_t id, const char *format,
                 const struct paper_batch *batch, struct buf *ret_bytes, struct rendering *ret) {
    struct made made = {0};
    int error = paper_make(ctx, paper_form_of(kind), id, format, batch, ret_bytes, &made);
    if (error == 0) *ret = made.rendering;
    return error;
}
