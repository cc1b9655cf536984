/* The inside of the typesetter: what its files hand each other. See README.md in this folder.
 *
 * Lengths are micrometres in doubles, y grows downwards. */
#ifndef MINYI_PAPER_INTERNAL_H
#define MINYI_PAPER_INTERNAL_H

#include "minyi/arena.h"
#include "minyi/paper.h"

enum {
    PAPER_TEXT_MAX = 4 * 1024 * 1024, /* bytes of all texts of a paper; more cannot be 300 pages */
    PAPER_LAYOUT_VERSION = 1,         /* to be raised when the same description comes to look different */
};

/* ---- paper_text.c ---- */

/* The characters of TEXT (NULL: none) that are printed, in ARENA: without invisible ones, tabs as blanks,
 * line feeds kept, blanks at the ends of its lines dropped. *LEAD, a length in bytes, is carried over. */
char *paper_printed(struct arena *arena, const char *text, size_t *lead);

#endif
