/* The store: one facade over the SQL engine, SQLite or PostgreSQL, by the same calls.
 *
 * Statements are named and static; each registers itself before main() and is prepared once per
 * connection, all of them when the store opens, so that a typo stops the start. Parameters are written
 * $1…$n (the set must be exactly that; write CAST($1 AS TEXT), never $1::text). A statement that begins
 * with SELECT or WITH and has no RETURNING is a read and runs anywhere; any other only in a write.
 *
 * Reads see one snapshot from db_read_begin() to db_read_end(). Writes are functions handed to
 * db_write(): deterministic, re-runnable, without replies or side effects inside; it returns after the
 * commit is durable. Text read from the store is copied into the caller's arena.
 *
 * Errors are ERR_STORE (bug, I/O), ERR_STORE_BUSY (retry), ERR_STORE_FULL (disk), ERR_ALREADY_EXISTS
 * (unique constraint), ERR_CONFLICT (any other constraint), ERR_NOT_FOUND (db_get_… only).
 */
#ifndef MINYI_DB_H
#define MINYI_DB_H

#include "minyi/arena.h"
#include "minyi/base.h"
#include "minyi/record.h"

struct db;      /* the open store; one a process */
struct db_conn; /* what an operation reads or writes through; belongs to one thread */

struct db_statement {
    const char *name;
    const char *sql;
    int index;                 /* set on registration */
    struct db_statement *next; /* set on registration */
};
void db_register(struct db_statement *statement);

/* Defines and registers a statement: DB_STATEMENT(report_by_id, "SELECT … WHERE id = $1"). Its name in
 * logs is the identifier; identifiers are unique in the program. */
#define DB_STATEMENT(IDENT, ...)                                             \
    static struct db_statement IDENT = {.name = #IDENT, .sql = __VA_ARGS__}; \
    __attribute__((constructor)) static void IDENT##_register_(void) {       \
        db_register(&IDENT);                                                 \
    }                                                                        \
    struct db_statement_semicolon_

/* A parameter. */
struct db_value {
    enum { DB_NULL, DB_INT, DB_TEXT, DB_BLOB } type;
    int64_t number;
    const void *data; /* must live until the statement is closed or done */
    size_t len;
};
struct db_value db_int(int64_t value);     /* ABSENT becomes NULL */
struct db_value db_text(const char *text); /* NULL becomes NULL */
struct db_value db_blob(const void *data, size_t len);

/* Parameter list for the calls below: DB_PARAMS(db_int(id), db_text(name)); DB_NONE for none. */
#define DB_PARAMS(...)                        \
    ((const struct db_value[]){__VA_ARGS__}), \
        (sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value))
#define DB_NONE NULL, 0

/* What the engine said about a failure that is not the caller's everyday business (a unique constraint is):
 * STATEMENT is a name or NULL, MESSAGE never holds stored text. Default: one line on standard error; main
 * sets its log. May be called from any thread. NULL silences. */
typedef void (*db_trouble_fn)(int error, const char *statement, const char *message);
void db_on_trouble(db_trouble_fn hook);

/* ---- Opening ---- */

struct db_options {
    const char *url;     /* "sqlite:PATH", "postgres://user:password@host:port/name?…" */
    bool create;         /* make the database when there is none */
    bool migrate;        /* apply migrations that are missing; else an older database is ERR_CONFLICT */
    bool no_writer_lock; /* a second process beside the server (CLI reads, backup) */
    int64_t readers; /* reading connections at most; 0: 8 to a server, enough for every thread on a file */
};

/* ERR_STORE_NEWER: made by a newer version. ERR_STORE_CORRUPT: not ours or damaged. ERR_NOT_FOUND: no file
 * and !create. *ret_why: a Chinese sentence for the console, in ARENA. */
int db_open(const struct db_options *options, struct arena *arena, struct db **ret,
            const char **ret_why) MUST_CHECK;

/* URL without password and options, for messages; in ARENA. */
const char *db_url_shown(struct arena *arena, const char *url);

/* Finishes accepted writes, checkpoints, closes. NULL is accepted. All readers must be done. */
void db_close(struct db *db);

int64_t db_version(struct db *db); /* schema version now in the database */

/* ---- Reading ---- */

/* The calling thread's reader with a fresh snapshot; ends with db_read_end(). Not nested. NULL and
 * *ret_error set on failure. */
struct db_conn *db_read_begin(struct db *db, int *ret_error) MUST_CHECK;
void db_read_end(struct db_conn *conn);

/* A running query. Keep it on the stack with CLEANUP(db_rows_close). */
struct db_rows {
    struct db_conn *conn;
    void *handle;
    struct db_statement *statement;
    uint64_t serial; /* of this run: a close that comes too late is harmless */
};
void db_rows_close(struct db_rows *rows);

/* Starts a query; the first row comes with db_next(). On failure *ret is an already closed query. */
int db_query(struct db_conn *conn, struct db_rows *ret, struct db_statement *statement,
             const struct db_value *params, size_t count) MUST_CHECK;

/* 1: a row; 0: no more rows (the query is closed); negative: error. */
int db_next(struct db_rows *rows) MUST_CHECK;

int db_column_count(const struct db_rows *rows);
const char *db_column_name(const struct db_rows *rows, int column); /* valid while the query is open */
bool db_column_null(const struct db_rows *rows, int column);
int64_t db_column_int(const struct db_rows *rows, int column);                           /* NULL: ABSENT */
const char *db_column_text(const struct db_rows *rows, int column, struct arena *arena); /* NULL: NULL */
const void *db_column_blob(const struct db_rows *rows, int column, struct arena *arena, size_t *ret_len);

/* First row into the struct at OUT, described by RECORD: each result column goes to the field of its
 * name (a column without a field is a bug: ERR_STORE). Fields without a column keep what they hold, so a
 * second statement can complete a struct. ERR_NOT_FOUND without a row; OUT untouched then and on errors.
 * NULL text becomes NULL, NULL integer ABSENT; a FIELD_BOOL is integer 0 or 1, NULL counts as false. A
 * value of another type than its field is ERR_STORE (CAST it in the statement). */
int db_get_record(struct db_conn *conn, struct arena *arena, struct db_statement *statement,
                  const struct db_value *params, size_t count, const struct record *record,
                  void *out) MUST_CHECK;

/* All rows as a list of structs; at most 10,000 (more is ERR_STORE: page instead). Fields without a column
 * are as after record_clear(). No row: an empty list. */
int db_get_list(struct db_conn *conn, struct arena *arena, struct db_statement *statement,
                const struct db_value *params, size_t count, const struct record *record,
                struct list *ret) MUST_CHECK;

/* First column of the first row. ERR_NOT_FOUND without a row. */
int db_get_int(struct db_conn *conn, struct db_statement *statement, const struct db_value *params,
               size_t count, int64_t *ret) MUST_CHECK;
int db_get_text(struct db_conn *conn, struct arena *arena, struct db_statement *statement,
                const struct db_value *params, size_t count, const char **ret) MUST_CHECK;

/* ---- Writing ---- */

/* A unit of writing. Returns 0 to commit or a negative error to roll back all it did. May be run again. After
 * a statement that failed every further one fails with the same error, and success is refused: where a row
 * may already be there, say so in SQL (ON CONFLICT). */
typedef int (*db_write_fn)(struct db_conn *tx, void *argument);

/* Runs FN in a transaction and returns its result once the commit is durable (synchronous=FULL, group
 * commit with the writes of other threads). Any thread but the writer's. */
int db_write(struct db *db, db_write_fn fn, void *argument) MUST_CHECK;

/* True when CONN may write. */
bool db_is_write(const struct db_conn *conn);

/* Runs a statement to its end; *ret_changes (may be NULL) is the number of rows changed. */
int db_exec(struct db_conn *tx, struct db_statement *statement, const struct db_value *params, size_t count,
            int64_t *ret_changes) MUST_CHECK;

/* ---- Messages to every node ---- */

/* Tells every node, this one too, once the commit is durable (never when the write is rolled back). TEXT at
 * most 4000 bytes, CHANNEL at most 30 small letters or '_'. Equal messages of one commit may arrive once. */
int db_notify(struct db_conn *tx, const char *channel, const char *text) MUST_CHECK;

/* FN runs on the store's own thread: it must not block, and must not call the store. TEXT is NULL after the
 * line to the database was down for a while: anything may have been missed. ERR_UNAVAILABLE: no thread. */
typedef void (*db_listen_fn)(void *argument, const char *text);
int db_listen(struct db *db, const char *channel, db_listen_fn fn, void *argument) MUST_CHECK;
/* All channels of FN with ARGUMENT; when it returns FN does not run any more. Not from within FN. */
void db_unlisten(struct db *db, db_listen_fn fn, void *argument);

/* True while this node is the one that runs scheduled jobs. To ask is to stand for it: several nodes settle
 * within seconds which one it is. */
bool db_leads(struct db *db);

/* True when other nodes may be at work on the same database. */
bool db_shared(const struct db *db);

/* ---- Care ---- */

/* Consistent copy to PATH (must not exist) while the service runs; the copy is opened and checked
 * (integrity, foreign keys, version) before success. ERR_ALREADY_EXISTS, ERR_STORE, ERR_STORE_FULL. */
int db_backup(struct db *db, struct arena *arena, const char *path, const char **ret_why) MUST_CHECK;

/* Checks the database file at PATH: ours, readable, integrity, foreign keys, version not newer. */
int db_verify_file(struct arena *arena, const char *path, const char **ret_why) MUST_CHECK;

/* Puts the verified backup at FROM in the place of URL's database, which must not be open; the old files
 * are kept beside it with the suffix ".before-restore-STAMP". */
int db_restore(struct arena *arena, const char *url, const char *from, const char **ret_why) MUST_CHECK;

struct db_stats {
    int64_t writes, groups, failed_writes, wal_bytes, database_bytes, readers, queue;
};
void db_stats(struct db *db, struct db_stats *ret);

/* Succeeds when a trivial read works and the writer thread answers. */
int db_ready(struct db *db) MUST_CHECK;

#endif
