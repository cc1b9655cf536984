/* What the tests of the desk and of articles share: reports at any point of their life, gates judged in one
 * call. */
#ifndef MINYI_TESTS_DESK_TESTING_H
#define MINYI_TESTS_DESK_TESTING_H

#include "../../src/features/article/types.h"
#include "../../src/features/review/types.h"
#include "fixture.h"

struct desk_report_new {
    const char *status, *title, *situation, *analysis, *suggestion, *urgency;
    int64_t committee_id, unit_id, author_id, submitted_ms;
};

/* Puts a report into the database as if it had been written and submitted. Empty members get what is usual:
 * an officer's report to the province, in review, submitted now. */
static inline int64_t desk_report_like(struct fixture *f, struct desk_report_new report) {
    if (!report.status) report.status = "in_review";
    if (!report.title) report.title = "关于增加公交班次的建议";
    if (!report.situation) report.situation = "城东每日只有三班公交。";
    if (!report.analysis) report.analysis = "线路补贴多年未变。";
    if (!report.suggestion) report.suggestion = "建议市交通局增加早晚班次。";
    if (!report.urgency) report.urgency = "normal";
    if (!report.committee_id) report.committee_id = f->province;
    if (!report.unit_id) report.unit_id = f->party_group;
    if (!report.author_id) report.author_id = f->officer;
    if (!report.submitted_ms) report.submitted_ms = f->now;
    char hash[HASH_HEX_SIZE];
    report_text_hash(report.title, report.situation, report.analysis, report.suggestion, hash);
    bool waiting = strcmp(report.status, "submitted") == 0;
    fixture_sql(
        f,
        arena_printf(
            f->arena,
            "INSERT INTO report (receipt, committee_id, unit_id, author_id, status, title, situation, "
            "analysis,"
            " suggestion, words, text_sha256, urgency, created_ms, updated_ms, submitted_ms, opened_ms) "
            "VALUES"
            " ((SELECT '2026-' || (100001 + COALESCE(max(id), 0)) FROM report), %lld, %lld, %lld, '%s', "
            "'%s', '%s',"
            " '%s', '%s', 30, '%s', '%s', %lld, %lld, %lld, %s);"
            "INSERT INTO report_version SELECT id, 1, title, situation, analysis, suggestion, text_sha256,"
            " submitted_ms, author_id FROM report WHERE id = (SELECT max(id) FROM report);"
            "INSERT INTO report_author (report_id, position, account_id, name) SELECT r.id, 1, a.id, a.name"
            " FROM report r JOIN account a ON a.id = r.author_id WHERE r.id = (SELECT max(id) FROM report)",
            (long long)report.committee_id, (long long)report.unit_id, (long long)report.author_id,
            report.status, report.title, report.situation, report.analysis, report.suggestion, hash,
            report.urgency, (long long)report.submitted_ms, (long long)report.submitted_ms,
            (long long)report.submitted_ms,
            waiting ? "NULL" : arena_printf(f->arena, "%lld", (long long)report.submitted_ms)));
    return fixture_int(f, "SELECT max(id) FROM report");
}

static inline int64_t desk_report(struct fixture *f, const char *status) {
    return desk_report_like(f, (struct desk_report_new){.status = status});
}

/* A report of the city committee. */
static inline int64_t desk_report_city(struct fixture *f, const char *status) {
    return desk_report_like(
        f, (struct desk_report_new){
               .status = status, .committee_id = f->city, .unit_id = f->city, .author_id = f->city_officer});
}

static inline const char *desk_value(struct fixture *f, const char *table, const char *column, int64_t id) {
    return fixture_text(
        f, arena_printf(f->arena, "SELECT %s FROM %s WHERE id = %lld", column, table, (long long)id));
}

static inline int64_t desk_version_of(struct fixture *f, const char *table, int64_t id) {
    return fixture_int(
        f, arena_printf(f->arena, "SELECT version FROM %s WHERE id = %lld", table, (long long)id));
}

static inline int64_t desk_gate(struct fixture *f, const char *code) {
    return fixture_int(f, arena_printf(f->arena, "SELECT id FROM gate WHERE code = '%s'", code));
}

/* Judges a gate of the text as it is now. */
static inline int desk_judge(struct fixture *f, int64_t account, const char *kind, int64_t id,
                             const char *gate, const char *result, const char *note, const char *reason,
                             struct gate_view *out) {
    struct gate_save_in in = {.id = id,
                              .gate_id = desk_gate(f, gate),
                              .result = result,
                              .note = note,
                              .reason_code = reason,
                              .text_sha256 = desk_value(f, kind, "text_sha256", id)};
    struct gate_view view;
    record_clear(&gate_view_record, &view);
    return fixture_write(f, account, strcmp(kind, "report") == 0 ? report_gate_save : article_gate_save, &in,
                         out ? out : &view);
}

static inline void desk_pass_all(struct fixture *f, const char *kind, int64_t id) {
    const char *const gates[] = {"politics", "facts", "topic", "content", "wording"};
    for (size_t i = 0; i < ARRAY_LEN(gates); i++)
        assert_int_equal(desk_judge(f, f->editor, kind, id, gates[i], "pass", NULL, NULL, NULL), 0);
}

struct desk_kind_id {
    const char *kind;
    int64_t id;
};

static inline int desk_gates_open_op(struct ctx *ctx, const void *in_, void *out) {
    const struct desk_kind_id *in = in_;
    return gates_open(ctx, in->kind, in->id, out);
}

static inline int64_t desk_open(struct fixture *f, const char *kind, int64_t id) {
    int64_t open = -1;
    assert_int_equal(
        fixture_read(f, FIXTURE_SYSTEM, desk_gates_open_op, &(struct desk_kind_id){kind, id}, &open), 0);
    return open;
}

static inline int desk_gates_list_op(struct ctx *ctx, const void *in_, void *out) {
    const struct desk_kind_id *in = in_;
    return gates_list(ctx, in->kind, in->id, out);
}

/* The gate as gates_list() shows it. */
static inline struct gate_view *desk_gate_view(struct fixture *f, const char *kind, int64_t id,
                                               const char *code) {
    struct list gates = {0};
    assert_int_equal(
        fixture_read(f, FIXTURE_SYSTEM, desk_gates_list_op, &(struct desk_kind_id){kind, id}, &gates), 0);
    for (size_t i = 0; i < gates.count; i++)
        if (strcmp(LIST_AT(gates, struct gate_view, i)->code, code) == 0)
            return LIST_AT(gates, struct gate_view, i);
    assert_true(false);
    return NULL;
}

struct desk_adopt {
    int64_t report_id, publication_id;
};

static inline int desk_adopt_op(struct ctx *ctx, const void *in_, void *out) {
    const struct desk_adopt *in = in_;
    int result = report_move(ctx, in->report_id, "adopt");
    return result == 0 ? article_create(ctx, in->report_id, in->publication_id, out) : result;
}

/* An article in editing from a report in review, whatever its gates. */
static inline int64_t desk_article(struct fixture *f, int64_t report_id) {
    int64_t id = 0;
    assert_int_equal(fixture_write(f, f->editor, desk_adopt_op,
                                   &(struct desk_adopt){report_id, f->publication_submit}, &id),
                     0);
    return id;
}

#endif
