/* Arena: alignment, zero-filling, growth, ceiling, reset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "minyi/arena.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define IS_POISONED(P) __asan_address_is_poisoned(P)
#else
#define IS_POISONED(P) ((void)(P), 1)
#endif

static void pieces_are_aligned_zeroed_and_apart(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 20);
    unsigned char *before = NULL;
    size_t before_size = 0;
    for (size_t size = 0; size < 600; size++) {
        unsigned char *piece = arena_alloc(arena, size);
        assert_non_null(piece);
        assert_int_equal((uintptr_t)piece % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(piece[i], 0);
        memset(piece, 0xA5, size);
        for (size_t i = 0; i < before_size; i++)
            assert_int_equal(before[i], 0xA5);
        before = piece;
        before_size = size;
    }
}

static void empty_pieces_are_unique(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(4096);
    assert_ptr_not_equal(arena_alloc(arena, 0), arena_alloc(arena, 0));
}

static void large_pieces_do_not_disturb_small_ones(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(8 << 20);
    char *kept[64];
    for (int i = 0; i < 64; i++) {
        kept[i] = arena_printf(arena, "piece %d", i);
        memset(arena_alloc(arena, (size_t)i * 3000), 'x', (size_t)i * 3000);
    }
    for (int i = 0; i < 64; i++)
        assert_string_equal(kept[i], arena_printf(arena, "piece %d", i));
}

static void reset_forgets_and_zeroes_again(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 20);
    unsigned char *first = arena_alloc(arena, 100);
    memset(first, 0xFF, 100);
    arena_alloc(arena, 200000);
    arena_reset(arena);
    assert_int_equal(arena_used(arena), 0);
    assert_true(IS_POISONED(first));
    unsigned char *again = arena_alloc(arena, 100);
    assert_ptr_equal(again, first); /* the first block is used again */
    for (int i = 0; i < 100; i++)
        assert_int_equal(again[i], 0);
}

static void overruns_are_poisoned_under_asan(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(4096);
    char *piece = arena_alloc(arena, 13);
    arena_alloc(arena, 13);
    assert_true(IS_POISONED(piece + 13));
}

static void ceiling_marks_but_does_not_fail(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(4096);
    arena_alloc(arena, 4096);
    assert_int_equal(arena_used(arena), 4096);
    assert_false(arena_over(arena));
    assert_non_null(arena_alloc(arena, 1));
    assert_true(arena_over(arena));
    arena_reset(arena);
    assert_false(arena_over(arena));
}

static void tiny_ceilings_are_raised(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(0);
    arena_alloc(arena, 4000);
    assert_false(arena_over(arena));
}

/* Runs FN in a child and tells whether it aborted. */
static bool aborts(void (*fn)(void)) {
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr)) _exit(2);
        signal(SIGABRT, SIG_DFL);
        fn();
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void go_far_over(void) {
    struct arena *arena = arena_new(4096);
    for (int i = 0; i < 5; i++)
        arena_alloc(arena, 4096);
}
static void stay_below_four_times(void) {
    struct arena *arena = arena_new(4096);
    for (int i = 0; i < 4; i++)
        arena_alloc(arena, 4096);
    arena_free(arena);
}
static void overflow_product(void) {
    volatile size_t many = SIZE_MAX / 2;
    arena_array(arena_new(4096), many, 3);
}
static void ask_absurd(void) {
    volatile size_t absurd = SIZE_MAX - 3;
    arena_alloc(arena_new(SIZE_MAX), absurd);
}

static void our_own_bugs_abort(void **state) {
    (void)state;
    assert_true(aborts(go_far_over));
    assert_false(aborts(stay_below_four_times));
    assert_true(aborts(overflow_product));
    assert_true(aborts(ask_absurd));
}

static void copies_are_ended_by_nul(void **state) {
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(1 << 20);
    assert_null(arena_strdup(arena, NULL));
    assert_string_equal(arena_strdup(arena, ""), "");
    assert_string_equal(arena_strdup(arena, "民意"), "民意");
    assert_memory_equal(arena_memdup(arena, "a\0b", 3), "a\0b\0", 4);
    assert_string_equal(arena_memdup(arena, NULL, 0), "");
    char *copy = arena_printf(arena, "%05000d", 7);
    assert_int_equal(strlen(copy), 5000);
    int64_t *numbers = arena_array(arena, 1000, sizeof(int64_t));
    for (int i = 0; i < 1000; i++)
        assert_int_equal(numbers[i], 0);
}

static void free_accepts_null(void **state) {
    (void)state;
    assert_null(arena_free(NULL));
    assert_null(arena_free(arena_new(4096)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_aligned_zeroed_and_apart),
        cmocka_unit_test(empty_pieces_are_unique),
        cmocka_unit_test(large_pieces_do_not_disturb_small_ones),
        cmocka_unit_test(reset_forgets_and_zeroes_again),
        cmocka_unit_test(overruns_are_poisoned_under_asan),
        cmocka_unit_test(ceiling_marks_but_does_not_fail),
        cmocka_unit_test(tiny_ceilings_are_raised),
        cmocka_unit_test(our_own_bugs_abort),
        cmocka_unit_test(copies_are_ended_by_nul),
        cmocka_unit_test(free_accepts_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
