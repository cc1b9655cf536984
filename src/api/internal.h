/* Shared by the files of the gate; nobody else includes it. */
#ifndef MINYI_API_INTERNAL_H
#define MINYI_API_INTERNAL_H

#include <stdatomic.h>

#include "minyi/api.h"

#define API_PREFIX "/api/v1"
#define SESSION_COOKIE "minyi_session"

enum {
    PATH_SEGMENTS_MAX = 8,
    BODY_DEFAULT = 64 * 1024,
    REPLY_CEILING = 16 * 1024 * 1024,
    LATENCY_BUCKETS = 10
};

/* A route as dispatch and metrics use it. */
struct compiled_route {
    const struct route *route;
    const char *segments[PATH_SEGMENTS_MAX];           /* literal text, or NULL for a parameter */
    const struct field *parameters[PATH_SEGMENTS_MAX]; /* of the input record, where segments[i] is NULL */
    size_t segment_count;
    _Atomic int64_t by_class[6]; /* answers by status class, [4] = 4xx; [0]: client gone */
    _Atomic int64_t latency[LATENCY_BUCKETS + 1];
    _Atomic int64_t latency_sum_us;
};

struct api {
    struct api_options options;
    struct compiled_route *routes; /* literal segments before parameters */
    size_t count;
    struct buf openapi;
    struct ratelimit *ratelimit;
    struct events *events;
    struct http_server *server;
    int64_t started_ms;
    _Atomic int64_t unmatched;
};

/* One request inside the gate; lives in the request's arena. */
struct call {
    struct api *api;
    struct http_request *request;
    struct compiled_route *matched; /* NULL: none */
    const char *service;            /* "/healthz" …: answered by the gate itself; else NULL */
    struct actor actor;
    struct ctx ctx;
    struct problem problem;
    struct upload upload;
    struct download download;
    bool session_stale;
    bool rights_open; /* checked when the operation has its snapshot */
    void *in, *out;
    struct stream *stream; /* the answer is a stream of events, until `done` */
    int64_t answered_us;   /* of a stream: when its first event was ready */
    /* Idempotency (ROUTE_CREATES with a key). */
    const char *idempotency_key;
    const char *request_sha256;
    const char *stored_reply; /* of the first request with this key */
    int64_t stored_status;
};

/* router.c: the route of METHOD and SEGMENTS (below the prefix); NULL, and *RET_OTHER_METHOD when the path
 * exists with another method. */
struct compiled_route *router_match(struct api *api, const char *method, const struct list *segments,
                                    bool *ret_other_method);
int router_compile(struct api *api, struct arena *arena, const char **ret_why) MUST_CHECK;

/* gate.c: everything that is decided on the headers. 0 or the recorded failure. */
int gate_check(struct call *call, struct http_plan *plan) MUST_CHECK;
/* The part of it that needs the store; 0 or the recorded failure. Runs in ctx->conn when that is set. */
int gate_check_rights(struct call *call) MUST_CHECK;
/* One request more of the caller's; else TOO_MANY with the time to wait. */
int gate_check_rate(struct call *call, int64_t now_ms) MUST_CHECK;
bool gate_body_announced(const struct http_request *request);

/* call.c: input, operation, output. */
void call_run(struct call *call, struct http_reply *reply);

/* answer.c */
void answer_problem(struct call *call, const struct problem *problem, struct http_reply *reply);
void answer_value(struct call *call, struct http_reply *reply);
void answer_json(struct http_reply *reply, int status, const char *json);
void answer_session_cookie(struct call *call, struct http_reply *reply);

/* service.c: /healthz, /readyz, /metrics, openapi.json; false when the path is none of them. */
bool service_is(const char *path);
void service_answer(struct call *call, struct http_reply *reply);
void metrics_count(struct call *call, int status, int64_t us);

/* ratelimit.c: token buckets by account or address. */
struct ratelimit;
struct ratelimit *ratelimit_new(struct db *shared); /* with other nodes on this store; NULL: alone */
struct ratelimit *ratelimit_free(struct ratelimit *ratelimit);
enum rate_class { RATE_STRICT, RATE_WRITE, RATE_READ };
/* 0, or seconds to wait. */
int64_t ratelimit_take(struct ratelimit *ratelimit, enum rate_class class, int64_t account_id,
                       const char *remote, int64_t now_ms);
/* COUNT requests that another node gave (account_id 0: by address). */
void ratelimit_charge(struct ratelimit *ratelimit, enum rate_class class, int64_t account_id,
                      const char *remote, int64_t count, int64_t now_ms);
/* What reading cost beyond a row or a list, in time of a worker: it counts as so many requests. */
void ratelimit_charge_work(struct ratelimit *ratelimit, int64_t account_id, const char *remote,
                           int64_t work_us, int64_t now_ms);

/* rateshare.c: what the nodes tell each other of it. NULL when there is no thread: the node limits alone. */
struct rateshare;
struct rateshare *rateshare_start(struct db *db, struct ratelimit *limits);
struct rateshare *rateshare_stop(struct rateshare *share); /* NULL is accepted; returns NULL */
void rateshare_tell(struct rateshare *share, enum rate_class class, int64_t account_id, const char *remote,
                    int64_t count);

/* events.c: routes whose answer is a stream of events. */
struct events;
struct stream;
struct events *events_new(struct api *api);
int events_start(struct events *events) MUST_CHECK;
void events_free(struct events *events); /* NULL is accepted; no stream may be open */
/* Makes REPLY the stream that begins with call->out. ERR_UNAVAILABLE: there are too many. */
int events_open(struct call *call, struct http_reply *reply) MUST_CHECK;
void events_close(struct stream *stream); /* NULL is accepted */
void events_stats(struct events *events, int64_t *ret_streams, int64_t *ret_sent);

/* idempotency.c: inside the write. *RET_FOUND: stored_reply and stored_status are set. */
int idempotency_find(struct call *call, bool *ret_found) MUST_CHECK;
int idempotency_keep(struct call *call, int status, const char *reply) MUST_CHECK;

#endif
