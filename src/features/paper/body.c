/* The running text of a paper out of a record's elements. Pure.
 *
 * 1. Nothing is added to what was signed and nothing left out: the paragraphs on paper are those of the text.
 * What makes levels, tables and photos of them is template_body(). */
#include "internal.h"

#include <string.h>

#include "minyi/buf.h"

static const char *const blanks[] = {" ", "\t", "\u3000", "\u00a0"};
static const char *const enclosure_heads[] = {"附件：", "附件:"};
/* Signs of a photo line, of either width. */
static const char *const photo_begins[] = {"［图：", "［图:", "[图：", "[图:", NULL};
static const char *const photo_ends[] = {"］", "]", NULL};

static void skip_blanks(const char **text, size_t *len) {
    for (size_t i = 0; i < ARRAY_LEN(blanks); i++) {
        size_t size = strlen(blanks[i]);
        if (*len < size || memcmp(*text, blanks[i], size) != 0) continue;
        *text += size;
        *len -= size;
        i = (size_t)-1;
    }
}

static size_t enclosure_head(const char *line, size_t len) {
    for (size_t i = 0; i < ARRAY_LEN(enclosure_heads); i++)
        if (len >= strlen(enclosure_heads[i]) &&
            memcmp(line, enclosure_heads[i], strlen(enclosure_heads[i])) == 0)
            return strlen(enclosure_heads[i]);
    return 0;
}

/* The list of enclosures that ends TEXT: a paragraph "附件：…" that only numbered ones follow. *RET_WORDS is
 * what stands behind its head. NULL: none. */
static const char *enclosures_at(const char *text, const char **ret_words) {
    const char *found = NULL;
    for (const char *line = text; *line;) {
        size_t whole = strcspn(line, "\n"), len = whole;
        const char *words = line;
        skip_blanks(&words, &len);
        size_t head = enclosure_head(words, len);
        if (head > 0) {
            found = line;
            *ret_words = words + head;
        } else if (len > 0 && !(*words >= '0' && *words <= '9')) {
            found = NULL;
        }
        line += whole + (line[whole] == '\n');
    }
    return found;
}

void body_of(struct arena *arena, const char *const *elements, size_t count, const char **ret_body,
             const char **ret_enclosures) {
    struct buf lines CLEANUP(buf_free) = BUF(4 * 1024 * 1024);
    for (size_t i = 0; i < count; i++) {
        if (elements[i] == NULL || *elements[i] == '\0') continue;
        if (lines.len > 0) buf_addc(&lines, '\n');
        buf_adds(&lines, elements[i]);
    }
    const char *body = arena_memdup(arena, lines.len > 0 ? lines.data : "", lines.len);
    const char *words = NULL, *enclosures = enclosures_at(body, &words);
    *ret_body = enclosures != NULL ? arena_memdup(arena, body, (size_t)(enclosures - body)) : body;
    *ret_enclosures = enclosures != NULL ? words : NULL;
}

static size_t begins(const char *text, const char *const *with) {
    for (; *with; with++)
        if (strncmp(text, *with, strlen(*with)) == 0) return strlen(*with);
    return 0;
}

static bool ends(const char *text, const char *const *with) {
    size_t len = strlen(text);
    for (; *with; with++)
        if (len >= strlen(*with) && strcmp(text + len - strlen(*with), *with) == 0) return true;
    return false;
}

const char *body_photo_name(struct arena *arena, const char *line) {
    size_t head = line != NULL ? begins(line, photo_begins) : 0;
    if (head == 0 || !ends(line, photo_ends)) return NULL;
    const char *name = line + head;
    size_t len = strcspn(name, "|]");
    for (size_t i = 0; i < 2; i++) {
        const char *sign = strstr(name, i == 0 ? "｜" : "］");
        if (sign != NULL && (size_t)(sign - name) < len) len = (size_t)(sign - name);
    }
    skip_blanks(&name, &len);
    return arena_memdup(arena, name, len);
}
