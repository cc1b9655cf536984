/* What a setting's value may be. Pure. */
#include <stdlib.h>
#include <string.h>

#include "minyi/utf8.h"
#include "types.h"

static const char *integer_flaw(struct arena *arena, const struct setting_view *setting, const char *value) {
    size_t len = strlen(value);
    if (len == 0 || len > 15 || strspn(value, "0123456789") != len) return "请填写整数。";
    int64_t number = strtoll(value, NULL, 10);
    bool low = setting->minimum != ABSENT && number < setting->minimum;
    bool high = setting->maximum != ABSENT && number > setting->maximum;
    if (!low && !high) return NULL;
    return arena_printf(arena, "应在 %lld 到 %lld 之间。", (long long)setting->minimum,
                        (long long)setting->maximum);
}

static const char *text_flaw(struct arena *arena, const struct setting_view *setting, const char *value) {
    int64_t length = (int64_t)utf8_length(value);
    if (strcmp(setting->kind, "text") == 0 && strchr(value, '\n') != NULL) return "只能写一行。";
    bool low = setting->minimum != ABSENT && length < setting->minimum;
    bool high = setting->maximum != ABSENT && length > setting->maximum;
    if (!low && !high) return NULL;
    return arena_printf(arena, "应有 %lld 到 %lld 个字。", (long long)setting->minimum,
                        (long long)setting->maximum);
}

const char *setting_flaw(struct arena *arena, const struct setting_view *setting, const char *value) {
    if (strcmp(setting->kind, "integer") == 0) return integer_flaw(arena, setting, value);
    if (strcmp(setting->kind, "flag") == 0)
        return strcmp(value, "0") == 0 || strcmp(value, "1") == 0 ? NULL : "只能是 0（否）或 1（是）。";
    return text_flaw(arena, setting, value);
}

struct list text_lines(struct arena *arena, const char *text) {
    size_t room = 1, count = 0;
    for (const char *c = text; *c != '\0'; c++)
        room += *c == '\n';
    const char **lines = arena_array(arena, room, sizeof(*lines));
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        char *line = arena_memdup(arena, text, len);
        line[utf8_tidy(line, len)] = '\0';
        if (line[0] != '\0') lines[count++] = line;
        text += len + (text[len] == '\n');
    }
    return (struct list){count > 0 ? lines : NULL, count};
}
