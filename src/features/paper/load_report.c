/* What is printed of a report: as it was received, and, once it is in an issue, the notice and the
 * certificate for its authors.
 *
 * 1. As received: the text that was handed in last, for its author too, each element below its heading as on
 *    the screen; names, contacts and attachments as far as the reader sees them there.
 * 2. Notice and certificate are for the authors and the desk, from the publication on. Their dates are those
 *    of the issue. */
#include "internal.h"

#include <string.h>

#include "minyi/account.h"
#include "minyi/err.h"
#include "minyi/issue.h"
#include "minyi/report.h"

enum { HEADING_LEAD = 15 }; /* bytes of blanks and a number: "　　二、" */

static void put_authors(struct ctx *ctx, const struct report_view *report, struct gathered *gathered) {
    bool contacts = false;
    for (size_t i = 0; i < report->authors.count; i++)
        if (LIST_AT(report->authors, struct report_author_view, i)->contact != NULL) contacts = true;
    size_t columns = contacts ? 4 : 3;
    const char **cell = gather_table(ctx->arena, gathered, "作者", columns, report->authors.count);
    for (size_t i = 0; i < report->authors.count; i++, cell += columns) {
        const struct report_author_view *author = LIST_AT(report->authors, struct report_author_view, i);
        const char *unit = author->unit_name != NULL ? author->unit_name : "";
        cell[0] = author->name;
        cell[1] = code_zh(standing_names, author->standing);
        cell[2] = author->post != NULL ? arena_printf(ctx->arena, "%s %s", unit, author->post) : unit;
        if (contacts) cell[3] = author->contact;
    }
}

static const char *attachment_names(struct arena *arena, struct list attachments) {
    const char **names = arena_array(arena, attachments.count, sizeof(*names));
    for (size_t i = 0; i < attachments.count; i++)
        names[i] = attachments.count == 1
                       ? LIST_AT(attachments, struct attachment_view, i)->name
                       : arena_printf(arena, "%zu. %s", i + 1,
                                      LIST_AT(attachments, struct attachment_view, i)->name);
    return zh_join(arena, (struct list){names, attachments.count}, "\n");
}

/* With the committee: not before it was handed in, nor after it was taken back. */
static bool is_received(const struct report_view *report) {
    static const char *const not_there[] = {"draft", "unit_signing", "withdrawn"};
    for (size_t i = 0; i < ARRAY_LEN(not_there); i++)
        if (strcmp(report->status, not_there[i]) == 0) return false;
    return report->submitted_ms != ABSENT && report->receipt != NULL;
}

/* Without numbers: the author's own 一、二、 stand below them. */
static const char *const headings[] = {"情况问题", "原因分析", "意见建议", NULL};

/* The author wrote that heading himself: "二、原因分析：". */
static bool bears(const char *text, const char *heading) {
    size_t len = strcspn(text, "\n"), size = strlen(heading);
    const char *at = memmem(text, len, heading, size);
    return at != NULL && at - text <= HEADING_LEAD && at + size + strlen("：") >= text + len;
}

/* The elements that say something, each below its heading. */
static void put_body(struct arena *arena, const struct report_view *report, struct gathered *gathered) {
    const char *const elements[] = {report->situation, report->analysis, report->suggestion};
    const char *lines[2 * ARRAY_LEN(elements)], *enclosures = NULL;
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(elements); i++) {
        if (elements[i] == NULL || elements[i][strspn(elements[i], " \n")] == '\0') continue;
        if (!bears(elements[i], headings[i])) lines[count++] = headings[i];
        lines[count++] = elements[i];
    }
    body_of(arena, lines, count, &gathered->source.body, &enclosures);
    if (enclosures != NULL) /* here the text stays whole: 附件 are the files that came with it */
        gathered->source.body = arena_printf(arena, "%s附件：%s", gathered->source.body, enclosures);
    gathered->source.headings = headings;
}

int load_report(struct ctx *ctx, int64_t id, struct gathered *gathered) {
    struct report_view report;
    struct arena *arena = ctx->arena;
    int error = report_view_handed_in(ctx, id, &report);
    if (error != 0) return error;
    if (!is_received(&report))
        return fail(ctx, ERR_NOT_FOUND, NULL, "这件信息还没有报送到信息处，不能打印来稿。");
    put_body(arena, &report, gathered);
    gather_word(gathered, "标题", report.title);
    gather_word(gathered, "流水号", report.receipt);
    gather_word(gathered, "单位", report.unit_name);
    gather_word(gathered, "类别", report.category_name);
    gather_word(gathered, "紧急程度", code_zh(urgency_names, report.urgency));
    gather_word(gathered, "渠道", code_zh(report_channel_names, report.channel));
    gather_word(gathered, "报送时间", zh_time(arena, report.submitted_ms));
    gather_word(gathered, "状态", report.status_text);
    gather_word(gathered, "字数", zh_number(arena, report.words));
    gather_word(gathered, "校验码", zh_check(arena, report.text_sha256));
    gather_word(gathered, "附件", attachment_names(arena, report.attachments));
    gather_word(gathered, "备注", report.remarks);
    put_authors(ctx, &report, gathered);
    photos_attached(ctx, gathered, report.attachments);
    gathered->committee_id = report.committee_id;
    gathered->source.title = report.title;
    gathered->source.author = report.unit_name;
    gathered->source.subject = arena_printf(arena, "来稿 %s", report.receipt);
    gathered->source.created_ms = report.submitted_ms;
    gathered->name = arena_printf(arena, "来稿 %s %s", report.receipt, report.title);
    return 0;
}

static bool is_author(const struct ctx *ctx, const struct report_view *report) {
    if (report->author_id == ctx->actor->account_id) return true;
    for (size_t i = 0; i < report->authors.count; i++)
        if (LIST_AT(report->authors, struct report_author_view, i)->account_id == ctx->actor->account_id)
            return true;
    return false;
}

static const char *author_names(struct arena *arena, struct list authors) {
    const char **names = arena_array(arena, authors.count, sizeof(*names));
    for (size_t i = 0; i < authors.count; i++)
        names[i] = LIST_AT(authors, struct report_author_view, i)->name;
    return zh_join(arena, (struct list){names, authors.count}, "、");
}

static int load_honour(struct ctx *ctx, int64_t id, const char *what, struct gathered *gathered) {
    struct report_view report;
    struct issue_imprint imprint = {0};
    struct arena *arena = ctx->arena;
    int error = report_view_handed_in(ctx, id, &report);
    if (error != 0) return error;
    if (!report.is_staff && !is_author(ctx, &report)) return fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    error = issue_of_report(ctx, id, &imprint);
    if (error == ERR_NOT_FOUND)
        return fail(ctx, ERR_NOT_FOUND, NULL, "这件信息还没有在刊物上刊发，没有%s。", what);
    if (error != 0) return error;
    const char *date = zh_date(arena, imprint.issued_on);
    gather_word(gathered, "作者", author_names(arena, report.authors));
    gather_word(gathered, "单位", report.unit_name);
    gather_word(gathered, "标题", report.title);
    gather_word(gathered, "流水号", report.receipt);
    gather_word(gathered, "刊物名称", imprint.publication_name);
    gather_word(gathered, "期号", imprint.number_text);
    gather_word(gathered, "采用日期", date);
    gather_word(gathered, "编发单位", imprint.issuing_office);
    gather_word(gathered, "日期", date);
    gathered->committee_id = report.committee_id;
    gathered->source.title = report.title;
    gathered->source.author = imprint.issuing_office;
    gathered->source.subject = what;
    gathered->source.created_ms = imprint.signed_ms;
    gathered->name = arena_printf(arena, "%s %s %s", what, report.receipt, report.title);
    return 0;
}

int load_adoption(struct ctx *ctx, int64_t id, struct gathered *gathered) {
    return load_honour(ctx, id, "采用通知", gathered);
}

int load_certificate(struct ctx *ctx, int64_t id, struct gathered *gathered) {
    return load_honour(ctx, id, "采用证书", gathered);
}
