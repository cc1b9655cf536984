/* What lies in the zip: 目录.csv for reckoning and proving, 目录.docx for reading and printing. */
#include <stdlib.h>
#include <string.h>

#include "minyi/csv.h"
#include "minyi/err.h"
#include "work.h"

enum { INDEX_SIZE = 1050, INDEX_PITCH = 5200 }; /* 五号, um */
enum { COLUMNS = 8, SHOWN = 4, CSV_MAX = 4 * 1024 * 1024, DOCX_MAX = 8 * 1024 * 1024 };

struct line {
    const char *cells[COLUMNS];
};

struct contents {
    struct arena *arena;
    struct line *lines;
    size_t count, room;
};

static const char *const titles[COLUMNS] = {"序号", "文书",   "标题",    "文件",
                                            "页数", "字节数", "SHA-256", "说明"};

struct contents *contents_new(struct arena *arena) {
    struct contents *contents = ARENA_NEW(arena, struct contents);
    contents->arena = arena;
    contents->room = (size_t)BATCH_ITEMS_MAX * 2; /* formats */
    contents->lines = arena_array(arena, contents->room, sizeof(struct line));
    return contents;
}

static const char *number(struct contents *contents, int64_t value) {
    return arena_printf(contents->arena, "%lld", (long long)value);
}

void contents_add(struct contents *contents, const struct batch_item *item, const char *file,
                  const struct rendering *rendering) {
    if (contents->count == contents->room) return;
    struct line *line = &contents->lines[contents->count++];
    line->cells[0] = number(contents, item->position);
    line->cells[1] = paper_kind_info(paper_kind_find(item->kind))->zh;
    line->cells[2] = item->title;
    if (file == NULL) {
        line->cells[7] = item->error;
        return;
    }
    line->cells[3] = file;
    line->cells[4] = number(contents, rendering->pages);
    line->cells[5] = number(contents, rendering->size);
    line->cells[6] = arena_strdup(contents->arena, rendering->sha256);
}

static int pack_csv(const struct contents *contents, struct package *package) {
    struct buf text CLEANUP(buf_free) = BUF(CSV_MAX);
    csv_begin(&text);
    csv_add(&text, titles, COLUMNS);
    for (size_t i = 0; i < contents->count; i++)
        csv_add(&text, contents->lines[i].cells, COLUMNS);
    return buf_failed(&text) ? ERR_TOO_LARGE : package_add(package, "目录.csv", text.data, text.len);
}

static bool same_item(const struct line *a, const struct line *b) {
    return strcmp(a->cells[0], b->cells[0]) == 0;
}

/* "001 ….docx、.pdf": one name with all its endings; or why there is no file. */
static const char *file_cell(struct arena *arena, const char *before, const struct line *line) {
    const char *file = line->cells[3];
    if (before == NULL) return file != NULL ? file : line->cells[7];
    if (file == NULL) return arena_printf(arena, "%s\n%s", before, line->cells[7]);
    const char *ending = strrchr(file, '.');
    return arena_printf(arena, "%s、%s", before, ending != NULL ? ending : file);
}

/* 序号, 标题, 文件 or why there is none, 页数: a row an item. */
static void table_of(const struct contents *contents, struct paper_table *ret) {
    static const int mm[SHOWN] = {11, 80, 54, 11};
    const char **cells = arena_array(contents->arena, (contents->count + 1) * SHOWN, sizeof(const char *));
    *ret = (struct paper_table){.rows = 1, .columns = SHOWN, .cells = cells, .widths = mm, .header = true};
    memcpy(cells, (const char *const[SHOWN]){"序号", "标题", "文件", "页数"}, SHOWN * sizeof(*cells));
    for (size_t i = 0; i < contents->count; i++) {
        const struct line *line = &contents->lines[i];
        if (i == 0 || !same_item(line, line - 1)) {
            cells += SHOWN;
            ret->rows++;
        }
        cells[0] = line->cells[0];
        cells[1] = line->cells[2];
        cells[2] = file_cell(contents->arena, cells[2], line);
        if (cells[3] == NULL) cells[3] = line->cells[4];
    }
}

static int pack_docx(const struct contents *contents, const char *title, int64_t created_ms,
                     struct package *package) {
    struct paper paper;
    struct paper_table table;
    struct buf bytes CLEANUP(buf_free) = BUF(DOCX_MAX);
    table_of(contents, &table);
    const struct paper_block blocks[] = {
        {.kind = PAPER_TEXT, .style = PAPER_TITLE, .text = title},
        {.kind = PAPER_SPACE, .lines = 10},
        {.kind = PAPER_TABLE_ROWS, .style = PAPER_TABLE, .table = &table},
    };
    paper_init(&paper);
    paper.styles[PAPER_TABLE].size = INDEX_SIZE;
    paper.styles[PAPER_TABLE].pitch = INDEX_PITCH;
    paper.blocks = blocks;
    paper.block_count = ARRAY_LEN(blocks);
    paper.folio = true;
    paper.title = title;
    paper.created_ms = created_ms;
    int error = paper_docx(&paper, &bytes);
    return error != 0 ? error : package_add(package, "目录.docx", bytes.data, bytes.len);
}

int contents_pack(struct contents *contents, const char *title, int64_t created_ms, struct package *package) {
    int error = pack_csv(contents, package);
    return error != 0 ? error : pack_docx(contents, title, created_ms, package);
}
