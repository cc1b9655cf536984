/* Grading: every criterion once, bounds, arithmetic, and marks hidden until one's own are given. */
#include "desk_testing.h"

static void totals_are_weighted(void **state) {
    (void)state;
    struct grade_part best[] = {{25, 5}, {20, 5}, {20, 5}, {25, 5}, {10, 5}};
    struct grade_part worst[] = {{25, 1}, {20, 1}, {20, 1}, {25, 1}, {10, 1}};
    struct grade_part mixed[] = {{25, 4}, {20, 3}, {20, 5}, {25, 2}, {10, 4}};
    struct grade_part third[] = {{1, 1}, {1, 1}, {1, 3}};
    assert_int_equal(grade_total(best, 5), 10000);
    assert_int_equal(grade_total(worst, 5), 2000);
    assert_int_equal(grade_total(mixed, 5), 2000 + 1200 + 2000 + 1000 + 800);
    assert_int_equal(grade_total(third, 3), 3333); /* weights that sum to 3 are brought to 100 */
    assert_int_equal(grade_total(NULL, 0), 0);
    assert_string_equal(grade_of(8500, 85, 70, 60), "excellent");
    assert_string_equal(grade_of(8499, 85, 70, 60), "good");
    assert_string_equal(grade_of(7000, 85, 70, 60), "good");
    assert_string_equal(grade_of(6999, 85, 70, 60), "fair");
    assert_string_equal(grade_of(6000, 85, 70, 60), "fair");
    assert_string_equal(grade_of(5999, 85, 70, 60), "poor");
}

enum { CRITERIA = 5 };

/* Marks for the five criteria in their order. */
static struct grading_save_in marks(struct fixture *f, int64_t id, const char *digits) {
    struct grading_mark_view *items = arena_array(f->arena, CRITERIA, sizeof(*items));
    for (size_t i = 0; i < CRITERIA; i++)
        items[i] = (struct grading_mark_view){
            fixture_int(f, arena_printf(f->arena,
                                        "SELECT id FROM criterion ORDER BY position LIMIT 1 OFFSET %zu", i)),
            digits[i] - '0'};
    return (struct grading_save_in){
        .id = id, .marks = {items, CRITERIA}, .text_sha256 = desk_value(f, "report", "text_sha256", id)};
}

static int grade(struct fixture *f, int64_t account, struct grading_save_in in, struct grading_view *out) {
    struct grading_view view;
    return fixture_write(f, account, grading_save, &in, out ? out : &view);
}

static void a_grading_is_kept_and_may_be_given_anew(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_report(f, "in_review");
    struct grading_save_in in = marks(f, id, "43524");
    struct grading_view view;
    in.note = "建议偏软";
    assert_int_equal(grade(f, f->editor, in, &view), 0);
    assert_int_equal(view.total, 7000);
    assert_string_equal(view.grade, "good");
    assert_string_equal(view.note, "建议偏软");
    assert_string_equal(view.reviewer_name, "钱编");
    assert_int_equal(view.marks.count, CRITERIA);
    assert_int_equal(LIST_AT(view.marks, struct grading_mark_view, 3)->mark, 2);
    assert_false(view.stale);
    fixture_sql(f, "UPDATE setting SET value = '75' WHERE key = 'grade.good'");
    assert_int_equal(grade(f, f->editor, marks(f, id, "43524"), &view), 0);
    assert_string_equal(view.grade, "fair");
    assert_null(view.note);
    assert_int_equal(grade(f, f->editor, marks(f, id, "55555"), &view), 0);
    assert_int_equal(view.total, 10000);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM grading"), 1);
    assert_int_equal(fixture_int(f, "SELECT version FROM grading"), 3);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM grading_mark"), CRITERIA);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'report.grade'"), 3);
}

static void marks_are_complete_and_in_bounds(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_report(f, "in_review");
    struct grading_save_in in = marks(f, id, "43524");
    in.marks.count = 4;
    assert_int_equal(grade(f, f->editor, in, NULL), ERR_REQUIRED);
    assert_string_equal(f->problem.field, "marks");
    in = marks(f, id, "43524");
    LIST_AT(in.marks, struct grading_mark_view, 4)->criterion_id =
        LIST_AT(in.marks, struct grading_mark_view, 0)->criterion_id;
    assert_int_equal(grade(f, f->editor, in, NULL), ERR_INVALID);
    assert_string_equal(f->problem.field, "marks[4].criterion_id");
    in = marks(f, id, "43524");
    LIST_AT(in.marks, struct grading_mark_view, 2)->criterion_id = 999;
    assert_int_equal(grade(f, f->editor, in, NULL), ERR_NOT_ALLOWED_VALUE);
    assert_string_equal(f->problem.field, "marks[2].criterion_id");
    assert_int_equal(grade(f, f->editor, marks(f, id, "40524"), NULL), ERR_OUT_OF_RANGE);
    assert_string_equal(f->problem.field, "marks[1].mark");
    assert_int_equal(grade(f, f->editor, marks(f, id, "43526"), NULL), ERR_OUT_OF_RANGE);
    /* A criterion that is switched off is asked no more, and not taken. */
    fixture_sql(f, "UPDATE criterion SET active = 0 WHERE code = 'wording'");
    assert_int_equal(grade(f, f->editor, marks(f, id, "43524"), NULL), ERR_NOT_ALLOWED_VALUE);
    in = marks(f, id, "43524");
    in.marks.count = 4;
    assert_int_equal(grade(f, f->editor, in, NULL), 0);
    in = marks(f, id, "43524");
    in.marks.count = 4;
    in.text_sha256 = "of another text";
    assert_int_equal(grade(f, f->editor, in, NULL), ERR_PRECONDITION_FAILED);
    assert_int_equal(fixture_int(f, "SELECT version FROM grading"), 1);
}

static void who_grades_what(void **state) {
    struct fixture *f = *state;
    const struct {
        const char *status;
        int result;
    } cases[] = {
        {"submitted", ERR_ILLEGAL_TRANSITION},
        {"returned", ERR_ILLEGAL_TRANSITION},
        {"withdrawn", ERR_NOT_FOUND},
        {"draft", ERR_NOT_FOUND},
        {"unit_signing", ERR_NOT_FOUND},
        {"in_review", 0},
        {"kept", 0},
        {"redirected", 0},
        {"adopted", 0},
        {"published", 0},
        {"closed", 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(grade(f, f->editor, marks(f, desk_report(f, cases[i].status), "33333"), NULL),
                         cases[i].result);
    struct grading_save_in in = marks(f, desk_report(f, "in_review"), "33333");
    assert_int_equal(grade(f, f->clerk, in, NULL), ERR_NOT_FOUND);
    assert_int_equal(grade(f, f->vice_chair, in, NULL), ERR_NOT_FOUND);
    assert_int_equal(grade(f, f->officer, in, NULL), ERR_NOT_FOUND);
    assert_int_equal(grade(f, f->city_editor, in, NULL), ERR_NOT_FOUND);
    assert_int_equal(grade(f, f->editor, marks(f, desk_report_city(f, "in_review"), "33333"), NULL),
                     ERR_NOT_FOUND);
}

static int gradings_op(struct ctx *ctx, const void *in, void *out) {
    struct report_core report;
    int result = report_core_get(ctx, *(const int64_t *)in, &report);
    return result == 0 ? gradings_get(ctx, &report, out) : result;
}

static struct gradings seen_by(struct fixture *f, int64_t account, int64_t id) {
    struct gradings gradings = {0};
    assert_int_equal(fixture_read(f, account, gradings_op, &id, &gradings), 0);
    return gradings;
}

static void others_marks_are_hidden_until_mine_are_given(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_report(f, "in_review");
    assert_int_equal(grade(f, f->editor, marks(f, id, "55555"), NULL), 0);
    struct gradings seen = seen_by(f, f->editor2, id);
    assert_int_equal(seen.views.count, 0);
    assert_int_equal(seen.average, ABSENT);
    assert_int_equal(seen.spread, ABSENT);
    assert_null(seen.mine);
    seen = seen_by(f, f->editor, id);
    assert_int_equal(seen.views.count, 1);
    assert_int_equal(seen.average, 10000);
    assert_int_equal(seen.spread, 0);
    assert_int_equal(grade(f, f->editor2, marks(f, id, "43524"), NULL), 0);
    seen = seen_by(f, f->editor2, id);
    assert_int_equal(seen.views.count, 2);
    assert_int_equal(seen.average, 8500);
    assert_int_equal(seen.spread, 3000);
    assert_int_equal(seen.mine->total, 7000);
    /* Who cannot grade is no reviewer to be kept blind. */
    assert_int_equal(seen_by(f, f->vice_chair, id).views.count, 2);
    assert_int_equal(seen_by(f, f->section_head, id).views.count, 0);
    /* The author sends another text: all are stale, nothing is averaged, and it is hidden again. */
    fixture_sql(f, "UPDATE report SET text_sha256 = 'another'");
    seen = seen_by(f, f->editor2, id);
    assert_int_equal(seen.views.count, 1);
    assert_true(seen.mine->stale);
    assert_int_equal(seen.average, ABSENT);
    seen = seen_by(f, f->vice_chair, id);
    assert_int_equal(seen.views.count, 2);
    assert_true(LIST_AT(seen.views, struct grading_view, 0)->stale);
    assert_int_equal(seen.average, ABSENT);
    assert_int_equal(grade(f, f->editor2, marks(f, id, "33333"), NULL), 0);
    seen = seen_by(f, f->editor2, id);
    assert_int_equal(seen.views.count, 2);
    assert_int_equal(seen.average, 6000); /* of the new text's gradings only */
    assert_int_equal(seen.spread, 0);
}

#define T(TEST) cmocka_unit_test_setup_teardown(TEST, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_are_weighted),
        T(a_grading_is_kept_and_may_be_given_anew),
        T(marks_are_complete_and_in_bounds),
        T(who_grades_what),
        T(others_marks_are_hidden_until_mine_are_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
