/* The review sheet 核稿单 of an article, for those who read articles: gates, grades, versions, signatures.
 * Grades that the blind rule of grading hides from the reader's screen stay off his print. */
#include "internal.h"

#include <string.h>

#include "minyi/article.h"
#include "minyi/err.h"
#include "minyi/report.h"
#include "minyi/review.h"

static void put_gates(struct ctx *ctx, struct list gates, struct gathered *gathered) {
    const char **cell = gather_table(ctx->arena, gathered, "五关", 5, gates.count);
    for (size_t i = 0; i < gates.count; i++, cell += 5) {
        const struct gate_view *gate = LIST_AT(gates, struct gate_view, i);
        cell[0] = gate->name;
        cell[1] = gate->result != NULL ? code_zh(gate_result_names, gate->result) : "未判定";
        if (gate->result != NULL && gate->stale)
            cell[1] = arena_printf(ctx->arena, "原判%s，须重新判定", cell[1]);
        cell[2] = gate->note;
        cell[3] = gate->by_name;
        cell[4] = gate->result != NULL ? zh_stamp(ctx->arena, gate->at_ms) : NULL;
    }
}

/* Hundredths of a point: "86.5". */
static const char *points(struct arena *arena, int64_t hundredths) {
    const char *text =
        arena_printf(arena, "%lld.%02lld", (long long)(hundredths / 100), (long long)(hundredths % 100));
    size_t len = strlen(text);
    while (text[len - 1] == '0')
        len--;
    return arena_memdup(arena, text, text[len - 1] == '.' ? len - 1 : len);
}

struct graded {
    const char *receipt;
    struct gradings gradings;
};

/* What the reader sees of the gradings of the sources; a source he does not see has none for him. */
static int read_gradings(struct ctx *ctx, struct list sources, struct graded *ret, size_t *ret_rows) {
    const struct problem before = *ctx->problem;
    for (size_t i = 0; i < sources.count; i++) {
        const struct article_source_view *source = LIST_AT(sources, struct article_source_view, i);
        struct report_core report = {0};
        int error = report_core_get(ctx, source->report_id, &report);
        if (error == 0) error = gradings_get(ctx, &report, &ret[i].gradings);
        if (error != 0 && error != ERR_NOT_FOUND) return error;
        *ctx->problem = before;
        ret[i].receipt = source->receipt;
        size_t count = ret[i].gradings.views.count;
        *ret_rows += count + (count > 1 && ret[i].gradings.average != ABSENT ? 1 : 0);
    }
    return 0;
}

static int put_gradings(struct ctx *ctx, struct list sources, struct gathered *gathered) {
    struct graded *graded = arena_array(ctx->arena, sources.count, sizeof(*graded));
    size_t rows = 0;
    int error = read_gradings(ctx, sources, graded, &rows);
    if (error != 0) return error;
    const char **cell = gather_table(ctx->arena, gathered, "评分", 5, rows);
    for (size_t s = 0; s < sources.count; s++) {
        const struct gradings *of = &graded[s].gradings;
        for (size_t i = 0; i < of->views.count; i++, cell += 5) {
            const struct grading_view *view = LIST_AT(of->views, struct grading_view, i);
            cell[0] = graded[s].receipt;
            cell[1] = view->reviewer_name;
            cell[2] = points(ctx->arena, view->total);
            cell[3] = code_zh(grade_names, view->grade);
            cell[4] = view->stale
                          ? arena_printf(ctx->arena, "（评分后文字有改动）%s", view->note ? view->note : "")
                          : view->note;
        }
        if (of->views.count < 2 || of->average == ABSENT) continue;
        cell[0] = graded[s].receipt;
        cell[1] = "平均";
        cell[2] = points(ctx->arena, of->average);
        cell[4] = arena_printf(ctx->arena, "最高与最低相差 %s 分", points(ctx->arena, of->spread));
        cell += 5;
    }
    return 0;
}

static void put_versions(struct ctx *ctx, struct list versions, struct gathered *gathered) {
    const char **cell = gather_table(ctx->arena, gathered, "版本", 5, versions.count);
    for (size_t i = versions.count; i-- > 0;
         cell += 5) { /* the newest comes first; paper is read from the first */
        const struct article_version_item *version = LIST_AT(versions, struct article_version_item, i);
        cell[0] = zh_number(ctx->arena, version->number);
        cell[1] = code_zh(version_reason_names, version->reason);
        cell[2] = version->by_name;
        cell[3] = zh_stamp(ctx->arena, version->at_ms);
        cell[4] = zh_check(ctx->arena, version->text_sha256);
    }
}

/* "处长复审：签发"; the names of some steps are those of the act already: "送审", "秘书长签发". */
static const char *step_and_act(struct arena *arena, const struct article_signoff_act *act) {
    const char *done = code_zh(signoff_act_names, act->act);
    if (act->step_name == NULL || done == NULL) return done;
    size_t step = strlen(act->step_name), end = strlen(done);
    if (step >= end && strcmp(act->step_name + step - end, done) == 0) return act->step_name;
    return arena_printf(arena, "%s：%s", act->step_name, done);
}

static void put_signatures(struct ctx *ctx, struct list signatures, struct gathered *gathered) {
    const char **cell = gather_table(ctx->arena, gathered, "审签", 4, signatures.count);
    for (size_t i = 0; i < signatures.count; i++, cell += 4) {
        const struct article_signoff_act *act = LIST_AT(signatures, struct article_signoff_act, i);
        cell[0] = step_and_act(ctx->arena, act);
        cell[1] = act->for_name != NULL ? arena_printf(ctx->arena, "%s（%s代）", act->for_name, act->by_name)
                                        : act->by_name;
        cell[2] = act->note;
        cell[3] = zh_stamp(ctx->arena, act->at_ms);
    }
}

static const char *receipts(struct arena *arena, struct list sources) {
    const char **texts = arena_array(arena, sources.count, sizeof(*texts));
    size_t count = 0;
    for (size_t i = 0; i < sources.count; i++) {
        const char *receipt = LIST_AT(sources, struct article_source_view, i)->receipt;
        if (receipt != NULL) texts[count++] = receipt;
    }
    return zh_join(arena, (struct list){texts, count}, "、");
}

int load_review(struct ctx *ctx, int64_t id, struct gathered *gathered) {
    struct article_view article;
    struct arena *arena = ctx->arena;
    int error = article_view_get(ctx, id, &article);
    if (error != 0) return error;
    gather_word(gathered, "标题", article.title);
    gather_word(gathered, "流水号", receipts(arena, article.sources));
    gather_word(gathered, "刊物名称", article.publication_name);
    gather_word(gathered, "期号", article.issue_number_text);
    gather_word(gathered, "编辑", article.editor_name);
    gather_word(gathered, "字数", zh_number(arena, article.words));
    gather_word(gathered, "校验码", zh_check(arena, article.text_sha256));
    gather_word(gathered, "状态", article.status_text);
    put_gates(ctx, article.gates, gathered);
    put_versions(ctx, article.versions, gathered);
    put_signatures(ctx, article.signoff, gathered);
    gathered->committee_id = article.committee_id;
    gathered->source.title = article.title;
    gathered->source.author = article.editor_name;
    gathered->source.subject = "核稿单";
    gathered->source.created_ms = article.updated_ms;
    gathered->name = arena_printf(arena, "核稿单 %s", article.title);
    return put_gradings(ctx, article.sources, gathered);
}
