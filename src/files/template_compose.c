/* A template and a source of words make a paper. Elements give blocks one after the other; one that is left
 * out takes back what stood above it and belonged to it, so nothing has to look ahead. */
#include <string.h>

#include "template_internal.h"

enum {
    LARGEST_ON_GRID = 2200, /* hundredths of a point: larger type gets lines higher than the grid's */
    UM_PER_POINT_TENTHS = 3528,
};

struct composing {
    struct arena *arena;
    const struct paper_source *source;
    struct template_blocks blocks, foot;
    size_t tail; /* from here on all blocks are spaces and labels that call no words */
    struct {
        bool open;        /* nothing was set yet since something was left out */
        int above, below; /* the spaces around it, tenths of a line */
    } gap;
    bool *used;  /* by photo */
    size_t room; /* bytes that the rows' texts may still take; 0: the paper is too long */
    struct paper *paper;
};

struct paper_block *template_block(struct arena *arena, struct template_blocks *blocks,
                                   enum paper_block_kind kind, enum paper_style_id style) {
    if (blocks->count == blocks->capacity) {
        size_t capacity = blocks->capacity ? 2 * blocks->capacity : 32;
        struct paper_block *items = arena_array(arena, capacity, sizeof(*items));
        if (blocks->count) memcpy(items, blocks->items, blocks->count * sizeof(*items));
        blocks->items = items;
        blocks->capacity = capacity;
    }
    struct paper_block *block = &blocks->items[blocks->count++];
    *block = (struct paper_block){.kind = kind, .style = style};
    return block;
}

/* A larger type needs a higher line: as the style's own, or 1.4 times the size. */
static int pitch_of(const struct paper_style *style, int size) {
    if (style->pitch > 0) return (int)((int64_t)style->pitch * size / style->size);
    return size > LARGEST_ON_GRID ? (int)((int64_t)size * UM_PER_POINT_TENTHS * 14 / 10000) : 0;
}

/* The style of that name. A template of another version of the program may name one that is not there. */
static enum paper_style_id style_of(const char *code) {
    enum paper_style_id style = template_style_find(code);
    return style == PAPER_STYLE_END ? PAPER_BODY : style;
}

static void change_style(struct paper_style *style, const struct template_style *change) {
    enum font_role font = font_role_find(change->font);
    if (font != FONT_ROLE_END) style->font = font;
    for (size_t i = 0; change->color && paper_color_codes[i]; i++)
        if (strcmp(change->color, paper_color_codes[i]) == 0) style->color = (enum paper_color)i;
    for (size_t i = 0; change->align && paper_align_codes[i]; i++)
        if (strcmp(change->align, paper_align_codes[i]) == 0) style->align = (enum paper_align)i;
    if (change->align && style->align == PAPER_CENTER) style->first_indent = style->rest_indent = 0;
    if (change->size != ABSENT && change->size > 0) {
        style->pitch = pitch_of(style, (int)change->size);
        style->size = (int)change->size;
    }
}

static bool ends_in_space(const struct template_blocks *blocks) {
    return blocks->count > 0 && blocks->items[blocks->count - 1].kind == PAPER_SPACE;
}

/* Something is left out; LABELS: the labels of tables and photos above it go too. The spaces above and below
 * it become one, as large as the larger of them. */
static void leave_out(struct composing *composing, bool labels) {
    struct template_blocks *blocks = &composing->blocks;
    size_t end = blocks->count;
    int above = 0;
    if (labels) blocks->count = composing->tail;
    while (ends_in_space(blocks))
        blocks->count--;
    for (size_t i = blocks->count; i < end && blocks->items[i].kind == PAPER_SPACE; i++)
        above += blocks->items[i].lines;
    if (composing->tail > blocks->count) composing->tail = blocks->count;
    if (above > 0) template_block(composing->arena, blocks, PAPER_SPACE, PAPER_BODY)->lines = above;
    composing->gap.open = true;
    composing->gap.above = above;
    composing->gap.below = 0;
}

static void compose_space(struct composing *composing, int lines) {
    struct template_blocks *blocks = &composing->blocks;
    if (composing->gap.open && ends_in_space(blocks)) {
        composing->gap.below += lines;
        lines = composing->gap.above > composing->gap.below ? composing->gap.above : composing->gap.below;
        blocks->items[blocks->count - 1].lines = lines;
        return;
    }
    template_block(composing->arena, blocks, PAPER_SPACE, PAPER_BODY)->lines = lines;
    composing->gap.open = false;
}

static bool own_paragraphs(enum paper_style_id style) {
    return style == PAPER_BODY || style == PAPER_NOTE || style == PAPER_PLAIN;
}

/* 《社情民意》 stands without its marks in a red head. */
static const char *without_marks(struct arena *arena, const char *text) {
    size_t len = strlen(text);
    bool marked = len > 6 && strncmp(text, "《", 3) == 0 && strcmp(text + len - 3, "》") == 0;
    return marked && !strstr(text + 3, "《") ? arena_memdup(arena, text + 3, len - 6) : text;
}

static void add_text(struct composing *composing, struct template_blocks *blocks, enum paper_style_id style,
                     const struct template_filled *filled) {
    const char *text = style == PAPER_HEAD ? without_marks(composing->arena, filled->text) : filled->text;
    if (!own_paragraphs(style)) {
        struct paper_block *block = template_block(composing->arena, blocks, PAPER_TEXT, style);
        block->text = text;
        block->bookmark = style == PAPER_TITLE ? 1 : 0;
        block->keep = style == PAPER_LABEL || style == PAPER_TITLE;
        return;
    }
    bool first = true;
    for (const char *line = text; *line || first; first = false) {
        size_t len = strcspn(line, "\n");
        const char *words = line;
        size_t kept = template_trim(&words, len);
        if (kept > 0 || (first && !line[len])) {
            struct paper_block *block = template_block(composing->arena, blocks, PAPER_TEXT, style);
            /* Blanks that the template itself puts in front stay. */
            const char *from = first ? line : words;
            block->text = arena_memdup(composing->arena, from, (size_t)(words + kept - from));
            bool run_in = first && style == PAPER_NOTE && filled->words && filled->fixed >= 3 &&
                          filled->fixed <= strlen(block->text) &&
                          memcmp(text + filled->fixed - 3, "：", 3) == 0;
            if (run_in) {
                block->lead = filled->fixed;
                block->lead_style = PAPER_LEVEL_1;
            }
        }
        line += len + (line[len] == '\n');
    }
}

static void compose_text(struct composing *composing, const struct template_element *element, bool foot) {
    struct template_filled filled;
    enum paper_style_id style = style_of(element->style);
    template_fill(composing->arena, element->text, composing->source, &composing->room, &filled);
    if (filled.left_out) {
        if (!foot) leave_out(composing, false);
        return;
    }
    add_text(composing, foot ? &composing->foot : &composing->blocks, style, &filled);
    if (!foot && (style != PAPER_LABEL || filled.words)) composing->tail = composing->blocks.count;
}

static void compose_pair(struct composing *composing, const struct template_element *element, bool foot) {
    struct template_filled left, right;
    template_fill(composing->arena, element->text, composing->source, &composing->room, &left);
    template_fill(composing->arena, element->right, composing->source, &composing->room, &right);
    bool words = left.words || right.words;
    bool value = (left.words && !left.left_out) || (right.words && !right.left_out);
    if (words && !value) {
        if (!foot) leave_out(composing, false);
        return;
    }
    struct paper_block *block = template_block(composing->arena, foot ? &composing->foot : &composing->blocks,
                                               PAPER_PAIR, style_of(element->style));
    block->text = left.text;
    block->right = right.text;
}

static void compose_foot_rule(struct composing *composing, const struct template_element *element) {
    struct template_blocks *foot = &composing->foot;
    struct paper_block *last = foot->count ? &foot->items[foot->count - 1] : NULL;
    if (!last || last->kind != PAPER_RULE)
        last = template_block(composing->arena, foot, PAPER_RULE, PAPER_FOOT);
    if (element->amount > 0) last->thickness = (int)element->amount;
}

static void compose_table(struct composing *composing, const struct template_element *element) {
    const struct paper_source *source = composing->source;
    const struct paper_table *table = NULL;
    for (size_t i = 0; i < source->table_count && !table; i++)
        if (strcmp(source->tables[i].name, element->text) == 0) table = &source->tables[i].table;
    if (!table || table->columns == 0 || table->rows <= (table->header ? 1 : 0)) {
        leave_out(composing, true);
        return;
    }
    template_block(composing->arena, &composing->blocks, PAPER_TABLE_ROWS, PAPER_TABLE)->table = table;
}

static bool is_heading(const struct paper_source *source, const struct paper_block *block) {
    if (block->kind != PAPER_TEXT || block->style != PAPER_BODY) return false;
    for (const char *const *heading = source->headings; heading && *heading; heading++)
        if (strcmp(block->text, *heading) == 0) return true;
    return false;
}

static void compose_body(struct composing *composing) {
    const struct paper_source *source = composing->source;
    size_t before = composing->blocks.count;
    if (source->body)
        template_body_blocks(composing->arena, source->body, source->photos, source->photo_count,
                             composing->used, &composing->blocks);
    for (size_t i = before; i < composing->blocks.count; i++) {
        struct paper_block *block = &composing->blocks.items[i];
        if (!is_heading(source, block)) continue;
        block->style = PAPER_LEVEL_1;
        block->keep = true;
        block->bookmark = TEMPLATE_BELOW_TITLE;
    }
    if (composing->blocks.count == before) leave_out(composing, false);
}

static void compose_contents(struct composing *composing) {
    struct arena *arena = composing->arena;
    struct list pieces = {0};
    if (composing->source->body) template_pieces(arena, composing->source->body, &pieces);
    if (pieces.count < 2) {
        leave_out(composing, true);
        return;
    }
    for (size_t i = 0; i < pieces.count; i++)
        template_block(arena, &composing->blocks, PAPER_TEXT, PAPER_CONTENTS)->text =
            arena_printf(arena, "%zu. %s", i + 1, *LIST_AT(pieces, const char *, i));
}

static void compose_photos(struct composing *composing) {
    const struct paper_source *source = composing->source;
    bool any = false;
    for (size_t i = 0; i < source->photo_count; i++) {
        if (composing->used[i]) continue;
        template_block(composing->arena, &composing->blocks, PAPER_PICTURE, PAPER_CAPTION)->photo =
            &source->photos[i].photo;
        any = true;
    }
    if (!any) leave_out(composing, true);
}

static void compose_element(struct composing *composing, const struct template_element *element) {
    const char *code = element->element;
    struct template_blocks *blocks = &composing->blocks;
    struct arena *arena = composing->arena;
    size_t before = blocks->count;
    if (strcmp(code, "text") == 0 || strcmp(code, "foot") == 0)
        compose_text(composing, element, *code == 'f');
    else if (strcmp(code, "pair") == 0 || strcmp(code, "foot_pair") == 0)
        compose_pair(composing, element, *code == 'f');
    else if (strcmp(code, "rule") == 0)
        template_block(arena, blocks, PAPER_RULE, style_of(element->style))->thickness = (int)element->amount;
    else if (strcmp(code, "space") == 0)
        compose_space(composing, (int)element->amount);
    else if (strcmp(code, "break") == 0)
        template_block(arena, blocks, PAPER_BREAK, PAPER_BODY);
    else if (strcmp(code, "table") == 0)
        compose_table(composing, element);
    else if (strcmp(code, "body") == 0)
        compose_body(composing);
    else if (strcmp(code, "contents") == 0)
        compose_contents(composing);
    else if (strcmp(code, "photos") == 0)
        compose_photos(composing);
    else if (strcmp(code, "foot_rule") == 0)
        compose_foot_rule(composing, element);
    else if (strcmp(code, "folio") == 0)
        composing->paper->folio = true;
    else if (strcmp(code, "code") == 0)
        composing->paper->code = composing->source->code;
    bool settles = strcmp(code, "text") != 0 && strcmp(code, "space") != 0 && blocks->count > before;
    if (settles) composing->tail = blocks->count;
    if (!ends_in_space(blocks)) composing->gap.open = false;
}

/* Photos of the body that stand above their place in the template are not called twice: those that any line
 * of the body calls are known before the first element. */
static void find_called(struct composing *composing) {
    const struct paper_source *source = composing->source;
    struct template_blocks scratch = {0};
    composing->used = arena_array(composing->arena, source->photo_count + 1, sizeof(bool));
    if (source->body && source->photo_count > 0)
        template_body_blocks(composing->arena, source->body, source->photos, source->photo_count,
                             composing->used, &scratch);
}

void template_compose(struct arena *arena, const struct paper_template *template,
                      const struct paper_source *source, struct paper *ret) {
    struct composing composing = {.arena = arena, .source = source, .paper = ret, .room = PAPER_TEXT_MAX};
    paper_init(ret);
    for (size_t i = 0; i < template->styles.count; i++) {
        const struct template_style *change = LIST_AT(template->styles, struct template_style, i);
        enum paper_style_id style = template_style_find(change->style);
        if (style != PAPER_STYLE_END) change_style(&ret->styles[style], change);
    }
    find_called(&composing);
    for (size_t i = 0; i < template->elements.count && composing.room > 0; i++)
        compose_element(&composing, LIST_AT(template->elements, struct template_element, i));
    while (composing.gap.open && ends_in_space(&composing.blocks)) /* nothing stands below */
        composing.blocks.count--;
    if (composing.foot.count == 1 && composing.foot.items[0].kind == PAPER_RULE) composing.foot.count = 0;
    memcpy(ret->families, source->families, sizeof(ret->families));
    ret->blocks = composing.blocks.items;
    ret->block_count = composing.blocks.count;
    ret->foot = composing.foot.items;
    ret->foot_count = composing.foot.count;
    ret->too_long = composing.room == 0;
    ret->title = source->title;
    ret->author = source->author;
    ret->subject = source->subject;
    ret->created_ms = source->created_ms;
}
