/* What operations call to speak with the gate: failures, permissions, transactions of their own, page keys.
 */
#include "minyi/route.h"

#include <stdlib.h>
#include <string.h>

#include "minyi/api.h"
#include "minyi/clock.h"
#include "minyi/hash.h"

int fail(struct ctx *ctx, int error, const char *field, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int result = problem_vset(ctx->problem, ctx->arena, error, field, format, args);
    va_end(args);
    return result;
}

struct bytes {
    const char *data;
    size_t size;
};

static int64_t read_bytes(struct db *db, void *source, uint64_t position, char *out, size_t max) {
    const struct bytes *bytes = source;
    (void)db;
    size_t left = position < bytes->size ? bytes->size - (size_t)position : 0;
    size_t len = left < max ? left : max;
    memcpy(out, bytes->data + position, len);
    return (int64_t)len;
}

void ctx_answer_bytes(struct ctx *ctx, const char *name, const char *mime, const void *data, size_t size) {
    struct bytes *bytes = ARENA_NEW(ctx->arena, struct bytes);
    char *etag = arena_alloc(ctx->arena, HASH_HEX_SIZE);
    *bytes = (struct bytes){arena_memdup(ctx->arena, data, size), size};
    hash_hex(data, size, etag);
    if (ctx->download == NULL) ctx->download = ARENA_NEW(ctx->arena, struct download);
    *ctx->download = (struct download){
        .name = name, .mime = mime, .size = (int64_t)size, .etag = etag, .read = read_bytes, .source = bytes};
}

static const struct {
    const char *stored, *zh;
} permissions[PERMISSION_END_] = {
#define PERMISSION(NAME, STORED, ZH) [MAY_##NAME] = {STORED, ZH},
#include "minyi/permissions.def"
#undef PERMISSION
};
_Static_assert(PERMISSION_END_ <= 64, "struct actor keeps permissions in 64 bits");

const char *permission_name(enum permission permission) {
    return permission < PERMISSION_END_ ? permissions[permission].stored : NULL;
}

const char *permission_zh(enum permission permission) {
    switch (permission) {
    case PUBLIC:
        return "任何人";
    case SIGNED_IN:
        return "已登录用户";
    default:
        return permission < PERMISSION_END_ ? permissions[permission].zh : NULL;
    }
}

enum permission permission_find(const char *name) {
    for (enum permission i = SIGNED_IN + 1; name && i < PERMISSION_END_; i++)
        if (strcmp(permissions[i].stored, name) == 0) return i;
    return PERMISSION_FORGOTTEN;
}

bool may(const struct ctx *ctx, enum permission permission) {
    if (ctx->actor->system || permission == PUBLIC) return true;
    if (permission == SIGNED_IN) return ctx->actor->account_id != 0;
    return permission > SIGNED_IN && permission < PERMISSION_END_ &&
           (ctx->actor->permissions >> permission & 1) != 0;
}

struct own_call {
    struct ctx *ctx;
    ctx_fn fn;
    void *argument;
};

static int in_transaction(struct db_conn *tx, void *argument) {
    struct own_call *call = argument;
    /* A write may run again after a failed group: what an earlier run recorded does not count. */
    *call->ctx->problem = (struct problem){0};
    call->ctx->conn = tx;
    int result = call->fn(call->ctx, call->argument);
    call->ctx->conn = NULL;
    return result;
}

int ctx_write(struct ctx *ctx, ctx_fn fn, void *argument) {
    if (ctx->conn && db_is_write(ctx->conn)) return fn(ctx, argument);
    return db_write(ctx->db, in_transaction, &(struct own_call){ctx, fn, argument});
}

int ctx_read(struct ctx *ctx, ctx_fn fn, void *argument) {
    if (ctx->conn) return fn(ctx, argument);
    int error = 0;
    struct db_conn *conn = db_read_begin(ctx->db, &error);
    if (!conn) return error;
    ctx->conn = conn;
    int result = fn(ctx, argument);
    ctx->conn = NULL;
    db_read_end(conn);
    return result;
}

/* A cursor is two decimal numbers, "KEY.ID": readable in logs, and worthless to tamper with, because every
 * list applies its visibility rule to each page anew. */
static bool read_number(const char **text, int64_t *ret) {
    const char *digits = *text;
    int64_t value = 0;
    if (*digits < '0' || *digits > '9') return false;
    for (; *digits >= '0' && *digits <= '9'; digits++)
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, *digits - '0', &value))
            return false;
    *text = digits;
    *ret = value;
    return true;
}

int page_after(struct ctx *ctx, const char *after, int64_t *ret_key, int64_t *ret_id) {
    if (!after || !*after) {
        *ret_key = *ret_id = INT64_MAX;
        return 0;
    }
    int64_t key = 0, id = 0;
    if (!read_number(&after, &key) || *after++ != '.' || !read_number(&after, &id) || *after)
        return fail(ctx, ERR_BAD_CURSOR, "after", NULL);
    *ret_key = key;
    *ret_id = id;
    return 0;
}

const char *page_cursor(struct ctx *ctx, int64_t key, int64_t id) {
    return arena_printf(ctx->arena, "%lld.%lld", (long long)key, (long long)id);
}

int64_t page_limit(int64_t limit, int64_t fallback) {
    if (limit == ABSENT) return fallback;
    return limit < 1 ? 1 : limit > 100 ? 100 : limit;
}

void api_csrf(const char *session_token, char out[HASH_HEX_SIZE]) {
    struct hash_stream stream;
    hash_begin(&stream);
    hash_add(&stream, "minyi-csrf:", 11);
    hash_add(&stream, session_token, strlen(session_token));
    hash_end(&stream, out);
}
