/* The fonts that serve the papers, and the order in which an office wants them.
 *
 * 1. An order is one of the settings paper.font.ROLE, shared by all committees, so changed by the topmost
 *    unit's administrator; "" is the program's own order, and an order equal to that is kept as "".
 * 2. Fonts are looked for, and pages set to try them, outside of any transaction.
 */
#include <string.h>

#include "fonts_view.h"
#include "minyi/admin.h"
#include "minyi/office_template.h"
#include "minyi/utf8.h"

RECORD(font_family_record, "PaperFontFamily", struct font_family_view, "想用的字体",
       F(struct font_family_view, family, FIELD_TEXT, "名称"),
       F(struct font_family_view, present, FIELD_BOOL, "已安装"));
RECORD(font_role_record, "PaperFontRole", struct font_role_view, "公文的一种字体",
       F(struct font_role_view, role, FIELD_TEXT, "代码", .options = font_role_codes),
       F(struct font_role_view, name, FIELD_TEXT, "名称"),
       F(struct font_role_view, family, FIELD_TEXT, "现在用的", .flags = FIELD_NULLABLE),
       F(struct font_role_view, file, FIELD_TEXT, "文件", .flags = FIELD_NULLABLE),
       F(struct font_role_view, format, FIELD_TEXT, "格式", .flags = FIELD_NULLABLE),
       F(struct font_role_view, weight, FIELD_INT, "粗细，400或700"),
       F(struct font_role_view, characters, FIELD_INT, "汉字数"),
       F(struct font_role_view, first_choice, FIELD_BOOL, "是第一选择"),
       F(struct font_role_view, keeps_grid, FIELD_BOOL, "每页22行、每行28字"),
       F(struct font_role_view, own_order, FIELD_BOOL, "改过次序"),
       F(struct font_role_view, wanted, FIELD_LIST, "按先后想用的", .of = &font_family_record),
       F(struct font_role_view, usual, FIELD_TEXTS, "程序自带的次序"),
       F(struct font_role_view, version, FIELD_INT, "版本"));
RECORD(fonts_record, "PaperFonts", struct fonts_view, "公文的字体",
       F(struct fonts_view, roles, FIELD_LIST, "各种字体", .of = &font_role_record),
       F(struct fonts_view, fingerprint, FIELD_TEXT, "字体的摘要：相同则版面相同"));
RECORD(font_order_record, "PaperFontOrder", struct font_order_in, "字体的次序",
       F(struct font_order_in, role, FIELD_TEXT, "字体", .flags = FIELD_REQUIRED | FIELD_IN_PATH,
         .options = font_role_codes),
       F(struct font_order_in, families, FIELD_TEXTS, "按先后；空为程序自带的次序", .flags = FIELD_ONE_LINE,
         .max = FONT_FAMILIES_MAX));

DB_STATEMENT(
    font_order_versions,
    "SELECT key, version FROM setting WHERE key >= 'paper.font.' AND key < 'paper.font/' ORDER BY key");

struct version_row {
    const char *key;
    int64_t version;
};
RECORD(font_version_record, "FontVersion", struct version_row, "次序的版本",
       F(struct version_row, key, FIELD_TEXT, ""), F(struct version_row, version, FIELD_INT, ""));

static const char *key_of(struct arena *arena, enum font_role role) {
    return arena_printf(arena, "paper.font.%s", font_role_code(role));
}

/* What the store says of the order. */
struct order {
    const char *const *families[FONT_ROLE_END];
    struct list versions;
};

static int read_order(struct ctx *ctx, void *argument) {
    struct order *order = argument;
    int error = template_families(ctx, order->families);
    if (error != 0) return error;
    return db_get_list(ctx->conn, ctx->arena, &font_order_versions, DB_NONE, &font_version_record,
                       &order->versions);
}

static int64_t version_of(struct arena *arena, const struct order *order, enum font_role role) {
    const char *key = key_of(arena, role);
    for (size_t i = 0; i < order->versions.count; i++) {
        const struct version_row *row = LIST_AT(order->versions, struct version_row, i);
        if (strcmp(row->key, key) == 0) return row->version;
    }
    return 0;
}

static struct list texts_of(const char *const *families) {
    size_t count = 0;
    while (families[count] != NULL)
        count++;
    return (struct list){(void *)families, count};
}

static void describe(struct ctx *ctx, const struct order *order, enum font_role role,
                     struct font_role_view *ret) {
    struct font_state state;
    font_state(ctx->arena, role, order->families[role], &state);
    struct font_family_view *wanted =
        arena_array(ctx->arena, state.wanted.count + 1, sizeof(struct font_family_view));
    for (size_t i = 0; i < state.wanted.count; i++) {
        const struct font_wanted *one = LIST_AT(state.wanted, struct font_wanted, i);
        wanted[i] = (struct font_family_view){one->family, one->present};
    }
    *ret = (struct font_role_view){
        .role = font_role_code(role),
        .name = font_role_zh(role),
        .family = state.family,
        .file = state.file,
        .format = state.format,
        .weight = state.weight,
        .characters = state.characters,
        .version = version_of(ctx->arena, order, role),
        .first_choice = state.first_choice,
        .keeps_grid = state.family != NULL && font_keeps_grid(ctx->arena, role, order->families[role]),
        .own_order = order->families[role] != NULL,
        .wanted = {wanted, state.wanted.count},
        .usual = texts_of(font_role_defaults(role)),
    };
}

static int paper_font_list(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    struct fonts_view *out = out_;
    struct order order = {0};
    int error = ctx_read(ctx, read_order, &order);
    if (error != 0) return error;
    struct font_role_view *views = arena_array(ctx->arena, FONT_ROLE_END, sizeof(*views));
    char *fingerprint = arena_alloc(ctx->arena, 65);
    for (enum font_role role = 0; role < FONT_ROLE_END; role++)
        describe(ctx, &order, role, &views[role]);
    font_fingerprint(order.families, fingerprint);
    *out = (struct fonts_view){.roles = {views, FONT_ROLE_END}, .fingerprint = fingerprint};
    return 0;
}

static bool equal(const char *const *a, const char *const *b) {
    size_t i = 0;
    while (a[i] != NULL && b[i] != NULL && strcmp(a[i], b[i]) == 0)
        i++;
    return a[i] == b[i]; /* both at their NULL */
}

/* The setting's text of an order; one that the program has anyway is "". */
static int order_text(struct ctx *ctx, enum font_role role, const struct list *families, const char **ret) {
    const char *text = "";
    for (size_t i = 0; i < families->count; i++) {
        const char *family = *LIST_AT(*families, const char *, i);
        const char *field = arena_printf(ctx->arena, "families[%zu]", i);
        const char *const *parsed = font_families(ctx->arena, family);
        if (parsed == NULL) return fail(ctx, ERR_REQUIRED, field, "请写字体的名称。");
        if (strcmp(parsed[0], family) != 0)
            return fail(ctx, ERR_INVALID, field, "一行只写一种字体的名称，名称中不能有逗号、顿号或分号。");
        if (utf8_length(family) > 60) return fail(ctx, ERR_TOO_LONG, field, "字体的名称不超过 60 个字。");
        text = arena_printf(ctx->arena, "%s%s%s", text, i > 0 ? ", " : "", family);
    }
    if (utf8_length(text) > 400)
        return fail(ctx, ERR_TOO_LONG, "families", "所有名称合计不超过 400 个字，请删去用不到的。");
    const char *const *parsed = font_families(ctx->arena, text);
    *ret = parsed != NULL && equal(parsed, font_role_defaults(role)) ? "" : text;
    return 0;
}

struct saving {
    enum font_role role;
    const char *text;
    struct order order;
};

static int save(struct ctx *ctx, void *argument) {
    struct saving *saving = argument;
    int error = setting_put(ctx, key_of(ctx->arena, saving->role), saving->text);
    return error != 0 ? error : read_order(ctx, &saving->order);
}

static int paper_font_save(struct ctx *ctx, const void *in_, void *out) {
    const struct font_order_in *in = in_;
    struct saving saving = {.role = font_role_find(in->role)};
    int error = order_text(ctx, saving.role, &in->families, &saving.text);
    if (error == 0) error = ctx_write(ctx, save, &saving);
    if (error == 0) describe(ctx, &saving.order, saving.role, out);
    return error;
}

static const struct route routes_of_fonts[] = {
    {.method = "GET",
     .path = "/paper-fonts",
     .name = "paper_font_list",
     .operation = paper_font_list,
     .permission = MAY_SETTING_MANAGE,
     .scope = "全部",
     .out = &fonts_record,
     .flags = ROUTE_SELF | ROUTE_SLOW,
     .summary = "公文各种字体现在用哪一种，缺哪些"},
    {.method = "PUT",
     .path = "/paper-fonts/{role}",
     .name = "paper_font_save",
     .operation = paper_font_save,
     .permission = MAY_SETTING_MANAGE,
     .scope = "最上级政协的系统管理员",
     .in = &font_order_record,
     .out = &font_role_record,
     .flags = ROUTE_SELF | ROUTE_SLOW | ROUTE_IF_MATCH | ROUTE_ETAG,
     .summary = "修改一种字体的先后次序"},
};

const struct route_table font_routes = {
    .feature = "font", .title = "字体", .routes = routes_of_fonts, .count = ARRAY_LEN(routes_of_fonts)};
