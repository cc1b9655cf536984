/* The HTTP server: the only door to libmicrohttpd.
 *
 * For every request it calls `plan` when the headers are there (to refuse early, set the body limit,
 * ask for a spool file or a worker), then `handle` when the whole body is there, then `done` when the
 * reply has been sent or the client is gone. Requests that break HTTP (two lengths, Content-Length with
 * Transfer-Encoding, bad escapes, NUL, `.` and `..`, broken UTF-8 in the path) never reach the caller.
 * Every request, whole or not, has an end: header, request and idle deadlines cut slow clients.
 */
#ifndef MINYI_HTTP_H
#define MINYI_HTTP_H

#include "minyi/arena.h"
#include "minyi/base.h"
#include "minyi/buf.h"
#include "minyi/config.h"
#include "minyi/record.h"

struct http_server;

struct http_request {
    const char *method;       /* "GET"; HEAD is shown as GET (the server drops the body) */
    const char *path;         /* raw, as sent, without the query; for logs */
    struct list segments;     /* const char *: decoded path segments; "/" has none */
    const char *id;           /* 16 lower-case hex digits, also sent as X-Request-Id */
    const char *remote;       /* client address as text (X-Forwarded-For when the proxy is trusted) */
    int64_t started_us;       /* monotonic */
    struct arena *arena;      /* lives until after `done` */
    const void *body;         /* whole body when not spooled; NUL-terminated for convenience */
    size_t body_len;          /* bytes; for a spooled body too */
    int spool_fd;             /* spooled body (unlinked temporary file at offset 0), or -1 */
    const char *spool_sha256; /* lower-case hex of the spooled body */
    void *state;              /* the caller's, from `plan` on; must live in `arena` */
    void *transport;          /* the server's own */
};

/* Header by name (any case), NULL when absent; the value may hold any byte but NUL, CR, LF. */
const char *http_header(const struct http_request *request, const char *name);

/* Cookie by name, NULL when absent. */
const char *http_cookie(const struct http_request *request, const char *name);

/* Query parameters in order, decoded ('+' is a blank): name and value of parameter I; false past the
 * end. A value that is not valid UTF-8 or holds NUL makes the request a 400 before it gets here. */
bool http_query(const struct http_request *request, size_t i, const char **ret_name, const char **ret_value);

/* What `plan` decides. Zeroed before the call: no body allowed, no worker. */
struct http_plan {
    size_t body_limit; /* bytes; over it the request is answered 413 on its headers where they tell, else
                          when the limit is passed */
    bool spool;        /* body to a temporary file with SHA-256 instead of memory */
    bool slow;         /* `handle` runs on a worker; the connection is suspended meanwhile */
};

/* Given to the caller empty. Every reply gets the security headers, X-Request-Id and, unless the caller
 * set it, `Cache-Control: no-store`; a header set here replaces the server's own of that name. */
struct http_reply {
    int status;      /* 200…599 */
    struct buf body; /* used unless `read` is set; comes with a ceiling of 64 MiB */
    /* Streamed body: fills at most MAX bytes from byte POSITION; returns the number, 0 at the end, -1 to
     * abort the connection. Runs on an HTTP thread. */
    int64_t (*read)(void *source, uint64_t position, char *out, size_t max);
    void (*read_close)(void *source); /* called once when the stream is over; may be NULL */
    void *source;
    uint64_t stream_size;   /* bytes; UINT64_MAX: not known (sent in chunks) */
    struct http_feed *feed; /* or a reply that stays open; it stays the caller's, who frees it */
    struct {
        const char *name, *value; /* in the request's arena or static */
    } headers[16];
    size_t header_count;
};

/* Adds a reply header; values must not hold CR, LF or NUL (such a header is a bug: abort). */
void http_reply_header(struct http_reply *reply, const char *name, const char *value);

/* A reply that stays open and is written from outside, from any thread: no thread waits for it. `done` tells
 * when the client has left or the feed is over; http_stop() ends all feeds at once. */
struct http_feed;
/* At most CEILING bytes wait for a client; one that reads more slowly than that is cut. */
struct http_feed *http_feed_new(size_t ceiling);
struct http_feed *http_feed_free(struct http_feed *feed); /* NULL is accepted; returns NULL */
/* ERR_TOO_LARGE: the client reads too slowly and is cut. ERR_NOT_FOUND: the feed is over. */
int http_feed_add(struct http_feed *feed, const void *data, size_t len);
void http_feed_end(struct http_feed *feed); /* after what waits */

struct http_handler {
    void *user;
    /* Returns 0 to go on, or anything else when REPLY is already the answer. A body of at most 256 KiB is
     * read away first and the connection kept; before a larger, chunked or waiting (100-continue) one the
     * answer goes out at once and the connection closes: libmicrohttpd's rule for early replies. */
    int (*plan)(void *user, struct http_request *request, struct http_plan *plan, struct http_reply *reply);
    void (*handle)(void *user, struct http_request *request, struct http_reply *reply);
    /* Answers a failure found by the server itself (ERR_TOO_LARGE, ERR_BAD_REQUEST, ERR_UNAVAILABLE,
     * ERR_TIMEOUT…): fills REPLY with the caller's form of an error. */
    void (*fail)(void *user, struct http_request *request, int error, const char *detail,
                 struct http_reply *reply);
    /* After the reply went out (SENT_STATUS its status) or the client left (SENT_STATUS 0): log and count. */
    void (*done)(void *user, struct http_request *request, int sent_status, int64_t sent_bytes);
};

/* An embedded page file; made by the build from web/dist. Served by the server itself for GET and HEAD
 * of paths that `is_static` claims. */
struct http_asset {
    const char *path; /* "/assets/index-Ab12.js" */
    const char *mime;
    const char *etag; /* quoted */
    bool immutable;   /* name carries a hash: Cache-Control: public, max-age=31536000, immutable */
    const unsigned char *raw, *gzip, *brotli; /* gzip, brotli: NULL when not smaller */
    size_t raw_len, gzip_len, brotli_len;
};
extern const struct http_asset http_assets[];
extern const size_t http_asset_count;

struct http_options {
    const struct config *config;
    struct http_handler handler;
    /* Paths under these prefixes go to the handler; every other GET is a page file, and a path without a
     * dot that is no file gets /index.html (the pages route themselves). NULL-ended. */
    const char *const *api_prefixes;
    const struct http_asset *assets; /* sorted by path; NULL: the embedded ones */
    size_t asset_count;
};

/* Starts listening. ERR_UNAVAILABLE when the address is taken; *ret_why a Chinese sentence, in ARENA. */
int http_start(const struct http_options *options, struct arena *arena, struct http_server **ret,
               const char **ret_why) MUST_CHECK;

/* The port in use (for port 0). */
int http_port(const struct http_server *server);

/* Stops accepting, finishes what was accepted (at most GRACE_MS), stops threads, frees. NULL accepted. */
void http_stop(struct http_server *server, int64_t grace_ms);

struct http_stats {
    int64_t connections;       /* open now */
    int64_t suspended;         /* requests waiting for or on a worker now */
    int64_t feeds;             /* replies that stay open, now */
    int64_t accepted;          /* connections, since the start; so are those below */
    int64_t requests;          /* that reached us, malformed ones included */
    int64_t refused_malformed; /* 400 on broken framing, path or query */
    int64_t refused_limit;     /* connections closed at once, the limit being reached */
    int64_t cut_slow;          /* connections shut down past a deadline within a request or reply */
    int64_t late_jobs;         /* slow requests that took longer than the request deadline */
};
void http_stats(struct http_server *server, struct http_stats *ret);

#endif
