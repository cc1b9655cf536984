/* Reading both sides of a copy back, row by row, in the order of the primary key. */
#include "copy.h"
#include "minyi/err.h"

/* The two sides of a table. */
struct pair {
    struct copy *copy;
    size_t table;
    struct copy_reader from, to;
    struct copy_batch a, b;
    struct hash_stream hash;
    int64_t rows;
    bool beginning; /* the source may have more */
};

static void pair_close(struct pair *pair) {
    copy_reader_close(&pair->from);
    copy_reader_close(&pair->to);
}

static const struct catalogue_table *table_of(const struct pair *pair) {
    return &pair->copy->from.catalogue.tables[pair->table];
}

static int unreadable(struct pair *pair, bool source, int error) {
    struct copy *copy = pair->copy;
    const char *message =
        source ? copy->from.driver->message(copy->from.conn) : copy->to.driver->message(copy->to.conn);
    return copy_say(copy, error, "核对表 %s 时不能读取%s数据库：%s。", table_of(pair)->name,
                    source ? "来源" : "目标", message);
}

static int pair_open(struct pair *pair) {
    struct copy *copy = pair->copy;
    int error = copy_reader_open(&pair->from, copy->from.driver, copy->from.conn, table_of(pair));
    if (error != 0) return unreadable(pair, true, error);
    error = copy_reader_open(&pair->to, copy->to.driver, copy->to.conn, table_of(pair));
    return error != 0 ? unreadable(pair, false, error) : 0;
}

static int next_batches(struct pair *pair) {
    int error = copy_reader_next(&pair->from, &pair->a);
    if (error != 0) return unreadable(pair, true, error);
    error = copy_reader_next(&pair->to, &pair->b);
    return error != 0 ? unreadable(pair, false, error) : 0;
}

/* The first column in which the rows differ; the number of columns when none does. */
static size_t row_difference(const struct db_value *a, const struct db_value *b, size_t columns) {
    size_t i = 0;
    while (i < columns && copy_value_equal(&a[i], &b[i]))
        i++;
    return i;
}

static bool same_key(const struct catalogue_table *table, const struct db_value *a,
                     const struct db_value *b) {
    for (size_t i = 0; i < table->key_count; i++)
        if (!copy_value_equal(&a[table->key[i]], &b[table->key[i]])) return false;
    return true;
}

static int differs(struct pair *pair, const struct db_value *a, const struct db_value *b, size_t column) {
    struct copy *copy = pair->copy;
    const struct catalogue_table *table = table_of(pair);
    const char *key = copy_key_text(copy->arena, table, a != NULL ? a : b);
    if (a != NULL && b != NULL && same_key(table, a, b))
        return copy_say(copy, ERR_CONFLICT,
                        "核对不符：表 %s 主键 %s 的列 %s 在目标中与来源不同。再运行同一条命令会重新复制。",
                        table->name, key, table->columns[column].name);
    return copy_say(copy, ERR_CONFLICT,
                    "核对不符：表 %s 从主键 %s 起，来源和目标有一边多行或少行。再运行同一条命令会重新复制。",
                    table->name, key);
}

/* The rows of both batches as far as both have some. */
static int compare_rows(struct pair *pair) {
    size_t columns = pair->a.columns, count = pair->a.rows < pair->b.rows ? pair->a.rows : pair->b.rows;
    for (size_t row = 0; row < count; row++) {
        const struct db_value *a = &pair->a.values[row * columns], *b = &pair->b.values[row * columns];
        size_t column = row_difference(a, b, columns);
        if (column < columns) return differs(pair, a, b, column);
        copy_hash_row(&pair->hash, a, columns);
    }
    pair->rows += (int64_t)count;
    if (pair->a.rows == pair->b.rows) return 0;
    if (pair->a.rows < pair->b.rows) return differs(pair, NULL, &pair->b.values[count * columns], 0);
    if (!pair->beginning) return differs(pair, &pair->a.values[count * columns], NULL, 0);
    if (count > 0) copy_reader_after(&pair->from, &pair->a, count - 1);
    return 0;
}

/* Until the target has no more rows. */
static int compare_table(struct pair *pair) {
    int error = pair_open(pair);
    while (error == 0) {
        error = next_batches(pair);
        if (error == 0) error = compare_rows(pair);
        if (error != 0) break;
        bool done = pair->b.rows == 0;
        copy_watch(pair->copy, pair->table, (int64_t)pair->b.rows, done);
        if (done) break;
    }
    return error;
}

int copy_compare(struct copy *copy) {
    const struct catalogue *tables = &copy->from.catalogue;
    copy->tables = arena_array(copy->arena, tables->count + 1, sizeof(*copy->tables));
    for (size_t i = 0; i < tables->count; i++) {
        CLEANUP(pair_close) struct pair pair = {.copy = copy, .table = i};
        hash_begin(&pair.hash);
        int error = compare_table(&pair);
        if (error != 0) return error;
        copy->tables[i] = (struct db_copy_table){.name = tables->tables[i].name, .rows = pair.rows};
        hash_end(&pair.hash, copy->tables[i].hash);
    }
    return 0;
}

/* The key where the copy goes on, out of the reader's memory. */
static const struct db_value *keep_key(struct arena *arena, const struct copy_reader *reader) {
    if (reader->last == NULL) return NULL;
    struct db_value *key = arena_array(arena, reader->table->key_count, sizeof(*key));
    for (size_t i = 0; i < reader->table->key_count; i++) {
        key[i] = reader->last[i];
        if (key[i].type != DB_INT && key[i].type != DB_NULL)
            key[i].data = arena_memdup(arena, key[i].data, key[i].len);
    }
    return key;
}

int copy_check_begun(struct copy *copy, bool *ret_same) {
    const char *difference = NULL, **ret_why = copy->ret_why;
    int error = 0;
    copy->ret_why = &difference; /* a difference is no failure here */
    for (size_t i = 0; i < copy->from.catalogue.count && error == 0; i++) {
        CLEANUP(pair_close) struct pair pair = {.copy = copy, .table = i, .beginning = !copy->to.done[i]};
        hash_begin(&pair.hash);
        error = compare_table(&pair);
        if (error == 0 && pair.rows != copy->to.rows[i]) error = ERR_CONFLICT;
        if (error == 0) copy->to.last[i] = keep_key(copy->arena, &pair.to);
    }
    copy->ret_why = ret_why;
    *ret_same = error == 0;
    if (error == 0 || error == ERR_CONFLICT) return 0;
    return copy_say(copy, error, "%s", difference != NULL ? difference : err_info(error)->zh);
}
