/* What the fuzz targets share: bytes taken apart into numbers and texts. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdlib.h>
#include <string.h>

#include "minyi/arena.h"
#include "minyi/utf8.h"

/* Ends the run: a promise of a header is broken. */
#define PROMISE(WHAT)                              \
    do {                                           \
        if (!(WHAT)) fuzz_broken(#WHAT, __LINE__); \
    } while (0)
NORETURN void fuzz_broken(const char *what, int line);

struct fuzz {
    const uint8_t *data;
    size_t left;
};

static inline unsigned fuzz_byte(struct fuzz *fuzz) {
    if (fuzz->left == 0) return 0;
    fuzz->left--;
    return *fuzz->data++;
}

/* What the headers ask of texts: valid UTF-8 without NUL. Anything else becomes '?'. */
static inline char *fuzz_utf8(struct arena *arena, const uint8_t *data, size_t len) {
    char *text = arena_memdup(arena, data, len);
    uint32_t code = 0;
    for (size_t at = 0; at < len;) {
        size_t step = utf8_next(text + at, len - at, &code);
        if (step == 0 || code == 0) text[at] = '?';
        at += step > 0 ? step : 1;
    }
    return text;
}

/* A text up to the next byte END, or all that is left. */
static inline char *fuzz_text(struct fuzz *fuzz, struct arena *arena, char end) {
    const uint8_t *stop = fuzz->left > 0 ? memchr(fuzz->data, end, fuzz->left) : NULL;
    size_t len = stop != NULL ? (size_t)(stop - fuzz->data) : fuzz->left;
    char *text = fuzz_utf8(arena, fuzz->data, len);
    size_t used = stop != NULL ? len + 1 : len;
    fuzz->data += used;
    fuzz->left -= used;
    return text;
}

/* PAPER as PDF, Word and text: each is whole, or refused. */
struct paper;
void fuzz_print(const struct paper *paper, bool pdf);
void fuzz_start(void);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
