/* What may be written into templates: for the page that edits them. From the tables of minyi/template.h. */
#include "types.h"

static struct list words_of(const struct paper_kind_info *info) {
    size_t count = 0;
    while (info->words[count].name)
        count++;
    return (struct list){(void *)info->words, count};
}

static struct list tables_of(struct arena *arena, const struct paper_kind_info *info) {
    size_t count = 0;
    while (info->tables[count].name)
        count++;
    const char **names = arena_array(arena, count, sizeof(*names));
    for (size_t i = 0; i < count; i++)
        names[i] = info->tables[i].name;
    return (struct list){names, count};
}

static struct list all_kinds(struct arena *arena) {
    struct kind_view *views = arena_array(arena, PAPER_KIND_END, sizeof(*views));
    for (int kind = 0; kind < PAPER_KIND_END; kind++) {
        const struct paper_kind_info *info = paper_kind_info((enum paper_kind)kind);
        views[kind] =
            (struct kind_view){info->code, info->zh, words_of(info), tables_of(arena, info), info->body};
    }
    return (struct list){views, PAPER_KIND_END};
}

static struct list all_elements(struct arena *arena) {
    size_t count = 0;
    while (template_element_info(count))
        count++;
    struct element_view *views = arena_array(arena, count, sizeof(*views));
    for (size_t i = 0; i < count; i++) {
        const struct template_element_info *info = template_element_info(i);
        views[i] = (struct element_view){.code = info->code,
                                         .name = info->zh,
                                         .style = info->style,
                                         .text = info->text,
                                         .right = info->right,
                                         .foot = info->foot,
                                         .least = info->least,
                                         .most = info->most};
    }
    return (struct list){views, count};
}

static struct list all_styles(struct arena *arena) {
    struct style_view *views = arena_array(arena, PAPER_STYLE_END, sizeof(*views));
    for (int i = 0; i < PAPER_STYLE_END; i++) {
        const struct paper_style *style = &paper_styles_default[i];
        views[i] = (struct style_view){.code = paper_style_code((enum paper_style_id)i),
                                       .name = paper_style_zh((enum paper_style_id)i),
                                       .font = font_role_code(style->font),
                                       .color = paper_color_codes[style->color],
                                       .align = paper_align_codes[style->align],
                                       .size = style->size};
    }
    return (struct list){views, PAPER_STYLE_END};
}

static struct list all_fonts(struct arena *arena) {
    struct font_view *views = arena_array(arena, FONT_ROLE_END, sizeof(*views));
    for (int role = 0; role < FONT_ROLE_END; role++)
        views[role] =
            (struct font_view){font_role_code((enum font_role)role), font_role_zh((enum font_role)role)};
    return (struct list){views, FONT_ROLE_END};
}

int paper_kind_list(struct ctx *ctx, const void *in, void *out_) {
    (void)in;
    struct kinds_out *out = out_;
    out->items = all_kinds(ctx->arena);
    out->elements = all_elements(ctx->arena);
    out->styles = all_styles(ctx->arena);
    out->fonts = all_fonts(ctx->arena);
    return 0;
}
