/* What the store knows of a batch at work. All writes are short; the zip comes in many.
 *
 * 1. A batch belongs to the node whose claim stands in started_ms while it is running. Every write of a
 *    worker asks for both: one that was cancelled, deleted or taken over meanwhile takes nothing more.
 * 2. A node that shows no life for BATCH_LOST_MS has lost its batches: whoever leads begins them again. On a
 *    store that is one process's alone, a batch that is running when none is worked on is such a one at once.
 * 3. One that outlives BATCH_BEGUN_MAX nodes may be what ends them: it is given up. One under which the store
 *    fails, or memory is short, waits longer each time (again_ms), and others go first.
 * 4. Once work begins, the claim is later than every file that was recorded for the batch before, whatever the
 *    clocks say: by that the zip's files are told from those of an attempt that came to nothing (struct
 *    paper_batch).
 * 5. Who finds nothing to do has written nothing.
 */
#include <string.h>

#include "minyi/audit.h"
#include "minyi/blob.h"
#include "minyi/clock.h"
#include "minyi/err.h"
#include "minyi/notify.h"
#include "work.h"

DB_STATEMENT(batch_to_take, "SELECT id, status FROM paper_batch"
                            " WHERE (status = 'waiting' AND COALESCE(again_ms, 0) <= $1)"
                            " OR (status = 'running' AND beat_ms < $2) ORDER BY id LIMIT 1");
DB_STATEMENT(batch_claim, "UPDATE paper_batch SET status = $2, done = 0, begun = begun + 1, started_ms = $3,"
                          " beat_ms = $3, again_ms = NULL, version = version + 1 WHERE id = $1");
DB_STATEMENT(batch_items_reset,
             "UPDATE paper_batch_item SET file = NULL, pages = NULL, error = NULL, desk = 0, hidden = 0"
             " WHERE batch_id = $1 AND (file IS NOT NULL OR error IS NOT NULL)");
DB_STATEMENT(batch_work_by_id, "SELECT account_id, name, formats, begun, faults, created_ms FROM paper_batch"
                               " WHERE id = $1");
DB_STATEMENT(batch_work_items, "SELECT position, kind, record_id, title FROM paper_batch_item"
                               " WHERE batch_id = $1 ORDER BY position");
#define RUNNING "running"
#define MINE " WHERE id = $1 AND started_ms = $2 AND status = '" RUNNING "'"
DB_STATEMENT(batch_mine, "SELECT count(*) FROM paper_batch" MINE);
DB_STATEMENT(batch_move_claim, "UPDATE paper_batch SET started_ms = $3" MINE);
DB_STATEMENT(batch_beat, "UPDATE paper_batch SET done = $3, beat_ms = $4, version = version + 1" MINE);
DB_STATEMENT(batch_item_result, "UPDATE paper_batch_item SET file = $3, pages = $4, error = $5, desk = $6,"
                                " hidden = $7 WHERE batch_id = $1 AND position = $2");
DB_STATEMENT(batch_set_done, "UPDATE paper_batch SET status = $3, done = total, size = $4, sha256 = $5,"
                             " finished_ms = $6, version = version + 1" MINE);
DB_STATEMENT(batch_set_failed, "UPDATE paper_batch SET status = $3, error = $4, done = $5,"
                               " finished_ms = $6, version = version + 1" MINE);
DB_STATEMENT(batch_set_waiting,
             "UPDATE paper_batch SET status = $3, done = 0, begun = begun - 1, started_ms = NULL,"
             " beat_ms = $6, faults = $4, again_ms = $5, version = version + 1" MINE);

struct to_take {
    int64_t id;
    const char *status;
};
RECORD(batch_to_take_record, "BatchToTake", struct to_take, "", F(struct to_take, id, FIELD_INT, ""),
       F(struct to_take, status, FIELD_TEXT, ""));

struct ctx work_ctx(const struct batch_work *work, struct arena *arena, const struct actor *actor,
                    struct problem *problem) {
    return (struct ctx){.arena = arena,
                        .db = work->db,
                        .actor = actor,
                        .problem = problem,
                        .now = clock_ms(),
                        .remote = "local",
                        .request_id = "batch",
                        .public_url = work->site_url,
                        .site_url = work->site_url,
                        .if_match = ABSENT};
}

struct step {
    struct batch_work *work;
    const struct upload *zip;
    int64_t at; /* in the zip */
};

static int as_system(struct batch_work *work, ctx_fn fn, struct step step, bool writes) {
    static const struct actor system = {.system = true, .login = "system", .name = "系统"};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(4 * 1024 * 1024);
    struct problem problem = {0};
    struct ctx ctx = work_ctx(work, arena, &system, &problem);
    step.work = work;
    return writes ? ctx_write(&ctx, fn, &step) : ctx_read(&ctx, fn, &step);
}

/* ---- Claiming ---- */

static int load(struct ctx *ctx, struct batch_work *work) {
    CLEANUP(db_rows_close) struct db_rows rows = {0};
    int error = db_query(ctx->conn, &rows, &batch_work_by_id, DB_PARAMS(db_int(work->id)));
    if (error == 0) error = db_next(&rows);
    if (error <= 0) return error < 0 ? error : ERR_CONFLICT;
    work->account_id = db_column_int(&rows, 0);
    work->name = db_column_text(&rows, 1, work->arena);
    work->formats_kept = db_column_text(&rows, 2, work->arena);
    work->begun = db_column_int(&rows, 3);
    work->faults = db_column_int(&rows, 4);
    work->created_ms = db_column_int(&rows, 5);
    return 0;
}

static int64_t lost_before(const struct ctx *ctx) {
    return db_shared(ctx->db) ? ctx->now - BATCH_LOST_MS : INT64_MAX;
}

static int next_to_take(struct ctx *ctx, struct to_take *ret) {
    return db_get_record(ctx->conn, ctx->arena, &batch_to_take,
                         DB_PARAMS(db_int(ctx->now), db_int(lost_before(ctx))), &batch_to_take_record, ret);
}

static int look(struct ctx *ctx, void *argument) {
    (void)argument;
    struct to_take found = {0};
    return next_to_take(ctx, &found);
}

static int claim(struct ctx *ctx, void *argument) {
    struct batch_work *work = ((struct step *)argument)->work;
    struct to_take found = {0};
    const char *to = NULL;
    int error = next_to_take(ctx, &found);
    if (error == 0) error = lifecycle_next(&batch_lifecycle, found.status, "begin", &to);
    if (error == 0)
        error = db_exec(ctx->conn, &batch_claim, DB_PARAMS(db_int(found.id), db_text(to), db_int(ctx->now)),
                        NULL);
    work->id = found.id;
    if (error == 0) error = load(ctx, work);
    work->claim_ms = ctx->now;
    return error;
}

int work_claim(struct batch_work *work) {
    int error = as_system(work, look, (struct step){0}, false);
    work->told_us = clock_monotonic_us();
    return error != 0 ? error : as_system(work, claim, (struct step){0}, true);
}

static int check(struct ctx *ctx, void *argument) {
    struct batch_work *work = ((struct step *)argument)->work;
    int64_t count = 0;
    int error =
        db_get_int(ctx->conn, &batch_mine, DB_PARAMS(db_int(work->id), db_int(work->claim_ms)), &count);
    return error == 0 && count == 0 ? ERR_CONFLICT : error;
}

/* The files of an attempt that came to nothing may be younger than our claim: of the same millisecond, or by
 * another node's clock. Then the claim moves behind them. */
static int move_claim(struct ctx *ctx, struct batch_work *work) {
    int64_t newest_ms = 0;
    int error = paper_batch_newest(ctx, work->id, &newest_ms);
    work->begins_ms = work->claim_ms > newest_ms ? work->claim_ms : newest_ms + 1;
    if (error != 0 || work->begins_ms == work->claim_ms) return error;
    return db_exec(ctx->conn, &batch_move_claim,
                   DB_PARAMS(db_int(work->id), db_int(work->claim_ms), db_int(work->begins_ms)), NULL);
}

static int load_items(struct ctx *ctx, void *argument) {
    struct batch_work *work = ((struct step *)argument)->work;
    int error = check(ctx, argument);
    if (error == 0) error = move_claim(ctx, work);
    if (error == 0) error = db_exec(ctx->conn, &batch_items_reset, DB_PARAMS(db_int(work->id)), NULL);
    return error != 0 ? error
                      : db_get_list(ctx->conn, work->arena, &batch_work_items, DB_PARAMS(db_int(work->id)),
                                    &batch_item_record, &work->items);
}

int work_load(struct batch_work *work) {
    int error = as_system(work, load_items, (struct step){0}, true);
    if (error == 0) work->claim_ms = work->begins_ms;
    return error;
}

/* ---- On the way ---- */

int work_check(struct batch_work *work) {
    return as_system(work, check, (struct step){0}, false);
}

static int write_results(struct ctx *ctx, const struct batch_work *work) {
    int error = 0;
    for (size_t i = work->told; error == 0 && i < work->done; i++) {
        const struct batch_item *item = LIST_AT(work->items, struct batch_item, i);
        error = db_exec(ctx->conn, &batch_item_result,
                        DB_PARAMS(db_int(work->id), db_int(item->position), db_text(item->file),
                                  db_int(item->pages), db_text(item->error), db_int(item->desk),
                                  db_int(item->hidden)),
                        NULL);
    }
    return error;
}

static int tell(struct ctx *ctx, void *argument) {
    struct batch_work *work = ((struct step *)argument)->work;
    int64_t mine = 0;
    int error = db_exec(
        ctx->conn, &batch_beat,
        DB_PARAMS(db_int(work->id), db_int(work->claim_ms), db_int((int64_t)work->done), db_int(ctx->now)),
        &mine);
    if (error == 0 && mine == 0) return ERR_CONFLICT;
    return error != 0 ? error : write_results(ctx, work);
}

int work_tell(struct batch_work *work) {
    int error = as_system(work, tell, (struct step){0}, true);
    work->told_us = clock_monotonic_us();
    if (error == 0) work->told = work->done;
    return error;
}

/* ---- The end ---- */

/* Where EVENT takes a batch that is at work. */
static int leads_to(const char *event, const char **ret_to) {
    return lifecycle_next(&batch_lifecycle, RUNNING, event, ret_to);
}

static int count_left_out(const struct batch_work *work) {
    int count = 0;
    for (size_t i = 0; i < work->items.count; i++)
        if (LIST_AT(work->items, struct batch_item, i)->error != NULL) count++;
    return count;
}

static int store_part(struct ctx *ctx, void *argument) {
    const struct step *step = argument;
    int error = tell(ctx, argument);
    return error != 0 ? error : blob_store_part(ctx, step->zip, "application/zip", step->at);
}

int work_store(struct batch_work *work, const struct upload *zip, int64_t at) {
    int error = as_system(work, store_part, (struct step){.zip = zip, .at = at}, true);
    if (error == 0) work->told = work->done;
    return error;
}

static int give_up(struct ctx *ctx, void *argument) {
    const struct step *step = argument;
    return blob_release(ctx, step->zip->sha256);
}

int work_give_up(struct batch_work *work, const struct upload *zip) {
    return as_system(work, give_up, (struct step){.zip = zip}, true);
}

static int finish(struct ctx *ctx, void *argument) {
    const struct step *step = argument;
    struct batch_work *work = step->work;
    const struct upload *zip = step->zip;
    int64_t mine = 0, left_out = count_left_out(work);
    const char *to = NULL;
    int error = leads_to("finish", &to);
    if (error == 0) error = blob_store_end(ctx, zip);
    if (error == 0)
        error = db_exec(ctx->conn, &batch_set_done,
                        DB_PARAMS(db_int(work->id), db_int(work->claim_ms), db_text(to), db_int(zip->size),
                                  db_text(zip->sha256), db_int(ctx->now)),
                        &mine);
    if (error == 0 && mine == 0) return ERR_CONFLICT;
    if (error == 0) error = write_results(ctx, work);
    if (error == 0)
        error =
            audit_add(ctx, "paper_batch.finish", "paper_batch", work->id, "done=%lld left=%lld zip=%s",
                      (long long)work->items.count - (long long)left_out, (long long)left_out, zip->sha256);
    const char *text =
        left_out == 0 ? "可以下载了"
                      : arena_printf(ctx->arena, "有 %lld 件没有能够导出，原因见目录", (long long)left_out);
    text = arena_printf(ctx->arena, "%s。保留 %d 天。", text, BATCH_KEPT_DAYS);
    return error != 0 ? error
                      : notify_account(ctx, work->account_id, "paper_batch",
                                       arena_printf(ctx->arena, "批量导出已生成：%s", work->name), text,
                                       "/papers/batches");
}

int work_finish(struct batch_work *work, const struct upload *zip) {
    return as_system(work, finish, (struct step){.zip = zip}, true);
}

static int fail_batch(struct ctx *ctx, void *argument) {
    const struct batch_work *work = ((const struct step *)argument)->work;
    int64_t mine = 0;
    const char *to = NULL;
    int error = leads_to("fail", &to);
    if (error == 0)
        error = db_exec(ctx->conn, &batch_set_failed,
                        DB_PARAMS(db_int(work->id), db_int(work->claim_ms), db_text(to), db_text(work->why),
                                  db_int((int64_t)work->done), db_int(ctx->now)),
                        &mine);
    if (error == 0 && mine == 0) return ERR_CONFLICT;
    if (error == 0) error = write_results(ctx, work);
    if (error == 0)
        error = audit_add(ctx, "paper_batch.fail", "paper_batch", work->id, "done=%zu", work->done);
    return error != 0 ? error
                      : notify_account(ctx, work->account_id, "paper_batch",
                                       arena_printf(ctx->arena, "批量导出没有完成：%s", work->name),
                                       work->why, "/papers/batches");
}

static int give_back(struct ctx *ctx, void *argument) {
    const struct batch_work *work = ((const struct step *)argument)->work;
    const char *to = NULL;
    int error = leads_to("put_off", &to);
    return error != 0 ? error
                      : db_exec(ctx->conn, &batch_set_waiting,
                                DB_PARAMS(db_int(work->id), db_int(work->claim_ms), db_text(to),
                                          db_int(work->faults), db_int(work->again_ms), db_int(ctx->now)),
                                NULL);
}

int work_end(struct batch_work *work) {
    return as_system(work, work->why != NULL ? fail_batch : give_back, (struct step){0}, true);
}
