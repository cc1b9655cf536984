/* What the tests of the PostgreSQL driver share: two nodes on one database, one of them through a line that
 * can be cut, short limits of time, writes that show when they happen twice.
 */
#ifndef MINYI_TESTS_POSTGRES_TESTING_H
#define MINYI_TESTS_POSTGRES_TESTING_H

#include "store_testing.h"

#include <pthread.h>
#include <unistd.h>

#include "../../src/store/postgres.h"
#include "minyi/clock.h"
#include "proxy.h"
#include "wait.h"

struct pg_test {
    struct store_test *t; /* its `db` is the node behind the proxy, its `url` goes to the server itself */
    struct proxy *proxy;
    char through[256];
    struct db *other; /* a second node, straight to the server */
};

/* Nothing here is unique but numbers, so that a write that happens twice shows. */
static const struct db_migration pg_test_migrations[] = {
    {.version = 1,
     .name = "0001-first",
     .sql = "CREATE TABLE entry (id @serial, name TEXT NOT NULL) @strict;\n"
            "CREATE TABLE numbered (number @int PRIMARY KEY, name TEXT NOT NULL) @strict;\n"
            "CREATE TABLE last_number (name TEXT PRIMARY KEY, value @int NOT NULL) @strict;\n"
            "CREATE TABLE parent (id @int PRIMARY KEY) @strict;\n"
            "CREATE TABLE child (id @int PRIMARY KEY, parent_id @int NOT NULL REFERENCES parent(id)\n"
            "  DEFERRABLE INITIALLY DEFERRED) @strict;\n"
            "INSERT INTO last_number (name, value) VALUES ('entry', 0);\n"},
};

static const struct db_internals pg_test_internals = {
    .migrations = pg_test_migrations, .migration_count = 1, .prepare_prefix = "p_"};

DB_STATEMENT(p_add, "INSERT INTO entry (name) VALUES ($1)");
DB_STATEMENT(p_count, "SELECT count(*) FROM entry WHERE name = $1");
DB_STATEMENT(p_next, "UPDATE last_number SET value = value + 1 WHERE name = 'entry' RETURNING value");
DB_STATEMENT(p_highest, "SELECT coalesce(max(number), 0) FROM numbered");
DB_STATEMENT(p_number, "INSERT INTO numbered (number, name) VALUES ($1, $2)");
DB_STATEMENT(p_numbers, "SELECT count(*) FROM numbered");

/* ---- What the store said ---- */

static _Atomic int pg_test_troubles;   /* since the test began */
static _Atomic int pg_test_last_error; /* of the last one */

static inline void pg_test_note_trouble(int error, const char *statement, const char *text) {
    (void)statement;
    (void)text;

    pg_test_troubles++;
    pg_test_last_error = error;
}

/* ---- Opening ---- */

static inline struct db *pg_test_open(struct pg_test *p, const char *url, int64_t readers) {
    struct db *db = NULL;
    const char *why = NULL;
    const struct db_options options = {.url = url, .create = true, .migrate = true, .readers = readers};
    int error = db_open_with_migrations(&options, &pg_test_internals, p->t->arena, &db, &why);
    if (error != 0) fprintf(stderr, "open: %d %s\n", error, why != NULL ? why : "-");
    return error == 0 ? db : NULL;
}

/* First in main(): who only names a server wants these tests to run on it. */
static inline void pg_test_choose_engine(void) {
    if (getenv("MINYI_TEST_POSTGRES") != NULL) setenv("MINYI_TEST_ENGINE", "postgres", 0);
}

/* A busy machine is no lost server. */
static const struct pg_limits pg_test_usual = {
    .connect_ms = 20000, .read_ms = 20000, .write_ms = 40000, .listen_ms = 20000, .recover_ms = 20000};
/* For as long as no answer is expected. */
static const struct pg_limits pg_test_short = {
    .connect_ms = 1500, .read_ms = 1500, .write_ms = 2000, .listen_ms = 1200, .recover_ms = 2000};

static inline int pg_test_setup(void **state) {
    if (!engine_is_postgres()) return 0;
    pg_limits = pg_test_usual;
    db_on_trouble(pg_test_note_trouble);
    void *inner = NULL;
    if (store_test_setup_closed(&inner) != 0) return -1;
    struct pg_test *p = calloc(1, sizeof(*p));
    if (p == NULL) return -1;
    p->t = inner;
    p->proxy = proxy_start(p->t->url, p->through, sizeof(p->through));
    p->other = pg_test_open(p, p->t->url, 0);
    p->t->db = pg_test_open(p, p->through, 0);
    pg_test_troubles = 0;
    *state = p;
    return p->other != NULL && p->t->db != NULL ? 0 : -1;
}

static inline int pg_test_teardown(void **state) {
    struct pg_test *p = *state;
    if (p == NULL) return 0;
    store_test_close(p->t);
    db_close(p->other);
    proxy_stop(p->proxy);
    void *inner = p->t;
    int result = store_test_teardown(&inner);
    free(p);
    return result;
}

#define PG_TEST(FUNCTION) cmocka_unit_test_setup_teardown(FUNCTION, pg_test_setup, pg_test_teardown)
#define ONLY_WITH_A_SERVER() ONLY_ON_POSTGRES("MINYI_TEST_ENGINE=postgres and MINYI_TEST_POSTGRES are needed")

/* ---- Writing and looking ---- */

/* A write of one entry and one number; counts how often it ran. It looks for the highest number before it
 * takes the next, as the chain of the audit does: another node's write between the two would show. */
struct entry {
    const char *name;
    int fails; /* with this error, after its work */
    int runs;
    int64_t number;
};

static inline int pg_test_write_entry(struct db_conn *tx, void *argument) {
    struct entry *entry = argument;
    entry->runs++;
    int64_t highest = -1;
    int error = db_exec(tx, &p_add, DB_PARAMS(db_text(entry->name)), NULL);
    if (error == 0) error = db_get_int(tx, &p_highest, DB_NONE, &highest);
    if (error == 0) error = db_get_int(tx, &p_next, DB_NONE, &entry->number);
    if (error == 0 && entry->number != highest + 1) error = ERR_INTERNAL;
    if (error == 0)
        error = db_exec(tx, &p_number, DB_PARAMS(db_int(entry->number), db_text(entry->name)), NULL);
    return error != 0 ? error : entry->fails;
}

static inline int64_t pg_test_count(struct pg_test *p, const char *name) {
    char sql[200];
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM entry WHERE name = '%s'", name);
    return engine_int(p->t->url, sql);
}

/* Numbers are 1…n and there are as many as entries. */
static inline bool pg_test_gapless(struct pg_test *p) {
    return engine_int(p->t->url, "SELECT CASE WHEN count(*) = coalesce(max(number), 0) AND count(*) ="
                                 " (SELECT count(*) FROM entry) AND count(*) ="
                                 " (SELECT value FROM last_number) THEN 1 ELSE 0 END FROM numbered") == 1;
}

static inline int pg_test_read(struct db *db, const char *name, int64_t *ret) {
    int error = 0;
    struct db_conn *conn = db_read_begin(db, &error);
    if (conn == NULL) return error;
    error = db_get_int(conn, &p_count, DB_PARAMS(db_text(name)), ret);
    db_read_end(conn);
    return error;
}

static inline int64_t pg_test_ms(void) {
    return clock_monotonic_us() / 1000;
}

/* ---- One group of several jobs ---- */

struct pg_call {
    struct db *db;
    db_write_fn fn;
    void *argument;
    int result;
    pthread_t thread;
};

static inline void *pg_test_call(void *argument) {
    struct pg_call *call = argument;
    call->result = db_write(call->db, call->fn, call->argument);
    return NULL;
}

struct pg_gate {
    pthread_mutex_t lock;
    pthread_cond_t change;
    bool inside, open;
};

static inline int pg_test_wait_at_gate(struct db_conn *tx, void *argument) {
    (void)tx;
    struct pg_gate *gate = argument;
    pthread_mutex_lock(&gate->lock);
    gate->inside = true;
    pthread_cond_broadcast(&gate->change);
    while (!gate->open)
        pthread_cond_wait(&gate->change, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
    return 0;
}

/* Runs CALLS on one node; they gather while another job holds the writer, so they form one group as far as
 * its 5 ms allow. */
static inline void pg_test_together(struct pg_call *calls, size_t count) {
    struct pg_gate gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .change = PTHREAD_COND_INITIALIZER};
    struct pg_call holder = {.db = calls[0].db, .fn = pg_test_wait_at_gate, .argument = &gate};
    assert_int_equal(pthread_create(&holder.thread, NULL, pg_test_call, &holder), 0);
    pthread_mutex_lock(&gate.lock);
    while (!gate.inside)
        pthread_cond_wait(&gate.change, &gate.lock);
    pthread_mutex_unlock(&gate.lock);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(pthread_create(&calls[i].thread, NULL, pg_test_call, &calls[i]), 0);
        struct db_stats stats = {0};
        while (stats.queue != (int64_t)i + 1) {
            usleep(200);
            writer_stats(calls[0].db, &stats);
        }
    }
    usleep(10000); /* longer than the holder's group may last */
    pthread_mutex_lock(&gate.lock);
    gate.open = true;
    pthread_cond_broadcast(&gate.change);
    pthread_mutex_unlock(&gate.lock);
    for (size_t i = 0; i < count; i++)
        pthread_join(calls[i].thread, NULL);
    pthread_join(holder.thread, NULL);
}

#endif
