/* What the files of src/http share; nobody outside this folder includes it.
 *
 * Lifetimes: `struct http_server` from http_start to http_stop; `struct connection` from accept to close
 * (in libmicrohttpd's socket_context); `struct exchange` from a request's first handler call to
 * libmicrohttpd's completion notice (in con_cls, in its own arena).
 */
#ifndef MINYI_HTTP_INTERNAL_H
#define MINYI_HTTP_INTERNAL_H

#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>

#include "minyi/clock.h"
#include "minyi/err.h"
#include "minyi/hash.h"
#include "minyi/http.h"

enum {
    REQUEST_ARENA_CEILING = 32 * 1024 * 1024, /* bytes */
    REPLY_BODY_CEILING = 64 * 1024 * 1024,    /* bytes of a reply built in memory */
    CONNECTION_MEMORY = 32 * 1024, /* libmicrohttpd's pool for a connection, zeroed after each request */
    TARGET_LIMIT = 8 * 1024,       /* bytes of the raw path */
    SEGMENT_LIMIT = 32,            /* path segments */
    QUERY_LIMIT = 128,             /* query parameters */
    SWALLOW_LIMIT = 256 * 1024,    /* body bytes read away so that an early answer arrives safely */
    WORKER_QUEUE = 256,            /* slow requests waiting */
    REQUEST_ID_SIZE = 17,
};

/* ---- connections (limits.c) ---- */

enum connection_state {
    CONNECTION_FRESH,    /* accepted, no request line yet */
    CONNECTION_HEADER,   /* request line seen, header not whole */
    CONNECTION_BODY,     /* header whole, body not */
    CONNECTION_WORKING,  /* ours: no deadline */
    CONNECTION_REPLYING, /* reply queued */
    CONNECTION_FEEDING,  /* a feed with nothing to say: no deadline */
    CONNECTION_IDLE,     /* kept alive, between two requests */
};

struct connection {
    struct connection *previous, *next; /* under registry.lock */
    int fd;
    char remote[INET6_ADDRSTRLEN];
    atomic_int state;            /* enum connection_state */
    _Atomic int64_t since_us;    /* when the state began; monotonic */
    _Atomic int64_t deadline_us; /* INT64_MAX: none */
    atomic_bool cut;             /* shut down already */
    const char *target_end;      /* in libmicrohttpd's read buffer: after the request target's NUL */
};

struct registry {
    pthread_mutex_t lock;
    struct connection *first;
    atomic_llong open;
    pthread_t reaper;
    pthread_cond_t wake;
    bool running; /* under lock */
};

void registry_start(struct http_server *server);
void registry_stop(struct http_server *server);

/* Accept: false when the connection must be refused. Adds the connection; NULL never. */
bool registry_admit(struct http_server *server);
struct connection *registry_add(struct http_server *server, int fd, const struct sockaddr *address);
void registry_remove(struct http_server *server, struct connection *connection);

/* Enters STATE; a deadline of TIMEOUT_US from now, or none when it is 0. */
void connection_enter(struct connection *connection, enum connection_state state, int64_t timeout_us);

/* Shuts down connections without a request under way, fresh ones when FRESH_TOO; whether none is left that is
 * not shut down. */
bool registry_close_idle(struct http_server *server, bool fresh_too);
void registry_close_all(struct http_server *server);

/* ---- one request ---- */

/* See the table at the head of server.c. */
enum phase {
    PHASE_RECEIVING,  /* body pieces are taken */
    PHASE_SWALLOWING, /* the answer is known; body pieces are thrown away */
    PHASE_WORKING,    /* on a worker; the connection is suspended */
    PHASE_READY,      /* the worker is done; to be queued */
    PHASE_QUEUED,     /* handed to libmicrohttpd */
};

struct parameter {
    const char *name, *value;
};

struct exchange {
    struct http_request request;
    struct http_server *server;
    struct MHD_Connection *mhd;
    struct connection *connection;
    struct arena *arena;
    struct http_plan plan;
    struct http_reply reply;
    const void *fixed_body; /* embedded bytes to send instead of reply.body */
    size_t fixed_len;
    enum phase phase;
    bool planned;        /* `plan` was called, so `done` is due */
    bool page;           /* a page file: answered by static.c at the end of the request */
    bool head;           /* the method sent is HEAD */
    bool trailing_slash; /* the path ends in one; no API path does */
    bool close_after;    /* Connection: close */
    uint64_t received;   /* body bytes, swallowed ones included */
    uint64_t announced;  /* Content-Length; UINT64_MAX: chunked; 0: none */
    struct buf body;
    struct hash_stream spool_hash;
    char spool_hex[HASH_HEX_SIZE];
    char id[REQUEST_ID_SIZE];
    struct parameter *query;
    size_t query_count;
    int sent_status;
    _Atomic int64_t streamed; /* bytes of a streamed reply */
    int64_t reply_size;       /* bytes, -1 when not known beforehand */
    struct http_feed *feed;   /* of a reply that stays open, once it is queued */
    int64_t queued_us;        /* when it was handed to the workers */
};

/* request.c: fills exchange->request from the header. 0, or an error for `fail` (detail in *ret_detail). */
int request_read(struct exchange *exchange, const char *method, const char *target, const char *version,
                 const char **ret_detail);
size_t request_unescape(void *cls, struct MHD_Connection *connection, char *text);
bool request_expects_continue(const struct exchange *exchange);

/* upload.c */
int upload_begin(struct exchange *exchange);
int upload_add(struct exchange *exchange, const void *data, size_t len);
int upload_end(struct exchange *exchange);
void upload_drop(struct exchange *exchange);

/* reply.c */
void reply_init(struct exchange *exchange);
/* Lets the caller word ERROR. */
void reply_fail(struct exchange *exchange, int error, const char *detail);
/* Adds a header unless the reply has it already. */
void reply_default_header(struct http_reply *reply, const char *name, const char *value);
/* Hands the exchange's reply to libmicrohttpd; MHD_NO: the connection is dropped. */
enum MHD_Result reply_queue(struct exchange *exchange);
void reply_free(struct exchange *exchange);

/* static.c: true when PATH is not under an API prefix. */
bool static_claims(const struct http_server *server, const struct http_request *request);
void static_answer(struct exchange *exchange);

/* static_disk.c: reads the file SEGMENTS under --web-root into exchange->reply; false when there is none. */
bool static_disk_read(struct exchange *exchange, const char *const *segments, size_t count);
const char *static_mime(const char *path);

/* ---- feeds (feed.c) ---- */

struct feeds {
    pthread_mutex_t lock;
    struct http_feed *first;
    int64_t count;
    int64_t look_at_us; /* the reaper's */
};

void feeds_init(struct http_server *server);
void feeds_destroy(struct http_server *server);
void feeds_end_all(struct http_server *server);
int64_t feeds_count(struct http_server *server);
/* Cuts feeds whose clients have left; once a second however often it is called. */
void feeds_look(struct http_server *server);
/* The response for exchange->reply.feed, which now also belongs to the exchange. */
struct MHD_Response *feed_response(struct exchange *exchange);
void feed_leave(struct exchange *exchange);

/* ---- workers (workers.c) ---- */

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct exchange *queue[WORKER_QUEUE];
    size_t head, count;
    bool stopping;
    pthread_t *threads;
    size_t thread_count;
};

void workers_start(struct http_server *server, size_t count);
/* Suspends the connection and queues the request; false when the queue is full (nothing was done). */
bool workers_submit(struct exchange *exchange);
/* Answers what still waits with ERR_UNAVAILABLE, lets running jobs finish, joins. */
void workers_stop(struct http_server *server);
/* When no HTTP thread runs any more: until then workers_submit may be called. */
void workers_free(struct http_server *server);

/* ---- the server ---- */

struct http_server {
    struct http_handler handler;
    const char *const *api_prefixes;
    const struct http_asset *assets;
    size_t asset_count;
    int64_t header_timeout_us, request_timeout_us, idle_timeout_us;
    int64_t connection_limit;
    bool trust_proxy, secure;
    int web_root_fd; /* -1: the embedded pages */
    struct MHD_Daemon *daemon;
    int listen_fd;
    int port;
    struct registry registry;
    struct workers workers;
    struct feeds feeds;
    atomic_bool stopping;
    atomic_llong active; /* exchanges */
    uint64_t id_key;
    atomic_ullong id_next;
    atomic_llong accepted, requests, refused_malformed, refused_limit, cut_slow, suspended, late_jobs;
};

/* listen.c: the listening socket, or -1 with *ret_why. */
int listen_open(const char *listen_text, int backlog, struct arena *arena, int *ret_port,
                const char **ret_why);

static inline void count_one(atomic_llong *counter) {
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

#endif
