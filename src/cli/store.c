/* minyi init, migrate, backup, restore: the care of the database. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "minyi/account.h"
#include "minyi/audit.h"
#include "minyi/unit.h"

/* ---- init ---- */

struct first_office {
    const char *name, *short_name, *kind;
    char tokens[3][TOKEN_SIZE];
};

static const struct {
    const char *login, *name, *role;
} administrators[3] = {
    {"xitong", "系统管理员", "system_admin"},
    {"anquan", "安全管理员", "security_admin"},
    {"shenji", "审计管理员", "audit_admin"},
};

static int make_office(struct ctx *ctx, void *argument) {
    struct first_office *first = argument;
    struct unit_new unit = {.parent_id = ABSENT,
                            .kind = first->kind,
                            .code = "root",
                            .name = first->name,
                            .short_name = first->short_name};
    int64_t unit_id = 0, account_id = 0;
    int result = unit_create(ctx, &unit, &unit_id);
    for (size_t i = 0; i < ARRAY_LEN(administrators) && result == 0; i++) {
        struct account_new account = {administrators[i].login, administrators[i].name, unit_id};
        result = account_create(ctx, &account, &account_id);
        if (result == 0) result = account_give_role(ctx, account_id, administrators[i].role, unit_id);
        if (result == 0) result = account_link_create(ctx, account_id, first->tokens[i]);
    }
    return result < 0 ? result : audit_add(ctx, "office.init", "unit", unit_id, NULL);
}

int command_init(struct cli_args *args) {
    struct first_office first = {.name = cli_given(args, "name"),
                                 .short_name = cli_given(args, "short-name"),
                                 .kind = cli_given(args, "level")};
    if (!first.name)
        return cli_complain(EXIT_USAGE, "请用 --name 写明机关全称，例如 --name=政协云江省委员会");
    if (!first.short_name) first.short_name = first.name;
    if (!first.kind) first.kind = "province";
    static const char *const levels[] = {"nation", "province", "city", "county"};
    bool known = false;
    for (size_t i = 0; i < ARRAY_LEN(levels); i++)
        known = known || strcmp(levels[i], first.kind) == 0;
    if (!known) return cli_complain(EXIT_USAGE, "--level 应为 nation、province、city 或 county");
    struct office office;
    int code = office_open(args, OFFICE_CREATE, &office);
    if (code != EXIT_OK) return code;
    int error = ctx_write(&office.ctx, make_office, &first);
    if (error < 0)
        code = cli_complain(EXIT_FAILED, "%s", office_why(&office, error));
    else
        printf("已建立 %s。三位管理员须由三个人分别担任，请各自打开下面的一次性链接设置密码：\n", first.name);
    for (size_t i = 0; i < ARRAY_LEN(administrators) && error == 0; i++)
        printf("  %s（登录名 %s）：%s/first/%s\n", administrators[i].name, administrators[i].login,
               office.ctx.public_url, first.tokens[i]);
    office_close(&office);
    return code;
}

/* ---- migrate, backup, restore ---- */

int command_migrate(struct cli_args *args) {
    struct office office;
    int code = office_open(args, OFFICE_MIGRATE, &office);
    if (code != EXIT_OK) return code;
    printf("数据库结构已是最新（第 %" PRId64 " 版）。\n", db_version(office.db));
    office_close(&office);
    return EXIT_OK;
}

int command_backup(struct cli_args *args) {
    struct office office;
    int code = office_open(args, OFFICE_BESIDE, &office);
    if (code != EXIT_OK) return code;
    const char *why = NULL;
    int error = db_backup(office.db, args->arena, args->positional[0], &why);
    office_close(&office);
    if (error < 0) return cli_complain(EXIT_FAILED, "%s", why ? why : err_info(error)->zh);
    printf("已备份到 %s，并已核验。\n", args->positional[0]);
    return EXIT_OK;
}

int command_restore(struct cli_args *args) {
    const char *why = NULL;
    int error = db_restore(args->arena, args->config.store, args->positional[0], &why);
    if (error < 0)
        return cli_complain(error == ERR_STORE_NEWER || error == ERR_STORE_CORRUPT ? EXIT_BAD_STORE
                                                                                   : EXIT_FAILED,
                            "%s", why ? why : err_info(error)->zh);
    if (strncmp(args->config.store, "sqlite:", strlen("sqlite:")) == 0)
        printf("已从 %s 恢复；原来的数据库（如有）留在旁边，文件名含 before-restore。\n",
               args->positional[0]);
    else
        printf("已从 %s 恢复到 %s，逐行核对一致。备份如来自旧版本，启动前请先运行 minyi migrate。\n",
               args->positional[0], db_url_shown(args->arena, args->config.store));
    return EXIT_OK;
}
