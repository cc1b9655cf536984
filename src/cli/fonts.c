/* minyi fonts: which font serves each role of the papers, what is missing, and whether the grid holds. */
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "minyi/office_template.h"

int cli_fonts(const struct cli_args *args) {
    const char *missing = NULL;
    if (fonts_configure(args->arena, args->config.fonts, &missing) == 0) return EXIT_OK;
    return cli_complain(EXIT_USAGE, "字体文件夹不存在，或不是文件夹：%s（设置项 fonts）", missing);
}

static int read_families(struct ctx *ctx, void *families) {
    return template_families(ctx, families);
}

/* The office's own order; the program's when there is no database yet. */
static int find_families(struct cli_args *args, const char *const *families[FONT_ROLE_END]) {
    const char *why = NULL;
    struct db *db = NULL;
    struct db_options options = {.url = args->config.store, .no_writer_lock = true};
    int error = db_open(&options, args->arena, &db, &why);
    if (error == ERR_NOT_FOUND) {
        puts("没有数据库，按程序自带的次序。\n");
        return EXIT_OK;
    }
    if (error < 0) return cli_complain(cli_exit_code(error), "%s", why ? why : err_info(error)->zh);
    struct office office;
    office_over(args, db, &office);
    error = ctx_read(&office.ctx, read_families, families);
    int code = error == 0 ? EXIT_OK : cli_complain(EXIT_FAILED, "%s", office_why(&office, error));
    office_close(&office);
    return code;
}

static void print_missing(const struct font_state *state) {
    bool any = false;
    for (size_t i = 0; i < state->wanted.count; i++) {
        const struct font_wanted *wanted = LIST_AT(state->wanted, struct font_wanted, i);
        if (wanted->present) continue;
        printf("%s%s", any ? "、" : "\t没有安装：", wanted->family);
        any = true;
    }
    if (any) putchar('\n');
}

/* One role's lines; *RET_GRID tells whether its font keeps to the grid. False: there is no font. */
static bool print_role(struct arena *arena, enum font_role role, const char *const *families,
                       bool *ret_grid) {
    struct font_state state;
    font_state(arena, role, families, &state);
    *ret_grid = state.family != NULL && font_keeps_grid(arena, role, families);
    if (state.family == NULL)
        printf("%s\t没有字体\n", font_role_zh(role));
    else
        printf("%s\t%s（%s，%s%s，汉字 %d 个%s）\n", font_role_zh(role), state.family, state.file,
               state.format, state.weight >= 600 ? "，粗体" : "", state.characters,
               *ret_grid ? "" : "，不合每页 22 行、每行 28 字");
    print_missing(&state);
    return state.family != NULL;
}

int command_fonts(struct cli_args *args) {
    const char *const *families[FONT_ROLE_END] = {NULL};
    int code = cli_fonts(args);
    if (code == EXIT_OK) code = find_families(args, families);
    if (code != EXIT_OK) return code;
    bool served = true, grid = true;
    for (enum font_role role = 0; role < FONT_ROLE_END; role++) {
        bool keeps = false;
        served = print_role(args->arena, role, families[role], &keeps) && served;
        grid = grid && keeps;
    }
    printf("\n版面\t%s\n", grid ? "每页 22 行、每行 28 字" : "有字体不合每页 22 行、每行 28 字，请换一种");
    char fingerprint[65];
    font_fingerprint(families, fingerprint);
    printf("指纹\t%.16s（各节点应当相同）\n", fingerprint);
    if (served) return EXIT_OK;
    return cli_complain(EXIT_FAILED,
                        "没有可用的中文字体，不能排印公文。请安装字体，例如软件包 fonts-noto-cjk。");
}
