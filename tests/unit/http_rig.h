/* A server in this process with a few routes, and a client that speaks raw bytes to it.
 *
 *   GET  /api/hello            "hello"
 *   *    /api/method           the method as the handler sees it
 *   POST /api/echo             body of at most 1000 bytes back
 *   POST /api/big              body of at most 2 MiB in memory: its length
 *   POST /api/spool            body of at most 8 MiB in a file: "LENGTH SHA256 FIRST-BYTE"
 *   *    /api/refuse           401 from `plan`
 *   *    /api/slow?ms=N        on a worker, sleeps N ms, "slow"
 *   *    /api/hold             on a worker, until the test calls rig_release(), "slow"
 *   GET  /api/seen/…           segments, query parameters, cookies a and b, header x-test, remote
 *   GET  /api/feed             a reply that stays open, rig->feeds[…]; begins with "hi;"; at most ceiling=N
 * bytes wait GET  /api/stream?size=N    N bytes 'a'…'z' repeated; with abort=M aborts at byte M; with sized=0
 * chunked
 */
#ifndef TESTS_HTTP_RIG_H
#define TESTS_HTTP_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "minyi/clock.h"
#include "minyi/err.h"
#include "minyi/http.h"
#include "minyi/log.h"
#include "wait.h"

struct rig {
    struct http_server *server;
    struct config config;
    struct arena *arena;
    const struct http_asset *assets; /* NULL: the embedded ones */
    size_t asset_count;
    int port;
    atomic_int planned, handled, failed, done, sent, left, closed, running;
    atomic_bool released;
    _Atomic int64_t sent_bytes;
    _Atomic(struct http_feed *) feeds[512]; /* in the order of their requests; freed by rig_stop */
    atomic_int feed_count;
};

UNUSED static void rig_sleep(int64_t ms) {
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1000000};
    nanosleep(&time, NULL);
}

/* ---- the handler ---- */

static const char *rig_route(const struct http_request *request) {
    return request->segments.count > 1 ? *LIST_AT(request->segments, const char *, 1) : "";
}

static int64_t rig_number(const struct http_request *request, const char *wanted, int64_t otherwise) {
    const char *name, *value;
    for (size_t i = 0; http_query(request, i, &name, &value); i++) {
        if (strcmp(name, wanted) == 0) return strtoll(value, NULL, 10);
    }
    return otherwise;
}

static int rig_plan(void *user, struct http_request *request, struct http_plan *plan,
                    struct http_reply *reply) {
    struct rig *rig = user;
    const char *route = rig_route(request);
    atomic_fetch_add(&rig->planned, 1);
    request->state = arena_strdup(request->arena, "planned");
    if (strcmp(route, "echo") == 0) plan->body_limit = 1000;
    if (strcmp(route, "big") == 0) plan->body_limit = 2 * 1024 * 1024;
    if (strcmp(route, "spool") == 0) *plan = (struct http_plan){.body_limit = 8 * 1024 * 1024, .spool = true};
    if (strcmp(route, "slow") == 0 || strcmp(route, "hold") == 0)
        *plan = (struct http_plan){.body_limit = 1000, .slow = true};
    if (strcmp(route, "refuse") != 0) return 0;
    reply->status = 401;
    buf_adds(&reply->body, "signed out");
    return ERR_SIGNED_OUT;
}

static void rig_seen(const struct http_request *request, struct buf *out) {
    const char *name, *value;
    for (size_t i = 2; i < request->segments.count; i++) {
        buf_addf(out, "[%s]", *LIST_AT(request->segments, const char *, i));
    }
    for (size_t i = 0; http_query(request, i, &name, &value); i++)
        buf_addf(out, "{%s=%s}", name, value);
    if ((value = http_cookie(request, "a"))) buf_addf(out, "a=%s;", value);
    if ((value = http_cookie(request, "b"))) buf_addf(out, "b=%s;", value);
    if ((value = http_header(request, "X-TEST"))) buf_addf(out, "x=%s;", value);
    buf_addf(out, "from=%s", request->remote);
}

struct rig_stream {
    struct rig *rig;
    int64_t size, abort_at;
};

static int64_t rig_stream_read(void *source, uint64_t position, char *out, size_t max) {
    struct rig_stream *stream = source;
    if (stream->abort_at >= 0 && (int64_t)position >= stream->abort_at) return -1;
    int64_t rest = stream->size - (int64_t)position;
    if (stream->abort_at >= 0 && rest > stream->abort_at - (int64_t)position) {
        rest = stream->abort_at - (int64_t)position;
    }
    size_t len = rest < (int64_t)max ? (size_t)rest : max;
    for (size_t i = 0; i < len; i++)
        out[i] = (char)('a' + (position + i) % 26);
    return (int64_t)len;
}

static void rig_stream_close(void *source) {
    struct rig_stream *stream = source;
    stream->size = 0; /* must still be in living memory */
    atomic_fetch_add(&stream->rig->closed, 1);
}

static void rig_stream(struct rig *rig, struct http_request *request, struct http_reply *reply) {
    struct rig_stream *stream = ARENA_NEW(request->arena, struct rig_stream);
    stream->rig = rig;
    stream->size = rig_number(request, "size", 100);
    stream->abort_at = rig_number(request, "abort", -1);
    reply->read = rig_stream_read;
    reply->read_close = rig_stream_close;
    reply->source = stream;
    reply->stream_size = rig_number(request, "sized", 1) ? (uint64_t)stream->size : UINT64_MAX;
}

static void rig_spool(const struct http_request *request, struct buf *out) {
    char first = '-';
    if (request->body_len > 0) assert_int_equal(read(request->spool_fd, &first, 1), 1);
    buf_addf(out, "%zu %s %c", request->body_len, request->spool_sha256, first);
}

static void rig_feed(struct rig *rig, const struct http_request *request, struct http_reply *reply) {
    int i = atomic_fetch_add(&rig->feed_count, 1);
    assert_true(i < (int)ARRAY_LEN(rig->feeds));
    reply->feed = http_feed_new((size_t)rig_number(request, "ceiling", 16 * 1024));
    rig->feeds[i] = reply->feed;
    assert_int_equal(http_feed_add(reply->feed, "hi;", 3), 0);
}

static void rig_handle(void *user, struct http_request *request, struct http_reply *reply) {
    struct rig *rig = user;
    const char *route = rig_route(request);
    atomic_fetch_add(&rig->handled, 1);
    assert_string_equal(request->state, "planned");
    reply->status = 200;
    http_reply_header(reply, "Content-Type", "text/plain; charset=utf-8");
    if (strcmp(route, "hello") == 0) buf_adds(&reply->body, "hello");
    if (strcmp(route, "method") == 0) buf_adds(&reply->body, request->method);
    if (strcmp(route, "echo") == 0) buf_add(&reply->body, request->body, request->body_len);
    if (strcmp(route, "big") == 0) buf_addf(&reply->body, "%zu", request->body_len);
    if (strcmp(route, "spool") == 0) rig_spool(request, &reply->body);
    if (strcmp(route, "seen") == 0) rig_seen(request, &reply->body);
    if (strcmp(route, "stream") == 0) rig_stream(rig, request, reply);
    if (strcmp(route, "feed") == 0) rig_feed(rig, request, reply);
    if (strcmp(route, "slow") == 0) {
        atomic_fetch_add(&rig->running, 1);
        rig_sleep(rig_number(request, "ms", 20));
        atomic_fetch_sub(&rig->running, 1);
        buf_adds(&reply->body, "slow");
    }
    if (strcmp(route, "hold") == 0 || strcmp(route, "stall") == 0) {
        atomic_fetch_add(&rig->running, 1);
        (void)SOON(atomic_load(&rig->released));
        atomic_fetch_sub(&rig->running, 1);
        buf_adds(&reply->body, "slow");
    }
}

/* Lets all that /api/hold holds on a worker and /api/stall on an HTTP thread go, now and later. */
UNUSED static void rig_release(struct rig *rig) {
    atomic_store(&rig->released, true);
}

static void rig_fail(void *user, struct http_request *request, int error, const char *detail,
                     struct http_reply *reply) {
    struct rig *rig = user;
    assert_non_null(request->path);
    assert_int_equal(strlen(request->id), 16);
    atomic_fetch_add(&rig->failed, 1);
    reply->status = err_info(error)->http;
    buf_addf(&reply->body, "%s %s", err_info(error)->code, detail ? detail : "");
}

static void rig_done(void *user, struct http_request *request, int sent_status, int64_t sent_bytes) {
    struct rig *rig = user;
    assert_string_equal(request->state, "planned");
    atomic_fetch_add(sent_status ? &rig->sent : &rig->left, 1);
    atomic_fetch_add(&rig->sent_bytes, sent_bytes);
    atomic_fetch_add(&rig->done, 1);
}

/* ---- starting ---- */

static const char *const rig_prefixes[] = {"/api/", NULL};

/* Settings good for tests; change them before rig_start(). */
static struct rig *rig_new(void) {
    struct rig *rig = calloc(1, sizeof *rig);
    signal(SIGPIPE, SIG_IGN);
    rig->arena = arena_new(1 << 20);
    config_defaults(&rig->config);
    rig->config.listen = "127.0.0.1:0";
    rig->config.threads = 4;
    log_set_level(LOG_LEVEL_WARN);
    return rig;
}

static void rig_start(struct rig *rig) {
    struct http_options options = {.config = &rig->config, .api_prefixes = rig_prefixes};
    options.assets = rig->assets;
    options.asset_count = rig->asset_count;
    options.handler = (struct http_handler){
        .user = rig, .plan = rig_plan, .handle = rig_handle, .fail = rig_fail, .done = rig_done};
    const char *why = NULL;
    int error = http_start(&options, rig->arena, &rig->server, &why);
    if (error) fail_msg("http_start: %s", why ? why : "?");
    rig->port = http_port(rig->server);
    assert_in_range(rig->port, 1, 65535);
}

/* After http_stop(): checks what must always hold, one `done` for each `plan`. */
static void rig_free(struct rig *rig) {
    assert_int_equal(atomic_load(&rig->planned), atomic_load(&rig->done));
    assert_true(atomic_load(&rig->handled) <= atomic_load(&rig->planned));
    for (int i = 0; i < atomic_load(&rig->feed_count); i++)
        http_feed_free(rig->feeds[i]);
    arena_free(rig->arena);
    free(rig);
}

UNUSED static void rig_stop(struct rig *rig) {
    http_stop(rig->server, 2000);
    rig_free(rig);
}

UNUSED static void rig_wait(atomic_int *counter, int wanted) {
    (void)SOON(atomic_load(counter) == wanted);
    assert_int_equal(atomic_load(counter), wanted);
}

/* ---- the client ---- */

static int rig_connect(const struct rig *rig) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)rig->port)};
    struct timeval limit = {.tv_sec = WAIT_MS / 1000};
    int on = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* False when the server has closed. */
static bool rig_send_bytes(int fd, const void *data, size_t len) {
    const char *at = data;
    while (len > 0) {
        ssize_t done = send(fd, at, len, MSG_NOSIGNAL);
        if (done <= 0) return false;
        at += done;
        len -= (size_t)done;
    }
    return true;
}

static bool rig_send(int fd, const char *text) {
    return rig_send_bytes(fd, text, strlen(text));
}

struct rig_reply {
    int status; /* 0: the connection ended before a whole header */
    char header[8192];
    char *body; /* NUL-terminated; rig_reply_free */
    size_t body_len;
    bool whole; /* all bytes that were announced came */
};

static void rig_reply_free(struct rig_reply *reply) {
    free(reply->body);
    reply->body = NULL;
}

/* The value of a header up to its line's end, copied into a static buffer; NULL when absent. */
static const char *rig_header(const struct rig_reply *reply, const char *name) {
    static _Thread_local char value[1024];
    size_t len = strlen(name);
    for (const char *line = reply->header; line && *line; line = strchr(line, '\n')) {
        if (*line == '\n') line++;
        if (strncasecmp(line, name, len) != 0 || line[len] != ':') continue;
        const char *begin = line + len + 1 + strspn(line + len + 1, " ");
        snprintf(value, sizeof value, "%.*s", (int)strcspn(begin, "\r\n"), begin);
        return value;
    }
    return NULL;
}

static bool rig_read_header(int fd, struct rig_reply *reply) {
    size_t len = 0;
    while (len + 1 < sizeof reply->header) {
        ssize_t got = recv(fd, reply->header + len, 1, 0);
        if (got <= 0) return false;
        reply->header[++len] = 0;
        if (len >= 4 && memcmp(reply->header + len - 4, "\r\n\r\n", 4) == 0) return true;
    }
    return false;
}

static size_t rig_read_some(int fd, char *out, size_t len) {
    size_t got = 0;
    while (got < len) {
        ssize_t piece = recv(fd, out + got, len - got, 0);
        if (piece <= 0) break;
        got += (size_t)piece;
    }
    return got;
}

static size_t rig_read_line_number(int fd) {
    char line[64];
    size_t len = 0;
    while (len + 1 < sizeof line && rig_read_some(fd, line + len, 1) == 1 && line[len] != '\n')
        len++;
    line[len] = 0;
    return (size_t)strtoul(line, NULL, 16);
}

static void rig_read_chunks(int fd, struct rig_reply *reply) {
    for (;;) {
        size_t size = rig_read_line_number(fd);
        char crlf[2];
        reply->body = realloc(reply->body, reply->body_len + size + 1);
        size_t got = rig_read_some(fd, reply->body + reply->body_len, size);
        reply->body_len += got;
        bool ended = rig_read_some(fd, crlf, 2) == 2;
        if (size == 0 || got < size || !ended) {
            reply->whole = size == 0 && ended;
            return;
        }
    }
}

/* Reads one reply; NO_BODY for HEAD. Free with rig_reply_free. */
static struct rig_reply rig_read(int fd, bool no_body) {
    struct rig_reply reply = {0};
    reply.body = calloc(1, 1);
    if (!rig_read_header(fd, &reply)) return reply;
    reply.status = (int)strtol(reply.header + 9, NULL, 10);
    const char *length = rig_header(&reply, "Content-Length");
    const char *encoding = rig_header(&reply, "Transfer-Encoding");
    reply.whole = true;
    if (no_body || reply.status == 304 || reply.status == 204) return reply;
    if (encoding) {
        rig_read_chunks(fd, &reply);
    } else if ((length = rig_header(&reply, "Content-Length"))) {
        size_t size = (size_t)strtoul(length, NULL, 10);
        reply.body = realloc(reply.body, size + 1);
        reply.body_len = rig_read_some(fd, reply.body, size);
        reply.whole = reply.body_len == size;
    }
    reply.body[reply.body_len] = 0;
    return reply;
}

/* True when the server closes without sending anything more. */
UNUSED static bool rig_ended(int fd) {
    char byte;
    errno = 0;
    return recv(fd, &byte, 1, 0) <= 0 && errno != EAGAIN;
}

/* Sends TEXT on FD and checks status and body (BODY NULL: any). */
static void rig_expect(int fd, const char *text, int status, const char *body) {
    assert_true(rig_send(fd, text));
    struct rig_reply reply = rig_read(fd, strncmp(text, "HEAD", 4) == 0);
    if (reply.status != status) fail_msg("%d instead of %d for: %.200s", reply.status, status, text);
    if (body) assert_string_equal(reply.body, body);
    rig_reply_free(&reply);
}

/* The same on a connection of its own. */
UNUSED static void rig_expect_once(const struct rig *rig, const char *text, int status, const char *body) {
    int fd = rig_connect(rig);
    rig_expect(fd, text, status, body);
    close(fd);
}

/* "GET PATH" on a connection of its own. */
UNUSED static void rig_expect_get(const struct rig *rig, const char *path, int status, const char *body) {
    char text[16384];
    snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);
    rig_expect_once(rig, text, status, body);
}

#endif
