/* Rules of the PostgreSQL driver that need no server: which servers are admitted, what their answers mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/store/postgres.h"
#include "minyi/base.h"
#include "minyi/err.h"

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

static void test_what_answers_mean(void **state) {
    (void)state;
    static const struct {
        const char *state;
        int error;
        enum pg_failure failure;
        bool severe;
    } cases[] = {
        {"23505", ERR_ALREADY_EXISTS, PG_FAILURE_NONE, false},
        {"23503", ERR_CONFLICT, PG_FAILURE_NONE, false},
        {"23502", ERR_CONFLICT, PG_FAILURE_NONE, false},
        {"40001", ERR_STORE_BUSY, PG_FAILURE_AGAIN, true},
        {"40P01", ERR_STORE_BUSY, PG_FAILURE_AGAIN, true},
        {"57P01", ERR_STORE_UNREACHABLE, PG_FAILURE_LOST, true}, /* admin_shutdown */
        {"57P02", ERR_STORE_UNREACHABLE, PG_FAILURE_LOST, true}, /* crash_shutdown */
        {"25006", ERR_STORE_UNREACHABLE, PG_FAILURE_LOST, true}, /* became a standby */
        {"08006", ERR_STORE_UNREACHABLE, PG_FAILURE_LOST, true},
        {"53100", ERR_STORE_FULL, PG_FAILURE_NONE, true},
        {"XX001", ERR_STORE_CORRUPT, PG_FAILURE_NONE, true},
        {"42P01", ERR_STORE, PG_FAILURE_NONE, false}, /* our bug */
        {"", ERR_STORE_UNREACHABLE, PG_FAILURE_LOST, true},
        {NULL, ERR_STORE_UNREACHABLE, PG_FAILURE_LOST, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(pg_error_of(cases[i].state), cases[i].error);
        assert_int_equal(pg_failure_of(cases[i].state), cases[i].failure);
        assert_int_equal(pg_is_severe(cases[i].state), cases[i].severe);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_which_servers_are_admitted),
        cmocka_unit_test(test_what_answers_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
