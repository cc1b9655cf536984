/* What the files of the account feature share. */
#ifndef MINYI_ACCOUNT_INTERNAL_H
#define MINYI_ACCOUNT_INTERNAL_H

#include "minyi/account.h"
#include "rules.h"
#include "types.h"

/* Fails CONFLICT when the account now holds more than one of account.manage, role.manage, audit.read. */
int account_check_separation(struct ctx *ctx, int64_t account_id) MUST_CHECK;

/* ---- Failed sign-ins (failures.c) ---- */

/* Counts an attempt before it is looked at, by the login typed and by ctx->remote; *ret_wait_s > 0: locked,
 * the attempt does not count and must not be looked at. In a write. */
int attempt_count(struct ctx *ctx, const char *login, int64_t *ret_wait_s) MUST_CHECK;
/* The attempt succeeded: what it counted is taken back. */
int attempt_clear(struct ctx *ctx, const char *login) MUST_CHECK;
/* Lifts the lock of a login. */
int attempt_unlock(struct ctx *ctx, const char *login) MUST_CHECK;
/* What the audit may hold of a login that no account has. */
void attempt_login_hash(const char *login, char out[HASH_HEX_SIZE]);
int attempt_locked(struct ctx *ctx, int64_t wait_s);

/* ---- Sessions (session.c, me.c) ---- */

/* Opens a session for TOKEN in a write, with its audit row; *ret_seconds is its longest life. */
int session_open(struct ctx *ctx, int64_t account_id, const char *token, int64_t *ret_seconds) MUST_CHECK;
/* Ends all sessions of an account but KEEP_ID (0: none is kept). */
int session_end_others(struct ctx *ctx, int64_t account_id, int64_t keep_id) MUST_CHECK;
/* Fills Session for an account and the token of its session. */
int session_describe(struct ctx *ctx, int64_t account_id, const char *token,
                     struct session_out *ret) MUST_CHECK;

/* ---- Accounts (get.c) ---- */

/* Fails NOT_FOUND unless the actor holds one of PERMISSIONS (ended by 0) over the account's unit. */
int account_need(struct ctx *ctx, int64_t account_id, const enum permission *permissions) MUST_CHECK;
/* Fails FORBIDDEN for an account that holds role.manage or audit.read: only the system may act on it. */
int account_need_ordinary(struct ctx *ctx, int64_t account_id) MUST_CHECK;
int account_describe(struct ctx *ctx, int64_t account_id, struct account_view *ret) MUST_CHECK;
int profile_describe(struct ctx *ctx, int64_t account_id, struct profile *ret) MUST_CHECK;
/* Writes all profile fields; STAFF writes also those only the office may set. Bumps the profile's version. */
int profile_write(struct ctx *ctx, int64_t account_id, const struct profile_fields *fields,
                  bool staff) MUST_CHECK;
int profile_check(struct ctx *ctx, const struct profile_fields *fields) MUST_CHECK;
int account_link_describe(struct ctx *ctx, int64_t account_id, struct account_created *ret) MUST_CHECK;
/* Gives ROLE_CODE over UNIT_ID if the actor may: an account manager only the roles of authors, signers and
 * handlers, a holder of role.manage over the unit any. */
int account_give_role_checked(struct ctx *ctx, int64_t account_id, const char *role_code,
                              int64_t unit_id) MUST_CHECK;

/* Ends the links of an account that nobody has used yet. */
int links_end(struct ctx *ctx, int64_t account_id) MUST_CHECK;

/* ---- Operations ---- */

int session_create(struct ctx *ctx, const void *in, void *out);
int session_get(struct ctx *ctx, const void *in, void *out);
int session_delete(struct ctx *ctx, const void *in, void *out);
int session_list(struct ctx *ctx, const void *in, void *out);
int session_end(struct ctx *ctx, const void *in, void *out);
int session_end_all(struct ctx *ctx, const void *in, void *out);
int link_check(struct ctx *ctx, const void *in, void *out);
int link_redeem(struct ctx *ctx, const void *in, void *out);
int password_change(struct ctx *ctx, const void *in, void *out);
int profile_get(struct ctx *ctx, const void *in, void *out);
int profile_save(struct ctx *ctx, const void *in, void *out);
int account_list(struct ctx *ctx, const void *in, void *out);
int account_add(struct ctx *ctx, const void *in, void *out);
int account_get(struct ctx *ctx, const void *in, void *out);
int account_save(struct ctx *ctx, const void *in, void *out);
int account_disable(struct ctx *ctx, const void *in, void *out);
int account_enable(struct ctx *ctx, const void *in, void *out);
int account_link(struct ctx *ctx, const void *in, void *out);
int account_sign_out(struct ctx *ctx, const void *in, void *out);
int account_roles_save(struct ctx *ctx, const void *in, void *out);
int account_import(struct ctx *ctx, const void *in, void *out);

#endif
