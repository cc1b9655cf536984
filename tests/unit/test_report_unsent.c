/* An author's unsent words stay his: what everybody sees while he changes what he once handed in. */
#include "report_testing.h"

#include "../../src/features/review/types.h"

#define OLD "关于规范校外托管机构的建议"
#define NEW "关于另一件事的建议"

static struct report_draft changed_draft(void) {
    struct report_draft draft = good_draft();
    draft.title = NEW;
    draft.situation = "改过的情况。";
    draft.analysis = "改过的原因。";
    draft.suggestion = "改过的建议。";
    draft.urgency = "express";
    draft.target_level = "national";
    draft.source = "sector";
    draft.writer = "新撰稿人";
    draft.suggested_recipients = "省财政厅";
    draft.remarks = "新的备注";
    draft.name_public = false;
    draft.name_public_reason = "不便公开";
    return draft;
}

static struct report_view save(struct fixture *f, int64_t id, struct report_draft draft) {
    struct report_view now = get(f, f->officer, id), saved;
    draft.id = id;
    assert_int_equal(with_version(f, now.version, f->officer, "report_save", &draft, &saved), 0);
    return saved;
}

/* By f->officer with f->officer2, handed in, opened and sent back by the desk. */
static int64_t returned(struct fixture *f) {
    struct report_author_in authors[] = {{.account_id = f->officer, .name = "林晓"},
                                         {.account_id = f->officer2, .name = "周宁"}};
    struct report_draft draft = good_draft();
    draft.authors = (struct list){authors, 2};
    struct report_view view = create_from(f, f->officer, draft);
    assert_int_equal(submit(f, f->officer, view.id, view.version, NULL), 0);
    assert_int_equal(move(f, f->editor, view.id, "open"), 0);
    assert_int_equal(move(f, f->editor, view.id, "return"), 0);
    return view.id;
}

static void assert_old(const struct report_view *view) {
    struct report_draft old = good_draft();
    assert_string_equal(view->title, OLD);
    assert_string_equal(view->situation, old.situation);
    assert_string_equal(view->analysis, old.analysis);
    assert_string_equal(view->suggestion, old.suggestion);
    assert_string_equal(view->urgency, "normal");
    assert_string_equal(view->target_level, "province");
    assert_string_equal(view->source, "member");
    assert_null(view->writer);
    assert_null(view->suggested_recipients);
    assert_null(view->remarks);
    assert_true(view->name_public);
    assert_null(view->name_public_reason);
    assert_int_equal(view->authors.count, 2);
    assert_string_equal(LIST_AT(view->authors, struct report_author_view, 1)->name, "周宁");
}

static const struct report_item *item_of(struct fixture *f, int64_t account, const char *route, int64_t id) {
    struct report_list_in in = {.limit = ABSENT};
    struct report_page *page = arena_alloc(f->arena, sizeof(*page));
    must_call(f, account, route, &in, page);
    for (size_t i = 0; i < page->items.count; i++)
        if (LIST_AT(page->items, struct report_item, i)->id == id)
            return LIST_AT(page->items, struct report_item, i);
    return NULL;
}

static struct desk_report_out desk_of(struct fixture *f, int64_t id) {
    struct desk_report_out out;
    record_clear(&desk_report_out_record, &out);
    must_call(f, f->editor, "desk_get", &(struct desk_id_in){id}, &out);
    return out;
}

static void test_others_see_what_was_handed_in(void **state) {
    struct fixture *f = *state;
    int64_t id = returned(f);
    int64_t touched = fixture_int(f, "SELECT updated_ms FROM report");
    f->now += 3600000;
    struct report_view own = save(f, id, changed_draft());
    assert_string_equal(own.title, NEW);
    assert_string_equal(own.remarks, "新的备注");
    assert_string_equal(own.urgency, "express");
    assert_false(own.name_public);
    assert_int_equal(own.authors.count, 1);
    assert_int_equal(own.updated_ms, f->now);
    assert_true(own.has_unsent && !own.as_handed_in && own.can_submit);
    assert_string_equal(own.sent_title, OLD);
    const int64_t others[] = {f->officer2, f->unit_liaison, f->unit_signer, f->clerk, f->editor};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        struct report_view view = get(f, others[i], id);
        assert_old(&view);
        assert_true(view.as_handed_in && !view.has_unsent);
        assert_null(view.sent_title);
        assert_int_equal(view.updated_ms, touched);
        assert_string_equal(view.text_sha256, own.sent_sha256);
    }
    assert_string_equal(item_of(f, f->officer, "report_list", id)->title, NEW);
    assert_string_equal(item_of(f, f->officer, "report_list", id)->urgency, "express");
    assert_string_equal(item_of(f, f->officer2, "report_list", id)->title, OLD);
    assert_string_equal(item_of(f, f->unit_liaison, "report_unit_list", id)->title, OLD);
    struct desk_report_out desk = desk_of(f, id);
    assert_old(desk.report);
    assert_string_equal(desk.report->text_sha256,
                        LIST_AT(desk.versions, struct desk_version, 0)->text_sha256);
    assert_string_equal(own.sent_sha256, desk.report->text_sha256);
}

/* Saved twice, and what a save leaves out keeps the value of the save before, as with a draft. */
static void test_saving_again_and_versions(void **state) {
    struct fixture *f = *state;
    int64_t id = returned(f);
    struct report_view own = save(f, id, changed_draft()), view;
    struct report_draft draft = changed_draft();
    draft.urgency = NULL;
    draft.title = "关于第三件事的建议";
    view = save(f, id, draft);
    assert_string_equal(view.title, "关于第三件事的建议");
    assert_string_equal(view.urgency, "express");
    draft.id = id;
    assert_int_equal(with_version(f, own.version, f->officer, "report_save", &draft, &view),
                     ERR_PRECONDITION_FAILED);
    assert_string_equal(get(f, f->officer, id).title, "关于第三件事的建议");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM report_unsent"), 1);
}

static void test_handing_in_makes_it_everybodys(void **state) {
    struct fixture *f = *state;
    int64_t id = returned(f);
    struct report_view own = save(f, id, changed_draft());
    struct report_receipt receipt;
    assert_int_equal(submit(f, f->officer, id, own.version, &receipt), 0);
    assert_string_equal(receipt.text_sha256, own.text_sha256);
    struct report_view view = get(f, f->editor, id);
    assert_string_equal(view.title, NEW);
    assert_string_equal(view.writer, "新撰稿人");
    assert_string_equal(view.name_public_reason, "不便公开");
    assert_false(view.name_public || view.as_handed_in || view.has_unsent);
    assert_int_equal(view.authors.count, 1);
    assert_string_equal(view.text_sha256, own.text_sha256);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM report_unsent"), 0);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM report_unsent_author"), 0);
    assert_string_equal(fixture_text(f, "SELECT title FROM report_version WHERE number = 2"), NEW);
    /* The joint author who was taken off saw it until now. */
    assert_int_equal(fixture_call(f, f->officer2, "report_get", &(struct report_id_in){id}, &view),
                     ERR_NOT_FOUND);
    /* The same once more is the same receipt. */
    struct report_receipt again;
    assert_int_equal(submit(f, f->officer, id, own.version, &again), 0);
    assert_string_equal(again.text_sha256, receipt.text_sha256);
}

static void test_what_may_not_be_submitted_changes_nothing(void **state) {
    struct fixture *f = *state;
    int64_t id = returned(f);
    struct report_draft draft = changed_draft();
    draft.situation = NULL;
    struct report_view own = save(f, id, draft);
    assert_refused(f, submit(f, f->officer, id, own.version, NULL), ERR_REQUIRED, "situation");
    struct report_view view = get(f, f->editor, id);
    assert_old(&view);
    assert_string_equal(get(f, f->officer, id).title, NEW);
}

static void test_taken_back_is_nobody_elses(void **state) {
    struct fixture *f = *state;
    struct report_author_in authors[] = {{.account_id = f->officer, .name = "林晓"},
                                         {.account_id = f->officer2, .name = "周宁"}};
    struct report_draft draft = good_draft();
    draft.authors = (struct list){authors, 2};
    struct report_view view = create_from(f, f->officer, draft);
    int64_t id = view.id;
    assert_int_equal(submit(f, f->officer, id, view.version, NULL), 0);
    const char *receipt = get(f, f->officer, id).receipt;
    must_call(f, f->officer, "report_withdraw", &(struct report_id_in){id}, &view);
    save(f, id, changed_draft());
    const int64_t nobody[] = {f->unit_liaison, f->unit_signer, f->clerk, f->editor};
    for (size_t i = 0; i < ARRAY_LEN(nobody); i++)
        assert_int_equal(fixture_call(f, nobody[i], "report_get", &(struct report_id_in){id}, &view),
                         ERR_NOT_FOUND);
    assert_null(item_of(f, f->unit_liaison, "report_unit_list", id));
    struct desk_report_out desk;
    assert_int_equal(fixture_call(f, f->editor, "desk_get", &(struct desk_id_in){id}, &desk), ERR_NOT_FOUND);
    view = get(f, f->officer2, id);
    assert_old(&view);
    assert_true(view.as_handed_in);
    view = get(f, f->officer, id);
    assert_string_equal(view.title, NEW);
    assert_string_equal(view.receipt, receipt);
    assert_int_equal(submit(f, f->officer, id, view.version, NULL), 0);
    assert_string_equal(get(f, f->editor, id).title, NEW);
    assert_string_equal(get(f, f->editor, id).receipt, receipt);
}

/* Handed to the unit after the desk had it: until the unit signs, the desk has nothing. */
static void test_what_the_unit_has_the_desk_has_not(void **state) {
    struct fixture *f = *state;
    int64_t id = returned(f);
    struct report_draft draft = changed_draft();
    draft.via_unit = true;
    struct report_view own = save(f, id, draft), view;
    assert_string_equal(get(f, f->editor, id).channel, "form");
    assert_int_equal(submit(f, f->officer, id, own.version, NULL), 0);
    assert_string_equal(get(f, f->unit_signer, id).title, NEW);
    struct report_id_in in = {id};
    assert_int_equal(fixture_call(f, f->editor, "report_get", &in, &view), ERR_NOT_FOUND);
    struct report_unit_sign_in back = {.id = id, .approve = false, .note = "请补充"};
    must_call(f, f->unit_signer, "report_unit_sign", &back, &view);
    save(f, id, good_draft());
    assert_string_equal(get(f, f->unit_signer, id).title, NEW);
    assert_string_equal(get(f, f->officer, id).title, OLD);
    assert_int_equal(fixture_call(f, f->editor, "report_get", &in, &view), ERR_NOT_FOUND);
}

/* ---- Attachments ---- */

static int64_t attach(struct fixture *f, int64_t id, const char *name, const char *text) {
    struct attachment_view added = {0};
    struct attachment_add_in in = {id, name};
    assert_int_equal(fixture_upload(f, f->officer, "attachment_add", &in, &added, text, strlen(text)), 0);
    return added.id;
}

static int fetch(struct fixture *f, int64_t account, int64_t id, int64_t attachment) {
    return fixture_call(f, account, "attachment_get", &(struct attachment_in){id, attachment}, NULL);
}

static void remove_file(struct fixture *f, int64_t id, int64_t attachment) {
    must_call(f, f->officer, "attachment_delete", &(struct attachment_in){id, attachment}, NULL);
}

static void assert_files(struct fixture *f, int64_t account, int64_t id, const char *first, size_t count) {
    struct report_view view = get(f, account, id);
    assert_int_equal(view.attachments.count, count);
    if (count > 0) assert_string_equal(LIST_AT(view.attachments, struct attachment_view, 0)->name, first);
}

static void test_attachments_follow_the_text(void **state) {
    struct fixture *f = *state;
    struct report_view view = create(f, f->officer);
    int64_t id = view.id, sent = attach(f, id, "旧.txt", "旧的附件");
    assert_int_equal(submit(f, f->officer, id, view.version, NULL), 0);
    assert_int_equal(move(f, f->editor, id, "open"), 0);
    assert_int_equal(move(f, f->editor, id, "return"), 0);
    int64_t added = attach(f, id, "新.txt", "新的附件");
    remove_file(f, id, sent);
    assert_files(f, f->officer, id, "新.txt", 1);
    assert_files(f, f->editor, id, "旧.txt", 1);
    assert_files(f, f->unit_liaison, id, "旧.txt", 1);
    assert_int_equal(fetch(f, f->officer, id, added), 0);
    assert_int_equal(fetch(f, f->officer, id, sent), ERR_NOT_FOUND);
    assert_int_equal(fetch(f, f->editor, id, added), ERR_NOT_FOUND);
    assert_int_equal(fetch(f, f->editor, id, sent), 0);
    /* Added again, it never was away; an unsent one that is taken away is gone for good. */
    assert_int_equal(attach(f, id, "旧.txt", "旧的附件"), sent);
    assert_files(f, f->officer, id, "旧.txt", 2);
    int64_t spare = attach(f, id, "废.txt", "不要的附件");
    remove_file(f, id, spare);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM attachment"), 2);
    remove_file(f, id, sent);
    assert_int_equal(submit(f, f->officer, id, get(f, f->officer, id).version, NULL), 0);
    assert_files(f, f->officer, id, "新.txt", 1);
    assert_files(f, f->editor, id, "新.txt", 1);
    assert_int_equal(fetch(f, f->editor, id, sent), ERR_NOT_FOUND);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM attachment"), 1);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM blob"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        REPORT_TESTS(test_others_see_what_was_handed_in),
        REPORT_TESTS(test_saving_again_and_versions),
        REPORT_TESTS(test_handing_in_makes_it_everybodys),
        REPORT_TESTS(test_what_may_not_be_submitted_changes_nothing),
        REPORT_TESTS(test_taken_back_is_nobody_elses),
        REPORT_TESTS(test_what_the_unit_has_the_desk_has_not),
        REPORT_TESTS(test_attachments_follow_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
