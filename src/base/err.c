/* The registry of errors as a table, and the first failure of a request. */
#include "minyi/err.h"

#include <errno.h>

static const struct err_info registry[] = {
#define ERROR(NAME, CODE, HTTP, ZH, EN) \
    {.error = ERR_##NAME, .code = (CODE), .http = (HTTP), .zh = (ZH), .en = (EN)},
#include "minyi/errors.def"
#undef ERROR
};

_Static_assert(ERR_AFTER_LAST_ < 0, "every registered error is negative");

const struct err_info *err_info(int error) {
    /* The enumeration counts up by one from its first member, in the order of the table. */
    if (error <= ERR_BEFORE_FIRST_ || error >= ERR_AFTER_LAST_) return &registry[0];
    return &registry[error - (ERR_BEFORE_FIRST_ + 1)];
}

int err_of_errno(int number) {
    return number == ENOSPC || number == EDQUOT || number == EFBIG ? ERR_STORE_FULL : ERR_INTERNAL;
}

const struct err_info *err_all(size_t *ret_count) {
    *ret_count = ARRAY_LEN(registry);
    return registry;
}

int problem_vset(struct problem *problem, struct arena *arena, int error, const char *field,
                 const char *format, va_list args) {
    if (!problem || problem->error) return error;
    problem->error = error;
    problem->field = arena_strdup(arena, field);
    problem->detail = format ? arena_vprintf(arena, format, args) : NULL;
    return error;
}

int problem_set(struct problem *problem, struct arena *arena, int error, const char *field,
                const char *format, ...) {
    va_list args;
    va_start(args, format);
    problem_vset(problem, arena, error, field, format, args);
    va_end(args);
    return error;
}
