/* The fonts of papers as the administration sees them: who serves, and the order an office wants. */
#include "../../src/features/template/fonts_view.h"
#include "fixture.h"
#include "minyi/office_template.h"

static int save(struct fixture *f, int64_t account, const char *const *families, size_t count,
                int64_t version, struct font_role_view *ret) {
    struct font_order_in in = {.role = "kaiti", .families = {(void *)families, count}};
    f->if_match = version;
    return fixture_call(f, account, "paper_font_save", &in, ret);
}

static struct font_role_view *role_of(struct fonts_view *all, enum font_role role) {
    return LIST_AT(all->roles, struct font_role_view, role);
}

static void test_list(void **state) {
    struct fixture *f = *state;
    struct fonts_view all;
    assert_int_equal(fixture_call(f, f->system_admin, "paper_font_list", NULL, &all), 0);
    assert_int_equal(all.roles.count, FONT_ROLE_END);
    assert_int_equal(strlen(all.fingerprint), 64);
    for (enum font_role role = 0; role < FONT_ROLE_END; role++) {
        const struct font_role_view *view = role_of(&all, role);
        assert_string_equal(view->name, font_role_zh(role));
        assert_non_null(view->family);
        assert_true(view->keeps_grid);
        assert_false(view->own_order);
        assert_int_equal(view->version, 1);
        assert_int_equal(view->wanted.count, view->usual.count);
        assert_string_equal(LIST_AT(view->wanted, struct font_family_view, 0)->family,
                            font_role_defaults(role)[0]);
    }
    assert_int_equal(role_of(&all, FONT_XIAOBIAOSONG)->weight, 700);
    assert_int_equal(fixture_call(f, f->editor, "paper_font_list", NULL, &all), ERR_FORBIDDEN);
}

static void test_own_order(void **state) {
    struct fixture *f = *state;
    static const char *const wanted[] = {"我们的楷体", "Noto Sans CJK SC"};
    struct font_role_view view;
    struct fonts_view all;
    const char *before = NULL;
    assert_int_equal(fixture_call(f, f->system_admin, "paper_font_list", NULL, &all), 0);
    before = arena_strdup(f->arena, all.fingerprint);
    assert_int_equal(save(f, f->system_admin, wanted, 2, 1, &view), 0);
    assert_string_equal(view.family, "Noto Sans CJK SC");
    assert_true(view.own_order);
    assert_false(view.first_choice);
    assert_int_equal(view.version, 2);
    assert_string_equal(fixture_text(f, "SELECT value FROM setting WHERE key = 'paper.font.kaiti'"),
                        "我们的楷体, Noto Sans CJK SC");
    assert_string_equal(fixture_text(f, "SELECT detail FROM audit WHERE act = 'setting.save'"),
                        "key=paper.font.kaiti before= after=我们的楷体, Noto Sans CJK SC");
    assert_int_equal(fixture_call(f, f->system_admin, "paper_font_list", NULL, &all), 0);
    assert_string_equal(role_of(&all, FONT_KAITI)->family, "Noto Sans CJK SC");
    assert_string_not_equal(all.fingerprint, before);
    /* Written by somebody who had seen the older order. */
    assert_int_equal(save(f, f->system_admin, wanted, 1, 1, &view), ERR_PRECONDITION_FAILED);
    /* The usual order, or none, is the program's own again. */
    assert_int_equal(save(f, f->system_admin, font_role_defaults(FONT_KAITI), 10, 2, &view), 0);
    assert_false(view.own_order);
    assert_string_equal(fixture_text(f, "SELECT value FROM setting WHERE key = 'paper.font.kaiti'"), "");
    assert_int_equal(save(f, f->system_admin, NULL, 0, 3, &view), 0);
    assert_false(view.own_order);
}

static void refused(struct fixture *f, const char *family, int error, const char *field) {
    const char *const wanted[] = {"楷体", family};
    struct font_role_view view = {.version = -1};
    assert_int_equal(save(f, f->system_admin, wanted, 2, 1, &view), error);
    assert_string_equal(f->problem.field, field);
}

static void test_refused(void **state) {
    struct fixture *f = *state;
    refused(f, "", ERR_REQUIRED, "families[1]");
    refused(f, "仿宋，楷体", ERR_INVALID, "families[1]");
    refused(f, "a,b", ERR_INVALID, "families[1]");
    refused(f, "、", ERR_REQUIRED, "families[1]");
    refused(
        f,
        "这是一个长得没有任何字体会用的名称这是一个长得没有任何字体会用的名称这是一个长得没有任何字体会用的名称这"
        "是一个长得没有任何字体会用的名称",
        ERR_TOO_LONG, "families[1]");
    const char *many[FONT_FAMILIES_MAX];
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        many[i] = arena_printf(f->arena, "一二三四五六七八九十一二三四五六七八九十%zu", i);
    struct font_role_view view;
    assert_int_equal(save(f, f->system_admin, many, ARRAY_LEN(many), 1, &view), ERR_TOO_LONG);
    assert_string_equal(f->problem.field, "families");
    assert_int_equal(fixture_int(f, "SELECT version FROM setting WHERE key = 'paper.font.kaiti'"), 1);
}

static void test_whose(void **state) {
    struct fixture *f = *state;
    static const char *const wanted[] = {"楷体"};
    struct font_role_view view;
    int64_t city_admin = fixture_account(f, "city-admin", "system_admin", f->city);
    assert_int_equal(save(f, city_admin, wanted, 1, 1, &view), ERR_FORBIDDEN);
    assert_int_equal(save(f, f->editor, wanted, 1, 1, &view), ERR_FORBIDDEN);
    struct fonts_view all;
    assert_int_equal(fixture_call(f, city_admin, "paper_font_list", NULL, &all), 0);
}

static void test_grid(void **state) {
    struct fixture *f = *state;
    assert_true(font_keeps_grid(f->arena, FONT_FANGSONG, NULL));
    assert_true(font_keeps_grid(f->arena, FONT_HEITI, NULL));
}

static int close_fonts(void **state) {
    (void)state;
    fonts_close();
    return 0;
}

int main(void) {
#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_list), TEST(test_own_order), TEST(test_refused), TEST(test_whose), TEST(test_grid),
    };
    return cmocka_run_group_tests(tests, NULL, close_fonts);
}
