/* What the dispatch operations take and give. */
#ifndef MINYI_FEATURES_DISPATCH_TYPES_H
#define MINYI_FEATURES_DISPATCH_TYPES_H

#include "minyi/issue.h"
#include "minyi/route.h"

struct dispatch_rating {
    const char *rating, *note;
};

struct dispatch_list_in {
    const char *status, *after;
    int64_t issue_id, limit;
    bool mine;
};

struct dispatch_list_out {
    struct list items;
    const char *next;
};

struct dispatch_id_in {
    int64_t id;
};

struct dispatch_answer_in {
    int64_t id;
    const char *result, *text, *contact;
};

struct rating_in {
    int64_t id;
    const char *rating, *note;
};

struct outcomes_in {
    int64_t id;
};

/* What came of a report at one recipient, as its author sees it. */
struct outcome {
    int64_t dispatch_id, sent_ms, received_ms, answered_ms;
    const char *publication_name, *issue_number_text, *recipient_name, *status, *status_text, *answer_result,
        *answer_text, *rating, *rating_note;
    bool can_rate;
};

struct shown_instruction {
    const char *leader, *rank, *dated_on, *text;
};

struct outcomes_out {
    struct list items, instructions;
};

/* What an act on a dispatch needs to know of it. */
struct dispatch_core {
    int64_t id, issue_id, article_id, committee_id, unit_id, answered_ms, version;
    const char *status, *kind, *recipient_kind, *recipient_name, *title;
    bool issue_void;
};

/* The dispatch if the actor may see it (DISPATCH_VISIBLE), else NOT_FOUND. */
int dispatch_core_get(struct ctx *ctx, int64_t dispatch_id, struct dispatch_core *ret) MUST_CHECK;

/* Completes a view read from the store: names of states, what may be done, ratings. */
int dispatch_view_complete(struct ctx *ctx, struct dispatch_view *view) MUST_CHECK;

/* Pure decisions. */
/* A main recipient that is a department owes an answer. */
bool dispatch_owes_answer(const char *kind, const char *recipient_kind);

int dispatch_list(struct ctx *ctx, const void *in, void *out);
int dispatch_get(struct ctx *ctx, const void *in, void *out);
int dispatch_receive(struct ctx *ctx, const void *in, void *out);
int dispatch_answer(struct ctx *ctx, const void *in, void *out);
int dispatch_close(struct ctx *ctx, const void *in, void *out);
int dispatch_reopen(struct ctx *ctx, const void *in, void *out);
int rating_save(struct ctx *ctx, const void *in, void *out);
int report_outcomes(struct ctx *ctx, const void *in, void *out);

extern const struct record dispatch_rating_record, outcome_record, shown_instruction_record;

#endif
