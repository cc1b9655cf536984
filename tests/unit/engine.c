/* Databases of the tests' own on both engines. Lines to the server are kept: one for CREATE and DROP, one for
 * the raw SQL of the test at hand; tests use them from one thread. */
#include "engine.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "minyi/arena.h"
#include "minyi/base.h"
#include "minyi/db.h"
#include "minyi/hash.h"
#include "minyi/migrations.h"

enum { URL_SIZE = 512, NAME_SIZE = 48, SQL_SIZE = 256 };

static NORETURN void give_up(const char *what, const char *why) {
    fprintf(stderr, "engine: %s: %s\n", what, why != NULL ? why : "-");
    abort();
}

/* ---- Which ---- */

static const char *server_url(void) {
    const char *engine = getenv("MINYI_TEST_ENGINE");
    if (engine == NULL || engine[0] == 0 || strcmp(engine, "sqlite") == 0) return NULL;
    if (strcmp(engine, "postgres") != 0) give_up("MINYI_TEST_ENGINE", engine);
    const char *url = getenv("MINYI_TEST_POSTGRES");
    if (url == NULL) give_up("MINYI_TEST_POSTGRES", "not set");
    return url;
}

bool engine_is_postgres(void) {
    return server_url() != NULL;
}

static bool is_file(const char *url) {
    return strncmp(url, "sqlite:", strlen("sqlite:")) == 0;
}

/* ---- PostgreSQL ---- */

static PGconn *connect_to(const char *url) {
    PGconn *line = PQconnectdb(url);
    if (PQstatus(line) != CONNECTION_OK) give_up("connect", PQerrorMessage(line));
    return line;
}

static PGconn *server_line(void) {
    static PGconn *line;
    if (line == NULL) {
        line = connect_to(server_url());
        PQclear(PQexec(line, "SET client_min_messages = warning"));
    }
    return line;
}

static struct {
    PGconn *line;
    char url[URL_SIZE];
} raw;

static void close_raw(void) {
    PQfinish(raw.line);
    raw.line = NULL;
}

static PGconn *raw_line(const char *url) {
    if (raw.line == NULL || strcmp(raw.url, url) != 0 || PQstatus(raw.line) != CONNECTION_OK) {
        close_raw();
        snprintf(raw.url, sizeof(raw.url), "%s", url);
        raw.line = connect_to(url);
    }
    return raw.line;
}

static PGresult *run(PGconn *line, const char *sql) {
    PGresult *result = PQexec(line, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) give_up(sql, PQerrorMessage(line));
    return result;
}

/* First column of the first row in malloc'ed memory, or NULL. */
static char *postgres_text(PGconn *line, const char *sql) {
    PGresult *result = run(line, sql);
    char *text = NULL;
    if (PQntuples(result) > 0 && !PQgetisnull(result, 0, 0)) {
        enum { BOOL_OID = 16 };
        const char *value = PQgetvalue(result, 0, 0);
        if (PQftype(result, 0) == BOOL_OID) value = value[0] == 't' ? "1" : "0";
        text = strdup(value);
    }
    PQclear(result);
    return text;
}

static PRINTF_LIKE(1, 2) void on_server(const char *format, ...) {
    char sql[SQL_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(sql, sizeof(sql), format, args);
    va_end(args);
    PQclear(run(server_line(), sql));
}

static bool on_server_exists(const char *name) {
    char sql[SQL_SIZE];
    snprintf(sql, sizeof(sql), "SELECT 1 FROM pg_database WHERE datname = '%s'", name);
    char *found = postgres_text(server_line(), sql);
    free(found);
    return found != NULL;
}

/* The server's URL with another database: postgres://user:password@host:port/NAME. */
static void url_of(const char *name, char *ret, size_t size) {
    const char *url = server_url(), *slash = strrchr(url, '/');
    snprintf(ret, size, "%.*s/%s", (int)(slash - url), url, name);
}

static void random_name(char ret[NAME_SIZE]) {
    uint64_t number = 0;
    random_bytes(&number, sizeof(number));
    snprintf(ret, NAME_SIZE, "minyi_unit_%016llx", (unsigned long long)number);
}

/* ---- The template ---- */

/* Named after the text of the migrations: another version's template is never taken. */
static void template_name(char ret[NAME_SIZE]) {
    char hash[HASH_HEX_SIZE];
    struct hash_stream stream;
    hash_begin(&stream);
    for (size_t i = 0; i < db_migration_count; i++)
        hash_add(&stream, db_migrations[i].sql, strlen(db_migrations[i].sql));
    hash_end(&stream, hash);
    snprintf(ret, NAME_SIZE, "minyi_template_%.16s", hash);
}

static void build_template(const char *name) {
    char building[NAME_SIZE + 16], url[URL_SIZE];
    snprintf(building, sizeof(building), "%s_building", name);
    on_server("DROP DATABASE IF EXISTS %s WITH (FORCE)", building);
    on_server("CREATE DATABASE %s", building);
    url_of(building, url, sizeof(url));
    struct arena *arena = arena_new(16 * 1024 * 1024);
    struct db *db = NULL;
    const char *why = NULL;
    if (db_open(&(struct db_options){.url = url, .create = true, .migrate = true}, arena, &db, &why) != 0)
        give_up("template", why);
    db_close(db);
    arena_free(arena);
    on_server("ALTER DATABASE %s RENAME TO %s", building, name);
}

/* Test programs run beside each other: one of them builds it. */
static void need_template(const char *name) {
    static bool there;
    if (there) return;
    on_server("SELECT pg_advisory_lock(20090)");
    if (!on_server_exists(name)) build_template(name);
    on_server("SELECT pg_advisory_unlock(20090)");
    there = true;
}

/* ---- Fresh databases ---- */

static void fresh(const char *folder, const char *template, char *ret_url, size_t size) {
    if (!engine_is_postgres()) {
        snprintf(ret_url, size, "sqlite:%s/office.db", folder);
        return;
    }
    char name[NAME_SIZE];
    random_name(name);
    on_server("CREATE DATABASE %s TEMPLATE %s", name, template);
    url_of(name, ret_url, size);
}

void engine_fresh(const char *folder, char *ret_url, size_t size) {
    if (hash_init() != 0) give_up("hash", NULL);
    fresh(folder, "template0", ret_url, size);
}

void engine_fresh_product(const char *folder, char *ret_url, size_t size) {
    char template[NAME_SIZE] = "";
    if (hash_init() != 0) give_up("hash", NULL);
    if (engine_is_postgres()) {
        template_name(template);
        need_template(template);
    }
    fresh(folder, template, ret_url, size);
}

void engine_drop(const char *url) {
    if (is_file(url)) return;
    close_raw();
    on_server("DROP DATABASE IF EXISTS %s WITH (FORCE)", strrchr(url, '/') + 1);
}

/* ---- Raw SQL ---- */

static sqlite3 *open_file(const char *url) {
    sqlite3 *file = NULL;
    if (sqlite3_open_v2(url + strlen("sqlite:"), &file, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        give_up("raw SQL", sqlite3_errmsg(file));
    sqlite3_busy_timeout(file, 60000);
    return file;
}

static char *sqlite_text(const char *url, const char *sql) {
    sqlite3 *file = open_file(url);
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(file, sql, -1, &stmt, NULL) != SQLITE_OK) give_up(sql, sqlite3_errmsg(file));
    int result = sqlite3_step(stmt);
    if (result != SQLITE_ROW && result != SQLITE_DONE) give_up(sql, sqlite3_errmsg(file));
    const char *value = result == SQLITE_ROW ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
    char *text = value != NULL ? strdup(value) : NULL;
    sqlite3_finalize(stmt);
    sqlite3_close(file);
    return text;
}

char *engine_text(const char *url, const char *sql) {
    return is_file(url) ? sqlite_text(url, sql) : postgres_text(raw_line(url), sql);
}

int64_t engine_int(const char *url, const char *sql) {
    char *text = engine_text(url, sql), *end = text;
    if (text == NULL) return ABSENT;
    int64_t value = strtoll(text, &end, 10);
    if (end == text || *end != 0) give_up(sql, "not an integer");
    free(text);
    return value;
}

void engine_sql(const char *url, const char *sql) {
    if (!is_file(url)) {
        PQclear(run(raw_line(url), sql));
        return;
    }
    sqlite3 *file = open_file(url);
    char *why = NULL;
    if (sqlite3_exec(file, sql, NULL, NULL, &why) != SQLITE_OK) give_up(sql, why);
    sqlite3_close(file);
}
