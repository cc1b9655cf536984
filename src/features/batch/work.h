/* One batch at work: what the store knows of it, and the zip that grows. */
#ifndef MINYI_FEATURES_BATCH_WORK_H
#define MINYI_FEATURES_BATCH_WORK_H

#include "types.h"

struct batch_work {
    struct db *db;
    const char *site_url;
    struct arena *arena; /* as long as the batch */
    int64_t id, account_id;
    int64_t begun;  /* this is the how-manieth time */
    int64_t faults; /* how often the store failed under it before, or memory was short */
    int64_t created_ms;
    int64_t claim_ms;  /* when it was taken: another number in the store is another node's claim */
    int64_t begins_ms; /* the claim once the items are loaded: later than all that was recorded before */
    const char *name, *formats_kept;
    struct list items; /* struct batch_item, with what became of them */
    size_t done;       /* worked on */
    size_t told;       /* of these, known to the store */
    int64_t told_us;
    const char *why;  /* it cannot be made, and why; NULL: it waits */
    int64_t again_ms; /* until then; ABSENT: it may be taken at once */
};

/* The oldest batch that waits, or whose node is gone, is ours from now on. NOT_FOUND: there is none. */
int work_claim(struct batch_work *work) MUST_CHECK;

/* Its items, of which nothing is done yet. CONFLICT: the batch is not ours any more: cancelled, deleted, or taken
 * by another node. */
int work_load(struct batch_work *work) MUST_CHECK;

/* Writes what was done since the last time, and that we are alive. CONFLICT as above. */
int work_tell(struct batch_work *work) MUST_CHECK;

/* CONFLICT as above, without writing. */
int work_check(struct batch_work *work) MUST_CHECK;

/* The part of the zip that begins AT (blob_store_part), and that we are alive. CONFLICT as above. */
int work_store(struct batch_work *work, const struct upload *zip, int64_t at) MUST_CHECK;

/* What was stored of a zip that nobody gets is taken away. */
int work_give_up(struct batch_work *work, const struct upload *zip) MUST_CHECK;

/* It is done: the stored zip is the owner's and he is told, all in one write. CONFLICT as above. NOT_FOUND: not
 * all of the zip is there (any more). */
int work_finish(struct batch_work *work, const struct upload *zip) MUST_CHECK;

/* It came to nothing: fails with work->why, and its owner is told; or waits for another try, from the beginning,
 * and work->faults is kept. CONFLICT as above. */
int work_end(struct batch_work *work) MUST_CHECK;

/* A context for reading and writing as ACTOR: errors go to PROBLEM, memory comes from ARENA. */
struct ctx work_ctx(const struct batch_work *work, struct arena *arena, const struct actor *actor,
                    struct problem *problem);

/* ---- The zip ---- */

struct package;

/* Nothing of it is left after package_free(), or after the process, in whatever case. */
int package_open(struct package **ret) MUST_CHECK;
/* TOO_LARGE: over BATCH_BYTES_MAX together. STORE_FULL: no room on the disk. */
int package_add(struct package *package, const char *name, const void *data, size_t size) MUST_CHECK;
/* Closes the zip; *RET's descriptor and hash are the package's. */
int package_close(struct package *package, struct upload *ret) MUST_CHECK;
struct package *package_free(struct package *package);

/* ---- The index ---- */

struct contents;

/* Everything in it lives in ARENA. */
struct contents *contents_new(struct arena *arena);
/* A file of ITEM, or with FILE NULL why there is none. */
void contents_add(struct contents *contents, const struct batch_item *item, const char *file,
                  const struct rendering *rendering);
/* Adds 目录.csv and 目录.docx to the zip. TITLE stands above the table, CREATED_MS is when it was asked for.
 */
int contents_pack(struct contents *contents, const char *title, int64_t created_ms,
                  struct package *package) MUST_CHECK;

#endif
