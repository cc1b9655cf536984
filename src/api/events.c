/* Streams of events (Server-Sent Events): a route with `event` answers its OUT at once, and again whenever a
 * committed write on any node notifies its channel of the account (db_notify, account ids with blanks
 * between).
 *
 *   db bus ──mark──▶ stream.due ──one thread──▶ session and operation anew, in one snapshot a batch ──▶ feed
 *
 * 1. The bus' thread only marks; nothing there reads the store or waits.
 * 2. A stream holds a connection and a few hundred bytes: no store connection, no thread.
 * 3. Every look begins with the session: a stream ends with it, at once when the channel "session" tells of
 *    the account, within a heartbeat when it ran out. A stream does not count as use of the session.
 * 4. A new stream is looked at once more, since what was committed between its first answer and its entry
 *    in the list was told to nobody.
 * 5. Streams are bounded by account (the oldest makes room) and in total (503 beyond).
 * 6. A stream that has been taken off the list lives until the thread has let go of it.
 */
#include "internal.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "minyi/clock.h"
#include "minyi/thread.h"

enum {
    ACCOUNT_STREAMS = 4,
    CHANNELS_MAX = 8,
    BATCH = 64,
    FEED_CEILING = 8 * 1024,
    TEXT_CEILING = 4 * 1024,
    HEARTBEAT_MS = 25 * 1000,
    RETRY_US = 1000 * 1000, /* when the store does not answer */
    ARENA_BYTES = 4 << 20,
};

#define SESSION_CHANNEL "session"

struct stream {
    struct stream *previous, *next; /* oldest first */
    struct events *events;
    int owners;
    const struct route *route;
    int64_t account_id;
    char *token;
    struct http_feed *feed;
    bool due;   /* something was told: send what is now */
    bool check; /* look, and send what is different */
    bool ended;
    int64_t beat_us, not_before_us;
    struct buf last; /* the thread's */
};

struct channel {
    struct events *events;
    const char *name;
};

struct events {
    struct api *api;
    int64_t limit, heartbeat_us;
    pthread_mutex_t lock; /* guards all below and the streams' marks */
    pthread_cond_t wake;
    pthread_t thread;
    bool running, stopping;
    struct stream *first, *last;
    int64_t count;
    struct channel channels[CHANNELS_MAX];
    size_t channel_count;
    _Atomic int64_t sent;
};

/* ---- Streams ---- */

/* Under the lock. */
static void let_go(struct stream *stream) {
    if (--stream->owners > 0) return;
    http_feed_free(stream->feed);
    buf_free(&stream->last);
    explicit_bzero(stream->token, strlen(stream->token));
    free(stream->token);
    free(stream);
}

static void end(struct stream *stream) {
    stream->ended = true;
    http_feed_end(stream->feed);
}

/* Ends the account's oldest stream when it has as many as it may. */
static void make_room(struct events *events, int64_t account_id) {
    struct stream *oldest = NULL;
    int count = 0;
    for (struct stream *s = events->last; s; s = s->previous) {
        if (s->account_id != account_id || s->ended) continue;
        oldest = s;
        count++;
    }
    if (count >= ACCOUNT_STREAMS) end(oldest);
}

static void append(struct events *events, struct stream *stream) {
    stream->previous = events->last;
    if (events->last)
        events->last->next = stream;
    else
        events->first = stream;
    events->last = stream;
    events->count++;
}

void events_close(struct stream *stream) {
    if (!stream) return;
    struct events *events = stream->events;
    pthread_mutex_lock(&events->lock);
    stream->ended = true;
    if (stream->previous)
        stream->previous->next = stream->next;
    else
        events->first = stream->next;
    if (stream->next)
        stream->next->previous = stream->previous;
    else
        events->last = stream->previous;
    events->count--;
    let_go(stream);
    pthread_mutex_unlock(&events->lock);
}

/* ---- What the bus tells ---- */

static bool is_told(const struct stream *stream, const char *channel, int64_t account_id) {
    if (stream->account_id != account_id) return false;
    return strcmp(channel, SESSION_CHANNEL) == 0 || strcmp(channel, stream->route->channel) == 0;
}

static void mark_account(struct events *events, const char *channel, int64_t account_id) {
    for (struct stream *s = events->first; s; s = s->next) {
        if (!is_told(s, channel, account_id)) continue;
        if (strcmp(channel, SESSION_CHANNEL) == 0)
            s->check = true;
        else
            s->due = true;
        s->not_before_us = 0;
    }
}

static void on_message(void *argument, const char *text) {
    const struct channel *channel = argument;
    struct events *events = channel->events;
    pthread_mutex_lock(&events->lock);
    if (!text)
        for (struct stream *s = events->first; s; s = s->next)
            s->check = true;
    for (char *end_of = NULL; text && *text; text = *end_of ? end_of + 1 : end_of) {
        int64_t account_id = strtoll(text, &end_of, 10);
        if (end_of == text) break;
        mark_account(events, channel->name, account_id);
    }
    pthread_cond_signal(&events->wake);
    pthread_mutex_unlock(&events->lock);
}

/* ---- Looking ---- */

enum outcome { LOOK_AGAIN, LOOK_END, LOOK_TEXT };

struct look {
    struct stream *stream;
    bool due;
    enum outcome outcome;
    struct buf text;
};

static void write_event(const struct route *route, const void *value, struct buf *out) {
    buf_addf(out, "event: %s\ndata: ", route->event);
    schema_write_json(route->out, value, out);
    buf_adds(out, "\n\n");
}

/* The operation as the session's account, as the gate would run it now. */
static int look_at(struct events *events, struct arena *arena, struct db_conn *conn, struct look *look) {
    const struct route *route = look->stream->route;
    struct actor actor = {0};
    struct problem problem = {0};
    struct ctx ctx = {.arena = arena,
                      .db = events->api->options.db,
                      .conn = conn,
                      .actor = &actor,
                      .problem = &problem,
                      .now = clock_ms(),
                      .remote = "local",
                      .request_id = "event",
                      .session_token = look->stream->token,
                      .site_url = config_site_url(events->api->options.config, arena),
                      .if_match = ABSENT};
    bool stale = false;
    int error = events->api->options.sessions.load(&ctx, look->stream->token, &actor, &stale);
    if (error == 0 && !may(&ctx, route->permission)) error = ERR_SIGNED_OUT;
    if (error != 0) return error;
    void *out = arena_alloc(arena, route->out->size);
    record_clear(route->out, out);
    error = route->operation(&ctx, NULL, out);
    if (error == 0) write_event(route, out, &look->text);
    return error;
}

static void look_at_all(struct events *events, struct look *looks, size_t count) {
    int error = 0;
    struct db_conn *conn = db_read_begin(events->api->options.db, &error);
    if (!conn) return;
    struct arena *arena = arena_new(ARENA_BYTES);
    for (size_t i = 0; i < count; i++) {
        error = look_at(events, arena, conn, &looks[i]);
        looks[i].outcome = error == 0 ? LOOK_TEXT : error == ERR_SIGNED_OUT ? LOOK_END : LOOK_AGAIN;
        arena_reset(arena);
    }
    db_read_end(conn);
    arena_free(arena);
}

static bool same(const struct buf *a, const struct buf *b) {
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

/* Under the lock. */
static void deliver(struct events *events, struct look *look, int64_t now) {
    struct stream *stream = look->stream;
    if (stream->ended) return;
    if (look->outcome == LOOK_END) {
        end(stream);
        return;
    }
    bool changed = look->outcome == LOOK_TEXT && !same(&look->text, &stream->last);
    if (look->outcome == LOOK_TEXT && (look->due || changed)) {
        (void)http_feed_add(stream->feed, look->text.data, look->text.len);
        events->sent++;
        buf_free(&stream->last);
        stream->last = look->text;
        look->text = BUF(TEXT_CEILING);
        stream->beat_us = now + events->heartbeat_us;
    } else if (stream->beat_us <= now) {
        (void)http_feed_add(stream->feed, ":\n\n", 3);
        stream->beat_us = now + events->heartbeat_us;
    }
    if (look->outcome == LOOK_AGAIN) {
        stream->due = stream->due || look->due;
        stream->check = true;
        stream->not_before_us = now + RETRY_US;
    }
}

/* ---- The thread ---- */

/* Streams to be looked at now; *RET_NEXT_US: when the next one is due. */
static size_t take(struct events *events, struct look *looks, int64_t now, int64_t *ret_next_us) {
    size_t count = 0;
    *ret_next_us = now + events->heartbeat_us;
    for (struct stream *s = events->first; s && count < BATCH; s = s->next) {
        if (s->ended) continue;
        int64_t at = s->due || s->check ? s->not_before_us : s->beat_us;
        if (at > now) {
            if (at < *ret_next_us) *ret_next_us = at;
            continue;
        }
        looks[count++] = (struct look){.stream = s, .due = s->due, .text = BUF(TEXT_CEILING)};
        s->due = s->check = false;
        s->not_before_us = 0;
        s->owners++;
    }
    return count;
}

static void wait_until(struct events *events, int64_t us) {
    struct timespec at = thread_deadline_at(us);
    pthread_cond_timedwait(&events->wake, &events->lock, &at);
}

static void *events_main(void *argument) {
    struct events *events = argument;
    pthread_mutex_lock(&events->lock);
    while (!events->stopping) {
        struct look looks[BATCH];
        int64_t next_us = 0;
        size_t count = take(events, looks, clock_monotonic_us(), &next_us);
        if (count == 0) {
            wait_until(events, next_us);
            continue;
        }
        pthread_mutex_unlock(&events->lock);
        look_at_all(events, looks, count);
        pthread_mutex_lock(&events->lock);
        int64_t now = clock_monotonic_us();
        for (size_t i = 0; i < count; i++) {
            deliver(events, &looks[i], now);
            buf_free(&looks[i].text);
            let_go(looks[i].stream);
        }
    }
    pthread_mutex_unlock(&events->lock);
    return NULL;
}

/* ---- Start and end ---- */

static int listen_to(struct events *events, const char *name) {
    for (size_t i = 0; i < events->channel_count; i++)
        if (strcmp(events->channels[i].name, name) == 0) return 0;
    if (events->channel_count == CHANNELS_MAX) return ERR_INTERNAL;
    struct channel *channel = &events->channels[events->channel_count++];
    *channel = (struct channel){events, name};
    return db_listen(events->api->options.db, name, on_message, channel);
}

struct events *events_new(struct api *api) {
    const struct config *config = api->options.config;
    struct events *events = calloc(1, sizeof(*events));
    if (!events) abort();
    events->api = api;
    /* Streams never take the connections that requests need. */
    events->limit = config->streams < config->connections / 2 ? config->streams : config->connections / 2;
    int64_t heartbeat_ms = api->options.heartbeat_ms > 0 ? api->options.heartbeat_ms : HEARTBEAT_MS;
    events->heartbeat_us = heartbeat_ms * 1000;
    pthread_mutex_init(&events->lock, NULL);
    thread_condition(&events->wake);
    return events;
}

int events_start(struct events *events) {
    int error = 0;
    for (size_t i = 0; i < events->api->count && error == 0; i++)
        if (events->api->routes[i].route->event)
            error = listen_to(events, events->api->routes[i].route->channel);
    if (events->channel_count == 0) return error;
    if (error == 0) error = listen_to(events, SESSION_CHANNEL);
    if (error != 0) return error;
    events->running = thread_start(&events->thread, "minyi-events", events_main, events);
    if (!events->running) return ERR_UNAVAILABLE;
    return 0;
}

void events_free(struct events *events) {
    if (!events) return;
    for (size_t i = 0; i < events->channel_count; i++)
        db_unlisten(events->api->options.db, on_message, &events->channels[i]);
    pthread_mutex_lock(&events->lock);
    events->stopping = true;
    pthread_cond_signal(&events->wake);
    pthread_mutex_unlock(&events->lock);
    if (events->running) pthread_join(events->thread, NULL);
    pthread_cond_destroy(&events->wake);
    pthread_mutex_destroy(&events->lock);
    free(events);
}

void events_stats(struct events *events, int64_t *ret_streams, int64_t *ret_sent) {
    pthread_mutex_lock(&events->lock);
    *ret_streams = events->count;
    *ret_sent = events->sent;
    pthread_mutex_unlock(&events->lock);
}

/* ---- The gate's side ---- */

static struct stream *stream_new(struct events *events, const struct call *call) {
    struct stream *stream = calloc(1, sizeof(*stream));
    if (!stream) abort();
    stream->events = events;
    stream->owners = 1;
    stream->route = call->matched->route;
    stream->account_id = call->actor.account_id;
    stream->token = strdup(call->ctx.session_token);
    if (!stream->token) abort();
    stream->feed = http_feed_new(FEED_CEILING);
    stream->check = true;
    stream->beat_us = clock_monotonic_us() + events->heartbeat_us;
    stream->last = BUF(TEXT_CEILING);
    return stream;
}

int events_open(struct call *call, struct http_reply *reply) {
    struct events *events = call->api->events;
    if (!call->ctx.session_token || !events->running) return ERR_UNAVAILABLE;
    struct stream *stream = stream_new(events, call);
    write_event(stream->route, call->out, &stream->last);
    pthread_mutex_lock(&events->lock);
    bool room = events->count < events->limit;
    if (room) {
        make_room(events, stream->account_id);
        append(events, stream);
        (void)http_feed_add(stream->feed, stream->last.data, stream->last.len);
        events->sent++;
        pthread_cond_signal(&events->wake);
    } else {
        let_go(stream);
    }
    pthread_mutex_unlock(&events->lock);
    if (!room) return ERR_UNAVAILABLE;
    call->stream = stream;
    call->answered_us = clock_monotonic_us() - call->request->started_us;
    reply->status = 200;
    reply->feed = stream->feed;
    http_reply_header(reply, "Content-Type", "text/event-stream; charset=utf-8");
    http_reply_header(reply, "X-Accel-Buffering", "no"); /* nginx would keep it back */
    return 0;
}
