/* Where the lines of a title end: as in the PDF, by the typesetter's own choice (paper_title.c), but without
 * fonts. Chinese characters are as wide as their size in any font; Latin ones are taken as half of that. */
#include <string.h>

#include "docx_internal.h"
#include "minyi/utf8.h"
#include "paper_internal.h"

static void set_atom(struct paper_atom *atom, size_t start, size_t bytes, uint32_t code, double em) {
    bool wide = code >= 0x2000 || code == 0xB7;
    *atom = (struct paper_atom){.start = (uint32_t)start,
                                .bytes = (uint32_t)bytes,
                                .code = code,
                                .width = wide ? em : em / 2,
                                .class = (unsigned char)paper_class_of(code, wide),
                                .wide = wide};
}

/* One atom a character, each told whether a line may begin there. */
static void set_atoms(struct arena *arena, const char *text, double em, struct paper_shape *ret) {
    size_t bytes = strlen(text);
    PangoLogAttr *attributes = arena_array(arena, bytes + 2, sizeof(*attributes));
    ret->text = text;
    ret->atoms = arena_array(arena, bytes + 1, sizeof(*ret->atoms));
    uint32_t code = 0;
    for (size_t at = 0, step; at < bytes; at += step) {
        step = utf8_next(text + at, bytes - at, &code);
        if (step == 0) break;
        set_atom(&ret->atoms[ret->count++], at, step, code, em);
    }
    pango_get_log_attrs(text, (int)bytes, 0, pango_language_from_string("zh-cn"), attributes,
                        (int)ret->count + 1);
    for (size_t i = 0; i < ret->count; i++)
        ret->atoms[i].may_break = attributes[i].is_line_break;
    paper_breaks(ret->atoms, ret->count);
}

size_t docx_title_breaks(struct docx *docx, enum paper_style_id style, const char *text,
                         size_t breaks[DOCX_TITLE_BREAKS]) {
    struct paper_shape shape = {0};
    struct paper_line *lines = NULL;
    struct paper_layout layout = {.paper = docx->paper, .scratch = docx->arena};
    double em = PAPER_UM(docx->paper->styles[style].size);
    if (strchr(text, '\n') != NULL) return 0; /* whoever broke it meant it */
    if (strlen(text) > PAPER_TITLE_MAX) return 0;
    set_atoms(docx->arena, text, em, &shape);
    size_t count = paper_title_lines(&layout, &shape, docx->paper->measures.text_width, em, &lines);
    for (size_t i = 1; i < count; i++)
        breaks[i - 1] = shape.atoms[lines[i].first].start;
    return count > 0 ? count - 1 : 0;
}
