/* What the files of the report feature share besides its structs. */
#ifndef MINYI_REPORT_INTERNAL_H
#define MINYI_REPORT_INTERNAL_H

#include "rules.h"
#include "types.h"

/* core.c: report_move() for a report whose state is known already: saves the reading. RECEIPT is set when
 * there is none yet; NULL leaves it. */
int report_move_known(struct ctx *ctx, const struct report_core *now, const char *event, const char *receipt,
                      const char **ret_to) MUST_CHECK;

/* core.c: the report, if the actor is its author. NOT_FOUND when not visible, FORBIDDEN when not his. */
int report_own(struct ctx *ctx, int64_t report_id, struct report_core *ret) MUST_CHECK;
/* Fails FORBIDDEN when the actor may no longer hand in reports: his drafts stay, but go nowhere. */
int report_need_writer(struct ctx *ctx) MUST_CHECK;
/* report_own() and report_need_writer(), in a state in which he may change it; else ILLEGAL_TRANSITION. */
int report_own_editable(struct ctx *ctx, int64_t report_id, struct report_core *ret) MUST_CHECK;

/* draft.c: a new draft; with the key of an earlier one of the same author, that one. CHANNEL: form, unit,
 * on_behalf. */
int report_draft_insert(struct ctx *ctx, const struct report_draft *draft, const char *channel,
                        int64_t *ret_id, bool *ret_new) MUST_CHECK;

/* What is worked out from a draft's text. */
struct report_measures {
    struct report_text text;
    int64_t words;
    char sha256[HASH_HEX_SIZE];
};
struct report_measures report_measure(const struct report_draft *draft);

/* authors.c: replaces the authors of a report, or of its UNSENT text; without any, the actor is the only one.
 */
int report_authors_write(struct ctx *ctx, int64_t report_id, bool unsent,
                         const struct list *authors) MUST_CHECK;
/* The authors in order; contacts of others only with ALL_CONTACTS. */
int report_authors_read(struct ctx *ctx, int64_t report_id, bool unsent, bool all_contacts,
                        struct list *ret) MUST_CHECK;

/* unsent.c: what the author changes after he handed in. True for the states in which he may. */
bool report_is_reopened(const char *status);
/* Keeps DRAFT beside the report, if the version is the one the author saw. */
int report_unsent_save(struct ctx *ctx, const struct report_draft *draft, const char *channel) MUST_CHECK;
/* Puts the unsent text, if there is one, over what REPORT has; the authors are read apart. */
int report_unsent_read(struct ctx *ctx, int64_t report_id, struct report_view *report,
                       bool *ret_found) MUST_CHECK;
/* Makes the unsent text, authors and attachments those of the report. */
int report_unsent_hand_in(struct ctx *ctx, int64_t report_id) MUST_CHECK;
int report_unsent_forget(struct ctx *ctx, int64_t report_id) MUST_CHECK;

/* submit.c: checks the rules and hands a report in: to the author's unit when it has to sign, else to the
 * committee. Gives the receipt, keeps the text as sent, tells the joint authors. */
int report_hand_in(struct ctx *ctx, const struct report_core *report, struct report_receipt *ret) MUST_CHECK;

/* attachments.c */
/* As the author has them (OWN), or as they were handed in last. */
int report_attachments_read(struct ctx *ctx, int64_t report_id, bool own, struct list *ret) MUST_CHECK;
/* What was added since is now the report's; what was taken away goes. */
int report_attachments_hand_in(struct ctx *ctx, int64_t report_id) MUST_CHECK;
/* Deletes all attachments of a report with the contents that nothing else uses. */
int report_attachments_delete(struct ctx *ctx, int64_t report_id) MUST_CHECK;

#endif
