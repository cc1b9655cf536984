/* CSV (RFC 4180): reading it from memory, as WPS, Excel and offices' own tools write it: UTF-8 with or
 * without a byte-order mark, CR LF, LF or CR, quotes where needed. Pure. */
#ifndef MINYI_CSV_H
#define MINYI_CSV_H

#include "minyi/arena.h"
#include "minyi/base.h"
#include "minyi/buf.h"
#include "minyi/record.h"

enum { CSV_COLUMNS_MAX = 100, CSV_CELL_MAX = 64 * 1024 /* bytes */ };

struct csv_row {
    int64_t line;      /* where the row begins, from 1; quoted cells may run over several lines */
    struct list cells; /* const char *, never NULL; blanks at the ends are gone unless the cell was quoted */
};

/* All rows of LEN bytes, in ARENA; rows without any text are left out. At most MAX_ROWS. ERR_INVALID with a
 * Chinese sentence that names the line in *ret_why: a quote that is not closed, text after a closing quote, a
 * quote inside an unquoted cell, too many rows or columns, too long a cell. ERR_BAD_TEXT: not UTF-8, or
 * control characters. */
int csv_read(const char *text, size_t len, size_t max_rows, struct arena *arena, struct list *ret_rows,
             const char **ret_why) MUST_CHECK;

/* The index of the cell equal to NAME in a header row; -1 when there is none. */
int csv_column(const struct csv_row *header, const char *name);

/* Cell COLUMN of a row; "" for a negative column or one past its end. */
const char *csv_cell(const struct csv_row *row, int column);

/* Writing: begins the text (a byte-order mark, by which WPS and Excel know UTF-8), and adds a row. NULL is an
 * empty cell. A cell that a spreadsheet would take for a formula is preceded by an apostrophe. */
void csv_begin(struct buf *out);
void csv_add(struct buf *out, const char *const *cells, size_t count);

#endif
