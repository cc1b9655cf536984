/* Arena: memory with one lifetime, most often one request.
 *
 * Everything allocated lives until arena_free() or arena_reset(). Nothing is freed singly. All
 * pointers are aligned for any type and zero-filled. malloc failure aborts: the limits that users
 * meet are those of the gate (body size, row counts), not memory.
 *
 * An arena has a ceiling in bytes. Going over it does not fail the allocation; it marks the arena,
 * and the gate answers `too_large` instead of the reply. Past four times the ceiling it is our own
 * bug and the program aborts.
 */
#ifndef MINYI_ARENA_H
#define MINYI_ARENA_H

#include <stdarg.h>

#include "minyi/base.h"

struct arena;

/* A new arena; ceiling in bytes, at least 4096. Never NULL. Owner: the caller. */
struct arena *arena_new(size_t ceiling);

/* Frees all memory; NULL is accepted. Returns NULL, so `a = arena_free(a)` leaves no dangling pointer. */
struct arena *arena_free(struct arena *arena);

/* For CLEANUP(arena_cleanup). */
void arena_cleanup(struct arena **arena);

/* Forgets everything allocated, keeping the first block for the next use. */
void arena_reset(struct arena *arena);

/* SIZE zeroed bytes (SIZE 0 yields a valid unique pointer). */
void *arena_alloc(struct arena *arena, size_t size);

/* COUNT zeroed elements of SIZE bytes; aborts when the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* A copy of LEN bytes followed by NUL. */
char *arena_memdup(struct arena *arena, const void *data, size_t len);

/* A copy of a string; NULL stays NULL. */
char *arena_strdup(struct arena *arena, const char *text);

char *arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
char *arena_vprintf(struct arena *arena, const char *format, va_list args) PRINTF_LIKE(2, 0);

/* Bytes handed out since the last reset; true once that is over the ceiling. */
size_t arena_used(const struct arena *arena);
bool arena_over(const struct arena *arena);

#define ARENA_NEW(ARENA, TYPE) ((TYPE *)arena_alloc((ARENA), sizeof(TYPE)))

#endif
