/* What the article feature's operations take and give. */
#ifndef MINYI_FEATURES_ARTICLE_TYPES_H
#define MINYI_FEATURES_ARTICLE_TYPES_H

#include "minyi/article.h"
#include "minyi/review.h"

enum { ARTICLE_TITLE_MAX = 100, ARTICLE_NOTE_MAX = 2000, ARTICLE_ELEMENT_MAX = 20000 };

struct article_id_in {
    int64_t id;
};

struct article_claim_in {
    int64_t id;
    bool force;
};

struct article_list_in {
    const char *status, *after;
    int64_t limit;
};

struct article_item {
    int64_t id, words, updated_ms, issue_id;
    const char *title, *status, *status_text, *publication_name, *step_name, *editor_name, *holder_name;
};

struct article_list_out {
    struct list items;
    const char *next;
};

struct article_photos_out {
    struct list items; /* of struct article_photo */
};

struct article_edit_in {
    int64_t id;
    const char *title, *editor_note, *situation, *analysis, *suggestion;
};

struct article_version_in {
    int64_t id, number;
};

struct article_version_view {
    int64_t number, at_ms;
    const char *title, *editor_note, *situation, *analysis, *suggestion, *reason, *by_name;
};

struct article_diff_in {
    int64_t id, from, to;
};

struct article_change {
    const char *kind, *text;
};

struct article_diff_part {
    const char *field;
    struct list changes;
};

struct article_diff_out {
    struct list parts;
    int64_t inserted, deleted; /* characters */
};

extern const struct record article_id_in_record, article_claim_in_record, article_list_in_record,
    article_item_record, article_list_out_record, article_edit_in_record, article_version_in_record,
    article_version_view_record, article_diff_in_record, article_diff_out_record, article_source_record,
    article_photo_record, article_photos_out_record, article_version_item_record, article_signoff_act_record;

/* The article, when the actor sees it and holds PERMISSION over its committee; else NOT_FOUND. */
int article_need(struct ctx *ctx, enum permission permission, int64_t article_id,
                 struct article_core *ret) MUST_CHECK;

/* Refuses when somebody else has the article open. */
int article_need_free(struct ctx *ctx, int64_t article_id) MUST_CHECK;

/* Why it cannot be sent to sign-off now, as a sentence; NULL in *ret when nothing is in the way. */
int article_blocked(struct ctx *ctx, const struct article_core *article, const char **ret) MUST_CHECK;

int article_list(struct ctx *ctx, const void *in, void *out);
int article_get(struct ctx *ctx, const void *in, void *out);
int article_edit(struct ctx *ctx, const void *in, void *out);
int article_version_get(struct ctx *ctx, const void *in, void *out);
int article_diff(struct ctx *ctx, const void *in, void *out);
int article_photos(struct ctx *ctx, const void *in, void *out);
int article_claim(struct ctx *ctx, const void *in, void *out);
int article_heartbeat(struct ctx *ctx, const void *in, void *out);
int article_release(struct ctx *ctx, const void *in, void *out);
int article_withdraw(struct ctx *ctx, const void *in, void *out);

#endif
