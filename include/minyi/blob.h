/* Contents of files in the store, addressed by their SHA-256: attachments, kept papers, scans, finished
 * batches. */
#ifndef MINYI_BLOB_H
#define MINYI_BLOB_H

#include "minyi/route.h"

/* Stores an upload's bytes, once per content. In a write; a row that refers to it must follow in the same
 * one. */
int blob_store(struct ctx *ctx, const struct upload *upload, const char *mime) MUST_CHECK;

/* The same of bytes in memory; OUT is their hash. */
int blob_store_bytes(struct ctx *ctx, const void *data, size_t size, const char *mime,
                     char out_sha256[65]) MUST_CHECK;

/* After the last row that referred to it is gone: deletes the content when nothing refers to it. In a write.
 */
int blob_release(struct ctx *ctx, const char *sha256) MUST_CHECK;

/* For struct download: SOURCE is the hash as text. */
int64_t blob_read(struct db *db, void *sha256, uint64_t position, char *out, size_t max);

/* A whole content, at most MAX bytes, in ctx->arena; TOO_LARGE over that, NOT_FOUND when it is not there. */
int blob_load(struct ctx *ctx, const char *sha256, size_t max, const void **ret, size_t *ret_size) MUST_CHECK;

#endif
