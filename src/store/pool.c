/* Readers: read-only connections, opened when needed and kept; the one used last is used first, because its
 * pages and plans are warm.
 *
 * 1. A connection is used by one thread at a time, from db_read_begin() to db_read_end().
 * 2. There are never more than `limit`. Who finds none waits, but not for long and not with many others:
 *    then ERR_STORE_BUSY, so that a slow database does not pile up requests. Once somebody has waited in
 *    vain, nobody waits until one comes back: the threads stay free for what needs no database.
 * 3. A thread holds at most one, so nobody waits for himself.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"
#include "minyi/err.h"
#include "minyi/thread.h"

enum { WAIT_MS = 2000, WAITERS_MAX = 64 };

struct pool {
    pthread_mutex_t lock; /* guards all below; never held during a query */
    pthread_cond_t back;  /* a reader came back, or room for a new one */
    struct db_conn *idle; /* the one used last first */
    size_t open, limit, waiters;
    bool stuck; /* somebody waited in vain and nothing came back since: no use to wait */
};

static _Thread_local struct db_conn *reading; /* this thread's */

struct pool *pool_new(size_t limit) {
    struct pool *pool = calloc(1, sizeof(*pool));
    if (pool == NULL) abort();
    pool->limit = limit;
    pthread_mutex_init(&pool->lock, NULL);
    thread_condition(&pool->back);
    return pool;
}

void pool_free(struct pool *pool) {
    if (pool == NULL) return;
    while (pool->idle != NULL) {
        struct db_conn *conn = pool->idle;
        pool->idle = conn->next_idle;
        pool->open--;
        conn_free(conn);
    }
    if (pool->open != 0) {
        fprintf(stderr, "store: db_close() while a read is running\n");
        abort();
    }
    pthread_cond_destroy(&pool->back);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

int64_t pool_count(struct pool *pool) {
    pthread_mutex_lock(&pool->lock);
    int64_t count = (int64_t)pool->open;
    pthread_mutex_unlock(&pool->lock);
    return count;
}

/* Until a reader is idle or one more may be opened; false when that takes too long. Under the lock. */
static bool wait_for_room(struct pool *pool) {
    if (pool->idle != NULL || pool->open < pool->limit) return true;
    if (pool->stuck || pool->waiters >= WAITERS_MAX) return false;
    struct timespec until = thread_deadline_in(WAIT_MS);
    int waited = 0;
    pool->waiters++;
    while (waited == 0 && pool->idle == NULL && pool->open >= pool->limit)
        waited = pthread_cond_timedwait(&pool->back, &pool->lock, &until);
    pool->waiters--;
    pool->stuck = pool->idle == NULL && pool->open >= pool->limit;
    return pool->idle != NULL || pool->open < pool->limit;
}

/* An idle reader in *ret, or NULL there and the right to open one. */
static int take(struct pool *pool, struct db_conn **ret) {
    pthread_mutex_lock(&pool->lock);
    bool room = wait_for_room(pool);
    struct db_conn *conn = pool->idle;
    if (conn != NULL)
        pool->idle = conn->next_idle;
    else if (room)
        pool->open++;
    pthread_mutex_unlock(&pool->lock);
    *ret = conn;
    return room ? 0 : ERR_STORE_BUSY;
}

/* CONN back; NULL: the right to open one, not used. */
static void give(struct pool *pool, struct db_conn *conn) {
    pthread_mutex_lock(&pool->lock);
    pool->stuck = false;
    if (conn != NULL) {
        conn->next_idle = pool->idle;
        pool->idle = conn;
    } else {
        pool->open--;
    }
    if (pool->waiters > 0) pthread_cond_signal(&pool->back);
    pthread_mutex_unlock(&pool->lock);
}

static int open_reader(struct db *db, struct db_conn **ret) {
    char why[300] = "";
    struct engine_conn *engine = NULL;
    int error = db->driver->connect(db->place, ENGINE_READER, &engine, why, sizeof(why));
    if (error != 0) {
        give(db->pool, NULL);
        return db_trouble(error, NULL, why);
    }
    *ret = conn_new(db, engine, false);
    return 0;
}

static int begin(struct db *db, struct db_conn **ret) {
    for (const struct db_conn *outer = reading; outer != NULL; outer = outer->outer)
        if (outer->db == db) return db_trouble(ERR_STORE, NULL, "db_read_begin() inside a read");
    struct db_conn *conn = NULL;
    int error = take(db->pool, &conn);
    if (error != 0) return db_trouble(error, NULL, "all readers are in use");
    if (conn == NULL) error = open_reader(db, &conn);
    if (error != 0) return error;
    error = db->driver->control(conn->engine, ENGINE_BEGIN_READ);
    if (error != 0) {
        db_trouble(error, NULL, db->driver->message(conn->engine));
        give(db->pool, conn);
        return error;
    }
    *ret = conn;
    return 0;
}

struct db_conn *db_read_begin(struct db *db, int *ret_error) {
    struct db_conn *conn = NULL;
    int error = begin(db, &conn);
    if (error != 0) {
        *ret_error = error;
        return NULL;
    }
    conn->outer = reading;
    reading = conn;
    return conn;
}

void db_read_end(struct db_conn *conn) {
    if (conn == NULL) return;
    conn_reset_all(conn);
    int error = conn->db->driver->control(conn->engine, ENGINE_END_READ);
    /* Nothing was written, so only the snapshot is at stake: it must not stay open. */
    if (error != 0 && conn->db->driver->in_transaction(conn->engine))
        (void)conn->db->driver->control(conn->engine, ENGINE_ROLLBACK);
    reading = conn->outer;
    give(conn->db->pool, conn);
}
