/* Versions of an article and what changed between them. */
#include "types.h"

#include "minyi/account.h"
#include "minyi/diff.h"
#include "minyi/utf8.h"

static const char *const reason_options[] = {"adopt", "edit", "sign", NULL};
RECORD(article_version_view_record, "ArticleVersion", struct article_version_view, "稿件某一版本的全文",
       F(struct article_version_view, number, FIELD_INT, "版本"),
       F(struct article_version_view, title, FIELD_TEXT, "标题"),
       F(struct article_version_view, editor_note, FIELD_TEXT, "编者按", .max = ARTICLE_NOTE_MAX),
       F(struct article_version_view, situation, FIELD_TEXT, "情况问题", .max = ARTICLE_ELEMENT_MAX),
       F(struct article_version_view, analysis, FIELD_TEXT, "原因分析", .max = ARTICLE_ELEMENT_MAX),
       F(struct article_version_view, suggestion, FIELD_TEXT, "意见建议", .max = ARTICLE_ELEMENT_MAX),
       F(struct article_version_view, reason, FIELD_TEXT, "由来", .options = reason_options),
       F(struct article_version_view, at_ms, FIELD_TIME, "时间"),
       F(struct article_version_view, by_name, FIELD_TEXT, "修改人"));

static const char *const change_options[] = {"equal", "insert", "delete", NULL};
RECORD(article_change_record, "DiffChange", struct article_change, "一段不变、增加或删去的文字",
       F(struct article_change, kind, FIELD_TEXT, "种类", .options = change_options),
       F(struct article_change, text, FIELD_TEXT, "文字", .max = ARTICLE_ELEMENT_MAX));

static const char *const field_options[] = {"title",    "editor_note", "situation",
                                            "analysis", "suggestion",  NULL};
RECORD(article_diff_part_record, "DiffPart", struct article_diff_part, "一个要素的改动",
       F(struct article_diff_part, field, FIELD_TEXT, "要素", .options = field_options),
       F(struct article_diff_part, changes, FIELD_LIST, "逐段改动", .of = &article_change_record));

RECORD(article_diff_out_record, "Diff", struct article_diff_out, "两个版本之间的改动",
       F(struct article_diff_out, parts, FIELD_LIST, "各要素", .of = &article_diff_part_record),
       F(struct article_diff_out, inserted, FIELD_INT, "增加的字数"),
       F(struct article_diff_out, deleted, FIELD_INT, "删去的字数"));

DB_STATEMENT(
    article_version_by_number,
    "SELECT v.number, v.title, v.editor_note, v.situation, v.analysis, v.suggestion, v.reason, v.at_ms,"
    " ac.name AS by_name FROM article_version v JOIN account ac ON ac.id = v.by_id"
    " WHERE v.article_id = $1 AND v.number = $2");

/* What the author of the first source had sent last when the article was made of it, untouched by the desk.
 */
DB_STATEMENT(article_original,
             "SELECT rv.title, rv.situation, rv.analysis, rv.suggestion FROM article_source s"
             " JOIN article ar ON ar.id = s.article_id"
             " JOIN report_version rv ON rv.report_id = s.report_id AND rv.at_ms <= ar.created_ms"
             " WHERE s.article_id = $1 ORDER BY s.position, rv.number DESC LIMIT 1");
DB_STATEMENT(article_newest_number, "SELECT max(number) FROM article_version WHERE article_id = $1");

static int version_text(struct ctx *ctx, int64_t article_id, int64_t number, const char *field,
                        struct article_version_view *ret) {
    struct article_version_view version = {.editor_note = ""};
    int result = number == 0
                     ? db_get_record(ctx->conn, ctx->arena, &article_original, DB_PARAMS(db_int(article_id)),
                                     &article_version_view_record, &version)
                     : db_get_record(ctx->conn, ctx->arena, &article_version_by_number,
                                     DB_PARAMS(db_int(article_id), db_int(number)),
                                     &article_version_view_record, &version);
    if (result == ERR_NOT_FOUND)
        return fail(ctx, ERR_NOT_FOUND, field, "没有第 %lld 个版本。", (long long)number);
    if (result == 0) *ret = version;
    return result;
}

int article_version_get(struct ctx *ctx, const void *in_, void *out_) {
    const struct article_version_in *in = in_;
    struct article_core article = {0};
    int result = article_core_get(ctx, in->id, &article);
    if (result != 0) return result;
    if (in->number < 1) return fail(ctx, ERR_NOT_FOUND, NULL, NULL);
    return version_text(ctx, in->id, in->number, NULL, out_);
}

static void add_part(struct ctx *ctx, struct article_diff_out *out, const char *field, const char *before,
                     const char *after) {
    static const char *const kinds[] = {
        [DIFF_EQUAL] = "equal", [DIFF_INSERT] = "insert", [DIFF_DELETE] = "delete"};
    struct list pieces = diff_texts(ctx->arena, before, after);
    struct article_change *changes = arena_array(ctx->arena, pieces.count, sizeof(*changes));
    for (size_t i = 0; i < pieces.count; i++) {
        const struct diff_piece *piece = LIST_AT(pieces, struct diff_piece, i);
        changes[i] = (struct article_change){kinds[piece->kind], piece->text};
        if (piece->kind == DIFF_INSERT) out->inserted += (int64_t)utf8_length(piece->text);
        if (piece->kind == DIFF_DELETE) out->deleted += (int64_t)utf8_length(piece->text);
    }
    *LIST_AT(out->parts, struct article_diff_part, out->parts.count++) =
        (struct article_diff_part){.field = field, .changes = {changes, pieces.count}};
}

int article_diff(struct ctx *ctx, const void *in_, void *out_) {
    const struct article_diff_in *in = in_;
    struct article_diff_out *out = out_;
    struct article_core article = {0};
    int64_t to = in->to;
    struct article_version_view before = {0}, after = {0};
    int result = article_core_get(ctx, in->id, &article);
    if (result == 0 && (to == ABSENT || to == 0))
        result = db_get_int(ctx->conn, &article_newest_number, DB_PARAMS(db_int(in->id)), &to);
    if (result == 0) result = version_text(ctx, in->id, in->from, "from", &before);
    if (result == 0) result = version_text(ctx, in->id, to, "to", &after);
    if (result != 0) return result;
    const struct {
        const char *field, *before, *after;
    } parts[] = {
        {"title", before.title, after.title},
        {"editor_note", before.editor_note, after.editor_note},
        {"situation", before.situation, after.situation},
        {"analysis", before.analysis, after.analysis},
        {"suggestion", before.suggestion, after.suggestion},
    };
    out->parts.items = arena_array(ctx->arena, ARRAY_LEN(parts), sizeof(struct article_diff_part));
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        add_part(ctx, out, parts[i].field, parts[i].before, parts[i].after);
    return 0;
}
