/* The audit log: a chain that shows every alteration, and who may read it. */
#include "../../src/features/audit/internal.h"
#include "fixture.h"

#include "minyi/audit.h"

static int add_rows(struct ctx *ctx, const void *in, void *out) {
    (void)out;
    int error = 0;
    for (int i = 0; error == 0 && i < *(const int *)in; i++)
        error = audit_add(ctx, "test.act", "thing", i + 1, "n=%d", i);
    return error;
}

static void add(struct fixture *f, int64_t account, int count) {
    assert_int_equal(fixture_write(f, account, add_rows, &count, NULL), 0);
}

/* The verdict of the verification, checked against *expected_bad (0: whole). */
static void expect_bad(struct fixture *f, int64_t expected_bad) {
    struct audit_verdict verdict;
    assert_int_equal(fixture_call(f, f->audit_admin, "audit_verify_run", NULL, &verdict), 0);
    assert_int_equal(verdict.whole, expected_bad == 0);
    if (expected_bad == 0) {
        assert_int_equal(verdict.rows, fixture_int(f, "SELECT count(*) FROM audit"));
        assert_true(verdict.bad_id == ABSENT);
        assert_null(verdict.why);
    } else {
        assert_int_equal(verdict.bad_id, expected_bad);
        assert_non_null(verdict.why);
    }
}

static void test_whole_over_many_pages(void **state) {
    struct fixture *f = *state;
    expect_bad(f, 0);
    add(f, f->editor, 1200);
    expect_bad(f, 0);
}

static int add_then_fail(struct ctx *ctx, const void *in, void *out) {
    int error = add_rows(ctx, in, out);
    return error != 0 ? error : ERR_CONFLICT;
}

static void test_an_act_that_fails_leaves_no_row_and_no_hole(void **state) {
    struct fixture *f = *state;
    int64_t rows = fixture_int(f, "SELECT count(*) FROM audit");
    assert_int_equal(fixture_write(f, f->editor, add_then_fail, &(int){3}, NULL), ERR_CONFLICT);
    assert_int_equal(fixture_int(f, "SELECT count(*) FROM audit"), rows);
    add(f, f->editor, 1);
    expect_bad(f, 0);
}

static void test_every_column_counts(void **state) {
    struct fixture *f = *state;
    add(f, f->editor, 5);
    static const char *const changes[] = {"at_ms = at_ms + 1",  "actor_id = actor_id + 1", "act = 'x'",
                                          "subject_kind = 'x'", "subject_id = 99",         "detail = 'x'",
                                          "remote = 'x'",       "request_id = ''",         "prev_hash = hash",
                                          "hash = prev_hash"};
    char sql[256];
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        fixture_sql(f, "CREATE TABLE keep AS SELECT * FROM audit WHERE id = 7");
        snprintf(sql, sizeof(sql), "UPDATE audit SET %s WHERE id = 7", changes[i]);
        fixture_sql(f, sql);
        expect_bad(f, 7);
        fixture_sql(f,
                    "DELETE FROM audit WHERE id = 7; INSERT INTO audit SELECT * FROM keep; DROP TABLE keep");
        expect_bad(f, 0);
    }
}

static void test_deleted_moved_and_cut_off(void **state) {
    struct fixture *f = *state;
    add(f, f->editor, 5);
    int64_t last = fixture_int(f, "SELECT max(id) FROM audit");
    char sql[256];
    snprintf(sql, sizeof(sql), "DELETE FROM audit WHERE id = %lld", (long long)last);
    fixture_sql(f, sql);
    expect_bad(f, last);
    /* Work goes on, and the hole stays visible. */
    add(f, f->editor, 1);
    expect_bad(f, last + 1);
    fixture_sql(f, "UPDATE audit SET id = 100000 WHERE id = 3; UPDATE audit SET id = 3 WHERE id = 4;"
                   "UPDATE audit SET id = 4 WHERE id = 100000");
    expect_bad(f, 3);
    fixture_sql(f, "DELETE FROM audit WHERE id = 1");
    expect_bad(f, 2);
    fixture_sql(f, "DELETE FROM audit");
    expect_bad(f, 1);
}

/* Zeros in the query are "not asked for". */
static int list(struct fixture *f, int64_t account, struct audit_list_in in, struct audit_list_out *out) {
    if (in.actor_id == 0) in.actor_id = ABSENT;
    if (in.subject_id == 0) in.subject_id = ABSENT;
    if (in.limit == 0) in.limit = ABSENT;
    return fixture_call(f, account, "audit_list", &in, out);
}

static size_t listed(struct fixture *f, int64_t account, struct audit_list_in in,
                     struct audit_list_out *out) {
    assert_int_equal(list(f, account, in, out), 0);
    return out->items.count;
}

#define QUERY(...) ((struct audit_list_in){__VA_ARGS__})

static void test_lists_page_and_filter(void **state) {
    struct fixture *f = *state;
    add(f, f->editor, 30);
    add(f, f->clerk, 3);
    struct audit_list_out out;
    assert_int_equal(listed(f, f->audit_admin, QUERY(.limit = 5), &out), 5);
    assert_string_equal(LIST_AT(out.items, struct audit_row, 0)->actor_name, "孙文");
    int64_t first = LIST_AT(out.items, struct audit_row, 0)->id;
    assert_int_equal(listed(f, f->audit_admin, QUERY(.limit = 5, .after = out.next), &out), 5);
    assert_int_equal(LIST_AT(out.items, struct audit_row, 0)->id, first - 5);
    assert_int_equal(listed(f, f->audit_admin, QUERY(.actor_id = f->clerk), &out), 3);
    assert_null(out.next);
    assert_int_equal(listed(f, f->audit_admin, QUERY(.act = "test.act", .limit = 100), &out), 33);
    assert_int_equal(listed(f, f->audit_admin, QUERY(.subject_kind = "thing", .subject_id = 2), &out), 2);
    assert_int_equal(listed(f, f->audit_admin,
                            QUERY(.subject_kind = "thing", .subject_id = 2, .actor_id = f->editor), &out),
                     1);
    assert_int_equal(listed(f, f->audit_admin, QUERY(.act = "no.such"), &out), 0);
    assert_int_equal(list(f, f->editor, QUERY(.limit = 5), &out), ERR_FORBIDDEN);
    assert_int_equal(list(f, f->audit_admin, QUERY(.after = "x"), &out), ERR_BAD_CURSOR);
}

static void test_an_auditor_below_sees_only_his_own_people(void **state) {
    struct fixture *f = *state;
    int64_t auditor = fixture_account(f, "city-auditor", "audit_admin", f->city);
    add(f, f->editor, 2);
    add(f, f->city_editor, 1);
    struct audit_list_out out;
    assert_int_equal(listed(f, auditor, QUERY(.act = "test.act"), &out), 1);
    assert_int_equal(LIST_AT(out.items, struct audit_row, 0)->actor_id, f->city_editor);
    assert_int_equal(listed(f, auditor, QUERY(.limit = 100), &out), 1);
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_whole_over_many_pages), TEST(test_an_act_that_fails_leaves_no_row_and_no_hole),
        TEST(test_every_column_counts),   TEST(test_deleted_moved_and_cut_off),
        TEST(test_lists_page_and_filter), TEST(test_an_auditor_below_sees_only_his_own_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
