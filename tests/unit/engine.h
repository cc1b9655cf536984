/* The SQL engine that the tests run on, a fresh database for each test, and raw SQL behind the store's back.
 *
 * MINYI_TEST_ENGINE=postgres with MINYI_TEST_POSTGRES=URL (tests/postgres.sh start prints it) runs them on
 * PostgreSQL, else they run on SQLite. tests/run.sh runs every program that opens a store on both.
 */
#ifndef MINYI_TESTS_ENGINE_H
#define MINYI_TESTS_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool engine_is_postgres(void);

/* Writes the store's URL of a database of the test's own: a file in FOLDER that is not there yet, or an empty
 * database of the server. On PostgreSQL engine_drop() must be called when the test is over. */
void engine_fresh(const char *folder, char *ret_url, size_t size);

/* The same with the product's schema where that saves time: PostgreSQL copies a database that is migrated
 * once a server. The caller opens it with create and migrate on either engine. */
void engine_fresh_product(const char *folder, char *ret_url, size_t size);

/* Drops the database with everybody still connected to it. A file is deleted with its folder by the caller.
 */
void engine_drop(const char *url);

/* First column of the first row; ABSENT or NULL for NULL and for no row. The text is malloc'ed. A boolean is
 * 0 or
 * 1. Any failure ends the program. */
int64_t engine_int(const char *url, const char *sql);
char *engine_text(const char *url, const char *sql);

/* Any SQL, several statements too. Any failure ends the program. */
void engine_sql(const char *url, const char *sql);

/* At the head of a test about one engine's nature; tests/README.md lists them with their reasons. */
#define ONLY_ON_SQLITE(WHY)                       \
    do {                                          \
        if (engine_is_postgres()) {               \
            print_message("SQLite: %s\n", (WHY)); \
            skip();                               \
        }                                         \
    } while (0)
#define ONLY_ON_POSTGRES(WHY)                         \
    do {                                              \
        if (!engine_is_postgres()) {                  \
            print_message("PostgreSQL: %s\n", (WHY)); \
            skip();                                   \
        }                                             \
    } while (0)

#endif
