/* What the sign-off operations take and give. */
#ifndef MINYI_FEATURES_SIGNOFF_TYPES_H
#define MINYI_FEATURES_SIGNOFF_TYPES_H

#include "minyi/article.h"
#include "minyi/issue.h"
#include "minyi/route.h"

struct send_in {
    int64_t id;
    const char *note;
};

struct recall_in {
    int64_t id;
};

struct sign_in {
    int64_t id;
    const char *title, *editor_note, *situation, *analysis, *suggestion, *note;
};

struct sign_out {
    const struct article_view *article;
    int64_t issue_id;
    const char *issue_number_text;
    bool waits_for_gates; /* the change is kept, the last signature waits for the desk to judge it */
};

struct signoff_return_in {
    int64_t id;
    const char *reason_code, *note;
};

struct signoff_list_in {
    bool done;
    const char *after;
    int64_t limit;
};

struct signoff_item {
    int64_t article_id, step, round, sent_ms, words, signed_ms;
    const char *title, *publication_name, *step_name, *for_name, *act;
    int64_t key, key_id; /* of the page */
};

struct signoff_list_out {
    struct list items;
    const char *next;
};

struct delegation_in {
    int64_t to_id, starts_ms, ends_ms;
    const char *note;
};

struct delegation_view {
    int64_t id, from_id, to_id, starts_ms, ends_ms, ended_ms;
    const char *from_name, *to_name, *note;
    bool active, mine;
};

struct delegation_id_in {
    int64_t id;
};

struct delegation_list_out {
    struct list items;
};

struct signer_item {
    int64_t account_id;
    const char *name, *unit_name;
};

struct signer_list_out {
    struct list items;
};

/* A step of a publication's chain. */
struct signoff_step {
    int64_t position, next; /* next: position of the step after it, or ABSENT */
    const char *name;
};

/* One row of signoff_act to write. */
struct signoff_act_new {
    const char *act, *note, *reason_code;
    int64_t step, round, for_id;
    const char *step_name, *text_sha256;
};
int signoff_act_add(struct ctx *ctx, int64_t article_id, const struct signoff_act_new *act) MUST_CHECK;

/* The article, when it is in sign-off, the actor may sign the step now due and saw its newest version.
 * *RET_FOR is whom he signs for, ABSENT for himself. */
int signoff_need(struct ctx *ctx, int64_t article_id, struct article_core *ret, struct signoff_step *ret_step,
                 int64_t *ret_for) MUST_CHECK;

/* Tells everybody who may sign the step now due, but not the actor. */
int signoff_notify_due(struct ctx *ctx, int64_t article_id) MUST_CHECK;

int article_send(struct ctx *ctx, const void *in, void *out);
int article_recall(struct ctx *ctx, const void *in, void *out);
int article_sign(struct ctx *ctx, const void *in, void *out);
int article_signoff_return(struct ctx *ctx, const void *in, void *out);
int signoff_list(struct ctx *ctx, const void *in, void *out);
int delegation_list(struct ctx *ctx, const void *in, void *out);
int delegation_add(struct ctx *ctx, const void *in, void *out);
int delegation_end(struct ctx *ctx, const void *in, void *out);
int signer_list(struct ctx *ctx, const void *in, void *out);

extern const struct record signoff_item_record, delegation_view_record, signer_item_record;

#endif
