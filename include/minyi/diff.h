/* What changed between two versions of a text, for people to read: by character, then tidied so that it
 * reads well in Chinese (no confetti of single equal characters, whole numbers and Latin words, insertions
 * that begin and end at punctuation).
 *
 * Pure and bounded: time grows with the length of the texts times a fixed effort, never with its square;
 * two unrelated texts of 20,000 characters take some 10 ms. Beyond that effort the result is coarser, never
 * wrong.
 */
#ifndef MINYI_DIFF_H
#define MINYI_DIFF_H

#include "minyi/arena.h"
#include "minyi/base.h"
#include "minyi/record.h"

enum diff_kind { DIFF_EQUAL, DIFF_INSERT, DIFF_DELETE };

struct diff_piece {
    enum diff_kind kind;
    const char *text; /* never empty; in the arena */
};

/* The pieces that lead from BEFORE to AFTER, as a list of struct diff_piece in ARENA. Equal and deleted
 * pieces joined are BEFORE, equal and inserted ones AFTER. Neighbours differ in kind, and a deletion stands
 * before the insertion that replaces it. Texts that are not UTF-8 are replaced as a whole. Working memory is
 * not taken from ARENA; the result takes about both texts' bytes at most. */
struct list diff_texts(struct arena *arena, const char *before, const char *after);

#endif
