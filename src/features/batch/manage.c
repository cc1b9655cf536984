/* Giving batches up: cancelling, deleting, and what is over after a week. */
#include <string.h>

#include "minyi/audit.h"
#include "minyi/blob.h"
#include "minyi/err.h"
#include "types.h"

DB_STATEMENT(batch_set_cancelled,
             "UPDATE paper_batch SET status = $2, finished_ms = $3, version = version + 1 WHERE id = $1");
DB_STATEMENT(batch_items_delete, "DELETE FROM paper_batch_item WHERE batch_id = $1");
DB_STATEMENT(batch_delete_row, "DELETE FROM paper_batch WHERE id = $1");
DB_STATEMENT(batch_expired,
             "SELECT id, status, sha256 FROM paper_batch WHERE finished_ms <= $1 ORDER BY id LIMIT 10");

static int set_cancelled(struct ctx *ctx, const struct batch_view *batch, const char *to) {
    int error = db_exec(ctx->conn, &batch_set_cancelled,
                        DB_PARAMS(db_int(batch->id), db_text(to), db_int(ctx->now)), NULL);
    return error != 0 ? error
                      : audit_add(ctx, "paper_batch.cancel", "paper_batch", batch->id, "from=%s to=%s",
                                  batch->status, to);
}

int batch_cancel(struct ctx *ctx, const void *in_, void *out) {
    const struct batch_id_in *in = in_;
    struct batch_view batch = {0};
    const char *to = NULL;
    int error = batch_get_own(ctx, in->id, &batch);
    if (error != 0) return error;
    if (lifecycle_next(&batch_lifecycle, batch.status, "cancel", &to) != 0)
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "这次批量导出%s，不用取消。", batch.status_text);
    if (strcmp(to, batch.status) != 0) error = set_cancelled(ctx, &batch, to);
    return error != 0 ? error : batch_get_own(ctx, in->id, out);
}

/* Deletes what has ended, with its file. */
static int forget(struct ctx *ctx, const struct batch_view *batch) {
    int error = db_exec(ctx->conn, &batch_items_delete, DB_PARAMS(db_int(batch->id)), NULL);
    if (error == 0) error = db_exec(ctx->conn, &batch_delete_row, DB_PARAMS(db_int(batch->id)), NULL);
    return error != 0 || batch->sha256 == NULL ? error : blob_release(ctx, batch->sha256);
}

/* What the audit says of it: the zip that is gone. */
static const char *gone(const struct batch_view *batch) {
    return batch->sha256 != NULL ? batch->sha256 : "";
}

int batch_delete(struct ctx *ctx, const void *in_, void *out) {
    const struct batch_id_in *in = in_;
    const char *to = NULL;
    (void)out;
    struct batch_view batch = {0};
    int error = batch_get_own(ctx, in->id, &batch);
    if (error != 0) return error;
    if (lifecycle_next(&batch_lifecycle, batch.status, "delete", &to) != 0)
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "这次批量导出%s，请先取消。", batch.status_text);
    error = forget(ctx, &batch);
    return error != 0 ? error
                      : audit_add(ctx, "paper_batch.delete", "paper_batch", in->id, "%s", gone(&batch));
}

int batch_expire(struct ctx *ctx) {
    struct list over = {0};
    int error = db_get_list(ctx->conn, ctx->arena, &batch_expired,
                            DB_PARAMS(db_int(ctx->now - BATCH_KEPT_MS)), &batch_view_record, &over);
    for (size_t i = 0; error == 0 && i < over.count; i++) {
        const struct batch_view *batch = LIST_AT(over, struct batch_view, i);
        const char *to = NULL;
        error = lifecycle_next(&batch_lifecycle, batch->status, "expire", &to);
        if (error == 0) error = forget(ctx, batch);
        if (error == 0)
            error = audit_add(ctx, "paper_batch.expire", "paper_batch", batch->id, "%s", gone(batch));
    }
    return error != 0 ? error : over.count > 0;
}
