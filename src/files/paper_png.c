/* One page as a picture: the same layout and strokes as the PDF's, and nothing of the other pages. */
#include <gdk-pixbuf/gdk-pixbuf.h>

#include "minyi/err.h"
#include "paper_internal.h"

/* Cairo wants pixels in its own order. */
static cairo_surface_t *surface_of(const GdkPixbuf *pixels) {
    int width = gdk_pixbuf_get_width(pixels), height = gdk_pixbuf_get_height(pixels);
    int channels = gdk_pixbuf_get_n_channels(pixels), from_stride = gdk_pixbuf_get_rowstride(pixels);
    const guchar *from = gdk_pixbuf_read_pixels(pixels);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    unsigned char *to = cairo_image_surface_get_data(surface);
    int to_stride = cairo_image_surface_get_stride(surface);
    for (int y = 0; to && y < height; y++) {
        uint32_t *line = (uint32_t *)(void *)(to + (ptrdiff_t)y * to_stride);
        const guchar *pixel = from + (ptrdiff_t)y * from_stride;
        for (int x = 0; x < width; x++, pixel += channels)
            line[x] = (uint32_t)pixel[0] << 16 | (uint32_t)pixel[1] << 8 | pixel[2];
    }
    cairo_surface_mark_dirty(surface);
    return surface;
}

cairo_surface_t *paper_photo_pixels(const struct paper_photo *photo) {
    GdkPixbufLoader *loader = gdk_pixbuf_loader_new_with_mime_type("image/jpeg", NULL);
    if (!loader) return NULL;
    gboolean read = gdk_pixbuf_loader_write(loader, photo->jpeg, photo->size, NULL);
    read = gdk_pixbuf_loader_close(loader, NULL) && read;
    GdkPixbuf *pixels = read ? gdk_pixbuf_loader_get_pixbuf(loader) : NULL;
    cairo_surface_t *surface = pixels ? surface_of(pixels) : NULL;
    g_object_unref(loader);
    return surface;
}

static int draw(struct paper_layout *layout, int page, int width, struct buf *buf) {
    const struct paper_measures *measures = &layout->paper->measures;
    int height = (int)((int64_t)width * measures->page_height / measures->page_width);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    cairo_t *cr = cairo_create(surface);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    double scale = width / PAPER_PT(measures->page_width);
    cairo_scale(cr, scale, scale);
    paper_draw_page(layout, page, cr);
    cairo_status_t status = cairo_status(cr);
    cairo_destroy(cr);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_write_to_png_stream(surface, paper_write_bytes, buf);
    cairo_surface_destroy(surface);
    if (buf_failed(buf)) return ERR_TOO_LARGE;
    return status == CAIRO_STATUS_SUCCESS ? 0 : ERR_INTERNAL;
}

int paper_png(struct arena *arena, const struct paper *paper, int page, int width, struct buf *ret_png,
              struct paper_outcome *ret) {
    struct paper_layout layout CLEANUP(paper_layout_end);
    int result = paper_layout_begin(&layout, arena, paper);
    *ret = layout.outcome;
    if (result == 0 && (page < 1 || page > layout.outcome.pages || width < PAPER_PNG_WIDTH_MIN ||
                        width > PAPER_PNG_WIDTH_MAX))
        result = ERR_OUT_OF_RANGE;
    if (result == 0) result = draw(&layout, page, width, ret_png);
    if (result < 0) buf_free(ret_png);
    *ret = layout.outcome;
    return result;
}
