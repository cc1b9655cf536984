/* Fax pictures: rows of runs, or of changes against the row above. See minyi/fax.h.
 *
 * Not libtiff, whose formats have no place for what PDF allows: rows that begin with a byte in Group 4, rows
 * of Group 3 without codes between them. And nothing is held here but two rows and the picture made small.
 *
 * 1. Budget: the form is judged before anything is read. Work grows with the bits read, plus the pixels of
 *    the small picture: each code moves on in its row, and a run costs no more than the small pixels it
 *    covers.
 * 2. Behind the end of the bytes zeros are read, with which no code begins.
 * 3. What stands above a damage counts: codes stand at the top of a page. The row that holds it is left out,
 *    and the search for a next one is not taken up.
 * 4. The uncompressed mode is not read: nobody writes it.
 */
#include "fax_internal.h"

#include "image_internal.h"
#include "mime_internal.h"
#include "minyi/err.h"

enum { EOL_ZEROS = 11, WHITE = 255 };
static const int64_t PIXELS_MAX = 400 * 1000 * 1000;

/* Where the colour changes, from white on: places do not fall, the last may be the row's end. */
struct row {
    int *at;
    int count;
};

struct fax {
    struct bytes bytes;
    size_t at; /* bits */
    const struct fax_form *form;
    struct row row, above;
};

/* ---- bits ---- */

static bool at_end(const struct fax *fax) {
    return fax->at >= fax->bytes.size * 8;
}

/* The next COUNT bits, at most 16. */
static unsigned peek(const struct fax *fax, unsigned count) {
    size_t byte = fax->at / 8;
    uint32_t word = 0;
    for (size_t i = byte; i < byte + 3; i++)
        word = word << 8 | (i < fax->bytes.size ? fax->bytes.data[i] : 0);
    return word >> (24 - fax->at % 8 - count) & ((1U << count) - 1);
}

static struct fax_code take(struct fax *fax, enum fax_table table) {
    struct fax_code code = fax_look(table, peek(fax, FAX_CODE_BITS));
    fax->at += code.bits;
    return code;
}

/* ---- one row ---- */

static bool change_at(struct fax *fax, int place) {
    /* one at each pixel, and runs of nothing at the ends */
    if (place > fax->form->columns || fax->row.count > fax->form->columns + 1) return false;
    fax->row.at[fax->row.count++] = place;
    return true;
}

/* A run from FROM on, and the change at its end. */
static bool read_run(struct fax *fax, int from) {
    enum fax_table colour = fax->row.count % 2 == 0 ? FAX_WHITE : FAX_BLACK;
    struct fax_code code;
    do {
        code = take(fax, colour);
        from += code.value;
        if (code.bits == 0 || from > fax->form->columns) return false;
    } while (code.value >= 64);
    return change_at(fax, from);
}

static bool read_row_alone(struct fax *fax) {
    int at = 0;
    while (at < fax->form->columns) {
        if (!read_run(fax, at)) return false;
        at = fax->row.at[fax->row.count - 1];
    }
    return true;
}

static int above_at(const struct fax *fax, int index) {
    return index < fax->above.count ? fax->above.at[index] : fax->form->columns;
}

/* The first change above that is right of AT and goes from the colour which the row has now. The search goes
 * on from INDEX, that of the last one, or before it: changes may have moved to the left. */
static int change_above(const struct fax *fax, int index, int at) {
    if (index > 0) index--;
    if (index % 2 != fax->row.count % 2) index++;
    while (index < fax->above.count && fax->above.at[index] <= at)
        index += 2;
    return index;
}

static bool read_row_below(struct fax *fax) {
    int at = -1, index = 0; /* before the first pixel: that may be a change */
    while (at < fax->form->columns) {
        index = change_above(fax, index, at);
        struct fax_code mode = take(fax, FAX_MODE);
        int to = above_at(fax, index + (mode.value == FAX_PASS));
        if (mode.bits == 0) return false;
        if (mode.value == FAX_HORIZONTAL) {
            if (!read_run(fax, at < 0 ? 0 : at)) return false;
            if (!read_run(fax, fax->row.at[fax->row.count - 1])) return false;
            to = fax->row.at[fax->row.count - 1];
        } else if (mode.value != FAX_PASS) {
            to += mode.value - FAX_VERTICAL;
            if (!change_at(fax, to)) return false;
        }
        if (to <= at) return false;
        at = to;
    }
    return true;
}

/* ---- between rows (Group 3) ---- */

static bool pass_end_of_line(struct fax *fax) {
    if (peek(fax, EOL_ZEROS) != 0) return false; /* no row begins like this */
    while (!at_end(fax) && peek(fax, 1) == 0)
        fax->at++;
    fax->at++;
    return true;
}

static void align(struct fax *fax) {
    fax->at = (fax->at + 7) / 8 * 8;
}

/* Zeros that fill a byte up look like part of the code at the end of a line; where both are said to be there,
 * the code comes first, and the row right behind it. */
static void begin_row(struct fax *fax) {
    const struct fax_form *form = fax->form;
    bool passed = form->k >= 0 && (form->end_of_line || !form->byte_align) && pass_end_of_line(fax);
    if (passed || !form->byte_align) return;
    align(fax);
    if (form->k >= 0) pass_end_of_line(fax);
}

/* The next row becomes that above. */
static bool read_row(struct fax *fax) {
    bool alone = fax->form->k == 0;
    begin_row(fax);
    fax->row.count = 0;
    if (fax->form->k > 0) {
        alone = peek(fax, 1) == 1;
        fax->at++;
    }
    if (at_end(fax) || !(alone ? read_row_alone(fax) : read_row_below(fax))) return false;
    if (fax->at > fax->bytes.size * 8) return false;
    struct row row = fax->above;
    fax->above = fax->row;
    fax->row = row;
    return true;
}

/* ---- the small picture ---- */

struct shrinking {
    GdkPixbuf *picture;
    int factor, width;
    int *dark; /* how many px of each small one are black in the rows since the last that was put */
    int64_t dark_total;
};

static void darken(struct shrinking *small, int from, int to) {
    small->dark_total += to - from;
    for (int at = from; at < to;) {
        int cell = at / small->factor, end = (cell + 1) * small->factor;
        if (end > to) end = to;
        small->dark[cell] += end - at;
        at = end;
    }
}

static void add_row(struct shrinking *small, const struct row *row, int columns) {
    for (int i = 0; i < row->count; i += 2)
        darken(small, row->at[i], i + 1 < row->count ? row->at[i + 1] : columns);
}

static void put_row(struct shrinking *small, int y) {
    guchar *pixel =
        gdk_pixbuf_get_pixels(small->picture) + (size_t)y * (size_t)gdk_pixbuf_get_rowstride(small->picture);
    int all = small->factor * small->factor;
    for (int x = 0; x < small->width; x++, pixel += 3) {
        pixel[0] = pixel[1] = pixel[2] = (guchar)(WHITE - WHITE * small->dark[x] / all);
        small->dark[x] = 0;
    }
}

static int shrunk(int side, int factor) {
    return (side + factor - 1) / factor;
}

/* How many rows were read. */
static int read_rows(struct fax *fax, struct shrinking *small) {
    int y = 0;
    for (; y < fax->form->rows && read_row(fax); y++) {
        add_row(small, &fax->above, fax->form->columns);
        if ((y + 1) % small->factor == 0) put_row(small, y / small->factor);
    }
    if (y % small->factor != 0) put_row(small, y / small->factor);
    return y;
}

int fax_judge(const struct fax_form *form) {
    if (form->columns < 1 || form->rows < 1) return ERR_INVALID;
    if (form->columns > FAX_SIDE_MAX || form->rows > FAX_SIDE_MAX) return ERR_INVALID;
    return (int64_t)form->columns * form->rows > PIXELS_MAX ? ERR_TOO_LARGE : 0;
}

int fax_decode(const void *data, size_t size, const struct fax_form *form, int max_side, GdkPixbuf **ret,
               bool *ret_negative) {
    int error = fax_judge(form);
    if (error != 0) return error;
    int longer = form->columns > form->rows ? form->columns : form->rows, factor = shrunk(longer, max_side);
    struct shrinking small = {.factor = factor, .width = shrunk(form->columns, factor)};
    small.picture = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, small.width, shrunk(form->rows, factor));
    if (small.picture == NULL) return ERR_UNAVAILABLE;
    gdk_pixbuf_fill(small.picture, 0xFFFFFFFF);
    size_t room = (size_t)form->columns + 2;
    int *places = g_new(int, 2 * room);
    small.dark = g_new0(int, (size_t)small.width);
    struct fax fax = {.bytes = {data, size}, .form = form, .row.at = places, .above.at = places + room};
    int rows = read_rows(&fax, &small);
    g_free(places);
    g_free(small.dark);
    if (rows == 0) {
        g_object_unref(small.picture);
        return ERR_INVALID;
    }
    *ret = small.picture;
    *ret_negative = small.dark_total > (int64_t)form->columns * rows / 2;
    return 0;
}
