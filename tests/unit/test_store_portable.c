/* Every statement of the program and every migration means the same to SQLite and to PostgreSQL, as far as
 * the text can tell. That each statement compiles there, with results of the types that the store reads, is
 * the driver's to check when it opens a database; here are the differences that compile on both and answer
 * differently, and the words that would only fail at an office's PostgreSQL.
 *
 * Each rule has its reason, an example that breaks it and one that does not; a statement that may break a
 * rule is named in the rule with the reason.
 */
#include "sql_text.h"
#include "store_testing.h"

#define CONDITION_ENDS "AND OR ) THEN ORDER GROUP LIMIT"

/* What the migrations say about tables and columns. */
struct schema {
    size_t serial_count, column_count;
    char serial_tables[100][SQL_WORD_MAX];
    struct {
        char name[SQL_WORD_MAX];
        bool nullable; /* in every table that has it */
    } columns[400];
};

struct rule {
    const char *name, *why;
    /* Whether the token at I breaks the rule. */
    bool (*broken)(const struct sql_text *text, size_t i, const struct schema *schema);
    const char *bad, *good;
    const char *except; /* statements that may, separated by blanks; why is said beside the rule */
};

/* ---- Words ---- */

static bool engine_function(const struct sql_text *text, size_t i, const struct schema *schema) {
    (void)schema;
    return sql_is(text, i + 1, "(") &&
           sql_among(
               sql_at(text, i),
               "IFNULL IIF NVL INSTR STRPOS PRINTF FORMAT TYPEOF HEX TOTAL GROUP_CONCAT STRING_AGG CONCAT GREATEST "
               "LEAST NOW DATE TIME DATETIME STRFTIME JULIANDAY UNIXEPOCH EXTRACT TO_CHAR TO_TIMESTAMP RANDOM "
               "RANDOMBLOB ZEROBLOB CHANGES LAST_INSERT_ROWID JSON JSON_EACH JSON_EXTRACT JSONB_ARRAY_ELEMENTS "
               "JSON_ARRAY_ELEMENTS_TEXT UNNEST GENERATE_SERIES LEFT RIGHT CHR CHAR UNICODE ASCII QUOTE SUBSTRING "
               "POSITION CHAR_LENGTH OCTET_LENGTH REGEXP_REPLACE GEN_RANDOM_UUID MD5 SHA256");
}

static bool letter_case(const struct sql_text *text, size_t i, const struct schema *schema) {
    (void)schema;
    return sql_among(sql_at(text, i), "LIKE ILIKE GLOB SIMILAR REGEXP MATCH COLLATE NOCASE") ||
           (sql_is(text, i + 1, "(") && sql_among(sql_at(text, i), "LOWER UPPER INITCAP"));
}

static bool engine_word(const struct sql_text *text, size_t i, const struct schema *schema) {
    (void)schema;
    const char *token = sql_at(text, i);
    return sql_among(
               token,
               "ROWID OID _ROWID_ CTID XMIN INDEXED LATERAL UNLOGGED PRAGMA VACUUM RAISE ISNULL NOTNULL "
               "GLOB TRUE FALSE BOOLEAN ESCAPE") ||
           sql_follows(text, i, "INSERT OR") || sql_follows(text, i, "UPDATE OR") ||
           sql_follows(text, i, "REPLACE INTO") || sql_follows(text, i, "DELETE FROM ONLY") ||
           sql_follows(text, i, "FOR UPDATE") || sql_follows(text, i, "FOR SHARE") ||
           sql_follows(text, i, "ON CONFLICT DO UPDATE");
}

static bool reserved_name(const struct sql_text *text, size_t i, const struct schema *schema) {
    (void)schema;
    return sql_among(
        sql_at(text, i),
        "ANALYSE ANALYZE ANY ARRAY ASYMMETRIC AUTHORIZATION BINARY BOTH COLUMN CONCURRENTLY CURRENT_CATALOG "
        "CURRENT_DATE CURRENT_ROLE CURRENT_SCHEMA CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER FETCH FREEZE "
        "GRANT LEADING LOCALTIME LOCALTIMESTAMP ONLY OVERLAPS PLACING SESSION_USER SOME SYMMETRIC "
        "TABLESAMPLE TRAILING USER VARIADIC VERBOSE");
}

static bool engine_sign(const struct sql_text *text, size_t i, const struct schema *schema) {
    (void)schema;
    const char *token = sql_at(text, i);
    return sql_among(token, ":: == -> [ ] ? ; ` \\") || token[0] == '"' || token[0] == '`' || token[0] == '@';
}

static bool star(const struct sql_text *text, size_t i, const struct schema *schema) {
    (void)schema;
    return sql_is(text, i, "*") &&
           (sql_is(text, i - 1, "SELECT") || sql_is(text, i - 1, ".") || sql_is(text, i - 1, "RETURNING"));
}

/* ---- Values ---- */

static bool other_cast(const struct sql_text *text, size_t i, const struct schema *schema) {
    (void)schema;
    if (!sql_is(text, i, "CAST")) return false;
    size_t end = sql_closing(text, i + 1);
    return !sql_is(text, end - 2, "AS") || !sql_among(sql_at(text, end - 1), "BIGINT TEXT");
}

static bool max_of_two(const struct sql_text *text, size_t i, const struct schema *schema) {
    (void)schema;
    if (!sql_among(sql_at(text, i), "MAX MIN") || !sql_is(text, i + 1, "(")) return false;
    for (size_t at = i + 2, end = sql_closing(text, i + 1); at < end; at++)
        if (sql_is(text, at, ",") && text->depth[at] == text->depth[i] + 1) return true;
    return false;
}

static bool sum_not_cast(const struct sql_text *text, size_t i, const struct schema *schema) {
    (void)schema;
    if (!sql_among(sql_at(text, i), "SUM AVG ROUND") || !sql_is(text, i + 1, "(")) return false;
    for (size_t open = sql_opening(text, i); open < text->count; open = sql_opening(text, open))
        if (open > 0 && sql_is(text, open - 1, "CAST")) return false;
    return true;
}

static bool sum_of_truth(const struct sql_text *text, size_t i, const struct schema *schema) {
    (void)schema;
    if (!sql_among(sql_at(text, i), "SUM AVG MAX MIN") || !sql_is(text, i + 1, "(")) return false;
    for (size_t at = i + 2, end = sql_closing(text, i + 1); at < end; at++)
        if (text->depth[at] == text->depth[i] + 1 &&
            sql_among(sql_at(text, at), "= <> < > <= >= IS IN AND OR"))
            return true;
    return false;
}

static bool bare_parameter(const struct sql_text *text, size_t i, const struct schema *schema) {
    (void)schema;
    return sql_at(text, i)[0] == '$' && sql_is(text, i + 1, "IS");
}

static bool other_is(const struct sql_text *text, size_t i, const struct schema *schema) {
    (void)schema;
    if (!sql_is(text, i, "IS")) return false;
    size_t after = sql_is(text, i + 1, "NOT") ? i + 2 : i + 1;
    return !sql_is(text, after, "NULL") && !sql_follows(text, after, "DISTINCT FROM");
}

static bool number_as_truth(const struct sql_text *text, size_t i, const struct schema *schema) {
    (void)schema;
    const char *token = sql_at(text, i);
    bool is_value = isalnum((unsigned char)token[0]) || token[0] == '_' || token[0] == '$';
    if (i == 0 || !is_value || sql_among(token, "NULL END")) return false;
    size_t before = i >= 3 && sql_is(text, i - 1, ".") ? i - 3 : i - 1;
    if (before >= 2 && sql_is(text, before, "AND") && sql_is(text, before - 2, "BETWEEN")) return false;
    return sql_among(sql_at(text, before), "WHERE AND OR NOT ON HAVING") &&
           (i + 1 == text->count || sql_among(sql_at(text, i + 1), CONDITION_ENDS));
}

static bool part_of_value(const struct sql_text *text, size_t i, const struct schema *schema) {
    (void)schema;
    return sql_is(text, i, "SUBSTR") && sql_is(text, i + 1, "(");
}

/* ---- Order ---- */

static bool limit_without_order(const struct sql_text *text, size_t i, const struct schema *schema) {
    (void)schema;
    if (!sql_is(text, i, "LIMIT")) return false;
    for (size_t at = i; at-- > 0 && text->depth[at] >= text->depth[i];) {
        if (text->depth[at] != text->depth[i]) continue;
        if (sql_is(text, at, "ORDER")) return false;
        /* How many there are, at most: which ones does not matter. */
        if (sql_is(text, at, "SELECT")) return !sql_is(text, at + 1, "1");
    }
    return true;
}

/* Place of WORD outside all parentheses; text->count when it is not there. */
static size_t outermost(const struct sql_text *text, const char *word) {
    size_t at = 0;
    while (at < text->count && !(text->depth[at] == 0 && sql_is(text, at, word)))
        at++;
    return at;
}

static bool rows_without_order(const struct sql_text *text, size_t i, const struct schema *schema) {
    (void)schema;
    if (i != 0 || !sql_among(sql_at(text, 0), "SELECT WITH")) return false;
    if (outermost(text, "ORDER") < text->count || outermost(text, "FROM") == text->count) return false;
    if (outermost(text, "UNION") == text->count && sql_among(sql_at(text, 1), "COUNT MIN MAX COALESCE CAST"))
        return false;
    for (size_t at = outermost(text, "WHERE"); at < text->count; at++)
        if (text->depth[at] == 0 && sql_is(text, at + 1, "=") && sql_at(text, at + 2)[0] == '$' &&
            sql_among(sql_at(text, at), "ID KEY CODE LOGIN TOKEN_HASH SHA256 NUMBER CLIENT_KEY") &&
            outermost(text, "UNION") == text->count)
            return false;
    return true;
}

static bool rows_numbered_without_order(const struct sql_text *text, size_t i, const struct schema *schema) {
    if (i != 0 || !sql_follows(text, 0, "INSERT INTO")) return false;
    bool has_serial = false;
    for (size_t t = 0; t < schema->serial_count; t++)
        has_serial = has_serial || sql_is(text, 2, schema->serial_tables[t]);
    if (!has_serial || outermost(text, "SELECT") == text->count || outermost(text, "FROM") == text->count)
        return false;
    if (outermost(text, "ORDER") < text->count) return false;
    for (size_t at = outermost(text, "WHERE"); at < text->count; at++)
        if (sql_among(sql_at(text, at), "ID CODE") && sql_is(text, at + 1, "=") &&
            sql_at(text, at + 2)[0] == '$')
            return false;
    return true;
}

static bool is_nullable(const struct schema *schema, const char *column) {
    for (size_t i = 0; i < schema->column_count; i++)
        if (strcmp(schema->columns[i].name, column) == 0) return schema->columns[i].nullable;
    return false;
}

static bool nulls_in_order(const struct sql_text *text, size_t i, const struct schema *schema) {
    if (!sql_follows(text, i, "ORDER BY")) return false;
    for (size_t at = i + 2;
         at < text->count && text->depth[at] >= text->depth[i] && !sql_is(text, at, "LIMIT"); at++) {
        if (text->depth[at] != text->depth[i]) continue;
        size_t after = at + 1 + sql_among(sql_at(text, at + 1), "ASC DESC");
        if (is_nullable(schema, sql_at(text, at)) && !sql_is(text, at + 1, ".") &&
            !sql_is(text, after, "NULLS"))
            return true;
    }
    return false;
}

/* ---- The rules ---- */

static const struct rule rules[] = {
    {"functions of one engine",
     "unknown to the other or answering differently; time, folding, formatting and random values come from C",
     engine_function, "SELECT ifnull(name, 'x') FROM unit WHERE id = $1",
     "SELECT coalesce(name, 'x') FROM unit WHERE id = $1", NULL},
    {"letters and their case",
     "LIKE ignores the case of ASCII letters in SQLite and not in PostgreSQL; lower() folds ASCII only there and "
     "more under some locales here: fold in C, compare with = or a range",
     letter_case, "SELECT id FROM account WHERE name LIKE $1 ORDER BY id",
     "SELECT id FROM account WHERE name >= $1 AND name < $2 ORDER BY id", NULL},
    {"words of one engine",
     "grammar that the other does not have; ON CONFLICT DO UPDATE must name its columns", engine_word,
     "INSERT OR IGNORE INTO counter (name, value) VALUES ($1, 1)",
     "INSERT INTO counter (name, value) VALUES ($1, 1) ON CONFLICT (name) DO NOTHING", NULL},
    {"reserved names", "PostgreSQL keeps these words for itself, also as an alias", reserved_name,
     "SELECT both.id FROM unit both WHERE both.id = $1", "SELECT pair.id FROM unit pair WHERE pair.id = $1",
     NULL},
    {"signs of one engine",
     "$1::text is swallowed into the parameter's name by SQLite; a word in double quotes may be a string there; "
     "one statement has no semicolon; @words are for migrations",
     engine_sign, "SELECT id FROM unit WHERE name = $1::text AND id = $2",
     "SELECT id FROM unit WHERE name = CAST($1 AS TEXT) AND id = $2", NULL},
    {"columns by name", "their order and number change with migrations", star,
     "SELECT * FROM unit WHERE id = $1", "SELECT count(*) FROM unit", NULL},
    {"casts", "INTEGER has 4 bytes in PostgreSQL; other types do not come out of the store", other_cast,
     "SELECT CAST(value AS INTEGER) FROM setting WHERE key = $1",
     "SELECT CAST(value AS BIGINT) FROM setting WHERE key = $1", NULL},
    {"max of two", "max(a, b) is greatest(a, b) in PostgreSQL: write CASE", max_of_two,
     "UPDATE unit SET position = max(position, $2) WHERE id = $1",
     "UPDATE unit SET position = (SELECT max(coalesce(x.position, 0)) FROM unit x) WHERE id = $1", NULL},
    {"sums",
     "the sum of integers is numeric in PostgreSQL, and the average a float in SQLite: CAST to BIGINT",
     sum_not_cast, "SELECT sum(weight) FROM criterion",
     "SELECT CAST(coalesce(sum(weight), 0) AS BIGINT) FROM criterion", NULL},
    {"sums of truth", "a comparison is a boolean in PostgreSQL: count(*) FILTER (WHERE …)", sum_of_truth,
     "SELECT CAST(sum(active = 1) AS BIGINT) FROM unit",
     "SELECT count(*) FILTER (WHERE active = 1) FROM unit", NULL},
    {"parameters without a type", "PostgreSQL cannot tell the type of $1 IS NULL: CAST it", bare_parameter,
     "SELECT id FROM unit WHERE $1 IS NULL OR id = $1 ORDER BY id",
     "SELECT id FROM unit WHERE CAST($1 AS BIGINT) IS NULL OR id = $1 ORDER BY id", NULL},
    {"IS", "compares any values in SQLite only: IS NOT DISTINCT FROM", other_is,
     "SELECT id FROM unit WHERE parent_id IS $1 ORDER BY id",
     "SELECT id FROM unit WHERE parent_id IS NOT DISTINCT FROM $1 AND name IS NOT NULL ORDER BY id", NULL},
    {"numbers as truth", "PostgreSQL wants a boolean: write x = 1", number_as_truth,
     "SELECT id FROM unit u WHERE u.active AND u.id > $1 ORDER BY id",
     "SELECT id FROM unit u WHERE u.active = 1 AND u.id > $1 ORDER BY id", NULL},
    /* blob_chunk_part: bytes, with a position from 1 and a length inside the chunk. */
    {"parts of a text", "positions before 1 mean different things; the cut of a text is C's", part_of_value,
     "SELECT substr(name, 0, 3) FROM unit WHERE id = $1", "SELECT name FROM unit WHERE id = $1",
     "blob_chunk_part"},
    {"LIMIT without ORDER BY", "which rows come first is then chance, and differs", limit_without_order,
     "SELECT id FROM unit WHERE parent_id = $1 LIMIT 1",
     "SELECT count(*) FROM (SELECT 1 FROM unit WHERE parent_id = $1 LIMIT 9) few", NULL},
    /* Permissions are a set; a profile and a live lease are found by their primary key. */
    {"rows without ORDER BY",
     "SQLite answers in the order of the rowid or an index, PostgreSQL in any; a statement that finds its row by a "
     "unique column or counts needs none",
     rows_without_order, "SELECT name FROM unit WHERE parent_id = $1",
     "SELECT name FROM unit WHERE parent_id = $1 ORDER BY position, id",
     "session_permissions cli_actor_permissions profile_by_account lease_live"},
    {"numbered rows without ORDER BY",
     "rows that are made of others get their ids in the order of the SELECT", rows_numbered_without_order,
     "INSERT INTO notice (account_id, kind) SELECT a.id, $1 FROM account a WHERE a.status = 'active'",
     "INSERT INTO notice (account_id, kind) SELECT a.id, $1 FROM account a WHERE a.status = 'active' ORDER BY a.id",
     NULL},
    /* The queue asks for submitted_ms <= $4, which no NULL passes. */
    {"NULL in ORDER BY", "comes first in SQLite and last in PostgreSQL: NULLS FIRST or NULLS LAST",
     nulls_in_order, "SELECT id FROM unit ORDER BY parent_id, id",
     "SELECT id FROM unit ORDER BY parent_id NULLS FIRST, id", "queue_by_status queue_by_assignee"},
};

/* The first rule that the text breaks; NULL when none. NAME: of the statement, for exceptions. */
static const struct rule *first_broken(const struct sql_text *text, const struct schema *schema,
                                       const char *name) {
    for (size_t r = 0; r < ARRAY_LEN(rules); r++) {
        if (name != NULL && rules[r].except != NULL && sql_among(name, rules[r].except)) continue;
        for (size_t i = 0; i < text->count; i++)
            if (rules[r].broken(text, i, schema)) return &rules[r];
    }
    return NULL;
}

/* ---- The schema ---- */

static void note_column(struct schema *schema, const char *name, bool nullable) {
    for (size_t i = 0; i < schema->column_count; i++) {
        if (strcmp(schema->columns[i].name, name) != 0) continue;
        schema->columns[i].nullable = schema->columns[i].nullable && nullable;
        return;
    }
    assert_true(schema->column_count < ARRAY_LEN(schema->columns));
    snprintf(schema->columns[schema->column_count].name, SQL_WORD_MAX, "%s", name);
    schema->columns[schema->column_count++].nullable = nullable;
}

/* One column or table constraint, from FROM up to TO. */
static void read_column(struct schema *schema, const struct sql_text *text, size_t from, size_t to) {
    if (sql_among(sql_at(text, from), "UNIQUE CHECK PRIMARY FOREIGN CONSTRAINT")) return;
    if (!sql_among(sql_at(text, from + 1), "@INT @BLOB @SERIAL TEXT"))
        fail_msg("column %s has the type %s", sql_at(text, from), sql_at(text, from + 1));
    bool nullable = !sql_is(text, from + 1, "@SERIAL");
    for (size_t i = from; i < to; i++)
        if (sql_follows(text, i, "NOT NULL") || sql_follows(text, i, "PRIMARY KEY")) nullable = false;
    note_column(schema, sql_at(text, from), nullable);
}

static void read_table(struct schema *schema, const struct sql_text *text, size_t at) {
    const char *name = sql_at(text, at + 2);
    size_t from = at + 4, end = sql_closing(text, at + 3);
    if (!sql_follows(text, end + 1, "@STRICT ;")) fail_msg("table %s does not end with @strict", name);
    for (size_t i = from; i <= end; i++) {
        if (i != end && !(sql_is(text, i, ",") && text->depth[i] == text->depth[at] + 1)) continue;
        read_column(schema, text, from, i);
        from = i + 1;
    }
    if (!sql_is(text, at + 5, "@SERIAL")) return;
    assert_true(schema->serial_count < ARRAY_LEN(schema->serial_tables));
    snprintf(schema->serial_tables[schema->serial_count++], SQL_WORD_MAX, "%s", name);
}

static void read_migration(struct schema *schema, const struct sql_text *text) {
    for (size_t i = 0; i < text->count; i++) {
        if (sql_follows(text, i, "CREATE TABLE")) read_table(schema, text, i);
        if (sql_follows(text, i, "ADD COLUMN")) {
            size_t end = i;
            while (end < text->count && !sql_is(text, end, ";"))
                end++;
            read_column(schema, text, i + 2, end);
        }
    }
}

static struct sql_text text;

static void read_schema(struct schema *schema) {
    *schema = (struct schema){0};
    for (size_t i = 0; i < db_migration_count; i++) {
        assert_true(sql_text_of(&text, db_migrations[i].sql));
        read_migration(schema, &text);
    }
}

/* ---- The tests ---- */

static void test_rules_can_fail(void **state) {
    (void)state;
    static struct schema schema;
    read_schema(&schema);
    for (size_t r = 0; r < ARRAY_LEN(rules); r++) {
        assert_true(sql_text_of(&text, rules[r].bad));
        const struct rule *broken = first_broken(&text, &schema, NULL);
        if (broken != &rules[r])
            fail_msg("%s: the bad example breaks %s", rules[r].name,
                     broken != NULL ? broken->name : "nothing");
        assert_true(sql_text_of(&text, rules[r].good));
        broken = first_broken(&text, &schema, NULL);
        if (broken != NULL) fail_msg("%s: the good example breaks %s", rules[r].name, broken->name);
    }
}

static void test_statements(void **state) {
    (void)state;
    static struct schema schema;
    read_schema(&schema);
    size_t broken_count = 0, count = 0;
    for (const struct db_statement *s = db_statement_first(); s != NULL; s = s->next, count++) {
        assert_true(sql_text_of(&text, s->sql));
        assert_true(strlen(s->name) < 63); /* PostgreSQL cuts the names of statements */
        const struct rule *broken = first_broken(&text, &schema, s->name);
        if (broken == NULL) continue;
        broken_count++;
        fprintf(stderr, "%s breaks \"%s\": %s\n  %s\n", s->name, broken->name, broken->why, s->sql);
    }
    assert_int_equal(broken_count, 0);
    assert_true(count > 300);
}

/* An exception for a statement that is no more hides the next one of that name. */
static void test_exceptions_are_needed(void **state) {
    (void)state;
    static struct schema schema;
    read_schema(&schema);
    for (size_t r = 0; r < ARRAY_LEN(rules); r++) {
        size_t wanted = 0, found = 0;
        for (const char *c = rules[r].except; c != NULL && *c != '\0'; c++)
            wanted += c == rules[r].except || c[-1] == ' ';
        for (const struct db_statement *s = db_statement_first(); s != NULL && wanted > 0; s = s->next) {
            if (!sql_among(s->name, rules[r].except)) continue;
            bool broken = false;
            assert_true(sql_text_of(&text, s->sql));
            for (size_t i = 0; i < text.count; i++)
                broken = broken || rules[r].broken(&text, i, &schema);
            found += broken;
        }
        if (found != wanted) fail_msg("%s: %zu exceptions, %zu needed", rules[r].name, wanted, found);
    }
}

static void test_migrations(void **state) {
    (void)state;
    static struct schema schema;
    read_schema(&schema);
    assert_true(schema.serial_count > 15);
    assert_true(is_nullable(&schema, "PARENT_ID"));
    assert_false(is_nullable(&schema, "ID"));
    for (size_t m = 0; m < db_migration_count; m++) {
        assert_true(sql_text_of(&text, db_migrations[m].sql));
        for (size_t i = 0; i < text.count; i++)
            if (sql_among(sql_at(&text, i),
                          "INTEGER AUTOINCREMENT STRICT WITHOUT BYTEA BIGINT IDENTITY PRAGMA BEGIN COMMIT"))
                fail_msg("%s: %s is a word of one engine or of the store", db_migrations[m].name,
                         sql_at(&text, i));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules_can_fail),
        cmocka_unit_test(test_statements),
        cmocka_unit_test(test_exceptions_are_needed),
        cmocka_unit_test(test_migrations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
