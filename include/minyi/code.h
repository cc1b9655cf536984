/* QR codes on prints and in photos and scans of them. Safe on any thread. What strangers sent is searched in
 * child processes with limits (src/files/child.c); nothing else is touched.
 */
#ifndef MINYI_CODE_H
#define MINYI_CODE_H

#include "minyi/arena.h"
#include "minyi/base.h"

struct code {
    int side;                     /* modules, without the quiet zone */
    const unsigned char *modules; /* side × side, 1 is dark */
};

/* The code of TEXT (error correction M). REQUIRED when it is empty, TOO_LONG over 300 bytes. Modules in
 * ARENA. UNAVAILABLE: there was no memory for it. */
int code_encode(struct arena *arena, const char *text, struct code *ret) MUST_CHECK;

/* The texts of all QR codes in a picture (jpeg, png, webp), at most 8, in ARENA. A picture without codes
 * yields *ret_count 0, and so does one that cannot be searched in a few seconds of computing. Errors as
 * image_probe(); INVALID: damaged; UNAVAILABLE: there was no memory for it. */
int code_decode(struct arena *arena, const void *data, size_t size, const char *ret_texts[8],
                size_t *ret_count) MUST_CHECK;

/* Takes the texts of the codes on one page, at most 8; true: no further page is wanted. */
typedef bool code_taker(void *argument, const char *const *texts, size_t count);
enum { CODE_PDF_PAGES_MAX = 8 };

/* Shows TAKE the codes on the first pages of a PDF, page after page, whatever the pages are made of. Texts in
 * ARENA. Returns how many pages were searched. A PDF that is broken, needs a password, or cannot be drawn in
 * 10 s of computing and 1 GiB is searched as far as its pages could be drawn; none can where pdftoppm is not
 * installed. A search ends after 30 s. Two PDFs are searched at a time; one that waits for 15 s is not. */
size_t code_decode_pdf(struct arena *arena, const void *data, size_t size, code_taker *take, void *argument);

/* Whether codes are searched at all: poppler and zbar work only behind a filter of system calls, which the
 * kernel must have (seccomp). (The pictures themselves are decoded by gdk-pixbuf in this process.) */
bool code_reads_pictures(void);

/* Whether what searches them can be kept from reading other files: the kernel has Landlock. */
bool code_hides_files(void);

/* Whether they are searched in PDFs, too: pdftoppm, which draws the pages, is in the PATH. */
bool code_reads_pdf(void);

#endif
