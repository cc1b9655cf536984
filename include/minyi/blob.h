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

/* For what is too large for one write, because all others wait meanwhile: several writes, each with the part
 * that begins AT, a multiple of BLOB_PART_BYTES. The content is nobody's until all of them are there and
 * blob_store_end() has succeeded: the row that refers to it must follow in that same write. A part may be
 * stored again. One who gives up calls blob_release(); who dies is tidied after (blob_tidy). */
enum { BLOB_PART_BYTES = 4 * 1024 * 1024 };
int blob_store_part(struct ctx *ctx, const struct upload *upload, const char *mime, int64_t at) MUST_CHECK;

/* NOT_FOUND: something is missing, it was tidied away meanwhile; begin again with the first part. */
int blob_store_end(struct ctx *ctx, const struct upload *upload) MUST_CHECK;

/* After the last row that referred to it is gone: deletes the content when nothing refers to it. In a write.
 * A large one is only given up to blob_tidy(). */
int blob_release(struct ctx *ctx, const char *sha256) MUST_CHECK;

/* Takes away, in several writes, what was given up and the parts that nobody has gone on with since
 * LOST_BEFORE_MS; until *STOP. For the worker. */
int blob_tidy(struct db *db, int64_t lost_before_ms, const _Atomic bool *stop) MUST_CHECK;

/* Answers (ROUTE_DOWNLOAD) with a content of the store. */
void blob_answer(struct ctx *ctx, const char *name, const char *mime, int64_t size, const char *sha256);

/* For struct download: SOURCE is the hash as text. */
int64_t blob_read(struct db *db, void *sha256, uint64_t position, char *out, size_t max);

/* A whole content, at most MAX bytes, in ctx->arena; TOO_LARGE over that, NOT_FOUND when it is not there. */
int blob_load(struct ctx *ctx, const char *sha256, size_t max, const void **ret, size_t *ret_size) MUST_CHECK;

#endif
