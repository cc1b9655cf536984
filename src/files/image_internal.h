/* Shared by the files that read pictures. */
#ifndef MINYI_FILES_IMAGE_INTERNAL_H
#define MINYI_FILES_IMAGE_INTERNAL_H

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "minyi/image.h"

enum image_format { IMAGE_NONE, IMAGE_JPEG, IMAGE_PNG, IMAGE_WEBP };

/* What the head says and what decoding would cost. */
struct image_head {
    enum image_format format;
    const char *mime;
    uint32_t width, height;
    int64_t coefficients; /* JPEG: bytes held while decoding; 0: row by row */
    int scans;            /* JPEG */
    bool cut_off;         /* JPEG, WebP: its end is missing */
    bool animated;
};

/* Reads the head; format IMAGE_NONE when it is none of the three or cannot be made out. */
void image_read_head(const void *data, size_t size, struct image_head *ret);

/* 0, NOT_ACCEPTABLE_TYPE or TOO_LARGE. */
int image_judge(const struct image_head *head) MUST_CHECK;

/* Decoded, at most MAX_SIDE px a side, upright, possibly transparent: the caller unrefs it. Errors as
 * image_to_jpeg(). */
int image_decode(const void *data, size_t size, int max_side, GdkPixbuf **ret) MUST_CHECK;

/* For CLEANUP. */
void image_unref(GdkPixbuf **pixbuf);

#endif
