/* Which passwords are too weak. Length counts more than a mixture of signs (NIST SP 800-63B,
 * section 5.1.1.2), and what everybody tries first is refused. Pure: no store, no clock, nothing is
 * remembered. */
#ifndef MINYI_PASSWORDS_H
#define MINYI_PASSWORDS_H

#include "minyi/base.h"

enum { PASSWORD_MIN = 10, PASSWORD_MAX = 128 }; /* characters (code points) */

/* NULL when PASSWORD may be used, otherwise a Chinese sentence (static) that says what is wrong. Refused are:
 * fewer than PASSWORD_MIN or more than PASSWORD_MAX characters, control characters, digits only, LOGIN or
 * NAME with little else, repetitions, runs of the alphabet or the keyboard, and well-known passwords, also
 * with a year, a birthday or a few signs around. LOGIN and NAME may be NULL. */
const char *password_weakness(const char *password, const char *login, const char *name);

/* True when FOLDED (lower case) is one of the well-known passwords and words. */
bool password_is_common(const char *folded);

/* All of them, sorted by byte; for the tests. */
const char *const *password_common_all(size_t *ret_count);

#endif
