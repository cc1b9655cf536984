/* Articles 稿件: the editorial piece made from reports; versions and diffs. */
#ifndef MINYI_ARTICLE_H
#define MINYI_ARTICLE_H

#include "minyi/hash.h"
#include "minyi/lifecycle.h"
#include "minyi/route.h"

struct paper_block;

extern const struct lifecycle article_lifecycle;

/* Visibility of articles, over `article ar`, actor $1. */
#define ARTICLE_VISIBLE                                                                        \
    "EXISTS (SELECT 1 FROM access a WHERE a.account_id = $1 AND a.permission = 'article.read'" \
    " AND a.unit_id = ar.committee_id)"

struct article_core {
    int64_t id, committee_id, publication_id, step, round, editor_id, version;
    const char *status, *title, *editor_note, *situation, *analysis, *suggestion, *text_sha256;
};
int article_core_get(struct ctx *ctx, int64_t article_id, struct article_core *ret) MUST_CHECK;

struct article_text {
    const char *title, *editor_note, *situation, *analysis, *suggestion;
};

/* Makes an article from a report (its text as version 1) for a publication; the report is its first source.
 */
int article_create(struct ctx *ctx, int64_t report_id, int64_t publication_id, int64_t *ret_id) MUST_CHECK;

/* Saves a new text as the next version when it differs; *ret_changed tells. REASON: edit, sign. VERSION is
 * the version the editor saw: a different one now is PRECONDITION_FAILED. Checks lengths, not status. */
int article_save(struct ctx *ctx, int64_t article_id, const struct article_text *text, const char *reason,
                 int64_t version, bool *ret_changed) MUST_CHECK;

/* Moves by an event of the life cycle, with audit row "article.EVENT". */
int article_move(struct ctx *ctx, int64_t article_id, const char *event) MUST_CHECK;

/* Tells the authors of every source report (report_tell_authors). */
int article_tell_authors(struct ctx *ctx, int64_t article_id, const char *kind, const char *title,
                         const char *text) MUST_CHECK;

/* Moves every source report by an event of the report's life cycle. */
int article_move_sources(struct ctx *ctx, int64_t article_id, const char *event) MUST_CHECK;

/* Hash of title, editor's note and elements: what signatures and versions are bound to. NULL counts as "". */
void article_text_hash(const struct article_text *text, char out[HASH_HEX_SIZE]);

struct article_source_view {
    int64_t report_id, position;
    const char *receipt, *title, *author_name, *unit_name;
};

struct article_version_item {
    int64_t number, at_ms;
    const char *reason, *by_name, *text_sha256;
};

struct article_signoff_act {
    int64_t round, step, at_ms;
    const char *step_name, *act, *note, *by_name, *for_name;
};

struct lease_view;

/* A whole article as the actor may see it, the record "Article" on the wire; NOT_FOUND when not visible. */
struct article_view {
    int64_t id, publication_id, words, step, round, editor_id, issue_id, created_ms, updated_ms, version;
    int64_t committee_id; /* not on the wire */
    const char *status, *status_text, *publication_name, *publication_kind, *title, *editor_note, *situation,
        *analysis, *suggestion, *text_sha256, *step_name, *editor_name, *issue_number_text, *blocked_reason;
    struct list sources, versions, gates, signoff;
    const struct lease_view *lease;
    bool can_edit, can_send, can_sign, can_recall;
};
extern const struct record article_view_record;
int article_view_get(struct ctx *ctx, int64_t article_id, struct article_view *ret) MUST_CHECK;

/* A picture (jpg, png, webp) among the attachments that came with an article's sources. */
struct article_photo {
    int64_t report_id, attachment_id, size;
    const char *name;
    const char *sha256; /* not on the wire */
};
/* The pictures of an article in the order of its sources, as they were handed in. Asks for no rights: the
 * caller has asked for the article's, or for those of the issue made of it. */
int article_photos_of(struct ctx *ctx, int64_t article_id, struct list *ret) MUST_CHECK;
/* The blocks of BODY, of which those that call one of PHOTOS (struct article_photo) are pictures. */
void article_blocks(struct arena *arena, const char *body, struct list photos, struct list *ret_blocks);
/* The photo that such a block calls; NULL: it calls none. */
const struct article_photo *article_block_photo(struct list photos, const struct paper_block *block);

/* Why a version came to be; what was done in a sign-off. */
extern const struct code_name version_reason_names[], signoff_act_names[];

extern const struct route_table article_routes;

#endif
