/* The facade's own state: the registry of statements, opening and closing, values, care.
 *
 * 1. Nobody uses a connection before the file is known to be ours and at this program's version.
 * 2. Every registered statement compiles on the writer's connection, or the store does not open.
 * 3. One writing process: a lock file beside the database, held while it is open.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"
#include "minyi/err.h"

enum {
    READERS = 8,           /* connections of one node to a server */
    READERS_OF_FILE = 256, /* more than there are threads */
};

/* ---- Statements ---- */

static struct db_statement *statements; /* newest first; complete before main() */
static int statement_count;

void db_register(struct db_statement *statement) {
    statement->index = statement_count++;
    statement->next = statements;
    statements = statement;
}

size_t db_statement_count(void) {
    return (size_t)statement_count;
}

const struct db_statement *db_statement_first(void) {
    return statements;
}

static int by_name(const void *a, const void *b) {
    return strcmp((*(struct db_statement *const *)a)->name, (*(struct db_statement *const *)b)->name);
}

static int prepare_all(struct db_conn *conn, const char *prefix, struct arena *arena, const char **ret_why) {
    size_t count = 0;
    struct db_statement **all = arena_array(arena, db_statement_count() + 1, sizeof(*all));
    for (struct db_statement *s = statements; s != NULL; s = s->next)
        if (prefix == NULL || strncmp(s->name, prefix, strlen(prefix)) == 0) all[count++] = s;
    qsort(all, count, sizeof(all[0]), by_name);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(all[i - 1]->name, all[i]->name) == 0) {
            *ret_why = arena_printf(arena, "程序有误：两条语句同名 %s。", all[i]->name);
            return ERR_STORE;
        }
        const char *why = NULL;
        int error = conn_prepare(conn, all[i], &why);
        if (error != 0) {
            *ret_why = arena_printf(arena, "程序有误：语句 %s 无法执行：%s。", all[i]->name, why);
            return error;
        }
    }
    return 0;
}

/* ---- Values ---- */

struct db_value db_int(int64_t value) {
    if (value == ABSENT) return (struct db_value){.type = DB_NULL};
    return (struct db_value){.type = DB_INT, .number = value};
}

struct db_value db_text(const char *text) {
    if (text == NULL) return (struct db_value){.type = DB_NULL};
    return (struct db_value){.type = DB_TEXT, .data = text, .len = strlen(text)};
}

struct db_value db_blob(const void *data, size_t len) {
    if (data == NULL && len == 0) return (struct db_value){.type = DB_NULL};
    return (struct db_value){.type = DB_BLOB, .data = data, .len = len};
}

/* ---- Trouble ---- */

static void print_trouble(int error, const char *statement, const char *text) {
    fprintf(stderr, "store: %s: %s: %s\n", err_info(error)->code, statement != NULL ? statement : "-", text);
}

static _Atomic(db_trouble_fn) trouble_hook = print_trouble;

void db_on_trouble(db_trouble_fn hook) {
    trouble_hook = hook;
}

void db_report_trouble(int error, const char *statement, const char *text) {
    db_trouble_fn hook = trouble_hook;
    if (hook != NULL && error != ERR_ALREADY_EXISTS) hook(error, statement, text);
}

/* ---- Opening ---- */

const struct driver *db_url_driver(const char *url, const char **ret_place) {
    const char *place = url != NULL ? strchr(url, ':') : NULL;
    if (place == NULL) return NULL;
    size_t scheme = (size_t)(place++ - url);
    if (strncmp(url, "sqlite", scheme) == 0 && scheme == strlen("sqlite")) {
        *ret_place = place;
        /* Readers of other threads need a file; ":memory:" is private to one connection. */
        return place[0] != '\0' && place[0] != ':' ? &sqlite_driver : NULL;
    }
    bool postgres = (scheme == strlen("postgres") && strncmp(url, "postgres", scheme) == 0) ||
                    (scheme == strlen("postgresql") && strncmp(url, "postgresql", scheme) == 0);
    if (!postgres || strncmp(place, "//", 2) != 0) return NULL;
    *ret_place = url;
    return &postgres_driver;
}

/* Without '@' a ':' at END of a name stands before a port; else it is a password whose host was forgotten. */
static bool secret_port(const char *rest, size_t end) {
    if (rest[0] == '[' || rest[end] != ':') return false;
    const char *port = rest + end + 1;
    return strchr("/?,", port[strspn(port, "0123456789")]) == NULL;
}

const char *db_url_shown(struct arena *arena, const char *url) {
    const char *rest = strstr(url, "://");
    if (rest == NULL) {
        bool file = strncmp(url, "sqlite:", strlen("sqlite:")) == 0 || strchr(url, '@') == NULL;
        return arena_printf(arena, "%.*s", (int)(file ? strlen(url) : strcspn(url, ":")), url);
    }
    rest += strlen("://");
    /* A password written wrongly, with '@', '/' or '?' as they are, is still one; options may name another.
     */
    size_t before_options = strcspn(rest, "?");
    const char *host = memrchr(rest, '@', before_options);
    size_t user = strcspn(rest, ":/?@");
    if (host == NULL && strchr(rest + before_options, '@') == NULL && !secret_port(rest, user))
        user = before_options;
    const char *end = rest + before_options;
    return arena_printf(arena, "%.*s%.*s", (int)(rest - url) + (int)user, url,
                        host != NULL ? (int)(end - host) : 0, host != NULL ? host : "");
}

static int find_file(struct db *db, const struct db_options *options, struct arena *arena,
                     const char **ret_why) {
    if (disk_exists(db->place)) return 0;
    if (!options->create) {
        *ret_why = arena_printf(arena, "没有找到数据库 %s。", db->place);
        return ERR_NOT_FOUND;
    }
    if (disk_bytes(arena_printf(arena, "%s-wal", db->place)) > 0) {
        *ret_why = arena_printf(arena,
                                "数据库 %s 不见了，但它的日志 %s-wal 还在：请找回原文件或从备份恢复，"
                                "确认不再需要时移走日志再启动。",
                                db->place, db->place);
        return ERR_STORE_CORRUPT;
    }
    int error = disk_create(db->place);
    if (error == 0) error = disk_sync_folder(db->place);
    if (error != 0)
        *ret_why = arena_printf(arena, "不能建立数据库 %s：请检查文件夹是否存在、可写。", db->place);
    return error;
}

static int take_lock(struct db *db, struct arena *arena, const char **ret_why) {
    int error = disk_lock(arena, db->place, &db->lock_fd);
    if (error == ERR_STORE_BUSY)
        *ret_why = arena_printf(arena, "数据库 %s 正由另一个 minyi 进程使用。", db->name);
    else if (error != 0)
        *ret_why = arena_printf(arena, "不能给数据库 %s 加锁：请检查文件夹是否存在、可写。", db->place);
    return error;
}

static int connect_writer(struct db *db, struct arena *arena, const char **ret_why) {
    char why[300] = "";
    struct engine_conn *engine = NULL;
    int error = db->driver->connect(db->place, ENGINE_WRITER, &engine, why, sizeof(why));
    if (error != 0) {
        *ret_why = arena_printf(arena, "不能打开数据库 %s：%s。", db->name, why);
        return error;
    }
    db->writer_conn = conn_new(db, engine, true);
    return 0;
}

static int open_steps(struct db *db, const struct db_options *options, const struct db_internals *internals,
                      struct arena *arena, const char **ret_why) {
    int error = 0;
    if (db->driver->in_file && !options->no_writer_lock) error = take_lock(db, arena, ret_why);
    if (error == 0 && db->driver->in_file) error = find_file(db, options, arena, ret_why);
    if (error == 0) error = connect_writer(db, arena, ret_why);
    if (error == 0)
        error = migrate(db, db->writer_conn->engine, options, internals, arena, &db->version, ret_why);
    if (error == 0) error = prepare_all(db->writer_conn, internals->prepare_prefix, arena, ret_why);
    if (error == 0) {
        error = writer_start(db);
        if (error != 0) *ret_why = "不能启动写入线程：系统资源不足。";
    }
    return error;
}

int db_open_with_migrations(const struct db_options *options, const struct db_internals *internals,
                            struct arena *arena, struct db **ret, const char **ret_why) {
    const char *ignored = NULL;
    if (ret_why == NULL) ret_why = &ignored;
    const char *place = NULL;
    const struct driver *driver = db_url_driver(options->url, &place);
    if (driver == NULL) {
        *ret_why = arena_printf(
            arena, "不认识的数据库地址 %s：应写成 sqlite:文件路径，或 postgres://用户@主机:端口/数据库。",
            options->url != NULL ? db_url_shown(arena, options->url) : "（空）");
        return ERR_INVALID;
    }
    struct db *db = calloc(1, sizeof(*db));
    if (db == NULL) abort();
    db->driver = driver;
    db->place = strdup(place);
    db->name = strdup(driver->in_file ? place : db_url_shown(arena, place));
    if (db->place == NULL || db->name == NULL) abort();
    size_t usual = driver->in_file ? READERS_OF_FILE : READERS;
    db->pool = pool_new(options->readers > 0 ? (size_t)options->readers : usual);
    db->lock_fd = -1;
    db->second_process = options->no_writer_lock;
    db->known_version = (int64_t)internals->migration_count;
    db->internals = *internals;
    db->internals.for_copy = false;
    bus_new(db);
    int error = open_steps(db, options, internals, arena, ret_why);
    if (error != 0) {
        db_close(db);
        return error;
    }
    *ret = db;
    return 0;
}

int db_open(const struct db_options *options, struct arena *arena, struct db **ret, const char **ret_why) {
    const struct db_internals product = {.migrations = db_migrations, .migration_count = db_migration_count};
    return db_open_with_migrations(options, &product, arena, ret, ret_why);
}

void db_close(struct db *db) {
    if (db == NULL) return;
    writer_stop(db);
    bus_free(db);
    pool_free(db->pool);
    conn_free(db->writer_conn); /* the last one out: SQLite moves the log into the file and deletes it */
    if (db->lock_fd >= 0) close(db->lock_fd);
    free(db->place);
    free(db->name);
    free(db);
}

int64_t db_version(struct db *db) {
    return db->version;
}

/* ---- Care ---- */

static int64_t server_bytes(struct db *db) {
    int error = 0;
    struct db_conn *conn = db_read_begin(db, &error);
    if (conn == NULL) return 0;
    int64_t bytes = db->driver->bytes(conn->engine);
    db_read_end(conn);
    return bytes;
}

void db_stats(struct db *db, struct db_stats *ret) {
    *ret = (struct db_stats){0};
    writer_stats(db, ret);
    ret->readers = pool_count(db->pool);
    if (!db->driver->in_file) {
        ret->database_bytes = server_bytes(db);
        return;
    }
    char log[4096];
    snprintf(log, sizeof(log), "%s-wal", db->place);
    ret->wal_bytes = disk_bytes(log);
    ret->database_bytes = disk_bytes(db->place);
}

int db_ready(struct db *db) {
    enum { ANSWER_MS = 2000 };
    int error = 0;
    struct db_conn *conn = db_read_begin(db, &error); /* its snapshot is the trivial read */
    if (conn == NULL) return error;
    if (db->driver->ping != NULL) error = db->driver->ping(conn->engine);
    db_read_end(conn);
    return error != 0 ? error : writer_ping(db, ANSWER_MS);
}
