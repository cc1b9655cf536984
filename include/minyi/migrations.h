/* The numbered migrations embedded in the binary (src/store/migrations/NNNN-name.sql), oldest first.
 *
 * Their SQL runs on every engine after these words are replaced: @int (64-bit integer), @blob, @serial
 * (primary key that is never used twice), @strict (end of a CREATE TABLE).
 */
#ifndef MINYI_MIGRATIONS_H
#define MINYI_MIGRATIONS_H

#include "minyi/base.h"

struct db_migration {
    int64_t version;  /* 1, 2, 3 … without gaps */
    const char *name; /* "0001-foundation" */
    const char *sql;
};
extern const struct db_migration db_migrations[];
extern const size_t db_migration_count;

#endif
