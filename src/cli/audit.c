/* minyi audit verify. */
#include <inttypes.h>
#include <stdio.h>

#include "internal.h"
#include "minyi/audit.h"

struct verdict {
    int64_t rows, bad_id;
    const char *why;
};

static int verify(struct ctx *ctx, void *argument) {
    struct verdict *verdict = argument;
    return audit_verify(ctx, &verdict->rows, &verdict->bad_id, &verdict->why);
}

int command_audit_verify(struct cli_args *args) {
    struct office office;
    struct verdict verdict = {0};
    int code = office_open(args, OFFICE_BESIDE, &office);
    if (code != EXIT_OK) return code;
    int error = ctx_read(&office.ctx, verify, &verdict);
    if (error == 0)
        printf("审计链完整，共 %" PRId64 " 条。\n", verdict.rows);
    else if (error == ERR_CONFLICT)
        code =
            cli_complain(EXIT_BAD_AUDIT, "审计链在第 %" PRId64 " 条处断开：%s", verdict.bad_id, verdict.why);
    else
        code = cli_complain(EXIT_FAILED, "%s", office_why(&office, error));
    office_close(&office);
    return code;
}
