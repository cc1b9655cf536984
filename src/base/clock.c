/* Time: the clocks, and the proleptic Gregorian calendar without the C library's time zones.
 *
 * The conversions between a day number and year-month-day are Howard Hinnant's "chrono-compatible
 * low-level date algorithms" (days_from_civil, civil_from_days): years begin in March, so that the leap
 * day is the last of the year.
 */
#include "minyi/clock.h"

#include <time.h>

#include "minyi/err.h"

enum {
    DAY_MS = 86400000,
    CST_OFFSET_MS = 8 * 3600000,
    FIRST_YEAR = 1900,
    LAST_YEAR = 2199,
};

/* Instants beyond these years are clamped: a wrong clock must not overrun the fixed widths. */
static const int64_t EARLIEST_MS = INT64_C(-62135596800000) + DAY_MS; /* 0001-01-02 */
static const int64_t LATEST_MS = INT64_C(253402300799999) - DAY_MS;   /* 9999-12-30 */

struct civil {
    int year;
    int month; /* 1…12 */
    int day;   /* 1…31 */
};

int64_t clock_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_monotonic_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t clamp(int64_t ms) {
    if (ms < EARLIEST_MS) return EARLIEST_MS;
    return ms > LATEST_MS ? LATEST_MS : ms;
}

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

/* Days since 1970-01-01. */
static int64_t days_of(struct civil date) {
    int64_t y = date.year - (date.month <= 2);
    int64_t era = floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t month_from_march = (date.month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static struct civil civil_of(int64_t days) {
    int64_t z = days + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    struct civil date;
    date.day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    date.month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    date.year = (int)(year_of_era + era * 400 + (date.month <= 2));
    return date;
}

/* Writes VALUE with WIDTH digits and SEPARATOR behind; returns the place after it. */
static char *put(char *out, int value, int width, char separator) {
    for (int i = width - 1; i >= 0; i--) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
    out[width] = separator;
    return out + width + 1;
}

void clock_date(int64_t ms, char out[CLOCK_DATE_SIZE]) {
    struct civil date = civil_of(floor_div(clamp(ms) + CST_OFFSET_MS, DAY_MS));
    out = put(out, date.year, 4, '-');
    out = put(out, date.month, 2, '-');
    put(out, date.day, 2, '\0');
}

void clock_stamp(int64_t ms, char out[CLOCK_STAMP_SIZE]) {
    int64_t at = clamp(ms);
    int64_t days = floor_div(at, DAY_MS);
    int of_day = (int)(at - days * DAY_MS);
    struct civil date = civil_of(days);
    out = put(out, date.year, 4, '-');
    out = put(out, date.month, 2, '-');
    out = put(out, date.day, 2, 'T');
    out = put(out, of_day / 3600000, 2, ':');
    out = put(out, of_day / 60000 % 60, 2, ':');
    out = put(out, of_day / 1000 % 60, 2, '.');
    out = put(out, of_day % 1000, 3, 'Z');
    *out = '\0';
}

int clock_year(int64_t ms) {
    return civil_of(floor_div(clamp(ms) + CST_OFFSET_MS, DAY_MS)).year;
}

/* COUNT decimal digits at TEXT, or -1. */
static int digits(const char *text, int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

static bool same(struct civil a, struct civil b) {
    return a.year == b.year && a.month == b.month && a.day == b.day;
}

int clock_parse_date(const char *date, int64_t *ret_ms) {
    if (!date) return ERR_BAD_DATE;
    struct civil read;
    /* Each test stops at the NUL, so a short text is never read past its end. */
    if ((read.year = digits(date, 4)) < 0 || date[4] != '-') return ERR_BAD_DATE;
    if ((read.month = digits(date + 5, 2)) < 0 || date[7] != '-') return ERR_BAD_DATE;
    if ((read.day = digits(date + 8, 2)) < 0 || date[10] != '\0') return ERR_BAD_DATE;
    if (read.year < FIRST_YEAR || read.year > LAST_YEAR) return ERR_BAD_DATE;
    if (read.month < 1 || read.month > 12 || read.day < 1 || read.day > 31) return ERR_BAD_DATE;
    int64_t days = days_of(read);
    if (!same(civil_of(days), read)) return ERR_BAD_DATE; /* 30 February became March */
    *ret_ms = days * DAY_MS - CST_OFFSET_MS;
    return 0;
}
