/* SQL as tokens, for the tests that check the text of statements. Words are kept in upper case; a string
 * becomes the one token '…'; comments are gone. */
#ifndef MINYI_TESTS_SQL_TEXT_H
#define MINYI_TESTS_SQL_TEXT_H

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { SQL_WORD_MAX = 48, SQL_TOKENS_MAX = 8000 };

struct sql_text {
    size_t count;
    char tokens[SQL_TOKENS_MAX][SQL_WORD_MAX];
    int depth[SQL_TOKENS_MAX]; /* of parentheses around the token; a parenthesis counts as outside itself */
};

static inline bool sql_word_char(char c) {
    return isalnum((unsigned char)c) || c == '_' || c == '$' || c == '@' || (unsigned char)c >= 0x80;
}

/* Length of the token at AT and whether it is one at all. */
static inline size_t sql_token_length(const char *at, bool *ret_is_token) {
    static const char *const pairs[] = {"::", "||", "<>", "<=", ">=", "==", "!=", "->"};
    *ret_is_token = true;
    size_t len = 0;
    if (at[0] == '\'' || at[0] == '"' || at[0] == '`') {
        const char *end = strchr(at + 1, at[0]);
        return end != NULL ? (size_t)(end - at) + 1 : strlen(at);
    }
    while (sql_word_char(at[len]))
        len++;
    if (len > 0) return len;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        if (strncmp(at, pairs[i], 2) == 0) return 2;
    if (at[0] == '-' && at[1] == '-') {
        *ret_is_token = false;
        return strcspn(at, "\n");
    }
    *ret_is_token = !isspace((unsigned char)at[0]);
    return 1;
}

/* False when it does not fit. */
static inline bool sql_text_of(struct sql_text *text, const char *sql) {
    int depth = 0;
    text->count = 0;
    while (*sql != '\0') {
        bool is_token = false;
        size_t len = sql_token_length(sql, &is_token);
        if (is_token) {
            if (text->count == SQL_TOKENS_MAX) return false;
            char *out = text->tokens[text->count];
            if (*sql == '\'') {
                snprintf(out, SQL_WORD_MAX, "'…'");
            } else {
                for (size_t i = 0; i < len && i < SQL_WORD_MAX - 1; i++)
                    out[i] = (char)toupper((unsigned char)sql[i]);
                out[len < SQL_WORD_MAX ? len : SQL_WORD_MAX - 1] = '\0';
            }
            if (*sql == ')') depth--;
            text->depth[text->count++] = depth;
            if (*sql == '(') depth++;
        }
        sql += len;
    }
    return depth == 0;
}

/* The token at I, "" outside the text. */
static inline const char *sql_at(const struct sql_text *text, size_t i) {
    return i < text->count ? text->tokens[i] : "";
}

static inline bool sql_is(const struct sql_text *text, size_t i, const char *token) {
    return strcmp(sql_at(text, i), token) == 0;
}

/* Whether the token is one of WORDS, which are separated by single blanks. */
static inline bool sql_among(const char *token, const char *words) {
    size_t len = strlen(token);
    for (const char *at = words; len > 0 && (at = strstr(at, token)) != NULL; at += len)
        if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0')) return true;
    return false;
}

/* The place of the parenthesis that closes the one at OPEN. */
static inline size_t sql_closing(const struct sql_text *text, size_t open) {
    size_t i = open + 1;
    while (i < text->count && !(text->depth[i] == text->depth[open] && sql_is(text, i, ")")))
        i++;
    return i;
}

/* The place of the parenthesis around the token at I; text->count when there is none. */
static inline size_t sql_opening(const struct sql_text *text, size_t i) {
    int depth = text->depth[i];
    while (depth > 0 && i-- > 0)
        if (text->depth[i] == depth - 1 && sql_is(text, i, "(")) return i;
    return text->count;
}

/* Whether the tokens from I on are those of WORDS, which are separated by single blanks. */
static inline bool sql_follows(const struct sql_text *text, size_t i, const char *words) {
    while (*words != '\0') {
        size_t len = strcspn(words, " ");
        const char *token = sql_at(text, i++);
        if (strlen(token) != len || strncmp(token, words, len) != 0) return false;
        words += len + (words[len] == ' ');
    }
    return true;
}

#endif
