/* The running text of a paper out of a record's elements. Pure.
 *
 * 1. Nothing is added to what was signed and nothing left out: the paragraphs on paper are those of the text.
 *    What makes levels, tables and photos of them is template_body(). */
#include "internal.h"

#include <string.h>

#include "minyi/buf.h"

static const char *const blanks[] = {" ", "\t", "\u3000", "\u00a0"};
static const char *const enclosure_heads[] = {"附件：", "附件:"};

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

/* The number that a line of a list begins with ("2. ", "2．", "2、"); 0: none. */
static int list_number(const char *line, size_t len) {
    static const char *const points[] = {".", "．", "、"};
    size_t digits = 0;
    int number = 0;
    for (; digits < len && digits < 3 && line[digits] >= '0' && line[digits] <= '9'; digits++)
        number = number * 10 + (line[digits] - '0');
    for (size_t i = 0; digits > 0 && i < ARRAY_LEN(points); i++)
        if (len >= digits + strlen(points[i]) && memcmp(line + digits, points[i], strlen(points[i])) == 0)
            return number;
    return 0;
}

/* The list of enclosures that ends TEXT: a paragraph "附件：…" and, when it begins a numbered list, those
 * that go on with it. *RET_WORDS is what stands behind its head. NULL: none, or an empty one. */
static const char *enclosures_at(const char *text, const char **ret_words) {
    const char *found = NULL;
    int number = 0; /* of the last line of the list */
    bool numbered = false, any = false;
    for (const char *line = text; *line;) {
        size_t whole = strcspn(line, "\n"), len = whole;
        const char *words = line;
        skip_blanks(&words, &len);
        size_t head = enclosure_head(words, len);
        if (head > 0) {
            found = line;
            words += head;
            len -= head;
            *ret_words = words;
            skip_blanks(&words, &len);
            number = list_number(words, len);
            any = len > 0;
            numbered = !any || number == 1;
        } else if (len > 0 && found != NULL) {
            any = true;
            if (!numbered || list_number(words, len) != ++number) found = NULL;
        }
        line += whole + (line[whole] == '\n');
    }
    return any ? found : NULL;
}

void body_of(struct arena *arena, const char *const *elements, size_t count, const char **ret_body,
             const char **ret_enclosures) {
    struct buf lines CLEANUP(buf_free) = BUF(4 * 1024 * 1024);
    const char *words = NULL, *enclosures = NULL;
    while (count > 0 && (elements[count - 1] == NULL || *elements[count - 1] == '\0'))
        count--;
    if (count > 0) enclosures = enclosures_at(elements[count - 1], &words);
    for (size_t i = 0; i < count; i++) {
        if (elements[i] == NULL || *elements[i] == '\0') continue;
        if (lines.len > 0) buf_addc(&lines, '\n');
        bool ends = i == count - 1 && enclosures != NULL;
        buf_add(&lines, elements[i], ends ? (size_t)(enclosures - elements[i]) : strlen(elements[i]));
    }
    *ret_body = arena_memdup(arena, lines.len > 0 ? lines.data : "", lines.len);
    *ret_enclosures = enclosures != NULL ? words : NULL;
}
