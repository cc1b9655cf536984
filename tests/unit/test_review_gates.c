/* The five gates: bound to the text they judged, re-opened by an edit of exactly what they judge, closed on
 * every path or not at all. */
#include "desk_testing.h"

static void scoped_hashes_follow_their_scope(void **state) {
    (void)state;
    const struct gate_texts texts = {
        .title = "题", .editor_note = "按", .situation = "情", .analysis = "因", .suggestion = "议"};
    char before[HASH_HEX_SIZE], after[HASH_HEX_SIZE];
    struct gate_texts edited = texts;
    edited.analysis = "因果";
    gate_scope_hash("title,situation", &texts, before);
    gate_scope_hash("title,situation", &edited, after);
    assert_string_equal(before, after);
    gate_scope_hash("analysis", &texts, before);
    gate_scope_hash("analysis", &edited, after);
    assert_string_not_equal(before, after);
    /* A name within another name is not that name. */
    gate_scope_hash("situation_note", &texts, before);
    gate_scope_hash("title,situation,analysis,suggestion", &texts, after);
    assert_string_equal(before, after); /* nothing known: title and elements */
    /* A report has no editor's note; an article's empty one judges alike. */
    struct gate_texts report = texts, article = texts;
    report.editor_note = NULL;
    article.editor_note = "";
    gate_scope_hash("title,editor_note", &report, before);
    gate_scope_hash("title,editor_note", &article, after);
    assert_string_equal(before, after);
    gate_scope_hash("title,editor_note", &texts, after);
    assert_string_not_equal(before, after);
    /* Moving words from one text to the next is an edit. */
    struct gate_texts moved = texts;
    moved.title = "题情";
    moved.situation = "";
    gate_scope_hash("title,situation", &texts, before);
    gate_scope_hash("title,situation", &moved, after);
    assert_string_not_equal(before, after);
}

static void only_the_right_results_close(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_report(f, "in_review");
    assert_int_equal(desk_open(f, "report", id), 5);
    assert_int_equal(desk_judge(f, f->clerk, "report", id, "politics", "pass", NULL, NULL, NULL), 0);
    assert_int_equal(desk_open(f, "report", id), 4);
    assert_int_equal(desk_judge(f, f->clerk, "report", id, "facts", "not_applicable", NULL, NULL, NULL), 0);
    assert_int_equal(desk_open(f, "report", id), 3);
    assert_int_equal(desk_judge(f, f->clerk, "report", id, "topic", "fail", "近期已反映", NULL, NULL), 0);
    assert_int_equal(desk_open(f, "report", id), 3);
    /* The newest result counts, also a worse one. */
    assert_int_equal(desk_judge(f, f->clerk, "report", id, "politics", "fail", "语气过激", NULL, NULL), 0);
    assert_int_equal(desk_open(f, "report", id), 4);
    assert_int_equal(desk_judge(f, f->clerk, "report", id, "politics", "pass", NULL, NULL, NULL), 0);
    assert_int_equal(desk_judge(f, f->clerk, "report", id, "topic", "pass", NULL, NULL, NULL), 0);
    assert_int_equal(desk_judge(f, f->clerk, "report", id, "content", "pass", NULL, NULL, NULL), 0);
    assert_int_equal(desk_judge(f, f->clerk, "report", id, "wording", "pass", NULL, NULL, NULL), 0);
    assert_int_equal(desk_open(f, "report", id), 0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM gate_result"), 8);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'report.gate'"), 8);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM report_event WHERE kind = 'gate' AND text IS NULL"),
                     8);
    /* A gate that is switched off is asked no more. */
    fixture_sql(f, "UPDATE gate SET active = 0 WHERE code = 'wording'");
    assert_int_equal(desk_open(f, "report", id), 0);
    assert_int_equal(desk_judge(f, f->clerk, "report", id, "wording", "pass", NULL, NULL, NULL),
                     ERR_NOT_FOUND);
}

static void failing_and_overriding_must_say_why(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_report(f, "in_review");
    assert_int_equal(desk_judge(f, f->clerk, "report", id, "facts", "fail", NULL, NULL, NULL), ERR_REQUIRED);
    assert_string_equal(f->problem.field, "note");
    assert_int_equal(desk_judge(f, f->clerk, "report", id, "facts", "fail", "", NULL, NULL), ERR_REQUIRED);
    assert_int_equal(desk_judge(f, f->clerk, "report", id, "facts", "pass", NULL, "override_urgent", NULL),
                     ERR_NOT_ALLOWED_VALUE);
    /* Overriding: permission, reason and note. */
    assert_int_equal(
        desk_judge(f, f->clerk, "report", id, "facts", "override", "先报", "override_urgent", NULL),
        ERR_FORBIDDEN);
    assert_int_equal(
        desk_judge(f, f->editor, "report", id, "facts", "override", "先报", "override_urgent", NULL),
        ERR_FORBIDDEN);
    assert_int_equal(
        desk_judge(f, f->section_head, "report", id, "facts", "override", NULL, "override_urgent", NULL),
        ERR_REQUIRED);
    assert_int_equal(desk_judge(f, f->section_head, "report", id, "facts", "override", "先报", NULL, NULL),
                     ERR_REQUIRED);
    assert_string_equal(f->problem.field, "reason_code");
    assert_int_equal(
        desk_judge(f, f->section_head, "report", id, "facts", "override", "先报", "keep_known", NULL),
        ERR_NOT_ALLOWED_VALUE);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM gate_result"), 0);
    assert_int_equal(desk_open(f, "report", id), 5);
    struct gate_view view;
    record_clear(&gate_view_record, &view);
    assert_int_equal(
        desk_judge(f, f->section_head, "report", id, "facts", "override", "先报", "override_urgent", &view),
        0);
    assert_string_equal(view.result, "override");
    assert_string_equal(view.by_name, "郑处");
    assert_int_equal(desk_open(f, "report", id), 4);
}

static void the_checklist_is_ticked_within_bounds(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_report(f, "in_review");
    int64_t ticks[] = {3, 1, 3};
    struct gate_save_in in = {.id = id,
                              .gate_id = desk_gate(f, "facts"),
                              .result = "pass",
                              .checked = {ticks, 3},
                              .text_sha256 = desk_value(f, "report", "text_sha256", id)};
    struct gate_view view;
    record_clear(&gate_view_record, &view);
    assert_int_equal(fixture_write(f, f->clerk, report_gate_save, &in, &view), 0);
    assert_int_equal(view.checklist.count, 5);
    assert_int_equal(view.checked.count, 2);
    assert_int_equal(*LIST_AT(view.checked, int64_t, 0), 1);
    assert_int_equal(*LIST_AT(view.checked, int64_t, 1), 3);
    ticks[0] = 6;
    assert_int_equal(fixture_write(f, f->clerk, report_gate_save, &in, &view), ERR_OUT_OF_RANGE);
    ticks[0] = 0;
    assert_int_equal(fixture_write(f, f->clerk, report_gate_save, &in, &view), ERR_OUT_OF_RANGE);
}

static void a_result_needs_the_text_that_is_there(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_report(f, "in_review");
    struct gate_save_in in = {.id = id,
                              .gate_id = desk_gate(f, "facts"),
                              .result = "pass",
                              .text_sha256 = desk_value(f, "report", "text_sha256", id)};
    fixture_sql(f, "UPDATE report SET text_sha256 = 'another'");
    struct gate_view view;
    assert_int_equal(fixture_write(f, f->clerk, report_gate_save, &in, &view), ERR_PRECONDITION_FAILED);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM gate_result"), 0);
}

static void only_reports_in_review_are_judged(void **state) {
    struct fixture *f = *state;
    const char *const others[] = {"submitted", "returned",  "kept",  "redirected",
                                  "adopted",   "published", "closed"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_int_equal(
            desk_judge(f, f->clerk, "report", desk_report(f, others[i]), "facts", "pass", NULL, NULL, NULL),
            ERR_ILLEGAL_TRANSITION);
    /* Drafts, what the unit still has and what was taken back are not at the desk. */
    assert_int_equal(
        desk_judge(f, f->clerk, "report", desk_report(f, "withdrawn"), "facts", "pass", NULL, NULL, NULL),
        ERR_NOT_FOUND);
    assert_int_equal(
        desk_judge(f, f->clerk, "report", desk_report(f, "draft"), "facts", "pass", NULL, NULL, NULL),
        ERR_NOT_FOUND);
    assert_int_equal(
        desk_judge(f, f->clerk, "report", desk_report(f, "unit_signing"), "facts", "pass", NULL, NULL, NULL),
        ERR_NOT_FOUND);
}

static void other_committees_gates_do_not_exist(void **state) {
    struct fixture *f = *state;
    int64_t province = desk_report(f, "in_review"), city = desk_report_city(f, "in_review");
    int64_t article = desk_article(f, desk_report(f, "in_review"));
    assert_int_equal(desk_judge(f, f->city_editor, "report", province, "facts", "pass", NULL, NULL, NULL),
                     ERR_NOT_FOUND);
    assert_int_equal(desk_judge(f, f->city_editor, "article", article, "facts", "pass", NULL, NULL, NULL),
                     ERR_NOT_FOUND);
    assert_int_equal(desk_judge(f, f->editor, "report", city, "facts", "pass", NULL, NULL, NULL),
                     ERR_NOT_FOUND);
    assert_int_equal(desk_judge(f, f->officer, "report", province, "facts", "pass", NULL, NULL, NULL),
                     ERR_NOT_FOUND);
    /* Readers without the permission to review. */
    assert_int_equal(desk_judge(f, f->vice_chair, "report", province, "facts", "pass", NULL, NULL, NULL),
                     ERR_NOT_FOUND);
    assert_int_equal(desk_judge(f, f->vice_chair, "article", article, "facts", "pass", NULL, NULL, NULL),
                     ERR_NOT_FOUND);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM gate_result"), 0);
}

struct save {
    int64_t id;
    struct article_text text;
    const char *reason;
    int64_t version;
};

static int save_op(struct ctx *ctx, const void *in_, void *out) {
    const struct save *in = in_;
    return article_save(ctx, in->id, &in->text, in->reason, in->version, out);
}

static void save(struct fixture *f, int64_t id, struct article_text text) {
    bool changed = false;
    struct save in = {id, text, "edit", desk_version_of(f, "article", id)};
    assert_int_equal(fixture_write(f, f->editor, save_op, &in, &changed), 0);
    assert_true(changed);
}

static void an_edit_reopens_exactly_what_it_touches(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_article(f, desk_report(f, "in_review"));
    desk_pass_all(f, "article", id);
    assert_int_equal(desk_open(f, "article", id), 0);
    const struct article_text original = {"关于增加公交班次的建议", "", "城东每日只有三班公交。",
                                          "线路补贴多年未变。", "建议市交通局增加早晚班次。"};
    const struct {
        struct article_text text;
        const char *reopened; /* one letter a gate: politics facts topic content wording */
    } edits[] = {
        {{"关于增加城东公交班次的建议", "", original.situation, original.analysis, original.suggestion},
         "P-P-P"},
        {{original.title, "按语", original.situation, original.analysis, original.suggestion}, "P---P"},
        {{original.title, "", "城东每日只有两班公交。", original.analysis, original.suggestion}, "PFTCP"},
        {{original.title, "", original.situation, "补贴未变。", original.suggestion}, "PF-CP"},
        {{original.title, "", original.situation, original.analysis, "建议增加班次。"}, "P--CP"},
    };
    const char *const gates[] = {"politics", "facts", "topic", "content", "wording"};
    for (size_t i = 0; i < ARRAY_LEN(edits); i++) {
        save(f, id, edits[i].text);
        int64_t open = 0;
        for (size_t g = 0; g < ARRAY_LEN(gates); g++) {
            bool reopened = edits[i].reopened[g] != '-';
            struct gate_view *view = desk_gate_view(f, "article", id, gates[g]);
            assert_int_equal(view->stale, reopened);
            assert_string_equal(view->result, "pass");
            open += reopened;
        }
        assert_int_equal(desk_open(f, "article", id), open);
        /* Taking the edit back closes them again. */
        save(f, id, original);
        assert_int_equal(desk_open(f, "article", id), 0);
    }
}

static void adoption_carries_the_results_over(void **state) {
    struct fixture *f = *state;
    int64_t report = desk_report(f, "in_review");
    assert_int_equal(desk_judge(f, f->clerk, "report", report, "politics", "pass", "稳妥", NULL, NULL), 0);
    assert_int_equal(desk_judge(f, f->clerk, "report", report, "facts", "not_applicable", NULL, NULL, NULL),
                     0);
    assert_int_equal(desk_judge(f, f->section_head, "report", report, "topic", "override", "先报",
                                "override_urgent", NULL),
                     0);
    assert_int_equal(desk_judge(f, f->clerk, "report", report, "content", "fail", "建议空泛", NULL, NULL), 0);
    f->now += 1000;
    int64_t article = desk_article(f, report);
    assert_int_equal(desk_open(f, "article", article), 2); /* content failed, wording was not judged */
    struct gate_view *politics = desk_gate_view(f, "article", article, "politics");
    assert_string_equal(politics->result, "pass");
    assert_string_equal(politics->by_name, "孙文");
    assert_non_null(strstr(politics->note, "随稿带入"));
    assert_non_null(strstr(politics->note, "稳妥"));
    assert_false(politics->stale);
    assert_null(desk_gate_view(f, "article", article, "content")->result);
    assert_string_equal(
        fixture_text(f, "SELECT reason_code FROM gate_result WHERE kind = 'article' AND result = 'override'"),
        "override_urgent");
}

static void a_result_for_an_older_text_is_not_carried_over(void **state) {
    struct fixture *f = *state;
    int64_t report = desk_report(f, "in_review");
    desk_pass_all(f, "report", report);
    fixture_sql(f, "UPDATE report SET analysis = '改过', text_sha256 = 'another'");
    int64_t article = desk_article(f, report);
    assert_null(desk_gate_view(f, "article", article, "facts")->result);
    assert_string_equal(desk_gate_view(f, "article", article, "topic")->result, "pass");
    assert_int_equal(desk_open(f, "article", article), 4);
}

static void signed_articles_are_judged_no_more(void **state) {
    struct fixture *f = *state;
    int64_t article = desk_article(f, desk_report(f, "in_review"));
    fixture_sql(f, "UPDATE article SET status = 'in_signoff', step = 1");
    assert_int_equal(desk_judge(f, f->section_head, "article", article, "facts", "pass", NULL, NULL, NULL),
                     0);
    fixture_sql(f, "UPDATE article SET status = 'signed', step = NULL");
    assert_int_equal(desk_judge(f, f->section_head, "article", article, "facts", "pass", NULL, NULL, NULL),
                     ERR_ILLEGAL_TRANSITION);
    fixture_sql(f, "UPDATE article SET status = 'withdrawn'");
    assert_int_equal(desk_judge(f, f->section_head, "article", article, "facts", "pass", NULL, NULL, NULL),
                     ERR_ILLEGAL_TRANSITION);
}

#define T(TEST) cmocka_unit_test_setup_teardown(TEST, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scoped_hashes_follow_their_scope),
        T(only_the_right_results_close),
        T(failing_and_overriding_must_say_why),
        T(the_checklist_is_ticked_within_bounds),
        T(a_result_needs_the_text_that_is_there),
        T(only_reports_in_review_are_judged),
        T(other_committees_gates_do_not_exist),
        T(an_edit_reopens_exactly_what_it_touches),
        T(adoption_carries_the_results_over),
        T(a_result_for_an_older_text_is_not_carried_over),
        T(signed_articles_are_judged_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
