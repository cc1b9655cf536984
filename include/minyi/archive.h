/* Zip files, for Word documents and for batches: deterministic, the same entries give the same bytes. Pure.
 */
#ifndef MINYI_ARCHIVE_H
#define MINYI_ARCHIVE_H

#include "minyi/base.h"
#include "minyi/buf.h"

struct archive;

/* A zip that is written to the file at PATH when it is closed. Names are UTF-8; times are fixed. NULL when
 * nothing can be written there. */
struct archive *archive_file(const char *path);
/* One that is made in memory. */
struct archive *archive_memory(void);

/* Adds an entry. The data are copied (memory) or kept in a temporary file beside PATH until the close (file),
 * so that memory does not grow with the entries. INVALID: NAME is no relative path that every system takes
 * (it has an empty part, "." or "..", a control or bidirectional character, or one of \ : * ? " < > |);
 * ALREADY_EXISTS: the name is taken; STORE_FULL. After a failure the archive can only be discarded. */
int archive_add(struct archive *archive, const char *name, const void *data, size_t size) MUST_CHECK;

/* Writes everything and frees, also when it fails. STORE_FULL: no room on the disk; then no file is left, or
 * the one that was there before. RET (memory only) takes the bytes, TOO_LARGE when they are over its ceiling;
 * NULL for files. A file without entries is not
 * left; in memory it is an empty zip. */
int archive_close(struct archive *archive, struct buf *ret) MUST_CHECK;

/* Frees without writing. NULL is accepted; returns NULL. */
struct archive *archive_discard(struct archive *archive);

#endif
