/* Measures the store beside bare SQLite on the same disk in the same run: durable inserts of a row of a
 * report's shape, and what a read costs. Usage: bench_store [FOLDER [SECONDS]]. Prints a table. */
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../src/store/internal.h"
#include "minyi/clock.h"
#include "minyi/err.h"

static const struct db_migration migrations[] = {
    {.version = 1,
     .name = "0001-bench",
     .sql =
         "CREATE TABLE bench (id @serial, author_id @int NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,"
         " created_ms @int NOT NULL) @strict;"
         "CREATE INDEX bench_by_author ON bench (author_id, id);"},
};

DB_STATEMENT(bench_insert, "INSERT INTO bench (author_id, title, body, created_ms) VALUES ($1, $2, $3, $4)");
DB_STATEMENT(bench_get, "SELECT id, author_id, title, body, created_ms FROM bench WHERE id = $1");

struct row {
    int64_t id, author_id, created_ms;
    const char *title, *body;
};
RECORD(bench_record, "Row", struct row, "一行", F(struct row, id, FIELD_INT, "编号"),
       F(struct row, author_id, FIELD_INT, "作者"), F(struct row, created_ms, FIELD_TIME, "时间"),
       F(struct row, title, FIELD_TEXT, "标题"), F(struct row, body, FIELD_TEXT, "正文"));

static const char title[] = "关于加强老旧小区电动自行车充电设施建设的建议";
static char body[2400]; /* about 800 characters */
static double seconds = 1.5;
static _Atomic bool stop;

static void die(const char *what) {
    fprintf(stderr, "bench_store: %s\n", what);
    exit(1);
}

/* ---- Bare SQLite ---- */

static void exec(sqlite3 *db, const char *sql) {
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) die(sqlite3_errmsg(db));
}

static double bare(const char *folder, int group) {
    char path[300];
    snprintf(path, sizeof(path), "%s/bare.db", folder);
    sqlite3 *db = NULL;
    sqlite3_stmt *insert = NULL;
    if (sqlite3_open(path, &db) != SQLITE_OK) die("open");
    exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8192; DROP TABLE IF "
             "EXISTS bench;"
             "CREATE TABLE bench (id INTEGER PRIMARY KEY AUTOINCREMENT, author_id INTEGER NOT NULL, title "
             "TEXT NOT "
             "NULL, body TEXT NOT NULL, created_ms INTEGER NOT NULL) STRICT;"
             "CREATE INDEX bench_by_author ON bench (author_id, id);");
    if (sqlite3_prepare_v2(db, "INSERT INTO bench (author_id, title, body, created_ms) VALUES (?, ?, ?, ?)",
                           -1, &insert, NULL) != SQLITE_OK)
        die("prepare");
    int64_t count = 0, start = clock_monotonic_us(), end = start + (int64_t)(seconds * 1e6), now;
    do {
        exec(db, "BEGIN IMMEDIATE");
        for (int i = 0; i < group; i++, count++) {
            sqlite3_bind_int64(insert, 1, count % 64);
            sqlite3_bind_text(insert, 2, title, -1, SQLITE_STATIC);
            sqlite3_bind_text(insert, 3, body, -1, SQLITE_STATIC);
            sqlite3_bind_int64(insert, 4, count);
            if (sqlite3_step(insert) != SQLITE_DONE) die("step");
            sqlite3_reset(insert);
        }
        exec(db, "COMMIT");
        now = clock_monotonic_us();
    } while (now < end);
    sqlite3_finalize(insert);
    sqlite3_close(db);
    unlink(path);
    return (double)count * 1e6 / (double)(now - start);
}

/* ---- The store ---- */

enum { SAMPLES = 200000 };

struct client {
    struct db *db;
    int number;
    int64_t count;
    int32_t *us;
};

static int insert_row(struct db_conn *tx, void *argument) {
    struct client *client = argument;
    return db_exec(tx, &bench_insert,
                   DB_PARAMS(db_int(client->number), db_text(title), db_text(body), db_int(client->count)),
                   NULL);
}

static void *write_rows(void *argument) {
    struct client *client = argument;
    while (!stop) {
        int64_t start = clock_monotonic_us();
        if (db_write(client->db, insert_row, client) != 0) die("write");
        if (client->count < SAMPLES) client->us[client->count] = (int32_t)(clock_monotonic_us() - start);
        client->count++;
    }
    return NULL;
}

static void *read_rows(void *argument) {
    struct client *client = argument;
    struct arena *arena = arena_new(1024 * 1024);
    while (!stop) {
        int error = 0;
        struct row row;
        struct db_conn *conn = db_read_begin(client->db, &error);
        if (conn == NULL ||
            db_get_record(conn, arena, &bench_get, DB_PARAMS(db_int(1 + client->count++ % 1000)),
                          &bench_record, &row) != 0)
            die("read");
        db_read_end(conn);
        arena_reset(arena);
    }
    arena_free(arena);
    return NULL;
}

static int by_value(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static void threads_write(struct db *db, int threads) {
    struct client *clients = calloc((size_t)threads, sizeof(*clients));
    pthread_t *ids = calloc((size_t)threads, sizeof(*ids));
    struct db_stats before, after;
    db_stats(db, &before);
    stop = false;
    int64_t start = clock_monotonic_us();
    for (int i = 0; i < threads; i++) {
        clients[i] = (struct client){.db = db, .number = i, .us = calloc(SAMPLES, sizeof(int32_t))};
        if (pthread_create(&ids[i], NULL, write_rows, &clients[i]) != 0) die("thread");
    }
    usleep((useconds_t)(seconds * 1e6));
    stop = true;
    int64_t count = 0, kept = 0;
    for (int i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
        count += clients[i].count;
    }
    double took = (double)(clock_monotonic_us() - start);
    db_stats(db, &after);
    int32_t *all = calloc((size_t)count, sizeof(*all));
    for (int i = 0; i < threads; i++) {
        int64_t n = clients[i].count < SAMPLES ? clients[i].count : SAMPLES;
        memcpy(all + kept, clients[i].us, (size_t)n * sizeof(*all));
        kept += n;
        free(clients[i].us);
    }
    qsort(all, (size_t)kept, sizeof(*all), by_value);
    printf("db_write, %2d threads      %9.0f rows/s   group %5.1f   p50 %6.2f ms   p99 %6.2f ms   max %6.2f "
           "ms\n",
           threads, (double)count * 1e6 / took,
           (double)(after.writes - before.writes) / (double)(after.groups - before.groups),
           all[kept / 2] / 1e3, all[kept * 99 / 100] / 1e3, all[kept - 1] / 1e3);
    free(all);
    free(clients);
    free(ids);
}

/* Readers that leave no pause: the log must not grow for ever. */
static void mixed(struct db *db) {
    enum { THREADS = 16 };
    struct client clients[THREADS];
    pthread_t ids[THREADS];
    struct db_stats stats;
    int64_t largest = 0;
    stop = false;
    for (int i = 0; i < THREADS; i++) {
        clients[i] = (struct client){.db = db, .number = i, .us = calloc(SAMPLES, sizeof(int32_t))};
        if (pthread_create(&ids[i], NULL, i % 2 == 0 ? write_rows : read_rows, &clients[i]) != 0)
            die("thread");
    }
    for (int i = 0; i < 100; i++) {
        usleep((useconds_t)(seconds * 1e4));
        db_stats(db, &stats);
        if (stats.wal_bytes > largest) largest = stats.wal_bytes;
    }
    stop = true;
    int64_t counts[2] = {0};
    for (int i = 0; i < THREADS; i++) {
        pthread_join(ids[i], NULL);
        counts[i % 2] += clients[i].count;
        free(clients[i].us);
    }
    printf("8 writers beside 8 readers %9.0f rows/s   %9.0f reads/s   log at most %.1f MB\n",
           (double)counts[0] / seconds, (double)counts[1] / seconds, (double)largest / 1e6);
}

static void reads(struct db *db) {
    enum { TURNS = 200000 };
    int error = 0;
    struct arena *arena = arena_new(1024 * 1024);
    int64_t start = clock_monotonic_us();
    for (int i = 0; i < TURNS; i++) {
        struct db_conn *conn = db_read_begin(db, &error);
        if (conn == NULL) die("read");
        db_read_end(conn);
    }
    int64_t middle = clock_monotonic_us();
    for (int i = 0; i < TURNS; i++) {
        struct row row;
        struct db_conn *conn = db_read_begin(db, &error);
        if (conn == NULL ||
            db_get_record(conn, arena, &bench_get, DB_PARAMS(db_int(1 + i % 1000)), &bench_record, &row) != 0)
            die("read");
        db_read_end(conn);
        arena_reset(arena);
    }
    int64_t end = clock_monotonic_us();
    printf("db_read_begin + end        %9.2f us\n", (double)(middle - start) / TURNS);
    printf("… with db_get_record       %9.2f us\n", (double)(end - middle) / TURNS);
    arena_free(arena);
}

int main(int argc, char **argv) {
    char folder[200];
    snprintf(folder, sizeof(folder), "%s/minyi-bench-XXXXXX", argc > 1 ? argv[1] : ".");
    if (argc > 2) seconds = strtod(argv[2], NULL);
    if (mkdtemp(folder) == NULL) die("cannot make a folder there");
    for (size_t i = 0; i + 3 < sizeof(body); i += 3)
        memcpy(body + i, "民", 3);
    const int groups[] = {1, 8, 16, 64};
    for (size_t i = 0; i < ARRAY_LEN(groups); i++)
        printf("bare SQLite, groups of %2d  %9.0f rows/s\n", groups[i], bare(folder, groups[i]));

    char url[300];
    snprintf(url, sizeof(url), "sqlite:%s/store.db", folder);
    const struct db_options options = {.url = url, .create = true, .migrate = true};
    const struct db_internals internals = {
        .migrations = migrations, .migration_count = 1, .prepare_prefix = "bench_"};
    struct arena *arena = arena_new(65536);
    struct db *db = NULL;
    const char *why = "";
    if (db_open_with_migrations(&options, &internals, arena, &db, &why) != 0) die(why);
    const int threads[] = {1, 8, 16, 64};
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        threads_write(db, threads[i]);
    reads(db);
    mixed(db);
    db_close(db);
    arena_free(arena);
    const char *const files[] = {"store.db", "store.db-lock", "bare.db-wal", "bare.db-shm"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        char path[300];
        snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
        unlink(path);
    }
    rmdir(folder);
    return 0;
}
