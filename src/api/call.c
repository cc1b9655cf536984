/* From the checked request to the operation and back: fills the input struct, runs the operation in the
 * snapshot or transaction that its row asks for, hands the output struct to answer.c. */
#include <string.h>

#include "internal.h"

static int read_path(struct call *call, uint64_t *seen) {
    const struct route *route = call->matched->route;
    const char *const *segments = (const char *const *)call->request->segments.items + 2;
    for (size_t i = 0; i < call->matched->segment_count; i++) {
        const struct field *field = call->matched->parameters[i];
        if (!field) continue;
        struct problem ignored = {0};
        int result =
            schema_read_text(route->in, field, segments[i], call->ctx.arena, &ignored, call->in, seen);
        if (result < 0) /* an address that cannot name a record names none */
            return fail(&call->ctx, ERR_NOT_FOUND, NULL, NULL);
    }
    return 0;
}

static int read_query(struct call *call, uint64_t *seen) {
    const struct record *in = call->matched->route->in;
    const char *name = NULL, *value = NULL;
    for (size_t i = 0; http_query(call->request, i, &name, &value); i++) {
        const struct field *field = in ? record_field(in, name) : NULL;
        if (!field || !(field->flags & FIELD_IN_QUERY))
            return fail(&call->ctx, ERR_UNKNOWN_FIELD, name, "不认识查询参数“%.60s”。", name);
        if (*seen >> (field - in->fields) & 1) return fail(&call->ctx, ERR_DUPLICATE_FIELD, name, NULL);
        int result =
            *value ? schema_read_text(in, field, value, call->ctx.arena, &call->problem, call->in, seen) : 0;
        if (result < 0) return result;
    }
    return 0;
}

static bool wants_body(const struct route *route) {
    for (size_t i = 0; route->in && i < route->in->count; i++)
        if (!(route->in->fields[i].flags & (FIELD_IN_PATH | FIELD_IN_QUERY))) return true;
    return false;
}

static int read_input(struct call *call) {
    const struct route *route = call->matched->route;
    struct http_request *request = call->request;
    uint64_t seen = 0;
    if (route->in) {
        call->in = arena_alloc(call->ctx.arena, route->in->size);
        record_clear(route->in, call->in);
    }
    int result = read_path(call, &seen);
    if (result == 0) result = read_query(call, &seen);
    if (result < 0) return result;
    if (route->flags & ROUTE_UPLOAD) {
        call->upload = (struct upload){request->spool_fd, (int64_t)request->body_len, request->spool_sha256};
        call->ctx.upload = &call->upload;
    } else if (wants_body(route)) {
        const char *body = request->body_len ? request->body : "{}";
        size_t len = request->body_len ? request->body_len : 2;
        result = schema_read_json(route->in, body, len, call->ctx.arena, &call->problem, call->in, &seen);
    }
    return result < 0 || !route->in ? result
                                    : schema_check_required(route->in, seen, call->ctx.arena, &call->problem);
}

static void clear_output(struct call *call) {
    const struct record *out = call->matched->route->out;
    if (!out) return;
    if (!call->out) call->out = arena_alloc(call->ctx.arena, out->size);
    record_clear(out, call->out);
}

/* One run inside the writer's transaction; may happen again after a failed group, so it starts afresh. */
static int run_write(struct db_conn *tx, void *argument) {
    struct call *call = argument;
    const struct route *route = call->matched->route;
    call->problem = (struct problem){0};
    call->ctx.conn = tx;
    clear_output(call);
    bool found = false;
    int result = call->idempotency_key ? idempotency_find(call, &found) : 0;
    if (result == 0 && !found) result = route->operation(&call->ctx, call->in, call->out);
    if (result == 0 && !found && call->idempotency_key) {
        struct buf reply = BUF(REPLY_CEILING);
        if (route->out) schema_write_kept(route->out, call->out, &reply);
        result = idempotency_keep(call, 201, reply.data ? reply.data : "");
        buf_free(&reply);
    }
    call->ctx.conn = NULL;
    return result;
}

static int run_read(struct ctx *ctx, void *argument) {
    struct call *call = argument;
    int result = call->rights_open ? gate_check_rights(call) : 0;
    if (result == 0 && call->rights_open) result = read_input(call);
    if (result < 0) return result;
    clear_output(call);
    return call->matched->route->operation(ctx, call->in, call->out);
}

static int run_operation(struct call *call) {
    const struct route *route = call->matched->route;
    if (route->flags & ROUTE_WRITE) return db_write(call->api->options.db, run_write, call);
    if (!(route->flags & ROUTE_SELF)) return ctx_read(&call->ctx, run_read, call);
    clear_output(call);
    return route->operation(&call->ctx, call->in, call->out);
}

static int touch(struct ctx *ctx, void *argument) {
    struct call *call = argument;
    return call->api->options.sessions.touch(ctx, call->actor.session_id);
}

static int hash_request(struct call *call) {
    if (!call->idempotency_key) return 0;
    char hash[HASH_HEX_SIZE];
    struct hash_stream stream;
    hash_begin(&stream);
    hash_add(&stream, call->request->path, strlen(call->request->path) + 1);
    hash_add(&stream, call->request->body, call->request->body_len);
    hash_end(&stream, hash);
    call->request_sha256 = arena_strdup(call->ctx.arena, hash);
    return 0;
}

/* The operation has waited for the store in vain; another write would wait as long again. */
static bool store_waits(int error) {
    return error == ERR_STORE_BUSY || error == ERR_STORE_UNREACHABLE || error == ERR_STORE_UNKNOWN;
}

/* A session in use lives on, whatever the operation said. A full disk must not stop reading: the use is then
 * simply not noted. */
static void note_use(struct call *call, int result) {
    const struct problem problem = call->problem;
    if (!call->session_stale || store_waits(result)) return;
    (void)!ctx_write(&call->ctx, touch, call);
    call->problem = problem;
}

void call_run(struct call *call, struct http_reply *reply) {
    int result = call->rights_open ? 0 : read_input(call);
    if (result == 0) result = hash_request(call);
    if (result == 0) result = run_operation(call);
    note_use(call, result);
    if (result == 0 && arena_over(call->ctx.arena)) result = fail(&call->ctx, ERR_TOO_LARGE, NULL, NULL);
    if (result < 0) {
        /* A failure that nobody described (store errors, mostly) is described by its registry entry; one that
         * came after a described one, such as a full disk while a refusal was rolled back, wins over it. */
        if (call->problem.error != result) call->problem = (struct problem){.error = result};
        answer_problem(call, &call->problem, reply);
    } else {
        answer_value(call, reply);
    }
    answer_session_cookie(call, reply);
}
