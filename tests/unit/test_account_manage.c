/* Accounts, profiles, roles of accounts and the import: who may do what to whom. */
#include "../../src/features/account/types.h"
#include "fixture.h"

static int64_t role_id(struct fixture *f, const char *code) {
    char sql[128];
    snprintf(sql, sizeof(sql), "SELECT id FROM role WHERE code = '%s'", code);
    return fixture_int(f, sql);
}

/* ---- Seeing ---- */

static size_t listed(struct fixture *f, int64_t account, const char *search, int64_t unit,
                     struct account_list_out *out) {
    const struct account_list_in in = {.unit_id = unit, .limit = 100, .search = search};
    assert_int_equal(fixture_call(f, account, "account_list", &in, out), 0);
    return out->items.count;
}

static void test_lists_show_the_reach_of_the_one_who_asks(void **state) {
    struct fixture *f = *state;
    struct account_list_out out;
    int64_t city_admin = fixture_account(f, "city-admin", "system_admin", f->city);
    assert_int_equal(listed(f, f->system_admin, NULL, ABSENT, &out), 15);
    assert_int_equal(listed(f, f->security_admin, NULL, ABSENT, &out), 15);
    assert_int_equal(listed(f, city_admin, NULL, ABSENT, &out), 4);
    assert_int_equal(listed(f, FIXTURE_SYSTEM, NULL, ABSENT, &out), 19);
    assert_int_equal(listed(f, f->system_admin, NULL, f->party_group, &out), 3);
    assert_int_equal(listed(f, f->system_admin, NULL, f->city, &out), 0);
    assert_int_equal(listed(f, f->system_admin, "林", ABSENT, &out), 1);
    assert_string_equal(LIST_AT(out.items, struct account_item, 0)->roles, "信息员");
    assert_int_equal(listed(f, f->system_admin, "EDITOR", ABSENT, &out), 2);
    const struct account_list_in in = {.unit_id = ABSENT, .limit = ABSENT};
    assert_int_equal(fixture_call(f, f->editor, "account_list", &in, &out), ERR_FORBIDDEN);
    assert_int_equal(fixture_call(f, f->audit_admin, "account_list", &in, &out), ERR_FORBIDDEN);
    assert_int_equal(fixture_call(f, FIXTURE_PUBLIC, "account_list", &in, &out), ERR_SIGNED_OUT);
}

static void test_lists_page(void **state) {
    struct fixture *f = *state;
    struct account_list_in in = {.unit_id = ABSENT, .limit = 10};
    struct account_list_out out;
    assert_int_equal(fixture_call(f, f->system_admin, "account_list", &in, &out), 0);
    assert_int_equal(out.items.count, 10);
    int64_t last = LIST_AT(out.items, struct account_item, 9)->id;
    in.after = out.next;
    assert_int_equal(fixture_call(f, f->system_admin, "account_list", &in, &out), 0);
    assert_int_equal(out.items.count, 5);
    assert_null(out.next);
    assert_true(LIST_AT(out.items, struct account_item, 0)->id < last);
}

static void test_one_account(void **state) {
    struct fixture *f = *state;
    struct account_view view;
    assert_int_equal(fixture_call(f, f->system_admin, "account_get", &(struct id_in){f->officer}, &view), 0);
    assert_string_equal(view.login, "officer");
    assert_int_equal(view.roles.count, 1);
    assert_string_equal(LIST_AT(view.roles, struct account_role, 0)->unit_name, "民建云江省委会");
    assert_non_null(view.profile);
    const int64_t strangers[] = {f->officer, f->editor, f->audit_admin, f->city_editor};
    for (size_t i = 0; i < ARRAY_LEN(strangers); i++)
        assert_int_equal(fixture_call(f, strangers[i], "account_get", &(struct id_in){f->officer}, &view),
                         ERR_NOT_FOUND);
    assert_int_equal(fixture_call(f, f->system_admin, "account_get", &(struct id_in){f->city_editor}, &view),
                     ERR_NOT_FOUND);
    assert_int_equal(fixture_call(f, f->system_admin, "account_get", &(struct id_in){99999}, &view),
                     ERR_NOT_FOUND);
}

/* ---- Adding and changing ---- */

static struct account_add_in newcomer(const char *login, int64_t unit, const char *const *codes,
                                      size_t count) {
    return (struct account_add_in){.login = login,
                                   .name = "何新",
                                   .unit_id = unit,
                                   .role_codes = {(void *)(uintptr_t)codes, count},
                                   .fields = {.phone = "13800001234", .standing = "province_member"}};
}

static void test_add(void **state) {
    struct fixture *f = *state;
    static const char *const officer[] = {"officer"}, *const editor[] = {"officer", "editor"};
    struct account_created created;
    struct account_add_in in = newcomer("hexin", f->party_group, officer, 1);
    assert_int_equal(fixture_call(f, f->system_admin, "account_add", &in, &created), 0);
    assert_true(strncmp(created.link, "https://minyi.example/first/", 28) == 0);
    assert_int_equal(created.expires_ms, f->now + INT64_C(72) * 3600 * 1000);
    assert_string_equal(fixture_text(f, "SELECT standing FROM profile ORDER BY account_id DESC LIMIT 1"),
                        "province_member");
    /* All or nothing. */
    int64_t accounts = fixture_int(f, "SELECT count(*) FROM account");
    in = newcomer("hexin2", f->party_group, editor, 2);
    assert_int_equal(fixture_call(f, f->system_admin, "account_add", &in, &created), ERR_FORBIDDEN);
    assert_string_equal(f->problem.field, "role_codes");
    in = newcomer("hexin", f->party_group, officer, 1);
    assert_int_equal(fixture_call(f, f->system_admin, "account_add", &in, &created), ERR_ALREADY_EXISTS);
    in = newcomer("hexin3", f->city, officer, 1);
    assert_int_equal(fixture_call(f, f->system_admin, "account_add", &in, &created), ERR_NOT_FOUND);
    in = newcomer("hexin4", f->party_group, officer, 1);
    in.fields.phone = "电话";
    assert_int_equal(fixture_call(f, f->system_admin, "account_add", &in, &created), ERR_INVALID);
    assert_int_equal(fixture_call(f, f->security_admin, "account_add", &in, &created), ERR_FORBIDDEN);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM account"), accounts);
}

static void test_save_and_move(void **state) {
    struct fixture *f = *state;
    struct account_view view;
    struct account_save_in in = {.id = f->unit_liaison, .unit_id = f->special_committee, .name = "陈联络"};
    f->if_match = 1;
    assert_int_equal(fixture_call(f, f->system_admin, "account_save", &in, &view), 0);
    assert_string_equal(view.name, "陈联络");
    assert_int_equal(view.version, 2);
    /* His author's role moved with him and so did what he may see. */
    assert_int_equal(LIST_AT(view.roles, struct account_role, 0)->unit_id, f->special_committee);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM access a JOIN account ac ON ac.id = a.account_id"
                                    " JOIN unit u ON u.id = a.unit_id WHERE ac.login = 'unit_liaison'"
                                    " AND u.code = 'minjian'"),
                     0);
    assert_int_equal(fixture_call(f, f->system_admin, "account_save", &in, &view), ERR_PRECONDITION_FAILED);
    f->if_match = 2;
    in.unit_id = f->city;
    assert_int_equal(fixture_call(f, f->system_admin, "account_save", &in, &view), ERR_NOT_FOUND);
    assert_string_equal(f->problem.field, "unit_id");
    in = (struct account_save_in){.id = f->city_officer, .unit_id = f->party_group, .name = "抢人"};
    assert_int_equal(fixture_call(f, f->system_admin, "account_save", &in, &view), ERR_NOT_FOUND);
    f->if_match = ABSENT;
    assert_int_equal(fixture_call(f, f->system_admin, "account_save", &in, &view), ERR_PRECONDITION_REQUIRED);
}

static void test_an_editor_who_moves_keeps_his_desk(void **state) {
    struct fixture *f = *state;
    struct account_view view;
    const struct account_save_in in = {.id = f->editor, .unit_id = f->office, .name = "钱编"};
    f->if_match = 1;
    assert_int_equal(fixture_call(f, f->system_admin, "account_save", &in, &view), 0);
    assert_int_equal(LIST_AT(view.roles, struct account_role, 0)->unit_id, f->province);
}

static void test_switching_off(void **state) {
    struct fixture *f = *state;
    struct account_view view;
    assert_int_equal(fixture_call(f, f->system_admin, "account_disable", &(struct id_in){f->officer}, &view),
                     0);
    assert_string_equal(view.status, "disabled");
    assert_int_equal(fixture_call(f, f->system_admin, "account_link", &(struct id_in){f->officer}, &view),
                     ERR_CONFLICT);
    assert_int_equal(fixture_call(f, f->system_admin, "account_enable", &(struct id_in){f->officer}, &view),
                     0);
    assert_string_equal(view.status, "invited");
    assert_int_equal(
        fixture_call(f, f->system_admin, "account_disable", &(struct id_in){f->system_admin}, &view),
        ERR_FORBIDDEN);
    assert_int_equal(
        fixture_call(f, f->system_admin, "account_disable", &(struct id_in){f->city_officer}, &view),
        ERR_NOT_FOUND);
    assert_int_equal(fixture_call(f, f->editor, "account_disable", &(struct id_in){f->officer}, &view),
                     ERR_FORBIDDEN);
}

static void test_an_account_manager_cannot_become_another_administrator(void **state) {
    struct fixture *f = *state;
    struct account_created created;
    struct account_view view;
    const int64_t guardians[] = {f->security_admin, f->audit_admin};
    for (size_t i = 0; i < ARRAY_LEN(guardians); i++) {
        const struct id_in in = {guardians[i]};
        assert_int_equal(fixture_call(f, f->system_admin, "account_link", &in, &created), ERR_FORBIDDEN);
        assert_int_equal(fixture_call(f, f->system_admin, "account_disable", &in, &view), ERR_FORBIDDEN);
    }
    assert_int_equal(fixture_call(f, f->system_admin, "account_link", &(struct id_in){f->officer}, &created),
                     0);
}

static void test_signing_somebody_out(void **state) {
    struct fixture *f = *state;
    fixture_sql(f, "INSERT INTO session (token_hash, account_id, created_ms, used_ms) SELECT login, id, 1, 1 "
                   "FROM account");
    int64_t sessions = fixture_int(f, "SELECT count(*) FROM session");
    const struct id_in officer = {f->officer}, far = {f->city_officer};
    assert_int_equal(fixture_call(f, f->security_admin, "account_sign_out", &officer, NULL), 0);
    assert_int_equal(fixture_call(f, f->security_admin, "account_sign_out", &far, NULL), ERR_NOT_FOUND);
    assert_int_equal(fixture_call(f, f->system_admin, "account_sign_out", &officer, NULL), ERR_FORBIDDEN);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM session"), sessions - 1);
}

static int sweep(struct ctx *ctx, const void *in, void *out) {
    (void)in;
    (void)out;
    return account_sweep(ctx);
}

static void test_the_sweep_takes_only_what_is_over(void **state) {
    struct fixture *f = *state;
    char sql[1024];
    long long now = f->now, day = 24LL * 3600 * 1000;
    snprintf(
        sql, sizeof(sql),
        "INSERT INTO session (token_hash, account_id, created_ms, used_ms) VALUES ('live', 1, %lld, %lld),"
        " ('idle', 1, %lld, %lld), ('old', 1, %lld, %lld);"
        "INSERT INTO one_time_link VALUES ('new', 1, 0, %lld, NULL, 0), ('gone', 1, 0, %lld, NULL, 0);"
        "INSERT INTO signin_failure VALUES ('new', 1, %lld, 0), ('locked', 5, 0, %lld), ('gone', 1, 0, 0)",
        now - 1000, now - 1000, now - day / 3, now - day / 4, now - day, now, now, now - 31 * day, now,
        now + 1);
    fixture_sql(f, sql);
    assert_int_equal(fixture_write(f, FIXTURE_SYSTEM, sweep, NULL, NULL), 0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM session"), 1);
    assert_string_equal(fixture_text(f, "SELECT token_hash FROM session"), "live");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM one_time_link"), 1);
    assert_string_equal(fixture_text(f, "SELECT token_hash FROM one_time_link"), "new");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM signin_failure"), 2);
}

/* ---- Profile ---- */

static void test_own_profile(void **state) {
    struct fixture *f = *state;
    struct profile profile;
    assert_int_equal(fixture_call(f, f->officer, "profile_get", NULL, &profile), 0);
    assert_int_equal(profile.version, 1);
    fixture_sql(f, "UPDATE profile SET standing = 'key_officer', term = '第十三届'");
    f->if_match = 1;
    struct profile_fields fields = {.post = "副主任", .phone = "13800001234", .standing = "national_member"};
    assert_int_equal(fixture_call(f, f->officer, "profile_save", &fields, &profile), 0);
    assert_string_equal(profile.fields.post, "副主任");
    assert_string_equal(profile.fields.standing, "key_officer"); /* the office's to say */
    assert_string_equal(profile.fields.term, "第十三届");
    assert_int_equal(profile.version, 2);
    assert_int_equal(fixture_call(f, f->officer, "profile_save", &fields, &profile), ERR_PRECONDITION_FAILED);
    fields.email = "not a mail";
    f->if_match = 2;
    assert_int_equal(fixture_call(f, f->officer, "profile_save", &fields, &profile), ERR_INVALID);
    assert_string_equal(f->problem.field, "email");
    /* The administrator's form, opened before, is out of date now. */
    struct account_view view;
    f->if_match = 1;
    const struct account_save_in in = {.id = f->officer, .unit_id = f->party_group, .name = "林晓"};
    assert_int_equal(fixture_call(f, f->system_admin, "account_save", &in, &view), ERR_PRECONDITION_FAILED);
}

/* ---- Roles of an account ---- */

static int save_roles(struct fixture *f, int64_t actor, int64_t account, const struct role_grant *grants,
                      size_t count, struct account_view *view) {
    const struct account_roles_in in = {account, {(void *)(uintptr_t)grants, count}};
    return fixture_call(f, actor, "account_roles_save", &in, view);
}

static void test_granting(void **state) {
    struct fixture *f = *state;
    struct account_view view;
    const struct role_grant editor[] = {{role_id(f, "editor"), f->province},
                                        {role_id(f, "editor"), f->province}};
    assert_int_equal(save_roles(f, f->security_admin, f->officer, editor, 2, &view), 0);
    assert_int_equal(view.roles.count, 1); /* the officer's role is gone, the double is one */
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM access a JOIN account ac ON ac.id = a.account_id"
                                    " WHERE ac.login = 'officer' AND a.permission = 'report.write'"),
                     0);
    assert_true(fixture_int(f, "SELECT count(*) FROM access a JOIN account ac ON ac.id = a.account_id"
                               " WHERE ac.login = 'officer' AND a.permission = 'report.decide'") > 1);
    assert_int_equal(save_roles(f, f->security_admin, f->officer, NULL, 0, &view), 0);
    assert_int_equal(view.roles.count, 0);
    assert_int_equal(
        fixture_int(f, "SELECT count(*) FROM audit WHERE act IN ('account.grant', 'account.revoke')"), 3);
}

static void test_granting_is_refused(void **state) {
    struct fixture *f = *state;
    struct account_view view;
    const struct role_grant own[] = {{role_id(f, "editor"), f->province}};
    const struct role_grant far[] = {{role_id(f, "editor"), f->city}};
    const struct role_grant none[] = {{9999, f->province}};
    const struct role_grant two[] = {{role_id(f, "system_admin"), f->province},
                                     {role_id(f, "audit_admin"), f->office}};
    assert_int_equal(save_roles(f, f->security_admin, f->security_admin, own, 1, &view), ERR_FORBIDDEN);
    assert_int_equal(save_roles(f, f->security_admin, f->officer, far, 1, &view), ERR_NOT_FOUND);
    assert_int_equal(save_roles(f, f->security_admin, f->officer, none, 1, &view), ERR_NOT_FOUND);
    assert_int_equal(save_roles(f, f->security_admin, f->officer, two, 2, &view), ERR_CONFLICT);
    assert_int_equal(save_roles(f, f->security_admin, f->city_officer, own, 1, &view), ERR_NOT_FOUND);
    assert_int_equal(save_roles(f, f->system_admin, f->officer, own, 1, &view), ERR_FORBIDDEN);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM account_role"), 18);
}

static void test_what_is_held_elsewhere_stays(void **state) {
    struct fixture *f = *state;
    struct account_view view;
    char sql[160];
    snprintf(sql, sizeof(sql), "INSERT INTO account_role VALUES (%lld, %lld, %lld)", (long long)f->officer,
             (long long)role_id(f, "leader_reader"), (long long)f->city);
    fixture_sql(f, sql);
    assert_int_equal(save_roles(f, f->security_admin, f->officer, NULL, 0, &view), 0);
    assert_int_equal(view.roles.count, 1);
    assert_int_equal(LIST_AT(view.roles, struct account_role, 0)->unit_id, f->city);
}

/* ---- Import ---- */

#define HEADER "姓名,登录名,单位代码,职务,工作单位,界别,党派,身份,专长,电话,邮箱,届次,聘任起,聘任止\r\n"
static const char table[] =
    "\xEF\xBB\xBF" HEADER "何一,he1,,教授,云江大学,教育界,民建,特邀信息员,教育,13800001111,he1@example.cn,"
    "第十三届,2026/1/1,2028-12-31\r\n"
    "何二,he2,jingjiwei,,,,,,,,,,,\r\n"
    "何三,HE2,,,,,,,,,,,,\r\n"          /* 4: the same login as line 3 */
    ",he4,,,,,,,,,,,,\r\n"              /* 5 */
    "何五,he5,linjiang,,,,,,,,,,,\r\n"  /* 6: another committee's */
    "何六,officer,,,,,,,,,,,,\r\n"      /* 7: exists */
    "何七,he7,,,,,,不存在,,,,,,\r\n"    /* 8 */
    "何八,he8,,,,,,,,abc,,,,\r\n"       /* 9 */
    "何九,he9,,,,,,,,,,,2026-2-30,\r\n" /* 10 */
    "何十,he10,,,,,,,,,,,,\r\n";

static void test_import_dry_run_and_real(void **state) {
    struct fixture *f = *state;
    struct import_in in = {.csv = table, .unit_id = f->party_group};
    int64_t accounts = fixture_int(f, "SELECT count(*) FROM account"),
            rows = fixture_int(f, "SELECT count(*) FROM audit");
    for (int commit = 0; commit < 2; commit++) {
        struct import_out out;
        in.commit = commit != 0;
        assert_int_equal(fixture_call(f, f->system_admin, "account_import", &in, &out), 0);
        assert_int_equal(out.ok, 3);
        assert_int_equal(out.failed, 7);
        assert_int_equal(out.lines.count, 10);
        static const bool good[] = {true, true, false, false, false, false, false, false, false, true};
        for (size_t i = 0; i < 10; i++) {
            const struct import_line *line = LIST_AT(out.lines, struct import_line, i);
            assert_int_equal(line->line, (int64_t)i + 2);
            assert_int_equal(line->ok, good[i]);
            assert_int_equal(line->error == NULL, good[i]);
            assert_int_equal(line->link != NULL, good[i] && commit);
        }
        assert_non_null(strstr(LIST_AT(out.lines, struct import_line, 2)->error, "第 3 行"));
        if (commit) break;
        assert_int_equal(fixture_int(f, "SELECT count(*) FROM account"), accounts);
        assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit"), rows);
    }
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM account"), accounts + 3);
    assert_string_equal(
        fixture_text(f, "SELECT u.code FROM account a JOIN unit u ON u.id = a.unit_id WHERE login = 'he2'"),
        "jingjiwei");
    assert_string_equal(
        fixture_text(f, "SELECT appointed_from FROM profile p JOIN account a ON a.id = p.account_id"
                        " WHERE login = 'he1'"),
        "2026-01-01");
    assert_string_equal(
        fixture_text(
            f, "SELECT standing FROM profile p JOIN account a ON a.id = p.account_id WHERE login = 'he1'"),
        "special_officer");
    assert_int_equal(
        fixture_int(f, "SELECT count(*) FROM account_role ar JOIN account a ON a.id = ar.account_id"
                       " JOIN role r ON r.id = ar.role_id WHERE login LIKE 'he%' AND r.code = 'officer'"),
        3);
    /* Twice is not double. */
    struct import_out out;
    assert_int_equal(fixture_call(f, f->system_admin, "account_import", &in, &out), 0);
    assert_int_equal(out.ok, 0);
}

static void test_import_of_many(void **state) {
    struct fixture *f = *state;
    const char *csv = "登录名,姓名\n";
    for (int i = 0; i < 120; i++)
        csv = arena_printf(f->arena, "%sp%d,某人\n", csv, i);
    struct import_out out;
    const struct import_in in = {.csv = csv, .unit_id = f->party_group, .commit = true};
    assert_int_equal(fixture_call(f, f->system_admin, "account_import", &in, &out), 0);
    assert_int_equal(out.ok, 120);
}

static void test_import_refused_whole(void **state) {
    struct fixture *f = *state;
    struct import_out out;
    struct import_in in = {.unit_id = f->party_group, .commit = true};
    static const char *const bad[] = {"", "姓名,登录名\n", "姓名,电话\na,b\n", "姓名,登录名,血型\na,b,c\n",
                                      "姓名,登录名\n\"a,b\n"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        in.csv = bad[i];
        assert_int_equal(fixture_call(f, f->system_admin, "account_import", &in, &out), ERR_INVALID);
        assert_string_equal(f->problem.field, "csv");
    }
    in.csv = "姓名,登录名\n某人,someone\n";
    in.unit_id = f->city;
    assert_int_equal(fixture_call(f, f->system_admin, "account_import", &in, &out), ERR_NOT_FOUND);
    assert_int_equal(fixture_call(f, f->security_admin, "account_import", &in, &out), ERR_FORBIDDEN);
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_lists_show_the_reach_of_the_one_who_asks),
        TEST(test_lists_page),
        TEST(test_one_account),
        TEST(test_add),
        TEST(test_save_and_move),
        TEST(test_an_editor_who_moves_keeps_his_desk),
        TEST(test_switching_off),
        TEST(test_an_account_manager_cannot_become_another_administrator),
        TEST(test_signing_somebody_out),
        TEST(test_the_sweep_takes_only_what_is_over),
        TEST(test_own_profile),
        TEST(test_granting),
        TEST(test_granting_is_refused),
        TEST(test_what_is_held_elsewhere_stays),
        TEST(test_import_dry_run_and_real),
        TEST(test_import_of_many),
        TEST(test_import_refused_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
