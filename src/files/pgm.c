/* See pgm_internal.h. Nothing is allocated before the head has said a size within bounds. */
#include "pgm_internal.h"

#include <string.h>

static bool read_word(struct child *from, const char *word) {
    char there[8];
    size_t len = strlen(word);
    return child_read(from, there, len) == len && memcmp(there, word, len) == 0;
}

/* A number from 1 to MAX, with END behind it; 0: something else. */
static int read_number(struct child *from, char end, int max) {
    int number = 0;
    char c;
    while (child_read(from, &c, 1) == 1 && c >= '0' && c <= '9' && number <= max)
        number = number * 10 + (c - '0');
    return c == end && number <= max ? number : 0;
}

/* A row of one byte a pixel becomes one of three, from its end on: there is room for both. */
static void spread(guchar *row, size_t width) {
    for (size_t x = width; x-- > 0;)
        row[3 * x] = row[3 * x + 1] = row[3 * x + 2] = row[x];
}

GdkPixbuf *pgm_read(struct child *from, int max_side) {
    int width = 0, height = 0;
    if (!read_word(from, "P5\n") || (width = read_number(from, ' ', max_side)) == 0 ||
        (height = read_number(from, '\n', max_side)) == 0 || !read_word(from, "255\n"))
        return NULL;
    GdkPixbuf *picture = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, width, height);
    for (int y = 0; picture != NULL && y < height; y++) {
        guchar *row = gdk_pixbuf_get_pixels(picture) + (size_t)y * (size_t)gdk_pixbuf_get_rowstride(picture);
        if (child_read(from, row, (size_t)width) == (size_t)width)
            spread(row, (size_t)width);
        else
            g_clear_object(&picture);
    }
    return picture;
}
