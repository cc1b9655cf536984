/* Replies: the one place that makes and queues a libmicrohttpd response.
 *
 *   1. Every reply carries the security headers; a handler that sets one of them itself keeps its own.
 *   2. Memory of a reply is never on a stack or in the request's arena: the buffer is handed to the
 *      response, which frees it; embedded pages are constant.
 *   3. A stream's source is closed once, when the exchange ends, not by the response's destructor:
 *      libmicrohttpd destroys the response after the completion notice, when the arena is gone.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "internal.h"

enum {
    STREAM_BLOCK = 64 * 1024,
    UNSIZED_STREAM_TIMEOUT_S = 3600,
    SLOWEST_CLIENT = 4096, /* bytes a second that a reader must manage on average */
};

/* Vue and Element Plus set styles through the CSSOM, which no policy restricts; Vue's static markup carries
 * style attributes, hence style-src-attr. No inline <style>, no inline script.
 * A frame shows only what the page itself has read (blob:): a paper's PDF, to print it. */
static const char pages_policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; frame-src blob:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
static const char data_policy[] =
    "default-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

static const struct {
    const char *name, *value;
} fixed_headers[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy",
     "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"},
};

void http_reply_header(struct http_reply *reply, const char *name, const char *value) {
    if (reply->header_count == ARRAY_LEN(reply->headers) || strpbrk(name, "\r\n:") ||
        strpbrk(value, "\r\n")) {
        abort();
    }
    reply->headers[reply->header_count].name = name;
    reply->headers[reply->header_count].value = value;
    reply->header_count++;
}

void reply_init(struct exchange *exchange) {
    exchange->reply = (struct http_reply){.body = BUF(REPLY_BODY_CEILING)};
    exchange->fixed_body = NULL;
    exchange->fixed_len = 0;
}

void reply_free(struct exchange *exchange) {
    struct http_reply *reply = &exchange->reply;
    if (reply->read && reply->read_close) reply->read_close(reply->source);
    reply->read = NULL;
    reply->read_close = NULL;
    reply->feed = NULL;
    feed_leave(exchange);
    buf_free(&reply->body);
}

void reply_fail(struct exchange *exchange, int error, const char *detail) {
    struct http_handler *handler = &exchange->server->handler;
    reply_free(exchange);
    reply_init(exchange);
    handler->fail(handler->user, &exchange->request, error, detail, &exchange->reply);
}

static bool has_header(const struct http_reply *reply, const char *name) {
    for (size_t i = 0; i < reply->header_count; i++) {
        if (strcasecmp(reply->headers[i].name, name) == 0) return true;
    }
    return false;
}

void reply_default_header(struct http_reply *reply, const char *name, const char *value) {
    if (!has_header(reply, name)) http_reply_header(reply, name, value);
}

static void add_headers(const struct exchange *exchange, struct MHD_Response *response) {
    const struct http_reply *reply = &exchange->reply;
    const struct http_server *server = exchange->server;
    for (size_t i = 0; i < reply->header_count; i++) {
        MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value);
    }
    for (size_t i = 0; i < ARRAY_LEN(fixed_headers); i++) {
        if (has_header(reply, fixed_headers[i].name)) continue;
        MHD_add_response_header(response, fixed_headers[i].name, fixed_headers[i].value);
    }
    if (!has_header(reply, "Content-Security-Policy")) {
        MHD_add_response_header(response, "Content-Security-Policy",
                                exchange->page ? pages_policy : data_policy);
    }
    if (!has_header(reply, "Cache-Control")) MHD_add_response_header(response, "Cache-Control", "no-store");
    if (server->secure) MHD_add_response_header(response, "Strict-Transport-Security", "max-age=31536000");
    MHD_add_response_header(response, "X-Request-Id", exchange->id);
    if (exchange->close_after || atomic_load_explicit(&server->stopping, memory_order_relaxed)) {
        MHD_add_response_header(response, "Connection", "close");
    }
}

static ssize_t read_stream(void *cls, uint64_t position, char *out, size_t max) {
    struct exchange *exchange = cls;
    int64_t got = exchange->reply.read(exchange->reply.source, position, out, max);
    if (got < 0 || (uint64_t)got > max) {
        /* Not "with error" (README.md, traps). What was sent arrives; this byte cannot be sent any more, and
         * the connection is closed for that. */
        shutdown(exchange->connection->fd, SHUT_RDWR);
        out[0] = 0;
        return 1;
    }
    if (got == 0) return MHD_CONTENT_READER_END_OF_STREAM;
    atomic_store_explicit(&exchange->streamed, (int64_t)position + got, memory_order_relaxed);
    return (ssize_t)got;
}

static void keep(void *constant) {
    (void)constant;
}

static struct MHD_Response *make_response(struct exchange *exchange) {
    struct http_reply *reply = &exchange->reply;
    if (reply->feed) return feed_response(exchange);
    if (reply->read) {
        bool sized = reply->stream_size != UINT64_MAX;
        exchange->reply_size = sized ? (int64_t)reply->stream_size : -1;
        return MHD_create_response_from_callback(sized ? reply->stream_size : MHD_SIZE_UNKNOWN, STREAM_BLOCK,
                                                 read_stream, exchange, NULL);
    }
    if (exchange->fixed_body) {
        exchange->reply_size = (int64_t)exchange->fixed_len;
        return MHD_create_response_from_buffer_with_free_callback_cls(
            exchange->fixed_len, (void *)exchange->fixed_body, keep, NULL);
    }
    char *data = reply->body.data;
    size_t len = reply->body.len;
    reply->body = (struct buf){0};
    exchange->reply_size = (int64_t)len;
    if (!data) return MHD_create_response_from_buffer_with_free_callback_cls(0, (void *)"", keep, NULL);
    return MHD_create_response_from_buffer_with_free_callback_cls(len, data, free, data);
}

static int64_t reply_timeout_us(const struct exchange *exchange) {
    if (exchange->feed) return exchange->server->request_timeout_us;
    if (exchange->reply_size < 0) return UNSIZED_STREAM_TIMEOUT_S * INT64_C(1000000);
    return exchange->server->request_timeout_us + exchange->reply_size * 1000000 / SLOWEST_CLIENT;
}

enum MHD_Result reply_queue(struct exchange *exchange) {
    struct http_reply *reply = &exchange->reply;
    if (buf_failed(&reply->body) || reply->status < 200 || reply->status > 599) {
        reply_fail(exchange, ERR_INTERNAL, NULL);
    }
    int status = reply->status;
    struct MHD_Response *response = make_response(exchange);
    if (!response) return MHD_NO;
    add_headers(exchange, response);
    exchange->sent_status = status;
    exchange->phase = PHASE_QUEUED;
    connection_enter(exchange->connection, CONNECTION_REPLYING, reply_timeout_us(exchange));
    enum MHD_Result result = MHD_queue_response(exchange->mhd, (unsigned)status, response);
    MHD_destroy_response(response);
    return result;
}
