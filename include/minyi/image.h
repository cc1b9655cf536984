/* Pictures that users sent: looked at with a budget, made small for paper. Pure.
 */
#ifndef MINYI_IMAGE_H
#define MINYI_IMAGE_H

#include "minyi/base.h"
#include "minyi/buf.h"

struct image_info {
    int width, height; /* px, as stored, before turning upright */
    const char *mime;  /* image/jpeg, image/png, image/webp */
};

/* Reads only the head. NOT_ACCEPTABLE_TYPE: no picture that can be read; TOO_LARGE: over the budget of
 * pixels. */
int image_probe(const void *data, size_t size, struct image_info *ret) MUST_CHECK;

/* A JPEG of at most MAX_SIDE px a side, upright (EXIF), on white, without metadata (place, camera). The same
 * input gives the same bytes. Memory is bounded by the budget of image_probe(). INVALID: damaged. */
int image_to_jpeg(const void *data, size_t size, int max_side, struct buf *ret_jpeg, int *ret_width,
                  int *ret_height) MUST_CHECK;

#endif
