/* Backup while writing, its check, restore. */
#include <pthread.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "store_testing.h"

DB_STATEMENT(t_pair, "INSERT INTO note (title, words, body) VALUES ($1, $2, $3)");
DB_STATEMENT(t_count, "SELECT count(*) FROM note");
DB_STATEMENT(t_unpaired,
             "SELECT count(*) FROM note a WHERE NOT EXISTS (SELECT 1 FROM note b WHERE b.words = a.words"
             " AND b.id <> a.id)");

static char body[3000];

/* Two rows that belong together: a copy with one of them is torn. */
static int insert_pair(struct db_conn *tx, void *argument) {
    int number = *(int *)argument;
    char title[40];
    for (int i = 0; i < 2; i++) {
        snprintf(title, sizeof(title), "%d-%d", number, i);
        int error = db_exec(tx, &t_pair,
                            DB_PARAMS(db_text(title), db_int(number), db_blob(body, sizeof(body))), NULL);
        if (error != 0) return error;
    }
    return 0;
}

static void add(struct store_test *t, int number) {
    assert_int_equal(db_write(t->db, insert_pair, &number), 0);
}

static int64_t number_of(struct store_test *t, struct db_statement *statement) {
    int error = 0;
    int64_t number = -1;
    struct db_conn *conn = db_read_begin(t->db, &error);
    assert_non_null(conn);
    assert_int_equal(db_get_int(conn, statement, DB_NONE, &number), 0);
    db_read_end(conn);
    return number;
}

struct background {
    struct store_test *t;
    _Atomic bool stop;
    int next, errors;
    _Atomic int written;
};

static void *write_on(void *argument) {
    struct background *background = argument;
    while (!background->stop) {
        int number = background->next++;
        if (db_write(background->t->db, insert_pair, &number) != 0) background->errors++;
        background->written++;
    }
    return NULL;
}

/* A copy whose every step but the first waits for a write to be done since the one before, so that the writes
 * fall between the steps on the busiest machine too. It gives the turn back instead of standing still: the
 * writer's thread does both. */
static struct {
    struct driver driver;
    struct background *background;
    int seen, steps, patience;
} pace;

static int paced_step(struct engine_copy *copy, int pages) {
    int written = pace.background->written;
    if (written == pace.seen && pace.patience-- > 0) {
        usleep(500);
        return 1;
    }
    pace.seen = written;
    pace.steps++;
    return sqlite_driver.copy_step(copy, pages);
}

/* Before the first write of BACKGROUND. */
static void pace_copies(struct background *background) {
    pace.background = background;
    pace.seen = -1;
    pace.steps = 0;
    pace.patience = 60 * 2000; /* half milliseconds in all: a minute */
    pace.driver = sqlite_driver;
    pace.driver.copy_step = paced_step;
    background->t->db->driver = &pace.driver;
}

static int open_file(struct store_test *t, const char *path, struct db **ret) {
    const struct db_options options = {.url = arena_printf(t->arena, "sqlite:%s", path)};
    return db_open_with_migrations(&options, &store_test_internals, t->arena, ret, &t->why);
}

static void test_backup_during_writes(void **state) {
    ONLY_ON_SQLITE("copies of the file");
    struct store_test *t = *state;
    for (int i = 0; i < 1500; i++)
        add(t, i); /* some 13 MB: many steps */
    struct background background = {.t = t, .next = 100000};
    pthread_t thread;
    pace_copies(&background);
    assert_int_equal(pthread_create(&thread, NULL, write_on, &background), 0);
    const char *path = arena_printf(t->arena, "%s/backup.db", t->folder);
    int error = db_backup(t->db, t->arena, path, &t->why);
    background.stop = true;
    pthread_join(thread, NULL);
    t->db->driver = &sqlite_driver;
    assert_int_equal(error, 0);
    assert_int_equal(background.errors, 0);
    assert_true(pace.steps > 10);
    assert_true(background.written >= pace.steps - 1); /* it did write meanwhile, between the steps */
    assert_false(disk_exists(arena_printf(t->arena, "%s.partial", path)));
    assert_false(disk_exists(arena_printf(t->arena, "%s-wal", path)));
    assert_int_equal(db_backup(t->db, t->arena, path, &t->why), ERR_ALREADY_EXISTS);
    assert_int_equal(verify_file(t->arena, path, 2, &t->why), 0);

    int64_t all = number_of(t, &t_count);
    struct db *service = t->db;
    t->db = NULL;
    assert_int_equal(open_file(t, path, &t->db), 0);
    int64_t copied = number_of(t, &t_count);
    assert_true(copied >= 3000 && copied <= all);
    assert_int_equal(number_of(t, &t_unpaired), 0);
    store_test_close(t);
    t->db = service;
}

static void test_backup_beside_the_service(void **state) {
    ONLY_ON_SQLITE("copies of the file");
    struct store_test *t = *state;
    for (int i = 0; i < 200; i++)
        add(t, i);
    struct background background = {.t = t, .next = 100000};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, write_on, &background), 0);
    const struct db_options options = {.url = t->url, .no_writer_lock = true};
    struct db *second = NULL;
    assert_int_equal(db_open_with_migrations(&options, &store_test_internals, t->arena, &second, &t->why), 0);
    const char *path = arena_printf(t->arena, "%s/backup.db", t->folder);
    int error = db_backup(second, t->arena, path, &t->why);
    db_close(second);
    background.stop = true;
    pthread_join(thread, NULL);
    assert_int_equal(error, 0);
    assert_int_equal(background.errors, 0);
    assert_int_equal(verify_file(t->arena, path, 2, &t->why), 0);
}

static void test_backup_to_nowhere(void **state) {
    ONLY_ON_SQLITE("copies of the file");
    struct store_test *t = *state;
    add(t, 1);
    assert_true(db_backup(t->db, t->arena, "/nonexistent/folder/x.db", &t->why) < 0);
    assert_non_null(t->why);
    add(t, 2);
}

/* The disk of the backup fills up: no half file, the service goes on. */
static void test_backup_to_a_full_disk(void **state) {
    ONLY_ON_SQLITE("copies of the file");
    struct store_test *t = *state;
    for (int i = 0; i < 200; i++)
        add(t, i); /* more than a megabyte */
    const char *stick = arena_printf(t->arena, "%s/stick", t->folder);
    assert_int_equal(mkdir(stick, 0700), 0);
    if (mount("tmpfs", stick, "tmpfs", 0, "size=512k") != 0) {
        rmdir(stick);
        skip();
    }
    const char *path = arena_printf(t->arena, "%s/backup.db", stick);
    int error = db_backup(t->db, t->arena, path, &t->why);
    bool left = disk_exists(path) || disk_exists(arena_printf(t->arena, "%s.partial", path));
    umount2(stick, MNT_DETACH);
    rmdir(stick);
    assert_int_equal(error, ERR_STORE_FULL);
    assert_non_null(strstr(t->why, "磁盘已满"));
    assert_false(left);
    add(t, 1000);
    assert_int_equal(db_backup(t->db, t->arena, arena_printf(t->arena, "%s/backup.db", t->folder), &t->why),
                     0);
}

static const char *kept_file(struct store_test *t, const char *ending) {
    DIR *folder = opendir(t->folder);
    const char *found = NULL;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        size_t len = strlen(entry->d_name);
        if (strstr(entry->d_name, "office.db.before-restore-") == entry->d_name && len >= strlen(ending) &&
            strcmp(entry->d_name + len - strlen(ending), ending) == 0)
            found = arena_printf(t->arena, "%s/%s", t->folder, entry->d_name);
    }
    closedir(folder);
    return found;
}

static void test_restore(void **state) {
    ONLY_ON_SQLITE("copies of the file");
    struct store_test *t = *state;
    add(t, 1);
    const char *path = arena_printf(t->arena, "%s/backup.db", t->folder);
    assert_int_equal(db_backup(t->db, t->arena, path, &t->why), 0);
    add(t, 2);
    assert_int_equal(restore_file(t->arena, t->url, path, 2, &t->why), ERR_STORE_BUSY);
    assert_int_equal(number_of(t, &t_count), 4);
    store_test_close(t);

    assert_int_equal(restore_file(t->arena, t->url, path, 2, &t->why), 0);
    assert_int_equal(store_test_open(t), 0);
    assert_int_equal(number_of(t, &t_count), 2);
    store_test_close(t);
    const char *kept = kept_file(t, "");
    assert_non_null(kept);
    assert_int_equal(open_file(t, kept, &t->db), 0);
    assert_int_equal(number_of(t, &t_count), 4);
    store_test_close(t);
    assert_true(disk_exists(path));
    assert_false(disk_exists(arena_printf(t->arena, "%s.restoring", t->path)));
}

static void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* A log left by a crash moves along with its file: beside the restored file it would destroy it. */
static void test_restore_moves_the_log(void **state) {
    ONLY_ON_SQLITE("copies of the file");
    struct store_test *t = *state;
    add(t, 1);
    const char *path = arena_printf(t->arena, "%s/backup.db", t->folder);
    assert_int_equal(db_backup(t->db, t->arena, path, &t->why), 0);
    store_test_close(t);
    const char *log = arena_printf(t->arena, "%s-wal", t->path);
    write_file(log, "left by a crash");
    assert_int_equal(restore_file(t->arena, t->url, path, 2, &t->why), 0);
    assert_false(disk_exists(log));
    const char *kept = kept_file(t, "-wal");
    assert_non_null(kept);
    assert_int_equal(disk_bytes(kept), strlen("left by a crash"));
    assert_int_equal(store_test_open(t), 0);
    assert_int_equal(number_of(t, &t_count), 2);
}

static void test_restore_refuses_bad_files(void **state) {
    ONLY_ON_SQLITE("copies of the file");
    struct store_test *t = *state;
    add(t, 1);
    store_test_close(t);
    const char *bad = arena_printf(t->arena, "%s/bad.db", t->folder);
    assert_int_equal(restore_file(t->arena, t->url, bad, 2, &t->why), ERR_NOT_FOUND);
    write_file(bad, "");
    assert_int_equal(restore_file(t->arena, t->url, bad, 2, &t->why), ERR_STORE_CORRUPT);
    write_file(bad, "这不是数据库，这不是数据库，这不是数据库，这不是数据库，这不是数据库，这不是数据库。");
    assert_int_equal(restore_file(t->arena, t->url, bad, 2, &t->why), ERR_STORE_CORRUPT);
    assert_int_equal(restore_file(t->arena, t->url, t->path, 1, &t->why), ERR_STORE_NEWER);
    assert_null(kept_file(t, ""));
    assert_int_equal(store_test_open(t), 0);
    assert_int_equal(number_of(t, &t_count), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(FN) cmocka_unit_test_setup_teardown(FN, store_test_setup, store_test_teardown)
        TEST(test_backup_during_writes),  TEST(test_backup_beside_the_service),
        TEST(test_backup_to_nowhere),     TEST(test_restore),
        TEST(test_restore_moves_the_log), TEST(test_restore_refuses_bad_files),
        TEST(test_backup_to_a_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
