/* Publications and their sign-off chains: each committee's own.
 *
 * 1. The chain is saved whole; positions are 1, 2, 3 … in the order given.
 * 2. While an article of the publication is in sign-off its chain stays as it is: the steps due were
 *    promised.
 * 3. The format of numbers holds {number}, and {year} because numbers begin anew each year.
 */
#include <string.h>

#include "minyi/account.h"
#include "minyi/audit.h"
#include "minyi/db.h"
#include "minyi/err.h"
#include "types.h"

DB_STATEMENT(admin_publication_all,
             "SELECT p.id, p.committee_id, p.code, p.name, p.kind, p.active, p.version FROM publication p"
             " WHERE CAST($2 AS BIGINT) = 1 OR EXISTS (SELECT 1 FROM access a WHERE a.account_id = $1"
             " AND a.permission = 'setting.manage' AND a.unit_id = p.committee_id)"
             " ORDER BY p.committee_id, p.position, p.id");
DB_STATEMENT(
    admin_publication_by_id,
    "SELECT id, committee_id, code, name, kind, number_format, issuing_office, print_office, copies, active,"
    " version FROM publication WHERE id = $1");
DB_STATEMENT(admin_publication_steps,
             "SELECT s.position, s.name, s.role_id, r.name AS role_name FROM signoff_step s"
             " JOIN role r ON r.id = s.role_id WHERE s.publication_id = $1 ORDER BY s.position");
DB_STATEMENT(admin_publication_update,
             "UPDATE publication SET name = $2, number_format = $3, issuing_office = $4, print_office = $5,"
             " copies = $6, active = $7, version = version + 1 WHERE id = $1 AND version = $8");
DB_STATEMENT(
    admin_publication_busy,
    "SELECT count(*) FROM article WHERE committee_id = $2 AND status = 'in_signoff' AND publication_id = $1");
DB_STATEMENT(admin_step_clear, "DELETE FROM signoff_step WHERE publication_id = $1");
DB_STATEMENT(
    admin_step_insert,
    "INSERT INTO signoff_step (publication_id, position, name, role_id)"
    " SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS TEXT), r.id FROM role r WHERE r.id = $4"
    " AND EXISTS (SELECT 1 FROM role_permission rp WHERE rp.role_id = r.id AND rp.permission = "
    "'signoff.sign')");

const char *const publication_kinds[] = {"submit", "forward", NULL};

RECORD(publication_item_record, "PublicationItem", struct publication_item, "刊物",
       F(struct publication_item, id, FIELD_INT, "编号"),
       F(struct publication_item, code, FIELD_TEXT, "代码"),
       F(struct publication_item, name, FIELD_TEXT, "刊名"),
       F(struct publication_item, kind, FIELD_TEXT, "类别", .options = publication_kinds),
       F(struct publication_item, committee_id, FIELD_INT, "所属政协"),
       F(struct publication_item, active, FIELD_BOOL, "启用"),
       F(struct publication_item, version, FIELD_INT, "版本"));
RECORD(publication_step_record, "PublicationStep", struct publication_step, "审签环节",
       F(struct publication_step, position, FIELD_INT, "顺序"),
       F(struct publication_step, name, FIELD_TEXT, "名称"),
       F(struct publication_step, role_id, FIELD_INT, "角色"),
       F(struct publication_step, role_name, FIELD_TEXT, "角色名称"));
RECORD(publication_detail_record, "PublicationDetail", struct publication_detail, "刊物及审签环节",
       F(struct publication_detail, id, FIELD_INT, "编号"),
       F(struct publication_detail, committee_id, FIELD_INT, "所属政协"),
       F(struct publication_detail, code, FIELD_TEXT, "代码"),
       F(struct publication_detail, name, FIELD_TEXT, "刊名"),
       F(struct publication_detail, kind, FIELD_TEXT, "类别", .options = publication_kinds),
       F(struct publication_detail, number_format, FIELD_TEXT, "期号格式"),
       F(struct publication_detail, issuing_office, FIELD_TEXT, "编发单位"),
       F(struct publication_detail, print_office, FIELD_TEXT, "印发机关"),
       F(struct publication_detail, copies, FIELD_INT, "印数"),
       F(struct publication_detail, active, FIELD_BOOL, "启用"),
       F(struct publication_detail, steps, FIELD_LIST, "审签环节", .of = &publication_step_record),
       F(struct publication_detail, version, FIELD_INT, "版本"));

int publication_list(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    struct admin_items *out = out_;
    return db_get_list(ctx->conn, ctx->arena, &admin_publication_all,
                       DB_PARAMS(db_int(ctx->actor->account_id), db_int(ctx->actor->system)),
                       &publication_item_record, &out->items);
}

/* The publication, if the actor manages the settings of its committee. */
static int describe(struct ctx *ctx, int64_t id, struct publication_detail *ret) {
    struct publication_detail detail = {0};
    int error = db_get_record(ctx->conn, ctx->arena, &admin_publication_by_id, DB_PARAMS(db_int(id)),
                              &publication_detail_record, &detail);
    if (error == 0) error = need_over(ctx, MAY_SETTING_MANAGE, detail.committee_id);
    if (error == 0)
        error = db_get_list(ctx->conn, ctx->arena, &admin_publication_steps, DB_PARAMS(db_int(id)),
                            &publication_step_record, &detail.steps);
    if (error == 0) *ret = detail;
    return error;
}

int publication_get(struct ctx *ctx, const void *in_, void *out) {
    const struct admin_id_in *in = in_;
    return describe(ctx, in->id, out);
}

static bool same_chain(const struct list *a, const struct list *b) {
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct publication_step *x = LIST_AT(*a, struct publication_step, i);
        const struct publication_step *y = LIST_AT(*b, struct publication_step, i);
        if (x->role_id != y->role_id || strcmp(x->name, y->name) != 0) return false;
    }
    return true;
}

static int save_chain(struct ctx *ctx, const struct publication_detail *before, const struct list *steps) {
    int64_t busy = 0;
    if (same_chain(&before->steps, steps)) return 0;
    int error = db_get_int(ctx->conn, &admin_publication_busy,
                           DB_PARAMS(db_int(before->id), db_int(before->committee_id)), &busy);
    if (error == 0 && busy > 0)
        return fail(ctx, ERR_IN_USE, "steps", "还有 %lld 件稿件正在按现有环节审签，请待审签结束后再调整。",
                    (long long)busy);
    if (error == 0) error = db_exec(ctx->conn, &admin_step_clear, DB_PARAMS(db_int(before->id)), NULL);
    for (size_t i = 0; error == 0 && i < steps->count; i++) {
        const struct publication_step *step = LIST_AT(*steps, struct publication_step, i);
        int64_t added = 0;
        error = db_exec(
            ctx->conn, &admin_step_insert,
            DB_PARAMS(db_int(before->id), db_int((int64_t)i + 1), db_text(step->name), db_int(step->role_id)),
            &added);
        if (error == 0 && added == 0)
            return fail(ctx, ERR_INVALID, "steps", "“%s”的角色没有审签权限，请另选角色。", step->name);
    }
    return error;
}

/* The roles of the chain, for the audit: who changes it decides who signs. */
static const char *chain_of(struct ctx *ctx, const struct list *steps) {
    const char *all = "";
    for (size_t i = 0; i < steps->count; i++)
        all = arena_printf(ctx->arena, "%s%s%lld", all, i > 0 ? "," : "",
                           (long long)LIST_AT(*steps, struct publication_step, i)->role_id);
    return all;
}

int publication_save(struct ctx *ctx, const void *in_, void *out) {
    const struct publication_detail *in = in_;
    struct publication_detail before = {0};
    int64_t changes = 0;
    int error = describe(ctx, in->id, &before);
    if (error == 0 &&
        (strstr(in->number_format, "{number}") == NULL || strstr(in->number_format, "{year}") == NULL))
        return fail(ctx, ERR_INVALID, "number_format", "期号格式中应有 {year} 和 {number}。");
    if (error == 0)
        error = db_exec(ctx->conn, &admin_publication_update,
                        DB_PARAMS(db_int(in->id), db_text(in->name), db_text(in->number_format),
                                  db_text(in->issuing_office), db_text(in->print_office), db_int(in->copies),
                                  db_int(in->active), db_int(ctx->if_match)),
                        &changes);
    if (error == 0 && changes == 0) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (error == 0) error = save_chain(ctx, &before, &in->steps);
    if (error == 0)
        error = audit_add(ctx, "publication.save", "publication", in->id, "roles=%s before=%s active=%d",
                          chain_of(ctx, &in->steps), chain_of(ctx, &before.steps), in->active ? 1 : 0);
    return error != 0 ? error : describe(ctx, in->id, out);
}
