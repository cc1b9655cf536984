/* The PostgreSQL driver: transactions and statements. With postgres_link.c, postgres_errors.c and
 * postgres_schema.c the only files that know libpq. Written against server and library version 15.
 *
 * 1. Reads are REPEATABLE READ and read-only: one snapshot, taken with the first statement.
 * 2. Writes take the cluster's write lock with their first message, so the groups of all nodes run strictly
 *    one after the other, as on SQLite; READ COMMITTED then sees everything committed before.
 * 3. Controls (BEGIN, SAVEPOINT …) are not sent by themselves but wait for the next statement or the end.
 * 4. Parameters go as text and get the type the server infers; columns come in binary form.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "minyi/base.h"
#include "minyi/err.h"
#include "postgres.h"

/* Types of columns, as in the server's catalogue pg_type. */
enum {
    TYPE_BOOL = 16,
    TYPE_BYTEA = 17,
    TYPE_NAME = 19,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
    TYPE_VARCHAR = 1043,
};

/* ---- Transactions ---- */

static const char savepoint[] = "SAVEPOINT job";

static void begin(struct engine_conn *conn, const char *sql) {
    conn->waiting_count = 0;
    conn->transaction = true;
    conn->touched = false;
    conn->mark = 0;
    conn->failure = PG_FAILURE_NONE;
    conn->severe = conn->first_error = 0;
    pg_wait(conn, sql);
}

static int begin_write(struct engine_conn *conn) {
    begin(conn, "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE");
    pg_wait(conn, PG_TAKE_WRITE_LOCK);
    return 0;
}

static int begin_group(struct engine_conn *conn) {
    int64_t mark = conn->last_mark + 1;
    int error = begin_write(conn);
    conn->mark = conn->last_mark = mark;
    pg_wait(conn, NULL);
    return error;
}

static int end_read(struct engine_conn *conn) {
    bool touched = conn->touched;
    conn->transaction = conn->touched = false;
    conn->waiting_count = 0;
    if (touched) pg_send_end(conn);
    conn->failure = PG_FAILURE_NONE;
    conn->severe = 0;
    return 0;
}

static bool nothing_sent_since_savepoint(const struct engine_conn *conn) {
    return conn->waiting_count > 0 && conn->waiting[conn->waiting_count - 1] == savepoint;
}

static int commit(struct engine_conn *conn) {
    if (!conn->touched) { /* no job ran a statement */
        conn->waiting_count = 0;
        conn->transaction = false;
        return 0;
    }
    PGresult *result = NULL;
    int error = pg_exchange(conn, &(struct pg_message){.sql = "COMMIT"}, &result);
    if (error == 0 && strcmp(PQcmdStatus(result), "COMMIT") != 0) {
        snprintf(conn->message, sizeof(conn->message), "the server rolled back instead of committing");
        error = ERR_STORE;
    } else if (error == 0 && conn->warned) {
        /* Committed here, but perhaps nowhere else: pg_recover() finds out. */
        snprintf(conn->message, sizeof(conn->message), "the commit was not confirmed by the standbys");
        conn->failure = PG_FAILURE_LOST;
        error = ERR_STORE_UNKNOWN;
    }
    PQclear(result);
    conn->transaction = conn->touched = false;
    /* A transaction that is neither committed nor rolled back would keep all nodes from writing. */
    if (!conn->lost && PQtransactionStatus(conn->pg) != PQTRANS_IDLE) pg_hang_up(conn);
    return error;
}

static int rollback(struct engine_conn *conn) {
    bool touched = conn->touched;
    conn->waiting_count = 0;
    int error = touched && !conn->lost ? pg_exchange(conn, &(struct pg_message){.sql = "ROLLBACK"}, NULL) : 0;
    conn->transaction = conn->touched = false;
    return error;
}

static int wait_or_send(struct engine_conn *conn, const char *sql) {
    if (conn->waiting_count == PG_WAITING_MAX) {
        int error = pg_exchange(conn, NULL, NULL);
        if (error != 0) return error;
    }
    pg_wait(conn, sql);
    return 0;
}

static int control(struct engine_conn *conn, enum engine_control which) {
    switch (which) {
    case ENGINE_BEGIN_READ:
        begin(conn, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        return 0;
    case ENGINE_END_READ:
        return end_read(conn);
    case ENGINE_BEGIN_WRITE:
        return begin_write(conn);
    case ENGINE_SAVEPOINT:
        return wait_or_send(conn, savepoint);
    case ENGINE_RELEASE:
        if (!nothing_sent_since_savepoint(conn)) return wait_or_send(conn, "RELEASE SAVEPOINT job");
        conn->waiting_count--;
        return 0;
    case ENGINE_ROLLBACK_TO:
        return nothing_sent_since_savepoint(conn) ? 0 : wait_or_send(conn, "ROLLBACK TO SAVEPOINT job");
    case ENGINE_COMMIT:
        return commit(conn);
    case ENGINE_ROLLBACK:
        return rollback(conn);
    default:
        return ERR_STORE;
    }
}

static bool in_transaction(const struct engine_conn *conn) {
    if (!conn->transaction || conn->lost) return false;
    return !conn->touched || PQtransactionStatus(conn->pg) != PQTRANS_IDLE; /* no job has ended it */
}

static int check_job(struct engine_conn *conn) {
    if (PQtransactionStatus(conn->pg) == PQTRANS_INERROR) {
        snprintf(conn->message, sizeof(conn->message), "a write function went on after a failed statement");
        return ERR_STORE;
    }
    if (conn->deferrable < 0) {
        char count[24];
        int error = pg_one_text(conn,
                                "SELECT count(*) FROM pg_constraint WHERE condeferrable AND connamespace ="
                                " (SELECT oid FROM pg_namespace WHERE nspname = current_schema())",
                                count, sizeof(count));
        if (error != 0) return error;
        conn->deferrable = strcmp(count, "0") != 0;
    }
    if (conn->deferrable == 0 || nothing_sent_since_savepoint(conn)) return 0;
    int error = pg_exchange(conn, &(struct pg_message){.sql = "SET CONSTRAINTS ALL IMMEDIATE"}, NULL);
    /* That would last to the end of the group: the next job may put things in order late, too. */
    return error == 0 ? wait_or_send(conn, "SET CONSTRAINTS ALL DEFERRED") : error;
}

static int take_severe(struct engine_conn *conn) {
    int error = conn->severe;
    conn->severe = 0;
    return error;
}

static const char *message(const struct engine_conn *conn) {
    return conn->message;
}

static int ping(struct engine_conn *conn) {
    return pg_exchange(conn, &(struct pg_message){.sql = "SELECT 1"}, NULL);
}

/* ---- Statements ---- */

static void finalize(struct engine_stmt *stmt) {
    if (stmt == NULL) return;
    PQclear(stmt->result);
    for (int i = 0; stmt->names != NULL && i < stmt->columns; i++)
        free(stmt->names[i]);
    free(stmt->names);
    free(stmt->types);
    free(stmt->values);
    free(stmt->lengths);
    free(stmt->formats);
    free(stmt->numbers);
    free(stmt->sql);
    free(stmt);
}

static bool is_known_type(Oid type) {
    switch (type) {
    case TYPE_BOOL:
    case TYPE_BYTEA:
    case TYPE_NAME:
    case TYPE_INT8:
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_TEXT:
    case TYPE_VARCHAR:
        return true;
    default:
        return false;
    }
}

/* By the contract of db.h: SELECT or WITH, and nothing in it that writes. */
static bool only_reads(const char *sql) {
    sql += strspn(sql, " \t\r\n(");
    if (strncasecmp(sql, "SELECT", 6) == 0) return true;
    if (strncasecmp(sql, "WITH", 4) != 0) return false;
    static const char *const writing[] = {"INSERT INTO ", "UPDATE ", "DELETE FROM ", " RETURNING "};
    for (size_t i = 0; i < ARRAY_LEN(writing); i++)
        if (strcasestr(sql, writing[i]) != NULL) return false;
    return true;
}

static const char *check_shape(const struct engine_stmt *stmt) {
    if (stmt->count > PG_PARAMETERS_MAX) return "too many parameters";
    for (int i = 0; i < stmt->columns; i++)
        if (!is_known_type(stmt->types[i]))
            return "a result column is no integer, boolean, text or bytea: CAST it";
    return NULL;
}

static int prepare(struct engine_conn *conn, const char *sql, struct engine_stmt **ret,
                   const char **ret_why) {
    struct engine_stmt *stmt = calloc(1, sizeof(*stmt));
    if (stmt == NULL || (stmt->sql = strdup(sql)) == NULL) abort();
    stmt->conn = conn;
    snprintf(stmt->name, sizeof(stmt->name), "s%u", ++conn->last_name);
    stmt->is_read = only_reads(sql);
    int error = pg_describe(stmt, ret_why);
    const char *why = error == 0 ? check_shape(stmt) : NULL;
    if (why != NULL) {
        *ret_why = why;
        error = ERR_STORE;
    }
    if (error != 0) {
        finalize(stmt);
        return error;
    }
    size_t count = (size_t)stmt->count + 1;
    stmt->values = calloc(count, sizeof(stmt->values[0]));
    stmt->lengths = calloc(count, sizeof(stmt->lengths[0]));
    stmt->formats = calloc(count, sizeof(stmt->formats[0]));
    stmt->numbers = calloc(count, sizeof(stmt->numbers[0]));
    if (!stmt->values || !stmt->lengths || !stmt->formats || !stmt->numbers) abort();
    *ret = stmt;
    return 0;
}

static bool is_read(const struct engine_stmt *stmt) {
    return stmt->is_read;
}

static int bind(struct engine_stmt *stmt, const struct db_value *params, size_t count) {
    if ((size_t)stmt->count != count) return ERR_STORE;
    for (size_t i = 0; i < count; i++) {
        const struct db_value *value = &params[i];
        stmt->formats[i] = value->type == DB_BLOB;
        stmt->lengths[i] = (int)value->len;
        stmt->values[i] = value->data;
        if (value->type == DB_NULL) stmt->values[i] = NULL;
        if (value->type == DB_INT) {
            snprintf(stmt->numbers[i], sizeof(stmt->numbers[i]), "%" PRId64, value->number);
            stmt->values[i] = stmt->numbers[i];
        }
    }
    return 0;
}

static int run(struct engine_stmt *stmt) {
    int error = pg_exchange(stmt->conn, &(struct pg_message){.stmt = stmt}, &stmt->result);
    if (error != 0) return error;
    stmt->row = 0;
    const char *changes = PQcmdTuples(stmt->result);
    stmt->changes = stmt->is_read || changes[0] == '\0' ? 0 : strtoll(changes, NULL, 10);
    return 0;
}

static int step(struct engine_stmt *stmt) {
    int error = stmt->result == NULL ? run(stmt) : 0;
    if (error != 0) return error;
    if (stmt->row >= PQntuples(stmt->result)) return 0;
    stmt->row++;
    return 1;
}

static void reset(struct engine_stmt *stmt) {
    PQclear(stmt->result);
    stmt->result = NULL;
}

static int64_t changes(const struct engine_stmt *stmt) {
    return stmt->changes;
}

/* ---- Columns ---- */

static int column_count(const struct engine_stmt *stmt) {
    return stmt->columns;
}

static const char *column_name(const struct engine_stmt *stmt, int column) {
    return stmt->names[column];
}

static enum engine_column column_type(const struct engine_stmt *stmt, int column) {
    if (PQgetisnull(stmt->result, stmt->row - 1, column)) return ENGINE_NULL;
    switch (stmt->types[column]) {
    case TYPE_BOOL:
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8:
        return ENGINE_INT;
    case TYPE_BYTEA:
        return ENGINE_BLOB;
    default:
        return ENGINE_TEXT;
    }
}

/* Big-endian, 1 to 8 bytes, signed. */
static int64_t column_int(const struct engine_stmt *stmt, int column) {
    const unsigned char *data = (const unsigned char *)PQgetvalue(stmt->result, stmt->row - 1, column);
    int len = PQgetlength(stmt->result, stmt->row - 1, column);
    uint64_t value = len > 0 && (data[0] & 0x80) != 0 ? UINT64_MAX : 0;
    for (int i = 0; i < len && i < 8; i++)
        value = value << 8 | data[i];
    return (int64_t)value;
}

static const void *column_bytes(const struct engine_stmt *stmt, int column, size_t *ret_len) {
    *ret_len = (size_t)PQgetlength(stmt->result, stmt->row - 1, column);
    return PQgetvalue(stmt->result, stmt->row - 1, column);
}

const struct driver postgres_driver = {
    .scheme = "postgres",
    .words = pg_words,
    .connect = pg_connect,
    .disconnect = pg_disconnect,
    .make_durable = pg_make_durable,
    .control = control,
    .in_transaction = in_transaction,
    .check_job = check_job,
    .take_severe = take_severe,
    .message = message,
    .begin_group = begin_group,
    .recover = pg_recover,
    .ping = ping,
    .notify = pg_notify,
    .listen_wait = pg_listen_wait,
    .try_lead = pg_try_lead,
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
    .script = pg_script,
    .check_foreign_keys = pg_check_foreign_keys,
    .check_integrity = pg_check_integrity,
    .identify = pg_identify,
    .check_rights = pg_check_rights,
    .mark_ours = pg_mark_ours,
    .migration_lock = pg_migration_lock,
    .settle_migration = pg_settle_migration,
    .bytes = pg_bytes,
    .catalogue = &postgres_catalogue,
    .load = pg_load,
};
