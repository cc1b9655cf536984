/* Profiles: what an officer says of himself, and what only the office may say of him. */
#include <string.h>

#include "internal.h"
#include "minyi/audit.h"
#include "minyi/db.h"
#include "minyi/err.h"

DB_STATEMENT(
    profile_update,
    "UPDATE profile SET post = $2, employer = $3, sector = $4, party = $5, expertise = $6, phone = $7,"
    " email = $8, version = version + 1 WHERE account_id = $1");
DB_STATEMENT(profile_update_staff,
             "UPDATE profile SET standing = $2, term = $3, appointed_from = $4, appointed_to = $5"
             " WHERE account_id = $1");
DB_STATEMENT(profile_claim_version,
             "UPDATE profile SET version = version WHERE account_id = $1 AND version = $2");
DB_STATEMENT(profile_bump_account, "UPDATE account SET version = version + 1 WHERE id = $1");

/* Empty is absent. */
static struct db_value optional(const char *text) {
    return db_text(text != NULL && text[0] != '\0' ? text : NULL);
}

int profile_check(struct ctx *ctx, const struct profile_fields *fields) {
    if (fields->phone != NULL && fields->phone[0] != '\0' && !phone_fits(fields->phone))
        return fail(ctx, ERR_INVALID, "phone", "电话只能用数字、空格和 + - ( )，5 至 30 个字符。");
    if (fields->email != NULL && fields->email[0] != '\0' && !email_fits(fields->email))
        return fail(ctx, ERR_INVALID, "email", "邮箱应写成 name@example.cn 的样子。");
    if (fields->appointed_from != NULL && fields->appointed_to != NULL &&
        strcmp(fields->appointed_from, fields->appointed_to) > 0)
        return fail(ctx, ERR_INVALID, "appointed_to", "聘任止日不能早于聘任起日。");
    return 0;
}

int profile_write(struct ctx *ctx, int64_t account_id, const struct profile_fields *f, bool staff) {
    int error =
        db_exec(ctx->conn, &profile_update,
                DB_PARAMS(db_int(account_id), optional(f->post), optional(f->employer), optional(f->sector),
                          optional(f->party), optional(f->expertise), optional(f->phone), optional(f->email)),
                NULL);
    if (error != 0 || !staff) return error;
    return db_exec(ctx->conn, &profile_update_staff,
                   DB_PARAMS(db_int(account_id), optional(f->standing), optional(f->term),
                             optional(f->appointed_from), optional(f->appointed_to)),
                   NULL);
}

int profile_get(struct ctx *ctx, const void *in, void *out) {
    (void)in;
    return profile_describe(ctx, ctx->actor->account_id, out);
}

int profile_save(struct ctx *ctx, const void *in, void *out) {
    const struct profile_fields *fields = in;
    int64_t account = ctx->actor->account_id, changes = 0;
    int error = profile_check(ctx, fields);
    if (error == 0)
        error = db_exec(ctx->conn, &profile_claim_version, DB_PARAMS(db_int(account), db_int(ctx->if_match)),
                        &changes);
    if (error == 0 && changes == 0) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (error == 0) error = profile_write(ctx, account, fields, false);
    if (error == 0) error = db_exec(ctx->conn, &profile_bump_account, DB_PARAMS(db_int(account)), NULL);
    if (error == 0) error = audit_add(ctx, "profile.save", "account", account, NULL);
    return error != 0 ? error : profile_describe(ctx, account, out);
}
