/* Tables of a Word document: as wide as the 版心, lines from the table's style, the head repeated on each
 * page.
 */
#include <string.h>

#include "docx_internal.h"
#include "minyi/utf8.h"
#include "paper_internal.h"

enum { COLUMNS_MAX = 63 }; /* Word's own limit */

/* What a cell asks for, in half characters: its longest line, within bounds. */
static int wish_of(const char *text) {
    int longest = 4, len = 0;
    uint32_t c = 0;
    size_t left = strlen(text);
    for (size_t step; left > 0; text += step, left -= step) {
        step = utf8_next(text, left, &c);
        if (step == 0) break;
        len = c == '\n' ? 0 : len + (c < 0x2E80 ? 1 : 2);
        if (len > longest) longest = len;
    }
    return longest < 40 ? longest : 40;
}

static int share_of(struct docx *docx, const struct paper_table *table, size_t column) {
    if (table->widths != NULL) {
        int width = table->widths[column];
        return width < 1 ? 1 : width < 1000000 ? width : 1000000;
    }
    int share = 0;
    for (size_t row = 0; row < table->rows; row++) {
        int wish = wish_of(paper_printed(docx->arena, table->cells[row * table->columns + column], NULL));
        if (wish > share) share = wish;
    }
    return share;
}

/* Widths in twips that add up to the width of the 版心. */
static void set_widths(struct docx *docx, const struct paper_table *table, size_t columns, int *widths) {
    int64_t shares[COLUMNS_MAX], all = 0, until = 0;
    for (size_t i = 0; i < columns; i++)
        all += shares[i] = share_of(docx, table, i);
    for (size_t i = 0; i < columns; i++) {
        int64_t left = docx->width * until / all;
        until += shares[i];
        widths[i] = (int)(docx->width * until / all - left);
    }
}

static void add_cell(struct docx *docx, struct buf *out, const char *words, int width, bool head,
                     bool page_break) {
    const char *text = paper_printed(docx->arena, words, NULL);
    buf_addf(
        out,
        "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr><w:p><w:pPr>"
        "<w:pStyle w:val=\"%s\"/>",
        width, head ? "table_head" : "table");
    if (page_break) buf_adds(out, "<w:pageBreakBefore/>");
    buf_adds(out, "</w:pPr>");
    docx_runs(out, text, strlen(text), NULL);
    buf_adds(out, "</w:p></w:tc>");
}

void docx_table(struct docx *docx, struct buf *out, const struct paper_table *table, bool page_break) {
    int widths[COLUMNS_MAX];
    size_t columns = table->columns < COLUMNS_MAX ? table->columns : COLUMNS_MAX;
    set_widths(docx, table, columns, widths);
    buf_addf(
        out,
        "<w:tbl><w:tblPr><w:tblStyle w:val=\"rows\"/><w:tblW w:w=\"%d\" w:type=\"dxa\"/><w:jc "
        "w:val=\"center\"/><w:tblLayout w:type=\"fixed\"/><w:tblLook w:val=\"0620\" w:firstRow=\"%d\" "
        "w:lastRow=\"0\" w:firstColumn=\"0\" w:lastColumn=\"0\" w:noHBand=\"1\" w:noVBand=\"1\"/></w:tblPr>"
        "<w:tblGrid>",
        docx->width, table->header);
    for (size_t i = 0; i < columns; i++)
        buf_addf(out, "<w:gridCol w:w=\"%d\"/>", widths[i]);
    buf_adds(out, "</w:tblGrid>\n");
    for (size_t row = 0; row < table->rows; row++) {
        bool head = table->header && row == 0;
        buf_addf(out, "<w:tr><w:trPr><w:cantSplit/>%s</w:trPr>", head ? "<w:tblHeader/>" : "");
        for (size_t i = 0; i < columns; i++)
            add_cell(docx, out, table->cells[row * table->columns + i], widths[i], head,
                     page_break && row == 0 && i == 0);
        buf_adds(out, "</w:tr>\n");
    }
    buf_adds(out, "</w:tbl>\n");
}
