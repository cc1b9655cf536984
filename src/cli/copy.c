/* minyi copy: an office from one database to another, with a bar on a terminal and plain lines elsewhere. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"
#include "minyi/audit.h"
#include "minyi/clock.h"
#include "minyi/db_copy.h"

enum { BAR_WIDTH = 30, BAR_EVERY_US = 100000, LINE_EVERY_US = 5000000, HASH_SHOWN = 16 };

struct copying {
    const struct cli_args *args;
    bool terminal, bar_stands;
    int64_t shown_us; /* when the last line was written */
    int64_t audit_rows, audit_bad_id;
    const char *audit_why; /* NULL: the chain is whole */
};

/* ---- Progress ---- */

static const char *phase_zh(enum db_copy_phase phase) {
    switch (phase) {
    case DB_COPY_CHECK:
        return "检查上次已复制的";
    case DB_COPY_ROWS:
        return "复制";
    default:
        return "核对";
    }
}

static void show_bar(struct copying *copying, const struct db_copy_progress *progress, int percent) {
    char bar[BAR_WIDTH + 1];
    int filled = percent * BAR_WIDTH / 100;
    memset(bar, '.', BAR_WIDTH);
    memset(bar, '#', (size_t)filled);
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r\033[K[%s] %3d%% %s %s %" PRId64, bar, percent, phase_zh(progress->phase),
            progress->table, progress->table_rows);
    copying->bar_stands = true;
}

static void clear_bar(struct copying *copying) {
    if (copying->bar_stands) fputs("\r\033[K", stderr);
    copying->bar_stands = false;
}

static void show_line(const struct db_copy_progress *progress, int percent) {
    fprintf(stderr, "%s %s：%" PRId64 " 行（%d%%）\n", phase_zh(progress->phase), progress->table,
            progress->table_rows, percent);
}

static void watch(void *argument, const struct db_copy_progress *progress) {
    struct copying *copying = argument;
    int percent = progress->all > 0 ? (int)(progress->done * 100 / progress->all) : 100;
    if (percent > 100) percent = 100;
    int64_t now = clock_monotonic_us();
    int64_t every = copying->terminal ? BAR_EVERY_US : LINE_EVERY_US;
    bool full = progress->table_done && progress->table_rows > 0 && !copying->terminal;
    if (!full && now - copying->shown_us < every) return;
    copying->shown_us = now;
    if (copying->terminal)
        show_bar(copying, progress, percent);
    else
        show_line(progress, percent);
}

/* ---- The audit chain on the target ---- */

static int verify_chain(struct ctx *ctx, void *argument) {
    struct copying *copying = argument;
    return audit_verify(ctx, &copying->audit_rows, &copying->audit_bad_id, &copying->audit_why);
}

/* A chain that is broken is broken in the source too, for every row is the same: the copy is still a whole
 * one, and evidence must not be lost. It is told at the end. */
static int check(void *argument, struct db *target) {
    struct copying *copying = argument;
    struct office office;
    office_over(copying->args, target, &office);
    int error = ctx_read(&office.ctx, verify_chain, copying);
    return error == ERR_CONFLICT ? 0 : error;
}

/* ---- The command ---- */

static void print_summary(const struct db_copy_report *report, const struct copying *copying,
                          int64_t seconds) {
    printf("%-24s %12s  %s\n", "表", "行", "核对");
    for (size_t i = 0; i < report->count; i++)
        printf("%-24s %12" PRId64 "  一致 %.*s\n", report->tables[i].name, report->tables[i].rows, HASH_SHOWN,
               report->tables[i].hash);
    printf("共 %zu 个表，%" PRId64 " 行，逐行核对一致，用时 %" PRId64 " 秒。\n", report->count, report->rows,
           seconds);
    if (copying->audit_why == NULL) printf("目标的审计链完整，共 %" PRId64 " 条。\n", copying->audit_rows);
}

int command_copy(struct cli_args *args) {
    struct copying copying = {.args = args, .terminal = isatty(STDERR_FILENO) == 1};
    const struct db_copy_options options = {.from = cli_given(args, "from"),
                                            .to = cli_given(args, "to"),
                                            .watch = watch,
                                            .check = check,
                                            .argument = &copying};
    if (options.from == NULL || options.to == NULL)
        return cli_complain(EXIT_USAGE, "请写明 --from 和 --to，例如 --from=sqlite:office.db "
                                        "--to=postgres://minyi@db.example.cn/minyi");
    struct db_copy_report report = {0};
    const char *why = NULL;
    int64_t from_us = clock_monotonic_us();
    db_on_trouble(NULL); /* the reason is told once, in words */
    int error = db_copy(&options, args->arena, &report, &why);
    clear_bar(&copying);
    if (error < 0) return cli_complain(cli_exit_code(error), "%s", why);
    print_summary(&report, &copying, (clock_monotonic_us() - from_us + 999999) / 1000000);
    if (report.resumed) puts("本次从上次中断处继续。");
    if (copying.audit_why != NULL)
        return cli_complain(EXIT_BAD_AUDIT,
                            "复制完整，但审计链在第 %" PRId64 " 条处断开：%s。来源中也是如此，请查明原因。",
                            copying.audit_bad_id, copying.audit_why);
    puts("请把设置 store 改为新的地址后启动服务；原来的数据库没有改动，确认无误前请保留。");
    return EXIT_OK;
}
