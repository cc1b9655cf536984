/* What the files of the account feature share. */
#ifndef MINYI_ACCOUNT_INTERNAL_H
#define MINYI_ACCOUNT_INTERNAL_H

#include "minyi/account.h"

/* Fails CONFLICT when the account now holds more than one of account.manage, role.manage, audit.read. */
int account_check_separation(struct ctx *ctx, int64_t account_id) MUST_CHECK;

#endif
