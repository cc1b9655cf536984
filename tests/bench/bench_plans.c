/* Prints the query plan of every statement of the program that scans a table or sorts its result: the places
 * to look at when lists must stay instant among a million reports. With an argument: of every statement. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../src/store/internal.h"

static void die(const char *what) {
    fprintf(stderr, "bench_plans: %s\n", what);
    exit(1);
}

static bool is_costly(const char *step) {
    /* A scan along an index may be the point of a list; a scan of the bare table never is. */
    bool scan = strncmp(step, "SCAN ", 5) == 0 && strstr(step, " USING ") == NULL &&
                strstr(step, "CONSTANT ROW") == NULL && strstr(step, "VIRTUAL TABLE") == NULL;
    return scan || strstr(step, "TEMP B-TREE") != NULL || strstr(step, "AUTOMATIC") != NULL;
}

/* Writes the plan, one step a line; true when a step is costly. */
static bool plan_of(sqlite3 *db, const struct db_statement *statement, char *out, size_t size) {
    char *sql = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", statement->sql);
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) die(statement->name);
    bool costly = false;
    size_t len = 0;
    out[0] = '\0';
    while (sqlite3_step(stmt) == SQLITE_ROW && len < size) {
        const char *step = (const char *)sqlite3_column_text(stmt, 3);
        bool bad = is_costly(step);
        costly = costly || bad;
        int written = snprintf(out + len, size - len, "  %c %s\n", bad ? '!' : ' ', step);
        len += written > 0 ? (size_t)written : 0;
    }
    sqlite3_finalize(stmt);
    sqlite3_free(sql);
    return costly;
}

int main(int argc, char **argv) {
    (void)argv;
    char folder[] = "minyi-plans-XXXXXX", url[100], path[64];
    if (mkdtemp(folder) == NULL) die("cannot make a folder here");
    snprintf(path, sizeof(path), "%s/office.db", folder);
    snprintf(url, sizeof(url), "sqlite:%s", path);
    struct arena *arena = arena_new(65536);
    struct db *store = NULL;
    const char *why = "";
    const struct db_options options = {.url = url, .create = true, .migrate = true};
    if (db_open(&options, arena, &store, &why) != 0) die(why);
    db_close(store);
    sqlite3 *db = NULL;
    if (sqlite3_open(path, &db) != SQLITE_OK) die("open");
    int all = 0, costly = 0;
    for (const struct db_statement *s = db_statement_first(); s != NULL; s = s->next, all++) {
        char plan[4000];
        bool bad = plan_of(db, s, plan, sizeof(plan));
        costly += bad;
        if (bad || argc > 1) printf("%s\n%s", s->name, plan);
    }
    printf("%d statements, %d with a scan of a whole table, a sort or an index made for the query\n", all,
           costly);
    sqlite3_close(db);
    arena_free(arena);
    unlink(path);
    snprintf(url, sizeof(url), "%s-lock", path);
    unlink(url);
    rmdir(folder);
    return 0;
}
