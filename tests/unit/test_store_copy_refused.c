/* What a copy refuses and says, what it does on a full disk; backups and restores of an office on a server.
 */
#include "copy_testing.h"

#include <pthread.h>
#include <sys/mount.h>

/* ---- Targets and sources ---- */

static void test_target_holds_an_office(void **state) {
    struct copy_test *t = *state;
    assert_int_equal(copy_test_run(t), 0);
    engine_sql(t->to, "UPDATE option SET value = 'kept'");
    assert_int_equal(copy_test_run(t), ERR_ALREADY_EXISTS);
    assert_non_null(strstr(t->why, "没有改动它"));
    assert_int_equal(engine_int(t->to, "SELECT count(*) FROM option WHERE value = 'kept'"), 1);
    t->plan.options.to = t->from;
    assert_true(copy_test_run(t) < 0);
    assert_int_equal(engine_int(t->from, "SELECT count(*) FROM item"), 40);
}

static void make_foreign(struct copy_test *t) {
    if (!t->to_server) fclose(fopen(t->to + strlen("sqlite:"), "w"));
    engine_sql(t->to, "CREATE TABLE theirs (id INTEGER PRIMARY KEY)");
}

static void test_target_is_foreign(void **state) {
    struct copy_test *t = *state;
    make_foreign(t);
    assert_int_equal(copy_test_run(t), ERR_STORE_CORRUPT);
    assert_non_null(strstr(t->why, "不是本系统的数据库"));
    t->plan.options = (struct db_copy_options){.from = t->to, .to = t->from};
    assert_int_equal(copy_test_run(t), ERR_STORE_CORRUPT);
}

static void test_source_is_empty_or_missing(void **state) {
    struct copy_test *t = *state;
    t->plan.options.from = arena_printf(t->arena, "sqlite:%s/none.db", t->folder);
    assert_int_equal(copy_test_run(t), ERR_NOT_FOUND);
    t->plan.options.from = "oracle:office";
    assert_int_equal(copy_test_run(t), ERR_INVALID);
    t->plan.options.from = t->from;
    t->plan.options.to = "office.db";
    assert_int_equal(copy_test_run(t), ERR_INVALID);
    char empty[256];
    copy_test_fresh(t->folder, "empty", t->from_server, empty, sizeof(empty));
    if (!t->from_server) fclose(fopen(empty + strlen("sqlite:"), "w"));
    t->plan.options = (struct db_copy_options){.from = empty, .to = t->to};
    assert_int_equal(copy_test_run(t), ERR_NOT_FOUND);
    engine_drop(empty);
}

static void test_source_is_in_use(void **state) {
    struct copy_test *t = *state;
    struct db *db = NULL;
    assert_int_equal(copy_test_open(t, t->from, false, &db), 0);
    assert_int_equal(copy_test_run(t), ERR_STORE_BUSY);
    assert_non_null(strstr(t->why, "请先停止"));
    db_close(db);
    assert_int_equal(copy_test_run(t), 0);
}

static void test_target_is_being_filled(void **state) {
    struct copy_test *t = *state;
    struct db_internals internals = copy_test_internals;
    internals.for_copy = true;
    const struct db_options options = {.url = t->to, .create = true, .migrate = true};
    struct db *other = NULL;
    assert_int_equal(db_open_with_migrations(&options, &internals, t->arena, &other, &t->why), 0);
    if (t->to_server) {
        engine_sql(t->to, "SELECT pg_advisory_lock(469920282988)");
        assert_int_equal(copy_test_run(t), ERR_STORE_BUSY);
        engine_sql(t->to, "SELECT pg_advisory_unlock(469920282988)");
    } else {
        assert_int_equal(copy_test_run(t), ERR_STORE_BUSY);
    }
    db_close(other);
    /* Nor is it a source. */
    const char *place = arena_printf(t->arena, "sqlite:%s/third.db", t->folder);
    t->plan.options = (struct db_copy_options){.from = t->to, .to = place};
    assert_int_equal(copy_test_run(t), ERR_CONFLICT);
    assert_non_null(strstr(t->why, "自己还没有复制完"));
    t->plan.options = (struct db_copy_options){.from = t->from, .to = t->to};
    assert_int_equal(copy_test_run(t), 0);
}

static void test_versions(void **state) {
    struct copy_test *t = *state;
    struct db_internals older = copy_test_internals, newer = copy_test_internals;
    struct db_migration migrations[3] = {
        copy_test_migrations[0],
        copy_test_migrations[1],
        {.version = 3, .name = "0003-new", .sql = "CREATE INDEX i ON item (words);"}};
    older.migration_count = 1;
    newer.migrations = migrations;
    newer.migration_count = 3;
    t->plan.internals = &older;
    assert_int_equal(copy_test_run(t), ERR_STORE_NEWER);
    t->plan.internals = &newer;
    assert_int_equal(copy_test_run(t), ERR_CONFLICT);
    assert_non_null(strstr(t->why, "minyi migrate"));
}

static void test_schema_was_changed(void **state) {
    struct copy_test *t = *state;
    engine_sql(t->from, "ALTER TABLE option ADD COLUMN extra TEXT");
    assert_int_equal(copy_test_run(t), ERR_CONFLICT);
    assert_non_null(strstr(t->why, "表 option 的列数不同（3 和 2）"));
}

/* ---- Text ---- */

static void test_text_that_the_target_cannot_hold(void **state) {
    struct copy_test *t = *state;
    if (t->from_server) skip(); /* a server cannot hold it in the first place */
    static const struct {
        const char *sql, *said;
    } flaws[] = {
        {"UPDATE label SET note = 'a' || char(0) || 'b' WHERE item_id = 8 AND name = '名7'",
         "label 主键 8, 名7 的列 note 含有空字符（NUL）"},
        {"UPDATE label SET note = CAST(x'61ff62' AS TEXT) WHERE item_id = 8 AND name = '名7'",
         "label 主键 8, 名7 的列 note 含有不是 UTF-8 的字节"},
    };
    for (size_t i = 0; i < ARRAY_LEN(flaws); i++) {
        engine_sql(t->from, flaws[i].sql);
        if (!t->to_server) continue;
        assert_int_equal(copy_test_run(t), ERR_BAD_TEXT);
        if (strstr(t->why, flaws[i].said) == NULL) fail_msg("%s", t->why);
    }
    if (t->to_server) engine_sql(t->from, "UPDATE label SET note = 'ab' WHERE item_id = 8 AND name = '名7'");
    assert_int_equal(copy_test_run(t), 0); /* a file holds every byte */
    assert_true(!t->to_server || t->report.resumed);
}

/* ---- A full disk ---- */

static void test_full_disk(void **state) {
    struct copy_test *t = *state;
    if (t->to_server) skip();
    const char *stick = arena_printf(t->arena, "%s/stick", t->folder);
    assert_int_equal(mkdir(stick, 0700), 0);
    if (mount("tmpfs", stick, "tmpfs", 0, "size=400k") != 0) {
        rmdir(stick);
        skip();
    }
    t->plan.options.to = arena_printf(t->arena, "sqlite:%s/to.db", stick);
    int full = copy_test_run(t);
    const char *why = t->why;
    struct db *db = NULL;
    int opened = copy_test_open(t, t->plan.options.to, false, &db);
    int larger = mount("tmpfs", stick, "tmpfs", MS_REMOUNT, "size=16m");
    int again = copy_test_run(t);
    umount2(stick, MNT_DETACH);
    rmdir(stick);
    assert_int_equal(full, ERR_STORE_FULL);
    assert_non_null(strstr(why, "磁盘已满"));
    assert_int_equal(opened, ERR_CONFLICT);
    assert_int_equal(larger, 0);
    assert_int_equal(again, 0);
}

/* ---- Backup and restore of a server ---- */

DB_STATEMENT(tc_pair, "INSERT INTO aaa (id, name) VALUES ($1, 'pair'), ($2, 'pair')");

struct background {
    struct db *db;
    _Atomic bool stop;
    int64_t next;
    int errors;
};

static int insert_pair(struct db_conn *tx, void *argument) {
    int64_t number = *(int64_t *)argument;
    return db_exec(tx, &tc_pair, DB_PARAMS(db_int(1000 + 2 * number), db_int(1001 + 2 * number)), NULL);
}

static void *write_on(void *argument) {
    struct background *background = argument;
    while (!background->stop) {
        int64_t number = background->next++;
        if (db_write(background->db, insert_pair, &number) != 0) background->errors++;
    }
    return NULL;
}

/* Taken on one node while another goes on writing: one moment of the whole office. */
static void test_backup_of_a_server(void **state) {
    struct copy_test *t = *state;
    if (!t->from_server) skip();
    struct background background = {0};
    struct db *node = NULL;
    pthread_t thread;
    assert_int_equal(copy_test_open(t, t->from, false, &background.db), 0);
    assert_int_equal(copy_test_open(t, t->from, false, &node), 0);
    assert_int_equal(pthread_create(&thread, NULL, write_on, &background), 0);
    const char *path = arena_printf(t->arena, "%s/backup.db", t->folder);
    const char *partial = arena_printf(t->arena, "%s.partial", path);
    fclose(fopen(partial, "w")); /* left by a crash */
    int error = db_backup(node, t->arena, path, &t->why);
    background.stop = true;
    pthread_join(thread, NULL);
    assert_int_equal(db_backup(node, t->arena, path, &t->why), ERR_ALREADY_EXISTS);
    db_close(background.db);
    db_close(node);
    assert_int_equal(error, 0);
    assert_int_equal(background.errors, 0);
    assert_true(background.next > 10);
    static const char *const endings[] = {".partial", ".partial-wal", ".partial-lock", "-wal", "-lock"};
    for (size_t i = 0; i < ARRAY_LEN(endings); i++)
        assert_false(disk_exists(arena_printf(t->arena, "%s%s", path, endings[i])));
    assert_int_equal(verify_file(t->arena, path, 2, &t->why), 0);
    const char *url = arena_printf(t->arena, "sqlite:%s", path);
    assert_int_equal(engine_int(url, "SELECT count(*) FROM label"), COPY_TEST_LABELS);
    assert_int_equal(engine_int(url, "SELECT count(*) % 2 FROM aaa WHERE id >= 1000 AND id < 1000000000"), 0);
}

static void test_restore_into_a_server(void **state) {
    struct copy_test *t = *state;
    if (!t->to_server) skip();
    const char *file = t->from + strlen("sqlite:");
    assert_int_equal(restore_server(t->arena, t->to, file, &copy_test_internals, &t->why), 0);
    assert_int_equal(engine_int(t->to, "SELECT count(*) FROM label"), COPY_TEST_LABELS);
    engine_sql(t->to, "UPDATE option SET value = 'kept'");
    t->why = NULL;
    assert_int_equal(restore_server(t->arena, t->to, file, &copy_test_internals, &t->why),
                     ERR_ALREADY_EXISTS);
    assert_non_null(strstr(t->why, "CREATE DATABASE"));
    assert_int_equal(engine_int(t->to, "SELECT count(*) FROM option WHERE value = 'kept'"), 1);
    assert_true(restore_server(t->arena, t->to, t->folder, &copy_test_internals, &t->why) < 0);
}

/* A backup of before a migration comes back as it was; then the migration is applied to it. */
static void test_restore_of_an_older_backup(void **state) {
    struct copy_test *t = *state;
    if (!t->to_server) skip();
    struct db_migration migrations[3] = {copy_test_migrations[0],
                                         copy_test_migrations[1],
                                         {.version = 3,
                                          .name = "0003-new",
                                          .sql = "ALTER TABLE item ADD COLUMN fresh TEXT;"
                                                 "INSERT INTO option (key, value) VALUES ('new', '3');"}};
    struct db_internals newer = copy_test_internals;
    newer.migrations = migrations;
    newer.migration_count = 3;
    assert_int_equal(restore_server(t->arena, t->to, t->from + strlen("sqlite:"), &newer, &t->why), 0);
    struct db *db = NULL;
    struct db_options options = {.url = t->to};
    assert_int_equal(db_open_with_migrations(&options, &newer, t->arena, &db, &t->why), ERR_CONFLICT);
    options.migrate = true;
    assert_int_equal(db_open_with_migrations(&options, &newer, t->arena, &db, &t->why), 0);
    db_close(db);
    assert_int_equal(engine_int(t->to, "SELECT count(*) FROM option"), 2);
}

/* ---- The product's schema ---- */

static void read_product(struct copy_test *t, const char *url, struct catalogue *ret) {
    struct db *db = NULL;
    const struct db_options options = {.url = url, .create = true, .migrate = true};
    const struct db_internals product = {
        .migrations = db_migrations, .migration_count = db_migration_count, .prepare_prefix = "-"};
    const char *why = NULL;
    assert_int_equal(db_open_with_migrations(&options, &product, t->arena, &db, &why), 0);
    assert_int_equal(catalogue_read(db->driver, db->writer_conn->engine, t->arena, ret, &why), 0);
    db_close(db);
}

/* It can be copied at all: an order of its tables, primary keys, the same on both engines. */
static void test_the_products_tables(void **state) {
    struct copy_test *t = *state;
    struct catalogue one, other;
    char place[256];
    copy_test_fresh(t->folder, "product", t->from_server, place, sizeof(place));
    read_product(t, place, &one);
    read_product(t, t->to, &other);
    assert_true(one.count > 40);
    const char *difference = catalogue_difference(t->arena, &one, &other);
    if (difference != NULL) fail_msg("%s", difference);
    other.tables[3].columns[0].not_null = !other.tables[3].columns[0].not_null;
    assert_non_null(catalogue_difference(t->arena, &one, &other));
    for (size_t i = 0; i < one.count; i++)
        for (size_t k = 0; k < one.tables[i].column_count; k++)
            assert_false(one.tables[i].columns[k].to_own_table && one.tables[i].columns[k].not_null);
    engine_drop(place);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        COPY_TEST(test_target_holds_an_office),
        COPY_TEST(test_target_is_foreign),
        COPY_TEST(test_source_is_empty_or_missing),
        COPY_TEST(test_source_is_in_use),
        COPY_TEST(test_target_is_being_filled),
        COPY_TEST(test_versions),
        COPY_TEST(test_schema_was_changed),
        COPY_TEST(test_text_that_the_target_cannot_hold),
        COPY_TEST(test_full_disk),
        COPY_TEST(test_backup_of_a_server),
        COPY_TEST(test_restore_into_a_server),
        COPY_TEST(test_restore_of_an_older_backup),
        COPY_TEST(test_the_products_tables),
    };
    return copy_test_main(tests, ARRAY_LEN(tests));
}
