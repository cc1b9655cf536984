/* The issue as it is printed, and an article as its issue would be.
 *
 * 1. A printed issue is the same for everybody who may have it: recipients and authors as printed, and
 *    nothing that only some see on their screens (sources, instructions, the reason of making it void).
 * 2. It says what was signed: the text is the signed version's, names, numbers, photos and template those of
 *    the signing. */
#include "internal.h"

#include <string.h>

#include "minyi/article.h"
#include "minyi/issue.h"

/* What stands on an issue, whether there is one yet or not. */
struct print {
    const char *publication, *number, *office, *date, *note, *title, *authors, *print_office, *editor,
        *reviewer, *signer, *mark;
    const char *elements[3];
    int64_t copies;
    struct list main, copy, photos;
};

static void put(struct arena *arena, const struct print *print, struct gathered *gathered) {
    const char *enclosures = NULL;
    body_of(arena, print->elements, ARRAY_LEN(print->elements), &gathered->source.body, &enclosures);
    gather_word(gathered, "刊物名称", print->publication);
    gather_word(gathered, "期号", print->number);
    gather_word(gathered, "编发单位", print->office);
    gather_word(gathered, "签发日期", print->date);
    gather_word(gathered, "编者按", print->note);
    gather_word(gathered, "标题", print->title);
    gather_word(gathered, "主送", zh_join(arena, print->main, "、"));
    gather_word(gathered, "作者", print->authors);
    gather_word(gathered, "附件", enclosures);
    gather_word(gathered, "抄送", zh_join(arena, print->copy, "，"));
    gather_word(gathered, "印发机关", print->print_office);
    gather_word(gathered, "印发日期", print->date);
    gather_word(gathered, "编辑", print->editor);
    gather_word(gathered, "核稿", print->reviewer);
    gather_word(gathered, "签发", print->signer);
    gather_word(gathered, "份数", zh_number(arena, print->copies));
    gather_word(gathered, "作废说明", print->mark);
    gathered->source.title = print->title;
    gathered->source.author = print->office;
    gathered->source.subject = arena_printf(arena, "%s %s", print->publication, print->number);
    photos_called(arena, print->photos, gathered);
}

/* "2026年第12期" of "2026年第12期 总第380期": names of files are short. */
static const char *short_number(struct arena *arena, const char *number) {
    return arena_memdup(arena, number, strcspn(number, " "));
}

int load_issue(struct ctx *ctx, int64_t id, struct gathered *gathered) {
    struct issue_view issue;
    struct list main = {0}, copy = {0}, photos = {0};
    int error = issue_view_get(ctx, id, &issue);
    if (error == 0) error = issue_printed_recipients(ctx, &issue, &main, &copy);
    if (error == 0) error = issue_photos_of(ctx, id, issue.article_id, &photos);
    if (error != 0) return error;
    bool is_void = strcmp(issue.status, "void") == 0;
    const struct print print = {
        .publication = issue.publication_name,
        .number = issue.number_text,
        .office = issue.issuing_office,
        .date = zh_date(ctx->arena, issue.issued_on),
        .note = issue.editor_note,
        .title = issue.title,
        .authors = issue.authors_line,
        .print_office = issue.print_office,
        .editor = issue.editor_name,
        .reviewer = issue.reviewer_name,
        .signer = issue.signer_name,
        .mark = is_void ? "作废" : NULL,
        .elements = {issue.situation, issue.analysis, issue.suggestion},
        .copies = issue.copies,
        .photos = photos,
        .main = main,
        .copy = copy,
    };
    gathered->committee_id = issue.committee_id;
    gathered->publication_id = issue.publication_id;
    gathered->template_id = issue.template_id;
    gathered->source.created_ms = issue.signed_ms;
    gathered->name = arena_printf(ctx->arena, "《%s》%s%s", issue.publication_name,
                                  short_number(ctx->arena, issue.number_text), is_void ? "（作废）" : "");
    put(ctx->arena, &print, gathered);
    return 0;
}

DB_STATEMENT(paper_publication,
             "SELECT p.issuing_office, p.print_office, p.copies FROM publication p WHERE p.id = $1");

struct publication_row {
    const char *issuing_office, *print_office;
    int64_t copies;
};
RECORD(paper_publication_record, "PaperPublication", struct publication_row, "刊物",
       F(struct publication_row, issuing_office, FIELD_TEXT, ""),
       F(struct publication_row, print_office, FIELD_TEXT, ""),
       F(struct publication_row, copies, FIELD_INT, ""));

/* What is not known before it is signed has its place, so that the pages break as they will. */
int load_article(struct ctx *ctx, int64_t id, struct gathered *gathered) {
    static const char *to[] = {"（主送）"};
    struct article_view article;
    struct publication_row publication = {0};
    struct list photos = {0};
    const char *authors = NULL;
    int error = article_view_get(ctx, id, &article);
    if (error == 0)
        error =
            db_get_record(ctx->conn, ctx->arena, &paper_publication,
                          DB_PARAMS(db_int(article.publication_id)), &paper_publication_record, &publication);
    if (error == 0) error = issue_authors_line(ctx, id, &authors);
    if (error == 0) error = article_photos_of(ctx, id, &photos);
    if (error != 0) return error;
    const struct print print = {
        .publication = article.publication_name,
        .number = "（签发后编号）",
        .office = publication.issuing_office,
        .date = "（签发日期）",
        .note = article.editor_note,
        .title = article.title,
        .authors = authors,
        .print_office = publication.print_office,
        .editor = article.editor_name,
        .elements = {article.situation, article.analysis, article.suggestion},
        .copies = publication.copies,
        .photos = photos,
        .main = {to, ARRAY_LEN(to)},
    };
    gathered->committee_id = article.committee_id;
    gathered->publication_id = article.publication_id;
    gathered->source.created_ms = article.updated_ms;
    gathered->name = arena_printf(ctx->arena, "样张 %s", article.title);
    put(ctx->arena, &print, gathered);
    return 0;
}
