/* The five gates and the rubric.
 *
 * 1. The weights of the active criteria always sum to 100: the list is saved whole.
 * 2. What a gate judges (its scope) is not changed here: results are bound to the hash of those texts.
 */
#include "minyi/audit.h"
#include "minyi/db.h"
#include "minyi/err.h"
#include "minyi/unit.h"
#include "types.h"

DB_STATEMENT(admin_gate_all,
             "SELECT id, code, name, question, checklist AS lines, version FROM gate WHERE active = 1"
             " ORDER BY position, id");
DB_STATEMENT(admin_gate_by_id,
             "SELECT id, code, name, question, checklist AS lines, version FROM gate WHERE id = $1");
DB_STATEMENT(admin_gate_update,
             "UPDATE gate SET name = $2, question = $3, checklist = $4, version = version + 1"
             " WHERE id = $1 AND version = $5");
DB_STATEMENT(
    admin_criterion_all,
    "SELECT id, code, name, hint, weight, position, active, version FROM criterion ORDER BY position, id");
DB_STATEMENT(admin_criterion_update,
             "UPDATE criterion SET name = $2, hint = $3, weight = $4, position = $5, active = $6,"
             " version = version + 1 WHERE id = $1 AND version = $7");
DB_STATEMENT(admin_criterion_sum,
             "SELECT CAST(coalesce(sum(weight), 0) AS BIGINT) FROM criterion WHERE active = 1");

RECORD(gate_record, "GateDetail", struct gate, "关口", F(struct gate, id, FIELD_INT, "编号"),
       F(struct gate, code, FIELD_TEXT, "代码"), F(struct gate, name, FIELD_TEXT, "名称"),
       F(struct gate, question, FIELD_TEXT, "所问"), F(struct gate, checklist, FIELD_TEXTS, "要点"),
       F(struct gate, lines, FIELD_TEXT, "要点原文", .flags = FIELD_INTERNAL),
       F(struct gate, version, FIELD_INT, "版本"));
RECORD(criterion_record, "CriterionDetail", struct criterion, "评分项",
       F(struct criterion, id, FIELD_INT, "编号"), F(struct criterion, code, FIELD_TEXT, "代码"),
       F(struct criterion, name, FIELD_TEXT, "名称"), F(struct criterion, hint, FIELD_TEXT, "说明"),
       F(struct criterion, weight, FIELD_INT, "权重"), F(struct criterion, position, FIELD_INT, "顺序"),
       F(struct criterion, active, FIELD_BOOL, "启用"), F(struct criterion, version, FIELD_INT, "版本"));

int gate_list(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    struct admin_items *out = out_;
    int error = db_get_list(ctx->conn, ctx->arena, &admin_gate_all, DB_NONE, &gate_record, &out->items);
    for (size_t i = 0; error == 0 && i < out->items.count; i++) {
        struct gate *gate = LIST_AT(out->items, struct gate, i);
        gate->checklist = text_lines(ctx->arena, gate->lines);
    }
    return error;
}

static int describe(struct ctx *ctx, int64_t id, struct gate *ret) {
    int error =
        db_get_record(ctx->conn, ctx->arena, &admin_gate_by_id, DB_PARAMS(db_int(id)), &gate_record, ret);
    if (error == 0) ret->checklist = text_lines(ctx->arena, ret->lines);
    return error;
}

int gate_save(struct ctx *ctx, const void *in_, void *out) {
    const struct gate *in = in_;
    int64_t changes = 0;
    struct gate before = {0};
    const char *lines = "";
    for (size_t i = 0; i < in->checklist.count; i++)
        lines = arena_printf(ctx->arena, "%s%s%s", lines, i > 0 ? "\n" : "",
                             *LIST_AT(in->checklist, const char *, i));
    int error = need_root(ctx, MAY_SETTING_MANAGE);
    if (error == 0) error = describe(ctx, in->id, &before);
    if (error == 0)
        error = db_exec(ctx->conn, &admin_gate_update,
                        DB_PARAMS(db_int(in->id), db_text(in->name), db_text(in->question), db_text(lines),
                                  db_int(ctx->if_match)),
                        &changes);
    if (error == 0 && changes == 0) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (error == 0) error = audit_add(ctx, "gate.save", "gate", in->id, NULL);
    return error != 0 ? error : describe(ctx, in->id, out);
}

int criterion_list(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    struct admin_items *out = out_;
    return db_get_list(ctx->conn, ctx->arena, &admin_criterion_all, DB_NONE, &criterion_record, &out->items);
}

static int update_all(struct ctx *ctx, const struct list *items) {
    int error = 0;
    for (size_t i = 0; error == 0 && i < items->count; i++) {
        const struct criterion *item = LIST_AT(*items, struct criterion, i);
        int64_t changes = 0;
        error = db_exec(ctx->conn, &admin_criterion_update,
                        DB_PARAMS(db_int(item->id), db_text(item->name), db_text(item->hint),
                                  db_int(item->weight), db_int(item->position), db_int(item->active),
                                  db_int(item->version)),
                        &changes);
        if (error == 0 && changes == 0) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    }
    return error;
}

int criterion_save_all(struct ctx *ctx, const void *in_, void *out) {
    const struct admin_items *in = in_;
    int64_t sum = 0;
    int error = need_root(ctx, MAY_SETTING_MANAGE);
    if (error == 0) error = update_all(ctx, &in->items);
    if (error == 0) error = db_get_int(ctx->conn, &admin_criterion_sum, DB_NONE, &sum);
    if (error == 0 && sum != 100)
        return fail(ctx, ERR_INVALID, "items", "启用的评分项权重之和应为 100，现在是 %lld。", (long long)sum);
    if (error == 0) error = audit_add(ctx, "criterion.save", "criterion", 0, "count=%zu", in->items.count);
    return error != 0 ? error : criterion_list(ctx, NULL, out);
}
