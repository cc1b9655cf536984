/* In-app notices (站内消息), written in the transaction of the act they tell of. */
#ifndef MINYI_NOTIFY_H
#define MINYI_NOTIFY_H

#include "minyi/route.h"

/* One notice for one account. KIND groups them ("report", "signoff", "dispatch"); LINK is a page address
 * inside the app ("/reports/12"). TITLE at most 100, TEXT at most 500 characters, longer ones are cut. */
int notify_account(struct ctx *ctx, int64_t account_id, const char *kind, const char *title, const char *text,
                   const char *link) MUST_CHECK;

/* The same, if the account still holds PERMISSION over UNIT_ID: who has left an office is not told its
 * affairs.
 */
int notify_holder(struct ctx *ctx, enum permission permission, int64_t unit_id, int64_t account_id,
                  const char *kind, const char *title, const char *text, const char *link) MUST_CHECK;

/* One notice for every active account that holds PERMISSION over UNIT_ID, but not for the actor. */
int notify_holders(struct ctx *ctx, enum permission permission, int64_t unit_id, const char *kind,
                   const char *title, const char *text, const char *link) MUST_CHECK;

extern const struct route_table notify_routes;

#endif
