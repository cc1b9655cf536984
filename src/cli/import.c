/* minyi import reports FILE.csv: every good line goes in, every other is named with its reason. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "caller.h"
#include "minyi/account.h"
#include "minyi/clock.h"
#include "minyi/csv.h"
#include "minyi/elements.h"
#include "minyi/hash.h"
#include "minyi/report.h"

enum { FILE_MAX = 64 * 1024 * 1024, ROWS_MAX = 20000 };

DB_STATEMENT(import_category, "SELECT id FROM category WHERE name = $1 OR code = $1 ORDER BY id LIMIT 1");

struct columns {
    int title, category, date, content, situation, analysis, suggestion;
};

struct import {
    struct office *office;
    struct actor author;
    const struct csv_row *row;
    struct columns columns;
    struct elements elements;
    const char *title, *category;
    int64_t at_ms;
    bool fresh, category_known;
};

/* ---- the file ---- */

static char *read_file(const char *path, size_t *ret_len) {
    FILE *file = fopen(path, "rbe");
    if (!file) return NULL;
    struct buf text = BUF(FILE_MAX);
    char piece[64 * 1024];
    for (size_t got; (got = fread(piece, 1, sizeof(piece), file)) > 0;)
        buf_add(&text, piece, got);
    bool bad = ferror(file) || buf_failed(&text);
    fclose(file);
    if (bad) {
        buf_free(&text);
        return NULL;
    }
    return buf_take(&text, ret_len);
}

static int either(const struct csv_row *header, const char *zh, const char *en) {
    int column = csv_column(header, zh);
    return column >= 0 ? column : csv_column(header, en);
}

static bool find_columns(const struct csv_row *header, struct columns *ret) {
    *ret = (struct columns){.title = either(header, "标题", "title"),
                            .category = either(header, "类别", "category"),
                            .date = either(header, "日期", "published_at"),
                            .content = either(header, "正文", "content"),
                            .situation = either(header, "情况", "situation"),
                            .analysis = either(header, "原因", "analysis"),
                            .suggestion = either(header, "建议", "suggestion")};
    return ret->title >= 0 && (ret->content >= 0 || (ret->situation >= 0 && ret->suggestion >= 0));
}

/* ---- a line ---- */

/* The three elements from their own columns, or out of the running text; NULL or why not. */
static const char *read_elements(struct import *import, struct arena *arena) {
    const struct csv_row *row = import->row;
    if (import->columns.content < 0) {
        import->elements = (struct elements){csv_cell(row, import->columns.situation),
                                             csv_cell(row, import->columns.analysis),
                                             csv_cell(row, import->columns.suggestion)};
        return *import->elements.situation && *import->elements.suggestion ? NULL : "情况或建议是空的";
    }
    const char *why = NULL;
    return elements_split(arena, csv_cell(row, import->columns.content), &import->elements, &why) ? NULL
                                                                                                  : why;
}

static const char *read_row(struct import *import, struct arena *arena) {
    import->title = csv_cell(import->row, import->columns.title);
    import->category = csv_cell(import->row, import->columns.category);
    if (!*import->title) return "标题是空的";
    const char *date = csv_cell(import->row, import->columns.date);
    import->at_ms = import->office->ctx.now;
    int64_t day = 0;
    if (*date) {
        const char *day_text = arena_memdup(arena, date, strnlen(date, CLOCK_DATE_SIZE - 1));
        if (clock_parse_date(day_text, &day) < 0) return "日期应写成 2026-03-08 的样子";
        const int64_t morning = INT64_C(9) * 3600 * 1000;
        if (day + morning < import->at_ms) import->at_ms = day + morning;
    }
    return read_elements(import, arena);
}

/* Two lines with the same title and text are the same report, however often the file is imported. */
static const char *key_of(const struct import *import, struct arena *arena) {
    const char *texts[] = {import->title, import->elements.situation, import->elements.analysis,
                           import->elements.suggestion};
    char hash[HASH_HEX_SIZE];
    hash_texts(texts, ARRAY_LEN(texts), hash);
    return arena_printf(arena, "import-%.48s", hash);
}

static int write_row(struct ctx *ctx, void *argument) {
    struct import *import = argument;
    int64_t id = 0, category = ABSENT;
    int error = *import->category
                    ? db_get_int(ctx->conn, &import_category, DB_PARAMS(db_text(import->category)), &category)
                    : ERR_NOT_FOUND;
    import->category_known = error == 0;
    if (error != 0 && error != ERR_NOT_FOUND) return error;
    struct report_import report = {.key = key_of(import, ctx->arena),
                                   .title = import->title,
                                   .situation = import->elements.situation,
                                   .analysis = import->elements.analysis,
                                   .suggestion = import->elements.suggestion,
                                   .category_id = category};
    return report_import(ctx, &report, &id, &import->fresh);
}

/* ---- the whole ---- */

struct tally {
    int64_t added, there, refused, without_category;
};

static void one_line(struct import *import, struct arena *arena, bool dry_run, struct tally *tally) {
    struct ctx *ctx = &import->office->ctx;
    import->office->problem = (struct problem){0};
    const char *why = read_row(import, arena);
    import->fresh = import->category_known = true;
    if (!why && !dry_run) {
        int64_t today = ctx->now;
        ctx->now = import->at_ms;
        ctx->actor = &import->author;
        ctx->arena = arena;
        int error = ctx_write(ctx, write_row, import);
        ctx->now = today;
        if (error < 0) why = office_why(import->office, error);
    }
    if (why) {
        tally->refused++;
        printf("第 %" PRId64 " 行未导入：%s（%.60s）\n", import->row->line, why, import->title);
        return;
    }
    *(import->fresh ? &tally->added : &tally->there) += 1;
    tally->without_category += !import->category_known;
}

static int load_author(struct ctx *ctx, void *argument) {
    struct import *import = argument;
    struct caller caller = {.ctx = ctx, .arena = ctx->arena};
    return caller_actor(&caller, import->author.account_id, &import->author);
}

static int find_author(struct ctx *ctx, void *argument) {
    struct import *import = argument;
    return account_find(ctx, import->author.login, &import->author.account_id);
}

static int open_author(struct cli_args *args, struct import *import) {
    struct ctx *ctx = &import->office->ctx;
    import->author.login = cli_given(args, "author");
    if (ctx_read(ctx, find_author, import) < 0)
        return cli_complain(EXIT_FAILED, "没有登录名为 %s 的账号，请用 --author 写明以谁的名义录入",
                            import->author.login);
    if (ctx_read(ctx, load_author, import) < 0) return cli_complain(EXIT_FAILED, "不能读取账号的权限");
    if (!(import->author.permissions >> MAY_REPORT_WRITE & 1))
        return cli_complain(EXIT_FAILED, "%s 没有报送信息的权限", import->author.login);
    return EXIT_OK;
}

static int import_rows(struct cli_args *args, struct import *import, const struct list *rows) {
    const struct csv_row *all = rows->items;
    if (rows->count < 2 || !find_columns(&all[0], &import->columns))
        return cli_complain(EXIT_FAILED,
                            "第一行应有列名：标题，以及正文（或情况、建议），可另有类别、日期、原因");
    struct tally tally = {0};
    struct arena *arena = arena_new(64 * 1024 * 1024);
    for (size_t i = 1; i < rows->count; i++) {
        import->row = &all[i];
        one_line(import, arena, cli_given(args, "dry-run") != NULL, &tally);
        arena_reset(arena);
    }
    arena_free(arena);
    import->office->ctx.arena = args->arena;
    printf("%s %" PRId64 " 件，已有 %" PRId64 " 件，未导入 %" PRId64 " 行，其中没有对应类别的 %" PRId64
           " 件。\n",
           cli_given(args, "dry-run") ? "可导入" : "已导入", tally.added, tally.there, tally.refused,
           tally.without_category);
    return tally.refused ? EXIT_PARTLY : EXIT_OK;
}

int command_import_reports(struct cli_args *args) {
    struct office office;
    struct import import = {.office = &office};
    size_t len = 0;
    if (!cli_given(args, "author")) return cli_complain(EXIT_USAGE, "请用 --author 写明以谁的名义录入");
    char *text = read_file(args->positional[0], &len);
    if (!text) return cli_complain(EXIT_FAILED, "不能读取 %s（最大 64 MB）", args->positional[0]);
    struct list rows = {0};
    const char *why = NULL;
    int code = EXIT_OK;
    if (csv_read(text, len, ROWS_MAX, args->arena, &rows, &why) < 0)
        code = cli_complain(EXIT_FAILED, "%s", why);
    free(text);
    if (code == EXIT_OK) code = office_open(args, OFFICE_BESIDE, &office);
    if (code != EXIT_OK) return code;
    code = open_author(args, &import);
    if (code == EXIT_OK) code = import_rows(args, &import, &rows);
    office_close(&office);
    return code;
}
