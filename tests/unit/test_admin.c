/* Settings, dictionaries, publications, the catalog; units and roles as administrators change them. */
#include "../../src/features/admin/types.h"
#include "../../src/features/role/types.h"
#include "../../src/features/unit/types.h"
#include "fixture.h"

#define LIST_OF(ARRAY) \
    { (void *)(uintptr_t)(ARRAY), ARRAY_LEN(ARRAY) }

/* ---- Catalog ---- */

static void test_catalog(void **state) {
    struct fixture *f = *state;
    struct catalog catalog;
    assert_int_equal(fixture_call(f, f->officer, "catalog_get", NULL, &catalog), 0);
    assert_int_equal(catalog.categories.count, 14);
    assert_int_equal(catalog.gates.count, 5);
    const struct gate *politics = LIST_AT(catalog.gates, struct gate, 0);
    assert_string_equal(politics->name, "政治关");
    assert_int_equal(politics->checklist.count, 5);
    assert_int_equal(catalog.criteria.count, 5);
    assert_int_equal(catalog.publications.count, 2);
    assert_int_equal(LIST_AT(catalog.publications, struct publication_item, 0)->committee_id, f->province);
    const struct report_rules *rules = catalog.settings;
    assert_int_equal(rules->max_words, 1500);
    assert_false(rules->analysis_required);
    assert_true(rules->suggestion_required);
    assert_int_equal(rules->not_accepted.count, 6);
    assert_non_null(strstr(rules->classified_warning, "涉密"));
    assert_int_equal(fixture_call(f, f->city_officer, "catalog_get", NULL, &catalog), 0);
    assert_int_equal(LIST_AT(catalog.publications, struct publication_item, 0)->committee_id, f->city);
    assert_int_equal(fixture_call(f, FIXTURE_PUBLIC, "catalog_get", NULL, &catalog), ERR_SIGNED_OUT);
}

static void test_the_defaults_are_complete(void **state) {
    struct fixture *f = *state;
    static const char *const keys[] = {"report.max_words",
                                       "report.title_max",
                                       "report.analysis_required",
                                       "report.suggestion_required",
                                       "report.unit_signing",
                                       "report.not_accepted",
                                       "report.classified_warning",
                                       "attachment.max_bytes",
                                       "attachment.max_count",
                                       "attachment.max_unsent_bytes",
                                       "session.idle_minutes",
                                       "session.absolute_hours",
                                       "signin.max_failures",
                                       "signin.lock_minutes",
                                       "account.link_hours",
                                       "desk.lease_seconds",
                                       "desk.first_look_days",
                                       "desk.decision_days",
                                       "dispatch.answer_days",
                                       "grade.excellent",
                                       "grade.good",
                                       "grade.fair",
                                       "office.name"};
    char sql[160];
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        snprintf(sql, sizeof(sql), "SELECT count(*) FROM setting WHERE key = '%s'", keys[i]);
        assert_int_equal(fixture_int(f, sql), 1);
    }
    /* Every default is a value that could be saved. */
    struct admin_items settings;
    assert_int_equal(fixture_call(f, f->system_admin, "setting_list", NULL, &settings), 0);
    assert_true(settings.items.count >= ARRAY_LEN(keys));
    for (size_t i = 0; i < settings.items.count; i++) {
        const struct setting_view *setting = LIST_AT(settings.items, struct setting_view, i);
        assert_null(setting_flaw(f->arena, setting, setting->value));
    }
    /* Every permission of the program is in some role, and no role holds one that is not of the program. */
    struct role_list_out roles;
    uint64_t held = 0;
    assert_int_equal(fixture_call(f, f->security_admin, "role_list", NULL, &roles), 0);
    assert_int_equal(roles.items.count, 13);
    for (size_t i = 0; i < roles.items.count; i++) {
        const struct role_view *role = LIST_AT(roles.items, struct role_view, i);
        assert_true(role->builtin && role->permissions.count > 0);
        for (size_t p = 0; p < role->permissions.count; p++) {
            enum permission permission = permission_find(*LIST_AT(role->permissions, const char *, p));
            assert_true(permission != PERMISSION_FORGOTTEN);
            held |= UINT64_C(1) << permission;
        }
    }
    for (int p = SIGNED_IN + 1; p < PERMISSION_END_; p++)
        assert_true(held >> p & 1);
    assert_int_equal(fixture_int(f, "SELECT sum(weight) FROM criterion WHERE active = 1"), 100);
    assert_int_equal(fixture_int(f, "SELECT count(DISTINCT kind) FROM reason"), 6);
}

/* ---- Settings ---- */

static int save_setting(struct fixture *f, int64_t account, const char *key, const char *value) {
    char sql[160];
    snprintf(sql, sizeof(sql), "SELECT version FROM setting WHERE key = '%s'", key);
    f->if_match = fixture_int(f, sql);
    struct setting_view out;
    return fixture_call(f, account, "setting_save", &(struct setting_in){key, value}, &out);
}

static void test_settings_keep_their_bounds(void **state) {
    struct fixture *f = *state;
    static const char *const bad[][2] = {{"report.max_words", "199"},
                                         {"report.max_words", "20001"},
                                         {"report.max_words", "many"},
                                         {"report.max_words", ""},
                                         {"report.max_words", "-500"},
                                         {"report.unit_signing", "2"},
                                         {"report.unit_signing", "yes"},
                                         {"office.name", "x"},
                                         {"office.name", "two\nlines"},
                                         {"grade.good", "90"},
                                         {"grade.fair", "70"},
                                         {"report.classified_warning", ""},
                                         {"report.max_words", "99999999999999999999"}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(save_setting(f, f->system_admin, bad[i][0], bad[i][1]), ERR_INVALID);
        assert_string_equal(f->problem.field, "value");
    }
    assert_int_equal(save_setting(f, f->system_admin, "report.max_words", "2000"), 0);
    assert_int_equal(save_setting(f, f->system_admin, "report.not_accepted", NULL), 0);
    assert_int_equal(
        fixture_int(f, "SELECT CAST(value AS INTEGER) FROM setting WHERE key = 'report.max_words'"), 2000);
    f->if_match = 1;
    struct setting_view out;
    assert_int_equal(
        fixture_call(f, f->system_admin, "setting_save", &(struct setting_in){"no.such", "1"}, &out),
        ERR_NOT_FOUND);
    assert_int_equal(fixture_call(f, f->system_admin, "setting_save",
                                  &(struct setting_in){"report.max_words", "3000"}, &out),
                     ERR_PRECONDITION_FAILED);
}

static const char *last_detail(struct fixture *f) {
    return fixture_text(f, "SELECT detail FROM audit WHERE act = 'setting.save' ORDER BY id DESC LIMIT 1");
}

/* Numbers and orders of fonts, also the longest; of other texts only that they were changed. */
static void test_what_the_audit_says_of_a_setting(void **state) {
    struct fixture *f = *state;
    assert_int_equal(save_setting(f, f->system_admin, "report.max_words", "2000"), 0);
    assert_string_equal(last_detail(f), "key=report.max_words value=2000");
    assert_int_equal(save_setting(f, f->system_admin, "office.name", "云江省委员会"), 0);
    assert_string_equal(last_detail(f), "key=office.name");
    char orders[2][400 * 3 + 1] = {"", ""};
    for (int i = 0; i < 2; i++) {
        for (size_t k = 0; k + 1 < sizeof(orders[i]); k += 3)
            memcpy(orders[i] + k, i == 0 ? "楷" : "宋", 4);
        assert_int_equal(save_setting(f, f->system_admin, "paper.font.kaiti", orders[i]), 0);
        assert_string_equal(last_detail(f), arena_printf(f->arena, "key=paper.font.kaiti before=%s after=%s",
                                                         i == 0 ? "" : orders[0], orders[i]));
    }
}

static void test_what_all_share_is_changed_at_the_top_only(void **state) {
    struct fixture *f = *state;
    int64_t city_admin = fixture_account(f, "city-admin", "system_admin", f->city);
    assert_int_equal(save_setting(f, city_admin, "report.max_words", "2000"), ERR_FORBIDDEN);
    assert_int_equal(save_setting(f, f->editor, "report.max_words", "2000"), ERR_FORBIDDEN);
    struct category out;
    const struct category in = {.code = "sea", .name = "海洋", .position = 1};
    assert_int_equal(fixture_call(f, city_admin, "category_add", &in, &out), ERR_FORBIDDEN);
}

/* ---- Dictionaries ---- */

static void test_categories_and_reasons(void **state) {
    struct fixture *f = *state;
    struct category category, in = {.code = "sea", .name = "海洋", .position = 99};
    assert_int_equal(fixture_call(f, f->system_admin, "category_add", &in, &category), 0);
    assert_true(category.active);
    int64_t sea = category.id;
    assert_int_equal(fixture_call(f, f->system_admin, "category_add", &in, &category), ERR_ALREADY_EXISTS);
    in = (struct category){.id = sea, .name = "海洋渔业", .position = 3, .active = false};
    f->if_match = 1;
    assert_int_equal(fixture_call(f, f->system_admin, "category_save", &in, &category), 0);
    assert_false(category.active);
    assert_int_equal(fixture_call(f, f->system_admin, "category_save", &in, &category),
                     ERR_PRECONDITION_FAILED);
    in.id = 9999;
    assert_int_equal(fixture_call(f, f->system_admin, "category_save", &in, &category), ERR_NOT_FOUND);
    struct catalog catalog;
    assert_int_equal(fixture_call(f, f->officer, "catalog_get", NULL, &catalog), 0);
    assert_int_equal(catalog.categories.count, 14); /* switched off */

    struct reason reason,
        why = {.kind = "keep", .code = "Bad Code", .name = "理由", .text = "理由文字", .position = 1};
    assert_int_equal(fixture_call(f, f->system_admin, "reason_add", &why, &reason), ERR_INVALID);
    why.code = "keep_late";
    assert_int_equal(fixture_call(f, f->system_admin, "reason_add", &why, &reason), 0);
    why.id = reason.id;
    why.text = "改过的文字";
    why.active = true;
    f->if_match = 1;
    assert_int_equal(fixture_call(f, f->system_admin, "reason_save", &why, &reason), 0);
    assert_string_equal(reason.text, "改过的文字");
    assert_int_equal(reason.version, 2);
}

static void test_gates_and_criteria(void **state) {
    struct fixture *f = *state;
    static const char *const checklist[] = {"一", "二"};
    struct gate gate, in = {.id = 1, .name = "政治关", .question = "问题", .checklist = LIST_OF(checklist)};
    f->if_match = 1;
    assert_int_equal(fixture_call(f, f->system_admin, "gate_save", &in, &gate), 0);
    assert_int_equal(gate.checklist.count, 2);
    assert_string_equal(*LIST_AT(gate.checklist, const char *, 1), "二");
    assert_int_equal(fixture_call(f, f->system_admin, "gate_save", &in, &gate), ERR_PRECONDITION_FAILED);

    struct admin_items criteria, out;
    assert_int_equal(fixture_call(f, f->system_admin, "criterion_list", NULL, &criteria), 0);
    LIST_AT(criteria.items, struct criterion, 0)->weight += 5;
    assert_int_equal(fixture_call(f, f->system_admin, "criterion_save_all", &criteria, &out), ERR_INVALID);
    LIST_AT(criteria.items, struct criterion, 1)->weight -= 5;
    assert_int_equal(fixture_call(f, f->system_admin, "criterion_save_all", &criteria, &out), 0);
    assert_int_equal(LIST_AT(out.items, struct criterion, 0)->weight, 30);
    assert_int_equal(fixture_call(f, f->system_admin, "criterion_save_all", &criteria, &out),
                     ERR_PRECONDITION_FAILED);
    assert_int_equal(fixture_int(f, "SELECT sum(weight) FROM criterion WHERE active = 1"), 100);
}

/* ---- Publications ---- */

static void test_publications_are_the_committees_own(void **state) {
    struct fixture *f = *state;
    int64_t city_admin = fixture_account(f, "city-admin", "system_admin", f->city);
    struct publication_detail detail;
    const struct admin_id_in id = {f->publication_submit};
    assert_int_equal(fixture_call(f, f->system_admin, "publication_get", &id, &detail), 0);
    assert_string_equal(detail.name, "政协社情民意信息");
    assert_string_equal(detail.issuing_office, "云江省政协办公厅");
    assert_int_equal(detail.steps.count, 3);
    assert_string_equal(LIST_AT(detail.steps, struct publication_step, 2)->role_name, "分管主席");
    assert_int_equal(fixture_call(f, city_admin, "publication_get", &id, &detail), ERR_NOT_FOUND);
    f->if_match = 1;
    assert_int_equal(fixture_call(f, city_admin, "publication_save", &detail, &detail), ERR_NOT_FOUND);
    struct admin_items items;
    assert_int_equal(fixture_call(f, city_admin, "publication_list", NULL, &items), 0);
    assert_int_equal(items.items.count, 2);
    assert_int_equal(LIST_AT(items.items, struct publication_item, 0)->committee_id, f->city);
    assert_string_equal(fixture_text(f, "SELECT DISTINCT issuing_office FROM publication p JOIN unit u ON"
                                        " u.id = p.committee_id WHERE u.code = 'linjiang'"),
                        "临江市政协办公室");
}

static void test_a_chain_is_changed_whole_and_not_under_way(void **state) {
    struct fixture *f = *state;
    struct publication_detail in, out;
    const struct admin_id_in id = {f->publication_submit};
    assert_int_equal(fixture_call(f, f->system_admin, "publication_get", &id, &in), 0);
    struct publication_step steps[2] = {*LIST_AT(in.steps, struct publication_step, 0),
                                        *LIST_AT(in.steps, struct publication_step, 2)};
    in.steps = (struct list)LIST_OF(steps);
    f->if_match = 1;
    assert_int_equal(fixture_call(f, f->system_admin, "publication_save", &in, &out), 0);
    assert_int_equal(out.steps.count, 2);
    assert_int_equal(LIST_AT(out.steps, struct publication_step, 1)->position, 2);
    /* Who changes a chain decides who signs: the audit holds the roles before and after. */
    const char *expected =
        arena_printf(f->arena, "roles=%lld,%lld before=%lld,%lld,%lld active=1", (long long)steps[0].role_id,
                     (long long)steps[1].role_id, (long long)steps[0].role_id,
                     (long long)fixture_int(f, "SELECT id FROM role WHERE code = 'secretary_general'"),
                     (long long)steps[1].role_id);
    assert_string_equal(fixture_text(f, "SELECT detail FROM audit WHERE act = 'publication.save'"), expected);
    assert_int_equal(fixture_call(f, f->system_admin, "publication_save", &in, &out),
                     ERR_PRECONDITION_FAILED);
    f->if_match = 2;
    steps[1].role_id = fixture_int(f, "SELECT id FROM role WHERE code = 'officer'");
    assert_int_equal(fixture_call(f, f->system_admin, "publication_save", &in, &out), ERR_INVALID);
    assert_string_equal(f->problem.field, "steps");
    steps[1].role_id = fixture_int(f, "SELECT id FROM role WHERE code = 'secretary_general'");
    in.number_format = "第{number}期";
    assert_int_equal(fixture_call(f, f->system_admin, "publication_save", &in, &out), ERR_INVALID);
    in.number_format = "{year}年第{number}期";
    char sql[400];
    snprintf(
        sql, sizeof(sql),
        "INSERT INTO article (committee_id, publication_id, status, title, situation, analysis, suggestion,"
        " text_sha256, step, editor_id, created_ms, updated_ms) VALUES (%lld, %lld, 'in_signoff', 't', 's', 'a',"
        " 's', '', 1, %lld, 1, 1)",
        (long long)f->province, (long long)f->publication_submit, (long long)f->editor);
    fixture_sql(f, sql);
    assert_int_equal(fixture_call(f, f->system_admin, "publication_save", &in, &out), ERR_IN_USE);
    fixture_sql(f, "UPDATE article SET status = 'signed'");
    assert_int_equal(fixture_call(f, f->system_admin, "publication_save", &in, &out), 0);
}

/* ---- Units ---- */

static void test_units(void **state) {
    struct fixture *f = *state;
    struct unit_list_out units;
    assert_int_equal(fixture_call(f, f->officer, "unit_list", NULL, &units), 0);
    assert_int_equal(units.items.count, 7);
    struct unit_view unit;
    struct unit_add_in in = {.parent_id = f->province,
                             .position = ABSENT,
                             .kind = "department",
                             .code = "caizhengting",
                             .name = "云江省财政厅",
                             .short_name = "省财政厅"};
    assert_int_equal(fixture_call(f, f->system_admin, "unit_add", &in, &unit), 0);
    assert_int_equal(unit.committee_id, f->province);
    assert_int_equal(fixture_call(f, f->system_admin, "unit_add", &in, &unit), ERR_ALREADY_EXISTS);
    in.code = "Caizheng";
    assert_int_equal(fixture_call(f, f->system_admin, "unit_add", &in, &unit), ERR_INVALID);
    in.code = "linjiang-caizheng";
    in.parent_id = f->city;
    assert_int_equal(fixture_call(f, f->system_admin, "unit_add", &in, &unit), ERR_NOT_FOUND);
    in = (struct unit_add_in){.parent_id = f->province,
                              .position = 9,
                              .kind = "county",
                              .code = "hexian",
                              .name = "和县政协",
                              .short_name = "和县政协"};
    assert_int_equal(fixture_call(f, f->system_admin, "unit_add", &in, &unit), 0);
    assert_int_equal(unit.committee_id, unit.id);
    assert_int_equal(
        fixture_int(f, "SELECT count(*) FROM signoff_step s JOIN publication p ON p.id = s.publication_id"
                       " JOIN unit u ON u.id = p.committee_id WHERE u.code = 'hexian'"),
        5);
    in.code = "hexian2";
    in.kind = "province";
    assert_int_equal(fixture_call(f, f->system_admin, "unit_add", &in, &unit), ERR_INVALID);
    in.kind = "city";
    in.parent_id = f->office;
    assert_int_equal(fixture_call(f, f->system_admin, "unit_add", &in, &unit), ERR_INVALID);
    assert_int_equal(fixture_call(f, f->editor, "unit_add", &in, &unit), ERR_FORBIDDEN);
}

static void test_units_are_switched_off_only_when_empty(void **state) {
    struct fixture *f = *state;
    struct unit_view unit;
    struct unit_save_in in = {
        .id = f->party_group, .position = 1, .name = "民建省委会", .short_name = "民建", .active = true};
    f->if_match = 1;
    assert_int_equal(fixture_call(f, f->system_admin, "unit_save", &in, &unit), 0);
    assert_int_equal(fixture_call(f, f->system_admin, "unit_save", &in, &unit), ERR_PRECONDITION_FAILED);
    f->if_match = 2;
    in.active = false;
    assert_int_equal(fixture_call(f, f->system_admin, "unit_save", &in, &unit), ERR_IN_USE);
    fixture_sql(
        f,
        "UPDATE account SET status = 'disabled' WHERE unit_id = (SELECT id FROM unit WHERE code = 'minjian')");
    assert_int_equal(fixture_call(f, f->system_admin, "unit_save", &in, &unit), 0);
    struct unit_list_out units;
    assert_int_equal(fixture_call(f, f->editor, "unit_list", NULL, &units), 0);
    assert_int_equal(units.items.count, 6);
    in.id = f->city_office;
    assert_int_equal(fixture_call(f, f->system_admin, "unit_save", &in, &unit), ERR_NOT_FOUND);
}

/* ---- Roles ---- */

static int save_role(struct fixture *f, int64_t account, int64_t id, int64_t version,
                     const char *const *permissions, size_t count) {
    struct role_view out;
    const struct role_in in = {
        .id = id, .name = "某角色", .permissions = {(void *)(uintptr_t)permissions, count}};
    f->if_match = version;
    return fixture_call(f, account, "role_save", &in, &out);
}

static void test_a_changed_role_changes_the_rights_of_its_holders(void **state) {
    struct fixture *f = *state;
    static const char *const fewer[] = {"report.read"};
    int64_t editor = fixture_int(f, "SELECT id FROM role WHERE code = 'editor'");
    assert_int_equal(save_role(f, f->security_admin, editor, 1, fewer, 1), 0);
    assert_int_equal(fixture_int(f, "SELECT count(DISTINCT permission) FROM access a JOIN account ac"
                                    " ON ac.id = a.account_id WHERE ac.login = 'editor'"),
                     1);
    assert_int_equal(fixture_int(f, "SELECT count(DISTINCT permission) FROM access a JOIN account ac"
                                    " ON ac.id = a.account_id WHERE ac.login = 'city_editor'"),
                     1);
    assert_int_equal(save_role(f, f->security_admin, editor, 1, fewer, 1), ERR_PRECONDITION_FAILED);
}

static void test_roles_keep_the_administrations_apart(void **state) {
    struct fixture *f = *state;
    static const char *const mixed[] = {"account.manage", "audit.read"}, *const unknown[] = {"report.erase"},
                             *const manage[] = {"account.manage", "account.manage"};
    int64_t own = fixture_int(f, "SELECT id FROM role WHERE code = 'security_admin'");
    int64_t auditor = fixture_int(f, "SELECT id FROM role WHERE code = 'audit_admin'");
    int64_t clerk = fixture_int(f, "SELECT id FROM role WHERE code = 'clerk'");
    assert_int_equal(save_role(f, f->security_admin, own, 1, manage, 1), ERR_FORBIDDEN);
    assert_int_equal(save_role(f, f->security_admin, auditor, 1, mixed, 2), ERR_CONFLICT);
    assert_int_equal(save_role(f, f->security_admin, auditor, 1, unknown, 1), ERR_NOT_ALLOWED_VALUE);
    assert_int_equal(save_role(f, f->system_admin, clerk, 1, manage, 1), ERR_FORBIDDEN);
    assert_int_equal(save_role(f, f->security_admin, 9999, 1, manage, 1), ERR_NOT_FOUND);
    /* Nor by way of somebody who holds two roles. */
    char sql[160];
    snprintf(sql, sizeof(sql), "INSERT INTO account_role VALUES (%lld, %lld, %lld)",
             (long long)f->audit_admin, (long long)clerk, (long long)f->province);
    fixture_sql(f, sql);
    assert_int_equal(save_role(f, f->security_admin, clerk, 1, manage, 2), ERR_CONFLICT);
    int64_t city_security = fixture_account(f, "city-security", "security_admin", f->city);
    assert_int_equal(save_role(f, city_security, clerk, 1, unknown, 0), ERR_FORBIDDEN);
}

static void test_adding_a_role(void **state) {
    struct fixture *f = *state;
    static const char *const permissions[] = {"report.read", "issue.read"};
    struct role_in in = {.code = "observer", .name = "观察员", .permissions = LIST_OF(permissions)};
    struct role_view out;
    assert_int_equal(fixture_call(f, f->security_admin, "role_add", &in, &out), 0);
    assert_int_equal(out.permissions.count, 2);
    assert_false(out.builtin);
    assert_int_equal(fixture_call(f, f->security_admin, "role_add", &in, &out), ERR_ALREADY_EXISTS);
    in.code = "Bad-Code";
    assert_int_equal(fixture_call(f, f->security_admin, "role_add", &in, &out), ERR_INVALID);
    struct role_list_out list;
    assert_int_equal(fixture_call(f, f->security_admin, "permission_list", NULL, &list), 0);
    assert_int_equal(list.items.count, PERMISSION_END_ - SIGNED_IN - 1);
    assert_int_equal(fixture_call(f, f->officer, "role_list", NULL, &list), ERR_FORBIDDEN);
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_catalog),
        TEST(test_the_defaults_are_complete),
        TEST(test_settings_keep_their_bounds),
        TEST(test_what_the_audit_says_of_a_setting),
        TEST(test_what_all_share_is_changed_at_the_top_only),
        TEST(test_categories_and_reasons),
        TEST(test_gates_and_criteria),
        TEST(test_publications_are_the_committees_own),
        TEST(test_a_chain_is_changed_whole_and_not_under_way),
        TEST(test_units),
        TEST(test_units_are_switched_off_only_when_empty),
        TEST(test_a_changed_role_changes_the_rights_of_its_holders),
        TEST(test_roles_keep_the_administrations_apart),
        TEST(test_adding_a_role),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
