/* What the facade asks of an SQL engine: one table of functions. sqlite.c fills it, and postgres.c another.
 * Nothing outside a driver's own files includes the engine's header.
 *
 * 1. A connection and all that was made from it is used by one thread at a time.
 * 2. Results are registered errors. `severe` remembers an error that leaves the transaction in doubt
 *    (disk full, I/O, memory, damage), even when the caller of the statement swallows it.
 * 3. Messages are the engine's own English text, for the console and the log, never for users.
 */
#ifndef MINYI_STORE_DRIVER_H
#define MINYI_STORE_DRIVER_H

#include "minyi/db.h"

struct engine_conn; /* a connection */
struct engine_stmt; /* a compiled statement of one connection */
struct engine_copy; /* a running backup */

enum engine_role {
    ENGINE_WRITER,    /* reads and writes */
    ENGINE_READER,    /* serves requests, read-only */
    ENGINE_INSPECTOR, /* looks at everything once, however long it takes; a file that may be damaged or
                         foreign read-only */
    ENGINE_LISTENER,  /* hears messages and holds the leader's lock; only engines with listen_wait */
};

/* Statements of the engine itself, compiled once per connection. */
enum engine_control {
    ENGINE_BEGIN_READ, /* a snapshot as of now */
    ENGINE_END_READ,
    ENGINE_BEGIN_WRITE, /* takes the write lock at once: a later upgrade fails without waiting */
    ENGINE_SAVEPOINT,
    ENGINE_RELEASE,
    ENGINE_ROLLBACK_TO,
    ENGINE_COMMIT,
    ENGINE_ROLLBACK,
    ENGINE_CONTROL_COUNT,
};

enum engine_checkpoint {
    ENGINE_CHECKPOINT_PASSIVE, /* what can be moved without waiting */
    ENGINE_CHECKPOINT_RESTART, /* waits shortly for readers; the log begins anew in the same file */
    ENGINE_CHECKPOINT_CUT,     /* the same, and cuts the file to nothing */
};

enum engine_column { ENGINE_NULL, ENGINE_INT, ENGINE_TEXT, ENGINE_BLOB, ENGINE_OTHER };

/* A word that the SQL of migrations may use and the engine's own word for it. */
struct engine_word {
    const char *word, *replacement;
};

/* SQL by which the engine tells of its own schema; the same columns on every engine (catalogue.c). $1 is the
 * name of a table. */
struct engine_catalogue {
    /* table, column, "int" "text" "blob" or the engine's own word, NOT NULL 0/1, place in the primary key or
     * 0, numbered by the engine 0/1; ordered by table and column */
    const char *columns;
    const char *references;      /* table, column, table referred to; in that order */
    const char *has_table;       /* 1 or 0 */
    const char *identity;        /* the highest number ever given in the table, or 0 */
    const char *set_identity[2]; /* to $2, which is not 0; the second may be NULL */
    /* NULL in engines whose lock file does it; held until the connection ends. */
    const char *lock_writers; /* 1: nobody but this connection can write, 0: somebody just does */
    const char *lock_copies;  /* 1: this is the only copy into the database, 0: it is not */
    const char *others;       /* how many other connections of this program there are */
    const char *after_load;   /* a script after many rows came at once; or NULL */
};

struct driver {
    const char *scheme; /* "sqlite" */
    /* The database is a file of this machine: one process writes it, its log is cut, it is copied page by
     * page. The functions at the end of the table are of such engines only, others leave them NULL. */
    bool in_file;
    const struct engine_word *words; /* ended by a row of NULL */

    /* WHY receives what is wrong on failure. PLACE is a path (the file must exist) or an address. */
    int (*connect)(const char *place, enum engine_role role, struct engine_conn **ret, char *why,
                   size_t why_size);
    void (*disconnect)(struct engine_conn *conn); /* NULL is accepted */
    /* Durable, many readers beside one writer; only once the database is known to be ours. */
    int (*make_durable)(struct engine_conn *conn);
    int (*control)(struct engine_conn *conn, enum engine_control control);
    bool (*in_transaction)(const struct engine_conn *conn);
    /* Before a job is kept: ERR_CONFLICT when a deferred constraint is not satisfied, ERR_STORE when the
     * engine has given up its transaction because of an error that the job did not return. */
    int (*check_job)(struct engine_conn *conn);
    int (*take_severe)(struct engine_conn *conn);           /* the error, and forgets it; 0 without one */
    const char *(*message)(const struct engine_conn *conn); /* of the last failure */

    int (*prepare)(struct engine_conn *conn, const char *sql, struct engine_stmt **ret, const char **ret_why);
    void (*finalize)(struct engine_stmt *stmt);
    bool (*is_read)(const struct engine_stmt *stmt);
    int (*bind)(struct engine_stmt *stmt, const struct db_value *params, size_t count);
    int (*step)(struct engine_stmt *stmt); /* 1: row, 0: done, negative: error */
    void (*reset)(struct engine_stmt *stmt);
    int64_t (*changes)(const struct engine_stmt *stmt);
    int (*column_count)(const struct engine_stmt *stmt);
    const char *(*column_name)(const struct engine_stmt *stmt, int column);
    enum engine_column (*column_type)(const struct engine_stmt *stmt, int column);
    int64_t (*column_int)(const struct engine_stmt *stmt, int column);
    const void *(*column_bytes)(const struct engine_stmt *stmt, int column, size_t *ret_len); /* until step */

    /* NULL for engines that cannot lose their server. begin_group is ENGINE_BEGIN_WRITE with a mark that the
     * group leaves in the database. recover, after a failure: 1 when the group was committed after all
     * (COMMITTING: the failure met its commit), 0 when nothing of it was kept and it may run again,
     * ERR_STORE_UNREACHABLE, ERR_STORE_UNKNOWN when it cannot be found out, or another negative error when
     * running it again would not help. May take some seconds. */
    int (*begin_group)(struct engine_conn *conn);
    int (*recover)(struct engine_conn *conn, bool committing);
    int (*ping)(struct engine_conn *conn); /* inside a read: a round trip; NULL: not needed */

    /* Runs all statements of SQL, outside the statement cache. */
    int (*script)(struct engine_conn *conn, const char *sql);
    /* Foreign keys are not enforced while a migration rebuilds tables; it is checked before its commit. */
    int (*enforce_foreign_keys)(struct engine_conn *conn, bool on);
    /* First violation as text in WHY: ERR_CONFLICT. */
    int (*check_foreign_keys)(struct engine_conn *conn, char *why, size_t why_size);
    /* Whole file; ERR_STORE_CORRUPT with the first finding in WHY. */
    int (*check_integrity)(struct engine_conn *conn, char *why, size_t why_size);
    /* Ours, empty or foreign: *ret_ours / *ret_empty. */
    int (*identify)(struct engine_conn *conn, bool *ret_ours, bool *ret_empty);
    /* Whether the database's user may do what this program does with a database of ours (WRITES: also change
     * it): 0, or ERR_CONFLICT with a Chinese sentence in WHY. NULL: the file's rights tell by themselves. */
    int (*check_rights)(struct engine_conn *conn, bool writes, char *why, size_t why_size);
    int (*mark_ours)(struct engine_conn *conn);
    /* One program at a time looks at the schema and changes it; NULL: the lock file does it. */
    int (*migration_lock)(struct engine_conn *conn, bool on);
    /* After the script of a migration, in its transaction: what the engine keeps beside the rows. May be
     * NULL. */
    int (*settle_migration)(struct engine_conn *conn);
    int64_t (*bytes)(struct engine_conn *conn); /* size of the database; NULL: of the file */
    const struct engine_catalogue *catalogue;
    /* Adds ROWS rows at once to INTO ('"table" ("column", …)'); VALUES row by row. NULL: by INSERT. */
    int (*load)(struct engine_conn *conn, const char *into, const struct db_value *values, size_t columns,
                size_t rows);

    /* Engines in a file only, to the end. */
    int64_t (*log_pages)(const struct engine_conn *conn); /* write-ahead log, pages since the last restart */
    int (*checkpoint)(struct engine_conn *conn, enum engine_checkpoint how); /* moves the log into the file */
    int (*limit_pages)(struct engine_conn *conn, int64_t pages);             /* tests of a full disk */

    /* Online copy from CONN into the new file PATH. The step runs on CONN's thread, the rest anywhere. */
    int (*copy_open)(struct engine_conn *conn, const char *path, struct engine_copy **ret);
    int (*copy_step)(struct engine_copy *copy, int pages);  /* pages < 0: all. 1: more, 0: done, negative */
    int (*copy_close)(struct engine_copy *copy, bool keep); /* a single plain file when KEEP; frees */

    /* Engines that several nodes share carry their messages; NULL in others (bus.c).
     * TEXT goes out with the commit of CONN's transaction. */
    int (*notify)(struct engine_conn *conn, const char *channel, const char *text);
    /* 1: one message copied out, 0: none for TIMEOUT_MS, negative: the connection is lost. */
    int (*listen_wait)(struct engine_conn *conn, int64_t timeout_ms, char *ret_channel, size_t channel_size,
                       char *ret_text, size_t text_size);
    /* 1: this connection holds the leader's lock (now or already), 0: another one does, negative: lost. */
    int (*try_lead)(struct engine_conn *conn);
};

extern const struct engine_catalogue sqlite_catalogue, postgres_catalogue;
extern const struct driver sqlite_driver;
extern const struct driver postgres_driver;

#endif
