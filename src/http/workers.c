/* Workers: a fixed pool for slow routes, so that no HTTP thread (and with it 1/N of the kept-alive
 * connections) stands still while a password is hashed or a document is made.
 *
 *   1. A connection is suspended before its request can be seen by a worker, under the queue's lock, so
 *      that the resume always comes after the suspend.
 *   2. A suspended connection is resumed exactly once, with the reply filled (PHASE_READY).
 *   3. A request that waited longer than the request deadline is answered ERR_UNAVAILABLE instead of
 *      being run: its client has most likely gone. A running one is always left to finish; when that
 *      takes longer than the deadline it is counted (late_jobs).
 */
#include <stdlib.h>

#include "internal.h"
#include "minyi/thread.h"

static void finish(struct exchange *exchange) {
    struct http_server *server = exchange->server;
    exchange->phase = PHASE_READY;
    atomic_fetch_sub(&server->suspended, 1);
    /* From here on the exchange belongs to the HTTP thread. */
    MHD_resume_connection(exchange->mhd);
}

static void run(struct exchange *exchange, bool cancelled) {
    struct http_server *server = exchange->server;
    int64_t waited_us = clock_monotonic_us() - exchange->queued_us;
    if (cancelled || waited_us > server->request_timeout_us) {
        reply_fail(exchange, ERR_UNAVAILABLE, NULL);
        reply_default_header(&exchange->reply, "Retry-After", "5");
    } else {
        server->handler.handle(server->handler.user, &exchange->request, &exchange->reply);
        int64_t took_us = clock_monotonic_us() - exchange->queued_us;
        if (took_us > server->request_timeout_us) count_one(&server->late_jobs);
    }
    finish(exchange);
}

static void *worker_main(void *argument) {
    struct http_server *server = argument;
    struct workers *workers = &server->workers;
    pthread_mutex_lock(&workers->lock);
    for (;;) {
        while (workers->count == 0 && !workers->stopping)
            pthread_cond_wait(&workers->wake, &workers->lock);
        if (workers->count == 0) break;
        struct exchange *exchange = workers->queue[workers->head];
        workers->head = (workers->head + 1) % WORKER_QUEUE;
        workers->count--;
        bool cancelled = workers->stopping;
        pthread_mutex_unlock(&workers->lock);
        run(exchange, cancelled);
        pthread_mutex_lock(&workers->lock);
    }
    pthread_mutex_unlock(&workers->lock);
    return NULL;
}

void workers_start(struct http_server *server, size_t count) {
    struct workers *workers = &server->workers;
    pthread_mutex_init(&workers->lock, NULL);
    pthread_cond_init(&workers->wake, NULL);
    workers->threads = calloc(count, sizeof *workers->threads);
    if (!workers->threads) abort();
    for (size_t i = 0; i < count; i++) {
        if (!thread_start(&workers->threads[i], "minyi-worker", worker_main, server)) abort();
    }
    workers->thread_count = count;
}

bool workers_submit(struct exchange *exchange) {
    struct workers *workers = &exchange->server->workers;
    pthread_mutex_lock(&workers->lock);
    bool room = workers->count < WORKER_QUEUE && !workers->stopping;
    if (room) {
        exchange->phase = PHASE_WORKING;
        exchange->queued_us = clock_monotonic_us();
        atomic_fetch_add(&exchange->server->suspended, 1);
        MHD_suspend_connection(exchange->mhd);
        workers->queue[(workers->head + workers->count) % WORKER_QUEUE] = exchange;
        workers->count++;
        pthread_cond_signal(&workers->wake);
    }
    pthread_mutex_unlock(&workers->lock);
    return room;
}

void workers_stop(struct http_server *server) {
    struct workers *workers = &server->workers;
    pthread_mutex_lock(&workers->lock);
    workers->stopping = true;
    pthread_cond_broadcast(&workers->wake);
    pthread_mutex_unlock(&workers->lock);
    for (size_t i = 0; i < workers->thread_count; i++)
        pthread_join(workers->threads[i], NULL);
}

void workers_free(struct http_server *server) {
    struct workers *workers = &server->workers;
    free(workers->threads);
    pthread_cond_destroy(&workers->wake);
    pthread_mutex_destroy(&workers->lock);
}
