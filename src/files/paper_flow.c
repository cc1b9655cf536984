/* Rows into pages.
 *
 * 1. Rows of text begin on a line of the grid; after something else (a table) the next line of it.
 * 2. A page ends where a row allows it; when nothing on the page does, it ends where it is full.
 * 3. Empty lines at the top of a page are dropped.
 * 4. The foot ends on the 版心's lower edge of the last page. When it does not fit below the text, it goes to
 *    a new page, with at least the last two lines of the text when the rules allow it. One that is taller
 *    than a page fills the last pages; what is too much for them stands as a foot does on the one before.
 * 5. Each row is looked at a bounded number of times: rows that stay together are told of, a page's height at
 *    most, before a row of a table is added. */
#include <math.h>

#include "paper_internal.h"

static const double tolerance = 20; /* um: pitches are whole um, lines are not */

struct flow {
    struct paper_layout *layout;
    struct paper_row **rows;
    size_t count;
    size_t *starts; /* first row of each page */
    double height, line;
    struct foot_part *parts; /* of the foot, a page each, the last first */
    size_t part_count;
};

struct foot_part {
    const struct paper_row *first;
    size_t count;
    double height;
};

/* Where a row begins when the page, of lines LINE high, is used up to BOTTOM. */
static double begin(double line, bool grid, double bottom) {
    double snapped = ceil((bottom - tolerance) / line) * line;
    return grid && bottom > 0 ? fmax(snapped, bottom - tolerance) : bottom;
}

/* Y of ROW when the page is used up to BOTTOM. */
static double place_of(const struct flow *flow, const struct paper_row *row, double bottom) {
    return begin(flow->line, row->grid, bottom);
}

double paper_room_left(const struct paper_layout *layout, const struct paper_rows *rows, bool grid) {
    const struct paper_measures *measures = &layout->paper->measures;
    double page = measures->text_height, line = page / measures->lines, height = 0, bottom = 0;
    const struct paper_row *row = layout->next_split == SPLIT_FORBIDDEN ? rows->last : NULL;
    for (; row && row->split == SPLIT_FORBIDDEN && row->before && height <= page; row = row->before)
        height += row->height;
    for (; row; row = row->next) {
        if (bottom <= 0 && row->space) continue;
        if (bottom <= 0 && row->head) bottom = row->head->height;
        bottom = begin(line, row->grid, bottom) + row->height;
    }
    return page + tolerance - begin(line, grid, bottom);
}

static void put(struct flow *flow, struct paper_page *page, const struct paper_row *row, double y) {
    struct paper_placed *placed = ARENA_NEW(flow->layout->arena, struct paper_placed);
    placed->row = row;
    placed->y = y;
    if (page->last)
        page->last->next = placed;
    else
        page->first = placed;
    page->last = placed;
    page->bottom = fmax(page->bottom, y + row->height);
}

/* The row after those that go on the page that begins with row START. *RET_BOTTOM: how far they reach,
 * without empty lines at the end. */
static size_t page_end(const struct flow *flow, size_t start, double *ret_bottom) {
    double bottom = 0, used = 0;
    size_t allowed = start;
    bool empty = true;
    for (size_t i = start; i < flow->count; i++) {
        const struct paper_row *row = flow->rows[i];
        if (empty && row->space) continue;
        if (!empty && row->split == SPLIT_FORCED) {
            *ret_bottom = used;
            return i;
        }
        if (!empty && row->split == SPLIT_ALLOWED) allowed = i;
        if (empty && row->head) bottom = row->head->height;
        double y = place_of(flow, row, bottom);
        if (!empty && y + row->height > flow->height + tolerance) {
            *ret_bottom = used;
            return allowed > start ? allowed : i;
        }
        bottom = y + row->height;
        used = row->space ? used : bottom;
        empty = false;
    }
    *ret_bottom = used;
    return flow->count;
}

static void fill_page(struct flow *flow, size_t start, size_t end, struct paper_page *page) {
    double bottom = 0;
    bool empty = true;
    for (size_t i = start; i < end; i++) {
        const struct paper_row *row = flow->rows[i];
        if (empty && row->space) continue;
        if (empty && row->head) {
            put(flow, page, row->head, 0);
            bottom = row->head->height;
        }
        double y = place_of(flow, row, bottom);
        put(flow, page, row, y);
        bottom = y + row->height;
        empty = false;
    }
}

/* Where to cut the last page, which begins with row START, so that its end and the foot go to a new page;
 * COUNT when it cannot be cut. */
static size_t cut_for_foot(const struct flow *flow, size_t start, double foot) {
    size_t lines = 0;
    double height = 0;
    for (size_t i = flow->count; i > start + 1; i--) {
        const struct paper_row *row = flow->rows[i - 1];
        lines += row->text;
        height += row->height + (row->grid ? 0 : flow->line);
        if (height + foot > flow->height) break;
        if (lines >= 2 && row->split == SPLIT_ALLOWED && !row->space) return i - 1;
    }
    return flow->count;
}

/* How many of the rows up to END go on one page. */
static size_t fitting(const struct flow *flow, struct paper_row *const *rows, size_t end) {
    double height = 0;
    size_t most = 1, allowed = 0;
    for (size_t i = end; i > 0; i--) {
        height += rows[i - 1]->height;
        if (i < end && height > flow->height + tolerance) break;
        most = end - i + 1;
        if (i == 1 || rows[i - 1]->split != SPLIT_FORBIDDEN) allowed = most;
    }
    return allowed > 0 ? allowed : most;
}

/* The foot's parts; false when they are more than pages may be. */
static bool part_foot(struct flow *flow) {
    struct arena *arena = flow->layout->arena;
    const struct paper_rows *foot = &flow->layout->foot;
    struct paper_row **rows = arena_array(arena, foot->count + 1, sizeof *rows);
    size_t left = 0;
    for (struct paper_row *row = foot->first; row; row = row->next)
        rows[left++] = row;
    flow->parts = arena_array(arena, PAPER_PAGES_MAX, sizeof *flow->parts);
    while (left > 0) {
        if (flow->part_count == PAPER_PAGES_MAX) return false;
        struct foot_part *part = &flow->parts[flow->part_count++];
        part->count = fitting(flow, rows, left);
        left -= part->count;
        part->first = rows[left];
        for (size_t i = 0; i < part->count; i++)
            part->height += rows[left + i]->height;
    }
    return true;
}

static void add_foot(struct flow *flow, const struct foot_part *part, struct paper_page *page) {
    const struct paper_row *row = part->first;
    double y = flow->height - part->height;
    for (size_t i = 0; i < part->count; i++, row = row->next) {
        put(flow, page, row, y);
        y += row->height;
    }
}

/* Where the pages of the text begin, so that the foot's first part finds room on the last; how many there are,
 * more than PAPER_PAGES_MAX when they are too many. */
static size_t find_pages(struct flow *flow) {
    size_t pages = 0, next = 0;
    double bottom = 0;
    do {
        if (pages == PAPER_PAGES_MAX) return pages + 1;
        flow->starts[pages++] = next;
        next = page_end(flow, next, &bottom);
    } while (next < flow->count);
    double foot = flow->part_count > 0 ? flow->parts[flow->part_count - 1].height : 0;
    if (flow->part_count > 0 && bottom + foot > flow->height + tolerance) {
        flow->starts[pages] = cut_for_foot(flow, flow->starts[pages - 1], foot);
        pages++;
    }
    flow->starts[pages] = flow->count;
    return pages;
}

bool paper_flow(struct paper_layout *layout) {
    const struct paper_measures *measures = &layout->paper->measures;
    struct flow flow = {.layout = layout,
                        .height = measures->text_height,
                        .line = (double)measures->text_height / measures->lines};
    flow.rows = arena_array(layout->arena, layout->body.count + 1, sizeof *flow.rows);
    for (struct paper_row *row = layout->body.first; row; row = row->next)
        flow.rows[flow.count++] = row;
    flow.starts = arena_array(layout->arena, PAPER_PAGES_MAX + 2, sizeof *flow.starts);
    if (!part_foot(&flow)) return false;
    size_t text = find_pages(&flow), pages = text + (flow.part_count > 1 ? flow.part_count - 1 : 0);
    if (pages > PAPER_PAGES_MAX) return false;
    layout->pages = arena_array(layout->arena, pages, sizeof *layout->pages);
    for (size_t p = 0; p < text; p++)
        fill_page(&flow, flow.starts[p], flow.starts[p + 1], &layout->pages[p]);
    for (size_t p = 0; p < flow.part_count; p++)
        add_foot(&flow, &flow.parts[p], &layout->pages[pages - 1 - p]);
    layout->outcome.pages = (int)pages;
    return true;
}
