/* QR codes on prints and in photos of them. Pure.
 */
#ifndef MINYI_CODE_H
#define MINYI_CODE_H

#include "minyi/arena.h"
#include "minyi/base.h"
#include "minyi/fax.h"

struct code {
    int side;                     /* modules, without the quiet zone */
    const unsigned char *modules; /* side × side, 1 is dark */
};

/* The code of TEXT (error correction M). REQUIRED when it is empty, TOO_LONG over 300 bytes. Modules in
 * ARENA. UNAVAILABLE: there was no memory for it. */
int code_encode(struct arena *arena, const char *text, struct code *ret) MUST_CHECK;

/* The texts of all QR codes in a picture (jpeg, png, webp), at most 8, in ARENA. A picture without codes
 * yields *ret_count 0, and so does one that cannot be searched in a few seconds of computing: the search runs
 * in a child process with a limit (code_scan.c). Errors as image_probe(); INVALID: damaged; UNAVAILABLE: there
 * was no memory for it. */
int code_decode(struct arena *arena, const void *data, size_t size, const char *ret_texts[8],
                size_t *ret_count) MUST_CHECK;

/* The same of a fax picture, black on white or white on black. It may be cut off or damaged: what stands
 * above is read. Errors as fax_judge(); INVALID also: not even its first row can be read. */
int code_decode_fax(struct arena *arena, const struct fax_form *form, const void *data, size_t size,
                    const char *ret_texts[8], size_t *ret_count) MUST_CHECK;

#endif
