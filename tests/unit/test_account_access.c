/* Rights: what a role reaches, and who may never hold what together. */
#include "fixture.h"

struct question {
    enum permission permission;
    int64_t unit_id;
};

static int ask(struct ctx *ctx, const void *in, void *out) {
    const struct question *question = in;
    int answer = may_over(ctx, question->permission, question->unit_id);
    if (answer < 0) return answer;
    *(int *)out = answer;
    return 0;
}

static int need(struct ctx *ctx, const void *in, void *out) {
    (void)out;
    const struct question *question = in;
    return need_over(ctx, question->permission, question->unit_id);
}

static int answer(struct fixture *f, int64_t account, enum permission permission, int64_t unit_id) {
    int result = -1;
    assert_int_equal(fixture_read(f, account, ask, &(struct question){permission, unit_id}, &result), 0);
    return result;
}

static void test_a_role_reaches_down_but_not_into_another_committee(void **state) {
    struct fixture *f = *state;
    assert_int_equal(answer(f, f->editor, MAY_REPORT_READ, f->province), 1);
    assert_int_equal(answer(f, f->editor, MAY_REPORT_READ, f->party_group), 1);
    assert_int_equal(answer(f, f->editor, MAY_REPORT_READ, f->city), 0);
    assert_int_equal(answer(f, f->editor, MAY_REPORT_READ, f->city_office), 0);
    assert_int_equal(answer(f, f->city_editor, MAY_REPORT_READ, f->city_office), 1);
    assert_int_equal(answer(f, f->city_editor, MAY_REPORT_READ, f->province), 0);
    assert_int_equal(answer(f, f->officer, MAY_REPORT_WRITE, f->party_group), 1);
    assert_int_equal(answer(f, f->officer, MAY_REPORT_WRITE, f->province), 0);
    assert_int_equal(answer(f, f->officer, MAY_REPORT_READ, f->party_group), 0);
}

static void test_the_system_may_everything_and_nobody_nothing(void **state) {
    struct fixture *f = *state;
    assert_int_equal(answer(f, FIXTURE_SYSTEM, MAY_AUDIT_READ, f->city), 1);
    assert_int_equal(answer(f, FIXTURE_PUBLIC, MAY_REPORT_WRITE, f->party_group), 0);
}

static void test_need_over_hides(void **state) {
    struct fixture *f = *state;
    assert_int_equal(fixture_read(f, f->editor, need, &(struct question){MAY_REPORT_READ, f->city}, NULL),
                     ERR_NOT_FOUND);
    assert_int_equal(f->problem.error, ERR_NOT_FOUND);
    assert_int_equal(fixture_read(f, f->editor, need, &(struct question){MAY_REPORT_READ, f->office}, NULL),
                     0);
}

static int add_unit(struct ctx *ctx, const void *in, void *out) {
    return unit_create(ctx, in, out);
}

static int rebuild_all(struct ctx *ctx, const void *in, void *out) {
    (void)in;
    (void)out;
    return access_rebuild(ctx, 0);
}

static void test_a_new_unit_is_reached_at_once(void **state) {
    struct fixture *f = *state;
    const struct unit_new unit = {.parent_id = f->party_group,
                                  .kind = "work_room",
                                  .code = "minjian-room",
                                  .name = "民建委员工作室",
                                  .short_name = "工作室"};
    int64_t id = 0;
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, add_unit, &unit, &id), 0);
    assert_int_equal(answer(f, f->editor, MAY_REPORT_READ, id), 1);
    assert_int_equal(answer(f, f->unit_liaison, MAY_REPORT_UNIT_READ, id), 1);
    assert_int_equal(answer(f, f->city_editor, MAY_REPORT_READ, id), 0);
    /* What was added bit by bit is what a rebuild makes. */
    int64_t rows = fixture_int(f, "SELECT count(*) FROM access");
    fixture_sql(f, "INSERT INTO access VALUES (1, 'report.read', 1), (999, 'report.read', 1)");
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, rebuild_all, NULL, NULL), 0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM access"), rows);
}

struct grant {
    int64_t account, unit;
    const char *role;
};

static int give(struct ctx *ctx, const void *in, void *out) {
    (void)out;
    const struct grant *grant = in;
    return account_give_role(ctx, grant->account, grant->role, grant->unit);
}

static void test_the_three_administrators_are_three_people(void **state) {
    struct fixture *f = *state;
    int64_t rows = fixture_int(f, "SELECT count(*) FROM account_role");
    static const char *const roles[] = {"system_admin", "security_admin", "audit_admin"};
    const int64_t accounts[] = {f->system_admin, f->security_admin, f->audit_admin};
    for (size_t a = 0; a < 3; a++)
        for (size_t r = 0; r < 3; r++) {
            int expected = a == r ? 0 : ERR_CONFLICT;
            assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, give,
                                           &(struct grant){accounts[a], f->province, roles[r]}, NULL),
                             expected);
        }
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM account_role"), rows);
    assert_int_equal(
        fixture_write(f, FIXTURE_SYSTEM, give, &(struct grant){f->officer, f->province, "no_such"}, NULL),
        ERR_INVALID);
}

static int add_account(struct ctx *ctx, const void *in, void *out) {
    return account_create(ctx, in, out);
}

static void test_logins(void **state) {
    struct fixture *f = *state;
    static const char *const bad[] = {"a", "王建国", "has blank", "semi;colon", ""};
    int64_t id = 0;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const struct account_new account = {bad[i], "某人", f->office};
        assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, add_account, &account, &id), ERR_INVALID);
        assert_string_equal(f->problem.field, "login");
    }
    const struct account_new folded = {"  Wang.Jianguo ", "王建国", f->office};
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, add_account, &folded, &id), 0);
    assert_string_equal(fixture_text(f, "SELECT login FROM account ORDER BY id DESC LIMIT 1"),
                        "wang.jianguo");
    assert_string_equal(fixture_text(f, "SELECT status FROM account ORDER BY id DESC LIMIT 1"), "invited");
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, add_account, &folded, &id), ERR_ALREADY_EXISTS);
    const struct account_new nowhere = {"nowhere", "某人", 9999};
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, add_account, &nowhere, &id), ERR_NOT_FOUND);
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_a_role_reaches_down_but_not_into_another_committee),
        TEST(test_the_system_may_everything_and_nobody_nothing),
        TEST(test_need_over_hides),
        TEST(test_a_new_unit_is_reached_at_once),
        TEST(test_the_three_administrators_are_three_people),
        TEST(test_logins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
