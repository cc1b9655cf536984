/* The catalog: everything the pages need to fill their forms, in one answer. */
#include "minyi/db.h"
#include "minyi/err.h"
#include "types.h"

DB_STATEMENT(catalog_categories,
             "SELECT id, code, name FROM category WHERE active = 1 ORDER BY position, id");
DB_STATEMENT(catalog_reasons,
             "SELECT kind, code, name, text FROM reason WHERE active = 1 ORDER BY kind, position, id");
DB_STATEMENT(catalog_criteria,
             "SELECT id, code, name, hint, weight FROM criterion WHERE active = 1 ORDER BY position, id");
DB_STATEMENT(
    catalog_publications,
    "SELECT id, code, name, kind, committee_id FROM publication WHERE active = 1 AND committee_id = $1"
    " ORDER BY position, id");

static int get_flag(struct ctx *ctx, const char *key, bool *ret) {
    int64_t value = 0;
    int error = setting_int(ctx, key, 0, &value);
    if (error == 0) *ret = value != 0;
    return error;
}

static int get_rules(struct ctx *ctx, struct report_rules *rules) {
    const char *not_accepted = "";
    int error = setting_int(ctx, "report.max_words", 1500, &rules->max_words);
    if (error == 0) error = setting_int(ctx, "report.title_max", 40, &rules->title_max);
    if (error == 0) error = get_flag(ctx, "report.analysis_required", &rules->analysis_required);
    if (error == 0) error = get_flag(ctx, "report.suggestion_required", &rules->suggestion_required);
    if (error == 0) error = setting_int(ctx, "attachment.max_bytes", 20971520, &rules->attachment_max_bytes);
    if (error == 0) error = setting_int(ctx, "attachment.max_count", 10, &rules->attachment_max_count);
    if (error == 0) error = setting_text(ctx, "report.not_accepted", &not_accepted);
    if (error == 0) error = setting_text(ctx, "report.classified_warning", &rules->classified_warning);
    if (error == 0) rules->not_accepted = text_lines(ctx->arena, not_accepted);
    return error;
}

int catalog_get(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    struct catalog *out = out_;
    struct admin_items gates = {0};
    struct report_rules *rules = ARENA_NEW(ctx->arena, struct report_rules);
    int error =
        db_get_list(ctx->conn, ctx->arena, &catalog_categories, DB_NONE, &category_record, &out->categories);
    if (error == 0)
        error = db_get_list(ctx->conn, ctx->arena, &catalog_reasons, DB_NONE, &reason_record, &out->reasons);
    if (error == 0) error = gate_list(ctx, NULL, &gates);
    if (error == 0)
        error =
            db_get_list(ctx->conn, ctx->arena, &catalog_criteria, DB_NONE, &criterion_record, &out->criteria);
    if (error == 0)
        error = db_get_list(ctx->conn, ctx->arena, &catalog_publications,
                            DB_PARAMS(db_int(ctx->actor->committee_id)), &publication_item_record,
                            &out->publications);
    if (error == 0) error = get_rules(ctx, rules);
    if (error != 0) return error;
    out->gates = gates.items;
    out->settings = rules;
    return 0;
}
