/* Pure decisions about articles: the life cycle and the hash of a text. */
#include "types.h"

static const struct lifecycle_state states[] = {
    {"editing", "编辑中"},
    {"in_signoff", "送审中"},
    {"signed", "已签发"},
    {"withdrawn", "已撤回"},
};

static const struct transition transitions[] = {
    {"editing", "send", "in_signoff", "编辑"},           {"editing", "withdraw", "withdrawn", "编辑"},
    {"in_signoff", "return", "editing", "审签人"},       {"in_signoff", "recall", "editing", "编辑"},
    {"in_signoff", "sign_last", "signed", "末位审签人"}, {"signed", "void", "editing", "刊物管理"},
};

const struct lifecycle article_lifecycle = {
    .name = "article",
    .zh = "稿件",
    .states = states,
    .state_count = ARRAY_LEN(states),
    .transitions = transitions,
    .transition_count = ARRAY_LEN(transitions),
};

static const char *or_empty(const char *text) {
    return text ? text : "";
}

void article_text_hash(const struct article_text *text, char out[HASH_HEX_SIZE]) {
    const char *const texts[] = {or_empty(text->title), or_empty(text->editor_note),
                                 or_empty(text->situation), or_empty(text->analysis),
                                 or_empty(text->suggestion)};
    hash_texts(texts, ARRAY_LEN(texts), out);
}
