/* Articles: made from reports, every version kept, compared, moved, withdrawn, seen only by their committee.
 */
#include "desk_testing.h"

static int edit(struct fixture *f, int64_t account, int64_t id, const char *situation,
                struct article_view *out) {
    struct article_edit_in in = {.id = id,
                                 .title = "关于增加公交班次的建议",
                                 .editor_note = "编者按",
                                 .situation = situation,
                                 .analysis = "线路补贴多年未变。",
                                 .suggestion = "建议市交通局增加早晚班次。"};
    struct article_view view;
    return fixture_write(f, account, article_edit, &in, out ? out : &view);
}

static int get(struct fixture *f, int64_t account, int64_t id, struct article_view *out) {
    record_clear(&article_view_record, out);
    return fixture_read(f, account, article_get, &(struct article_id_in){id}, out);
}

static void an_article_begins_as_the_report_was(void **state) {
    struct fixture *f = *state;
    int64_t report = desk_report(f, "in_review");
    int64_t id = desk_article(f, report);
    struct article_view view;
    assert_int_equal(get(f, f->clerk, id, &view), 0);
    assert_string_equal(view.status, "editing");
    assert_string_equal(view.status_text, "编辑中");
    assert_string_equal(view.title, "关于增加公交班次的建议");
    assert_string_equal(view.editor_note, "");
    assert_string_equal(view.publication_kind, "submit");
    assert_string_equal(view.editor_name, "钱编");
    assert_int_equal(view.words, 11 + 9 + 13);
    assert_int_equal(view.version, 1);
    assert_int_equal(view.step, ABSENT);
    assert_int_equal(view.issue_id, ABSENT);
    assert_int_equal(view.versions.count, 1);
    assert_string_equal(LIST_AT(view.versions, struct article_version_item, 0)->reason, "adopt");
    assert_string_equal(LIST_AT(view.versions, struct article_version_item, 0)->text_sha256,
                        view.text_sha256);
    assert_int_equal(view.sources.count, 1);
    struct article_source_view *source = LIST_AT(view.sources, struct article_source_view, 0);
    assert_int_equal(source->report_id, report);
    assert_string_equal(source->author_name, "林晓");
    assert_string_equal(source->unit_name, "民建云江省委会");
    assert_int_equal(view.gates.count, 5);
    /* A clerk reads it but does not edit it. */
    assert_false(view.can_edit || view.can_send || view.can_sign || view.can_recall);
    assert_string_equal(view.blocked_reason, "政治关、事实关、选题关、内容关、文字关还没有通过，不能送审。");
    desk_pass_all(f, "article", id);
    assert_int_equal(get(f, f->editor, id, &view), 0);
    assert_true(view.can_edit && view.can_send);
    assert_null(view.blocked_reason);
}

static int create_op(struct ctx *ctx, const void *in_, void *out) {
    const struct desk_adopt *in = in_;
    return article_create(ctx, in->report_id, in->publication_id, out);
}

static void only_publications_of_the_committee_take_it(void **state) {
    struct fixture *f = *state;
    int64_t report = desk_report(f, "in_review"), id = 0;
    int64_t foreign = fixture_int(f, "SELECT p.id FROM publication p JOIN unit u ON u.id = p.committee_id"
                                     " WHERE u.code = 'linjiang' AND p.kind = 'submit'");
    assert_true(foreign > 0);
    const int64_t bad[] = {foreign, 999999};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(fixture_write(f, f->editor, create_op, &(struct desk_adopt){report, bad[i]}, &id),
                         ERR_NOT_ALLOWED_VALUE);
        assert_string_equal(f->problem.field, "publication_id");
    }
    fixture_sql(f, "UPDATE publication SET active = 0 WHERE kind = 'forward'");
    assert_int_equal(
        fixture_write(f, f->editor, create_op, &(struct desk_adopt){report, f->publication_forward}, &id),
        ERR_NOT_ALLOWED_VALUE);
    assert_int_equal(fixture_write(f, f->city_editor, create_op, &(struct desk_adopt){report, foreign}, &id),
                     ERR_NOT_FOUND);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM article"), 0);
}

static void every_edit_is_a_version(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_article(f, desk_report(f, "in_review"));
    struct article_view view;
    f->if_match = 1;
    f->now += 60000;
    assert_int_equal(edit(f, f->editor2, id, "城东每日只有两班公交。", &view), 0);
    assert_int_equal(view.version, 2);
    assert_int_equal(view.updated_ms, f->now);
    assert_int_equal(view.versions.count, 2);
    assert_int_equal(LIST_AT(view.versions, struct article_version_item, 0)->number, 2);
    assert_string_equal(LIST_AT(view.versions, struct article_version_item, 0)->by_name, "吴编");
    assert_string_equal(view.text_sha256,
                        LIST_AT(view.versions, struct article_version_item, 0)->text_sha256);
    /* The same text again is no version. */
    f->if_match = 2;
    assert_int_equal(edit(f, f->editor2, id, "城东每日只有两班公交。", &view), 0);
    assert_int_equal(view.version, 2);
    assert_int_equal(view.versions.count, 2);
    /* Somebody else was faster. */
    f->if_match = 1;
    assert_int_equal(edit(f, f->editor, id, "城东每日没有公交。", NULL), ERR_PRECONDITION_FAILED);
    assert_string_equal(desk_value(f, "article", "situation", id), "城东每日只有两班公交。");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM article_version"), 2);
    struct article_version_view old;
    assert_int_equal(
        fixture_read(f, f->clerk, article_version_get, &(struct article_version_in){id, 1}, &old), 0);
    assert_string_equal(old.situation, "城东每日只有三班公交。");
    assert_string_equal(old.reason, "adopt");
    assert_int_equal(
        fixture_read(f, f->clerk, article_version_get, &(struct article_version_in){id, 3}, &old),
        ERR_NOT_FOUND);
    assert_int_equal(
        fixture_read(f, f->clerk, article_version_get, &(struct article_version_in){id, 0}, &old),
        ERR_NOT_FOUND);
}

static void an_edit_needs_permission_state_and_text(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_article(f, desk_report(f, "in_review"));
    f->if_match = 1;
    assert_int_equal(edit(f, f->clerk, id, "别的", NULL), ERR_NOT_FOUND);
    assert_int_equal(edit(f, f->city_editor, id, "别的", NULL), ERR_NOT_FOUND);
    assert_int_equal(edit(f, f->editor, id, "", NULL), ERR_REQUIRED);
    assert_string_equal(f->problem.field, "situation");
    char *much = arena_alloc(f->arena, 3 * 20001 + 1);
    for (size_t i = 0; i < 20001; i++)
        memcpy(much + 3 * i, "字", 3);
    assert_int_equal(edit(f, f->editor, id, much, NULL), ERR_TOO_LONG);
    assert_string_equal(f->problem.field, "situation");
    much[3 * 20000] = '\0';
    assert_int_equal(edit(f, f->editor, id, much, NULL), 0);
    const char *const others[] = {"in_signoff", "signed", "withdrawn"};
    f->if_match = 2;
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        fixture_sql(f, arena_printf(f->arena, "UPDATE article SET status = '%s'", others[i]));
        assert_int_equal(edit(f, f->editor, id, "别的", NULL), ERR_ILLEGAL_TRANSITION);
    }
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM article_version"), 2);
}

static const char *shown(struct fixture *f, struct list changes) {
    const char *text = "";
    for (size_t i = 0; i < changes.count; i++) {
        const struct article_change *change = LIST_AT(changes, struct article_change, i);
        text = arena_printf(f->arena,
                            change->kind[0] == 'e'   ? "%s%s"
                            : change->kind[0] == 'i' ? "%s[+%s]"
                                                     : "%s[-%s]",
                            text, change->text);
    }
    return text;
}

static void versions_are_compared(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_article(f, desk_report(f, "in_review"));
    f->if_match = 1;
    assert_int_equal(edit(f, f->editor, id, "城东每日只有两班公交。", NULL), 0);
    f->if_match = 2;
    assert_int_equal(edit(f, f->editor, id, "城东每日只有两班公交，晚上没有。", NULL), 0);
    struct article_diff_out diff = {0};
    assert_int_equal(fixture_read(f, f->clerk, article_diff, &(struct article_diff_in){id, 0, ABSENT}, &diff),
                     0);
    assert_int_equal(diff.parts.count, 5);
    const char *const fields[] = {"title", "editor_note", "situation", "analysis", "suggestion"};
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(LIST_AT(diff.parts, struct article_diff_part, i)->field, fields[i]);
    assert_string_equal(shown(f, LIST_AT(diff.parts, struct article_diff_part, 0)->changes),
                        "关于增加公交班次的建议");
    assert_string_equal(shown(f, LIST_AT(diff.parts, struct article_diff_part, 1)->changes), "[+编者按]");
    assert_string_equal(shown(f, LIST_AT(diff.parts, struct article_diff_part, 2)->changes),
                        "城东每日只有[-三][+两]班公交[+，晚上没有]。");
    assert_int_equal(diff.inserted, 3 + 1 + 5);
    assert_int_equal(diff.deleted, 1);
    diff = (struct article_diff_out){0};
    assert_int_equal(fixture_read(f, f->clerk, article_diff, &(struct article_diff_in){id, 2, 3}, &diff), 0);
    assert_int_equal(diff.inserted, 5);
    assert_int_equal(diff.deleted, 0);
    diff = (struct article_diff_out){0};
    assert_int_equal(fixture_read(f, f->clerk, article_diff, &(struct article_diff_in){id, 3, 1}, &diff), 0);
    assert_int_equal(diff.deleted, 3 + 1 + 5);
    assert_int_equal(fixture_read(f, f->clerk, article_diff, &(struct article_diff_in){id, 4, 1}, &diff),
                     ERR_NOT_FOUND);
    assert_string_equal(f->problem.field, "from");
    assert_int_equal(fixture_read(f, f->clerk, article_diff, &(struct article_diff_in){id, 1, 9}, &diff),
                     ERR_NOT_FOUND);
    assert_string_equal(f->problem.field, "to");
}

struct move {
    int64_t id;
    const char *event;
};

static int move_op(struct ctx *ctx, const void *in_, void *out) {
    (void)out;
    const struct move *in = in_;
    return article_move(ctx, in->id, in->event);
}

static void the_life_cycle_is_its_table(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_article(f, desk_report(f, "in_review"));
    const char *const events[] = {"send", "return", "recall", "sign_last", "withdraw", "void", "nonsense"};
    size_t allowed = 0;
    for (size_t s = 0; s < article_lifecycle.state_count; s++)
        for (size_t e = 0; e < ARRAY_LEN(events); e++) {
            const char *from = article_lifecycle.states[s].code, *to = NULL;
            fixture_sql(f, arena_printf(f->arena, "UPDATE article SET status = '%s', step = 2", from));
            int64_t version = desk_version_of(f, "article", id);
            for (size_t t = 0; t < article_lifecycle.transition_count; t++)
                if (strcmp(article_lifecycle.transitions[t].from, from) == 0 &&
                    strcmp(article_lifecycle.transitions[t].event, events[e]) == 0)
                    to = article_lifecycle.transitions[t].to;
            int result = fixture_write(f, f->editor, move_op, &(struct move){id, events[e]}, NULL);
            assert_int_equal(result, to ? 0 : ERR_ILLEGAL_TRANSITION);
            assert_string_equal(desk_value(f, "article", "status", id), to ? to : from);
            assert_int_equal(desk_version_of(f, "article", id), version + (to != NULL));
            if (to) /* the step is known only while in sign-off */
                assert_int_equal(fixture_int(f, "SELECT step FROM article"),
                                 strcmp(to, "in_signoff") == 0 ? 2 : ABSENT);
            allowed += to != NULL;
        }
    assert_int_equal(allowed, 6);
    assert_int_equal(
        fixture_int(f, "SELECT count(*) FROM audit WHERE act LIKE 'article.%' AND act <> 'article.create'"),
        6);
    assert_int_equal(fixture_write(f, f->editor, move_op, &(struct move){999, "send"}, NULL), ERR_NOT_FOUND);
}

static void withdrawing_gives_the_report_back(void **state) {
    struct fixture *f = *state;
    int64_t report = desk_report(f, "in_review"), id = desk_article(f, report);
    struct article_view view;
    f->if_match = 7;
    assert_int_equal(fixture_write(f, f->editor, article_withdraw, &(struct article_id_in){id}, &view),
                     ERR_PRECONDITION_FAILED);
    assert_string_equal(desk_value(f, "report", "status", report), "adopted");
    f->if_match = 1;
    assert_int_equal(fixture_write(f, f->clerk, article_withdraw, &(struct article_id_in){id}, &view),
                     ERR_NOT_FOUND);
    assert_int_equal(fixture_write(f, f->editor, article_withdraw, &(struct article_id_in){id}, &view), 0);
    assert_string_equal(view.status, "withdrawn");
    assert_string_equal(desk_value(f, "report", "status", report), "in_review");
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM notice WHERE kind = 'report'"), 1);
    assert_int_equal(fixture_int(f, "SELECT account_id FROM notice WHERE kind = 'report'"), f->officer);
    f->if_match = 2;
    assert_int_equal(fixture_write(f, f->editor, article_withdraw, &(struct article_id_in){id}, &view),
                     ERR_ILLEGAL_TRANSITION);
    /* And it may be adopted anew. */
    assert_true(desk_article(f, report) > id);
    fixture_sql(f, "UPDATE article SET status = 'in_signoff'");
    f->if_match = 1;
    assert_int_equal(fixture_write(f, f->editor, article_withdraw, &(struct article_id_in){id + 1}, &view),
                     ERR_ILLEGAL_TRANSITION);
    assert_string_equal(desk_value(f, "report", "status", report), "adopted");
}

static void other_committees_articles_do_not_exist(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_article(f, desk_report(f, "in_review"));
    struct article_view view;
    struct article_version_view version;
    struct article_diff_out diff = {0};
    struct article_list_out list = {0};
    const int64_t strangers[] = {f->city_editor,        f->city_section_head, f->officer,
                                 f->department_handler, f->system_admin,      FIXTURE_PUBLIC};
    f->if_match = 1;
    for (size_t i = 0; i < ARRAY_LEN(strangers); i++) {
        assert_int_equal(get(f, strangers[i], id, &view), ERR_NOT_FOUND);
        assert_int_equal(edit(f, strangers[i], id, "别的", NULL), ERR_NOT_FOUND);
        assert_int_equal(
            fixture_read(f, strangers[i], article_version_get, &(struct article_version_in){id, 1}, &version),
            ERR_NOT_FOUND);
        assert_int_equal(
            fixture_read(f, strangers[i], article_diff, &(struct article_diff_in){id, 0, 1}, &diff),
            ERR_NOT_FOUND);
        assert_int_equal(fixture_write(f, strangers[i], article_withdraw, &(struct article_id_in){id}, &view),
                         ERR_NOT_FOUND);
        assert_int_equal(
            fixture_read(f, strangers[i], article_list, &(struct article_list_in){.limit = ABSENT}, &list),
            0);
        assert_int_equal(list.items.count, 0);
    }
    assert_int_equal(fixture_int(f, "SELECT version FROM article"), 1);
}

static void lists_page_through_everything_once(void **state) {
    struct fixture *f = *state;
    enum { COUNT = 23 };
    for (int i = 0; i < COUNT; i++) {
        f->now += i % 3 ? 0 : 1000; /* several share their time */
        desk_article(f, desk_report(f, "in_review"));
    }
    fixture_sql(f, "UPDATE article SET status = 'signed' WHERE id % 4 = 0");
    const char *const filters[] = {NULL, "editing", "signed", "withdrawn"};
    const int expected[] = {COUNT, 18, 5, 0};
    for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
        struct article_list_in in = {.status = filters[i], .limit = 5};
        int64_t last_ms = INT64_MAX, last_id = INT64_MAX;
        int seen = 0;
        do {
            struct article_list_out out = {0};
            assert_int_equal(fixture_read(f, f->clerk, article_list, &in, &out), 0);
            for (size_t k = 0; k < out.items.count; k++) {
                const struct article_item *item = LIST_AT(out.items, struct article_item, k);
                assert_true(item->updated_ms < last_ms ||
                            (item->updated_ms == last_ms && item->id < last_id));
                if (filters[i]) assert_string_equal(item->status, filters[i]);
                assert_non_null(item->publication_name);
                last_ms = item->updated_ms;
                last_id = item->id;
                seen++;
            }
            in.after = out.next;
        } while (in.after);
        assert_int_equal(seen, expected[i]);
    }
    struct article_list_out out = {0};
    assert_int_equal(fixture_read(f, f->clerk, article_list,
                                  &(struct article_list_in){.after = "x", .limit = ABSENT}, &out),
                     ERR_BAD_CURSOR);
}

static void whoever_is_due_may_sign(void **state) {
    struct fixture *f = *state;
    int64_t id = desk_article(f, desk_report(f, "in_review"));
    struct article_view view;
    fixture_sql(f, "UPDATE article SET status = 'in_signoff', step = 1, round = 1");
    assert_int_equal(get(f, f->section_head, id, &view), 0);
    assert_true(view.can_sign && view.can_recall && !view.can_edit && !view.can_send);
    assert_null(view.blocked_reason);
    assert_string_equal(view.step_name, "处长复审");
    assert_int_equal(get(f, f->secretary_general, id, &view), 0);
    assert_false(view.can_sign || view.can_recall);
    assert_int_equal(get(f, f->editor, id, &view), 0);
    assert_true(view.can_recall && !view.can_sign);
    /* The first signature ends the recall. */
    fixture_sql(f, arena_printf(
                       f->arena,
                       "INSERT INTO signoff_act (article_id, round, step, step_name, act, text_sha256, at_ms,"
                       " by_id) VALUES (%lld, 1, 1, '处长复审', 'sign', 'x', 1, %lld);"
                       "UPDATE article SET step = 2",
                       (long long)id, (long long)f->section_head));
    assert_int_equal(get(f, f->editor, id, &view), 0);
    assert_false(view.can_recall);
    assert_int_equal(view.signoff.count, 1);
    assert_int_equal(get(f, f->secretary_general, id, &view), 0);
    assert_true(view.can_sign);
    /* A delegate signs while the delegation lasts. */
    assert_int_equal(get(f, f->vice_chair, id, &view), 0);
    assert_false(view.can_sign);
    fixture_sql(f,
                arena_printf(f->arena,
                             "INSERT INTO delegation (from_id, to_id, starts_ms, ends_ms) VALUES (%lld, %lld,"
                             " %lld, %lld)",
                             (long long)f->secretary_general, (long long)f->vice_chair, (long long)f->now,
                             (long long)f->now + 1000));
    assert_int_equal(get(f, f->vice_chair, id, &view), 0);
    assert_true(view.can_sign);
    f->now += 1000;
    assert_int_equal(get(f, f->vice_chair, id, &view), 0);
    assert_false(view.can_sign);
}

/* Two long texts that share nothing: no thread that answers others may be held up by them. */
static void long_comparisons_are_the_workers(void **state) {
    (void)state;
    for (size_t i = 0; i < article_routes.count; i++)
        if (strcmp(article_routes.routes[i].name, "article_diff") == 0)
            assert_true(article_routes.routes[i].flags & ROUTE_SLOW);
}

#define T(TEST) cmocka_unit_test_setup_teardown(TEST, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(an_article_begins_as_the_report_was),
        T(only_publications_of_the_committee_take_it),
        T(every_edit_is_a_version),
        T(an_edit_needs_permission_state_and_text),
        T(versions_are_compared),
        T(long_comparisons_are_the_workers),
        T(the_life_cycle_is_its_table),
        T(withdrawing_gives_the_report_back),
        T(other_committees_articles_do_not_exist),
        T(lists_page_through_everything_once),
        T(whoever_is_due_may_sign),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
