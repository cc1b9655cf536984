/* Pure decisions about issues: the life cycle, the printed number, names of codes. */
#include <string.h>

#include "minyi/buf.h"
#include "types.h"

static const struct lifecycle_state states[] = {
    {"signed", "已签发"}, {"dispatched", "已发出"}, {"void", "作废"}};

static const struct transition transitions[] = {
    {"signed", "send", "dispatched", "信息处"},
    {"dispatched", "send", "dispatched", "信息处，增发"},
    {"signed", "void", "void", "刊物管理"},
    {"dispatched", "void", "void", "刊物管理，限无人答复的"},
};

const struct lifecycle issue_lifecycle = {
    .name = "issue",
    .zh = "刊物",
    .states = states,
    .state_count = ARRAY_LEN(states),
    .transitions = transitions,
    .transition_count = ARRAY_LEN(transitions),
};

const char *issue_number_format(struct arena *arena, const char *format, int64_t year, int64_t number,
                                int64_t total) {
    const struct {
        const char *word;
        int64_t value;
    } places[] = {{"{year}", year}, {"{number}", number}, {"{total}", total}};
    struct buf text CLEANUP(buf_free) = BUF(4096);
    while (*format != '\0') {
        size_t i = 0;
        while (i < ARRAY_LEN(places) && strncmp(format, places[i].word, strlen(places[i].word)) != 0)
            i++;
        if (i < ARRAY_LEN(places)) {
            buf_add_int(&text, places[i].value);
            format += strlen(places[i].word);
        } else {
            buf_addc(&text, *format++);
        }
    }
    return arena_strdup(arena, text.data != NULL ? text.data : "");
}

/* Printed behind a person's name, so it is said as of a person: "县（市、区）政协委员" (standing_names) is
 * the name of the class. */
const char *issue_standing_title(const char *standing) {
    static const struct code_name titles[] = {
        {"national_member", "全国政协委员"},
        {"province_member", "省政协委员"},
        {"city_member", "市政协委员"},
        {"county_member", "县政协委员"},
        {"special_officer", "特邀信息员"},
        {"key_officer", "骨干信息员"},
        {NULL, NULL},
    };
    return code_zh(titles, standing);
}

/* Who wrote an instruction of that rank; the rank itself is called otherwise ("省级"). */
const char *issue_rank_zh(const char *rank) {
    static const struct code_name leaders[] = {
        {"nation", "中央领导"}, {"province", "省领导"}, {"department", "部门领导"},
        {"city", "市领导"},     {"county", "县领导"},   {NULL, NULL},
    };
    return code_zh(leaders, rank);
}
