/* The words that stand for what the engines call differently: @int, @blob … in migrations and statements. */
#include <ctype.h>
#include <string.h>

#include "internal.h"
#include "minyi/buf.h"

enum { SCRIPT_MAX = 4 * 1024 * 1024 };

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

/* The word at TEXT, or NULL. */
static const struct engine_word *word_at(const struct driver *driver, const char *text) {
    for (const struct engine_word *word = driver->words; word->word != NULL; word++) {
        size_t len = strlen(word->word);
        if (strncmp(text, word->word, len) == 0 && !is_word(text[len])) return word;
    }
    return NULL;
}

/* Length of the string or comment that begins at TEXT; 0 when none does. */
static size_t opaque_length(const char *text) {
    const char *end = NULL;
    size_t closing = 1;
    if (text[0] == '\'') {
        end = strchr(text + 1, '\'');
    } else if (text[0] == '-' && text[1] == '-') {
        end = strchr(text, '\n');
    } else if (text[0] == '/' && text[1] == '*') {
        end = strstr(text + 2, "*/");
        closing = 2;
    } else {
        return 0;
    }
    return end != NULL ? (size_t)(end - text) + closing : strlen(text);
}

/* SQL with the engine's own words, outside strings and comments; in ARENA, NULL when it is too long. */
const char *dialect_text(const struct driver *driver, struct arena *arena, const char *sql) {
    CLEANUP(buf_free) struct buf out = BUF(SCRIPT_MAX);
    for (const char *at = sql; *at != '\0';) {
        size_t opaque = opaque_length(at);
        const struct engine_word *word = *at == '@' ? word_at(driver, at) : NULL;
        if (word != NULL) {
            buf_adds(&out, word->replacement);
            at += strlen(word->word);
        } else {
            size_t len = opaque > 0 ? opaque : 1;
            buf_add(&out, at, len);
            at += len;
        }
    }
    return buf_failed(&out) ? NULL : arena_memdup(arena, out.data != NULL ? out.data : "", out.len);
}
