/* Readers: one read-only connection per thread and database, opened on first use, closed when its thread
 * ends or the database closes.
 *
 * 1. A connection is used by its own thread only; `lock` guards the lists alone, never a query.
 * 2. A thread finds its connection without the lock: only db_close() takes it out of the thread's list,
 *    and by contract no read runs then.
 */
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"
#include "minyi/err.h"

struct reader_slot {
    struct db_conn *conns; /* one per database; nearly always one */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static void remove_from_thread(struct db_conn *conn) {
    struct db_conn **place = &conn->slot->conns;
    while (*place != conn)
        place = &(*place)->next_of_thread;
    *place = conn->next_of_thread;
}

static void remove_from_db(struct db_conn *conn) {
    struct db_conn **place = &conn->db->readers;
    while (*place != conn)
        place = &(*place)->next_of_db;
    *place = conn->next_of_db;
}

static void thread_ends(void *value) {
    struct reader_slot *slot = value;
    pthread_mutex_lock(&lock);
    while (slot->conns != NULL) {
        struct db_conn *conn = slot->conns;
        remove_from_db(conn);
        slot->conns = conn->next_of_thread;
        conn_free(conn);
    }
    pthread_mutex_unlock(&lock);
    free(slot);
}

static void make_key(void) {
    if (pthread_key_create(&key, thread_ends) != 0) abort();
}

void readers_close(struct db *db) {
    pthread_mutex_lock(&lock);
    while (db->readers != NULL) {
        struct db_conn *conn = db->readers;
        if (conn->reading) {
            fprintf(stderr, "store: db_close() while a read is running\n");
            abort();
        }
        remove_from_thread(conn);
        db->readers = conn->next_of_db;
        conn_free(conn);
    }
    pthread_mutex_unlock(&lock);
}

int64_t readers_count(struct db *db) {
    int64_t count = 0;
    pthread_mutex_lock(&lock);
    for (struct db_conn *conn = db->readers; conn != NULL; conn = conn->next_of_db)
        count++;
    pthread_mutex_unlock(&lock);
    return count;
}

static struct reader_slot *own_slot(void) {
    pthread_once(&once, make_key);
    struct reader_slot *slot = pthread_getspecific(key);
    if (slot != NULL) return slot;
    slot = calloc(1, sizeof(*slot));
    if (slot == NULL || pthread_setspecific(key, slot) != 0) abort();
    return slot;
}

static int open_reader(struct db *db, struct reader_slot *slot, struct db_conn **ret) {
    char why[300] = "";
    struct engine_conn *engine = NULL;
    int error = db->driver->connect(db->path, ENGINE_READER, &engine, why, sizeof(why));
    if (error != 0) return db_trouble(error, NULL, why);
    struct db_conn *conn = conn_new(db, engine, false);
    pthread_mutex_lock(&lock);
    conn->slot = slot;
    conn->next_of_thread = slot->conns;
    slot->conns = conn;
    conn->next_of_db = db->readers;
    db->readers = conn;
    pthread_mutex_unlock(&lock);
    *ret = conn;
    return 0;
}

struct db_conn *db_read_begin(struct db *db, int *ret_error) {
    struct reader_slot *slot = own_slot();
    struct db_conn *conn = slot->conns;
    while (conn != NULL && conn->db != db)
        conn = conn->next_of_thread;
    int error = conn != NULL ? 0 : open_reader(db, slot, &conn);
    if (error == 0 && conn->reading) error = db_trouble(ERR_STORE, NULL, "db_read_begin() inside a read");
    if (error == 0) {
        error = db->driver->control(conn->engine, ENGINE_BEGIN_READ);
        if (error != 0) db_trouble(error, NULL, db->driver->message(conn->engine));
    }
    if (error != 0) {
        *ret_error = error;
        return NULL;
    }
    conn->reading = true;
    return conn;
}

void db_read_end(struct db_conn *conn) {
    if (conn == NULL) return;
    conn_reset_all(conn);
    int error = conn->db->driver->control(conn->engine, ENGINE_END_READ);
    /* Nothing was written, so only the snapshot is at stake: it must not stay open. */
    if (error != 0 && conn->db->driver->in_transaction(conn->engine))
        (void)conn->db->driver->control(conn->engine, ENGINE_ROLLBACK);
    conn->reading = false;
}
