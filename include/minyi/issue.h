/* Sign-off chain, numbered issues, dispatches, instructions, answers, ratings. */
#ifndef MINYI_ISSUE_H
#define MINYI_ISSUE_H

#include "minyi/lifecycle.h"
#include "minyi/route.h"

extern const struct lifecycle dispatch_lifecycle;
extern const struct lifecycle issue_lifecycle;

/* Visibility of issues, over `issue i`, actor $1: readers of the committee; handlers of a unit it was sent
 * to. */
#define ISSUE_VISIBLE                                                                         \
    "(EXISTS (SELECT 1 FROM access a WHERE a.account_id = $1 AND a.permission = 'issue.read'" \
    "   AND a.unit_id = i.committee_id)"                                                      \
    " OR EXISTS (SELECT 1 FROM dispatch d JOIN access a ON a.account_id = $1"                 \
    "   AND a.permission = 'dispatch.answer' AND a.unit_id = d.unit_id"                       \
    "   WHERE d.issue_id = i.id AND d.status <> 'pending'))"

/* What an issue was signed as, over `issue i` JOIN `publication p`. */
#define ISSUE_PUBLICATION_NAME "COALESCE(i.publication_name, p.name) AS publication_name"
#define ISSUE_ISSUING_OFFICE "COALESCE(i.issuing_office, p.issuing_office) AS issuing_office"
#define ISSUE_PRINT_OFFICE "COALESCE(i.print_office, p.print_office) AS print_office"

/* To whom a dispatch goes and where it stands among the others, over `dispatch d` JOIN `recipient rc`: as the
 * address book had it when it was put on. */
#define DISPATCH_RECIPIENT_NAME "COALESCE(d.recipient_name, rc.name)"
#define DISPATCH_RECIPIENT_ORDER "COALESCE(d.recipient_position, rc.position), d.id"

/* Visibility of dispatches, over `dispatch d`, actor $1. */
#define DISPATCH_VISIBLE                                                                           \
    "(EXISTS (SELECT 1 FROM access a WHERE a.account_id = $1 AND a.permission = 'dispatch.manage'" \
    "   AND a.unit_id = d.committee_id)"                                                           \
    " OR (d.status <> 'pending' AND EXISTS (SELECT 1 FROM access a WHERE a.account_id = $1"        \
    "   AND a.permission = 'dispatch.answer' AND a.unit_id = d.unit_id)))"

/* Who may sign the step now due of `article ar`, `signoff_step st`: accounts that hold the step's role over
 * the committee, may sign there and are not switched off. Roles do not cross from one committee into another.
 */
#define SIGNOFF_HOLDERS                                                                       \
    "account_role h JOIN unit hu ON hu.id = h.unit_id AND hu.committee_id = ar.committee_id"  \
    " JOIN unit_tree ht ON ht.ancestor_id = h.unit_id AND ht.descendant_id = ar.committee_id" \
    " JOIN account ha ON ha.id = h.account_id AND ha.status <> 'disabled'"                    \
    " JOIN access hp ON hp.account_id = h.account_id AND hp.permission = 'signoff.sign'"      \
    "   AND hp.unit_id = ar.committee_id"

/* The actor ($1) is the holder, and has signed no other step of this round for himself (setting
 * signoff.distinct_signers). `+ 0`: to be found by the article, not by all that the signer ever signed. */
#define SIGNOFF_OWN                                                                                      \
    "(h.account_id = $1 AND NOT EXISTS (SELECT 1 FROM signoff_act sb"                                    \
    "   JOIN setting ds ON ds.key = 'signoff.distinct_signers' AND ds.value = '1'"                       \
    "   WHERE sb.article_id = ar.id AND sb.round = ar.round AND sb.by_id + 0 = $1 AND sb.for_id IS NULL" \
    "   AND sb.act IN ('sign', 'edit_sign')))"

/* The holder has delegated to the actor ($1) for the time now ($2). Delegations do not chain. */
#define SIGNOFF_DELEGATED                                                 \
    "EXISTS (SELECT 1 FROM delegation de WHERE de.from_id = h.account_id" \
    "   AND de.to_id = $1 AND de.ended_ms IS NULL AND de.starts_ms <= $2 AND de.ends_ms > $2)"

/* Articles that wait for the actor, over `article ar` JOIN `signoff_step st` (the step now due), actor $1,
 * now $2. */
#define SIGNOFF_MINE                                                       \
    "(ar.status = 'in_signoff' AND EXISTS (SELECT 1 FROM " SIGNOFF_HOLDERS \
    " WHERE h.role_id = st.role_id AND (" SIGNOFF_OWN " OR " SIGNOFF_DELEGATED ")))"

/* Makes the numbered issue of an article whose last signature was just given: takes the next number of its
 * publication and year in this transaction (no gap, no reuse). *ret_number_text (may not be NULL) is the
 * number as printed, in ctx->arena. */
int issue_create(struct ctx *ctx, int64_t article_id, int64_t *ret_issue_id,
                 const char **ret_number_text) MUST_CHECK;

/* The photos that the issue prints, struct article_photo with name and sha256: those of its signing; of an
 * issue signed before they were kept, those that its article's sources have now. Asks for no rights: the
 * caller has asked for the issue's. */
int issue_photos_of(struct ctx *ctx, int64_t issue_id, int64_t article_id, struct list *ret) MUST_CHECK;

/* The one committee over which the actor holds PERMISSION; ABSENT when there are several or none, or when he
 * may also see what was sent to his unit: lists then ask row by row. */
int issue_sole_committee(struct ctx *ctx, enum permission permission, int64_t *ret) MUST_CHECK;

/* A dispatch as those who see it see it: the record "Dispatch" on the wire. */
struct dispatch_view {
    int64_t id, issue_id, recipient_id, sent_ms, received_ms, answered_ms, version;
    const char *issue_number_text, *issue_title, *publication_name, *recipient_name, *recipient_kind, *kind,
        *status, *status_text, *due_on, *answer_result, *answer_text, *contact, *answered_by_name;
    bool owes_answer; /* it was sent, an answer is due and none has come: the department can be urged */
    bool overdue, can_receive, can_answer, can_register, can_close;
    struct list ratings;
    bool manages, handles, issue_void; /* not on the wire */
};
extern const struct record dispatch_view_record;

/* A whole dispatch as the actor may see it; NOT_FOUND when not visible. */
int dispatch_view_get(struct ctx *ctx, int64_t dispatch_id, struct dispatch_view *ret) MUST_CHECK;

/* The dispatches of an issue that the actor sees, as struct dispatch_view, first the main recipients. */
int dispatch_list_of_issue(struct ctx *ctx, int64_t issue_id, struct list *ret) MUST_CHECK;

/* Sends every pending dispatch of an issue. DUE_ON: for departments that must answer; NULL: by the setting.
 * ERR_CONFLICT when there is none. Tells handlers and authors. */
int dispatch_send_pending(struct ctx *ctx, int64_t issue_id, const char *due_on) MUST_CHECK;

/* What becomes of the dispatches of an issue that is void: pending ones go, open ones are closed.
 * ERR_CONFLICT when one was answered. */
int dispatch_void_all(struct ctx *ctx, int64_t issue_id) MUST_CHECK;

/* An instruction, the record "Instruction" on the wire. */
struct instruction_view {
    int64_t id, recipient_id, at_ms, version;
    const char *leader, *rank, *dated_on, *text, *by_name;
    bool shown_to_author;
};
extern const struct record instruction_view_record;

struct issue_source {
    int64_t report_id;
    const char *receipt, *title;
};

/* A whole issue as the actor may see it, the record "Issue" on the wire; NOT_FOUND when not visible. */
struct issue_view {
    int64_t id, publication_id, year, number, total, copies, version;
    const char *publication_name, *publication_kind, *number_text, *title, *editor_note, *situation,
        *analysis, *suggestion, *issuing_office, *print_office, *issued_on, *signer_name, *editor_name,
        *reviewer_name, *status, *status_text, *void_reason, *authors_line;
    struct list main_recipients, copy_recipients, dispatches, instructions, sources;
    bool can_manage, can_instruct;
    int64_t article_id, committee_id, signed_ms; /* not on the wire */
    int64_t template_id;      /* not on the wire: what it was signed in; ABSENT: what is in force */
    bool reads, sees_article; /* not on the wire */
};
extern const struct record issue_view_record;
int issue_view_get(struct ctx *ctx, int64_t issue_id, struct issue_view *ret) MUST_CHECK;

/* What an issue says of itself, for other papers that name it. */
struct issue_imprint {
    int64_t id, committee_id, signed_ms;
    const char *publication_name, *number_text, *issuing_office, *issued_on;
};
/* Of an issue, and of the issue in which a report was published: NOT_FOUND while there is none, or it is
 * void. These ask for no rights and record no failure: the caller has asked for the record's. */
int issue_imprint_get(struct ctx *ctx, int64_t issue_id, struct issue_imprint *ret) MUST_CHECK;
int issue_of_report(struct ctx *ctx, int64_t report_id, struct issue_imprint *ret) MUST_CHECK;

/* The names under 主送 and 抄送 as they are printed, the same for every reader, as lists of texts: until it
 * is sent, all that the office has put on it; from then on, those it was sent to. */
int issue_printed_recipients(struct ctx *ctx, const struct issue_view *issue, struct list *ret_main,
                             struct list *ret_copy) MUST_CHECK;

/* Who wrote an article, as it would be printed now: names only of those who agreed, else the unit. An issue
 * keeps the line of its signing (struct issue_view). */
int issue_authors_line(struct ctx *ctx, int64_t article_id, const char **ret) MUST_CHECK;

extern const struct route_table signoff_routes;
extern const struct route_table issue_routes;
extern const struct route_table dispatch_routes;

extern const struct code_name dispatch_kind_names[], answer_result_names[], rating_names[];

/* Closed sets on the wire, ended by NULL: for .options of fields. */
extern const char *const recipient_kinds[];
extern const char *const instruction_ranks[];

#endif
