/* A line of placed atoms as glyphs that a page can show. See invariant 2 of paper_shape.c. */
#include <string.h>

#include "paper_internal.h"

/* Room between two atoms, in em, from which on readers of a PDF would take it for a blank. */
static const double seen_as_blank = 0.08;

struct paper_item *paper_item_add(struct paper_layout *layout, struct paper_row *row, PangoFont *font,
                                  enum paper_item_kind kind) {
    struct paper_item *item = ARENA_NEW(layout->arena, struct paper_item);
    item->kind = kind;
    item->font = font;
    if (row->last_item)
        row->last_item->next = item;
    else
        row->items = item;
    row->last_item = item;
    return item;
}

/* Natural width of the atom's glyphs, um. */
static double advance_of(const struct paper_shape *shape, const struct paper_atom *atom) {
    int sum = 0;
    for (uint32_t i = 0; i < atom->glyphs; i++)
        sum += shape->glyphs[atom->glyph + i].geometry.width;
    return PAPER_UM_OF_PANGO(sum);
}

static bool is_unknown(const struct paper_shape *shape, const struct paper_atom *atom) {
    for (uint32_t i = 0; i < atom->glyphs; i++) {
        PangoGlyph glyph = shape->glyphs[atom->glyph + i].glyph;
        if (glyph != PANGO_GLYPH_EMPTY && (glyph & PANGO_GLYPH_UNKNOWN_FLAG)) return true;
    }
    return false;
}

/* A box with the character's number, as Pango draws it. */
static void add_unknown(struct paper_layout *layout, struct paper_row *row, const struct paper_shape *shape,
                        const struct paper_atom *atom, double x, double baseline) {
    struct paper_item *item = paper_item_add(layout, row, shape->runs[atom->run].font, ITEM_UNKNOWN);
    item->x = x;
    item->y = baseline;
    item->unknown = arena_array(layout->arena, atom->glyphs, sizeof *item->unknown);
    memcpy(item->unknown, shape->glyphs + atom->glyph, atom->glyphs * sizeof *item->unknown);
    item->glyph_count = (int)atom->glyphs;
}

static void add_glyphs(const struct paper_shape *shape, const struct paper_atom *atom, double x,
                       struct paper_item *item) {
    x += (atom->width - advance_of(shape, atom)) / 2;
    double pen = PAPER_PT(x);
    for (uint32_t i = 0; i < atom->glyphs; i++) {
        const PangoGlyphInfo *glyph = &shape->glyphs[atom->glyph + i];
        if (glyph->glyph != PANGO_GLYPH_EMPTY)
            item->glyphs[item->glyph_count++] =
                (cairo_glyph_t){.index = glyph->glyph & ~PANGO_GLYPH_UNKNOWN_FLAG,
                                .x = pen + (double)glyph->geometry.x_offset / PANGO_SCALE,
                                .y = (double)glyph->geometry.y_offset / PANGO_SCALE};
        pen += (double)glyph->geometry.width / PANGO_SCALE;
    }
}

/* Atom I of the line, whose left edge is x[i], stands apart from the one before it. */
static bool stands_apart(const struct paper_atom *atoms, size_t i, const double *x, double size) {
    return atoms[i].class != ATOM_SPACE && atoms[i - 1].class != ATOM_SPACE &&
           x[i] - (x[i - 1] + atoms[i - 1].width) > size * seen_as_blank;
}

/* Atoms FROM … END of one font. */
static void add_stretch(struct paper_layout *layout, struct paper_row *row, const struct paper_shape *shape,
                        const struct paper_atom *atoms, size_t from, size_t end, const double *x, double left,
                        double baseline, double size) {
    size_t glyphs = 0, bytes = 0;
    for (size_t i = from; i < end; i++) {
        glyphs += atoms[i].glyphs;
        bytes += atoms[i].bytes;
    }
    struct paper_item *item = paper_item_add(layout, row, shape->runs[atoms[from].run].font, ITEM_GLYPHS);
    item->color = row->color;
    item->x = left;
    item->y = baseline;
    item->glyphs = arena_array(layout->arena, glyphs, sizeof *item->glyphs);
    item->clusters = arena_array(layout->arena, end - from, sizeof *item->clusters);
    char *text = arena_alloc(layout->arena, bytes + 1);
    for (size_t i = from; i < end; i++) {
        memcpy(text + item->bytes, shape->text + atoms[i].start, atoms[i].bytes);
        item->bytes += (int)atoms[i].bytes;
        int before = item->glyph_count;
        add_glyphs(shape, &atoms[i], x[i], item);
        if (i == from || !stands_apart(atoms, i, x, size)) item->cluster_count++;
        cairo_text_cluster_t *cluster = &item->clusters[item->cluster_count - 1];
        cluster->num_bytes += (int)atoms[i].bytes;
        cluster->num_glyphs += item->glyph_count - before;
    }
    item->text = text;
}

void paper_set_line(struct paper_layout *layout, const struct paper_shape *shape,
                    const struct paper_line *line, const double *x, double left, double baseline, double size,
                    struct paper_row *row) {
    const struct paper_atom *atoms = shape->atoms + line->first;
    for (size_t i = 0; i < line->count;) {
        if (is_unknown(shape, &atoms[i])) {
            add_unknown(layout, row, shape, &atoms[i], left + x[i], baseline);
            i++;
            continue;
        }
        size_t end = i + 1;
        while (end < line->count && shape->runs[atoms[end].run].font == shape->runs[atoms[i].run].font &&
               !is_unknown(shape, &atoms[end]))
            end++;
        add_stretch(layout, row, shape, atoms, i, end, x, left, baseline, size);
        i = end;
    }
}
