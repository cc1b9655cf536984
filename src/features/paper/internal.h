/* What the files of the paper feature share: gathering what a paper says, setting it, recording it. */
#ifndef MINYI_FEATURES_PAPER_INTERNAL_H
#define MINYI_FEATURES_PAPER_INTERNAL_H

#include "minyi/hash.h"
#include "types.h"

enum {
    GATHER_WORDS_MAX = 24,
    GATHER_TABLES_MAX = 6,
    GATHER_PROBLEMS_MAX = 20,
    PHOTOS_MAX = 20,   /* of one paper */
    PHOTO_SIDE = 1600, /* px: 10 cm at 400 dpi */
};

/* A photo that goes into the paper: its content is still to be read. */
struct photo_wanted {
    const char *name, *sha256;
};

/* Everything a paper is made of. Points into its own arena where texts are made. */
struct gathered {
    struct paper_source source;
    struct paper_value words[GATHER_WORDS_MAX];
    struct paper_named_table tables[GATHER_TABLES_MAX];
    struct paper_named_photo photos[PHOTOS_MAX];
    struct photo_wanted wanted[PHOTOS_MAX];
    size_t wanted_count;
    const char *problems[GATHER_PROBLEMS_MAX];
    size_t problem_count;
    int64_t committee_id, publication_id; /* whose template; publication_id may be ABSENT */
    const char *name;                     /* of the file, without its ending */
    struct paper_template template;
    int64_t template_id; /* 0: the program's own; ABSENT when the loader leaves it to what is in force */
    struct paper paper;  /* after gather_finish() */
    char sha256[HASH_HEX_SIZE];
};

/* Who is on the office's side of a paper and sees who took its files and its scans: the holders of a
 * permission over the record's committee. In C and in SQL. */
#define PAPER_DESK(X)                                                                    \
    X(PAPER_KIND_ISSUE, "issue", MAY_ISSUE_READ, "issue.read")                           \
    X(PAPER_KIND_REPORT, "report", MAY_REPORT_READ, "report.read")                       \
    X(PAPER_KIND_REVIEW, "review", MAY_ARTICLE_READ, "article.read")                     \
    X(PAPER_KIND_ADOPTION, "adoption", MAY_REPORT_READ, "report.read")                   \
    X(PAPER_KIND_CERTIFICATE, "certificate", MAY_REPORT_READ, "report.read")             \
    X(PAPER_KIND_DISPATCH_LIST, "dispatch_list", MAY_DISPATCH_MANAGE, "dispatch.manage") \
    X(PAPER_KIND_URGING, "urging", MAY_DISPATCH_MANAGE, "dispatch.manage")

/* A paper as it stands in addresses: one of each kind, and an article before it is signed. */
struct paper_form {
    enum paper_kind kind; /* whose words and template */
    const char *record;   /* what it is of, as the audit names it: issue, report, article, dispatch */
    bool kept;            /* the bytes stay in the store */
    bool preview;         /* is only looked at: no file, no record */
    /* Reads what the paper of record ID says into a cleared GATHERED; NOT_FOUND when the actor may not have
     * it, or there is none (yet). */
    int (*load)(struct ctx *ctx, int64_t id, struct gathered *gathered);
};
const char *paper_form_code(const struct paper_form *form);
const char *paper_form_zh(const struct paper_form *form);
/* NULL: no such code. */
const struct paper_form *paper_form_find(const char *code);
const struct paper_form *paper_form_of(enum paper_kind kind);

/* code.c: pure. */
/* The code of a paper of a record, in ARENA. */
const char *code_of(struct arena *arena, enum paper_kind kind, int64_t id);

/* gather.c */
/* Loads, and finds the template and fonts in force. Needs ctx->conn. */
int gather(struct ctx *ctx, const struct paper_form *form, int64_t id, struct gathered *ret) MUST_CHECK;
/* Reads and shrinks the photos, composes, hashes. Opens a short read for each photo when none is open. */
int gather_finish(struct ctx *ctx, struct gathered *gathered) MUST_CHECK;

/* words.c: for loaders. Texts must live as long as ctx->arena. NULL and "" leave a word empty. */
void gather_word(struct gathered *gathered, const char *name, const char *text);
void gather_problem(struct gathered *gathered, const char *text);
/* The table NAME of the gathered kind with its first COLUMNS columns and ROWS rows below its head: the cells
 * of those rows. */
const char **gather_table(struct arena *arena, struct gathered *gathered, const char *name, size_t columns,
                          size_t rows);
/* "2026年3月8日", "2026年3月2日 09:14", in narrow tables "2026-03-02 09:14", all in China Standard Time; NULL
 * for NULL and ABSENT. */
const char *zh_date(struct arena *arena, const char *date);
const char *zh_day(struct arena *arena, int64_t ms);
const char *zh_time(struct arena *arena, int64_t ms);
const char *zh_stamp(struct arena *arena, int64_t ms);
/* Texts of a list with SEPARATOR between; "" for none. */
const char *zh_join(struct arena *arena, struct list texts, const char *separator);
const char *zh_number(struct arena *arena, int64_t number);
/* The first characters of a hash, as printed: enough to tell two versions apart. */
const char *zh_check(struct arena *arena, const char *sha256);

/* body.c */
/* The elements one after the other. The list of enclosures that ends the text, "附件：1. …" and further
 * numbered lines, is taken off it; NULL when there is none. */
void body_of(struct arena *arena, const char *const *elements, size_t count, const char **ret_body,
             const char **ret_enclosures);

/* photos.c */
/* Those of PHOTOS (struct article_photo) that the body calls. */
void photos_called(struct arena *arena, struct list photos, struct gathered *gathered);
/* The photos among a report's attachments, for a paper that shows them all. */
void photos_attached(struct ctx *ctx, struct gathered *gathered, struct list attachments);
/* Reads one after the other and makes them small; what cannot be read becomes a problem. */
int photos_read(struct ctx *ctx, struct gathered *gathered) MUST_CHECK;

/* photo_cache.c: the small form of a content; when it cannot be read, without bytes and with a caption that
 * says why. Any thread. */
bool photo_cache_get(struct arena *arena, const char *sha256, struct paper_photo *ret);
void photo_cache_put(const char *sha256, const struct paper_photo *photo);

/* Loaders. */
int load_issue(struct ctx *ctx, int64_t id, struct gathered *gathered) MUST_CHECK;
int load_article(struct ctx *ctx, int64_t id, struct gathered *gathered) MUST_CHECK;
int load_report(struct ctx *ctx, int64_t id, struct gathered *gathered) MUST_CHECK;
int load_review(struct ctx *ctx, int64_t id, struct gathered *gathered) MUST_CHECK;
int load_adoption(struct ctx *ctx, int64_t id, struct gathered *gathered) MUST_CHECK;
int load_certificate(struct ctx *ctx, int64_t id, struct gathered *gathered) MUST_CHECK;
int load_dispatch_list(struct ctx *ctx, int64_t id, struct gathered *gathered) MUST_CHECK;
int load_urging(struct ctx *ctx, int64_t id, struct gathered *gathered) MUST_CHECK;

/* render.c: a paper made into a file and recorded. */
struct made {
    struct rendering rendering;
    bool kept; /* the content rendering.sha256 is in the store */
};
/* BYTES may be NULL for kept papers. A file that is not kept must fit into BYTES, or is not recorded.
 * BATCH as in paper_render(). */
int paper_make(struct ctx *ctx, const struct paper_form *form, int64_t id, const char *format,
               const struct paper_batch *batch, struct buf *bytes, struct made *ret) MUST_CHECK;
const char *paper_mime(const char *format);
/* Says in the user's words what a refusal to set a paper means; 0 and other errors are passed on. MAX: bytes
 * that the file might have had. */
int paper_refusal(struct ctx *ctx, int error, size_t max);
/* Copies the recorded problem's texts into ctx->arena: for failures recorded in an arena that goes. */
void paper_keep_problem(struct ctx *ctx);

/* site.c: remembers ctx->site_url as one that prints bear, so that their codes are read when it is another
 * one. In a write. */
int paper_site_keep(struct ctx *ctx) MUST_CHECK;

/* records.c */
/* The files of a record's paper that the actor may know of, newest first. */
int renderings_of(struct ctx *ctx, const struct paper_form *form, int64_t id, struct list *ret) MUST_CHECK;
struct rendering_new {
    int64_t committee_id, record_id, template_id, size, pages;
    const struct paper_batch *batch; /* NULL: handed out at once */
    const char *kind, *record;       /* of the form */
    const char *format, *source_sha256, *fonts_sha256, *sha256, *name, *blob_sha256;
};
/* A kept file of the same version; NOT_FOUND. */
int rendering_kept(struct ctx *ctx, const char *kind, int64_t record_id, const char *format,
                   const char *source_sha256, struct rendering_new *ret) MUST_CHECK;
/* One row an account, file and day; what an attempt at a batch makes has one of its own until it is handed out
 * otherwise. */
int rendering_add(struct ctx *ctx, const struct rendering_new *rendering, struct rendering *ret) MUST_CHECK;

#endif
