/* Statements, parameters, columns, records, snapshots. */
#include "store_testing.h"

DB_STATEMENT(t_insert, "INSERT INTO note (title, words, body, urgent) VALUES ($1, $2, $3, $4)");
DB_STATEMENT(t_insert_returning, "INSERT INTO note (title) VALUES ($1) RETURNING id");
DB_STATEMENT(t_odd_order, "SELECT $3 || $1 || $2 || $1 AS title");
DB_STATEMENT(t_count, "SELECT count(*) FROM note");
DB_STATEMENT(t_all, "SELECT id, title, words, urgent FROM note ORDER BY id");
DB_STATEMENT(t_by_title, "SELECT id, title, words, urgent FROM note WHERE title = $1");
DB_STATEMENT(t_body, "SELECT body FROM note WHERE title = $1");
DB_STATEMENT(t_unknown_column, "SELECT id, title AS heading FROM note");
DB_STATEMENT(t_wrong_type, "SELECT title AS words FROM note");
DB_STATEMENT(t_partial, "SELECT words FROM note");
DB_STATEMENT(t_number, "SELECT CAST($1 AS BIGINT)");
DB_STATEMENT(t_text, "SELECT CAST($1 AS TEXT)");
DB_STATEMENT(t_delete, "DELETE FROM note");
DB_STATEMENT(
    t_series,
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < $1) SELECT x AS id FROM n");

struct note {
    int64_t id, words, untouched;
    const char *title;
    bool urgent;
    struct list lines;
};

RECORD(note_record, "Note", struct note, "试验", F(struct note, id, FIELD_INT, "编号"),
       F(struct note, words, FIELD_INT, "字数", .flags = FIELD_NULLABLE),
       F(struct note, title, FIELD_TEXT, "标题"), F(struct note, urgent, FIELD_BOOL, "急"),
       F(struct note, untouched, FIELD_TIME, "其他", .flags = FIELD_NULLABLE),
       F(struct note, lines, FIELD_TEXTS, "行"));

static int write_note(struct db_conn *tx, void *argument) {
    const struct note *note = argument;
    return db_exec(
        tx, &t_insert,
        DB_PARAMS(db_text(note->title), db_int(note->words), db_blob("a\0b", 3), db_int(note->urgent)), NULL);
}

static void add(struct store_test *t, const char *title, int64_t words, bool urgent) {
    struct note note = {.title = title, .words = words, .urgent = urgent};
    assert_int_equal(db_write(t->db, write_note, &note), 0);
}

static struct db_conn *reading(struct store_test *t) {
    int error = 0;
    struct db_conn *conn = db_read_begin(t->db, &error);
    assert_non_null(conn);
    return conn;
}

static void test_parameters(void **state) {
    struct store_test *t = *state;
    struct db_conn *conn = reading(t);
    const char *text = NULL;
    assert_int_equal(db_get_text(conn, t->arena, &t_odd_order,
                                 DB_PARAMS(db_text("一"), db_text("二"), db_text("三")), &text),
                     0);
    assert_string_equal(text, "三一二一");

    db_on_trouble(NULL);
    assert_int_equal(db_get_text(conn, t->arena, &t_odd_order, DB_PARAMS(db_text("一")), &text), ERR_STORE);
    assert_int_equal(db_get_text(conn, t->arena, &t_odd_order, DB_NONE, &text), ERR_STORE);
    assert_string_equal(text, "三一二一"); /* not clobbered */

    int64_t number = 0;
    assert_int_equal(db_get_int(conn, &t_number, DB_PARAMS(db_int(INT64_MAX)), &number), 0);
    assert_true(number == INT64_MAX);
    assert_int_equal(db_get_int(conn, &t_number, DB_PARAMS(db_int(ABSENT)), &number), 0);
    assert_true(number == ABSENT);
    assert_int_equal(db_get_text(conn, t->arena, &t_text, DB_PARAMS(db_text(NULL)), &text), 0);
    assert_null(text);
    assert_int_equal(db_get_text(conn, t->arena, &t_text, DB_PARAMS(db_text("")), &text), 0);
    assert_string_equal(text, "");
    assert_int_equal(db_get_int(conn, &t_by_title, DB_PARAMS(db_text("没有")), &number), ERR_NOT_FOUND);
    db_read_end(conn);
}

static struct db_statement bad_gap = {.name = "bad_gap", .sql = "SELECT $1, $3"};
static struct db_statement bad_anonymous = {.name = "bad_anonymous", .sql = "SELECT ?"};
static struct db_statement bad_cast = {.name = "bad_cast", .sql = "SELECT $1::text"};
static struct db_statement bad_zero = {.name = "bad_zero", .sql = "SELECT $01"};
static struct db_statement bad_two = {.name = "bad_two", .sql = "SELECT 1; SELECT 2"};
static struct db_statement bad_quotes = {.name = "bad_quotes", .sql = "SELECT \"no_such_column\" FROM note"};
static struct db_statement bad_table = {.name = "bad_table", .sql = "SELECT 1 FROM no_such_table"};

static void refuse(struct store_test *t, struct db_statement *statement, const char *because) {
    store_test_close(t);
    db_register(statement);
    struct db_internals internals = store_test_internals;
    internals.prepare_prefix = statement->name;
    assert_int_equal(store_test_open_with(t, &internals), ERR_STORE);
    assert_null(t->db);
    assert_non_null(strstr(t->why, statement->name));
    assert_non_null(strstr(t->why, because));
}

static void test_bad_statements_stop_the_open(void **state) {
    struct store_test *t = *state;
    bool server = engine_is_postgres(); /* it says so in its own words */
    refuse(t, &bad_gap, server ? "$2" : "a number is missing");
    refuse(t, &bad_anonymous, server ? "syntax error" : "parameters must be written");
    refuse(t, &bad_two, server ? "multiple commands" : "more than one statement");
    refuse(t, &bad_quotes, "no_such_column");
    refuse(t, &bad_table, "no_such_table");
}

static void test_what_only_servers_take_is_refused(void **state) {
    ONLY_ON_SQLITE("a server takes these; test_store_portable.c refuses them on both");
    struct store_test *t = *state;
    refuse(t, &bad_cast, "CAST($1 AS TEXT)");
    refuse(t, &bad_zero, "parameters must be written");
}

static void test_records(void **state) {
    struct store_test *t = *state;
    add(t, "关于加强小区停车管理的建议", 1200, true);
    add(t, "二", ABSENT, false);
    struct db_conn *conn = reading(t);
    struct note note = {.untouched = 7};
    assert_int_equal(
        db_get_record(conn, t->arena, &t_by_title, DB_PARAMS(db_text("没有")), &note_record, &note),
        ERR_NOT_FOUND);
    assert_null(note.title);
    assert_int_equal(db_get_record(conn, t->arena, &t_all, DB_NONE, &note_record, &note), 0);
    assert_string_equal(note.title, "关于加强小区停车管理的建议");
    assert_int_equal(note.words, 1200);
    assert_true(note.urgent);
    assert_int_equal(note.untouched, 7);

    struct list list = {0};
    assert_int_equal(db_get_list(conn, t->arena, &t_all, DB_NONE, &note_record, &list), 0);
    assert_int_equal(list.count, 2);
    assert_true(LIST_AT(list, struct note, 1)->words == ABSENT);
    assert_true(LIST_AT(list, struct note, 1)->untouched == ABSENT);
    assert_false(LIST_AT(list, struct note, 1)->urgent);

    db_on_trouble(NULL);
    struct note before = note;
    assert_int_equal(db_get_record(conn, t->arena, &t_unknown_column, DB_NONE, &note_record, &note),
                     ERR_STORE);
    assert_int_equal(db_get_record(conn, t->arena, &t_wrong_type, DB_NONE, &note_record, &note), ERR_STORE);
    assert_memory_equal(&before, &note, sizeof(note));
    assert_int_equal(db_get_list(conn, t->arena, &t_wrong_type, DB_NONE, &note_record, &list), ERR_STORE);
    assert_int_equal(list.count, 2);

    assert_int_equal(db_get_list(conn, t->arena, &t_series, DB_PARAMS(db_int(10000)), &note_record, &list),
                     0);
    assert_int_equal(list.count, 10000);
    assert_int_equal(LIST_AT(list, struct note, 9999)->id, 10000);
    assert_int_equal(db_get_list(conn, t->arena, &t_series, DB_PARAMS(db_int(10001)), &note_record, &list),
                     ERR_STORE);
    db_read_end(conn);
}

static void test_blobs_and_columns(void **state) {
    struct store_test *t = *state;
    add(t, "甲", 1, false);
    struct db_conn *conn = reading(t);
    CLEANUP(db_rows_close) struct db_rows rows = {0};
    assert_int_equal(db_query(conn, &rows, &t_body, DB_PARAMS(db_text("甲"))), 0);
    assert_int_equal(db_next(&rows), 1);
    size_t len = 0;
    const void *body = db_column_blob(&rows, 0, t->arena, &len);
    assert_int_equal(len, 3);
    assert_memory_equal(body, "a\0b", 3);
    assert_string_equal(db_column_name(&rows, 0), "body");
    assert_int_equal(db_column_count(&rows), 1);
    assert_false(db_column_null(&rows, 0));
    assert_int_equal(db_next(&rows), 0);
    assert_int_equal(db_next(&rows), 0);
    db_read_end(conn);
}

static void test_recursion_and_late_close(void **state) {
    struct store_test *t = *state;
    add(t, "甲", 1, false);
    add(t, "乙", 1, false);
    struct db_conn *conn = reading(t);
    struct db_rows outer = {0}, inner = {0};
    int pairs = 0;
    assert_int_equal(db_query(conn, &outer, &t_all, DB_NONE), 0);
    while (db_next(&outer) == 1) {
        assert_int_equal(db_query(conn, &inner, &t_all, DB_NONE), 0);
        while (db_next(&inner) == 1)
            pairs++;
    }
    assert_int_equal(pairs, 4);

    /* A query left open is closed by the end of the read; closing it later must not touch the next one. */
    assert_int_equal(db_query(conn, &outer, &t_all, DB_NONE), 0);
    assert_int_equal(db_next(&outer), 1);
    db_read_end(conn);
    conn = reading(t);
    assert_int_equal(db_query(conn, &inner, &t_all, DB_NONE), 0);
    assert_int_equal(db_next(&inner), 1);
    db_rows_close(&outer);
    assert_int_equal(db_next(&inner), 1);
    assert_string_equal(db_column_text(&inner, 1, t->arena), "乙");
    db_rows_close(&inner);
    db_read_end(conn);
}

static void test_snapshot(void **state) {
    struct store_test *t = *state;
    struct db_conn *conn = reading(t);
    int64_t count = -1;
    /* PostgreSQL takes the snapshot with the first statement, SQLite here with the begin. */
    if (engine_is_postgres()) assert_int_equal(db_get_int(conn, &t_count, DB_NONE, &count), 0);
    add(t, "甲", 1, false);
    assert_int_equal(db_get_int(conn, &t_count, DB_NONE, &count), 0);
    assert_int_equal(count, 0);
    add(t, "乙", 1, false);
    assert_int_equal(db_get_int(conn, &t_count, DB_NONE, &count), 0);
    assert_int_equal(count, 0);
    db_read_end(conn);
    conn = reading(t);
    assert_int_equal(db_get_int(conn, &t_count, DB_NONE, &count), 0);
    assert_int_equal(count, 2);
    db_read_end(conn);
}

static void test_reads_cannot_write_nor_nest(void **state) {
    struct store_test *t = *state;
    add(t, "甲", 1, false);
    db_on_trouble(NULL);
    struct db_conn *conn = reading(t);
    assert_false(db_is_write(conn));
    assert_int_equal(db_exec(conn, &t_delete, DB_NONE, NULL), ERR_STORE);
    int64_t id = 0;
    assert_int_equal(db_get_int(conn, &t_insert_returning, DB_PARAMS(db_text("乙")), &id), ERR_STORE);
    int error = 0;
    assert_null(db_read_begin(t->db, &error));
    assert_int_equal(error, ERR_STORE);
    int64_t count = 0;
    assert_int_equal(db_get_int(conn, &t_count, DB_NONE, &count), 0);
    assert_int_equal(count, 1);
    db_read_end(conn);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(FN) cmocka_unit_test_setup_teardown(FN, store_test_setup, store_test_teardown)
        TEST(test_parameters),
        TEST(test_records),
        TEST(test_blobs_and_columns),
        TEST(test_recursion_and_late_close),
        TEST(test_snapshot),
        TEST(test_reads_cannot_write_nor_nest),
        TEST(test_bad_statements_stop_the_open),
        TEST(test_what_only_servers_take_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
