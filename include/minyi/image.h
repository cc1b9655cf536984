/* Pictures that users sent: looked at with a budget, made small for paper. Pure; safe on any thread.
 *
 * The budget is decided from the head before anything is decoded: at most 65,500 px a side, and what decoding
 * would take. PNG and WebP: 80 million pixels. JPEG is made small while it is decoded, so 400 million are
 * fine (20,000 × 20,000); when it is progressive all of it is held, so 256 MB of coefficients.
 */
#ifndef MINYI_IMAGE_H
#define MINYI_IMAGE_H

#include "minyi/arena.h"
#include "minyi/base.h"
#include "minyi/buf.h"

struct image_info {
    int width, height; /* px, as stored, before turning upright */
};

/* Reads only the head. NOT_ACCEPTABLE_TYPE: no picture that can be read; TOO_LARGE: over the budget. */
int image_probe(const void *data, size_t size, struct image_info *ret) MUST_CHECK;

/* Why image_probe() refuses these bytes, as a Chinese sentence with the numbers, in ARENA; NULL when it does
 * not. */
const char *image_flaw(struct arena *arena, const void *data, size_t size);

/* A JPEG of at most MAX_SIDE px a side, upright (EXIF), on white, without metadata (place, camera). The same
 * input gives the same bytes. Baseline, RGB. Memory is bounded by the budget of image_probe(), pictures over
 * 16 million pixels are decoded one after the other. Errors as image_probe(); INVALID: damaged or cut off;
 * TOO_LARGE also: RET_JPEG's ceiling; UNAVAILABLE: memory ran out over a picture that is sound, which
 * another attempt may come through with. On failure RET_JPEG is empty. */
int image_to_jpeg(const void *data, size_t size, int max_side, struct buf *ret_jpeg, int *ret_width,
                  int *ret_height) MUST_CHECK;

#endif
