/* The desk: queue, claims, gates, grading, decisions. */
#ifndef MINYI_REVIEW_H
#define MINYI_REVIEW_H

#include "minyi/report.h"
#include "minyi/route.h"

/* Gates of a report or article: the number of active gates whose newest result is not pass, not_applicable or
 * override for the text that is there now. Used on every path to sign-off. */
int gates_open(struct ctx *ctx, const char *kind, int64_t record_id, int64_t *ret_open) MUST_CHECK;

/* Names of the open gates joined by 、, for messages; NULL in *ret when all are closed. */
int gates_open_names(struct ctx *ctx, const char *kind, int64_t record_id, const char **ret) MUST_CHECK;

struct gate_view {
    int64_t gate_id, at_ms;
    const char *code, *name, *question, *result, *note, *by_name;
    struct list checklist, checked;
    bool stale;
    /* not on the wire */
    const char *checklist_lines, *checked_numbers, *scope, *judged_sha256, *whole_sha256;
};

/* The gates with their current results, as struct gate_view (gate_view_record). */
int gates_list(struct ctx *ctx, const char *kind, int64_t record_id, struct list *ret) MUST_CHECK;
extern const struct record gate_view_record;

/* Takes, renews or ends the lease on a record; ERR_CLAIMED_BY_OTHER names the holder. */
int lease_take(struct ctx *ctx, const char *kind, int64_t record_id, bool force) MUST_CHECK;
int lease_release(struct ctx *ctx, const char *kind, int64_t record_id) MUST_CHECK;

/* Who holds a record now; NULL in *ret when nobody does (an expired lease is none). */
struct lease_view {
    int64_t account_id;
    const char *name;
    int64_t since_ms, expires_ms;
    bool mine;
};
extern const struct record lease_view_record;
int lease_get(struct ctx *ctx, const char *kind, int64_t record_id, const struct lease_view **ret) MUST_CHECK;

/* Judges a gate anew by copying what a report's reviewers found: every closed gate of REPORT_ID whose texts
 * are the same in ARTICLE_ID counts there too, by the same person, saying so in its note. */
int gates_carry_over(struct ctx *ctx, int64_t report_id, int64_t article_id) MUST_CHECK;

/* The committees over which the actor holds PERMISSION, his own first, as a list of int64_t: lists are read
 * one committee at a time, so that each follows an index, and then merged. */
int desk_committees(struct ctx *ctx, enum permission permission, struct list *ret) MUST_CHECK;

struct grading_mark_view {
    int64_t criterion_id, mark;
};

struct grading_view {
    int64_t reviewer_id, total, at_ms;
    const char *reviewer_name, *grade, *note;
    struct list marks;
    bool stale;
    int64_t id;              /* not on the wire */
    const char *text_sha256; /* not on the wire */
};

/* What of a report's gradings the actor may see. */
struct gradings {
    struct list views; /* struct grading_view, oldest first; only mine while the rest is hidden */
    const struct grading_view *mine; /* or NULL */
    int64_t average, spread;         /* of those for the text as it is; ABSENT while hidden or none */
};
int gradings_get(struct ctx *ctx, const struct report_core *report, struct gradings *ret) MUST_CHECK;

extern const struct code_name gate_result_names[], grade_names[];

extern const struct route_table review_routes;

#endif
