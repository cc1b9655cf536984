/* Walking the whole chain, page by page: memory stays small however long the log is. */
#include <string.h>

#include "internal.h"
#include "minyi/audit.h"
#include "minyi/db.h"
#include "minyi/err.h"

enum { PAGE = 500, PAGE_MEMORY = 8 * 1024 * 1024 };

DB_STATEMENT(
    audit_chain,
    "SELECT id, at_ms, actor_id, act, subject_kind, subject_id, detail, remote, request_id, prev_hash, hash"
    " FROM audit WHERE id > $1 ORDER BY id LIMIT 500");
DB_STATEMENT(audit_newest_number, "SELECT coalesce(max(value), 0) FROM counter WHERE name = 'audit'");

struct walk {
    int64_t expected_id; /* of the next row */
    char prev_hash[HASH_HEX_SIZE];
};

/* Why the row cannot follow what was walked so far; NULL when it does. */
static const char *flaw_of(const struct walk *walk, const struct audit_row *row) {
    char hash[HASH_HEX_SIZE];
    if (row->id != walk->expected_id) return "此前有记录被删除。";
    if (strcmp(row->prev_hash, walk->prev_hash) != 0) return "与前一条记录衔接不上，记录被替换或调换过。";
    audit_row_hash(row, hash);
    if (strcmp(row->hash, hash) != 0) return "记录的内容被改动过。";
    return NULL;
}

/* One page; *ret_flaw and *ret_bad_id at the first bad row. *ret_count: rows on the page. */
static int walk_page(struct ctx *ctx, struct arena *arena, struct walk *walk, size_t *ret_count,
                     const char **ret_flaw, int64_t *ret_bad_id) {
    struct list rows = {0};
    int error = db_get_list(ctx->conn, arena, &audit_chain, DB_PARAMS(db_int(walk->expected_id - 1)),
                            &audit_row_record, &rows);
    if (error != 0) return error;
    for (size_t i = 0; i < rows.count; i++) {
        const struct audit_row *row = LIST_AT(rows, struct audit_row, i);
        const char *flaw = flaw_of(walk, row);
        if (flaw != NULL) {
            *ret_flaw = flaw;
            *ret_bad_id = row->id;
            return 0;
        }
        memcpy(walk->prev_hash, row->hash, HASH_HEX_SIZE);
        walk->expected_id++;
    }
    *ret_count = rows.count;
    return 0;
}

int audit_verify(struct ctx *ctx, int64_t *ret_rows, int64_t *ret_bad_id, const char **ret_why) {
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(PAGE_MEMORY);
    struct walk walk = {.expected_id = 1};
    const char *flaw = NULL;
    int64_t bad_id = 0, newest = 0;
    size_t count = PAGE;
    int error = 0;
    while (error == 0 && flaw == NULL && count == PAGE) {
        arena_reset(arena);
        error = walk_page(ctx, arena, &walk, &count, &flaw, &bad_id);
    }
    if (error == 0) error = db_get_int(ctx->conn, &audit_newest_number, DB_NONE, &newest);
    if (error != 0) return error;
    if (flaw == NULL && newest != walk.expected_id - 1) {
        flaw = "最后的记录被删除。";
        bad_id = walk.expected_id;
    }
    *ret_rows = walk.expected_id - 1;
    if (flaw == NULL) return 0;
    *ret_bad_id = bad_id;
    *ret_why = arena_printf(ctx->arena, "第 %lld 条：%s", (long long)bad_id, flaw);
    return ERR_CONFLICT;
}
