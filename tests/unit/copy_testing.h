/* What the tests of copies share: pairs of databases on both engines, a small office, raw looks at both.
 *
 * On SQLite (the ordinary run) the pair is two files. With MINYI_TEST_ENGINE=postgres it is a file and a
 * server's database, in both directions.
 */
#ifndef MINYI_TESTS_COPY_TESTING_H
#define MINYI_TESTS_COPY_TESTING_H

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../src/store/copy.h"
#include "store_testing.h"

/* Tables in an order that is not that of their names, one that refers to itself, keys of several columns,
 * rows that every new database has. */
static const struct db_migration copy_test_migrations[] = {
    {.version = 1,
     .name = "0001-copy",
     .sql =
         "CREATE TABLE aaa (id @int PRIMARY KEY, name TEXT) @strict;\n"
         "CREATE TABLE zone (id @serial, parent_id @int REFERENCES zone (id), name TEXT NOT NULL UNIQUE) @strict;\n"
         "CREATE TABLE item (id @serial, zone_id @int NOT NULL REFERENCES zone (id), title TEXT, words @int,\n"
         "  body @blob) @strict;\n"
         "CREATE TABLE label (item_id @int NOT NULL REFERENCES item (id), name TEXT NOT NULL, note TEXT,\n"
         "  PRIMARY KEY (item_id, name)) @strict;\n"
         "CREATE TABLE option (key TEXT PRIMARY KEY, value TEXT NOT NULL) @strict;\n"
         "CREATE TABLE kind (id @serial, name TEXT NOT NULL) @strict;\n"
         "INSERT INTO option (key, value) VALUES ('a', '1'), ('b', '2');\n"
         "INSERT INTO kind (name) VALUES ('one'), ('two'), ('three');\n"},
    {.version = 2, .name = "0002-later", .sql = "ALTER TABLE item ADD COLUMN later TEXT;\n"},
};

static const struct db_internals copy_test_internals = {
    .migrations = copy_test_migrations, .migration_count = 2, .prepare_prefix = "tc_"};

DB_STATEMENT(tc_item, "INSERT INTO item (id, zone_id, title, words, body) VALUES ($1, 1, $2, $3, $4)");

enum { COPY_TEST_LABELS = 10000 };

struct copy_test {
    bool from_server, to_server;
    char folder[64];
    char from[256], to[256];
    struct arena *arena;
    const char *why;
    struct copy_plan plan;
    struct db_copy_report report;
};

/* What stands in the test's name and tells its setup the pair. */
struct copy_direction {
    const char *name;
    bool from_server, to_server;
};

/* ---- Databases ---- */

static inline void copy_test_fresh(const char *folder, const char *name, bool server, char *ret,
                                   size_t size) {
    if (server)
        engine_fresh(folder, ret, size);
    else
        snprintf(ret, size, "sqlite:%s/%s.db", folder, name);
}

static inline int copy_test_open(struct copy_test *t, const char *url, bool create, struct db **ret) {
    const struct db_options options = {.url = url, .create = create, .migrate = create};
    t->why = NULL;
    return db_open_with_migrations(&options, &copy_test_internals, t->arena, ret, &t->why);
}

static inline int copy_test_run(struct copy_test *t) {
    t->why = NULL;
    return copy_run(&t->plan, t->arena, &t->report, &t->why);
}

static inline int copy_test_items(struct db_conn *tx, void *argument) {
    static unsigned char body[70000];
    (void)argument;
    for (size_t i = 0; i < sizeof(body); i++)
        body[i] = (unsigned char)(i * 7);
    for (int64_t id = 1; id <= 40; id++) {
        struct db_value blob = {
            .type = id % 3 == 0 ? DB_NULL : DB_BLOB, .data = body, .len = (size_t)id * 1700};
        if (id % 3 == 1) blob.len = 0; /* empty is not NULL */
        int error = db_exec(tx, &tc_item,
                            DB_PARAMS(db_int(id),
                                      db_text(id % 4 == 0   ? NULL
                                              : id % 4 == 1 ? ""
                                                            : "题目‘’\\\t\n"),
                                      db_int(id % 5 == 0 ? ABSENT : id * -1000000007), blob),
                            NULL);
        if (error != 0) return error;
    }
    return 0;
}

/* An office at URL: every kind of value, a child before its parent, ids that are gone. */
static inline void copy_test_fill(struct copy_test *t, const char *url) {
    struct db *db = NULL;
    assert_int_equal(copy_test_open(t, url, true, &db), 0);
    engine_sql(
        url,
        "INSERT INTO zone (id, parent_id, name) VALUES (1, NULL, 'root'), (3, NULL, 'c');"
        "INSERT INTO zone (id, parent_id, name) VALUES (2, 3, 'b'); UPDATE zone SET parent_id = 1 WHERE id = 3;"
        "INSERT INTO aaa (id, name) VALUES (-5, 'minus'), (0, ''), (9223372036854775807, NULL);"
        "INSERT INTO kind (id, name) VALUES (70, 'gone'); DELETE FROM kind WHERE id = 70 OR id = 2;"
        "UPDATE option SET value = 'mine' WHERE key = 'a'; DELETE FROM option WHERE key = 'b';");
    assert_int_equal(db_write(db, copy_test_items, NULL), 0);
    char sql[400];
    snprintf(
        sql, sizeof(sql),
        "INSERT INTO label (item_id, name, note) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " WHERE i < %d) SELECT 1 + i %% 40, '名' || CAST(i AS TEXT), CASE WHEN i %% 2 = 0 THEN 'x' END FROM n",
        COPY_TEST_LABELS);
    engine_sql(url, sql);
    /* On a server ids of their own leave the sequences behind, and the last given one is ahead of the rows.
     */
    if (strncmp(url, "postgres", 8) == 0)
        engine_sql(url, "SELECT setval(pg_get_serial_sequence('kind', 'id'), 70);"
                        "SELECT setval(pg_get_serial_sequence('item', 'id'), 40);");
    db_close(db);
}

/* ---- Set up ---- */

static inline int copy_test_setup(void **state) {
    const struct copy_direction *direction = *state;
    struct copy_test *t = calloc(1, sizeof(*t));
    if (t == NULL || hash_init() != 0) return -1;
    t->from_server = direction->from_server;
    t->to_server = direction->to_server;
    snprintf(t->folder, sizeof(t->folder), "/tmp/minyi-copy-XXXXXX");
    if (mkdtemp(t->folder) == NULL) return -1;
    copy_test_fresh(t->folder, "from", t->from_server, t->from, sizeof(t->from));
    copy_test_fresh(t->folder, "to", t->to_server, t->to, sizeof(t->to));
    t->arena = arena_new(64 * 1024 * 1024);
    t->plan = (struct copy_plan){.options = {.from = t->from, .to = t->to, .argument = t},
                                 .internals = &copy_test_internals};
    db_on_trouble(NULL);
    copy_test_fill(t, t->from);
    *state = t;
    return 0;
}

static inline int copy_test_teardown(void **state) {
    struct copy_test *t = *state;
    engine_drop(t->from);
    engine_drop(t->to);
    DIR *folder = opendir(t->folder);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        char path[512];
        snprintf(path, sizeof(path), "%s/%s", t->folder, entry->d_name);
        unlink(path);
    }
    if (folder != NULL) closedir(folder);
    rmdir(t->folder);
    arena_free(t->arena);
    free(t);
    return 0;
}

/* Every test for every pair of this run. */
static inline int copy_test_main(const struct CMUnitTest *tests, size_t count) {
    static struct copy_direction files[] = {{"sqlite to sqlite", false, false}};
    static struct copy_direction servers[] = {{"sqlite to postgres", false, true},
                                              {"postgres to sqlite", true, false}};
    struct copy_direction *directions = engine_is_postgres() ? servers : files;
    size_t direction_count = engine_is_postgres() ? ARRAY_LEN(servers) : ARRAY_LEN(files), used = 0;
    struct CMUnitTest *all = calloc(count * direction_count, sizeof(*all));
    if (all == NULL) abort();
    for (size_t d = 0; d < direction_count; d++)
        for (size_t i = 0; i < count; i++) {
            char *name = NULL;
            if (asprintf(&name, "%s, %s", tests[i].name, directions[d].name) < 0) abort();
            all[used] = tests[i];
            all[used].name = name;
            all[used++].initial_state = &directions[d];
        }
    int failed = _cmocka_run_group_tests("copy", all, used, NULL, NULL);
    for (size_t i = 0; i < used; i++)
        free((char *)(uintptr_t)all[i].name);
    free(all);
    return failed;
}

#define COPY_TEST(FN) cmocka_unit_test_setup_teardown(FN, copy_test_setup, copy_test_teardown)

/* ---- Looking ---- */

static inline const struct db_copy_table *copy_test_table(const struct db_copy_report *report,
                                                          const char *name) {
    for (size_t i = 0; i < report->count; i++)
        if (strcmp(report->tables[i].name, name) == 0) return &report->tables[i];
    fail_msg("no table %s", name);
    return NULL;
}

static inline void copy_test_assert_same(const struct db_copy_report *a, const struct db_copy_report *b) {
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        assert_string_equal(a->tables[i].name, b->tables[i].name);
        assert_int_equal(a->tables[i].rows, b->tables[i].rows);
        assert_string_equal(a->tables[i].hash, b->tables[i].hash);
    }
}

#endif
