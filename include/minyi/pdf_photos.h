/* The photos in a scanned PDF: an office scanner puts each page into the file as one JPEG. Pure. */
#ifndef MINYI_PDF_PHOTOS_H
#define MINYI_PDF_PHOTOS_H

#include "minyi/base.h"

enum { PDF_PHOTOS_MAX = 8 };

struct pdf_photo {
    const void *jpeg; /* in the PDF's own bytes; what it holds is not looked at beyond its first two */
    size_t size;
};

/* The first JPEGs in the order of the file, which is that of its pages where a scanner wrote it. Pictures
 * that are packed in another way (black and white fax, JPEG 2000) are not found, in an encrypted file none
 * are. */
size_t pdf_photos(const void *data, size_t size, struct pdf_photo ret[PDF_PHOTOS_MAX]);

#endif
