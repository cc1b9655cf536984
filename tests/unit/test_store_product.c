/* The product's own migrations and every statement of every feature: what each start does. */
#include "store_testing.h"

static void test_product(void **state) {
    struct store_test *t = *state;
    const struct db_options options = {.url = t->url, .create = true, .migrate = true};
    int error = db_open(&options, t->arena, &t->db, &t->why);
    if (error != 0) fprintf(stderr, "%s\n", t->why);
    assert_int_equal(error, 0);
    assert_int_equal(db_version(t->db), db_migration_count);
    store_test_close(t);
    for (size_t i = 0; i < db_migration_count; i++)
        assert_int_equal(db_migrations[i].version, i + 1);
    if (!engine_is_postgres()) assert_int_equal(db_verify_file(t->arena, t->path, &t->why), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_product, store_test_setup_closed, store_test_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
