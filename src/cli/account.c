/* minyi account add | disable | link: what an administrator does at the machine itself. */
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "minyi/account.h"
#include "minyi/audit.h"
#include "minyi/hash.h"

DB_STATEMENT(cli_unit_by_code, "SELECT id FROM unit WHERE code = $1");

struct work {
    const char *login, *name, *unit_code, *role_code;
    char token[TOKEN_SIZE];
};

static int unit_by_code(struct ctx *ctx, const char *code, int64_t *ret) {
    int result = db_get_int(ctx->conn, &cli_unit_by_code, DB_PARAMS(db_text(code)), ret);
    return result == ERR_NOT_FOUND ? fail(ctx, ERR_NOT_FOUND, "unit", "没有代码为 %s 的单位。", code)
                                   : result;
}

static int add(struct ctx *ctx, void *argument) {
    struct work *work = argument;
    int64_t unit_id = 0, account_id = 0;
    int result = unit_by_code(ctx, work->unit_code, &unit_id);
    if (result == 0)
        result = account_create(ctx, &(struct account_new){work->login, work->name, unit_id}, &account_id);
    if (result == 0) result = account_give_role(ctx, account_id, work->role_code, unit_id);
    if (result == 0) result = account_link_create(ctx, account_id, work->token);
    return result;
}

static int find(struct ctx *ctx, const struct work *work, int64_t *ret_id) {
    int result = account_find(ctx, work->login, ret_id);
    return result == ERR_NOT_FOUND
               ? fail(ctx, ERR_NOT_FOUND, "login", "没有登录名为 %s 的账号。", work->login)
               : result;
}

static int disable(struct ctx *ctx, void *argument) {
    int64_t id = 0;
    int result = find(ctx, argument, &id);
    return result < 0 ? result : account_set_status(ctx, id, true);
}

static int make_link(struct ctx *ctx, void *argument) {
    struct work *work = argument;
    int64_t id = 0;
    int result = find(ctx, work, &id);
    return result < 0 ? result : account_link_create(ctx, id, work->token);
}

static int run(struct cli_args *args, ctx_fn fn, struct work *work, bool link) {
    struct office office;
    int code = office_open(args, OFFICE_BESIDE, &office);
    if (code != EXIT_OK) return code;
    int error = ctx_write(&office.ctx, fn, work);
    if (error < 0)
        code = cli_complain(EXIT_FAILED, "%s", office_why(&office, error));
    else if (link)
        printf("%s/first/%s\n", office.ctx.public_url, work->token);
    else
        printf("已停用 %s，其登录已全部结束。\n", work->login);
    office_close(&office);
    return code;
}

int command_account_add(struct cli_args *args) {
    struct work work = {.login = args->positional[0],
                        .name = cli_given(args, "name"),
                        .unit_code = cli_given(args, "unit"),
                        .role_code = cli_given(args, "role")};
    if (!work.name || !work.unit_code || !work.role_code)
        return cli_complain(EXIT_USAGE, "请写明 --name 姓名、--unit 单位代码和 --role 角色代码");
    return run(args, add, &work, true);
}

int command_account_disable(struct cli_args *args) {
    return run(args, disable, &(struct work){.login = args->positional[0]}, false);
}

int command_account_link(struct cli_args *args) {
    return run(args, make_link, &(struct work){.login = args->positional[0]}, true);
}
