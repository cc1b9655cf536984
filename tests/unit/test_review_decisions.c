/* Decisions: each on the version that was seen, each told to the authors, none with an open gate where it
 * matters. */
#include "desk_testing.h"

typedef int (*decision)(struct ctx *ctx, const void *in, void *out);

static int run(struct fixture *f, int64_t account, decision op, const void *in) {
    return fixture_write(f, account, op, in, arena_alloc(f->arena, report_view_record.size));
}

static int decide(struct fixture *f, int64_t account, decision op, int64_t id, const char *code,
                  const char *text) {
    f->if_match = desk_version_of(f, "report", id);
    return run(f, account, op, &(struct decide_in){id, code, text});
}

static const struct {
    decision op;
    const char *event, *code, *to, *said;
} turns[] = {
    {report_return, "return", "return_facts", "returned", "需要补充：请补数据"},
    {report_keep, "keep", "keep_known", "kept", "这次没有采用，已留存备用：请补数据"},
    {report_redirect, "redirect", "redirect_petition", "redirected", "其他渠道反映：请补数据"},
};

static void authors_are_told_why(void **state) {
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LEN(turns); i++) {
        int64_t id = desk_report(f, "in_review"), version = desk_version_of(f, "report", id);
        struct lease_view lease;
        assert_int_equal(fixture_write(f, f->editor, desk_claim, &(struct desk_claim_in){.id = id}, &lease),
                         0);
        assert_int_equal(decide(f, f->editor, turns[i].op, id, turns[i].code, "请补数据"), 0);
        assert_string_equal(desk_value(f, "report", "status", id), turns[i].to);
        assert_string_equal(desk_value(f, "report", "decision_code", id), turns[i].code);
        assert_string_equal(desk_value(f, "report", "decision_text", id), "请补数据");
        assert_int_equal(desk_version_of(f, "report", id), version + 1);
        const char *where =
            arena_printf(f->arena, "WHERE report_id = %lld AND kind = '%s'", (long long)id, turns[i].event);
        const char *text = fixture_text(
            f, arena_printf(f->arena, "SELECT text FROM report_event %s AND text IS NOT NULL", where));
        assert_non_null(strstr(text, turns[i].said));
        assert_non_null(strstr(text, "《关于增加公交班次的建议》"));
        assert_null(strstr(text, "钱编")); /* the author deals with the office, not with a person */
        assert_non_null(strstr(
            fixture_text(
                f, arena_printf(f->arena, "SELECT staff_text FROM report_event %s AND text IS NULL", where)),
            "钱编"));
        assert_int_equal(
            fixture_int(f,
                        arena_printf(f->arena, "SELECT account_id FROM notice WHERE link = '/reports/%lld'",
                                     (long long)id)),
            f->officer);
        assert_int_equal(
            fixture_int(f, arena_printf(f->arena, "SELECT count(*) FROM audit WHERE act = 'report.%s'",
                                        turns[i].event)),
            1);
        assert_int_equal(fixture_int(f, "SELECT count(*) FROM lease"), 0);
    }
}

static void a_decision_needs_the_version_that_was_seen(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_report(f, "in_review"), version = desk_version_of(f, "report", id);
    desk_pass_all(f, "report", id);
    int64_t events = fixture_int(f, "SELECT count(*) FROM report_event"),
            audit = fixture_int(f, "SELECT count(*) FROM audit");
    const int64_t wrong[] = {version - 1, version + 1, ABSENT};
    struct article_created_out created;
    for (size_t w = 0; w < ARRAY_LEN(wrong); w++) {
        f->if_match = wrong[w];
        for (size_t i = 0; i < ARRAY_LEN(turns); i++)
            assert_int_equal(run(f, f->editor, turns[i].op, &(struct decide_in){id, turns[i].code, "理由"}),
                             ERR_PRECONDITION_FAILED);
        assert_int_equal(run(f, f->editor, report_reopen, &(struct desk_id_in){id}), ERR_PRECONDITION_FAILED);
        assert_int_equal(fixture_write(f, f->editor, report_adopt,
                                       &(struct adopt_in){id, f->publication_submit}, &created),
                         ERR_PRECONDITION_FAILED);
    }
    assert_string_equal(desk_value(f, "report", "status", id), "in_review");
    assert_null(desk_value(f, "report", "decision_code", id));
    assert_int_equal(desk_version_of(f, "report", id), version);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM report_event"), events);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit"), audit);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM article"), 0);
}

static void reasons_are_of_their_kind(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_report(f, "in_review");
    for (size_t i = 0; i < ARRAY_LEN(turns); i++) {
        const char *other = turns[(i + 1) % ARRAY_LEN(turns)].code;
        assert_int_equal(decide(f, f->editor, turns[i].op, id, other, "理由"), ERR_NOT_ALLOWED_VALUE);
        assert_string_equal(f->problem.field, "reason_code");
        assert_int_equal(decide(f, f->editor, turns[i].op, id, "nonsense", "理由"), ERR_NOT_ALLOWED_VALUE);
    }
    fixture_sql(f, "UPDATE reason SET active = 0 WHERE code = 'keep_known'");
    assert_int_equal(decide(f, f->editor, report_keep, id, "keep_known", "理由"), ERR_NOT_ALLOWED_VALUE);
    assert_string_equal(desk_value(f, "report", "status", id), "in_review");
    assert_null(desk_value(f, "report", "decision_code", id));
}

static void only_what_is_in_review_is_decided(void **state) {
    struct fixture *f = *state;
    const char *const statuses[] = {"submitted", "in_review", "returned",  "kept",   "redirected",
                                    "adopted",   "published", "withdrawn", "closed", "merged"};
    struct article_created_out created;
    for (size_t s = 0; s < ARRAY_LEN(statuses); s++) {
        bool in_review = strcmp(statuses[s], "in_review") == 0;
        /* What was taken back is not at the desk any more. */
        int refused = strcmp(statuses[s], "withdrawn") == 0 ? ERR_NOT_FOUND : ERR_ILLEGAL_TRANSITION;
        bool put_aside = strcmp(statuses[s], "kept") == 0 || strcmp(statuses[s], "redirected") == 0;
        for (size_t i = 0; i < ARRAY_LEN(turns); i++)
            assert_int_equal(
                decide(f, f->editor, turns[i].op, desk_report(f, statuses[s]), turns[i].code, "理由"),
                in_review ? 0 : refused);
        int64_t id = desk_report(f, statuses[s]);
        f->if_match = desk_version_of(f, "report", id);
        assert_int_equal(run(f, f->editor, report_reopen, &(struct desk_id_in){id}), put_aside ? 0 : refused);
        if (put_aside) {
            assert_string_equal(desk_value(f, "report", "status", id), "in_review");
            assert_null(desk_value(f, "report", "decision_text", id));
        }
        id = desk_report(f, statuses[s]);
        f->if_match = desk_version_of(f, "report", id);
        assert_int_equal(fixture_write(f, f->editor, report_adopt,
                                       &(struct adopt_in){id, f->publication_submit}, &created),
                         in_review ? ERR_GATES_OPEN : refused);
        bool waits = in_review || strcmp(statuses[s], "submitted") == 0;
        assert_int_equal(
            run(f, f->editor, report_assign, &(struct assign_in){desk_report(f, statuses[s]), f->clerk}),
            waits ? 0 : refused);
    }
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM article"), 0);
}

static int adopt(struct fixture *f, int64_t account, int64_t id, int64_t *ret_article) {
    struct article_created_out created = {0};
    f->if_match = desk_version_of(f, "report", id);
    int result =
        fixture_write(f, account, report_adopt, &(struct adopt_in){id, f->publication_submit}, &created);
    if (ret_article) *ret_article = created.article_id;
    return result;
}

static void nothing_is_adopted_with_an_open_gate(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_report(f, "in_review"), article = 0;
    assert_int_equal(adopt(f, f->editor, id, NULL), ERR_GATES_OPEN);
    desk_pass_all(f, "report", id);
    assert_int_equal(desk_judge(f, f->editor, "report", id, "facts", "fail", "无出处", NULL, NULL), 0);
    assert_int_equal(adopt(f, f->editor, id, NULL), ERR_GATES_OPEN);
    assert_non_null(strstr(f->problem.detail, "事实关还没有通过"));
    assert_null(strstr(f->problem.detail, "政治关"));
    assert_int_equal(desk_judge(f, f->section_head, "report", id, "facts", "override", "已电话核实",
                                "override_verified", NULL),
                     0);
    /* The text changed after it was judged. */
    fixture_sql(f, "UPDATE report SET suggestion = '另一条建议', text_sha256 = 'another'");
    assert_int_equal(adopt(f, f->editor, id, NULL), ERR_GATES_OPEN);
    assert_non_null(strstr(f->problem.detail, "政治关、内容关、文字关"));
    assert_string_equal(desk_value(f, "report", "status", id), "in_review");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM article"), 0);
    assert_int_equal(desk_judge(f, f->editor, "report", id, "politics", "pass", NULL, NULL, NULL), 0);
    assert_int_equal(desk_judge(f, f->editor, "report", id, "content", "pass", NULL, NULL, NULL), 0);
    assert_int_equal(desk_judge(f, f->editor, "report", id, "wording", "pass", NULL, NULL, NULL), 0);
    assert_int_equal(adopt(f, f->editor, id, &article), 0);
    assert_string_equal(desk_value(f, "report", "status", id), "adopted");
    assert_true(article > 0);
    assert_int_equal(desk_open(f, "article", article), 0); /* the desk does not judge twice */
    const char *text = fixture_text(f, "SELECT text FROM report_event WHERE kind = 'adopt'");
    assert_non_null(strstr(text, "已采用，正在编辑"));
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM notice WHERE kind = 'report'"), 1);
    assert_int_equal(adopt(f, f->editor, id, NULL), ERR_ILLEGAL_TRANSITION);
}

static void another_committees_publication_adopts_nothing(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_report(f, "in_review");
    int64_t foreign = fixture_int(f, "SELECT p.id FROM publication p JOIN unit u ON u.id = p.committee_id"
                                     " WHERE u.code = 'linjiang' AND p.kind = 'submit'");
    desk_pass_all(f, "report", id);
    struct article_created_out created;
    f->if_match = desk_version_of(f, "report", id);
    assert_int_equal(fixture_write(f, f->editor, report_adopt, &(struct adopt_in){id, foreign}, &created),
                     ERR_NOT_ALLOWED_VALUE);
    assert_string_equal(desk_value(f, "report", "status", id), "in_review");
}

static void reports_are_assigned_to_reviewers(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_report(f, "submitted");
    assert_int_equal(run(f, f->editor, report_assign, &(struct assign_in){id, f->clerk}), 0);
    assert_int_equal(fixture_int(f, "SELECT assignee_id FROM report"), f->clerk);
    assert_int_equal(fixture_int(f, "SELECT account_id FROM notice WHERE kind = 'assign'"), f->clerk);
    assert_int_equal(desk_version_of(f, "report", id), 2);
    /* To whom it is already assigned, to oneself, to nobody. */
    assert_int_equal(run(f, f->editor, report_assign, &(struct assign_in){id, f->clerk}), 0);
    assert_int_equal(desk_version_of(f, "report", id), 2);
    assert_int_equal(run(f, f->editor, report_assign, &(struct assign_in){id, f->editor}), 0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM notice WHERE kind = 'assign'"), 1);
    assert_int_equal(run(f, f->editor, report_assign, &(struct assign_in){id, ABSENT}), 0);
    assert_int_equal(fixture_int(f, "SELECT assignee_id FROM report"), ABSENT);
    const int64_t unfit[] = {f->officer, f->vice_chair, f->city_editor, 999999};
    for (size_t i = 0; i < ARRAY_LEN(unfit); i++) {
        assert_int_equal(run(f, f->editor, report_assign, &(struct assign_in){id, unfit[i]}),
                         ERR_NOT_ALLOWED_VALUE);
        assert_string_equal(f->problem.field, "account_id");
    }
    fixture_sql(f, arena_printf(f->arena, "UPDATE account SET status = 'disabled' WHERE id = %lld",
                                (long long)f->editor2));
    assert_int_equal(run(f, f->editor, report_assign, &(struct assign_in){id, f->editor2}),
                     ERR_NOT_ALLOWED_VALUE);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'report.assign'"), 3);
}

static void nobody_else_decides(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_report(f, "in_review"), kept = desk_report(f, "kept");
    struct article_created_out created;
    const int64_t others[] = {f->city_editor, f->city_section_head,  f->officer,        f->clerk,
                              f->vice_chair,  f->department_handler, f->security_admin, FIXTURE_PUBLIC};
    for (size_t o = 0; o < ARRAY_LEN(others); o++) {
        for (size_t i = 0; i < ARRAY_LEN(turns); i++)
            assert_int_equal(decide(f, others[o], turns[i].op, id, turns[i].code, "理由"), ERR_NOT_FOUND);
        f->if_match = desk_version_of(f, "report", kept);
        assert_int_equal(run(f, others[o], report_reopen, &(struct desk_id_in){kept}), ERR_NOT_FOUND);
        assert_int_equal(run(f, others[o], report_assign, &(struct assign_in){id, f->clerk}), ERR_NOT_FOUND);
        assert_int_equal(fixture_write(f, others[o], report_adopt,
                                       &(struct adopt_in){id, f->publication_submit}, &created),
                         ERR_NOT_FOUND);
    }
    assert_int_equal(desk_version_of(f, "report", id), 1);
    assert_int_equal(desk_version_of(f, "report", kept), 1);
}

/* ---- Opening a report ---- */

static int look(struct fixture *f, int64_t account, int64_t id, struct desk_report_out *out) {
    record_clear(&desk_report_out_record, out);
    return fixture_self(f, account, desk_get, &(struct desk_id_in){id}, out);
}

static void the_desk_shows_one_report_whole(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_report(f, "submitted");
    struct desk_report_out out;
    struct lease_view lease;
    assert_int_equal(look(f, f->editor, id, &out), 0);
    assert_non_null(out.report);
    assert_int_equal(out.version, 1);
    assert_int_equal(out.gates.count, 5);
    assert_int_equal(out.versions.count, 1);
    assert_int_equal(out.articles.count, 0);
    assert_null(out.lease);
    assert_null(out.my_grading);
    assert_int_equal(out.grade_average, ABSENT);
    assert_true(out.can_review && !out.can_grade && !out.can_decide);
    assert_int_equal(fixture_write(f, f->clerk, desk_claim, &(struct desk_claim_in){.id = id}, &lease), 0);
    assert_int_equal(look(f, f->editor, id, &out), 0);
    assert_string_equal(out.lease->name, "孙文");
    assert_false(out.lease->mine);
    assert_true(out.can_review && out.can_grade && out.can_decide);
    assert_int_equal(look(f, f->clerk, id, &out), 0);
    assert_true(out.can_review && !out.can_grade && !out.can_decide && out.lease->mine);
    desk_pass_all(f, "report", id);
    assert_int_equal(adopt(f, f->editor, id, NULL), 0);
    assert_int_equal(look(f, f->editor, id, &out), 0);
    assert_int_equal(out.articles.count, 1);
    assert_string_equal(LIST_AT(out.articles, struct desk_article, 0)->status_text, "编辑中");
    assert_true(!out.can_review && out.can_grade && !out.can_decide);
    assert_int_equal(look(f, f->editor, desk_report(f, "kept"), &out), 0);
    assert_true(!out.can_review && out.can_decide); /* to reopen it */
}

static void looking_marks_it_seen_once(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_report(f, "submitted");
    struct desk_report_out out;
    f->now += 10;
    assert_int_equal(look(f, f->clerk, id, &out), 0);
    assert_int_equal(fixture_int(f, "SELECT at_ms FROM report_seen"), f->now);
    f->now += 10;
    assert_int_equal(look(f, f->clerk, id, &out), 0);
    assert_int_equal(fixture_int(f, "SELECT at_ms FROM report_seen"),
                     f->now - 10); /* no write for a second look */
    fixture_sql(f, arena_printf(f->arena, "UPDATE report SET submitted_ms = %lld", (long long)f->now));
    assert_int_equal(look(f, f->clerk, id, &out), 0);
    assert_int_equal(fixture_int(f, "SELECT at_ms FROM report_seen"), f->now);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM report_seen"), 1);
}

static void nobody_else_looks(void **state) {
    struct fixture *f = *state;
    struct desk_report_out out;
    int64_t id = desk_report(f, "submitted");
    /* The author sees the report, but not the desk's view of it. */
    const int64_t others[] = {f->city_editor,        f->officer,      f->unit_liaison,
                              f->department_handler, f->system_admin, FIXTURE_PUBLIC};
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_int_equal(look(f, others[i], id, &out), ERR_NOT_FOUND);
    assert_int_equal(look(f, f->clerk, desk_report(f, "draft"), &out), ERR_NOT_FOUND);
    assert_int_equal(look(f, f->clerk, desk_report(f, "unit_signing"), &out), ERR_NOT_FOUND);
    assert_int_equal(look(f, f->clerk, 999999, &out), ERR_NOT_FOUND);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM report_seen"), 0);
}

#define T(TEST) cmocka_unit_test_setup_teardown(TEST, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(authors_are_told_why),
        T(a_decision_needs_the_version_that_was_seen),
        T(reasons_are_of_their_kind),
        T(only_what_is_in_review_is_decided),
        T(nothing_is_adopted_with_an_open_gate),
        T(another_committees_publication_adopts_nothing),
        T(reports_are_assigned_to_reviewers),
        T(nobody_else_decides),
        T(the_desk_shows_one_report_whole),
        T(looking_marks_it_seen_once),
        T(nobody_else_looks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
