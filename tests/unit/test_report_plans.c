/* The lists of one's own reports read no more of an index than a page has, whatever status is asked for. */
#include "report_testing.h"

#include <sqlite3.h>

#include "../../src/store/internal.h"

static const char *plan_of(struct fixture *f, const char *name) {
    const struct db_statement *statement = db_statement_first();
    while (statement != NULL && strcmp(statement->name, name) != 0)
        statement = statement->next;
    assert_non_null(statement);
    sqlite3 *file = NULL;
    sqlite3_stmt *stmt = NULL;
    const char *plan = "";
    assert_int_equal(sqlite3_open(f->url + strlen("sqlite:"), &file), SQLITE_OK);
    const char *sql = arena_printf(f->arena, "EXPLAIN QUERY PLAN %s", statement->sql);
    assert_int_equal(sqlite3_prepare_v2(file, sql, -1, &stmt, NULL), SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        plan = arena_printf(f->arena, "%s%s\n", plan, (const char *)sqlite3_column_text(stmt, 3));
    sqlite3_finalize(stmt);
    sqlite3_close(file);
    return plan;
}

static void assert_reads(const char *plan, const char *step) {
    if (strstr(plan, step) == NULL) print_message("no \"%s\" in\n%s", step, plan);
    assert_non_null(strstr(plan, step));
}

static void test_own_lists(void **state) {
    struct fixture *f = *state;
    ONLY_ON_SQLITE("the plan is SQLite's");
    const char *all = plan_of(f, "report_page_mine"), *some = plan_of(f, "report_page_mine_of_status");
    assert_reads(all, "SEARCH x USING INDEX report_by_author (author_id=? AND id<?)");
    assert_reads(all, "SEARCH y USING INDEX report_author_joint (account_id=? AND report_id<?)");
    assert_reads(some, "SEARCH x USING INDEX report_by_author_status (author_id=? AND status=? AND id<?)");
    assert_reads(some, "SEARCH y USING INDEX report_author_joint (account_id=? AND report_id<?)");
}

static void test_what_the_unsent_hold(void **state) {
    struct fixture *f = *state;
    ONLY_ON_SQLITE("the plan is SQLite's");
    assert_reads(plan_of(f, "attachment_unsent_bytes"),
                 "SEARCH r USING COVERING INDEX report_by_author_status (author_id=? AND status=?)");
}

int main(void) {
    const struct CMUnitTest tests[] = {REPORT_TESTS(test_own_lists), REPORT_TESTS(test_what_the_unsent_hold)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
