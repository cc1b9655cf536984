/* The address book of a committee: leaders, departments, upper committees. Rows are switched off, never
 * deleted. */
#include <string.h>

#include "minyi/account.h"
#include "minyi/audit.h"
#include "minyi/unit.h"
#include "types.h"

#define COLUMNS                                                                                     \
    "SELECT rc.id, rc.kind, rc.name, rc.rank, rc.unit_id, rc.position, rc.active, rc.version FROM " \
    "recipient rc"

DB_STATEMENT(recipient_rows,
             COLUMNS " JOIN access a ON a.unit_id = rc.committee_id AND a.permission = 'issue.read'"
                     " WHERE a.account_id = $1"
                     " ORDER BY rc.active DESC, rc.kind, rc.position, rc.id LIMIT 1000");
DB_STATEMENT(recipient_by_id, COLUMNS " WHERE rc.id = $1");
DB_STATEMENT(recipient_committee, "SELECT committee_id FROM recipient WHERE id = $1");
DB_STATEMENT(recipient_insert, "INSERT INTO recipient (committee_id, kind, name, rank, unit_id, position)"
                               " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id");
DB_STATEMENT(recipient_update,
             "UPDATE recipient SET kind = $3, name = $4, rank = $5, unit_id = $6, position = $7,"
             " active = $8, version = version + 1 WHERE id = $1 AND version = $2");

int recipient_list(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    return db_get_list(ctx->conn, ctx->arena, &recipient_rows, DB_PARAMS(db_int(ctx->actor->account_id)),
                       &recipient_view_record, &((struct recipient_list_out *)out_)->items);
}

/* Whose handlers see what is sent must be a unit of the same committee. */
static int check_unit(struct ctx *ctx, int64_t unit_id, int64_t committee_id) {
    int64_t of_unit = 0;
    if (unit_id == ABSENT) return 0;
    int error = unit_committee(ctx, unit_id, &of_unit);
    if (error != 0 && error != ERR_NOT_FOUND) return error;
    if (error == 0 && of_unit == committee_id) return 0;
    return fail(ctx, ERR_NOT_ALLOWED_VALUE, "unit_id", "没有找到本机构的这个单位，请重新选择。");
}

static int64_t position_of(const struct recipient_in *in) {
    return in->position == ABSENT ? 0 : in->position;
}

static int name_taken(struct ctx *ctx, int error) {
    return error == ERR_ALREADY_EXISTS ? fail(ctx, error, "name", "已有同名的报送对象，请换一个名称。")
                                       : error;
}

static int get(struct ctx *ctx, int64_t id, void *out) {
    return db_get_record(ctx->conn, ctx->arena, &recipient_by_id, DB_PARAMS(db_int(id)),
                         &recipient_view_record, out);
}

int recipient_add(struct ctx *ctx, const void *in_, void *out) {
    const struct recipient_in *in = in_;
    int64_t committee_id = ctx->actor->committee_id, id = 0;
    int error = need_over(ctx, MAY_ISSUE_MANAGE, committee_id);
    if (error == 0) error = check_unit(ctx, in->unit_id, committee_id);
    if (error != 0) return error;
    error = db_get_int(ctx->conn, &recipient_insert,
                       DB_PARAMS(db_int(committee_id), db_text(in->kind), db_text(in->name),
                                 db_text(in->rank), db_int(in->unit_id), db_int(position_of(in))),
                       &id);
    error = name_taken(ctx, error);
    if (error == 0) error = audit_add(ctx, "recipient.add", "recipient", id, "kind=%s", in->kind);
    return error == 0 ? get(ctx, id, out) : error;
}

int recipient_save(struct ctx *ctx, const void *in_, void *out) {
    const struct recipient_in *in = in_;
    int64_t committee_id = 0, changes = 0;
    int error = db_get_int(ctx->conn, &recipient_committee, DB_PARAMS(db_int(in->id)), &committee_id);
    if (error == ERR_NOT_FOUND) return fail(ctx, error, NULL, NULL);
    if (error == 0) error = need_over(ctx, MAY_ISSUE_MANAGE, committee_id);
    if (error == 0) error = check_unit(ctx, in->unit_id, committee_id);
    if (error != 0) return error;
    error = db_exec(ctx->conn, &recipient_update,
                    DB_PARAMS(db_int(in->id), db_int(ctx->if_match), db_text(in->kind), db_text(in->name),
                              db_text(in->rank), db_int(in->unit_id), db_int(position_of(in)),
                              db_int(in->active)),
                    &changes);
    error = name_taken(ctx, error);
    if (error == 0 && changes == 0) error = fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (error == 0)
        error = audit_add(ctx, "recipient.save", "recipient", in->id, "kind=%s active=%d", in->kind,
                          in->active ? 1 : 0);
    return error == 0 ? get(ctx, in->id, out) : error;
}
