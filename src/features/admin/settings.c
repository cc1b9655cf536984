/* Reading settings: a value by its key, one indexed row. */
#include <assert.h>
#include <stdlib.h>

#include "minyi/admin.h"
#include "minyi/db.h"
#include "minyi/err.h"

DB_STATEMENT(setting_value, "SELECT value FROM setting WHERE key = $1");

int setting_int(struct ctx *ctx, const char *key, int64_t fallback, int64_t *ret) {
    const char *value = NULL;
    int error = db_get_text(ctx->conn, ctx->arena, &setting_value, DB_PARAMS(db_text(key)), &value);
    assert(error != ERR_NOT_FOUND); /* keys come with the migrations */
    if (error != 0 && error != ERR_NOT_FOUND) return error;
    char *end = NULL;
    int64_t number = error == 0 ? strtoll(value, &end, 10) : fallback;
    *ret = error == 0 && (end == value || *end != '\0') ? fallback : number;
    return 0;
}

int setting_text(struct ctx *ctx, const char *key, const char **ret) {
    const char *value = "";
    int error = db_get_text(ctx->conn, ctx->arena, &setting_value, DB_PARAMS(db_text(key)), &value);
    assert(error != ERR_NOT_FOUND);
    if (error != 0 && error != ERR_NOT_FOUND) return error;
    *ret = value;
    return 0;
}
