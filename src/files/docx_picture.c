/* Pictures of a Word document: photos in the line of text, the QR code in the header of the first page.
 *
 * Photos go in as the JPEG they are; the code is drawn here as PNG, several pixels a module so that no reader
 * blurs it. */
#include <cairo.h>
#include <stdio.h>
#include <string.h>

#include "docx_internal.h"
#include "minyi/code.h"
#include "paper_internal.h"

enum {
    MODULE_PIXELS = 8,
    BELOW_PHOTO = 100, /* twips of its line that lie below a picture: the descent of the type */
};

static void add_drawing_shape(struct buf *out, int number, const char *relation, int64_t width,
                              int64_t height) {
    buf_addf(
        out,
        "<a:graphic><a:graphicData uri=\"" DOCX_PIC "\"><pic:pic><pic:nvPicPr><pic:cNvPr id=\"%d\" "
        "name=\"图片 %d\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed=\"%s\"/><a:stretch>"
        "<a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"%lld\" "
        "cy=\"%lld\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>"
        "</a:graphicData></a:graphic>",
        number, number, relation, (long long)width, (long long)height);
}

static void size_of(const struct docx *docx, const struct paper_photo *photo, int64_t *ret_width,
                    int64_t *ret_height) {
    const struct paper_measures *m = &docx->paper->measures;
    int64_t width = photo->width, height = photo->height,
            room = (int64_t)m->text_height * PAPER_PHOTO_SHARE / 100;
    int64_t w = width * 25400 / PAPER_PHOTO_DPI, h = height * 25400 / PAPER_PHOTO_DPI;
    if (w > m->text_width) w = m->text_width, h = m->text_width * height / width;
    if (h > room) w = room * width / height, h = room;
    *ret_width = w > 0 ? w : 1;
    *ret_height = h > 0 ? h : 1;
}

/* What stands above and below a picture so that it takes whole lines of the grid, twips. */
static int room_beside(const struct docx *docx, int64_t height) {
    int high = docx_twips(height),
        lines = (high + docx_twips(PAPER_PHOTO_ROOM) + docx->line - 1) / docx->line;
    int room = (lines * docx->line - high - BELOW_PHOTO) / 2;
    return room > 0 ? room : 0;
}

/* The number of its image part: a photo that stands in several places is one part. */
static int image_of(struct docx *docx, const struct paper_photo *photo) {
    for (int i = 0; i < docx->photo_count; i++)
        if (docx->photos[i]->jpeg == photo->jpeg && docx->photos[i]->size == photo->size) return i + 1;
    docx->photos[docx->photo_count++] = photo;
    return docx->photo_count;
}

void docx_photo(struct docx *docx, struct buf *out, const struct paper_photo *photo, bool page_break) {
    const char *caption = paper_printed(docx->arena, photo->caption, NULL);
    int64_t width, height;
    size_of(docx, photo, &width, &height);
    int beside = room_beside(docx, height);
    char relation[32];
    snprintf(relation, sizeof(relation), "rIdPhoto%d", image_of(docx, photo));
    int number = ++docx->drawings;
    buf_addf(
        out,
        "<w:p><w:pPr><w:pStyle w:val=\"picture\"/>%s%s<w:spacing w:before=\"%d\" w:after=\"%d\"/></w:pPr><w:r>"
        "<w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"%lld\" "
        "cy=\"%lld\"/><wp:docPr id=\"%d\" name=\"图片 %d\" descr=\"",
        *caption != '\0' ? "<w:keepNext/>" : "", page_break ? "<w:pageBreakBefore/>" : "", beside, beside,
        (long long)docx_emu(width), (long long)docx_emu(height), number, number);
    docx_escape(out, caption, strlen(caption));
    buf_adds(out,
             "\"/><wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect=\"1\"/></wp:cNvGraphicFramePr>");
    add_drawing_shape(out, number, relation, docx_emu(width), docx_emu(height));
    buf_adds(out, "</wp:inline></w:drawing></w:r></w:p>\n");
    if (*caption == '\0') return;
    buf_adds(out, "<w:p><w:pPr><w:pStyle w:val=\"caption\"/></w:pPr>");
    docx_runs(out, caption, strlen(caption), NULL);
    buf_adds(out, "</w:p>\n");
}

/* ---- the code ---- */

static void draw_modules(cairo_t *cairo, const struct code *code) {
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    cairo_set_source_rgb(cairo, 0, 0, 0);
    for (int y = 0; y < code->side; y++)
        for (int x = 0; x < code->side; x++)
            if (code->modules[y * code->side + x] & 1)
                cairo_rectangle(cairo, (x + PAPER_CODE_QUIET) * MODULE_PIXELS,
                                (y + PAPER_CODE_QUIET) * MODULE_PIXELS, MODULE_PIXELS, MODULE_PIXELS);
    cairo_fill(cairo);
}

bool docx_code_png(struct docx *docx, struct buf *out) {
    struct code code;
    if (docx->paper->code == NULL || code_encode(docx->arena, docx->paper->code, &code) != 0) return false;
    int side = (code.side + 2 * PAPER_CODE_QUIET) * MODULE_PIXELS;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, side, side);
    cairo_t *cairo = cairo_create(surface);
    draw_modules(cairo, &code);
    bool fine = cairo_surface_write_to_png_stream(surface, paper_write_bytes, out) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(cairo);
    cairo_surface_destroy(surface);
    return fine && !buf_failed(out);
}

/* Over the paper at X, Y from the page's corner, all in um; it takes no room in the header. */
void docx_code_drawing(struct buf *out, int64_t x, int64_t y, int64_t side) {
    buf_addf(
        out,
        "<w:drawing><wp:anchor distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\" simplePos=\"0\" "
        "relativeHeight=\"1\" behindDoc=\"0\" locked=\"0\" layoutInCell=\"1\" allowOverlap=\"1\"><wp:simplePos "
        "x=\"0\" y=\"0\"/><wp:positionH relativeFrom=\"page\"><wp:posOffset>%lld</wp:posOffset></wp:positionH>"
        "<wp:positionV relativeFrom=\"page\"><wp:posOffset>%lld</wp:posOffset></wp:positionV><wp:extent "
        "cx=\"%lld\" cy=\"%lld\"/><wp:wrapNone/><wp:docPr id=\"1000\" name=\"二维码\" "
        "descr=\"查询本件的二维码\"/><wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect=\"1\"/>"
        "</wp:cNvGraphicFramePr>",
        (long long)docx_emu(x), (long long)docx_emu(y), (long long)docx_emu(side), (long long)docx_emu(side));
    add_drawing_shape(out, 1000, "rId1", docx_emu(side), docx_emu(side));
    buf_adds(out, "</wp:anchor></w:drawing>");
}
