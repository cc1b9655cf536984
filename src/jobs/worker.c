/* The worker: one thread for work that lasts longer than a scheduled job may: batches of papers, and taking
 * away large contents.
 *
 * 1. It works on the node that leads, as the scheduler does; a new batch wakes it, and it looks by itself
 *    every few seconds, for what another node left behind.
 * 2. It is stopped between two papers: what it was at waits for the next start, or for another node.
 * 3. A failure is logged, and not tried again before the next look; the more of them in a row the later that
 *    is. What the store had no room for is written at such a look, too.
 */
#include "worker.h"

#include <pthread.h>
#include <stdlib.h>

#include "minyi/batch.h"
#include "minyi/blob.h"
#include "minyi/clock.h"
#include "minyi/err.h"
#include "minyi/log.h"
#include "minyi/thread.h"

enum {
    LOOK_MS = 3000,
    LOOK_MAX_MS = 24 * 1000,
    LOST_MS = 60 * 1000, /* a content of which no part has come for so long comes no more */
};

struct worker {
    struct db *db;
    struct batch_maker *maker; /* the thread's */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    _Atomic bool stopping;
    bool told;
};

static void on_batch(void *argument, const char *text) {
    struct worker *worker = argument;
    (void)text;
    pthread_mutex_lock(&worker->lock);
    worker->told = true;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->lock);
}

static void note(const char *what, int error, int64_t began_us) {
    LOG(error < 0 ? LOG_LEVEL_ERROR : LOG_LEVEL_DEBUG, what,
        LOG_TEXT("error", error < 0 ? err_info(error)->code : NULL),
        LOG_INT("us", clock_monotonic_us() - began_us));
}

/* Parts of contents that will never be whole. Where only this process stores any, none is on its way now. */
static int tidy(struct worker *worker) {
    int64_t began_us = clock_monotonic_us();
    int64_t lost_before_ms = db_shared(worker->db) ? clock_ms() - LOST_MS : INT64_MAX;
    int error = blob_tidy(worker->db, lost_before_ms, &worker->stopping);
    if (error != 0) note("blob_tidy", error, began_us);
    return error;
}

/* Everything that waits. */
static int work(struct worker *worker) {
    bool worked = true;
    int error = 0;
    while (worked && !worker->stopping && db_leads(worker->db)) {
        int64_t began_us = clock_monotonic_us();
        error = batch_work(worker->maker, &worker->stopping, &worked);
        if (worked || error != 0) note("batch", error, began_us);
        if (db_leads(worker->db) && tidy(worker) != 0) break;
    }
    return worked ? 0 : error;
}

static void *run(void *argument) {
    struct worker *worker = argument;
    int64_t pause_ms = LOOK_MS;
    pthread_mutex_lock(&worker->lock);
    while (!worker->stopping) {
        worker->told = false;
        pthread_mutex_unlock(&worker->lock);
        bool failed = work(worker) != 0;
        pause_ms = !failed ? LOOK_MS : pause_ms * 2 < LOOK_MAX_MS ? pause_ms * 2 : LOOK_MAX_MS;
        pthread_mutex_lock(&worker->lock);
        struct timespec until = thread_deadline_in(pause_ms);
        while (!worker->stopping && !worker->told &&
               pthread_cond_timedwait(&worker->wake, &worker->lock, &until) == 0)
            ;
    }
    pthread_mutex_unlock(&worker->lock);
    return NULL;
}

struct worker *worker_start(struct db *db, const char *site_url) {
    struct worker *worker = calloc(1, sizeof(*worker));
    if (!worker) abort();
    *worker = (struct worker){.db = db, .maker = batch_maker_new(db, site_url)};
    pthread_mutex_init(&worker->lock, NULL);
    thread_condition(&worker->wake);
    if (db_listen(db, BATCH_CHANNEL, on_batch, worker) == 0 &&
        thread_start(&worker->thread, "minyi-batches", run, worker))
        return worker;
    db_unlisten(db, on_batch, worker);
    batch_maker_free(worker->maker);
    free(worker);
    return NULL;
}

struct worker *worker_stop(struct worker *worker) {
    if (!worker) return NULL;
    pthread_mutex_lock(&worker->lock);
    worker->stopping = true;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->lock);
    pthread_join(worker->thread, NULL);
    db_unlisten(worker->db, on_batch, worker);
    batch_maker_free(worker->maker);
    pthread_cond_destroy(&worker->wake);
    pthread_mutex_destroy(&worker->lock);
    free(worker);
    return NULL;
}
