/* The bus: short messages from a committed write to everybody who listens, on every node.
 *
 *   one process (SQLite)   db_notify ─▶ pending ──commit──▶ listeners, on the writer's thread, before the
 *                          callers of the group are woken
 *   several (PostgreSQL)   db_notify ─▶ pg_notify in the transaction ──commit──▶ bus thread of each node ─▶
 *                          its listeners; the thread also holds or tries for the leader's lock
 *
 * 1. A message is heard only after its commit, and never of a write that was rolled back.
 * 2. Messages of one node are heard in the order of their commits. Equal ones of one commit may be heard
 *    once.
 * 3. Between a lost line and its replacement messages are lost; then every listener hears NULL.
 * 4. Listeners are called under `lock`: when db_unlisten() has returned its function does not run any more.
 * 5. A node that cannot reach the database does not lead; nor does a process that never asked to.
 * 6. The thread starts with the first listener or the first db_leads(): commands of the console need none.
 * 7. Once the thread runs db_leads() takes no lock: who asks under a lock that a listener takes, too, is not
 *    held up, nor holds up the bus for ever.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "minyi/buf.h"
#include "minyi/clock.h"
#include "minyi/err.h"
#include "minyi/thread.h"

enum {
    CHANNEL_MAX = 30,
    TEXT_MAX = 4000,
    PENDING_CEILING = 16 * 1024 * 1024, /* of one group; over it listeners hear NULL */
    WAIT_MS = 100,                      /* so long a stop may take */
    LEAD_MS = 1000,                     /* between two tries for the lock, and two looks whether it is held */
    BACKOFF_FIRST_MS = 100,
    BACKOFF_LAST_MS = 5000,
};

#define ENGINE_CHANNEL "minyi"

struct listener {
    char channel[CHANNEL_MAX + 1];
    db_listen_fn fn;
    void *argument;
    struct listener *next;
};

struct bus {
    struct db *db;
    pthread_mutex_t lock; /* guards the five below, and is held while listeners run */
    struct listener *listeners;
    bool stopping;
    _Atomic bool has_thread; /* read without it */
    pthread_t thread;
    pthread_cond_t stop;
    struct buf pending; /* of the group being written: channel NUL text NUL …; the writer's thread only */
    _Atomic bool candidate, leads;
};

static int need_thread(struct bus *bus);

/* ---- Listeners ---- */

int db_listen(struct db *db, const char *channel, db_listen_fn fn, void *argument) {
    size_t len = strlen(channel);
    if (len == 0 || len > CHANNEL_MAX || strspn(channel, "abcdefghijklmnopqrstuvwxyz_") != len)
        return ERR_INVALID;
    struct listener *listener = calloc(1, sizeof(*listener));
    if (listener == NULL) abort();
    memcpy(listener->channel, channel, len + 1);
    listener->fn = fn;
    listener->argument = argument;
    pthread_mutex_lock(&db->bus->lock);
    listener->next = db->bus->listeners;
    db->bus->listeners = listener;
    pthread_mutex_unlock(&db->bus->lock);
    int error = need_thread(db->bus);
    if (error != 0) db_unlisten(db, fn, argument);
    return error;
}

void db_unlisten(struct db *db, db_listen_fn fn, void *argument) {
    pthread_mutex_lock(&db->bus->lock);
    for (struct listener **place = &db->bus->listeners; *place != NULL;) {
        struct listener *listener = *place;
        if (listener->fn == fn && listener->argument == argument) {
            *place = listener->next;
            free(listener);
        } else {
            place = &listener->next;
        }
    }
    pthread_mutex_unlock(&db->bus->lock);
}

/* CHANNEL NULL: all of them. */
static void tell(struct bus *bus, const char *channel, const char *text) {
    pthread_mutex_lock(&bus->lock);
    for (struct listener *l = bus->listeners; l != NULL; l = l->next)
        if (channel == NULL || strcmp(l->channel, channel) == 0) l->fn(l->argument, text);
    pthread_mutex_unlock(&bus->lock);
}

static bool heard(struct bus *bus, const char *channel) {
    pthread_mutex_lock(&bus->lock);
    struct listener *l = bus->listeners;
    while (l != NULL && strcmp(l->channel, channel) != 0)
        l = l->next;
    pthread_mutex_unlock(&bus->lock);
    return l != NULL;
}

/* ---- Sending ---- */

int db_notify(struct db_conn *tx, const char *channel, const char *text) {
    if (!tx->writer) return db_trouble(ERR_STORE, NULL, "db_notify() outside db_write()");
    size_t channel_len = strlen(channel), len = strlen(text);
    if (channel_len > CHANNEL_MAX || len > TEXT_MAX)
        return db_trouble(ERR_STORE, NULL, "db_notify(): the message is too long");
    struct bus *bus = tx->db->bus;
    if (tx->db->driver->notify != NULL) {
        char message[CHANNEL_MAX + TEXT_MAX + 2];
        snprintf(message, sizeof(message), "%s %s", channel, text);
        int error = tx->db->driver->notify(tx->engine, ENGINE_CHANNEL, message);
        return error == 0 ? 0 : db_trouble(error, NULL, tx->db->driver->message(tx->engine));
    }
    if (!heard(bus, channel)) return 0;
    buf_add(&bus->pending, channel, channel_len + 1);
    buf_add(&bus->pending, text, len + 1);
    return 0;
}

size_t bus_mark(const struct db *db) {
    return db->bus->pending.len;
}

void bus_rewind(struct db *db, size_t mark) {
    db->bus->pending.len = mark;
}

void bus_publish(struct db *db) {
    struct bus *bus = db->bus;
    struct buf *pending = &bus->pending;
    if (buf_failed(pending)) {
        tell(bus, NULL, NULL);
    } else {
        for (size_t at = 0; at < pending->len;) {
            const char *channel = pending->data + at;
            const char *text = channel + strlen(channel) + 1;
            tell(bus, channel, text);
            at += strlen(channel) + strlen(text) + 2;
        }
    }
    buf_clear(pending);
}

/* ---- Leading ---- */

bool db_shared(const struct db *db) {
    return db->driver->listen_wait != NULL;
}

bool db_leads(struct db *db) {
    struct bus *bus = db->bus;
    if (!db_shared(db)) return !db->second_process;
    atomic_store(&bus->candidate, true);
    return need_thread(bus) == 0 && atomic_load(&bus->leads);
}

/* ---- The thread, where the engine carries the messages between nodes ---- */

/* Waits; true when it is time to end. */
static bool pause_or_stop(struct bus *bus, int64_t ms) {
    struct timespec until = thread_deadline_in(ms);
    int waited = 0;
    pthread_mutex_lock(&bus->lock);
    while (!bus->stopping && ms > 0 && waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&bus->stop, &bus->lock, &until);
    bool stopping = bus->stopping;
    pthread_mutex_unlock(&bus->lock);
    return stopping;
}

static int connect_line(struct bus *bus, struct engine_conn **ret) {
    const struct driver *driver = bus->db->driver;
    char why[300] = "";
    struct engine_conn *conn = NULL;
    int error = driver->connect(bus->db->place, ENGINE_LISTENER, &conn, why, sizeof(why));
    if (error != 0) return db_trouble(error, NULL, why);
    error = driver->script(conn, "LISTEN " ENGINE_CHANNEL);
    if (error != 0) {
        db_report_trouble(error, NULL, driver->message(conn));
        driver->disconnect(conn);
        return error;
    }
    *ret = conn;
    return 0;
}

static void hand_out(struct bus *bus, char *message) {
    char *blank = strchr(message, ' ');
    if (blank == NULL) return;
    *blank = '\0';
    tell(bus, message, blank + 1);
}

/* Until the line is lost or it is time to end; true at the end. */
static bool follow(struct bus *bus, struct engine_conn *conn) {
    const struct driver *driver = bus->db->driver;
    int64_t lead_at = 0;
    while (!pause_or_stop(bus, 0)) {
        char channel[CHANNEL_MAX + 1], message[CHANNEL_MAX + TEXT_MAX + 2];
        int64_t now = clock_monotonic_us() / 1000;
        if (now >= lead_at && atomic_load(&bus->candidate)) {
            int leads = driver->try_lead(conn);
            if (leads < 0) return false;
            atomic_store(&bus->leads, leads > 0);
            lead_at = now + LEAD_MS;
        }
        int got = driver->listen_wait(conn, WAIT_MS, channel, sizeof(channel), message, sizeof(message));
        if (got < 0) return false;
        if (got > 0) hand_out(bus, message);
    }
    return true;
}

static void *bus_main(void *argument) {
    struct bus *bus = argument;
    int64_t backoff_ms = BACKOFF_FIRST_MS;
    for (bool done = false; !done;) {
        struct engine_conn *conn = NULL;
        if (connect_line(bus, &conn) == 0) {
            backoff_ms = BACKOFF_FIRST_MS;
            tell(bus, NULL, NULL);
            done = follow(bus, conn);
            atomic_store(&bus->leads, false);
            bus->db->driver->disconnect(conn);
        }
        if (!done) done = pause_or_stop(bus, backoff_ms);
        backoff_ms = backoff_ms * 2 < BACKOFF_LAST_MS ? backoff_ms * 2 : BACKOFF_LAST_MS;
    }
    return NULL;
}

/* ---- Start and end ---- */

static int need_thread(struct bus *bus) {
    if (!db_shared(bus->db) || atomic_load(&bus->has_thread)) return 0;
    pthread_mutex_lock(&bus->lock);
    if (!bus->has_thread) bus->has_thread = thread_start(&bus->thread, "minyi-bus", bus_main, bus);
    bool running = bus->has_thread;
    pthread_mutex_unlock(&bus->lock);
    return running ? 0 : ERR_UNAVAILABLE;
}

void bus_new(struct db *db) {
    struct bus *bus = calloc(1, sizeof(*bus));
    if (bus == NULL) abort();
    bus->db = db;
    bus->pending = BUF(PENDING_CEILING);
    pthread_mutex_init(&bus->lock, NULL);
    thread_condition(&bus->stop);
    db->bus = bus;
}

void bus_free(struct db *db) {
    struct bus *bus = db->bus;
    if (bus == NULL) return;
    pthread_mutex_lock(&bus->lock);
    bus->stopping = true;
    pthread_cond_signal(&bus->stop);
    pthread_mutex_unlock(&bus->lock);
    if (bus->has_thread) pthread_join(bus->thread, NULL);
    for (struct listener *l = bus->listeners, *next; l != NULL; l = next) {
        next = l->next;
        free(l);
    }
    buf_free(&bus->pending);
    pthread_cond_destroy(&bus->stop);
    pthread_mutex_destroy(&bus->lock);
    free(bus);
    db->bus = NULL;
}
