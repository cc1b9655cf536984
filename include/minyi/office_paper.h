/* The papers of records: whose they are, their files and proofs, the codes on prints. How one is set is
 * minyi/paper.h. */
#ifndef MINYI_OFFICE_PAPER_H
#define MINYI_OFFICE_PAPER_H

#include "minyi/route.h"
#include "minyi/template.h"

extern const struct route_table paper_routes;

/* What identifies and proves a rendering. */
struct rendering {
    int64_t id;
    const char *name;   /* file name for users: "社情民意信息 2026年第12期 标题.pdf" */
    const char *sha256; /* of the file */
    int64_t size;
    int64_t pages;
};
/* An attempt at making a batch. Its files are those made (ctx->now) since SINCE_MS: whoever begins a batch anew
 * sees to it that this is later than all that was recorded for it before. */
struct paper_batch {
    int64_t id, since_ms;
};
enum { PAPER_FILE_MAX = 64 * 1024 * 1024 /* bytes of a file of a paper */ };
/* Renders a paper as "pdf" or "docx" and records who, what version and which hash. The bytes go to RET_BYTES.
 * For operations that open their own transactions (ROUTE_SELF), and for jobs: uses ctx_read and ctx_write. A
 * file that was made before of the same version is the same file again. BATCH is what it is made for, and with
 * which it is handed out later, or never; NULL: it is handed out now. */
int paper_render(struct ctx *ctx, enum paper_kind kind, int64_t id, const char *format,
                 const struct paper_batch *batch, struct buf *ret_bytes, struct rendering *ret) MUST_CHECK;
/* All that was made for this attempt is handed out, and nothing of an earlier one. In a write. */
int paper_batch_taken(struct ctx *ctx, const struct paper_batch *batch) MUST_CHECK;
/* When the newest of the files recorded for any attempt at a batch was made; 0: there is none. */
int paper_batch_newest(struct ctx *ctx, int64_t batch_id, int64_t *ret_ms) MUST_CHECK;

/* The record that a paper of KIND is of. ID is an issue (issue, dispatch_list), a report (report, adoption,
 * certificate), an article (review) or a dispatch (urging). */
struct paper_record {
    int64_t committee_id;
    const char *title;
    const char *number; /* "政协社情民意信息 2026年第12期", a report's receipt; NULL: has none */
    const char *link;   /* of its page for this reader: "/issues/12" */
    bool reads;         /* on the office's side: sees its scans */
    bool manages;       /* may file scans with it */
};
/* The record if the actor may see it, else fail NOT_FOUND. In ctx->arena; needs ctx->conn. That it has such a
 * paper is not asked. */
int paper_record_get(struct ctx *ctx, enum paper_kind kind, int64_t id, struct paper_record *ret) MUST_CHECK;

/* True when papers of both kinds are of the same record: an issue and its dispatch list. */
bool paper_kinds_share(enum paper_kind a, enum paper_kind b);

/* What a file handed out here, by its hash, is a paper of; ERR_NOT_FOUND, not recorded, when it is none. Asks
 * for no rights: the caller asks paper_record_get(). */
int paper_of_file(struct ctx *ctx, const char *sha256, enum paper_kind *ret_kind, int64_t *ret_id) MUST_CHECK;

/* The address a print's code holds: ctx->site_url "/q/i12-1a2b3c4d" (kind's letter, id, checksum). In
 * ctx->arena. */
const char *paper_code_url(struct ctx *ctx, enum paper_kind kind, int64_t id);

/* Reads a code; false when it is none of ours or its checksum is wrong: nothing is guessed. */
bool code_parse(const char *code, enum paper_kind *ret_kind, int64_t *ret_id);

/* The same from the address in a picture: SITE/q/CODE and nothing else, so that a print of another office,
 * whose numbers mean other records, leads nowhere here. */
bool code_of_address(const char *site, const char *text, enum paper_kind *ret_kind, int64_t *ret_id);

/* The same under any address of this office: today's, and SITES, those that its files ever bore
 * (paper_sites(), in ctx->arena). */
int paper_sites(struct ctx *ctx, struct list *ret) MUST_CHECK;
bool paper_of_address(const struct ctx *ctx, struct list sites, const char *text, enum paper_kind *ret_kind,
                      int64_t *ret_id);

#endif
