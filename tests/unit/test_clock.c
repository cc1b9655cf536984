/* Time: the calendar, its bounds, and the day and year that begin at 16:00 UTC. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>
#include <time.h>

#include "minyi/clock.h"
#include "minyi/err.h"

static const int64_t HOUR = 3600000;

static int64_t at(const char *date) {
    int64_t ms = -1;
    assert_int_equal(clock_parse_date(date, &ms), 0);
    return ms;
}

static void known_instants(void **state) {
    (void)state;
    char date[CLOCK_DATE_SIZE];
    char stamp[CLOCK_STAMP_SIZE];
    clock_stamp(0, stamp);
    assert_string_equal(stamp, "1970-01-01T00:00:00.000Z");
    clock_date(0, date);
    assert_string_equal(date, "1970-01-01");
    clock_stamp(1772949900123, stamp);
    assert_string_equal(stamp, "2026-03-08T06:05:00.123Z");
    clock_stamp(-1, stamp);
    assert_string_equal(stamp, "1969-12-31T23:59:59.999Z");
    assert_int_equal(at("1970-01-01"), -8 * HOUR);
}

static void the_day_begins_at_sixteen_utc(void **state) {
    (void)state;
    char date[CLOCK_DATE_SIZE];
    int64_t midnight = at("2026-01-01");
    clock_date(midnight, date);
    assert_string_equal(date, "2026-01-01");
    assert_int_equal(clock_year(midnight), 2026);
    clock_date(midnight - 1, date);
    assert_string_equal(date, "2025-12-31");
    assert_int_equal(clock_year(midnight - 1), 2025);
    char stamp[CLOCK_STAMP_SIZE];
    clock_stamp(midnight, stamp);
    assert_string_equal(stamp, "2025-12-31T16:00:00.000Z");
}

static void every_day_of_three_centuries(void **state) {
    (void)state;
    char date[CLOCK_DATE_SIZE] = "";
    int64_t first = at("1900-01-01");
    int64_t last = at("2199-12-31");
    int64_t days = 0;
    for (int64_t ms = first; ms <= last; ms += 24 * HOUR, days++) {
        clock_date(ms + 13 * HOUR, date);
        assert_int_equal(at(date), ms);
        time_t seconds = (time_t)(ms / 1000 + 8 * 3600);
        struct tm tm;
        char expected[64];
        strftime(expected, sizeof(expected), "%Y-%m-%d", gmtime_r(&seconds, &tm));
        assert_string_equal(date, expected);
    }
    assert_string_equal(date, "2199-12-31");
    assert_int_equal(days, 300 * 365 + 73); /* 75 multiples of four but 1900 and 2100 */
}

static void leap_days(void **state) {
    (void)state;
    assert_int_equal(at("2024-03-01") - at("2024-02-29"), 24 * HOUR);
    assert_int_equal(at("2000-02-29") + 24 * HOUR, at("2000-03-01"));
    const char *const none[] = {"2023-02-29", "1900-02-29", "2100-02-29", "2024-02-30"};
    for (size_t i = 0; i < ARRAY_LEN(none); i++) {
        int64_t ms = 42;
        assert_int_equal(clock_parse_date(none[i], &ms), ERR_BAD_DATE);
        assert_int_equal(ms, 42);
    }
}

static void bad_dates(void **state) {
    (void)state;
    const char *const bad[] = {
        NULL,          "",           "2",          "2026",        "2026-",       "2026-0",
        "2026-03",     "2026-03-",   "2026-03-0",  "2026-03-08 ", " 2026-03-08", "2026/03/08",
        "2026-3-8",    "2026-00-10", "2026-13-01", "2026-01-00",  "2026-01-32",  "2026-04-31",
        "1899-12-31",  "2200-01-01", "0000-01-01", "+026-01-01",  "2026-1a-01",  "２０２６-01-01",
        "2026-03-081", "-202-01-01",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int64_t ms = 42;
        assert_int_equal(clock_parse_date(bad[i], &ms), ERR_BAD_DATE);
        assert_int_equal(ms, 42);
    }
}

static void absurd_instants_stay_in_their_width(void **state) {
    (void)state;
    const int64_t instants[] = {INT64_MIN, INT64_MAX, 253402300800000, -62135596800001};
    for (size_t i = 0; i < ARRAY_LEN(instants); i++) {
        char date[CLOCK_DATE_SIZE];
        char stamp[CLOCK_STAMP_SIZE];
        clock_date(instants[i], date);
        clock_stamp(instants[i], stamp);
        assert_int_equal(strlen(date), 10);
        assert_int_equal(strlen(stamp), 24);
        assert_true(clock_year(instants[i]) >= 1 && clock_year(instants[i]) <= 9999);
    }
}

static void clocks_run(void **state) {
    (void)state;
    int64_t before = clock_monotonic_us();
    assert_true(clock_ms() > at("2020-01-01"));
    assert_true(clock_ms() / 1000 - (int64_t)time(NULL) <= 1);
    assert_true(clock_monotonic_us() >= before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_instants), cmocka_unit_test(the_day_begins_at_sixteen_utc),
        cmocka_unit_test(leap_days),      cmocka_unit_test(every_day_of_three_centuries),
        cmocka_unit_test(bad_dates),      cmocka_unit_test(absurd_instants_stay_in_their_width),
        cmocka_unit_test(clocks_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
