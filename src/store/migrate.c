/* Bringing the file to this program's version.
 *
 * 1. A file that is not ours is never written to: it is identified before anything else.
 * 2. Each migration commits whole, with its row in schema_migration, or not at all.
 * 3. What was applied is never different from what the program holds: the SHA-256 of the text is kept
 *    and compared. A change of the schema is a new migration.
 */
#include <stdio.h>
#include <string.h>

#include "catalogue.h"
#include "internal.h"
#include "minyi/clock.h"
#include "minyi/err.h"
#include "minyi/hash.h"

enum { WHY_SIZE = 400 };

/* The store's own tables. `additive`: programs that do not know the migration may go on using the database.
 * `write_mark`: one row a node that writes, with the number of its last group; how a node finds out whether
 * a commit happened whose answer was lost (servers only). */
static const char create_tables[] =
    "CREATE TABLE schema_migration (version @int PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL,"
    " at_ms @int NOT NULL, additive @int NOT NULL DEFAULT 0) @strict;"
    "CREATE TABLE write_mark (node TEXT PRIMARY KEY, mark @int NOT NULL, at_ms @int NOT NULL) @strict";

/* Marks a database that a copy has not yet filled (copy.h). */
static const char create_copy_mark[] =
    ";CREATE TABLE copy_progress (name TEXT PRIMARY KEY, copied @int NOT NULL, done @int NOT NULL) @strict";

/* Databases from before there were several nodes. */
static const char renew_tables[] =
    "ALTER TABLE schema_migration ADD COLUMN additive @int NOT NULL DEFAULT 0;"
    "CREATE TABLE write_mark (node TEXT PRIMARY KEY, mark @int NOT NULL, at_ms @int NOT NULL) @strict";

struct migration_run {
    const struct driver *driver;
    struct engine_conn *conn;
    const struct db_internals *internals;
    struct arena *arena;
    const char *name; /* of the database, for messages */
    const char **ret_why;
};

/* ---- What the file holds ---- */

static int run_statement(const struct migration_run *run, const char *sql, const struct db_value *params,
                         size_t count, struct engine_stmt **ret) {
    const char *why = "";
    struct engine_stmt *stmt = NULL;
    int error = run->driver->prepare(run->conn, sql, &stmt, &why);
    if (error == 0) error = run->driver->bind(stmt, params, count);
    if (error != 0) {
        run->driver->finalize(stmt);
        return error;
    }
    *ret = stmt;
    return 0;
}

int migrate_version(const struct driver *driver, struct engine_conn *conn, int64_t *ret) {
    const struct migration_run run = {.driver = driver, .conn = conn};
    struct engine_stmt *stmt = NULL;
    int error = run_statement(&run, "SELECT coalesce(max(version), 0) FROM schema_migration", DB_NONE, &stmt);
    if (error != 0) return error;
    int result = driver->step(stmt);
    if (result > 0) *ret = driver->column_int(stmt, 0);
    driver->finalize(stmt);
    return result > 0 ? 0 : result < 0 ? result : ERR_STORE;
}

/* Compares one applied migration with the program's own. */
static int compare(const struct migration_run *run, int64_t version, const char *sha256) {
    const struct db_migration *known = &run->internals->migrations[version - 1];
    char expected[HASH_HEX_SIZE];
    hash_hex(known->sql, strlen(known->sql), expected);
    if (strcmp(expected, sha256) == 0) return 0;
    *run->ret_why =
        arena_printf(run->arena,
                     "数据库 %s 登记的结构 %s 与本程序所带的不一致，不能启动：请换回建立它的程序版本，"
                     "或从备份恢复。",
                     run->name, known->name);
    return ERR_STORE_CORRUPT;
}

/* Every applied migration is ours, unchanged, and none is missing between. */
static int compare_all(const struct migration_run *run, int64_t *ret_version) {
    struct engine_stmt *stmt = NULL;
    int error =
        run_statement(run, "SELECT version, sha256 FROM schema_migration ORDER BY version", DB_NONE, &stmt);
    if (error != 0) return error;
    int64_t version = 0, known = (int64_t)run->internals->migration_count;
    int result;
    while (error == 0 && (result = run->driver->step(stmt)) != 0) {
        if (result < 0) {
            error = result;
            break;
        }
        size_t len = 0;
        const char *sha256 = run->driver->column_bytes(stmt, 1, &len);
        if (run->driver->column_int(stmt, 0) != version + 1) {
            *run->ret_why = arena_printf(run->arena, "数据库 %s 的结构登记不完整，请从备份恢复。", run->name);
            error = ERR_STORE_CORRUPT;
        } else if (++version <= known) {
            error = compare(run, version, sha256);
        }
    }
    run->driver->finalize(stmt);
    if (error == 0) *ret_version = version;
    return error;
}

/* ---- Applying ---- */

/* A migration that only adds says so in its first line. */
static bool is_additive(const struct db_migration *migration) {
    static const char mark[] = "-- additive";
    return strncmp(migration->sql, mark, sizeof(mark) - 1) == 0;
}

static int record_applied(const struct migration_run *run, const struct db_migration *migration) {
    char sha256[HASH_HEX_SIZE];
    hash_hex(migration->sql, strlen(migration->sql), sha256);
    struct engine_stmt *stmt = NULL;
    int error = run_statement(run,
                              "INSERT INTO schema_migration (version, name, sha256, at_ms, additive)"
                              " VALUES ($1, $2, $3, $4, $5)",
                              DB_PARAMS(db_int(migration->version), db_text(migration->name), db_text(sha256),
                                        db_int(clock_ms()), db_int(is_additive(migration) ? 1 : 0)),
                              &stmt);
    if (error == 0) error = run->driver->step(stmt);
    run->driver->finalize(stmt);
    return error;
}

static int apply_inside(const struct migration_run *run, const struct db_migration *migration,
                        char why[WHY_SIZE]) {
    const char *sql = dialect_text(run->driver, run->arena, migration->sql);
    if (sql == NULL) return ERR_STORE;
    int error = run->driver->script(run->conn, sql);
    if (error == 0) error = record_applied(run, migration);
    if (error == 0 && run->driver->settle_migration != NULL) error = run->driver->settle_migration(run->conn);
    if (error != 0) {
        snprintf(why, WHY_SIZE, "%s", run->driver->message(run->conn));
        return error;
    }
    return run->driver->check_foreign_keys(run->conn, why, WHY_SIZE);
}

static int enforce_foreign_keys(const struct migration_run *run, bool on) {
    return run->driver->enforce_foreign_keys != NULL ? run->driver->enforce_foreign_keys(run->conn, on) : 0;
}

/* BODY inside one transaction that takes the write lock at once. */
static int apply(const struct migration_run *run, const struct db_migration *migration) {
    char why[WHY_SIZE] = "";
    int error = enforce_foreign_keys(run, false);
    if (error == 0) error = run->driver->control(run->conn, ENGINE_BEGIN_WRITE);
    if (error == 0) error = apply_inside(run, migration, why);
    if (error == 0) error = run->driver->control(run->conn, ENGINE_COMMIT);
    if (error != 0) {
        if (why[0] == '\0') snprintf(why, sizeof(why), "%s", run->driver->message(run->conn));
        if (run->driver->in_transaction(run->conn)) (void)run->driver->control(run->conn, ENGINE_ROLLBACK);
        *run->ret_why =
            arena_printf(run->arena, "数据库结构升级 %s 失败，数据库没有改动：%s。", migration->name, why);
        return error;
    }
    return enforce_foreign_keys(run, true);
}

/* Runs TEXT in a transaction of its own, behind what the driver marks as ours when MARK. */
static int run_alone(const struct migration_run *run, const char *text, bool mark) {
    int error = run->driver->control(run->conn, ENGINE_BEGIN_WRITE);
    if (error == 0 && mark) error = run->driver->mark_ours(run->conn);
    if (error == 0) error = run->driver->script(run->conn, dialect_text(run->driver, run->arena, text));
    if (error == 0) error = run->driver->control(run->conn, ENGINE_COMMIT);
    if (error != 0 && run->driver->in_transaction(run->conn))
        (void)run->driver->control(run->conn, ENGINE_ROLLBACK);
    return error;
}

/* The mark of the database and the store's own tables, together. */
static int found(const struct migration_run *run) {
    const char *mark = run->internals->for_copy ? create_copy_mark : "";
    int error = run_alone(run, arena_printf(run->arena, "%s%s", create_tables, mark), true);
    if (error != 0)
        *run->ret_why = arena_printf(run->arena, "不能在 %s 建立数据库：%s。", run->name,
                                     run->driver->message(run->conn));
    return error;
}

static int renew(const struct migration_run *run) {
    int error = run_alone(run, renew_tables, false);
    if (error != 0)
        *run->ret_why = arena_printf(run->arena, "不能升级数据库 %s 的结构登记，数据库没有改动：%s。",
                                     run->name, run->driver->message(run->conn));
    return error;
}

/* Whether the store's own tables are those of this program. */
static bool has_own_tables(const struct migration_run *run) {
    struct engine_stmt *stmt = NULL;
    int error = run_statement(run, "SELECT additive FROM schema_migration WHERE version < $1",
                              DB_PARAMS(db_int(0)), &stmt);
    if (error == 0) run->driver->finalize(stmt);
    (void)run->driver->take_severe(run->conn);
    return error == 0;
}

/* A copy goes only into a database that it has begun itself; everybody else only into others. */
static int check_copy_mark(const struct migration_run *run) {
    bool marked = false;
    int error = catalogue_has_table(run->driver, run->conn, "copy_progress", &marked);
    if (error == 0 && marked && !run->internals->for_copy) {
        *run->ret_why = arena_printf(
            run->arena,
            "数据库 %s 里的复制（minyi copy 或 minyi restore）还没有完成，不能使用：请再运行同一条命令，"
            "会从中断处继续。",
            run->name);
        return ERR_CONFLICT;
    }
    if (error == 0 && !marked && run->internals->for_copy) {
        *run->ret_why = arena_printf(
            run->arena, "%s 已经有一个机关的数据库，没有改动它：请另建一个空的数据库作为目标。", run->name);
        return ERR_ALREADY_EXISTS;
    }
    if (error != 0 && *run->ret_why == NULL)
        *run->ret_why = arena_printf(run->arena, "不能读取数据库 %s 的表结构：%s。", run->name,
                                     run->driver->message(run->conn));
    return error;
}

static int identify(const struct migration_run *run, bool create, bool *ret_empty) {
    bool ours = false, empty = false;
    int error = run->driver->identify(run->conn, &ours, &empty);
    if (error != 0) {
        *run->ret_why = arena_printf(run->arena, "不能读取数据库 %s，文件可能已损坏，请从备份恢复：%s。",
                                     run->name, run->driver->message(run->conn));
        return error;
    }
    if (!ours && !empty) {
        *run->ret_why = arena_printf(run->arena, "%s 不是本系统的数据库，没有改动它。", run->name);
        return ERR_STORE_CORRUPT;
    }
    if (empty && !create) {
        *run->ret_why = arena_printf(
            run->arena,
            run->driver->in_file ? "%s 是空文件，不是数据库。"
                                 : "数据库 %s 里还没有表：请先用 minyi init 建立，或用 minyi restore 恢复。",
            run->name);
        return ERR_NOT_FOUND;
    }
    *ret_empty = empty;
    return empty ? 0 : check_copy_mark(run);
}

int migrate_newer_is_additive(const struct driver *driver, struct engine_conn *conn, int64_t known,
                              bool *ret) {
    const struct migration_run run = {.driver = driver, .conn = conn};
    struct engine_stmt *stmt = NULL;
    int error =
        run_statement(&run, "SELECT count(*) FROM schema_migration WHERE version > $1 AND additive = 0",
                      DB_PARAMS(db_int(known)), &stmt);
    if (error != 0) return error;
    int result = driver->step(stmt);
    if (result > 0) *ret = driver->column_int(stmt, 0) == 0;
    driver->finalize(stmt);
    return result > 0 ? 0 : result < 0 ? result : ERR_STORE;
}

/* The version the database has and whether this program may use it. */
static int admit(const struct migration_run *run, int64_t *ret_version) {
    int64_t known = (int64_t)run->internals->migration_count;
    int64_t newest = 0;
    bool additive = true;
    int error = migrate_version(run->driver, run->conn, &newest);
    if (error == 0 && newest > known)
        error = migrate_newer_is_additive(run->driver, run->conn, known, &additive);
    if (error == 0 && !additive) {
        *run->ret_why = arena_printf(
            run->arena,
            "数据库 %s 由更新版本的程序建立（结构版本 %lld，本程序只到 %lld）：请升级程序后再启动。",
            run->name, (long long)newest, (long long)known);
        return ERR_STORE_NEWER;
    }
    if (error == 0) error = compare_all(run, ret_version);
    if (error != 0 && *run->ret_why == NULL)
        *run->ret_why = arena_printf(run->arena, "不能读取数据库 %s 的结构版本：%s。", run->name,
                                     run->driver->message(run->conn));
    return error;
}

static int check_rights(const struct migration_run *run, bool writes) {
    char why[WHY_SIZE] = "";
    if (run->driver->check_rights == NULL) return 0;
    int error = run->driver->check_rights(run->conn, writes, why, sizeof(why));
    if (error != 0) *run->ret_why = arena_printf(run->arena, "不能使用数据库 %s：%s。", run->name, why);
    return error;
}

/* Applies what is missing. */
static int advance(const struct migration_run *run, const struct db_options *options, bool beside,
                   int64_t *ret_version) {
    bool empty = false;
    int64_t version = 0, known = (int64_t)run->internals->migration_count;
    int error = identify(run, options->create, &empty);
    if (error != 0) return error;
    error = run->driver->make_durable(run->conn);
    if (error != 0) {
        *run->ret_why = arena_printf(run->arena, "数据库 %s 不能使用预写日志，请放在本机磁盘上：%s。",
                                     run->name, run->driver->message(run->conn));
        return error;
    }
    if (!empty) error = check_rights(run, !beside);
    if (error != 0) return error;
    bool may_change = empty || (options->migrate && !beside);
    if (empty) error = found(run);
    bool own = error != 0 || has_own_tables(run);
    if (!own && may_change) error = renew(run);
    if (error == 0 && (own || may_change)) error = admit(run, &version);
    if (error == 0 && !own && !may_change) error = migrate_version(run->driver, run->conn, &version);
    if (error == 0 && !may_change && (version < known || !own)) {
        *run->ret_why =
            arena_printf(run->arena, "数据库 %s 的结构版本是 %lld，本程序需要 %lld：请先备份，再升级。",
                         run->name, (long long)version, (long long)known);
        return ERR_CONFLICT;
    }
    for (; error == 0 && version < known; version++)
        error = apply(run, &run->internals->migrations[version]);
    if (error == 0) *ret_version = version;
    return error;
}

int migrate(struct db *db, struct engine_conn *conn, const struct db_options *options,
            const struct db_internals *internals, struct arena *arena, int64_t *ret_version,
            const char **ret_why) {
    *ret_why = NULL;
    const struct migration_run run = {.driver = db->driver,
                                      .conn = conn,
                                      .internals = internals,
                                      .arena = arena,
                                      .name = db->name,
                                      .ret_why = ret_why};
    int error = db->driver->migration_lock != NULL ? db->driver->migration_lock(conn, true) : 0;
    if (error != 0) {
        *ret_why = arena_printf(arena, "数据库 %s 正由另一个程序升级，请稍后再试：%s。", db->name,
                                db->driver->message(conn));
        return error;
    }
    error = advance(&run, options, db->second_process, ret_version);
    if (db->driver->migration_lock != NULL) (void)db->driver->migration_lock(conn, false);
    (void)db->driver->take_severe(conn);
    return error;
}
