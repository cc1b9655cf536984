/* Writes that the store takes as one group: the writer is held by a job of ours until all of them wait. */
#ifndef MINYI_TESTS_GROUP_TESTING_H
#define MINYI_TESTS_GROUP_TESTING_H

#include <pthread.h>
#include <unistd.h>

#include "store_testing.h"

/* A db_write() on a thread of its own. */
struct store_call {
    struct store_test *t;
    db_write_fn fn;
    void *argument;
    int result;
};

static inline void *store_call_run(void *argument) {
    struct store_call *call = argument;
    call->result = db_write(call->t->db, call->fn, call->argument);
    return NULL;
}

/* Begins the call and returns when QUEUED jobs wait, this one among them. */
static inline void store_call_queue(struct store_call *call, pthread_t *ret_thread, int64_t queued) {
    struct db_stats stats = {.queue = -1};
    assert_int_equal(pthread_create(ret_thread, NULL, store_call_run, call), 0);
    while (stats.queue != queued) {
        usleep(200);
        db_stats(call->t->db, &stats);
    }
}

/* Holds the writer, so that the jobs of other threads gather. */
struct store_hold {
    pthread_mutex_t lock;
    pthread_cond_t change;
    bool inside, released;
    struct store_call call; /* its result: ERR_LOCKED, its own error */
    pthread_t thread;
};

static inline int store_hold_writer(struct db_conn *tx, void *argument) {
    (void)tx;
    struct store_hold *hold = argument;
    pthread_mutex_lock(&hold->lock);
    hold->inside = true;
    pthread_cond_broadcast(&hold->change);
    while (!hold->released)
        pthread_cond_wait(&hold->change, &hold->lock);
    pthread_mutex_unlock(&hold->lock);
    return ERR_LOCKED;
}

static inline void store_hold_begin(struct store_hold *hold, struct store_test *t) {
    *hold = (struct store_hold){.lock = PTHREAD_MUTEX_INITIALIZER,
                                .change = PTHREAD_COND_INITIALIZER,
                                .call = {t, store_hold_writer, hold, 1}};
    assert_int_equal(pthread_create(&hold->thread, NULL, store_call_run, &hold->call), 0);
    pthread_mutex_lock(&hold->lock);
    while (!hold->inside)
        pthread_cond_wait(&hold->change, &hold->lock);
    pthread_mutex_unlock(&hold->lock);
}

static inline void store_hold_end(struct store_hold *hold) {
    pthread_mutex_lock(&hold->lock);
    hold->released = true;
    pthread_cond_broadcast(&hold->change);
    pthread_mutex_unlock(&hold->lock);
    pthread_join(hold->thread, NULL);
    assert_int_equal(hold->call.result, ERR_LOCKED);
}

/* Runs CALLS, at most 8, as one group in this order. */
static inline void store_run_together(struct store_test *t, struct store_call *calls, size_t count) {
    struct store_hold hold;
    pthread_t threads[8];
    assert_true(count <= ARRAY_LEN(threads));
    store_hold_begin(&hold, t);
    for (size_t i = 0; i < count; i++)
        store_call_queue(&calls[i], &threads[i], (int64_t)i + 1);
    usleep(10000); /* longer than a group may last: the others form the next one */
    store_hold_end(&hold);
    for (size_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}

#endif
