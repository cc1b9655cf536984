/* Delegation while away: to whom, for how long, and what a delegate may do. */
#include "issue_testing.h"

enum { HOUR = 3600 * 1000 };

static int delegate_from(struct fixture *f, int64_t from, int64_t to, int64_t starts, int64_t ends,
                         struct delegation_view *out) {
    struct delegation_view unused;
    return fixture_call(
        f, from, "delegation_add",
        &(struct delegation_in){.to_id = to, .starts_ms = f->now + starts, .ends_ms = f->now + ends},
        out ? out : &unused);
}

static void a_delegate_signs_for_the_absent(void **state) {
    struct fixture *f = *state;
    struct delegation_view view;
    int64_t article = ready_article(f);
    assert_int_equal(delegate_from(f, f->section_head, f->editor2, HOUR, 2 * HOUR, &view), 0);
    assert_true(view.mine && !view.active);
    assert_string_equal(view.to_name, "吴编");
    assert_int_equal(send(f, f->editor, article), 0);
    assert_int_equal(sign(f, f->editor2, article), ERR_FORBIDDEN); /* not begun */
    f->now += HOUR;
    struct signoff_list_out list;
    assert_int_equal(
        fixture_call(f, f->editor2, "signoff_list", &(struct signoff_list_in){.limit = ABSENT}, &list), 0);
    assert_int_equal(list.items.count, 1);
    assert_string_equal(LIST_AT(list.items, struct signoff_item, 0)->for_name, "郑处");
    f->now += HOUR;
    assert_int_equal(sign(f, f->editor2, article), ERR_FORBIDDEN); /* over */
    f->now -= 1;
    assert_int_equal(sign(f, f->editor2, article), 0);
    assert_int_equal(fixture_int(f, "SELECT by_id FROM signoff_act WHERE act = 'sign'"), f->editor2);
    assert_int_equal(fixture_int(f, "SELECT for_id FROM signoff_act WHERE act = 'sign'"), f->section_head);
    /* The one who was away is back at any time, and prints as himself. */
    assert_int_equal(sign(f, f->secretary_general, article), 0);
    assert_int_equal(delegate_from(f, f->vice_chair, f->secretary_general, -HOUR, HOUR, NULL), 0);
    assert_int_equal(sign(f, f->secretary_general, article), 0);
    assert_string_equal(fixture_text(f, "SELECT signer_name || '/' || reviewer_name FROM issue"),
                        "冯主（王秘代）/郑处（吴编代）");
}

static void ended_and_withdrawn_rights_count_at_once(void **state) {
    struct fixture *f = *state;
    struct delegation_view view;
    int64_t article = ready_article(f);
    assert_int_equal(delegate_from(f, f->section_head, f->editor2, 0, HOUR, &view), 0);
    assert_true(view.active);
    assert_int_equal(send(f, f->editor, article), 0);
    assert_int_equal(count_of(f, "notice WHERE title = '有稿件待审签'"), 2); /* holder and delegate */
    struct delegation_id_in in = {view.id};
    assert_int_equal(fixture_call(f, f->secretary_general, "delegation_end", &in, NULL), ERR_NOT_FOUND);
    assert_int_equal(fixture_call(f, f->section_head, "delegation_end", &in, NULL), 0);
    assert_int_equal(fixture_call(f, f->section_head, "delegation_end", &in, NULL), ERR_NOT_FOUND);
    assert_int_equal(sign(f, f->editor2, article), ERR_FORBIDDEN);
    /* Who is switched off delegates nothing. */
    assert_int_equal(delegate_from(f, f->section_head, f->editor2, 0, HOUR, NULL), 0);
    fixture_sql(f, "UPDATE account SET status = 'disabled' WHERE login = 'section_head'");
    assert_int_equal(sign(f, f->editor2, article), ERR_FORBIDDEN);
}

static void delegations_do_not_chain(void **state) {
    struct fixture *f = *state;
    int64_t article = ready_article(f);
    assert_int_equal(send(f, f->editor, article), 0);
    assert_int_equal(delegate_from(f, f->section_head, f->secretary_general, 0, HOUR, NULL), 0);
    /* The secretary-general hands on his own step only. */
    assert_int_equal(delegate_from(f, f->secretary_general, f->editor2, 0, HOUR, NULL), 0);
    assert_int_equal(sign(f, f->editor2, article), ERR_FORBIDDEN);
    assert_int_equal(sign(f, f->secretary_general, article), 0);
    assert_int_equal(sign(f, f->editor2, article), 0);
    /* Who is away is not chosen. */
    assert_int_equal(delegate_from(f, f->vice_chair, f->secretary_general, 0, HOUR, NULL), ERR_CONFLICT);
    assert_string_equal(f->problem.field, "to_id");
    assert_int_equal(delegate_from(f, f->vice_chair, f->secretary_general, HOUR, 2 * HOUR, NULL), 0);
}

static void delegating_is_refused(void **state) {
    struct fixture *f = *state;
    const int64_t never[] = {f->section_head, f->officer, f->city_section_head, f->department_handler,
                             999999};
    for (size_t i = 0; i < ARRAY_LEN(never); i++) {
        assert_int_not_equal(delegate_from(f, f->section_head, never[i], 0, HOUR, NULL), 0);
        assert_string_equal(f->problem.field, "to_id");
    }
    assert_int_equal(delegate_from(f, f->section_head, f->clerk, HOUR, HOUR, NULL), ERR_INVALID);
    assert_int_equal(delegate_from(f, f->section_head, f->clerk, -2 * HOUR, -HOUR, NULL), ERR_INVALID);
    assert_int_equal(delegate_from(f, f->section_head, f->clerk, 0, INT64_C(367) * 24 * HOUR, NULL),
                     ERR_OUT_OF_RANGE);
    assert_int_equal(delegate_from(f, f->editor, f->clerk, 0, HOUR, NULL), ERR_FORBIDDEN);
    assert_int_equal(delegate_from(f, f->section_head, f->clerk, 0, 2 * HOUR, NULL), 0);
    assert_int_equal(delegate_from(f, f->section_head, f->editor, HOUR, 3 * HOUR, NULL), ERR_CONFLICT);
    assert_int_equal(delegate_from(f, f->section_head, f->editor, 2 * HOUR, 3 * HOUR, NULL), 0);
}

static void lists_stay_within_the_committee(void **state) {
    struct fixture *f = *state;
    assert_int_equal(delegate_from(f, f->section_head, f->editor, 0, HOUR, NULL), 0);
    struct delegation_list_out list;
    assert_int_equal(fixture_call(f, f->editor, "delegation_list", NULL, &list), 0);
    assert_int_equal(list.items.count, 1);
    assert_false(LIST_AT(list.items, struct delegation_view, 0)->mine);
    assert_int_equal(fixture_call(f, f->city_section_head, "delegation_list", NULL, &list), 0);
    assert_int_equal(list.items.count, 0);
    struct signer_list_out signers;
    assert_int_equal(fixture_call(f, f->section_head, "signer_list", NULL, &signers), 0);
    assert_int_equal(signers.items.count, 5); /* clerk, two editors, secretary-general, vice-chair */
    for (size_t i = 0; i < signers.items.count; i++)
        assert_int_not_equal(LIST_AT(signers.items, struct signer_item, i)->account_id, f->section_head);
}

#define T(NAME) cmocka_unit_test_setup_teardown(NAME, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(a_delegate_signs_for_the_absent), T(ended_and_withdrawn_rights_count_at_once),
        T(delegations_do_not_chain),        T(delegating_is_refused),
        T(lists_stay_within_the_committee),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
