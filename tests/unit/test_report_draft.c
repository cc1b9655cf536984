/* Drafts: made once however often sent, saved against their version, deleted only before they were handed in.
 */
#include "report_testing.h"

static void test_a_new_draft_is_the_authors_own(void **state) {
    struct fixture *f = *state;
    struct report_draft draft = good_draft();
    draft.category_id = f->category;
    struct report_view view = create_from(f, f->officer, draft);
    assert_string_equal(view.status, "draft");
    assert_string_equal(view.status_text, "草稿");
    assert_null(view.receipt);
    assert_int_equal(view.committee_id, f->province);
    assert_int_equal(view.unit_id, f->party_group);
    assert_string_equal(view.author_name, "林晓");
    assert_string_equal(view.category_name, "教育事业");
    assert_string_equal(view.source, "member");
    assert_string_equal(view.target_level, "province");
    assert_int_equal(view.submitted_ms, ABSENT);
    assert_int_equal(view.version, 1);
    assert_true(view.can_edit && view.can_submit && view.can_delete && view.name_public);
    assert_false(view.can_withdraw || view.can_unit_sign);
    assert_int_equal(view.authors.count, 1);
    const struct report_author_view *author = view.authors.items;
    assert_string_equal(author->name, "林晓");
    assert_string_equal(author->unit_name, "民建云江省委会");
    assert_int_equal(view.words, 26 + 12 + 20);
    char hash[HASH_HEX_SIZE];
    report_text_hash(draft.title, draft.situation, draft.analysis, draft.suggestion, hash);
    assert_string_equal(view.text_sha256, hash);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'report.create'"), 1);
}

static void test_a_draft_may_be_empty(void **state) {
    struct fixture *f = *state;
    struct report_view view = create_from(f, f->officer, (struct report_draft){.category_id = ABSENT});
    assert_string_equal(view.title, "");
    assert_int_equal(view.words, 0);
    assert_false(view.name_public);
}

static void test_the_level_is_that_of_the_committee(void **state) {
    struct fixture *f = *state;
    assert_string_equal(create(f, f->city_officer).target_level, "city");
}

static void test_the_same_draft_twice_is_one(void **state) {
    struct fixture *f = *state;
    struct report_draft draft = good_draft();
    draft.client_key = "device-1-draft-7";
    struct report_view first = create_from(f, f->officer, draft), second = create_from(f, f->officer, draft);
    assert_int_equal(first.id, second.id);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM report"), 1);
    assert_int_equal(create_from(f, f->officer2, draft).version, 1); /* another author's device */
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM report"), 2);
    draft.client_key = "device-1-draft-8";
    assert_int_not_equal(create_from(f, f->officer, draft).id, first.id);
    assert_int_not_equal(create(f, f->officer).id, create(f, f->officer).id); /* without a key: two */
}

static void test_a_category_must_be_in_use(void **state) {
    struct fixture *f = *state;
    struct report_draft draft = good_draft();
    struct report_view view;
    draft.category_id = 999;
    assert_refused(f, fixture_call(f, f->officer, "report_create", &draft, &view), ERR_NOT_ALLOWED_VALUE,
                   "category_id");
    draft.category_id = f->category;
    int64_t id = create_from(f, f->officer, draft).id;
    fixture_sql(f, "UPDATE category SET active = 0 WHERE code = 'education'");
    assert_int_equal(fixture_call(f, f->officer, "report_create", &draft, &view), ERR_NOT_ALLOWED_VALUE);
    draft.id = id; /* what already has it may keep it */
    assert_int_equal(with_version(f, 1, f->officer, "report_save", &draft, &view), 0);
}

static void test_save_replaces_the_draft(void **state) {
    struct fixture *f = *state;
    struct report_view view = create(f, f->officer);
    struct report_draft draft = {
        .id = view.id, .title = "新标题", .category_id = ABSENT, .urgency = "urgent", .via_unit = true};
    f->now += 1000;
    assert_int_equal(with_version(f, 1, f->officer, "report_save", &draft, &view), 0);
    assert_string_equal(view.title, "新标题");
    assert_string_equal(view.situation, "");
    assert_string_equal(view.urgency, "urgent");
    assert_string_equal(view.channel, "unit");
    assert_int_equal(view.words, 0);
    assert_int_equal(view.version, 2);
    assert_int_equal(view.updated_ms, f->now);
    assert_false(view.name_public);
}

static void test_save_needs_the_version_seen(void **state) {
    struct fixture *f = *state;
    struct report_view view = create(f, f->officer);
    struct report_draft draft = good_draft();
    draft.id = view.id;
    assert_int_equal(fixture_call(f, f->officer, "report_save", &draft, &view), ERR_PRECONDITION_REQUIRED);
    assert_int_equal(with_version(f, 1, f->officer, "report_save", &draft, &view), 0);
    draft.title = "旧设备上的标题";
    assert_int_equal(with_version(f, 1, f->officer, "report_save", &draft, &view), ERR_PRECONDITION_FAILED);
    assert_string_equal(get(f, f->officer, draft.id).title, good_draft().title);
}

static void test_only_the_author_changes(void **state) {
    struct fixture *f = *state;
    int64_t id = submitted(f, f->officer);
    assert_int_equal(submit(f, f->officer, create(f, f->officer).id, 1, NULL), 0);
    struct report_draft draft = good_draft();
    struct report_view view;
    draft.id = id;
    assert_int_equal(with_version(f, 2, f->officer, "report_save", &draft, &view), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(with_version(f, 2, f->editor, "report_save", &draft, &view), ERR_FORBIDDEN);
    assert_int_equal(with_version(f, 2, f->unit_liaison, "report_save", &draft, &view), ERR_FORBIDDEN);
    assert_int_equal(with_version(f, 2, f->city_editor, "report_save", &draft, &view), ERR_NOT_FOUND);
    assert_int_equal(move(f, f->editor, id, "open"), 0);
    assert_int_equal(move(f, f->editor, id, "return"), 0);
    assert_int_equal(with_version(f, 4, f->officer, "report_save", &draft, &view), 0);
}

static void test_authors_are_who_they_are(void **state) {
    struct fixture *f = *state;
    struct report_author_in authors[] = {
        {.account_id = f->officer, .name = "假名", .contact = "13900000000"},
        {.account_id = f->officer2, .name = "也是假名", .post = "研究员"},
        {.account_id = ABSENT,
         .name = "王老师",
         .unit_name = "实验小学",
         .standing = "other",
         .contact = "0791-1"},
    };
    struct report_draft draft = good_draft();
    draft.authors = (struct list){authors, 3};
    struct report_view view = create_from(f, f->officer, draft);
    assert_int_equal(view.authors.count, 3);
    const struct report_author_view *seen = view.authors.items;
    assert_string_equal(seen[0].name, "林晓");
    assert_string_equal(seen[1].name, "周宁");
    assert_string_equal(seen[1].unit_name, "经济委员会");
    assert_string_equal(seen[1].post, "研究员");
    assert_string_equal(seen[2].name, "王老师");
    assert_int_equal(seen[2].account_id, ABSENT);
    /* Contacts are not for the other authors, but for the desk. */
    assert_int_equal(submit(f, f->officer, view.id, view.version, NULL), 0);
    seen = get(f, f->officer2, view.id).authors.items;
    assert_null(seen[0].contact);
    assert_null(seen[2].contact);
    seen = get(f, f->editor, view.id).authors.items;
    assert_string_equal(seen[0].contact, "13900000000");
    assert_string_equal(seen[2].contact, "0791-1");
}

static void test_refused_authors(void **state) {
    struct fixture *f = *state;
    struct report_author_in authors[2] = {{.account_id = f->officer, .name = "林晓"},
                                          {.account_id = f->city_officer, .name = "杨市"}};
    struct report_draft draft = good_draft();
    struct report_view view;
    draft.authors = (struct list){authors, 2};
    assert_refused(f, fixture_call(f, f->officer, "report_create", &draft, &view), ERR_INVALID,
                   "authors[1].account_id");
    authors[1].account_id = f->officer;
    assert_refused(f, fixture_call(f, f->officer, "report_create", &draft, &view), ERR_INVALID,
                   "authors[1].account_id");
    authors[1].account_id = 9999;
    assert_refused(f, fixture_call(f, f->officer, "report_create", &draft, &view), ERR_INVALID,
                   "authors[1].account_id");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM report"), 0);
}

static void test_only_drafts_are_deleted(void **state) {
    struct fixture *f = *state;
    struct report_view view = create(f, f->officer);
    struct report_id_in in = {view.id};
    assert_int_equal(fixture_call(f, f->officer2, "report_delete", &in, NULL), ERR_NOT_FOUND);
    must_call(f, f->officer, "report_delete", &in, NULL);
    assert_int_equal(fixture_call(f, f->officer, "report_get", &in, &view), ERR_NOT_FOUND);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM report_author"), 0);
    in.id = submitted(f, f->officer);
    assert_int_equal(fixture_call(f, f->officer, "report_delete", &in, NULL), ERR_ILLEGAL_TRANSITION);
    must_call(f, f->officer, "report_withdraw", &in, &view);
    assert_int_equal(fixture_call(f, f->officer, "report_delete", &in, NULL), ERR_ILLEGAL_TRANSITION);
    assert_false(view.can_delete);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit WHERE act = 'report.delete'"), 1);
}

static void test_people_are_found_by_their_name(void **state) {
    struct fixture *f = *state;
    struct people people = {0};
    must_call(f, f->officer, "person_search", &(struct person_search_in){"周宁"}, &people);
    assert_int_equal(people.items.count, 1);
    const struct person *person = people.items.items;
    assert_int_equal(person->account_id, f->officer2);
    assert_string_equal(person->unit_name, "经济委员会");
    /* Not oneself, not those of other committees, not those who write no reports. */
    const char *const none[] = {"林晓", "杨市", "钱编"};
    for (size_t i = 0; i < ARRAY_LEN(none); i++) {
        must_call(f, f->officer, "person_search", &(struct person_search_in){none[i]}, &people);
        assert_int_equal(people.items.count, 0);
    }
    assert_refused(f, fixture_call(f, f->officer, "person_search", &(struct person_search_in){"周"}, &people),
                   ERR_TOO_SHORT, "search");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        REPORT_TESTS(test_a_new_draft_is_the_authors_own),
        REPORT_TESTS(test_a_draft_may_be_empty),
        REPORT_TESTS(test_the_level_is_that_of_the_committee),
        REPORT_TESTS(test_the_same_draft_twice_is_one),
        REPORT_TESTS(test_a_category_must_be_in_use),
        REPORT_TESTS(test_save_replaces_the_draft),
        REPORT_TESTS(test_save_needs_the_version_seen),
        REPORT_TESTS(test_only_the_author_changes),
        REPORT_TESTS(test_authors_are_who_they_are),
        REPORT_TESTS(test_refused_authors),
        REPORT_TESTS(test_only_drafts_are_deleted),
        REPORT_TESTS(test_people_are_found_by_their_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
