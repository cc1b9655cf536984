/* The templates of a committee: drafts, what is in force, what was.
 *
 * 1. Only drafts change; a draft in the store always passes template_check().
 * 2. What was ever in force is never changed or deleted: renderings name it.
 * 3. At most one template is in force for a committee, kind and publication (or all publications).
 */
#include <string.h>

#include "minyi/account.h"
#include "minyi/audit.h"
#include "minyi/db.h"
#include "minyi/err.h"
#include "types.h"

#define HEAD                                                                               \
    "SELECT t.id, t.kind, t.publication_id, p.name AS publication_name, t.name, t.status," \
    " a.name AS created_by_name, t.created_ms, t.activated_ms, t.version"
#define FROM_HEAD                                                  \
    " FROM paper_template t JOIN account a ON a.id = t.created_by" \
    " LEFT JOIN publication p ON p.id = t.publication_id"

DB_STATEMENT(template_list,
             HEAD FROM_HEAD " WHERE t.committee_id = $1 AND (CAST($2 AS TEXT) IS NULL OR t.kind = $2)"
                            " ORDER BY CASE t.status WHEN 'active' THEN 0 WHEN 'draft' THEN 1 ELSE 2 END,"
                            " t.id DESC LIMIT 300");
DB_STATEMENT(template_by_id, HEAD ", t.committee_id" FROM_HEAD " WHERE t.id = $1");
DB_STATEMENT(template_draft_count,
             "SELECT count(*) FROM paper_template WHERE committee_id = $1 AND status = 'draft'");
DB_STATEMENT(template_publication, "SELECT count(*) FROM publication WHERE id = $1 AND committee_id = $2");
DB_STATEMENT(template_insert,
             "INSERT INTO paper_template (committee_id, kind, publication_id, name, status, created_by,"
             " created_ms) VALUES ($1, $2, $3, $4, 'draft', $5, $6) RETURNING id");
DB_STATEMENT(template_update, "UPDATE paper_template SET name = $2, status = $4, version = version + 1"
                              " WHERE id = $1 AND version = $3");
DB_STATEMENT(template_set_active, "UPDATE paper_template SET status = $2, activated_ms = $3,"
                                  " version = version + 1 WHERE id = $1 AND version = $4");
DB_STATEMENT(template_set_retired, "UPDATE paper_template SET status = $2, version = version + 1"
                                   " WHERE id = $1 AND version = $3");
DB_STATEMENT(template_replace,
             "UPDATE paper_template SET status = $4, version = version + 1"
             " WHERE committee_id = $1 AND kind = $2 AND publication_id IS NOT DISTINCT FROM $3"
             " AND status = 'active' RETURNING id");
DB_STATEMENT(template_drop, "DELETE FROM paper_template WHERE id = $1 AND version = $2");
DB_STATEMENT(template_drop_elements, "DELETE FROM paper_template_element WHERE template_id = $1");
DB_STATEMENT(template_drop_styles, "DELETE FROM paper_template_style WHERE template_id = $1");
DB_STATEMENT(template_insert_element,
             "INSERT INTO paper_template_element (template_id, position, element, style, text, right_text,"
             " amount) VALUES ($1, $2, $3, $4, $5, $6, $7)");
DB_STATEMENT(template_insert_style,
             "INSERT INTO paper_template_style (template_id, style, font, color, align, size)"
             " VALUES ($1, $2, $3, $4, $5, $6)");

enum { DRAFTS_MAX = 50 };

RECORD(template_head_record, "TemplateHead", struct template_detail, "版式",
       F(struct template_detail, id, FIELD_INT, "编号"), F(struct template_detail, kind, FIELD_TEXT, "文种"),
       F(struct template_detail, publication_id, FIELD_INT, "刊物", .flags = FIELD_NULLABLE),
       F(struct template_detail, publication_name, FIELD_TEXT, "刊物名称", .flags = FIELD_NULLABLE),
       F(struct template_detail, name, FIELD_TEXT, "名称"),
       F(struct template_detail, status, FIELD_TEXT, "状态"),
       F(struct template_detail, created_by_name, FIELD_TEXT, "创建人", .flags = FIELD_NULLABLE),
       F(struct template_detail, created_ms, FIELD_TIME, "创建时间", .flags = FIELD_NULLABLE),
       F(struct template_detail, activated_ms, FIELD_TIME, "启用时间", .flags = FIELD_NULLABLE),
       F(struct template_detail, version, FIELD_INT, "版本"),
       F(struct template_detail, committee_id, FIELD_INT, "", .flags = FIELD_INTERNAL));
static const char *kind_zh(const char *code) {
    enum paper_kind kind = paper_kind_find(code);
    return kind == PAPER_KIND_END ? code : paper_kind_info(kind)->zh;
}

/* ---- Looking ---- */

static struct template_detail own(enum paper_kind kind) {
    return (struct template_detail){.publication_id = ABSENT,
                                    .created_ms = ABSENT,
                                    .activated_ms = ABSENT,
                                    .kind = paper_kind_info(kind)->code,
                                    .name = TEMPLATE_OWN_NAME,
                                    .status = "default",
                                    .status_text = "程序自带"};
}

int paper_template_list(struct ctx *ctx, const void *in_, void *out_) {
    const struct template_list_in *in = in_;
    struct template_items *out = out_;
    struct list rows = {0};
    int allowed = may_over(ctx, MAY_SETTING_MANAGE, ctx->actor->committee_id);
    if (allowed < 0) return allowed;
    int error = allowed == 0 ? 0
                             : db_get_list(ctx->conn, ctx->arena, &template_list,
                                           DB_PARAMS(db_int(ctx->actor->committee_id), db_text(in->kind)),
                                           &template_head_record, &rows);
    if (error != 0) return error;
    struct template_detail *items = arena_array(ctx->arena, rows.count + PAPER_KIND_END, sizeof(*items));
    size_t count = 0;
    for (int kind = 0; kind < PAPER_KIND_END; kind++) {
        if (in->kind && paper_kind_find(in->kind) != (enum paper_kind)kind) continue;
        items[count] = own((enum paper_kind)kind);
        items[count++].id = ABSENT;
    }
    for (size_t i = 0; i < rows.count; i++) {
        items[count] = *LIST_AT(rows, struct template_detail, i);
        items[count].status_text = lifecycle_zh(&template_lifecycle, items[count].status);
        count++;
    }
    for (size_t i = 0; i < count; i++)
        items[i].kind_name = kind_zh(items[i].kind);
    out->items = (struct list){items, count};
    return 0;
}

/* The program's own, which every office may look at. */
static int load_own(struct ctx *ctx, const char *code, struct template_detail *ret) {
    enum paper_kind kind = code ? paper_kind_find(code) : PAPER_KIND_END;
    if (kind == PAPER_KIND_END) return fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    *ret = own(kind);
    ret->elements = template_default(kind)->elements;
    ret->styles = template_default(kind)->styles;
    return 0;
}

static int load_stored(struct ctx *ctx, int64_t id, struct template_detail *ret) {
    struct template_detail found = {0};
    struct paper_template rows = {0};
    int error = db_get_record(ctx->conn, ctx->arena, &template_by_id, DB_PARAMS(db_int(id)),
                              &template_head_record, &found);
    if (error == ERR_NOT_FOUND) return fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    if (error == 0) error = need_over(ctx, MAY_SETTING_MANAGE, found.committee_id);
    if (error == 0) error = template_rows(ctx, id, &rows);
    if (error != 0) return error;
    found.elements = rows.elements;
    found.styles = rows.styles;
    found.status_text = lifecycle_zh(&template_lifecycle, found.status);
    *ret = found;
    return 0;
}

int template_load(struct ctx *ctx, int64_t id, const char *kind, struct template_detail *ret) {
    struct template_detail found = {.kind = "", .status = ""};
    int error = id == 0 ? load_own(ctx, kind, &found) : load_stored(ctx, id, &found);
    if (error != 0) return error;
    found.kind_name = kind_zh(found.kind);
    *ret = found;
    return 0;
}

int paper_template_get(struct ctx *ctx, const void *in_, void *out) {
    const struct template_id_in *in = in_;
    return template_load(ctx, in->id, in->kind, out);
}

/* ---- Writing ---- */

int template_need_sound(struct ctx *ctx, enum paper_kind kind, const struct paper_template *tmpl) {
    struct template_fault fault = {0};
    if (template_check(ctx->arena, kind, tmpl, &fault) == 0) return 0;
    return fail(ctx, ERR_INVALID, fault.field, "%s", fault.why);
}

static int insert_rows(struct ctx *ctx, int64_t id, const struct paper_template *rows) {
    int error = 0;
    for (size_t i = 0; error == 0 && i < rows->elements.count; i++) {
        const struct template_element *row = LIST_AT(rows->elements, struct template_element, i);
        error = db_exec(ctx->conn, &template_insert_element,
                        DB_PARAMS(db_int(id), db_int((int64_t)i), db_text(row->element), db_text(row->style),
                                  db_text(row->text), db_text(row->right), db_int(row->amount)),
                        NULL);
    }
    for (size_t i = 0; error == 0 && i < rows->styles.count; i++) {
        const struct template_style *row = LIST_AT(rows->styles, struct template_style, i);
        error = db_exec(ctx->conn, &template_insert_style,
                        DB_PARAMS(db_int(id), db_text(row->style), db_text(row->font), db_text(row->color),
                                  db_text(row->align), db_int(row->size)),
                        NULL);
    }
    return error;
}

static int drop_rows(struct ctx *ctx, int64_t id) {
    int error = db_exec(ctx->conn, &template_drop_elements, DB_PARAMS(db_int(id)), NULL);
    return error != 0 ? error : db_exec(ctx->conn, &template_drop_styles, DB_PARAMS(db_int(id)), NULL);
}

static int check_publication(struct ctx *ctx, const struct template_add_in *in) {
    int64_t count = 0;
    if (in->publication_id == ABSENT) return 0;
    if (strcmp(in->kind, paper_kind_info(PAPER_KIND_ISSUE)->code) != 0)
        return fail(ctx, ERR_INVALID, "publication_id", "只有刊物的版式可以分刊物设置。");
    int error = db_get_int(ctx->conn, &template_publication,
                           DB_PARAMS(db_int(in->publication_id), db_int(ctx->actor->committee_id)), &count);
    if (error == 0 && count == 0) return fail(ctx, ERR_NOT_FOUND, "publication_id", "没有找到这种刊物。");
    return error;
}

/* An id in the audit: none is -1. */
static long long in_audit(int64_t id) {
    return id == ABSENT ? -1LL : (long long)id;
}

/* What a new draft begins with. */
static int rows_to_copy(struct ctx *ctx, const struct template_add_in *in, struct paper_template *ret) {
    struct template_detail from = {0};
    int64_t version = 0;
    enum paper_kind kind = paper_kind_find(in->kind);
    if (in->from_id == ABSENT)
        return template_in_force(ctx, ctx->actor->committee_id, in->publication_id, kind, ret, &version);
    int error = template_load(ctx, in->from_id, in->kind, &from);
    if (error == 0 && strcmp(from.kind, in->kind) != 0)
        return fail(ctx, ERR_INVALID, "from_id", "只能从同一文种的版式复制。");
    if (error == 0) *ret = (struct paper_template){.elements = from.elements, .styles = from.styles};
    return error;
}

int paper_template_add(struct ctx *ctx, const void *in_, void *out) {
    const struct template_add_in *in = in_;
    struct paper_template rows = {0};
    int64_t drafts = 0, id = 0, committee = ctx->actor->committee_id;
    int error = need_over(ctx, MAY_SETTING_MANAGE, committee);
    if (error == 0) error = check_publication(ctx, in);
    if (error == 0)
        error = db_get_int(ctx->conn, &template_draft_count, DB_PARAMS(db_int(committee)), &drafts);
    if (error == 0 && drafts >= DRAFTS_MAX)
        return fail(ctx, ERR_CONFLICT, NULL, "草稿已有%d份，请先删去不用的。", DRAFTS_MAX);
    if (error == 0) error = rows_to_copy(ctx, in, &rows);
    if (error == 0) error = template_need_sound(ctx, paper_kind_find(in->kind), &rows);
    if (error == 0)
        error = db_get_int(ctx->conn, &template_insert,
                           DB_PARAMS(db_int(committee), db_text(in->kind), db_int(in->publication_id),
                                     db_text(in->name), db_int(ctx->actor->account_id), db_int(ctx->now)),
                           &id);
    if (error == 0) error = insert_rows(ctx, id, &rows);
    if (error == 0)
        error = audit_add(ctx, "paper_template.add", "paper_template", id, "kind=%s from=%lld", in->kind,
                          in_audit(in->from_id));
    return error != 0 ? error : template_load(ctx, id, NULL, out);
}

/* Texts that were not given are empty. */
static struct list filled_elements(struct arena *arena, const struct list *given) {
    struct template_element *rows = arena_array(arena, given->count + 1, sizeof(*rows));
    for (size_t i = 0; i < given->count; i++) {
        rows[i] = *LIST_AT(*given, struct template_element, i);
        if (!rows[i].style) rows[i].style = "";
        if (!rows[i].text) rows[i].text = "";
        if (!rows[i].right) rows[i].right = "";
    }
    return (struct list){rows, given->count};
}

/* The template, and where EVENT takes it; else ILLEGAL_TRANSITION with REFUSAL. */
static int load_for(struct ctx *ctx, int64_t id, const char *event, const char *refusal,
                    struct template_detail *ret, const char **ret_to) {
    int error = template_load(ctx, id, NULL, ret);
    if (error != 0) return error;
    return lifecycle_next(&template_lifecycle, ret->status, event, ret_to) == 0
               ? 0
               : fail(ctx, ERR_ILLEGAL_TRANSITION, NULL, "%s", refusal);
}

int paper_template_save(struct ctx *ctx, const void *in_, void *out) {
    const struct template_save_in *in = in_;
    struct template_detail before = {0};
    const char *to = NULL;
    int64_t changes = 0;
    int error = load_for(ctx, in->id, "save", "启用过的版式不再修改，请复制为草稿后再改。", &before, &to);
    if (error != 0) return error;
    if (before.version != ctx->if_match) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    const struct paper_template rows = {.elements = filled_elements(ctx->arena, &in->elements),
                                        .styles = in->styles};
    error = template_need_sound(ctx, paper_kind_find(before.kind), &rows);
    if (error == 0)
        error = db_exec(ctx->conn, &template_update,
                        DB_PARAMS(db_int(in->id), db_text(in->name), db_int(ctx->if_match), db_text(to)),
                        &changes);
    if (error == 0 && changes == 0) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (error == 0) error = drop_rows(ctx, in->id);
    if (error == 0) error = insert_rows(ctx, in->id, &rows);
    if (error == 0)
        error = audit_add(ctx, "paper_template.save", "paper_template", in->id, "elements=%zu styles=%zu",
                          rows.elements.count, rows.styles.count);
    return error != 0 ? error : template_load(ctx, in->id, NULL, out);
}

int paper_template_delete(struct ctx *ctx, const void *in_, void *out) {
    const struct template_id_in *in = in_;
    struct template_detail before = {0};
    const char *to = NULL;
    int64_t changes = 0;
    (void)out;
    int error = load_for(ctx, in->id, "delete", "启用过的版式要留存备查，不能删除。", &before, &to);
    if (error != 0) return error;
    error = drop_rows(ctx, in->id);
    if (error == 0)
        error =
            db_exec(ctx->conn, &template_drop, DB_PARAMS(db_int(in->id), db_int(ctx->if_match)), &changes);
    if (error == 0 && changes == 0) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    return error != 0 ? error : audit_add(ctx, "paper_template.delete", "paper_template", in->id, NULL);
}

/* The one that was in force where TAKER is going to be, and ends with it; ABSENT: there was none. */
static int replace_active(struct ctx *ctx, const struct template_detail *taker, int64_t *ret_replaced) {
    const char *to = NULL;
    int64_t replaced = ABSENT;
    int error = lifecycle_next(&template_lifecycle, "active", "replace", &to);
    if (error != 0) return error;
    error = db_get_int(ctx->conn, &template_replace,
                       DB_PARAMS(db_int(taker->committee_id), db_text(taker->kind),
                                 db_int(taker->publication_id), db_text(to)),
                       &replaced);
    if (error == 0 || error == ERR_NOT_FOUND) *ret_replaced = error == 0 ? replaced : ABSENT;
    return error == ERR_NOT_FOUND ? 0 : error;
}

int paper_template_activate(struct ctx *ctx, const void *in_, void *out) {
    const struct template_id_in *in = in_;
    struct template_detail before = {0};
    const char *to = NULL;
    int64_t changes = 0, replaced = ABSENT;
    int error = load_for(ctx, in->id, "activate", "这个版式已在使用。", &before, &to);
    if (error != 0) return error;
    const struct paper_template rows = {.elements = before.elements, .styles = before.styles};
    error = template_need_sound(ctx, paper_kind_find(before.kind), &rows);
    if (error == 0) error = replace_active(ctx, &before, &replaced);
    if (error == 0)
        error = db_exec(ctx->conn, &template_set_active,
                        DB_PARAMS(db_int(in->id), db_text(to), db_int(ctx->now), db_int(ctx->if_match)),
                        &changes);
    if (error == 0 && changes == 0) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (error == 0)
        error = audit_add(ctx, "paper_template.activate", "paper_template", in->id,
                          "kind=%s publication=%lld replaced=%lld", before.kind,
                          in_audit(before.publication_id), in_audit(replaced));
    return error != 0 ? error : template_load(ctx, in->id, NULL, out);
}

int paper_template_retire(struct ctx *ctx, const void *in_, void *out) {
    const struct template_id_in *in = in_;
    struct template_detail before = {0};
    const char *to = NULL;
    int64_t changes = 0;
    int error = load_for(ctx, in->id, "retire", "这个版式没有在使用。", &before, &to);
    if (error != 0) return error;
    error = db_exec(ctx->conn, &template_set_retired,
                    DB_PARAMS(db_int(in->id), db_text(to), db_int(ctx->if_match)), &changes);
    if (error == 0 && changes == 0) return fail(ctx, ERR_PRECONDITION_FAILED, NULL, NULL);
    if (error == 0)
        error = audit_add(ctx, "paper_template.retire", "paper_template", in->id, "kind=%s", before.kind);
    return error != 0 ? error : template_load(ctx, in->id, NULL, out);
}
