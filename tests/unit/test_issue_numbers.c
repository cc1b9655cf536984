/* Numbers of issues: no gap, no reuse, by publication and year, whatever fails beside. */
#include <pthread.h>

#include "issue_testing.h"
#include "minyi/clock.h"

enum { SIGNERS = 64 };

/* An article at its last step, put there without the way before it: the test is about the last signature. */
static int64_t at_last_step(struct fixture *f) {
    int64_t id = desk_article(f, desk_report(f, "in_review"));
    fixture_sql(f, arena_printf(
                       f->arena,
                       "INSERT INTO gate_result (kind, record_id, gate_id, result, text_sha256, whole_sha256,"
                       " at_ms, by_id) SELECT 'article', ar.id, g.id, 'pass', '', ar.text_sha256, 1, %lld"
                       " FROM gate g JOIN article ar ON ar.id = %lld;"
                       "UPDATE article SET status = 'in_signoff', step = 3, round = 1 WHERE id = %lld",
                       (long long)f->editor, (long long)id, (long long)id));
    return id;
}

struct job {
    struct fixture *f;
    struct arena *arena;
    int64_t account, article;
    bool fails;
    int result;
    int64_t issue;
};

static int load(struct ctx *ctx, void *argument) {
    struct job *job = argument;
    return account_actor_load(ctx, job->account, (struct actor *)ctx->actor);
}

static int sign_or_fail(struct ctx *ctx, void *argument) {
    struct job *job = argument;
    struct sign_out out = {0};
    int error = article_sign(ctx, &(struct sign_in){.id = job->article}, &out);
    if (error == 0 && job->fails) return ERR_CONFLICT; /* after the number was taken */
    if (error == 0) job->issue = out.issue_id;
    return error;
}

static void *sign_in_thread(void *argument) {
    struct job *job = argument;
    struct actor actor = {0};
    struct problem problem = {0};
    struct ctx ctx = {.arena = job->arena,
                      .db = job->f->db,
                      .actor = &actor,
                      .problem = &problem,
                      .now = job->f->now,
                      .remote = "192.0.2.1",
                      .request_id = "0123456789abcdef",
                      .if_match = 1};
    /* More at once than PostgreSQL takes in is answered as busy: nothing was done, and it is asked again. */
    do {
        job->result = ctx_read(&ctx, load, job);
        if (job->result == 0) job->result = ctx_write(&ctx, sign_or_fail, job);
    } while (job->result == ERR_STORE_BUSY);
    return NULL;
}

static void sixty_four_at_once(void **state) {
    struct fixture *f = *state;
    static struct job jobs[SIGNERS + SIGNERS / 4];
    pthread_t threads[ARRAY_LEN(jobs)];
    for (size_t i = 0; i < ARRAY_LEN(jobs); i++) {
        jobs[i] = (struct job){.f = f,
                               .arena = arena_new(8 * 1024 * 1024),
                               .account = f->vice_chair,
                               .article = at_last_step(f),
                               .fails = i % 5 == 4};
    }
    fixture_sql(f, "UPDATE article SET version = 1");
    for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, sign_in_thread, &jobs[i]), 0);
    for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < ARRAY_LEN(jobs); i++) {
        assert_int_equal(jobs[i].result, jobs[i].fails ? ERR_CONFLICT : 0);
        arena_free(jobs[i].arena);
    }
    assert_int_equal(count_of(f, "issue"), SIGNERS);
    assert_int_equal(fixture_int(f, "SELECT count(DISTINCT number) FROM issue"), SIGNERS);
    assert_int_equal(fixture_int(f, "SELECT count(DISTINCT total) FROM issue"), SIGNERS);
    assert_int_equal(fixture_int(f, "SELECT min(number) FROM issue"), 1);
    assert_int_equal(fixture_int(f, "SELECT max(number) FROM issue"), SIGNERS);
    assert_int_equal(fixture_int(f, "SELECT max(total) FROM issue"), SIGNERS);
    assert_int_equal(count_of(f, "article WHERE status = 'in_signoff'"), SIGNERS / 4);
    assert_int_equal(count_of(f, "report WHERE status = 'published'"), SIGNERS);
    /* What failed takes the next ones. */
    for (size_t i = 4; i < ARRAY_LEN(jobs); i += 5)
        assert_int_equal(sign(f, f->vice_chair, jobs[i].article), 0);
    assert_int_equal(fixture_int(f, "SELECT max(number) FROM issue"), SIGNERS + SIGNERS / 4);
    assert_int_equal(count_of(f, "issue"), SIGNERS + SIGNERS / 4);
}

static void a_year_begins_at_one_and_the_total_goes_on(void **state) {
    struct fixture *f = *state;
    int64_t eve = 0, year = 0;
    assert_int_equal(clock_parse_date("2026-12-31", &eve), 0);
    assert_int_equal(clock_parse_date("2027-01-01", &year), 0);
    f->now = eve;
    issue_of(f, ready_article(f));
    issue_of(f, ready_article(f));
    f->now = year - 1; /* still the old year in China, whatever the year is in UTC */
    issue_of(f, ready_article(f));
    assert_string_equal(fixture_text(f, "SELECT number_text FROM issue WHERE total = 3"),
                        "2026年第3期 总第3期");
    f->now = year;
    issue_of(f, ready_article(f));
    assert_string_equal(fixture_text(f, "SELECT number_text FROM issue WHERE total = 4"),
                        "2027年第1期 总第4期");
    assert_string_equal(fixture_text(f, "SELECT issued_on FROM issue WHERE total = 4"), "2027-01-01");
    /* Another publication counts for itself. */
    int64_t other = ready_article(f);
    fixture_sql(f, arena_printf(f->arena, "UPDATE article SET publication_id = %lld WHERE id = %lld",
                                (long long)f->publication_forward, (long long)other));
    assert_int_equal(send(f, f->editor, other), 0);
    assert_int_equal(sign(f, f->section_head, other), 0);
    assert_int_equal(sign(f, f->secretary_general, other), 0);
    assert_string_equal(fixture_text(f, "SELECT number_text FROM issue ORDER BY id DESC"),
                        "2027年第1期 总第1期");
}

static void a_void_issue_keeps_its_number(void **state) {
    struct fixture *f = *state;
    int64_t article = ready_article(f), issue = issue_of(f, article);
    assert_int_equal(void_issue(f, f->city_editor, issue), ERR_NOT_FOUND);
    assert_int_equal(void_issue(f, f->clerk, issue), ERR_FORBIDDEN);
    assert_int_equal(void_issue(f, f->editor, issue), 0);
    assert_string_equal(desk_value(f, "issue", "status", issue), "void");
    assert_string_equal(desk_value(f, "article", "status", article), "editing");
    assert_int_equal(count_of(f, "report WHERE status = 'adopted' AND published_ms IS NULL"), 1);
    assert_int_equal(count_of(f, "report_event WHERE kind = 'void'"), 1);
    assert_int_equal(void_issue(f, f->editor, issue), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(set_recipients(f, f->editor, issue, NO_IDS, NO_IDS), ERR_ILLEGAL_TRANSITION);
    assert_int_equal(send_issue(f, f->editor, issue, NULL), ERR_ILLEGAL_TRANSITION);
    /* Signed again under the next number. */
    int64_t again = issue_of(f, article);
    assert_int_not_equal(again, issue);
    assert_string_equal(desk_value(f, "issue", "number_text", again), "2026年第2期 总第2期");
    assert_string_equal(desk_value(f, "issue", "number_text", issue), "2026年第1期 总第1期");
    assert_string_equal(fixture_text(f, "SELECT status FROM report"), "published");
}

static void the_number_is_printed_as_the_publication_says(void **state) {
    struct fixture *f = *state;
    fixture_sql(f, "UPDATE publication SET number_format = '{year}年第{number}期（总第{total}期）{x}'");
    issue_of(f, ready_article(f));
    assert_string_equal(fixture_text(f, "SELECT number_text FROM issue"), "2026年第1期（总第1期）{x}");
}

static void a_signed_text_stays_as_it_was_signed(void **state) {
    struct fixture *f = *state;
    int64_t article = ready_article(f), issue = issue_of(f, article);
    fixture_sql(f, "UPDATE article SET situation = '改过的文字'");
    struct issue_view view;
    assert_int_equal(fixture_call(f, f->leader_reader, "issue_get", &(struct issue_id_in){issue}, &view), 0);
    assert_string_equal(view.situation, "城东每日只有三班公交。");
}

#define T(NAME) cmocka_unit_test_setup_teardown(NAME, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(sixty_four_at_once),
        T(a_year_begins_at_one_and_the_total_goes_on),
        T(a_void_issue_keeps_its_number),
        T(the_number_is_printed_as_the_publication_says),
        T(a_signed_text_stays_as_it_was_signed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
