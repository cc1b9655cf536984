/* The kinds of paper are said in several tables, each of which has a line for every kind: a new kind that was
 * forgotten somewhere is found here. */
#include "fixture.h"

#include "../../src/features/paper/internal.h"
#include "../../src/features/scan/types.h"

#define CODE(KIND, CODE, MAY, PERMISSION) [KIND] = (CODE),
#define READER(KIND, CODE, MAY, PERMISSION) [KIND] = {(MAY), (PERMISSION)},
static const char *const desk_codes[PAPER_KIND_END] = {PAPER_DESK(CODE)};
static const struct {
    enum permission may;
    const char *permission;
} desk[PAPER_KIND_END] = {PAPER_DESK(READER)};

static void every_kind_is_in_every_table(void **state) {
    struct fixture *f = *state;
    char letters[PAPER_KIND_END] = {0};
    for (enum paper_kind kind = 0; kind < PAPER_KIND_END; kind++) {
        const struct paper_kind_info *info = paper_kind_info(kind);
        assert_true(info->code != NULL && info->zh != NULL && info->words != NULL && info->tables != NULL);
        assert_string_equal(paper_kind_codes[kind], info->code);
        assert_true(template_default(kind)->elements.count > 0);

        const struct paper_form *form = paper_form_of(kind);
        assert_int_equal(form->kind, kind);
        assert_true(form->record != NULL && form->load != NULL && !form->preview);
        assert_ptr_equal(paper_form_find(info->code), form);

        assert_string_equal(desk_codes[kind], info->code);
        assert_string_equal(desk[kind].permission, permission_name(desk[kind].may));

        letters[kind] = code_of(f->arena, kind, 1)[0];
        assert_true(letters[kind] >= 'a' && letters[kind] <= 'z');
        for (enum paper_kind other = 0; other < kind; other++)
            assert_int_not_equal(letters[other], letters[kind]);
    }
    assert_null(paper_kind_codes[PAPER_KIND_END]);
    assert_string_equal(paper_form_code(paper_form_find("article")), "article");
    assert_null(paper_form_find("nonsense"));
}

/* Each kind's record is looked for by a statement of its own. */
static void every_kind_has_its_place(void **state) {
    struct fixture *f = *state;
    for (enum paper_kind kind = 0; kind < PAPER_KIND_END; kind++) {
        assert_true(paper_kinds_share(kind, kind));
        const struct paper_in in = {.kind = paper_kind_codes[kind], .id = 999};
        assert_int_equal(fixture_call(f, f->editor, "paper_info", &in, &(struct paper_info){0}),
                         ERR_NOT_FOUND);
        const struct scans_of_in scans = {.kind = paper_kind_codes[kind], .id = 999};
        assert_int_equal(fixture_call(f, f->editor, "scans_of_record", &scans, &(struct scan_list_out){0}),
                         ERR_NOT_FOUND);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_kind_is_in_every_table, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(every_kind_has_its_place, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
