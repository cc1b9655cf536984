/* Opening: new, old, newer, changed, foreign, damaged, in use. */
#include <fcntl.h>
#include <pthread.h>

#include <sqlite3.h>

#include "store_testing.h"

DB_STATEMENT(t_versions, "SELECT count(*) FROM schema_migration WHERE at_ms > 0 AND length(sha256) = 64");
DB_STATEMENT(t_default, "SELECT note FROM note WHERE title = '甲'");
DB_STATEMENT(t_insert, "INSERT INTO note (title) VALUES ('甲')");

static void plain_sql(const char *path, const char *sql) {
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int open_versions(struct store_test *t, size_t count, bool create, bool migrate) {
    struct db_internals internals = store_test_internals;
    internals.migration_count = count;
    const struct db_options options = {.url = t->url, .create = create, .migrate = migrate};
    t->why = NULL;
    return db_open_with_migrations(&options, &internals, t->arena, &t->db, &t->why);
}

static int insert(struct db_conn *tx, void *argument) {
    (void)argument;
    return db_exec(tx, &t_insert, DB_NONE, NULL);
}

static void test_new_database(void **state) {
    struct store_test *t = *state;
    assert_int_equal(open_versions(t, 2, false, true), ERR_NOT_FOUND);
    assert_non_null(t->why);
    assert_false(disk_exists(t->path));
    assert_int_equal(open_versions(t, 2, true, true), 0);
    assert_int_equal(db_version(t->db), 2);
    int error = 0;
    int64_t count = 0;
    struct db_conn *conn = db_read_begin(t->db, &error);
    assert_non_null(conn);
    assert_int_equal(db_get_int(conn, &t_versions, DB_NONE, &count), 0);
    assert_int_equal(count, 2);
    db_read_end(conn);
    /* The engine's words are replaced outside strings only. */
    const char *text = NULL;
    assert_int_equal(db_write(t->db, insert, NULL), 0);
    conn = db_read_begin(t->db, &error);
    assert_int_equal(db_get_text(conn, t->arena, &t_default, DB_NONE, &text), 0);
    assert_string_equal(text, "@int");
    db_read_end(conn);
    store_test_close(t);
    assert_int_equal(open_versions(t, 2, false, false), 0);
    assert_int_equal(db_version(t->db), 2);
}

static void test_older_and_newer(void **state) {
    struct store_test *t = *state;
    assert_int_equal(open_versions(t, 2, true, true), 0);
    store_test_close(t);
    assert_int_equal(open_versions(t, 3, false, false), ERR_CONFLICT);
    assert_non_null(strstr(t->why, "升级"));
    assert_int_equal(open_versions(t, 3, false, true), 0);
    assert_int_equal(db_version(t->db), 3);
    store_test_close(t);
    assert_int_equal(open_versions(t, 2, false, true), ERR_STORE_NEWER);
    assert_non_null(strstr(t->why, "请升级程序"));
}

/* From before there were several nodes: the version is told, and the register of versions comes along. */
static void test_older_register(void **state) {
    struct store_test *t = *state;
    assert_int_equal(open_versions(t, 2, true, true), 0);
    store_test_close(t);
    engine_sql(t->url, "ALTER TABLE schema_migration DROP COLUMN additive");
    assert_int_equal(open_versions(t, 3, false, false), ERR_CONFLICT);
    assert_non_null(strstr(t->why, "结构版本是 2"));
    assert_true(open_versions(t, 3, false, true) < 0); /* write_mark is in the way */
    assert_non_null(t->why);
    engine_sql(t->url, "DROP TABLE write_mark");
    assert_int_equal(open_versions(t, 3, false, true), 0);
    assert_int_equal(db_version(t->db), 3);
}

static void test_changed_migration(void **state) {
    struct store_test *t = *state;
    assert_int_equal(open_versions(t, 2, true, true), 0);
    store_test_close(t);
    struct db_migration changed[2] = {store_test_migrations[0], store_test_migrations[1]};
    changed[1].sql = "CREATE INDEX note_words ON note (words, id);\n";
    struct db_internals internals = {.migrations = changed, .migration_count = 2, .prepare_prefix = "t_"};
    assert_int_equal(store_test_open_with(t, &internals), ERR_STORE_CORRUPT);
    assert_non_null(strstr(t->why, "0002-second"));
}

static void test_failing_migration_leaves_nothing(void **state) {
    struct store_test *t = *state;
    assert_int_equal(open_versions(t, 2, true, true), 0);
    assert_int_equal(db_write(t->db, insert, NULL), 0);
    store_test_close(t);
    struct db_migration broken[3] = {store_test_migrations[0],
                                     store_test_migrations[1],
                                     {.version = 3,
                                      .name = "0003-broken",
                                      .sql = "CREATE TABLE later (id @int) @strict; SELECT nothing;"}};
    struct db_internals internals = {.migrations = broken, .migration_count = 3, .prepare_prefix = "t_"};
    assert_int_equal(store_test_open_with(t, &internals), ERR_STORE);
    assert_non_null(strstr(t->why, "0003-broken"));
    assert_non_null(strstr(t->why, "nothing"));
    broken[2].sql = "INSERT INTO remark (id, note_id) VALUES (1, 999);"; /* breaks a foreign key */
    assert_int_equal(store_test_open_with(t, &internals), ERR_CONFLICT);
    assert_non_null(strstr(t->why, "remark"));
    assert_int_equal(open_versions(t, 3, false, true), 0); /* the good one: its table is not there yet */
    assert_int_equal(db_version(t->db), 3);
}

/* A table can be rebuilt under its references. */
static void test_migration_rebuilds_a_table(void **state) {
    ONLY_ON_SQLITE("a table is altered in place where foreign keys are always enforced");
    struct store_test *t = *state;
    assert_int_equal(open_versions(t, 2, true, true), 0);
    assert_int_equal(db_write(t->db, insert, NULL), 0);
    store_test_close(t);
    engine_sql(t->url, "INSERT INTO remark (id, note_id) VALUES (1, 1)");
    struct db_migration rebuild[3] = {
        store_test_migrations[0],
        store_test_migrations[1],
        {.version = 3,
         .name = "0003-rebuild",
         .sql = "CREATE TABLE note_new (id @serial, title TEXT NOT NULL, words @int, note TEXT) @strict;\n"
                "INSERT INTO note_new SELECT id, title, words, note FROM note; DROP TABLE note;\n"
                "ALTER TABLE note_new RENAME TO note;"}};
    struct db_internals internals = {.migrations = rebuild, .migration_count = 3, .prepare_prefix = "t_"};
    assert_int_equal(store_test_open_with(t, &internals), 0);
    assert_int_equal(db_version(t->db), 3);
}

static void test_foreign_files(void **state) {
    ONLY_ON_SQLITE("what lies in the place of the file");
    struct store_test *t = *state;
    plain_sql(t->path, "CREATE TABLE other (x); INSERT INTO other VALUES (1)");
    int64_t size = disk_bytes(t->path);
    assert_int_equal(open_versions(t, 2, true, true), ERR_STORE_CORRUPT);
    assert_non_null(strstr(t->why, "不是本系统的数据库"));
    assert_int_equal(disk_bytes(t->path), size);
    plain_sql(t->path, "PRAGMA application_id=252006673");
    assert_int_equal(open_versions(t, 2, true, true), ERR_STORE_CORRUPT);
    unlink(t->path);

    FILE *file = fopen(t->path, "w");
    assert_non_null(file);
    for (int i = 0; i < 1000; i++)
        fputs("这不是数据库。", file);
    fclose(file);
    assert_int_equal(open_versions(t, 2, true, true), ERR_STORE_CORRUPT);
    assert_non_null(t->why);
}

static void test_foreign_database(void **state) {
    ONLY_ON_POSTGRES("test_foreign_files does it with files");
    struct store_test *t = *state;
    engine_sql(t->url, "CREATE TABLE other (x int); INSERT INTO other VALUES (1)");
    assert_int_equal(open_versions(t, 2, true, true), ERR_STORE_CORRUPT);
    assert_non_null(strstr(t->why, "不是本系统的数据库"));
    engine_sql(t->url, "CREATE TABLE schema_migration (version text)"); /* other systems have one too */
    assert_int_equal(open_versions(t, 2, true, true), ERR_STORE_CORRUPT);
    assert_int_equal(
        engine_int(t->url, "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"),
        2);
    assert_int_equal(engine_int(t->url, "SELECT count(*) FROM schema_migration"), 0);
}

static void test_two_nodes(void **state) {
    ONLY_ON_POSTGRES("a file has one writing process");
    struct store_test *t = *state;
    assert_int_equal(open_versions(t, 2, true, true), 0);
    struct store_test second = *t;
    second.db = NULL;
    assert_int_equal(open_versions(&second, 2, false, true), 0);
    assert_int_equal(db_write(second.db, insert, NULL), 0);
    assert_int_equal(db_write(t->db, insert, NULL), ERR_ALREADY_EXISTS);
    store_test_close(&second);
    assert_int_equal(db_ready(t->db), 0);
}

struct opening {
    struct store_test t;
    int error;
    pthread_t thread;
};

static void *open_product(void *argument) {
    struct opening *opening = argument;
    opening->error = open_versions(&opening->t, 3, true, true);
    return NULL;
}

/* Nodes that are started together: one of them makes the tables, all of them find them whole. */
static void test_nodes_that_start_together(void **state) {
    ONLY_ON_POSTGRES("a file has one writing process");
    struct store_test *t = *state;
    struct opening openings[6];
    for (size_t i = 0; i < ARRAY_LEN(openings); i++) {
        openings[i] = (struct opening){.t = *t, .error = 1};
        openings[i].t.arena = arena_new(1024 * 1024);
        assert_int_equal(pthread_create(&openings[i].thread, NULL, open_product, &openings[i]), 0);
    }
    for (size_t i = 0; i < ARRAY_LEN(openings); i++) {
        pthread_join(openings[i].thread, NULL);
        assert_int_equal(openings[i].error, 0);
        assert_int_equal(db_version(openings[i].t.db), 3);
        store_test_close(&openings[i].t);
        arena_free(openings[i].t.arena);
    }
    assert_int_equal(engine_int(t->url, "SELECT count(*) FROM schema_migration"), 3);
}

static void overwrite(const char *path, long offset, size_t len) {
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, offset, SEEK_SET), 0);
    for (size_t i = 0; i < len; i++)
        fputc(0x5a, file);
    fclose(file);
}

static void test_damaged_file(void **state) {
    ONLY_ON_SQLITE("pages of the file");
    struct store_test *t = *state;
    assert_int_equal(open_versions(t, 2, true, true), 0);
    store_test_close(t);
    assert_int_equal(verify_file(t->arena, t->path, 2, &t->why), 0);
    assert_int_equal(verify_file(t->arena, t->path, 1, &t->why), ERR_STORE_NEWER);
    overwrite(t->path, 4096, 3 * 4096);
    assert_int_equal(verify_file(t->arena, t->path, 2, &t->why), ERR_STORE_CORRUPT);
    assert_non_null(strstr(t->why, "没有通过检查"));
    overwrite(t->path, 100, 4000);
    assert_int_equal(open_versions(t, 2, true, true), ERR_STORE_CORRUPT);
    assert_int_equal(verify_file(t->arena, "/nonexistent/x.db", 2, &t->why), ERR_NOT_FOUND);
}

static void test_log_without_its_file(void **state) {
    ONLY_ON_SQLITE("the write-ahead log of the file");
    struct store_test *t = *state;
    char log[200];
    snprintf(log, sizeof(log), "%s-wal", t->path);
    FILE *file = fopen(log, "w");
    assert_non_null(file);
    fputs("the log of a database that was moved away", file);
    fclose(file);
    assert_int_equal(open_versions(t, 2, true, true), ERR_STORE_CORRUPT);
    assert_non_null(strstr(t->why, "日志"));
    assert_true(disk_bytes(log) > 0);
}

static void test_one_writing_process(void **state) {
    ONLY_ON_SQLITE("a server takes any number of nodes");
    struct store_test *t = *state;
    assert_int_equal(open_versions(t, 2, true, true), 0);
    struct store_test second = *t;
    second.db = NULL;
    assert_int_equal(open_versions(&second, 2, true, true), ERR_STORE_BUSY);
    assert_non_null(strstr(second.why, "另一个"));
    const struct db_options beside = {.url = t->url, .no_writer_lock = true, .migrate = true};
    assert_int_equal(
        db_open_with_migrations(&beside, &store_test_internals, t->arena, &second.db, &second.why), 0);
    assert_int_equal(db_write(second.db, insert, NULL), 0); /* takes its turn by the engine's lock */
    assert_int_equal(db_write(t->db, insert, NULL), ERR_ALREADY_EXISTS);
    store_test_close(&second);
    struct db_internals newer = store_test_internals;
    newer.migration_count = 3;
    assert_int_equal(db_open_with_migrations(&beside, &newer, t->arena, &second.db, &second.why),
                     ERR_CONFLICT);
    assert_int_equal(db_ready(t->db), 0);
}

static void test_addresses(void **state) {
    struct store_test *t = *state;
    const char *bad[] = {"", "sqlite", "sqlite:", "sqlite::memory:", "postgresql:x", "office.db", NULL};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const struct db_options options = {.url = bad[i], .create = true};
        assert_int_equal(db_open_with_migrations(&options, &store_test_internals, t->arena, &t->db, &t->why),
                         ERR_INVALID);
        assert_non_null(strstr(t->why, "sqlite:"));
    }
    const struct db_options nowhere = {.url = "sqlite:/nonexistent/folder/office.db", .create = true};
    assert_true(db_open_with_migrations(&nowhere, &store_test_internals, t->arena, &t->db, &t->why) < 0);
    assert_non_null(t->why);
}

static void test_same_name_twice(void **state) {
    struct store_test *t = *state;
    static struct db_statement first = {.name = "twice_named", .sql = "SELECT 1"};
    static struct db_statement second = {.name = "twice_named", .sql = "SELECT 2"};
    db_register(&first);
    db_register(&second);
    struct db_internals internals = store_test_internals;
    internals.prepare_prefix = "twice_";
    assert_int_equal(store_test_open_with(t, &internals), ERR_STORE);
    assert_non_null(strstr(t->why, "twice_named"));
}

/* The engine refuses what the rules of the house refuse. */
static void test_hardening(void **state) {
    struct store_test *t = *state;
    assert_int_equal(open_versions(t, 2, true, true), 0);
    struct engine_conn *writer = t->db->writer_conn->engine;
    const struct driver *driver = t->db->driver;
    assert_int_not_equal(driver->script(writer, "SELECT load_extension('x')"), 0);
    assert_int_not_equal(driver->script(writer, "ATTACH '/tmp/minyi-other.db' AS other"), 0);
    assert_int_not_equal(
        driver->script(writer, "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = ''"), 0);
    assert_int_equal(driver->script(writer, "INSERT INTO note (title) VALUES ('乙')"), 0);
    assert_int_not_equal(driver->script(writer, "INSERT INTO remark (id, note_id) VALUES (1, 999)"), 0);
    assert_int_not_equal(driver->script(writer, "INSERT INTO note (title, words) VALUES ('丙', 'many')"), 0);
    int error = 0;
    struct db_conn *reader = db_read_begin(t->db, &error);
    assert_non_null(reader);
    assert_int_not_equal(driver->script(reader->engine, "DELETE FROM note"), 0);
    assert_int_not_equal(driver->script(reader->engine, "PRAGMA query_only=OFF; DELETE FROM note"), 0);
    db_read_end(reader);
}

DB_STATEMENT(fts_add, "INSERT INTO words (rowid, tokens) VALUES ($1, $2)");
DB_STATEMENT(fts_remove, "INSERT INTO words (words, rowid, tokens) VALUES ('delete', $1, $2)");
DB_STATEMENT(fts_find, "SELECT count(*) FROM words WHERE words MATCH $1");
DB_STATEMENT(fts_list, "SELECT count(*) FROM json_each($1)");

static int index_words(struct db_conn *tx, void *argument) {
    (void)argument;
    int error = db_exec(tx, &fts_add, DB_PARAMS(db_int(1), db_text("社情 民意 信息 报送")), NULL);
    if (error == 0) error = db_exec(tx, &fts_add, DB_PARAMS(db_int(2), db_text("城市 交通 信息")), NULL);
    if (error == 0) error = db_exec(tx, &fts_remove, DB_PARAMS(db_int(2), db_text("城市 交通 信息")), NULL);
    return error;
}

/* The hardened connections still do what search and lists need. */
static void test_full_text_and_json(void **state) {
    ONLY_ON_SQLITE("FTS5 and json_each");
    struct store_test *t = *state;
    const struct db_migration words = {.version = 1,
                                       .name = "0001-words",
                                       .sql = "CREATE VIRTUAL TABLE words USING fts5(tokens, content = '');"};
    const struct db_internals internals = {
        .migrations = &words, .migration_count = 1, .prepare_prefix = "fts_"};
    assert_int_equal(store_test_open_with(t, &internals), 0);
    assert_int_equal(db_write(t->db, index_words, NULL), 0);
    int error = 0;
    int64_t count = 0;
    struct db_conn *conn = db_read_begin(t->db, &error);
    assert_non_null(conn);
    assert_int_equal(db_get_int(conn, &fts_find, DB_PARAMS(db_text("\"信息 报送\"")), &count), 0);
    assert_int_equal(count, 1);
    assert_int_equal(db_get_int(conn, &fts_find, DB_PARAMS(db_text("交通")), &count), 0);
    assert_int_equal(count, 0);
    assert_int_equal(db_get_int(conn, &fts_list, DB_PARAMS(db_text("[1,2,3]")), &count), 0);
    assert_int_equal(count, 3);
    db_read_end(conn);
    store_test_close(t);
    assert_int_equal(verify_file(t->arena, t->path, 1, &t->why), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(FN) cmocka_unit_test_setup_teardown(FN, store_test_setup_closed, store_test_teardown)
        TEST(test_new_database),
        TEST(test_older_and_newer),
        TEST(test_older_register),
        TEST(test_changed_migration),
        TEST(test_failing_migration_leaves_nothing),
        TEST(test_migration_rebuilds_a_table),
        TEST(test_foreign_files),
        TEST(test_foreign_database),
        TEST(test_two_nodes),
        TEST(test_nodes_that_start_together),
        TEST(test_damaged_file),
        TEST(test_log_without_its_file),
        TEST(test_one_writing_process),
        TEST(test_addresses),
        TEST(test_same_name_twice),
        TEST(test_hardening),
        TEST(test_full_text_and_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
