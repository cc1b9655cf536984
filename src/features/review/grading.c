/* Grading: every reviewer marks every criterion; the others' marks stay hidden until his own are given.
 *
 * 1. One grading per report and reviewer; grading anew replaces it.
 * 2. A grading is bound to the hash of the whole text; for another text it is stale: shown as such, counted
 *    nowhere.
 * 3. Who may grade sees the others' only when his own is given for the text as it is; who may not grade sees
 *    all. */
#include "types.h"

#include <string.h>

#include "minyi/account.h"
#include "minyi/admin.h"
#include "minyi/audit.h"

struct criterion {
    int64_t id, weight;
};
RECORD(grading_criterion_record, "GradingCriterion", struct criterion, "评分项",
       F(struct criterion, id, FIELD_INT, ""), F(struct criterion, weight, FIELD_INT, ""));

DB_STATEMENT(grading_criteria, "SELECT id, weight FROM criterion WHERE active = 1 ORDER BY position, id");
DB_STATEMENT(
    gradings_of_report,
    "SELECT g.id, g.reviewer_id, ac.name AS reviewer_name, g.total, g.grade, g.note, g.at_ms, g.text_sha256"
    " FROM grading g JOIN account ac ON ac.id = g.reviewer_id WHERE g.report_id = $1 ORDER BY g.id LIMIT "
    "200");
DB_STATEMENT(grading_marks_of, "SELECT m.criterion_id, m.mark FROM grading_mark m"
                               " JOIN criterion c ON c.id = m.criterion_id WHERE m.grading_id = $1"
                               " ORDER BY c.position, c.id");
DB_STATEMENT(grading_upsert,
             "INSERT INTO grading (report_id, reviewer_id, total, grade, note, text_sha256, at_ms)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (report_id, reviewer_id) DO UPDATE SET"
             " total = excluded.total, grade = excluded.grade, note = excluded.note,"
             " text_sha256 = excluded.text_sha256, at_ms = excluded.at_ms, version = grading.version + 1 "
             "RETURNING id");
DB_STATEMENT(grading_marks_delete, "DELETE FROM grading_mark WHERE grading_id = $1");
DB_STATEMENT(grading_mark_insert,
             "INSERT INTO grading_mark (grading_id, criterion_id, mark) VALUES ($1, $2, $3)");

int grade_bounds_get(struct ctx *ctx, struct grade_bounds *ret) {
    int result = setting_int(ctx, "grade.excellent", 85, &ret->excellent);
    if (result == 0) result = setting_int(ctx, "grade.good", 70, &ret->good);
    return result == 0 ? setting_int(ctx, "grade.fair", 60, &ret->fair) : result;
}

const char *grade_within(const struct grade_bounds *bounds, int64_t total) {
    return grade_of(total, bounds->excellent, bounds->good, bounds->fair);
}

int grade_by_settings(struct ctx *ctx, int64_t total, const char **ret) {
    struct grade_bounds bounds;
    int result = grade_bounds_get(ctx, &bounds);
    if (result == 0) *ret = grade_within(&bounds, total);
    return result;
}

/* ---- Reading ---- */

static void summarise(struct list all, struct gradings *gradings) {
    int64_t count = 0, sum = 0, lowest = 0, highest = 0;
    for (size_t i = 0; i < all.count; i++) {
        const struct grading_view *view = LIST_AT(all, struct grading_view, i);
        if (view->stale) continue;
        lowest = count == 0 || view->total < lowest ? view->total : lowest;
        highest = count == 0 || view->total > highest ? view->total : highest;
        sum += view->total;
        count++;
    }
    if (count == 0) return;
    gradings->average = (sum + count / 2) / count;
    gradings->spread = highest - lowest;
}

int gradings_get(struct ctx *ctx, const struct report_core *report, struct gradings *ret) {
    struct gradings gradings = {.average = ABSENT, .spread = ABSENT};
    struct list all;
    int result = db_get_list(ctx->conn, ctx->arena, &gradings_of_report, DB_PARAMS(db_int(report->id)),
                             &grading_view_record, &all);
    int grader = result == 0 ? may_over(ctx, MAY_REPORT_GRADE, report->committee_id) : result;
    if (grader < 0) return grader;
    struct grading_view *mine = NULL;
    for (size_t i = 0; i < all.count; i++) {
        struct grading_view *view = LIST_AT(all, struct grading_view, i);
        view->stale = strcmp(view->text_sha256, report->text_sha256) != 0;
        if (view->reviewer_id == ctx->actor->account_id) mine = view;
        result = db_get_list(ctx->conn, ctx->arena, &grading_marks_of, DB_PARAMS(db_int(view->id)),
                             &grading_mark_record, &view->marks);
        if (result != 0) return result;
    }
    gradings.mine = mine;
    if (ctx->actor->system || !grader || (mine && !mine->stale)) {
        gradings.views = all;
        summarise(all, &gradings);
    } else {
        gradings.views = (struct list){mine, mine ? 1 : 0};
    }
    *ret = gradings;
    return 0;
}

/* ---- Giving ---- */

/* Every active criterion exactly once, and nothing else; the parts of the total in the criteria's order. */
static int check_marks(struct ctx *ctx, struct list marks, struct list criteria, struct grade_part *parts) {
    for (size_t i = 0; i < marks.count; i++) {
        const struct grading_mark_view *mark = LIST_AT(marks, struct grading_mark_view, i);
        const char *field = arena_printf(ctx->arena, "marks[%zu].criterion_id", i);
        size_t at = 0;
        while (at < criteria.count && LIST_AT(criteria, struct criterion, at)->id != mark->criterion_id)
            at++;
        if (at == criteria.count)
            return fail(ctx, ERR_NOT_ALLOWED_VALUE, field, "没有这个评分项，或已停用，请刷新页面后再试。");
        if (parts[at].mark) return fail(ctx, ERR_INVALID, field, "同一个评分项评了两次。");
        if (mark->mark < 1 || mark->mark > 5)
            return fail(ctx, ERR_OUT_OF_RANGE, arena_printf(ctx->arena, "marks[%zu].mark", i),
                        "每项评 1 至 5 分。");
        parts[at] = (struct grade_part){LIST_AT(criteria, struct criterion, at)->weight, mark->mark};
    }
    if (marks.count < criteria.count) return fail(ctx, ERR_REQUIRED, "marks", "还有评分项没有评分。");
    return 0;
}

static int store_grading(struct ctx *ctx, const struct grading_save_in *in, int64_t total,
                         const char *grade) {
    int64_t id = 0;
    int result =
        db_get_int(ctx->conn, &grading_upsert,
                   DB_PARAMS(db_int(in->id), db_int(ctx->actor->account_id), db_int(total), db_text(grade),
                             db_text(in->note), db_text(in->text_sha256), db_int(ctx->now)),
                   &id);
    if (result == 0) result = db_exec(ctx->conn, &grading_marks_delete, DB_PARAMS(db_int(id)), NULL);
    for (size_t i = 0; result == 0 && i < in->marks.count; i++) {
        const struct grading_mark_view *mark = LIST_AT(in->marks, struct grading_mark_view, i);
        result = db_exec(ctx->conn, &grading_mark_insert,
                         DB_PARAMS(db_int(id), db_int(mark->criterion_id), db_int(mark->mark)), NULL);
    }
    if (result != 0) return result;
    return audit_add(ctx, "report.grade", "report", in->id, "total=%lld grade=%s text=%s", (long long)total,
                     grade, in->text_sha256);
}

int grading_save(struct ctx *ctx, const void *in_, void *out_) {
    const struct grading_save_in *in = in_;
    struct report_core report = {0};
    int result = desk_need(ctx, MAY_REPORT_GRADE, in->id, &report);
    if (result != 0) return result;
    if (!grading_open(report.status))
        return fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "来稿现在是“%s”，不能评分。",
                    lifecycle_zh(&report_lifecycle, report.status));
    if (strcmp(in->text_sha256, report.text_sha256) != 0)
        return fail(ctx, ERR_PRECONDITION_FAILED, "text_sha256",
                    "来稿文字已有改动，请对照最新内容后再评分。");
    struct list criteria;
    result =
        db_get_list(ctx->conn, ctx->arena, &grading_criteria, DB_NONE, &grading_criterion_record, &criteria);
    if (result != 0) return result;
    struct grade_part *parts = arena_array(ctx->arena, criteria.count, sizeof(*parts));
    result = check_marks(ctx, in->marks, criteria, parts);
    if (result != 0) return result;
    int64_t total = grade_total(parts, criteria.count);
    const char *grade = NULL;
    result = grade_by_settings(ctx, total, &grade);
    if (result == 0) result = store_grading(ctx, in, total, grade);
    struct gradings gradings = {0};
    if (result == 0) result = gradings_get(ctx, &report, &gradings);
    if (result == 0 && gradings.mine) *(struct grading_view *)out_ = *gradings.mine;
    return result;
}
