/* What the files of the codes share. */
#ifndef MINYI_FILES_CODE_INTERNAL_H
#define MINYI_FILES_CODE_INTERNAL_H

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "minyi/code.h"

enum { CODE_TEXT_MAX = 300 /* bytes */, CODE_FOUND_MAX = 8 };

/* The texts of the codes in a grey picture (a byte a pixel, 255 is white), in ARENA: any bytes but NUL, at
 * most CODE_TEXT_MAX. Returns their number; 0 also when the search takes too long or no process can be made.
 */
size_t code_scan(struct arena *arena, const unsigned char *grey, unsigned width, unsigned height,
                 const char *ret[CODE_FOUND_MAX]);

/* The texts of all codes in a picture, which are valid UTF-8 without control characters and each there once,
 * behind the *COUNT that TEXTS holds already. In ARENA. */
void code_scan_picture(struct arena *arena, GdkPixbuf *picture, const char *texts[CODE_FOUND_MAX],
                       size_t *count);

#endif
