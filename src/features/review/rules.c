/* Pure decisions of the desk: what a gate's result is bound to, how marks become a grade. */
#include "types.h"

#include <string.h>

const char *const gate_result_options[] = {"pass", "fail", "not_applicable", "override", NULL};
const struct code_name gate_result_names[] = {
    {"pass", "通过"}, {"fail", "不通过"}, {"not_applicable", "不适用"}, {"override", "越过"}, {NULL, NULL}};
const struct code_name grade_names[] = {
    {"excellent", "优"}, {"good", "良"}, {"fair", "中"}, {"poor", "差"}, {NULL, NULL}};
const char *const report_status_options[] = {"submitted", "in_review",  "returned", "kept",
                                             "merged",    "redirected", "adopted",  "published",
                                             "closed",    "withdrawn",  NULL};
const char *const urgency_options[] = {"normal", "urgent", "express", NULL};
const char *const grade_options[] = {"excellent", "good", "fair", "poor", NULL};

/* Whether the comma-separated SCOPE names NAME. */
static bool scope_names(const char *scope, const char *name) {
    size_t len = strlen(name);
    for (const char *at = scope; at && *at; at = strchr(at, ',')) {
        while (*at == ',' || *at == ' ')
            at++;
        if (strncmp(at, name, len) == 0 && (at[len] == '\0' || at[len] == ',' || at[len] == ' ')) return true;
    }
    return false;
}

void gate_scope_hash(const char *scope, const struct gate_texts *texts, char out[HASH_HEX_SIZE]) {
    const struct {
        const char *name, *text;
        bool usual;
    } known[] = {
        {"title", texts->title, true},           {"editor_note", texts->editor_note, false},
        {"situation", texts->situation, true},   {"analysis", texts->analysis, true},
        {"suggestion", texts->suggestion, true},
    };
    bool named = false;
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        named = named || scope_names(scope, known[i].name);
    /* A text outside the scope enters as NULL, which differs from an empty one inside. */
    const char *judged[ARRAY_LEN(known)];
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        bool inside = named ? scope_names(scope, known[i].name) : known[i].usual;
        judged[i] = !inside ? NULL : known[i].text ? known[i].text : "";
    }
    hash_texts(judged, ARRAY_LEN(judged), out);
}

bool gate_result_closes(const char *result) {
    return result && (strcmp(result, "pass") == 0 || strcmp(result, "not_applicable") == 0 ||
                      strcmp(result, "override") == 0);
}

char gate_letter(const char *result) {
    if (!result) return '-';
    return strcmp(result, "pass") == 0       ? 'P'
           : strcmp(result, "fail") == 0     ? 'F'
           : strcmp(result, "override") == 0 ? 'O'
                                             : 'N';
}

int64_t grade_total(const struct grade_part *parts, size_t count) {
    int64_t weights = 0, sum = 0;
    for (size_t i = 0; i < count; i++) {
        weights += parts[i].weight;
        sum += parts[i].weight * parts[i].mark;
    }
    /* With weights of 100 percent this is Σ weight × mark × 20 exactly; other sums are brought to 100. */
    return weights ? (sum * 2000 + weights / 2) / weights : 0;
}

const char *grade_of(int64_t total, int64_t excellent, int64_t good, int64_t fair) {
    return total >= excellent * 100 ? "excellent"
           : total >= good * 100    ? "good"
           : total >= fair * 100    ? "fair"
                                    : "poor";
}

bool grading_open(const char *status) {
    const char *const open[] = {"in_review", "kept", "redirected", "adopted", "published", "closed"};
    for (size_t i = 0; i < ARRAY_LEN(open); i++)
        if (strcmp(status, open[i]) == 0) return true;
    return false;
}
