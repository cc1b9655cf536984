/* Rules of the tree of units: pure. */
#ifndef MINYI_UNIT_RULES_H
#define MINYI_UNIT_RULES_H

#include "minyi/base.h"

/* Kinds a unit may have, ended by NULL. */
extern const char *const unit_kinds[];

/* A committee has its own desk, publications and numbers; the other kinds belong to one. */
bool unit_kind_is_committee(const char *kind);

/* Lower-case letters, digits and hyphens, 2 to 40 characters, beginning with a letter or a digit. */
bool unit_code_fits(const char *code);

/* Why a unit of KIND may not stand below a unit of PARENT_KIND (NULL: at the root), as a Chinese sentence;
 * NULL when it may. */
const char *unit_place_refused(const char *parent_kind, const char *kind);

#endif
