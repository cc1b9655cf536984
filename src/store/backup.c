/* Backups: a consistent copy while the service runs, its check, and the way back.
 *
 * 1. A file under its final name is whole, checked and on the disk; until then it has another name.
 * 2. The copy is made on the writer's own connection, so that commits during it are carried over instead
 *    of starting it again.
 * 3. A restore never deletes: the old database and its log stay together under a dated name, and the
 *    database's own name is never without a file.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "copy.h"
#include "minyi/clock.h"
#include "minyi/err.h"

enum { WHY_SIZE = 300 };

/* ---- Checking ---- */

static int check_opened(struct arena *arena, const char *path, struct engine_conn *conn,
                        int64_t known_version, const char **ret_why) {
    const struct driver *driver = &sqlite_driver;
    char why[WHY_SIZE] = "";
    bool ours = false, empty = false, unfinished = false;
    int64_t version = 0;
    int error = driver->identify(conn, &ours, &empty);
    if (error == 0 && !ours) {
        *ret_why = arena_printf(arena, "%s 不是本系统的数据库。", path);
        return ERR_STORE_CORRUPT;
    }
    if (error == 0) error = catalogue_has_table(driver, conn, COPY_MARK_TABLE, &unfinished);
    if (error == 0 && unfinished) {
        *ret_why = arena_printf(arena, "%s 还没有复制完，不能使用。", path);
        return ERR_STORE_CORRUPT;
    }
    if (error == 0) error = driver->check_integrity(conn, why, sizeof(why));
    if (error == 0) error = driver->check_foreign_keys(conn, why, sizeof(why));
    if (error == 0) error = migrate_version(driver, conn, &version);
    bool usable = true;
    if (error == 0 && version > known_version)
        error = migrate_newer_is_additive(driver, conn, known_version, &usable);
    if (error == 0 && !usable) {
        *ret_why =
            arena_printf(arena, "%s 由更新版本的程序建立（结构版本 %lld，本程序只到 %lld）：请升级程序。",
                         path, (long long)version, (long long)known_version);
        return ERR_STORE_NEWER;
    }
    if (error == 0) return 0;
    *ret_why =
        arena_printf(arena, "%s 没有通过检查：%s。", path, why[0] != '\0' ? why : driver->message(conn));
    return ERR_STORE_CORRUPT;
}

int verify_file(struct arena *arena, const char *path, int64_t known_version, const char **ret_why) {
    if (!disk_exists(path)) {
        *ret_why = arena_printf(arena, "没有找到文件 %s。", path);
        return ERR_NOT_FOUND;
    }
    char why[WHY_SIZE] = "";
    struct engine_conn *conn = NULL;
    int error = sqlite_driver.connect(path, ENGINE_INSPECTOR, &conn, why, sizeof(why));
    if (error != 0) {
        *ret_why = arena_printf(arena, "不能打开 %s：%s。", path, why);
        return error;
    }
    error = check_opened(arena, path, conn, known_version, ret_why);
    sqlite_driver.disconnect(conn);
    return error;
}

int db_verify_file(struct arena *arena, const char *path, const char **ret_why) {
    return verify_file(arena, path, (int64_t)db_migration_count, ret_why);
}

/* ---- Copying ---- */

static int say_copy_failed(struct arena *arena, const char *path, int error, const char **ret_why) {
    *ret_why = error == ERR_STORE_FULL ? arena_printf(arena, "磁盘已满，没有写成 %s。", path)
               : error == ERR_STORE_BUSY
                   ? "另一个备份正在进行，请等它完成。"
                   : arena_printf(arena, "不能写入 %s：%s。", path, err_info(error)->zh);
    return error;
}

/* An empty file PARTIAL beside the final name; what an interrupted run left there goes. */
static int make_partial(const char *partial) {
    if (unlink(partial) != 0 && disk_exists(partial)) return ERR_STORE;
    return disk_create(partial);
}

static int copy_through_writer(struct db *db, const char *partial) {
    struct engine_copy *copy = NULL;
    int error = db->driver->copy_open(db->writer_conn->engine, partial, &copy);
    if (error != 0) return error;
    error = writer_copy(db, copy);
    int closed = db->driver->copy_close(copy, error == 0);
    if (error == 0) error = closed;
    return error != 0 ? error : disk_sync(partial);
}

int db_backup(struct db *db, struct arena *arena, const char *path, const char **ret_why) {
    if (disk_exists(path)) {
        *ret_why = arena_printf(arena, "%s 已经存在，请换一个文件名。", path);
        return ERR_ALREADY_EXISTS;
    }
    if (!db->driver->in_file) return backup_server(db, arena, path, ret_why);
    const char *partial = arena_printf(arena, "%s.partial", path);
    int error = make_partial(partial);
    if (error == 0) error = copy_through_writer(db, partial);
    if (error != 0) {
        unlink(partial);
        return say_copy_failed(arena, path, error, ret_why);
    }
    error = verify_file(arena, partial, db->known_version, ret_why);
    if (error == 0) {
        error = disk_move_new(partial, path);
        if (error == 0) error = disk_sync_folder(path);
        if (error != 0) say_copy_failed(arena, path, error, ret_why);
    }
    if (error != 0) unlink(partial);
    return error;
}

/* ---- Restoring ---- */

/* A whole copy of the file FROM at PARTIAL, on the disk. */
static int copy_file(const char *from, const char *partial) {
    char why[WHY_SIZE] = "";
    struct engine_conn *conn = NULL;
    struct engine_copy *copy = NULL;
    int error = make_partial(partial);
    if (error == 0) error = sqlite_driver.connect(from, ENGINE_INSPECTOR, &conn, why, sizeof(why));
    if (error == 0) error = sqlite_driver.copy_open(conn, partial, &copy);
    if (error == 0) {
        error = sqlite_driver.copy_step(copy, -1);
        int closed = sqlite_driver.copy_close(copy, error == 0);
        if (error == 0) error = closed;
    }
    sqlite_driver.disconnect(conn);
    return error != 0 ? error : disk_sync(partial);
}

/* Puts PARTIAL in the place of PATH. The old file gets its second name first and the log follows it, so
 * a crash anywhere leaves either the old database or the new one, never a mixture. */
static int exchange(struct arena *arena, const char *path, const char *partial) {
    char stamp[32];
    time_t now = (time_t)(clock_ms() / 1000 + 8 * 3600);
    struct tm parts;
    gmtime_r(&now, &parts);
    strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &parts);
    const char *kept = arena_printf(arena, "%s.before-restore-%s", path, stamp);
    const char *log = arena_printf(arena, "%s-wal", path);
    if (disk_exists(path)) {
        if (link(path, kept) != 0 && disk_move_new(path, kept) != 0) return ERR_STORE;
        if (disk_exists(log) && disk_move_new(log, arena_printf(arena, "%s-wal", kept)) != 0)
            return ERR_STORE;
        unlink(arena_printf(arena, "%s-shm", path));
    }
    if (rename(partial, path) != 0) return ERR_STORE;
    return disk_sync_folder(path);
}

static int restore_locked(struct arena *arena, const char *path, const char *from, int64_t known_version,
                          const char **ret_why) {
    const char *partial = arena_printf(arena, "%s.restoring", path);
    int error = copy_file(from, partial);
    if (error != 0) {
        unlink(partial);
        return say_copy_failed(arena, partial, error, ret_why);
    }
    error = verify_file(arena, partial, known_version, ret_why);
    if (error == 0) {
        error = exchange(arena, path, partial);
        if (error != 0)
            *ret_why = arena_printf(arena, "不能替换 %s：请检查文件夹权限；原来的文件没有删除。", path);
    }
    if (error != 0) unlink(partial);
    return error;
}

int restore_file(struct arena *arena, const char *url, const char *from, int64_t known_version,
                 const char **ret_why) {
    const char *path = NULL;
    const struct driver *driver = db_url_driver(url, &path);
    if (driver == NULL) {
        *ret_why = "不认识的数据库地址：应写成 sqlite:文件路径，或 postgres://用户@主机:端口/数据库。";
        return ERR_INVALID;
    }
    if (!driver->in_file) {
        const struct db_internals product = {.migrations = db_migrations,
                                             .migration_count = (size_t)known_version};
        return restore_server(arena, url, from, &product, ret_why);
    }
    int error = verify_file(arena, from, known_version, ret_why);
    if (error != 0) return error;
    int lock = -1;
    error = disk_lock(arena, path, &lock);
    if (error != 0) {
        *ret_why = error == ERR_STORE_BUSY
                       ? arena_printf(arena, "数据库 %s 正在使用，请先停止服务。", path)
                       : arena_printf(arena, "不能给数据库 %s 加锁：请检查文件夹权限。", path);
        return error;
    }
    error = restore_locked(arena, path, from, known_version, ret_why);
    close(lock);
    return error;
}

int db_restore(struct arena *arena, const char *url, const char *from, const char **ret_why) {
    return restore_file(arena, url, from, (int64_t)db_migration_count, ret_why);
}
