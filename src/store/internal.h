/* Inside the store only: the open database, its connections, and doors for the store's own tests. */
#ifndef MINYI_STORE_INTERNAL_H
#define MINYI_STORE_INTERNAL_H

#include <pthread.h>

#include "driver.h"
#include "minyi/db.h"
#include "minyi/migrations.h"

struct pool;
struct writer;
struct bus;

/* A statement compiled on one connection. A statement in use twice at once (recursion) gets a second
 * one, chained by `spare`; none is freed before its connection, so a stale db_rows is harmless. */
struct compiled {
    struct db_statement *statement;
    struct engine_stmt *engine;
    struct compiled *spare;
    struct compiled *next_active, *previous_active; /* in db_conn.active while `serial` != 0 */
    uint64_t serial;                                /* of the query that runs now; 0: free */
    bool is_read;
    int columns;
    const struct record *record; /* for which `fields` was computed */
    const struct field **fields; /* one per result column */
    bool *nulls;                 /* which columns of the row at hand are NULL */
};

struct db_conn {
    struct db *db;
    struct engine_conn *engine;
    bool writer;
    int job_error;    /* writer: of the first statement that failed in the function at hand */
    int unseen_error; /* writer: a failure met while closing a query, which has no result of its own */
    struct compiled **compiled; /* by db_statement.index */
    size_t capacity;
    struct compiled *active;
    uint64_t serial;
    struct db_conn *next_idle; /* reader: in the pool */
    struct db_conn *outer;     /* reader in use: this thread's read of another database */
};

/* Tests: other migrations than the product's, and only those statements prepared at open whose names
 * begin with PREPARE_PREFIX (NULL: all). */
struct db_internals {
    const struct db_migration *migrations;
    size_t migration_count;
    const char *prepare_prefix;
    bool for_copy; /* founds the database with the mark of an unfinished copy, or goes on with such a one */
};

struct db {
    const struct driver *driver;
    char *place; /* path or address, as the driver connects to it */
    char *name;  /* the same for messages, never with a password */
    int lock_fd; /* -1: no writer lock held */
    bool second_process;
    struct db_conn *writer_conn;
    struct writer *writer;
    struct bus *bus;
    struct pool *pool;
    int64_t version, known_version;
    struct db_internals internals;
};

/* ---- db.c ---- */

int db_open_with_migrations(const struct db_options *options, const struct db_internals *internals,
                            struct arena *arena, struct db **ret, const char **ret_why) MUST_CHECK;

/* The driver of URL and the place it connects to ("sqlite:PATH" → PATH; "postgres://…" whole); NULL when the
 * engine is not known. */
const struct driver *db_url_driver(const char *url, const char **ret_place);

size_t db_statement_count(void);
const struct db_statement *db_statement_first(void); /* then by `next` */

/* Says on the console hook what the engine said; returns ERROR. */
void db_report_trouble(int error, const char *statement, const char *message);
static inline int db_trouble(int error, const char *statement, const char *message) {
    db_report_trouble(error, statement, message);
    return error;
}

/* ---- query.c ---- */
struct db_conn *conn_new(struct db *db, struct engine_conn *engine, bool writer);
void conn_free(struct db_conn *conn);      /* disconnects; NULL is accepted */
void conn_reset_all(struct db_conn *conn); /* closes every query still running */
int conn_prepare(struct db_conn *conn, struct db_statement *statement, const char **ret_why) MUST_CHECK;
struct compiled *rows_compiled(const struct db_rows *rows); /* NULL once the query is closed */

/* Runs a write statement that has given its first row to its end, then closes it. */
int rows_finish(struct db_rows *rows) MUST_CHECK;

/* ---- pool.c ---- */
struct pool *pool_new(size_t limit); /* at most LIMIT readers at once */
void pool_free(struct pool *pool);   /* all readers must be back; NULL is accepted */
int64_t pool_count(struct pool *pool);

/* ---- writer.c ---- */
extern int64_t writer_patience_ms; /* a job waits no longer for its turn; tests make it short */
int writer_start(struct db *db) MUST_CHECK;
void writer_stop(struct db *db); /* runs what is queued first */
/* Steps COPY between groups until it is done. */
int writer_copy(struct db *db, struct engine_copy *copy) MUST_CHECK;
int writer_ping(struct db *db, int64_t timeout_ms) MUST_CHECK;
void writer_stats(struct db *db, struct db_stats *ret);

/* ---- bus.c ---- */
void bus_new(struct db *db);
void bus_free(struct db *db); /* after the writer's end; NULL bus is accepted */
/* On the writer's thread: where the messages of a job begin; takes back those behind; sends them all. */
size_t bus_mark(const struct db *db);
void bus_rewind(struct db *db, size_t mark);
void bus_publish(struct db *db);

/* ---- dialect.c ---- */
/* SQL with the engine's own words for @int and the like, outside strings and comments; in ARENA, NULL when it
 * is too long. */
const char *dialect_text(const struct driver *driver, struct arena *arena, const char *sql);

/* ---- migrate.c ---- */
/* Makes sure that the file is ours and at the newest version; *ret_version is the version then. */
int migrate(struct db *db, struct engine_conn *conn, const struct db_options *options,
            const struct db_internals *internals, struct arena *arena, int64_t *ret_version,
            const char **ret_why) MUST_CHECK;
/* The version of a file that is ours. */
int migrate_version(const struct driver *driver, struct engine_conn *conn, int64_t *ret) MUST_CHECK;
/* Whether every migration above KNOWN only adds, so that a program that knows no more may use the database.
 */
int migrate_newer_is_additive(const struct driver *driver, struct engine_conn *conn, int64_t known,
                              bool *ret) MUST_CHECK;

/* ---- backup.c ---- */
int verify_file(struct arena *arena, const char *path, int64_t known_version,
                const char **ret_why) MUST_CHECK;
int restore_file(struct arena *arena, const char *url, const char *from, int64_t known_version,
                 const char **ret_why) MUST_CHECK;

/* ---- backup_server.c ---- */
int backup_server(struct db *db, struct arena *arena, const char *path, const char **ret_why) MUST_CHECK;
int restore_server(struct arena *arena, const char *url, const char *from,
                   const struct db_internals *internals, const char **ret_why) MUST_CHECK;

/* ---- disk.c ---- */
bool disk_exists(const char *path);
int64_t disk_bytes(const char *path);                           /* 0 when there is none */
int disk_create(const char *path) MUST_CHECK;                   /* empty, mode 0600; ERR_ALREADY_EXISTS */
int disk_sync(const char *path) MUST_CHECK;                     /* file and its folder */
int disk_sync_folder(const char *path) MUST_CHECK;              /* the folder that holds PATH */
int disk_move_new(const char *from, const char *to) MUST_CHECK; /* never replaces; ERR_ALREADY_EXISTS */
/* The lock that one writing process holds on a database; ERR_STORE_BUSY when another has it. */
int disk_lock(struct arena *arena, const char *path, int *ret_fd) MUST_CHECK;

#endif
