/* Settings: reading a value by its key, one indexed row, and changing it. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "minyi/admin.h"
#include "minyi/audit.h"
#include "minyi/db.h"
#include "minyi/err.h"
#include "minyi/unit.h"
#include "types.h"

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

/* ---- Changing settings: the topmost unit's administrator only, because all committees share them ---- */

DB_STATEMENT(setting_all, "SELECT key, value, name, kind, minimum, maximum, version, updated_ms FROM setting "
                          "ORDER BY position, key");
DB_STATEMENT(
    setting_by_key,
    "SELECT key, value, name, kind, minimum, maximum, version, updated_ms FROM setting WHERE key = $1");
DB_STATEMENT(setting_update,
             "UPDATE setting SET value = $2, updated_ms = $3, updated_by = $4, version = version + 1"
             " WHERE key = $1 AND version = $5");

RECORD(setting_view_record, "Setting", struct setting_view, "设置",
       F(struct setting_view, key, FIELD_TEXT, "代码"), F(struct setting_view, value, FIELD_TEXT, "值"),
       F(struct setting_view, name, FIELD_TEXT, "名称"), F(struct setting_view, kind, FIELD_TEXT, "类别"),
       F(struct setting_view, minimum, FIELD_INT, "最小", .flags = FIELD_NULLABLE),
       F(struct setting_view, maximum, FIELD_INT, "最大", .flags = FIELD_NULLABLE),
       F(struct setting_view, version, FIELD_INT, "版本"),
       F(struct setting_view, updated_ms, FIELD_TIME, "修改时间", .flags = FIELD_NULLABLE));

int setting_list(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    struct admin_items *out = out_;
    return db_get_list(ctx->conn, ctx->arena, &setting_all, DB_NONE, &setting_view_record, &out->items);
}

static int check_grades(struct ctx *ctx) {
    int64_t excellent = 0, good = 0, fair = 0;
    int error = setting_int(ctx, "grade.excellent", 85, &excellent);
    if (error == 0) error = setting_int(ctx, "grade.good", 70, &good);
    if (error == 0) error = setting_int(ctx, "grade.fair", 60, &fair);
    if (error == 0 && !(excellent > good && good > fair))
        return fail(ctx, ERR_INVALID, "value", "最低分应是“优”高于“良”，“良”高于“中”。");
    return error;
}

/* Numbers; and the orders of fonts, which say how every paper looked. Other texts are not for ever. */
static int audit_change(struct ctx *ctx, const struct setting_view *before, const char *value) {
    static const char fonts[] = "paper.font.";
    bool is_number = strcmp(before->kind, "integer") == 0 || strcmp(before->kind, "flag") == 0;
    if (strncmp(before->key, fonts, sizeof(fonts) - 1) == 0)
        return audit_add(ctx, "setting.save", "setting", 0, "key=%s before=%s after=%s", before->key,
                         before->value, value);
    return audit_add(ctx, "setting.save", "setting", 0, "key=%s%s%s", before->key, is_number ? " value=" : "",
                     is_number ? value : "");
}

int setting_put(struct ctx *ctx, const char *key, const char *value) {
    struct setting_view setting = {0};
    int64_t changes = 0;
    int error = need_root(ctx, MAY_SETTING_MANAGE);
    if (error == 0)
        error = db_get_record(ctx->conn, ctx->arena, &setting_by_key, DB_PARAMS(db_text(key)),
                              &setting_view_record, &setting);
    if (error != 0) return error;
    const char *flaw = setting_flaw(ctx->arena, &setting, value);
    if (flaw != NULL) return fail(ctx, ERR_INVALID, "value", "“%s”%s", setting.name, flaw);
    error = db_exec(ctx->conn, &setting_update,
                    DB_PARAMS(db_text(key), db_text(value), db_int(ctx->now), db_int(ctx->actor->account_id),
                              db_int(ctx->if_match)),
                    &changes);
    if (error == 0 && changes == 0) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (error == 0 && strncmp(key, "grade.", 6) == 0) error = check_grades(ctx);
    return error == 0 ? audit_change(ctx, &setting, value) : error;
}

int setting_save(struct ctx *ctx, const void *in_, void *out) {
    const struct setting_in *in = in_;
    int error = setting_put(ctx, in->key, in->value != NULL ? in->value : "");
    if (error != 0) return error;
    return db_get_record(ctx->conn, ctx->arena, &setting_by_key, DB_PARAMS(db_text(in->key)),
                         &setting_view_record, out);
}
