/* What the papers other than the issue say: a report as it was received, notices, the review sheet, letters.
 */
#include "paper_testing.h"

static void a_report_as_it_was_received(void **state) {
    struct fixture *f = *state;
    int64_t report = desk_report(f, "in_review");
    fixture_sql(f,
                "UPDATE report_author SET contact = '13900000000'; UPDATE report SET remarks = '附注一条'");
    struct asked desk = paper(f, f->editor, "report", report),
                 unit = paper(f, f->unit_liaison, "report", report);
    assert_says(&desk, "城东每日只有三班公交。");
    assert_says(&desk, "建议市交通局增加早晚班次。");
    assert_says(&desk, "2026-100001");
    assert_says(&desk, "附注一条");
    assert_says(&desk, "13900000000");
    assert_silent(&unit, "13900000000");
    assert_string_equal(paper(f, f->officer, "report", report).gathered->sha256, desk.gathered->sha256);
    /* Not before it is with the committee, nor after it was taken back. */
    const char *const statuses[] = {"draft", "unit_signing", "withdrawn"};
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        fixture_sql(f, arena_printf(f->arena, "UPDATE report SET status = '%s'", statuses[i]));
        assert_int_equal(paper_error(f, f->officer, "report", report), ERR_NOT_FOUND);
    }
    /* While its author rewrites it, it is what the committee has. */
    fixture_sql(
        f,
        "UPDATE report SET status = 'returned';"
        " INSERT INTO report_unsent (report_id, channel, title, situation, analysis, suggestion, words,"
        " text_sha256, source, urgency, target_level, name_public, updated_ms) SELECT id, 'form', '新题目',"
        " '新的情况', '', '', 4, 'x', source, urgency, target_level, 1, 1 FROM report");
    struct asked own = paper(f, f->officer, "report", report);
    assert_says(&own, "城东每日只有三班公交。");
    assert_silent(&own, "新的情况");
}

/* The headings of level 1 of a paper, with "/" behind each. */
static const char *headings(struct fixture *f, const struct asked *asked) {
    const char *all = "";
    for (size_t i = 0; i < asked->gathered->paper.block_count; i++) {
        const struct paper_block *block = &asked->gathered->paper.blocks[i];
        if (block->kind != PAPER_TEXT || block->style != PAPER_LEVEL_1) continue;
        assert_true(block->keep);
        all = arena_printf(f->arena, "%s%s/", all, block->text);
    }
    return all;
}

static void a_report_keeps_the_headings_of_its_elements(void **state) {
    struct fixture *f = *state;
    int64_t article = ready_article(f), report = fixture_int(f, "SELECT max(id) FROM report");
    fixture_sql(f, "UPDATE report SET situation = '班次少。', analysis = '车少。', suggestion = '加车。'");
    struct asked asked = paper(f, f->editor, "report", report);
    assert_string_equal(headings(f, &asked), "情况问题/原因分析/意见建议/");
    assert_says(&asked, "情况问题\n班次少。\n原因分析\n车少。\n意见建议\n加车。");
    /* Nothing stands below a heading: it goes. What the author numbered stays as he numbered it, and a
     * heading that he wrote himself is not written twice. */
    fixture_sql(f, "UPDATE report SET situation = '一、班次\n班次少。', analysis = ' \n',"
                   " suggestion = '三、意见建议\n加车。'");
    asked = paper(f, f->editor, "report", report);
    assert_string_equal(headings(f, &asked), "情况问题/一、班次/三、意见建议/");
    fixture_sql(f, "UPDATE report SET situation = '班次少。', analysis = '', suggestion = ''");
    asked = paper(f, f->editor, "report", report);
    assert_string_equal(headings(f, &asked), "情况问题/");
    /* The issue is a text of its own. */
    asked = paper(f, f->editor, "issue", issue_of(f, article));
    assert_string_equal(headings(f, &asked), "");
    assert_silent(&asked, "情况问题");
}

static void notice_and_certificate_follow_the_issue(void **state) {
    struct fixture *f = *state;
    int64_t article = ready_article(f), report = fixture_int(f, "SELECT max(id) FROM report");
    assert_int_equal(paper_error(f, f->officer, "certificate", report), ERR_NOT_FOUND);
    assert_int_equal(paper_error(f, f->editor, "adoption", report), ERR_NOT_FOUND);
    int64_t issue = issue_of(f, article);
    f->now += 86400000;
    struct asked notice = paper(f, f->officer, "adoption", report);
    assert_says(&notice, "关于增加公交班次的建议");
    assert_says(&notice, "2026年第1期");
    assert_says(&notice, "2026年3月9日"); /* the issue's day, not that of printing */
    assert_silent(&notice, "2026年3月10日");
    struct asked certificate = paper(f, f->officer, "certificate", report);
    assert_says(&certificate, "采用证书");
    assert_string_equal(paper(f, f->editor, "certificate", report).gathered->sha256,
                        certificate.gathered->sha256);
    assert_int_equal(void_issue(f, f->editor, issue), 0);
    assert_int_equal(paper_error(f, f->officer, "certificate", report), ERR_NOT_FOUND);
}

static void a_review_sheet_holds_the_course(void **state) {
    struct fixture *f = *state;
    int64_t article = ready_article(f), report = fixture_int(f, "SELECT max(id) FROM report");
    fixture_sql(
        f, arena_printf(f->arena,
                        "INSERT INTO grading (report_id, reviewer_id, total, grade, note, text_sha256, at_ms)"
                        " SELECT id, %lld, 8650, 'excellent', '事实清楚', text_sha256, 1 FROM report",
                        (long long)f->editor2));
    int64_t issue = issue_of(f, article);
    struct asked sheet = paper(f, f->vice_chair, "review", article);
    const char *const words[] = {"核稿单",   "政治关", "通过", "86.5", "优",
                                 "事实清楚", "送审",   "签发", "采用"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        assert_says(&sheet, words[i]);
    struct issue_view view;
    assert_int_equal(fixture_call(f, f->editor, "issue_get", &(struct issue_id_in){issue}, &view), 0);
    assert_says(&sheet, view.number_text);
    /* Who may still grade does not see the others' grades. */
    struct asked blind = paper(f, f->section_head, "review", article);
    assert_silent(&blind, "事实清楚");
    assert_says(&blind, "政治关");
    (void)report;
    assert_says(&sheet, "编辑：　　　　　　核稿：　　　　　　签发：\n");
    assert_says(&sheet, "送审\t");
    assert_silent(&sheet, "送审\t送审");
    assert_silent(&sheet, "送审：送审");
}

/* A time has to fit into its column, which is FROM the right of its table. */
static void times_have_room(const struct asked *sheet, const char *name, size_t from_right) {
    const struct paper_source *source = &sheet->gathered->source;
    for (size_t i = 0; i < source->table_count; i++) {
        const struct paper_table *table = &source->tables[i].table;
        if (strcmp(source->tables[i].name, name) != 0) continue;
        size_t column = table->columns - from_right;
        int whole = 0;
        for (size_t k = 0; k < table->columns; k++)
            whole += table->widths[k];
        assert_string_equal(table->cells[column], "时间");
        assert_int_equal(strlen(table->cells[table->columns + column]), strlen("2026-03-09 16:55"));
        /* 16 half characters of 14 pt and 1.2 mm on either side, of 156 mm. */
        assert_true(156.0 * table->widths[column] / whole > 8 * 14 * 25.4 / 72 + 2.4);
        return;
    }
    assert_null(name); /* there is none of that name */
}

static void times_of_a_review_sheet_are_not_broken(void **state) {
    struct fixture *f = *state;
    int64_t article = ready_article(f);
    issue_of(f, article);
    struct asked sheet = paper(f, f->editor, "review", article);
    times_have_room(&sheet, "五关", 1);
    times_have_room(&sheet, "审签", 1);
    times_have_room(&sheet, "版本", 2);
}

static void a_verdict_on_older_words_can_still_be_read(void **state) {
    struct fixture *f = *state;
    int64_t article = ready_article(f);
    assert_silent(&(struct asked){.text = paper(f, f->editor, "review", article).text}, "须重新判定");
    fixture_sql(f, "UPDATE article SET text_sha256 = 'changed', title = '改过的题目'");
    struct asked sheet = paper(f, f->editor, "review", article);
    assert_says(&sheet, "原判通过，须重新判定");
}

static void urged_is_who_owes_an_answer(void **state) {
    struct fixture *f = *state;
    int64_t issue = 0, dispatch = sent_dispatch(f, &issue);
    struct asked letter = paper(f, f->editor, "urging", dispatch);
    assert_says(&letter, "省教育厅：");
    assert_says(&letter, "2026年3月9日");
    const char *number = fixture_text(f, "SELECT number_text FROM issue");
    assert_non_null(strchr(number, ' '));
    assert_says(&letter, arena_printf(f->arena, "》%.*s（%s）刊发的《关于增加公交班次的建议》，",
                                      (int)strcspn(number, " "), number, strchr(number, ' ') + 1));
    f->now += 86400000;
    struct asked next = paper(f, f->editor, "urging", dispatch);
    assert_says(&next, "2026年3月10日");
    assert_string_not_equal(next.gathered->sha256, letter.gathered->sha256);
    f->now += 3600000;
    assert_string_equal(paper(f, f->clerk, "urging", dispatch).gathered->sha256, next.gathered->sha256);
    struct asked list = paper(f, f->clerk, "dispatch_list", issue);
    assert_says(&list, "省教育厅");
    assert_says(&list, "主送");
    assert_int_equal(receive(f, f->department_handler, dispatch), 0);
    assert_int_equal(paper_error(f, f->editor, "urging", dispatch), 0);
    assert_int_equal(answer(f, f->department_handler, dispatch, "A"), 0);
    assert_int_equal(paper_error(f, f->editor, "urging", dispatch), ERR_NOT_FOUND);
    struct asked answered = paper(f, f->clerk, "dispatch_list", issue);
    assert_says(&answered, "A 已解决或基本解决");
}

/* The letter says the one case there is. */
static void a_letter_knows_its_day(void **state) {
    struct fixture *f = *state;
    int64_t dispatch = sent_dispatch(f, NULL);
    static const char *const due[] = {"2026-03-10", "2026-03-09", "2026-03-08"};
    static const char *const asks_for[] = {
        "请贵单位抓紧研究办理，于2026年3月10日前将办理情况书面答复我们。",
        "答复期限今日届满，请贵单位尽快将办理情况书面答复我们。",
        "答复期限已过，请贵单位尽快将办理情况书面答复我们。",
    };
    for (size_t i = 0; i < ARRAY_LEN(due); i++) {
        fixture_sql(f, arena_printf(f->arena, "UPDATE dispatch SET due_on = '%s'", due[i]));
        struct asked letter = paper(f, f->editor, "urging", dispatch);
        for (size_t k = 0; k < ARRAY_LEN(asks_for); k++)
            if (k == i)
                assert_says(&letter, asks_for[k]);
            else
                assert_silent(&letter, asks_for[k]);
    }
}

#define T(TEST) cmocka_unit_test_setup_teardown(TEST, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(a_report_as_it_was_received),
        T(a_report_keeps_the_headings_of_its_elements),
        T(notice_and_certificate_follow_the_issue),
        T(a_review_sheet_holds_the_course),
        T(times_of_a_review_sheet_are_not_broken),
        T(a_verdict_on_older_words_can_still_be_read),
        T(urged_is_who_owes_an_answer),
        T(a_letter_knows_its_day),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fonts_close();
    return failed;
}
