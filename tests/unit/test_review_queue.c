/* The queue and the counts: filters, pages that lose and double nothing, only the own committee's, and speed.
 */
#include "desk_testing.h"

static const struct desk_list_in all = {
    .category_id = ABSENT, .unit_id = ABSENT, .older_than_days = ABSENT, .limit = ABSENT};

static struct desk_list_out list(struct fixture *f, int64_t account, struct desk_list_in in) {
    struct desk_list_out out = {0};
    assert_int_equal(fixture_read(f, account, desk_list, &in, &out), 0);
    return out;
}

static bool holds(struct desk_list_out out, int64_t id) {
    for (size_t i = 0; i < out.items.count; i++)
        if (LIST_AT(out.items, struct desk_item, i)->id == id) return true;
    return false;
}

static void the_queue_is_what_waits(void **state) {
    struct fixture *f = *state;
    const char *const statuses[] = {"draft",     "unit_signing", "submitted",  "in_review",
                                    "returned",  "kept",         "redirected", "adopted",
                                    "published", "closed",       "withdrawn",  "merged"};
    int64_t ids[ARRAY_LEN(statuses)];
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
        ids[i] = desk_report(f, statuses[i]);
    struct desk_list_out out = list(f, f->clerk, all);
    assert_int_equal(out.items.count, 2);
    assert_null(out.next);
    assert_true(holds(out, ids[2]) && holds(out, ids[3]));
    for (size_t i = 2; i < ARRAY_LEN(statuses); i++) {
        struct desk_list_in in = all;
        in.status = statuses[i];
        out = list(f, f->clerk, in);
        bool taken_back = strcmp(statuses[i], "withdrawn") == 0;
        assert_int_equal(out.items.count, taken_back ? 0 : 1);
        if (taken_back) continue;
        assert_int_equal(LIST_AT(out.items, struct desk_item, 0)->id, ids[i]);
        assert_string_equal(LIST_AT(out.items, struct desk_item, 0)->status, statuses[i]);
    }
}

static void an_item_says_what_matters(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_report(f, "submitted");
    struct lease_view lease;
    fixture_sql(f, arena_printf(f->arena, "UPDATE report SET category_id = %lld", (long long)f->category));
    struct desk_item *item = LIST_AT(list(f, f->editor, all).items, struct desk_item, 0);
    assert_string_equal(item->category_name, "教育事业");
    assert_string_equal(item->unit_name, "民建云江省委会");
    assert_string_equal(item->author_name, "林晓");
    assert_string_equal(item->status_text, "已提交");
    assert_string_equal(item->gates, "-----");
    assert_true(item->unread);
    assert_int_equal(item->opened_ms, ABSENT);
    assert_int_equal(item->assignee_id, ABSENT);
    assert_null(item->holder_name);
    assert_null(item->grade);
    assert_int_equal(fixture_write(f, f->clerk, desk_claim, &(struct desk_claim_in){.id = id}, &lease), 0);
    assert_int_equal(desk_judge(f, f->clerk, "report", id, "politics", "pass", NULL, NULL, NULL), 0);
    assert_int_equal(desk_judge(f, f->clerk, "report", id, "facts", "fail", "无出处", NULL, NULL), 0);
    assert_int_equal(desk_judge(f, f->clerk, "report", id, "topic", "not_applicable", NULL, NULL, NULL), 0);
    assert_int_equal(
        desk_judge(f, f->section_head, "report", id, "content", "override", "先报", "override_urgent", NULL),
        0);
    item = LIST_AT(list(f, f->editor, all).items, struct desk_item, 0);
    assert_string_equal(item->gates, "PFNO-");
    assert_string_equal(item->assignee_name, "孙文");
    assert_string_equal(item->holder_name, "孙文");
    assert_null(LIST_AT(list(f, f->clerk, all).items, struct desk_item, 0)->holder_name); /* not of oneself */
    /* The letters follow the text: an edit of the analysis re-opens all but the topic. */
    fixture_sql(f, "UPDATE report SET analysis = '改过', text_sha256 = 'another'");
    f->now += 120000;
    item = LIST_AT(list(f, f->editor, all).items, struct desk_item, 0);
    assert_string_equal(item->gates, "--N--");
    assert_null(item->holder_name); /* the lease is over */
    /* The grade shows when mine is given, and at once to those who do not grade. */
    fixture_sql(
        f,
        arena_printf(f->arena,
                     "INSERT INTO grading (report_id, reviewer_id, total, grade, text_sha256, at_ms)"
                     " VALUES (%lld, %lld, 8600, 'good', 'another', 1), (%lld, %lld, 8600, 'good', 'old', 1)",
                     (long long)id, (long long)f->editor, (long long)id, (long long)f->editor2));
    assert_string_equal(LIST_AT(list(f, f->editor, all).items, struct desk_item, 0)->grade, "excellent");
    assert_string_equal(LIST_AT(list(f, f->clerk, all).items, struct desk_item, 0)->grade, "excellent");
    assert_null(LIST_AT(list(f, f->section_head, all).items, struct desk_item, 0)->grade);
    assert_null(LIST_AT(list(f, f->editor2, all).items, struct desk_item, 0)->grade);
}

static void filters_narrow(void **state) {
    struct fixture *f = *state;
    int64_t day = 86400000, now = f->now;
    int64_t plain =
        desk_report_like(f, (struct desk_report_new){.status = "submitted", .submitted_ms = now - 5 * day});
    int64_t urgent =
        desk_report_like(f, (struct desk_report_new){.status = "in_review", .urgency = "express"});
    int64_t other = desk_report_like(f, (struct desk_report_new){.status = "submitted",
                                                                 .unit_id = f->special_committee,
                                                                 .author_id = f->officer2});
    fixture_sql(f, arena_printf(f->arena,
                                "UPDATE report SET category_id = %lld WHERE id = %lld;"
                                "UPDATE report SET assignee_id = %lld WHERE id = %lld;"
                                "INSERT INTO report_seen VALUES (%lld, %lld, %lld)",
                                (long long)f->category, (long long)plain, (long long)f->clerk,
                                (long long)urgent, (long long)other, (long long)f->clerk, (long long)now));
    struct desk_list_in in = all;
    in.category_id = f->category;
    assert_true(holds(list(f, f->clerk, in), plain) && list(f, f->clerk, in).items.count == 1);
    in = all, in.unit_id = f->special_committee;
    assert_true(holds(list(f, f->clerk, in), other) && list(f, f->clerk, in).items.count == 1);
    in = all, in.urgency = "express";
    assert_true(holds(list(f, f->clerk, in), urgent) && list(f, f->clerk, in).items.count == 1);
    in = all, in.assignee = "me";
    assert_true(holds(list(f, f->clerk, in), urgent) && list(f, f->clerk, in).items.count == 1);
    assert_int_equal(list(f, f->editor, in).items.count, 0);
    in.assignee = arena_printf(f->arena, "%lld", (long long)f->clerk);
    assert_true(holds(list(f, f->editor, in), urgent) && list(f, f->editor, in).items.count == 1);
    in.assignee = "none";
    assert_true(!holds(list(f, f->clerk, in), urgent) && list(f, f->clerk, in).items.count == 2);
    in = all, in.older_than_days = 5;
    assert_true(holds(list(f, f->clerk, in), plain) && list(f, f->clerk, in).items.count == 1);
    in.older_than_days = 6;
    assert_int_equal(list(f, f->clerk, in).items.count, 0);
    in = all, in.unread = true;
    assert_true(!holds(list(f, f->clerk, in), other) && list(f, f->clerk, in).items.count == 2);
    assert_int_equal(list(f, f->editor, in).items.count, 3);
    /* Submitted anew after it was seen: unread again. */
    fixture_sql(f, arena_printf(f->arena, "UPDATE report SET submitted_ms = %lld WHERE id = %lld",
                                (long long)now + 1, (long long)other));
    assert_int_equal(list(f, f->clerk, in).items.count, 3);
    struct desk_list_out out = {0};
    const char *const bad[] = {"", "x", "0", "-1", "12x"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        in = all, in.assignee = bad[i];
        assert_int_equal(fixture_read(f, f->clerk, desk_list, &in, &out), ERR_INVALID);
        assert_string_equal(f->problem.field, "assignee");
    }
    in = all, in.after = "12";
    assert_int_equal(fixture_read(f, f->clerk, desk_list, &in, &out), ERR_BAD_CURSOR);
}

static void pages_lose_and_double_nothing(void **state) {
    struct fixture *f = *state;
    enum { COUNT = 37 };
    bool seen[COUNT + 200] = {false};
    for (int i = 0; i < COUNT; i++) {
        f->now += i % 4 == 0 ? 10 : 0; /* four at a time share an instant; both open states mixed */
        desk_report(f, i % 3 ? "submitted" : "in_review");
    }
    struct desk_list_in in = all;
    in.limit = 5;
    int64_t last_ms = INT64_MAX, last_id = INT64_MAX;
    int count = 0, pages = 0;
    do {
        struct desk_list_out out = list(f, f->clerk, in);
        assert_int_equal(out.items.count, out.next ? 5 : 2);
        for (size_t i = 0; i < out.items.count; i++) {
            const struct desk_item *item = LIST_AT(out.items, struct desk_item, i);
            assert_true(item->submitted_ms < last_ms ||
                        (item->submitted_ms == last_ms && item->id < last_id));
            assert_false(seen[item->id]);
            seen[item->id] = true;
            last_ms = item->submitted_ms;
            last_id = item->id;
            count++;
        }
        /* While one reads, more come in. */
        f->now += 10;
        desk_report(f, pages++ % 2 ? "submitted" : "in_review");
        in.after = out.next;
    } while (in.after);
    assert_int_equal(count, COUNT);
    assert_int_equal(pages, 8);
}

static int count_afresh(struct ctx *ctx, const void *in, void *out) {
    *(struct desk_counts_out *)out = (struct desk_counts_out){0};
    return desk_counts(ctx, in, out);
}

static struct desk_counts_out counts(struct fixture *f, int64_t account) {
    struct desk_counts_out out;
    assert_int_equal(fixture_read(f, account, count_afresh, NULL, &out), 0);
    return out;
}

static void counts_agree_with_the_queue(void **state) {
    struct fixture *f = *state;
    const char *const statuses[] = {"draft",    "unit_signing", "submitted", "submitted", "in_review",
                                    "returned", "kept",         "adopted",   "withdrawn"};
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
        desk_report(f, statuses[i]);
    desk_report_like(f, (struct desk_report_new){.status = "submitted",
                                                 .urgency = "urgent",
                                                 .submitted_ms = f->now - INT64_C(10) * 86400000 - 1});
    desk_report_like(f, (struct desk_report_new){.status = "kept", .urgency = "urgent"});
    desk_report_city(f, "submitted");
    fixture_sql(f, arena_printf(f->arena,
                                "UPDATE report SET assignee_id = %lld WHERE status IN ('in_review', 'kept')",
                                (long long)f->clerk));
    struct desk_counts_out out = counts(f, f->clerk);
    assert_int_equal(out.submitted, 3);
    assert_int_equal(out.in_review, 1);
    assert_int_equal(out.mine, 1);
    assert_int_equal(out.returned, 1);
    assert_int_equal(out.kept, 2);
    assert_int_equal(out.adopted, 1);
    assert_int_equal(out.urgent, 1);
    assert_int_equal(out.overdue, 1);
    assert_int_equal(out.unread, 4);
    assert_int_equal(counts(f, f->editor).mine, 0);
    fixture_sql(f, "UPDATE setting SET value = '11' WHERE key = 'desk.decision_days'");
    assert_int_equal(counts(f, f->clerk).overdue, 0);

    desk_article(f, desk_report(f, "in_review"));
    int64_t article = desk_article(f, desk_report(f, "in_review"));
    fixture_sql(f,
                arena_printf(f->arena, "UPDATE article SET status = 'in_signoff', step = 2 WHERE id = %lld",
                             (long long)article));
    out = counts(f, f->secretary_general);
    assert_int_equal(out.articles_editing, 1);
    assert_int_equal(out.articles_in_signoff, 1);
    assert_int_equal(out.signoff_mine, 1);
    assert_int_equal(counts(f, f->section_head).signoff_mine, 0);
    assert_int_equal(counts(f, f->vice_chair).signoff_mine, 0);
    /* The city's desk counts the city's. */
    out = counts(f, f->city_editor);
    assert_int_equal(out.submitted, 1);
    assert_int_equal(out.kept + out.in_review + out.articles_editing + out.articles_in_signoff + out.mine, 0);
    /* Somebody without a desk: nothing. */
    out = counts(f, f->officer);
    assert_int_equal(out.submitted + out.in_review + out.unread, 0);
}

static void other_committees_reports_are_never_listed(void **state) {
    struct fixture *f = *state;
    int64_t province = desk_report(f, "submitted"), city = desk_report_city(f, "submitted");
    struct desk_list_out out = list(f, f->clerk, all);
    assert_true(holds(out, province) && !holds(out, city));
    out = list(f, f->city_editor, all);
    assert_true(holds(out, city) && !holds(out, province));
    struct desk_list_in in = all;
    in.assignee = "me";
    fixture_sql(f, arena_printf(f->arena, "UPDATE report SET assignee_id = %lld", (long long)f->city_editor));
    out = list(f, f->city_editor, in);
    assert_true(out.items.count == 1 && holds(out, city));
    const int64_t strangers[] = {f->officer,      f->unit_liaison, f->department_handler, f->leader_reader,
                                 f->system_admin, f->audit_admin,  FIXTURE_PUBLIC};
    for (size_t i = 0; i < ARRAY_LEN(strangers); i++)
        assert_int_equal(list(f, strangers[i], all).items.count, 0);
    /* A role in two committees: both desks in one queue, by time. */
    int64_t both = fixture_account(f, "both", "clerk", f->province);
    fixture_sql(f,
                arena_printf(f->arena,
                             "INSERT INTO account_role SELECT %lld, role_id, %lld FROM account_role WHERE"
                             " account_id = %lld; INSERT INTO access SELECT account_id, permission, %lld FROM"
                             " access WHERE account_id = %lld AND unit_id = %lld",
                             (long long)both, (long long)f->city, (long long)both, (long long)f->city,
                             (long long)both, (long long)f->province));
    out = list(f, both, all);
    assert_true(out.items.count == 2 && holds(out, province) && holds(out, city));
    assert_int_equal(counts(f, both).submitted, 2);
}

/* 50,000 reports, most of them kept long ago: pages begin where they should, and counts stop where nobody
 * needs to know more. (What a page costs among many is measured by ./dev bench.) */
static void pages_and_counts_among_many(void **state) {
    struct fixture *f = *state;
    fixture_sql(
        f,
        arena_printf(
            f->arena,
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)"
            " INSERT INTO report (receipt, committee_id, unit_id, author_id, status, title, situation, words,"
            " text_sha256, assignee_id, created_ms, updated_ms, submitted_ms) SELECT 'B' || i, %lld, %lld, "
            "%lld,"
            " CASE WHEN i %% 500 = 0 THEN 'in_review' WHEN i %% 501 = 0 THEN 'submitted' ELSE 'kept' END,"
            " 't', 's', 1, 'x', CASE WHEN i %% 1000 = 0 THEN %lld END, i, i, 1700000000000 + i FROM n",
            (long long)f->province, (long long)f->party_group, (long long)f->officer, (long long)f->clerk));
    struct desk_list_in kept = all, deep = all, mine = all, mine_kept = all;
    kept.status = deep.status = mine_kept.status = "kept";
    deep.after = "1700000000100.100";
    mine.assignee = mine_kept.assignee = "me";
    const struct {
        const char *name;
        struct desk_list_in in;
        size_t expected;
    } cases[] = {{"open", all, 20},
                 {"kept", kept, 20},
                 {"deep", deep, 20},
                 {"mine", mine, 20},
                 {"mine kept", mine_kept, 0}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct desk_list_out page = list(f, f->clerk, cases[i].in);
        print_message("%s\n", cases[i].name);
        assert_int_equal(page.items.count, cases[i].expected);
        for (size_t k = 1; k < page.items.count; k++)
            assert_true(LIST_AT(page.items, struct desk_item, k - 1)->submitted_ms >=
                        LIST_AT(page.items, struct desk_item, k)->submitted_ms);
    }
    struct desk_counts_out out = counts(f, f->clerk);
    assert_int_equal(out.kept, 1000); /* as far as anybody needs to know */
    assert_int_equal(out.in_review, 100);
}

#define T(TEST) cmocka_unit_test_setup_teardown(TEST, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(the_queue_is_what_waits),
        T(an_item_says_what_matters),
        T(filters_narrow),
        T(pages_lose_and_double_nothing),
        T(counts_agree_with_the_queue),
        T(other_committees_reports_are_never_listed),
        T(pages_and_counts_among_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
