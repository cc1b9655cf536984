/* Tables of a Word document: as wide as the 版心, lines from the table's style, the head repeated on each
 * page.
 */
#include <string.h>

#include "docx_internal.h"

enum { COLUMNS_MAX = 40, PAD = 1200 }; /* PAD: um on each side of a cell's text */

struct columns {
    size_t count;
    int64_t em;                  /* um */
    int64_t widths[COLUMNS_MAX]; /* um, then twips */
    bool middle[COLUMNS_MAX];    /* all its cells have one line: centred */
};

static int64_t natural_width(struct docx *docx, const struct columns *columns,
                             const struct paper_table *table, size_t column) {
    int64_t most = 0;
    for (size_t row = 0; row < table->rows; row++) {
        int halves = docx_halves(docx_line_of(docx, table->cells[row * table->columns + column]));
        if (halves > most) most = halves;
    }
    return most * columns->em / 2;
}

/* As in the PDF (paper_table.c): what the contents ask for, long texts softened. */
static void widths_by_content(struct docx *docx, const struct paper_table *table, struct columns *columns,
                              int64_t whole) {
    int64_t least[COLUMNS_MAX], sum = 0, least_sum = 0;
    for (size_t i = 0; i < columns->count; i++) {
        int64_t wanted = natural_width(docx, columns, table, i) + 2 * PAD + columns->em / 2;
        int64_t few = columns->em * 6 + 2 * PAD;
        sum += columns->widths[i] = wanted;
        least_sum += least[i] = wanted < few ? wanted : few;
    }
    for (size_t i = 0; i < columns->count; i++) {
        int64_t *width = &columns->widths[i];
        if (sum <= whole)
            *width = *width * whole / sum;
        else if (least_sum >= whole)
            *width = least[i] * whole / least_sum;
        else
            *width = least[i] + (*width - least[i]) * (whole - least_sum) / (sum - least_sum);
    }
}

static bool widths_given(const struct paper_table *table, struct columns *columns, int64_t whole) {
    int64_t shares = 0, least = columns->em + 2 * PAD;
    for (size_t i = 0; table->widths != NULL && i < columns->count; i++)
        shares += table->widths[i] > 0 ? table->widths[i] : 0;
    for (size_t i = 0; shares > 0 && i < columns->count; i++) {
        int64_t width = (table->widths[i] > 0 ? table->widths[i] : 0) * whole / shares;
        columns->widths[i] = width > least ? width : least;
    }
    return shares > 0;
}

/* In the end the widths are twips that add up to the width of the 版心. */
static void find_columns(struct docx *docx, const struct paper_table *table, struct columns *columns) {
    int64_t whole = docx->paper->measures.text_width, all = 0, until = 0;
    columns->count = table->columns < COLUMNS_MAX ? table->columns : COLUMNS_MAX;
    columns->em = (int64_t)docx->paper->styles[PAPER_TABLE].size * 254 / 72;
    if (!widths_given(table, columns, whole)) widths_by_content(docx, table, columns, whole);
    for (size_t i = 0; i < columns->count; i++)
        all += columns->widths[i];
    for (size_t i = 0; i < columns->count; i++) {
        int64_t left = docx->width * until / all;
        columns->middle[i] = natural_width(docx, columns, table, i) <= columns->widths[i] - 2 * PAD;
        until += columns->widths[i];
        columns->widths[i] = docx->width * until / all - left;
    }
}

static void add_cell(struct docx *docx, struct buf *out, const char *words, int64_t width, const char *style,
                     bool page_break) {
    const char *text = docx_line_of(docx, words);
    buf_addf(
        out,
        "<w:tc><w:tcPr><w:tcW w:w=\"%lld\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr><w:p><w:pPr>"
        "<w:pStyle w:val=\"%s\"/>",
        (long long)width, style);
    if (page_break) buf_adds(out, "<w:pageBreakBefore/>");
    buf_adds(out, "</w:pPr>");
    docx_runs(out, text, strlen(text), NULL);
    buf_adds(out, "</w:p></w:tc>");
}

void docx_table(struct docx *docx, struct buf *out, const struct paper_table *table, bool page_break) {
    struct columns columns;
    find_columns(docx, table, &columns);
    buf_addf(
        out,
        "<w:tbl><w:tblPr><w:tblStyle w:val=\"rows\"/><w:tblW w:w=\"%d\" w:type=\"dxa\"/><w:jc "
        "w:val=\"center\"/><w:tblLayout w:type=\"fixed\"/><w:tblLook w:val=\"0620\" w:firstRow=\"%d\" "
        "w:lastRow=\"0\" w:firstColumn=\"0\" w:lastColumn=\"0\" w:noHBand=\"1\" w:noVBand=\"1\"/></w:tblPr>"
        "<w:tblGrid>",
        docx->width, table->header);
    for (size_t i = 0; i < columns.count; i++)
        buf_addf(out, "<w:gridCol w:w=\"%lld\"/>", (long long)columns.widths[i]);
    buf_adds(out, "</w:tblGrid>\n");
    for (size_t row = 0; row < table->rows; row++) {
        bool head = table->header && row == 0;
        buf_addf(out, "<w:tr><w:trPr><w:cantSplit/>%s</w:trPr>", head ? "<w:tblHeader/>" : "");
        for (size_t i = 0; i < columns.count; i++)
            add_cell(docx, out, table->cells[row * table->columns + i], columns.widths[i],
                     head                ? "table_head"
                     : columns.middle[i] ? "table_middle"
                                         : "table",
                     page_break && row == 0 && i == 0);
        buf_adds(out, "</w:tr>\n");
    }
    buf_adds(out, "</w:tbl>\n");
}
