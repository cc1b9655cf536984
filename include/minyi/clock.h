/* Time. Instants are milliseconds since 1970-01-01 UTC; dates are text "YYYY-MM-DD" in China Standard
 * Time (UTC+8, no daylight saving since 1991), the time every such office uses. */
#ifndef MINYI_CLOCK_H
#define MINYI_CLOCK_H

#include "minyi/base.h"

int64_t clock_ms(void);           /* wall clock */
int64_t clock_monotonic_us(void); /* for durations */

enum { CLOCK_DATE_SIZE = 11, CLOCK_STAMP_SIZE = 25 };

/* Date of an instant in China Standard Time; OUT holds CLOCK_DATE_SIZE bytes. */
void clock_date(int64_t ms, char out[CLOCK_DATE_SIZE]);

/* RFC 3339 UTC "2026-03-08T06:05:00.123Z"; OUT holds CLOCK_STAMP_SIZE bytes. */
void clock_stamp(int64_t ms, char out[CLOCK_STAMP_SIZE]);

/* Calendar year of an instant in China Standard Time: the year in which an issue is numbered. */
int clock_year(int64_t ms);

/* Midnight (China Standard Time) that begins DATE; ERR_BAD_DATE when DATE is no day of the calendar
 * between 1900-01-01 and 2199-12-31. */
int clock_parse_date(const char *date, int64_t *ret_ms) MUST_CHECK;

#endif
