/* QR codes: made by libqrencode, found in photos and in drawn pages (code_pdf.c).
 *
 * 1. The scanner sees a grey picture of bounded size. It wants some three dots a module, and a code of ours
 *    is as wide as a thumb on a page: first as the picture is, then enlarged when it is small (a page of 120
 *    dpi), then coarser, which lets codes be found that are large, blurred or noisy. Only QR codes are looked
 *    for.
 * 2. What a code says is a stranger's text: only valid UTF-8 without control characters is handed on.
 */
#include <qrencode.h>
#include <string.h>

#include "code_internal.h"
#include "image_internal.h"
#include "minyi/err.h"
#include "minyi/utf8.h"

enum { FINE_SIDE = 4000, LARGE_SIDE = 3600, COARSE_SIDE = 1800, COARSEST_SIDE = 900, PAPER = 255 };

int code_encode(struct arena *arena, const char *text, struct code *ret) {
    size_t len = strlen(text);
    if (len > CODE_TEXT_MAX) return ERR_TOO_LONG;
    QRcode *made = len > 0 ? QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) : NULL;
    if (made == NULL) return len > 0 ? ERR_UNAVAILABLE : ERR_REQUIRED;
    size_t count = (size_t)made->width * (size_t)made->width;
    unsigned char *modules = (unsigned char *)arena_memdup(arena, made->data, count);
    for (size_t i = 0; i < count; i++)
        modules[i] &= 1;
    *ret = (struct code){.side = made->width, .modules = modules};
    QRcode_free(made);
    return 0;
}

/* The light of one pixel on white paper (Rec. 601). */
static unsigned char grey_of(const guchar *pixel, bool alpha) {
    int light = (299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2]) / 1000;
    if (alpha) light = PAPER - (PAPER - light) * pixel[3] / 255;
    return (unsigned char)light;
}

static unsigned char *grey_picture(GdkPixbuf *picture) {
    size_t width = (size_t)gdk_pixbuf_get_width(picture), height = (size_t)gdk_pixbuf_get_height(picture);
    size_t stride = (size_t)gdk_pixbuf_get_rowstride(picture);
    size_t channels = (size_t)gdk_pixbuf_get_n_channels(picture);
    const guchar *pixels = gdk_pixbuf_read_pixels(picture);
    unsigned char *grey = g_malloc(width * height);
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++)
            grey[y * width + x] = grey_of(pixels + y * stride + x * channels, channels == 4);
    return grey;
}

static bool is_known(const char *const *texts, size_t count, const char *text) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(texts[i], text) == 0) return true;
    return false;
}

static void scan(struct arena *arena, GdkPixbuf *picture, const char *texts[CODE_FOUND_MAX], size_t *count) {
    const char *found[CODE_FOUND_MAX];
    unsigned char *grey = grey_picture(picture);
    size_t number = code_scan(arena, grey, (unsigned)gdk_pixbuf_get_width(picture),
                              (unsigned)gdk_pixbuf_get_height(picture), found);
    g_free(grey);
    for (size_t i = 0; i < number && *count < CODE_FOUND_MAX; i++)
        if (utf8_check(found[i], strlen(found[i]), true) == UTF8_FINE && !is_known(texts, *count, found[i]))
            texts[(*count)++] = found[i];
}

static void scan_at(struct arena *arena, GdkPixbuf *picture, int longer, const char *texts[CODE_FOUND_MAX],
                    size_t *count) {
    int width = gdk_pixbuf_get_width(picture), height = gdk_pixbuf_get_height(picture);
    int side = width > height ? width : height;
    int to_width = width * longer / side, to_height = height * longer / side;
    GdkPixbuf *scaled CLEANUP(image_unref) = gdk_pixbuf_scale_simple(
        picture, to_width > 0 ? to_width : 1, to_height > 0 ? to_height : 1, GDK_INTERP_BILINEAR);
    if (scaled != NULL) scan(arena, scaled, texts, count);
}

void code_scan_picture(struct arena *arena, GdkPixbuf *picture, const char *texts[CODE_FOUND_MAX],
                       size_t *count) {
    int width = gdk_pixbuf_get_width(picture), height = gdk_pixbuf_get_height(picture);
    int longer = width > height ? width : height;
    scan(arena, picture, texts, count);
    if (*count == 0 && longer < LARGE_SIDE * 2 / 3)
        scan_at(arena, picture, longer * 4 < LARGE_SIDE ? longer * 4 : LARGE_SIDE, texts, count);
    if (*count == 0 && longer > COARSE_SIDE) scan_at(arena, picture, COARSE_SIDE, texts, count);
    if (*count == 0 && longer > COARSEST_SIDE) scan_at(arena, picture, COARSEST_SIDE, texts, count);
}

int code_decode(struct arena *arena, const void *data, size_t size, const char *ret_texts[8],
                size_t *ret_count) {
    GdkPixbuf *picture CLEANUP(image_unref) = NULL;
    int error = image_decode(data, size, FINE_SIDE, &picture);
    if (error != 0) return error;
    *ret_count = 0;
    code_scan_picture(arena, picture, ret_texts, ret_count);
    return 0;
}
