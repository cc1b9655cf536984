/* Pictures that may be put into an article: those that came with its sources. */
#include "types.h"

#include <string.h>

#include "minyi/paper.h"
#include "minyi/report.h"
#include "minyi/template.h"

RECORD(article_photo_record, "ArticlePhoto", struct article_photo, "可以插入稿件的图片",
       F(struct article_photo, report_id, FIELD_INT, "来稿编号"),
       F(struct article_photo, attachment_id, FIELD_INT, "附件编号"),
       F(struct article_photo, name, FIELD_TEXT, "名称"), F(struct article_photo, size, FIELD_INT, "字节数"),
       F(struct article_photo, sha256, FIELD_TEXT, "", .flags = FIELD_INTERNAL));
RECORD(article_photos_out_record, "ArticlePhotos", struct article_photos_out, "可以插入稿件的图片",
       F(struct article_photos_out, items, FIELD_LIST, "图片", .of = &article_photo_record));

DB_STATEMENT(article_photos_in_order,
             "SELECT t.report_id, t.id AS attachment_id, t.name, t.size, t.sha256 FROM article_source s"
             " JOIN report r ON r.id = s.report_id JOIN attachment t ON t.report_id = s.report_id"
             " WHERE s.article_id = $1 AND t.unsent = 0"
             " AND t.mime IN ('image/jpeg', 'image/png', 'image/webp') AND " REPORT_AT_DESK(
                 "r") " ORDER BY s.position, t.id");

static bool has_name(const struct list *photos, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(LIST_AT(*photos, struct article_photo, i)->name, name) == 0) return true;
    return false;
}

/* "现场（57）.png": telephones number their pictures alike, and a name in the text must call one of them. The
 * number is the attachment's, which stays whatever becomes of the other sources. */
static const char *own_name(struct arena *arena, const struct article_photo *photo) {
    const char *dot = strrchr(photo->name, '.');
    int stem = (int)(dot != NULL ? (size_t)(dot - photo->name) : strlen(photo->name));
    return arena_printf(arena, "%.*s（%lld）%s", stem, photo->name, (long long)photo->attachment_id,
                        photo->name + stem);
}

int article_photos_of(struct ctx *ctx, int64_t article_id, struct list *ret) {
    struct list photos = {0};
    int error = db_get_list(ctx->conn, ctx->arena, &article_photos_in_order, DB_PARAMS(db_int(article_id)),
                            &article_photo_record, &photos);
    if (error != 0) return error;
    for (size_t i = 1; i < photos.count; i++) {
        struct article_photo *photo = LIST_AT(photos, struct article_photo, i);
        if (has_name(&photos, i, photo->name)) photo->name = own_name(ctx->arena, photo);
    }
    *ret = photos;
    return 0;
}

/* Which photos a body calls is for template_body() to say: it is given stand-ins whose width is their place. */
void article_blocks(struct arena *arena, const char *body, struct list photos, struct list *ret_blocks) {
    struct paper_named_photo *known = arena_array(arena, photos.count, sizeof(*known));
    for (size_t i = 0; i < photos.count; i++)
        known[i] = (struct paper_named_photo){.name = LIST_AT(photos, struct article_photo, i)->name,
                                              .photo = {.width = (int)i + 1, .height = 1}};
    template_body(arena, body, known, photos.count, ret_blocks);
}

const struct article_photo *article_block_photo(struct list photos, const struct paper_block *block) {
    return block->kind == PAPER_PICTURE ? LIST_AT(photos, struct article_photo, block->photo->width - 1)
                                        : NULL;
}

int article_photos(struct ctx *ctx, const void *in, void *out) {
    struct article_photos_out *photos = out;
    struct article_core article;
    int64_t id = ((const struct article_id_in *)in)->id;
    int result = article_core_get(ctx, id, &article);
    return result == 0 ? article_photos_of(ctx, id, &photos->items) : result;
}
