/* Inside the store only: what tables a database has, as its engine tells it; the same on every engine. */
#ifndef MINYI_STORE_CATALOGUE_H
#define MINYI_STORE_CATALOGUE_H

#include "driver.h"

enum { CATALOGUE_KEY_MAX = 8 };

struct catalogue_column {
    const char *name;
    enum engine_column kind; /* ENGINE_INT, ENGINE_TEXT, ENGINE_BLOB */
    bool not_null;
    int key;           /* place in the primary key from 1; 0: none */
    bool identity;     /* the engine numbers it */
    bool to_own_table; /* a foreign key to the table it stands in */
};

struct catalogue_reference {
    const char *column, *table; /* the table referred to */
};

struct catalogue_table {
    const char *name;
    struct catalogue_column *columns; /* by name, so that the order of ALTER TABLE does not matter */
    size_t column_count;
    size_t key[CATALOGUE_KEY_MAX]; /* columns of the primary key, in its order */
    size_t key_count;
    struct catalogue_reference *references; /* by column */
    size_t reference_count;
    bool identity, has_blob, refers_to_itself;
};

struct catalogue {
    struct catalogue_table *tables; /* each behind those that it refers to, else by name */
    size_t count;
};

/* All tables but the store's own (schema_migration, write_mark, copy_progress). ERR_STORE_CORRUPT with the
 * reason for one that the program would never make: another type, no primary key, references in a circle. */
int catalogue_read(const struct driver *driver, struct engine_conn *conn, struct arena *arena,
                   struct catalogue *ret, const char **ret_why) MUST_CHECK;

/* The first difference as a Chinese sentence, or NULL when both are the same. */
const char *catalogue_difference(struct arena *arena, const struct catalogue *a, const struct catalogue *b);

/* Compiles SQL and binds; the caller steps and finalizes. */
int engine_query(const struct driver *driver, struct engine_conn *conn, const char *sql,
                 const struct db_value *params, size_t count, struct engine_stmt **ret) MUST_CHECK;

/* First column of the first row as a number. ERR_NOT_FOUND without a row. */
int engine_number(const struct driver *driver, struct engine_conn *conn, const char *sql,
                  const struct db_value *params, size_t count, int64_t *ret) MUST_CHECK;

int catalogue_has_table(const struct driver *driver, struct engine_conn *conn, const char *table,
                        bool *ret) MUST_CHECK;

#endif
