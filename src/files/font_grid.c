/* Whether a font keeps to the grid: asked of the very engine that sets the papers. */
#include <string.h>

#include "minyi/buf.h"
#include "minyi/paper.h"

/* Characters of all shapes, narrow and wide, repeated over the page; no marks, which may hang or shrink. */
static const char sample[] = "一国日口永工作办法年月小心人民政协信息报送督了";

static int pages_of(struct arena *arena, enum font_role role, const char *const *families, int characters) {
    struct buf text CLEANUP(buf_free) = BUF(64 * 1024);
    size_t len = strlen(sample);
    for (int i = 0; i < characters; i++)
        buf_add(&text, sample + (size_t)i * 3 % len, 3);
    struct paper paper;
    struct paper_outcome outcome;
    struct paper_block block = {.kind = PAPER_TEXT, .style = PAPER_PLAIN, .text = text.data};
    paper_init(&paper);
    paper.styles[PAPER_PLAIN].font = role;
    paper.families[role] = families;
    paper.blocks = &block;
    paper.block_count = 1;
    return paper_measure(arena, &paper, &outcome) == 0 ? outcome.pages : 0;
}

bool font_keeps_grid(struct arena *arena, enum font_role role, const char *const *families) {
    int full = paper_measures_default.lines * paper_measures_default.characters;
    return pages_of(arena, role, families, full) == 1 && pages_of(arena, role, families, full + 1) == 2;
}
