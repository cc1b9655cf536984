/* Categories and reasons: rows are added, renamed, ordered and switched off, never deleted, because reports
 * refer to them. Shared by all committees, so changed by the topmost unit's administrators. */
#include <string.h>

#include "minyi/audit.h"
#include "minyi/db.h"
#include "minyi/err.h"
#include "minyi/unit.h"
#include "types.h"

const char *const reason_kinds[] = {"return",   "keep",        "redirect", "signoff_return",
                                    "override", "unit_return", NULL};

DB_STATEMENT(category_all,
             "SELECT id, code, name, position, active, version FROM category ORDER BY position, id");
DB_STATEMENT(category_by_id, "SELECT id, code, name, position, active, version FROM category WHERE id = $1");
DB_STATEMENT(category_insert, "INSERT INTO category (code, name, position) VALUES ($1, $2, $3) RETURNING id");
DB_STATEMENT(category_update,
             "UPDATE category SET name = $2, position = $3, active = $4, version = version + 1"
             " WHERE id = $1 AND version = $5");
DB_STATEMENT(
    reason_all,
    "SELECT id, kind, code, name, text, position, active, version FROM reason ORDER BY kind, position, id");
DB_STATEMENT(reason_by_id,
             "SELECT id, kind, code, name, text, position, active, version FROM reason WHERE id = $1");
DB_STATEMENT(
    reason_insert,
    "INSERT INTO reason (kind, code, name, text, position) VALUES ($1, $2, $3, $4, $5) RETURNING id");
DB_STATEMENT(reason_update,
             "UPDATE reason SET name = $2, text = $3, position = $4, active = $5, version = version + 1"
             " WHERE id = $1 AND version = $6");

RECORD(category_record, "CategoryDetail", struct category, "类别", F(struct category, id, FIELD_INT, "编号"),
       F(struct category, code, FIELD_TEXT, "代码"), F(struct category, name, FIELD_TEXT, "名称"),
       F(struct category, position, FIELD_INT, "顺序"), F(struct category, active, FIELD_BOOL, "启用"),
       F(struct category, version, FIELD_INT, "版本"));
RECORD(reason_record, "ReasonDetail", struct reason, "理由", F(struct reason, id, FIELD_INT, "编号"),
       F(struct reason, kind, FIELD_TEXT, "用于", .options = reason_kinds),
       F(struct reason, code, FIELD_TEXT, "代码"), F(struct reason, name, FIELD_TEXT, "名称"),
       F(struct reason, text, FIELD_TEXT, "文字", .max = 500), F(struct reason, position, FIELD_INT, "顺序"),
       F(struct reason, active, FIELD_BOOL, "启用"), F(struct reason, version, FIELD_INT, "版本"));

/* The end of every change: was the row there at that version, then the audit row. */
static int changed(struct ctx *ctx, int64_t changes, const char *act, const char *kind, int64_t id) {
    if (changes == 0) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    return audit_add(ctx, act, kind, id, NULL);
}

/* A dictionary's code as people give it. */
static int check_code(struct ctx *ctx, const char *code) {
    if (strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(code)) return 0;
    return fail(ctx, ERR_INVALID, "code", "代码只能用小写字母、数字和下划线。");
}

static int added(struct ctx *ctx, int error, const char *code) {
    if (error == ERR_ALREADY_EXISTS) return fail(ctx, error, "code", "代码 %s 已被使用，请另取一个。", code);
    return error;
}

int category_list(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    struct admin_items *out = out_;
    return db_get_list(ctx->conn, ctx->arena, &category_all, DB_NONE, &category_record, &out->items);
}

static int category_describe(struct ctx *ctx, int64_t id, void *out) {
    return db_get_record(ctx->conn, ctx->arena, &category_by_id, DB_PARAMS(db_int(id)), &category_record,
                         out);
}

int category_add(struct ctx *ctx, const void *in_, void *out) {
    const struct category *in = in_;
    int64_t id = 0;
    int error = need_root(ctx, MAY_SETTING_MANAGE);
    if (error == 0) error = check_code(ctx, in->code);
    if (error == 0)
        error = added(ctx,
                      db_get_int(ctx->conn, &category_insert,
                                 DB_PARAMS(db_text(in->code), db_text(in->name), db_int(in->position)), &id),
                      in->code);
    if (error == 0) error = audit_add(ctx, "category.add", "category", id, "code=%s", in->code);
    return error != 0 ? error : category_describe(ctx, id, out);
}

int category_save(struct ctx *ctx, const void *in_, void *out) {
    const struct category *in = in_;
    int64_t changes = 0;
    struct category before;
    int error = need_root(ctx, MAY_SETTING_MANAGE);
    if (error == 0) error = category_describe(ctx, in->id, &before);
    if (error == 0)
        error = db_exec(ctx->conn, &category_update,
                        DB_PARAMS(db_int(in->id), db_text(in->name), db_int(in->position), db_int(in->active),
                                  db_int(ctx->if_match)),
                        &changes);
    if (error == 0) error = changed(ctx, changes, "category.save", "category", in->id);
    return error != 0 ? error : category_describe(ctx, in->id, out);
}

int reason_list(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    struct admin_items *out = out_;
    return db_get_list(ctx->conn, ctx->arena, &reason_all, DB_NONE, &reason_record, &out->items);
}

static int reason_describe(struct ctx *ctx, int64_t id, void *out) {
    return db_get_record(ctx->conn, ctx->arena, &reason_by_id, DB_PARAMS(db_int(id)), &reason_record, out);
}

int reason_add(struct ctx *ctx, const void *in_, void *out) {
    const struct reason *in = in_;
    int64_t id = 0;
    int error = need_root(ctx, MAY_SETTING_MANAGE);
    if (error == 0) error = check_code(ctx, in->code);
    if (error == 0)
        error = added(ctx,
                      db_get_int(ctx->conn, &reason_insert,
                                 DB_PARAMS(db_text(in->kind), db_text(in->code), db_text(in->name),
                                           db_text(in->text), db_int(in->position)),
                                 &id),
                      in->code);
    if (error == 0) error = audit_add(ctx, "reason.add", "reason", id, "code=%s", in->code);
    return error != 0 ? error : reason_describe(ctx, id, out);
}

int reason_save(struct ctx *ctx, const void *in_, void *out) {
    const struct reason *in = in_;
    int64_t changes = 0;
    struct reason before;
    int error = need_root(ctx, MAY_SETTING_MANAGE);
    if (error == 0) error = reason_describe(ctx, in->id, &before);
    if (error == 0)
        error = db_exec(ctx->conn, &reason_update,
                        DB_PARAMS(db_int(in->id), db_text(in->name), db_text(in->text), db_int(in->position),
                                  db_int(in->active), db_int(ctx->if_match)),
                        &changes);
    if (error == 0) error = changed(ctx, changes, "reason.save", "reason", in->id);
    return error != 0 ? error : reason_describe(ctx, in->id, out);
}
