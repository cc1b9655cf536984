/* The pictures in a scanned PDF: an office scanner puts each page into the file as one JPEG, or as one fax
 * picture when it scans in black and white. Pure. */
#ifndef MINYI_PDF_PHOTOS_H
#define MINYI_PDF_PHOTOS_H

#include "minyi/base.h"
#include "minyi/fax.h"

enum { PDF_PHOTOS_MAX = 8 };

struct pdf_photo {
    const void *data; /* in the PDF's own bytes */
    size_t size;
    bool is_fax;         /* else a JPEG: what it holds is not looked at beyond its first two bytes */
    struct fax_form fax; /* sides from 1 to FAX_SIDE_MAX, not judged further */
};

/* The first pictures in the order of the file, which is that of its pages where a scanner wrote it. Those
 * that are packed in another way (JBIG2, JPEG 2000, Flate) are not found, in an encrypted file none are. */
size_t pdf_photos(const void *data, size_t size, struct pdf_photo ret[PDF_PHOTOS_MAX]);

#endif
