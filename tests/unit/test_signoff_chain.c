/* The chain of sign-off: who may sign which step, what a signature is bound to, the way back. */
#include "issue_testing.h"

static void the_whole_chain_makes_an_issue(void **state) {
    struct fixture *f = *state;
    int64_t report = desk_report(f, "in_review"), article = desk_article(f, report);
    desk_pass_all(f, "article", article);
    assert_int_equal(send(f, f->editor, article), 0);
    assert_string_equal(desk_value(f, "article", "status", article), "in_signoff");
    assert_int_equal(count_of(f, "notice WHERE kind = 'signoff'"), 1); /* the section head */
    assert_int_equal(sign(f, f->section_head, article), 0);
    assert_int_equal(sign(f, f->secretary_general, article), 0);
    assert_int_equal(count_of(f, "issue"), 0);
    struct sign_out out = {0};
    assert_int_equal(sign_with(f, f->vice_chair, (struct sign_in){.id = article, .note = "同意"}, &out), 0);
    assert_string_equal(out.issue_number_text, "2026年第1期 总第1期");
    const struct article_view *view = out.article;
    assert_string_equal(view->status, "signed");
    assert_int_equal(view->issue_id, out.issue_id);
    assert_int_equal(view->signoff.count, 4); /* send and three signatures */

    assert_string_equal(desk_value(f, "report", "status", report), "published");
    assert_string_equal(fixture_text(f, "SELECT text FROM report_event WHERE kind = 'publish'"),
                        "省政协已采用，编入《政协社情民意信息》2026年第1期 总第1期。");
    assert_int_equal(count_of(f, "notice n JOIN account a ON a.id = n.account_id WHERE a.login = 'officer'"
                                 " AND n.title = '您的信息已刊发'"),
                     1);
    assert_string_equal(
        fixture_text(f, "SELECT signer_name || '/' || reviewer_name || '/' || editor_name FROM issue"),
        "冯主/郑处/钱编");
    assert_string_equal(fixture_text(f, "SELECT issued_on FROM issue"), "2026-03-09");
    assert_int_equal(count_of(f, "audit WHERE act IN ('article.send', 'article.sign', 'article.sign_last',"
                                 " 'issue.create', 'report.publish')"),
                     7);
    /* Signed is signed. */
    assert_int_equal(sign(f, f->vice_chair, article), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(send(f, f->editor, article), ERR_ILLEGAL_TRANSITION);
}

static void sending_is_refused(void **state) {
    struct fixture *f = *state;
    int64_t article = desk_article(f, desk_report(f, "in_review"));
    assert_int_equal(send(f, f->editor, article), ERR_GATES_OPEN);
    desk_pass_all(f, "article", article);
    assert_int_equal(send(f, f->clerk, article), ERR_FORBIDDEN);       /* no article.edit anywhere */
    assert_int_equal(send(f, f->city_editor, article), ERR_NOT_FOUND); /* not in this committee */
    assert_int_equal(send(f, f->officer, article), ERR_FORBIDDEN);
    struct article_view view;
    f->if_match = desk_version_of(f, "article", article) + 1;
    assert_int_equal(fixture_call(f, f->editor, "article_send", &(struct send_in){.id = article}, &view),
                     ERR_PRECONDITION_FAILED);
    f->if_match = ABSENT;
    assert_int_equal(fixture_call(f, f->editor, "article_send", &(struct send_in){.id = article}, &view),
                     ERR_PRECONDITION_REQUIRED);
    /* Somebody is writing in it. */
    struct lease_view lease;
    assert_int_equal(
        fixture_call(f, f->editor2, "article_claim", &(struct article_claim_in){.id = article}, &lease), 0);
    assert_int_equal(send(f, f->editor, article), ERR_CLAIMED_BY_OTHER);
    assert_int_equal(send(f, f->editor2, article), 0);
    assert_int_equal(count_of(f, "lease"), 0);
    assert_int_equal(send(f, f->editor, article), ERR_ILLEGAL_TRANSITION);
}

static void a_chain_that_nobody_could_finish_is_not_begun(void **state) {
    struct fixture *f = *state;
    int64_t article = ready_article(f);
    fixture_sql(f, "UPDATE account SET status = 'disabled' WHERE login = 'secretary_general'");
    assert_int_equal(send(f, f->editor, article), ERR_CONFLICT);
    assert_non_null(strstr(f->problem.detail, "秘书长再审"));
    fixture_sql(f, "DELETE FROM signoff_step");
    assert_int_equal(send(f, f->editor, article), ERR_CONFLICT);
    assert_string_equal(desk_value(f, "article", "status", article), "editing");
}

static void only_the_step_now_due_is_signed(void **state) {
    struct fixture *f = *state;
    int64_t article = ready_article(f);
    assert_int_equal(sign(f, f->section_head, article), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(send(f, f->editor, article), 0);
    assert_int_equal(sign(f, f->secretary_general, article), ERR_FORBIDDEN);
    assert_int_equal(sign(f, f->vice_chair, article), ERR_FORBIDDEN);
    assert_int_equal(sign(f, f->editor, article), ERR_FORBIDDEN); /* sent it, holds no role of the chain */
    assert_int_equal(sign(f, f->officer, article), ERR_FORBIDDEN);
    assert_int_equal(sign(f, f->city_section_head, article), ERR_NOT_FOUND);
    struct sign_out out;
    f->if_match = desk_version_of(f, "article", article) - 1;
    assert_int_equal(fixture_call(f, f->section_head, "article_sign", &(struct sign_in){.id = article}, &out),
                     ERR_PRECONDITION_FAILED);
    assert_int_equal(sign(f, f->section_head, article), 0);
    assert_int_equal(sign(f, f->section_head, article), ERR_FORBIDDEN);
    assert_int_equal(count_of(f, "signoff_act WHERE act = 'sign'"), 1);
}

static void nobody_signs_twice_for_himself(void **state) {
    struct fixture *f = *state;
    fixture_sql(f, arena_printf(f->arena,
                                "INSERT INTO account_role SELECT %lld, id, %lld FROM role"
                                " WHERE code = 'secretary_general'",
                                (long long)f->section_head, (long long)f->province));
    int64_t article = ready_article(f);
    assert_int_equal(send(f, f->editor, article), 0);
    assert_int_equal(sign(f, f->section_head, article), 0);
    assert_int_equal(sign(f, f->section_head, article), ERR_FORBIDDEN);
    assert_non_null(strstr(f->problem.detail, "已审签过前面的环节"));
    struct signoff_list_out list;
    assert_int_equal(
        fixture_call(f, f->section_head, "signoff_list", &(struct signoff_list_in){.limit = ABSENT}, &list),
        0);
    assert_int_equal(list.items.count, 0);
    /* A new round begins anew. */
    assert_int_equal(send_back(f, f->secretary_general, article), 0);
    assert_int_equal(send(f, f->editor, article), 0);
    assert_int_equal(sign(f, f->section_head, article), 0);
    assert_int_equal(sign(f, f->section_head, article), ERR_FORBIDDEN);
    fixture_sql(f, "UPDATE setting SET value = '0' WHERE key = 'signoff.distinct_signers'");
    assert_int_equal(sign(f, f->section_head, article), 0);
    assert_int_equal(sign(f, f->vice_chair, article), 0);
}

static void a_change_while_signing_opens_the_gates(void **state) {
    struct fixture *f = *state;
    int64_t article = ready_article(f);
    assert_int_equal(send(f, f->editor, article), 0);
    struct sign_out out;
    assert_int_equal(
        sign_with(f, f->section_head, (struct sign_in){.id = article, .analysis = "补贴多年未变。"}, &out),
        0);
    assert_int_equal(count_of(f, "signoff_act WHERE act = 'edit_sign'"), 1);
    assert_int_equal(count_of(f, "article_version WHERE reason = 'sign'"), 1);
    assert_true(desk_open(f, "article", article) > 0);
    /* The same text again is no change. */
    assert_int_equal(sign_with(f, f->secretary_general,
                               (struct sign_in){.id = article, .analysis = "补贴多年未变。"}, &out),
                     0);
    assert_int_equal(count_of(f, "signoff_act WHERE act = 'edit_sign'"), 1);
    assert_int_equal(sign(f, f->vice_chair, article), ERR_GATES_OPEN);
    assert_int_equal(count_of(f, "counter WHERE name LIKE 'issue%'"), 0);
    desk_pass_all(f, "article", article);
    /* At the last step a change is kept and the signature waits for the gates. */
    assert_int_equal(
        sign_with(f, f->vice_chair, (struct sign_in){.id = article, .suggestion = "再议。"}, &out), 0);
    assert_true(out.waits_for_gates);
    assert_true(out.issue_id == ABSENT);
    assert_string_equal(desk_value(f, "article", "suggestion", article), "再议。");
    assert_string_equal(desk_value(f, "article", "status", article), "in_signoff");
    assert_int_equal(count_of(f, "signoff_act WHERE step = 3"), 0);
    assert_int_equal(count_of(f, "counter WHERE name LIKE 'issue%'"), 0);
    assert_int_equal(count_of(f, "notice WHERE title = '审签中改了文字，请重新判定'"), 1);
    assert_int_equal(sign(f, f->vice_chair, article), ERR_GATES_OPEN);
    desk_pass_all(f, "article", article);
    assert_int_equal(sign(f, f->vice_chair, article), 0);
    /* The signed version is the edited one. */
    assert_int_equal(fixture_int(f, "SELECT article_version FROM issue"), 3);
    assert_int_equal(count_of(f, "signoff_act sa JOIN article ar ON ar.id = sa.article_id"
                                 " WHERE sa.step = 3 AND sa.text_sha256 = ar.text_sha256"),
                     1);
}

static void returning_begins_a_new_round(void **state) {
    struct fixture *f = *state;
    int64_t article = ready_article(f);
    struct article_view view;
    assert_int_equal(send(f, f->editor, article), 0);
    assert_int_equal(sign(f, f->section_head, article), 0);
    assert_int_equal(send_back(f, f->section_head, article), ERR_FORBIDDEN);
    see(f, "article", article);
    assert_int_equal(fixture_call(f, f->secretary_general, "article_signoff_return",
                                  &(struct signoff_return_in){article, "return_facts", "请核实"}, &view),
                     ERR_NOT_ALLOWED_VALUE);
    assert_string_equal(f->problem.field, "reason_code");
    assert_int_equal(send_back(f, f->secretary_general, article), 0);
    assert_string_equal(desk_value(f, "article", "status", article), "editing");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM article WHERE step IS NULL"), 1);
    assert_string_equal(fixture_text(f, "SELECT a.login FROM notice n JOIN account a ON a.id = n.account_id"
                                        " WHERE n.title = '审签退回'"),
                        "editor");
    assert_int_equal(send_back(f, f->secretary_general, article), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(send(f, f->editor, article), 0);
    assert_int_equal(fixture_int(f, "SELECT round FROM article"), 2);
    assert_int_equal(fixture_int(f, "SELECT step FROM article"), 1);
    assert_int_equal(sign(f, f->secretary_general, article), ERR_FORBIDDEN);
    assert_int_equal(sign(f, f->section_head, article), 0);
}

static void recalled_only_before_the_first_signature(void **state) {
    struct fixture *f = *state;
    int64_t article = ready_article(f);
    assert_int_equal(recall(f, f->editor, article), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(send(f, f->editor, article), 0);
    assert_int_equal(recall(f, f->city_editor, article), ERR_NOT_FOUND);
    assert_int_equal(recall(f, f->clerk, article), ERR_FORBIDDEN);
    assert_int_equal(recall(f, f->editor2, article), 0);
    assert_string_equal(desk_value(f, "article", "status", article), "editing");
    assert_int_equal(send(f, f->editor, article), 0);
    assert_int_equal(sign(f, f->section_head, article), 0);
    assert_int_equal(recall(f, f->editor, article), ERR_ILLEGAL_TRANSITION);
    assert_non_null(strstr(f->problem.detail, "已有人审签"));
    /* A signature of the round before does not count. */
    assert_int_equal(send_back(f, f->secretary_general, article), 0);
    assert_int_equal(send(f, f->editor, article), 0);
    assert_int_equal(recall(f, f->editor, article), 0);
}

static void the_list_shows_what_waits_for_me(void **state) {
    struct fixture *f = *state;
    int64_t first = ready_article(f), second = ready_article(f);
    assert_int_equal(send(f, f->editor, first), 0);
    f->now += 1000;
    assert_int_equal(send(f, f->editor, second), 0);
    struct signoff_list_out list;
    struct signoff_list_in in = {.limit = 1};
    assert_int_equal(fixture_call(f, f->section_head, "signoff_list", &in, &list), 0);
    assert_int_equal(list.items.count, 1);
    struct signoff_item *item = LIST_AT(list.items, struct signoff_item, 0);
    assert_int_equal(item->article_id, second);
    assert_string_equal(item->step_name, "处长复审");
    assert_int_equal(item->sent_ms, f->now);
    assert_null(item->for_name);
    in.after = list.next;
    assert_int_equal(fixture_call(f, f->section_head, "signoff_list", &in, &list), 0);
    assert_int_equal(LIST_AT(list.items, struct signoff_item, 0)->article_id, first);
    assert_null(list.next);
    const int64_t others[] = {f->vice_chair, f->city_section_head, f->editor};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        assert_int_equal(
            fixture_call(f, others[i], "signoff_list", &(struct signoff_list_in){.limit = ABSENT}, &list), 0);
        assert_int_equal(list.items.count, 0);
    }
    assert_int_equal(sign(f, f->section_head, first), 0);
    assert_int_equal(send_back(f, f->section_head, second), 0);
    in = (struct signoff_list_in){.done = true, .limit = 1};
    assert_int_equal(fixture_call(f, f->section_head, "signoff_list", &in, &list), 0);
    assert_string_equal(LIST_AT(list.items, struct signoff_item, 0)->act, "return");
    in.after = list.next;
    assert_int_equal(fixture_call(f, f->section_head, "signoff_list", &in, &list), 0);
    assert_int_equal(LIST_AT(list.items, struct signoff_item, 0)->article_id, first);
    assert_null(list.next);
}

#define T(NAME) cmocka_unit_test_setup_teardown(NAME, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(the_whole_chain_makes_an_issue),
        T(sending_is_refused),
        T(a_chain_that_nobody_could_finish_is_not_begun),
        T(only_the_step_now_due_is_signed),
        T(nobody_signs_twice_for_himself),
        T(a_change_while_signing_opens_the_gates),
        T(returning_begins_a_new_round),
        T(recalled_only_before_the_first_signature),
        T(the_list_shows_what_waits_for_me),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
