/* Issues: who sees them and what of them, recipients, instructions, the line of authors. */
#include "issue_testing.h"

static int get(struct fixture *f, int64_t account, int64_t issue, struct issue_view *out) {
    return fixture_call(f, account, "issue_get", &(struct issue_id_in){issue}, out);
}

static size_t listed(struct fixture *f, int64_t account) {
    struct issue_list_out list;
    assert_int_equal(
        fixture_call(f, account, "issue_list",
                     &(struct issue_list_in){.publication_id = ABSENT, .year = ABSENT, .limit = ABSENT},
                     &list),
        0);
    return list.items.count;
}

static void seen_by_readers_and_by_those_it_was_sent_to(void **state) {
    struct fixture *f = *state;
    struct issue_view view;
    int64_t issue = issue_of(f, ready_article(f));
    int64_t to = recipient(f, "department", "省教育厅", f->department);
    int64_t leader = recipient(f, "leader", "省长", ABSENT);
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(to), NO_IDS), 0);
    const int64_t readers[] = {f->clerk, f->editor, f->section_head, f->vice_chair, f->leader_reader};
    for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
        assert_int_equal(get(f, readers[i], issue, &view), 0);
        assert_int_equal(listed(f, readers[i]), 1);
    }
    const int64_t others[] = {f->officer, f->unit_signer, f->department_handler, f->city_editor,
                              f->system_admin};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        assert_int_equal(get(f, others[i], issue, &view), ERR_NOT_FOUND);
        assert_int_equal(listed(f, others[i]), 0);
    }
    /* Sent, the handler sees it, and no more of it than he needs. */
    assert_int_equal(send_issue(f, f->editor, issue, NULL), 0);
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(to, leader), NO_IDS), 0);
    assert_int_equal(get(f, f->department_handler, issue, &view), 0);
    assert_int_equal(listed(f, f->department_handler), 1);
    assert_int_equal(view.main_recipients.count, 1);
    assert_int_equal(view.sources.count + view.dispatches.count + view.instructions.count, 0);
    assert_false(view.can_manage || view.can_instruct);
    assert_int_equal(get(f, f->officer, issue, &view), ERR_NOT_FOUND);
    assert_int_equal(get(f, f->editor, issue, &view), 0);
    assert_int_equal(view.main_recipients.count, 2);
    assert_string_equal(*LIST_AT(view.main_recipients, const char *, 0), "省教育厅");
    assert_int_equal(view.sources.count, 1);
    assert_int_equal(view.dispatches.count, 2);
    assert_true(view.can_manage && view.can_instruct);
    assert_int_equal(get(f, f->leader_reader, issue, &view), 0);
    assert_int_equal(view.dispatches.count + view.sources.count, 0);
    assert_string_equal(view.status_text, "已发出");
}

static void lists_page_from_new_to_old(void **state) {
    struct fixture *f = *state;
    for (int i = 0; i < 3; i++) {
        issue_of(f, ready_article(f));
        f->now += i == 0 ? 0 : 1000; /* two at the same instant */
    }
    struct issue_list_in in = {.publication_id = f->publication_submit, .year = 2026, .limit = 1};
    struct issue_list_out list;
    const char *const expected[] = {"2026年第3期 总第3期", "2026年第2期 总第2期", "2026年第1期 总第1期"};
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        assert_int_equal(fixture_call(f, f->clerk, "issue_list", &in, &list), 0);
        assert_string_equal(LIST_AT(list.items, struct issue_item, 0)->number_text, expected[i]);
        in.after = list.next;
    }
    assert_null(list.next);
    in = (struct issue_list_in){.publication_id = f->publication_forward, .year = ABSENT, .limit = ABSENT};
    assert_int_equal(fixture_call(f, f->clerk, "issue_list", &in, &list), 0);
    assert_int_equal(list.items.count, 0);
    in = (struct issue_list_in){.publication_id = ABSENT, .year = 2025, .limit = ABSENT};
    assert_int_equal(fixture_call(f, f->clerk, "issue_list", &in, &list), 0);
    assert_int_equal(list.items.count, 0);
}

struct role_given {
    int64_t account_id, unit_id;
    const char *role;
};

static int give_role(struct ctx *ctx, const void *in_, void *out) {
    (void)out;
    const struct role_given *in = in_;
    return account_give_role(ctx, in->account_id, in->role, in->unit_id);
}

/* Lists start from another index for them; they show the same. */
static void readers_of_several_reaches_see_all_of_them(void **state) {
    struct fixture *f = *state;
    int64_t issue = 0;
    sent_dispatch(f, &issue);
    issue_of(f, ready_article(f));
    struct role_given city = {f->leader_reader, f->city, "leader_reader"};
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, give_role, &city, NULL), 0);
    assert_int_equal(listed(f, f->leader_reader), 2);
    /* A handler who also reads another committee: what his unit was sent, and that. */
    assert_int_equal(listed(f, f->department_handler), 1);
    struct role_given reader = {f->department_handler, f->city, "leader_reader"};
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, give_role, &reader, NULL), 0);
    assert_int_equal(listed(f, f->department_handler), 1);
    reader.unit_id = f->province;
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, give_role, &reader, NULL), 0);
    assert_int_equal(listed(f, f->department_handler), 2);
    /* A clerk of two committees manages the dispatches of both. */
    struct dispatch_list_out list;
    struct role_given clerk = {f->clerk, f->city, "clerk"};
    const char *const statuses[] = {NULL, "sent"};
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
            struct dispatch_list_in in = {.issue_id = ABSENT, .status = statuses[i], .limit = ABSENT};
            assert_int_equal(fixture_call(f, f->clerk, "dispatch_list", &in, &list), 0);
            assert_int_equal(list.items.count, 1);
        }
        assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, give_role, &clerk, NULL), 0);
    }
}

static int line_now(struct ctx *ctx, const void *in, void *out) {
    return issue_authors_line(ctx, *(const int64_t *)in, out);
}

static const char *authors_line(struct fixture *f, int64_t article) {
    const char *line = NULL;
    assert_int_equal(fixture_read(f, f->editor, line_now, &article, &line), 0);
    return line;
}

static void names_are_printed_only_with_consent(void **state) {
    struct fixture *f = *state;
    int64_t article = ready_article(f);
    assert_string_equal(authors_line(f, article), "民建云江省委会 林晓");
    fixture_sql(f, arena_printf(f->arena,
                                "UPDATE profile SET standing = 'province_member' WHERE account_id = %lld",
                                (long long)f->officer));
    assert_string_equal(authors_line(f, article), "省政协委员 林晓");
    fixture_sql(f, "INSERT INTO report_author (report_id, position, name, unit_name)"
                   " SELECT id, 2, '李合', '云江大学' FROM report");
    assert_string_equal(authors_line(f, article), "省政协委员 林晓、云江大学 李合");
    fixture_sql(f, "UPDATE report SET name_public = 0");
    assert_string_equal(authors_line(f, article), "民建云江省委会"); /* once, and no name at all */
}

static void only_what_is_not_sent_may_be_taken_off(void **state) {
    struct fixture *f = *state;
    int64_t issue = issue_of(f, ready_article(f));
    int64_t to = recipient(f, "department", "省教育厅", f->department);
    int64_t leader = recipient(f, "leader", "省长", ABSENT);
    int64_t upper = recipient(f, "upper", "全国政协", ABSENT);
    assert_int_equal(send_issue(f, f->editor, issue, NULL), ERR_CONFLICT); /* to nobody */
    assert_string_equal(desk_value(f, "issue", "status", issue), "signed");
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(to), IDS(to)), ERR_INVALID);
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(999), NO_IDS), ERR_NOT_ALLOWED_VALUE);
    assert_string_equal(f->problem.field, "main");
    fixture_sql(f, "UPDATE recipient SET active = 0 WHERE name = '全国政协'");
    assert_int_equal(set_recipients(f, f->editor, issue, NO_IDS, IDS(upper)), ERR_NOT_ALLOWED_VALUE);
    assert_string_equal(f->problem.field, "copy");
    assert_int_equal(set_recipients(f, f->clerk, issue, IDS(to), NO_IDS), ERR_FORBIDDEN);
    assert_int_equal(set_recipients(f, f->city_editor, issue, IDS(to), NO_IDS), ERR_NOT_FOUND);
    struct issue_view view;
    f->if_match = 99;
    assert_int_equal(fixture_call(f, f->editor, "issue_recipients_save",
                                  &(struct issue_recipients_in){.id = issue}, &view),
                     ERR_PRECONDITION_FAILED);

    assert_int_equal(set_recipients(f, f->editor, issue, IDS(to, leader), NO_IDS), 0);
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(to), IDS(leader)), 0); /* to the copies */
    assert_int_equal(count_of(f, "dispatch WHERE kind = 'copy'"), 1);
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(to), NO_IDS), 0); /* taken off */
    assert_int_equal(count_of(f, "dispatch"), 1);
    assert_int_equal(send_issue(f, f->editor, issue, NULL), 0);
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(leader), NO_IDS), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(set_recipients(f, f->editor, issue, NO_IDS, IDS(to)), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(to), IDS(leader)), 0);
    assert_int_equal(send_issue(f, f->editor, issue, NULL), 0);
    assert_int_equal(count_of(f, "dispatch WHERE status = 'sent'"), 2);
    assert_int_equal(send_issue(f, f->editor, issue, NULL), ERR_CONFLICT); /* nothing is left to send */
}

static void the_due_day_is_for_those_who_owe_an_answer(void **state) {
    struct fixture *f = *state;
    int64_t issue = issue_of(f, ready_article(f));
    int64_t to = recipient(f, "department", "省教育厅", f->department);
    int64_t copy = recipient(f, "department", "省财政厅", ABSENT);
    int64_t leader = recipient(f, "leader", "省长", ABSENT);
    assert_int_equal(set_recipients(f, f->editor, issue, IDS(to, leader), IDS(copy)), 0);
    assert_int_equal(send_issue(f, f->editor, issue, "2026-03-08"), ERR_INVALID);
    assert_int_equal(send_issue(f, f->editor, issue, "2026-02-30"), ERR_BAD_DATE);
    assert_int_equal(send_issue(f, f->leader_reader, issue, NULL), ERR_FORBIDDEN);
    assert_int_equal(send_issue(f, f->city_editor, issue, NULL), ERR_NOT_FOUND);
    assert_int_equal(send_issue(f, f->clerk, issue, NULL), 0);
    assert_int_equal(count_of(f, "dispatch WHERE due_on IS NOT NULL"), 1);
    assert_string_equal(fixture_text(f, "SELECT due_on FROM dispatch WHERE due_on IS NOT NULL"),
                        "2026-06-07");
    assert_string_equal(fixture_text(f, "SELECT text FROM report_event WHERE kind = 'dispatch'"),
                        "已报送省教育厅、省长、省财政厅。");
    assert_int_equal(count_of(f, "notice n JOIN account a ON a.id = n.account_id"
                                 " WHERE a.login = 'department_handler'"),
                     1);
    int64_t other = issue_of(f, ready_article(f));
    assert_int_equal(set_recipients(f, f->editor, other, IDS(to), NO_IDS), 0);
    assert_int_equal(send_issue(f, f->clerk, other, "2026-03-09"), 0);
    assert_int_equal(count_of(f, "dispatch WHERE due_on = '2026-03-09'"), 1);
}

static int instruct(struct fixture *f, int64_t account, int64_t issue, struct instruction_in in,
                    struct instruction_view *out) {
    struct instruction_view unused;
    in.id = issue;
    if (!in.leader) in.leader = "张省长";
    if (!in.rank) in.rank = "province";
    if (!in.dated_on) in.dated_on = "2026-03-09";
    if (!in.text) in.text = "请教育厅研办。";
    if (!in.recipient_id) in.recipient_id = ABSENT;
    return fixture_call(f, account, "instruction_add", &in, out ? out : &unused);
}

static void authors_learn_of_an_instruction_by_choice(void **state) {
    struct fixture *f = *state;
    int64_t issue = issue_of(f, ready_article(f)), report = fixture_int(f, "SELECT id FROM report");
    struct instruction_view view;
    struct outcomes_out outcomes;
    assert_int_equal(instruct(f, f->editor, issue, (struct instruction_in){0}, &view), 0);
    assert_string_equal(view.by_name, "钱编");
    assert_int_equal(count_of(f, "report_event WHERE kind = 'instruction'"), 0);
    assert_int_equal(fixture_call(f, f->officer, "report_outcomes", &(struct outcomes_in){report}, &outcomes),
                     0);
    assert_int_equal(outcomes.instructions.count, 0);
    /* Shown later: told then, and once. */
    struct instruction_in in = {.id = view.id,
                                .leader = "张省长",
                                .rank = "province",
                                .dated_on = "2026-03-09",
                                .text = "请教育厅研办。",
                                .recipient_id = ABSENT,
                                .shown_to_author = true};
    f->if_match = 7;
    assert_int_equal(fixture_call(f, f->editor, "instruction_save", &in, &view), ERR_PRECONDITION_FAILED);
    for (f->if_match = 1; f->if_match <= 2; f->if_match++)
        assert_int_equal(fixture_call(f, f->editor, "instruction_save", &in, &view), 0);
    assert_string_equal(fixture_text(f, "SELECT text FROM report_event WHERE kind = 'instruction'"),
                        "省领导对《政协社情民意信息》2026年第1期 总第1期作出批示。");
    assert_int_equal(count_of(f, "report_event WHERE kind = 'instruction'"), 1);
    assert_int_equal(fixture_call(f, f->officer, "report_outcomes", &(struct outcomes_in){report}, &outcomes),
                     0);
    assert_int_equal(outcomes.instructions.count, 1);
}

static void instructions_are_seen_by_readers_and_by_whom_they_address(void **state) {
    struct fixture *f = *state;
    int64_t issue = 0;
    sent_dispatch(f, &issue);
    int64_t to = fixture_int(f, "SELECT id FROM recipient");
    struct instruction_list_out list;
    assert_int_equal(instruct(f, f->editor, issue, (struct instruction_in){.dated_on = "2026-03-10"}, NULL),
                     ERR_INVALID);
    assert_int_equal(instruct(f, f->editor, issue, (struct instruction_in){.recipient_id = 99}, NULL),
                     ERR_NOT_ALLOWED_VALUE);
    assert_int_equal(instruct(f, f->clerk, issue, (struct instruction_in){0}, NULL), ERR_FORBIDDEN);
    assert_int_equal(instruct(f, f->city_editor, issue, (struct instruction_in){0}, NULL), ERR_NOT_FOUND);
    assert_int_equal(instruct(f, f->editor, issue, (struct instruction_in){0}, NULL), 0);
    struct issue_id_in in = {issue};
    assert_int_equal(fixture_call(f, f->department_handler, "instruction_list", &in, &list), 0);
    assert_int_equal(list.items.count, 0);
    assert_int_equal(instruct(f, f->editor, issue, (struct instruction_in){.recipient_id = to}, NULL), 0);
    assert_int_equal(fixture_call(f, f->department_handler, "instruction_list", &in, &list), 0);
    assert_int_equal(list.items.count, 1);
    assert_int_equal(fixture_call(f, f->leader_reader, "instruction_list", &in, &list), 0);
    assert_int_equal(list.items.count, 2);
    assert_int_equal(fixture_call(f, f->officer, "instruction_list", &in, &list), ERR_NOT_FOUND);
    struct issue_list_out issues;
    struct issue_list_in page = {.publication_id = ABSENT, .year = ABSENT, .limit = ABSENT};
    assert_int_equal(fixture_call(f, f->clerk, "issue_list", &page, &issues), 0);
    assert_int_equal(LIST_AT(issues.items, struct issue_item, 0)->instructions, 2);
    assert_int_equal(LIST_AT(issues.items, struct issue_item, 0)->dispatches, 1);
}

static void the_address_book_stays_within_the_committee(void **state) {
    struct fixture *f = *state;
    int64_t id = recipient(f, "department", "省教育厅", f->department);
    struct recipient_view view;
    struct recipient_in in = {
        .kind = "department", .name = "省教育厅", .unit_id = ABSENT, .position = ABSENT};
    assert_int_equal(fixture_call(f, f->editor, "recipient_add", &in, &view), ERR_ALREADY_EXISTS);
    assert_string_equal(f->problem.field, "name");
    assert_int_equal(fixture_call(f, f->city_editor, "recipient_add", &in, &view), 0); /* another book */
    in = (struct recipient_in){
        .kind = "department", .name = "市教育局", .unit_id = f->city_office, .position = 1};
    assert_int_equal(fixture_call(f, f->editor, "recipient_add", &in, &view), ERR_NOT_ALLOWED_VALUE);
    assert_string_equal(f->problem.field, "unit_id");
    struct recipient_list_out list;
    assert_int_equal(fixture_call(f, f->leader_reader, "recipient_list", NULL, &list), 0);
    assert_int_equal(list.items.count, 1);
    in = (struct recipient_in){
        .id = id, .kind = "department", .name = "教育厅", .unit_id = f->department, .position = 3};
    f->if_match = 1;
    assert_int_equal(fixture_call(f, f->city_editor, "recipient_save", &in, &view), ERR_NOT_FOUND);
    assert_int_equal(fixture_call(f, f->editor, "recipient_save", &in, &view), 0);
    assert_false(view.active);
    assert_int_equal(fixture_call(f, f->editor, "recipient_save", &in, &view), ERR_PRECONDITION_FAILED);
    in.id = 999;
    assert_int_equal(fixture_call(f, f->editor, "recipient_save", &in, &view), ERR_NOT_FOUND);
}

/* Names and layout are those of the signing, whatever becomes of the publication and its templates. */
static void what_was_signed_stays(void **state) {
    struct fixture *f = *state;
    struct issue_view view;
    int64_t first = issue_of(f, ready_article(f));
    assert_int_equal(get(f, f->editor, first, &view), 0);
    assert_int_equal(view.template_id, 0);
    const char *name = strdup(view.publication_name), *office = strdup(view.issuing_office),
               *printer = strdup(view.print_office);
    engine_sql(f->url,
               "UPDATE publication SET name = '新名称', issuing_office = '新编发', print_office = '新印发'");
    engine_sql(f->url, "INSERT INTO paper_template (committee_id, kind, name, status, created_by, created_ms)"
                       " SELECT committee_id, 'issue', '新版式', 'active', signer_id, 1 FROM issue");
    int64_t second = issue_of(f, ready_article(f));
    assert_int_equal(get(f, f->editor, second, &view), 0);
    assert_string_equal(view.publication_name, "新名称");
    assert_string_equal(view.issuing_office, "新编发");
    assert_string_equal(view.print_office, "新印发");
    assert_true(view.template_id > 0);
    assert_int_equal(get(f, f->editor, first, &view), 0);
    assert_string_equal(view.publication_name, name);
    assert_string_equal(view.issuing_office, office);
    assert_string_equal(view.print_office, printer);
    assert_int_equal(view.template_id, 0);
    free((void *)name);
    free((void *)office);
    free((void *)printer);
}

#define T(NAME) cmocka_unit_test_setup_teardown(NAME, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(seen_by_readers_and_by_those_it_was_sent_to),
        T(lists_page_from_new_to_old),
        T(readers_of_several_reaches_see_all_of_them),
        T(names_are_printed_only_with_consent),
        T(only_what_is_not_sent_may_be_taken_off),
        T(the_due_day_is_for_those_who_owe_an_answer),
        T(authors_learn_of_an_instruction_by_choice),
        T(instructions_are_seen_by_readers_and_by_whom_they_address),
        T(the_address_book_stays_within_the_committee),
        T(what_was_signed_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
