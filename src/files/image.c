/* Decoding pictures with gdk-pixbuf, and writing them as small JPEGs.
 *
 * 1. Only the decoder of the format that the content showed is used, never one that gdk-pixbuf would guess.
 * 2. The decoder may not be larger than the head said: otherwise it is stopped before it allocates.
 * 3. Of a PNG the decoder gets only the chunks that make the picture. Compressed text chunks would be
 *    inflated and kept, eight megabytes each, as many as the file holds.
 * 4. A picture is whole or refused. The decoder is content with a part of one, and leaves in the rest what
 *    happened to be in the memory.
 * 5. Pictures over BIG_PIXELS are decoded one after the other, so that memory does not grow with the number
 *    of workers.
 */
#include "minyi/image.h"

#include <pthread.h>
#include <string.h>

#include "image_internal.h"
#include "mime_internal.h"
#include "minyi/err.h"

enum { BIG_PIXELS = 16 * 1000 * 1000, PNG_HEAD = 8, PNG_CHUNK = 12, QUALITY_SIZE = 4 };
static pthread_mutex_t big = PTHREAD_MUTEX_INITIALIZER;

struct decoding {
    const struct image_head *head;
    int max_side;
    bool refused;
    int height, rows; /* of what the decoder makes, and how far it came */
};

void image_unref(GdkPixbuf **pixbuf) {
    if (*pixbuf != NULL) g_object_unref(*pixbuf);
    *pixbuf = NULL;
}

/* A side of the picture when its longer side becomes at most MAX_SIDE. */
static int scaled(int side, int longer, int max_side) {
    if (longer <= max_side) return side;
    int result = (int)(((int64_t)side * max_side + longer / 2) / longer);
    return result > 0 ? result : 1;
}

/* JPEG is halved while it is decoded, up to three times, as long as it stays large enough. */
static void on_size(GdkPixbufLoader *loader, gint width, gint height, gpointer data) {
    struct decoding *decoding = data;
    int longer = width > height ? width : height, divisor = 1;
    if (width != (int)decoding->head->width || height != (int)decoding->head->height) {
        decoding->refused = true;
        gdk_pixbuf_loader_set_size(loader, 0, 0);
        return;
    }
    while (decoding->head->format == IMAGE_JPEG && divisor < 8 &&
           longer / (2 * divisor) >= decoding->max_side)
        divisor *= 2;
    decoding->height = (height + divisor - 1) / divisor;
    if (divisor > 1) gdk_pixbuf_loader_set_size(loader, (width + divisor - 1) / divisor, decoding->height);
}

static void on_rows(GdkPixbufLoader *loader, gint x, gint y, gint width, gint height, gpointer data) {
    struct decoding *decoding = data;
    (void)loader, (void)x, (void)width;
    if (y + height > decoding->rows) decoding->rows = y + height;
}

static bool makes_the_picture(struct bytes b, size_t at) {
    static const char names[][5] = {"IHDR", "PLTE", "tRNS", "IDAT", "IEND"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (has_at(b, at + 4, names[i], 4)) return true;
    return false;
}

static bool feed_png(GdkPixbufLoader *loader, struct bytes b, GError **error) {
    bool ended = false, fine = gdk_pixbuf_loader_write(loader, b.data, PNG_HEAD, error);
    for (size_t at = PNG_HEAD; fine && at + PNG_CHUNK <= b.size;) {
        size_t len = PNG_CHUNK + (size_t)be32(b, at);
        if (len > b.size - at) len = b.size - at; /* cut off: the decoder will say so */
        ended = ended || has_at(b, at + 4, "IEND", 4);
        if (makes_the_picture(b, at)) fine = gdk_pixbuf_loader_write(loader, b.data + at, len, error);
        at += len;
    }
    return fine && ended;
}

/* PICTURE, which is given up, at most MAX_SIDE px a side and turned as the camera was held; or NULL: there is
 * no memory for it. */
static GdkPixbuf *finish(GdkPixbuf *picture, int max_side) {
    int width = gdk_pixbuf_get_width(picture), height = gdk_pixbuf_get_height(picture);
    int longer = width > height ? width : height;
    if (longer > max_side) {
        GdkPixbuf *small = gdk_pixbuf_scale_simple(picture, scaled(width, longer, max_side),
                                                   scaled(height, longer, max_side), GDK_INTERP_BILINEAR);
        if (small != NULL) gdk_pixbuf_copy_options(picture, small);
        g_object_unref(picture);
        picture = small;
    }
    GdkPixbuf *upright = picture != NULL ? gdk_pixbuf_apply_embedded_orientation(picture) : NULL;
    if (picture != NULL) g_object_unref(picture);
    return upright;
}

/* gdk-pixbuf says so itself of its pictures; of what libpng, zlib and libwebp lack it only quotes them. */
static bool wants_memory(const GError *error) {
    return error != NULL &&
           (g_error_matches(error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_INSUFFICIENT_MEMORY) ||
            strcasestr(error->message, "memory") != NULL || strstr(error->message, "allocate") != NULL);
}

static int decode(struct bytes b, const struct image_head *head, int max_side, GdkPixbuf **ret) {
    struct decoding decoding = {.head = head, .max_side = max_side};
    GdkPixbufLoader *loader = gdk_pixbuf_loader_new_with_mime_type(head->mime, NULL);
    if (loader == NULL) return ERR_NOT_ACCEPTABLE_TYPE;
    g_signal_connect(loader, "size-prepared", G_CALLBACK(on_size), &decoding);
    g_signal_connect(loader, "area-updated", G_CALLBACK(on_rows), &decoding);
    GError *error = NULL;
    bool fine = head->format == IMAGE_PNG ? feed_png(loader, b, &error)
                                          : gdk_pixbuf_loader_write(loader, b.data, b.size, &error);
    fine = gdk_pixbuf_loader_close(loader, error == NULL ? &error : NULL) && fine && !decoding.refused;
    fine = fine && decoding.rows >= decoding.height;
    bool short_of_memory = !decoding.refused && wants_memory(error);
    g_clear_error(&error);
    GdkPixbuf *decoded = fine ? gdk_pixbuf_loader_get_pixbuf(loader) : NULL;
    GdkPixbuf *finished = decoded != NULL ? finish(g_object_ref(decoded), max_side) : NULL;
    g_object_unref(loader);
    if (finished == NULL) return short_of_memory || decoded != NULL ? ERR_UNAVAILABLE : ERR_INVALID;
    *ret = finished;
    return 0;
}

int image_decode(const void *data, size_t size, int max_side, GdkPixbuf **ret) {
    struct image_head head;
    image_read_head(data, size, &head);
    int error = image_judge(&head);
    if (error != 0) return error;
    if (head.cut_off) return ERR_INVALID;
    bool is_big = (int64_t)head.width * head.height > BIG_PIXELS;
    if (is_big) pthread_mutex_lock(&big);
    error = decode((struct bytes){data, size}, &head, max_side, ret);
    if (is_big) pthread_mutex_unlock(&big);
    return error;
}

/* The picture without transparency: white shows through, as on paper. */
static GdkPixbuf *on_white(GdkPixbuf *picture) {
    int width = gdk_pixbuf_get_width(picture), height = gdk_pixbuf_get_height(picture);
    if (!gdk_pixbuf_get_has_alpha(picture)) return g_object_ref(picture);
    GdkPixbuf *paper = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, width, height);
    if (paper == NULL) return NULL;
    gdk_pixbuf_fill(paper, 0xFFFFFFFF);
    gdk_pixbuf_composite(picture, paper, 0, 0, width, height, 0, 0, 1, 1, GDK_INTERP_NEAREST, 255);
    return paper;
}

static gboolean add_bytes(const gchar *bytes, gsize count, GError **error, gpointer data) {
    struct buf *buf = data;
    (void)error;
    buf_add(buf, bytes, count);
    return TRUE;
}

static bool write_jpeg(GdkPixbuf *picture, struct buf *ret_jpeg) {
    char key[] = "quality", value[QUALITY_SIZE] = "88";
    char *keys[] = {key, NULL}, *values[] = {value, NULL};
    return gdk_pixbuf_save_to_callbackv(picture, add_bytes, ret_jpeg, "jpeg", keys, values, NULL);
}

int image_to_jpeg(const void *data, size_t size, int max_side, struct buf *ret_jpeg, int *ret_width,
                  int *ret_height) {
    GdkPixbuf *picture CLEANUP(image_unref) = NULL;
    int error = image_decode(data, size, max_side, &picture);
    if (error != 0) return error;
    GdkPixbuf *paper CLEANUP(image_unref) = on_white(picture);
    if (paper == NULL || !write_jpeg(paper, ret_jpeg) || buf_failed(ret_jpeg)) {
        error = buf_failed(ret_jpeg) ? ERR_TOO_LARGE : ERR_UNAVAILABLE;
        buf_clear(ret_jpeg);
        return error;
    }
    *ret_width = gdk_pixbuf_get_width(paper);
    *ret_height = gdk_pixbuf_get_height(paper);
    return 0;
}
