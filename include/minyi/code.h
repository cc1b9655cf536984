/* QR codes on prints and in photos of them. Pure.
 */
#ifndef MINYI_CODE_H
#define MINYI_CODE_H

#include "minyi/arena.h"
#include "minyi/base.h"

struct code {
    int side;                     /* modules, without the quiet zone */
    const unsigned char *modules; /* side × side, 1 is dark */
};

/* The code of TEXT (error correction M). REQUIRED when it is empty, TOO_LONG over 300 bytes. Modules in
 * ARENA. */
int code_encode(struct arena *arena, const char *text, struct code *ret) MUST_CHECK;

/* The texts of all QR codes in a picture (jpeg, png, webp), at most 8, in ARENA. A picture without codes
 * yields *ret_count 0. Errors as image_probe(); INVALID: damaged. */
int code_decode(struct arena *arena, const void *data, size_t size, const char *ret_texts[8],
                size_t *ret_count) MUST_CHECK;

#endif
