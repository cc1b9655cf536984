/* The scheduler: one thread that wakes for the job that is due first. What lasts longer is the worker's.
 *
 * 1. A job is short writes through the store, one unless it says that there is more to do; a failed one is
 *    logged and tried again at its next time.
 * 2. Jobs only tidy: nothing that a user sees depends on the minute in which they run.
 * 3. Of several nodes the one that leads (db_leads) runs them. What it has run it tells the others with the
 *    same commit, so that one that takes over goes on in its place; a job that is due then is run within
 *    seconds. While a lost leader has not noticed yet, a job may run twice: each is harmless to repeat.
 */
#include "minyi/jobs.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "minyi/account.h"
#include "minyi/batch.h"
#include "minyi/clock.h"
#include "minyi/log.h"
#include "minyi/scan.h"
#include "minyi/thread.h"
#include "worker.h"

enum { FIRST_MS = 5 * 1000, HOUR_MS = 3600 * 1000, FOLLOW_MS = 1000, ARENA_BYTES = 1 << 20 };

#define CHANNEL "job" /* the name of one that has been run */

DB_STATEMENT(jobs_idempotency_expire, "DELETE FROM idempotency WHERE created_ms <= $1");

static int expire_kept_answers(struct ctx *ctx) {
    const int64_t day_ms = INT64_C(24) * HOUR_MS;
    return db_exec(ctx->conn, &jobs_idempotency_expire, DB_PARAMS(db_int(ctx->now - day_ms)), NULL);
}

/* One row for each process that ever wrote to a server; only the last few seconds of one are ever asked for.
 */
DB_STATEMENT(jobs_marks_expire, "DELETE FROM write_mark WHERE at_ms <= $1");

static int expire_marks(struct ctx *ctx) {
    const int64_t month_ms = INT64_C(30) * 24 * HOUR_MS;
    return db_exec(ctx->conn, &jobs_marks_expire, DB_PARAMS(db_int(ctx->now - month_ms)), NULL);
}

static const struct job {
    const char *name;
    int64_t every_ms;
    int (*run)(struct ctx *ctx); /* 1: there is more, for a write of its own */
} all[] = {
    {"account_sweep", HOUR_MS, account_sweep}, /* ended sessions, used links, old failures of signing in */
    {"idempotency_expire", HOUR_MS, expire_kept_answers},
    {"marks_expire", HOUR_MS, expire_marks},
    {"batch_expire", HOUR_MS, batch_expire}, /* zips of a week ago */
    {"scan_expire", HOUR_MS, scan_expire},   /* scans that nobody filed */
};

struct jobs {
    struct db *db;
    struct worker *worker;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
    int64_t due_ms[ARRAY_LEN(all)]; /* wall clock */
};

struct running {
    const struct job *job;
};

static int run_in_write(struct ctx *ctx, void *argument) {
    const struct running *running = argument;
    int result = running->job->run(ctx);
    int error = result < 0 ? result : db_notify(ctx->conn, CHANNEL, running->job->name);
    return error < 0 ? error : result;
}

static bool is_stopping(struct jobs *jobs) {
    pthread_mutex_lock(&jobs->lock);
    bool stopping = jobs->stopping;
    pthread_mutex_unlock(&jobs->lock);
    return stopping;
}

static void run(struct jobs *jobs, const struct job *job) {
    struct arena *arena = arena_new(ARENA_BYTES);
    struct actor system = {.system = true, .login = "system", .name = "系统"};
    struct problem problem = {0};
    struct ctx ctx = {.arena = arena,
                      .db = jobs->db,
                      .actor = &system,
                      .problem = &problem,
                      .now = clock_ms(),
                      .remote = "local",
                      .request_id = "job",
                      .if_match = ABSENT};
    int64_t began = clock_monotonic_us();
    int error = 1;
    while (error > 0 && !is_stopping(jobs)) {
        arena_reset(arena);
        error = ctx_write(&ctx, run_in_write, &(struct running){job});
    }
    LOG(error < 0 ? LOG_LEVEL_ERROR : LOG_LEVEL_DEBUG, "job", LOG_TEXT("name", job->name),
        LOG_TEXT("error", error < 0 ? err_info(error)->code : NULL),
        LOG_INT("us", clock_monotonic_us() - began));
    arena_free(arena);
}

static void on_run(void *argument, const char *name) {
    struct jobs *jobs = argument;
    pthread_mutex_lock(&jobs->lock);
    for (size_t i = 0; name && i < ARRAY_LEN(all); i++)
        if (strcmp(all[i].name, name) == 0) jobs->due_ms[i] = clock_ms() + all[i].every_ms;
    pthread_mutex_unlock(&jobs->lock);
}

static int64_t first_due(const struct jobs *jobs) {
    int64_t due = INT64_MAX;
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (jobs->due_ms[i] < due) due = jobs->due_ms[i];
    return due;
}

/* Waits until DUE or the end; true at the end. Called with the lock held. */
static bool wait_until(struct jobs *jobs, int64_t due_ms) {
    struct timespec at = {.tv_sec = due_ms / 1000, .tv_nsec = due_ms % 1000 * 1000000};
    while (!jobs->stopping && clock_ms() < due_ms)
        pthread_cond_timedwait(&jobs->wake, &jobs->lock, &at);
    return jobs->stopping;
}

static void *scheduler(void *argument) {
    struct jobs *jobs = argument;
    pthread_mutex_lock(&jobs->lock);
    while (!wait_until(jobs, first_due(jobs))) {
        if (!db_leads(jobs->db)) {
            (void)wait_until(jobs, clock_ms() + FOLLOW_MS);
            continue;
        }
        for (size_t i = 0; i < ARRAY_LEN(all) && !jobs->stopping; i++) {
            if (clock_ms() < jobs->due_ms[i]) continue;
            jobs->due_ms[i] = clock_ms() + all[i].every_ms;
            pthread_mutex_unlock(&jobs->lock);
            run(jobs, &all[i]);
            pthread_mutex_lock(&jobs->lock);
        }
    }
    pthread_mutex_unlock(&jobs->lock);
    return NULL;
}

struct jobs *jobs_start(struct db *db, const char *site_url) {
    struct jobs *jobs = calloc(1, sizeof(*jobs));
    if (!jobs) abort();
    jobs->db = db;
    pthread_mutex_init(&jobs->lock, NULL);
    pthread_cond_init(&jobs->wake, NULL);
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        jobs->due_ms[i] = clock_ms() + FIRST_MS;
    (void)db_leads(db); /* to ask is to stand for it: settled before the first job is due */
    jobs->worker = worker_start(db, site_url);
    if (jobs->worker && db_listen(db, CHANNEL, on_run, jobs) == 0 &&
        thread_start(&jobs->thread, "minyi-jobs", scheduler, jobs))
        return jobs;
    db_unlisten(db, on_run, jobs);
    worker_stop(jobs->worker);
    free(jobs);
    return NULL;
}

struct jobs *jobs_stop(struct jobs *jobs) {
    if (!jobs) return NULL;
    jobs->worker = worker_stop(jobs->worker);
    pthread_mutex_lock(&jobs->lock);
    jobs->stopping = true;
    pthread_cond_signal(&jobs->wake);
    pthread_mutex_unlock(&jobs->lock);
    pthread_join(jobs->thread, NULL);
    db_unlisten(jobs->db, on_run, jobs);
    pthread_cond_destroy(&jobs->wake);
    pthread_mutex_destroy(&jobs->lock);
    free(jobs);
    return NULL;
}
