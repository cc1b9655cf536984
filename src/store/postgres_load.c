/* Many rows at once: COPY in its binary form, inside the transaction at hand.
 *
 * The form is a header, then for each row the number of its columns and for each column its length (-1: NULL)
 * and its bytes as the type sends them: bigint as eight bytes, text and bytea as they are.
 */
#include <stdio.h>
#include <string.h>

#include "minyi/base.h"
#include "minyi/buf.h"
#include "minyi/err.h"
#include "postgres.h"

enum { LOAD_CEILING = 256 * 1024 * 1024, PIECE = 1024 * 1024, COMMAND_MAX = 8192 };

static void add_number(struct buf *out, uint64_t number, size_t bytes) {
    unsigned char digits[8];
    for (size_t i = 0; i < bytes; i++)
        digits[i] = (unsigned char)(number >> (8 * (bytes - 1 - i)));
    buf_add(out, digits, bytes);
}

static void add_value(struct buf *out, const struct db_value *value) {
    switch (value->type) {
    case DB_NULL:
        add_number(out, UINT32_MAX, 4);
        return;
    case DB_INT:
        add_number(out, 8, 4);
        add_number(out, (uint64_t)value->number, 8);
        return;
    default:
        add_number(out, value->len, 4);
        buf_add(out, value->data, value->len);
    }
}

static void encode(struct buf *out, const struct db_value *values, size_t columns, size_t rows) {
    static const char signature[] = "PGCOPY\n\377\r\n"; /* with its NUL: 11 bytes */
    buf_add(out, signature, sizeof(signature));
    add_number(out, 0, 4); /* flags */
    add_number(out, 0, 4); /* length of the header's extension */
    for (size_t row = 0; row < rows; row++) {
        add_number(out, columns, 2);
        for (size_t i = 0; i < columns; i++)
            add_value(out, &values[row * columns + i]);
    }
    add_number(out, UINT16_MAX, 2);
}

static bool wait_for(PGconn *pg, bool write_too, int64_t deadline_ms) {
    return pg_wait_socket(pg, write_too, deadline_ms) && PQconsumeInput(pg) != 0;
}

static bool flush(PGconn *pg, int64_t deadline_ms) {
    int left;
    while ((left = PQflush(pg)) == 1)
        if (!wait_for(pg, true, deadline_ms)) return false;
    return left == 0;
}

static bool next_result(PGconn *pg, int64_t deadline_ms, PGresult **ret) {
    while (PQisBusy(pg) != 0)
        if (!wait_for(pg, false, deadline_ms)) return false;
    *ret = PQgetResult(pg);
    return true;
}

/* In pieces, so that what the server says meanwhile is heard. */
static bool send_data(PGconn *pg, const struct buf *data, int64_t deadline_ms) {
    for (size_t at = 0; at < data->len; at += PIECE) {
        size_t len = data->len - at < PIECE ? data->len - at : PIECE;
        int sent;
        while ((sent = PQputCopyData(pg, data->data + at, (int)len)) == 0)
            if (!wait_for(pg, true, deadline_ms)) return false;
        if (sent < 0) return false;
    }
    int ended;
    while ((ended = PQputCopyEnd(pg, NULL)) == 0)
        if (!wait_for(pg, true, deadline_ms)) return false;
    return ended == 1 && flush(pg, deadline_ms);
}

/* All results up to the end; *ret_error is what the first failure means. False when the line broke. */
static bool finish(struct engine_conn *conn, int64_t deadline_ms, int *ret_error) {
    PGresult *result = NULL;
    for (;;) {
        if (!next_result(conn->pg, deadline_ms, &result)) return false;
        if (result == NULL) return PQstatus(conn->pg) == CONNECTION_OK;
        if (PQresultStatus(result) == PGRES_FATAL_ERROR && *ret_error == 0)
            *ret_error = pg_failed(conn, PQstatus(conn->pg) == CONNECTION_OK ? result : NULL);
        PQclear(result);
        if (PQstatus(conn->pg) != CONNECTION_OK) return false;
    }
}

/* False when the line broke. */
static bool copy_in(struct engine_conn *conn, const char *command, const struct buf *data, int *ret_error) {
    int64_t deadline_ms = pg_now_ms() + pg_limits.write_ms;
    PGresult *result = NULL;
    if (PQsendQuery(conn->pg, command) != 1 || !flush(conn->pg, deadline_ms)) return false;
    if (!next_result(conn->pg, deadline_ms, &result)) return false;
    bool ready = PQresultStatus(result) == PGRES_COPY_IN;
    if (!ready) *ret_error = pg_failed(conn, result);
    PQclear(result);
    if (ready && !send_data(conn->pg, data, deadline_ms)) return false;
    return finish(conn, deadline_ms, ret_error);
}

static int lost(struct engine_conn *conn) {
    conn->lost = true;
    return pg_failed(conn, NULL);
}

int pg_load(struct engine_conn *conn, const char *into, const struct db_value *values, size_t columns,
            size_t rows) {
    CLEANUP(buf_free) struct buf data = BUF(LOAD_CEILING);
    char command[COMMAND_MAX];
    encode(&data, values, columns, rows);
    int len = snprintf(command, sizeof(command), "COPY %s FROM STDIN (FORMAT binary)", into);
    if (buf_failed(&data) || len < 0 || (size_t)len >= sizeof(command)) return ERR_STORE;
    int error = pg_exchange(conn, NULL, NULL); /* what waits goes first; a broken line shows here */
    if (error != 0) return error;
    if (PQexitPipelineMode(conn->pg) != 1 || !copy_in(conn, command, &data, &error)) return lost(conn);
    return PQenterPipelineMode(conn->pg) == 1 ? error : lost(conn);
}
