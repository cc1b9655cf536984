/* Inside the PostgreSQL driver: a connection, what waits to be sent on it, and statements.
 *
 * Everything goes through pg_exchange(): what waits (BEGIN, SAVEPOINT …) and the statement at hand leave in
 * one pipeline and are answered in one round trip.
 */
#ifndef MINYI_STORE_POSTGRES_H
#define MINYI_STORE_POSTGRES_H

#include <libpq-fe.h>

#include "driver.h"

enum {
    PG_WAITING_MAX = 8,
    PG_PARAMETERS_MAX = 200,
    PG_MESSAGE_SIZE = 300,
    PG_OLDEST_VERSION = 150000, /* as PQserverVersion() */
};

/* All writes of all nodes, one group after the other; released with the transaction. The number is "minyi".
 */
#define PG_TAKE_WRITE_LOCK "SELECT pg_advisory_xact_lock(469920282985)"

/* Why a transaction came to nothing, as far as running it again is concerned. */
enum pg_failure {
    PG_FAILURE_NONE,  /* nothing that another try would mend */
    PG_FAILURE_AGAIN, /* the server rolled it back for the sake of others: run it again */
    PG_FAILURE_LOST,  /* the line broke, or the server is no longer the primary */
};

struct engine_conn {
    PGconn *pg;
    char *url;
    char *hosts, *ports; /* of the address, parted by commas */
    int host_count;
    enum engine_role role;
    uint64_t generation;   /* of the server's session; statements prepared in an older one are gone */
    unsigned last_name;    /* of prepared statements */
    bool transaction;      /* begun, as the facade sees it */
    bool touched;          /* something of the transaction has been sent */
    bool answer_due;       /* a COMMIT of a read was sent and its answer not yet read */
    bool warned;           /* the server sent a warning during this exchange */
    bool lost;             /* to be connected anew before the next transaction */
    int64_t connect_at_ms; /* monotonic: not before */
    int64_t pause_ms;      /* between attempts; grows */
    int64_t until_ms;      /* monotonic: pg_recover() ends then; 0: it does not run */
    const char *waiting[PG_WAITING_MAX]; /* controls not yet sent */
    int waiting_count;
    char node[33]; /* writer: this process, in `write_mark` */
    int64_t mark;  /* writer: of the group at hand; 0: none */
    int64_t last_mark;
    int deferrable; /* constraints that are checked late: -1 not yet known */
    bool leads;     /* listener: holds the leader's lock */
    int severe;
    int first_error; /* that made the server give up the transaction at hand */
    enum pg_failure failure;
    char message[PG_MESSAGE_SIZE];
};

struct engine_stmt {
    struct engine_conn *conn;
    char *sql;
    char name[16];
    uint64_t generation; /* in which it was prepared; 0: in none */
    bool is_read;
    int count; /* parameters */
    int columns;
    char **names;
    Oid *types;
    const char **values; /* `count` of each */
    int *lengths, *formats;
    char (*numbers)[24]; /* integers as text, one a parameter */
    PGresult *result;    /* of the run at hand */
    int row;             /* 1: the first */
    int64_t changes;
};

/* What to send behind what waits: a prepared statement, or a text with parameters. */
struct pg_message {
    struct engine_stmt *stmt;
    const char *sql;
    const char *values[2];
    int count;
};

/* How long is waited for what; tests shorten them. */
struct pg_limits {
    int64_t connect_ms;                   /* one attempt, with the settings of the session */
    int64_t read_ms, write_ms, listen_ms; /* the answer to one message, by the role of the connection */
    int64_t recover_ms;                   /* finding out what became of a group, and a new line for it */
};
extern struct pg_limits pg_limits;

/* ---- postgres_session.c ---- */
int pg_connect(const char *url, enum engine_role role, struct engine_conn **ret, char *why, size_t why_size);
void pg_disconnect(struct engine_conn *conn);
void pg_hang_up(struct engine_conn *conn); /* the next transaction gets a new line */
/* A line for a new transaction: the one there is or, when it is down, a new one. No attempt while the last
 * one has only just failed. */
int pg_have_line(struct engine_conn *conn, int64_t deadline_ms);
int64_t pg_now_ms(void); /* monotonic, as all deadlines */
/* False when DEADLINE has passed. */
bool pg_wait_socket(PGconn *pg, bool write_too, int64_t deadline_ms);
/* SQL by the simple protocol, outside pipeline mode: *ret the last result, to be cleared. False when the line
 * broke or DEADLINE passed: it must not be used again. */
bool pg_simple(PGconn *pg, const char *sql, int64_t deadline_ms, PGresult **ret);

/* ---- postgres_link.c ---- */
/* Sends what waits and MESSAGE (NULL: only what waits); the answer to the last in *ret (may be NULL), to be
 * cleared. Connects anew first when the line is known to be down and nothing of the transaction was sent. */
int pg_exchange(struct engine_conn *conn, const struct pg_message *message, PGresult **ret);
/* Sends COMMIT of a read without waiting for the answer. */
void pg_send_end(struct engine_conn *conn);
/* Several statements at once, by the simple protocol; without a limit of time, but for a listener. */
int pg_script(struct engine_conn *conn, const char *sql);
/* First column of the first row of SQL as text; "" for none or NULL. */
int pg_one_text(struct engine_conn *conn, const char *sql, char *out, size_t size);
int pg_recover(struct engine_conn *conn, bool committing);
int pg_describe(struct engine_stmt *stmt, const char **ret_why);
void pg_wait(struct engine_conn *conn, const char *control);

/* As in driver.h. */
int pg_notify(struct engine_conn *conn, const char *channel, const char *text);
int pg_listen_wait(struct engine_conn *conn, int64_t timeout_ms, char *ret_channel, size_t channel_size,
                   char *ret_text, size_t text_size);
int pg_try_lead(struct engine_conn *conn);

/* ---- postgres_load.c ---- */
int pg_load(struct engine_conn *conn, const char *into, const struct db_value *values, size_t columns,
            size_t rows);

/* ---- postgres_errors.c ---- */
/* The registered error of a SQLSTATE ("23505"); NULL or "" means that the line broke. */
int pg_error_of(const char *state);
enum pg_failure pg_failure_of(const char *state);
bool pg_is_severe(const char *state);
/* Notes the error of RESULT (NULL: of the connection) in CONN and returns it. */
int pg_failed(struct engine_conn *conn, const PGresult *result);
/* What a failed connection says, in Chinese, without the password. */
int pg_explain_connect(PGconn *pg, char *why, size_t why_size);
/* Whether a server may be used: 0, or ERR_CONFLICT with the reason in Chinese. VERSION as PQserverVersion().
 */
int pg_admit(int version, const char *encoding, const char *collation, char *why, size_t why_size);

/* ---- postgres_schema.c ---- */
extern const struct engine_word pg_words[];
int pg_make_durable(struct engine_conn *conn);
int pg_identify(struct engine_conn *conn, bool *ret_ours, bool *ret_empty);
int pg_check_rights(struct engine_conn *conn, bool writes, char *why, size_t why_size);
int pg_mark_ours(struct engine_conn *conn);
int pg_migration_lock(struct engine_conn *conn, bool on);
int pg_settle_migration(struct engine_conn *conn);
int pg_check_foreign_keys(struct engine_conn *conn, char *why, size_t why_size);
int pg_check_integrity(struct engine_conn *conn, char *why, size_t why_size);
int64_t pg_bytes(struct engine_conn *conn);

#endif
