/* The codes on prints: written, read back, and never guessed. */
#include "../../src/features/paper/internal.h"
#include "fixture.h"

static const char *const site = "https://minyi.example";

static void test_every_kind_comes_back(void **state) {
    (void)state;
    struct arena *arena = arena_new(65536);
    static const int64_t ids[] = {1, 12, 380, INT64_C(999999999999999999)};
    char seen[PAPER_KIND_END] = {0};
    for (enum paper_kind kind = 0; kind < PAPER_KIND_END; kind++)
        for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
            enum paper_kind found = PAPER_KIND_END;
            int64_t id = 0;
            const char *code = code_of(arena, kind, ids[i]);
            assert_true(code_parse(code, &found, &id));
            assert_int_equal(found, kind);
            assert_int_equal(id, ids[i]);
            for (enum paper_kind other = 0; other < kind; other++)
                assert_int_not_equal(seen[other], code[0]);
            seen[kind] = code[0];
        }
    arena_free(arena);
}

/* What is printed stays readable: the letter, the number and the checksum are a promise. */
static void test_codes_of_old_prints(void **state) {
    (void)state;
    struct arena *arena = arena_new(4096);
    assert_string_equal(code_of(arena, PAPER_KIND_ISSUE, 12), "i12-87e7300e");
    assert_string_equal(code_of(arena, PAPER_KIND_REVIEW, 7), "v7-a515a105");
    arena_free(arena);
}

static bool reads(const char *code) {
    enum paper_kind kind = PAPER_KIND_END;
    int64_t id = ABSENT;
    bool good = code_parse(code, &kind, &id);
    if (!good) {
        assert_int_equal(kind, PAPER_KIND_END);
        assert_true(id == ABSENT);
    }
    return good;
}

static void test_every_changed_character_is_refused(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    const char *code = code_of(arena, PAPER_KIND_ISSUE, 1207);
    for (size_t at = 0; code[at]; at++)
        for (char c = ' '; c < 127; c++) {
            char *changed = arena_strdup(arena, code);
            changed[at] = c;
            assert_int_equal(reads(changed), c == code[at]);
        }
    for (size_t len = 0; len < strlen(code); len++)
        assert_false(reads(arena_memdup(arena, code, len)));
    assert_false(reads(arena_printf(arena, "%s0", code)));
    assert_false(reads(arena_printf(arena, "%s ", code)));
    arena_free(arena);
}

static void test_odd_numbers_are_refused(void **state) {
    (void)state;
    static const char *const odd[] = {"",
                                      "i",
                                      "i-",
                                      "i0-00000000",
                                      "i012-00000000",
                                      "i-1-00",
                                      "1i-000",
                                      "x12-3ba1c1b9",
                                      "i9223372036854775808-00000000",
                                      "i99999999999999999999999999999999-00000000"};
    for (size_t i = 0; i < ARRAY_LEN(odd); i++)
        assert_false(reads(odd[i]));
}

static void test_only_our_own_address(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 16);
    enum paper_kind kind = PAPER_KIND_END;
    int64_t id = 0;
    const char *code = code_of(arena, PAPER_KIND_REPORT, 5);
    assert_true(code_of_address(site, arena_printf(arena, "%s/q/%s", site, code), &kind, &id));
    assert_int_equal(kind, PAPER_KIND_REPORT);
    assert_int_equal(id, 5);
    assert_false(code_of_address(site, code, &kind, &id));
    assert_false(code_of_address(site, arena_printf(arena, "https://other.example/q/%s", code), &kind, &id));
    assert_false(code_of_address(site, arena_printf(arena, "%s.other/q/%s", site, code), &kind, &id));
    assert_false(code_of_address(site, arena_printf(arena, "%s/q/%s/", site, code), &kind, &id));
    assert_false(code_of_address(site, arena_printf(arena, "%s/q/%s?a", site, code), &kind, &id));
    assert_false(code_of_address(site, arena_printf(arena, "%s/reports/5", site), &kind, &id));
    assert_false(code_of_address(NULL, arena_printf(arena, "/q/%s", code), &kind, &id));
    assert_false(code_of_address("", arena_printf(arena, "/q/%s", code), &kind, &id));
    arena_free(arena);
}

static void test_the_address_on_a_print(void **state) {
    (void)state;
    struct arena *arena = arena_new(65536);
    struct ctx ctx = {.arena = arena, .public_url = "http://127.0.0.1:9999", .site_url = site};
    enum paper_kind kind = PAPER_KIND_END;
    int64_t id = 0;
    const char *url = paper_code_url(&ctx, PAPER_KIND_URGING, 77);
    assert_memory_equal(url, "https://minyi.example/q/u77-", 28);
    assert_true(code_of_address(site, url, &kind, &id));
    assert_int_equal(kind, PAPER_KIND_URGING);
    assert_int_equal(id, 77);
    arena_free(arena);
}

int main(void) {
    if (hash_init() != 0) return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_comes_back),
        cmocka_unit_test(test_codes_of_old_prints),
        cmocka_unit_test(test_every_changed_character_is_refused),
        cmocka_unit_test(test_odd_numbers_are_refused),
        cmocka_unit_test(test_only_our_own_address),
        cmocka_unit_test(test_the_address_on_a_print),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
