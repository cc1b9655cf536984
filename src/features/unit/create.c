/* Adding a unit to the tree, with all that hangs on it: closure, committee, access, and for a committee its
 * publications with their sign-off chains. */
#include <string.h>

#include "minyi/audit.h"
#include "minyi/db.h"
#include "minyi/err.h"
#include "minyi/unit.h"
#include "rules.h"

DB_STATEMENT(unit_kind_of, "SELECT kind FROM unit WHERE id = $1");
DB_STATEMENT(unit_committee_of, "SELECT committee_id FROM unit WHERE id = $1");
DB_STATEMENT(unit_insert,
             "INSERT INTO unit (parent_id, committee_id, kind, code, name, short_name, position, created_ms)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id");
DB_STATEMENT(unit_set_own_committee, "UPDATE unit SET committee_id = id WHERE id = $1");
DB_STATEMENT(unit_tree_insert, "INSERT INTO unit_tree (ancestor_id, descendant_id, depth)"
                               " SELECT CAST($1 AS BIGINT), CAST($1 AS BIGINT), 0"
                               " UNION ALL SELECT t.ancestor_id, CAST($1 AS BIGINT), t.depth + 1"
                               " FROM unit_tree t WHERE t.descendant_id = $2");
/* Whoever holds a role over a unit above, in the same committee, holds it over the new one too. */
DB_STATEMENT(unit_access_insert,
             "INSERT INTO access (account_id, permission, unit_id)"
             " SELECT DISTINCT ar.account_id, rp.permission, t.descendant_id FROM unit_tree t"
             " JOIN unit d ON d.id = t.descendant_id"
             " JOIN unit g ON g.id = t.ancestor_id AND g.committee_id = d.committee_id"
             " JOIN account_role ar ON ar.unit_id = t.ancestor_id"
             " JOIN role_permission rp ON rp.role_id = ar.role_id"
             " WHERE t.descendant_id = $1");

DB_STATEMENT(
    unit_publication_insert,
    "INSERT INTO publication (committee_id, code, name, kind, number_format, issuing_office, print_office,"
    " copies, position) VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8) RETURNING id");
DB_STATEMENT(
    unit_step_insert,
    "INSERT INTO signoff_step (publication_id, position, name, role_id)"
    " SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS TEXT), id FROM role WHERE code = $4");

struct chain_step {
    const char *name, *role_code;
};
struct publication_default {
    const char *code, *name, *kind;
    int64_t copies;
    struct chain_step steps[4]; /* ended by a zero row */
};
static const struct publication_default publication_defaults[] = {
    {"xinxi",
     "政协社情民意信息",
     "submit",
     30,
     {{"处长复审", "section_head"}, {"秘书长再审", "secretary_general"}, {"分管主席终审", "vice_chair"}}},
    {"zhuansong",
     "社情民意信息转送件",
     "forward",
     10,
     {{"处长复审", "section_head"}, {"秘书长签发", "secretary_general"}}},
};

static int add_publication(struct ctx *ctx, int64_t committee_id, const char *office,
                           const struct publication_default *row, int64_t position) {
    int64_t id = 0;
    int error = db_get_int(ctx->conn, &unit_publication_insert,
                           DB_PARAMS(db_int(committee_id), db_text(row->code), db_text(row->name),
                                     db_text(row->kind), db_text("{year}年第{number}期 总第{total}期"),
                                     db_text(office), db_int(row->copies), db_int(position)),
                           &id);
    for (int64_t i = 0; error == 0 && row->steps[i].name != NULL; i++)
        error = db_exec(ctx->conn, &unit_step_insert,
                        DB_PARAMS(db_int(id), db_int(i + 1), db_text(row->steps[i].name),
                                  db_text(row->steps[i].role_code)),
                        NULL);
    return error;
}

static int add_publications(struct ctx *ctx, int64_t committee_id, const struct unit_new *unit) {
    bool high = strcmp(unit->kind, "nation") == 0 || strcmp(unit->kind, "province") == 0;
    const char *office = arena_printf(ctx->arena, "%s%s", unit->name, high ? "办公厅" : "办公室");
    int error = 0;
    for (size_t i = 0; error == 0 && i < ARRAY_LEN(publication_defaults); i++)
        error = add_publication(ctx, committee_id, office, &publication_defaults[i], (int64_t)i + 1);
    return error;
}

/* The parent exists and may have a unit of that kind; *ret_committee is the parent's committee. */
static int check_place(struct ctx *ctx, const struct unit_new *unit, int64_t *ret_committee) {
    const char *parent_kind = NULL;
    if (!unit_code_fits(unit->code))
        return fail(ctx, ERR_INVALID, "code", "单位代码只能用小写字母、数字和连字符，2 至 40 个字符。");
    if (unit->parent_id != ABSENT) {
        int error = db_get_text(ctx->conn, ctx->arena, &unit_kind_of, DB_PARAMS(db_int(unit->parent_id)),
                                &parent_kind);
        if (error == 0)
            error =
                db_get_int(ctx->conn, &unit_committee_of, DB_PARAMS(db_int(unit->parent_id)), ret_committee);
        if (error == ERR_NOT_FOUND) return fail(ctx, ERR_NOT_FOUND, "parent_id", "没有找到上级单位。");
        if (error != 0) return error;
    }
    const char *refused = unit_place_refused(parent_kind, unit->kind);
    return refused != NULL ? fail(ctx, ERR_INVALID, "kind", "%s", refused) : 0;
}

int unit_create(struct ctx *ctx, const struct unit_new *unit, int64_t *ret_id) {
    int64_t committee = ABSENT, id = 0;
    int error = check_place(ctx, unit, &committee);
    if (error != 0) return error;
    bool own = unit_kind_is_committee(unit->kind);
    error = db_get_int(ctx->conn, &unit_insert,
                       DB_PARAMS(db_int(unit->parent_id), db_int(own ? ABSENT : committee),
                                 db_text(unit->kind), db_text(unit->code), db_text(unit->name),
                                 db_text(unit->short_name), db_int(unit->position), db_int(ctx->now)),
                       &id);
    if (error == ERR_ALREADY_EXISTS)
        return fail(ctx, error, "code", "单位代码 %s 已被使用，请另取一个。", unit->code);
    if (error == 0 && own) error = db_exec(ctx->conn, &unit_set_own_committee, DB_PARAMS(db_int(id)), NULL);
    if (error == 0)
        error = db_exec(ctx->conn, &unit_tree_insert, DB_PARAMS(db_int(id), db_int(unit->parent_id)), NULL);
    if (error == 0) error = db_exec(ctx->conn, &unit_access_insert, DB_PARAMS(db_int(id)), NULL);
    if (error == 0 && own) error = add_publications(ctx, id, unit);
    if (error == 0) error = audit_add(ctx, "unit.add", "unit", id, "code=%s kind=%s", unit->code, unit->kind);
    if (error == 0) *ret_id = id;
    return error;
}

int unit_committee(struct ctx *ctx, int64_t unit_id, int64_t *ret_committee_id) {
    return db_get_int(ctx->conn, &unit_committee_of, DB_PARAMS(db_int(unit_id)), ret_committee_id);
}
