/* Splits the running text of a proposal or report into the three elements by its headings
 * (调研情况、问题分析、 具体建议 and their usual variants). Pure.
 */
#ifndef MINYI_ELEMENTS_H
#define MINYI_ELEMENTS_H

#include "minyi/arena.h"
#include "minyi/base.h"

struct elements {
    const char *situation, *analysis, *suggestion; /* never NULL; tidied, without their headings */
};

/* Splits TEXT (valid UTF-8). True when a heading of the situation and one of the suggestion were found in
 * that order with text behind each; the analysis may be missing and is "" then. False: *RET_WHY is a Chinese
 * sentence that says which heading is missing; RET is untouched. */
bool elements_split(struct arena *arena, const char *text, struct elements *ret, const char **ret_why);

#endif
