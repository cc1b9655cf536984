/* PDFs as office scanners write them, made for tests: each page is one JPEG. */
#ifndef TESTS_PDF_TESTING_H
#define TESTS_PDF_TESTING_H

#include <cairo-pdf.h>
#include <cairo.h>
#include <stdlib.h>

#include "minyi/buf.h"
#include "minyi/code.h"
#include "minyi/image.h"

static inline cairo_status_t pdf_keep(void *closure, const unsigned char *data, unsigned int length) {
    buf_add(closure, data, length);
    return CAIRO_STATUS_SUCCESS;
}

/* A sheet of paper with the code of TEXT on it, as PNG; an empty one for NULL. */
static inline void sheet_of(const char *text, struct buf *ret) {
    enum { MODULE = 6, EDGE = 40, EMPTY = 30 };
    struct arena *arena = arena_new(1 << 20);
    struct code code = {.side = EMPTY};
    if (text != NULL && code_encode(arena, text, &code) != 0) abort();
    int side = code.side * MODULE + 2 * EDGE;
    cairo_surface_t *sheet = cairo_image_surface_create(CAIRO_FORMAT_RGB24, side, side);
    cairo_t *pen = cairo_create(sheet);
    cairo_set_source_rgb(pen, 0.93, 0.92, 0.9);
    cairo_paint(pen);
    cairo_set_source_rgb(pen, 0.1, 0.1, 0.12);
    for (int y = 0; text != NULL && y < code.side; y++)
        for (int x = 0; x < code.side; x++)
            if (code.modules[y * code.side + x])
                cairo_rectangle(pen, EDGE + x * MODULE, EDGE + y * MODULE, MODULE, MODULE);
    cairo_fill(pen);
    cairo_destroy(pen);
    if (cairo_surface_write_to_png_stream(sheet, pdf_keep, ret) != CAIRO_STATUS_SUCCESS) abort();
    cairo_surface_destroy(sheet);
    arena_free(arena);
}

static inline void jpeg_of(const char *text, struct buf *ret, int *ret_side) {
    struct buf png CLEANUP(buf_free) = BUF(4 << 20);
    int height = 0;
    sheet_of(text, &png);
    if (image_to_jpeg(png.data, png.len, 4000, ret, ret_side, &height) != 0) abort();
}

/* A page for each of the COUNT texts. */
static inline void scanned_pdf(const char *const *texts, size_t count, struct buf *ret) {
    cairo_surface_t *pdf = cairo_pdf_surface_create_for_stream(pdf_keep, ret, 595, 842);
    cairo_t *pen = cairo_create(pdf);
    for (size_t i = 0; i < count; i++) {
        struct buf jpeg CLEANUP(buf_free) = BUF(4 << 20);
        int side = 0;
        jpeg_of(texts[i], &jpeg, &side);
        unsigned char *kept = malloc(jpeg.len);
        if (kept == NULL) abort();
        memcpy(kept, jpeg.data, jpeg.len);
        cairo_surface_t *page = cairo_image_surface_create(CAIRO_FORMAT_RGB24, side, side);
        cairo_surface_set_mime_data(page, CAIRO_MIME_TYPE_JPEG, kept, jpeg.len, free, kept);
        cairo_set_source_surface(pen, page, 0, 0);
        cairo_paint(pen);
        cairo_show_page(pen);
        cairo_surface_destroy(page);
    }
    cairo_destroy(pen);
    cairo_surface_finish(pdf);
    if (cairo_surface_status(pdf) != CAIRO_STATUS_SUCCESS) abort();
    cairo_surface_destroy(pdf);
}

#endif
