/* The commands, and help that teaches. */
#include "minyi/cli.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "minyi/api.h"
#include "minyi/features.h"
#include "minyi/fonts.h"
#include "minyi/hash.h"

static const struct cli_option serve_options[] = {
    {"migrate", NULL, "启动前先升级数据库结构"},
    {"port-file", "FILE", "把实际端口写入文件（--listen 的端口为 0 时有用）"},
    {0},
};
static const struct cli_option init_options[] = {
    {"name", "TEXT", "机关全称，如 政协云江省委员会"},
    {"short-name", "TEXT", "机关简称，如 云江省政协"},
    {"level", "LEVEL", "nation、province、city 或 county（默认 province）"},
    {0},
};
static const struct cli_option account_options[] = {
    {"name", "TEXT", "姓名"},
    {"unit", "CODE", "单位代码"},
    {"role", "CODE", "角色代码，如 officer、editor、section_head"},
    {0},
};
static const struct cli_option demo_options[] = {
    {"links", "FILE", "把一次性登录链接另存为 JSON 文件"},
    {"reports", "N", "来稿件数（默认 300）"},
    {"fresh-links", NULL, "数据库已在时只生成新的登录链接"},
    {0},
};
static const struct cli_option import_options[] = {
    {"author", "LOGIN", "以谁的名义录入（须已有账号）"},
    {"dry-run", NULL, "只检查，不写入"},
    {0},
};

static const struct cli_option copy_options[] = {
    {"from", "URL", "来源数据库的地址"},
    {"to", "URL", "目标数据库的地址：空的，或上次没有复制完的"},
    {0},
};

static const struct cli_command commands[] = {
    {"serve", NULL, 0, 0, "启动服务",
     "启动服务，收到 SIGTERM 后处理完已接受的请求再退出。\v例：minyi serve "
     "--store=sqlite:/var/lib/minyi/office.db "
     "--listen=127.0.0.1:8080 --public-url=https://minyi.example.cn",
     serve_options, command_serve},
    {"init", NULL, 0, 0, "建立新的数据库和三位管理员",
     "建立新的数据库、一个机关和三位管理员，打印他们的一次性登录链接。已有数据库时不作任何改动。"
     "\v例：minyi init --name=政协云江省委员会 --short-name=云江省政协 --level=province",
     init_options, command_init},
    {"demo", NULL, 0, 0, "建立演示用的机关和数据",
     "建立一个虚构的省、市、县，约 60 个账号和 300 件来稿，各种状态都有，并为每种角色打印一个一次性登录链接。"
     "\v例：minyi demo --store=sqlite:demo.db",
     demo_options, command_demo},
    {"migrate", NULL, 0, 0, "升级数据库结构",
     "应用本版本带来的结构变化；每一步在一个事务里，失败则不作改动。请先备份。\v例：minyi migrate "
     "--store=sqlite:office.db",
     NULL, command_migrate},
    {"backup", "FILE", 1, 1, "在线备份",
     "服务运行时也可以备份；备份文件写好后会打开核验（完整性、外键、版本；PostgreSQL "
     "上还逐行核对），通过才算成功。备份总是一个 SQLite 文件。\v例：minyi backup /backup/minyi-20260308.db",
     NULL, command_backup},
    {"restore", "FILE", 1, 1, "从备份恢复",
     "先核验备份。SQLite：用它替换数据库，原文件保留在旁边，须先停止服务。PostgreSQL：恢复到空的数据库，已有数据时不作"
     "任何改动；中断后再运行同一条命令。\v例：minyi restore /backup/minyi-20260308.db",
     NULL, command_restore},
    {"copy", NULL, 0, 0, "把机关从一个数据库搬到另一个（SQLite、PostgreSQL）",
     "把全部数据从一个数据库复制到另一个空的数据库，再逐行核对并核验审计链。须先停止服务；来源不作改动。"
     "中断后再运行同一条命令，会从中断处继续；复制完成之前，服务不会打开目标。\v例：minyi copy "
     "--from=sqlite:/var/lib/minyi/office.db --to=postgres://minyi@db.example.cn/minyi",
     copy_options, command_copy},
    {"account add", "LOGIN", 1, 1, "添加账号，打印一次性登录链接",
     "添加账号并授予角色，打印一次性登录链接；没有默认密码。\v例：minyi account add zhangsan --name=张三 "
     "--unit=root --role=officer",
     account_options, command_account_add},
    {"account disable", "LOGIN", 1, 1, "停用账号", "停用账号并结束其全部登录，下一次请求即失效。", NULL,
     command_account_disable},
    {"account link", "LOGIN", 1, 1, "为账号生成新的一次性登录链接",
     "用于忘记密码：旧的未用链接随即失效。\v例：minyi account link zhangsan", NULL, command_account_link},
    {"import reports", "FILE.csv", 1, 1, "从 CSV 导入来稿",
     "从 CSV "
     "导入来稿：把全文按小标题拆成情况、原因、建议三部分，逐行报告结果；拆不开的行说明原因，其余照常导入。"
     "\v列名：标题（title）、类别（category）、日期（published_at）、正文（content）。",
     import_options, command_import_reports},
    {"audit verify", NULL, 0, 0, "核验审计链",
     "逐条核验审计记录的哈希链，指出第一条被改、缺失或乱序的记录。完整时退出码为 0，否则为 6。", NULL,
     command_audit_verify},
    {"fonts", NULL, 0, 0, "列出公文各种字体用的是哪一种、缺哪些",
     "列出小标宋、仿宋、楷体、黑体、宋体各由哪种字体和文件担任，想用的字体中没有安装的，以及版面是否保持每页 22 "
     "行、每行 28 字。有数据库时按其中设置的次序。没有可用的中文字体时退出码为 1。\v例：minyi fonts "
     "--fonts=/usr/local/share/fonts/office",
     NULL, command_fonts},
    {"openapi", NULL, 0, 0, "打印接口说明（OpenAPI 3.1）", "打印接口说明，与 /api/v1/openapi.json 相同。",
     NULL, command_openapi},
    {"permissions", NULL, 0, 0, "打印权限表（Markdown）",
     "打印每个接口所需的权限，docs/permissions.md 由它生成。", NULL, command_permissions},
    {"errors", NULL, 0, 0, "打印错误表（Markdown）", "打印所有错误代码及其说明，docs/errors.md 由它生成。",
     NULL, command_errors},
    {"lifecycles", NULL, 0, 0, "打印各状态图（Markdown）",
     "打印来稿、稿件、刊物、转送件、版式和批量导出的状态图，由程序中的表生成。", NULL, command_lifecycles},
    {"version", NULL, 0, 0, "打印版本", "打印版本。", NULL, command_version},
};

static int overview(FILE *out) {
    fputs("minyi（民意）：社情民意信息的报送、审核、签发、转送与反馈\n\n用法：minyi 命令 [选项]\n\n", out);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        fprintf(out, "  %-16s %s\n", commands[i].name, commands[i].summary);
    fputs("\n每个命令都有说明：minyi 命令 --help\n"
          "设置按此顺序生效：命令行选项、环境变量（如 MINYI_LISTEN）、--config 指定的 ini 文件、默认值。\n"
          "退出码：0 成功，1 失败，2 用法不对，3 没有（或已有）数据库，4 数据库不可用，5 部分行未导入，"
          "6 审计链断开，7 地址被占用。\n",
          out);
    return out == stdout ? EXIT_OK : EXIT_USAGE;
}

int command_openapi(struct cli_args *args) {
    (void)args;
    struct buf out = BUF(16 * 1024 * 1024);
    openapi_write(feature_tables, &out);
    puts(out.data);
    buf_free(&out);
    return EXIT_OK;
}

int command_permissions(struct cli_args *args) {
    (void)args;
    struct buf out = BUF(1024 * 1024);
    permission_matrix_write(feature_tables, &out);
    fputs(out.data, stdout);
    buf_free(&out);
    return EXIT_OK;
}

int command_errors(struct cli_args *args) {
    (void)args;
    size_t count = 0;
    const struct err_info *all = err_all(&count);
    puts("| code | HTTP | 用户看到的 | meaning |\n| --- | --- | --- | --- |");
    for (size_t i = 0; i < count; i++)
        printf("| `%s` | %d | %s | %s |\n", all[i].code, all[i].http, all[i].zh, all[i].en);
    return EXIT_OK;
}

int command_lifecycles(struct cli_args *args) {
    (void)args;
    struct buf out = BUF(1024 * 1024);
    for (const struct lifecycle *const *lifecycle = feature_lifecycles; *lifecycle; lifecycle++) {
        buf_addf(&out, "%s## %s\n\n```mermaid\n", out.len > 0 ? "\n" : "", (*lifecycle)->zh);
        lifecycle_diagram(*lifecycle, &out);
        buf_adds(&out, "```\n");
    }
    fputs(out.data, stdout);
    buf_free(&out);
    return EXIT_OK;
}

int command_version(struct cli_args *args) {
    (void)args;
    puts("minyi " MINYI_VERSION);
    return EXIT_OK;
}

/* A command of one word or of two; *RET_WORDS tells how many were its name. */
static const struct cli_command *find(int argc, char **argv, int *ret_words) {
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        const char *space = strchr(commands[i].name, ' ');
        size_t first = space ? (size_t)(space - commands[i].name) : strlen(commands[i].name);
        bool match = strlen(argv[1]) == first && strncmp(argv[1], commands[i].name, first) == 0;
        if (match && space) match = argc > 2 && strcmp(argv[2], space + 1) == 0;
        if (!match) continue;
        *ret_words = space ? 2 : 1;
        return &commands[i];
    }
    return NULL;
}

int cli_main(int argc, char **argv) {
    setlocale(LC_CTYPE, "C.UTF-8");
    if (argc < 2) return overview(stderr);
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return overview(stdout);
    int words = 0;
    const struct cli_command *command = find(argc, argv, &words);
    if (!command) {
        cli_complain(EXIT_USAGE, "没有命令“%s”。", argv[1]);
        return overview(stderr);
    }
    if (hash_init() < 0) return cli_complain(EXIT_FAILED, "密码库不能使用");
    struct cli_args args = {.arena = arena_new(256 * 1024 * 1024)};
    int code = cli_parse(command, argc - words, argv + words, &args);
    if (code == EXIT_OK) code = command->run(&args);
    fonts_close();
    arena_free(args.arena);
    return code;
}
