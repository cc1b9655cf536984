/* Batches as their owner sees them, and the file that came of one. */
#include <string.h>

#include "minyi/audit.h"
#include "minyi/blob.h"
#include "minyi/err.h"
#include "types.h"

/* Open, and due before $1, since when no batch has shown a sign of life: nobody works. The one rule for every
 * place that shows a batch. */
#define STALLED                                                                                       \
    "CASE WHEN finished_ms IS NULL AND created_ms < $1 AND COALESCE(again_ms, 0) < $1 AND NOT EXISTS" \
    " (SELECT 1 FROM paper_batch any_batch WHERE any_batch.beat_ms >= $1) THEN 1 ELSE 0 END"
#define COLUMNS                                                                                       \
    "SELECT id, status, name, total, done, formats AS formats_kept, error, size, sha256, created_ms," \
    " started_ms, finished_ms, taken_ms, version, " STALLED " AS stalled FROM paper_batch"

DB_STATEMENT(batch_by_id, COLUMNS " WHERE account_id = $2 AND id = $3");
DB_STATEMENT(batch_items,
             "SELECT position, kind, record_id, title, file, pages, error, desk, hidden FROM paper_batch_item"
             " WHERE batch_id = $1 ORDER BY position");
DB_STATEMENT(batch_set_taken, "UPDATE paper_batch SET taken_ms = $2 WHERE id = $1 AND taken_ms IS NULL");
DB_STATEMENT(batch_page, COLUMNS " WHERE account_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4");

static struct list words_of(struct ctx *ctx, const char *text) {
    struct list words = {.items = arena_array(ctx->arena, strlen(text) / 2 + 1, sizeof(const char *))};
    const char **word = words.items;
    while (*text) {
        size_t len = strcspn(text, " ");
        word[words.count++] = arena_memdup(ctx->arena, text, len);
        text += len + strspn(text + len, " ");
    }
    return words;
}

static void complete(struct ctx *ctx, struct batch_view *batch) {
    batch->status_text =
        batch->stalled ? BATCH_STALLED_STATUS : lifecycle_zh(&batch_lifecycle, batch->status);
    if (batch->stalled) batch->error = BATCH_STALLED_WHY;
    batch->formats = words_of(ctx, batch->formats_kept);
    batch->ends_ms = batch->finished_ms == ABSENT ? ABSENT : batch->finished_ms + BATCH_KEPT_MS;
}

int batch_get_own(struct ctx *ctx, int64_t id, struct batch_view *ret) {
    struct batch_view batch = {0};
    record_clear(&batch_view_record, &batch);
    int error =
        db_get_record(ctx->conn, ctx->arena, &batch_by_id,
                      DB_PARAMS(db_int(ctx->now - BATCH_LOST_MS), db_int(ctx->actor->account_id), db_int(id)),
                      &batch_view_record, &batch);
    if (error == ERR_NOT_FOUND) return fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    if (error == 0)
        error = db_get_list(ctx->conn, ctx->arena, &batch_items, DB_PARAMS(db_int(id)), &batch_item_record,
                            &batch.items);
    if (error != 0) return error;
    complete(ctx, &batch);
    *ret = batch;
    return 0;
}

/* The item's record is the owner's to see, now, and as it was when its file was made. 1, 0, or an error. */
static int still_seen(struct ctx *ctx, const struct batch_item *item) {
    struct paper_record record = {0};
    int error = paper_record_get(ctx, paper_kind_find(item->kind), item->record_id, &record);
    if (error == ERR_NOT_FOUND) *ctx->problem = (struct problem){0};
    if (error != 0) return error == ERR_NOT_FOUND ? 0 : error;
    return record.reads || !item->desk;
}

/* What he may not see any more has no title here either. */
int batch_get(struct ctx *ctx, const void *in_, void *out) {
    const struct batch_id_in *in = in_;
    struct batch_view batch = {0};
    int result = batch_get_own(ctx, in->id, &batch);
    for (size_t i = 0; result >= 0 && i < batch.items.count; i++) {
        struct batch_item *item = LIST_AT(batch.items, struct batch_item, i);
        result = still_seen(ctx, item);
        if (result != 0) continue;
        item->title = BATCH_HIDDEN_TITLE;
        if (item->file != NULL) item->file = item->title;
    }
    if (result < 0) return result;
    *(struct batch_view *)out = batch;
    return 0;
}

int batch_list(struct ctx *ctx, const void *in_, void *out_) {
    const struct batch_list_in *in = in_;
    struct batch_list_out *out = out_;
    int64_t key = 0, after = 0, limit = page_limit(in->limit, 20);
    struct list items = {0};
    int error = page_after(ctx, in->after, &key, &after);
    if (error == 0)
        error = db_get_list(ctx->conn, ctx->arena, &batch_page,
                            DB_PARAMS(db_int(ctx->now - BATCH_LOST_MS), db_int(ctx->actor->account_id),
                                      db_int(after), db_int(limit + 1)),
                            &batch_view_record, &items);
    if (error != 0) return error;
    if ((int64_t)items.count > limit) {
        items.count = (size_t)limit;
        int64_t last = LIST_AT(items, struct batch_view, items.count - 1)->id;
        out->next = page_cursor(ctx, last, last);
    }
    for (size_t i = 0; i < items.count; i++)
        complete(ctx, LIST_AT(items, struct batch_view, i));
    out->items = items;
    return 0;
}

/* ---- Taking it ---- */

/* What is in it, if only a title, was his when it was made; it is handed out while it still is. */
static int check_still_seen(struct ctx *ctx, const struct batch_view *batch) {
    for (size_t i = 0; i < batch->items.count; i++) {
        const struct batch_item *item = LIST_AT(batch->items, struct batch_item, i);
        if (item->hidden) continue;
        int result = still_seen(ctx, item);
        if (result < 0) return result;
        if (result == 0)
            return fail(ctx, ERR_FORBIDDEN, NULL,
                        "压缩包里有您现在无权查看的文件，不能再下载。请重新选择后导出。");
    }
    return 0;
}

struct taking {
    int64_t id;
    struct batch_view batch;
};

static int look(struct ctx *ctx, void *argument) {
    struct taking *taking = argument;
    int error = batch_get_own(ctx, taking->id, &taking->batch);
    if (error == 0 && taking->batch.sha256 == NULL) error = fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    return error == 0 ? check_still_seen(ctx, &taking->batch) : error;
}

/* The first time; whoever takes it again gets the same. */
static int record_taking(struct ctx *ctx, void *argument) {
    const struct batch_view *batch = &((const struct taking *)argument)->batch;
    int64_t changes = 0;
    int error =
        db_exec(ctx->conn, &batch_set_taken, DB_PARAMS(db_int(batch->id), db_int(ctx->now)), &changes);
    if (error != 0 || changes == 0) return error;
    error = paper_batch_taken(ctx, &(struct paper_batch){batch->id, batch->started_ms});
    return error != 0 ? error
                      : audit_add(ctx, "paper_batch.fetch", "paper_batch", batch->id, "%s", batch->sha256);
}

int batch_file(struct ctx *ctx, const void *in_, void *out) {
    const struct batch_id_in *in = in_;
    struct taking taking = {.id = in->id};
    (void)out;
    int error = ctx_read(ctx, look, &taking);
    if (error == 0 && taking.batch.taken_ms == ABSENT) error = ctx_write(ctx, record_taking, &taking);
    if (error != 0) return error;
    const struct batch_view batch = taking.batch;
    blob_answer(ctx, batch.name, "application/zip", batch.size, batch.sha256);
    return 0;
}
