/* Who sees a report: on every operation, in every state, the same answer. And what the author is told. */
#include "report_testing.h"

static const char *const all_states[] = {"draft",    "unit_signing", "submitted", "in_review",
                                         "returned", "kept",         "merged",    "redirected",
                                         "adopted",  "published",    "closed",    "withdrawn"};

/* What each reader gets of a report by f->officer with f->officer2 as joint author. */
struct reader {
    const char *who;
    int64_t account;
    bool draft, unit_signing, other, withdrawn;
};

static size_t readers_of(struct fixture *f, struct reader out[12]) {
    const struct reader readers[] = {
        {"author", f->officer, true, true, true, true},
        {"joint author", f->officer2, false, true, true, true},
        {"unit liaison", f->unit_liaison, false, true, true, false},
        {"unit signer", f->unit_signer, false, true, true, false},
        {"other unit", fixture_account(f, "other-liaison", "unit_liaison", f->special_committee), false,
         false, false, false},
        {"other officer", fixture_account(f, "other-officer", "officer", f->party_group), false, false, false,
         false},
        {"clerk", f->clerk, false, false, true, false},
        {"editor", f->editor, false, false, true, false},
        {"department", f->department_handler, false, false, false, false},
        {"administrator", f->system_admin, false, false, false, false},
        {"other committee's desk", f->city_editor, false, false, false, false},
        {"other committee's officer", f->city_officer, false, false, false, false},
    };
    memcpy(out, readers, sizeof(readers));
    return ARRAY_LEN(readers);
}

static int64_t joint_report(struct fixture *f) {
    struct report_author_in authors[] = {{.account_id = f->officer, .name = "林晓"},
                                         {.account_id = f->officer2, .name = "周宁"}};
    struct report_draft draft = good_draft();
    draft.authors = (struct list){authors, 2};
    return create_from(f, f->officer, draft).id;
}

static void in_state(struct fixture *f, int64_t id, const char *status, bool handed_in) {
    char sql[200];
    snprintf(sql, sizeof(sql), "UPDATE report SET status = '%s', submitted_ms = %s WHERE id = %lld", status,
             handed_in ? "1773021600000" : "NULL", (long long)id);
    fixture_sql(f, sql);
}

static bool listed(struct fixture *f, int64_t account, const char *route, int64_t id) {
    struct report_list_in in = {.limit = ABSENT};
    struct report_page page = {0};
    int error = fixture_call(f, account, route, &in, &page);
    if (error == ERR_FORBIDDEN) return false;
    assert_int_equal(error, 0);
    for (size_t i = 0; i < page.items.count; i++)
        if (LIST_AT(page.items, struct report_item, i)->id == id) return true;
    return false;
}

static void answers(const struct reader *reader, const char *operation, int got, int expected) {
    if (got != expected)
        print_error("%s, %s: %s\n", reader->who, operation, got != 0 ? err_info(got)->code : "allowed");
    assert_int_equal(got, expected);
}

/* Every way to a report that reads. */
static void assert_reads(struct fixture *f, const struct reader *reader, int64_t id, int64_t attachment,
                         bool sees) {
    struct report_view view;
    struct timeline timeline;
    struct report_id_in in = {id};
    struct attachment_in file = {id, attachment};
    int expected = sees ? 0 : ERR_NOT_FOUND;
    answers(reader, "report_get", fixture_call(f, reader->account, "report_get", &in, &view), expected);
    answers(reader, "report_timeline", fixture_call(f, reader->account, "report_timeline", &in, &timeline),
            expected);
    answers(reader, "attachment_get", fixture_call(f, reader->account, "attachment_get", &file, NULL),
            expected);
}

/* Every way to a report that writes: nobody but the author, and who sees it not learns not even that. */
static void assert_writes(struct fixture *f, const struct reader *reader, int64_t id, int64_t attachment,
                          bool sees) {
    if (reader->account == f->officer) return;
    int expected = sees ? ERR_FORBIDDEN : ERR_NOT_FOUND;
    struct report_view view;
    struct report_draft draft = good_draft();
    struct report_id_in in = {id};
    draft.id = id;
    answers(reader, "report_save", with_version(f, 1, reader->account, "report_save", &draft, &view),
            expected);
    answers(reader, "report_submit", submit(f, reader->account, id, 1, NULL), expected);
    answers(reader, "report_delete", fixture_call(f, reader->account, "report_delete", &in, NULL), expected);
    answers(reader, "report_withdraw", fixture_call(f, reader->account, "report_withdraw", &in, &view),
            expected);
    answers(
        reader, "attachment_delete",
        fixture_call(f, reader->account, "attachment_delete", &(struct attachment_in){id, attachment}, NULL),
        expected);
    struct attachment_view added;
    f->upload = &(struct upload){.fd = -1, .size = 1, .sha256 = "0"};
    answers(
        reader, "attachment_add",
        fixture_call(f, reader->account, "attachment_add", &(struct attachment_add_in){id, "a.txt"}, &added),
        expected);
    f->upload = NULL;
}

static void test_the_whole_matrix(void **state) {
    struct fixture *f = *state;
    struct reader readers[12];
    size_t count = readers_of(f, readers);
    int64_t id = joint_report(f);
    char sql[300];
    snprintf(sql, sizeof(sql),
             "INSERT INTO blob VALUES ('abc', 1, 'text/plain', 1); INSERT INTO attachment (report_id, "
             "sha256, name,"
             " size, mime, created_ms, created_by) VALUES (%lld, 'abc', 'a.txt', 1, 'text/plain', 1, 1)",
             (long long)id);
    fixture_sql(f, sql);
    int64_t attachment = fixture_int(f, "SELECT id FROM attachment");
    for (size_t s = 0; s < ARRAY_LEN(all_states); s++) {
        bool draft = s == 0, signing = s == 1, withdrawn = strcmp(all_states[s], "withdrawn") == 0;
        in_state(f, id, all_states[s], !draft);
        for (size_t i = 0; i < count; i++) {
            const struct reader *r = &readers[i];
            bool sees = draft ? r->draft : signing ? r->unit_signing : withdrawn ? r->withdrawn : r->other;
            assert_reads(f, r, id, attachment, sees);
            assert_writes(f, r, id, attachment, sees);
            bool mine = r->account == f->officer || (r->account == f->officer2 && !draft);
            assert_int_equal(listed(f, r->account, "report_list", id), mine);
            bool of_unit =
                !draft && !withdrawn && (r->account == f->unit_liaison || r->account == f->unit_signer);
            assert_int_equal(listed(f, r->account, "report_unit_list", id), of_unit);
        }
    }
}

static void test_the_desk_does_not_see_what_the_unit_sent_back(void **state) {
    struct fixture *f = *state;
    int64_t id = joint_report(f);
    in_state(f, id, "returned", false);
    struct report_view view;
    assert_int_equal(fixture_call(f, f->editor, "report_get", &(struct report_id_in){id}, &view),
                     ERR_NOT_FOUND);
    assert_int_equal(get(f, f->unit_liaison, id).id, id);
}

static void test_unknown_reports_and_attachments(void **state) {
    struct fixture *f = *state;
    int64_t id = submitted(f, f->officer);
    struct report_view view;
    assert_int_equal(fixture_call(f, f->officer, "report_get", &(struct report_id_in){id + 1}, &view),
                     ERR_NOT_FOUND);
    assert_int_equal(fixture_call(f, f->officer, "attachment_get", &(struct attachment_in){id, 1}, NULL),
                     ERR_NOT_FOUND);
    assert_int_equal(fixture_call(f, FIXTURE_PUBLIC, "report_get", &(struct report_id_in){id}, &view),
                     ERR_SIGNED_OUT);
}

/* ---- What the author is told ---- */

struct event {
    int64_t id;
    const char *text, *staff_text;
};
static int event_op(struct ctx *ctx, const void *in_, void *out) {
    const struct event *in = in_;
    (void)out;
    return report_event_add(ctx, in->id, "note", in->text, in->staff_text);
}
static int tell_op(struct ctx *ctx, const void *in_, void *out) {
    const struct event *in = in_;
    (void)out;
    return report_tell_authors(ctx, in->id, "adopted", "来稿已采用", in->text);
}

static void test_the_timeline_keeps_staff_to_itself(void **state) {
    struct fixture *f = *state;
    int64_t id = submitted(f, f->officer);
    assert_int_equal(
        fixture_write(f, f->editor, event_op, &(struct event){id, "已开始审核", "钱编打开"}, NULL), 0);
    assert_int_equal(fixture_write(f, f->editor, event_op, &(struct event){id, NULL, "请核对数据"}, NULL), 0);
    struct report_id_in in = {id};
    struct timeline seen = {0};
    const int64_t outside[] = {f->officer, f->unit_liaison};
    for (size_t i = 0; i < ARRAY_LEN(outside); i++) {
        must_call(f, outside[i], "report_timeline", &in, &seen);
        assert_int_equal(seen.items.count, 2);
        const struct timeline_item *items = seen.items.items;
        assert_string_equal(items[0].kind, "submitted");
        assert_string_equal(items[0].actor_name, "林晓");
        assert_string_equal(items[1].text, "已开始审核");
        assert_null(items[1].actor_name);
        assert_null(items[1].staff_text);
    }
    must_call(f, f->clerk, "report_timeline", &in, &seen);
    assert_int_equal(seen.items.count, 3);
    const struct timeline_item *items = seen.items.items;
    assert_string_equal(items[1].actor_name, "钱编");
    assert_string_equal(items[1].staff_text, "钱编打开");
    assert_null(items[2].text);
    assert_string_equal(items[2].staff_text, "请核对数据");
}

static void test_names_are_of_authors_acts_only(void **state) {
    struct fixture *f = *state;
    /* What an author did in another capacity, and what staff did when recording for somebody. */
    int64_t id = submitted(f, f->officer);
    assert_int_equal(fixture_write(f, f->officer, event_op, &(struct event){id, "已登记", NULL}, NULL), 0);
    struct report_author_in author = {.account_id = f->officer, .name = "林晓"};
    struct report_draft draft = good_draft();
    struct report_view view;
    draft.authors = (struct list){&author, 1};
    must_call(f, f->clerk, "report_on_behalf", &draft, &view);
    struct timeline seen = {0};
    must_call(f, f->unit_liaison, "report_timeline", &(struct report_id_in){id}, &seen);
    assert_null(LIST_AT(seen.items, struct timeline_item, 1)->actor_name);
    must_call(f, f->officer, "report_timeline", &(struct report_id_in){view.id}, &seen);
    assert_int_equal(seen.items.count, 1);
    assert_string_equal(LIST_AT(seen.items, struct timeline_item, 0)->kind, "recorded");
    assert_null(LIST_AT(seen.items, struct timeline_item, 0)->actor_name);
    must_call(f, f->clerk, "report_withdraw", &(struct report_id_in){view.id}, &view);
    must_call(f, f->officer, "report_timeline", &(struct report_id_in){view.id}, &seen);
    assert_null(LIST_AT(seen.items, struct timeline_item, 1)->actor_name);
}

static void test_all_authors_are_told_once(void **state) {
    struct fixture *f = *state;
    int64_t id = joint_report(f);
    assert_int_equal(fixture_write(f, f->editor, tell_op, &(struct event){.id = id, .text = "已采用"}, NULL),
                     0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM notice"), 2);
    assert_int_equal(count_of(f, "SELECT count(*) FROM notice WHERE account_id = %lld", f->officer2), 1);
    assert_string_equal(fixture_text(f, "SELECT link FROM notice"),
                        arena_printf(f->arena, "/reports/%lld", (long long)id));
    /* Not the one who acts, not the one who is gone. */
    fixture_sql(f, "UPDATE account SET status = 'disabled' WHERE login = 'officer2'");
    assert_int_equal(fixture_write(f, f->officer, tell_op, &(struct event){.id = id, .text = "已采用"}, NULL),
                     0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM notice"), 2);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM report_event"), 2);
}

static void test_decisions_are_told_when_they_are_made(void **state) {
    struct fixture *f = *state;
    int64_t id = submitted(f, f->officer);
    fixture_sql(f, "UPDATE report SET decision_code = 'keep_known', decision_text = '已反映过'");
    for (size_t s = 0; s < ARRAY_LEN(all_states); s++) {
        in_state(f, id, all_states[s], true);
        struct report_view view = get(f, f->officer, id);
        bool told = strcmp(view.status, "returned") == 0 || strcmp(view.status, "kept") == 0 ||
                    strcmp(view.status, "redirected") == 0;
        assert_int_equal(view.decision_text != NULL, told);
        assert_int_equal(view.decision_code != NULL, told);
        if (s >= 2 && strcmp(view.status, "withdrawn") != 0)
            assert_string_equal(get(f, f->editor, id).decision_text, "已反映过");
    }
}

/* ---- Lists ---- */

static void test_lists_page_by_key(void **state) {
    struct fixture *f = *state;
    int64_t ids[5];
    for (int i = 0; i < 5; i++)
        ids[i] = i == 2 ? joint_report(f) : create(f, f->officer).id;
    create(f, f->officer2);
    struct report_list_in in = {.limit = 2};
    int64_t expected = 5;
    for (int page = 0; page < 3; page++) {
        struct report_page out = {0};
        must_call(f, f->officer, "report_list", &in, &out);
        assert_int_equal(out.items.count, page < 2 ? 2 : 1);
        for (size_t i = 0; i < out.items.count; i++)
            assert_int_equal(LIST_AT(out.items, struct report_item, i)->id, ids[--expected]);
        assert_int_equal(out.next != NULL, page < 2);
        in.after = out.next;
    }
    struct report_page out = {0};
    in.after = "x";
    assert_refused(f, fixture_call(f, f->officer, "report_list", &in, &out), ERR_BAD_CURSOR, NULL);
}

static void test_lists_tell_the_last_event(void **state) {
    struct fixture *f = *state;
    int64_t id = submitted(f, f->officer), draft = create(f, f->officer).id;
    f->now += 60000;
    assert_int_equal(fixture_write(f, f->editor, event_op, &(struct event){id, "已开始审核", NULL}, NULL), 0);
    assert_int_equal(fixture_write(f, f->editor, event_op, &(struct event){id, NULL, "内部"}, NULL), 0);
    struct report_list_in in = {.limit = ABSENT};
    struct report_page out = {0};
    must_call(f, f->officer, "report_list", &in, &out);
    const struct report_item *items = out.items.items;
    assert_int_equal(items[0].id, draft);
    assert_null(items[0].last_event);
    assert_string_equal(items[1].last_event, "已开始审核");
    assert_int_equal(items[1].last_event_ms, f->now);
    assert_string_equal(items[1].status_text, "已提交");
    in.status = "submitted";
    must_call(f, f->officer, "report_list", &in, &out);
    assert_int_equal(out.items.count, 1);
    must_call(f, f->unit_liaison, "report_unit_list", &in, &out);
    assert_int_equal(out.items.count, 1);
    assert_string_equal(((const struct report_item *)out.items.items)->author_name, "林晓");
    in.status = "closed";
    must_call(f, f->unit_liaison, "report_unit_list", &in, &out);
    assert_int_equal(out.items.count, 0);
}

/* By status: one's own and the joint ones, each once; what was recorded for others is not one's own for good.
 */
static void test_own_lists_by_status(void **state) {
    struct fixture *f = *state;
    int64_t joint = joint_report(f), own = create(f, f->officer2).id, other = create(f, f->officer).id;
    in_state(f, joint, "kept", true);
    in_state(f, own, "kept", true);
    in_state(f, other, "kept", true);
    create(f, f->officer2);
    struct report_list_in in = {.limit = 1, .status = "kept"};
    struct report_page out = {0};
    must_call(f, f->officer2, "report_list", &in, &out);
    assert_int_equal(out.items.count, 1);
    assert_int_equal(((const struct report_item *)out.items.items)->id, own);
    in.after = out.next;
    must_call(f, f->officer2, "report_list", &in, &out);
    assert_int_equal(out.items.count, 1);
    assert_int_equal(((const struct report_item *)out.items.items)->id, joint);
    assert_null(out.next);
    /* Only the row of the joint author is looked for by its account. */
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM report_author WHERE own = 0"), 1);
    assert_int_equal(fixture_int(f, "SELECT max(account_id) FROM report_author WHERE own = 0"), f->officer2);
}

static void test_unit_lists_cover_all_units_in_reach(void **state) {
    struct fixture *f = *state;
    int64_t liaison = fixture_account(f, "province-liaison", "unit_liaison", f->province);
    int64_t first = submitted(f, f->officer), second = submitted(f, f->officer2),
            third = submitted(f, f->officer);
    submitted(f, f->city_officer);
    struct report_page out = {0};
    struct report_list_in in = {.limit = 2};
    must_call(f, liaison, "report_unit_list", &in, &out);
    const struct report_item *items = out.items.items;
    assert_int_equal(items[0].id, third);
    assert_int_equal(items[1].id, second);
    in.after = out.next;
    must_call(f, liaison, "report_unit_list", &in, &out);
    assert_int_equal(out.items.count, 1);
    assert_int_equal(((const struct report_item *)out.items.items)->id, first);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        REPORT_TESTS(test_the_whole_matrix),
        REPORT_TESTS(test_the_desk_does_not_see_what_the_unit_sent_back),
        REPORT_TESTS(test_unknown_reports_and_attachments),
        REPORT_TESTS(test_the_timeline_keeps_staff_to_itself),
        REPORT_TESTS(test_names_are_of_authors_acts_only),
        REPORT_TESTS(test_all_authors_are_told_once),
        REPORT_TESTS(test_decisions_are_told_when_they_are_made),
        REPORT_TESTS(test_lists_page_by_key),
        REPORT_TESTS(test_lists_tell_the_last_event),
        REPORT_TESTS(test_own_lists_by_status),
        REPORT_TESTS(test_unit_lists_cover_all_units_in_reach),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
