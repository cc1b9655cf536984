/* Gathering: from a record to the description of its paper.
 *
 * 1. A paper is bound to facts of its record and the template in force, never to the moment or the one who
 *    asks: equal facts give an equal hash, whoever prints. What differs by reader differs on his screen in
 *    the same way.
 * 2. The store is read in one snapshot; photos are read and made small after it. */
#include "internal.h"

#include <string.h>

/* Behind the kinds: an article before it is signed, set as an issue. */
enum { ARTICLE = PAPER_KIND_END };

static const struct paper_form forms[PAPER_KIND_END + 1] = {
    [PAPER_KIND_ISSUE] = {PAPER_KIND_ISSUE, "issue", .kept = true, .load = load_issue},
    [PAPER_KIND_REPORT] = {PAPER_KIND_REPORT, "report", .load = load_report},
    [PAPER_KIND_REVIEW] = {PAPER_KIND_REVIEW, "article", .load = load_review},
    [PAPER_KIND_ADOPTION] = {PAPER_KIND_ADOPTION, "report", .load = load_adoption},
    [PAPER_KIND_CERTIFICATE] = {PAPER_KIND_CERTIFICATE, "report", .load = load_certificate},
    [PAPER_KIND_DISPATCH_LIST] = {PAPER_KIND_DISPATCH_LIST, "issue", .load = load_dispatch_list},
    [PAPER_KIND_URGING] = {PAPER_KIND_URGING, "dispatch", .load = load_urging},
    [ARTICLE] = {PAPER_KIND_ISSUE, "article", .preview = true, .load = load_article},
};

const char *paper_form_code(const struct paper_form *form) {
    return form->preview ? form->record : paper_kind_info(form->kind)->code;
}

const char *paper_form_zh(const struct paper_form *form) {
    return form->preview ? "稿件样张" : paper_kind_info(form->kind)->zh;
}

const struct paper_form *paper_form_find(const char *code) {
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (strcmp(paper_form_code(&forms[i]), code) == 0) return &forms[i];
    return NULL;
}

const struct paper_form *paper_form_of(enum paper_kind kind) {
    return &forms[kind];
}

int gather(struct ctx *ctx, const struct paper_form *form, int64_t id, struct gathered *ret) {
    *ret = (struct gathered){.source = {.kind = form->kind}, .publication_id = ABSENT, .template_id = ABSENT};
    ret->source.values = ret->words;
    ret->source.tables = ret->tables;
    ret->source.photos = ret->photos;
    int error = form->load(ctx, id, ret);
    if (error == 0 && ret->template_id == ABSENT)
        error =
            template_in_force_id(ctx, ret->committee_id, ret->publication_id, form->kind, &ret->template_id);
    if (error == 0) error = template_of(ctx, form->kind, ret->template_id, &ret->template);
    if (error == 0) error = template_families(ctx, ret->source.families);
    if (error == 0 && !form->preview) ret->source.code = paper_code_url(ctx, form->kind, id);
    return error;
}

int gather_finish(struct ctx *ctx, struct gathered *gathered) {
    int error = photos_read(ctx, gathered);
    if (error != 0) return error;
    template_compose(ctx->arena, &gathered->template, &gathered->source, &gathered->paper);
    paper_hash(&gathered->paper, gathered->sha256);
    return 0;
}
