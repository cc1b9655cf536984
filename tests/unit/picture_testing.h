/* Pictures made for tests: noise, marks in the corners, files written by gdk-pixbuf. */
#ifndef TESTS_PICTURE_TESTING_H
#define TESTS_PICTURE_TESTING_H

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <stdlib.h>
#include <string.h>

struct file {
    char *bytes;
    size_t size;
};

static inline struct file file_of(GdkPixbuf *picture, const char *format) {
    gchar *bytes = NULL;
    gsize size = 0;
    if (!gdk_pixbuf_save_to_buffer(picture, &bytes, &size, format, NULL, NULL)) abort();
    return (struct file){bytes, size};
}

static inline void file_free(struct file *file) {
    g_free(file->bytes);
    *file = (struct file){NULL, 0};
}

static inline void put_pixel(GdkPixbuf *picture, int x, int y, unsigned char red, unsigned char green,
                             unsigned char blue) {
    guchar *pixel = gdk_pixbuf_get_pixels(picture) + y * gdk_pixbuf_get_rowstride(picture) +
                    x * gdk_pixbuf_get_n_channels(picture);
    pixel[0] = red;
    pixel[1] = green;
    pixel[2] = blue;
}

static inline const guchar *pixel_at(GdkPixbuf *picture, int x, int y) {
    return gdk_pixbuf_read_pixels(picture) + y * gdk_pixbuf_get_rowstride(picture) +
           x * gdk_pixbuf_get_n_channels(picture);
}

/* A grey picture whose upper left quarter is red. */
static inline GdkPixbuf *quarter_picture(int width, int height, bool alpha) {
    GdkPixbuf *picture = gdk_pixbuf_new(GDK_COLORSPACE_RGB, alpha, 8, width, height);
    gdk_pixbuf_fill(picture, 0x808080FF);
    for (int y = 0; y < height / 2; y++)
        for (int x = 0; x < width / 2; x++)
            put_pixel(picture, x, y, 255, 0, 0);
    return picture;
}

#endif
