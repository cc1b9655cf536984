/* Words and tables as they stand on paper: dates, lists. */
#include "internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "minyi/buf.h"
#include "minyi/clock.h"

enum { CHECK_CHARACTERS = 8, CHINA_MS = 8 * 3600 * 1000 };

void gather_word(struct gathered *gathered, const char *name, const char *text) {
    assert(gathered->source.value_count < GATHER_WORDS_MAX);
    gathered->words[gathered->source.value_count++] = (struct paper_value){.name = name, .text = text};
}

void gather_problem(struct gathered *gathered, const char *text) {
    if (gathered->problem_count < GATHER_PROBLEMS_MAX) gathered->problems[gathered->problem_count++] = text;
}

const char **gather_table(struct arena *arena, struct gathered *gathered, const char *name, size_t columns,
                          size_t rows) {
    assert(gathered->source.table_count < GATHER_TABLES_MAX);
    return template_table(arena, gathered->source.kind, name, columns, rows,
                          &gathered->tables[gathered->source.table_count++]);
}

const char *zh_date(struct arena *arena, const char *date) {
    if (date == NULL || strlen(date) != CLOCK_DATE_SIZE - 1) return NULL;
    return arena_printf(arena, "%.4s年%ld月%ld日", date, strtol(date + 5, NULL, 10),
                        strtol(date + 8, NULL, 10));
}

const char *zh_day(struct arena *arena, int64_t ms) {
    if (ms == ABSENT) return NULL;
    char date[CLOCK_DATE_SIZE];
    clock_date(ms, date);
    return zh_date(arena, date);
}

const char *zh_time(struct arena *arena, int64_t ms) {
    if (ms == ABSENT) return NULL;
    char stamp[CLOCK_STAMP_SIZE];
    clock_stamp(ms + CHINA_MS, stamp);
    return arena_printf(arena, "%s %.5s", zh_day(arena, ms), stamp + strlen("2026-03-08T"));
}

const char *zh_stamp(struct arena *arena, int64_t ms) {
    if (ms == ABSENT) return NULL;
    char stamp[CLOCK_STAMP_SIZE];
    clock_stamp(ms + CHINA_MS, stamp);
    return arena_printf(arena, "%.10s %.5s", stamp, stamp + strlen("2026-03-08T"));
}

const char *zh_join(struct arena *arena, struct list texts, const char *separator) {
    struct buf joined CLEANUP(buf_free) = BUF(256 * 1024);
    for (size_t i = 0; i < texts.count; i++) {
        if (i > 0) buf_adds(&joined, separator);
        buf_adds(&joined, *LIST_AT(texts, const char *, i));
    }
    return arena_memdup(arena, joined.len > 0 ? joined.data : "", joined.len);
}

const char *zh_number(struct arena *arena, int64_t number) {
    return number == ABSENT ? NULL : arena_printf(arena, "%lld", (long long)number);
}

const char *zh_check(struct arena *arena, const char *sha256) {
    return sha256 == NULL ? NULL : arena_printf(arena, "%.*s", CHECK_CHARACTERS, sha256);
}
