/* What a login may look like. */
#include "rules.h"

#include <string.h>

#include "minyi/utf8.h"

const char *login_fold(struct arena *arena, const char *login) {
    char *copy = arena_strdup(arena, login);
    copy[utf8_tidy(copy, strlen(copy))] = '\0';
    for (char *c = copy; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
    return copy;
}

bool login_fits(const char *login) {
    size_t len = strlen(login);
    return len >= 2 && len <= 60 && strspn(login, "abcdefghijklmnopqrstuvwxyz0123456789._-@") == len;
}
