/* Sign-off chain, numbered issues, dispatches, instructions, answers, ratings. */
#ifndef MINYI_ISSUE_H
#define MINYI_ISSUE_H

#include "minyi/lifecycle.h"
#include "minyi/route.h"

extern const struct lifecycle dispatch_lifecycle;

/* Visibility of issues, over `issue i`, actor $1: readers of the committee; handlers of a unit it was sent to. */
#define ISSUE_VISIBLE                                                                             \
    "(EXISTS (SELECT 1 FROM access a WHERE a.account_id = $1 AND a.permission = 'issue.read'"      \
    "   AND a.unit_id = i.committee_id)"                                                           \
    " OR EXISTS (SELECT 1 FROM dispatch d JOIN access a ON a.account_id = $1"                      \
    "   AND a.permission = 'dispatch.answer' AND a.unit_id = d.unit_id"                            \
    "   WHERE d.issue_id = i.id AND d.status <> 'pending'))"

/* Visibility of dispatches, over `dispatch d`, actor $1. */
#define DISPATCH_VISIBLE                                                                          \
    "(EXISTS (SELECT 1 FROM access a WHERE a.account_id = $1 AND a.permission = 'dispatch.manage'" \
    "   AND a.unit_id = d.committee_id)"                                                           \
    " OR (d.status <> 'pending' AND EXISTS (SELECT 1 FROM access a WHERE a.account_id = $1"        \
    "   AND a.permission = 'dispatch.answer' AND a.unit_id = d.unit_id)))"

/* Articles that wait for the actor, over `article ar` JOIN `signoff_step st` (the step now due), actor $1, now $2:
 * he holds the step's role over the committee, or one who does has delegated to him. Roles do not cross from one
 * committee into another. */
#define SIGNOFF_MINE                                                                              \
    "(ar.status = 'in_signoff' AND EXISTS (SELECT 1 FROM account_role h"                           \
    "   JOIN unit hu ON hu.id = h.unit_id AND hu.committee_id = ar.committee_id"                   \
    "   JOIN unit_tree ht ON ht.ancestor_id = h.unit_id AND ht.descendant_id = ar.committee_id"    \
    "   WHERE h.role_id = st.role_id AND (h.account_id = $1"                                       \
    "     OR EXISTS (SELECT 1 FROM delegation de WHERE de.from_id = h.account_id"                  \
    "       AND de.to_id = $1 AND de.ended_ms IS NULL AND de.starts_ms <= $2 AND de.ends_ms > $2))))"

/* Makes the numbered issue of an article whose last signature was just given: takes the next number of its
 * publication and year in this transaction (no gap, no reuse). */
int issue_create(struct ctx *ctx, int64_t article_id, int64_t *ret_issue_id) MUST_CHECK;

extern const struct route_table signoff_routes;
extern const struct route_table issue_routes;
extern const struct route_table dispatch_routes;

#endif
