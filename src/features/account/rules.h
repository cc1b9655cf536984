/* Rules of accounts, sign-in and rights: pure. */
#ifndef MINYI_ACCOUNT_RULES_H
#define MINYI_ACCOUNT_RULES_H

#include "minyi/arena.h"
#include "minyi/base.h"
#include "minyi/record.h"

/* The login as it is stored and looked up: blanks at the ends gone, A–Z folded. */
const char *login_fold(struct arena *arena, const char *login);

/* 2 to 60 of a–z, 0–9 and . _ - @ */
bool login_fits(const char *login);

/* Digits, blanks, + - ( ) and 5 to 30 characters. */
bool phone_fits(const char *phone);

/* something@something.something without blanks. */
bool email_fits(const char *email);

/* A date as people and spreadsheets write it ("2026-3-8", "2026/03/08", "2026.3.8", "2026年3月8日") as
 * "2026-03-08"; "" for "", NULL when it is none. */
const char *date_fold(struct arena *arena, const char *text);

/* Failed attempts of one login or address. */
struct attempts {
    int64_t failures, first_ms, locked_until_ms;
};

/* One more attempt at NOW. Returns 0 when it may be looked at: it is counted, and as the MAX-th within
 * LOCK_MS it locks what comes after it for LOCK_MS. Returns the seconds to wait when locked; nothing is
 * counted then. */
int64_t attempts_count(struct attempts *attempts, int64_t now, int64_t max, int64_t lock_ms);

extern const char *const account_statuses[]; /* ended by NULL */

#endif
