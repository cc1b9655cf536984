/* Grey pictures as a child writes them, one behind the other: PGM of 8 bits (netpbm's pgm(5), "P5"). */
#ifndef MINYI_FILES_PGM_INTERNAL_H
#define MINYI_FILES_PGM_INTERNAL_H

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "child_internal.h"

/* The next picture, at most MAX_SIDE px a side, for the caller to unref; NULL: there is none, it is cut off,
 * larger, or anything but what pdftoppm writes, or there is no memory for it. Then nothing that follows is
 * to be read. */
GdkPixbuf *pgm_read(struct child *from, int max_side);

#endif
