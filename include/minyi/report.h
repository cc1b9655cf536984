/* Reports 来稿: written, submitted, followed by their author; the timeline and the attachments. */
#ifndef MINYI_REPORT_H
#define MINYI_REPORT_H

#include "minyi/hash.h"
#include "minyi/lifecycle.h"
#include "minyi/route.h"

extern const struct lifecycle report_lifecycle;

/* Over `report R`, which the actor $1 wrote or recorded: it is still his. */
#define REPORT_STILL_OWN(R)                                                                   \
    "(" R ".channel <> 'on_behalf' OR EXISTS (SELECT 1 FROM access o WHERE o.account_id = $1" \
    " AND o.permission = 'report.on_behalf' AND o.unit_id = " R ".committee_id))"
#define REPORT_OWN "(r.author_id = $1 AND " REPORT_STILL_OWN("r") ")"

/* `report R` is with the desk of its committee: not while it waits for its unit, and not after it was taken
 * back, which is only possible before anybody opened it. */
#define REPORT_AT_DESK(R) \
    "(" R ".submitted_ms IS NOT NULL AND " R ".status NOT IN ('draft', 'unit_signing', 'withdrawn'))"
/* `report R` was handed to its unit or past it, and not taken back. */
#define REPORT_AT_UNIT(R) "(" R ".status NOT IN ('draft', 'withdrawn'))"

/* The one visibility rule for reports, as SQL over `report r`, with the actor's account id as $1: its
 * authors, the joint ones once it was handed in; readers of the author's unit and the desk of the committee
 * while they have it. Who recorded it for somebody else sees it while that is his office.
 * Whoever is not the author himself sees what was handed in last: that is what `report`, `report_author` and
 * attachments that are not `unsent` hold (src/features/report/unsent.c). */
#define REPORT_VISIBLE                                                                   \
    "(" REPORT_OWN " OR (r.status <> 'draft' AND EXISTS (SELECT 1 FROM report_author ra" \
    "     WHERE ra.report_id = r.id AND ra.account_id = $1))"                            \
    " OR (" REPORT_AT_UNIT(                                                              \
        "r") " AND EXISTS (SELECT 1 FROM access a WHERE a.account_id = $1"               \
             "     AND a.permission = 'report.unit_read' AND a.unit_id = r.unit_id))"    \
             " OR (" REPORT_AT_DESK(                                                     \
                 "r") "     AND EXISTS (SELECT 1 FROM access a WHERE a.account_id = $1"  \
                      "     AND a.permission = 'report.read' AND a.unit_id = r.committee_id)))"

/* What other features need to know of a report before they act on it. */
struct report_core {
    int64_t id, committee_id, unit_id, author_id, category_id, assignee_id, version, submitted_ms, opened_ms;
    const char *status, *receipt, *title, *situation, *analysis, *suggestion, *text_sha256;
};

/* The report if the actor may see it (REPORT_VISIBLE), else fail NOT_FOUND. Its text is the one handed in
 * last, for the author too: what he has not handed in, only report_view_get() shows him. */
int report_core_get(struct ctx *ctx, int64_t report_id, struct report_core *ret) MUST_CHECK;

/* REPORT_AT_DESK of a report that was read. */
bool report_is_at_desk(const struct report_core *report);

/* Moves a report by an event of its life cycle in a write: checks the table, sets the status and its time
 * (opened, decided, published, closed), bumps the version and adds the audit row "report.EVENT". Fails with
 * ILLEGAL_TRANSITION. */
int report_move(struct ctx *ctx, int64_t report_id, const char *event) MUST_CHECK;

/* Adds a line to the timeline. TEXT is what the author reads (NULL: nothing); STAFF_TEXT what the desk reads
 * besides (or NULL). */
int report_event_add(struct ctx *ctx, int64_t report_id, const char *kind, const char *text,
                     const char *staff_text) MUST_CHECK;

/* A timeline line and a notice to every author with an account. */
int report_tell_authors(struct ctx *ctx, int64_t report_id, const char *kind, const char *title,
                        const char *text) MUST_CHECK;

/* Hash of title and elements: what gates, gradings and sign-offs are bound to. */
void report_text_hash(const char *title, const char *situation, const char *analysis, const char *suggestion,
                      char out[HASH_HEX_SIZE]);

/* An author as its reader may see him. */
struct report_author_view {
    int64_t id, account_id;
    const char *name, *unit_name, *post, *standing, *contact;
};

/* An attachment, the record "Attachment" on the wire. */
struct attachment_view {
    int64_t id, size, created_ms;
    const char *name, *mime, *sha256;
    bool unsent, dropped; /* columns only */
};

/* A whole report as its reader may see it, the record "Report" on the wire; NOT_FOUND when not visible. */
struct report_view {
    int64_t id, category_id, author_id, unit_id, committee_id, words, version;
    int64_t created_ms, updated_ms, submitted_ms, opened_ms, decided_ms, published_ms, closed_ms;
    const char *receipt, *status, *status_text, *title, *situation, *analysis, *suggestion, *text_sha256;
    const char *category_name, *source, *channel, *urgency, *target_level, *writer;
    const char *name_public_reason, *suggested_recipients, *remarks;
    const char *author_name, *unit_name, *committee_name, *decision_code, *decision_text;
    const char *sent_title, *sent_sha256; /* beside a text of the author's own: what his receipt is for */
    bool name_public, can_edit, can_submit, can_withdraw, can_delete, can_unit_sign;
    bool as_handed_in;       /* the author may be changing it: this is what he handed in last */
    bool has_unsent;         /* this is the author's own text, changed since he handed it in */
    struct list authors;     /* struct report_author_view */
    struct list attachments; /* struct attachment_view */
    /* Columns only. */
    bool is_staff, may_unit_sign, has_attachments;
};

extern const struct record report_view_record;
int report_view_get(struct ctx *ctx, int64_t report_id, struct report_view *ret) MUST_CHECK;

/* The same as it was handed in last, for its author too: what the committee has. */
int report_view_handed_in(struct ctx *ctx, int64_t report_id, struct report_view *ret) MUST_CHECK;

/* One report out of an older ledger or file. */
struct report_import {
    const char *key; /* the same key of the same author again is the same report: an import can be repeated */
    const char *title, *situation, *analysis, *suggestion;
    int64_t category_id; /* ABSENT: none */
};

/* Records and hands in a report as the actor, at ctx->now, without today's limits of length: what was written
 * under other rules comes in as it is. *RET_NEW is false when it was there already. Title at most 100, each
 * element at most 20,000 characters: TOO_LONG names the field. */
int report_import(struct ctx *ctx, const struct report_import *report, int64_t *ret_id,
                  bool *ret_new) MUST_CHECK;

extern const struct code_name report_channel_names[], urgency_names[];

extern const struct route_table report_routes;
extern const struct route_table attachment_routes;

#endif
