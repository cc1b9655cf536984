/* What the store's tests share: a folder of their own, a small schema, opening it. */
#ifndef MINYI_TESTS_STORE_TESTING_H
#define MINYI_TESTS_STORE_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/store/internal.h"
#include "engine.h"
#include "minyi/err.h"

struct store_test {
    char folder[64];
    char path[128]; /* of the file; on PostgreSQL nothing is there */
    char url[256];
    struct arena *arena;
    struct db *db;
    const char *why;
};

static const struct db_migration store_test_migrations[] = {
    {.version = 1,
     .name = "0001-first",
     .sql = "-- it's a comment with @int and an apostrophe\n"
            "CREATE TABLE note (id @serial, title TEXT NOT NULL UNIQUE, words @int CHECK (words >= 0),\n"
            "  body @blob, urgent @int NOT NULL DEFAULT 0, note TEXT DEFAULT '@int') @strict;\n"
            "CREATE TABLE remark (id @int PRIMARY KEY, note_id @int NOT NULL REFERENCES note(id)\n"
            "  DEFERRABLE INITIALLY DEFERRED) @strict;\n"},
    {.version = 2, .name = "0002-second", .sql = "CREATE INDEX note_words ON note (words);\n"},
    {.version = 3, .name = "0003-third", .sql = "CREATE TABLE later (id @int PRIMARY KEY) @strict;\n"},
};

static const struct db_internals store_test_internals = {
    .migrations = store_test_migrations, .migration_count = 2, .prepare_prefix = "t_"};

static inline int store_test_open_with(struct store_test *t, const struct db_internals *internals) {
    const struct db_options options = {.url = t->url, .create = true, .migrate = true};
    t->why = NULL;
    return db_open_with_migrations(&options, internals, t->arena, &t->db, &t->why);
}

static inline int store_test_open(struct store_test *t) {
    return store_test_open_with(t, &store_test_internals);
}

static inline void store_test_close(struct store_test *t) {
    db_close(t->db);
    t->db = NULL;
}

static inline int store_test_setup_closed(void **state) {
    struct store_test *t = calloc(1, sizeof(*t));
    if (t == NULL) return -1;
    snprintf(t->folder, sizeof(t->folder), "/tmp/minyi-store-XXXXXX");
    if (mkdtemp(t->folder) == NULL) return -1;
    snprintf(t->path, sizeof(t->path), "%s/office.db", t->folder);
    engine_fresh(t->folder, t->url, sizeof(t->url));
    t->arena = arena_new(4 * 1024 * 1024);
    *state = t;
    return 0;
}

static inline int store_test_setup(void **state) {
    if (store_test_setup_closed(state) != 0) return -1;
    struct store_test *t = *state;
    int error = store_test_open(t);
    if (error != 0) fprintf(stderr, "open: %d %s\n", error, t->why != NULL ? t->why : "-");
    return error;
}

#include <dirent.h>
#include <unistd.h>

static inline int store_test_teardown(void **state) {
    struct store_test *t = *state;
    store_test_close(t);
    engine_drop(t->url);
    DIR *folder = opendir(t->folder);
    if (folder != NULL) {
        for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
            char path[512];
            snprintf(path, sizeof(path), "%s/%s", t->folder, entry->d_name);
            unlink(path);
        }
        closedir(folder);
    }
    rmdir(t->folder);
    arena_free(t->arena);
    free(t);
    return 0;
}

#endif
