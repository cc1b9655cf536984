/* What survives: kill -9 while writing, a log that cannot be written or synced, a backup cut short.
 * A thin layer over the engine's file system counts syncs of the write-ahead log and fails on demand. */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "store_testing.h"

DB_STATEMENT(t_insert, "INSERT INTO note (title, words) VALUES ($1, $2)");
DB_STATEMENT(t_count, "SELECT count(*) FROM note");
DB_STATEMENT(t_has, "SELECT count(*) FROM note WHERE words = $1");
DB_STATEMENT(t_torn,
             "SELECT count(*) FROM (SELECT words FROM note GROUP BY words HAVING count(*) <> 2) AS torn");

/* ---- A file system that fails on demand ---- */

static struct { _Atomic int syncs, fail_syncs, fail_writes; } log_file;

struct shim {
    sqlite3_file base;
    bool is_log;
    sqlite3_file *real; /* behind this struct */
};

static sqlite3_vfs *real_vfs;

static sqlite3_file *real(sqlite3_file *file) {
    return ((struct shim *)file)->real;
}

static int shim_close(sqlite3_file *file) {
    return real(file)->pMethods->xClose(real(file));
}

static int shim_read(sqlite3_file *file, void *data, int len, sqlite3_int64 at) {
    return real(file)->pMethods->xRead(real(file), data, len, at);
}

static int shim_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 at) {
    if (((struct shim *)file)->is_log && log_file.fail_writes > 0) {
        log_file.fail_writes--;
        return SQLITE_IOERR_WRITE;
    }
    return real(file)->pMethods->xWrite(real(file), data, len, at);
}

static int shim_truncate(sqlite3_file *file, sqlite3_int64 size) {
    return real(file)->pMethods->xTruncate(real(file), size);
}

static int shim_sync(sqlite3_file *file, int flags) {
    if (((struct shim *)file)->is_log) {
        if (log_file.fail_syncs > 0) {
            log_file.fail_syncs--;
            return SQLITE_IOERR_FSYNC;
        }
        log_file.syncs++;
    }
    return real(file)->pMethods->xSync(real(file), flags);
}

static int shim_size(sqlite3_file *file, sqlite3_int64 *ret) {
    return real(file)->pMethods->xFileSize(real(file), ret);
}

static int shim_lock(sqlite3_file *file, int level) {
    return real(file)->pMethods->xLock(real(file), level);
}

static int shim_unlock(sqlite3_file *file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
}

static int shim_reserved(sqlite3_file *file, int *ret) {
    return real(file)->pMethods->xCheckReservedLock(real(file), ret);
}

static int shim_control(sqlite3_file *file, int op, void *argument) {
    return real(file)->pMethods->xFileControl(real(file), op, argument);
}

static int shim_sector(sqlite3_file *file) {
    return real(file)->pMethods->xSectorSize(real(file));
}

static int shim_device(sqlite3_file *file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

static int shim_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret) {
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, ret);
}

static int shim_shm_lock(sqlite3_file *file, int offset, int n, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, n, flags);
}

static void shim_shm_barrier(sqlite3_file *file) {
    real(file)->pMethods->xShmBarrier(real(file));
}

static int shim_shm_unmap(sqlite3_file *file, int delete_it) {
    return real(file)->pMethods->xShmUnmap(real(file), delete_it);
}

static const sqlite3_io_methods shim_methods = {
    .iVersion = 2,
    .xClose = shim_close,
    .xRead = shim_read,
    .xWrite = shim_write,
    .xTruncate = shim_truncate,
    .xSync = shim_sync,
    .xFileSize = shim_size,
    .xLock = shim_lock,
    .xUnlock = shim_unlock,
    .xCheckReservedLock = shim_reserved,
    .xFileControl = shim_control,
    .xSectorSize = shim_sector,
    .xDeviceCharacteristics = shim_device,
    .xShmMap = shim_shm_map,
    .xShmLock = shim_shm_lock,
    .xShmBarrier = shim_shm_barrier,
    .xShmUnmap = shim_shm_unmap,
};

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags) {
    (void)vfs;
    struct shim *shim = (struct shim *)file;
    shim->real = (sqlite3_file *)(shim + 1);
    shim->is_log = (flags & SQLITE_OPEN_WAL) != 0;
    int rc = real_vfs->xOpen(real_vfs, name, shim->real, flags, ret_flags);
    shim->base.pMethods = shim->real->pMethods != NULL ? &shim_methods : NULL;
    return rc;
}

static void install_shim(void) {
    static sqlite3_vfs vfs;
    real_vfs = sqlite3_vfs_find(NULL);
    vfs = *real_vfs;
    vfs.zName = "shim";
    vfs.szOsFile = (int)sizeof(struct shim) + real_vfs->szOsFile;
    vfs.xOpen = shim_open;
    assert_int_equal(sqlite3_vfs_register(&vfs, 1), SQLITE_OK);
}

/* ---- What both kinds of test write ---- */

static int insert_pair(struct db_conn *tx, void *argument) {
    int64_t number = *(int64_t *)argument;
    char title[40];
    for (int i = 0; i < 2; i++) {
        snprintf(title, sizeof(title), "%lld-%d", (long long)number, i);
        int error = db_exec(tx, &t_insert, DB_PARAMS(db_text(title), db_int(number)), NULL);
        if (error != 0) return error;
    }
    return 0;
}

static int add(struct store_test *t, int64_t number) {
    return db_write(t->db, insert_pair, &number);
}

static int64_t number_of(struct store_test *t, struct db_statement *statement, const struct db_value *params,
                         size_t count) {
    int error = 0;
    int64_t number = -1;
    struct db_conn *conn = db_read_begin(t->db, &error);
    assert_non_null(conn);
    assert_int_equal(db_get_int(conn, statement, params, count, &number), 0);
    db_read_end(conn);
    return number;
}

/* ---- Failing log ---- */

static void test_each_commit_is_synced(void **state) {
    ONLY_ON_SQLITE("the log of the file fails, through a layer under SQLite");
    struct store_test *t = *state;
    for (int64_t i = 0; i < 20; i++) {
        int before = log_file.syncs;
        assert_int_equal(add(t, i), 0);
        assert_true(log_file.syncs > before); /* before the caller was told */
    }
}

static void fail_and_recover(struct store_test *t, _Atomic int *fault) {
    db_on_trouble(NULL);
    assert_int_equal(add(t, 1), 0);
    *fault = 1;
    assert_int_equal(add(t, 2), ERR_STORE);
    assert_int_equal(*fault, 0);
    assert_int_equal(number_of(t, &t_count, DB_NONE), 2);
    assert_int_equal(add(t, 3), 0);
    assert_int_equal(number_of(t, &t_count, DB_NONE), 4);
    store_test_close(t);
    assert_int_equal(verify_file(t->arena, t->path, 2, &t->why), 0);
    assert_int_equal(store_test_open(t), 0);
    assert_int_equal(number_of(t, &t_count, DB_NONE), 4);
    assert_int_equal(number_of(t, &t_has, DB_PARAMS(db_int(2))), 0);
}

static void test_log_cannot_be_written(void **state) {
    ONLY_ON_SQLITE("the log of the file fails, through a layer under SQLite");
    fail_and_recover(*state, &log_file.fail_writes);
}

static void test_log_cannot_be_synced(void **state) {
    ONLY_ON_SQLITE("the log of the file fails, through a layer under SQLite");
    fail_and_recover(*state, &log_file.fail_syncs);
}

/* ---- kill -9 ---- */

enum { WRITERS = 4, ROUNDS = 3 };

struct acknowledger {
    struct store_test *t;
    int64_t next;
    int pipe;
};

static void *write_and_tell(void *argument) {
    struct acknowledger *own = argument;
    for (;; own->next += WRITERS)
        if (add(own->t, own->next) != 0 || write(own->pipe, &own->next, sizeof(own->next)) < 0) _exit(1);
}

static NORETURN void child_writes(struct store_test *t, int pipe, int64_t first) {
    if (store_test_open(t) != 0) _exit(1);
    struct acknowledger own[WRITERS];
    pthread_t threads[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        own[i] = (struct acknowledger){.t = t, .next = first + i, .pipe = pipe};
        if (pthread_create(&threads[i], NULL, write_and_tell, &own[i]) != 0) _exit(1);
    }
    for (;;)
        pause();
}

/* Kills a writing child after some 150 acknowledged writes; returns how many it acknowledged. */
static size_t kill_one(struct store_test *t, int64_t first, int64_t *acknowledged, size_t room) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork(); /* no database is open here */
    if (child == 0) {
        close(ends[0]);
        child_writes(t, ends[1], first);
    }
    close(ends[1]);
    size_t count = 0;
    while (count < room && read(ends[0], &acknowledged[count], sizeof(*acknowledged)) > 0)
        if (++count == 150) kill(child, SIGKILL);
    kill(child, SIGKILL);
    close(ends[0]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    return count;
}

static void test_kill_loses_nothing_acknowledged(void **state) {
    struct store_test *t = *state;
    static int64_t acknowledged[100000];
    for (int round = 0; round < ROUNDS; round++) {
        size_t count = kill_one(t, 1 + round * 1000000, acknowledged, ARRAY_LEN(acknowledged));
        assert_true(count >= 150);
        assert_int_equal(store_test_open(t), 0);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(number_of(t, &t_has, DB_PARAMS(db_int(acknowledged[i]))), 2);
        assert_int_equal(number_of(t, &t_torn, DB_NONE), 0);
        store_test_close(t);
        if (!engine_is_postgres()) assert_int_equal(verify_file(t->arena, t->path, 2, &t->why), 0);
    }
}

/* ---- A backup that did not finish ---- */

static void test_leftover_of_a_backup_is_no_obstacle(void **state) {
    ONLY_ON_SQLITE("copies of the file");
    struct store_test *t = *state;
    assert_int_equal(add(t, 1), 0);
    const char *path = arena_printf(t->arena, "%s/backup.db", t->folder);
    FILE *file = fopen(arena_printf(t->arena, "%s.partial", path), "w");
    assert_non_null(file);
    fputs("half a backup", file);
    fclose(file);
    assert_int_equal(db_backup(t->db, t->arena, path, &t->why), 0);
    assert_int_equal(verify_file(t->arena, path, 2, &t->why), 0);
}

int main(void) {
    install_shim();
    const struct CMUnitTest tests[] = {
#define TEST(FN) cmocka_unit_test_setup_teardown(FN, store_test_setup, store_test_teardown)
        cmocka_unit_test_setup_teardown(test_kill_loses_nothing_acknowledged, store_test_setup_closed,
                                        store_test_teardown),
        TEST(test_each_commit_is_synced),
        TEST(test_log_cannot_be_written),
        TEST(test_log_cannot_be_synced),
        TEST(test_leftover_of_a_backup_is_no_obstacle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
