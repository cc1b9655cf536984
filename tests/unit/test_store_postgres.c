/* The PostgreSQL driver's rules: what codes mean, which servers and addresses are taken, what is said of
 * them, which statements compile. */
#include "postgres_testing.h"

/* ---- Codes ---- */

static void test_what_codes_mean(void **state) {
    (void)state;
    static const struct {
        const char *code;
        int error;
        enum pg_failure failure;
        bool severe;
    } rows[] = {
        {NULL, ERR_STORE_UNREACHABLE, PG_FAILURE_LOST, true}, /* the line broke */
        {"", ERR_STORE_UNREACHABLE, PG_FAILURE_LOST, true},
        {"23505", ERR_ALREADY_EXISTS, PG_FAILURE_NONE, false},
        {"23503", ERR_CONFLICT, PG_FAILURE_NONE, false},
        {"23502", ERR_CONFLICT, PG_FAILURE_NONE, false},
        {"23514", ERR_CONFLICT, PG_FAILURE_NONE, false},
        {"22021", ERR_INVALID, PG_FAILURE_NONE, false},
        {"22P05", ERR_INVALID, PG_FAILURE_NONE, false},
        {"22012", ERR_STORE, PG_FAILURE_NONE, false}, /* division by zero */
        {"40001", ERR_STORE_BUSY, PG_FAILURE_AGAIN, true},
        {"40P01", ERR_STORE_BUSY, PG_FAILURE_AGAIN, true},
        {"55P03", ERR_STORE_BUSY, PG_FAILURE_NONE, true},
        {"57014", ERR_STORE_BUSY, PG_FAILURE_NONE, true},
        {"25006", ERR_STORE_UNREACHABLE, PG_FAILURE_LOST, true},
        {"25P03", ERR_STORE_UNREACHABLE, PG_FAILURE_LOST, true},
        {"57P01", ERR_STORE_UNREACHABLE, PG_FAILURE_LOST, true},
        {"57P02", ERR_STORE_UNREACHABLE, PG_FAILURE_LOST, true},
        {"57P03", ERR_STORE_UNREACHABLE, PG_FAILURE_LOST, true},
        {"08006", ERR_STORE_UNREACHABLE, PG_FAILURE_LOST, true},
        {"53100", ERR_STORE_FULL, PG_FAILURE_NONE, true},
        {"53200", ERR_STORE_BUSY, PG_FAILURE_NONE, true},
        {"53300", ERR_STORE_BUSY, PG_FAILURE_NONE, true},
        {"58030", ERR_STORE, PG_FAILURE_NONE, true},
        {"XX000", ERR_STORE, PG_FAILURE_NONE, true},
        {"XX001", ERR_STORE_CORRUPT, PG_FAILURE_NONE, true},
        {"XX002", ERR_STORE_CORRUPT, PG_FAILURE_NONE, true},
        {"42P01", ERR_STORE, PG_FAILURE_NONE, false},
        {"42501", ERR_STORE, PG_FAILURE_NONE, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *code = rows[i].code;
        if (pg_error_of(code) != rows[i].error || pg_failure_of(code) != rows[i].failure ||
            pg_is_severe(code) != rows[i].severe)
            fail_msg("SQLSTATE %s", code != NULL ? code : "-");
    }
}

/* ---- Servers ---- */

static void test_which_servers_are_admitted(void **state) {
    (void)state;
    static const struct {
        int version;
        const char *encoding, *collation;
        const char *refusal; /* NULL: admitted */
    } cases[] = {
        {150000, "UTF8", "C", NULL},
        {150018, "UTF8", "POSIX", NULL},
        {170002, "UTF8", "C.UTF-8", NULL},
        {160001, "UTF8", "C.utf8", NULL},
        {140011, "UTF8", "C", "服务器是 PostgreSQL 14.11，需要 15 或更新的版本"},
        {90624, "UTF8", "C", "需要 15"},
        {140011, "", "", "需要 15"}, /* before it is asked for the rest */
        {150000, "SQL_ASCII", "C", "编码是 SQL_ASCII"},
        {150000, "EUC_CN", "C", "编码是 EUC_CN"},
        {150000, "UTF8", "zh_CN.UTF-8", "排序规则是 zh_CN.UTF-8"},
        {150000, "UTF8", "en_US.utf8", "排序规则是 en_US.utf8"},
        {150000, "UTF8", "icu:zh", "排序规则是 icu:zh"},
        {150000, "UTF8", "icu:C", "排序规则是 icu:C"},
        {150000, "UTF8", "", "排序规则是"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char why[300] = "";
        int error = pg_admit(cases[i].version, cases[i].encoding, cases[i].collation, why, sizeof(why));
        if (cases[i].refusal == NULL) {
            assert_int_equal(error, 0);
            assert_string_equal(why, "");
        } else {
            assert_int_equal(error, ERR_CONFLICT);
            assert_non_null(strstr(why, cases[i].refusal));
        }
    }
}

/* ---- Addresses ---- */

static void test_whose_address_it_is(void **state) {
    (void)state;
    const char *place = NULL;
    assert_ptr_equal(db_url_driver("sqlite:/data/office.db", &place), &sqlite_driver);
    assert_string_equal(place, "/data/office.db");
    assert_ptr_equal(db_url_driver("postgres://u:p@h/d", &place), &postgres_driver);
    assert_string_equal(place, "postgres://u:p@h/d");
    assert_ptr_equal(db_url_driver("postgresql://u:p@h:5432,h2/d?sslmode=require", &place), &postgres_driver);
    static const char *const nobodys[] = {
        "",           "postgres", "postgres:u@h",    "postgres:/u@h/d", "mysql://h/d",
        "postgre://", "sqlite:",  "sqlite::memory:", "://h/d",          "POSTGRES://h/d"};
    for (size_t i = 0; i < ARRAY_LEN(nobodys); i++)
        assert_null(db_url_driver(nobodys[i], &place));
    assert_null(db_url_driver(NULL, &place));
}

/* "geheim" is the password, or a part of one, in every address below. */
static const char *const with_password[] = {
    "postgres://minyi:geheim@db.example:5432/office",
    "postgres://minyi:geheim%40%2F%3F@db.example/office",
    "postgres://minyi:ge@geheim@db.example/office",
    "postgres://minyi:geheim:more@db.example/office",
    "postgres://minyi:geheim/more@db.example/office",
    "postgres://minyi:12/geheim@db.example/office",
    "postgres://minyi:geheim?more@db.example/office",
    "postgres://minyi:ge?geheim@db.example/office",
    "postgres://minyi:ge%zzgeheim@db.example/office",
    "postgres://minyi:geheim#more@db.example/office",
    "postgres://minyi@db.example/office?password=geheim",
    "postgres://db.example/office?user=minyi&password=geheim@x",
    "postgres:minyi:geheim@db.example/office",
    "mysql://minyi:geheim@db.example/office",
};

static void test_an_address_is_shown_without_its_password(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 16);
    for (size_t i = 0; i < ARRAY_LEN(with_password); i++) {
        const char *shown = db_url_shown(arena, with_password[i]);
        if (strstr(shown, "geheim") != NULL || strstr(shown, "more") != NULL) fail_msg("%s", shown);
    }
    assert_string_equal(db_url_shown(arena, "postgres://minyi:geheim/office"), "postgres://minyi");
    assert_string_equal(db_url_shown(arena, "postgres://minyi:geheim"), "postgres://minyi");
    assert_string_equal(db_url_shown(arena, "postgres://a:5432,b:5433/office"),
                        "postgres://a:5432,b:5433/office");
    assert_string_equal(db_url_shown(arena, "postgres://[::1]:5432/office"), "postgres://[::1]:5432/office");
    assert_string_equal(db_url_shown(arena, "postgres://db.example:5432"), "postgres://db.example:5432");
    assert_string_equal(db_url_shown(arena, with_password[0]), "postgres://minyi@db.example:5432/office");
    assert_string_equal(db_url_shown(arena, "postgres://db.example:5432/office?sslmode=require"),
                        "postgres://db.example:5432/office");
    assert_string_equal(db_url_shown(arena, "sqlite:/data/a@b/office.db"), "sqlite:/data/a@b/office.db");
    arena_free(arena);
}

/* What is said when an address cannot be used does not quote it either. */
static void test_a_wrong_address_is_not_quoted(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 16);
    pg_limits.connect_ms = 200;
    for (size_t i = 0; i < ARRAY_LEN(with_password); i++) {
        char nowhere[200];
        const char *host = strstr(with_password[i], "db.example"), *why = NULL;
        snprintf(nowhere, sizeof(nowhere), "%.*s127.0.0.1:1%s", (int)(host - with_password[i]),
                 with_password[i], strchr(host, '/'));
        struct db *db = NULL;
        const struct db_options options = {.url = nowhere, .create = true, .migrate = true};
        assert_true(db_open_with_migrations(&options, &pg_test_internals, arena, &db, &why) < 0);
        assert_non_null(why);
        if (strstr(why, "geheim") != NULL || strstr(why, "more") != NULL) fail_msg("%s", why);
    }
    arena_free(arena);
}

/* ---- Connecting ---- */

/* The address of the test's database with another user, port or database in it. */
static int connect_to(const struct pg_test *p, const char *user, const char *password, const char *port,
                      const char *database, char why[300]) {
    const char *host = strrchr(p->t->url, '@');
    int own_port = (int)strcspn(host + strlen("@127.0.0.1:"), "/");
    const char *place = host + strlen("@127.0.0.1:") + own_port;
    int userinfo = (int)(host - p->t->url) - (int)strlen("postgres://");
    char url[400], who[200];
    snprintf(who, sizeof(who), "%.*s", userinfo, p->t->url + strlen("postgres://"));
    if (user != NULL) snprintf(who, sizeof(who), "%s:%s", user, password);
    snprintf(url, sizeof(url), "postgres://%s@127.0.0.1:%.*s%s", who,
             port != NULL ? (int)strlen(port) : own_port, port != NULL ? port : place - own_port,
             database != NULL ? database : place);
    struct engine_conn *conn = NULL;
    int error = pg_connect(url, ENGINE_READER, &conn, why, 300);
    pg_disconnect(conn);
    return error;
}

static void test_refused_connections_say_what_to_do(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    char why[300] = "";
    assert_int_equal(connect_to(p, NULL, NULL, NULL, NULL, why), 0);
    assert_int_equal(connect_to(p, "minyi", "falsch", NULL, NULL, why), ERR_FORBIDDEN);
    assert_non_null(strstr(why, "口令"));
    assert_null(strstr(why, "falsch"));
    assert_int_equal(connect_to(p, NULL, NULL, NULL, "/minyi_unit_not_there", why), ERR_NOT_FOUND);
    assert_non_null(strstr(why, "CREATE DATABASE"));
    assert_int_equal(connect_to(p, NULL, NULL, "1", NULL, why), ERR_STORE_UNREACHABLE);
    assert_int_equal(connect_to(p, NULL, NULL, NULL, "/minyi_unit?sslmode=require", why),
                     ERR_STORE_UNREACHABLE);
    assert_int_equal(connect_to(p, NULL, NULL, NULL, "/minyi_unit?nonsense=1", why), ERR_INVALID);
}

static void test_a_database_of_another_encoding(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    char name[80], sql[200], why[300] = "";
    snprintf(name, sizeof(name), "%s_ascii", strrchr(p->t->url, '/'));
    snprintf(sql, sizeof(sql), "CREATE DATABASE %s TEMPLATE template0 ENCODING 'SQL_ASCII'", name + 1);
    engine_sql(p->t->url, sql);
    int error = connect_to(p, NULL, NULL, NULL, name, why);
    snprintf(sql, sizeof(sql), "DROP DATABASE %s WITH (FORCE)", name + 1);
    engine_sql(p->t->url, sql);
    assert_int_equal(error, ERR_CONFLICT);
    assert_non_null(strstr(why, "SQL_ASCII"));
}

/* Of several hosts one is gone, one takes connections and never answers, one is the server. */
static void test_several_hosts(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    char why[300] = "", through[256], ports[80];
    struct proxy *silent = proxy_start(p->t->url, through, sizeof(through));
    proxy_hold(silent, true);
    int own = (int)strtol(strrchr(p->t->url, ':') + 1, NULL, 10);
    int held = (int)strtol(strrchr(through, ':') + 1, NULL, 10);
    snprintf(ports, sizeof(ports), "1,127.0.0.1:%d,127.0.0.1:%d", held, own);
    pg_limits.connect_ms = 5000;
    int64_t start = pg_test_ms();
    int error = connect_to(p, NULL, NULL, ports, NULL, why);
    proxy_stop(silent);
    assert_int_equal(error, 0);
    assert_in_range(pg_test_ms() - start, 1600, WAIT_MS); /* its share for the silent one, and no more */
}

/* ---- Compiling ---- */

static int compile(struct engine_conn *conn, const char *sql, const char **ret_why) {
    struct engine_stmt *stmt = NULL;
    int error = postgres_driver.prepare(conn, sql, &stmt, ret_why);
    postgres_driver.finalize(stmt);
    return error;
}

static void test_which_statements_compile(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct engine_conn *conn = NULL;
    char why[300], many[4000] = "SELECT 1 WHERE CAST($1 AS BIGINT) IN (0";
    const char *says = "";
    assert_int_equal(pg_connect(p->t->url, ENGINE_WRITER, &conn, why, sizeof(why)), 0);
    assert_int_equal(compile(conn, "SELECT count(*), id > 1, name FROM entry GROUP BY id, name", &says), 0);
    assert_int_equal(compile(conn, "SELECT sum(id) FROM entry", &says), ERR_STORE);
    assert_non_null(strstr(says, "CAST"));
    assert_int_equal(compile(conn, "SELECT now()", &says), ERR_STORE);
    assert_int_equal(compile(conn, "SELECT nothing FROM entry", &says), ERR_STORE);
    assert_non_null(strstr(says, "nothing"));
    assert_int_equal(compile(conn, "SELEC 1", &says), ERR_STORE);
    for (int i = 2; i <= PG_PARAMETERS_MAX; i++)
        snprintf(many + strlen(many), sizeof(many) - strlen(many), ", $%d", i);
    size_t len = strlen(many);
    snprintf(many + len, sizeof(many) - len, ")");
    assert_int_equal(compile(conn, many, &says), 0);
    snprintf(many + len, sizeof(many) - len, ", $%d)", PG_PARAMETERS_MAX + 1);
    assert_int_equal(compile(conn, many, &says), ERR_STORE);
    assert_non_null(strstr(says, "parameters"));
    assert_int_equal(compile(conn, "SELECT 1 WHERE CAST($70000 AS BIGINT) = 1", &says), ERR_STORE);
    assert_int_equal(compile(conn, "SELECT 1", &says), 0); /* and the line is still in step */
    pg_disconnect(conn);
}

/* Ends of integers, all kinds of columns. */
static void test_values_of_columns(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    struct engine_conn *conn = NULL;
    struct engine_stmt *stmt = NULL;
    char why[300];
    const char *says = "";
    assert_int_equal(pg_connect(p->t->url, ENGINE_READER, &conn, why, sizeof(why)), 0);
    const char *sql = "SELECT CAST($1 AS BIGINT), CAST(-2 AS SMALLINT), -3, 1 = 1, 1 = 2, CAST($2 AS TEXT),"
                      " CAST($3 AS BYTEA), CAST(NULL AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS BYTEA)";
    assert_int_equal(postgres_driver.prepare(conn, sql, &stmt, &says), 0);
    assert_int_equal(postgres_driver.bind(stmt, DB_PARAMS(db_int(INT64_MIN + 1), db_text("民意"))),
                     ERR_STORE);
    assert_int_equal(
        postgres_driver.bind(stmt, DB_PARAMS(db_int(INT64_MIN + 1), db_text("民意"), db_blob("a\0b", 3),
                                             db_int(INT64_MAX), db_blob("", 0))),
        0);
    assert_int_equal(postgres_driver.step(stmt), 1);
    static const int64_t integers[] = {INT64_MIN + 1, -2, -3, 1, 0};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(postgres_driver.column_type(stmt, i), ENGINE_INT);
        assert_int_equal(postgres_driver.column_int(stmt, i), integers[i]);
    }
    size_t len = 0;
    assert_string_equal(postgres_driver.column_bytes(stmt, 5, &len), "民意");
    assert_memory_equal(postgres_driver.column_bytes(stmt, 6, &len), "a\0b", 3);
    assert_int_equal(len, 3);
    assert_int_equal(postgres_driver.column_type(stmt, 7), ENGINE_NULL);
    assert_int_equal(postgres_driver.column_int(stmt, 8), INT64_MAX);
    assert_int_equal(postgres_driver.column_type(stmt, 9), ENGINE_BLOB);
    (void)postgres_driver.column_bytes(stmt, 9, &len);
    assert_int_equal(len, 0);
    assert_int_equal(postgres_driver.step(stmt), 0);
    postgres_driver.reset(stmt);
    postgres_driver.finalize(stmt);
    pg_disconnect(conn);
}

/* ---- Migrations ---- */

/* An id that was given to a row since deleted is not given again, migration or not; rows with ids of their
 * own are left behind. */
static void test_a_migration_sets_no_identity_back(void **state) {
    ONLY_WITH_A_SERVER();
    struct pg_test *p = *state;
    engine_sql(p->t->url,
               "INSERT INTO entry (name) VALUES ('a'), ('b'), ('c'); DELETE FROM entry WHERE id > 1");
    store_test_close(p->t);
    db_close(p->other);
    p->other = NULL;
    const struct db_migration migrations[] = {
        pg_test_migrations[0],
        {.version = 2, .name = "0002-second", .sql = "CREATE TABLE later (id @serial, name TEXT) @strict"},
        {.version = 3, .name = "0003-third", .sql = "INSERT INTO later (id, name) VALUES (7, 'x')"},
    };
    const struct db_internals internals = {
        .migrations = migrations, .migration_count = ARRAY_LEN(migrations), .prepare_prefix = "p_"};
    assert_int_equal(store_test_open_with(p->t, &internals), 0);
    assert_int_equal(engine_int(p->t->url, "INSERT INTO entry (name) VALUES ('d') RETURNING id"), 4);
    assert_int_equal(engine_int(p->t->url, "INSERT INTO later (name) VALUES ('y') RETURNING id"), 8);
}

int main(void) {
    pg_test_choose_engine();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_codes_mean),
        cmocka_unit_test(test_which_servers_are_admitted),
        cmocka_unit_test(test_whose_address_it_is),
        cmocka_unit_test(test_an_address_is_shown_without_its_password),
        cmocka_unit_test(test_a_wrong_address_is_not_quoted),
        PG_TEST(test_refused_connections_say_what_to_do),
        PG_TEST(test_a_database_of_another_encoding),
        PG_TEST(test_several_hosts),
        PG_TEST(test_which_statements_compile),
        PG_TEST(test_values_of_columns),
        PG_TEST(test_a_migration_sets_no_identity_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
