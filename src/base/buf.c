/* Growing byte buffer with a ceiling (see buf.h).
 *
 * Invariants:
 * 1. `data` is NULL, or holds `capacity` bytes, and data[len] is NUL; len < capacity.
 * 2. len ≤ ceiling. After the first addition that did not fit nothing more is added: what is there is a
 *    clean prefix, not a text with holes.
 */
#include "minyi/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 1024 };

NORETURN static void die(void) {
    fputs("minyi: buf: out of memory\n", stderr);
    abort();
}

void buf_free(struct buf *buf) {
    free(buf->data);
    buf->data = NULL;
    buf->len = 0;
    buf->capacity = 0;
    buf->failed = false;
}

void buf_clear(struct buf *buf) {
    buf->len = 0;
    buf->failed = false;
    if (buf->data) buf->data[0] = '\0';
}

/* Room for MORE bytes and the NUL; false and failed when that is past the ceiling. */
static bool reserve(struct buf *buf, size_t more) {
    if (buf->failed) return false;
    if (more > buf->ceiling - buf->len) {
        buf->failed = true;
        return false;
    }
    size_t need = buf->len + more + 1;
    if (need <= buf->capacity) return true;
    size_t capacity = buf->capacity ? buf->capacity : FIRST_CAPACITY;
    while (capacity < need)
        capacity = capacity > SIZE_MAX / 2 ? need : capacity * 2;
    char *data = realloc(buf->data, capacity);
    if (!data) die();
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

void buf_add(struct buf *buf, const void *data, size_t len) {
    if (len == 0 || !reserve(buf, len)) return;
    memcpy(buf->data + buf->len, data, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void buf_adds(struct buf *buf, const char *text) {
    buf_add(buf, text, strlen(text));
}

void buf_addc(struct buf *buf, char c) {
    if (!reserve(buf, 1)) return;
    buf->data[buf->len++] = c;
    buf->data[buf->len] = '\0';
}

void buf_addf(struct buf *buf, const char *format, ...) {
    char small[256];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(small, sizeof(small), format, args);
    va_end(args);
    if (len < 0) {
        buf->failed = true;
    } else if ((size_t)len < sizeof(small)) {
        buf_add(buf, small, (size_t)len);
    } else if (reserve(buf, (size_t)len)) {
        va_start(args, format);
        vsnprintf(buf->data + buf->len, (size_t)len + 1, format, args);
        va_end(args);
        buf->len += (size_t)len;
    }
}

void buf_add_int(struct buf *buf, int64_t value) {
    char digits[20];
    size_t at = sizeof(digits);
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0) digits[--at] = '-';
    buf_add(buf, digits + at, sizeof(digits) - at);
}

/* Bytes at which a run of plain text ends, or may end (0xE2). */
static const bool stops[256] = {
    [0 ... 0x1F] = true, ['"'] = true, ['\\'] = true, ['<'] = true, [0xE2] = true};

/* Length of the escape-free start of TEXT. */
static size_t plain_run(const char *text) {
    const unsigned char *p = (const unsigned char *)text;
    for (;; p++) {
        while (!stops[*p])
            p++;
        if (*p != 0xE2 || (p[1] == 0x80 && (p[2] == 0xA8 || p[2] == 0xA9))) break;
    }
    return (size_t)((const char *)p - text);
}

/* Adds the escaped form of the character at TEXT; returns the bytes consumed. */
static size_t add_escape(struct buf *buf, const char *text) {
    unsigned char c = (unsigned char)*text;
    switch (c) {
    case '"':
        buf_add(buf, "\\\"", 2);
        return 1;
    case '\\':
        buf_add(buf, "\\\\", 2);
        return 1;
    case '\n':
        buf_add(buf, "\\n", 2);
        return 1;
    case '\r':
        buf_add(buf, "\\r", 2);
        return 1;
    case '\t':
        buf_add(buf, "\\t", 2);
        return 1;
    case 0xE2: /* U+2028 or U+2029: line ends in a script element */
        buf_adds(buf, (unsigned char)text[2] == 0xA8 ? "\\u2028" : "\\u2029");
        return 3;
    default:
        buf_addf(buf, "\\u%04x", c);
        return 1;
    }
}

void buf_add_json(struct buf *buf, const char *text) {
    if (!text) {
        buf_add(buf, "null", 4);
        return;
    }
    buf_add(buf, "\"", 1);
    for (;;) {
        size_t run = plain_run(text);
        buf_add(buf, text, run);
        text += run;
        if (!*text) break;
        text += add_escape(buf, text);
    }
    buf_add(buf, "\"", 1);
}

bool buf_failed(const struct buf *buf) {
    return buf->failed;
}

char *buf_take(struct buf *buf, size_t *ret_len) {
    char *data = TAKE_PTR(buf->data);
    if (!data && !(data = calloc(1, 1))) die();
    if (ret_len) *ret_len = buf->len;
    buf_free(buf);
    return data;
}
