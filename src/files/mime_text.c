/* Plain text: UTF-8 or GB18030 without control characters, and no markup or script in disguise. */
#include <strings.h>

#include "mime_internal.h"
#include "minyi/utf8.h"

static bool plain_control(unsigned char c) {
    return c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool without_controls(struct bytes b) {
    for (size_t i = 0; i < b.size; i++)
        if ((b.data[i] < 0x20 && !plain_control(b.data[i])) || b.data[i] == 0x7f) return false;
    return true;
}

static bool between(unsigned char c, unsigned char low, unsigned char high) {
    return c >= low && c <= high;
}

/* GB 18030-2005: one, two or four bytes a character. */
static bool is_gb18030(struct bytes b) {
    for (size_t i = 0; i < b.size;) {
        const unsigned char *c = b.data + i;
        size_t left = b.size - i;
        if (c[0] < 0x80) {
            i++;
        } else if (!between(c[0], 0x81, 0xfe) || left < 2) {
            return false;
        } else if (between(c[1], 0x40, 0xfe) && c[1] != 0x7f) {
            i += 2;
        } else if (left >= 4 && between(c[1], 0x30, 0x39) && between(c[2], 0x81, 0xfe) &&
                   between(c[3], 0x30, 0x39)) {
            i += 4;
        } else {
            return false;
        }
    }
    return true;
}

/* What begins like this is not read but run, or shown by a browser. */
static bool begins_like_code(struct bytes b) {
    size_t at = has_at(b, 0, "\xef\xbb\xbf", 3) ? 3 : 0;
    while (at < b.size && (b.data[at] == ' ' || plain_control(b.data[at])))
        at++;
    return at < b.size && (b.data[at] == '<' || has_at(b, at, "#!", 2) || has_at(b, at, "{\\rtf", 5));
}

/* Tags that make a page of any text around them. */
static bool holds_markup(struct bytes b) {
    static const char *const tags[] = {"<script",   "<html", "<svg",  "<iframe",
                                       "<!doctype", "<?xml", "<?php", "<body"};
    for (size_t i = 0; i < b.size; i++) {
        const unsigned char *found = memchr(b.data + i, '<', b.size - i);
        if (found == NULL) return false;
        i = (size_t)(found - b.data);
        for (size_t t = 0; t < ARRAY_LEN(tags); t++) {
            size_t len = strlen(tags[t]);
            if (b.size - i >= len && strncasecmp((const char *)found, tags[t], len) == 0) return true;
        }
    }
    return false;
}

bool is_plain_text(struct bytes b) {
    if (b.size == 0 || !without_controls(b) || begins_like_code(b) || holds_markup(b)) return false;
    return utf8_valid((const char *)b.data, b.size) || is_gb18030(b);
}
