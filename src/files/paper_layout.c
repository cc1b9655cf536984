/* One rendering from its beginning to its end: fonts, memory, rows, pages. Also paper_measure(), which is
 * that and nothing more.
 *
 * 1. The layout's memory is its own and goes with it; the caller's arena only takes the outcome's texts.
 * 2. Whatever the paper says, the work is bounded: by the bytes of its texts before the shaping, by the
 *    height of its rows while it lasts. */
#include <string.h>

#include "fonts_internal.h"
#include "minyi/err.h"
#include "paper_internal.h"

enum { ARENA_MAX = 512 * 1024 * 1024 };

static size_t length_of(const char *text) {
    return text ? strlen(text) : 0;
}

static size_t block_length(const struct paper_block *block) {
    size_t sum = length_of(block->text) + length_of(block->right);
    if (block->kind == PAPER_PICTURE && block->photo) sum += length_of(block->photo->caption);
    if (block->kind == PAPER_TABLE_ROWS && block->table) {
        sum += block->table->rows;
        for (size_t i = 0; i < block->table->rows * block->table->columns; i++)
            sum += length_of(block->table->cells[i]);
    }
    return sum;
}

bool paper_too_much(const struct paper *paper) {
    size_t sum = paper->too_long ? PAPER_TEXT_MAX + 1 : 0;
    for (size_t i = 0; i < paper->block_count + paper->foot_count && sum <= PAPER_TEXT_MAX; i++)
        sum += 1 + block_length(i < paper->block_count ? &paper->blocks[i]
                                                       : &paper->foot[i - paper->block_count]);
    return sum > PAPER_TEXT_MAX;
}

static bool find_fonts(struct paper_layout *layout) {
    for (int i = 0; i < FONT_ROLE_END; i++) {
        enum font_role role = (enum font_role)i;
        const char *const *families = layout->paper->families[role];
        const char *chain = font_chain(layout->arena, role, families);
        if (!*chain) return false;
        PangoFontDescription *font = layout->fonts[role] = pango_font_description_new();
        pango_font_description_set_family(font, chain);
        pango_font_description_set_weight(font, (PangoWeight)font_weight(role, families));
        layout->own[role] = font_own_characters(role, families);
    }
    font_fingerprint(layout->paper->families, layout->outcome.fonts);
    return true;
}

/* Sizes and measures that no page can be set by are brought to the nearest that can. */
static void make_sane(struct paper_layout *layout, const struct paper *paper) {
    struct paper *copy = ARENA_NEW(layout->arena, struct paper);
    *copy = *paper;
    struct paper_measures *m = &copy->measures;
    if (m->lines < 1 || m->characters < 1 || m->text_width < 20000 || m->text_height < 20000 ||
        m->lines > m->text_height / 2000 || m->characters > m->text_width / 1000)
        *m = paper_measures_default;
    for (int i = 0; i < PAPER_STYLE_END; i++) {
        struct paper_style *style = &copy->styles[i];
        style->size = style->size < PAPER_SIZE_MIN   ? PAPER_SIZE_MIN
                      : style->size > PAPER_SIZE_MAX ? PAPER_SIZE_MAX
                                                     : style->size;
        if (style->pitch < 0 || style->pitch > m->text_height / 2) style->pitch = 0;
        if (style->pitch > 0 && style->pitch < PAPER_UM(style->size))
            style->pitch = (int)PAPER_UM(style->size);
        if ((unsigned)style->font >= FONT_ROLE_END) style->font = FONT_FANGSONG;
    }
    layout->paper = copy;
}

int paper_layout_begin(struct paper_layout *layout, struct arena *given, const struct paper *paper) {
    *layout = (struct paper_layout){.given = given,
                                    .arena = arena_new(ARENA_MAX),
                                    .scratch = arena_new(ARENA_MAX),
                                    .held = g_ptr_array_new_with_free_func(g_object_unref),
                                    .rule_end = -1};
    make_sane(layout, paper);
    layout->faces = paper_faces_take();
    if (!layout->faces || !find_fonts(layout)) return ERR_NO_FONT;
    if (paper_too_much(paper) || !paper_blocks(layout) || !paper_flow(layout)) {
        layout->outcome.pages = PAPER_PAGES_MAX + 1;
        return ERR_TOO_LONG;
    }
    return 0;
}

void paper_layout_end(struct paper_layout *layout) {
    for (int role = 0; role < FONT_ROLE_END; role++)
        if (layout->fonts[role]) pango_font_description_free(layout->fonts[role]);
    g_ptr_array_unref(layout->held);
    layout->faces = paper_faces_give(layout->faces);
    layout->scratch = arena_free(layout->scratch);
    layout->arena = arena_free(layout->arena);
}

int paper_measure(struct arena *arena, const struct paper *paper, struct paper_outcome *ret) {
    struct paper_layout layout CLEANUP(paper_layout_end);
    int result = paper_layout_begin(&layout, arena, paper);
    *ret = layout.outcome;
    return result;
}
