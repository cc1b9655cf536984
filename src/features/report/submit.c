/* Handing in: the rules of what may be submitted, the receipt, the text kept as it was sent.
 *
 * 1. A receipt number is taken from the counter of the committee and year in the transaction of the first
 *    submission: no gap, no reuse. It stays with the report through every later submission.
 * 2. Each submission keeps its text as a row of report_version, copied inside the store.
 * 3. A submission repeated because the answer was lost changes nothing and answers with the same receipt.
 */
#include "internal.h"

#include <string.h>

#include "minyi/account.h"
#include "minyi/clock.h"
#include "minyi/err.h"
#include "minyi/notify.h"

/* What a submission needs to know besides the text, in one statement. */
struct facts {
    int64_t max_words, title_max, analysis_required, suggestion_required, unit_signing;
    const char *channel, *urgency, *committee_name, *unit_name;
};

static const struct field facts_fields[] = {
    F(struct facts, max_words, FIELD_INT, "字数上限"),
    F(struct facts, title_max, FIELD_INT, "标题字数上限"),
    F(struct facts, analysis_required, FIELD_INT, "必须填写原因分析"),
    F(struct facts, suggestion_required, FIELD_INT, "必须填写意见建议"),
    F(struct facts, unit_signing, FIELD_INT, "先经单位审签"),
    F(struct facts, channel, FIELD_TEXT, "渠道"),
    F(struct facts, urgency, FIELD_TEXT, "紧急程度"),
    F(struct facts, committee_name, FIELD_TEXT, "政协"),
    F(struct facts, unit_name, FIELD_TEXT, "单位"),
};
static const struct record facts_record = {.name = "SubmitFacts",
                                           .size = sizeof(struct facts),
                                           .fields = facts_fields,
                                           .count = ARRAY_LEN(facts_fields)};

#define SETTING(KEY, NAME) " (SELECT CAST(value AS BIGINT) FROM setting WHERE key = '" KEY "') AS " NAME ","
#define SETTINGS                                                 \
    SETTING("report.max_words", "max_words")                     \
    SETTING("report.title_max", "title_max")                     \
    SETTING("report.analysis_required", "analysis_required")     \
    SETTING("report.suggestion_required", "suggestion_required") \
    SETTING("report.unit_signing", "unit_signing")
DB_STATEMENT(report_submit_facts,
             "SELECT" SETTINGS " r.channel, r.urgency, k.short_name AS committee_name,"
             " u.short_name AS unit_name FROM report r JOIN unit k ON k.id = r.committee_id"
             " JOIN unit u ON u.id = r.unit_id WHERE r.id = $1");
DB_STATEMENT(report_next_receipt,
             "INSERT INTO counter (name, value) VALUES ($1, 1)"
             " ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value");
DB_STATEMENT(
    report_keep_version,
    "INSERT INTO report_version (report_id, number, title, situation, analysis, suggestion, text_sha256,"
    " at_ms, by_id)"
    " SELECT r.id, (SELECT COALESCE(max(v.number), 0) + 1 FROM report_version v WHERE v.report_id = r.id),"
    " r.title, r.situation, r.analysis, r.suggestion, r.text_sha256, $2, $3 FROM report r WHERE r.id = $1");
DB_STATEMENT(report_last_version,
             "SELECT at_ms FROM report_version WHERE report_id = $1 ORDER BY number DESC LIMIT 1");
DB_STATEMENT(
    report_move_unit,
    "UPDATE report SET unit_id = (SELECT a.unit_id FROM report_author x JOIN account a"
    " ON a.id = x.account_id WHERE x.report_id = $1 AND x.position = 1)"
    " WHERE id = $1 AND EXISTS (SELECT 1 FROM report_author x WHERE x.report_id = $1 AND x.position = 1"
    " AND x.account_id IS NOT NULL)");

static int check_text(struct ctx *ctx, const struct report_core *report, const struct facts *facts) {
    const struct report_text text = {report->title, report->situation, report->analysis, report->suggestion};
    const struct report_limits limits = {facts->max_words, facts->title_max, facts->analysis_required != 0,
                                         facts->suggestion_required != 0};
    const struct report_flaw flaw = report_text_flaw(&text, &limits);
    if (flaw.error == 0) return 0;
    if (flaw.error == ERR_REQUIRED) {
        const struct field *field = record_field(&report_view_record, flaw.field);
        return fail(ctx, ERR_REQUIRED, flaw.field, "请填写%s后再提交。", field->doc);
    }
    if (strcmp(flaw.field, "title") == 0)
        return fail(ctx, ERR_TOO_LONG, "title", "标题最多 %lld 个字，现在有 %lld 个，请精简。",
                    (long long)flaw.limit, (long long)flaw.have);
    return fail(ctx, ERR_TOO_LONG, flaw.field, "正文最多 %lld 字，现在有 %lld 字，请精简后再提交。",
                (long long)flaw.limit, (long long)flaw.have);
}

static int take_receipt(struct ctx *ctx, const struct report_core *report, const char **ret) {
    if (report->receipt != NULL) {
        *ret = report->receipt;
        return 0;
    }
    int year = clock_year(ctx->now);
    const char *counter = arena_printf(ctx->arena, "receipt:%lld:%d", (long long)report->committee_id, year);
    int64_t number = 0;
    int error = db_get_int(ctx->conn, &report_next_receipt, DB_PARAMS(db_text(counter)), &number);
    if (error == 0) *ret = arena_printf(ctx->arena, "%d-%05lld", year, (long long)number);
    return error;
}

/* What the author and the joint authors read. */
static int tell(struct ctx *ctx, const struct report_core *report, const struct facts *facts, bool to_unit,
                const char *receipt) {
    bool again = report->receipt != NULL, recorded = !again && strcmp(facts->channel, "on_behalf") == 0;
    const char *act = recorded  ? "信息处代为录入并提交"
                      : to_unit ? (again ? "修改后再次送" : "已送")
                                : (again ? "修改后再次提交" : "已提交");
    const char *text =
        arena_printf(ctx->arena, "%s%s%s，流水号 %s", act, to_unit ? facts->unit_name : facts->committee_name,
                     to_unit ? "审签" : "", receipt);
    return report_tell_authors(ctx, report->id,
                               again      ? "resubmitted"
                               : recorded ? "recorded"
                                          : "submitted",
                               arena_printf(ctx->arena, "《%s》已提交", report->title), text);
}

/* The desk finds ordinary reports in its queue; urgent ones knock. So do those that a unit has to sign. */
static int tell_readers(struct ctx *ctx, const struct report_core *report, const struct facts *facts,
                        bool to_unit) {
    if (to_unit)
        return notify_holders(ctx, MAY_REPORT_UNIT_SIGN, report->unit_id, "report", "有来稿等待单位审签",
                              arena_printf(ctx->arena, "《%s》", report->title),
                              arena_printf(ctx->arena, "/reports/%lld", (long long)report->id));
    if (strcmp(facts->urgency, "normal") == 0) return 0;
    const char *word = strcmp(facts->urgency, "express") == 0 ? "特急" : "急";
    return notify_holders(ctx, MAY_REPORT_REVIEW, report->committee_id, "report",
                          arena_printf(ctx->arena, "%s件来稿等待审核", word),
                          arena_printf(ctx->arena, "《%s》", report->title),
                          arena_printf(ctx->arena, "/desk/reports/%lld", (long long)report->id));
}

int report_hand_in(struct ctx *ctx, const struct report_core *report, struct report_receipt *ret) {
    struct facts facts = {0};
    int error = db_get_record(ctx->conn, ctx->arena, &report_submit_facts, DB_PARAMS(db_int(report->id)),
                              &facts_record, &facts);
    if (error != 0) return error;
    bool imported = strcmp(facts.channel, "import") == 0; /* written under other rules, and signed then */
    if (!imported) error = check_text(ctx, report, &facts);
    if (error != 0) return error;
    bool on_behalf = strcmp(facts.channel, "on_behalf") == 0;
    bool to_unit = !on_behalf && !imported && (facts.unit_signing != 0 || strcmp(facts.channel, "unit") == 0);
    const char *receipt = NULL, *status = NULL;
    error = take_receipt(ctx, report, &receipt);
    if (error == 0)
        error = report_move_known(ctx, report, to_unit ? "submit_unit" : "submit", receipt, &status);
    if (error == 0)
        error =
            db_exec(ctx->conn, &report_keep_version,
                    DB_PARAMS(db_int(report->id), db_int(ctx->now), db_int(ctx->actor->account_id)), NULL);
    if (error == 0) error = tell(ctx, report, &facts, to_unit, receipt);
    if (error == 0) error = tell_readers(ctx, report, &facts, to_unit);
    if (error != 0) return error;
    *ret = (struct report_receipt){.id = report->id,
                                   .receipt = receipt,
                                   .text_sha256 = report->text_sha256,
                                   .submitted_ms = ctx->now,
                                   .status = status,
                                   .status_text = lifecycle_zh(&report_lifecycle, status),
                                   .version = report->version + 1};
    return 0;
}

/* True when this request is the one that handed the report in, sent again: it names the version from which
 * the report was handed in (one less than now, or less still once the desk has touched it). */
static bool is_repeated(const struct ctx *ctx, const struct report_core *report) {
    if (report_is_editable(report->status)) return false;
    bool untouched = strcmp(report->status, "submitted") == 0 || strcmp(report->status, "unit_signing") == 0;
    return ctx->if_match < report->version && (!untouched || ctx->if_match == report->version - 1);
}

static int same_receipt(struct ctx *ctx, const struct report_core *report, struct report_receipt *ret) {
    int64_t at = 0;
    int error = db_get_int(ctx->conn, &report_last_version, DB_PARAMS(db_int(report->id)), &at);
    if (error != 0) return error;
    *ret = (struct report_receipt){.id = report->id,
                                   .receipt = report->receipt,
                                   .text_sha256 = report->text_sha256,
                                   .submitted_ms = at,
                                   .status = report->status,
                                   .status_text = lifecycle_zh(&report_lifecycle, report->status),
                                   .version = report->version};
    return 0;
}

int report_submit(struct ctx *ctx, const void *in_, void *out) {
    const struct report_submit_in *in = in_;
    struct report_core report = {0};
    int error = report_own(ctx, in->id, &report);
    if (error == 0) error = report_need_writer(ctx);
    if (error != 0) return error;
    if (!in->confirm_not_classified)
        return fail(ctx, ERR_REQUIRED, "confirm_not_classified",
                    "请先确认来稿和附件不含国家秘密、工作秘密、商业秘密和个人隐私。");
    if (is_repeated(ctx, &report)) return same_receipt(ctx, &report, out);
    if (!report_is_editable(report.status))
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "这件来稿现在是“%s”，不能再次提交。",
                    lifecycle_zh(&report_lifecycle, report.status));
    if (report.version != ctx->if_match) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (report_is_reopened(report.status)) {
        error = report_unsent_hand_in(ctx, report.id);
        if (error == 0) error = report_own(ctx, report.id, &report);
        if (error != 0) return error;
    }
    return report_hand_in(ctx, &report, out);
}

int report_on_behalf(struct ctx *ctx, const void *in_, void *out) {
    const struct report_draft *in = in_;
    if (in->authors.count == 0) return fail(ctx, ERR_REQUIRED, "authors", "代录来稿请写明反映人。");
    struct report_core report = {0};
    struct report_receipt receipt;
    int64_t id = 0;
    bool fresh = false;
    int error = need_over(ctx, MAY_REPORT_ON_BEHALF, ctx->actor->committee_id);
    if (error == 0) error = report_draft_insert(ctx, in, "on_behalf", &id, &fresh);
    if (error == 0 && fresh) {
        error = db_exec(ctx->conn, &report_move_unit, DB_PARAMS(db_int(id)), NULL);
        if (error == 0) error = report_core_get(ctx, id, &report);
        if (error == 0) error = report_hand_in(ctx, &report, &receipt);
    }
    return error != 0 ? error : report_view_get(ctx, id, out);
}
