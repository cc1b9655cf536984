/* A heading is one of the known words followed by a colon of either width. Of each element the heading that
 * stands first in the text counts, but only behind the heading of the element before it. */
#include "minyi/elements.h"

#include <string.h>

#include "minyi/utf8.h"

static const char *const situation_words[] = {"调研情况", "情况问题", "情况反映", "基本情况",
                                              "反映情况", "现状",     "情况",     NULL};
static const char *const analysis_words[] = {"问题分析",   "原因分析", "存在问题", "主要问题",
                                             "问题及原因", "分析",     NULL};
static const char *const suggestion_words[] = {"具体建议", "具体意见", "意见建议", "对策建议",
                                               "工作建议", "建议如下", "建议",     NULL};

struct heading {
    const char *begin, *end; /* the word with its colon; NULL: none */
};

static size_t colon_at(const char *text) {
    if (strncmp(text, "：", 3) == 0) return 3;
    return *text == ':' ? 1 : 0;
}

static struct heading find_word(const char *text, const char *word) {
    size_t len = strlen(word);
    for (const char *at = strstr(text, word); at; at = strstr(at + len, word)) {
        size_t colon = colon_at(at + len);
        if (colon) return (struct heading){at, at + len + colon};
    }
    return (struct heading){0};
}

/* The full names win over the loose ones at the end of a list: 具体建议 later in the text is the heading even
 * when "我们建议：" stands before it. */
static struct heading find_heading(const char *text, const char *const *words) {
    for (; *words; words++) {
        struct heading found = find_word(text, *words);
        if (found.begin) return found;
    }
    return (struct heading){0};
}

static const char *piece(struct arena *arena, const char *begin, const char *end) {
    size_t len = (size_t)(end - begin);
    char *copy = arena_memdup(arena, begin, len);
    copy[utf8_tidy(copy, len)] = '\0';
    return copy;
}

bool elements_split(struct arena *arena, const char *text, struct elements *ret, const char **ret_why) {
    const char *end = text + strlen(text);
    struct heading situation = find_heading(text, situation_words);
    if (!situation.begin) {
        *ret_why = "没有找到“调研情况”一类的小标题";
        return false;
    }
    struct heading suggestion = find_heading(situation.end, suggestion_words);
    if (!suggestion.begin) {
        *ret_why = "没有找到“具体建议”一类的小标题";
        return false;
    }
    struct heading analysis = find_heading(situation.end, analysis_words);
    bool between = analysis.begin && analysis.begin < suggestion.begin;
    struct elements found = {
        .situation = piece(arena, situation.end, between ? analysis.begin : suggestion.begin),
        .analysis = between ? piece(arena, analysis.end, suggestion.begin) : "",
        .suggestion = piece(arena, suggestion.end, end),
    };
    if (!*found.situation || !*found.suggestion) {
        *ret_why = *found.situation ? "“具体建议”后面没有文字" : "“调研情况”后面没有文字";
        return false;
    }
    *ret = found;
    return true;
}
