/* Templates as an office keeps them: drafts, what is in force, what is refused, whose they are. */
#include "../../src/features/template/types.h"
#include "fixture.h"
#include "lifecycle_testing.h"

#define ROW(ELEMENT, STYLE, WORDS)              \
    (struct template_element) {                 \
        (ELEMENT), (STYLE), (WORDS), "", ABSENT \
    }

static struct template_detail got; /* of the last call */

static int add(struct fixture *f, int64_t account, const char *kind, int64_t publication, int64_t from) {
    const struct template_add_in in = {
        .kind = kind, .name = "我们的版式", .publication_id = publication, .from_id = from};
    return fixture_call(f, account, "paper_template_add", &in, &got);
}

static int64_t added(struct fixture *f, const char *kind, int64_t publication) {
    assert_int_equal(add(f, f->system_admin, kind, publication, ABSENT), 0);
    return got.id;
}

static int act(struct fixture *f, const char *route, int64_t id, int64_t version) {
    f->if_match = version;
    return fixture_call(f, f->system_admin, route, &(struct template_id_in){.id = id}, &got);
}

static int64_t version_of(struct fixture *f, int64_t id) {
    char sql[100];
    snprintf(sql, sizeof(sql), "SELECT version FROM paper_template WHERE id = %lld", (long long)id);
    return fixture_int(f, sql);
}

static void must(struct fixture *f, const char *route, int64_t id) {
    assert_int_equal(act(f, route, id, version_of(f, id)), 0);
}

static int save(struct fixture *f, int64_t id, struct template_element *rows, size_t count) {
    const struct template_save_in in = {.id = id, .name = "改名", .elements = {rows, count}};
    return fixture_call(f, f->system_admin, "paper_template_save", &in, &got);
}

static const char *status_of(struct fixture *f, int64_t id) {
    char sql[100];
    snprintf(sql, sizeof(sql), "SELECT status FROM paper_template WHERE id = %lld", (long long)id);
    return fixture_text(f, sql);
}

/* ---- What is in force ---- */

struct force {
    struct fixture *f;
    int64_t publication, version;
    struct paper_template tmpl;
};
static struct force force;

static int ask(struct ctx *ctx, const void *in, void *out) {
    (void)in;
    (void)out;
    return template_in_force(ctx, force.f->province, force.publication, PAPER_KIND_ISSUE, &force.tmpl,
                             &force.version);
}

static int64_t in_force(struct fixture *f, int64_t publication) {
    force = (struct force){.f = f, .publication = publication};
    assert_int_equal(fixture_read(f, f->officer, ask, NULL, NULL), 0);
    return force.version;
}

/* What the log says of the newest activation: that of ID. */
static void assert_activation(struct fixture *f, int64_t id, int64_t publication, int64_t replaced) {
    const char *rows =
        "FROM audit WHERE id = (SELECT max(id) FROM audit WHERE act = 'paper_template.activate')";
    assert_int_equal(fixture_int(f, arena_printf(f->arena, "SELECT subject_id %s", rows)), id);
    assert_string_equal(fixture_text(f, arena_printf(f->arena, "SELECT detail %s", rows)),
                        arena_printf(f->arena, "kind=issue publication=%lld replaced=%lld",
                                     (long long)publication, (long long)replaced));
}

static void test_a_template_comes_into_force_and_goes(void **state) {
    struct fixture *f = *state;
    assert_int_equal(in_force(f, ABSENT), 0);
    assert_int_equal(force.tmpl.elements.count, template_default(PAPER_KIND_ISSUE)->elements.count);
    int64_t first = added(f, "issue", ABSENT);
    assert_string_equal(got.status, "draft");
    assert_string_equal(got.status_text, "草稿");
    assert_string_equal(got.kind_name, "刊物");
    assert_int_equal(got.elements.count, template_default(PAPER_KIND_ISSUE)->elements.count);
    assert_int_equal(got.publication_id, ABSENT);
    assert_int_equal(in_force(f, ABSENT), 0);
    must(f, "paper_template_activate", first);
    assert_int_equal(got.activated_ms, f->now);
    assert_activation(f, first, -1, -1);
    assert_int_equal(in_force(f, ABSENT), first);
    assert_int_equal(in_force(f, f->publication_submit), first);
    /* One of a publication wins there, and nowhere else. */
    int64_t own = added(f, "issue", f->publication_submit);
    must(f, "paper_template_activate", own);
    assert_activation(f, own, f->publication_submit, -1);
    assert_int_equal(in_force(f, f->publication_submit), own);
    assert_int_equal(in_force(f, f->publication_forward), first);
    assert_int_equal(in_force(f, ABSENT), first);
    /* The next one of the same kind takes its place. */
    int64_t second = added(f, "issue", ABSENT);
    must(f, "paper_template_activate", second);
    assert_activation(f, second, -1, first);
    assert_int_equal(in_force(f, ABSENT), second);
    assert_string_equal(status_of(f, first), "retired");
    assert_string_equal(status_of(f, own), "active");
    /* Back to an earlier one, and to the program's own. */
    must(f, "paper_template_activate", first);
    assert_activation(f, first, -1, second);
    assert_int_equal(in_force(f, ABSENT), first);
    must(f, "paper_template_retire", first);
    assert_int_equal(in_force(f, ABSENT), 0);
    /* After none, it replaces none; and one of a publication the one before it there. */
    must(f, "paper_template_activate", second);
    assert_activation(f, second, -1, -1);
    must(f, "paper_template_retire", second);
    int64_t next = added(f, "issue", f->publication_submit);
    must(f, "paper_template_activate", next);
    assert_activation(f, next, f->publication_submit, own);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'paper_template.activate'"), 6);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'paper_template.retire'"), 2);
}

static void test_a_draft_is_saved_whole(void **state) {
    struct fixture *f = *state;
    int64_t id = added(f, "issue", ABSENT);
    struct template_element rows[] = {ROW("text", "title", "{标题}"), ROW("body", "", ""),
                                      ROW("folio", "", "")};
    rows[1].style = rows[1].text = rows[1].right = NULL; /* as the wire leaves them */
    struct template_style styles[] = {{.style = "title", .font = "kaiti", .size = ABSENT},
                                      {.style = "body", .align = "left", .size = 1800}};
    const struct template_save_in in = {
        .id = id, .name = "改名", .elements = {rows, 3}, .styles = {styles, 2}};
    f->if_match = 1;
    assert_int_equal(fixture_call(f, f->system_admin, "paper_template_save", &in, &got), 0);
    assert_string_equal(got.name, "改名");
    assert_int_equal(got.version, 2);
    assert_int_equal(got.elements.count, 3);
    assert_string_equal(LIST_AT(got.elements, struct template_element, 0)->text, "{标题}");
    assert_string_equal(LIST_AT(got.elements, struct template_element, 1)->text, "");
    assert_int_equal(LIST_AT(got.elements, struct template_element, 1)->amount, ABSENT);
    assert_int_equal(got.styles.count, 2);
    const struct template_style *style = LIST_AT(got.styles, struct template_style, 1);
    assert_string_equal(style->style, "title");
    assert_string_equal(style->font, "kaiti");
    assert_null(style->align);
    assert_int_equal(style->size, ABSENT);
    /* Somebody else was faster. */
    assert_int_equal(fixture_call(f, f->system_admin, "paper_template_save", &in, &got),
                     ERR_PRECONDITION_FAILED);
    f->if_match = ABSENT;
    assert_int_equal(fixture_call(f, f->system_admin, "paper_template_save", &in, &got),
                     ERR_PRECONDITION_REQUIRED);
    /* The copy begins as the one it comes from. */
    assert_int_equal(add(f, f->system_admin, "issue", ABSENT, id), 0);
    assert_int_equal(got.elements.count, 3);
    assert_int_equal(got.styles.count, 2);
    assert_int_equal(add(f, f->system_admin, "issue", ABSENT, 0), 0);
    assert_int_equal(got.elements.count, template_default(PAPER_KIND_ISSUE)->elements.count);
    assert_int_equal(add(f, f->system_admin, "certificate", ABSENT, ABSENT), 0);
    assert_int_equal(got.styles.count, template_default(PAPER_KIND_CERTIFICATE)->styles.count);
}

static void test_a_broken_template_is_refused_with_its_place(void **state) {
    struct fixture *f = *state;
    int64_t id = added(f, "issue", ABSENT);
    f->if_match = 1;
    struct template_element rows[] = {ROW("text", "title", "{标题}"), ROW("text", "number", "{期数}"),
                                      ROW("body", "", "")};
    assert_int_equal(save(f, id, rows, 3), ERR_INVALID);
    assert_string_equal(f->problem.field, "elements[1].text");
    assert_non_null(strstr(f->problem.detail, "第2行“期号”：没有“{期数}”这个词"));
    assert_int_equal(save(f, id, rows, 1), ERR_INVALID);
    assert_string_equal(f->problem.field, "elements");
    assert_int_equal(version_of(f, id), 1);
    assert_int_equal(in_force(f, ABSENT), 0);
    /* One that an older program let in does not come into force. */
    fixture_sql(f, "UPDATE paper_template_element SET text = '{旧词}' WHERE position = 1");
    assert_int_equal(act(f, "paper_template_activate", id, 1), ERR_INVALID);
    assert_string_equal(f->problem.field, "elements[1].text");
    assert_string_equal(status_of(f, id), "draft");
}

static void test_what_was_in_force_stays_as_it_was(void **state) {
    struct fixture *f = *state;
    int64_t id = added(f, "issue", ABSENT);
    struct template_element rows[] = {ROW("text", "title", "{标题}"), ROW("body", "", "")};
    assert_int_equal(act(f, "paper_template_retire", id, 1), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(act(f, "paper_template_activate", id, 7), ERR_PRECONDITION_FAILED);
    must(f, "paper_template_activate", id);
    f->if_match = 2;
    assert_int_equal(save(f, id, rows, 2), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(act(f, "paper_template_delete", id, 2), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(act(f, "paper_template_activate", id, 2), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(act(f, "paper_template_retire", id, 1), ERR_PRECONDITION_FAILED);
    must(f, "paper_template_retire", id);
    f->if_match = 3;
    assert_int_equal(save(f, id, rows, 2), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(act(f, "paper_template_delete", id, 3), ERR_ILLEGAL_TRANSITION);
    /* A draft may go. */
    int64_t draft = added(f, "issue", ABSENT);
    assert_int_equal(act(f, "paper_template_delete", draft, 2), ERR_PRECONDITION_FAILED);
    assert_int_equal(act(f, "paper_template_delete", draft, 1), 0);
    assert_int_equal(act(f, "paper_template_delete", draft, 1), ERR_NOT_FOUND);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM paper_template_element e LEFT JOIN paper_template t"
                                    " ON t.id = e.template_id WHERE t.id IS NULL"),
                     0);
}

/* ---- The life cycle ---- */

static const char *const events[] = {"save", "delete", "activate", "retire", "replace"};
static const struct expected_state expected[] = {
    {"draft", {"draft", LIFECYCLE_END, "active", NULL, NULL}},
    {"active", {NULL, NULL, NULL, "retired", "retired"}},
    {"retired", {NULL, NULL, "active", NULL, NULL}},
};

static void test_the_table_says_what_may_follow(void **state) {
    (void)state;
    assert_lifecycle(&template_lifecycle, events, ARRAY_LEN(events), expected, ARRAY_LEN(expected));
    assert_status_options(&template_record, "default", expected, ARRAY_LEN(expected));
    assert_status_options(&template_item_record, "default", expected, ARRAY_LEN(expected));
}

static void test_the_store_is_held_to_the_table(void **state) {
    struct fixture *f = *state;
    static const char *const routes[] = {
        [1] = "paper_template_delete", "paper_template_activate", "paper_template_retire"};
    struct template_element rows[] = {ROW("text", "title", "{标题}"), ROW("body", "", "")};
    for (size_t s = 0; s < ARRAY_LEN(expected); s++)
        for (size_t e = 0; e < 4; e++) {
            int64_t id = added(f, "issue", ABSENT);
            const char *to = expected[s].to[e];
            fixture_sql(f, arena_printf(f->arena, "UPDATE paper_template SET status = '%s' WHERE id = %lld",
                                        expected[s].code, (long long)id));
            f->if_match = 1;
            assert_int_equal(e == 0 ? save(f, id, rows, 2) : act(f, routes[e], id, 1),
                             to != NULL ? 0 : ERR_ILLEGAL_TRANSITION);
            if (to != NULL && strcmp(to, LIFECYCLE_END) == 0) {
                assert_int_equal(act(f, "paper_template_get", id, 1), ERR_NOT_FOUND);
                continue;
            }
            assert_string_equal(status_of(f, id), to != NULL ? to : expected[s].code);
            assert_int_equal(act(f, "paper_template_get", id, 1), 0);
            assert_string_equal(got.status_text, lifecycle_zh(&template_lifecycle, got.status));
        }
}

static void test_another_committees_do_not_exist(void **state) {
    struct fixture *f = *state;
    int64_t city_admin = fixture_account(f, "city-admin", "system_admin", f->city);
    int64_t id = added(f, "issue", ABSENT);
    must(f, "paper_template_activate", id);
    static const char *const routes[] = {"paper_template_delete", "paper_template_activate",
                                         "paper_template_retire", "paper_template_get"};
    f->if_match = 2;
    for (size_t i = 0; i < ARRAY_LEN(routes); i++)
        assert_int_equal(fixture_call(f, city_admin, routes[i], &(struct template_id_in){.id = id}, &got),
                         ERR_NOT_FOUND);
    struct template_element rows[] = {ROW("text", "title", "{标题}"), ROW("body", "", "")};
    const struct template_save_in in = {.id = id, .name = "改名", .elements = {rows, 2}};
    assert_int_equal(fixture_call(f, city_admin, "paper_template_save", &in, &got), ERR_NOT_FOUND);
    assert_int_equal(add(f, city_admin, "issue", f->publication_submit, ABSENT), ERR_NOT_FOUND);
    assert_string_equal(f->problem.field, "publication_id");
    assert_int_equal(add(f, city_admin, "issue", ABSENT, id), ERR_NOT_FOUND);
    struct template_pages_out pages;
    assert_int_equal(
        fixture_call(f, city_admin, "paper_template_pages", &(struct template_id_in){.id = id}, &pages),
        ERR_NOT_FOUND);
    struct template_items items;
    assert_int_equal(
        fixture_call(f, city_admin, "paper_template_list", &(struct template_list_in){0}, &items), 0);
    assert_int_equal(items.items.count, PAPER_KIND_END);
    /* Who manages no settings does not come in at all. */
    assert_int_equal(fixture_call(f, f->editor, "paper_template_list", &(struct template_list_in){0}, &items),
                     ERR_FORBIDDEN);
    assert_int_equal(add(f, f->editor, "issue", ABSENT, ABSENT), ERR_FORBIDDEN);
}

static void test_the_list_shows_own_and_the_programs(void **state) {
    struct fixture *f = *state;
    int64_t draft = added(f, "issue", ABSENT), active = added(f, "issue", f->publication_forward);
    (void)added(f, "urging", ABSENT);
    must(f, "paper_template_activate", active);
    struct template_items items;
    const struct template_list_in in = {.kind = "issue"};
    assert_int_equal(fixture_call(f, f->system_admin, "paper_template_list", &in, &items), 0);
    assert_int_equal(items.items.count, 3);
    const struct template_detail *rows = items.items.items;
    assert_string_equal(rows[0].status, "default");
    assert_int_equal(rows[0].id, ABSENT);
    assert_string_equal(rows[0].kind_name, "刊物");
    assert_int_equal(rows[1].id, active);
    assert_non_null(rows[1].publication_name);
    assert_string_equal(rows[1].status_text, "使用中");
    assert_int_equal(rows[2].id, draft);
    assert_null(rows[2].publication_name);
    /* The program's own can be looked at, and not changed. */
    const struct template_id_in own = {.id = 0, .kind = "review"};
    assert_int_equal(fixture_call(f, f->system_admin, "paper_template_get", &own, &got), 0);
    assert_string_equal(got.status, "default");
    assert_int_equal(
        fixture_call(f, f->system_admin, "paper_template_get", &(struct template_id_in){0}, &got),
        ERR_NOT_FOUND);
}

static void test_what_a_new_one_may_be(void **state) {
    struct fixture *f = *state;
    assert_int_equal(add(f, f->system_admin, "review", f->publication_submit, ABSENT), ERR_INVALID);
    assert_string_equal(f->problem.field, "publication_id");
    int64_t id = added(f, "issue", ABSENT);
    assert_int_equal(add(f, f->system_admin, "report", ABSENT, id), ERR_INVALID);
    assert_string_equal(f->problem.field, "from_id");
    for (int i = 1; i < 50; i++)
        assert_int_equal(add(f, f->system_admin, "urging", ABSENT, 0), 0);
    assert_int_equal(add(f, f->system_admin, "urging", ABSENT, 0), ERR_CONFLICT);
}

static void test_kinds_say_what_may_be_written(void **state) {
    struct fixture *f = *state;
    struct kinds_out out;
    assert_int_equal(fixture_call(f, f->system_admin, "paper_kind_list", NULL, &out), 0);
    assert_int_equal(out.items.count, PAPER_KIND_END);
    const struct kind_view *review = LIST_AT(out.items, struct kind_view, PAPER_KIND_REVIEW);
    assert_int_equal(review->tables.count, 4);
    assert_string_equal(*LIST_AT(review->tables, const char *, 0), "五关");
    assert_false(review->body);
    assert_int_equal(out.styles.count, PAPER_STYLE_END);
    assert_string_equal(LIST_AT(out.styles, struct style_view, PAPER_HEAD)->color, "red");
    assert_int_equal(out.fonts.count, FONT_ROLE_END);
    assert_int_equal(out.elements.count, 14);
}

/* ---- Preview ---- */

static void test_the_preview_is_made(void **state) {
    struct fixture *f = *state;
    int64_t id = added(f, "issue", ABSENT);
    struct template_pages_out pages;
    const struct template_id_in in = {.id = id};
    assert_int_equal(fixture_call(f, f->system_admin, "paper_template_pages", &in, &pages), 0);
    assert_true(pages.pages >= 1);
    assert_int_equal(pages.missing.count, 0);
    assert_int_equal(pages.stand_ins.count, 0);
    struct template_page_in page = {.id = id, .page = 1, .width = 400};
    assert_int_equal(fixture_call(f, f->system_admin, "paper_template_page", &page, NULL), 0);
    assert_string_equal(f->download.mime, "image/png");
    char head[8];
    assert_int_equal(f->download.read(f->db, f->download.source, 0, head, 4), 4);
    assert_memory_equal(head, "\x89PNG", 4);
    assert_int_equal(f->download.read(f->db, f->download.source, (uint64_t)f->download.size, head, 4), 0);
    page.page = pages.pages + 1;
    assert_int_equal(fixture_call(f, f->system_admin, "paper_template_page", &page, NULL), ERR_NOT_FOUND);
    assert_int_equal(fixture_call(f, f->system_admin, "paper_template_preview", &in, NULL), 0);
    assert_string_equal(f->download.mime, "application/pdf");
    assert_int_equal(f->download.read(f->db, f->download.source, 0, head, 4), 4);
    assert_memory_equal(head, "%PDF", 4);
    assert_int_equal(fixture_call(f, f->system_admin, "paper_template_pages",
                                  &(struct template_id_in){.id = 0, .kind = "certificate"}, &pages),
                     0);
    assert_int_equal(fixture_call(f, f->system_admin, "paper_template_pages",
                                  &(struct template_id_in){.id = 9999}, &pages),
                     ERR_NOT_FOUND);
}

/* ---- Fonts ---- */

static const char *const *families[FONT_ROLE_END];

static int ask_families(struct ctx *ctx, const void *in, void *out) {
    (void)in;
    (void)out;
    return template_families(ctx, families);
}

static void test_families_come_from_the_settings(void **state) {
    struct fixture *f = *state;
    assert_int_equal(fixture_read(f, f->officer, ask_families, NULL, NULL), 0);
    for (int role = 0; role < FONT_ROLE_END; role++)
        assert_null(families[role]);
    fixture_sql(f, "UPDATE setting SET value = '方正小标宋简体， 华文中宋,,FandolSong'"
                   " WHERE key = 'paper.font.xiaobiaosong'");
    fixture_sql(f, "UPDATE setting SET value = ' ，,' WHERE key = 'paper.font.kaiti'");
    assert_int_equal(fixture_read(f, f->officer, ask_families, NULL, NULL), 0);
    const char *const *wanted = families[FONT_XIAOBIAOSONG];
    assert_non_null(wanted);
    assert_string_equal(wanted[0], "方正小标宋简体");
    assert_string_equal(wanted[1], "华文中宋");
    assert_string_equal(wanted[2], "FandolSong");
    assert_null(wanted[3]);
    assert_null(families[FONT_KAITI]);
    assert_null(families[FONT_SONGTI]);
}

int main(void) {
#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_template_comes_into_force_and_goes),
        TEST(test_a_draft_is_saved_whole),
        TEST(test_a_broken_template_is_refused_with_its_place),
        TEST(test_what_was_in_force_stays_as_it_was),
        cmocka_unit_test(test_the_table_says_what_may_follow),
        TEST(test_the_store_is_held_to_the_table),
        TEST(test_another_committees_do_not_exist),
        TEST(test_the_list_shows_own_and_the_programs),
        TEST(test_what_a_new_one_may_be),
        TEST(test_kinds_say_what_may_be_written),
        TEST(test_the_preview_is_made),
        TEST(test_families_come_from_the_settings),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fonts_close();
    return failed;
}
