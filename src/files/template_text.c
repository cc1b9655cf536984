/* The texts of templates: fixed text and {words}. */
#include <string.h>

#include "minyi/buf.h"
#include "minyi/utf8.h"
#include "template_internal.h"

bool template_piece(const char **at, struct template_piece *ret) {
    const char *begin = *at;
    if (!*begin) return false;
    *ret = (struct template_piece){.begin = begin};
    if (*begin == '{') {
        size_t len = strcspn(begin + 1, "{}");
        ret->broken = begin[1 + len] != '}';
        ret->word = !ret->broken;
        ret->begin = begin + 1;
        ret->len = len;
        *at = begin + 1 + len + (ret->broken ? 0 : 1);
        return true;
    }
    ret->len = strcspn(begin, "{}");
    ret->broken = begin[ret->len] == '}';
    *at = begin + ret->len;
    return true;
}

static const char *const blanks[] = {" ", "\t", "\r", "\n", "\u3000", "\u00a0", "\ufeff"};

static size_t blank_before(const char *text, size_t len) {
    for (size_t i = 0; i < ARRAY_LEN(blanks); i++) {
        size_t size = strlen(blanks[i]);
        if (size <= len && memcmp(text + len - size, blanks[i], size) == 0) return size;
    }
    return 0;
}

static size_t blank_at(const char *text, size_t len) {
    for (size_t i = 0; i < ARRAY_LEN(blanks); i++) {
        size_t size = strlen(blanks[i]);
        if (size <= len && memcmp(text, blanks[i], size) == 0) return size;
    }
    return 0;
}

size_t template_trim(const char **text, size_t len) {
    size_t size;
    while ((size = blank_before(*text, len)) > 0)
        len -= size;
    while ((size = blank_at(*text, len)) > 0) {
        *text += size;
        len -= size;
    }
    return len;
}

static const char *value_of(const struct paper_source *source, const struct template_piece *piece,
                            size_t *ret_len) {
    for (size_t i = 0; i < source->value_count; i++) {
        const struct paper_value *value = &source->values[i];
        if (!value->text || strlen(value->name) != piece->len) continue;
        if (memcmp(value->name, piece->begin, piece->len) != 0) continue;
        const char *text = value->text;
        *ret_len = template_trim(&text, strlen(text));
        return text;
    }
    *ret_len = 0;
    return "";
}

enum { WIDE = 3 }; /* bytes of a full-width sign */

static bool wide_sign(const char *text, const char *const *signs) {
    for (; *signs; signs++)
        if (memcmp(text, *signs, WIDE) == 0) return true;
    return false;
}

static const char *const opening[] = {"《", "“", "（", NULL};
static const char *const closing[] = {"》", "”", "）", "：", "。", "；", "，", NULL};

/* One part of a line: the text between two runs of U+3000. */
struct part {
    size_t start;       /* in the result, before the blanks in front of it */
    size_t fixed_start; /* where the fixed text behind the last word begins */
    bool words, value;
};

struct filling {
    struct buf out;
    struct part part;
    size_t fixed;
    bool words, value, dropped;
};

/* "编者按：" is not said twice when the value begins with it. */
static size_t said_before(const struct filling *filling, const char *value, size_t len) {
    const struct buf *out = &filling->out;
    size_t fixed = out->len - filling->part.fixed_start;
    if (fixed < WIDE || memcmp(out->data + out->len - WIDE, "：", WIDE) != 0) return 0;
    const char *label = out->data + filling->part.fixed_start;
    size_t size = fixed - WIDE;
    size_t blank;
    while ((blank = blank_at(label, size)) > 0) {
        label += blank;
        size -= blank;
    }
    if (size == 0 || len <= size || memcmp(value, label, size) != 0) return 0;
    if (value[size] == ':') return size + 1;
    return len >= size + WIDE && memcmp(value + size, "：", WIDE) == 0 ? size + WIDE : 0;
}

/* Takes from the value what the fixed text around it says already. REST is the template's text behind it. */
static void shorten(const struct filling *filling, const char **value, size_t *len, const char *rest) {
    const struct buf *out = &filling->out;
    size_t twice = said_before(filling, *value, *len);
    *value += twice;
    *len -= twice;
    if (out->len >= WIDE && *len > WIDE && wide_sign(*value, opening) &&
        memcmp(out->data + out->len - WIDE, *value, WIDE) == 0) {
        *value += WIDE;
        *len -= WIDE;
    }
    if (*len > WIDE && wide_sign(*value + *len - WIDE, closing) &&
        strncmp(rest, *value + *len - WIDE, WIDE) == 0)
        *len -= WIDE;
    *len = template_trim(value, *len);
}

static void add_word(struct filling *filling, const struct paper_source *source,
                     const struct template_piece *piece, const char *rest) {
    size_t len = 0;
    const char *value = value_of(source, piece, &len);
    filling->part.words = filling->words = true;
    if (len == 0) return;
    shorten(filling, &value, &len, rest);
    if (!filling->value) filling->fixed = filling->out.len;
    filling->part.value = filling->value = true;
    buf_add(&filling->out, value, len);
    filling->part.fixed_start = filling->out.len;
}

/* A part whose words are all empty goes, and its blanks with it. */
static void end_part(struct filling *filling) {
    struct buf *out = &filling->out;
    if (filling->part.words && !filling->part.value) {
        out->len = filling->part.start;
        if (out->data) out->data[out->len] = '\0';
        filling->dropped = true;
    }
    filling->part = (struct part){.start = out->len, .fixed_start = out->len};
}

/* Fixed text, part by part. */
static void add_fixed(struct filling *filling, const char *text, size_t len) {
    const char *end = text + len;
    while (text < end) {
        const char *at = memmem(text, (size_t)(end - text), "\u3000", WIDE);
        buf_add(&filling->out, text, (size_t)((at ? at : end) - text));
        if (!at) return;
        end_part(filling);
        for (text = at; text + WIDE <= end && memcmp(text, "\u3000", WIDE) == 0; text += WIDE)
            if (filling->out.len > 0 || !filling->dropped) buf_add(&filling->out, text, WIDE);
        filling->part.fixed_start = filling->out.len;
    }
}

void template_fill(struct arena *arena, const char *text, const struct paper_source *source, size_t *room,
                   struct template_filled *ret) {
    struct filling filling = {.out = BUF(*room)};
    struct template_piece piece;
    while (template_piece(&text, &piece)) {
        if (piece.word)
            add_word(&filling, source, &piece, text);
        else
            add_fixed(&filling, piece.begin, piece.len);
        if (piece.broken) break;
    }
    end_part(&filling);
    *room = buf_failed(&filling.out) ? 0 : *room - filling.out.len;
    *ret = (struct template_filled){.words = filling.words,
                                    .left_out = *room == 0 || (filling.words && !filling.value)};
    ret->text = arena_memdup(arena, filling.out.data ? filling.out.data : "", filling.out.len);
    ret->fixed = filling.words ? filling.fixed : filling.out.len;
    if (ret->left_out) ret->text = "";
    buf_free(&filling.out);
}
