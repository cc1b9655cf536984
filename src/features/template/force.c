/* Which template is in force, and which families the office wants: what other features ask. */
#include <string.h>

#include "minyi/db.h"
#include "types.h"

DB_STATEMENT(template_active,
             "SELECT id FROM paper_template WHERE committee_id = $1 AND kind = $2 AND status = 'active'"
             " AND (publication_id IS NULL OR publication_id = $3)"
             " ORDER BY CASE WHEN publication_id IS NULL THEN 1 ELSE 0 END, id DESC LIMIT 1");
DB_STATEMENT(template_name_of, "SELECT name FROM paper_template WHERE id = $1");
DB_STATEMENT(template_elements_of,
             "SELECT element, style, text, right_text, amount FROM paper_template_element"
             " WHERE template_id = $1 ORDER BY position");
DB_STATEMENT(template_styles_of,
             "SELECT style, font, color, align, size FROM paper_template_style WHERE template_id = $1"
             " ORDER BY style");
DB_STATEMENT(
    template_font_settings,
    "SELECT key, value FROM setting WHERE key >= 'paper.font.' AND key < 'paper.font/' ORDER BY key");

RECORD(template_element_row_record, "TemplateElementRow", struct template_element, "一行",
       F(struct template_element, element, FIELD_TEXT, "内容"),
       F(struct template_element, style, FIELD_TEXT, "样式"),
       F(struct template_element, text, FIELD_TEXT, "文字"),
       {.name = "right_text",
        .type = FIELD_TEXT,
        .offset = offsetof(struct template_element, right),
        .doc = "右端"},
       F(struct template_element, amount, FIELD_INT, "大小", .flags = FIELD_NULLABLE));

struct font_setting {
    const char *key, *value;
};
RECORD(font_setting_record, "FontSetting", struct font_setting, "字体",
       F(struct font_setting, key, FIELD_TEXT, ""), F(struct font_setting, value, FIELD_TEXT, ""));

int template_rows(struct ctx *ctx, int64_t id, struct paper_template *ret) {
    struct paper_template found = {0};
    int error = db_get_list(ctx->conn, ctx->arena, &template_elements_of, DB_PARAMS(db_int(id)),
                            &template_element_row_record, &found.elements);
    if (error == 0)
        error = db_get_list(ctx->conn, ctx->arena, &template_styles_of, DB_PARAMS(db_int(id)),
                            &template_style_record, &found.styles);
    if (error == 0) *ret = found;
    return error;
}

int template_in_force_id(struct ctx *ctx, int64_t committee_id, int64_t publication_id, enum paper_kind kind,
                         int64_t *ret_id) {
    int64_t id = 0;
    int error = db_get_int(
        ctx->conn, &template_active,
        DB_PARAMS(db_int(committee_id), db_text(paper_kind_info(kind)->code), db_int(publication_id)), &id);
    if (error != 0 && error != ERR_NOT_FOUND) return error;
    *ret_id = error == 0 ? id : 0;
    return 0;
}

int template_of(struct ctx *ctx, enum paper_kind kind, int64_t template_id, struct paper_template *ret) {
    if (template_id != 0) return template_rows(ctx, template_id, ret);
    *ret = *template_default(kind);
    return 0;
}

int template_name(struct ctx *ctx, int64_t template_id, const char **ret) {
    if (template_id != 0)
        return db_get_text(ctx->conn, ctx->arena, &template_name_of, DB_PARAMS(db_int(template_id)), ret);
    *ret = TEMPLATE_OWN_NAME;
    return 0;
}

int template_in_force(struct ctx *ctx, int64_t committee_id, int64_t publication_id, enum paper_kind kind,
                      struct paper_template *ret, int64_t *ret_version) {
    int64_t id = 0;
    int error = template_in_force_id(ctx, committee_id, publication_id, kind, &id);
    if (error == 0) error = template_of(ctx, kind, id, ret);
    if (error == 0) *ret_version = id;
    return error;
}

int template_families(struct ctx *ctx, const char *const *ret[FONT_ROLE_END]) {
    static const char prefix[] = "paper.font.";
    struct list rows = {0};
    int error =
        db_get_list(ctx->conn, ctx->arena, &template_font_settings, DB_NONE, &font_setting_record, &rows);
    if (error != 0) return error;
    for (int role = 0; role < FONT_ROLE_END; role++) {
        ret[role] = NULL;
        for (size_t i = 0; i < rows.count; i++) {
            const struct font_setting *row = LIST_AT(rows, struct font_setting, i);
            if (strcmp(row->key + strlen(prefix), font_role_code((enum font_role)role)) == 0)
                ret[role] = font_families(ctx->arena, row->value);
        }
    }
    return 0;
}
