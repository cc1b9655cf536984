/* What an account manager must not reach by way of the accounts he makes, moves and hands out links for; and
 * what outlives a password. */
#include "../../src/features/account/types.h"
#include "fixture.h"

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, fixture_setup, fixture_teardown)

static int add(struct fixture *f, const char *login, const char *role, int64_t unit) {
    const char *const codes[] = {role};
    const struct account_add_in in = {
        .login = login, .name = "何新", .unit_id = unit, .role_codes = {(void *)(uintptr_t)codes, 1}};
    struct account_created created;
    return fixture_call(f, f->system_admin, "account_add", &in, &created);
}

static void test_over_a_committee_only_authors_are_added(void **state) {
    struct fixture *f = *state;
    const char *const wide[] = {"unit_liaison", "unit_signer", "department_handler"};
    for (size_t i = 0; i < ARRAY_LEN(wide); i++) {
        assert_int_equal(add(f, "hexin", wide[i], f->province), ERR_FORBIDDEN);
        assert_string_equal(f->problem.field, "role_codes");
    }
    assert_int_equal(add(f, "hexin", "officer", f->province), 0);
    assert_int_equal(add(f, "hexin2", "unit_liaison", f->party_group), 0);
}

static void test_moving_to_a_committee_widens_nothing(void **state) {
    struct fixture *f = *state;
    struct account_view view;
    const struct account_save_in liaison = {.id = f->unit_liaison, .unit_id = f->province, .name = "陈联"};
    f->if_match = 1;
    assert_int_equal(fixture_call(f, f->system_admin, "account_save", &liaison, &view), 0);
    assert_int_equal(view.roles.count, 0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM access a JOIN account ac ON ac.id = a.account_id"
                                    " WHERE ac.login = 'unit_liaison'"),
                     0);
    const struct account_save_in officer = {.id = f->officer, .unit_id = f->province, .name = "林晓"};
    assert_int_equal(fixture_call(f, f->system_admin, "account_save", &officer, &view), 0);
    assert_int_equal(view.roles.count, 1);
}

static void test_no_link_to_rights_beyond_ones_units(void **state) {
    struct fixture *f = *state;
    struct account_created created;
    int64_t office_admin = fixture_account(f, "office-admin", "system_admin", f->office);
    int64_t clerk = fixture_account(f, "office-clerk", "officer", f->office);
    int64_t editor = fixture_account(f, "office-editor", "officer", f->office);
    char sql[200];
    snprintf(sql, sizeof(sql),
             "INSERT INTO account_role SELECT %lld, id, %lld FROM role WHERE code = 'vice_chair'",
             (long long)editor, (long long)f->province);
    fixture_sql(f, sql);
    assert_int_equal(fixture_call(f, office_admin, "account_link", &(struct id_in){clerk}, &created), 0);
    assert_int_equal(fixture_call(f, office_admin, "account_link", &(struct id_in){editor}, &created),
                     ERR_FORBIDDEN);
    assert_int_equal(fixture_call(f, f->system_admin, "account_link", &(struct id_in){editor}, &created), 0);
}

static void test_imported_addresses_are_checked_like_the_others(void **state) {
    struct fixture *f = *state;
    char csv[1000];
    struct import_out out;
    snprintf(
        csv, sizeof(csv), "姓名,登录名,邮箱\r\n何一,heyi,\"he@a.cn\nBcc: x@b.cn\"\r\n何二,heer,%.*s@a.cn\r\n",
        300,
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    const struct import_in in = {.csv = csv, .unit_id = f->party_group, .commit = true};
    assert_int_equal(fixture_call(f, f->system_admin, "account_import", &in, &out), 0);
    assert_int_equal(out.ok, 0);
    assert_int_equal(out.failed, 2);
}

static int make_link(struct ctx *ctx, const void *in, void *out) {
    return account_link_create(ctx, *(const int64_t *)in, out);
}

static void test_a_new_password_ends_links_lying_about(void **state) {
    struct fixture *f = *state;
    char first[TOKEN_SIZE], second[TOKEN_SIZE];
    struct session_out out;
    struct link_info info;
    const char *old = "青石板上-雨声-7391", *fresh = "白墙之下-风声-2846";
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, make_link, &f->officer, first), 0);
    assert_int_equal(fixture_call(f, FIXTURE_PUBLIC, "link_redeem", &(struct link_in){first, old}, &out), 0);
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, make_link, &f->officer, second), 0);
    assert_int_equal(fixture_call(f, f->officer, "password_change", &(struct password_in){old, fresh}, NULL),
                     0);
    assert_int_equal(fixture_call(f, FIXTURE_PUBLIC, "link_check", &(struct link_in){second, NULL}, &info),
                     ERR_LINK_INVALID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_over_a_committee_only_authors_are_added),
        TEST(test_moving_to_a_committee_widens_nothing),
        TEST(test_no_link_to_rights_beyond_ones_units),
        TEST(test_imported_addresses_are_checked_like_the_others),
        TEST(test_a_new_password_ends_links_lying_about),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
