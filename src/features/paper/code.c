/* The codes on prints: a letter for the kind of paper, the record's id, and a checksum: "i12-1a2b3c4d". A
 * code holds nothing else, and opens nothing: who follows it sees what his rights show him. */
#include "internal.h"

#include <string.h>

enum { CHECK_DIGITS = 8, ID_DIGITS = 18 };

/* On paper for ever: letters are only ever added. */
static const char letters[PAPER_KIND_END] = {
    [PAPER_KIND_ISSUE] = 'i',    [PAPER_KIND_REPORT] = 'r',      [PAPER_KIND_REVIEW] = 'v',
    [PAPER_KIND_ADOPTION] = 'a', [PAPER_KIND_CERTIFICATE] = 'c', [PAPER_KIND_DISPATCH_LIST] = 'd',
    [PAPER_KIND_URGING] = 'u',
};

const char *code_of(struct arena *arena, enum paper_kind kind, int64_t id) {
    const char *record = arena_printf(arena, "%c%lld", letters[kind], (long long)id);
    char hash[HASH_HEX_SIZE];
    hash_texts((const char *const[]){"minyi-print", record}, 2, hash);
    return arena_printf(arena, "%s-%.*s", record, CHECK_DIGITS, hash);
}

static enum paper_kind kind_of(char letter) {
    enum paper_kind kind = 0;
    while (kind < PAPER_KIND_END && letters[kind] != letter)
        kind++;
    return kind;
}

bool code_parse(const char *code, enum paper_kind *ret_kind, int64_t *ret_id) {
    enum paper_kind kind = kind_of(code[0]);
    size_t digits = kind < PAPER_KIND_END ? strspn(code + 1, "0123456789") : 0;
    if (digits == 0 || digits > ID_DIGITS || code[1] == '0') return false;
    int64_t id = 0;
    for (size_t i = 1; i <= digits; i++)
        id = id * 10 + (code[i] - '0');
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(4096);
    if (strcmp(code, code_of(arena, kind, id)) != 0) return false;
    *ret_kind = kind;
    *ret_id = id;
    return true;
}

bool code_of_address(const char *site, const char *text, enum paper_kind *ret_kind, int64_t *ret_id) {
    size_t len = site ? strlen(site) : 0;
    if (len == 0 || strncmp(text, site, len) != 0 || strncmp(text + len, "/q/", 3) != 0) return false;
    return code_parse(text + len + 3, ret_kind, ret_id);
}

const char *paper_code_url(struct ctx *ctx, enum paper_kind kind, int64_t id) {
    const char *site = ctx->site_url ? ctx->site_url : "";
    return arena_printf(ctx->arena, "%s/q/%s", site, code_of(ctx->arena, kind, id));
}
