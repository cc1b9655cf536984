/* Handing in, taking back, the unit's signature, recording for somebody else. */
#include "report_testing.h"

/* ---- What may be submitted ---- */

static struct report_draft long_situation(struct fixture *f, size_t characters) {
    struct report_draft draft = {.title = "标题", .suggestion = "建议", .category_id = ABSENT};
    char *text = arena_alloc(f->arena, characters * 3 + 1);
    for (size_t i = 0; i < characters; i++)
        memcpy(text + i * 3, "字", 3);
    draft.situation = text;
    return draft;
}

static void test_each_rule_names_its_field(void **state) {
    struct fixture *f = *state;
    struct report_draft drafts[7];
    for (size_t i = 0; i < 4; i++)
        drafts[i] = good_draft();
    drafts[0].title = NULL;
    drafts[1].situation = NULL;
    drafts[2].suggestion = NULL;
    drafts[3].title = "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一";
    drafts[4] = long_situation(f, 1499);
    drafts[5] = long_situation(f, 1498);
    drafts[6] = good_draft();
    drafts[6].analysis = NULL;
    const struct {
        int error;
        const char *field;
    } expected[] = {{ERR_REQUIRED, "title"},
                    {ERR_REQUIRED, "situation"},
                    {ERR_REQUIRED, "suggestion"},
                    {ERR_TOO_LONG, "title"},
                    {ERR_TOO_LONG, "words"},
                    {0, NULL},
                    {0, NULL}};
    for (size_t i = 0; i < ARRAY_LEN(drafts); i++) {
        struct report_view view = create_from(f, f->officer, drafts[i]);
        assert_refused(f, submit(f, f->officer, view.id, 1, NULL), expected[i].error, expected[i].field);
        assert_string_equal(get(f, f->officer, view.id).status, expected[i].error ? "draft" : "submitted");
    }
}

static void test_rules_are_settings(void **state) {
    struct fixture *f = *state;
    struct report_draft draft = good_draft();
    draft.analysis = NULL;
    draft.title = "一二三四五六七八九十一";
    struct report_view view = create_from(f, f->officer, draft);
    fixture_sql(f, "UPDATE setting SET value = '1' WHERE key = 'report.analysis_required'");
    assert_refused(f, submit(f, f->officer, view.id, 1, NULL), ERR_REQUIRED, "analysis");
    fixture_sql(f, "UPDATE setting SET value = '0' WHERE key = 'report.analysis_required'");
    fixture_sql(f, "UPDATE setting SET value = '10' WHERE key = 'report.title_max'");
    assert_refused(f, submit(f, f->officer, view.id, 1, NULL), ERR_TOO_LONG, "title");
    fixture_sql(f, "UPDATE setting SET value = '40' WHERE key = 'report.title_max'");
    fixture_sql(f, "UPDATE setting SET value = '20' WHERE key = 'report.max_words'");
    assert_refused(f, submit(f, f->officer, view.id, 1, NULL), ERR_TOO_LONG, "words");
    fixture_sql(f, "UPDATE setting SET value = '1500' WHERE key = 'report.max_words'");
    assert_int_equal(submit(f, f->officer, view.id, 1, NULL), 0);
    /* One concern may be raised without a proposal where the office allows it. */
    draft.suggestion = NULL;
    view = create_from(f, f->officer, draft);
    fixture_sql(f, "UPDATE setting SET value = '0' WHERE key = 'report.suggestion_required'");
    assert_int_equal(submit(f, f->officer, view.id, 1, NULL), 0);
}

static void test_the_confirmation_is_mandatory(void **state) {
    struct fixture *f = *state;
    struct report_view view = create(f, f->officer);
    struct report_receipt receipt;
    struct report_submit_in in = {.id = view.id};
    assert_refused(f, with_version(f, 1, f->officer, "report_submit", &in, &receipt), ERR_REQUIRED,
                   "confirm_not_classified");
    assert_string_equal(get(f, f->officer, view.id).status, "draft");
}

static void test_who_and_what_version(void **state) {
    struct fixture *f = *state;
    struct report_view view = create(f, f->officer);
    assert_int_equal(submit(f, f->officer2, view.id, 1, NULL), ERR_NOT_FOUND);
    assert_int_equal(submit(f, f->editor, view.id, 1, NULL), ERR_NOT_FOUND);
    assert_int_equal(submit(f, f->officer, view.id, 2, NULL), ERR_PRECONDITION_FAILED);
    struct report_submit_in in = {.id = view.id, .confirm_not_classified = true};
    struct report_receipt receipt;
    assert_int_equal(fixture_call(f, f->officer, "report_submit", &in, &receipt), ERR_PRECONDITION_REQUIRED);
    assert_int_equal(submit(f, f->officer, view.id, 1, NULL), 0);
    assert_int_equal(submit(f, f->unit_liaison, view.id, 2, NULL), ERR_FORBIDDEN);
}

/* ---- The receipt ---- */

static void test_the_receipt(void **state) {
    struct fixture *f = *state;
    struct report_view view = create(f, f->officer);
    struct report_receipt receipt = {0};
    assert_int_equal(submit(f, f->officer, view.id, 1, &receipt), 0);
    assert_string_equal(receipt.receipt, "2026-00001");
    assert_string_equal(receipt.text_sha256, view.text_sha256);
    assert_string_equal(receipt.status, "submitted");
    assert_string_equal(receipt.status_text, "已提交");
    assert_int_equal(receipt.submitted_ms, f->now);
    assert_int_equal(receipt.version, 2);
    view = get(f, f->officer, view.id);
    assert_string_equal(view.receipt, "2026-00001");
    assert_int_equal(view.submitted_ms, f->now);
    assert_int_equal(view.version, 2);
    assert_true(view.can_withdraw);
    assert_false(view.can_edit || view.can_submit || view.can_delete);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM report_version WHERE number = 1"), 1);
    assert_string_equal(fixture_text(f, "SELECT text FROM report_event"), "已提交省政协，流水号 2026-00001");
}

static void test_receipts_have_no_gap(void **state) {
    struct fixture *f = *state;
    struct report_receipt receipt = {0};
    int64_t last = 0;
    for (int i = 1; i <= 3; i++) {
        struct report_view bad = create_from(f, f->officer, (struct report_draft){.category_id = ABSENT});
        assert_int_equal(submit(f, f->officer, bad.id, 1, NULL), ERR_REQUIRED); /* takes no number */
        last = create(f, f->officer).id;
        assert_int_equal(submit(f, f->officer, last, 1, &receipt), 0);
    }
    assert_string_equal(receipt.receipt, "2026-00003");
    /* Another committee counts for itself; a new year begins at one. */
    struct report_view city = create(f, f->city_officer);
    assert_int_equal(submit(f, f->city_officer, city.id, 1, &receipt), 0);
    assert_string_equal(receipt.receipt, "2026-00001");
    f->now += INT64_C(366) * 24 * 3600 * 1000;
    assert_int_equal(submit(f, f->officer, create(f, f->officer).id, 1, &receipt), 0);
    assert_string_equal(receipt.receipt, "2027-00001");
    /* And a report keeps its number when it is handed in again. */
    must_call(f, f->officer, "report_withdraw", &(struct report_id_in){last}, &city);
    assert_int_equal(submit(f, f->officer, last, city.version, &receipt), 0);
    assert_string_equal(receipt.receipt, "2026-00003");
}

static void test_submitting_twice_is_once(void **state) {
    struct fixture *f = *state;
    int64_t id = create(f, f->officer).id;
    struct report_receipt first = {0}, again = {0};
    assert_int_equal(submit(f, f->officer, id, 1, &first), 0);
    f->now += 5000;
    assert_int_equal(submit(f, f->officer, id, 1, &again), 0);
    assert_string_equal(first.receipt, again.receipt);
    assert_string_equal(first.text_sha256, again.text_sha256);
    assert_int_equal(first.submitted_ms, again.submitted_ms);
    assert_int_equal(first.version, again.version);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM report_version"), 1);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM report_event"), 1);
    assert_int_equal(fixture_int(f, "SELECT value FROM counter WHERE name LIKE 'receipt:%'"), 1);
    /* Also when the desk has opened it meanwhile. */
    assert_int_equal(move(f, f->editor, id, "open"), 0);
    assert_int_equal(submit(f, f->officer, id, 1, &again), 0);
    assert_string_equal(first.receipt, again.receipt);
    /* But a wish to submit what has been seen as submitted is an error. */
    assert_int_equal(submit(f, f->officer, id, 3, &again), ERR_ILLEGAL_TRANSITION);
}

static void test_an_old_device_does_not_get_a_receipt_for_another_text(void **state) {
    struct fixture *f = *state;
    struct report_view view = create(f, f->officer);
    struct report_draft draft = good_draft();
    draft.id = view.id;
    draft.title = "另一台设备改过的标题";
    assert_int_equal(with_version(f, 1, f->officer, "report_save", &draft, &view), 0);
    assert_int_equal(submit(f, f->officer, view.id, 2, NULL), 0);
    assert_int_equal(submit(f, f->officer, view.id, 1, NULL), ERR_ILLEGAL_TRANSITION);
}

static void test_the_text_as_sent_is_kept(void **state) {
    struct fixture *f = *state;
    int64_t id = submitted(f, f->officer);
    assert_int_equal(move(f, f->editor, id, "open"), 0);
    assert_int_equal(move(f, f->editor, id, "return"), 0);
    struct report_draft draft = good_draft();
    draft.id = id;
    draft.title = "补充后的标题";
    struct report_view view;
    assert_int_equal(with_version(f, 4, f->officer, "report_save", &draft, &view), 0);
    assert_int_equal(submit(f, f->officer, id, 5, NULL), 0);
    assert_string_equal(fixture_text(f, "SELECT title FROM report_version WHERE number = 1"),
                        good_draft().title);
    assert_string_equal(fixture_text(f, "SELECT title FROM report_version WHERE number = 2"), "补充后的标题");
    assert_string_equal(fixture_text(f, "SELECT text FROM report_event ORDER BY id DESC LIMIT 1"),
                        "修改后再次提交省政协，流水号 2026-00001");
}

static void test_urgent_reports_knock(void **state) {
    struct fixture *f = *state;
    submitted(f, f->officer);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM notice"), 0);
    struct report_draft draft = good_draft();
    draft.urgency = "express";
    assert_int_equal(submit(f, f->officer, create_from(f, f->officer, draft).id, 1, NULL), 0);
    assert_int_equal(count_of(f, "SELECT count(*) FROM notice WHERE account_id = %lld", f->editor), 1);
    assert_int_equal(count_of(f, "SELECT count(*) FROM notice WHERE account_id = %lld", f->city_editor), 0);
    assert_int_equal(count_of(f, "SELECT count(*) FROM notice WHERE account_id = %lld", f->officer), 0);
}

/* ---- Taking back ---- */

static void test_withdraw_until_opened(void **state) {
    struct fixture *f = *state;
    struct report_view view;
    struct report_id_in in = {submitted(f, f->officer)};
    assert_int_equal(fixture_call(f, f->officer2, "report_withdraw", &in, &view), ERR_NOT_FOUND);
    assert_int_equal(fixture_call(f, f->editor, "report_withdraw", &in, &view), ERR_FORBIDDEN);
    must_call(f, f->officer, "report_withdraw", &in, &view);
    assert_string_equal(view.status, "withdrawn");
    assert_true(view.can_edit && view.can_submit);
    assert_int_equal(fixture_call(f, f->officer, "report_withdraw", &in, &view), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(move(f, f->editor, in.id, "open"), ERR_ILLEGAL_TRANSITION); /* too late for the desk */
    in.id = submitted(f, f->officer);
    assert_int_equal(move(f, f->editor, in.id, "open"), 0);
    assert_int_equal(fixture_call(f, f->officer, "report_withdraw", &in, &view), ERR_ILLEGAL_TRANSITION);
    assert_non_null(f->problem.detail);
    assert_string_equal(get(f, f->officer, in.id).status, "in_review"); /* too late for the author */
    in.id = create(f, f->officer).id;
    assert_int_equal(fixture_call(f, f->officer, "report_withdraw", &in, &view), ERR_ILLEGAL_TRANSITION);
}

/* ---- The unit ---- */

static int64_t waiting_for_the_unit(struct fixture *f) {
    struct report_draft draft = good_draft();
    draft.via_unit = true;
    struct report_view view = create_from(f, f->officer, draft);
    struct report_receipt receipt = {0};
    assert_int_equal(submit(f, f->officer, view.id, 1, &receipt), 0);
    assert_string_equal(receipt.status, "unit_signing");
    assert_string_equal(receipt.receipt, "2026-00001");
    assert_int_equal(receipt.submitted_ms, f->now);
    return view.id;
}

static void test_the_unit_signs_what_it_read(void **state) {
    struct fixture *f = *state;
    struct report_view view;
    struct report_unit_sign_in in = {.id = waiting_for_the_unit(f), .approve = true};
    in.text_sha256 = get(f, f->unit_signer, in.id).text_sha256;
    /* Meanwhile the author takes it back and sends another text. */
    must_call(f, f->officer, "report_withdraw", &(struct report_id_in){in.id}, &view);
    struct report_draft draft = good_draft();
    draft.id = in.id;
    draft.via_unit = true;
    draft.suggestion = "另一种建议。";
    assert_int_equal(with_version(f, view.version, f->officer, "report_save", &draft, &view), 0);
    assert_int_equal(submit(f, f->officer, in.id, view.version, NULL), 0);
    assert_refused(f, fixture_call(f, f->unit_signer, "report_unit_sign", &in, &view),
                   ERR_PRECONDITION_FAILED, "text_sha256");
    assert_string_equal(get(f, f->officer, in.id).status, "unit_signing");
    in.text_sha256 = get(f, f->unit_signer, in.id).text_sha256;
    must_call(f, f->unit_signer, "report_unit_sign", &in, &view);
}

static void test_the_unit_signs(void **state) {
    struct fixture *f = *state;
    struct report_view view;
    struct report_unit_sign_in in = {.id = waiting_for_the_unit(f), .approve = true};
    assert_int_equal(fixture_call(f, f->editor, "report_get", &(struct report_id_in){in.id}, &view),
                     ERR_NOT_FOUND);
    assert_int_equal(count_of(f, "SELECT count(*) FROM notice WHERE account_id = %lld", f->unit_signer), 1);
    assert_true(get(f, f->unit_signer, in.id).can_unit_sign);
    assert_false(get(f, f->unit_liaison, in.id).can_unit_sign);
    assert_int_equal(fixture_call(f, f->unit_liaison, "report_unit_sign", &in, &view), ERR_FORBIDDEN);
    int64_t other = fixture_account(f, "other-signer", "unit_signer", f->special_committee);
    assert_int_equal(fixture_call(f, other, "report_unit_sign", &in, &view), ERR_NOT_FOUND);
    /* Who sees it as a reader of this unit but signs for another one does not sign here. */
    char sql[200];
    snprintf(sql, sizeof(sql), "INSERT INTO access VALUES (%lld, 'report.unit_read', %lld)", (long long)other,
             (long long)f->party_group);
    fixture_sql(f, sql);
    assert_false(get(f, other, in.id).can_unit_sign);
    assert_int_equal(fixture_call(f, other, "report_unit_sign", &in, &view), ERR_NOT_FOUND);
    f->now += 1000;
    must_call(f, f->unit_signer, "report_unit_sign", &in, &view);
    assert_string_equal(view.status, "submitted");
    assert_string_equal(view.receipt, "2026-00001");
    assert_int_equal(view.submitted_ms, f->now);
    assert_false(view.can_unit_sign);
    assert_string_equal(get(f, f->editor, in.id).status, "submitted");
    assert_int_equal(count_of(f, "SELECT count(*) FROM notice WHERE account_id = %lld", f->officer), 1);
    assert_int_equal(fixture_call(f, f->unit_signer, "report_unit_sign", &in, &view), ERR_ILLEGAL_TRANSITION);
}

static void test_the_unit_sends_back(void **state) {
    struct fixture *f = *state;
    struct report_view view;
    struct report_unit_sign_in in = {.id = waiting_for_the_unit(f)};
    assert_refused(f, fixture_call(f, f->unit_signer, "report_unit_sign", &in, &view), ERR_REQUIRED, "note");
    in.reason_code = "keep_known";
    assert_refused(f, fixture_call(f, f->unit_signer, "report_unit_sign", &in, &view), ERR_NOT_ALLOWED_VALUE,
                   "reason_code");
    in.reason_code = "unit_facts";
    in.note = "请补充登记的家数。";
    must_call(f, f->unit_signer, "report_unit_sign", &in, &view);
    assert_string_equal(view.status, "returned");
    view = get(f, f->officer, in.id);
    assert_string_equal(view.decision_code, "unit_facts");
    assert_string_equal(view.decision_text, "请补充登记的家数。");
    assert_true(view.can_edit);
    /* The desk never got it. */
    assert_int_equal(fixture_call(f, f->editor, "report_get", &(struct report_id_in){in.id}, &view),
                     ERR_NOT_FOUND);
    assert_int_equal(submit(f, f->officer, in.id, get(f, f->officer, in.id).version, NULL), 0);
    assert_string_equal(get(f, f->officer, in.id).status, "unit_signing");
}

static void test_units_may_be_asked_always(void **state) {
    struct fixture *f = *state;
    fixture_sql(f, "UPDATE setting SET value = '1' WHERE key = 'report.unit_signing'");
    struct report_id_in in = {submitted(f, f->officer)};
    struct report_view view = get(f, f->officer, in.id);
    assert_string_equal(view.status, "unit_signing");
    assert_true(view.can_withdraw);
    must_call(f, f->officer, "report_withdraw", &in, &view);
    assert_string_equal(view.status, "withdrawn");
}

/* ---- On behalf ---- */

static void test_recorded_for_somebody(void **state) {
    struct fixture *f = *state;
    struct report_author_in author = {.account_id = f->officer, .name = "林晓"};
    struct report_draft draft = good_draft();
    struct report_view view;
    assert_refused(f, fixture_call(f, f->clerk, "report_on_behalf", &draft, &view), ERR_REQUIRED, "authors");
    draft.authors = (struct list){&author, 1};
    draft.client_key = "phone-call-3";
    assert_int_equal(fixture_call(f, f->officer, "report_on_behalf", &draft, &view), ERR_FORBIDDEN);
    fixture_sql(f, "UPDATE setting SET value = '1' WHERE key = 'report.unit_signing'"); /* not for these */
    must_call(f, f->clerk, "report_on_behalf", &draft, &view);
    assert_string_equal(view.status, "submitted");
    assert_string_equal(view.channel, "on_behalf");
    assert_int_equal(view.unit_id, f->party_group);
    assert_non_null(view.receipt);
    int64_t id = view.id;
    must_call(f, f->clerk, "report_on_behalf", &draft, &view); /* sent again */
    assert_int_equal(view.id, id);
    /* The person sees it as his own, without learning who of the staff wrote it down. */
    view = get(f, f->officer, id);
    assert_string_equal(view.author_name, "林晓");
    assert_false(view.can_edit || view.can_withdraw);
    assert_int_equal(count_of(f, "SELECT count(*) FROM notice WHERE account_id = %lld", f->officer), 1);
    draft.client_key = NULL;
    draft.title = NULL;
    assert_refused(f, fixture_call(f, f->clerk, "report_on_behalf", &draft, &view), ERR_REQUIRED, "title");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM report"), 1); /* nothing half done */
}

/* ---- A store that fails ---- */

/* The server may be lost at any statement: the report is handed in once, by the run that gets through. */
static void test_any_statement_may_fail(void **state) {
    struct fixture *f = *state;
    struct report_view view = create(f, f->officer);
    f->sweeps = true;
    assert_int_equal(submit(f, f->officer, view.id, view.version, NULL), 0);
    assert_string_equal(get(f, f->officer, view.id).status, "submitted");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM report_event WHERE kind = 'submitted'"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        REPORT_TESTS(test_each_rule_names_its_field),
        REPORT_TESTS(test_rules_are_settings),
        REPORT_TESTS(test_the_confirmation_is_mandatory),
        REPORT_TESTS(test_who_and_what_version),
        REPORT_TESTS(test_the_receipt),
        REPORT_TESTS(test_receipts_have_no_gap),
        REPORT_TESTS(test_submitting_twice_is_once),
        REPORT_TESTS(test_an_old_device_does_not_get_a_receipt_for_another_text),
        REPORT_TESTS(test_the_text_as_sent_is_kept),
        REPORT_TESTS(test_urgent_reports_knock),
        REPORT_TESTS(test_withdraw_until_opened),
        REPORT_TESTS(test_the_unit_signs),
        REPORT_TESTS(test_the_unit_signs_what_it_read),
        REPORT_TESTS(test_the_unit_sends_back),
        REPORT_TESTS(test_units_may_be_asked_always),
        REPORT_TESTS(test_recorded_for_somebody),
        REPORT_TESTS(test_any_statement_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
