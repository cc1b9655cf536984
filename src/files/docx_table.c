/* Tables of a Word document: as wide as the 版心, lines from the table's style, the head repeated on each
 * page.
 */
#include <math.h>
#include <string.h>

#include "docx_internal.h"
#include "paper_internal.h"

enum { COLUMNS_MAX = PAPER_COLUMNS_MAX };

/* Parts of the table's style that are put to use, as one number (tblLook of ECMA-376 Part 4): the attributes
 * that say the same one by one are newer than Word 2007. */
enum { LOOK_FIRST_ROW = 0x0020, LOOK_UNBANDED = 0x0600 };

struct columns {
    size_t count;
    double em;                  /* um */
    double widths[COLUMNS_MAX]; /* um */
    int twips[COLUMNS_MAX];
    bool middle[COLUMNS_MAX]; /* all its cells have one line: centred */
};

static double natural_width(struct docx *docx, const struct columns *columns, const struct paper_table *table,
                            size_t column) {
    int most = 0;
    for (size_t row = 0; row < table->rows; row++) {
        int halves =
            docx_halves(paper_printed(docx->arena, table->cells[row * table->columns + column], NULL));
        if (halves > most) most = halves;
    }
    return most * columns->em / 2;
}

/* As in the PDF (paper_table.c), but without fonts. */
static void widths_by_content(struct docx *docx, const struct paper_table *table, struct columns *columns,
                              double whole) {
    double wanted[COLUMNS_MAX] = {0}, sum = 0;
    for (size_t i = 0; i < columns->count; i++)
        sum += wanted[i] = natural_width(docx, columns, table, i) + 2 * PAPER_CELL_BESIDE + columns->em / 2;
    if (sum > whole)
        paper_share_width(wanted, columns->count, whole, columns->widths);
    else
        memcpy(columns->widths, wanted, columns->count * sizeof(*wanted));
}

static bool widths_given(const struct paper_table *table, struct columns *columns, double whole) {
    const int *given = table->widths;
    double shares = 0, least = columns->em + 2 * PAPER_CELL_BESIDE;
    if (given == NULL) return false;
    for (size_t i = 0; i < columns->count; i++)
        shares += given[i] > 0 ? given[i] : 0;
    if (shares <= 0) return false;
    for (size_t i = 0; i < columns->count; i++) {
        double width = (given[i] > 0 ? given[i] : 0) * whole / shares;
        columns->widths[i] = width > least ? width : least;
    }
    return true;
}

/* In twips the columns add up to the width of the 版心. */
static void find_columns(struct docx *docx, const struct paper_table *table, struct columns *columns) {
    double whole = docx->paper->measures.text_width, all = 0, until = 0;
    *columns = (struct columns){.count = table->columns < COLUMNS_MAX ? table->columns : COLUMNS_MAX,
                                .em = docx->paper->styles[PAPER_TABLE].size * 254.0 / 72};
    if (!widths_given(table, columns, whole)) widths_by_content(docx, table, columns, whole);
    for (size_t i = 0; i < columns->count; i++)
        all += columns->widths[i];
    for (size_t i = 0, left = 0; i < columns->count; i++) {
        double width = columns->widths[i] * whole / all;
        columns->middle[i] = natural_width(docx, columns, table, i) <= width - 2 * PAPER_CELL_BESIDE;
        until += columns->widths[i];
        size_t right = i + 1 == columns->count ? (size_t)docx->width : (size_t)(docx->width * until / all);
        columns->twips[i] = (int)(right - left);
        left = right;
    }
}

/* How high the table will be, as far as widths tell without fonts, twips. */
static int64_t height_of(struct docx *docx, const struct paper_table *table, const struct columns *columns) {
    int64_t height = 0, line = docx_line(docx, PAPER_TABLE) > 0 ? docx_line(docx, PAPER_TABLE) : docx->line;
    for (size_t row = 0; row < table->rows; row++) {
        int most = 1;
        for (size_t i = 0; i < columns->count; i++) {
            const char *text = paper_printed(docx->arena, table->cells[row * table->columns + i], NULL);
            double room = columns->twips[i] * 25400.0 / 1440 - 2 * PAPER_CELL_BESIDE,
                   width = docx_halves(text) * columns->em / 2;
            int lines = room > columns->em ? (int)ceil(width / room) : 1;
            for (const char *c = text; *c != '\0'; c++)
                lines += *c == '\n';
            if (lines > most) most = lines;
        }
        height += most * line + 2 * docx_twips(PAPER_CELL_ABOVE);
    }
    return height;
}

static void add_cell(struct docx *docx, struct buf *out, const char *words, int width, const char *style,
                     bool page_break) {
    const char *text = paper_printed(docx->arena, words, NULL);
    buf_addf(
        out,
        "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr><w:p><w:pPr>"
        "<w:pStyle w:val=\"%s\"/>",
        width, style);
    if (page_break) buf_adds(out, "<w:pageBreakBefore/>");
    buf_adds(out, "</w:pPr>");
    docx_runs(out, text, strlen(text), NULL);
    buf_adds(out, "</w:p></w:tc>");
}

int64_t docx_table(struct docx *docx, struct buf *out, const struct paper_table *table, bool page_break) {
    struct columns columns;
    find_columns(docx, table, &columns);
    buf_addf(out,
             "<w:tbl><w:tblPr><w:tblStyle w:val=\"rows\"/><w:tblW w:w=\"%d\" w:type=\"dxa\"/><w:jc "
             "w:val=\"center\"/><w:tblLayout w:type=\"fixed\"/><w:tblLook w:val=\"%04X\"/></w:tblPr>"
             "<w:tblGrid>",
             docx->width, LOOK_UNBANDED | (table->header ? LOOK_FIRST_ROW : 0));
    for (size_t i = 0; i < columns.count; i++)
        buf_addf(out, "<w:gridCol w:w=\"%d\"/>", columns.twips[i]);
    buf_adds(out, "</w:tblGrid>\n");
    for (size_t row = 0; row < table->rows; row++) {
        bool head = table->header && row == 0;
        buf_addf(out, "<w:tr><w:trPr><w:cantSplit/>%s</w:trPr>", head ? "<w:tblHeader/>" : "");
        for (size_t i = 0; i < columns.count; i++)
            add_cell(docx, out, table->cells[row * table->columns + i], columns.twips[i],
                     head                ? "table_head"
                     : columns.middle[i] ? "table_middle"
                                         : "table",
                     page_break && row == 0 && i == 0);
        buf_adds(out, "</w:tr>\n");
    }
    buf_adds(out, "</w:tbl>\n");
    return height_of(docx, table, &columns);
}
