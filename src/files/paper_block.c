/* Blocks into rows: paragraphs, pairs, rules, photos, empty lines.
 *
 * 1. An empty text takes no room.
 * 2. A paragraph of two lines or more leaves or carries at least two; what is to keep with the next stays.
 * 3. A rule takes no room: it lies below the row before it, 4 mm under its letters when empty lines follow
 *    (GB/T 9704-2012, 7.2.7), else on the edge between two lines. In the foot its middle is on that edge. */
#include <math.h>
#include <string.h>

#include "paper_internal.h"

enum { RULES_APART = 800 }; /* um between two that follow each other */

/* A photo says nothing about its size on paper. */
static const double um_per_pixel = 25400.0 / PAPER_PHOTO_DPI;

/* The em box of Chinese type: 88 % over the baseline, whatever the font says of itself. */
static const double above_baseline = 0.88;

struct paper_row *paper_row_add(struct paper_layout *layout, struct paper_rows *rows, double height) {
    struct paper_row *row = ARENA_NEW(layout->arena, struct paper_row);
    row->height = height;
    row->grid = true;
    row->split = layout->next_split;
    layout->next_split = SPLIT_ALLOWED;
    layout->rule_end = -1;
    row->before = rows->last;
    if (rows->last)
        rows->last->next = row;
    else
        rows->first = row;
    rows->last = row;
    rows->height += height;
    rows->count++;
    return row;
}

void paper_rule_add(struct paper_layout *layout, struct paper_row *row, double x, double y, double width,
                    double height, enum paper_color color) {
    struct paper_item *item = paper_item_add(layout, row, NULL, ITEM_RULE);
    item->x = x;
    item->y = y;
    item->width = width;
    item->height = height;
    item->color = color;
}

static struct paper_row *text_row(struct paper_layout *layout, struct paper_rows *rows,
                                  const struct paper_frame *frame) {
    struct paper_row *row = paper_row_add(layout, rows, frame->height);
    row->text = true;
    row->white_below = (frame->height - frame->size) / 2;
    return row;
}

static double left_of(const struct paper_frame *frame, double indent, double width) {
    switch (frame->align) {
    case PAPER_CENTER:
        return frame->left + (frame->width - width) / 2;
    case PAPER_RIGHT:
        return frame->left + frame->width - indent - width;
    case PAPER_JUSTIFY:
    case PAPER_LEFT:
        break;
    }
    return frame->left + indent;
}

/* The white in the marks at a centred line's ends does not count. */
static double off_centre(const struct paper_shape *shape, const struct paper_line *line,
                         enum paper_align align) {
    if (align != PAPER_CENTER || line->count < 2) return 0;
    const struct paper_atom *first = &shape->atoms[line->first];
    return (first[line->count - 1].room_right - first->room_left) / 2;
}

void paper_set_lines(struct paper_layout *layout, const struct paper_shape *shape,
                     const struct paper_line *lines, size_t count, const struct paper_frame *frame, double em,
                     enum paper_color color, struct paper_rows *rows, struct paper_row *row, double y) {
    double baseline = (frame->height - frame->size) / 2 + above_baseline * frame->size;
    for (size_t i = 0; i < count; i++) {
        double indent = i ? frame->rest : frame->first;
        double width = frame->width - (frame->align == PAPER_CENTER ? 0 : indent);
        double *x = arena_array(layout->scratch, lines[i].count + 1, sizeof *x);
        paper_place(shape->atoms, &lines[i], em, width, frame->align == PAPER_JUSTIFY, x);
        struct paper_row *target = row ? row : text_row(layout, rows, frame);
        target->color = color;
        double left = left_of(frame, indent, x[lines[i].count]) + off_centre(shape, &lines[i], frame->align);
        paper_set_line(layout, shape, &lines[i], x, left,
                       (row ? y + (double)i * frame->height : 0) + baseline, frame->size, target);
    }
}

static struct paper_frame frame_of(const struct paper_layout *layout, enum paper_style_id id) {
    const struct paper *paper = layout->paper;
    const struct paper_style *style = &paper->styles[id];
    double em = paper_em(paper, id);
    struct paper_frame frame = {.width = paper->measures.text_width,
                                .first = style->first_indent * em / 100,
                                .rest = style->rest_indent * em / 100,
                                .align = style->align,
                                .height = paper_line_height(paper, id),
                                .size = PAPER_UM(style->size)};
    /* 左右各空一字 (7.4.2): the foot's right margin is as wide as its left one. */
    if (id == PAPER_FOOT && style->align != PAPER_CENTER) frame.width -= fmin(frame.first, frame.width / 4);
    double most = frame.width / 2;
    frame.first = fmax(0, fmin(frame.first, most));
    frame.rest = fmax(0, fmin(frame.rest, most));
    return frame;
}

/* What a text's paragraph is set by. */
struct setting {
    enum paper_style_id style, lead_style;
    struct paper_frame frame;
    double em, scale;
    enum paper_color color;
};

/* One line of the text, up to a line feed. Returns the number of lines set. */
static size_t set_segment(struct paper_layout *layout, const char *text, size_t lead, struct setting *setting,
                          struct paper_rows *rows) {
    struct paper_shape shape;
    paper_shape(layout, text, setting->style, lead, setting->lead_style, setting->scale, &shape);
    const struct paper_frame *frame = &setting->frame;
    bool centred = frame->align == PAPER_CENTER;
    struct paper_room room = {.first = frame->width - (centred ? 0 : frame->first),
                              .rest = frame->width - (centred ? 0 : frame->rest),
                              .em = setting->em};
    struct paper_line *lines;
    size_t count = paper_fill(layout->scratch, shape.atoms, shape.count, &room, &lines);
    if (count == 0) paper_row_add(layout, rows, frame->height);
    paper_set_lines(layout, &shape, lines, count, frame, setting->em, setting->color, rows, NULL, 0);
    setting->frame.first = frame->rest;
    return count;
}

static void set_text(struct paper_layout *layout, char *text, size_t lead, struct setting *setting,
                     struct paper_rows *rows) {
    for (char *segment = text; segment;) {
        char *end = strchr(segment, '\n');
        if (end) *end = '\0';
        size_t length = strlen(segment);
        set_segment(layout, segment, lead < length ? lead : length, setting, rows);
        lead = lead > length ? lead - length - 1 : 0;
        segment = end ? end + 1 : NULL;
    }
}

/* The head's size is what fits one line; a very long one wraps at the text's size. */
static double head_scale(struct paper_layout *layout, const char *text, const struct paper_frame *frame) {
    struct paper_shape shape;
    paper_shape(layout, text, PAPER_HEAD, 0, PAPER_HEAD, 1, &shape);
    double width = paper_width(shape.atoms, 0, shape.count, paper_em(layout->paper, PAPER_HEAD));
    double least = (double)paper_styles_default[PAPER_BODY].size / layout->paper->styles[PAPER_HEAD].size;
    return width <= frame->width ? 1 : fmin(1, fmax(least, frame->width / width * 0.999));
}

/* True when the title was set; a paper's first title tells its lines. */
static bool set_title(struct paper_layout *layout, const char *text, struct setting *setting,
                      struct paper_rows *rows) {
    static const double scales[] = {1, 20.0 / 22, 18.0 / 22};
    if (strchr(text, '\n')) /* whoever broke it meant it */
        return false;
    if (strlen(text) > PAPER_TITLE_MAX) return false;
    for (size_t i = 0; i < ARRAY_LEN(scales); i++) {
        struct paper_shape shape;
        struct paper_line *lines;
        paper_shape(layout, text, setting->style, 0, setting->style, scales[i], &shape);
        double em = setting->em * scales[i];
        size_t count = paper_title_lines(layout, &shape, setting->frame.width, em, &lines);
        if (count == 0) continue;
        setting->frame.size *= scales[i];
        paper_set_lines(layout, &shape, lines, count, &setting->frame, em, setting->color, rows, NULL, 0);
        return true;
    }
    return false;
}

/* Invariant 2 for the rows FIRST … LAST of a paragraph. */
static void keep_ends(struct paper_row *first, struct paper_row *last) {
    if (!first || first == last) return;
    first->next->split = SPLIT_FORBIDDEN;
    last->split = SPLIT_FORBIDDEN;
}

/* The rows from ROW on are one whole: no page ends in them. Returns their number. */
static size_t keep_together(struct paper_row *row) {
    size_t lines = row != NULL;
    for (; row && row->next; row = row->next, lines++)
        row->next->split = SPLIT_FORBIDDEN;
    return lines;
}

static void paragraph(struct paper_layout *layout, const char *words, size_t lead, enum paper_style_id style,
                      enum paper_style_id lead_style, struct paper_rows *rows) {
    char *text = paper_printed(layout->scratch, words, &lead);
    if (!*text) return;
    struct setting setting = {.style = style,
                              .lead_style = lead > 0 ? lead_style : style,
                              .frame = frame_of(layout, style),
                              .em = paper_em(layout->paper, style),
                              .scale = 1,
                              .color = layout->paper->styles[style].color};
    if (style == PAPER_HEAD) {
        setting.scale = head_scale(layout, text, &setting.frame);
        setting.em *= setting.scale;
        setting.frame.size *= setting.scale;
    }
    struct paper_row *before = rows->last;
    if (!paper_is_title(style) || !set_title(layout, text, &setting, rows))
        set_text(layout, text, lead, &setting, rows);
    struct paper_row *first = before ? before->next : rows->first;
    if (!paper_is_title(style)) {
        keep_ends(first, rows->last);
        return;
    }
    size_t lines = keep_together(first);
    if (style == PAPER_TITLE && layout->outcome.title_lines == 0) layout->outcome.title_lines = (int)lines;
}

static void text_block(struct paper_layout *layout, const struct paper_block *block,
                       struct paper_rows *rows) {
    struct paper_row *before = rows->last;
    paragraph(layout, block->text, block->lead, block->style, block->lead_style, rows);
    struct paper_row *first = before ? before->next : rows->first;
    if (!first || block->bookmark <= 0) return;
    first->bookmark = block->bookmark;
    first->name = paper_printed_line(layout->arena, block->text);
}

struct pair {
    struct paper_shape shapes[2];
    struct paper_line *lines[2];
    size_t counts[2];
    double em;
    bool one_line;
};

/* Both texts of a pair at SCALE; they stand on one line with an empty character at least between them. */
static void shape_pair(struct paper_layout *layout, const struct paper_block *block, double width,
                       double scale, struct pair *ret) {
    *ret = (struct pair){.em = paper_em(layout->paper, block->style) * scale};
    double sum = ret->em;
    for (int i = 0; i < 2; i++) {
        const char *text = paper_printed_line(layout->scratch, i ? block->right : block->text);
        paper_shape(layout, text, block->style, 0, block->style, scale, &ret->shapes[i]);
        struct paper_room room = {.first = width, .rest = width, .em = ret->em};
        ret->counts[i] =
            paper_fill(layout->scratch, ret->shapes[i].atoms, ret->shapes[i].count, &room, &ret->lines[i]);
        sum += ret->counts[i] ? ret->lines[i][0].width : 0;
    }
    ret->one_line = ret->counts[0] <= 1 && ret->counts[1] <= 1 && sum <= width;
}

/* Both texts on one line when they fit, a little smaller if need be; else one below the other. */
static void pair_block(struct paper_layout *layout, const struct paper_block *block,
                       struct paper_rows *rows) {
    static const double scales[] = {1, 0.95, 0.9};
    struct paper_frame frame = frame_of(layout, block->style);
    double inset = frame.first;
    double whole = layout->paper->measures.text_width - 2 * inset;
    struct pair pair = {0};
    for (size_t i = 0; i < ARRAY_LEN(scales) && !pair.one_line; i++)
        shape_pair(layout, block, whole, scales[i], &pair);
    if (!pair.one_line) shape_pair(layout, block, whole, 1, &pair);
    enum paper_color color = layout->paper->styles[block->style].color;
    struct paper_frame left = {
        .left = inset, .width = whole, .align = PAPER_JUSTIFY, .height = frame.height, .size = frame.size};
    struct paper_frame right = left;
    right.align = PAPER_RIGHT;
    struct paper_row *row = NULL;
    if (pair.one_line && pair.counts[0] + pair.counts[1] > 0) row = text_row(layout, rows, &frame);
    paper_set_lines(layout, &pair.shapes[0], pair.lines[0], pair.counts[0], &left, pair.em, color, rows, row,
                    0);
    if (!pair.one_line && pair.counts[0] > 0 && pair.counts[1] > 0) layout->next_split = SPLIT_FORBIDDEN;
    paper_set_lines(layout, &pair.shapes[1], pair.lines[1], pair.counts[1], &right, pair.em, color, rows, row,
                    0);
}

int paper_rule_thickness(const struct paper *paper, const struct paper_block *block) {
    if (block->thickness > 0) return block->thickness;
    for (size_t i = 0; i < paper->foot_count; i++)
        if (&paper->foot[i] == block)
            return i == 0 || i + 1 == paper->foot_count ? PAPER_RULE_OUTER : PAPER_RULE_INNER;
    return PAPER_RULE_DEFAULT;
}

static void rule_block(struct paper_layout *layout, const struct paper_block *block,
                       const struct paper_block *next, struct paper_rows *rows) {
    const struct paper_style *style = &layout->paper->styles[block->style];
    bool foot = rows == &layout->foot;
    double thickness = paper_rule_thickness(layout->paper, block);
    double y = -thickness / 2;
    struct paper_row *above = rows->last;
    if (!foot && layout->rule_end >= 0)
        y = layout->rule_end + RULES_APART;
    else if (!foot && next && next->kind == PAPER_SPACE && above && above->text)
        y = PAPER_RULE_UNDER - above->white_below;
    if (above && layout->next_split == SPLIT_ALLOWED) layout->next_split = SPLIT_FORBIDDEN;
    struct paper_row *row = paper_row_add(layout, rows, 0);
    row->grid = false;
    paper_rule_add(layout, row, 0, y, layout->paper->measures.text_width, thickness, style->color);
    layout->rule_end = y + thickness;
}

static void photo_block(struct paper_layout *layout, const struct paper_block *block,
                        struct paper_rows *rows) {
    const struct paper_photo *photo = block->photo;
    if (!photo || !photo->jpeg || photo->width <= 0 || photo->height <= 0) return;
    const struct paper_measures *measures = &layout->paper->measures;
    double width = photo->width * um_per_pixel, height = photo->height * um_per_pixel;
    double most = measures->text_height * PAPER_PHOTO_SHARE / 100.0;
    double scale = fmin(1, fmin(measures->text_width / width, most / height));
    double line = (double)measures->text_height / measures->lines;
    struct paper_row *row =
        paper_row_add(layout, rows, ceil((height * scale + PAPER_PHOTO_ROOM) / line) * line);
    struct paper_item *item = paper_item_add(layout, row, NULL, ITEM_PHOTO);
    item->width = width * scale;
    item->height = height * scale;
    item->x = (measures->text_width - item->width) / 2;
    item->y = (row->height - item->height) / 2;
    item->photo = photo;
    layout->next_split = SPLIT_FORBIDDEN;
    paragraph(layout, photo->caption, 0, PAPER_CAPTION, PAPER_CAPTION, rows);
    keep_together(row);
    layout->next_split = SPLIT_ALLOWED;
}

static void add_block(struct paper_layout *layout, const struct paper_block *block,
                      const struct paper_block *next, struct paper_rows *rows) {
    size_t before = rows->count;
    enum paper_split split = layout->next_split;
    switch (block->kind) {
    case PAPER_TEXT:
        text_block(layout, block, rows);
        break;
    case PAPER_PAIR:
        pair_block(layout, block, rows);
        break;
    case PAPER_RULE:
        rule_block(layout, block, next, rows);
        return;
    case PAPER_TABLE_ROWS:
        paper_table_rows(layout, block, rows);
        break;
    case PAPER_PICTURE:
        photo_block(layout, block, rows);
        break;
    case PAPER_SPACE:
        if (block->lines > 0) {
            double line = (double)layout->paper->measures.text_height / layout->paper->measures.lines;
            struct paper_row *row = paper_row_add(
                layout, rows, fmin(block->lines * line / 10, layout->paper->measures.text_height));
            row->space = true;
            row->grid = false;
            if (split == SPLIT_FORBIDDEN) /* what keeps with the next keeps with what comes after the room */
                layout->next_split = SPLIT_FORBIDDEN;
        }
        return;
    case PAPER_BREAK:
        layout->next_split = SPLIT_FORCED;
        return;
    }
    if (rows->count == before)
        layout->next_split = split;
    else if (block->keep)
        layout->next_split = SPLIT_FORBIDDEN;
}

bool paper_blocks(struct paper_layout *layout) {
    const struct paper *paper = layout->paper;
    double most = (double)paper->measures.text_height * (PAPER_PAGES_MAX + 1);
    for (size_t i = 0; i < paper->block_count; i++) {
        add_block(layout, &paper->blocks[i], i + 1 < paper->block_count ? &paper->blocks[i + 1] : NULL,
                  &layout->body);
        arena_reset(layout->scratch);
        if (layout->body.height > most) return false;
    }
    layout->next_split = SPLIT_ALLOWED;
    for (size_t i = 0; i < paper->foot_count; i++) {
        add_block(layout, &paper->foot[i], NULL, &layout->foot);
        arena_reset(layout->scratch);
        if (layout->foot.height > most) return false;
    }
    return true;
}
