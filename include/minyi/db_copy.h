/* Moving a whole office from one database to another, from SQLite to PostgreSQL or back or between two of a
 * kind; also how an office on a server is backed up and restored.
 *
 * 1. The target is nobody's until the copy is whole: it carries a mark from its first moment, and no program
 *    opens it but the same copy run again, which goes on where it was broken off.
 * 2. Success means that every row of every table was read back and is the same in every column.
 * 3. Nobody writes the source meanwhile; nothing in it is changed.
 */
#ifndef MINYI_DB_COPY_H
#define MINYI_DB_COPY_H

#include "minyi/db.h"
#include "minyi/hash.h"

enum db_copy_phase { DB_COPY_CHECK, DB_COPY_ROWS, DB_COPY_COMPARE };

struct db_copy_progress {
    enum db_copy_phase phase; /* CHECK: what an earlier run has copied is compared first */
    const char *table;
    int64_t table_rows; /* of this table so far */
    int64_t done, all;  /* rows of all tables in this phase */
    bool table_done;
};

struct db_copy_table {
    const char *name;
    int64_t rows;
    char hash[HASH_HEX_SIZE]; /* over all rows and columns in the order of the primary key, on any engine */
};

struct db_copy_report {
    const struct db_copy_table *tables;
    size_t count;
    int64_t rows;
    bool resumed; /* went on with what an earlier run had begun */
};

struct db_copy_options {
    const char *from, *to;                                                  /* URLs as in db_open() */
    void (*watch)(void *argument, const struct db_copy_progress *progress); /* may be NULL */
    /* Looks at the whole target before it loses its mark; an error keeps the mark. May be NULL. */
    int (*check)(void *argument, struct db *target);
    void *argument;
};

/* *ret_why: a Chinese sentence for the console, in ARENA. ERR_ALREADY_EXISTS: the target holds an office.
 * ERR_STORE_BUSY: somebody uses the source or the target. ERR_CONFLICT: another version, or rows that differ.
 * ERR_STORE_FULL and errors of the line: run it again. ERR_BAD_TEXT: text that the target cannot hold. */
int db_copy(const struct db_copy_options *options, struct arena *arena, struct db_copy_report *ret,
            const char **ret_why) MUST_CHECK;

#endif
