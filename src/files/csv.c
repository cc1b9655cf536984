/* The CSV reader, one pass, one cell after the other; and the writer.
 *
 * 1. Every byte of the text is looked at once; memory is about twice the text.
 * 2. A cell that begins with a quote ends with the quote that is not doubled; nothing but a comma or the end
 *    of the line may follow it.
 */
#include "minyi/csv.h"

#include <string.h>

#include "minyi/err.h"
#include "minyi/utf8.h"

struct reader {
    const char *at, *end;
    int64_t line;
    struct arena *arena;
    const char **ret_why;
    char *cell; /* as long as the whole text: room for any cell */
};

static int broken(struct reader *r, int64_t line, const char *why) {
    *r->ret_why = arena_printf(r->arena, "第 %lld 行：%s", (long long)line, why);
    return ERR_INVALID;
}

static bool at_line_end(const struct reader *r) {
    return r->at == r->end || *r->at == '\n' || *r->at == '\r';
}

static void skip_line_end(struct reader *r) {
    if (r->at == r->end) return;
    if (*r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n') r->at++;
    r->at++;
    r->line++;
}

/* A quoted cell; r->at is behind the opening quote. */
static int read_quoted(struct reader *r, size_t *ret_len) {
    int64_t begun = r->line;
    size_t len = 0;
    for (;;) {
        if (r->at == r->end) return broken(r, begun, "引号没有配对，请检查单元格中的引号。");
        char c = *r->at++;
        if (c == '"' && (r->at == r->end || *r->at != '"')) break;
        if (c == '"') r->at++;
        if (c == '\r') {
            if (r->at < r->end && *r->at == '\n') r->at++;
            c = '\n';
        }
        if (c == '\n') r->line++;
        r->cell[len++] = c;
    }
    if (!at_line_end(r) && *r->at != ',')
        return broken(r, r->line, "引号后面有多余的文字，请检查单元格中的引号。");
    *ret_len = len;
    return 0;
}

static int read_plain(struct reader *r, size_t *ret_len) {
    size_t len = 0;
    for (; !at_line_end(r) && *r->at != ','; r->at++) {
        if (*r->at == '"') return broken(r, r->line, "单元格中间有引号，请把整个单元格放在引号里。");
        r->cell[len++] = *r->at;
    }
    r->cell[len] = '\0';
    *ret_len = utf8_tidy(r->cell, len);
    return 0;
}

static int read_cell(struct reader *r, const char **ret) {
    size_t len = 0;
    bool quoted = r->at < r->end && *r->at == '"';
    if (quoted) r->at++;
    int error = quoted ? read_quoted(r, &len) : read_plain(r, &len);
    if (error != 0) return error;
    if (len > CSV_CELL_MAX) return broken(r, r->line, "单元格的内容太长。");
    *ret = arena_memdup(r->arena, r->cell, len);
    return 0;
}

static int read_row(struct reader *r, struct csv_row *ret, bool *ret_empty) {
    const char *cells[CSV_COLUMNS_MAX];
    size_t count = 0;
    bool empty = true;
    ret->line = r->line;
    for (;;) {
        if (count == CSV_COLUMNS_MAX) return broken(r, r->line, "列数太多。");
        int error = read_cell(r, &cells[count]);
        if (error != 0) return error;
        empty = empty && cells[count][0] == '\0';
        count++;
        if (at_line_end(r)) break;
        r->at++; /* the comma */
    }
    skip_line_end(r);
    ret->cells = (struct list){arena_memdup(r->arena, cells, count * sizeof(*cells)), count};
    *ret_empty = empty;
    return 0;
}

static int check_text(struct reader *r) {
    switch (utf8_check(r->at, (size_t)(r->end - r->at), false)) {
    case UTF8_FINE:
        return 0;
    case UTF8_BROKEN:
        *r->ret_why = "文件不是 UTF-8 编码，请另存为“CSV UTF-8”后再导入。";
        return ERR_BAD_TEXT;
    default:
        *r->ret_why = "文件中含有不允许的控制字符，请清除后再导入。";
        return ERR_BAD_TEXT;
    }
}

/* CR LF and CR inside the text are fine here, unlike in texts that are stored. */
static char *without_returns(struct arena *arena, const char *text, size_t len) {
    char *copy = arena_memdup(arena, text, len);
    for (size_t i = 0; i < len; i++)
        if (copy[i] == '\r') copy[i] = '\n';
    return copy;
}

int csv_read(const char *text, size_t len, size_t max_rows, struct arena *arena, struct list *ret_rows,
             const char **ret_why) {
    const char *ignored = NULL;
    if (ret_why == NULL) ret_why = &ignored;
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        len -= 3;
    }
    char *scratch = without_returns(arena, text, len);
    struct reader checked = {.at = scratch, .end = scratch + len, .ret_why = ret_why};
    int error = check_text(&checked);
    if (error != 0) return error;
    struct reader r = {
        .at = text, .end = text + len, .line = 1, .arena = arena, .ret_why = ret_why, .cell = scratch};
    size_t lines = 1;
    for (size_t i = 0; i < len; i++)
        lines += text[i] == '\n' || text[i] == '\r';
    size_t room = lines < max_rows ? lines : max_rows, count = 0;
    struct csv_row *rows = arena_array(arena, room, sizeof(*rows));
    while (r.at < r.end) {
        struct csv_row row = {0};
        bool empty = false;
        error = read_row(&r, &row, &empty);
        if (error != 0) return error;
        if (empty) continue;
        if (count == room)
            return broken(&r, row.line, arena_printf(arena, "行数太多，一次最多 %zu 行。", max_rows));
        rows[count++] = row;
    }
    *ret_rows = (struct list){count > 0 ? rows : NULL, count};
    return 0;
}

int csv_column(const struct csv_row *header, const char *name) {
    for (size_t i = 0; i < header->cells.count; i++)
        if (strcmp(*LIST_AT(header->cells, const char *, i), name) == 0) return (int)i;
    return -1;
}

const char *csv_cell(const struct csv_row *row, int column) {
    if (column < 0 || (size_t)column >= row->cells.count) return "";
    return *LIST_AT(row->cells, const char *, (size_t)column);
}

/* ---- Writing ---- */

void csv_begin(struct buf *out) {
    buf_adds(out, "\xef\xbb\xbf");
}

static void add_cell(struct buf *out, const char *cell) {
    bool formula = *cell != '\0' && strchr("=+-@\t\r", *cell) != NULL;
    bool blank = *cell == ' ' || (*cell != '\0' && cell[strlen(cell) - 1] == ' ');
    if (!formula && !blank && strpbrk(cell, ",\"\r\n") == NULL) {
        buf_adds(out, cell);
        return;
    }
    buf_addc(out, '"');
    if (formula) buf_addc(out, '\'');
    for (; *cell != '\0'; cell++) {
        if (*cell == '"') buf_addc(out, '"');
        buf_addc(out, *cell);
    }
    buf_addc(out, '"');
}

void csv_add(struct buf *out, const char *const *cells, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buf_addc(out, ',');
        if (cells[i] != NULL) add_cell(out, cells[i]);
    }
    buf_adds(out, "\r\n");
}
