/* The structs of the report feature's operations, in and out, and what its files share. */
#ifndef MINYI_REPORT_TYPES_H
#define MINYI_REPORT_TYPES_H

#include "minyi/report.h"

enum { AUTHORS_MAX = 10 };

/* ---- In ---- */

struct report_author_in {
    int64_t account_id; /* ABSENT: a person outside the system */
    const char *name, *unit_name, *post, *standing, *contact;
};

/* A draft as the author's device holds it. Absent texts count as empty: a save replaces the whole draft. */
struct report_draft {
    int64_t id; /* saving only */
    const char *client_key;
    const char *title, *situation, *analysis, *suggestion;
    int64_t category_id;
    const char *source, *urgency, *target_level, *writer;
    bool name_public; /* absence is no consent */
    const char *name_public_reason, *suggested_recipients, *remarks;
    struct list authors; /* struct report_author_in; empty: the actor alone */
    bool via_unit;
};

struct report_id_in {
    int64_t id;
};

struct report_list_in {
    const char *status, *after;
    int64_t limit;
};

struct report_submit_in {
    int64_t id;
    bool confirm_not_classified;
};

struct report_unit_sign_in {
    int64_t id;
    bool approve;
    const char *reason_code, *note;
    const char *text_sha256; /* of the text that the signer saw; NULL: not told */
};

struct person_search_in {
    const char *search;
};

struct attachment_add_in {
    int64_t id;
    const char *name;
};

struct attachment_in {
    int64_t id, attachment_id;
};

/* ---- Out ---- */

struct report_item {
    int64_t id, words, updated_ms, submitted_ms, last_event_ms;
    const char *title, *status, *status_text, *category_name, *urgency, *receipt, *last_event, *author_name;
};

struct report_page {
    struct list items; /* struct report_item */
    const char *next;
};

struct report_receipt {
    int64_t id, submitted_ms, version;
    const char *receipt, *text_sha256, *status, *status_text;
};

struct timeline_item {
    int64_t id, at_ms;
    const char *kind, *text, *staff_text, *actor_name;
};

struct timeline {
    struct list items; /* struct timeline_item */
};

struct person {
    int64_t account_id;
    const char *name, *unit_name;
};

struct people {
    struct list items; /* struct person */
};

extern const struct record report_author_in_record, report_draft_record, report_save_record, report_id_record,
    report_list_in_record, report_submit_in_record, report_unit_sign_in_record, person_search_in_record,
    attachment_add_in_record, attachment_in_record;
extern const struct record report_author_view_record, attachment_view_record, report_item_record,
    report_page_record, report_unit_item_record, report_unit_page_record, report_receipt_record,
    timeline_item_record, timeline_record, person_record, people_record;

/* ---- Operations ---- */

int report_list(struct ctx *ctx, const void *in, void *out);
int report_unit_list(struct ctx *ctx, const void *in, void *out);
int report_create(struct ctx *ctx, const void *in, void *out);
int report_on_behalf(struct ctx *ctx, const void *in, void *out);
int report_get(struct ctx *ctx, const void *in, void *out);
int report_save(struct ctx *ctx, const void *in, void *out);
int report_delete(struct ctx *ctx, const void *in, void *out);
int report_submit(struct ctx *ctx, const void *in, void *out);
int report_withdraw(struct ctx *ctx, const void *in, void *out);
int report_unit_sign(struct ctx *ctx, const void *in, void *out);
int report_timeline(struct ctx *ctx, const void *in, void *out);
int person_search(struct ctx *ctx, const void *in, void *out);
int attachment_add(struct ctx *ctx, const void *in, void *out);
int attachment_delete(struct ctx *ctx, const void *in, void *out);
int attachment_get(struct ctx *ctx, const void *in, void *out);

#endif
