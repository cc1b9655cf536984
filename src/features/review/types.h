/* What the desk's operations take and give. */
#ifndef MINYI_FEATURES_REVIEW_TYPES_H
#define MINYI_FEATURES_REVIEW_TYPES_H

#include "minyi/article.h"
#include "minyi/report.h"
#include "minyi/review.h"

/* ---- gates ---- */

/* The texts that gates judge, of a report or an article; a report has no editor's note. */
struct gate_texts {
    const char *text_sha256; /* of the whole record, as clients see it */
    const char *title, *editor_note, *situation, *analysis, *suggestion;
};

struct gate_save_in {
    int64_t id, gate_id;
    const char *result, *note, *text_sha256, *reason_code;
    struct list checked;
};

/* Hash of the texts named in SCOPE ("title,situation"): what a result is bound to. Unknown names are skipped;
 * a scope that names nothing known judges title and elements. An absent editor's note is an empty one. */
void gate_scope_hash(const char *scope, const struct gate_texts *texts, char out[HASH_HEX_SIZE]);

bool gate_result_closes(const char *result); /* pass, not_applicable, override */
char gate_letter(const char *result);        /* P F N O, - for none */

int gate_texts_get(struct ctx *ctx, const char *kind, int64_t record_id, struct gate_texts *ret) MUST_CHECK;

enum { GATES_REPORTS_MAX = 25 };

/* What is needed to tell the letters of up to GATES_REPORTS_MAX reports: the active gates in order, and the
 * newest result of each for each report. */
struct gates_page {
    struct list gates, results;
};
int gates_page_get(struct ctx *ctx, const int64_t *report_ids, size_t count,
                   struct gates_page *ret) MUST_CHECK;

/* Letters of the gates of a report of the page, one a gate in their order: "PPFN-". TEXT_SHA256 is the
 * report's. */
int gates_letters(struct ctx *ctx, const struct gates_page *page, int64_t report_id, const char *text_sha256,
                  const char **ret) MUST_CHECK;

/* ---- the desk ---- */

/* The report, when the desk of its committee has it and the actor holds PERMISSION (besides report.read) over
 * the committee; else NOT_FOUND. */
int desk_need(struct ctx *ctx, enum permission permission, int64_t report_id,
              struct report_core *ret) MUST_CHECK;

struct desk_id_in {
    int64_t id;
};

struct desk_claim_in {
    int64_t id;
    bool force;
};

struct desk_counts_out {
    int64_t submitted, in_review, mine, returned, kept, adopted, urgent, overdue, unread, articles_editing,
        articles_in_signoff, signoff_mine, dispatch_pending, dispatch_waiting;
};

struct desk_list_in {
    const char *status, *urgency, *assignee, *after;
    int64_t category_id, unit_id, older_than_days, limit;
    bool unread;
};

struct desk_item {
    int64_t id, words, submitted_ms, opened_ms, assignee_id, version;
    const char *receipt, *title, *status, *status_text, *category_name, *urgency, *unit_name, *author_name,
        *assignee_name, *holder_name, *gates, *grade;
    bool unread;
    /* not on the wire */
    const char *text_sha256;
    int64_t committee_id, average;
};

struct desk_list_out {
    struct list items;
    const char *next;
};

struct grading_save_in {
    int64_t id;
    struct list marks;
    const char *note, *text_sha256;
};

struct desk_article {
    int64_t id;
    const char *title, *status, *status_text;
};

struct desk_version {
    int64_t number, at_ms;
    const char *text_sha256;
};

struct desk_report_out {
    const struct report_view *report;
    struct list gates, gradings, articles, versions;
    const struct grading_view *my_grading;
    int64_t grade_average, spread, version;
    const struct lease_view *lease;
    bool can_review, can_grade, can_decide;
};

struct decide_in {
    int64_t id;
    const char *reason_code, *text;
};

struct adopt_in {
    int64_t id, publication_id;
};

struct article_created_out {
    int64_t article_id;
};

struct assign_in {
    int64_t id, account_id;
};

/* ---- rules.c ---- */

/* Marks 1…5 by weight in percent: hundredths of a point, 0…10000, rounded half up. */
struct grade_part {
    int64_t weight, mark;
};
int64_t grade_total(const struct grade_part *parts, size_t count);
/* Limits in points (85, 70, 60), TOTAL in hundredths of a point. */
const char *grade_of(int64_t total, int64_t excellent, int64_t good, int64_t fair);
struct grade_bounds {
    int64_t excellent, good, fair;
};
int grade_bounds_get(struct ctx *ctx, struct grade_bounds *ret) MUST_CHECK;
const char *grade_within(const struct grade_bounds *bounds, int64_t total);
int grade_by_settings(struct ctx *ctx, int64_t total, const char **ret) MUST_CHECK;
bool grading_open(const char *status); /* a report in this state may be graded */

extern const char *const gate_result_options[];
extern const char *const report_status_options[];
extern const char *const urgency_options[];
extern const char *const grade_options[];

extern const struct record gate_save_in_record, desk_id_in_record, desk_claim_in_record,
    desk_counts_out_record, desk_list_in_record, desk_item_record, desk_list_out_record, grading_mark_record,
    grading_view_record, grading_save_in_record, desk_report_out_record, decide_in_record, adopt_in_record,
    article_created_record, assign_in_record, desk_article_record, desk_version_record;

int desk_counts(struct ctx *ctx, const void *in, void *out);
int desk_list(struct ctx *ctx, const void *in, void *out);
int desk_get(struct ctx *ctx, const void *in, void *out);
int desk_claim(struct ctx *ctx, const void *in, void *out);
int desk_heartbeat(struct ctx *ctx, const void *in, void *out);
int desk_release(struct ctx *ctx, const void *in, void *out);
int report_gate_save(struct ctx *ctx, const void *in, void *out);
int article_gate_save(struct ctx *ctx, const void *in, void *out);
int grading_save(struct ctx *ctx, const void *in, void *out);
int report_return(struct ctx *ctx, const void *in, void *out);
int report_keep(struct ctx *ctx, const void *in, void *out);
int report_redirect(struct ctx *ctx, const void *in, void *out);
int report_reopen(struct ctx *ctx, const void *in, void *out);
int report_adopt(struct ctx *ctx, const void *in, void *out);
int report_assign(struct ctx *ctx, const void *in, void *out);

#endif
