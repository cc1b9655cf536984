/* What the files of the templates share. */
#ifndef MINYI_FILES_TEMPLATE_INTERNAL_H
#define MINYI_FILES_TEMPLATE_INTERNAL_H

#include "minyi/template.h"

/* A piece of a template's text: fixed text or {a word}. */
struct template_piece {
    const char *begin; /* without the braces */
    size_t len;
    bool word;
    bool broken; /* an opening or closing brace without its other half: the last piece */
};
/* The piece at *AT, moving it on; false at the end. */
bool template_piece(const char **at, struct template_piece *ret);

/* A text with its words filled in. */
struct template_filled {
    const char *text; /* in ARENA; "" when it is left out */
    size_t fixed;     /* bytes of TEXT before the first word */
    bool words;       /* calls any */
    bool left_out;    /* calls words, and all are empty */
};
/* *ROOM is how many bytes the texts may still take. One that would take more is left out, and *ROOM is 0. */
void template_fill(struct arena *arena, const char *text, const struct paper_source *source, size_t *room,
                   struct template_filled *ret);

/* Blanks at both ends gone (also U+3000, U+00A0, U+FEFF): moves *TEXT and returns the length left. */
size_t template_trim(const char **text, size_t len);

/* Blocks that grow in an arena. */
struct template_blocks {
    struct paper_block *items;
    size_t count, capacity;
};
/* A new block, all zero, of KIND and STYLE. Valid until the next one. */
struct paper_block *template_block(struct arena *arena, struct template_blocks *blocks,
                                   enum paper_block_kind kind, enum paper_style_id style);

enum { TEMPLATE_BELOW_TITLE = 2 }; /* depth in the outline: the title is 1 */

/* The titles of BODY's pieces (struct list of const char *). */
void template_pieces(struct arena *arena, const char *body, struct list *ret);

/* template_body() at the end of BLOCKS. USED, by photo, is set for those that were called; may be NULL. */
void template_body_blocks(struct arena *arena, const char *body, const struct paper_named_photo *photos,
                          size_t photo_count, bool *used, struct template_blocks *blocks);

#endif
