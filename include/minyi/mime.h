/* What a file is, told by its content and never by its name; and the name it may bear.
 *
 * Known are the formats that an office exchanges. All else is refused, above all what a browser or an
 * operating system could run: programs, scripts, HTML, SVG, documents with macros, archives.
 */
#ifndef MINYI_MIME_H
#define MINYI_MIME_H

#include "minyi/arena.h"
#include "minyi/base.h"

struct file_type {
    const char *mime;       /* "application/pdf" */
    const char *extensions; /* those that fit, blank-separated, the usual one first: "jpg jpeg" */
    const char *zh;         /* "PDF 文档" */
};

/* What the program itself makes of papers. */
extern const struct file_type file_type_pdf, file_type_docx;

/* The type of the SIZE bytes at DATA, or NULL: not a type that is accepted. Reads the bytes only; bounded
 * work whatever they hold. */
const struct file_type *file_type_of(const void *data, size_t size);

/* A name fit for any system: the last part of a path, without control, bidirectional or forbidden characters
 * (< > : " / \ | ? *), without dots and blanks at the ends, at most 120 characters and 240 bytes
 * (file systems allow 255), and with an ending that fits TYPE (added when it does not). In ARENA. NAME is
 * UTF-8; broken bytes are dropped. */
const char *file_name_clean(struct arena *arena, const char *name, const struct file_type *type);

#endif
