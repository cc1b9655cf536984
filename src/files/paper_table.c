/* Tables into rows: columns as wide as their contents ask, cells of several lines, borders of 0.18 mm.
 *
 * 1. The columns fill the 版心's width exactly.
 * 2. A row stays whole; one that is higher than a page is cut between lines, each piece with its borders. So is
 *    the first when it is too high for what it stays with, a heading and the head: else they would stand
 *    alone on a page.
 * 3. The head is repeated on each page that begins with a row of the table; a head of more than a third of a
 *    page is not.
 * 4. The head, and columns whose cells all have one line, are centred; the others stand as the style says. */
#include <math.h>
#include <string.h>

#include "paper_internal.h"

enum {
    COLUMNS_MAX = PAPER_COLUMNS_MAX,
    LEAST_LINES = 2, /* of a row that is cut for what stands above it */
};

/* A cell's text, cut at its line feeds. */
struct part {
    struct paper_shape shape;
    struct paper_line *lines;
    size_t count;
};
struct cell {
    struct part *parts;
    size_t part_count;
    size_t count; /* lines */
};

struct setting {
    const struct paper_table *table;
    enum paper_style_id style;
    size_t columns;
    double widths[COLUMNS_MAX];
    bool centred[COLUMNS_MAX];
    double em, line;
};

static void shape_cell(struct paper_layout *layout, const struct setting *setting, size_t row, size_t column,
                       struct cell *ret) {
    char *text =
        paper_printed(layout->scratch, setting->table->cells[row * setting->table->columns + column], NULL);
    size_t parts = 1;
    for (const char *c = text; *c; c++)
        parts += *c == '\n';
    *ret =
        (struct cell){.parts = arena_array(layout->scratch, parts, sizeof *ret->parts), .part_count = parts};
    for (size_t i = 0; i < parts; i++) {
        char *end = text + strcspn(text, "\n");
        bool more = *end == '\n';
        *end = '\0';
        paper_shape(layout, text, setting->style, 0, setting->style, 1, &ret->parts[i].shape);
        text = more ? end + 1 : end;
    }
}

static void fill_cell(struct paper_layout *layout, const struct setting *setting, size_t column,
                      struct cell *cell) {
    double width = fmax(setting->widths[column] - 2 * PAPER_CELL_BESIDE, setting->em);
    struct paper_room room = {.first = width, .rest = width, .em = setting->em};
    for (size_t i = 0; i < cell->part_count; i++) {
        struct part *part = &cell->parts[i];
        part->count = paper_fill(layout->scratch, part->shape.atoms, part->shape.count, &room, &part->lines);
        cell->count += MAX(part->count, 1); /* an empty one is an empty line */
    }
}

static double natural_width(const struct cell *cell, double em) {
    double widest = 0;
    for (size_t p = 0; p < cell->part_count; p++) {
        const struct paper_shape *shape = &cell->parts[p].shape;
        widest = fmax(widest, paper_width(shape->atoms, 0, shape->count, em));
    }
    return widest;
}

void paper_share_width(const double *wanted, size_t columns, double whole, double *ret) {
    bool settled[PAPER_COLUMNS_MAX] = {false};
    double left = whole;
    size_t open = columns;
    for (bool changed = true; changed && open > 0;) {
        changed = false;
        double share = left / (double)open;
        for (size_t i = 0; i < columns; i++)
            if (!settled[i] && wanted[i] <= share) {
                ret[i] = wanted[i];
                left -= wanted[i];
                open--;
                settled[i] = changed = true;
            }
    }
    for (size_t i = 0; i < columns; i++)
        if (!settled[i]) ret[i] = left / (double)open;
}

static void widths_by_content(struct paper_layout *layout, struct setting *setting, double whole) {
    double wanted[COLUMNS_MAX] = {0}, sum = 0;
    for (size_t column = 0; column < setting->columns; column++) {
        for (size_t row = 0; row < setting->table->rows; row++) {
            struct cell cell;
            shape_cell(layout, setting, row, column, &cell);
            wanted[column] = fmax(wanted[column], natural_width(&cell, setting->em));
            arena_reset(layout->scratch);
        }
        wanted[column] += 2 * PAPER_CELL_BESIDE + setting->em / 2;
        sum += wanted[column];
    }
    if (sum > whole)
        paper_share_width(wanted, setting->columns, whole, setting->widths);
    else
        for (size_t i = 0; i < setting->columns; i++)
            setting->widths[i] = wanted[i] * whole / sum;
}

/* Widths by the SHARES given; false when they say nothing. */
static bool widths_by_shares(struct setting *setting, const int *shares, double whole) {
    double sum = 0, given = 0, least = setting->em + 2 * PAPER_CELL_BESIDE;
    for (size_t i = 0; i < setting->columns; i++)
        sum += shares[i] > 0 ? shares[i] : 0;
    if (sum <= 0) return false;
    for (size_t i = 0; i < setting->columns; i++)
        given += setting->widths[i] = fmax(least, (shares[i] > 0 ? shares[i] : 0) * whole / sum);
    for (size_t i = 0; i < setting->columns; i++)
        setting->widths[i] *= whole / given;
    return true;
}

static void find_widths(struct paper_layout *layout, struct setting *setting) {
    double whole = layout->paper->measures.text_width;
    const int *shares = setting->table->widths;
    if (!shares || !widths_by_shares(setting, shares, whole)) widths_by_content(layout, setting, whole);
}

static void find_centred(struct paper_layout *layout, struct setting *setting) {
    for (size_t column = 0; column < setting->columns; column++) {
        setting->centred[column] = true;
        for (size_t row = 0; row < setting->table->rows && setting->centred[column]; row++) {
            struct cell cell;
            shape_cell(layout, setting, row, column, &cell);
            setting->centred[column] =
                natural_width(&cell, setting->em) <= setting->widths[column] - 2 * PAPER_CELL_BESIDE;
            arena_reset(layout->scratch);
        }
    }
}

static void set_borders(struct paper_layout *layout, const struct setting *setting, struct paper_row *row) {
    double whole = layout->paper->measures.text_width, x = 0;
    paper_rule_add(layout, row, 0, -PAPER_CELL_BORDER / 2.0, whole, PAPER_CELL_BORDER, PAPER_BLACK);
    paper_rule_add(layout, row, 0, row->height - PAPER_CELL_BORDER / 2.0, whole, PAPER_CELL_BORDER,
                   PAPER_BLACK);
    for (size_t column = 0; column <= setting->columns; column++) {
        double left = column == 0                  ? 0
                      : column == setting->columns ? whole - PAPER_CELL_BORDER
                                                   : x - PAPER_CELL_BORDER / 2.0;
        paper_rule_add(layout, row, left, 0, PAPER_CELL_BORDER, row->height, PAPER_BLACK);
        x += column < setting->columns ? setting->widths[column] : 0;
    }
}

/* Lines FROM … FROM + COUNT of one cell, from Y on in ROW. */
static void set_cell(struct paper_layout *layout, const struct setting *setting, const struct cell *cell,
                     size_t from, size_t count, const struct paper_frame *frame, struct paper_row *row,
                     double y) {
    size_t line = 0;
    for (size_t p = 0; p < cell->part_count; p++) {
        const struct part *part = &cell->parts[p];
        size_t first = from > line ? from - line : 0;
        size_t end = from + count > line ? MIN(part->count, from + count - line) : 0;
        if (first < end)
            paper_set_lines(layout, &part->shape, part->lines + first, end - first, frame, setting->em,
                            layout->paper->styles[setting->style].color, NULL, row,
                            y + (double)(line + first - from) * setting->line);
        line += MAX(part->count, 1);
    }
}

/* Lines FROM … FROM + COUNT of the cells as one row. */
static struct paper_row *set_piece(struct paper_layout *layout, const struct setting *setting,
                                   const struct cell *cells, size_t from, size_t count, bool head,
                                   struct paper_rows *rows) {
    struct paper_row *row = paper_row_add(layout, rows, (double)count * setting->line + 2 * PAPER_CELL_ABOVE);
    row->grid = false;
    const struct paper_style *style = &layout->paper->styles[setting->style];
    double left = 0;
    for (size_t column = 0; column < setting->columns; column++) {
        const struct cell *cell = &cells[column];
        size_t here = cell->count > from ? MIN(cell->count - from, count) : 0;
        struct paper_frame frame = {.left = left + PAPER_CELL_BESIDE,
                                    .width = setting->widths[column] - 2 * PAPER_CELL_BESIDE,
                                    .align = head || setting->centred[column] ? PAPER_CENTER : style->align,
                                    .height = setting->line,
                                    .size = PAPER_UM(style->size)};
        set_cell(layout, setting, cell, from, here, &frame, row,
                 (row->height - (double)here * setting->line) / 2);
        left += setting->widths[column];
    }
    set_borders(layout, setting, row);
    return row;
}

/* How many lines of a row of COUNT its first piece has, which would be PIECE on a page of its own. */
static size_t first_piece(const struct paper_layout *layout, const struct setting *setting, size_t count,
                          size_t piece, bool grid, const struct paper_rows *rows) {
    double room = paper_room_left(layout, rows, grid) - 2 * PAPER_CELL_ABOVE;
    if ((double)piece * setting->line <= room) return piece;
    double lines = floor((room - PAPER_CELL_BORDER) / setting->line);
    if (lines < LEAST_LINES) return piece;
    size_t fitting = (size_t)lines;
    return fitting > LEAST_LINES && fitting + 1 == count ? fitting - 1 : fitting;
}

void paper_table_rows(struct paper_layout *layout, const struct paper_block *block, struct paper_rows *rows) {
    const struct paper_table *table = block->table;
    if (!table || table->rows == 0 || table->columns == 0) return;
    struct setting setting = {
        .table = table, .style = PAPER_TABLE, .columns = MIN(table->columns, COLUMNS_MAX)};
    setting.em = paper_em(layout->paper, setting.style);
    setting.line = paper_line_height(layout->paper, setting.style);
    find_widths(layout, &setting);
    find_centred(layout, &setting);
    double page = layout->paper->measures.text_height, most = page * (PAPER_PAGES_MAX + 1);
    struct paper_row *head = NULL;
    bool first = true;
    for (size_t r = 0; r < table->rows && rows->height <= most; r++) {
        struct cell cells[COLUMNS_MAX];
        size_t count = 1;
        for (size_t column = 0; column < setting.columns; column++) {
            shape_cell(layout, &setting, r, column, &cells[column]);
            fill_cell(layout, &setting, column, &cells[column]);
            count = MAX(count, cells[column].count);
        }
        double room = page - 2 * PAPER_CELL_ABOVE - (head ? head->height : 0) - PAPER_CELL_BORDER;
        size_t at_once = (size_t)fmax(1, floor(room / setting.line)), piece = MIN(at_once, count);
        bool repeated = r == 0 && table->header && (double)count * setting.line < page / 3;
        if (!repeated) piece = first_piece(layout, &setting, count, piece, first, rows);
        for (size_t from = 0; from < count; from += piece, piece = MIN(at_once, count - from)) {
            struct paper_row *row =
                set_piece(layout, &setting, cells, from, piece, r == 0 && table->header, rows);
            row->grid = first;
            row->head = head;
            first = false;
            if (repeated) head = row;
        }
        if (r == 0 && table->header) layout->next_split = SPLIT_FORBIDDEN;
        arena_reset(layout->scratch);
    }
}
