/* Leases: one holder at a time, ended by the clock, taken over only by force. */
#include "desk_testing.h"

static int claim(struct fixture *f, int64_t account, int64_t id, bool force, struct lease_view *out) {
    struct desk_claim_in in = {.id = id, .force = force};
    struct lease_view lease = {0};
    return fixture_write(f, account, desk_claim, &in, out ? out : &lease);
}

static int heartbeat(struct fixture *f, int64_t account, int64_t id, struct lease_view *out) {
    struct lease_view lease = {0};
    return fixture_write(f, account, desk_heartbeat, &(struct desk_id_in){id}, out ? out : &lease);
}

static void the_first_claim_opens_the_report(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_report(f, "submitted");
    struct lease_view lease = {0};
    f->now += 5000;
    assert_int_equal(claim(f, f->clerk, id, false, &lease), 0);
    assert_true(lease.mine);
    assert_int_equal(lease.account_id, f->clerk);
    assert_string_equal(lease.name, "孙文");
    assert_int_equal(lease.since_ms, f->now);
    assert_int_equal(lease.expires_ms, f->now + 120000);
    assert_string_equal(desk_value(f, "report", "status", id), "in_review");
    assert_int_equal(fixture_int(f, "SELECT opened_ms FROM report"), f->now);
    assert_int_equal(fixture_int(f, "SELECT assignee_id FROM report"), f->clerk);
    assert_string_equal(fixture_text(f, "SELECT text FROM report_event WHERE kind = 'open'"), "已开始审核。");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'report.open'"), 1);
    /* Claiming again opens nothing again and keeps the beginning. */
    f->now += 1000;
    assert_int_equal(claim(f, f->clerk, id, false, &lease), 0);
    assert_int_equal(lease.since_ms, f->now - 1000);
    assert_int_equal(lease.expires_ms, f->now + 120000);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM report_event WHERE kind = 'open'"), 1);
}

static void a_second_person_must_wait_or_use_force(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_report(f, "submitted");
    struct lease_view lease = {0};
    assert_int_equal(claim(f, f->clerk, id, false, NULL), 0);
    assert_int_equal(claim(f, f->editor, id, false, NULL), ERR_CLAIMED_BY_OTHER);
    assert_non_null(strstr(f->problem.detail, "孙文"));
    assert_int_equal(heartbeat(f, f->editor, id, NULL), ERR_CLAIMED_BY_OTHER);
    assert_int_equal(claim(f, f->editor, id, true, &lease), 0);
    assert_int_equal(lease.account_id, f->editor);
    assert_int_equal(lease.since_ms, f->now);
    /* The one who held it is told, and cannot go on as if nothing had happened. */
    assert_int_equal(heartbeat(f, f->clerk, id, NULL), ERR_CLAIMED_BY_OTHER);
    assert_int_equal(fixture_int(f, "SELECT account_id FROM notice WHERE kind = 'lease'"), f->clerk);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'lease.force'"), 1);
    assert_int_equal(fixture_int(f, "SELECT assignee_id FROM report"), f->clerk);
    /* Releasing what another holds does nothing to him. */
    assert_int_equal(fixture_write(f, f->clerk, desk_release, &(struct desk_id_in){id}, NULL), 0);
    assert_int_equal(heartbeat(f, f->editor, id, NULL), 0);
    assert_int_equal(fixture_write(f, f->editor, desk_release, &(struct desk_id_in){id}, NULL), 0);
    assert_int_equal(claim(f, f->clerk, id, false, NULL), 0);
}

static void a_lease_ends_without_heartbeat(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_report(f, "submitted");
    struct lease_view lease = {0};
    assert_int_equal(claim(f, f->clerk, id, false, &lease), 0);
    f->now = lease.expires_ms - 1;
    assert_int_equal(claim(f, f->editor, id, false, NULL), ERR_CLAIMED_BY_OTHER);
    assert_int_equal(heartbeat(f, f->clerk, id, &lease), 0);
    assert_int_equal(lease.expires_ms, f->now + 120000);
    f->now = lease.expires_ms;
    assert_int_equal(claim(f, f->editor, id, false, &lease), 0);
    assert_int_equal(lease.account_id, f->editor);
    assert_int_equal(lease.since_ms, f->now);
    /* Nothing was taken by force, so nobody is told. */
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM notice WHERE kind = 'lease'"), 0);
    fixture_sql(f, "UPDATE setting SET value = '30' WHERE key = 'desk.lease_seconds'");
    assert_int_equal(heartbeat(f, f->editor, id, &lease), 0);
    assert_int_equal(lease.expires_ms, f->now + 30000);
}

static void only_open_reports_are_claimed(void **state) {
    struct fixture *f = *state;
    const char *const others[] = {"returned", "kept", "redirected", "adopted", "published", "closed"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_int_equal(claim(f, f->clerk, desk_report(f, others[i]), false, NULL), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(claim(f, f->clerk, desk_report(f, "draft"), false, NULL), ERR_NOT_FOUND);
    assert_int_equal(claim(f, f->clerk, desk_report(f, "withdrawn"), false, NULL), ERR_NOT_FOUND);
    assert_int_equal(claim(f, f->clerk, desk_report_city(f, "submitted"), false, NULL), ERR_NOT_FOUND);
    assert_int_equal(claim(f, f->city_editor, desk_report(f, "submitted"), false, NULL), ERR_NOT_FOUND);
    assert_int_equal(claim(f, f->vice_chair, desk_report(f, "submitted"), false, NULL), ERR_NOT_FOUND);
    assert_int_equal(claim(f, f->officer, desk_report(f, "submitted"), false, NULL), ERR_NOT_FOUND);
    assert_int_equal(fixture_write(f, f->city_editor, desk_release, &(struct desk_id_in){1}, NULL),
                     ERR_NOT_FOUND);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM lease"), 0);
    /* A heartbeat alone does not open what nobody has opened. */
    int64_t id = desk_report(f, "submitted");
    assert_int_equal(heartbeat(f, f->clerk, id, NULL), 0);
    assert_string_equal(desk_value(f, "report", "status", id), "submitted");
}

static void an_article_held_by_another_is_not_edited(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_article(f, desk_report(f, "in_review"));
    struct lease_view lease = {0};
    struct article_claim_in in = {.id = id};
    struct article_edit_in edit = {.id = id, .title = "新标题", .situation = "新情况"};
    struct article_view view;
    assert_int_equal(fixture_write(f, f->editor, article_claim, &in, &lease), 0);
    assert_int_equal(fixture_write(f, f->editor2, article_claim, &in, &lease), ERR_CLAIMED_BY_OTHER);
    f->if_match = desk_version_of(f, "article", id);
    assert_int_equal(fixture_write(f, f->editor2, article_edit, &edit, &view), ERR_CLAIMED_BY_OTHER);
    assert_int_equal(fixture_write(f, f->editor2, article_withdraw, &(struct article_id_in){id}, &view),
                     ERR_CLAIMED_BY_OTHER);
    in.force = true;
    assert_int_equal(fixture_write(f, f->editor2, article_claim, &in, &lease), 0);
    assert_int_equal(fixture_write(f, f->editor2, article_edit, &edit, &view), 0);
    assert_true(view.lease->mine);
    assert_int_equal(fixture_write(f, f->editor, article_heartbeat, &(struct article_id_in){id}, &lease),
                     ERR_CLAIMED_BY_OTHER);
    assert_int_equal(fixture_write(f, f->editor2, article_release, &(struct article_id_in){id}, NULL), 0);
    assert_int_equal(fixture_write(f, f->editor, article_heartbeat, &(struct article_id_in){id}, &lease), 0);
    fixture_sql(f, "UPDATE article SET status = 'in_signoff', step = 1");
    assert_int_equal(fixture_write(f, f->editor, article_claim, &in, &lease), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(fixture_write(f, f->city_editor, article_claim, &in, &lease), ERR_NOT_FOUND);
    assert_int_equal(fixture_write(f, f->city_editor, article_release, &(struct article_id_in){id}, NULL),
                     ERR_NOT_FOUND);
    assert_int_equal(fixture_write(f, f->clerk, article_claim, &in, &lease), ERR_NOT_FOUND);
}

#define T(TEST) cmocka_unit_test_setup_teardown(TEST, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(the_first_claim_opens_the_report),         T(a_second_person_must_wait_or_use_force),
        T(a_lease_ends_without_heartbeat),           T(only_open_reports_are_claimed),
        T(an_article_held_by_another_is_not_edited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
