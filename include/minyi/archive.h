/* Zip files, for Word documents and for batches: deterministic, the same entries give the same bytes. */
#ifndef MINYI_ARCHIVE_H
#define MINYI_ARCHIVE_H

#include "minyi/base.h"
#include "minyi/buf.h"

struct archive;

/* A zip in a file without a name in FOLDER: whatever happens, nothing is left there. NULL, with errno, when
 * nothing can be written there. Names of entries are UTF-8; times are fixed. */
struct archive *archive_file(const char *folder);
/* One that is made in memory; NULL when there is none for it. */
struct archive *archive_memory(void);

/* Adds an entry. The data are copied (memory) or kept in another such file until the close, so that memory
 * does not grow with the entries. INVALID: NAME is no relative path that every system takes (it has an empty
 * part, "." or "..", a control or bidirectional character, one of \ : * ? " < > |, or more than 1,000 bytes);
 * ALREADY_EXISTS: the name is taken; STORE_FULL: no room for the data; INTERNAL: they could not be written
 * for another reason, or libzip refused. After a failure the archive can only be discarded. */
int archive_add(struct archive *archive, const char *name, const void *data, size_t size) MUST_CHECK;

/* For one in memory: RET takes its bytes, and it is freed, also when that fails; then RET is empty.
 * TOO_LARGE: they are over RET's ceiling; STORE_FULL, INTERNAL: as archive_add(). Without entries it is an
 * empty zip. */
int archive_close(struct archive *archive, struct buf *ret) MUST_CHECK;

/* For one in a file: writes everything and frees, also when it fails. *RET_FILE is the caller's to close.
 * STORE_FULL: no room on the disk; INTERNAL: it could not be written for another reason. INVALID: it has no
 * entries. */
int archive_close_file(struct archive *archive, int *ret_file) MUST_CHECK;

/* Frees without writing. NULL is accepted; returns NULL. */
struct archive *archive_discard(struct archive *archive);

#endif
