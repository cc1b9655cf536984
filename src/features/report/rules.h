/* Pure decisions about reports: no store, no clock. */
#ifndef MINYI_REPORT_RULES_H
#define MINYI_REPORT_RULES_H

#include "minyi/base.h"

/* Limits of what may be submitted, from the settings. */
struct report_limits {
    int64_t max_words, title_max; /* 字数 of the three elements; characters of the title */
    bool analysis_required, suggestion_required;
};

struct report_text {
    const char *title, *situation, *analysis, *suggestion;
};

/* What keeps a text from being submitted. */
struct report_flaw {
    int error;         /* 0: nothing */
    const char *field; /* "title", "situation", "analysis", "suggestion", "words" */
    int64_t have, limit;
};

/* The first rule that TEXT breaks. */
struct report_flaw report_text_flaw(const struct report_text *text, const struct report_limits *limits);

/* 字数 of situation, analysis and suggestion together. */
int64_t report_words(const struct report_text *text);

/* States in which the author may change the text. */
bool report_is_editable(const char *status);

/* States whose decision and its reason the author reads. */
bool report_decision_is_told(const char *status);

#endif
