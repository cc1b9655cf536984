/* The photos of a paper: found by the names that the text calls, read one after the other, made small.
 *
 * 1. Only the contents of attachments are read that the paper's text calls, or that the paper shows all of;
 *    never more than one original is in memory.
 * 2. A photo that is missing or cannot be read does not stop the paper: its line stays as text, and the
 *    office is told before printing. Want of memory is no such flaw: it passes, and a paper that lacks a
 *    photo for it would be taken for the whole.
 * 3. Contents never change, so that reading them after the record's own snapshot has ended yields the same.
 */
#include "internal.h"

#include <pthread.h>
#include <string.h>

#include "minyi/article.h"
#include "minyi/blob.h"
#include "minyi/err.h"
#include "minyi/image.h"
#include "minyi/report.h"

enum {
    ORIGINAL_MAX = 64 * 1024 * 1024, /* bytes */
    JPEG_MAX = 8 * 1024 * 1024,
};

static const char *const photo_types[] = {"image/jpeg", "image/png", "image/webp"};

static bool is_photo(const char *mime) {
    for (size_t i = 0; i < ARRAY_LEN(photo_types); i++)
        if (strcmp(mime, photo_types[i]) == 0) return true;
    return false;
}

static void want(struct arena *arena, struct gathered *gathered, const char *name, const char *sha256) {
    for (size_t i = 0; i < gathered->wanted_count; i++)
        if (strcmp(gathered->wanted[i].name, name) == 0 && strcmp(gathered->wanted[i].sha256, sha256) == 0)
            return;
    if (gathered->wanted_count == PHOTOS_MAX) {
        gather_problem(gathered, arena_printf(arena, "图片超过 %d 张，“%s”没有排入", PHOTOS_MAX, name));
        return;
    }
    gathered->wanted[gathered->wanted_count++] = (struct photo_wanted){name, sha256};
}

void photos_called(struct arena *arena, struct list photos, struct gathered *gathered) {
    struct list blocks = {0};
    article_blocks(arena, gathered->source.body, photos, &blocks);
    for (size_t i = 0; i < blocks.count; i++) {
        const struct paper_block *block = LIST_AT(blocks, struct paper_block, i);
        const struct article_photo *photo = article_block_photo(photos, block);
        if (photo != NULL) want(arena, gathered, photo->name, photo->sha256);
        const char *missing = block->kind == PAPER_TEXT ? template_photo_name(arena, block->text) : NULL;
        if (missing != NULL)
            gather_problem(gathered,
                           arena_printf(arena,
                                        "图片“%s”没有找到，会印成这一行文字；请核对文件名，或用“插入照片”"
                                        "重新选择。",
                                        missing));
    }
}

void photos_attached(struct ctx *ctx, struct gathered *gathered, struct list attachments) {
    for (size_t i = 0; i < attachments.count; i++) {
        const struct attachment_view *attachment = LIST_AT(attachments, struct attachment_view, i);
        if (is_photo(attachment->mime)) want(ctx->arena, gathered, attachment->name, attachment->sha256);
    }
}

struct reading {
    const char *sha256;
    struct arena *arena;
    const void *data;
    size_t size;
};

static int read_original(struct ctx *ctx, void *argument) {
    struct reading *reading = argument;
    struct ctx own = *ctx;
    own.arena = reading->arena;
    return blob_load(&own, reading->sha256, ORIGINAL_MAX, &reading->data, &reading->size);
}

static const char *flaw_of(struct arena *arena, const struct reading *reading) {
    const char *flaw = image_flaw(arena, reading->data, reading->size);
    return flaw != NULL ? flaw : "文件已经损坏，请作者重新上传。";
}

/* Makes the original small, and keeps that at hand. What cannot be read yields a photo without bytes, whose
 * caption says why. UNAVAILABLE: there was no memory for it; another attempt may come to more. */
static int shrink(struct arena *arena, const struct reading *reading, struct paper_photo *ret) {
    struct buf jpeg CLEANUP(buf_free) = BUF(JPEG_MAX);
    int width = 0, height = 0;
    int error = image_to_jpeg(reading->data, reading->size, PHOTO_SIDE, &jpeg, &width, &height);
    if (error == ERR_UNAVAILABLE) return error;
    *ret = (struct paper_photo){.caption = error != 0 ? flaw_of(arena, reading) : NULL};
    if (error == 0 && !buf_failed(&jpeg))
        *ret = (struct paper_photo){.jpeg = arena_memdup(arena, jpeg.data, jpeg.len),
                                    .size = jpeg.len,
                                    .width = width,
                                    .height = height};
    photo_cache_put(reading->sha256, ret);
    return 0;
}

/* Pages are asked for several at a time: whoever wants a photo that is being made waits for it. Nothing of
 * the store is held meanwhile. */
static int make_small(struct ctx *ctx, const char *sha256, struct paper_photo *ret) {
    static pthread_mutex_t makers[16] = {[0 ... 15] = PTHREAD_MUTEX_INITIALIZER};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(2 * (size_t)ORIGINAL_MAX);
    struct reading reading = {.sha256 = sha256, .arena = arena};
    int error = ctx_read(ctx, read_original, &reading);
    if (error != 0) return error;
    pthread_mutex_t *maker = &makers[(unsigned char)sha256[0] % ARRAY_LEN(makers)];
    pthread_mutex_lock(maker);
    if (!photo_cache_get(ctx->arena, sha256, ret)) error = shrink(ctx->arena, &reading, ret);
    pthread_mutex_unlock(maker);
    return error;
}

/* 0 with *RET set, 1 when it cannot be shown, negative when the store fails or memory is short. */
static int read_photo(struct ctx *ctx, const char *sha256, struct paper_photo *ret) {
    int error = photo_cache_get(ctx->arena, sha256, ret) ? 0 : make_small(ctx, sha256, ret);
    if (error == ERR_TOO_LARGE || error == ERR_NOT_FOUND) {
        *ret = (struct paper_photo){.caption = error == ERR_TOO_LARGE ? "文件太大，请缩小后重新上传。"
                                                                      : "原件已经不在了，请作者重新上传。"};
        return 1;
    }
    return error == 0 && ret->jpeg == NULL ? 1 : error;
}

int photos_read(struct ctx *ctx, struct gathered *gathered) {
    for (size_t i = 0; i < gathered->wanted_count; i++) {
        const struct photo_wanted *wanted = &gathered->wanted[i];
        struct paper_named_photo *photo = &gathered->photos[gathered->source.photo_count];
        int result = read_photo(ctx, wanted->sha256, &photo->photo);
        if (result == ERR_UNAVAILABLE)
            return fail(ctx, result, NULL,
                        "服务器这时内存不够，读不了图片“%s”。请稍后再试；如果总是这样，请缩小后重新上传。",
                        wanted->name);
        if (result < 0) return result;
        photo->name = wanted->name;
        photo->photo.original = wanted->sha256;
        if (result == 0)
            gathered->source.photo_count++;
        else
            gather_problem(gathered, arena_printf(ctx->arena, "图片“%s”不能读取。%s", wanted->name,
                                                  photo->photo.caption != NULL ? photo->photo.caption : ""));
    }
    return 0;
}
