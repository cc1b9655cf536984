/* What the tests of papers share: a paper as somebody may have it, and what it says. */
#ifndef MINYI_TESTS_PAPER_TESTING_H
#define MINYI_TESTS_PAPER_TESTING_H

#include "issue_testing.h"

#include "../../src/features/paper/internal.h"

struct asked {
    const char *kind;
    int64_t id;
    struct gathered *gathered;
    const char *text;
};

static inline int ask(struct ctx *ctx, const void *in, void *out) {
    struct asked *asked = out;
    (void)in;
    asked->gathered = ARENA_NEW(ctx->arena, struct gathered);
    int error = gather(ctx, paper_form_find(asked->kind), asked->id, asked->gathered);
    if (error == 0) error = gather_finish(ctx, asked->gathered);
    if (error == 0) asked->text = paper_text(ctx->arena, &asked->gathered->paper);
    return error;
}

/* The paper as ACCOUNT may have it. */
static inline struct asked paper(struct fixture *f, int64_t account, const char *kind, int64_t id) {
    struct asked asked = {.kind = kind, .id = id};
    assert_int_equal(fixture_read(f, account, ask, NULL, &asked), 0);
    return asked;
}

static inline int paper_error(struct fixture *f, int64_t account, const char *kind, int64_t id) {
    struct asked asked = {.kind = kind, .id = id};
    return fixture_read(f, account, ask, NULL, &asked);
}

static inline void assert_says(const struct asked *asked, const char *words) {
    if (strstr(asked->text, words) == NULL) print_error("no “%s” in:\n%s\n", words, asked->text);
    assert_non_null(strstr(asked->text, words));
}

static inline void assert_silent(const struct asked *asked, const char *words) {
    if (strstr(asked->text, words) != NULL) print_error("“%s” in:\n%s\n", words, asked->text);
    assert_null(strstr(asked->text, words));
}

#endif
