/* What the issue operations take and give. */
#ifndef MINYI_FEATURES_ISSUE_TYPES_H
#define MINYI_FEATURES_ISSUE_TYPES_H

#include "minyi/issue.h"
#include "minyi/route.h"

struct issue_list_in {
    int64_t publication_id, year, limit;
    const char *after;
};

struct issue_item {
    int64_t id, year, number, signed_ms, dispatches, answered, instructions;
    const char *publication_name, *publication_kind, *number_text, *title, *status, *status_text, *issued_on;
};

struct issue_list_out {
    struct list items;
    const char *next;
};

struct issue_id_in {
    int64_t id;
};

struct issue_recipients_in {
    int64_t id;
    struct list main, copy; /* of int64_t */
};

struct issue_void_in {
    int64_t id;
    const char *reason;
};

struct issue_send_in {
    int64_t id;
    const char *due_on;
};

struct recipient_view {
    int64_t id, unit_id, position, version;
    const char *kind, *name, *rank;
    bool active;
};

struct recipient_in {
    int64_t id, unit_id, position;
    const char *kind, *name, *rank;
    bool active;
};

struct recipient_list_out {
    struct list items;
};

struct instruction_in {
    int64_t id, recipient_id;
    const char *leader, *rank, *dated_on, *text;
    bool shown_to_author;
};

struct instruction_list_out {
    struct list items;
};

/* What an act on an issue needs to know of it. */
struct issue_core {
    int64_t id, committee_id, article_id, version;
    const char *status, *number_text, *title, *publication_name;
};

/* Binds the photos that the issue's text calls to it. In the write that makes it. */
int issue_photos_keep(struct ctx *ctx, int64_t issue_id, int64_t article_id) MUST_CHECK;

/* The issue if the actor may see it (ISSUE_VISIBLE), else NOT_FOUND. */
int issue_core_get(struct ctx *ctx, int64_t issue_id, struct issue_core *ret) MUST_CHECK;

/* The same, when the actor also holds PERMISSION over its committee; else NOT_FOUND. */
int issue_need(struct ctx *ctx, enum permission permission, int64_t issue_id,
               struct issue_core *ret) MUST_CHECK;

/* Sets the status an event leads to and bumps the version; PRECONDITION_FAILED when it is not ctx->if_match.
 */
int issue_move(struct ctx *ctx, const struct issue_core *issue, const char *event,
               const char *void_reason) MUST_CHECK;

/* Instructions of an issue that the actor sees. */
int instruction_list_of_issue(struct ctx *ctx, int64_t issue_id, struct list *ret) MUST_CHECK;

/* Pure decisions. */
/* FORMAT with {year}, {number} and {total} replaced. */
const char *issue_number_format(struct arena *arena, const char *format, int64_t year, int64_t number,
                                int64_t total);
/* "省政协委员"; NULL for standings that are no title to print. */
const char *issue_standing_title(const char *standing);
const char *issue_rank_zh(const char *rank);

int issue_list(struct ctx *ctx, const void *in, void *out);
int issue_get(struct ctx *ctx, const void *in, void *out);
int issue_recipients_save(struct ctx *ctx, const void *in, void *out);
int issue_void(struct ctx *ctx, const void *in, void *out);
int issue_send(struct ctx *ctx, const void *in, void *out);
int recipient_list(struct ctx *ctx, const void *in, void *out);
int recipient_add(struct ctx *ctx, const void *in, void *out);
int recipient_save(struct ctx *ctx, const void *in, void *out);
int instruction_list(struct ctx *ctx, const void *in, void *out);
int instruction_add(struct ctx *ctx, const void *in, void *out);
int instruction_save(struct ctx *ctx, const void *in, void *out);

extern const struct record issue_item_record, issue_source_record, recipient_view_record;

#endif
