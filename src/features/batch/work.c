/* Working on a batch: item by item, each with its owner's rights as they are then.
 *
 * 1. What goes wrong with one item is that item's: its reason stands in the index, the others go on.
 * 2. What goes wrong with the machine (a full disk) ends the batch with its reason. A store that is busy or
 *    away for a moment is waited for; for longer, the batch waits and begins again. So it does with a store
 *    that fails (ERR_STORE) and with want of memory (ERR_UNAVAILABLE), after longer and longer pauses, and
 *    others go first. The last of BATCH_FAULTS_MAX tries goes on without an item that there is no memory for;
 *    a store that fails then, too, ends the batch.
 * 3. Whatever happens, memory holds one paper at a time, and nothing is left on the disk or in the store.
 * 4. How a batch that came to nothing ended is written once the store takes it: the maker keeps the word, and
 *    takes no other batch before. Who died with it leaves a batch without life (progress.c).
 */
#include "work.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "minyi/account.h"
#include "minyi/blob.h"
#include "minyi/clock.h"
#include "minyi/err.h"
#include "minyi/mime.h"

enum {
    TELL_US = 500 * 1000,
    CHECK_US = 200 * 1000, /* a cancelled batch stops within this and one paper */
    ITEM_ARENA = 512 * 1024 * 1024,
    BATCH_ARENA = 64 * 1024 * 1024,
    STORE_ROUNDS = 3, /* of storing the zip, when parts of it are tidied away meanwhile */
    BREATH_US_MAX = 200 * 1000,
    AWAY_PAUSE_US = 500 * 1000,
    WAIT_US_MAX = 30 * 1000 * 1000, /* for a store that is away: less than BATCH_LOST_MS */
};

DB_STATEMENT(batch_owner_status, "SELECT status FROM account WHERE id = $1");

struct run {
    struct batch_work *work;
    struct package *package;
    struct contents *contents;
    const _Atomic bool *stop;
    int64_t checked_us;
    int64_t seen_ms;             /* when the claim was last seen to stand: what is made since is of then */
    int64_t away_us;             /* since when the store is away; 0: it is there */
    const struct batch_item *at; /* what it is at; NULL: the batch as a whole */
};

/* ---- Trouble ---- */

/* The store's, and soon over. */
static bool away(int error) {
    return error == ERR_STORE_BUSY || error == ERR_STORE_UNREACHABLE || error == ERR_STORE_UNKNOWN;
}

static bool store_fails(int error) {
    return error == ERR_STORE || error == ERR_STORE_CORRUPT;
}

/* Want of memory. It passes, or it never does: when the paper is too much for this machine. (That the service
 * stops is the same error.) */
static bool falls_short(const struct run *run, int error) {
    return error == ERR_UNAVAILABLE && !*run->stop;
}

static bool is_last_try(const struct run *run) {
    return run->work->faults + 1 >= BATCH_FAULTS_MAX;
}

/* Not the paper's fault, as far as can be told: the store, the disk, the memory. */
static bool of_the_machine(int error) {
    return away(error) || store_fails(error) || error == ERR_STORE_FULL || error == ERR_UNAVAILABLE;
}

static void sleep_us(int64_t us) {
    nanosleep(&(struct timespec){.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000}, NULL);
}

/* After a step that ended with ERROR: true when it is to be tried once more, because the store was away. So a
 * server that is lost for some seconds costs the batch these seconds, and nothing that was made. */
static bool once_more(struct run *run, int error) {
    int64_t now_us = clock_monotonic_us();
    if (!away(error)) run->away_us = 0;
    if (!away(error) || *run->stop) return false;
    if (run->away_us == 0) run->away_us = now_us;
    if (now_us - run->away_us > WAIT_US_MAX) return false;
    sleep_us(AWAY_PAUSE_US);
    return true;
}

static void too_large(struct run *run) {
    run->work->why = arena_printf(run->work->arena, "所选文件合计超过 %d MB，请分几次导出。",
                                  BATCH_BYTES_MAX / (1024 * 1024));
}

/* ---- One item ---- */

struct owner {
    int64_t account_id;
    const struct batch_item *item;
    struct actor actor;
    bool off, desk, hidden;
};

static int load_owner(struct ctx *ctx, void *argument) {
    struct owner *owner = argument;
    const char *status = NULL;
    int error = account_actor_load(ctx, owner->account_id, &owner->actor);
    if (error == 0)
        error = db_get_text(ctx->conn, ctx->arena, &batch_owner_status, DB_PARAMS(db_int(owner->account_id)),
                            &status);
    if (error != 0) return error;
    owner->off = strcmp(status, "disabled") == 0;
    struct paper_record record = {0};
    error = paper_record_get(ctx, paper_kind_find(owner->item->kind), owner->item->record_id, &record);
    owner->desk = error == 0 && record.reads;
    owner->hidden = error == ERR_NOT_FOUND;
    if (error != ERR_NOT_FOUND) return error;
    *ctx->problem = (struct problem){0}; /* rendering it will say so */
    return 0;
}

/* "012 政协社情民意信息 2026年第12期 ….pdf": in the order asked for, and never two of a name. */
static const char *file_name(struct arena *arena, const struct batch_item *item, const char *name,
                             const char *format) {
    return file_name_clean(arena, arena_printf(arena, "%03lld %s", (long long)item->position, name),
                           strcmp(format, "pdf") == 0 ? &file_type_pdf : &file_type_docx);
}

static int render(struct run *run, struct ctx *ctx, struct batch_item *item, const char *format) {
    struct buf bytes CLEANUP(buf_free) = BUF(PAPER_FILE_MAX);
    struct rendering rendering = {0};
    const struct paper_batch batch = {run->work->id, run->work->claim_ms};
    int error;
    do {
        buf_clear(&bytes);
        error = paper_render(ctx, paper_kind_find(item->kind), item->record_id, format, &batch, &bytes,
                             &rendering);
    } while (once_more(run, error));
    if (error != 0) return error;
    const char *file = file_name(run->work->arena, item, rendering.name, format);
    error = package_add(run->package, file, bytes.data, bytes.len);
    if (error == ERR_TOO_LARGE) too_large(run);
    if (error != 0) return error;
    contents_add(run->contents, item, file, &rendering);
    if (item->file == NULL) {
        item->file = file;
        item->pages = rendering.pages;
    }
    return 0;
}

static int work_on(struct run *run, struct batch_item *item) {
    struct batch_work *work = run->work;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(ITEM_ARENA);
    struct problem problem = {0};
    struct owner owner = {.account_id = work->account_id, .item = item};
    struct ctx ctx = work_ctx(work, arena, &owner.actor, &problem);
    int error;
    ctx.now = run->seen_ms;
    do
        error = ctx_read(&ctx, load_owner, &owner);
    while (once_more(run, error));
    if (error == 0 && owner.off) run->work->why = "提出导出的账号已停用。";
    if (error != 0 || owner.off) return error != 0 ? error : ERR_FORBIDDEN;
    item->pages = ABSENT;
    item->desk = owner.desk;
    item->hidden = owner.hidden;
    if (item->hidden) item->title = BATCH_HIDDEN_TITLE;
    for (const char *format = work->formats_kept; error == 0 && *format;) {
        size_t len = strcspn(format, " ");
        error = render(run, &ctx, item, arena_memdup(arena, format, len));
        format += len + strspn(format + len, " ");
    }
    if (error == 0 || run->work->why != NULL) return error;
    if (of_the_machine(error) && !(falls_short(run, error) && is_last_try(run))) return error;
    const char *why = problem.error == error && problem.detail ? problem.detail : err_info(error)->zh;
    item->error = arena_strdup(work->arena, why);
    contents_add(run->contents, item, NULL, NULL);
    return 0;
}

/* ---- All of them ---- */

static int between(struct run *run) {
    struct batch_work *work = run->work;
    int64_t now_us = clock_monotonic_us(), now_ms = clock_ms();
    bool tells = now_us - work->told_us >= TELL_US;
    if (*run->stop) return ERR_UNAVAILABLE;
    if (!tells && now_us - run->checked_us < CHECK_US) return 0;
    run->checked_us = now_us;
    int error;
    do
        error = tells ? work_tell(work) : work_check(work);
    while (once_more(run, error));
    if (error == 0 && now_ms > run->seen_ms) run->seen_ms = now_ms;
    return error;
}

/* Part by part. The store is everybody's: after each it is left to the others for as long as that took. */
static int store(struct run *run, const struct upload *zip) {
    int error = 0;
    for (int64_t at = 0; error == 0 && at < zip->size; at += BLOB_PART_BYTES) {
        int64_t began_us = clock_monotonic_us();
        if (*run->stop) return ERR_UNAVAILABLE;
        do
            error = work_store(run->work, zip, at);
        while (once_more(run, error));
        int64_t took_us = clock_monotonic_us() - began_us;
        sleep_us(took_us < BREATH_US_MAX ? took_us : BREATH_US_MAX);
    }
    if (error != 0) return error;
    do
        error = work_finish(run->work, zip);
    while (once_more(run, error));
    return error;
}

static int bring(struct run *run) {
    struct batch_work *work = run->work;
    struct upload zip = {0};
    size_t files = 0;
    for (size_t i = 0; i < work->items.count; i++)
        if (LIST_AT(work->items, struct batch_item, i)->file != NULL) files++;
    if (files == 0) {
        run->work->why = "所选的各件都没有能够导出，原因见各件。";
        return ERR_INVALID;
    }
    int error = contents_pack(run->contents, "批量导出目录", work->created_ms, run->package);
    if (error == ERR_TOO_LARGE) too_large(run);
    if (error == 0) error = package_close(run->package, &zip);
    if (error != 0) return error;
    error = ERR_NOT_FOUND;
    for (int round = 0; error == ERR_NOT_FOUND && round < STORE_ROUNDS; round++)
        error = store(run, &zip);
    if (error == ERR_NOT_FOUND) error = ERR_STORE_BUSY;
    /* If that fails too, it is tidied away after a minute. */
    if (error != 0) (void)!work_give_up(work, &zip);
    return error;
}

static int go_through(struct run *run) {
    struct batch_work *work = run->work;
    int error = work_load(work);
    run->seen_ms = work->claim_ms;
    if (error == 0) error = package_open(&run->package);
    if (error == ERR_INTERNAL) run->work->why = "服务器的临时文件夹不能写入，没有生成。请联系管理员。";
    for (size_t i = 0; error == 0 && i < work->items.count; i++) {
        struct batch_item *item = LIST_AT(work->items, struct batch_item, i);
        error = between(run);
        run->at = item;
        if (error == 0) error = work_on(run, item);
        if (error == 0) work->done = i + 1;
    }
    if (error != 0) return error;
    run->at = NULL;
    error = between(run);
    return error != 0 ? error : bring(run);
}

/* 5 s, 20 s, 80 s … */
static int64_t pause_after(int64_t faults) {
    int64_t ms = BATCH_FAULT_MS;
    while (faults-- > 1)
        ms *= 4;
    return ms;
}

/* The store failed under it, or memory was short: tried again later, or not any more. */
static void put_off(struct run *run, int error) {
    struct batch_work *work = run->work;
    if (++work->faults < BATCH_FAULTS_MAX) {
        work->again_ms = clock_ms() + pause_after(work->faults);
        return;
    }
    const char *where =
        run->at == NULL ? "" : arena_printf(work->arena, "做到第 %lld 件时", (long long)run->at->position);
    work->why = arena_printf(work->arena, "%s%s，试了 %d 次都没有做完，没有生成。请联系管理员。", where,
                             store_fails(error) ? "数据库出错" : "服务器内存不足", BATCH_FAULTS_MAX);
}

/* What becomes of the batch that came to nothing: it fails, or it waits. */
static void decide(struct run *run, int error) {
    struct batch_work *work = run->work;
    if (error == ERR_STORE_FULL) work->why = "服务器磁盘已满，没有生成。请联系管理员腾出空间后再导出。";
    if (work->why != NULL) return;
    if (store_fails(error) || falls_short(run, error))
        put_off(run, error);
    else if (!of_the_machine(error))
        work->why = err_info(error)->zh;
}

/* To its end. It is written when all went well; else it stands in WORK and is to be written. */
static int make(struct batch_work *work, const _Atomic bool *stop) {
    struct run run = {.work = work, .stop = stop};
    if (work->begun > BATCH_BEGUN_MAX) {
        work->why = "服务器几次都没有能够做完。请分几次导出，或联系管理员。";
        return ERR_TOO_MANY;
    }
    run.contents = contents_new(work->arena);
    int error = go_through(&run);
    package_free(run.package);
    if (error != 0 && error != ERR_CONFLICT) decide(&run, error);
    return error;
}

/* ---- The one who makes them ---- */

struct batch_maker {
    struct db *db;
    const char *site_url;
    struct batch_work work; /* without an arena: there is no word outstanding */
};

struct batch_maker *batch_maker_new(struct db *db, const char *site_url) {
    struct batch_maker *maker = calloc(1, sizeof(*maker));
    if (maker == NULL) abort();
    *maker = (struct batch_maker){.db = db, .site_url = site_url};
    return maker;
}

static void forget(struct batch_maker *maker) {
    arena_free(maker->work.arena);
    maker->work = (struct batch_work){0};
}

struct batch_maker *batch_maker_free(struct batch_maker *maker) {
    if (maker == NULL) return NULL;
    forget(maker);
    free(maker);
    return NULL;
}

/* The batch that came to nothing: said in the store, or kept until it can be. */
static int say(struct batch_maker *maker) {
    struct batch_work *work = &maker->work;
    int error = work_end(work);
    if (error == ERR_CONFLICT) error = 0; /* somebody else's, or nobody's, by now */
    if (error == 0) forget(maker);
    return error;
}

int batch_work(struct batch_maker *maker, const _Atomic bool *stop, bool *ret_worked) {
    struct batch_work *work = &maker->work;
    *ret_worked = false;
    int error = work->arena != NULL ? say(maker) : 0;
    if (error != 0) return error;
    *work = (struct batch_work){
        .db = maker->db, .site_url = maker->site_url, .arena = arena_new(BATCH_ARENA), .again_ms = ABSENT};
    error = work_claim(work);
    if (error != 0) {
        forget(maker);
        return error == ERR_NOT_FOUND ? 0 : error;
    }
    error = make(work, stop);
    *ret_worked = work->why != NULL || work->again_ms != ABSENT || !of_the_machine(error);
    if (error == 0 || error == ERR_CONFLICT) { /* done; or somebody else's, or nobody's, by now */
        forget(maker);
        return 0;
    }
    int said = say(maker);
    if (said != 0) *ret_worked = false;
    bool for_the_log = of_the_machine(error) || error == ERR_INTERNAL;
    return said == 0 && for_the_log && !*stop ? error : said;
}
