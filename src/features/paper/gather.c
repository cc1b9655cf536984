/* Gathering: from a record to the description of its paper.
 *
 * 1. A paper is bound to facts of its record and the template in force, never to the moment or the one who
 * asks: equal facts give an equal hash, whoever prints. What differs by reader differs on his screen in the
 * same way.
 * 2. The store is read in one snapshot; photos are read and made small after it. */
#include "internal.h"

#include <string.h>

static const struct paper_form forms[] = {
    {"issue", "刊物", "issue", PAPER_KIND_ISSUE, .kept = true, .load = load_issue},
    {"report", "来稿", "report", PAPER_KIND_REPORT, .load = load_report},
    {"review", "核稿单", "article", PAPER_KIND_REVIEW, .load = load_review},
    {"adoption", "采用通知", "report", PAPER_KIND_ADOPTION, .load = load_adoption},
    {"certificate", "采用证书", "report", PAPER_KIND_CERTIFICATE, .load = load_certificate},
    {"dispatch_list", "报送清单", "issue", PAPER_KIND_DISPATCH_LIST, .load = load_dispatch_list},
    {"urging", "催办函", "dispatch", PAPER_KIND_URGING, .load = load_urging},
    {"article", "稿件样张", "article", PAPER_KIND_ISSUE, .preview = true, .load = load_article},
};

const struct paper_form *paper_form_find(const char *code) {
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (strcmp(forms[i].code, code) == 0) return &forms[i];
    return NULL;
}

const struct paper_form *paper_form_of(enum paper_kind kind) {
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (forms[i].kind == kind && !forms[i].preview) return &forms[i];
    return NULL;
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
    if (error == 0 && !form->preview) ret->source.code = scan_code_url(ctx, form->kind, id);
    return error;
}

int gather_finish(struct ctx *ctx, struct gathered *gathered) {
    int error = photos_read(ctx, gathered);
    if (error != 0) return error;
    template_compose(ctx->arena, &gathered->template, &gathered->source, &gathered->paper);
    paper_hash(&gathered->paper, gathered->sha256);
    return 0;
}
