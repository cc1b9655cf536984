/* Opening the store for a command, and the context in which the system itself acts. */
#include <string.h>

#include "internal.h"
#include "minyi/clock.h"

int cli_exit_code(int error) {
    switch (error) {
    case ERR_NOT_FOUND:
    case ERR_ALREADY_EXISTS:
        return EXIT_NO_STORE;
    case ERR_STORE_NEWER:
    case ERR_STORE_CORRUPT:
    case ERR_CONFLICT:
        return EXIT_BAD_STORE;
    default:
        return EXIT_FAILED;
    }
}

/* Creating is refused where a database is; opening where none is. */
static int check_presence(const struct cli_args *args, enum office_mode mode) {
    if (mode != OFFICE_CREATE) return EXIT_OK;
    const char *why = NULL;
    struct db *existing = NULL;
    struct db_options probe = {.url = args->config.store, .no_writer_lock = true};
    int error = db_open(&probe, args->arena, &existing, &why);
    if (error == ERR_NOT_FOUND) return EXIT_OK;
    if (error != 0 && error != ERR_STORE_NEWER) return cli_complain(cli_exit_code(error), "%s", why);
    db_close(existing);
    return cli_complain(EXIT_NO_STORE, "%s 已经有数据库，没有改动它。要重新建立，请先把它移走。",
                        db_url_shown(args->arena, args->config.store));
}

void office_over(const struct cli_args *args, struct db *db, struct office *ret) {
    *ret = (struct office){.db = db, .actor = {.system = true, .name = "系统", .login = "system"}};
    ret->ctx = (struct ctx){.arena = args->arena,
                            .db = db,
                            .actor = &ret->actor,
                            .problem = &ret->problem,
                            .now = clock_ms(),
                            .remote = "local",
                            .request_id = "cli",
                            .if_match = ABSENT,
                            .public_url = config_site_url(&args->config, args->arena)};
    ret->ctx.site_url = ret->ctx.public_url;
}

int office_open(const struct cli_args *args, enum office_mode mode, struct office *ret) {
    int code = check_presence(args, mode);
    if (code != EXIT_OK) return code;
    const char *why = NULL;
    struct db_options options = {
        .url = args->config.store,
        .create = mode == OFFICE_CREATE,
        .migrate = mode == OFFICE_CREATE || mode == OFFICE_MIGRATE,
        .no_writer_lock = mode == OFFICE_BESIDE,
        .readers = args->config.store_connections,
    };
    struct db *db = NULL;
    int error = db_open(&options, args->arena, &db, &why);
    if (error < 0) return cli_complain(cli_exit_code(error), "%s", why ? why : err_info(error)->zh);
    office_over(args, db, ret);
    return EXIT_OK;
}

void office_close(struct office *office) {
    db_close(office->db);
    office->db = NULL;
}

const char *office_why(struct office *office, int error) {
    return office->problem.detail ? office->problem.detail : err_info(error)->zh;
}
