/* What ends with a right: what one wrote, recorded, edits or stands in for while one held it. */
#include "../../src/features/report/types.h"
#include "issue_testing.h"

/* Takes all roles away, as the security administrator would. */
static void leaves(struct fixture *f, int64_t account) {
    char sql[300];
    snprintf(sql, sizeof(sql),
             "DELETE FROM account_role WHERE account_id = %lld; DELETE FROM access WHERE account_id = %lld",
             (long long)account, (long long)account);
    fixture_sql(f, sql);
}

struct giving {
    int64_t account;
    const char *role;
};
static int give_op(struct ctx *ctx, const void *in_, void *out) {
    const struct giving *in = in_;
    (void)out;
    int64_t unit = 0;
    int error = unit_root_id(ctx, &unit);
    return error != 0 ? error : account_give_role(ctx, in->account, in->role, unit);
}
static int account_give(struct fixture *f, int64_t account, const char *role) {
    return fixture_write(f, FIXTURE_SYSTEM, give_op, &(struct giving){account, role}, NULL);
}

static struct report_draft draft(void) {
    return (struct report_draft){.title = "关于增加公交班次的建议",
                                 .situation = "城东每日只有三班公交。",
                                 .suggestion = "建议市交通局增加早晚班次。",
                                 .category_id = ABSENT};
}

static int call_at(struct fixture *f, int64_t version, int64_t account, const char *route, const void *in,
                   void *out) {
    f->if_match = version;
    int error = fixture_call(f, account, route, in, out);
    f->if_match = ABSENT;
    return error;
}

static void who_writes_no_more_hands_nothing_in(void **state) {
    struct fixture *f = *state;
    struct report_draft in = draft();
    struct report_view view;
    struct report_receipt receipt;
    struct attachment_view added;
    assert_int_equal(fixture_call(f, f->officer, "report_create", &in, &view), 0);
    in.id = view.id;
    assert_true(view.can_edit && view.can_submit);
    leaves(f, f->officer);
    assert_int_equal(call_at(f, 1, f->officer, "report_save", &in, &view), ERR_FORBIDDEN);
    const struct report_submit_in submit = {.id = in.id, .confirm_not_classified = true};
    assert_int_equal(call_at(f, 1, f->officer, "report_submit", &submit, &receipt), ERR_FORBIDDEN);
    f->upload = &(struct upload){.fd = -1, .size = 1, .sha256 = "0"};
    assert_int_equal(
        fixture_call(f, f->officer, "attachment_add", &(struct attachment_add_in){in.id, "a.txt"}, &added),
        ERR_FORBIDDEN);
    f->upload = NULL;
    /* What he wrote he still reads, and may throw away. */
    assert_int_equal(fixture_call(f, f->officer, "report_get", &(struct report_id_in){in.id}, &view), 0);
    assert_false(view.can_edit || view.can_submit);
    assert_int_equal(fixture_call(f, f->officer, "report_delete", &(struct report_id_in){in.id}, NULL), 0);
}

static void who_recorded_for_others_keeps_nothing_of_it(void **state) {
    struct fixture *f = *state;
    struct report_author_in author = {.account_id = ABSENT, .name = "王老师", .contact = "0791-1"};
    struct report_draft in = draft();
    struct report_view view;
    in.authors = (struct list){&author, 1};
    assert_int_equal(fixture_call(f, f->clerk, "report_on_behalf", &in, &view), 0);
    const struct report_id_in id = {view.id};
    assert_int_equal(fixture_call(f, f->clerk, "report_get", &id, &view), 0);
    leaves(f, f->clerk);
    int64_t account = f->clerk;
    assert_int_equal(fixture_call(f, account, "report_get", &id, &view), ERR_NOT_FOUND);
    assert_int_equal(fixture_call(f, account, "report_timeline", &id, &(struct timeline){0}), ERR_NOT_FOUND);
    int64_t notices = count_of(f, "notice n JOIN account a ON a.id = n.account_id WHERE a.login = 'clerk'");
    const struct desk_claim_in claim = {.id = id.id};
    struct lease_view lease;
    assert_int_equal(fixture_call(f, f->editor, "desk_claim", &claim, &lease), 0);
    const struct decide_in keep = {.id = id.id, .reason_code = "keep_known", .text = "已有同类来稿。"};
    assert_int_equal(call_at(f, desk_version_of(f, "report", id.id), f->editor, "report_keep", &keep, &view),
                     0);
    assert_int_equal(count_of(f, "notice n JOIN account a ON a.id = n.account_id WHERE a.login = 'clerk'"),
                     notices);
    /* Back in the office he sees it again; listed it is only then, too. */
    assert_int_equal(account_give(f, account, "officer"), 0);
    struct report_page page = {0};
    const struct report_list_in list = {.limit = ABSENT};
    assert_int_equal(fixture_call(f, account, "report_list", &list, &page), 0);
    assert_int_equal(page.items.count, 0);
    assert_int_equal(account_give(f, account, "clerk"), 0);
    assert_int_equal(fixture_call(f, account, "report_list", &list, &page), 0);
    assert_int_equal(page.items.count, 1);
}

static void the_registered_unit_and_standing_are_printed(void **state) {
    struct fixture *f = *state;
    fixture_sql(f, "UPDATE profile SET standing = 'key_officer' WHERE account_id ="
                   " (SELECT id FROM account WHERE login = 'officer')");
    struct report_author_in authors[] = {{.account_id = f->officer,
                                          .name = "林晓",
                                          .unit_name = "国务院办公厅",
                                          .standing = "national_member"},
                                         {.account_id = f->officer2, .name = "周宁", .standing = "other"}};
    struct report_draft in = draft();
    struct report_view view;
    in.authors = (struct list){authors, 2};
    assert_int_equal(fixture_call(f, f->officer, "report_create", &in, &view), 0);
    const struct report_author_view *seen = view.authors.items;
    assert_string_equal(seen[0].unit_name, "民建云江省委会");
    assert_string_equal(seen[0].standing, "key_officer");
    assert_string_equal(seen[1].standing, "other"); /* nothing is registered */
}

static int64_t told(struct fixture *f, const char *login, const char *title) {
    char from[300];
    snprintf(from, sizeof(from),
             "notice n JOIN account a ON a.id = n.account_id WHERE a.login = '%s' AND n.title = '%s'", login,
             title);
    return count_of(f, from);
}

static void who_left_the_office_is_not_told_of_articles(void **state) {
    struct fixture *f = *state;
    int64_t article = ready_article(f);
    struct delegation_view view;
    const struct delegation_in away = {
        .to_id = f->editor2, .starts_ms = f->now, .ends_ms = f->now + 3600 * 1000};
    assert_int_equal(fixture_call(f, f->section_head, "delegation_add", &away, &view), 0);
    leaves(f, f->editor2);
    assert_int_equal(send(f, f->editor, article), 0);
    assert_int_equal(told(f, "section_head", "有稿件待审签"), 1);
    assert_int_equal(told(f, "editor2", "有稿件待审签"), 0);
    assert_int_equal(send_back(f, f->section_head, article), 0);
    assert_int_equal(told(f, "editor", "审签退回"), 1);
    assert_int_equal(send(f, f->editor, article), 0);
    leaves(f, f->editor);
    assert_int_equal(send_back(f, f->section_head, article), 0);
    assert_int_equal(told(f, "editor", "审签退回"), 1);
}

#define T(NAME) cmocka_unit_test_setup_teardown(NAME, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(who_writes_no_more_hands_nothing_in),
        T(who_recorded_for_others_keeps_nothing_of_it),
        T(the_registered_unit_and_standing_are_printed),
        T(who_left_the_office_is_not_told_of_articles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
