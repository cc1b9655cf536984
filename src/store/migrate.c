/* Bringing the file to this program's version.
 *
 * 1. A file that is not ours is never written to: it is identified before anything else.
 * 2. Each migration commits whole, with its row in schema_migration, or not at all.
 * 3. What was applied is never different from what the program holds: the SHA-256 of the text is kept
 *    and compared. A change of the schema is a new migration.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "minyi/buf.h"
#include "minyi/clock.h"
#include "minyi/err.h"
#include "minyi/hash.h"

enum { SCRIPT_MAX = 4 * 1024 * 1024, WHY_SIZE = 300 };

static const char create_table[] =
    "CREATE TABLE schema_migration (version @int PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL,"
    " at_ms @int NOT NULL) @strict";

struct migration_run {
    const struct driver *driver;
    struct engine_conn *conn;
    const struct db_internals *internals;
    struct arena *arena;
    const char *path;
    const char **ret_why;
};

/* ---- The words of the engine ---- */

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

/* The word at TEXT, or NULL. */
static const struct engine_word *word_at(const struct driver *driver, const char *text) {
    for (const struct engine_word *word = driver->words; word->word != NULL; word++) {
        size_t len = strlen(word->word);
        if (strncmp(text, word->word, len) == 0 && !is_word(text[len])) return word;
    }
    return NULL;
}

/* Length of the string or comment that begins at TEXT; 0 when none does. */
static size_t opaque_length(const char *text) {
    const char *end = NULL;
    size_t closing = 1;
    if (text[0] == '\'') {
        end = strchr(text + 1, '\'');
    } else if (text[0] == '-' && text[1] == '-') {
        end = strchr(text, '\n');
    } else if (text[0] == '/' && text[1] == '*') {
        end = strstr(text + 2, "*/");
        closing = 2;
    } else {
        return 0;
    }
    return end != NULL ? (size_t)(end - text) + closing : strlen(text);
}

/* SQL with the engine's own words, outside strings and comments; in ARENA, NULL when it is too long. */
static const char *in_dialect(const struct driver *driver, struct arena *arena, const char *sql) {
    CLEANUP(buf_free) struct buf out = BUF(SCRIPT_MAX);
    for (const char *at = sql; *at != '\0';) {
        size_t opaque = opaque_length(at);
        const struct engine_word *word = *at == '@' ? word_at(driver, at) : NULL;
        if (word != NULL) {
            buf_adds(&out, word->replacement);
            at += strlen(word->word);
        } else {
            size_t len = opaque > 0 ? opaque : 1;
            buf_add(&out, at, len);
            at += len;
        }
    }
    return buf_failed(&out) ? NULL : arena_memdup(arena, out.data != NULL ? out.data : "", out.len);
}

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
    if (version < 1 || version > (int64_t)run->internals->migration_count) return ERR_STORE_CORRUPT;
    const struct db_migration *known = &run->internals->migrations[version - 1];
    char expected[HASH_HEX_SIZE];
    hash_hex(known->sql, strlen(known->sql), expected);
    if (strcmp(expected, sha256) == 0) return 0;
    *run->ret_why =
        arena_printf(run->arena,
                     "数据库 %s 登记的结构 %s 与本程序所带的不一致，不能启动：请换回建立它的程序版本，"
                     "或从备份恢复。",
                     run->path, known->name);
    return ERR_STORE_CORRUPT;
}

/* Every applied migration is ours, unchanged, and none is missing between. */
static int compare_all(const struct migration_run *run, int64_t *ret_version) {
    struct engine_stmt *stmt = NULL;
    int error =
        run_statement(run, "SELECT version, sha256 FROM schema_migration ORDER BY version", DB_NONE, &stmt);
    if (error != 0) return error;
    int64_t version = 0;
    int result;
    while (error == 0 && (result = run->driver->step(stmt)) != 0) {
        if (result < 0) {
            error = result;
            break;
        }
        size_t len = 0;
        const char *sha256 = run->driver->column_bytes(stmt, 1, &len);
        if (run->driver->column_int(stmt, 0) != version + 1) {
            *run->ret_why = arena_printf(run->arena, "数据库 %s 的结构登记不完整，请从备份恢复。", run->path);
            error = ERR_STORE_CORRUPT;
        } else {
            error = compare(run, ++version, sha256);
        }
    }
    run->driver->finalize(stmt);
    if (error == 0) *ret_version = version;
    return error;
}

/* ---- Applying ---- */

static int record_applied(const struct migration_run *run, const struct db_migration *migration) {
    char sha256[HASH_HEX_SIZE];
    hash_hex(migration->sql, strlen(migration->sql), sha256);
    struct engine_stmt *stmt = NULL;
    int error = run_statement(
        run, "INSERT INTO schema_migration (version, name, sha256, at_ms) VALUES ($1, $2, $3, $4)",
        DB_PARAMS(db_int(migration->version), db_text(migration->name), db_text(sha256), db_int(clock_ms())),
        &stmt);
    if (error == 0) error = run->driver->step(stmt);
    run->driver->finalize(stmt);
    return error;
}

static int apply_inside(const struct migration_run *run, const struct db_migration *migration,
                        char why[WHY_SIZE]) {
    const char *sql = in_dialect(run->driver, run->arena, migration->sql);
    if (sql == NULL) return ERR_STORE;
    int error = run->driver->script(run->conn, sql);
    if (error == 0) error = record_applied(run, migration);
    if (error != 0) {
        snprintf(why, WHY_SIZE, "%s", run->driver->message(run->conn));
        return error;
    }
    return run->driver->check_foreign_keys(run->conn, why, WHY_SIZE);
}

/* BODY inside one transaction that takes the write lock at once. */
static int apply(const struct migration_run *run, const struct db_migration *migration) {
    char why[WHY_SIZE] = "";
    int error = run->driver->enforce_foreign_keys(run->conn, false);
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
    return run->driver->enforce_foreign_keys(run->conn, true);
}

/* The mark in the file's header and the table of migrations, together. */
static int found(const struct migration_run *run) {
    int error = run->driver->control(run->conn, ENGINE_BEGIN_WRITE);
    if (error == 0) error = run->driver->mark_ours(run->conn);
    if (error == 0) error = run->driver->script(run->conn, in_dialect(run->driver, run->arena, create_table));
    if (error == 0) error = run->driver->control(run->conn, ENGINE_COMMIT);
    if (error == 0) return 0;
    *run->ret_why =
        arena_printf(run->arena, "不能建立数据库 %s：%s。", run->path, run->driver->message(run->conn));
    if (run->driver->in_transaction(run->conn)) (void)run->driver->control(run->conn, ENGINE_ROLLBACK);
    return error;
}

static int identify(const struct migration_run *run, bool create, bool *ret_empty) {
    bool ours = false, empty = false;
    int error = run->driver->identify(run->conn, &ours, &empty);
    if (error != 0) {
        *run->ret_why = arena_printf(run->arena, "不能读取数据库 %s，文件可能已损坏，请从备份恢复：%s。",
                                     run->path, run->driver->message(run->conn));
        return error;
    }
    if (!ours && !empty) {
        *run->ret_why = arena_printf(run->arena, "%s 不是本系统的数据库，没有改动它。", run->path);
        return ERR_STORE_CORRUPT;
    }
    if (empty && !create) {
        *run->ret_why = arena_printf(run->arena, "%s 是空文件，不是数据库。", run->path);
        return ERR_NOT_FOUND;
    }
    *ret_empty = empty;
    return 0;
}

/* The version the file has and whether this program may use it. */
static int admit(const struct migration_run *run, int64_t *ret_version) {
    int64_t known = (int64_t)run->internals->migration_count;
    int64_t newest = 0;
    int error = migrate_version(run->driver, run->conn, &newest);
    if (error == 0 && newest > known) {
        *run->ret_why = arena_printf(
            run->arena,
            "数据库 %s 由更新版本的程序建立（结构版本 %lld，本程序只到 %lld）：请升级程序后再启动。",
            run->path, (long long)newest, (long long)known);
        return ERR_STORE_NEWER;
    }
    if (error == 0) error = compare_all(run, ret_version);
    if (error != 0 && *run->ret_why == NULL)
        *run->ret_why = arena_printf(run->arena, "不能读取数据库 %s 的结构版本：%s。", run->path,
                                     run->driver->message(run->conn));
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
                                      .path = db->path,
                                      .ret_why = ret_why};
    bool empty = false;
    int error = identify(&run, options->create, &empty);
    if (error != 0) return error;
    error = db->driver->make_durable(conn);
    if (error != 0) {
        *ret_why = arena_printf(arena, "数据库 %s 不能使用预写日志，请放在本机磁盘上：%s。", db->path,
                                db->driver->message(conn));
        return error;
    }
    int64_t version = 0;
    if (empty) error = found(&run);
    if (error == 0) error = admit(&run, &version);
    int64_t known = (int64_t)internals->migration_count;
    if (error == 0 && version < known && !empty && (!options->migrate || db->second_process)) {
        *ret_why = arena_printf(arena, "数据库 %s 的结构版本是 %lld，本程序需要 %lld：请先备份，再升级。",
                                db->path, (long long)version, (long long)known);
        return ERR_CONFLICT;
    }
    for (; error == 0 && version < known; version++)
        error = apply(&run, &internals->migrations[version]);
    if (error == 0) *ret_version = version;
    return error;
}
