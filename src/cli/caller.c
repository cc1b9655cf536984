/* See caller.h. The checks of the gate that concern the input (schema_read_json) are made here too; rights
 * are the operation's own and the route's permission. */
#include "caller.h"

#include <inttypes.h>
#include <string.h>

#include "minyi/api.h"
#include "minyi/buf.h"
#include "minyi/features.h"

DB_STATEMENT(cli_actor,
             "SELECT ac.id AS account_id, ac.login, ac.name, ac.unit_id, u.committee_id FROM account ac"
             " JOIN unit u ON u.id = ac.unit_id WHERE ac.id = $1");
DB_STATEMENT(cli_actor_permissions, "SELECT DISTINCT permission FROM access WHERE account_id = $1");

int64_t json_int(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}

const char *json_text(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static int load_permissions(struct caller *caller, int64_t account_id, uint64_t *ret) {
    CLEANUP(db_rows_close) struct db_rows rows = {0};
    int result = db_query(caller->ctx->conn, &rows, &cli_actor_permissions, DB_PARAMS(db_int(account_id)));
    while (result == 0 && (result = db_next(&rows)) == 1) {
        *ret |= UINT64_C(1) << permission_find(db_column_text(&rows, 0, caller->arena));
        result = 0;
    }
    return result;
}

int caller_actor(struct caller *caller, int64_t account_id, struct actor *ret) {
    CLEANUP(db_rows_close) struct db_rows rows = {0};
    int result = db_query(caller->ctx->conn, &rows, &cli_actor, DB_PARAMS(db_int(account_id)));
    if (result == 0 && (result = db_next(&rows)) <= 0) return result < 0 ? result : ERR_NOT_FOUND;
    if (result < 0) return result;
    struct arena *arena = caller->ctx->arena; /* actors outlive a batch */
    struct actor actor = {.account_id = db_column_int(&rows, 0),
                          .login = db_column_text(&rows, 1, arena),
                          .name = db_column_text(&rows, 2, arena),
                          .unit_id = db_column_int(&rows, 3),
                          .committee_id = db_column_int(&rows, 4)};
    result = load_permissions(caller, account_id, &actor.permissions);
    if (result == 0) *ret = actor;
    return result;
}

static const struct route *find_route(const char *name) {
    for (const struct route_table *const *table = feature_tables; *table; table++)
        for (size_t i = 0; i < (*table)->count; i++)
            if (strcmp((*table)->routes[i].name, name) == 0) return &(*table)->routes[i];
    return NULL;
}

/* Path and query fields leave the object and go in by text, as they would from an address. */
static int read_outside(struct caller *caller, const struct record *record, json_t *in, void *out,
                        uint64_t *seen) {
    for (size_t i = 0; i < record->count; i++) {
        const struct field *field = &record->fields[i];
        const json_t *value = json_object_get(in, field->name);
        if (!value || !(field->flags & (FIELD_IN_PATH | FIELD_IN_QUERY))) continue;
        const char *text = json_is_string(value) ? arena_strdup(caller->arena, json_string_value(value))
                                                 : arena_printf(caller->arena, "%" JSON_INTEGER_FORMAT,
                                                                json_integer_value(value));
        json_object_del(in, field->name);
        int result = schema_read_text(record, field, text, caller->arena, &caller->problem, out, seen);
        if (result < 0) return result;
    }
    return 0;
}

static int read_input(struct caller *caller, const struct route *route, json_t *in, void **ret) {
    if (!route->in) return 0;
    uint64_t seen = 0;
    *ret = arena_alloc(caller->arena, route->in->size);
    record_clear(route->in, *ret);
    int result = read_outside(caller, route->in, in, *ret, &seen);
    if (result < 0) return result;
    char *text = json_dumps(in, JSON_COMPACT);
    result = schema_read_json(route->in, text, strlen(text), caller->arena, &caller->problem, *ret, &seen);
    free(text);
    return result < 0 ? result : schema_check_required(route->in, seen, caller->arena, &caller->problem);
}

static json_t *reply_of(const struct route *route, const void *out) {
    if (!route->out) return json_null();
    struct buf text = BUF(16 * 1024 * 1024);
    schema_write_json(route->out, out, &text);
    json_t *reply = json_loads(text.data, 0, NULL);
    buf_free(&text);
    return reply;
}

static int run(struct caller *caller, const struct actor *actor, const struct route *route, json_t *in,
               void **ret_out) {
    struct ctx ctx = *caller->ctx;
    ctx.actor = actor;
    ctx.arena = caller->arena;
    ctx.now = caller->now;
    ctx.problem = &caller->problem;
    const json_t *version = json_object_get(in, "If-Match");
    ctx.if_match = version ? json_integer_value(version) : ABSENT;
    json_object_del(in, "If-Match");
    if (!may(&ctx, route->permission)) return fail(&ctx, ERR_FORBIDDEN, NULL, NULL);
    void *input = NULL;
    int result = read_input(caller, route, in, &input);
    if (result < 0) return result;
    if (route->out) {
        *ret_out = arena_alloc(caller->arena, route->out->size);
        record_clear(route->out, *ret_out);
    }
    return route->operation(&ctx, input, *ret_out);
}

json_t *caller_call(struct caller *caller, const struct actor *actor, const char *name, json_t *in) {
    json_t *owned = in ? in : json_object();
    const struct route *route = find_route(name);
    void *out = NULL;
    int result = caller->error;
    if (result == 0) {
        caller->operation = name;
        result = route ? run(caller, actor, route, owned, &out) : ERR_NOT_FOUND;
        caller->error = result;
    }
    json_decref(owned);
    return result < 0 ? NULL : reply_of(route, out);
}

int caller_do(struct caller *caller, const struct actor *actor, const char *name, json_t *in) {
    json_decref(caller_call(caller, actor, name, in));
    return caller->error;
}
