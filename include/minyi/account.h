/* Accounts, sign-in, sessions, one-time links, roles and the derived table `access`. */
#ifndef MINYI_ACCOUNT_H
#define MINYI_ACCOUNT_H

#include "minyi/api.h"
#include "minyi/hash.h"
#include "minyi/record.h"
#include "minyi/route.h"

/* True (1), false (0) or a negative error: may the actor do PERMISSION over UNIT_ID? Asks `access`; the
 * system may everything. The one question behind every right. */
int may_over(struct ctx *ctx, enum permission permission, int64_t unit_id) MUST_CHECK;

/* may_over() or the recorded failure NOT_FOUND: what is not yours does not exist. */
int need_over(struct ctx *ctx, enum permission permission, int64_t unit_id) MUST_CHECK;

struct account_new {
    const char *login, *name;
    int64_t unit_id;
};

/* Adds an account that is invited: no password, it cannot sign in but by a one-time link. */
int account_create(struct ctx *ctx, const struct account_new *account, int64_t *ret_id) MUST_CHECK;

/* Gives a role (by code) over a unit and rebuilds the account's access. */
int account_give_role(struct ctx *ctx, int64_t account_id, const char *role_code, int64_t unit_id) MUST_CHECK;

/* Makes a single-use link (earlier unused ones of the account end); TOKEN goes into the URL /first/TOKEN.
 * Only its hash is stored. Valid for the setting account.link_hours. */
int account_link_create(struct ctx *ctx, int64_t account_id, char ret_token[TOKEN_SIZE]) MUST_CHECK;

/* Switches an account off (or on) and ends its sessions. */
int account_set_status(struct ctx *ctx, int64_t account_id, bool disabled) MUST_CHECK;

/* The account of a login, or ERR_NOT_FOUND. */
int account_find(struct ctx *ctx, const char *login, int64_t *ret_id) MUST_CHECK;

/* Rebuilds `access` for one account, or for all (account_id 0). */
int access_rebuild(struct ctx *ctx, int64_t account_id) MUST_CHECK;

/* The same for every holder of a role, after its permissions have changed. Fails CONFLICT when one of them
 * would hold more than one of account.manage, role.manage, audit.read. */
int access_rebuild_role(struct ctx *ctx, int64_t role_id) MUST_CHECK;

/* Deletes sessions and failed sign-ins that are over, and links that ended more than 30 days ago; for the
 * nightly job. In a write. */
int account_sweep(struct ctx *ctx) MUST_CHECK;

/* The actor that an account is, without a session (tests, acts on somebody's behalf); ERR_NOT_FOUND. Asks no
 * status. */
int account_actor_load(struct ctx *ctx, int64_t account_id, struct actor *ret) MUST_CHECK;

/* For the gate (struct api_sessions). */
int account_session_load(struct ctx *ctx, const char *token, struct actor *ret, bool *ret_stale);
int account_session_touch(struct ctx *ctx, int64_t session_id);

/* Standings 身份 as stored, ended by NULL, and their names. */
extern const char *const standing_codes[];
extern const struct code_name standing_names[];

extern const struct route_table account_routes; /* session, me, accounts, import, profile */
extern const struct route_table role_routes;

#endif
