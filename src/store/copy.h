/* Inside the store only: a copy at work.
 *
 *   source ──batches by primary key──▶ target, each batch with its row of copy_progress in one transaction
 *
 * 1. The target holds the table copy_progress from the transaction that founds it to the one that ends the
 *    copy; a database with it is opened by nobody else (migrate.c).
 * 2. Rows come in the order of the primary key, so the highest key in the target tells where to go on.
 * 3. A table that refers to itself is copied in one transaction: first without those references.
 */
#ifndef MINYI_STORE_COPY_H
#define MINYI_STORE_COPY_H

#include "catalogue.h"
#include "internal.h"
#include "minyi/db_copy.h"

#define COPY_MARK_TABLE "copy_progress"

struct copy_plan {
    struct db_copy_options options;
    const struct db_internals *internals; /* the migrations of both databases */
    bool beside; /* the source goes on being written: one snapshot of it is copied, and it is not locked */
};

struct copy_source {
    const struct driver *driver;
    const char *place, *name;
    struct engine_conn *conn;
    int lock_fd;
    struct catalogue catalogue;
    int64_t *rows; /* by table */
    int64_t all;
};

struct copy_target {
    const struct driver *driver;
    const char *place, *name;
    struct engine_conn *conn; /* reads, and keeps other copies away */
    struct db *db;            /* writes */
    bool begun;               /* by an earlier run */
    /* By table, as copy_progress says: rows already there, whether that is all; and the last one's key. */
    int64_t *rows;
    bool *done;
    const struct db_value **last;
};

struct copy {
    const struct copy_plan *plan;
    struct arena *arena;
    const char **ret_why;
    struct copy_source from;
    struct copy_target to;
    struct db_copy_table *tables; /* by table */
    struct db_copy_progress progress;
};

/* Keeps the first reason given; returns ERROR. */
int copy_say(struct copy *copy, int error, const char *format, ...) PRINTF_LIKE(3, 4);

/* ---- copy_rows.c ---- */

/* Rows of one table by primary key. Those of a batch, and the batch before, live until the next one. */
struct copy_reader {
    const struct driver *driver;
    struct engine_conn *conn;
    const struct catalogue_table *table;
    struct engine_stmt *first, *next;
    struct arena *arenas[2];
    int turn;
    const struct db_value *last; /* primary key of the row read last; NULL: from the beginning */
};
struct copy_batch {
    struct db_value *values; /* row by row */
    size_t rows, columns;
};
int copy_reader_open(struct copy_reader *reader, const struct driver *driver, struct engine_conn *conn,
                     const struct catalogue_table *table) MUST_CHECK;
void copy_reader_close(struct copy_reader *reader); /* also for CLEANUP */
/* The next rows; none at the end. */
int copy_reader_next(struct copy_reader *reader, struct copy_batch *ret) MUST_CHECK;
/* Begins behind ROW of BATCH, which this reader gave last. */
void copy_reader_after(struct copy_reader *reader, const struct copy_batch *batch, size_t row);

bool copy_value_equal(const struct db_value *a, const struct db_value *b);
void copy_hash_row(struct hash_stream *stream, const struct db_value *row, size_t columns);
/* The primary key of ROW for messages; texts are cut short. */
const char *copy_key_text(struct arena *arena, const struct catalogue_table *table,
                          const struct db_value *row);
/* '"table" ("column", …)' in ARENA. */
const char *copy_into(struct arena *arena, const struct catalogue_table *table);

/* ---- copy_source.c ---- */
int copy_source_open(struct copy *copy) MUST_CHECK;
void copy_source_close(struct copy *copy);

/* ---- copy_target.c ---- */
int copy_target_open(struct copy *copy) MUST_CHECK;
int copy_target_clear(struct copy *copy) MUST_CHECK; /* nothing copied yet, default rows gone */
int copy_table(struct copy *copy, size_t table) MUST_CHECK;
int copy_identities(struct copy *copy) MUST_CHECK;
int copy_finish(struct copy *copy) MUST_CHECK; /* the mark goes */
void copy_target_close(struct copy *copy);

/* ---- copy_compare.c ---- */
/* Both sides of all tables, row by row; fills copy->tables. ERR_CONFLICT at the first difference. */
int copy_compare(struct copy *copy) MUST_CHECK;
/* What the target already has; *ret_same: the source still begins so. */
int copy_check_begun(struct copy *copy, bool *ret_same) MUST_CHECK;

/* ---- db_copy.c ---- */
int copy_run(const struct copy_plan *plan, struct arena *arena, struct db_copy_report *ret,
             const char **ret_why) MUST_CHECK;
void copy_watch(struct copy *copy, size_t table, int64_t rows, bool done);

#endif
