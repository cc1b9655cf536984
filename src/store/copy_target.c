/* Where a copy goes to: founding it with its mark, rows in, identities, the end of the mark. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "copy.h"
#include "minyi/buf.h"
#include "minyi/err.h"
#include "minyi/utf8.h"

enum { WHY_SIZE = 300, SCRIPT_MAX = 1024 * 1024 };

/* ---- Opening ---- */

static int connect_target(struct copy *copy) {
    char why[WHY_SIZE] = "";
    struct copy_target *to = &copy->to;
    int error = to->driver->connect(to->place, ENGINE_INSPECTOR, &to->conn, why, sizeof(why));
    return error != 0 ? copy_say(copy, error, "不能打开目标数据库 %s：%s。", to->name, why) : 0;
}

static int unreadable(struct copy *copy, int error) {
    return copy_say(copy, error, "不能读取目标数据库 %s：%s。", copy->to.name,
                    copy->to.driver->message(copy->to.conn));
}

/* On a server: one copy at a time. In a file the lock of its writer does it. */
static int keep_copies_away(struct copy *copy) {
    int64_t got = 0;
    int error =
        engine_number(copy->to.driver, copy->to.conn, copy->to.driver->catalogue->lock_copies, DB_NONE, &got);
    if (error != 0) return unreadable(copy, error);
    return got != 0
               ? 0
               : copy_say(copy, ERR_STORE_BUSY, "已有另一个 minyi copy 正在写目标数据库 %s。", copy->to.name);
}

static int open_database(struct copy *copy) {
    struct db_internals internals = *copy->plan->internals;
    internals.for_copy = true;
    const struct db_options options = {.url = copy->plan->options.to, .create = true, .migrate = true};
    const char *why = NULL;
    int error = db_open_with_migrations(&options, &internals, copy->arena, &copy->to.db, &why);
    if (error == 0) return 0;
    return copy_say(copy, error, "%s", why != NULL ? why : err_info(error)->zh);
}

static int check_same_schema(struct copy *copy) {
    struct catalogue catalogue;
    int error = catalogue_read(copy->to.driver, copy->to.conn, copy->arena, &catalogue, copy->ret_why);
    if (error != 0) return error;
    const char *difference = catalogue_difference(copy->arena, &copy->from.catalogue, &catalogue);
    if (difference == NULL) return 0;
    return copy_say(copy, ERR_CONFLICT, "来源和目标的表结构不一样：%s。结构被改动过的数据库不能复制。",
                    difference);
}

static int read_progress(struct copy *copy) {
    struct copy_target *to = &copy->to;
    const struct catalogue *tables = &copy->from.catalogue;
    to->rows = arena_array(copy->arena, tables->count + 1, sizeof(*to->rows));
    to->done = arena_array(copy->arena, tables->count + 1, sizeof(*to->done));
    to->last = arena_array(copy->arena, tables->count + 1, sizeof(struct db_value *));
    struct engine_stmt *stmt = NULL;
    int error =
        engine_query(to->driver, to->conn, "SELECT name, copied, done FROM " COPY_MARK_TABLE, DB_NONE, &stmt);
    if (error != 0) return unreadable(copy, error);
    while ((error = to->driver->step(stmt)) > 0) {
        size_t len = 0;
        const char *name = to->driver->column_bytes(stmt, 0, &len);
        for (size_t i = 0; i < tables->count; i++) {
            if (strcmp(tables->tables[i].name, name) != 0) continue;
            to->rows[i] = to->driver->column_int(stmt, 1);
            to->done[i] = to->driver->column_int(stmt, 2) != 0;
            to->begun = true;
        }
    }
    to->driver->finalize(stmt);
    return error < 0 ? unreadable(copy, error) : 0;
}

int copy_target_open(struct copy *copy) {
    struct copy_target *to = &copy->to;
    const char *url = copy->plan->options.to;
    to->driver = db_url_driver(url, &to->place);
    if (to->driver == NULL)
        return copy_say(copy, ERR_INVALID,
                        "不认识的目标地址：应写成 sqlite:文件路径，或 postgres://用户@主机:端口/数据库。");
    to->name = to->driver->in_file ? to->place : db_url_shown(copy->arena, to->place);
    int error = 0;
    if (!to->driver->in_file) error = connect_target(copy);
    if (error == 0 && !to->driver->in_file) error = keep_copies_away(copy);
    if (error == 0) error = open_database(copy);
    if (error == 0 && to->driver->in_file) error = connect_target(copy);
    if (error == 0) error = check_same_schema(copy);
    return error != 0 ? error : read_progress(copy);
}

void copy_target_close(struct copy *copy) {
    if (copy->to.conn != NULL) copy->to.driver->disconnect(copy->to.conn);
    copy->to.conn = NULL;
    db_close(copy->to.db);
    copy->to.db = NULL;
}

/* ---- Writing ---- */

/* One transaction on the target; may be run again. */
struct put {
    struct copy *copy;
    size_t table;
    const struct copy_batch *batch;
    const char *script; /* SQL behind the rows; or NULL */
    int64_t rows;       /* of the table, counted in this transaction */
    char why[WHY_SIZE];
};

static int put_failed(struct put *put, struct db_conn *tx, int error) {
    snprintf(put->why, sizeof(put->why), "%s", tx->db->driver->message(tx->engine));
    return error;
}

static int run_put(struct copy *copy, db_write_fn fn, struct put *put) {
    int error = db_write(copy->to.db, fn, put);
    const char *table =
        put->batch != NULL || put->script == NULL ? copy->from.catalogue.tables[put->table].name : "-";
    if (error == 0) return 0;
    if (error == ERR_STORE_FULL)
        return copy_say(copy, error, "目标 %s 所在的磁盘已满：请腾出空间后再运行同一条命令，会从中断处继续。",
                        copy->to.name);
    if (error == ERR_STORE_UNREACHABLE || error == ERR_STORE_UNKNOWN)
        return copy_say(copy, error, "与目标数据库 %s 的连接中断：恢复后再运行同一条命令，会从中断处继续。",
                        copy->to.name);
    return copy_say(copy, error, "不能写入目标数据库 %s（表 %s）：%s %s", copy->to.name, table,
                    err_info(error)->zh, put->why);
}

/* PostgreSQL takes text by its end, and refuses what is no UTF-8: no value may change on the way unseen. */
static int check_texts(struct put *put) {
    struct copy *copy = put->copy;
    const struct catalogue_table *table = &copy->from.catalogue.tables[put->table];
    if (copy->to.driver->in_file) return 0;
    for (size_t i = 0; i < put->batch->rows * put->batch->columns; i++) {
        const struct db_value *value = &put->batch->values[i];
        if (value->type != DB_TEXT) continue;
        bool nul = memchr(value->data, 0, value->len) != NULL;
        if (!nul && utf8_valid(value->data, value->len)) continue;
        size_t column = i % put->batch->columns;
        return copy_say(
            copy, ERR_BAD_TEXT,
            "来源的表 %s 主键 %s 的列 %s 含有%s，PostgreSQL 不能保存：请在来源中改正这一处后再运行"
            "同一条命令，会从中断处继续。",
            table->name, copy_key_text(copy->arena, table, &put->batch->values[i - column]),
            table->columns[column].name, nul ? "空字符（NUL）" : "不是 UTF-8 的字节");
    }
    return 0;
}

static int insert_each(struct put *put, struct db_conn *tx, const struct catalogue_table *table) {
    const struct driver *driver = tx->db->driver;
    CLEANUP(buf_free) struct buf sql = BUF(SCRIPT_MAX);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(SCRIPT_MAX);
    buf_addf(&sql, "INSERT INTO %s VALUES (", copy_into(arena, table));
    for (size_t i = 0; i < table->column_count; i++)
        buf_addf(&sql, "%s$%zu", i > 0 ? ", " : "", i + 1);
    buf_addc(&sql, ')');
    const char *why = "";
    struct engine_stmt *stmt = NULL;
    int error = driver->prepare(tx->engine, sql.data, &stmt, &why);
    for (size_t row = 0; error == 0 && row < put->batch->rows; row++) {
        error = driver->bind(stmt, &put->batch->values[row * table->column_count], table->column_count);
        if (error == 0) error = driver->step(stmt);
        driver->reset(stmt);
    }
    if (error != 0) error = put_failed(put, tx, error);
    driver->finalize(stmt);
    return error;
}

static int insert_rows(struct put *put, struct db_conn *tx) {
    const struct catalogue_table *table = &put->copy->from.catalogue.tables[put->table];
    if (put->batch->rows == 0) return 0;
    const struct driver *driver = tx->db->driver;
    if (driver->load == NULL) return insert_each(put, tx, table);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(SCRIPT_MAX);
    int error = driver->load(tx->engine, copy_into(arena, table), put->batch->values, put->batch->columns,
                             put->batch->rows);
    return error != 0 ? put_failed(put, tx, error) : 0;
}

static int run_script(struct put *put, struct db_conn *tx, const char *script) {
    int error = tx->db->driver->script(tx->engine, script);
    return error != 0 ? put_failed(put, tx, error) : 0;
}

static int note_progress(struct put *put, struct db_conn *tx, int64_t copied, bool done) {
    char script[WHY_SIZE];
    snprintf(script, sizeof(script),
             "UPDATE " COPY_MARK_TABLE " SET copied = %" PRId64 ", done = %d WHERE name = '%s'", copied,
             done ? 1 : 0, put->copy->from.catalogue.tables[put->table].name);
    return run_script(put, tx, script);
}

static int script_job(struct db_conn *tx, void *argument) {
    struct put *put = argument;
    return run_script(put, tx, put->script);
}

/* ---- Beginning ---- */

int copy_target_clear(struct copy *copy) {
    const struct catalogue *tables = &copy->from.catalogue;
    CLEANUP(buf_free) struct buf script = BUF(SCRIPT_MAX);
    for (size_t i = tables->count; i > 0; i--)
        buf_addf(&script, "DELETE FROM \"%s\";", tables->tables[i - 1].name);
    buf_adds(&script, "DELETE FROM " COPY_MARK_TABLE ";");
    for (size_t i = 0; i < tables->count; i++) {
        buf_addf(&script, "INSERT INTO " COPY_MARK_TABLE " (name, copied, done) VALUES ('%s', 0, 0);",
                 tables->tables[i].name);
        copy->to.rows[i] = 0;
        copy->to.done[i] = false;
        copy->to.last[i] = NULL;
    }
    if (buf_failed(&script)) return ERR_STORE;
    struct put put = {.copy = copy, .script = script.data};
    return run_put(copy, script_job, &put);
}

/* ---- A table ---- */

static int batch_job(struct db_conn *tx, void *argument) {
    struct put *put = argument;
    int64_t copied = put->copy->to.rows[put->table] + (int64_t)put->batch->rows;
    int error = insert_rows(put, tx);
    return error != 0 ? error : note_progress(put, tx, copied, put->batch->rows == 0);
}

static int unreadable_source(struct copy *copy, const struct catalogue_table *table, int error) {
    return copy_say(copy, error, "不能读取来源数据库的表 %s：%s。排除后再运行同一条命令，会从中断处继续。",
                    table->name, copy->from.driver->message(copy->from.conn));
}

static int copy_plain_table(struct copy *copy, size_t table) {
    const struct catalogue_table *what = &copy->from.catalogue.tables[table];
    CLEANUP(copy_reader_close) struct copy_reader reader = {0};
    int error = copy_reader_open(&reader, copy->from.driver, copy->from.conn, what);
    if (error != 0) return unreadable_source(copy, what, error);
    reader.last = copy->to.last[table];
    while (!copy->to.done[table]) {
        struct copy_batch batch;
        error = copy_reader_next(&reader, &batch);
        if (error != 0) return unreadable_source(copy, what, error);
        struct put put = {.copy = copy, .table = table, .batch = &batch};
        error = check_texts(&put);
        if (error == 0) error = run_put(copy, batch_job, &put);
        if (error != 0) return error;
        copy->to.rows[table] += (int64_t)batch.rows;
        copy->to.done[table] = batch.rows == 0;
        copy_watch(copy, table, (int64_t)batch.rows, copy->to.done[table]);
    }
    return 0;
}

/* ---- A table that refers to itself ---- */

static void leave_out_own(const struct catalogue_table *table, struct copy_batch *batch) {
    for (size_t i = 0; i < batch->rows * batch->columns; i++)
        if (table->columns[i % batch->columns].to_own_table)
            batch->values[i] = (struct db_value){.type = DB_NULL};
}

/* UPDATE "table" SET each own reference = $n WHERE each key = $n; the values in the same order. */
static void own_update(const struct catalogue_table *table, struct buf *out) {
    size_t number = 0;
    buf_addf(out, "UPDATE \"%s\" SET ", table->name);
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].to_own_table) {
            buf_addf(out, "%s\"%s\" = $%zu", number > 0 ? ", " : "", table->columns[i].name, number + 1);
            number++;
        }
    for (size_t i = 0; i < table->key_count; i++)
        buf_addf(out, "%s\"%s\" = $%zu", i > 0 ? " AND " : " WHERE ", table->columns[table->key[i]].name,
                 ++number);
}

static size_t own_values(const struct catalogue_table *table, const struct db_value *row,
                         struct db_value *ret, bool *ret_any) {
    size_t count = 0;
    *ret_any = false;
    for (size_t i = 0; i < table->column_count; i++) {
        if (!table->columns[i].to_own_table) continue;
        *ret_any = *ret_any || row[i].type != DB_NULL;
        ret[count++] = row[i];
    }
    for (size_t i = 0; i < table->key_count; i++)
        ret[count++] = row[table->key[i]];
    return count;
}

static int fill_in_own(struct put *put, struct db_conn *tx, struct engine_stmt *update) {
    const struct driver *driver = tx->db->driver;
    const struct catalogue_table *table = &put->copy->from.catalogue.tables[put->table];
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(SCRIPT_MAX);
    struct db_value *values = arena_array(arena, table->column_count + table->key_count, sizeof(*values));
    for (size_t row = 0; row < put->batch->rows; row++) {
        bool any = false;
        size_t count = own_values(table, &put->batch->values[row * put->batch->columns], values, &any);
        if (!any) continue;
        int error = driver->bind(update, values, count);
        if (error == 0) error = driver->step(update);
        driver->reset(update);
        if (error != 0) return put_failed(put, tx, error);
    }
    return 0;
}

/* All rows of the table: inserted without their own references, or (UPDATE) these filled in. */
static int pass(struct put *put, struct db_conn *tx, struct engine_stmt *update) {
    struct copy *copy = put->copy;
    const struct catalogue_table *table = &copy->from.catalogue.tables[put->table];
    CLEANUP(copy_reader_close) struct copy_reader reader = {0};
    struct copy_batch batch = {0};
    put->batch = &batch;
    put->rows = 0;
    int error = copy_reader_open(&reader, copy->from.driver, copy->from.conn, table);
    do {
        if (error == 0) error = copy_reader_next(&reader, &batch);
        if (error != 0) return unreadable_source(copy, table, error);
        if (update == NULL) {
            leave_out_own(table, &batch);
            error = check_texts(put);
            if (error == 0) error = insert_rows(put, tx);
        } else {
            error = fill_in_own(put, tx, update);
        }
        put->rows += (int64_t)batch.rows;
    } while (error == 0 && batch.rows > 0);
    put->batch = NULL;
    return error;
}

static int whole_table_job(struct db_conn *tx, void *argument) {
    struct put *put = argument;
    const struct driver *driver = tx->db->driver;
    CLEANUP(buf_free) struct buf sql = BUF(SCRIPT_MAX);
    own_update(&put->copy->from.catalogue.tables[put->table], &sql);
    int error = pass(put, tx, NULL);
    if (error != 0) return error;
    const char *why = "";
    struct engine_stmt *update = NULL;
    error = driver->prepare(tx->engine, sql.data, &update, &why);
    if (error != 0) return put_failed(put, tx, error);
    error = pass(put, tx, update);
    driver->finalize(update);
    return error != 0 ? error : note_progress(put, tx, put->rows, true);
}

int copy_table(struct copy *copy, size_t table) {
    if (copy->to.done[table]) return 0;
    if (!copy->from.catalogue.tables[table].refers_to_itself) return copy_plain_table(copy, table);
    struct put put = {.copy = copy, .table = table};
    int error = run_put(copy, whole_table_job, &put);
    if (error != 0) return error;
    copy->to.rows[table] = put.rows;
    copy->to.done[table] = true;
    copy_watch(copy, table, put.rows, true);
    return 0;
}

/* ---- The end ---- */

/* Behind the highest number ever given, not only behind the highest that is left. */
static int identity_job(struct db_conn *tx, void *argument) {
    struct put *put = argument;
    const struct driver *driver = tx->db->driver;
    const char *table = put->copy->from.catalogue.tables[put->table].name;
    for (size_t i = 0; i < ARRAY_LEN(driver->catalogue->set_identity); i++) {
        const char *sql = driver->catalogue->set_identity[i];
        struct engine_stmt *stmt = NULL;
        if (sql == NULL) break;
        int error =
            engine_query(driver, tx->engine, sql, DB_PARAMS(db_text(table), db_int(put->rows)), &stmt);
        if (error == 0) error = driver->step(stmt);
        if (error < 0) error = put_failed(put, tx, error);
        driver->finalize(stmt);
        if (error < 0) return error;
    }
    return 0;
}

static int copy_identity(struct copy *copy, size_t index) {
    const struct copy_source *from = &copy->from;
    const struct catalogue_table *table = &from->catalogue.tables[index];
    int64_t given = 0, highest = 0;
    const char *sql = arena_printf(copy->arena, "SELECT coalesce(max(\"%s\"), 0) FROM \"%s\"",
                                   table->columns[table->key[0]].name, table->name);
    int error = engine_number(from->driver, from->conn, from->driver->catalogue->identity,
                              DB_PARAMS(db_text(table->name)), &given);
    if (error == 0) error = engine_number(from->driver, from->conn, sql, DB_NONE, &highest);
    if (error != 0) return unreadable_source(copy, table, error);
    struct put put = {.copy = copy, .table = index, .rows = given > highest ? given : highest};
    return put.rows > 0 ? run_put(copy, identity_job, &put) : 0;
}

int copy_identities(struct copy *copy) {
    const struct driver *driver = copy->to.driver;
    for (size_t i = 0; i < copy->from.catalogue.count; i++) {
        int error = copy->from.catalogue.tables[i].identity ? copy_identity(copy, i) : 0;
        if (error != 0) return error;
    }
    if (driver->catalogue->after_load == NULL) return 0;
    int error = driver->script(copy->to.conn, driver->catalogue->after_load);
    return error != 0 ? unreadable(copy, error) : 0;
}

int copy_finish(struct copy *copy) {
    struct put put = {.copy = copy, .script = "DROP TABLE " COPY_MARK_TABLE};
    return run_put(copy, script_job, &put);
}
