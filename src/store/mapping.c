/* Result columns into structs by the names of their fields.
 *
 * Which column goes to which field is worked out once per compiled statement and record and kept with
 * the compiled statement; that belongs to one connection and so to one thread, hence no lock.
 * A row is checked whole before the first member is set: a struct is filled or untouched.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "minyi/err.h"

enum { LIST_MAX = 10000, LIST_FIRST = 16 };

static bool is_plain(const struct field *field) {
    switch (field->type) {
    case FIELD_INT:
    case FIELD_TIME:
    case FIELD_BOOL:
    case FIELD_TEXT:
    case FIELD_DATE:
        return true;
    default:
        return false;
    }
}

static int map_columns(struct db_conn *conn, struct compiled *c, const struct record *record) {
    if (c->record == record) return 0;
    const struct field **fields = calloc((size_t)c->columns, sizeof(const struct field *));
    if (fields == NULL) abort();
    for (int i = 0; i < c->columns; i++) {
        const char *name = conn->db->driver->column_name(c->engine, i);
        fields[i] = record_field(record, name);
        if (fields[i] != NULL && is_plain(fields[i])) continue;
        free(fields);
        return db_trouble(ERR_STORE, c->statement->name, "a result column has no plain field in the record");
    }
    free(c->fields);
    free(c->nulls);
    c->fields = fields;
    c->nulls = calloc((size_t)c->columns, sizeof(bool));
    if (c->nulls == NULL) abort();
    c->record = record;
    return 0;
}

static bool fits(const struct driver *driver, const struct compiled *c, int column) {
    enum engine_column type = driver->column_type(c->engine, column);
    c->nulls[column] = type == ENGINE_NULL;
    if (type == ENGINE_NULL) return true;
    switch (c->fields[column]->type) {
    case FIELD_TEXT:
    case FIELD_DATE:
        return type == ENGINE_TEXT;
    case FIELD_BOOL: {
        if (type != ENGINE_INT) return false;
        int64_t value = driver->column_int(c->engine, column);
        return value == 0 || value == 1;
    }
    default:
        return type == ENGINE_INT;
    }
}

static void set_member(const struct driver *driver, const struct compiled *c, int column, struct arena *arena,
                       char *out) {
    const struct field *field = c->fields[column];
    bool null = c->nulls[column]; /* fits() has looked */
    switch (field->type) {
    case FIELD_TEXT:
    case FIELD_DATE: {
        const char *text = NULL;
        if (!null) {
            size_t len = 0;
            const void *data = driver->column_bytes(c->engine, column, &len);
            text = arena_memdup(arena, data, len);
        }
        memcpy(out + field->offset, &text, sizeof(text));
        return;
    }
    case FIELD_BOOL: {
        bool value = !null && driver->column_int(c->engine, column) != 0;
        memcpy(out + field->offset, &value, sizeof(value));
        return;
    }
    default: {
        int64_t value = null ? ABSENT : driver->column_int(c->engine, column);
        memcpy(out + field->offset, &value, sizeof(value));
        return;
    }
    }
}

/* The row that the query stands on, into the struct at OUT. */
static int read_row(struct db_rows *rows, struct arena *arena, const struct record *record, void *out) {
    struct compiled *c = rows_compiled(rows);
    int error = map_columns(rows->conn, c, record);
    if (error != 0) return error;
    const struct driver *driver = rows->conn->db->driver;
    for (int i = 0; i < c->columns; i++)
        if (!fits(driver, c, i))
            return db_trouble(ERR_STORE, c->statement->name, "a value is of another type than its field");
    for (int i = 0; i < c->columns; i++)
        set_member(driver, c, i, arena, out);
    return 0;
}

/* Starts a query and goes to its first row. */
static int first_row(struct db_conn *conn, struct db_rows *rows, struct db_statement *statement,
                     const struct db_value *params, size_t count) {
    int error = db_query(conn, rows, statement, params, count);
    if (error != 0) return error;
    int result = db_next(rows);
    return result > 0 ? 0 : result < 0 ? result : ERR_NOT_FOUND;
}

int db_get_record(struct db_conn *conn, struct arena *arena, struct db_statement *statement,
                  const struct db_value *params, size_t count, const struct record *record, void *out) {
    CLEANUP(db_rows_close) struct db_rows rows = {0};
    int error = first_row(conn, &rows, statement, params, count);
    if (error == 0) error = read_row(&rows, arena, record, out);
    return error != 0 ? error : rows_finish(&rows);
}

static void free_memory(void *pointer) {
    void *memory;
    memcpy(&memory, pointer, sizeof(memory));
    free(memory);
}

int db_get_list(struct db_conn *conn, struct arena *arena, struct db_statement *statement,
                const struct db_value *params, size_t count, const struct record *record, struct list *ret) {
    CLEANUP(db_rows_close) struct db_rows rows = {0};
    CLEANUP(free_memory) char *items = NULL; /* grows here, so that the arena holds the list once */
    size_t used = 0, capacity = 0;
    int result = db_query(conn, &rows, statement, params, count);
    if (result != 0) return result;
    while ((result = db_next(&rows)) > 0) {
        if (used == LIST_MAX)
            return db_trouble(ERR_STORE, statement->name, "more than 10,000 rows: page instead");
        if (used == capacity) {
            capacity = capacity == 0 ? LIST_FIRST : capacity * 2;
            char *grown = reallocarray(items, capacity, record->size);
            if (grown == NULL) abort();
            items = grown;
        }
        char *item = items + used * record->size;
        record_clear(record, item);
        int error = read_row(&rows, arena, record, item);
        if (error != 0) return error;
        used++;
    }
    if (result < 0) return result;
    void *kept = used > 0 ? arena_memdup(arena, items, used * record->size) : NULL;
    *ret = (struct list){.items = kept, .count = used};
    return 0;
}

int db_get_int(struct db_conn *conn, struct db_statement *statement, const struct db_value *params,
               size_t count, int64_t *ret) {
    CLEANUP(db_rows_close) struct db_rows rows = {0};
    int error = first_row(conn, &rows, statement, params, count);
    if (error != 0) return error;
    int64_t value = db_column_int(&rows, 0);
    error = rows_finish(&rows);
    if (error == 0) *ret = value;
    return error;
}

int db_get_text(struct db_conn *conn, struct arena *arena, struct db_statement *statement,
                const struct db_value *params, size_t count, const char **ret) {
    CLEANUP(db_rows_close) struct db_rows rows = {0};
    int error = first_row(conn, &rows, statement, params, count);
    if (error != 0) return error;
    const char *text = db_column_text(&rows, 0, arena);
    error = rows_finish(&rows);
    if (error == 0) *ret = text;
    return error;
}
