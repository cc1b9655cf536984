/* The SQLite driver: the only file that knows sqlite3.h. Built against 3.40, whose defaults are turned
 * to the safe side at every open (see harden()).
 *
 * 1. Write-ahead log with synchronous=FULL: a commit that was reported is on the disk.
 * 2. Write transactions begin IMMEDIATE: a read that turns into a write fails at once when anyone else
 *    has committed meanwhile, whatever the busy timeout says.
 * 3. $1…$n are bound by name: SQLite numbers parameters by first appearance, not by their digits.
 * 4. Checkpoints never run inside a commit; the writer asks for them between groups.
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"
#include "minyi/err.h"

enum {
    APPLICATION_ID = 0x4D4E5949, /* "MNYI" in the file's header */
    BUSY_MS = 5000,              /* waiting for another process that writes */
    CHECKPOINT_BUSY_MS = 50,     /* waiting for readers when the log is to be cut */
    PARAMETERS_MAX = 200,
    LOG_LIMIT_BYTES = 16 * 1024 * 1024,
};

struct engine_conn {
    sqlite3 *db;
    sqlite3_stmt *controls[ENGINE_CONTROL_COUNT];
    sqlite3_stmt *snapshot;
    enum engine_role role;
    int severe;
    int64_t log_pages;
};

struct engine_stmt {
    struct engine_conn *conn;
    sqlite3_stmt *stmt;
    int count;                   /* parameters $1…$count */
    short place[PARAMETERS_MAX]; /* SQLite's index of $(i + 1) */
};

struct engine_copy {
    struct engine_conn *from;
    sqlite3 *to;
    sqlite3_backup *backup;
};

static const struct engine_word words[] = {
    {"@int", "INTEGER"},   {"@blob", "BLOB"}, {"@serial", "INTEGER PRIMARY KEY AUTOINCREMENT"},
    {"@strict", "STRICT"}, {NULL, NULL},
};

static const char *const controls[ENGINE_CONTROL_COUNT] = {
    [ENGINE_BEGIN_READ] = "BEGIN",
    [ENGINE_END_READ] = "COMMIT",
    [ENGINE_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [ENGINE_SAVEPOINT] = "SAVEPOINT job",
    [ENGINE_RELEASE] = "RELEASE job",
    [ENGINE_ROLLBACK_TO] = "ROLLBACK TO job",
    [ENGINE_COMMIT] = "COMMIT",
    [ENGINE_ROLLBACK] = "ROLLBACK",
};

/* ---- Errors ---- */

static int error_of(int rc) {
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_DONE:
        return 0;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_STORE_BUSY;
    case SQLITE_FULL:
        return ERR_STORE_FULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_STORE_CORRUPT;
    case SQLITE_CONSTRAINT:
        return rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY ||
                       rc == SQLITE_CONSTRAINT_ROWID
                   ? ERR_ALREADY_EXISTS
                   : ERR_CONFLICT;
    default:
        return ERR_STORE;
    }
}

/* SQLite may have rolled back the whole transaction after these, or cannot be trusted to continue it. */
static bool is_severe(int rc) {
    switch (rc & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_INTERRUPT:
        return true;
    default:
        return false;
    }
}

static int failed(struct engine_conn *conn, int rc) {
    int error = error_of(rc);
    if (is_severe(rc) && conn->severe == 0) conn->severe = error;
    return error;
}

static int take_severe(struct engine_conn *conn) {
    int error = conn->severe;
    conn->severe = 0;
    return error;
}

static const char *message(const struct engine_conn *conn) {
    return sqlite3_errmsg(conn->db);
}

/* ---- Opening ---- */

static pthread_once_t configured = PTHREAD_ONCE_INIT;

static void configure(void) {
    /* Counting memory takes a lock in every allocation of every thread. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_initialize();
}

static int after_commit(void *argument, sqlite3 *db, const char *name, int pages) {
    (void)db;
    (void)name;
    struct engine_conn *conn = argument;
    conn->log_pages = pages;
    return SQLITE_OK;
}

static int set_switches(sqlite3 *db) {
    static const struct {
        int verb, value;
    } switches[] = {
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0}, /* else "no_such_column" is taken as a string */
        {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
        {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(switches); i++) {
        int rc = sqlite3_db_config(db, switches[i].verb, switches[i].value, (int *)NULL);
        if (rc != SQLITE_OK) return rc;
    }
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 64 * 1024 * 1024);
    sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, 1024 * 1024);
    sqlite3_limit(db, SQLITE_LIMIT_VARIABLE_NUMBER, PARAMETERS_MAX);
    sqlite3_limit(db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000);
    sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 200);
    sqlite3_limit(db, SQLITE_LIMIT_TRIGGER_DEPTH, 20);
    sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
    return SQLITE_OK;
}

static int harden(struct engine_conn *conn) {
    int rc = set_switches(conn->db);
    if (rc != SQLITE_OK) return rc;
    sqlite3_busy_timeout(conn->db, BUSY_MS);
    const char *pragmas = "PRAGMA query_only=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-1024;";
    if (conn->role == ENGINE_READER)
        pragmas = "PRAGMA query_only=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-4096;"
                  "PRAGMA mmap_size=0;";
    if (conn->role == ENGINE_WRITER)
        pragmas = "PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8192;"
                  "PRAGMA mmap_size=0; PRAGMA cell_size_check=ON;";
    return sqlite3_exec(conn->db, pragmas, NULL, NULL, NULL);
}

static void disconnect(struct engine_conn *conn) {
    if (conn == NULL) return;
    for (int i = 0; i < ENGINE_CONTROL_COUNT; i++)
        sqlite3_finalize(conn->controls[i]);
    sqlite3_finalize(conn->snapshot);
    sqlite3_close_v2(conn->db);
    free(conn);
}

static int connect_file(const char *path, enum engine_role role, struct engine_conn **ret, char *why,
                        size_t why_size) {
    pthread_once(&configured, configure);
    struct engine_conn *conn = calloc(1, sizeof(*conn));
    if (conn == NULL) abort();
    conn->role = role;
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE |
                (role == ENGINE_WRITER ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
    int rc = sqlite3_open_v2(path, &conn->db, flags, NULL);
    if (rc == SQLITE_OK) rc = harden(conn);
    if (rc != SQLITE_OK) {
        snprintf(why, why_size, "%s", conn->db != NULL ? sqlite3_errmsg(conn->db) : sqlite3_errstr(rc));
        disconnect(conn);
        return error_of(rc);
    }
    *ret = conn;
    return 0;
}

static int one_text(sqlite3 *db, const char *sql, char *out, size_t size) {
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(stmt);
    const char *text = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
    snprintf(out, size, "%s", text != NULL ? text : "");
    sqlite3_finalize(stmt);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int make_durable(struct engine_conn *conn) {
    char mode[16];
    int rc = one_text(conn->db, "PRAGMA journal_mode=WAL", mode, sizeof(mode));
    if (rc != SQLITE_OK) return failed(conn, rc);
    if (strcmp(mode, "wal") != 0) return ERR_STORE;
    char limit[80];
    snprintf(limit, sizeof(limit), "PRAGMA journal_size_limit=%d", LOG_LIMIT_BYTES);
    rc = sqlite3_exec(conn->db, limit, NULL, NULL, NULL);
    if (rc != SQLITE_OK) return failed(conn, rc);
    sqlite3_wal_hook(conn->db, after_commit, conn); /* replaces the automatic checkpoint inside commits */
    return 0;
}

/* ---- Transactions ---- */

static int run_kept(struct engine_conn *conn, sqlite3_stmt **stmt, const char *sql) {
    if (*stmt == NULL) {
        int rc = sqlite3_prepare_v3(conn->db, sql, -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL);
        if (rc != SQLITE_OK) return failed(conn, rc);
    }
    int rc = sqlite3_step(*stmt);
    sqlite3_reset(*stmt);
    return rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : failed(conn, rc);
}

static int control(struct engine_conn *conn, enum engine_control which) {
    int error = run_kept(conn, &conn->controls[which], controls[which]);
    if (error != 0 || which != ENGINE_BEGIN_READ) return error;
    /* BEGIN alone takes no snapshot; the cheapest read does. */
    error = run_kept(conn, &conn->snapshot, "PRAGMA application_id");
    if (error != 0) (void)run_kept(conn, &conn->controls[ENGINE_ROLLBACK], controls[ENGINE_ROLLBACK]);
    return error;
}

static bool in_transaction(const struct engine_conn *conn) {
    return sqlite3_get_autocommit(conn->db) == 0;
}

static int check_job(struct engine_conn *conn) {
    int now = 0, high = 0;
    sqlite3_db_status(conn->db, SQLITE_DBSTATUS_DEFERRED_FKS, &now, &high, 0);
    return now != 0 ? ERR_CONFLICT : 0;
}

/* ---- Statements ---- */

static void finalize(struct engine_stmt *stmt) {
    if (stmt == NULL) return;
    sqlite3_finalize(stmt->stmt);
    free(stmt);
}

/* Fills `place`; NULL or what is wrong with the parameters. */
static const char *map_parameters(struct engine_stmt *stmt) {
    int count = sqlite3_bind_parameter_count(stmt->stmt);
    if (count > PARAMETERS_MAX) return "too many parameters";
    for (int i = 1; i <= count; i++) {
        const char *name = sqlite3_bind_parameter_name(stmt->stmt, i);
        if (name == NULL || name[0] != '$' || name[1] < '1' || name[1] > '9')
            return "parameters must be written $1 … $n";
        char *end = NULL;
        long number = strtol(name + 1, &end, 10);
        if (*end != '\0') return "parameters must be written $1 … $n; write CAST($1 AS TEXT), not $1::text";
        if (number > count) return "parameters must be exactly $1 … $n: a number is missing";
        stmt->place[number - 1] = (short)i;
    }
    stmt->count = count;
    return NULL;
}

static bool only_blanks(const char *sql) {
    return sql[strspn(sql, " \t\r\n;")] == '\0';
}

static int prepare(struct engine_conn *conn, const char *sql, struct engine_stmt **ret,
                   const char **ret_why) {
    struct engine_stmt *stmt = calloc(1, sizeof(*stmt));
    if (stmt == NULL) abort();
    stmt->conn = conn;
    const char *tail = NULL;
    int rc = sqlite3_prepare_v3(conn->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt->stmt, &tail);
    if (rc != SQLITE_OK) {
        *ret_why = sqlite3_errmsg(conn->db);
        finalize(stmt);
        return failed(conn, rc);
    }
    const char *why = stmt->stmt == NULL   ? "the statement is empty"
                      : !only_blanks(tail) ? "more than one statement"
                                           : map_parameters(stmt);
    if (why != NULL) {
        *ret_why = why;
        finalize(stmt);
        return ERR_STORE;
    }
    *ret = stmt;
    return 0;
}

static bool is_read(const struct engine_stmt *stmt) {
    return sqlite3_stmt_readonly(stmt->stmt) != 0;
}

static int bind(struct engine_stmt *stmt, const struct db_value *params, size_t count) {
    if ((size_t)stmt->count != count) return ERR_STORE;
    for (size_t i = 0; i < count; i++) {
        const struct db_value *value = &params[i];
        int place = stmt->place[i];
        int rc = SQLITE_OK;
        switch (value->type) {
        case DB_NULL:
            rc = sqlite3_bind_null(stmt->stmt, place);
            break;
        case DB_INT:
            rc = sqlite3_bind_int64(stmt->stmt, place, value->number);
            break;
        case DB_TEXT:
            rc = sqlite3_bind_text64(stmt->stmt, place, value->data, value->len, SQLITE_STATIC, SQLITE_UTF8);
            break;
        case DB_BLOB:
            rc = sqlite3_bind_blob64(stmt->stmt, place, value->data, value->len, SQLITE_STATIC);
            break;
        }
        if (rc != SQLITE_OK) return failed(stmt->conn, rc);
    }
    return 0;
}

static int step(struct engine_stmt *stmt) {
    int rc = sqlite3_step(stmt->stmt);
    if (rc == SQLITE_ROW) return 1;
    if (rc == SQLITE_DONE) return 0;
    return failed(stmt->conn, rc);
}

static void reset(struct engine_stmt *stmt) {
    sqlite3_reset(stmt->stmt);
}

static int64_t changes(const struct engine_stmt *stmt) {
    return is_read(stmt) ? 0 : sqlite3_changes64(stmt->conn->db);
}

static int column_count(const struct engine_stmt *stmt) {
    return sqlite3_column_count(stmt->stmt);
}

static const char *column_name(const struct engine_stmt *stmt, int column) {
    return sqlite3_column_name(stmt->stmt, column);
}

static enum engine_column column_type(const struct engine_stmt *stmt, int column) {
    switch (sqlite3_column_type(stmt->stmt, column)) {
    case SQLITE_NULL:
        return ENGINE_NULL;
    case SQLITE_INTEGER:
        return ENGINE_INT;
    case SQLITE_TEXT:
        return ENGINE_TEXT;
    case SQLITE_BLOB:
        return ENGINE_BLOB;
    default:
        return ENGINE_OTHER;
    }
}

static int64_t column_int(const struct engine_stmt *stmt, int column) {
    return sqlite3_column_int64(stmt->stmt, column);
}

static const void *column_bytes(const struct engine_stmt *stmt, int column, size_t *ret_len) {
    const void *data = sqlite3_column_type(stmt->stmt, column) == SQLITE_BLOB
                           ? sqlite3_column_blob(stmt->stmt, column)
                           : (const void *)sqlite3_column_text(stmt->stmt, column);
    *ret_len = (size_t)sqlite3_column_bytes(stmt->stmt, column);
    return data != NULL ? data : "";
}

/* ---- Scripts and checks ---- */

static int script(struct engine_conn *conn, const char *sql) {
    int rc = sqlite3_exec(conn->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? 0 : failed(conn, rc);
}

static int enforce_foreign_keys(struct engine_conn *conn, bool on) {
    int rc = sqlite3_db_config(conn->db, SQLITE_DBCONFIG_ENABLE_FKEY, on ? 1 : 0, (int *)NULL);
    return rc == SQLITE_OK ? 0 : failed(conn, rc);
}

static int check_foreign_keys(struct engine_conn *conn, char *why, size_t why_size) {
    char table[200];
    int rc = one_text(conn->db, "PRAGMA foreign_key_check", table, sizeof(table));
    if (rc != SQLITE_OK) {
        snprintf(why, why_size, "%s", sqlite3_errmsg(conn->db));
        return failed(conn, rc);
    }
    if (table[0] == '\0') return 0;
    snprintf(why, why_size, "foreign key violated in table %s", table);
    return ERR_CONFLICT;
}

static int check_integrity(struct engine_conn *conn, char *why, size_t why_size) {
    char finding[200];
    int rc = one_text(conn->db, "PRAGMA integrity_check(1)", finding, sizeof(finding));
    if (rc == SQLITE_OK && strcmp(finding, "ok") == 0) return 0;
    snprintf(why, why_size, "%s", rc == SQLITE_OK ? finding : sqlite3_errmsg(conn->db));
    return rc == SQLITE_OK ? ERR_STORE_CORRUPT : failed(conn, rc);
}

static int identify(struct engine_conn *conn, bool *ret_ours, bool *ret_empty) {
    char id[24], objects[24];
    int rc = one_text(conn->db, "PRAGMA application_id", id, sizeof(id));
    if (rc == SQLITE_OK)
        rc = one_text(conn->db, "SELECT count(*) FROM sqlite_schema", objects, sizeof(objects));
    if (rc != SQLITE_OK) return failed(conn, rc);
    *ret_ours = strtoll(id, NULL, 10) == APPLICATION_ID;
    *ret_empty = strcmp(id, "0") == 0 && strcmp(objects, "0") == 0;
    return 0;
}

static int mark_ours(struct engine_conn *conn) {
    char sql[64];
    snprintf(sql, sizeof(sql), "PRAGMA application_id=%d", APPLICATION_ID);
    return script(conn, sql);
}

static int64_t log_pages(const struct engine_conn *conn) {
    return conn->log_pages;
}

static int checkpoint(struct engine_conn *conn, enum engine_checkpoint how) {
    static const int modes[] = {
        [ENGINE_CHECKPOINT_PASSIVE] = SQLITE_CHECKPOINT_PASSIVE,
        [ENGINE_CHECKPOINT_RESTART] = SQLITE_CHECKPOINT_RESTART,
        [ENGINE_CHECKPOINT_CUT] = SQLITE_CHECKPOINT_TRUNCATE,
    };
    int pages = 0, moved = 0;
    sqlite3_busy_timeout(conn->db, CHECKPOINT_BUSY_MS);
    int rc = sqlite3_wal_checkpoint_v2(conn->db, "main", modes[how], &pages, &moved);
    sqlite3_busy_timeout(conn->db, BUSY_MS);
    if (rc != SQLITE_OK) return error_of(rc); /* not severe: nothing is lost while the log is there */
    if (how != ENGINE_CHECKPOINT_PASSIVE) conn->log_pages = 0;
    return 0;
}

static int limit_pages(struct engine_conn *conn, int64_t pages) {
    char sql[64];
    snprintf(sql, sizeof(sql), "PRAGMA max_page_count=%lld", (long long)pages);
    return script(conn, sql);
}

/* ---- Copies ---- */

static int copy_open(struct engine_conn *conn, const char *path, struct engine_copy **ret) {
    struct engine_copy *copy = calloc(1, sizeof(*copy));
    if (copy == NULL) abort();
    copy->from = conn;
    int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
    int rc = sqlite3_open_v2(path, &copy->to, flags, NULL);
    /* The copy is worthless until it is whole, checked and synced; then it gets its final name. */
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(copy->to,
                          "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF; PRAGMA cache_size=-1024;", NULL,
                          NULL, NULL);
    if (rc != SQLITE_OK) {
        sqlite3_close_v2(copy->to);
        free(copy);
        return error_of(rc);
    }
    *ret = copy;
    return 0;
}

static int copy_step(struct engine_copy *copy, int pages) {
    if (copy->backup == NULL) {
        copy->backup = sqlite3_backup_init(copy->to, "main", copy->from->db, "main");
        if (copy->backup == NULL) return error_of(sqlite3_extended_errcode(copy->to));
    }
    int rc = sqlite3_backup_step(copy->backup, pages);
    if (rc == SQLITE_OK) return 1;
    if (rc != SQLITE_DONE) return error_of(rc);
    rc = sqlite3_backup_finish(copy->backup);
    copy->backup = NULL;
    return error_of(rc);
}

static int copy_close(struct engine_copy *copy, bool keep) {
    if (copy == NULL) return 0;
    int rc = copy->backup != NULL ? sqlite3_backup_finish(copy->backup) : SQLITE_OK;
    /* The header says "write-ahead log" like the original's; a backup is one plain file. */
    if (keep && rc == SQLITE_OK) rc = sqlite3_exec(copy->to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
    sqlite3_close_v2(copy->to);
    free(copy);
    return keep ? error_of(rc) : 0;
}

const struct driver sqlite_driver = {
    .scheme = "sqlite",
    .in_file = true,
    .words = words,
    .connect = connect_file,
    .disconnect = disconnect,
    .make_durable = make_durable,
    .control = control,
    .in_transaction = in_transaction,
    .check_job = check_job,
    .take_severe = take_severe,
    .message = message,
    .prepare = prepare,
    .finalize = finalize,
    .is_read = is_read,
    .bind = bind,
    .step = step,
    .reset = reset,
    .changes = changes,
    .column_count = column_count,
    .column_name = column_name,
    .column_type = column_type,
    .column_int = column_int,
    .column_bytes = column_bytes,
    .script = script,
    .enforce_foreign_keys = enforce_foreign_keys,
    .check_foreign_keys = check_foreign_keys,
    .check_integrity = check_integrity,
    .identify = identify,
    .mark_ours = mark_ours,
    .catalogue = &sqlite_catalogue,
    .log_pages = log_pages,
    .checkpoint = checkpoint,
    .limit_pages = limit_pages,
    .copy_open = copy_open,
    .copy_step = copy_step,
    .copy_close = copy_close,
};
