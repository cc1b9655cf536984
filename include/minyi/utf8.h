/* UTF-8 checks and counts. Pure functions; TEXT is NUL-terminated unless a length is given. */
#ifndef MINYI_UTF8_H
#define MINYI_UTF8_H

#include "minyi/base.h"

/* Next code point of TEXT (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF); returns its
 * length in bytes, 0 at the end or when the bytes are not valid. */
size_t utf8_next(const char *text, size_t len, uint32_t *ret_code);

bool utf8_valid(const char *text, size_t len);

/* Code points, or 0 for invalid text. */
size_t utf8_length(const char *text);

/* 字数 as WPS and Word count it: each CJK ideograph, kana, Hangul syllable and full-width sign counts one;
 * each run of other characters between blanks or CJK counts one ("GDP", "12.5%" count one each). Counted
 * is what the office sees in WPS under 字数, blanks not included. */
size_t utf8_words(const char *text);

enum utf8_flaw {
    UTF8_FINE,
    UTF8_BROKEN,     /* not UTF-8 */
    UTF8_NUL,        /* U+0000 inside */
    UTF8_CONTROL,    /* C0 or C1 control other than TAB and LF, or U+FFFE/U+FFFF class non-characters */
    UTF8_BIDI,       /* U+202A–202E, U+2066–2069, U+200E/200F, U+061C: can disguise what is shown */
    UTF8_LINE_BREAK, /* LF, TAB or U+2028/2029 where one line is asked for */
};

/* The first flaw of LEN bytes; ONE_LINE refuses LF and TAB too. CR LF must be folded before (see below). */
enum utf8_flaw utf8_check(const char *text, size_t len, bool one_line);

/* Normalises in place what people type without meaning it: CR LF and CR become LF, blanks at the ends
 * (U+0020, U+3000, U+00A0, U+FEFF, TAB, LF) go. Returns the new length. */
size_t utf8_tidy(char *text, size_t len);

/* Cuts TEXT to at most COUNT code points, never inside one; returns the length in bytes kept. */
size_t utf8_cut(const char *text, size_t count);

#endif
