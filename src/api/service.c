/* What the gate answers itself: health, readiness, metrics (Prometheus text), the OpenAPI document. */
#include <inttypes.h>
#include <string.h>

#include "internal.h"
#include "minyi/clock.h"

static const int64_t bounds_us[LATENCY_BUCKETS] = {100,  250,   500,   1000,   2500,
                                                   5000, 10000, 50000, 250000, 1000000};

bool service_is(const char *path) {
    static const char *const paths[] = {"/healthz", "/readyz", "/metrics", API_PREFIX "/openapi.json"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++)
        if (strcmp(path, paths[i]) == 0) return true;
    return false;
}

void metrics_count(struct call *call, int status, int64_t us) {
    struct compiled_route *matched = call->matched;
    if (!matched) {
        if (!call->service) call->api->unmatched++;
        return;
    }
    matched->by_class[status >= 100 && status < 600 ? status / 100 : 0]++;
    size_t bucket = 0;
    while (bucket < LATENCY_BUCKETS && us > bounds_us[bucket])
        bucket++;
    matched->latency[bucket]++;
    matched->latency_sum_us += us;
}

static void metric(struct buf *out, const char *name, const char *type, const char *help, int64_t value) {
    buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n%s %" PRId64 "\n", name, help, name, type, name, value);
}

static void route_metrics(const struct compiled_route *routes, size_t count, struct buf *out) {
    buf_adds(out, "# HELP minyi_requests_total Requests answered, by operation and status class.\n"
                  "# TYPE minyi_requests_total counter\n");
    for (size_t i = 0; i < count; i++)
        for (size_t class = 0; class < 6; class ++)
            if (routes[i].by_class[class])
                buf_addf(out, "minyi_requests_total{operation=\"%s\",status=\"%zuxx\"} %" PRId64 "\n",
                         routes[i].route->name, class, routes[i].by_class[class]);
    buf_adds(out, "# HELP minyi_request_seconds Time from the first header byte to the sent reply.\n"
                  "# TYPE minyi_request_seconds histogram\n");
    for (size_t i = 0; i < count; i++) {
        int64_t total = 0;
        for (size_t b = 0; b <= LATENCY_BUCKETS; b++)
            total += routes[i].latency[b];
        if (total == 0) continue;
        const char *name = routes[i].route->name;
        int64_t running = 0;
        for (size_t b = 0; b < LATENCY_BUCKETS; b++) {
            running += routes[i].latency[b];
            buf_addf(out, "minyi_request_seconds_bucket{operation=\"%s\",le=\"%g\"} %" PRId64 "\n", name,
                     (double)bounds_us[b] / 1e6, running);
        }
        buf_addf(out,
                 "minyi_request_seconds_bucket{operation=\"%s\",le=\"+Inf\"} %" PRId64 "\n"
                 "minyi_request_seconds_sum{operation=\"%s\"} %.6f\n"
                 "minyi_request_seconds_count{operation=\"%s\"} %" PRId64 "\n",
                 name, total, name, (double)routes[i].latency_sum_us / 1e6, name, total);
    }
}

static void metrics(struct call *call, struct buf *out) {
    struct api *api = call->api;
    struct db_stats store;
    db_stats(api->options.db, &store);
    metric(out, "minyi_uptime_seconds", "gauge", "Since the start.",
           (call->ctx.now - api->started_ms) / 1000);
    metric(out, "minyi_unmatched_total", "counter", "Requests for no known route.", api->unmatched);
    metric(out, "minyi_store_writes_total", "counter", "Writes committed.", store.writes);
    metric(out, "minyi_store_groups_total", "counter", "Group commits.", store.groups);
    metric(out, "minyi_store_failed_writes_total", "counter", "Writes rolled back.", store.failed_writes);
    metric(out, "minyi_store_queue", "gauge", "Writes waiting.", store.queue);
    metric(out, "minyi_store_readers", "gauge", "Reader connections.", store.readers);
    metric(out, "minyi_store_wal_bytes", "gauge", "Size of the write-ahead log.", store.wal_bytes);
    metric(out, "minyi_store_database_bytes", "gauge", "Size of the database.", store.database_bytes);
    int64_t streams = 0, sent = 0;
    events_stats(api->events, &streams, &sent);
    metric(out, "minyi_leader", "gauge", "1 on the node that runs scheduled jobs.",
           db_leads(api->options.db));
    metric(out, "minyi_event_streams", "gauge", "Open event streams.", streams);
    metric(out, "minyi_events_total", "counter", "Events sent to pages.", sent);
    if (api->server) {
        struct http_stats http;
        http_stats(api->server, &http);
        metric(out, "minyi_http_connections", "gauge", "Open connections.", http.connections);
        metric(out, "minyi_http_accepted_total", "counter", "Connections accepted.", http.accepted);
        metric(out, "minyi_http_requests_total", "counter", "Requests of any kind.", http.requests);
        metric(out, "minyi_http_malformed_total", "counter", "Requests refused as malformed.",
               http.refused_malformed);
        metric(out, "minyi_http_cut_slow_total", "counter", "Connections cut for slowness.", http.cut_slow);
        metric(out, "minyi_http_suspended", "gauge", "Requests on workers.", http.suspended);
    }
    route_metrics(api->routes, api->count, out);
}

static bool from_this_machine(const struct call *call) {
    const char *remote = call->request->remote;
    return strncmp(remote, "127.", 4) == 0 || strcmp(remote, "::1") == 0;
}

void service_answer(struct call *call, struct http_reply *reply) {
    const char *path = call->service;
    if (strcmp(path, "/healthz") == 0) {
        answer_json(reply, 200, "{\"status\":\"ok\"}");
    } else if (strcmp(path, "/readyz") == 0) {
        int result = db_ready(call->api->options.db);
        if (result < 0)
            answer_problem(call, &(struct problem){.error = ERR_UNAVAILABLE}, reply);
        else
            answer_json(reply, 200, "{\"status\":\"ready\"}");
    } else if (strcmp(path, "/metrics") == 0) {
        if (!from_this_machine(call)) {
            answer_problem(call, &(struct problem){.error = ERR_NOT_FOUND}, reply);
            return;
        }
        reply->status = 200;
        metrics(call, &reply->body);
        http_reply_header(reply, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    } else {
        answer_json(reply, 200, call->api->openapi.data);
    }
}
