/* The gates of a report or an article, and whether they are closed.
 *
 * 1. The current result of a gate is its newest row in gate_result; older rows are history.
 * 2. It counts only while its text_sha256 equals gate_scope_hash() of the gate's scope over the texts as they
 *    are now: an edit re-opens exactly the gates whose texts changed, and taking the edit back closes them
 *    again.
 * 3. Open: no result, a result for another text, or fail. Closed: pass, not_applicable, override.
 * 4. gate_result.whole_sha256 is the record's whole text at the time. Equal whole texts have equal parts, so
 *    lists need no texts and no hashing for reports that were not edited after they were judged. */
#include "types.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "minyi/buf.h"

RECORD(gate_texts_record, "GateTexts", struct gate_texts, "关口所审的文字",
       F(struct gate_texts, text_sha256, FIELD_TEXT, ""), F(struct gate_texts, title, FIELD_TEXT, ""),
       F(struct gate_texts, editor_note, FIELD_TEXT, ""), F(struct gate_texts, situation, FIELD_TEXT, ""),
       F(struct gate_texts, analysis, FIELD_TEXT, ""), F(struct gate_texts, suggestion, FIELD_TEXT, ""));

RECORD(gate_view_record, "GateView", struct gate_view, "一道关口及其最新结论",
       F(struct gate_view, gate_id, FIELD_INT, "关口编号"), F(struct gate_view, code, FIELD_TEXT, "代码"),
       F(struct gate_view, name, FIELD_TEXT, "关口"),
       F(struct gate_view, question, FIELD_TEXT, "要回答的问题", .max = 1000),
       F(struct gate_view, checklist, FIELD_TEXTS, "检查项"),
       F(struct gate_view, result, FIELD_TEXT, "结论", .flags = FIELD_NULLABLE,
         .options = gate_result_options),
       F(struct gate_view, checked, FIELD_INTS, "已勾选的检查项序号"),
       F(struct gate_view, note, FIELD_TEXT, "说明", .flags = FIELD_NULLABLE, .max = 1100),
       F(struct gate_view, by_name, FIELD_TEXT, "判定人", .flags = FIELD_NULLABLE),
       F(struct gate_view, at_ms, FIELD_TIME, "判定时间", .flags = FIELD_NULLABLE),
       F(struct gate_view, stale, FIELD_BOOL, "文字已改动，须重新判定"),
       F(struct gate_view, checklist_lines, FIELD_TEXT, "", .flags = FIELD_INTERNAL),
       F(struct gate_view, checked_numbers, FIELD_TEXT, "", .flags = FIELD_INTERNAL),
       F(struct gate_view, scope, FIELD_TEXT, "", .flags = FIELD_INTERNAL),
       F(struct gate_view, judged_sha256, FIELD_TEXT, "", .flags = FIELD_INTERNAL),
       F(struct gate_view, whole_sha256, FIELD_TEXT, "", .flags = FIELD_INTERNAL));

DB_STATEMENT(gate_report_texts,
             "SELECT text_sha256, title, situation, analysis, suggestion FROM report WHERE id = $1");
DB_STATEMENT(gate_article_texts, "SELECT text_sha256, title, editor_note, situation, analysis, suggestion"
                                 " FROM article WHERE id = $1");
DB_STATEMENT(gate_results_of_record,
             "SELECT g.id AS gate_id, g.code, g.name, g.question, g.checklist AS checklist_lines, g.scope,"
             " gr.result, gr.checked AS checked_numbers, gr.note, gr.at_ms, gr.text_sha256 AS judged_sha256,"
             " gr.whole_sha256, ac.name AS by_name"
             " FROM gate g LEFT JOIN gate_result gr ON gr.id = (SELECT max(x.id) FROM gate_result x"
             "   WHERE x.kind = $1 AND x.record_id = $2 AND x.gate_id = g.id)"
             " LEFT JOIN account ac ON ac.id = gr.by_id"
             " WHERE g.active = 1 ORDER BY g.position, g.id");

int gate_texts_get(struct ctx *ctx, const char *kind, int64_t record_id, struct gate_texts *ret) {
    bool report = strcmp(kind, "report") == 0;
    struct gate_texts texts = {.editor_note = ""};
    int result = db_get_record(ctx->conn, ctx->arena, report ? &gate_report_texts : &gate_article_texts,
                               DB_PARAMS(db_int(record_id)), &gate_texts_record, &texts);
    if (result == ERR_NOT_FOUND) return fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    if (result == 0) *ret = texts;
    return result;
}

/* Whether the gate's result was given for other texts than TEXTS. */
static bool is_stale(const struct gate_view *gate, const struct gate_texts *texts) {
    const char *whole = texts->text_sha256 ? texts->text_sha256 : "";
    if (!gate->result || strcmp(gate->whole_sha256, whole) == 0) return false;
    char hash[HASH_HEX_SIZE];
    gate_scope_hash(gate->scope, texts, hash);
    return strcmp(hash, gate->judged_sha256) != 0;
}

static bool is_open(const struct gate_view *gate) {
    return gate->stale || !gate_result_closes(gate->result);
}

static struct list split_lines(struct arena *arena, const char *lines) {
    size_t count = *lines != '\0';
    for (const char *c = lines; *c; c++)
        count += *c == '\n';
    const char **items = arena_array(arena, count, sizeof(*items));
    struct list list = {items, 0};
    while (*lines) {
        size_t len = strcspn(lines, "\n");
        if (len) items[list.count++] = arena_memdup(arena, lines, len);
        lines += len + (lines[len] == '\n');
    }
    return list;
}

static struct list split_numbers(struct arena *arena, const char *numbers) {
    size_t count = 1;
    for (const char *c = numbers; *c; c++)
        count += *c == ',';
    int64_t *items = arena_array(arena, count, sizeof(*items));
    struct list list = {items, 0};
    for (char *end = NULL; *numbers; numbers = *end == ',' ? end + 1 : end) {
        long value = strtol(numbers, &end, 10);
        if (end == numbers) break;
        items[list.count++] = value;
    }
    return list;
}

/* The gates as they stand for TEXTS, without their checklists. */
static int gates_for(struct ctx *ctx, const char *kind, int64_t record_id, struct gate_texts *texts,
                     struct list *ret) {
    int result = gate_texts_get(ctx, kind, record_id, texts);
    if (result == 0)
        result = db_get_list(ctx->conn, ctx->arena, &gate_results_of_record,
                             DB_PARAMS(db_text(kind), db_int(record_id)), &gate_view_record, ret);
    for (size_t i = 0; result == 0 && i < ret->count; i++) {
        struct gate_view *gate = LIST_AT(*ret, struct gate_view, i);
        gate->stale = is_stale(gate, texts);
    }
    return result;
}

int gates_list(struct ctx *ctx, const char *kind, int64_t record_id, struct list *ret) {
    struct gate_texts texts = {0};
    struct list gates = {0};
    int result = gates_for(ctx, kind, record_id, &texts, &gates);
    if (result != 0) return result;
    for (size_t i = 0; i < gates.count; i++) {
        struct gate_view *gate = LIST_AT(gates, struct gate_view, i);
        gate->checklist = split_lines(ctx->arena, gate->checklist_lines);
        if (gate->checked_numbers) gate->checked = split_numbers(ctx->arena, gate->checked_numbers);
    }
    *ret = gates;
    return 0;
}

int gates_open(struct ctx *ctx, const char *kind, int64_t record_id, int64_t *ret_open) {
    struct gate_texts texts = {0};
    struct list gates = {0};
    int result = gates_for(ctx, kind, record_id, &texts, &gates);
    if (result != 0) return result;
    int64_t open = 0;
    for (size_t i = 0; i < gates.count; i++)
        open += is_open(LIST_AT(gates, struct gate_view, i));
    *ret_open = open;
    return 0;
}

int gates_open_names(struct ctx *ctx, const char *kind, int64_t record_id, const char **ret) {
    struct gate_texts texts = {0};
    struct list gates = {0};
    int result = gates_for(ctx, kind, record_id, &texts, &gates);
    if (result != 0) return result;
    CLEANUP(buf_free) struct buf names = BUF(4096);
    for (size_t i = 0; i < gates.count; i++) {
        const struct gate_view *gate = LIST_AT(gates, struct gate_view, i);
        if (is_open(gate)) buf_addf(&names, "%s%s", names.len ? "、" : "", gate->name);
    }
    *ret = names.len ? arena_memdup(ctx->arena, names.data, names.len) : NULL;
    return 0;
}

/* The gates in order, for the letters: two columns, so that a page of a hundred reports stays quick. */
struct gate_brief {
    int64_t id;
    const char *scope;
};
RECORD(gate_brief_record, "GateBrief", struct gate_brief, "关口", F(struct gate_brief, id, FIELD_INT, ""),
       F(struct gate_brief, scope, FIELD_TEXT, ""));

struct gate_row {
    int64_t record_id, gate_id;
    const char *result, *text_sha256, *whole_sha256;
};
RECORD(gate_row_record, "GateRow", struct gate_row, "结论", F(struct gate_row, record_id, FIELD_INT, ""),
       F(struct gate_row, gate_id, FIELD_INT, ""), F(struct gate_row, result, FIELD_TEXT, ""),
       F(struct gate_row, text_sha256, FIELD_TEXT, ""), F(struct gate_row, whole_sha256, FIELD_TEXT, ""));

DB_STATEMENT(gates_brief, "SELECT id, scope FROM gate WHERE active = 1 ORDER BY position, id");
/* Of a page's reports at once: a statement for each report would be a round trip for each. */
DB_STATEMENT(
    gates_newest,
    "SELECT gr.record_id, gr.gate_id, gr.result, gr.text_sha256, gr.whole_sha256 FROM gate_result gr"
    " WHERE gr.kind = 'report' AND gr.record_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
    "   $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)"
    " AND gr.id = (SELECT max(x.id) FROM gate_result x WHERE x.kind = 'report'"
    "   AND x.record_id = gr.record_id AND x.gate_id = gr.gate_id)"
    " ORDER BY gr.record_id, gr.gate_id");

int gates_page_get(struct ctx *ctx, const int64_t *report_ids, size_t count, struct gates_page *ret) {
    assert(count <= GATES_REPORTS_MAX);
    struct db_value ids[GATES_REPORTS_MAX];
    for (size_t i = 0; i < GATES_REPORTS_MAX; i++)
        ids[i] = db_int(i < count ? report_ids[i] : ABSENT);
    int result = db_get_list(ctx->conn, ctx->arena, &gates_brief, DB_NONE, &gate_brief_record, &ret->gates);
    if (result != 0 || count == 0) return result;
    return db_get_list(ctx->conn, ctx->arena, &gates_newest, ids, GATES_REPORTS_MAX, &gate_row_record,
                       &ret->results);
}

static const struct gate_row *row_of(struct list rows, int64_t record_id, int64_t gate_id) {
    for (size_t i = 0; i < rows.count; i++) {
        const struct gate_row *row = LIST_AT(rows, struct gate_row, i);
        if (row->record_id == record_id && row->gate_id == gate_id) return row;
    }
    return NULL;
}

int gates_letters(struct ctx *ctx, const struct gates_page *page, int64_t report_id, const char *text_sha256,
                  const char **ret) {
    struct list gates = page->gates;
    char *letters = arena_alloc(ctx->arena, gates.count + 1);
    struct gate_texts texts = {0};
    for (size_t i = 0; i < gates.count; i++) {
        const struct gate_brief *gate = LIST_AT(gates, struct gate_brief, i);
        const struct gate_row *row = row_of(page->results, report_id, gate->id);
        letters[i] = gate_letter(row ? row->result : NULL);
        if (!row || strcmp(row->whole_sha256, text_sha256) == 0) continue;
        int result = texts.text_sha256 ? 0 : gate_texts_get(ctx, "report", report_id, &texts);
        if (result != 0) return result;
        char hash[HASH_HEX_SIZE];
        gate_scope_hash(gate->scope, &texts, hash);
        if (strcmp(hash, row->text_sha256) != 0) letters[i] = '-';
    }
    *ret = letters;
    return 0;
}
