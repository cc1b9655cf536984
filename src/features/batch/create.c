/* Asking for a batch: what is in it must be visible to who asks. */
#include <string.h>

#include "minyi/audit.h"
#include "minyi/clock.h"
#include "minyi/err.h"
#include "types.h"

DB_STATEMENT(batch_open_count, "SELECT count(*) FROM paper_batch WHERE account_id = $1"
                               " AND status IN ('waiting', 'running')");
DB_STATEMENT(batch_kept_bytes,
             "SELECT CAST(COALESCE(sum(size), 0) AS BIGINT) FROM paper_batch WHERE account_id = $1");
DB_STATEMENT(batch_insert, "INSERT INTO paper_batch (account_id, status, formats, total, name, created_ms)"
                           " VALUES ($1, 'waiting', $2, $3, $4, $5) RETURNING id");
DB_STATEMENT(batch_item_insert, "INSERT INTO paper_batch_item (batch_id, position, kind, record_id, title)"
                                " VALUES ($1, $2, $3, $4, $5)");

static int check_formats(struct ctx *ctx, const struct list *formats, const char **ret) {
    bool pdf = false, docx = false;
    for (size_t i = 0; i < formats->count; i++) {
        const char *format = *LIST_AT(*formats, const char *, i);
        bool *seen = strcmp(format, "pdf") == 0 ? &pdf : &docx;
        if (*seen) return fail(ctx, ERR_INVALID, "formats", "同一种格式选了两次。");
        *seen = true;
    }
    *ret = pdf && docx ? "pdf docx" : pdf ? "pdf" : "docx";
    return 0;
}

static int check_room(struct ctx *ctx) {
    int64_t open = 0, kept = 0;
    int error = db_get_int(ctx->conn, &batch_open_count, DB_PARAMS(db_int(ctx->actor->account_id)), &open);
    if (error == 0)
        error = db_get_int(ctx->conn, &batch_kept_bytes, DB_PARAMS(db_int(ctx->actor->account_id)), &kept);
    if (error != 0) return error;
    if (open >= BATCH_OPEN_MAX)
        return fail(ctx, ERR_TOO_MANY, "items",
                    "您已有 %d 次批量导出没有完成，请等其中一次完成，或取消一次后再试。", BATCH_OPEN_MAX);
    if (kept >= BATCH_KEPT_MAX)
        return fail(ctx, ERR_TOO_MANY, "items",
                    "您已导出的压缩包合计超过 %d GB，请先删除不再需要的，再导出新的。",
                    BATCH_KEPT_MAX / (1024 * 1024 * 1024));
    return 0;
}

static bool asked_before(const struct list *items, size_t at) {
    const struct batch_item_in *item = LIST_AT(*items, struct batch_item_in, at);
    for (size_t i = 0; i < at; i++) {
        const struct batch_item_in *other = LIST_AT(*items, struct batch_item_in, i);
        if (other->id == item->id && strcmp(other->kind, item->kind) == 0) return true;
    }
    return false;
}

static int add_item(struct ctx *ctx, int64_t batch_id, const struct list *items, size_t at) {
    const struct batch_item_in *item = LIST_AT(*items, struct batch_item_in, at);
    struct paper_record record = {0};
    const char *field = arena_printf(ctx->arena, "items[%zu]", at);
    if (asked_before(items, at)) return fail(ctx, ERR_INVALID, field, "第 %zu 件与前面的重复。", at + 1);
    int error = paper_record_get(ctx, paper_kind_find(item->kind), item->id, &record);
    if (error == ERR_NOT_FOUND) {
        *ctx->problem = (struct problem){0};
        return fail(ctx, ERR_NOT_FOUND, field, "第 %zu 件没有找到，可能已删除，或您无权查看。", at + 1);
    }
    if (error != 0) return error;
    const char *title =
        record.number == NULL ? record.title : arena_printf(ctx->arena, "%s %s", record.number, record.title);
    return db_exec(ctx->conn, &batch_item_insert,
                   DB_PARAMS(db_int(batch_id), db_int((int64_t)at + 1), db_text(item->kind), db_int(item->id),
                             db_text(title)),
                   NULL);
}

/* "刊物等20件-2026-03-09.zip": what is in it, and when. */
static const char *name_of(struct ctx *ctx, const struct list *items) {
    const char *kind = LIST_AT(*items, struct batch_item_in, 0)->kind;
    bool mixed = false;
    for (size_t i = 1; i < items->count; i++)
        if (strcmp(LIST_AT(*items, struct batch_item_in, i)->kind, kind) != 0) mixed = true;
    char date[CLOCK_DATE_SIZE];
    clock_date(ctx->now, date);
    return arena_printf(ctx->arena, "%s%s%zu件-%s.zip", paper_kind_info(paper_kind_find(kind))->zh,
                        mixed ? "等" : "", items->count, date);
}

int batch_create(struct ctx *ctx, const void *in_, void *out) {
    const struct batch_create_in *in = in_;
    const char *formats = NULL;
    int64_t id = 0;
    int error = check_formats(ctx, &in->formats, &formats);
    if (error == 0) error = check_room(ctx);
    if (error == 0)
        error = db_get_int(ctx->conn, &batch_insert,
                           DB_PARAMS(db_int(ctx->actor->account_id), db_text(formats),
                                     db_int((int64_t)in->items.count), db_text(name_of(ctx, &in->items)),
                                     db_int(ctx->now)),
                           &id);
    for (size_t i = 0; error == 0 && i < in->items.count; i++)
        error = add_item(ctx, id, &in->items, i);
    if (error == 0)
        error = audit_add(ctx, "paper_batch.create", "paper_batch", id, "%zu %s", in->items.count, formats);
    if (error == 0) error = db_notify(ctx->conn, BATCH_CHANNEL, "new");
    return error != 0 ? error : batch_get_own(ctx, id, out);
}
