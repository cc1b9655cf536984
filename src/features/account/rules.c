/* What a login may look like, and when attempts lock. */
#include "rules.h"

#include <string.h>

#include "minyi/utf8.h"

const char *login_fold(struct arena *arena, const char *login) {
    char *copy = arena_strdup(arena, login);
    copy[utf8_tidy(copy, strlen(copy))] = '\0';
    for (char *c = copy; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
    return copy;
}

bool login_fits(const char *login) {
    size_t len = strlen(login);
    return len >= 2 && len <= 60 && strspn(login, "abcdefghijklmnopqrstuvwxyz0123456789._-@") == len;
}

bool phone_fits(const char *phone) {
    size_t len = strlen(phone);
    return len >= 5 && len <= 30 && strspn(phone, "0123456789 +-()") == len;
}

bool email_fits(const char *email) {
    const char *at = strchr(email, '@');
    if (at == NULL || at == email || strchr(at + 1, '@') != NULL) return false;
    const char *dot = strrchr(at, '.');
    return dot != NULL && dot > at + 1 && dot[1] != '\0' && strpbrk(email, " \t<>,;\"") == NULL;
}

/* Up to four digits; moves *TEXT behind them; -1 when there are none. */
static int read_digits(const char **text) {
    int value = -1;
    for (int i = 0; i < 4 && **text >= '0' && **text <= '9'; i++, (*text)++)
        value = (value < 0 ? 0 : value) * 10 + (**text - '0');
    return value;
}

static bool skip(const char **text, const char *const *signs) {
    for (; *signs != NULL; signs++) {
        size_t len = strlen(*signs);
        if (strncmp(*text, *signs, len) != 0) continue;
        *text += len;
        return true;
    }
    return false;
}

const char *date_fold(struct arena *arena, const char *text) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    static const char *const after_year[] = {"-", "/", ".", "年", NULL},
                             *const after_month[] = {"-", "/", ".", "月", NULL},
                             *const after_day[] = {"日", "", NULL};
    if (text[0] == '\0') return "";
    int year = read_digits(&text);
    if (year < 1900 || !skip(&text, after_year)) return NULL;
    int month = read_digits(&text);
    if (month < 1 || month > 12 || !skip(&text, after_month)) return NULL;
    int day = read_digits(&text);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day < 1 || day > days[month - 1] + (month == 2 && leap) || !skip(&text, after_day) || *text != '\0')
        return NULL;
    return arena_printf(arena, "%04d-%02d-%02d", year, month, day);
}

int64_t attempts_count(struct attempts *attempts, int64_t now, int64_t max, int64_t lock_ms) {
    if (attempts->locked_until_ms > now) return (attempts->locked_until_ms - now + 999) / 1000;
    bool over = attempts->locked_until_ms > 0 || now - attempts->first_ms >= lock_ms;
    if (attempts->failures <= 0 || over) *attempts = (struct attempts){.first_ms = now};
    attempts->failures++;
    if (attempts->failures >= max) attempts->locked_until_ms = now + lock_ms;
    return 0;
}

const char *const account_statuses[] = {"invited", "active", "disabled", NULL};

const char *const standing_codes[] = {"national_member", "province_member", "city_member",
                                      "county_member",   "special_officer", "key_officer",
                                      "party_officer",   "other",           NULL};
const struct code_name standing_names[] = {{"national_member", "全国政协委员"},
                                           {"province_member", "省政协委员"},
                                           {"city_member", "市政协委员"},
                                           {"county_member", "县（市、区）政协委员"},
                                           {"special_officer", "特邀信息员"},
                                           {"key_officer", "骨干信息员"},
                                           {"party_officer", "党派团体信息员"},
                                           {"other", "其他"},
                                           {NULL, NULL}};
