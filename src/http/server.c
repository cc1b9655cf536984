/* The daemon and the life of a request.
 *
 * libmicrohttpd calls on_request at least twice for each request: when the header is there, for each
 * piece of the body, and at the end. A reply is taken only in the first and the last of these calls; one
 * given in the first closes the connection, for GET too. So:
 *
 *   call      phase before   what happens                                         phase after
 *   first     –              framing broken: 400 queued, connection closes        QUEUED
 *   first     –              page file                                            RECEIVING
 *   first     –              `plan` goes on                                       RECEIVING
 *   first     –              refused (plan, path, size), no body or a small one   SWALLOWING
 *   first     –              refused, a large or chunked body, or one that waits  QUEUED (closes)
 *                            for "100 Continue"
 *   body      RECEIVING      kept or spooled                                      RECEIVING
 *   body      RECEIVING      over the limit, disk full                            SWALLOWING
 *   body      SWALLOWING     thrown away; chunks without end: MHD_NO, cut         SWALLOWING
 *   last      RECEIVING      `handle` here                                        QUEUED
 *   last      RECEIVING      slow: suspended, `handle` on a worker                WORKING → READY
 *   last      RECEIVING      slow, queue full: `fail`                             QUEUED
 *   last      SWALLOWING     the answer is queued                                 QUEUED
 *   resumed   READY          the answer is queued                                 QUEUED
 *   completed any            source closed, `done` when planned, memory freed     –
 *
 * Invariants: `plan` and `handle` run at most once for a request; `done` runs exactly once for each
 * request that reached `plan`; only this thread or (between suspend and resume) one worker touches an
 * exchange.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"
#include "minyi/log.h"
#include "minyi/thread.h"

enum {
    SPOOL_TIMEOUT_FACTOR = 5,
    BACKLOG = 1024,
    OTHER_FILES = 512, /* descriptors kept for the store, spooled bodies and the library */
    STOP_STEP_MS = 5,
    STOP_FRESH_MS = 250,  /* for connections accepted but silent when the stop begins */
    STOP_FLUSH_MS = 1000, /* for the replies of jobs that outlived the grace */
};

/* ---- exchanges ---- */

static struct exchange *exchange_new(struct http_server *server, struct MHD_Connection *mhd) {
    struct arena *arena = arena_new(REQUEST_ARENA_CEILING);
    struct exchange *exchange = ARENA_NEW(arena, struct exchange);
    exchange->server = server;
    exchange->mhd = mhd;
    exchange->arena = arena;
    exchange->request.transport = exchange;
    exchange->connection = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    reply_init(exchange);
    count_one(&server->requests);
    atomic_fetch_add(&server->active, 1);
    return exchange;
}

static void exchange_end(struct exchange *exchange, bool sent) {
    struct http_server *server = exchange->server;
    struct http_handler *handler = &server->handler;
    int64_t bytes = sent ? exchange->reply_size : 0;
    if (exchange->reply.read || exchange->feed) bytes = atomic_load(&exchange->streamed);
    if (exchange->head) bytes = 0;
    reply_free(exchange);
    if (exchange->planned) {
        handler->done(handler->user, &exchange->request, sent ? exchange->sent_status : 0, bytes);
    }
    upload_drop(exchange);
    arena_free(exchange->arena);
    atomic_fetch_sub(&server->active, 1);
}

/* ---- calls of libmicrohttpd ---- */

/* The answer is known before the body: now, or after a small body has been read away, so that the
 * connection can be kept and no reset overtakes the answer. */
static enum MHD_Result settle(struct exchange *exchange) {
    bool small = exchange->announced <= SWALLOW_LIMIT && !request_expects_continue(exchange);
    if (exchange->announced == 0 || small) {
        exchange->phase = PHASE_SWALLOWING;
        return MHD_YES;
    }
    exchange->close_after = true;
    return reply_queue(exchange);
}

static enum MHD_Result settle_error(struct exchange *exchange, int error, const char *detail) {
    reply_fail(exchange, error, detail);
    return settle(exchange);
}

static int64_t body_timeout_us(const struct exchange *exchange) {
    return exchange->server->request_timeout_us * (exchange->plan.spool ? SPOOL_TIMEOUT_FACTOR : 1);
}

/* A page, or what the caller's plan says. */
static enum MHD_Result choose(struct exchange *exchange) {
    struct http_server *server = exchange->server;
    struct http_request *request = &exchange->request;
    exchange->page = static_claims(server, request);
    if (exchange->page && strcmp(request->method, "GET") != 0) {
        reply_fail(exchange, ERR_METHOD_NOT_ALLOWED, NULL);
        reply_default_header(&exchange->reply, "Allow", "GET, HEAD");
        return settle(exchange);
    }
    if (!exchange->page && exchange->trailing_slash) return settle_error(exchange, ERR_NOT_FOUND, NULL);
    if (!exchange->page) {
        exchange->planned = true;
        if (server->handler.plan(server->handler.user, request, &exchange->plan, &exchange->reply)) {
            return settle(exchange);
        }
    }
    connection_enter(exchange->connection, CONNECTION_BODY, body_timeout_us(exchange));
    if (exchange->announced == 0 && !exchange->plan.spool) return MHD_YES;
    bool unsized = exchange->announced == UINT64_MAX;
    if (unsized ? exchange->plan.body_limit == 0 : exchange->announced > exchange->plan.body_limit) {
        return settle_error(exchange, ERR_TOO_LARGE, NULL);
    }
    int error = upload_begin(exchange);
    return error ? settle_error(exchange, error, NULL) : MHD_YES;
}

static enum MHD_Result first_call(struct exchange *exchange, const char *method, const char *target,
                                  const char *version) {
    const char *detail = NULL;
    int error = request_read(exchange, method, target, version, &detail);
    connection_enter(exchange->connection, CONNECTION_BODY, body_timeout_us(exchange));
    if (error == ERR_NOT_FOUND) return settle_error(exchange, error, detail);
    if (error) {
        count_one(&exchange->server->refused_malformed);
        exchange->close_after = true;
        reply_fail(exchange, error, detail);
        return reply_queue(exchange);
    }
    return choose(exchange);
}

static enum MHD_Result body_call(struct exchange *exchange, const char *data, size_t len) {
    exchange->received += len;
    if (exchange->phase == PHASE_RECEIVING) {
        int error = upload_add(exchange, data, len);
        if (!error) return MHD_YES;
        upload_drop(exchange);
        reply_fail(exchange, error, NULL);
        exchange->close_after = true;
        exchange->phase = PHASE_SWALLOWING;
    }
    bool endless = exchange->announced == UINT64_MAX &&
                   exchange->received > exchange->plan.body_limit + (uint64_t)SWALLOW_LIMIT;
    return endless ? MHD_NO : MHD_YES;
}

static enum MHD_Result answer(struct exchange *exchange) {
    struct http_server *server = exchange->server;
    connection_enter(exchange->connection, CONNECTION_WORKING, 0);
    int error = upload_end(exchange);
    if (error) {
        reply_fail(exchange, error, NULL);
    } else if (exchange->page) {
        static_answer(exchange);
    } else if (!exchange->plan.slow) {
        server->handler.handle(server->handler.user, &exchange->request, &exchange->reply);
    } else {
        if (workers_submit(exchange)) return MHD_YES;
        reply_fail(exchange, ERR_UNAVAILABLE, NULL);
        reply_default_header(&exchange->reply, "Retry-After", "5");
    }
    return reply_queue(exchange);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *mhd, const char *target,
                                  const char *method, const char *version, const char *data, size_t *data_len,
                                  void **state) {
    struct exchange *exchange = *state;
    if (!exchange) {
        *state = exchange = exchange_new(cls, mhd);
        return first_call(exchange, method, target, version);
    }
    if (*data_len > 0) {
        enum MHD_Result result = body_call(exchange, data, *data_len);
        *data_len = 0;
        return result;
    }
    switch (exchange->phase) {
    case PHASE_RECEIVING:
        return answer(exchange);
    case PHASE_SWALLOWING:
    case PHASE_READY:
        return reply_queue(exchange);
    case PHASE_WORKING:
    case PHASE_QUEUED:
        break;
    }
    return MHD_YES;
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **state,
                         enum MHD_RequestTerminationCode code) {
    struct exchange *exchange = *state;
    (void)cls;
    (void)mhd;
    if (!exchange) return;
    *state = NULL;
    connection_enter(exchange->connection, CONNECTION_IDLE, exchange->server->idle_timeout_us);
    exchange_end(exchange, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
}

/* The request line is there. Nothing may be allocated here: libmicrohttpd does not tell when such a
 * request ends without having reached on_request. */
static void *on_target(void *cls, const char *uri, struct MHD_Connection *mhd) {
    struct http_server *server = cls;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct connection *connection = info->socket_context;
    connection->target_end = uri + strlen(uri) + 1;
    connection_enter(connection, CONNECTION_HEADER, server->header_timeout_us);
    return NULL;
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **context,
                          enum MHD_ConnectionNotificationCode code) {
    struct http_server *server = cls;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        registry_remove(server, *context);
        *context = NULL;
        return;
    }
    int fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    const struct sockaddr *address =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    *context = registry_add(server, fd, address);
}

static enum MHD_Result on_accept(void *cls, const struct sockaddr *address, socklen_t len) {
    (void)address;
    (void)len;
    return registry_admit(cls) ? MHD_YES : MHD_NO;
}

static void on_library_log(void *cls, const char *format, va_list args) {
    char text[512];
    (void)cls;
    vsnprintf(text, sizeof text, format, args);
    for (char *c = text; *c; c++) {
        if ((unsigned char)*c < 0x20 || (unsigned char)*c >= 0x7f) *c = ' ';
    }
    LOG(LOG_LEVEL_DEBUG, "http_library", LOG_TEXT("message", text));
}

static NORETURN void on_panic(void *cls, const char *file, unsigned line, const char *reason) {
    (void)cls;
    LOG(LOG_LEVEL_ERROR, "http_library_panic", LOG_TEXT("file", file), LOG_INT("line", line),
        LOG_TEXT("reason", reason));
    abort();
}

/* ---- start ---- */

/* Room for the connections asked for, as far as the system lets us; returns how many there is room for. */
static int64_t raise_file_limit(int64_t connections) {
    struct rlimit limit;
    rlim_t wanted = (rlim_t)connections + OTHER_FILES;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return connections;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= wanted) return connections;
    return (int64_t)(limit.rlim_cur > 2 * OTHER_FILES ? limit.rlim_cur - OTHER_FILES : limit.rlim_cur / 2);
}

/* libmicrohttpd divides its limit among its threads, and a thread that has its share accepts no more. Our
 * own limit is the one that counts, so each thread gets room for twice its fair share. */
static unsigned library_limit(const struct config *config) {
    return (unsigned)(2 * config->connections + 32 * config->threads);
}

static struct MHD_Daemon *start_daemon(struct http_server *server, const struct config *config) {
    unsigned flags =
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG;
    int64_t per_ip = config->trust_proxy ? 0 : config->connections_per_ip;
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)on_library_log, NULL},
        {MHD_OPTION_LISTEN_SOCKET, server->listen_fd, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)library_limit(config), NULL},
        {MHD_OPTION_PER_IP_CONNECTION_LIMIT, (intptr_t)per_ip, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)(config->idle_timeout_s + 30), NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
        {MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)request_unescape, NULL},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_target, server},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, server},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, server},
        {config->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)config->threads, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    return MHD_start_daemon(flags, 0, on_accept, server, on_request, server, MHD_OPTION_ARRAY, options,
                            MHD_OPTION_END);
}

/* Threads started here leave signals to the main thread. */
static struct MHD_Daemon *start_threads(struct http_server *server, const struct config *config) {
    sigset_t before;
    thread_signals_off(&before);
    feeds_init(server);
    registry_start(server);
    workers_start(server, (size_t)config->workers);
    struct MHD_Daemon *daemon = start_daemon(server, config);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return daemon;
}

static struct http_server *server_new(const struct http_options *options) {
    const struct config *config = options->config;
    struct http_server *server = calloc(1, sizeof *server);
    if (!server) abort();
    server->handler = options->handler;
    server->api_prefixes = options->api_prefixes;
    server->assets = options->assets ? options->assets : http_assets;
    server->asset_count = options->assets ? options->asset_count : http_asset_count;
    server->header_timeout_us = config->header_timeout_ms * 1000;
    server->request_timeout_us = config->request_timeout_ms * 1000;
    server->idle_timeout_us = config->idle_timeout_s * 1000000;
    server->trust_proxy = config->trust_proxy;
    server->secure = config->public_url && strncasecmp(config->public_url, "https://", 8) == 0;
    server->web_root_fd = -1;
    server->listen_fd = -1;
    return server;
}

static void server_free(struct http_server *server) {
    if (server->listen_fd >= 0) close(server->listen_fd);
    if (server->web_root_fd >= 0) close(server->web_root_fd);
    free(server);
}

int http_start(const struct http_options *options, struct arena *arena, struct http_server **ret,
               const char **ret_why) {
    const struct config *config = options->config;
    if (hash_init() != 0) return ERR_INTERNAL;
    struct http_server *server = server_new(options);
    random_bytes(&server->id_key, sizeof server->id_key);
    if (config->web_root) {
        server->web_root_fd = open(config->web_root, O_DIRECTORY | O_PATH | O_CLOEXEC);
        if (server->web_root_fd < 0) {
            *ret_why = arena_printf(arena, "打不开网页目录 %s，请检查 web_root 设置。", config->web_root);
            server_free(server);
            return ERR_NOT_FOUND;
        }
    }
    server->listen_fd = listen_open(config->listen, BACKLOG, arena, &server->port, ret_why);
    if (server->listen_fd < 0) {
        server_free(server);
        return ERR_UNAVAILABLE;
    }
    MHD_set_panic_func(on_panic, NULL);
    server->connection_limit = raise_file_limit(config->connections);
    server->daemon = start_threads(server, config);
    if (!server->daemon) {
        workers_stop(server);
        workers_free(server);
        registry_stop(server);
        feeds_destroy(server);
        server_free(server);
        *ret_why = "HTTP 服务未能启动，请检查系统允许的线程数和打开文件数。";
        return ERR_UNAVAILABLE;
    }
    *ret = server;
    return 0;
}

int http_port(const struct http_server *server) {
    return server->port;
}

/* ---- stop ---- */

/* Until nothing is being answered and no connection is left uncut. Not until the library has closed them all:
 * one whose client left during a feed's last words is closed when its thread wakes for something else. */
static void wait_quiet(struct http_server *server, int64_t until_us, int64_t fresh_until_us) {
    while (clock_monotonic_us() < until_us) {
        bool all_cut = registry_close_idle(server, clock_monotonic_us() >= fresh_until_us);
        if (all_cut && atomic_load(&server->active) == 0) return;
        struct timespec step = {.tv_nsec = STOP_STEP_MS * 1000000};
        nanosleep(&step, NULL);
    }
}

void http_stop(struct http_server *server, int64_t grace_ms) {
    if (!server) return;
    int64_t begin = clock_monotonic_us();
    atomic_store(&server->stopping, true);
    MHD_quiesce_daemon(server->daemon);
    feeds_end_all(server);
    int64_t fresh_ms = grace_ms < STOP_FRESH_MS ? grace_ms : STOP_FRESH_MS;
    wait_quiet(server, begin + grace_ms * 1000, begin + fresh_ms * 1000);
    workers_stop(server);
    if (atomic_load(&server->active) > 0) {
        int64_t now = clock_monotonic_us();
        wait_quiet(server, now + STOP_FLUSH_MS * 1000, now);
    }
    registry_close_all(server);
    MHD_stop_daemon(server->daemon);
    workers_free(server);
    registry_stop(server);
    feeds_destroy(server);
    server_free(server);
}

void http_stats(struct http_server *server, struct http_stats *ret) {
    *ret = (struct http_stats){
        .connections = atomic_load(&server->registry.open),
        .accepted = atomic_load(&server->accepted),
        .requests = atomic_load(&server->requests),
        .refused_malformed = atomic_load(&server->refused_malformed),
        .refused_limit = atomic_load(&server->refused_limit),
        .cut_slow = atomic_load(&server->cut_slow),
        .suspended = atomic_load(&server->suspended),
        .feeds = feeds_count(server),
        .late_jobs = atomic_load(&server->late_jobs),
    };
}
