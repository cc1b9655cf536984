/* Arena: blocks of memory with one lifetime (see arena.h).
 *
 * Invariants:
 * 1. `blocks` is a list whose last element is the first block ever made, which lives in the same
 *    allocation as the arena itself; new allocations come from the head or from a block put before it.
 * 2. `used` counts what was handed out, rounded up to the alignment, never the unused tails of blocks.
 * 3. Under AddressSanitizer every byte that is not handed out is poisoned, and a gap follows each piece,
 *    so that an overrun or a use after arena_reset() is reported.
 */
#include "minyi/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif

#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
/* Not inlined: gcc takes the runtime's const parameter for a read and calls fresh bytes uninitialized. */
__attribute__((noinline)) static void poison(unsigned char *bytes, size_t len) {
    __asan_poison_memory_region(bytes, len);
}
static void unpoison(unsigned char *bytes, size_t len) {
    __asan_unpoison_memory_region(bytes, len);
}
enum { GAP = 16 };
#else
static void poison(unsigned char *bytes UNUSED, size_t len UNUSED) {}
static void unpoison(unsigned char *bytes UNUSED, size_t len UNUSED) {}
enum { GAP = 0 };
#endif

enum {
    ALIGNMENT = _Alignof(max_align_t),
    FIRST_BLOCK = 4096,
    LARGEST_BLOCK = 256 * 1024, /* growth doubles up to here; larger pieces get a block of their own */
    LOWEST_CEILING = 4096,
};

struct block {
    _Alignas(ALIGNMENT) struct block *next;
    size_t capacity; /* bytes of `data` */
    size_t taken;
    _Alignas(ALIGNMENT) unsigned char data[];
};

struct arena {
    struct block *blocks;
    size_t ceiling;
    size_t used;
    size_t next_capacity; /* of the next block */
    _Alignas(ALIGNMENT) struct block first;
};

NORETURN static void die(const char *what, size_t size) {
    fprintf(stderr, "minyi: arena: %s (%zu bytes)\n", what, size);
    abort();
}

static size_t round_up(size_t size) {
    return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

struct arena *arena_new(size_t ceiling) {
    struct arena *arena = malloc(sizeof(*arena) + FIRST_BLOCK);
    if (!arena) die("out of memory", sizeof(*arena) + FIRST_BLOCK);
    arena->ceiling = ceiling < LOWEST_CEILING ? LOWEST_CEILING : ceiling;
    arena->used = 0;
    arena->next_capacity = 2 * FIRST_BLOCK;
    arena->first.next = NULL;
    arena->first.capacity = FIRST_BLOCK;
    arena->first.taken = 0;
    arena->blocks = &arena->first;
    poison(arena->first.data, FIRST_BLOCK);
    return arena;
}

static void free_later_blocks(struct arena *arena) {
    while (arena->blocks != &arena->first) {
        struct block *next = arena->blocks->next;
        unpoison(arena->blocks->data, arena->blocks->capacity);
        free(arena->blocks);
        arena->blocks = next;
    }
}

struct arena *arena_free(struct arena *arena) {
    if (!arena) return NULL;
    free_later_blocks(arena);
    unpoison(arena->first.data, arena->first.capacity);
    free(arena);
    return NULL;
}

void arena_cleanup(struct arena **arena) {
    *arena = arena_free(*arena);
}

void arena_reset(struct arena *arena) {
    free_later_blocks(arena);
    arena->first.taken = 0;
    arena->used = 0;
    arena->next_capacity = 2 * FIRST_BLOCK;
    poison(arena->first.data, arena->first.capacity);
}

static struct block *new_block(size_t capacity) {
    struct block *block = malloc(sizeof(*block) + capacity);
    if (!block) die("out of memory", capacity);
    block->next = NULL;
    block->capacity = capacity;
    block->taken = 0;
    poison(block->data, capacity);
    return block;
}

/* A block with room for SIZE bytes. A large piece is put behind the head, so that the rest of the head
 * is not wasted; behind the head means before the first block only when the head is another one. */
static struct block *block_for(struct arena *arena, size_t size) {
    struct block *head = arena->blocks;
    if (head->capacity - head->taken >= size) return head;
    if (size > arena->next_capacity / 2 && head != &arena->first) {
        struct block *own = new_block(size);
        own->next = head->next;
        head->next = own;
        return own;
    }
    struct block *block = new_block(size > arena->next_capacity ? size : arena->next_capacity);
    if (arena->next_capacity < LARGEST_BLOCK) arena->next_capacity *= 2;
    block->next = head;
    arena->blocks = block;
    return block;
}

/* SIZE bytes that hold anything. */
static void *take(struct arena *arena, size_t size) {
    if (size > SIZE_MAX / 8) die("absurd size", size);
    size_t rounded = round_up(size ? size : 1);
    size_t used = arena->used + rounded;
    if (used / 4 > arena->ceiling) die("four times over the ceiling", used);
    struct block *block = block_for(arena, rounded + GAP);
    unsigned char *piece = block->data + block->taken;
    block->taken += rounded + GAP;
    arena->used = used;
    unpoison(piece, size);
    return piece;
}

void *arena_alloc(struct arena *arena, size_t size) {
    return memset(take(arena, size), 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) die("size overflow", count);
    return arena_alloc(arena, total);
}

char *arena_memdup(struct arena *arena, const void *data, size_t len) {
    if (len == SIZE_MAX) die("absurd size", len);
    char *copy = take(arena, len + 1);
    if (len) memcpy(copy, data, len);
    copy[len] = '\0';
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text) {
    return text ? arena_memdup(arena, text, strlen(text)) : NULL;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len < 0) die("bad format", 0);
    char *text = arena_alloc(arena, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, args);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

size_t arena_used(const struct arena *arena) {
    return arena->used;
}

bool arena_over(const struct arena *arena) {
    return arena->used > arena->ceiling;
}
