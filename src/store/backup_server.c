/* Backups of an office on a server, and the way back: the file is an SQLite database like every other backup,
 * filled by a copy (copy.h) from one snapshot while all nodes go on working.
 *
 * 1. A file under its final name is whole, compared row by row, checked and on the disk.
 * 2. A restore goes into an empty database and nowhere else: nothing on a server is ever replaced.
 * 3. A backup of an older version is restored as it is; the program then asks for its migration.
 */
#include <stdio.h>
#include <unistd.h>

#include "copy.h"
#include "minyi/err.h"

enum { WHY_SIZE = 300 };

/* ---- Backup ---- */

static void remove_partial(struct arena *arena, const char *partial) {
    static const char *const endings[] = {"", "-wal", "-shm", "-journal", "-lock"};
    for (size_t i = 0; i < ARRAY_LEN(endings); i++)
        unlink(arena_printf(arena, "%s%s", partial, endings[i]));
}

/* What an interrupted run left there goes; what another one is writing stays. */
static int clear_partial(struct arena *arena, const char *partial, const char **ret_why) {
    int lock = -1;
    int error = disk_lock(arena, partial, &lock);
    if (error == 0) {
        remove_partial(arena, partial);
        close(lock);
        return 0;
    }
    *ret_why = error == ERR_STORE_BUSY
                   ? "另一个备份正在写同一个文件，请等它完成。"
                   : arena_printf(arena, "不能写入 %s：请检查文件夹是否存在、可写。", partial);
    return error;
}

/* A single plain file, without a log beside it. */
static int make_plain(struct arena *arena, const char *partial, const char **ret_why) {
    char why[WHY_SIZE] = "";
    struct engine_conn *conn = NULL;
    int error = sqlite_driver.connect(partial, ENGINE_WRITER, &conn, why, sizeof(why));
    if (error == 0) error = sqlite_driver.script(conn, "PRAGMA journal_mode=DELETE");
    sqlite_driver.disconnect(conn);
    unlink(arena_printf(arena, "%s-lock", partial));
    if (error == 0) error = disk_sync(partial);
    if (error != 0) *ret_why = arena_printf(arena, "不能写完 %s：%s。", partial, err_info(error)->zh);
    return error;
}

static int fill_partial(struct db *db, struct arena *arena, const char *partial, const char **ret_why) {
    const struct copy_plan plan = {
        .options = {.from = db->place, .to = arena_printf(arena, "sqlite:%s", partial)},
        .internals = &db->internals,
        .beside = true,
    };
    struct db_copy_report report;
    int error = copy_run(&plan, arena, &report, ret_why);
    if (error == ERR_STORE_FULL) *ret_why = arena_printf(arena, "磁盘已满，没有写成 %s。", partial);
    return error != 0 ? error : make_plain(arena, partial, ret_why);
}

int backup_server(struct db *db, struct arena *arena, const char *path, const char **ret_why) {
    const char *partial = arena_printf(arena, "%s.partial", path);
    int error = clear_partial(arena, partial, ret_why);
    if (error != 0) return error;
    error = fill_partial(db, arena, partial, ret_why);
    if (error == 0) error = verify_file(arena, partial, db->known_version, ret_why);
    if (error == 0) {
        error = disk_move_new(partial, path);
        if (error == 0) error = disk_sync_folder(path);
        if (error != 0) *ret_why = arena_printf(arena, "不能写入 %s：%s。", path, err_info(error)->zh);
    }
    if (error != 0) remove_partial(arena, partial);
    return error;
}

/* ---- Restore ---- */

static int version_of_file(struct arena *arena, const char *path, int64_t *ret, const char **ret_why) {
    char why[WHY_SIZE] = "";
    struct engine_conn *conn = NULL;
    int error = sqlite_driver.connect(path, ENGINE_INSPECTOR, &conn, why, sizeof(why));
    if (error == 0) error = migrate_version(&sqlite_driver, conn, ret);
    sqlite_driver.disconnect(conn);
    if (error != 0) *ret_why = arena_printf(arena, "不能读取 %s 的结构版本。", path);
    return error;
}

int restore_server(struct arena *arena, const char *url, const char *from,
                   const struct db_internals *internals, const char **ret_why) {
    int64_t version = 0;
    int error = verify_file(arena, from, (int64_t)internals->migration_count, ret_why);
    if (error == 0) error = version_of_file(arena, from, &version, ret_why);
    if (error != 0) return error;
    /* As of the backup: statements of newer tables would not compile there. */
    const struct db_internals then = {
        .migrations = internals->migrations, .migration_count = (size_t)version, .prepare_prefix = "-"};
    const struct copy_plan plan = {
        .options = {.from = arena_printf(arena, "sqlite:%s", from), .to = url},
        .internals = &then,
        .beside = true,
    };
    struct db_copy_report report;
    error = copy_run(&plan, arena, &report, ret_why);
    if (error == ERR_ALREADY_EXISTS)
        *ret_why =
            arena_printf(arena,
                         "%s 里已经有数据，没有改动它；恢复不会删除任何数据。请在服务器上另建一个空的数据库"
                         "（CREATE DATABASE），把设置 store 改为它的地址，再运行同一条命令。",
                         db_url_shown(arena, url));
    return error;
}
