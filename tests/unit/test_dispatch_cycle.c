/* Dispatches: the table of transitions, who acts on which, what authors learn, outcomes and ratings. */
#include "issue_testing.h"

static const char *status_of(struct fixture *f, int64_t dispatch) {
    return desk_value(f, "dispatch", "status", dispatch);
}

static void the_table_says_what_may_follow(void **state) {
    (void)state;
    const char *const events[] = {"send", "receive", "answer", "close", "reopen", "void"};
    const char *const expected[][6] = {
        /* send, receive, answer, close, reopen, void */
        {"sent", NULL, NULL, NULL, NULL, NULL},                   /* pending */
        {NULL, "received", "answered", "closed", NULL, "closed"}, /* sent */
        {NULL, NULL, "answered", "closed", NULL, "closed"},       /* received */
        {NULL, NULL, "answered", "closed", NULL, NULL},           /* answered */
        {NULL, NULL, NULL, NULL, "answered", NULL},               /* closed */
    };
    assert_int_equal(dispatch_lifecycle.state_count, ARRAY_LEN(expected));
    for (size_t s = 0; s < ARRAY_LEN(expected); s++)
        for (size_t e = 0; e < ARRAY_LEN(events); e++) {
            const char *to = NULL;
            int error =
                lifecycle_next(&dispatch_lifecycle, dispatch_lifecycle.states[s].code, events[e], &to);
            if (expected[s][e])
                assert_string_equal(to, expected[s][e]);
            else
                assert_int_equal(error, ERR_ILLEGAL_TRANSITION);
        }
    const char *to = NULL;
    assert_int_equal(lifecycle_next(&issue_lifecycle, "void", "send", &to), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(lifecycle_next(&issue_lifecycle, "void", "void", &to), ERR_ILLEGAL_TRANSITION);
}

static void from_sending_to_closing(void **state) {
    struct fixture *f = *state;
    int64_t dispatch = sent_dispatch(f, NULL);
    assert_int_equal(receive(f, f->department_handler, dispatch), 0);
    assert_string_equal(status_of(f, dispatch), "received");
    assert_int_equal(receive(f, f->department_handler, dispatch), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(close_dispatch(f, f->editor, dispatch, "dispatch_close"), ERR_ILLEGAL_TRANSITION);
    assert_non_null(strstr(f->problem.detail, "还没有答复"));
    assert_int_equal(answer(f, f->department_handler, dispatch, "D"), ERR_NOT_ALLOWED_VALUE);
    assert_int_equal(answer(f, f->department_handler, dispatch, "B"), 0);
    assert_int_equal(answer(f, f->department_handler, dispatch, "A"), 0); /* corrected */
    assert_int_equal(close_dispatch(f, f->department_handler, dispatch, "dispatch_close"), ERR_FORBIDDEN);
    assert_int_equal(close_dispatch(f, f->city_editor, dispatch, "dispatch_close"), ERR_NOT_FOUND);
    assert_int_equal(close_dispatch(f, f->clerk, dispatch, "dispatch_close"), 0);
    assert_string_equal(status_of(f, dispatch), "closed");
    assert_string_equal(fixture_text(f, "SELECT status FROM report"), "closed");
    assert_int_equal(answer(f, f->department_handler, dispatch, "C"), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(close_dispatch(f, f->clerk, dispatch, "dispatch_reopen"), 0);
    assert_string_equal(status_of(f, dispatch), "answered");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM dispatch WHERE closed_ms IS NULL"), 1);
    assert_string_equal(fixture_text(f, "SELECT status FROM report"), "published");
    const char *const told[] = {"已报送省教育厅。",
                                "省教育厅已签收。",
                                "省教育厅已答复（B 列入计划拟解决）。",
                                "省教育厅已更正答复（A 已解决或基本解决）。",
                                "各方面的办理已全部办结。",
                                "省教育厅的办理将继续。"};
    for (size_t i = 0; i < ARRAY_LEN(told); i++) {
        assert_int_equal(count_of(f, arena_printf(f->arena, "report_event WHERE text = '%s'", told[i])), 1);
        assert_int_equal(count_of(f, arena_printf(f->arena, "notice WHERE text = '%s' AND account_id = %lld",
                                                  told[i], (long long)f->officer)),
                         1);
    }
    assert_int_equal(count_of(f, "audit WHERE subject_kind = 'dispatch'"), 6);
}

static void the_desk_registers_for_the_department(void **state) {
    struct fixture *f = *state;
    int64_t dispatch = sent_dispatch(f, NULL);
    struct dispatch_view view;
    struct dispatch_id_in in = {dispatch};
    assert_int_equal(fixture_call(f, f->clerk, "dispatch_get", &in, &view), 0);
    assert_true(view.can_register && view.can_receive && view.can_answer && !view.can_close);
    assert_int_equal(fixture_call(f, f->department_handler, "dispatch_get", &in, &view), 0);
    assert_true(!view.can_register && view.can_receive && view.can_answer && !view.can_close);
    assert_int_equal(answer(f, f->clerk, dispatch, "A"), 0); /* without signing for it first */
    assert_int_equal(fixture_int(f, "SELECT answered_by FROM dispatch"), f->clerk);
    assert_int_equal(count_of(f, "dispatch WHERE received_ms IS NOT NULL"), 1);
    f->if_match = 1;
    assert_int_equal(fixture_call(f, f->clerk, "dispatch_answer",
                                  &(struct dispatch_answer_in){.id = dispatch, .result = "B", .text = "x"},
                                  &view),
                     ERR_PRECONDITION_FAILED);
}

static void handlers_see_what_was_sent_to_their_unit(void **state) {
    struct fixture *f = *state;
    int64_t finance = 0,
            stranger = fixture_account(f, "finance_handler", "department_handler", f->special_committee);
    int64_t issue = issue_of(f, ready_article(f));
    int64_t to = recipient(f, "department", "省教育厅", f->department);
    finance = recipient(f, "department", "省财政厅", f->special_committee);
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(to, finance), NO_IDS), 0);
    int64_t dispatch = fixture_int(
        f, arena_printf(f->arena, "SELECT id FROM dispatch WHERE recipient_id = %lld", (long long)to));
    struct dispatch_list_in all = {.issue_id = ABSENT, .limit = ABSENT};
    struct dispatch_list_out list;
    struct dispatch_view view;
    struct dispatch_id_in in = {dispatch};
    /* Pending: for the desk only, and nothing to act on. */
    assert_int_equal(fixture_call(f, f->department_handler, "dispatch_list", &all, &list), 0);
    assert_int_equal(list.items.count, 0);
    assert_int_equal(fixture_call(f, f->department_handler, "dispatch_get", &in, &view), ERR_NOT_FOUND);
    assert_int_equal(receive(f, f->department_handler, dispatch), ERR_NOT_FOUND);
    assert_int_equal(receive(f, f->clerk, dispatch), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(answer(f, f->clerk, dispatch, "A"), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(fixture_call(f, f->clerk, "dispatch_list", &all, &list), 0);
    assert_int_equal(list.items.count, 2);
    assert_int_equal(send_issue(f, f->editor, issue, NULL), 0);

    assert_int_equal(fixture_call(f, f->department_handler, "dispatch_list", &all, &list), 0);
    assert_int_equal(list.items.count, 1);
    assert_int_equal(LIST_AT(list.items, struct dispatch_view, 0)->id, dispatch);
    const int64_t others[] = {stranger, f->officer, f->city_editor, f->leader_reader};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        assert_int_equal(fixture_call(f, others[i], "dispatch_get", &in, &view), ERR_NOT_FOUND);
        assert_int_equal(receive(f, others[i], dispatch), ERR_NOT_FOUND);
        assert_int_equal(answer(f, others[i], dispatch, "A"), ERR_NOT_FOUND);
    }
    struct dispatch_list_in filter = {.issue_id = issue, .status = "sent", .limit = 1};
    assert_int_equal(fixture_call(f, f->clerk, "dispatch_list", &filter, &list), 0);
    assert_int_equal(list.items.count, 1);
    filter.after = list.next;
    assert_int_equal(fixture_call(f, f->clerk, "dispatch_list", &filter, &list), 0);
    assert_int_equal(list.items.count, 1);
    assert_null(list.next);
    filter = (struct dispatch_list_in){.issue_id = ABSENT, .status = "answered", .limit = ABSENT};
    assert_int_equal(fixture_call(f, f->clerk, "dispatch_list", &filter, &list), 0);
    assert_int_equal(list.items.count, 0);
    filter = (struct dispatch_list_in){.issue_id = ABSENT, .mine = true, .limit = ABSENT};
    assert_int_equal(fixture_call(f, f->clerk, "dispatch_list", &filter, &list), 0);
    assert_int_equal(list.items.count, 0); /* the desk handles none itself */
}

static void leaders_are_closed_without_an_answer(void **state) {
    struct fixture *f = *state;
    int64_t issue = issue_of(f, ready_article(f));
    int64_t leader = recipient(f, "leader", "省长", ABSENT),
            to = recipient(f, "department", "省教育厅", f->department);
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(leader), NO_IDS), 0);
    assert_int_equal(send_issue(f, f->editor, issue, NULL), 0);
    int64_t dispatch = fixture_int(f, "SELECT id FROM dispatch");
    assert_int_equal(answer(f, f->clerk, dispatch, "A"), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(close_dispatch(f, f->clerk, dispatch, "dispatch_close"), 0);
    assert_string_equal(fixture_text(f, "SELECT status FROM report"), "closed");
    assert_int_equal(close_dispatch(f, f->clerk, dispatch, "dispatch_reopen"), ERR_ILLEGAL_TRANSITION);
    /* One more recipient opens the report again. */
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(leader, to), NO_IDS), 0);
    assert_int_equal(send_issue(f, f->editor, issue, NULL), 0);
    assert_string_equal(fixture_text(f, "SELECT status FROM report"), "published");
}

static void a_void_issue_asks_nobody_any_more(void **state) {
    struct fixture *f = *state;
    int64_t issue = 0, dispatch = sent_dispatch(f, &issue);
    int64_t leader = recipient(f, "leader", "省长", ABSENT),
            to = fixture_int(f, "SELECT min(id) FROM recipient");
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(to), IDS(leader)), 0);
    assert_int_equal(answer(f, f->clerk, dispatch, "A"), 0);
    assert_int_equal(void_issue(f, f->editor, issue), ERR_CONFLICT); /* somebody has answered */
    assert_string_equal(desk_value(f, "issue", "status", issue), "dispatched");
    fixture_sql(f, "UPDATE dispatch SET status = 'received', answered_ms = NULL WHERE status = 'answered'");
    assert_int_equal(void_issue(f, f->editor, issue), 0);
    assert_int_equal(count_of(f, "dispatch WHERE status = 'pending'"), 0);
    assert_string_equal(status_of(f, dispatch), "closed");
    assert_int_equal(answer(f, f->department_handler, dispatch, "A"), ERR_ILLEGAL_TRANSITION);
    assert_non_null(strstr(f->problem.detail, "作废"));
    assert_int_equal(close_dispatch(f, f->clerk, dispatch, "dispatch_reopen"), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(count_of(f, "notice WHERE title = '社情民意信息已作废'"), 1);
    assert_string_equal(fixture_text(f, "SELECT status FROM report"), "adopted");
    struct outcomes_out outcomes;
    assert_int_equal(fixture_call(f, f->officer, "report_outcomes",
                                  &(struct outcomes_in){fixture_int(f, "SELECT id FROM report")}, &outcomes),
                     0);
    assert_int_equal(outcomes.items.count, 0);
}

/* What pages and the urging letter ask of a dispatch. */
static bool owes_answer(struct fixture *f, int64_t dispatch) {
    struct dispatch_view view = {0};
    assert_int_equal(fixture_call(f, f->clerk, "dispatch_get", &(struct dispatch_id_in){dispatch}, &view), 0);
    return view.owes_answer;
}

static void who_owes_an_answer(void **state) {
    struct fixture *f = *state;
    int64_t issue = 0, dispatch = sent_dispatch(f, &issue);
    assert_true(owes_answer(f, dispatch));
    assert_int_equal(receive(f, f->department_handler, dispatch), 0);
    assert_true(owes_answer(f, dispatch));
    fixture_sql(f, "UPDATE dispatch SET kind = 'copy'");
    assert_false(owes_answer(f, dispatch));
    fixture_sql(f, "UPDATE dispatch SET kind = 'main'; UPDATE recipient SET kind = 'leader'");
    assert_false(owes_answer(f, dispatch));
    fixture_sql(f, "UPDATE recipient SET kind = 'department'");
    assert_int_equal(answer(f, f->clerk, dispatch, "A"), 0);
    assert_false(owes_answer(f, dispatch));
    fixture_sql(f, "UPDATE dispatch SET status = 'sent'");
    assert_true(owes_answer(f, dispatch));
    fixture_sql(f, "UPDATE issue SET status = 'void'");
    assert_false(owes_answer(f, dispatch));
}

static void overdue_the_day_after(void **state) {
    struct fixture *f = *state;
    int64_t dispatch = sent_dispatch(f, NULL);
    struct dispatch_view view;
    struct dispatch_id_in in = {dispatch};
    fixture_sql(f, "UPDATE dispatch SET due_on = '2026-03-09'");
    assert_int_equal(fixture_call(f, f->clerk, "dispatch_get", &in, &view), 0);
    assert_false(view.overdue);
    f->now += 24 * 3600 * 1000;
    assert_int_equal(fixture_call(f, f->clerk, "dispatch_get", &in, &view), 0);
    assert_true(view.overdue);
    assert_int_equal(answer(f, f->clerk, dispatch, "A"), 0);
    assert_int_equal(fixture_call(f, f->clerk, "dispatch_get", &in, &view), 0);
    assert_false(view.overdue);
}

static void outcomes_are_for_those_who_see_the_report(void **state) {
    struct fixture *f = *state;
    int64_t dispatch = sent_dispatch(f, NULL), report = fixture_int(f, "SELECT id FROM report");
    assert_int_equal(answer(f, f->department_handler, dispatch, "A"), 0);
    struct outcomes_in in = {report};
    struct outcomes_out out;
    const int64_t seeing[] = {f->officer, f->unit_liaison, f->clerk, f->vice_chair};
    for (size_t i = 0; i < ARRAY_LEN(seeing); i++) {
        assert_int_equal(fixture_call(f, seeing[i], "report_outcomes", &in, &out), 0);
        assert_int_equal(out.items.count, 1);
        assert_true(LIST_AT(out.items, struct outcome, 0)->can_rate == (seeing[i] == f->officer));
    }
    assert_string_equal(LIST_AT(out.items, struct outcome, 0)->recipient_name, "省教育厅");
    assert_string_equal(LIST_AT(out.items, struct outcome, 0)->answer_text, "已增加班次。");
    const int64_t blind[] = {f->officer2, f->department_handler, f->city_editor, f->system_admin,
                             f->leader_reader};
    for (size_t i = 0; i < ARRAY_LEN(blind); i++)
        assert_int_equal(fixture_call(f, blind[i], "report_outcomes", &in, &out), ERR_NOT_FOUND);
}

static void only_authors_rate_and_only_an_answer(void **state) {
    struct fixture *f = *state;
    int64_t dispatch = sent_dispatch(f, NULL);
    struct outcome out;
    assert_int_equal(rate(f, f->officer, dispatch, "satisfied", NULL), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(answer(f, f->department_handler, dispatch, "B"), 0);
    assert_int_equal(rate(f, f->officer2, dispatch, "satisfied", NULL), ERR_NOT_FOUND);
    assert_int_equal(rate(f, f->unit_liaison, dispatch, "satisfied", NULL),
                     ERR_NOT_FOUND); /* sees, wrote not */
    assert_int_equal(rate(f, f->editor, dispatch, "satisfied", NULL), ERR_FORBIDDEN);
    assert_int_equal(rate(f, f->officer, dispatch, "great", NULL), ERR_NOT_ALLOWED_VALUE);
    assert_int_equal(rate(f, f->officer, dispatch, "unsatisfied", NULL), 0);
    assert_int_equal(rate(f, f->officer, dispatch, "mostly", &out), 0); /* changed */
    assert_string_equal(out.rating, "mostly");
    assert_int_equal(count_of(f, "rating"), 1);
    /* A joint author has a rating of his own. */
    fixture_sql(f, arena_printf(f->arena,
                                "INSERT INTO report_author (report_id, position, account_id, name)"
                                " SELECT id, 2, %lld, '周宁' FROM report",
                                (long long)f->officer2));
    assert_int_equal(rate(f, f->officer2, dispatch, "satisfied", &out), 0);
    struct dispatch_view view;
    assert_int_equal(
        fixture_call(f, f->department_handler, "dispatch_get", &(struct dispatch_id_in){dispatch}, &view), 0);
    assert_int_equal(view.ratings.count, 2);
    /* Who recorded it for somebody else is no author. */
    fixture_sql(f, "DELETE FROM rating; DELETE FROM report_author WHERE position = 1;"
                   "UPDATE report SET channel = 'on_behalf'");
    assert_int_equal(rate(f, f->officer, dispatch, "satisfied", NULL), ERR_NOT_FOUND);
}

#define T(NAME) cmocka_unit_test_setup_teardown(NAME, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_says_what_may_follow),
        T(from_sending_to_closing),
        T(the_desk_registers_for_the_department),
        T(handlers_see_what_was_sent_to_their_unit),
        T(leaders_are_closed_without_an_answer),
        T(a_void_issue_asks_nobody_any_more),
        T(who_owes_an_answer),
        T(overdue_the_day_after),
        T(outcomes_are_for_those_who_see_the_report),
        T(only_authors_rate_and_only_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
