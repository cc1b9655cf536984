/* What may be submitted, changed and told. */
#include "rules.h"

#include <string.h>

#include "minyi/err.h"
#include "minyi/utf8.h"

static bool one_of(const char *value, const char *const *values) {
    for (; *values != NULL; values++)
        if (strcmp(value, *values) == 0) return true;
    return false;
}

bool report_is_editable(const char *status) {
    return one_of(status, (const char *const[]){"draft", "returned", "withdrawn", NULL});
}

bool report_decision_is_told(const char *status) {
    return one_of(status, (const char *const[]){"returned", "kept", "redirected", NULL});
}

static bool empty(const char *text) {
    return text == NULL || *text == '\0';
}

int64_t report_words(const struct report_text *text) {
    size_t words = 0;
    const char *const parts[] = {text->situation, text->analysis, text->suggestion};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (parts[i] != NULL) words += utf8_words(parts[i]);
    return (int64_t)words;
}

static struct report_flaw missing(const char *field) {
    return (struct report_flaw){.error = ERR_REQUIRED, .field = field};
}

static struct report_flaw too_long(const char *field, int64_t have, int64_t limit) {
    return (struct report_flaw){.error = ERR_TOO_LONG, .field = field, .have = have, .limit = limit};
}

struct report_flaw report_text_flaw(const struct report_text *text, const struct report_limits *limits) {
    if (empty(text->title)) return missing("title");
    int64_t title = (int64_t)utf8_length(text->title);
    if (title > limits->title_max) return too_long("title", title, limits->title_max);
    if (empty(text->situation)) return missing("situation");
    if (limits->analysis_required && empty(text->analysis)) return missing("analysis");
    if (limits->suggestion_required && empty(text->suggestion)) return missing("suggestion");
    int64_t words = report_words(text);
    if (words > limits->max_words) return too_long("words", words, limits->max_words);
    return (struct report_flaw){0};
}
