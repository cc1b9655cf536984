/* The strength of passwords. The rules are few and each has its own sentence, so that a refused user knows
 * what to change. */
#include "minyi/passwords.h"

#include <string.h>

#include "minyi/utf8.h"

enum {
    BYTES_MAX = PASSWORD_MAX * 4,
    ENOUGH_BESIDES = 8, /* characters beside the login or name */
    ENOUGH_LENGTH = 9,  /* characters when each run counts RUN_WORTH */
    RUN_LENGTH = 3,
    RUN_WORTH = 2,
    SHORT_TAIL = 4, /* "123", "2026", "!": adds nothing to a well-known word */
    DATE_TAIL = 8,  /* 19850312 */
};

/* Walks that fingers know; each is a run in both directions. */
static const char *const walks[] = {
    "qwertyuiop", "asdfghjkl;", "zxcvbnm,./", "`1234567890-=", "1qaz", "2wsx",       "3edc",       "4rfv",
    "5tgb",       "6yhn",       "7ujm",       "8ik,",          "9ol.", "!@#$%^&*()", "0987654321",
};

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c) {
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static void fold(const char *text, char out[BYTES_MAX + 1]) {
    size_t len = strnlen(text, BYTES_MAX);
    for (size_t i = 0; i < len; i++)
        out[i] = lower(text[i]);
    out[len] = '\0';
}

/* True when FOLDED is WORD with fewer than ENOUGH_BESIDES characters around; too short words do not count. */
static bool mostly(const char *folded, const char *word, size_t shortest) {
    char wanted[BYTES_MAX + 1] = "";
    if (!word || utf8_length(word) < shortest) return false;
    fold(word, wanted);
    return strstr(folded, wanted) && utf8_length(folded) < utf8_length(wanted) + ENOUGH_BESIDES;
}

/* "abcabcabc…": a unit shorter than a password, over and over. */
static bool is_repetition(const char *text) {
    size_t len = strlen(text);
    for (size_t period = 1; period < PASSWORD_MIN && period * 2 <= len; period++)
        if (memcmp(text, text + period, len - period) == 0) return true;
    return false;
}

static bool uses_few_signs(const char *text) {
    bool seen[256] = {false};
    int kinds = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        kinds += !seen[*p];
        seen[*p] = true;
    }
    return kinds < 4;
}

/* Where A stands before B on a walk: 1 forwards, −1 backwards, 0 not neighbours. */
static int walk_step(const char *walk, char a, char b) {
    const char *at = strchr(walk, a);
    if (!at || !a || !b) return 0;
    if (at[1] == b) return 1;
    return at > walk && at[-1] == b ? -1 : 0;
}

/* Length of the run that begins at TEXT: equal signs, neighbours in the alphabet or on one walk. */
static size_t run_length(const char *text) {
    size_t longest = 1;
    for (int step = -1; step <= 1; step++) {
        size_t len = 1;
        while (text[len] && text[len] - text[len - 1] == step)
            len++;
        if (len > longest) longest = len;
    }
    for (size_t i = 0; i < ARRAY_LEN(walks); i++) {
        int direction = walk_step(walks[i], text[0], text[1]);
        size_t len = 1;
        while (direction && walk_step(walks[i], text[len - 1], text[len]) == direction)
            len++;
        if (len > longest) longest = len;
    }
    return longest;
}

static bool is_mostly_runs(const char *text) {
    size_t worth = 0;
    while (*text) {
        size_t run = (unsigned char)*text < 0x80 ? run_length(text) : 1;
        worth += run >= RUN_LENGTH ? RUN_WORTH : 1;
        text += run >= RUN_LENGTH ? run : 1;
    }
    return worth < ENOUGH_LENGTH;
}

/* What stands around a word: a few signs with nothing, a year, a birthday or a well-known number. */
static bool is_worthless_tail(const char *tail) {
    char number[BYTES_MAX + 1] = "";
    size_t digits = 0;
    size_t len = strlen(tail);
    for (size_t i = 0; i < len; i++)
        if (is_digit(tail[i])) number[digits++] = tail[i];
    number[digits] = '\0';
    if (len - digits > SHORT_TAIL) return false;
    bool century = (number[0] == '1' && number[1] == '9') || (number[0] == '2' && number[1] == '0');
    return digits <= SHORT_TAIL || (digits == DATE_TAIL && century) || password_is_common(number);
}

static char plain_letter(char c) {
    static const char signs[] = "@4031!$57";
    static const char letters[] = "aaoeiisst";
    const char *at = c ? strchr(signs, c) : NULL;
    return at ? letters[at - signs] : c;
}

/* True when the LEN bytes at CORE are well known: as they are, with p@ssw0rd written plainly, or without
 * signs and digits in between (zhang.wei). */
static bool is_common_core(const char *core, size_t len) {
    char plain[BYTES_MAX + 1] = "";
    char letters[BYTES_MAX + 1] = "";
    char exact[BYTES_MAX + 1] = "";
    size_t count = 0;
    for (size_t i = 0; i < len; i++) {
        exact[i] = core[i];
        plain[i] = plain_letter(core[i]);
        if (is_letter(core[i])) letters[count++] = core[i];
    }
    exact[len] = plain[len] = letters[count] = '\0';
    return password_is_common(exact) || password_is_common(plain) ||
           (len - count <= SHORT_TAIL && password_is_common(letters));
}

static bool is_known(const char *folded) {
    if (password_is_common(folded)) return true;
    size_t len = strlen(folded);
    size_t first = 0;
    size_t last = len;
    while (first < len && !is_letter(folded[first]))
        first++;
    while (last > first && !is_letter(folded[last - 1]))
        last--;
    if (first == last || !is_common_core(folded + first, last - first)) return false;
    char tail[BYTES_MAX + 1] = "";
    memcpy(tail, folded, first);
    memcpy(tail + first, folded + last, len - last + 1);
    return is_worthless_tail(tail);
}

const char *password_weakness(const char *password, const char *login, const char *name) {
    char folded[BYTES_MAX + 1] = "";
    size_t bytes = strlen(password);
    if (bytes > BYTES_MAX) return "密码太长，最多 128 个字符。";
    if (utf8_check(password, bytes, true) != UTF8_FINE) return "密码中含有不能使用的字符。";
    size_t length = utf8_length(password);
    if (length < PASSWORD_MIN) return "密码太短，至少 10 个字符。";
    if (length > PASSWORD_MAX) return "密码太长，最多 128 个字符。";
    fold(password, folded);
    if (strspn(folded, "0123456789") == bytes) return "密码不能只用数字，生日、电话和证件号都容易被猜到。";
    if (mostly(folded, login, 3)) return "密码中有登录名，其余部分太少，容易被猜到。";
    if (mostly(folded, name, 2)) return "密码中有您的姓名，其余部分太少，容易被猜到。";
    if (is_repetition(folded) || uses_few_signs(folded)) return "密码只是少数字符的重复，容易被猜到。";
    if (is_mostly_runs(folded)) return "密码主要是连续的字母、数字或键盘顺序，容易被猜到。";
    if (is_known(folded)) return "这是常见的密码，容易被猜到。可以改用几个互不相关的词。";
    return NULL;
}
