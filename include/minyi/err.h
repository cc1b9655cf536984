/* The one registry of errors: name, stable code, HTTP status, Chinese text, English text.
 *
 * Functions that fail return a negative `enum err` and leave their out-parameters untouched; 0 is
 * success. The texts say what happened and what to do; which field and which value travel in
 * `struct problem`. The table is errors.def; the OpenAPI document and docs/errors.md come from it.
 */
#ifndef MINYI_ERR_H
#define MINYI_ERR_H

#include <stdarg.h>

#include "minyi/arena.h"
#include "minyi/base.h"

enum err {
    ERR_BEFORE_FIRST_ = -1000, /* so that every registered error is negative */
#define ERROR(NAME, CODE, HTTP, ZH, EN) ERR_##NAME,
#include "minyi/errors.def"
#undef ERROR
    ERR_AFTER_LAST_,
};

struct err_info {
    int error;        /* ERR_… */
    const char *code; /* stable, lower_snake_case; clients may depend on it */
    int http;         /* HTTP status */
    const char *zh;   /* what users read */
    const char *en;   /* what developers and logs read */
};

/* The registry entry; an unknown number yields the entry of ERR_INTERNAL. Static, never NULL. */
const struct err_info *err_info(int error);

/* The error of a system call that could not write a file: STORE_FULL when there was no room, else INTERNAL.
 */
int err_of_errno(int number);

/* All entries, in the order of errors.def. */
const struct err_info *err_all(size_t *ret_count);

/* What went wrong in one request, filled once by the first failure (later calls keep the first). */
struct problem {
    int error;             /* 0 while nothing failed */
    const char *field;     /* wire name of the field at fault, e.g. "title" or "authors[2].name"; or NULL */
    const char *detail;    /* Chinese sentence with the particulars; or NULL */
    int64_t retry_after_s; /* > 0: the client may try again after so many seconds */
};

/* Records ERROR once and returns it, so that operations can write `return problem_set(...)`. FIELD and
 * the formatted detail are copied into ARENA. FORMAT may be NULL: the registry's text is enough. */
int problem_set(struct problem *problem, struct arena *arena, int error, const char *field,
                const char *format, ...) PRINTF_LIKE(5, 6);
int problem_vset(struct problem *problem, struct arena *arena, int error, const char *field,
                 const char *format, va_list args) PRINTF_LIKE(5, 0);

#endif
