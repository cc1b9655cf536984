/* What papers do without a store: the text's list of enclosures, small photos held for a while.
 */
#include "fixture.h"

#include "../../src/features/paper/internal.h"

static void enclosures_are_listed_apart(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1024 * 1024);
    static const struct {
        const char *text, *body, *enclosures;
    } cases[] = {
        {"建议一。\n附件：1. 分布表\n2. 测算", "情况。\n建议一。\n", "1. 分布表\n2. 测算"},
        {"建议一。\n　　附件：分布表", "情况。\n建议一。\n", "分布表"},
        {"附件：分布表\n建议一。", "情况。\n附件：分布表\n建议一。", NULL},
        {"建议一。", "情况。\n建议一。", NULL},
        {"建议一。\n附件：\n1、分布表\n\n2．测算\n", "情况。\n建议一。\n", "\n1、分布表\n\n2．测算\n"},
        /* What goes on otherwise is text, and an empty list is none. */
        {"附件：分布表\n1. 由省民政厅牵头。\n2. 试点。",
         "情况。\n附件：分布表\n1. 由省民政厅牵头。\n2. 试点。", NULL},
        {"附件：1. 分布表\n1. 由省民政厅牵头。", "情况。\n附件：1. 分布表\n1. 由省民政厅牵头。", NULL},
        {"附件：1. 分布表\n2026年3月8日", "情况。\n附件：1. 分布表\n2026年3月8日", NULL},
        {"建议一。\n附件：　", "情况。\n建议一。\n附件：　", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *const elements[] = {"情况。", NULL, "", cases[i].text, ""};
        const char *body = NULL, *enclosures = NULL;
        body_of(arena, elements, ARRAY_LEN(elements), &body, &enclosures);
        assert_string_equal(body, cases[i].body);
        if (cases[i].enclosures == NULL)
            assert_null(enclosures);
        else
            assert_string_equal(enclosures, cases[i].enclosures);
    }
}

/* A list in the middle of an issue takes nothing of the parts below it. */
static void enclosures_end_the_last_element(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1024 * 1024);
    const char *const elements[] = {"附件：1. 现场照片", "2. 原因一", "3. 建议一"};
    const char *body = NULL, *enclosures = NULL;
    body_of(arena, elements, ARRAY_LEN(elements), &body, &enclosures);
    assert_string_equal(body, "附件：1. 现场照片\n2. 原因一\n3. 建议一");
    assert_null(enclosures);
    const char *const none[] = {NULL, ""};
    body_of(arena, none, ARRAY_LEN(none), &body, &enclosures);
    assert_string_equal(body, "");
    assert_null(enclosures);
}

static void small_photos_are_held_for_a_while(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(256 * 1024 * 1024);
    size_t size = 1024 * 1024;
    char *bytes = arena_alloc(arena, size), first[HASH_HEX_SIZE], hash[HASH_HEX_SIZE];
    struct paper_photo photo;
    for (int i = 0; i < 140; i++) { /* more than there is room for */
        memcpy(bytes, &i, sizeof(i));
        hash_hex(bytes, size, hash);
        if (i == 0) memcpy(first, hash, sizeof(first));
        photo_cache_put(hash, &(struct paper_photo){.jpeg = bytes, .size = size, .width = i, .height = 2});
        assert_true(photo_cache_get(arena, hash, &photo));
        assert_memory_equal(photo.jpeg, bytes, size);
        assert_int_equal(photo.width, i);
        /* What is used again and again stays. */
        if (i < 70) assert_true(photo_cache_get(arena, first, &photo));
    }
    assert_false(photo_cache_get(arena, first, &photo));
    hash_hex("x", 1, hash);
    assert_false(photo_cache_get(arena, hash, &photo));
    photo_cache_put(hash, &(struct paper_photo){0}); /* one that cannot be read */
    assert_true(photo_cache_get(arena, hash, &photo));
    assert_null(photo.jpeg);
    hash_hex("y", 1, hash);
    photo_cache_put(hash, &(struct paper_photo){.jpeg = bytes, .size = 17 * size}); /* too large to hold */
    assert_false(photo_cache_get(arena, hash, &photo));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(enclosures_are_listed_apart),
        cmocka_unit_test(enclosures_end_the_last_element),
        cmocka_unit_test(small_photos_are_held_for_a_while),
    };
    return hash_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
