/* What tables a database has: read by the SQL of its driver, put in the order in which they can be filled.
 *
 * 1. Names hold small letters, digits and '_' only, so that they can stand in SQL as they are, quoted.
 * 2. A table comes behind every other one that it refers to.
 */
#include "catalogue.h"

#include <string.h>

#include "minyi/err.h"

enum { TABLES_MAX = 1000 };

static const char *const own_tables[] = {"schema_migration", "write_mark", "copy_progress"};

/* ---- Asking ---- */

int engine_query(const struct driver *driver, struct engine_conn *conn, const char *sql,
                 const struct db_value *params, size_t count, struct engine_stmt **ret) {
    const char *why = "";
    struct engine_stmt *stmt = NULL;
    int error = driver->prepare(conn, sql, &stmt, &why);
    if (error == 0) error = driver->bind(stmt, params, count);
    if (error != 0) {
        driver->finalize(stmt);
        return error;
    }
    *ret = stmt;
    return 0;
}

int engine_number(const struct driver *driver, struct engine_conn *conn, const char *sql,
                  const struct db_value *params, size_t count, int64_t *ret) {
    struct engine_stmt *stmt = NULL;
    int error = engine_query(driver, conn, sql, params, count, &stmt);
    if (error != 0) return error;
    int result = driver->step(stmt);
    if (result > 0) *ret = driver->column_int(stmt, 0);
    driver->finalize(stmt);
    return result > 0 ? 0 : result < 0 ? result : ERR_NOT_FOUND;
}

int catalogue_has_table(const struct driver *driver, struct engine_conn *conn, const char *table, bool *ret) {
    int64_t count = 0;
    int error = engine_number(driver, conn, driver->catalogue->has_table, DB_PARAMS(db_text(table)), &count);
    if (error == 0) *ret = count > 0;
    return error;
}

/* ---- Reading ---- */

struct reading {
    const struct driver *driver;
    struct engine_stmt *stmt;
    struct arena *arena;
    struct catalogue_table *tables;
    size_t count, columns; /* columns: all of them, in the array at hand */
    const char **ret_why;
};

static const char *text_of(const struct reading *reading, int column) {
    size_t len = 0;
    const void *data = reading->driver->column_bytes(reading->stmt, column, &len);
    return arena_memdup(reading->arena, data, len);
}

static bool is_own(const char *name) {
    for (size_t i = 0; i < ARRAY_LEN(own_tables); i++)
        if (strcmp(name, own_tables[i]) == 0) return true;
    return false;
}

static bool is_plain(const char *name) {
    return name[0] != '\0' && name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static enum engine_column kind_of(const char *word) {
    static const struct {
        const char *word;
        enum engine_column kind;
    } kinds[] = {{"int", ENGINE_INT}, {"text", ENGINE_TEXT}, {"blob", ENGINE_BLOB}};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(word, kinds[i].word) == 0) return kinds[i].kind;
    return ENGINE_OTHER;
}

static struct catalogue_table *find_table(const struct reading *reading, const char *name) {
    for (size_t i = 0; i < reading->count; i++)
        if (strcmp(reading->tables[i].name, name) == 0) return &reading->tables[i];
    return NULL;
}

static int refuse(const struct reading *reading, const char *table, const char *what) {
    *reading->ret_why =
        arena_printf(reading->arena, "数据库里的表 %s 不是本程序建立的样子：%s。", table, what);
    return ERR_STORE_CORRUPT;
}

/* The row at hand of the driver's `columns`; the rows of a table come one after the other. */
static int take_column(struct reading *reading, struct catalogue_column *place) {
    const char *name = text_of(reading, 0);
    if (is_own(name)) return 0;
    struct catalogue_table *table = reading->count > 0 ? &reading->tables[reading->count - 1] : NULL;
    if (table == NULL || strcmp(table->name, name) != 0) {
        if (!is_plain(name) || reading->count == TABLES_MAX) return refuse(reading, name, "表名");
        table = &reading->tables[reading->count++];
        *table = (struct catalogue_table){.name = name, .columns = place};
    }
    const struct driver *driver = reading->driver;
    *place = (struct catalogue_column){.name = text_of(reading, 1),
                                       .kind = kind_of(text_of(reading, 2)),
                                       .not_null = driver->column_int(reading->stmt, 3) != 0,
                                       .key = (int)driver->column_int(reading->stmt, 4),
                                       .identity = driver->column_int(reading->stmt, 5) != 0};
    if (!is_plain(place->name) || place->kind == ENGINE_OTHER || place->key > CATALOGUE_KEY_MAX)
        return refuse(reading, name, arena_printf(reading->arena, "列 %s", place->name));
    if (place->key > 0) {
        table->key[place->key - 1] = table->column_count;
        table->key_count++;
    }
    table->identity = table->identity || place->identity;
    table->has_blob = table->has_blob || place->kind == ENGINE_BLOB;
    table->column_count++;
    reading->columns++;
    return 0;
}

static int take_reference(struct reading *reading) {
    struct catalogue_table *table = find_table(reading, text_of(reading, 0));
    if (table == NULL) return 0;
    const struct catalogue_reference reference = {text_of(reading, 1), text_of(reading, 2)};
    if (table->references == NULL)
        table->references = arena_array(reading->arena, table->column_count, sizeof(reference));
    if (table->reference_count == table->column_count) return refuse(reading, table->name, "外键太多");
    table->references[table->reference_count++] = reference;
    if (strcmp(reference.table, table->name) != 0) return 0;
    table->refers_to_itself = true;
    for (size_t i = 0; i < table->column_count; i++)
        if (strcmp(table->columns[i].name, reference.column) == 0) table->columns[i].to_own_table = true;
    return 0;
}

static int read_columns(struct reading *reading, struct engine_conn *conn, size_t most) {
    const struct driver *driver = reading->driver;
    struct catalogue_column *columns = arena_array(reading->arena, most, sizeof(*columns));
    int error = engine_query(driver, conn, driver->catalogue->columns, DB_NONE, &reading->stmt);
    if (error != 0) return error;
    int result = 0;
    while (error == 0 && (result = driver->step(reading->stmt)) > 0)
        error =
            reading->columns < most ? take_column(reading, &columns[reading->columns]) : ERR_STORE_CORRUPT;
    driver->finalize(reading->stmt);
    return error != 0 ? error : result;
}

static int read_references(struct reading *reading, struct engine_conn *conn) {
    const struct driver *driver = reading->driver;
    int error = engine_query(driver, conn, driver->catalogue->references, DB_NONE, &reading->stmt);
    if (error != 0) return error;
    int result = 0;
    while (error == 0 && (result = driver->step(reading->stmt)) > 0)
        error = take_reference(reading);
    driver->finalize(reading->stmt);
    return error != 0 ? error : result;
}

/* ---- Order ---- */

static bool is_among(const struct catalogue *done, const char *name) {
    for (size_t i = 0; i < done->count; i++)
        if (strcmp(done->tables[i].name, name) == 0) return true;
    return false;
}

static bool may_follow(const struct catalogue *done, const struct catalogue_table *table) {
    for (size_t i = 0; i < table->reference_count; i++)
        if (strcmp(table->references[i].table, table->name) != 0 &&
            !is_among(done, table->references[i].table))
            return false;
    return true;
}

static int put_in_order(const struct reading *reading, struct catalogue *ret) {
    struct catalogue done = {.tables = arena_array(reading->arena, reading->count + 1, sizeof(*done.tables))};
    while (done.count < reading->count) {
        size_t before = done.count;
        for (size_t i = 0; i < reading->count; i++) {
            const struct catalogue_table *table = &reading->tables[i];
            if (!is_among(&done, table->name) && may_follow(&done, table)) done.tables[done.count++] = *table;
        }
        if (done.count == before) return refuse(reading, reading->tables[0].name, "外键成环");
    }
    *ret = done;
    return 0;
}

int catalogue_read(const struct driver *driver, struct engine_conn *conn, struct arena *arena,
                   struct catalogue *ret, const char **ret_why) {
    enum { COLUMNS_MAX = 10000 };
    struct reading reading = {.driver = driver, .arena = arena, .ret_why = ret_why};
    reading.tables = arena_array(arena, TABLES_MAX, sizeof(*reading.tables));
    int error = read_columns(&reading, conn, COLUMNS_MAX);
    for (size_t i = 0; error == 0 && i < reading.count; i++)
        if (reading.tables[i].key_count == 0) error = refuse(&reading, reading.tables[i].name, "没有主键");
    if (error == 0) error = read_references(&reading, conn);
    if (error == 0) error = put_in_order(&reading, ret);
    if (error != 0 && *ret_why == NULL)
        *ret_why = arena_printf(arena, "不能读取数据库的表结构：%s。", driver->message(conn));
    return error;
}

/* ---- Comparing ---- */

static bool same_column(const struct catalogue_column *a, const struct catalogue_column *b) {
    return strcmp(a->name, b->name) == 0 && a->kind == b->kind && a->not_null == b->not_null &&
           a->key == b->key && a->identity == b->identity;
}

static const char *table_difference(struct arena *arena, const struct catalogue_table *a,
                                    const struct catalogue_table *b) {
    if (a->column_count != b->column_count)
        return arena_printf(arena, "表 %s 的列数不同（%zu 和 %zu）", a->name, a->column_count,
                            b->column_count);
    for (size_t i = 0; i < a->column_count; i++)
        if (!same_column(&a->columns[i], &b->columns[i]))
            return arena_printf(arena, "表 %s 的列 %s 和 %s 不同", a->name, a->columns[i].name,
                                b->columns[i].name);
    bool same = a->reference_count == b->reference_count;
    for (size_t i = 0; same && i < a->reference_count; i++)
        same = strcmp(a->references[i].column, b->references[i].column) == 0 &&
               strcmp(a->references[i].table, b->references[i].table) == 0;
    return same ? NULL : arena_printf(arena, "表 %s 的外键不同", a->name);
}

const char *catalogue_difference(struct arena *arena, const struct catalogue *a, const struct catalogue *b) {
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        if (strcmp(a->tables[i].name, b->tables[i].name) != 0)
            return arena_printf(arena, "表 %s 和 %s 只有一边有，或外键不同", a->tables[i].name,
                                b->tables[i].name);
        const char *difference = table_difference(arena, &a->tables[i], &b->tables[i]);
        if (difference != NULL) return difference;
    }
    return a->count == b->count ? NULL
                                : arena_printf(arena, "表的数目不同（%zu 和 %zu）", a->count, b->count);
}
