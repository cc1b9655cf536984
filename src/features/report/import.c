/* Reports out of older ledgers and files (minyi import reports). */
#include "internal.h"
#include "minyi/err.h"
#include "minyi/utf8.h"

enum { TITLE_MAX = 100, ELEMENT_MAX = 20000 };

static int check_length(struct ctx *ctx, const char *field, const char *text, size_t max) {
    size_t length = utf8_length(text);
    if (length <= max) return 0;
    return fail(ctx, ERR_TOO_LONG, field, "最多 %zu 个字符，现在有 %zu 个。", max, length);
}

static int check(struct ctx *ctx, const struct report_import *report) {
    int error = check_length(ctx, "title", report->title, TITLE_MAX);
    if (error == 0) error = check_length(ctx, "situation", report->situation, ELEMENT_MAX);
    if (error == 0) error = check_length(ctx, "analysis", report->analysis, ELEMENT_MAX);
    return error != 0 ? error : check_length(ctx, "suggestion", report->suggestion, ELEMENT_MAX);
}

int report_import(struct ctx *ctx, const struct report_import *report, int64_t *ret_id, bool *ret_new) {
    const struct report_draft draft = {.client_key = report->key,
                                       .title = report->title,
                                       .situation = report->situation,
                                       .analysis = report->analysis,
                                       .suggestion = report->suggestion,
                                       .category_id = report->category_id};
    struct report_core core = {0};
    struct report_receipt receipt;
    int64_t id = 0;
    bool fresh = false;
    int error = check(ctx, report);
    if (error == 0) error = report_draft_insert(ctx, &draft, "import", &id, &fresh);
    if (error == 0 && fresh) error = report_core_get(ctx, id, &core);
    if (error == 0 && fresh) error = report_hand_in(ctx, &core, &receipt);
    if (error != 0) return error;
    *ret_id = id;
    *ret_new = fresh;
    return 0;
}
