/* Pages of black-and-white scanners and the PDFs around them, made for tests: fax pictures (ISO 32000-1,
 * 7.4.6), and the same as JBIG2 (7.4.7), whose generic regions may be coded as Group 4. */
#ifndef TESTS_FAX_TESTING_H
#define TESTS_FAX_TESTING_H

#include <stdlib.h>
#include <string.h>

#include "fax_codes.h"
#include "minyi/buf.h"
#include "minyi/code.h"

enum { FAX_COLUMNS_MAX = 10000 };

struct fax_form {
    int k; /* < 0: Group 4; 0: Group 3, each row by itself; > 0: Group 3, each K-th row by itself */
    bool byte_align, end_of_line;
    bool jbig2; /* Group 4 inside of JBIG2 */
};

struct fax_page {
    int columns, rows;
    unsigned char *dark; /* a byte for each px, 1 is black */
};

static inline struct fax_page fax_page_new(int columns, int rows) {
    struct fax_page page = {columns, rows, calloc((size_t)columns * (size_t)rows, 1)};
    if (page.dark == NULL) abort();
    return page;
}

static inline void fax_page_free(struct fax_page *page) {
    free(page->dark);
    page->dark = NULL;
}

static inline void fax_bar(struct fax_page *page, int row, int from, int to) {
    for (int x = from; x < to; x++)
        page->dark[row * page->columns + x] = 1;
}

/* The code of TEXT, MODULE px a module, its corner at LEFT, TOP. */
static inline void fax_draw_code(struct fax_page *page, const char *text, int module, int left, int top) {
    struct arena *arena = arena_new(1 << 20);
    struct code code;
    if (code_encode(arena, text, &code) != 0) abort();
    for (int y = 0; y < code.side * module; y++)
        for (int x = 0; x < code.side * module; x++)
            page->dark[(top + y) * page->columns + left + x] =
                code.modules[y / module * code.side + x / module];
    arena_free(arena);
}

/* ---- coding ---- */

struct fax_pen {
    struct buf *to;
    unsigned byte, bits;
};

static inline void fax_put(struct fax_pen *pen, const char *digits) {
    for (; *digits != '\0'; digits++) {
        pen->byte = pen->byte << 1 | (*digits == '1');
        if (++pen->bits < 8) continue;
        buf_addc(pen->to, (char)pen->byte);
        *pen = (struct fax_pen){.to = pen->to};
    }
}

/* Zeros until BITS are left free in the byte. */
static inline void fax_fill(struct fax_pen *pen, unsigned bits) {
    while ((pen->bits + bits) % 8 != 0)
        fax_put(pen, "0");
}

static inline void fax_put_run(struct fax_pen *pen, bool black, int length) {
    for (; length >= 2560; length -= 2560)
        fax_put(pen, fax_codes[black][FAX_RUNS - 1]);
    if (length >= 64) fax_put(pen, fax_codes[black][63 + length / 64]);
    fax_put(pen, fax_codes[black][length % 64]);
}

/* The first place from AT on that has not, or has, the colour. */
static inline int fax_end(const unsigned char *row, int columns, int at, bool colour) {
    while (at < columns && row[at] == colour)
        at++;
    return at;
}

static inline void fax_put_alone(struct fax_pen *pen, const unsigned char *row, int columns) {
    bool black = false;
    for (int at = 0; at < columns; black = !black) {
        int to = fax_end(row, columns, at, black);
        fax_put_run(pen, black, to - at);
        at = to;
    }
}

/* The first change of the row above right of AT that leaves the colour. */
static inline int fax_change_above(const unsigned char *above, int columns, int at, bool colour) {
    for (int x = at + 1; x < columns; x++)
        if (above[x] != colour && (x > 0 ? above[x - 1] : 0) == colour) return x;
    return columns;
}

static inline void fax_put_below(struct fax_pen *pen, const unsigned char *above, const unsigned char *row,
                                 int columns) {
    bool black = false;
    for (int at = -1; at < columns;) {
        int from = at < 0 ? 0 : at, to = fax_end(row, columns, from, black);
        int change = fax_change_above(above, columns, at, black);
        int next = fax_end(above, columns, change, !black);
        if (next < to) {
            fax_put(pen, fax_codes[FAX_MODE][FAX_PASS]);
            at = next;
        } else if (abs(to - change) <= FAX_VERTICAL) {
            fax_put(pen, fax_codes[FAX_MODE][to - change + FAX_VERTICAL]);
            at = to;
            black = !black;
        } else {
            fax_put(pen, fax_codes[FAX_MODE][FAX_HORIZONTAL]);
            at = fax_end(row, columns, to, !black);
            fax_put_run(pen, black, to - from);
            fax_put_run(pen, !black, at - to);
        }
    }
}

static const char FAX_EOL[] = "000000000001";

static inline void fax_put_row(struct fax_pen *pen, const struct fax_page *page, const struct fax_form *form,
                               int y) {
    static const unsigned char white[FAX_COLUMNS_MAX];
    const unsigned char *row = page->dark + (size_t)y * (size_t)page->columns;
    bool alone = form->k == 0 || (form->k > 0 && y % form->k == 0);
    if (form->byte_align) fax_fill(pen, form->end_of_line ? 12 : 0);
    if (form->end_of_line) fax_put(pen, FAX_EOL);
    if (form->k > 0) fax_put(pen, alone ? "1" : "0");
    if (alone)
        fax_put_alone(pen, row, page->columns);
    else
        fax_put_below(pen, y > 0 ? row - page->columns : white, row, page->columns);
}

/* The page as FORM says. */
static inline void fax_encode(const struct fax_page *page, const struct fax_form *form, struct buf *ret) {
    struct fax_pen pen = {.to = ret};
    for (int y = 0; y < page->rows; y++)
        fax_put_row(&pen, page, form, y);
    for (int i = 0; i < (form->k < 0 ? 2 : 6); i++) {
        fax_put(&pen, FAX_EOL);
        if (form->k > 0) fax_put(&pen, "1");
    }
    fax_fill(&pen, 0);
    if (buf_failed(ret)) abort();
}

/* ---- JBIG2 (ITU-T T.88) ---- */

static inline void fax_put_number(struct buf *ret, size_t number) {
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_addc(ret, (char)(number >> shift & 0xff));
}

/* The head of a segment of page 1 (7.2), and what both segments begin with: width and height. */
static inline void fax_put_segment(struct buf *ret, const struct fax_page *page, int number, int type,
                                   size_t len) {
    fax_put_number(ret, (size_t)number);
    buf_addc(ret, (char)type);
    buf_add(ret, "\0\1", 2);
    fax_put_number(ret, len);
    fax_put_number(ret, (size_t)page->columns);
    fax_put_number(ret, (size_t)page->rows);
}

/* A page (7.4.8) that one immediate generic region (7.4.6) fills, coded as Group 4. */
static inline void fax_put_jbig2(struct buf *ret, const struct fax_page *page, const struct buf *fax) {
    enum { PAGE = 48, REGION = 38, PAGE_SIZE = 19, REGION_SIZE = 18 };
    fax_put_segment(ret, page, 0, PAGE, PAGE_SIZE);
    buf_add(ret, "\0\0\0\0\0\0\0\0\0\0\0", PAGE_SIZE - 8);
    fax_put_segment(ret, page, 1, REGION, REGION_SIZE + fax->len);
    buf_add(ret, "\0\0\0\0\0\0\0\0\0\1", REGION_SIZE - 8);
    buf_add(ret, fax->data, fax->len);
}

/* ---- PDFs ---- */

/* The picture's object, number NUMBER. */
static inline void fax_object(const struct fax_page *page, const struct fax_form *form, int number,
                              struct buf *ret) {
    struct buf fax CLEANUP(buf_free) = BUF(16 << 20), jbig2 CLEANUP(buf_free) = BUF(16 << 20);
    const struct buf *bytes = form->jbig2 ? &jbig2 : &fax;
    fax_encode(page, form, &fax);
    fax_put_jbig2(&jbig2, page, &fax);
    buf_addf(ret,
             "%d 0 obj\n<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray"
             "/BitsPerComponent 1/Length %zu",
             number, page->columns, page->rows, bytes->len);
    if (form->jbig2)
        buf_adds(ret, "/Filter/JBIG2Decode>>stream\n");
    else
        buf_addf(ret, "/Filter/CCITTFaxDecode/DecodeParms<</K %d/Columns %d/Rows %d%s%s>>>>stream\n", form->k,
                 page->columns, page->rows, form->byte_align ? "/EncodedByteAlign true" : "",
                 form->end_of_line ? "/EndOfLine true" : "");
    buf_add(ret, bytes->data, bytes->len);
    buf_adds(ret, "\nendstream endobj\n");
}

/* Each page fills a sheet of A4. There is no table of objects: who reads it must look for them. */
static inline void fax_pdf(const struct fax_page *pages, int count, const struct fax_form *form,
                           struct buf *ret) {
    static const char drawing[] = "595 0 0 842 0 0 cm /I Do";
    buf_adds(ret, "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[");
    for (int i = 0; i < count; i++)
        buf_addf(ret, "%d 0 R ", 3 + 3 * i);
    buf_addf(ret, "]/Count %d>>endobj\n", count);
    for (int i = 0; i < count; i++) {
        int number = 3 + 3 * i;
        buf_addf(ret,
                 "%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
                 "/Resources<</XObject<</I %d 0 R>>>>>>endobj\n",
                 number, number + 1, number + 2);
        buf_addf(ret, "%d 0 obj<</Length %zu>>stream\n%s\nendstream endobj\n", number + 1,
                 sizeof(drawing) - 1, drawing);
        fax_object(&pages[i], form, number + 2, ret);
    }
    buf_adds(ret, "trailer<</Root 1 0 R>>\n%%EOF\n");
    if (buf_failed(ret)) abort();
}

#endif
