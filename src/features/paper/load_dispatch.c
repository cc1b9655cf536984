/* The dispatch list of an issue and the urging letter of one dispatch, for those who manage dispatches.
 *
 * 1. To urge is an act of the office: the letter bears its name and the day. A department is urged only while
 *    it owes an answer and has given none.
 * 2. The letter bears the day on which it is printed, in China Standard Time: one version a day. */
#include "internal.h"

#include <string.h>

#include "minyi/account.h"
#include "minyi/clock.h"
#include "minyi/err.h"
#include "minyi/issue.h"

/* Narrow columns: the year only where it is not that of the issue. */
static const char *short_date(struct arena *arena, const char *date, const char *issued_on) {
    const char *whole = zh_date(arena, date);
    if (whole == NULL || strncmp(date, issued_on, strlen("2026-")) != 0) return whole;
    return whole + strlen("2026年");
}

static const char *short_day(struct arena *arena, int64_t ms, const char *issued_on) {
    if (ms == ABSENT) return NULL;
    char date[CLOCK_DATE_SIZE];
    clock_date(ms, date);
    return short_date(arena, date, issued_on);
}

static void put_recipients(struct ctx *ctx, const struct issue_view *issue, struct gathered *gathered) {
    struct arena *arena = ctx->arena;
    struct list rows = issue->dispatches;
    const char **cell = gather_table(arena, gathered, "报送对象", 7, rows.count);
    for (size_t i = 0; i < rows.count; i++, cell += 7) {
        const struct dispatch_view *dispatch = LIST_AT(rows, struct dispatch_view, i);
        cell[0] = zh_number(arena, (int64_t)i + 1);
        cell[1] = dispatch->recipient_name;
        cell[2] = code_zh(dispatch_kind_names, dispatch->kind);
        cell[3] = dispatch->status_text;
        cell[4] = short_day(arena, dispatch->sent_ms, issue->issued_on);
        cell[5] = short_day(arena, dispatch->received_ms, issue->issued_on);
        cell[6] = code_zh(answer_result_names, dispatch->answer_result);
        if (dispatch->due_on != NULL && dispatch->owes_answer)
            cell[6] = arena_printf(arena, "限%s", short_date(arena, dispatch->due_on, issue->issued_on));
    }
}

int load_dispatch_list(struct ctx *ctx, int64_t id, struct gathered *gathered) {
    struct issue_view issue;
    struct arena *arena = ctx->arena;
    int error = issue_view_get(ctx, id, &issue);
    if (error == 0) error = need_over(ctx, MAY_DISPATCH_MANAGE, issue.committee_id);
    if (error != 0) return error;
    gather_word(gathered, "刊物名称", issue.publication_name);
    gather_word(gathered, "期号", issue.number_text);
    gather_word(gathered, "标题", issue.title);
    gather_word(gathered, "签发日期", zh_date(arena, issue.issued_on));
    gather_word(gathered, "份数", zh_number(arena, issue.copies));
    put_recipients(ctx, &issue, gathered);
    gathered->committee_id = issue.committee_id;
    gathered->source.title = issue.title;
    gathered->source.author = issue.issuing_office;
    gathered->source.subject = "报送清单";
    gathered->source.created_ms = issue.signed_ms;
    gathered->name = arena_printf(arena, "报送清单 《%s》%.*s", issue.publication_name,
                                  (int)strcspn(issue.number_text, " "), issue.number_text);
    return 0;
}

/* "2026年第12期（总第380期）" of "2026年第12期 总第380期": as it stands within a sentence. */
static const char *number_in_sentence(struct arena *arena, const char *number) {
    const char *blank = strchr(number, ' ');
    if (blank == NULL) return number;
    return arena_printf(arena, "%.*s（%s）", (int)(blank - number), number, blank + 1);
}

/* What is asked of the department on that day; the last day for the answer is not over yet. */
static const char *what_is_asked(struct arena *arena, const char *due_on, const char *today) {
    int days = due_on != NULL ? strcmp(today, due_on) : -1;
    if (days > 0) return "答复期限已过，请贵单位尽快将办理情况书面答复我们";
    if (days == 0) return "答复期限今日届满，请贵单位尽快将办理情况书面答复我们";
    if (due_on == NULL) return "请贵单位抓紧研究办理，将办理情况书面答复我们";
    return arena_printf(arena, "请贵单位抓紧研究办理，于%s前将办理情况书面答复我们", zh_date(arena, due_on));
}

int load_urging(struct ctx *ctx, int64_t id, struct gathered *gathered) {
    struct dispatch_view dispatch;
    struct issue_imprint issue = {0};
    struct arena *arena = ctx->arena;
    int error = dispatch_view_get(ctx, id, &dispatch);
    if (error != 0) return error;
    if (!dispatch.manages) return fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    if (!dispatch.owes_answer)
        return fail(ctx, ERR_NOT_FOUND, NULL, "只有主送承办单位、已发出而尚未答复的，才有催办函。");
    error = issue_imprint_get(ctx, dispatch.issue_id, &issue);
    char today[CLOCK_DATE_SIZE];
    clock_date(ctx->now, today);
    int64_t day_ms = 0;
    if (error == 0) error = clock_parse_date(today, &day_ms);
    if (error != 0) return error;
    gather_word(gathered, "承办单位", dispatch.recipient_name);
    gather_word(gathered, "刊物名称", dispatch.publication_name);
    gather_word(gathered, "期号", dispatch.issue_number_text);
    gather_word(gathered, "刊期", number_in_sentence(arena, dispatch.issue_number_text));
    gather_word(gathered, "标题", dispatch.issue_title);
    gather_word(gathered, "送达日期", zh_day(arena, dispatch.sent_ms));
    gather_word(gathered, "答复期限", zh_date(arena, dispatch.due_on));
    gather_word(gathered, "办理要求", what_is_asked(arena, dispatch.due_on, today));
    gather_word(gathered, "编发单位", issue.issuing_office);
    gather_word(gathered, "日期", zh_date(arena, today));
    gathered->committee_id = issue.committee_id;
    gathered->source.title = dispatch.issue_title;
    gathered->source.author = issue.issuing_office;
    gathered->source.subject = "催办函";
    gathered->source.created_ms = day_ms;
    gathered->name = arena_printf(arena, "催办函 %s %s", dispatch.recipient_name, dispatch.issue_title);
    return 0;
}
