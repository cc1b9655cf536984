/* The addresses that this office's prints bear. An office moves to another address, or gets one after its
 * first prints; what was printed before is read as ever, and a print of another office, whose numbers mean
 * other records, still leads nowhere here. */
#include "internal.h"

#include "minyi/err.h"

enum { SITES_MAX = 100 };

DB_STATEMENT(print_site_keep, "INSERT INTO print_site (address, first_ms) VALUES ($1, $2)"
                              " ON CONFLICT (address) DO NOTHING");
DB_STATEMENT(print_site_known, "SELECT address FROM print_site ORDER BY first_ms DESC, address LIMIT $1");

struct site_row {
    const char *address;
};
RECORD(print_site_record, "PrintSite", struct site_row, "印件上的网址",
       F(struct site_row, address, FIELD_TEXT, ""));

int paper_site_keep(struct ctx *ctx) {
    if (ctx->site_url == NULL) return 0;
    return db_exec(ctx->conn, &print_site_keep, DB_PARAMS(db_text(ctx->site_url), db_int(ctx->now)), NULL);
}

int paper_sites(struct ctx *ctx, struct list *ret) {
    return db_get_list(ctx->conn, ctx->arena, &print_site_known, DB_PARAMS(db_int(SITES_MAX)),
                       &print_site_record, ret);
}

bool paper_of_address(const struct ctx *ctx, struct list sites, const char *text, enum paper_kind *ret_kind,
                      int64_t *ret_id) {
    if (code_of_address(ctx->site_url, text, ret_kind, ret_id) ||
        code_of_address(ctx->public_url, text, ret_kind, ret_id))
        return true;
    for (size_t i = 0; i < sites.count; i++)
        if (code_of_address(LIST_AT(sites, struct site_row, i)->address, text, ret_kind, ret_id)) return true;
    return false;
}
