/* What the operations of scans and codes take and give. */
#ifndef MINYI_FEATURES_SCAN_TYPES_H
#define MINYI_FEATURES_SCAN_TYPES_H

#include "minyi/office_paper.h"
#include "minyi/route.h"
#include "minyi/scan.h"

enum {
    SCAN_BYTES_MAX = 20 * 1024 * 1024, /* one file */
    SCAN_UNFILED_MAX = 100,            /* an account, not filed yet */
    SCAN_UNFILED_BYTES_MAX = 300 * 1024 * 1024,
};
#define SCAN_KEPT_MS (INT64_C(30) * 24 * 3600 * 1000) /* not filed */

struct code_in {
    const char *code;
};

struct scan_add_in {
    const char *name;
};

struct scan_in {
    int64_t id;
};

struct scan_file_in {
    int64_t id, record_id;
    const char *kind;
};

struct scans_of_in {
    const char *kind;
    int64_t id;
};

/* A record that a code leads to, as this reader may see it. */
struct found_record {
    const char *kind, *kind_name, *title, *number, *link;
    int64_t id;
    bool can_file;
};

struct scan_view {
    int64_t id, size, created_ms, filed_ms, record_id, version;
    const char *name, *mime, *kind, *by_name, *filed_by_name;
    const struct found_record *suggestion;
    bool can_delete; /* and file it, or file it elsewhere */
    /* Not on the wire. */
    int64_t account_id, found_id;
    const char *found_kind, *sha256;
};

struct scan_list_out {
    struct list items; /* struct scan_view */
};

extern const struct record scan_view_record;

/* The record of a code or of a scan; NOT_FOUND recorded when the actor does not see it. KIND is a code of
 * paper_kind_codes. */
int scan_record(struct ctx *ctx, const char *kind, int64_t id, struct found_record *ret) MUST_CHECK;

/* A scan that the actor may see: his own while it is not filed; later those who read its record on the
 * office's side. NOT_FOUND is recorded. */
int scan_visible(struct ctx *ctx, int64_t id, struct scan_view *ret) MUST_CHECK;

/* Fills in what its code suggests, if the actor sees that. */
int scan_suggest(struct ctx *ctx, struct scan_view *scan) MUST_CHECK;

int code_get(struct ctx *ctx, const void *in, void *out);
int scan_add(struct ctx *ctx, const void *in, void *out);
int scan_list(struct ctx *ctx, const void *in, void *out);
int scan_file_with(struct ctx *ctx, const void *in, void *out);
int scan_delete(struct ctx *ctx, const void *in, void *out);
int scan_download(struct ctx *ctx, const void *in, void *out);
int scans_of_record(struct ctx *ctx, const void *in, void *out);

#endif
