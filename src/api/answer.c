/* Replies: JSON, problem+json (RFC 9457), downloads, the session cookie. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

void answer_problem(struct call *call, const struct problem *problem, struct http_reply *reply) {
    const struct err_info *info = err_info(problem->error);
    struct arena *arena = call->request->arena;
    buf_clear(&reply->body);
    reply->status = info->http;
    struct buf *out = &reply->body;
    buf_addf(out, "{\"type\":\"/errors#%s\",\"title\":", info->code);
    buf_add_json(out, info->zh);
    buf_addf(out, ",\"status\":%d,\"code\":\"%s\"", info->http, info->code);
    if (problem->detail) {
        buf_adds(out, ",\"detail\":");
        buf_add_json(out, problem->detail);
    }
    if (problem->field) {
        buf_adds(out, ",\"field\":");
        buf_add_json(out, problem->field);
    }
    if (problem->retry_after_s > 0) {
        buf_addf(out, ",\"retry_after_s\":%" PRId64, problem->retry_after_s);
        http_reply_header(reply, "Retry-After", arena_printf(arena, "%" PRId64, problem->retry_after_s));
    } else if (info->http == 503) {
        http_reply_header(reply, "Retry-After", "2");
    }
    buf_adds(out, ",\"request_id\":");
    buf_add_json(out, call->request->id);
    buf_addc(out, '}');
    http_reply_header(reply, "Content-Type", "application/problem+json; charset=utf-8");
}

void answer_json(struct http_reply *reply, int status, const char *json) {
    reply->status = status;
    buf_adds(&reply->body, json);
    http_reply_header(reply, "Content-Type", "application/json; charset=utf-8");
}

/* ---- downloads ---- */

struct stream {
    struct db *db;
    const struct download *download;
};

static int64_t stream_read(void *source, uint64_t position, char *out, size_t max) {
    struct stream *stream = source;
    return stream->download->read(stream->db, stream->download->source, position, out, max);
}

/* RFC 6266 with RFC 8187: the UTF-8 name percent-encoded, and a plain ASCII one for old clients. */
static const char *disposition(struct arena *arena, const char *name) {
    struct buf encoded = BUF(4096);
    for (const unsigned char *c = (const unsigned char *)name; *c; c++) {
        bool plain = (*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                     strchr("-._~", *c) != NULL;
        if (plain)
            buf_addc(&encoded, (char)*c);
        else
            buf_addf(&encoded, "%%%02X", *c);
    }
    const char *value = arena_printf(arena, "attachment; filename=\"attachment\"; filename*=UTF-8''%s",
                                     encoded.data ? encoded.data : "attachment");
    buf_free(&encoded);
    return value;
}

static void answer_download(struct call *call, struct http_reply *reply) {
    struct arena *arena = call->ctx.arena;
    const struct download *download = call->ctx.download;
    struct stream *stream = ARENA_NEW(arena, struct stream);
    *stream = (struct stream){call->api->options.db, download};
    reply->status = 200;
    reply->read = stream_read;
    reply->source = stream;
    reply->stream_size = (uint64_t)download->size;
    http_reply_header(reply, "Content-Type", download->mime);
    http_reply_header(reply, "Content-Disposition", disposition(arena, download->name));
    http_reply_header(reply, "Cache-Control", "private, no-store");
    if (download->etag) http_reply_header(reply, "ETag", arena_printf(arena, "\"%s\"", download->etag));
}

/* ---- values ---- */

static bool answer_tag(struct call *call, struct http_reply *reply) {
    const struct record *record = call->matched->route->out;
    const struct field *field = record ? record_field(record, "version") : NULL;
    if (!field || field->type != FIELD_INT) return false;
    int64_t version = *(const int64_t *)((const char *)call->out + field->offset);
    const char *tag = arena_printf(call->ctx.arena, "\"%" PRId64 "\"", version);
    http_reply_header(reply, "ETag", tag);
    return true;
}

void answer_value(struct call *call, struct http_reply *reply) {
    const struct route *route = call->matched->route;
    if (call->stored_reply) {
        answer_json(reply, (int)call->stored_status, call->stored_reply);
        http_reply_header(reply, "Idempotent-Replay", "true");
        return;
    }
    if (call->ctx.download) {
        answer_download(call, reply);
        return;
    }
    if (route->event) {
        call->problem.error = events_open(call, reply);
        if (call->problem.error != 0) answer_problem(call, &call->problem, reply);
        return;
    }
    if (!route->out) {
        reply->status = 204;
        return;
    }
    reply->status = route->flags & ROUTE_CREATES ? 201 : 200;
    schema_write_json(route->out, call->out, &reply->body);
    http_reply_header(reply, "Content-Type", "application/json; charset=utf-8");
    answer_tag(call, reply);
    if (buf_failed(&reply->body)) answer_problem(call, &(struct problem){.error = ERR_TOO_LARGE}, reply);
}

void answer_session_cookie(struct call *call, struct http_reply *reply) {
    const char *token = call->ctx.set_session;
    if (!token) return;
    const char *public_url = call->api->options.config->public_url;
    const char *secure = public_url && strncmp(public_url, "https://", 8) == 0 ? "; Secure" : "";
    int64_t age = *token ? call->ctx.session_seconds : 0;
    http_reply_header(reply, "Set-Cookie",
                      arena_printf(call->ctx.arena,
                                   SESSION_COOKIE "=%s; Path=/; Max-Age=%" PRId64
                                                  "; HttpOnly; SameSite=Strict%s",
                                   token, age, secure));
    if (!*token) http_reply_header(reply, "Clear-Site-Data", "\"cache\"");
}
