/* The gate's life and its three callbacks for the HTTP server: plan, handle, done. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "minyi/clock.h"
#include "minyi/log.h"

const char *const api_prefixes[] = {"/api/", "/healthz", "/readyz", "/metrics", NULL};

int api_new(const struct api_options *options, struct arena *arena, struct api **ret, const char **ret_why) {
    struct api *api = ARENA_NEW(arena, struct api);
    api->options = *options;
    int result = router_compile(api, arena, ret_why);
    if (result < 0) return result;
    api->started_ms = clock_ms();
    api->ratelimit = ratelimit_new(options->rate_limits && db_shared(options->db) ? options->db : NULL);
    api->openapi = BUF(REPLY_CEILING);
    openapi_write(options->tables, &api->openapi);
    api->events = events_new(api);
    result = events_start(api->events);
    if (result < 0) {
        *ret_why = "不能启动消息线程：系统资源不足。";
        api_free(api);
        return result;
    }
    *ret = api;
    return 0;
}

struct api *api_free(struct api *api) {
    if (api) {
        events_free(api->events);
        ratelimit_free(api->ratelimit);
        buf_free(&api->openapi);
    }
    return NULL;
}

void api_set_server(struct api *api, struct http_server *server) {
    api->server = server;
}

static const char *agent_of(struct http_request *request) {
    const char *agent = http_header(request, "User-Agent");
    if (!agent) return NULL;
    /* Shown in the list of sessions: printable ASCII, and not much of it. */
    char *copy = arena_strdup(request->arena, agent);
    for (char *c = copy; *c; c++)
        if (*c < ' ' || *c > '~') *c = '?';
    copy[strnlen(copy, 200)] = '\0';
    return copy;
}

static struct call *call_new(struct api *api, struct http_request *request) {
    struct call *call = ARENA_NEW(request->arena, struct call);
    call->api = api;
    call->request = request;
    call->ctx = (struct ctx){
        .arena = request->arena,
        .db = api->options.db,
        .actor = &call->actor,
        .problem = &call->problem,
        .now = clock_ms(),
        .remote = request->remote,
        .agent = agent_of(request),
        .request_id = request->id,
        .public_url = api->options.config->public_url,
        .if_match = ABSENT,
    };
    call->ctx.site_url = config_site_url(api->options.config, request->arena);
    if (!call->ctx.public_url) {
        const char *host = http_header(request, "Host");
        call->ctx.public_url =
            arena_printf(request->arena, "http://%s", host ? host : api->options.config->listen);
    }
    request->state = call;
    return call;
}

/* A refusal is answered at once only when that spares us a body: an early answer costs the connection. */
static int plan(void *user, struct http_request *request, struct http_plan *plan, struct http_reply *reply) {
    struct call *call = call_new(user, request);
    int result = gate_check(call, plan);
    if (result == 0) return 0;
    if (call->problem.error == 0) call->problem.error = result;
    *plan = (struct http_plan){0};
    if (!gate_body_announced(request)) return 0;
    answer_problem(call, &call->problem, reply);
    return result;
}

/* What takes a worker (papers, pictures of their pages, scans that are searched for codes): many may have
 * been let in before the first of them told what it costs. */
static void run_heavy(struct call *call, struct http_reply *reply) {
    if (gate_check_rate(call, clock_ms()) != 0) {
        answer_problem(call, &call->problem, reply);
        return;
    }
    int64_t began = clock_monotonic_us();
    call_run(call, reply);
    ratelimit_charge_work(call->api->ratelimit, call->actor.account_id, call->request->remote,
                          clock_monotonic_us() - began, clock_ms());
}

static bool is_heavy(const struct call *call) {
    unsigned flags = call->matched->route->flags;
    return call->api->options.rate_limits && (flags & ROUTE_SLOW) &&
           ((flags & ROUTE_HEAVY) || strcmp(call->request->method, "GET") == 0);
}

static void handle(void *user, struct http_request *request, struct http_reply *reply) {
    (void)user;
    struct call *call = request->state;
    if (call->problem.error)
        answer_problem(call, &call->problem, reply);
    else if (call->service)
        service_answer(call, reply);
    else if (is_heavy(call))
        run_heavy(call, reply);
    else
        call_run(call, reply);
}

static void failed(void *user, struct http_request *request, int error, const char *detail,
                   struct http_reply *reply) {
    struct call *call = request->state ? request->state : call_new(user, request);
    call->problem = (struct problem){.error = error, .detail = detail};
    answer_problem(call, &call->problem, reply);
}

static void done(void *user, struct http_request *request, int sent_status, int64_t sent_bytes) {
    (void)user;
    struct call *call = request->state;
    int64_t us = clock_monotonic_us() - request->started_us;
    if (!call) return;
    events_close(call->stream);
    metrics_count(call, sent_status, call->stream ? call->answered_us : us);
    if (call->service && sent_status == 200) return; /* probes every few seconds would drown the log */
    const char *code = call->problem.error ? err_info(call->problem.error)->code : NULL;
    LOG(sent_status >= 500 ? LOG_LEVEL_ERROR : LOG_LEVEL_INFO, "request", LOG_TEXT("id", request->id),
        LOG_TEXT("method", request->method), LOG_TEXT("path", request->path),
        LOG_TEXT("operation", call->matched ? call->matched->route->name : NULL),
        LOG_INT("status", sent_status), LOG_TEXT("error", code), LOG_TEXT("field", call->problem.field),
        LOG_INT("account", call->actor.account_id), LOG_TEXT("remote", request->remote),
        LOG_INT("bytes", sent_bytes), LOG_INT("us", us));
}

struct http_handler api_handler(struct api *api) {
    return (struct http_handler){.user = api, .plan = plan, .handle = handle, .fail = failed, .done = done};
}
