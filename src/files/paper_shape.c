/* Text into atoms: Pango chooses fonts and glyphs, the grid gives the widths; and lines of atoms into glyphs
 * that a page can show.
 *
 * 1. A Chinese character is as wide as the grid says (paper_em()), whatever the font; its glyph stands in the
 *    middle. Latin letters keep their proportions.
 * 2. The text of each glyph goes with it into the PDF: what is extracted is what was set. Neighbours with
 *    room between them share one cluster, so that readers of the PDF do not take the room for a blank.
 * 3. Letters that run from right to left stand in visual order within their run; the line runs from left to
 *    right always. */
#include <math.h>
#include <string.h>

#include "minyi/utf8.h"
#include "paper_internal.h"

/* 3号 (16 pt) is 1.3 % wider than the standard's cell, 小3号 (15 pt) 5.02 % narrower. */
double paper_em(const struct paper *paper, enum paper_style_id style) {
    double size = PAPER_UM(paper->styles[style].size);
    double cell = (double)paper->measures.text_width / paper->measures.characters;
    return fabs(size - cell) < cell * 0.05 ? cell : size;
}

double paper_line_height(const struct paper *paper, enum paper_style_id style) {
    int pitch = paper->styles[style].pitch;
    return pitch > 0 ? pitch : (double)paper->measures.text_height / paper->measures.lines;
}

/* What a shaping works on. */
struct work {
    struct paper_layout *layout;
    struct paper_shape *shape;
    const PangoLogAttr *attributes;
    double size, em;     /* of type, of the grid */
    enum font_role role; /* of the run */
    size_t glyphs, glyph_room;
};

static void hold(struct paper_layout *layout, PangoFont *font) {
    for (guint i = 0; i < layout->held->len; i++)
        if (g_ptr_array_index(layout->held, i) == font) return;
    g_ptr_array_add(layout->held, g_object_ref(font));
}

static void report_missing(struct paper_layout *layout, const char *text, size_t bytes) {
    struct list *missing = &layout->outcome.missing;
    const char **items = missing->items;
    for (size_t i = 0; i < missing->count; i++)
        if (strlen(items[i]) == bytes && memcmp(items[i], text, bytes) == 0) return;
    if (missing->count == PAPER_MISSING_MAX) return;
    if (!items) missing->items = items = arena_array(layout->given, PAPER_MISSING_MAX, sizeof *items);
    items[missing->count++] = arena_memdup(layout->given, text, bytes);
}

/* A private character that only a font nobody asked for has: what it shows there is anything but what was
 * meant. */
static bool is_strange(const struct paper_layout *layout, uint32_t code) {
    if (code < 0xE000 || (code > 0xF8FF && code < 0xF0000)) return false;
    for (int i = 0; i < FONT_ROLE_END; i++)
        if (font_has((enum font_role)i, layout->paper->families[i], code)) return false;
    return true;
}

/* The white that a full-width mark has within its box. */
static void find_room(struct paper_atom *atom, PangoFont *font, PangoGlyph glyph, double advance, double em) {
    PangoRectangle ink;
    pango_font_get_glyph_extents(font, glyph, &ink, NULL);
    double left = PAPER_UM_OF_PANGO(ink.x) - em * 0.09;
    double right = advance - PAPER_UM_OF_PANGO(ink.x + ink.width) - em * 0.09;
    if (atom->class == ATOM_OPEN && left > 0) atom->room_left = fmin(left, em / 2);
    if (atom->class == ATOM_CLOSE && right > 0) atom->room_right = fmin(right, em / 2);
}

static void measure(struct work *work, struct paper_atom *atom, PangoFont *font) {
    const PangoGlyphInfo *glyphs = work->shape->glyphs + atom->glyph;
    double advance = 0;
    bool missing = false;
    for (uint32_t i = 0; i < atom->glyphs; i++) {
        advance += PAPER_UM_OF_PANGO(glyphs[i].geometry.width);
        missing |= glyphs[i].glyph != PANGO_GLYPH_EMPTY && (glyphs[i].glyph & PANGO_GLYPH_UNKNOWN_FLAG);
    }
    double share = advance / work->size;
    atom->wide = atom->code >= 0x2000 ? share >= 0.75 : atom->code >= 0xA0 && share >= 0.95;
    atom->class = (unsigned char)paper_class_of(atom->code, atom->wide);
    atom->width = atom->wide ? fmax(1, round(share)) * work->em : advance * work->em / work->size;
    if (missing) atom->width = fmax(atom->width, advance);
    const char *text = work->shape->text + atom->start;
    if (missing || is_strange(work->layout, atom->code)) {
        report_missing(work->layout, text, atom->bytes);
        return;
    }
    paper_stand_in(work->layout, work->role, text, atom->code, font);
    if (atom->wide && atom->glyphs == 1) find_room(atom, font, glyphs[0].glyph, advance, work->em);
}

static void add_cluster(struct work *work, const PangoGlyphItemIter *iter, size_t characters) {
    struct paper_shape *shape = work->shape;
    struct paper_atom *atom = &shape->atoms[shape->count++];
    const PangoGlyphString *string = iter->glyph_item->glyphs;
    bool rightwards = iter->start_glyph < iter->end_glyph;
    int first = rightwards ? iter->start_glyph : iter->end_glyph + 1;
    int end = rightwards ? iter->end_glyph : iter->start_glyph + 1;
    atom->start = (uint32_t)iter->start_index;
    atom->bytes = (uint32_t)(iter->end_index - iter->start_index);
    utf8_next(shape->text + atom->start, atom->bytes, &atom->code);
    atom->run = (uint32_t)shape->run_count - 1;
    atom->glyph = (uint32_t)work->glyphs;
    atom->glyphs = (uint32_t)(end - first);
    atom->may_break = work->attributes[characters + (size_t)iter->start_char].is_line_break;
    memcpy(shape->glyphs + work->glyphs, string->glyphs + first, atom->glyphs * sizeof *shape->glyphs);
    work->glyphs += atom->glyphs;
    measure(work, atom, iter->glyph_item->item->analysis.font);
}

/* Invariant 3: the atoms from FIRST on stand the other way round. */
static void reverse(struct paper_shape *shape, size_t first) {
    for (size_t i = first, j = shape->count; i + 1 < j; i++) {
        j--;
        struct paper_atom atom = shape->atoms[i];
        shape->atoms[i] = shape->atoms[j];
        shape->atoms[j] = atom;
    }
    for (size_t i = first + 1; i < shape->count; i++)
        shape->atoms[i].may_break = shape->atoms[i - 1].class == ATOM_SPACE;
}

static void add_item(struct work *work, PangoItem *item, PangoGlyphString *string, size_t characters) {
    struct paper_shape *shape = work->shape;
    struct paper_layout *layout = work->layout;
    pango_shape_full(shape->text + item->offset, item->length, shape->text, -1, &item->analysis, string);
    size_t wanted = work->glyphs + (size_t)string->num_glyphs;
    if (wanted > work->glyph_room) {
        work->glyph_room = wanted * 2;
        PangoGlyphInfo *more = arena_array(layout->scratch, work->glyph_room, sizeof *more);
        if (work->glyphs) memcpy(more, shape->glyphs, work->glyphs * sizeof *more);
        shape->glyphs = more;
    }
    hold(layout, item->analysis.font);
    shape->runs[shape->run_count++].font = item->analysis.font;
    PangoGlyphItem glyph_item = {.item = item, .glyphs = string};
    PangoGlyphItemIter iter;
    size_t first = shape->count;
    for (gboolean more = pango_glyph_item_iter_init_start(&iter, &glyph_item, shape->text); more;
         more = pango_glyph_item_iter_next_cluster(&iter))
        add_cluster(work, &iter, characters);
    if (item->analysis.level % 2) reverse(shape, first);
}

static void add_face(struct paper_layout *layout, PangoAttrList *list, enum paper_style_id style,
                     double scale, size_t start, size_t end) {
    const struct paper_style *face = &layout->paper->styles[style];
    PangoFontDescription *wanted = pango_font_description_copy_static(layout->fonts[face->font]);
    pango_font_description_set_absolute_size(wanted, face->size / 100.0 * scale * PANGO_SCALE);
    PangoAttribute *attribute = pango_attr_font_desc_new(wanted);
    attribute->start_index = (guint)start;
    attribute->end_index = (guint)end;
    pango_attr_list_insert(list, attribute);
    pango_font_description_free(wanted);
}

void paper_shape(struct paper_layout *layout, const char *text, enum paper_style_id style, size_t lead,
                 enum paper_style_id lead_style, double scale, struct paper_shape *ret) {
    size_t bytes = strlen(text);
    *ret = (struct paper_shape){.text = text};
    if (bytes == 0) return;
    PangoContext *context = paper_faces_context(layout->faces);
    PangoAttrList *faces = pango_attr_list_new();
    if (lead > 0) add_face(layout, faces, lead_style, scale, 0, lead);
    add_face(layout, faces, style, scale, lead, bytes);
    GList *items = pango_itemize(context, text, 0, (int)bytes, faces, NULL);
    size_t characters = (size_t)g_utf8_strlen(text, (gssize)bytes);
    PangoLogAttr *attributes = arena_array(layout->scratch, characters + 1, sizeof *attributes);
    pango_get_log_attrs(text, (int)bytes, -1, pango_context_get_language(context), attributes,
                        (int)characters + 1);
    struct work work = {.layout = layout,
                        .shape = ret,
                        .attributes = attributes,
                        .size = PAPER_UM(layout->paper->styles[style].size) * scale,
                        .em = paper_em(layout->paper, style) * scale};
    ret->atoms = arena_array(layout->scratch, characters, sizeof *ret->atoms);
    ret->runs = arena_array(layout->scratch, g_list_length(items), sizeof *ret->runs);
    PangoGlyphString *string = pango_glyph_string_new();
    size_t before = 0;
    for (GList *link = items; link; link = link->next) {
        PangoItem *item = link->data;
        work.role = layout->paper->styles[(size_t)item->offset < lead ? lead_style : style].font;
        add_item(&work, item, string, before);
        before += (size_t)item->num_chars;
        pango_item_free(item);
    }
    g_list_free(items);
    pango_glyph_string_free(string);
    pango_attr_list_unref(faces);
    paper_breaks(ret->atoms, ret->count);
}
