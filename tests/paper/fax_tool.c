/* What a black-and-white scanner makes of a page: fax_tool K, a picture (PBM, P4) in, the PDF out.
 *
 * K as in PDF: -1 Group 4, 0 Group 3, more: Group 3 with every K-th row by itself. */
#include <stdio.h>

#include "../unit/fax_testing.h"

enum { SIDE_MAX = 20000 };

static void die(const char *what) {
    fprintf(stderr, "fax_tool: %s\n", what);
    exit(1);
}

/* A number of the head, and the blank behind it. */
static int read_number(void) {
    int number = 0, c = getchar();
    for (; c >= '0' && c <= '9' && number <= SIDE_MAX; c = getchar())
        number = number * 10 + (c - '0');
    if (number < 1 || number > SIDE_MAX || (c != ' ' && c != '\n')) die("no size");
    return number;
}

static struct fax_page read_page(void) {
    if (getchar() != 'P' || getchar() != '4' || getchar() != '\n') die("no picture");
    int columns = read_number(), rows = read_number(), byte = 0;
    struct fax_page page = fax_page_new(columns, rows);
    for (int i = 0; i < columns * rows; i++) {
        int bit = i % columns % 8;
        if (bit == 0) byte = getchar();
        if (byte == EOF) die("cut off");
        page.dark[i] = (unsigned char)(byte >> (7 - bit) & 1);
    }
    return page;
}

int main(int argc, char **argv) {
    struct buf pdf CLEANUP(buf_free) = BUF(32 << 20);
    if (argc != 2) die("fax_tool K");
    struct fax_page page CLEANUP(fax_page_free) = read_page();
    fax_pdf(&page, 1, &(struct fax_form){.k = (int)strtol(argv[1], NULL, 10)}, &pdf);
    return fwrite(pdf.data, 1, pdf.len, stdout) == pdf.len && fflush(stdout) == 0 ? 0 : 1;
}
