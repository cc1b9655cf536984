/* Names of files that may be shown, stored and saved anywhere. */
#include <strings.h>

#include "mime_internal.h"
#include "minyi/utf8.h"

enum {
    NAME_LENGTH_MAX = 120, /* characters */
    NAME_BYTES_MAX = 240,  /* most file systems allow 255 */
};

static bool forbidden(uint32_t code) {
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 ||
           (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || code == 0x61c || code == 0xfeff ||
           (code < 0x80 && strchr("<>:\"|?*", (int)code) != NULL);
}

/* The last part of a path, without what is forbidden. */
static char *last_part(struct arena *arena, const char *name) {
    size_t left = strlen(name), len = 0;
    char *out = arena_alloc(arena, left + 1);
    while (left > 0) {
        uint32_t code = 0;
        size_t step = utf8_next(name, left, &code);
        if (step == 0) { /* a broken byte */
            name++;
            left--;
            continue;
        }
        if (code == '/' || code == '\\') {
            len = 0;
        } else if (!forbidden(code)) {
            memcpy(out + len, name, step);
            len += step;
        }
        name += step;
        left -= step;
    }
    out[len] = '\0';
    return out;
}

/* Without dots and blanks at both ends: hidden files, and what some systems drop. */
static char *stripped(char *name) {
    name += strspn(name, ". ");
    size_t len = strlen(name);
    while (len > 0 && (name[len - 1] == '.' || name[len - 1] == ' '))
        len--;
    name[len] = '\0';
    return name;
}

static bool fits(const char *extension, const char *extensions) {
    size_t len = strlen(extension);
    while (len > 0 && *extensions != '\0') {
        size_t one = strcspn(extensions, " ");
        if (one == len && strncasecmp(extension, extensions, len) == 0) return true;
        extensions += one;
        extensions += strspn(extensions, " ");
    }
    return false;
}

const char *file_name_clean(struct arena *arena, const char *name, const struct file_type *type) {
    char *clean = stripped(last_part(arena, name));
    char *dot = strrchr(clean, '.');
    const char *ending = NULL;
    if (dot != NULL && dot > clean && fits(dot + 1, type->extensions)) {
        ending = arena_strdup(arena, dot + 1);
        *dot = '\0';
        clean = stripped(clean);
    } else {
        ending = arena_memdup(arena, type->extensions, strcspn(type->extensions, " "));
    }
    if (*clean == '\0') clean = arena_strdup(arena, "附件");
    size_t len = utf8_cut(clean, NAME_LENGTH_MAX - 1 - strlen(ending));
    while (len + 1 + strlen(ending) > NAME_BYTES_MAX || (clean[len] & 0xc0) == 0x80)
        len--;
    clean[len] = '\0';
    return arena_printf(arena, "%s.%s", stripped(clean), ending);
}
