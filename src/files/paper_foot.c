/* How tall a 版记 will be, told without fonts: what Word and the hash of a paper go by, which must be the same
 * on every machine.
 *
 * 1. It errs to the tall side: letters and digits count as much as Chinese characters, and a line is taken to
 *    hold half a character less than it may. With a tenth of the page left free, what is said to fit, fits.
 * 2. A 版记 that fits stands on the last page's foot as a whole. Of one that does not, the last lines do, from
 *    one of its rules on, a quarter of a page at most; what is above them flows over the pages. */
#include <math.h>
#include <string.h>

#include "minyi/utf8.h"
#include "paper_internal.h"

enum { PAGE_PERCENT = 90, TAIL_PERCENT = 25 };

struct room {
    double first, rest; /* halves of a character that lines hold */
};

static struct room room_of(const struct paper *paper, const struct paper_style *style, double em) {
    double edge = style->first_indent * em / 100, whole = paper->measures.text_width - edge;
    return (struct room){.first = fmax(1, floor((whole - edge) / em * 2) - 1),
                         .rest = fmax(1, floor((whole - style->rest_indent * em / 100) / em * 2) - 1)};
}

/* Halves of a character from *TEXT up to the end of the line; *TEXT is moved behind it, NULL at the last. */
static int halves_of(const char **text) {
    const char *c = *text;
    size_t left = strlen(c);
    int halves = 0;
    uint32_t code = 0;
    for (size_t step; left > 0 && *c != '\n'; c += step, left -= step) {
        step = utf8_next(c, left, &code);
        if (step == 0) break;
        halves += code == ' ' ? 1 : 2;
    }
    *text = *c == '\n' ? c + 1 : NULL;
    return halves;
}

static double lines_of(const char *text, struct room room) {
    double lines = 0;
    const char *next = *text ? text : NULL;
    while (next) {
        double more = halves_of(&next) - room.first;
        lines += 1 + (more > 0 ? ceil(more / room.rest) : 0);
        room.first = room.rest;
    }
    return lines;
}

static double height_of(struct arena *scratch, const struct paper *paper, const struct paper_block *block) {
    if (block->kind != PAPER_TEXT && block->kind != PAPER_PAIR) return 0; /* a 版记 has but these and rules */
    enum paper_style_id style = block->style;
    double line = paper_line_height(paper, style);
    struct room room = room_of(paper, &paper->styles[style], paper_em(paper, style));
    if (block->kind == PAPER_TEXT) return lines_of(paper_printed(scratch, block->text, NULL), room) * line;
    const char *left = paper_printed_line(scratch, block->text),
               *right = paper_printed_line(scratch, block->right);
    double lines = lines_of(left, room) + lines_of(right, room);
    const char *both[] = {left, right};
    if (halves_of(&both[0]) + halves_of(&both[1]) + 2 <= room.first) lines = fmin(lines, 1);
    return lines * line;
}

size_t paper_foot_held(const struct paper *paper) {
    struct arena *scratch CLEANUP(arena_cleanup) = arena_new((size_t)PAPER_TEXT_MAX * 4);
    double page = paper->measures.text_height, height = 0;
    size_t held = paper->foot_count;
    for (size_t i = paper->foot_count; i > 0; i--) {
        const struct paper_block *block = &paper->foot[i - 1];
        height += height_of(scratch, paper, block);
        arena_reset(scratch);
        if (block->kind == PAPER_RULE && height <= page * TAIL_PERCENT / 100) held = i - 1;
    }
    return height <= page * PAGE_PERCENT / 100 ? 0 : held;
}
