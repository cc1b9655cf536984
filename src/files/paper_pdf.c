/* The PDF: pages, properties, outline. Deterministic: the same paper and fonts give the same bytes. */
#include <stdio.h>
#include <time.h>

#include <cairo-pdf.h>

#include "minyi/err.h"
#include "paper_internal.h"

enum { DEPTH_MAX = 6, CHINA_S = 8 * 3600 };

static void set_property(struct paper_layout *layout, cairo_surface_t *surface, cairo_pdf_metadata_t key,
                         const char *text) {
    const char *printed = paper_printed_line(layout->scratch, text);
    if (*printed) cairo_pdf_surface_set_metadata(surface, key, printed);
}

static void set_properties(struct paper_layout *layout, cairo_surface_t *surface) {
    const struct paper *paper = layout->paper;
    set_property(layout, surface, CAIRO_PDF_METADATA_TITLE, paper->title);
    set_property(layout, surface, CAIRO_PDF_METADATA_AUTHOR, paper->author);
    set_property(layout, surface, CAIRO_PDF_METADATA_SUBJECT, paper->subject);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "minyi");
    /* Always set: Cairo would write the time of the rendering. */
    int64_t ms = paper->created_ms > 0 ? paper->created_ms : 0;
    time_t seconds = (time_t)(ms / 1000) + CHINA_S;
    struct tm tm;
    char date[40] = "1970-01-01T08:00:00+08:00";
    if (gmtime_r(&seconds, &tm) && tm.tm_year < 8000)
        strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S+08:00", &tm);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
}

/* Entries of one page; PARENTS holds the last entry of each depth. */
static void add_outline(struct paper_layout *layout, cairo_surface_t *surface, int number, int parents[]) {
    const struct paper *paper = layout->paper;
    double left = paper_left_edge(paper, number);
    for (const struct paper_placed *placed = layout->pages[number - 1].first; placed; placed = placed->next) {
        int depth = placed->row->bookmark;
        if (depth <= 0) continue;
        depth = depth < DEPTH_MAX ? depth : DEPTH_MAX;
        int parent = CAIRO_PDF_OUTLINE_ROOT;
        for (int i = depth - 1; i >= 1 && parent == CAIRO_PDF_OUTLINE_ROOT; i--)
            parent = parents[i];
        char *place = arena_printf(layout->scratch, "page=%d pos=[%d %d]", number, (int)PAPER_PT(left),
                                   (int)PAPER_PT(paper->measures.top + placed->y));
        parents[depth] = cairo_pdf_surface_add_outline(surface, parent, placed->row->name, place,
                                                       CAIRO_PDF_OUTLINE_FLAG_OPEN);
        for (int i = depth + 1; i <= DEPTH_MAX; i++)
            parents[i] = CAIRO_PDF_OUTLINE_ROOT;
    }
}

static int write_pdf(struct paper_layout *layout, struct buf *buf) {
    const struct paper_measures *measures = &layout->paper->measures;
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
        paper_write_bytes, buf, PAPER_PT(measures->page_width), PAPER_PT(measures->page_height));
    set_properties(layout, surface);
    int parents[DEPTH_MAX + 1] = {0};
    cairo_t *cr = cairo_create(surface);
    for (int number = 1; number <= layout->outcome.pages && !buf_failed(buf); number++) {
        paper_draw_page(layout, number, cr);
        add_outline(layout, surface, number, parents);
        cairo_show_page(cr);
    }
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    cairo_status_t status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (buf_failed(buf)) return ERR_TOO_LARGE;
    return status == CAIRO_STATUS_SUCCESS ? 0 : ERR_INTERNAL;
}

int paper_pdf(struct arena *arena, const struct paper *paper, struct buf *ret_pdf,
              struct paper_outcome *ret) {
    struct paper_layout layout CLEANUP(paper_layout_end);
    int result = paper_layout_begin(&layout, arena, paper);
    if (result == 0) result = write_pdf(&layout, ret_pdf);
    if (result < 0) buf_free(ret_pdf);
    *ret = layout.outcome;
    return result;
}
