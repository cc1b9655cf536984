/* Shared by the files that tell file types. */
#ifndef MINYI_FILES_MIME_INTERNAL_H
#define MINYI_FILES_MIME_INTERNAL_H

#include <string.h>

#include "minyi/mime.h"

struct bytes {
    const unsigned char *data;
    size_t size;
};

/* True when the bytes at AT begin with the LEN bytes of MAGIC. */
static inline bool has_at(struct bytes b, size_t at, const char *magic, size_t len) {
    return at <= b.size && len <= b.size - at && memcmp(b.data + at, magic, len) == 0;
}

/* Numbers at AT, 0 outside the bytes. */
static inline uint32_t le16(struct bytes b, size_t at) {
    return at + 2 <= b.size ? (uint32_t)b.data[at] | (uint32_t)b.data[at + 1] << 8 : 0;
}
static inline uint32_t le32(struct bytes b, size_t at) {
    return at + 4 <= b.size ? le16(b, at) | le16(b, at + 2) << 16 : 0;
}
static inline uint32_t be32(struct bytes b, size_t at) {
    if (at + 4 > b.size) return 0;
    return (uint32_t)b.data[at] << 24 | (uint32_t)b.data[at + 1] << 16 | (uint32_t)b.data[at + 2] << 8 |
           b.data[at + 3];
}

/* mime_office.c: NULL when it is none of them, or one with macros. */
const struct file_type *zip_document(struct bytes b);  /* docx xlsx pptx */
const struct file_type *ole2_document(struct bytes b); /* doc xls ppt and those of WPS */

/* mime_text.c */
bool is_plain_text(struct bytes b);

#endif
