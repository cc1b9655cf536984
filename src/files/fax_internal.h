/* Shared by the files that read fax pictures. */
#ifndef MINYI_FILES_FAX_INTERNAL_H
#define MINYI_FILES_FAX_INTERNAL_H

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "minyi/fax.h"

/* ---- fax_codes.c ---- */

enum fax_table { FAX_WHITE, FAX_BLACK, FAX_MODE, FAX_TABLES };
enum { FAX_RUNS = 104, FAX_CODE_BITS = 13 };

/* The codes as digits. Of FAX_WHITE and FAX_BLACK: runs of 0 … 63, then of 64, 128 … 2560 px. Of FAX_MODE:
 * the change stands 3 px left of the one above … 3 px right of it, then FAX_HORIZONTAL and FAX_PASS. */
extern const char *const fax_codes[FAX_TABLES][FAX_RUNS];
enum { FAX_VERTICAL = 3 /* right above */, FAX_HORIZONTAL = 7, FAX_PASS = 8 };

struct fax_code {
    unsigned short value; /* length of the run, or place in the table of modes */
    unsigned char bits;   /* 0: no code begins like this */
};

/* The code that the NEXT FAX_CODE_BITS bits begin with. */
struct fax_code fax_look(enum fax_table table, unsigned next);

/* ---- fax.c ---- */

/* The picture, black as coded on white, at most MAX_SIDE px a side: the caller unrefs it. Read up to the
 * first damage, white below. *RET_NEGATIVE: more than half of what was read is black. INVALID: no row can be
 * read; TOO_LARGE. */
int fax_decode(const void *data, size_t size, const struct fax_form *form, int max_side, GdkPixbuf **ret,
               bool *ret_negative) MUST_CHECK;

#endif
