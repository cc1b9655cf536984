/* What the operations of batches take and give. */
#ifndef MINYI_FEATURES_BATCH_TYPES_H
#define MINYI_FEATURES_BATCH_TYPES_H

#include "minyi/batch.h"
#include "minyi/office_paper.h"
#include "minyi/route.h"

enum {
    BATCH_ITEMS_MAX = 500,
    BATCH_OPEN_MAX = 3,                  /* waiting or running, an account */
    BATCH_BYTES_MAX = 256 * 1024 * 1024, /* of all files together */
    BATCH_KEPT_MAX = 1024 * 1024 * 1024, /* bytes of an account's zips; full: no further batch is taken */
    BATCH_BEGUN_MAX = 5,                 /* nodes that it may outlive */
    BATCH_FAULTS_MAX = 5,                /* tries with a store that fails, or memory that is short */
    BATCH_FAULT_MS = 5 * 1000,           /* the pause after the first; after each further four times it */
    BATCH_LOST_MS = 60 * 1000,           /* without a sign of life the node that worked on it is gone */
    BATCH_KEPT_DAYS = 7,                 /* after it ended */
    BATCH_KEPT_MS = BATCH_KEPT_DAYS * 24 * 60 * 60 * 1000,
};

/* Of one that is open, due, and on which nobody works. What follows is true of every way to come there: the disk
 * is full, the node was lost, none leads. */
#define BATCH_STALLED_STATUS "已停顿"
#define BATCH_STALLED_WHY \
    "超过一分钟没有进展，服务器磁盘可能已满，或正在恢复。恢复后自动继续；不能继续的，会写明原因。急用请联系管理员。"

/* Instead of the title of what the owner may not see (any more). */
#define BATCH_HIDDEN_TITLE "您现在无权查看这一件"

struct batch_item_in {
    const char *kind;
    int64_t id;
};

struct batch_create_in {
    struct list items;   /* struct batch_item_in */
    struct list formats; /* const char * */
};

struct batch_id_in {
    int64_t id;
};

struct batch_list_in {
    const char *after;
    int64_t limit;
};

struct batch_item {
    int64_t position, record_id, pages;
    const char *kind, *title, *file, *error;
    bool desk;   /* not on the wire: made for one who read the record on the office's side */
    bool hidden; /* not on the wire: was not the owner's to see, nothing of it is in the zip */
};

struct batch_view {
    int64_t id, total, done, size, created_ms, started_ms, finished_ms, ends_ms, version;
    int64_t taken_ms; /* not on the wire */
    bool stalled;     /* told when it is read: STALLED in view.c */
    const char *status, *status_text, *name, *error;
    struct list formats;               /* const char * */
    struct list items;                 /* struct batch_item; empty in lists */
    const char *formats_kept, *sha256; /* not on the wire */
};

struct batch_list_out {
    struct list items; /* struct batch_view */
    const char *next;
};

extern const struct record batch_item_record, batch_view_record;

/* The actor's own batch with its items, else fail NOT_FOUND. */
int batch_get_own(struct ctx *ctx, int64_t id, struct batch_view *ret) MUST_CHECK;

int batch_create(struct ctx *ctx, const void *in, void *out);
int batch_list(struct ctx *ctx, const void *in, void *out);
int batch_get(struct ctx *ctx, const void *in, void *out);
int batch_cancel(struct ctx *ctx, const void *in, void *out);
int batch_delete(struct ctx *ctx, const void *in, void *out);
int batch_file(struct ctx *ctx, const void *in, void *out);

#endif
