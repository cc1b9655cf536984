/* A picture that comes with some reports, and stands in what is printed of them: a page of a notebook, drawn
 * by the program itself. Where no font is installed there are none. */
#include <stdio.h>
#include <unistd.h>

#include "demo_story.h"
#include "minyi/buf.h"
#include "minyi/hash.h"
#include "minyi/paper.h"

enum {
    PICTURE_WIDTH = 900,
    PICTURE_MAX = 1024 * 1024,
    PICTURE_ARENA = 16 * 1024 * 1024,
    EVERY = 12,
    FIRST = 2
};

static const char picture_name[] = "走访记录.png";

static const char *const cells[] = {
    "日期",    "走访对象", "人数", "反映较多的问题",   "3月9日",  "社区居民",   "24", "不知道找谁办",
    "3月10日", "经办人员", "6",    "几个部门口径不同", "3月12日", "个体经营户", "11", "来回跑了三趟",
};
static const struct paper_table table = {.rows = 4, .columns = 4, .cells = cells, .header = true};

/* A page of 150 × 84 mm with a title and a table. */
static int draw(struct buf *ret_png) {
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(PICTURE_ARENA);
    static const struct paper_block blocks[] = {
        {.kind = PAPER_TEXT, .style = PAPER_LABEL, .text = "走访记录"},
        {.kind = PAPER_TABLE_ROWS, .style = PAPER_TABLE, .table = &table},
        {.kind = PAPER_TEXT, .style = PAPER_CLOSING, .text = "记录人签字："},
    };
    struct paper paper;
    struct paper_outcome outcome = {0};
    paper_init(&paper);
    paper.measures = (struct paper_measures){.page_width = 150000,
                                             .page_height = 84000,
                                             .top = 8000,
                                             .inner = 9000,
                                             .text_width = 132000,
                                             .text_height = 70000,
                                             .lines = 7,
                                             .characters = 24};
    paper.blocks = blocks;
    paper.block_count = ARRAY_LEN(blocks);
    return paper_png(arena, &paper, 1, PICTURE_WIDTH, ret_png, &outcome);
}

static void upload(struct story *story, const struct buf *png) {
    FILE *spool = tmpfile();
    if (spool == NULL) return;
    char sha256[HASH_HEX_SIZE];
    hash_hex(png->data, png->len, sha256);
    if (fwrite(png->data, 1, png->len, spool) == png->len && fflush(spool) == 0) {
        const struct upload upload = {.fd = fileno(spool), .size = (int64_t)png->len, .sha256 = sha256};
        story->demo->caller.ctx->upload = &upload;
        story_do(story, story->author, "attachment_add",
                 json_pack("{s:I, s:s}", "id", (json_int_t)story->report_id, "name", picture_name));
        story->demo->caller.ctx->upload = NULL;
    }
    fclose(spool);
}

void story_attach_photo(struct story *story) {
    if (story->number % EVERY != FIRST) return;
    struct buf png = BUF(PICTURE_MAX);
    if (draw(&png) == 0 && !buf_failed(&png)) upload(story, &png);
    buf_free(&png);
}

const char *story_photo_line(struct story *story) {
    json_t *photos = story_get(story, story->editor, "article_photos", story->article_id);
    bool any = json_array_size(json_object_get(photos, "items")) > 0;
    json_decref(photos);
    return any ? "\n［图：走访记录.png｜作者走访时的记录］" : "";
}
