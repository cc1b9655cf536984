/* Statements on a connection: compiled on first use, then kept; running, reading columns, closing.
 *
 * 1. A compiled statement runs at most one query at a time; recursion gets a spare of its own.
 * 2. Every query still running when its read or its write function ends is closed there: an open query
 *    holds a snapshot and so keeps the write-ahead log from being cut.
 * 3. After a failed statement a write function gets nothing but that error: servers give up its work then,
 *    and what one engine refuses the other does not allow.
 * 4. A write statement that returns rows is always run to its end, also when its rows are not wanted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "minyi/err.h"

enum { SPARES_MAX = 32, DIALECT_BYTES = 1 << 16 };

struct db_conn *conn_new(struct db *db, struct engine_conn *engine, bool writer) {
    struct db_conn *conn = calloc(1, sizeof(*conn));
    if (conn == NULL) abort();
    conn->db = db;
    conn->engine = engine;
    conn->writer = writer;
    return conn;
}

void conn_free(struct db_conn *conn) {
    if (conn == NULL) return;
    const struct driver *driver = conn->db->driver;
    for (size_t i = 0; i < conn->capacity; i++) {
        for (struct compiled *c = conn->compiled[i], *next; c != NULL; c = next) {
            next = c->spare;
            driver->finalize(c->engine);
            free(c->fields);
            free(c->nulls);
            free(c);
        }
    }
    free(conn->compiled);
    driver->disconnect(conn->engine);
    free(conn);
}

bool db_is_write(const struct db_conn *conn) {
    return conn->writer;
}

/* ---- Compiling ---- */

static int compile(struct db_conn *conn, struct db_statement *statement, struct compiled **ret,
                   const char **ret_why) {
    const struct driver *driver = conn->db->driver;
    struct engine_stmt *engine = NULL;
    int error = 0;
    if (strchr(statement->sql, '@') == NULL) {
        error = driver->prepare(conn->engine, statement->sql, &engine, ret_why);
    } else {
        struct arena *arena = arena_new(DIALECT_BYTES);
        error = driver->prepare(conn->engine, dialect_text(driver, arena, statement->sql), &engine, ret_why);
        arena_free(arena);
    }
    if (error != 0) return error;
    struct compiled *c = calloc(1, sizeof(*c));
    if (c == NULL) abort();
    c->statement = statement;
    c->engine = engine;
    c->is_read = driver->is_read(engine);
    c->columns = driver->column_count(engine);
    *ret = c;
    return 0;
}

static struct compiled **place_of(struct db_conn *conn, const struct db_statement *statement) {
    size_t index = (size_t)statement->index;
    if (index >= conn->capacity) {
        size_t capacity = index < db_statement_count() ? db_statement_count() : index + 1;
        struct compiled **grown = realloc(conn->compiled, capacity * sizeof(struct compiled *));
        if (grown == NULL) abort();
        memset(grown + conn->capacity, 0, (capacity - conn->capacity) * sizeof(struct compiled *));
        conn->compiled = grown;
        conn->capacity = capacity;
    }
    return &conn->compiled[index];
}

int conn_prepare(struct db_conn *conn, struct db_statement *statement, const char **ret_why) {
    struct compiled **place = place_of(conn, statement);
    return *place != NULL ? 0 : compile(conn, statement, place, ret_why);
}

/* A compiled statement that runs no query now. */
static int acquire(struct db_conn *conn, struct db_statement *statement, struct compiled **ret) {
    struct compiled **place = place_of(conn, statement);
    int depth = 0;
    for (; *place != NULL; place = &(*place)->spare, depth++) {
        if ((*place)->serial == 0) {
            *ret = *place;
            return 0;
        }
    }
    if (depth == SPARES_MAX)
        return db_trouble(ERR_STORE, statement->name, "too many open queries of one statement");
    const char *why = "";
    int error = compile(conn, statement, place, &why);
    if (error != 0) return db_trouble(error, statement->name, why);
    *ret = *place;
    return 0;
}

/* ---- Running ---- */

static void activate(struct db_conn *conn, struct compiled *c) {
    c->serial = ++conn->serial;
    c->previous_active = NULL;
    c->next_active = conn->active;
    if (conn->active != NULL) conn->active->previous_active = c;
    conn->active = c;
}

static void release(struct db_conn *conn, struct compiled *c) {
    conn->db->driver->reset(c->engine);
    c->serial = 0;
    if (c->next_active != NULL) c->next_active->previous_active = c->previous_active;
    if (c->previous_active != NULL)
        c->previous_active->next_active = c->next_active;
    else
        conn->active = c->next_active;
}

static int start(struct db_conn *conn, struct db_statement *statement, const struct db_value *params,
                 size_t count, struct compiled **ret) {
    struct compiled *c = NULL;
    int error = acquire(conn, statement, &c);
    if (error != 0) return error;
    if (!c->is_read && !conn->writer)
        return db_trouble(ERR_STORE, statement->name, "a write outside db_write()");
    if (conn->job_error != 0) return conn->job_error;
    error = conn->db->driver->bind(c->engine, params, count);
    if (error != 0) return db_trouble(error, statement->name, "parameters do not fit the statement");
    activate(conn, c);
    *ret = c;
    return 0;
}

/* A step; on its end or failure the query is closed. */
static int advance(struct db_conn *conn, struct compiled *c) {
    int result = conn->db->driver->step(c->engine);
    if (result > 0) return result;
    if (result < 0) db_trouble(result, c->statement->name, conn->db->driver->message(conn->engine));
    if (result < 0 && conn->writer && conn->job_error == 0) conn->job_error = result;
    release(conn, c);
    return result;
}

static int run_to_end(struct db_conn *conn, struct compiled *c) {
    int result;
    do {
        result = advance(conn, c);
    } while (result > 0);
    return result;
}

static void close_compiled(struct db_conn *conn, struct compiled *c) {
    if (c->is_read) {
        release(conn, c);
        return;
    }
    int error = run_to_end(conn, c);
    if (error != 0 && conn->unseen_error == 0) conn->unseen_error = error;
}

void conn_reset_all(struct db_conn *conn) {
    while (conn->active != NULL)
        close_compiled(conn, conn->active);
}

/* ---- The doors ---- */

struct compiled *rows_compiled(const struct db_rows *rows) {
    struct compiled *c = rows->handle;
    return c != NULL && c->serial == rows->serial ? c : NULL;
}

void db_rows_close(struct db_rows *rows) {
    struct compiled *c = rows_compiled(rows);
    if (c != NULL) close_compiled(rows->conn, c);
    rows->handle = NULL;
}

int rows_finish(struct db_rows *rows) {
    struct compiled *c = rows_compiled(rows);
    rows->handle = NULL;
    if (c == NULL) return 0;
    if (!c->is_read) return run_to_end(rows->conn, c);
    release(rows->conn, c);
    return 0;
}

int db_query(struct db_conn *conn, struct db_rows *ret, struct db_statement *statement,
             const struct db_value *params, size_t count) {
    *ret = (struct db_rows){.conn = conn, .statement = statement};
    struct compiled *c = NULL;
    int error = start(conn, statement, params, count, &c);
    if (error != 0) return error;
    ret->handle = c;
    ret->serial = c->serial;
    return 0;
}

int db_next(struct db_rows *rows) {
    struct compiled *c = rows_compiled(rows);
    if (c == NULL) return 0;
    int result = advance(rows->conn, c);
    if (result <= 0) rows->handle = NULL;
    return result;
}

int db_exec(struct db_conn *tx, struct db_statement *statement, const struct db_value *params, size_t count,
            int64_t *ret_changes) {
    struct compiled *c = NULL;
    int error = start(tx, statement, params, count, &c);
    if (error == 0) error = run_to_end(tx, c);
    if (error == 0 && ret_changes != NULL) *ret_changes = tx->db->driver->changes(c->engine);
    return error;
}

/* ---- Columns ---- */

/* Reading a column of a closed query, or one that is not there, is our own bug and never a matter of data. */
static const struct engine_stmt *open_column(const struct db_rows *rows, int column) {
    struct compiled *c = rows_compiled(rows);
    if (c == NULL || column < 0 || column >= c->columns) {
        fprintf(stderr, "store: column %d of a query that is closed or does not have it\n", column);
        abort();
    }
    return c->engine;
}

int db_column_count(const struct db_rows *rows) {
    struct compiled *c = rows_compiled(rows);
    return c != NULL ? c->columns : 0;
}

const char *db_column_name(const struct db_rows *rows, int column) {
    return rows->conn->db->driver->column_name(open_column(rows, column), column);
}

bool db_column_null(const struct db_rows *rows, int column) {
    return rows->conn->db->driver->column_type(open_column(rows, column), column) == ENGINE_NULL;
}

int64_t db_column_int(const struct db_rows *rows, int column) {
    const struct engine_stmt *stmt = open_column(rows, column);
    const struct driver *driver = rows->conn->db->driver;
    return driver->column_type(stmt, column) == ENGINE_NULL ? ABSENT : driver->column_int(stmt, column);
}

const char *db_column_text(const struct db_rows *rows, int column, struct arena *arena) {
    size_t len = 0;
    return db_column_blob(rows, column, arena, &len);
}

const void *db_column_blob(const struct db_rows *rows, int column, struct arena *arena, size_t *ret_len) {
    const struct engine_stmt *stmt = open_column(rows, column);
    const struct driver *driver = rows->conn->db->driver;
    if (driver->column_type(stmt, column) == ENGINE_NULL) {
        *ret_len = 0;
        return NULL;
    }
    const void *data = driver->column_bytes(stmt, column, ret_len);
    return arena_memdup(arena, data, *ret_len);
}
