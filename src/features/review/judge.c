/* Judging a gate of a report or an article, and carrying a report's results over to its article. */
#include "types.h"

#include <string.h>

#include "minyi/account.h"
#include "minyi/audit.h"
#include "minyi/buf.h"

struct judged_gate {
    int64_t id;
    const char *code, *name, *checklist, *scope;
};
RECORD(judged_gate_record, "JudgedGate", struct judged_gate, "关口", F(struct judged_gate, id, FIELD_INT, ""),
       F(struct judged_gate, code, FIELD_TEXT, ""), F(struct judged_gate, name, FIELD_TEXT, ""),
       F(struct judged_gate, checklist, FIELD_TEXT, ""), F(struct judged_gate, scope, FIELD_TEXT, ""));

DB_STATEMENT(gate_by_id, "SELECT id, code, name, checklist, scope FROM gate WHERE id = $1 AND active = 1");
DB_STATEMENT(gate_override_reason,
             "SELECT id FROM reason WHERE kind = 'override' AND code = $1 AND active = 1");
DB_STATEMENT(
    gate_result_insert,
    "INSERT INTO gate_result (kind, record_id, gate_id, result, checked, note, reason_code, text_sha256,"
    " whole_sha256, at_ms, by_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");

static int64_t line_count(const char *lines) {
    int64_t count = 0;
    for (const char *at = lines; *at; at += strspn(at, "\n")) {
        count++;
        at += strcspn(at, "\n");
    }
    return count;
}

/* The ticked items as stored: "1,3", ascending. */
static int checked_text(struct ctx *ctx, const struct judged_gate *gate, struct list checked,
                        const char **ret) {
    int64_t lines = line_count(gate->checklist);
    bool ticked[101] = {false};
    for (size_t i = 0; i < checked.count; i++) {
        int64_t number = *LIST_AT(checked, int64_t, i);
        if (number < 1 || number > lines || number > 100)
            return fail(ctx, ERR_OUT_OF_RANGE, "checked", "这一关没有第 %lld 个检查项，请刷新页面后再试。",
                        (long long)number);
        ticked[number] = true;
    }
    CLEANUP(buf_free) struct buf text = BUF(1024);
    for (int number = 1; number <= 100; number++)
        if (ticked[number]) buf_addf(&text, "%s%d", text.len ? "," : "", number);
    *ret = text.len ? arena_memdup(ctx->arena, text.data, text.len) : "";
    return 0;
}

/* Failing or overriding must say why; overriding needs a permission of its own over the committee. */
static int check_result(struct ctx *ctx, const struct gate_save_in *in, int64_t committee_id) {
    bool override = strcmp(in->result, "override") == 0;
    if ((override || strcmp(in->result, "fail") == 0) && (!in->note || !*in->note))
        return fail(ctx, ERR_REQUIRED, "note",
                    override ? "越过关口必须写明理由。" : "不通过必须写明问题所在。");
    if (!override)
        return in->reason_code
                   ? fail(ctx, ERR_NOT_ALLOWED_VALUE, "reason_code", "只有越过关口时才填写理由代码。")
                   : 0;
    int allowed = may_over(ctx, MAY_GATE_OVERRIDE, committee_id);
    if (allowed < 0) return allowed;
    if (!allowed) return fail(ctx, ERR_FORBIDDEN, "result", "您没有越过关口的权限，请由有权限的负责人处理。");
    if (!in->reason_code) return fail(ctx, ERR_REQUIRED, "reason_code", "请选择越过关口的理由。");
    int64_t id = 0;
    int result = db_get_int(ctx->conn, &gate_override_reason, DB_PARAMS(db_text(in->reason_code)), &id);
    return result == ERR_NOT_FOUND
               ? fail(ctx, ERR_NOT_ALLOWED_VALUE, "reason_code", "没有这种理由，请重新选择。")
               : result;
}

static int insert_result(struct ctx *ctx, const char *kind, const struct gate_save_in *in,
                         const struct judged_gate *gate, const struct gate_texts *texts) {
    const char *checked = NULL;
    int result = checked_text(ctx, gate, in->checked, &checked);
    if (result != 0) return result;
    char hash[HASH_HEX_SIZE];
    gate_scope_hash(gate->scope, texts, hash);
    result = db_exec(ctx->conn, &gate_result_insert,
                     DB_PARAMS(db_text(kind), db_int(in->id), db_int(gate->id), db_text(in->result),
                               db_text(checked), db_text(in->note), db_text(in->reason_code), db_text(hash),
                               db_text(texts->text_sha256), db_int(ctx->now), db_int(ctx->actor->account_id)),
                     NULL);
    if (result != 0) return result;
    return audit_add(ctx, arena_printf(ctx->arena, "%s.gate", kind), kind, in->id,
                     "gate=%s result=%s reason=%s text=%s", gate->code, in->result,
                     in->reason_code ? in->reason_code : "-", hash);
}

/* Judges gate IN of the record and gives it back as it now stands. */
static int judge(struct ctx *ctx, const char *kind, const struct gate_save_in *in, int64_t committee_id,
                 struct gate_view *out, const char **ret_name) {
    struct judged_gate gate;
    struct gate_texts texts = {0};
    int result = db_get_record(ctx->conn, ctx->arena, &gate_by_id, DB_PARAMS(db_int(in->gate_id)),
                               &judged_gate_record, &gate);
    if (result == ERR_NOT_FOUND) return fail(ctx, ERR_NOT_FOUND, NULL, "没有这道关口，或已停用。");
    if (result == 0) result = gate_texts_get(ctx, kind, in->id, &texts);
    if (result != 0) return result;
    if (strcmp(in->text_sha256, texts.text_sha256) != 0)
        return fail(ctx, ERR_PRECONDITION_FAILED, "text_sha256", "文字已有改动，请对照最新内容后再判定。");
    result = check_result(ctx, in, committee_id);
    if (result == 0) result = insert_result(ctx, kind, in, &gate, &texts);
    struct list gates = {0};
    if (result == 0) result = gates_list(ctx, kind, in->id, &gates);
    for (size_t i = 0; result == 0 && i < gates.count; i++)
        if (LIST_AT(gates, struct gate_view, i)->gate_id == gate.id)
            *out = *LIST_AT(gates, struct gate_view, i);
    *ret_name = gate.name;
    return result;
}

int report_gate_save(struct ctx *ctx, const void *in_, void *out_) {
    const struct gate_save_in *in = in_;
    struct report_core report = {0};
    int result = desk_need(ctx, MAY_REPORT_REVIEW, in->id, &report);
    if (result != 0) return result;
    if (strcmp(report.status, "in_review") != 0)
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "来稿现在是“%s”，审核中的来稿才能判定五关。",
                    lifecycle_zh(&report_lifecycle, report.status));
    const char *name = NULL;
    result = judge(ctx, "report", in, report.committee_id, out_, &name);
    if (result != 0) return result;
    return report_event_add(ctx, in->id, "gate", NULL,
                            arena_printf(ctx->arena, "%s：%s", name, code_zh(gate_result_names, in->result)));
}

int article_gate_save(struct ctx *ctx, const void *in_, void *out_) {
    const struct gate_save_in *in = in_;
    struct article_core article = {0};
    int result = article_core_get(ctx, in->id, &article);
    if (result == 0) result = need_over(ctx, MAY_REPORT_REVIEW, article.committee_id);
    if (result != 0) return result;
    if (strcmp(article.status, "editing") != 0 && strcmp(article.status, "in_signoff") != 0)
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "稿件现在是“%s”，不能再判定五关。",
                    lifecycle_zh(&article_lifecycle, article.status));
    const char *name = NULL;
    return judge(ctx, "article", in, article.committee_id, out_, &name);
}

/* ---- From report to article ---- */

struct carried {
    int64_t gate_id, at_ms, by_id;
    const char *result, *checked, *note, *reason_code, *text_sha256, *scope, *code;
};
RECORD(carried_record, "CarriedGate", struct carried, "随稿带入的结论",
       F(struct carried, gate_id, FIELD_INT, ""), F(struct carried, at_ms, FIELD_TIME, ""),
       F(struct carried, by_id, FIELD_INT, ""), F(struct carried, result, FIELD_TEXT, ""),
       F(struct carried, checked, FIELD_TEXT, ""), F(struct carried, note, FIELD_TEXT, ""),
       F(struct carried, reason_code, FIELD_TEXT, ""), F(struct carried, text_sha256, FIELD_TEXT, ""),
       F(struct carried, scope, FIELD_TEXT, ""), F(struct carried, code, FIELD_TEXT, ""));

DB_STATEMENT(
    gates_of_report,
    "SELECT gr.gate_id, gr.at_ms, gr.by_id, gr.result, gr.checked, gr.note, gr.reason_code, gr.text_sha256,"
    " g.scope, g.code FROM gate g JOIN gate_result gr ON gr.id = (SELECT max(x.id) FROM gate_result x"
    "   WHERE x.kind = 'report' AND x.record_id = $1 AND x.gate_id = g.id)"
    " WHERE g.active = 1 ORDER BY g.position, g.id");

int gates_carry_over(struct ctx *ctx, int64_t report_id, int64_t article_id) {
    struct gate_texts texts = {0};
    struct list gates = {0};
    int result = gate_texts_get(ctx, "article", article_id, &texts);
    if (result == 0)
        result = db_get_list(ctx->conn, ctx->arena, &gates_of_report, DB_PARAMS(db_int(report_id)),
                             &carried_record, &gates);
    for (size_t i = 0; result == 0 && i < gates.count; i++) {
        const struct carried *gate = LIST_AT(gates, struct carried, i);
        char hash[HASH_HEX_SIZE];
        gate_scope_hash(gate->scope, &texts, hash);
        if (strcmp(hash, gate->text_sha256) != 0 || !gate_result_closes(gate->result)) continue;
        const char *note =
            gate->note && *gate->note
                ? arena_printf(ctx->arena, "审核来稿时的结论，文字未变，随稿带入。%s", gate->note)
                : "审核来稿时的结论，文字未变，随稿带入。";
        result = db_exec(ctx->conn, &gate_result_insert,
                         DB_PARAMS(db_text("article"), db_int(article_id), db_int(gate->gate_id),
                                   db_text(gate->result), db_text(gate->checked), db_text(note),
                                   db_text(gate->reason_code), db_text(hash), db_text(texts.text_sha256),
                                   db_int(gate->at_ms), db_int(gate->by_id)),
                         NULL);
        if (result == 0)
            result =
                audit_add(ctx, "article.gate", "article", article_id, "gate=%s result=%s report=%lld text=%s",
                          gate->code, gate->result, (long long)report_id, hash);
    }
    return result;
}
