/* Rules of accounts, sign-in and rights: pure. */
#ifndef MINYI_ACCOUNT_RULES_H
#define MINYI_ACCOUNT_RULES_H

#include "minyi/arena.h"
#include "minyi/base.h"

/* The login as it is stored and looked up: blanks at the ends gone, A–Z folded. */
const char *login_fold(struct arena *arena, const char *login);

/* 2 to 60 of a–z, 0–9 and . _ - @ */
bool login_fits(const char *login);

#endif
