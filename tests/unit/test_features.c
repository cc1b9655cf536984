/* All route tables together: complete, without doubles, and accepted by the gate. */
#include "fixture.h"

#include "minyi/config.h"
#include "minyi/features.h"

static void test_the_gate_accepts_the_tables(void **state) {
    struct fixture *f = *state;
    struct config config;
    config_defaults(&config);
    struct api *api = NULL;
    const char *why = NULL;
    const struct api_options options = {.db = f->db,
                                        .config = &config,
                                        .tables = feature_tables,
                                        .sessions = {account_session_load, account_session_touch}};
    int error = api_new(&options, f->arena, &api, &why);
    if (error != 0) fprintf(stderr, "%s\n", why);
    assert_int_equal(error, 0);
    api_free(api);
}

static void check_doc(const struct record *record) {
    assert_non_null(record->doc);
    for (size_t i = 0; i < record->count; i++)
        assert_non_null(record->fields[i].doc);
}

static void test_every_row_says_what_it_is(void **state) {
    (void)state;
    for (const struct route_table *const *table = feature_tables; *table != NULL; table++) {
        assert_non_null((*table)->title);
        for (size_t i = 0; i < (*table)->count; i++) {
            const struct route *route = &(*table)->routes[i];
            assert_non_null(route->scope);
            assert_non_null(route->summary);
            if (route->in != NULL) check_doc(route->in);
            if (route->out != NULL) check_doc(route->out);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_gate_accepts_the_tables, fixture_setup, fixture_teardown),
        cmocka_unit_test(test_every_row_says_what_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
