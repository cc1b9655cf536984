/* UTF-8: decoding by RFC 3629, checks of what users type, counts. */
#include "minyi/utf8.h"

#include <string.h>

size_t utf8_next(const char *text, size_t len, uint32_t *ret_code) {
    const unsigned char *p = (const unsigned char *)text;
    if (len == 0) return 0;
    if (p[0] < 0x80) {
        *ret_code = p[0];
        return 1;
    }
    size_t size = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || len < size) return 0;
    uint32_t code = p[0] & (0x7FU >> size);
    for (size_t i = 1; i < size; i++) {
        if ((p[i] & 0xC0) != 0x80) return 0;
        code = code << 6 | (p[i] & 0x3FU);
    }
    static const uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < lowest[size] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return 0;
    *ret_code = code;
    return size;
}

bool utf8_valid(const char *text, size_t len) {
    uint32_t code;
    while (len > 0) {
        size_t step = utf8_next(text, len, &code);
        if (!step) return false;
        text += step;
        len -= step;
    }
    return true;
}

size_t utf8_length(const char *text) {
    size_t len = strlen(text);
    size_t count = 0;
    uint32_t code;
    while (len > 0) {
        size_t step = utf8_next(text, len, &code);
        if (!step) return 0;
        text += step;
        len -= step;
        count++;
    }
    return count;
}

struct range {
    uint32_t first, last;
};

static bool within(const struct range *ranges, size_t count, uint32_t code) {
    for (size_t i = 0; i < count && ranges[i].first <= code; i++)
        if (code <= ranges[i].last) return true;
    return false;
}

static bool is_blank(uint32_t code) {
    static const struct range blanks[] = {
        {0x09, 0x0D},     {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},     {0x1680, 0x1680},
        {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
    };
    return within(blanks, ARRAY_LEN(blanks), code);
}

/* Marks that change the character before them or only the layout: they neither count nor end a run. */
static bool is_extension(uint32_t code) {
    static const struct range extensions[] = {
        {0x0300, 0x036F}, {0x200B, 0x200F}, {0x2060, 0x2060},
        {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF},
    };
    return within(extensions, ARRAY_LEN(extensions), code);
}

/* Characters that count one each. U+2010–27FF are the signs that Chinese fonts draw full-width: dashes,
 * quotation marks, ellipses, ℃, Ⅲ, ①, →, ■. */
static bool counts_alone(uint32_t code) {
    static const struct range alone[] = {
        {0x2010, 0x27FF},   {0x2E80, 0x2FFF},   {0x3001, 0xA4CF},   {0xA960, 0xA97F}, {0xAC00, 0xD7A3},
        {0xF900, 0xFAFF},   {0xFE10, 0xFE1F},   {0xFE30, 0xFE6F},   {0xFF01, 0xFFDC}, {0xFFE0, 0xFFE6},
        {0x1B000, 0x1B2FF}, {0x1F000, 0x1FAFF}, {0x20000, 0x3FFFD},
    };
    return within(alone, ARRAY_LEN(alone), code);
}

/* An apostrophe (’ U+2019) or a hyphen (‐ ‑ U+2010, U+2011) between two letters belongs to the word. */
static bool joins(uint32_t code, const char *rest, size_t len) {
    uint32_t next;
    if (code != 0x2019 && code != 0x2010 && code != 0x2011) return false;
    return utf8_next(rest, len, &next) && !is_blank(next) && !counts_alone(next);
}

size_t utf8_words(const char *text) {
    size_t len = strlen(text);
    size_t count = 0;
    bool in_run = false;
    while (len > 0) {
        uint32_t code;
        size_t step = utf8_next(text, len, &code);
        if (!step) return 0;
        text += step;
        len -= step;
        if (is_blank(code)) {
            in_run = false;
        } else if (is_extension(code) || (in_run && joins(code, text, len))) {
            continue;
        } else if (counts_alone(code)) {
            in_run = false;
            count++;
        } else {
            count += !in_run;
            in_run = true;
        }
    }
    return count;
}

static bool is_bidi(uint32_t code) {
    return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0x200E ||
           code == 0x200F || code == 0x061C;
}

static enum utf8_flaw flaw_of(uint32_t code, bool one_line) {
    if (code == 0) return UTF8_NUL;
    if (code == '\n' || code == '\t') return one_line ? UTF8_LINE_BREAK : UTF8_FINE;
    if (code < 0x20 || (code >= 0x7F && code <= 0x9F)) return UTF8_CONTROL;
    if (code < 0x061C) return UTF8_FINE;
    if ((code & 0xFFFE) == 0xFFFE || (code >= 0xFDD0 && code <= 0xFDEF)) return UTF8_CONTROL;
    if (is_bidi(code)) return UTF8_BIDI;
    if (one_line && (code == 0x2028 || code == 0x2029)) return UTF8_LINE_BREAK;
    return UTF8_FINE;
}

enum utf8_flaw utf8_check(const char *text, size_t len, bool one_line) {
    while (len > 0) {
        uint32_t code;
        size_t step = utf8_next(text, len, &code);
        if (!step) return UTF8_BROKEN;
        enum utf8_flaw flaw = flaw_of(code, one_line);
        if (flaw != UTF8_FINE) return flaw;
        text += step;
        len -= step;
    }
    return UTF8_FINE;
}

/* Bytes of the blank that begins TEXT, 0 when there is none. */
static size_t leading_blank(const char *text, size_t len) {
    if (len >= 1 && (*text == ' ' || *text == '\t' || *text == '\n')) return 1;
    if (len >= 2 && memcmp(text, "\xC2\xA0", 2) == 0) return 2;
    if (len >= 3 && (memcmp(text, "\xE3\x80\x80", 3) == 0 || memcmp(text, "\xEF\xBB\xBF", 3) == 0)) return 3;
    return 0;
}

static size_t trailing_blank(const char *text, size_t len) {
    for (size_t size = 1; size <= 3 && size <= len; size++)
        if (leading_blank(text + len - size, size) == size) return size;
    return 0;
}

size_t utf8_tidy(char *text, size_t len) {
    size_t kept = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\r' && i + 1 < len && text[i + 1] == '\n') continue;
        text[kept++] = text[i] == '\r' ? '\n' : text[i];
    }
    size_t start = 0;
    size_t blank;
    while ((blank = leading_blank(text + start, kept - start)))
        start += blank;
    while ((blank = trailing_blank(text + start, kept - start)))
        kept -= blank;
    kept -= start;
    memmove(text, text + start, kept);
    if (kept < len) text[kept] = '\0';
    return kept;
}

size_t utf8_cut(const char *text, size_t count) {
    size_t len = strlen(text);
    size_t at = 0;
    uint32_t code;
    while (at < len && count > 0) {
        size_t step = utf8_next(text + at, len - at, &code);
        if (!step) break;
        at += step;
        count--;
    }
    return at;
}
