/* Growing byte buffer with a ceiling, for building replies and texts.
 *
 * A buffer that would grow past its ceiling stops growing, drops what does not fit and remembers it:
 * check buf_failed() once at the end instead of after each call. The contents are always followed by
 * a NUL that is not counted in `len`.
 */
#ifndef MINYI_BUF_H
#define MINYI_BUF_H

#include "minyi/base.h"

struct buf {
    char *data; /* malloc'ed; NULL while empty */
    size_t len;
    size_t capacity;
    size_t ceiling; /* bytes */
    bool failed;
};

/* Starts an empty buffer on the stack: `struct buf b = BUF(64 * 1024);` */
#define BUF(CEILING) ((struct buf){.ceiling = (CEILING)})

void buf_free(struct buf *buf); /* also for CLEANUP(buf_free); leaves an empty buffer */
void buf_clear(struct buf *buf);
void buf_add(struct buf *buf, const void *data, size_t len);
void buf_adds(struct buf *buf, const char *text);
void buf_addc(struct buf *buf, char c);
void buf_addf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_add_int(struct buf *buf, int64_t value);

/* Adds TEXT as a JSON string with its quotes. TEXT must be valid UTF-8; NULL adds `null`. Control
 * characters, quote and backslash are escaped, `<` and U+2028/2029 too, so that the result is safe in
 * a script element. */
void buf_add_json(struct buf *buf, const char *text);

bool buf_failed(const struct buf *buf);

/* The contents as a malloc'ed string that the caller frees; the buffer is empty afterwards. Never NULL. */
char *buf_take(struct buf *buf, size_t *ret_len);

#endif
