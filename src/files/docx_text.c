/* Words in a Word document: escaping, runs, dates that can be picked anew.
 *
 * 1. Nothing of a text reaches a part unescaped, and nothing that XML 1.0 (2.2) forbids reaches it at all.
 * 2. Runs carry no formatting of their own: at most the name of a character style. */
#include <stdlib.h>
#include <string.h>

#include "docx_internal.h"
#include "minyi/utf8.h"

static bool allowed(uint32_t c) {
    return c == '\t' || c == '\n' || (c >= 0x20 && c != 0xFFFE && c != 0xFFFF);
}

void docx_escape(struct buf *out, const char *text, size_t len) {
    uint32_t c = 0;
    for (size_t i = 0, step; i < len; i += step) {
        step = utf8_next(text + i, len - i, &c);
        if (step == 0) {
            step = 1;
            continue;
        }
        if (c == '&')
            buf_adds(out, "&amp;");
        else if (c == '<')
            buf_adds(out, "&lt;");
        else if (c == '>')
            buf_adds(out, "&gt;");
        else if (c == '"')
            buf_adds(out, "&quot;");
        else if (allowed(c))
            buf_add(out, text + i, step);
    }
}

static void begin_run(struct buf *out, const char *face) {
    buf_adds(out, "<w:r>");
    if (face != NULL) buf_addf(out, "<w:rPr><w:rStyle w:val=\"%s\"/></w:rPr>", face);
}

void docx_runs(struct buf *out, const char *text, size_t len, const char *face) {
    const char *end = text + len;
    while (text < end) {
        size_t size = 0;
        while (text + size < end && text[size] != '\n' && text[size] != '\t')
            size++;
        begin_run(out, face);
        if (size > 0) {
            buf_adds(out, "<w:t xml:space=\"preserve\">");
            docx_escape(out, text, size);
            buf_adds(out, "</w:t>");
        }
        text += size;
        if (text < end) buf_adds(out, *text++ == '\n' ? "<w:br/>" : "<w:tab/>");
        buf_adds(out, "</w:r>");
    }
}

/* ---- dates ---- */

struct date {
    const char *start, *end; /* in the text */
    int year, month, day;
};

/* A number of at most MAX digits before UNIT at *P; moves *P behind the unit. -1: there is none. */
static int number_before(const char **p, int max, const char *unit) {
    int value = 0, digits = 0;
    const char *at = *p;
    for (; *at >= '0' && *at <= '9' && digits < max; at++, digits++)
        value = value * 10 + (*at - '0');
    if (digits == 0 || strncmp(at, unit, strlen(unit)) != 0) return -1;
    *p = at + strlen(unit);
    return value;
}

static int days_of(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

static bool date_at(const char *text, struct date *ret) {
    const char *p = text;
    int year = number_before(&p, 4, "年");
    int month = year < 1000 ? -1 : number_before(&p, 2, "月");
    int day = month < 1 || month > 12 ? -1 : number_before(&p, 2, "日");
    if (day < 1 || day > days_of(year, month)) return false;
    *ret = (struct date){text, p, year, month, day};
    return true;
}

static bool find_date(const char *text, struct date *ret) {
    for (const char *p = text; *p != '\0'; p++) {
        bool begins = *p >= '1' && *p <= '9' && (p == text || p[-1] < '0' || p[-1] > '9');
        if (begins && date_at(p, ret)) return true;
    }
    return false;
}

/* A content control for dates: ECMA-376, 17.5.2.7. It changes only when somebody picks another day; a DATE
 * field would print the day of the printing. */
static void date_control(struct docx *docx, struct buf *out, const struct date *date, const char *face) {
    buf_addf(out,
             "<w:sdt><w:sdtPr><w:alias w:val=\"日期\"/><w:tag w:val=\"date\"/><w:id w:val=\"%d\"/>"
             "<w:date w:fullDate=\"%04d-%02d-%02dT00:00:00Z\"><w:dateFormat w:val=\"yyyy'年'M'月'd'日'\"/>"
             "<w:lid w:val=\"zh-CN\"/><w:storeMappedDataAs w:val=\"dateTime\"/>"
             "<w:calendar w:val=\"gregorian\"/></w:date></w:sdtPr><w:sdtContent>",
             1000 + ++docx->controls, date->year, date->month, date->day);
    docx_runs(out, date->start, (size_t)(date->end - date->start), face);
    buf_adds(out, "</w:sdtContent></w:sdt>");
}

void docx_runs_dated(struct docx *docx, struct buf *out, const char *text, const char *face) {
    struct date date;
    if (!find_date(text, &date)) {
        docx_runs(out, text, strlen(text), face);
        return;
    }
    docx_runs(out, text, (size_t)(date.start - text), face);
    date_control(docx, out, &date, face);
    docx_runs(out, date.end, strlen(date.end), face);
}
