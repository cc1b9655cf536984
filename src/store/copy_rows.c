/* Rows of one table in batches by primary key; what they are for a comparison and for a hash. */
#include <inttypes.h>
#include <string.h>

#include "copy.h"
#include "minyi/buf.h"
#include "minyi/err.h"

enum {
    ROWS = 4000,
    ROWS_WITH_BLOB = 16,
    BATCH_BYTES = 8 * 1024 * 1024,
    ARENA_CEILING = 256 * 1024 * 1024,
    SQL_MAX = 64 * 1024,
};

/* ---- SQL ---- */

static void add_columns(struct buf *out, const struct catalogue_table *table) {
    for (size_t i = 0; i < table->column_count; i++)
        buf_addf(out, "%s\"%s\"", i > 0 ? ", " : "", table->columns[i].name);
}

const char *copy_into(struct arena *arena, const struct catalogue_table *table) {
    CLEANUP(buf_free) struct buf out = BUF(SQL_MAX);
    buf_addf(&out, "\"%s\" (", table->name);
    add_columns(&out, table);
    buf_addc(&out, ')');
    return arena_memdup(arena, out.data, out.len);
}

static size_t batch_rows(const struct catalogue_table *table) {
    return table->has_blob ? ROWS_WITH_BLOB : ROWS;
}

static void add_key(struct buf *out, const struct catalogue_table *table) {
    for (size_t i = 0; i < table->key_count; i++)
        buf_addf(out, "%s\"%s\"", i > 0 ? ", " : "", table->columns[table->key[i]].name);
}

static void add_select(struct buf *out, const struct catalogue_table *table, bool next) {
    buf_adds(out, "SELECT ");
    add_columns(out, table);
    buf_addf(out, " FROM \"%s\"", table->name);
    if (next) {
        buf_adds(out, " WHERE (");
        add_key(out, table);
        buf_adds(out, ") > (");
        for (size_t i = 0; i < table->key_count; i++)
            buf_addf(out, "%s$%zu", i > 0 ? ", " : "", i + 1);
        buf_addc(out, ')');
    }
    buf_adds(out, " ORDER BY ");
    add_key(out, table);
    buf_addf(out, " LIMIT %zu", batch_rows(table));
}

static int prepare(struct copy_reader *reader, bool next, struct engine_stmt **ret) {
    CLEANUP(buf_free) struct buf sql = BUF(SQL_MAX);
    const char *why = NULL;
    add_select(&sql, reader->table, next);
    return buf_failed(&sql) ? ERR_STORE : reader->driver->prepare(reader->conn, sql.data, ret, &why);
}

/* ---- Reading ---- */

int copy_reader_open(struct copy_reader *reader, const struct driver *driver, struct engine_conn *conn,
                     const struct catalogue_table *table) {
    *reader = (struct copy_reader){.driver = driver, .conn = conn, .table = table};
    reader->arenas[0] = arena_new(ARENA_CEILING);
    reader->arenas[1] = arena_new(ARENA_CEILING);
    int error = prepare(reader, false, &reader->first);
    if (error == 0) error = prepare(reader, true, &reader->next);
    if (error != 0) copy_reader_close(reader);
    return error;
}

void copy_reader_close(struct copy_reader *reader) {
    if (reader->driver == NULL) return;
    reader->driver->finalize(reader->first);
    reader->driver->finalize(reader->next);
    arena_free(reader->arenas[0]);
    arena_free(reader->arenas[1]);
    *reader = (struct copy_reader){0};
}

static int take_value(const struct copy_reader *reader, struct engine_stmt *stmt, size_t column,
                      struct arena *arena, struct db_value *ret) {
    const struct driver *driver = reader->driver;
    enum engine_column kind = driver->column_type(stmt, (int)column);
    if (kind == ENGINE_NULL) {
        *ret = (struct db_value){.type = DB_NULL};
        return 0;
    }
    if (kind != reader->table->columns[column].kind) return ERR_STORE_CORRUPT;
    if (kind == ENGINE_INT) {
        *ret = (struct db_value){.type = DB_INT, .number = driver->column_int(stmt, (int)column)};
        return 0;
    }
    size_t len = 0;
    const void *data = driver->column_bytes(stmt, (int)column, &len);
    *ret = (struct db_value){
        .type = kind == ENGINE_TEXT ? DB_TEXT : DB_BLOB, .data = arena_memdup(arena, data, len), .len = len};
    return 0;
}

static int take_rows(const struct copy_reader *reader, struct engine_stmt *stmt, struct arena *arena,
                     struct copy_batch *batch) {
    size_t most = batch_rows(reader->table), bytes = 0;
    int result = 0;
    while (batch->rows < most && bytes < BATCH_BYTES && (result = reader->driver->step(stmt)) > 0) {
        struct db_value *row = &batch->values[batch->rows * batch->columns];
        for (size_t i = 0; i < batch->columns; i++) {
            int error = take_value(reader, stmt, i, arena, &row[i]);
            if (error != 0) return error;
            bytes += row[i].len;
        }
        batch->rows++;
    }
    return result < 0 ? result : 0;
}

void copy_reader_after(struct copy_reader *reader, const struct copy_batch *batch, size_t row) {
    struct db_value *key = arena_array(reader->arenas[reader->turn], reader->table->key_count, sizeof(*key));
    for (size_t i = 0; i < reader->table->key_count; i++)
        key[i] = batch->values[row * batch->columns + reader->table->key[i]];
    reader->last = key;
}

int copy_reader_next(struct copy_reader *reader, struct copy_batch *ret) {
    const struct catalogue_table *table = reader->table;
    struct engine_stmt *stmt = reader->last != NULL ? reader->next : reader->first;
    struct arena *arena = reader->arenas[1 - reader->turn]; /* the last key lives in the other one */
    arena_reset(arena);
    struct copy_batch batch = {.columns = table->column_count};
    batch.values = arena_array(arena, batch_rows(table) * batch.columns, sizeof(*batch.values));
    int error = reader->driver->bind(stmt, reader->last, reader->last != NULL ? table->key_count : 0);
    if (error == 0) error = take_rows(reader, stmt, arena, &batch);
    reader->driver->reset(stmt);
    if (error != 0) return error;
    reader->turn = 1 - reader->turn;
    if (batch.rows > 0) copy_reader_after(reader, &batch, batch.rows - 1);
    *ret = batch;
    return 0;
}

/* ---- Values ---- */

bool copy_value_equal(const struct db_value *a, const struct db_value *b) {
    if (a->type != b->type) return false;
    if (a->type == DB_NULL) return true;
    if (a->type == DB_INT) return a->number == b->number;
    return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

void copy_hash_row(struct hash_stream *stream, const struct db_value *row, size_t columns) {
    static const char tags[] = {[DB_NULL] = 'n', [DB_INT] = 'i', [DB_TEXT] = 't', [DB_BLOB] = 'b'};
    for (size_t i = 0; i < columns; i++) {
        unsigned char head[9] = {(unsigned char)tags[row[i].type]};
        uint64_t number = row[i].type == DB_INT ? (uint64_t)row[i].number : row[i].len;
        for (size_t k = 1; k < sizeof(head); k++)
            head[k] = (unsigned char)(number >> (64 - 8 * k));
        hash_add(stream, head, row[i].type == DB_NULL ? 1 : sizeof(head));
        if (row[i].len > 0) hash_add(stream, row[i].data, row[i].len);
    }
}

const char *copy_key_text(struct arena *arena, const struct catalogue_table *table,
                          const struct db_value *row) {
    enum { SHOWN = 12 };
    CLEANUP(buf_free) struct buf out = BUF(SQL_MAX);
    for (size_t i = 0; i < table->key_count; i++) {
        const struct db_value *value = &row[table->key[i]];
        if (i > 0) buf_adds(&out, ", ");
        if (value->type == DB_INT)
            buf_add_int(&out, value->number);
        else if (value->type == DB_TEXT && value->len > SHOWN)
            buf_addf(&out, "%.*s…", SHOWN, (const char *)value->data);
        else if (value->type == DB_TEXT)
            buf_adds(&out, value->data);
        else
            buf_addc(&out, '?');
    }
    return arena_memdup(arena, out.data, out.len);
}
