/* Who a report comes from: its authors in order, and the search that finds joint authors.
 *
 * 1. An author with an account bears the name and unit that the account has, and the standing that the office
 *    has registered: nobody can be quoted, or printed in an issue, as somebody else.
 * 2. Joint authors belong to the same committee.
 * 3. The contact of a person is shown to the one who wrote it, to the desk and to that person, not to the
 *    other authors.
 */
#include "internal.h"

#include "minyi/err.h"
#include "minyi/utf8.h"

#define CLEAR(TABLE) "DELETE FROM " TABLE " WHERE report_id = $1"
#define MEMBER(TABLE)                                                                                        \
    "INSERT INTO " TABLE " (report_id, position, account_id, name, unit_name, post, standing, contact, own)" \
    " SELECT $1, $2, a.id, a.name, u.name, COALESCE($4, p.post), COALESCE(p.standing, $5),"                  \
    " COALESCE($6, CASE WHEN a.id = $7 THEN p.phone END),"                                                   \
    " CASE WHEN a.id = (SELECT r.author_id FROM report r WHERE r.id = $1 AND r.channel <> 'on_behalf')"      \
    " THEN 1 ELSE 0 END"                                                                                     \
    " FROM account a JOIN unit u ON u.id = a.unit_id LEFT JOIN profile p ON p.account_id = a.id"             \
    " WHERE a.id = $3 AND u.committee_id = $8"
#define OUTSIDER(TABLE)                                                                     \
    "INSERT INTO " TABLE " (report_id, position, name, unit_name, post, standing, contact)" \
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"
#define IN_ORDER(TABLE)                                                           \
    "SELECT id, account_id, name, unit_name, post, standing, contact FROM " TABLE \
    " WHERE report_id = $1 ORDER BY position"

DB_STATEMENT(report_authors_clear, CLEAR("report_author"));
DB_STATEMENT(report_author_member, MEMBER("report_author"));
DB_STATEMENT(report_author_outsider, OUTSIDER("report_author"));
DB_STATEMENT(report_authors_of, IN_ORDER("report_author"));
DB_STATEMENT(unsent_authors_rewrite, CLEAR("report_unsent_author"));
DB_STATEMENT(unsent_author_member, MEMBER("report_unsent_author"));
DB_STATEMENT(unsent_author_outsider, OUTSIDER("report_unsent_author"));
DB_STATEMENT(unsent_authors_of, IN_ORDER("report_unsent_author"));

/* The same for the report as it was handed in and for what is not yet. */
static const struct place {
    struct db_statement *clear, *member, *outsider, *in_order;
} places[] = {
    {&report_authors_clear, &report_author_member, &report_author_outsider, &report_authors_of},
    {&unsent_authors_rewrite, &unsent_author_member, &unsent_author_outsider, &unsent_authors_of},
};

/* By name first: few names begin alike, while a committee has thousands of people. */
DB_STATEMENT(
    report_people,
    "SELECT a.id AS account_id, a.name,"
    " (SELECT u.name FROM unit u WHERE u.id = a.unit_id) AS unit_name FROM account a"
    " WHERE a.name >= $1 AND a.name < $2 AND a.id <> $3 AND a.status <> 'disabled'"
    " AND (SELECT u.committee_id FROM unit u WHERE u.id = a.unit_id) = $4"
    " AND EXISTS (SELECT 1 FROM access x WHERE x.account_id = a.id AND x.permission = 'report.write')"
    " ORDER BY a.name, a.id LIMIT 10");

static int add_member(struct ctx *ctx, const struct place *place, int64_t report_id, size_t at,
                      const struct report_author_in *author) {
    int64_t added = 0;
    int error = db_exec(ctx->conn, place->member,
                        DB_PARAMS(db_int(report_id), db_int((int64_t)at + 1), db_int(author->account_id),
                                  db_text(author->post), db_text(author->standing), db_text(author->contact),
                                  db_int(ctx->actor->account_id), db_int(ctx->actor->committee_id)),
                        &added);
    if (error != 0 || added == 1) return error;
    return fail(ctx, ERR_INVALID, arena_printf(ctx->arena, "authors[%zu].account_id", at),
                "没有这位信息员，或不属于本级政协，请重新查找选择。");
}

static int add_outsider(struct ctx *ctx, const struct place *place, int64_t report_id, size_t at,
                        const struct report_author_in *author) {
    return db_exec(ctx->conn, place->outsider,
                   DB_PARAMS(db_int(report_id), db_int((int64_t)at + 1), db_text(author->name),
                             db_text(author->unit_name), db_text(author->post), db_text(author->standing),
                             db_text(author->contact)),
                   NULL);
}

static int refuse_twice(struct ctx *ctx, const struct list *authors, size_t at) {
    const struct report_author_in *all = authors->items;
    for (size_t i = 0; i < at; i++)
        if (all[at].account_id != ABSENT && all[i].account_id == all[at].account_id)
            return fail(ctx, ERR_INVALID, arena_printf(ctx->arena, "authors[%zu].account_id", at),
                        "“%s”已经列在反映人中。", all[at].name);
    return 0;
}

int report_authors_write(struct ctx *ctx, int64_t report_id, bool unsent, const struct list *authors) {
    const struct place *place = &places[unsent];
    int error = db_exec(ctx->conn, place->clear, DB_PARAMS(db_int(report_id)), NULL);
    struct report_author_in self = {.account_id = ctx->actor->account_id, .name = ctx->actor->name};
    const struct list alone = {.items = &self, .count = 1};
    if (authors->count == 0) authors = &alone;
    for (size_t i = 0; error == 0 && i < authors->count; i++) {
        const struct report_author_in *author = LIST_AT(*authors, struct report_author_in, i);
        error = refuse_twice(ctx, authors, i);
        if (error != 0) return error;
        error = author->account_id == ABSENT ? add_outsider(ctx, place, report_id, i, author)
                                             : add_member(ctx, place, report_id, i, author);
    }
    return error;
}

int report_authors_read(struct ctx *ctx, int64_t report_id, bool unsent, bool all_contacts,
                        struct list *ret) {
    struct list authors = {0};
    int error = db_get_list(ctx->conn, ctx->arena, places[unsent].in_order, DB_PARAMS(db_int(report_id)),
                            &report_author_view_record, &authors);
    if (error != 0) return error;
    for (size_t i = 0; !all_contacts && i < authors.count; i++) {
        struct report_author_view *author = LIST_AT(authors, struct report_author_view, i);
        if (author->account_id != ctx->actor->account_id) author->contact = NULL;
    }
    *ret = authors;
    return 0;
}

int person_search(struct ctx *ctx, const void *in_, void *out_) {
    const struct person_search_in *in = in_;
    struct people *out = out_;
    if (utf8_length(in->search) < 2) return fail(ctx, ERR_TOO_SHORT, "search", "请至少输入姓名的前两个字。");
    /* Names that begin so: up to the last code point there is. */
    const char *end = arena_printf(ctx->arena, "%s\xf4\x8f\xbf\xbf", in->search);
    return db_get_list(ctx->conn, ctx->arena, &report_people,
                       DB_PARAMS(db_text(in->search), db_text(end), db_int(ctx->actor->account_id),
                                 db_int(ctx->actor->committee_id)),
                       &person_record, &out->items);
}
