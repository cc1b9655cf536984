/* What is decided on the headers alone, before a body is read: route, session, origin and CSRF, permission,
 * rate, If-Match. A request refused here has cost one or two indexed reads.
 *
 * 1. A route without a session is PUBLIC by name, never by omission (router.c).
 * 2. Every write of a session carries its CSRF token; every write comes from our own origin.
 * 3. A read has no body to be spared: it is checked in the snapshot that it then reads from. That is one
 *    snapshot instead of two, and who may see and what is seen are of the same instant.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "minyi/clock.h"

static bool is_read(const struct call *call) {
    return strcmp(call->request->method, "GET") == 0;
}

static bool below_api(const struct list *segments) {
    const char *const *items = segments->items;
    return segments->count >= 3 && strcmp(items[0], "api") == 0 && strcmp(items[1], "v1") == 0;
}

static int check_route(struct call *call) {
    if (service_is(call->request->path)) {
        call->service = call->request->path;
        return is_read(call) ? 0 : fail(&call->ctx, ERR_METHOD_NOT_ALLOWED, NULL, NULL);
    }
    bool other_method = false;
    if (below_api(&call->request->segments))
        call->matched =
            router_match(call->api, call->request->method, &call->request->segments, &other_method);
    if (!call->matched)
        return fail(&call->ctx, other_method ? ERR_METHOD_NOT_ALLOWED : ERR_NOT_FOUND, NULL, NULL);
    return 0;
}

struct session_read {
    const char *token;
    struct call *call;
};

static int read_session(struct ctx *ctx, void *argument) {
    struct session_read *read = argument;
    return ctx->db ? read->call->api->options.sessions.load(ctx, read->token, &read->call->actor,
                                                            &read->call->session_stale)
                   : ERR_SIGNED_OUT;
}

static int check_session(struct call *call) {
    const struct route *route = call->matched->route;
    const char *token = http_cookie(call->request, SESSION_COOKIE);
    if (!token || !*token)
        return route->permission == PUBLIC ? 0 : fail(&call->ctx, ERR_SIGNED_OUT, NULL, NULL);
    int result = ctx_read(&call->ctx, read_session, &(struct session_read){token, call});
    if (result == 0) {
        call->ctx.session_token = token;
        return 0;
    }
    call->actor = (struct actor){0};
    if (route->permission == PUBLIC) return 0; /* an old cookie does not stop anybody from signing in */
    return fail(&call->ctx, result == ERR_NOT_FOUND ? ERR_SIGNED_OUT : result, NULL, NULL);
}

/* The Origin header must name the host that was asked or the configured public address. */
static bool own_origin(const struct call *call, const char *origin) {
    const char *public_url = call->api->options.config->public_url;
    if (public_url && strcmp(origin, public_url) == 0) return true;
    const char *host = http_header(call->request, "Host");
    const char *after_scheme = strstr(origin, "://");
    return host && after_scheme && strcasecmp(after_scheme + 3, host) == 0;
}

static int check_origin(struct call *call) {
    const char *site = http_header(call->request, "Sec-Fetch-Site");
    if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
        return fail(&call->ctx, ERR_BAD_ORIGIN, NULL, NULL);
    const char *origin = http_header(call->request, "Origin");
    if (origin && !own_origin(call, origin)) return fail(&call->ctx, ERR_BAD_ORIGIN, NULL, NULL);
    if (call->matched->route->flags & ROUTE_NO_CSRF) return 0;
    char expected[HASH_HEX_SIZE];
    api_csrf(call->ctx.session_token ? call->ctx.session_token : "", expected);
    if (!call->ctx.session_token || !equal_secret(expected, http_header(call->request, "X-CSRF-Token")))
        return fail(&call->ctx, ERR_BAD_CSRF, NULL, NULL);
    return 0;
}

int gate_check_rate(struct call *call, int64_t now_ms) {
    if (!call->api->options.rate_limits) return 0;
    enum rate_class class = call->matched->route->flags & ROUTE_RATE_STRICT ? RATE_STRICT
                            : is_read(call)                                 ? RATE_READ
                                                                            : RATE_WRITE;
    int64_t wait =
        ratelimit_take(call->api->ratelimit, class, call->actor.account_id, call->request->remote, now_ms);
    if (wait == 0) return 0;
    int result = fail(&call->ctx, ERR_TOO_MANY, NULL, NULL);
    call->problem.retry_after_s = wait;
    return result;
}

static int check_rate(struct call *call) {
    return gate_check_rate(call, call->ctx.now);
}

/* If-Match: "7" — a strong tag with our version number; lists and * are not ours. */
static int check_if_match(struct call *call) {
    call->ctx.if_match = ABSENT;
    if (!(call->matched->route->flags & ROUTE_IF_MATCH)) return 0;
    const char *value = http_header(call->request, "If-Match");
    if (!value) return fail(&call->ctx, ERR_PRECONDITION_REQUIRED, "If-Match", NULL);
    char *end = NULL;
    long long version =
        value[0] == '"' && value[1] >= '0' && value[1] <= '9' ? strtoll(value + 1, &end, 10) : 0;
    if (!end || strcmp(end, "\"") != 0)
        return fail(&call->ctx, ERR_BAD_REQUEST, "If-Match", "If-Match 应写成带引号的版本号，例如 \"3\"。");
    call->ctx.if_match = version;
    return 0;
}

/* Creating requests may carry a key under which their answer is kept for a day. */
static int check_idempotency(struct call *call) {
    if (!(call->matched->route->flags & ROUTE_CREATES)) return 0;
    const char *key = http_header(call->request, "Idempotency-Key");
    if (!key) return 0;
    size_t len = strlen(key);
    if (len < 8 || len > 100 ||
        strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:") != len)
        return fail(&call->ctx, ERR_BAD_REQUEST, "Idempotency-Key",
                    "Idempotency-Key 应为 8 至 100 个字母、数字或 - _ . : 。");
    call->idempotency_key = key;
    return 0;
}

bool gate_body_announced(const struct http_request *request) {
    const char *length = http_header(request, "Content-Length");
    return (length && strcmp(length, "0") != 0) || http_header(request, "Transfer-Encoding");
}

static int check_content_type(struct call *call) {
    const struct route *route = call->matched->route;
    if (is_read(call) || (route->flags & ROUTE_UPLOAD) || !gate_body_announced(call->request)) return 0;
    const char *type = http_header(call->request, "Content-Type");
    if (!type || strncasecmp(type, "application/json", 16) != 0 || (type[16] && !strchr("; ", type[16])))
        return fail(&call->ctx, ERR_NOT_ACCEPTABLE_TYPE, "Content-Type", "请以 application/json 提交。");
    return 0;
}

int gate_check_rights(struct call *call) {
    int (*const checks[])(struct call *) = {check_session, check_rate, check_if_match, check_idempotency,
                                            check_content_type};
    int result = 0;
    for (size_t i = 0; i < ARRAY_LEN(checks); i++)
        if ((result = checks[i](call)) < 0) return result;
    if (!is_read(call) && (result = check_origin(call)) < 0) return result;
    return may(&call->ctx, call->matched->route->permission) ? 0
                                                             : fail(&call->ctx, ERR_FORBIDDEN, NULL, NULL);
}

static bool checks_with_reading(const struct call *call) {
    unsigned others = ROUTE_WRITE | ROUTE_SELF | ROUTE_SLOW | ROUTE_UPLOAD;
    return is_read(call) && !(call->matched->route->flags & others) && !gate_body_announced(call->request);
}

int gate_check(struct call *call, struct http_plan *plan) {
    int result = check_route(call);
    if (result < 0 || call->service) return result;
    call->rights_open = checks_with_reading(call);
    if (call->rights_open) return 0;
    if ((result = gate_check_rights(call)) < 0) return result;
    const struct route *route = call->matched->route;
    if (!is_read(call)) plan->body_limit = route->body_limit ? route->body_limit : BODY_DEFAULT;
    plan->spool = (route->flags & ROUTE_UPLOAD) != 0;
    plan->slow = (route->flags & ROUTE_SLOW) != 0;
    return 0;
}
