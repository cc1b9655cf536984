/* Feeds: replies that stay open and are written from outside, without a thread that waits for them.
 *
 *   http_feed_add ──▶ waiting ──read_feed──▶ libmicrohttpd ──▶ client
 *                        └─ empty: the connection is suspended until the next add, or the end
 *
 * 1. A feed belongs to its maker and, from reply_queue to the end of the exchange, to the connection;
 *    `exchange` is set in between, under `lock`. Locks are taken in the order feeds, feed, libmicrohttpd's.
 * 2. Suspending and resuming happen under `lock`, so that each resume follows its suspend.
 * 3. What waits for a client is bounded: past the ceiling the connection is cut. While something waits the
 *    connection has the deadline of a reply; with nothing to say it has none.
 * 4. The library does not see a client leave while its connection is suspended: the reaper looks.
 * 5. A stop ends every feed at once, and one that comes later is ended when it is queued.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "internal.h"

enum { FEED_BLOCK = 1024, LOOK_US = 1000 * 1000 };

struct http_feed {
    pthread_mutex_t lock;
    int owners;
    struct buf waiting;
    size_t taken; /* of `waiting`, by the library */
    bool ended;   /* the rest is sent, then the reply is over */
    bool cut;     /* nothing more is sent */
    bool suspended;
    struct exchange *exchange;
    struct http_feed *previous, *next; /* of server->feeds */
};

struct http_feed *http_feed_new(size_t ceiling) {
    struct http_feed *feed = calloc(1, sizeof *feed);
    if (!feed) abort();
    pthread_mutex_init(&feed->lock, NULL);
    feed->owners = 1;
    feed->waiting = BUF(ceiling);
    return feed;
}

struct http_feed *http_feed_free(struct http_feed *feed) {
    if (!feed) return NULL;
    pthread_mutex_lock(&feed->lock);
    bool last = --feed->owners == 0;
    pthread_mutex_unlock(&feed->lock);
    if (last) {
        pthread_mutex_destroy(&feed->lock);
        buf_free(&feed->waiting);
        free(feed);
    }
    return NULL;
}

/* Under the feed's lock. */
static void wake(struct http_feed *feed) {
    if (!feed->exchange || !feed->suspended) return;
    feed->suspended = false;
    connection_enter(feed->exchange->connection, CONNECTION_REPLYING,
                     feed->exchange->server->request_timeout_us);
    MHD_resume_connection(feed->exchange->mhd);
}

/* Under the feed's lock. A connection that is being written to is shut down by the reaper. */
static void cut(struct http_feed *feed) {
    feed->cut = true;
    if (feed->exchange && !feed->suspended) atomic_store(&feed->exchange->connection->deadline_us, 0);
    wake(feed);
}

int http_feed_add(struct http_feed *feed, const void *data, size_t len) {
    pthread_mutex_lock(&feed->lock);
    int error = feed->ended || feed->cut ? ERR_NOT_FOUND : 0;
    if (error == 0) {
        buf_add(&feed->waiting, data, len);
        if (buf_failed(&feed->waiting)) {
            error = ERR_TOO_LARGE;
            cut(feed);
        } else {
            wake(feed);
        }
    }
    pthread_mutex_unlock(&feed->lock);
    return error;
}

void http_feed_end(struct http_feed *feed) {
    pthread_mutex_lock(&feed->lock);
    feed->ended = true;
    wake(feed);
    pthread_mutex_unlock(&feed->lock);
}

/* ---- The library's side ---- */

static ssize_t read_feed(void *cls, uint64_t position, char *out, size_t max) {
    struct exchange *exchange = cls;
    struct http_feed *feed = exchange->feed;
    ssize_t result = 0;
    pthread_mutex_lock(&feed->lock);
    size_t rest = feed->waiting.len - feed->taken;
    if (feed->cut) {
        /* Not "with error": libmicrohttpd 0.9.75 then closes the connection and frees it only when its thread
         * has something else to do with it. It cannot write the end to a socket that is shut down, and frees
         * it then. */
        shutdown(exchange->connection->fd, SHUT_RDWR);
        result = MHD_CONTENT_READER_END_OF_STREAM;
    } else if (rest > 0) {
        size_t len = rest < max ? rest : max;
        memcpy(out, feed->waiting.data + feed->taken, len);
        feed->taken += len;
        if (len == rest) {
            buf_clear(&feed->waiting);
            feed->taken = 0;
        }
        atomic_store_explicit(&exchange->streamed, (int64_t)(position + len), memory_order_relaxed);
        connection_enter(exchange->connection, CONNECTION_REPLYING, exchange->server->request_timeout_us);
        result = (ssize_t)len;
    } else if (feed->ended) {
        result = MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        connection_enter(exchange->connection, CONNECTION_FEEDING, 0);
        feed->suspended = true;
        MHD_suspend_connection(exchange->mhd);
    }
    pthread_mutex_unlock(&feed->lock);
    return result;
}

struct MHD_Response *feed_response(struct exchange *exchange) {
    struct feeds *feeds = &exchange->server->feeds;
    struct http_feed *feed = exchange->reply.feed;
    exchange->reply_size = -1;
    exchange->feed = feed;
    pthread_mutex_lock(&feeds->lock);
    pthread_mutex_lock(&feed->lock);
    feed->owners++;
    feed->exchange = exchange;
    if (atomic_load(&exchange->server->stopping)) feed->ended = true;
    feed->next = feeds->first;
    if (feeds->first) feeds->first->previous = feed;
    feeds->first = feed;
    feeds->count++;
    pthread_mutex_unlock(&feed->lock);
    pthread_mutex_unlock(&feeds->lock);
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, FEED_BLOCK, read_feed, exchange, NULL);
}

void feed_leave(struct exchange *exchange) {
    struct feeds *feeds = &exchange->server->feeds;
    struct http_feed *feed = exchange->feed;
    if (!feed) return;
    exchange->feed = NULL;
    pthread_mutex_lock(&feeds->lock);
    pthread_mutex_lock(&feed->lock);
    feed->exchange = NULL;
    feed->ended = true;
    if (feed->previous)
        feed->previous->next = feed->next;
    else
        feeds->first = feed->next;
    if (feed->next) feed->next->previous = feed->previous;
    feeds->count--;
    pthread_mutex_unlock(&feed->lock);
    pthread_mutex_unlock(&feeds->lock);
    http_feed_free(feed);
}

/* ---- All of them ---- */

void feeds_init(struct http_server *server) {
    pthread_mutex_init(&server->feeds.lock, NULL);
}

void feeds_destroy(struct http_server *server) {
    pthread_mutex_destroy(&server->feeds.lock);
}

void feeds_end_all(struct http_server *server) {
    pthread_mutex_lock(&server->feeds.lock);
    for (struct http_feed *feed = server->feeds.first; feed; feed = feed->next)
        http_feed_end(feed);
    pthread_mutex_unlock(&server->feeds.lock);
}

int64_t feeds_count(struct http_server *server) {
    pthread_mutex_lock(&server->feeds.lock);
    int64_t count = server->feeds.count;
    pthread_mutex_unlock(&server->feeds.lock);
    return count;
}

static bool client_left(int fd) {
    char byte;
    ssize_t got = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

void feeds_look(struct http_server *server) {
    struct feeds *feeds = &server->feeds;
    int64_t now = clock_monotonic_us();
    if (now < feeds->look_at_us) return;
    feeds->look_at_us = now + LOOK_US;
    pthread_mutex_lock(&feeds->lock);
    for (struct http_feed *feed = feeds->first; feed; feed = feed->next) {
        pthread_mutex_lock(&feed->lock);
        if (feed->suspended && client_left(feed->exchange->connection->fd)) cut(feed);
        pthread_mutex_unlock(&feed->lock);
    }
    pthread_mutex_unlock(&feeds->lock);
}
