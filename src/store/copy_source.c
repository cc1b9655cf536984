/* Where a copy comes from: whether it may, that nobody writes it meanwhile, what there is. */
#include <time.h>
#include <unistd.h>

#include "copy.h"
#include "minyi/err.h"

enum { WHY_SIZE = 300, TRIES = 100, PAUSE_MS = 100 };

/* ---- Whether it may ---- */

static int unreadable(struct copy *copy, int error) {
    return copy_say(copy, error, "不能读取来源数据库 %s：%s。", copy->from.name,
                    copy->from.driver->message(copy->from.conn));
}

static int check_identity(struct copy *copy) {
    const struct copy_source *from = &copy->from;
    bool ours = false, empty = false, unfinished = false;
    int error = from->driver->identify(from->conn, &ours, &empty);
    if (error != 0) return unreadable(copy, error);
    if (empty) return copy_say(copy, ERR_NOT_FOUND, "来源数据库 %s 是空的，没有可复制的。", from->name);
    if (!ours) return copy_say(copy, ERR_STORE_CORRUPT, "来源 %s 不是本系统的数据库。", from->name);
    error = catalogue_has_table(from->driver, from->conn, COPY_MARK_TABLE, &unfinished);
    if (error != 0) return unreadable(copy, error);
    if (unfinished)
        return copy_say(copy, ERR_CONFLICT, "来源数据库 %s 自己还没有复制完，不能作为来源。", from->name);
    return 0;
}

static int check_version(struct copy *copy) {
    int64_t version = 0, wanted = (int64_t)copy->plan->internals->migration_count;
    int error = migrate_version(copy->from.driver, copy->from.conn, &version);
    if (error != 0) return unreadable(copy, error);
    if (version > wanted)
        return copy_say(copy, ERR_STORE_NEWER,
                        "来源数据库 %s 的结构版本是 %lld，本程序只到 %lld：请用新版本的程序。",
                        copy->from.name, (long long)version, (long long)wanted);
    if (version < wanted)
        return copy_say(
            copy, ERR_CONFLICT,
            "来源数据库 %s 的结构版本是 %lld，本程序需要 %lld：请先备份，再用 minyi migrate 升级。",
            copy->from.name, (long long)version, (long long)wanted);
    return 0;
}

/* ---- Alone ---- */

static void pause_shortly(void) {
    struct timespec span = {.tv_nsec = PAUSE_MS * 1000000};
    nanosleep(&span, NULL);
}

static int lock_file(struct copy *copy) {
    int error = disk_lock(copy->arena, copy->from.place, &copy->from.lock_fd);
    if (error == ERR_STORE_BUSY)
        return copy_say(copy, error, "来源数据库 %s 正在使用，请先停止服务。", copy->from.name);
    if (error != 0)
        return copy_say(copy, error, "不能给来源数据库 %s 加锁：请检查文件夹权限。", copy->from.name);
    return 0;
}

/* Nodes that have just been stopped may be listed for a moment. */
static int wait_for_others(struct copy *copy) {
    int64_t others = 0;
    for (int i = 0; i < TRIES; i++) {
        int error = engine_number(copy->from.driver, copy->from.conn, copy->from.driver->catalogue->others,
                                  DB_NONE, &others);
        if (error != 0) return unreadable(copy, error);
        if (others == 0) return 0;
        if (i >= TRIES / 3) break;
        pause_shortly();
    }
    return copy_say(copy, ERR_STORE_BUSY,
                    "来源数据库 %s 还有 %lld 个 minyi 的连接：请先停止全部节点，也不要同时运行其他命令。",
                    copy->from.name, (long long)others);
}

/* Nodes at work are refused before the lock is asked for, so that they do not stand still for it; and one
 * that has started meanwhile behind it. */
static int lock_server(struct copy *copy) {
    const struct engine_catalogue *catalogue = copy->from.driver->catalogue;
    int error = wait_for_others(copy);
    for (int i = 0; i < TRIES && error == 0; i++) {
        int64_t got = 0;
        error = engine_number(copy->from.driver, copy->from.conn, catalogue->lock_writers, DB_NONE, &got);
        if (error != 0) return unreadable(copy, error);
        if (got != 0) return wait_for_others(copy);
        pause_shortly();
    }
    if (error != 0) return error;
    return copy_say(copy, ERR_STORE_BUSY, "来源数据库 %s 正在写入：请先停止全部节点。", copy->from.name);
}

/* ---- What there is ---- */

static int count_rows(struct copy *copy) {
    struct copy_source *from = &copy->from;
    from->rows = arena_array(copy->arena, from->catalogue.count + 1, sizeof(*from->rows));
    for (size_t i = 0; i < from->catalogue.count; i++) {
        const char *sql =
            arena_printf(copy->arena, "SELECT count(*) FROM \"%s\"", from->catalogue.tables[i].name);
        int error = engine_number(from->driver, from->conn, sql, DB_NONE, &from->rows[i]);
        if (error != 0) return unreadable(copy, error);
        from->all += from->rows[i];
    }
    return 0;
}

static int connect_source(struct copy *copy) {
    char why[WHY_SIZE] = "";
    struct copy_source *from = &copy->from;
    if (from->driver->in_file && !disk_exists(from->place))
        return copy_say(copy, ERR_NOT_FOUND, "没有找到来源数据库 %s。", from->place);
    int error = from->driver->connect(from->place, ENGINE_INSPECTOR, &from->conn, why, sizeof(why));
    if (error != 0) return copy_say(copy, error, "不能打开来源数据库 %s：%s。", from->name, why);
    return 0;
}

int copy_source_open(struct copy *copy) {
    struct copy_source *from = &copy->from;
    const char *url = copy->plan->options.from;
    from->lock_fd = -1;
    from->driver = db_url_driver(url, &from->place);
    if (from->driver == NULL)
        return copy_say(copy, ERR_INVALID,
                        "不认识的来源地址：应写成 sqlite:文件路径，或 postgres://用户@主机:端口/数据库。");
    from->name = from->driver->in_file ? from->place : db_url_shown(copy->arena, from->place);
    bool alone = !copy->plan->beside;
    int error = connect_source(copy);
    if (error == 0 && alone && from->driver->in_file) error = lock_file(copy);
    if (error == 0) error = check_identity(copy);
    if (error == 0) error = check_version(copy);
    if (error == 0 && alone && !from->driver->in_file) error = lock_server(copy);
    /* The snapshot comes behind the lock, so that nothing is written after it. */
    if (error == 0 && from->driver->control(from->conn, ENGINE_BEGIN_READ) != 0)
        error = unreadable(copy, ERR_STORE);
    if (error == 0)
        error = catalogue_read(from->driver, from->conn, copy->arena, &from->catalogue, copy->ret_why);
    return error != 0 ? error : count_rows(copy);
}

void copy_source_close(struct copy *copy) {
    struct copy_source *from = &copy->from;
    if (from->conn != NULL) {
        if (from->driver->in_transaction(from->conn))
            (void)from->driver->control(from->conn, ENGINE_END_READ);
        from->driver->disconnect(from->conn);
        from->conn = NULL;
    }
    if (from->lock_fd >= 0) close(from->lock_fd);
    from->lock_fd = -1;
}
