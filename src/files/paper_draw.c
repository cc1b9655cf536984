/* A laid-out page onto a surface of Cairo, in points.
 *
 * 1. The binding edge is left on odd pages, right on even ones.
 * 2. The same calls draw the PDF and the picture, so that they look alike. */
#include <string.h>

#include "minyi/code.h"
#include "paper_internal.h"

static void ink(cairo_t *cr, enum paper_color color) {
    cairo_set_source_rgb(cr, color == PAPER_RED ? 1 : 0, 0, 0);
}

static void draw_glyphs(cairo_t *cr, const struct paper_item *item) {
    ink(cr, item->color);
    cairo_set_scaled_font(cr, pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(item->font)));
    cairo_show_text_glyphs(cr, item->text, item->bytes, item->glyphs, item->glyph_count, item->clusters,
                           item->cluster_count, 0);
}

static void draw_unknown(cairo_t *cr, const struct paper_item *item) {
    ink(cr, item->color);
    PangoGlyphString string = {.num_glyphs = item->glyph_count, .glyphs = item->unknown};
    cairo_move_to(cr, 0, 0);
    pango_cairo_show_glyph_string(cr, item->font, &string);
}

static void draw_rule(cairo_t *cr, const struct paper_item *item) {
    ink(cr, item->color);
    cairo_rectangle(cr, 0, 0, PAPER_PT(item->width), PAPER_PT(item->height));
    cairo_fill(cr);
}

/* The photo's own bytes in the PDF; its pixels in a picture. */
static cairo_surface_t *photo_surface(cairo_t *cr, const struct paper_photo *photo) {
    bool pdf = cairo_surface_get_type(cairo_get_target(cr)) == CAIRO_SURFACE_TYPE_PDF;
    if (pdf) {
        cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1);
        cairo_surface_set_mime_data(surface, CAIRO_MIME_TYPE_JPEG, photo->jpeg, photo->size, NULL, NULL);
        return surface;
    }
    return paper_photo_pixels(photo);
}

static void draw_photo(cairo_t *cr, const struct paper_item *item) {
    cairo_surface_t *surface = photo_surface(cr, item->photo);
    if (!surface) { /* damaged: its place stays, with a frame */
        cairo_set_line_width(cr, 0.5);
        cairo_set_source_rgb(cr, 0.5, 0.5, 0.5);
        cairo_rectangle(cr, 0, 0, PAPER_PT(item->width), PAPER_PT(item->height));
        cairo_stroke(cr);
        return;
    }
    cairo_scale(cr, PAPER_PT(item->width) / cairo_image_surface_get_width(surface),
                PAPER_PT(item->height) / cairo_image_surface_get_height(surface));
    cairo_set_source_surface(cr, surface, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_GOOD);
    cairo_paint(cr);
    cairo_surface_destroy(surface);
}

static void draw_items(cairo_t *cr, const struct paper_row *row, double left, double top) {
    for (const struct paper_item *item = row->items; item; item = item->next) {
        cairo_save(cr);
        cairo_translate(cr, PAPER_PT(left + item->x), PAPER_PT(top + item->y));
        switch (item->kind) {
        case ITEM_GLYPHS:
            draw_glyphs(cr, item);
            break;
        case ITEM_UNKNOWN:
            draw_unknown(cr, item);
            break;
        case ITEM_RULE:
            draw_rule(cr, item);
            break;
        case ITEM_PHOTO:
            draw_photo(cr, item);
            break;
        }
        cairo_restore(cr);
    }
}

/* 页码 (GB/T 9704-2012, 7.5): "— 1 —", its dashes 7 mm below the 版心, odd right, even left, one character
 * from the edge. */
static void draw_folio(struct paper_layout *layout, int number, cairo_t *cr, double left) {
    const struct paper *paper = layout->paper;
    const struct paper_measures *measures = &paper->measures;
    const struct paper_style *style = &paper->styles[PAPER_FOLIO];
    struct paper_shape shape;
    char *text = arena_printf(layout->scratch, "— %d —", number);
    paper_shape(layout, text, PAPER_FOLIO, 0, PAPER_FOLIO, 1, &shape);
    double em = paper_em(paper, PAPER_FOLIO), size = PAPER_UM(style->size);
    double *x = arena_array(layout->scratch, shape.count + 1, sizeof *x);
    struct paper_line line = {.count = shape.count, .last = true};
    paper_place(shape.atoms, &line, em, measures->text_width, false, x);
    double inset = style->first_indent * em / 100;
    double start = number % 2 ? measures->text_width - inset - x[shape.count] : inset;
    PangoRectangle dash = {0};
    pango_font_get_glyph_extents(shape.runs[shape.atoms[0].run].font, shape.glyphs[0].glyph, &dash, NULL);
    double middle = PAPER_UM_OF_PANGO(dash.y + dash.height / 2.0);
    struct paper_row row = {.color = style->color};
    paper_set_line(layout, &shape, &line, x, start, measures->text_height + PAPER_FOLIO_BELOW - middle, size,
                   &row);
    draw_items(cr, &row, left, measures->top);
    arena_reset(layout->scratch);
}

/* The code in the top outer corner of page one. */
static void draw_code(struct paper_layout *layout, cairo_t *cr) {
    struct code code;
    if (code_encode(layout->scratch, layout->paper->code, &code) < 0 || code.side <= 0) return;
    double module = (double)PAPER_CODE_SIDE / (code.side + 2 * PAPER_CODE_QUIET);
    double left = layout->paper->measures.page_width - PAPER_CODE_EDGE - PAPER_CODE_SIDE,
           top = PAPER_CODE_EDGE;
    cairo_save(cr);
    cairo_set_source_rgb(cr, 0, 0, 0);
    for (int row = 0; row < code.side; row++)
        for (int column = 0; column < code.side; column++) {
            int run = 0;
            while (column + run < code.side && code.modules[row * code.side + column + run])
                run++;
            if (run == 0) continue;
            cairo_rectangle(cr, PAPER_PT(left + (column + PAPER_CODE_QUIET) * module),
                            PAPER_PT(top + (row + PAPER_CODE_QUIET) * module), PAPER_PT(run * module),
                            PAPER_PT(module));
            column += run;
        }
    cairo_fill(cr);
    cairo_restore(cr);
    arena_reset(layout->scratch);
}

cairo_status_t paper_write_bytes(void *closure, const unsigned char *data, unsigned length) {
    struct buf *buf = closure;
    buf_add(buf, data, length);
    return buf_failed(buf) ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

double paper_left_edge(const struct paper *paper, int number) {
    const struct paper_measures *measures = &paper->measures;
    return number % 2 ? measures->inner : measures->page_width - measures->inner - measures->text_width;
}

void paper_draw_page(struct paper_layout *layout, int number, cairo_t *cr) {
    const struct paper *paper = layout->paper;
    double left = paper_left_edge(paper, number);
    for (const struct paper_placed *placed = layout->pages[number - 1].first; placed; placed = placed->next)
        draw_items(cr, placed->row, left, paper->measures.top + placed->y);
    if (paper->folio) draw_folio(layout, number, cr, left);
    if (number == 1 && paper->code) draw_code(layout, cr);
}
