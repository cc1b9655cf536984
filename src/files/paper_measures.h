/* Measures that the PDF and the Word document share, so that both come out alike. Micrometres unless said
 * otherwise; clauses are those of GB/T 9704-2012 (党政机关公文格式). Page and 版心 are in paper_style.c. */
#ifndef MINYI_PAPER_MEASURES_H
#define MINYI_PAPER_MEASURES_H

enum {
    PAPER_RULE_UNDER = 4000,  /* 7.2.7: from the foot of the letters above it to the red line */
    PAPER_RULE_OUTER = 350,   /* 7.4.1: first and last line of the 版记 */
    PAPER_RULE_INNER = 250,   /* 7.4.1: the lines between them */
    PAPER_RULE_DEFAULT = 500, /* ours: a line of the text that says nothing of itself */

    PAPER_FOLIO_BELOW = 7000, /* 7.5: from the 版心 to the dashes of the page number */

    PAPER_CODE_SIDE = 16000, /* ours: with its quiet zone */
    PAPER_CODE_EDGE = 6000,  /* ours: from the edges of the page */
    PAPER_CODE_QUIET = 4,    /* modules: ISO/IEC 18004, 5.3.8 */

    PAPER_PHOTO_DPI = 150,   /* ours: dots an inch of a photo that is not made smaller */
    PAPER_PHOTO_SHARE = 60,  /* ours: per cent of the 版心's height that a photo takes at most */
    PAPER_PHOTO_ROOM = 3000, /* ours: above and below it together at least */

    PAPER_CELL_BESIDE = 1200, /* ours: on either side of a cell's text */
    PAPER_CELL_ABOVE = 900,   /* ours: above and below it */
    PAPER_CELL_BORDER = 180,  /* ours: half a point, as Word draws lines of tables */
};

#endif
