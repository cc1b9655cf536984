/* Black and white pictures as fax machines and office scanners code them: ITU-T T.4 (Group 3) and T.6
 * (Group 4), the bytes alone as they stand in a PDF (ISO 32000-1, 7.4.6). minyi/code.h reads them. Pure. */
#ifndef MINYI_FAX_H
#define MINYI_FAX_H

#include "minyi/base.h"

enum { FAX_SIDE_MAX = 65500 };

/* What the bytes do not say themselves. */
struct fax_form {
    int k; /* < 0: Group 4; 0: Group 3, each row by itself; > 0: Group 3, where a bit before each row tells */
    int columns, rows; /* px */
    bool byte_align;   /* each row begins with a byte */
    bool end_of_line;  /* said that a code stands before each row; it may without */
};

/* Whether the picture stays within the budget: TOO_LARGE over 400 million pixels, as many as of a JPEG;
 * INVALID: no pixels, or a side over FAX_SIDE_MAX. Reads none of the picture, a few bytes may claim all. */
int fax_judge(const struct fax_form *form) MUST_CHECK;

#endif
