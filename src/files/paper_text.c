/* What a paper says, apart from how it looks: the characters that are printed of a text, the words in reading
 * order, and the hash of the whole description.
 *
 * 1. Every form of a paper prints paper_printed() of its texts and nothing else; so what is extracted from
 *    any form can be held against paper_text().
 * 2. Characters that steer without being seen (bidi marks, zero-width ones, controls, tags, variation
 *    selectors of emoji) are left out: they could make a print say something else than the record. */
#include <string.h>

#include "minyi/buf.h"
#include "minyi/hash.h"
#include "minyi/utf8.h"
#include "paper_internal.h"

static bool between(uint32_t c, uint32_t first, uint32_t last) {
    return c >= first && c <= last;
}

static bool is_unseen(uint32_t c) {
    return c < 0x20 || between(c, 0x7F, 0x9F) || c == 0xAD || c == 0x34F || c == 0x61C || c == 0x115F ||
           c == 0x1160 || between(c, 0x17B4, 0x17B5) || between(c, 0x180B, 0x180F) ||
           between(c, 0x200B, 0x200F) || between(c, 0x202A, 0x202E) || between(c, 0x2060, 0x206F) ||
           c == 0x3164 || between(c, 0xFE00, 0xFE0F) || c == 0xFEFF || c == 0xFFA0 ||
           between(c, 0xFFF0, 0xFFFC) || between(c, 0xFDD0, 0xFDEF) || (c & 0xFFFE) == 0xFFFE ||
           between(c, 0x1D173, 0x1D17A) || between(c, 0xE0000, 0xE00FF) || between(c, 0xE01F0, 0xE0FFF);
}

static bool is_blank(uint32_t c) {
    return c == ' ' || c == 0x3000 || c == 0xA0;
}

/* Length without the blanks at the end of the line that BUF holds from FROM on. */
static size_t without_blanks(const char *text, size_t from, size_t len) {
    for (;;) {
        if (len > from && text[len - 1] == ' ')
            len--;
        else if (len >= from + 3 && memcmp(text + len - 3, "\u3000", 3) == 0)
            len -= 3;
        else if (len >= from + 2 && memcmp(text + len - 2, "\u00A0", 2) == 0)
            len -= 2;
        else
            return len;
    }
}

/* More than PAPER_TEXT_MAX is never printed: paper_pdf() refuses it before. */
char *paper_printed(struct arena *arena, const char *text, size_t *lead) {
    if (!text) text = "";
    size_t len = strnlen(text, PAPER_TEXT_MAX), out = 0, line = 0, mark = SIZE_MAX;
    char *printed = arena_alloc(arena, len + 1);
    for (size_t i = 0, step; i < len; i += step) {
        uint32_t c;
        step = utf8_next(text + i, len - i, &c);
        if (lead && mark == SIZE_MAX && i >= *lead) mark = out;
        if (step == 0) { /* not valid: nothing of it is printed */
            step = 1;
            continue;
        }
        if (c == '\n' || c == 0x2028 || c == 0x2029) {
            out = without_blanks(printed, line, out);
            printed[out++] = '\n';
            line = out;
        } else if (c == '\t' || is_blank(c)) {
            if (out == line) /* the indent is the style's */
                continue;
            if (c == '\t')
                printed[out++] = ' ';
            else
                memcpy(printed + out, text + i, step), out += step;
        } else if (!is_unseen(c)) {
            memcpy(printed + out, text + i, step);
            out += step;
        }
    }
    out = without_blanks(printed, line, out);
    while (out > 0 && printed[out - 1] == '\n')
        out--;
    printed[out] = '\0';
    if (lead) *lead = mark < out ? mark : (*lead ? out : 0);
    return printed;
}

char *paper_printed_line(struct arena *arena, const char *text) {
    char *line = paper_printed(arena, text, NULL);
    for (char *c = line; *c; c++)
        if (*c == '\n') *c = ' ';
    return line;
}

static void add_line(struct buf *buf, struct arena *scratch, const char *text) {
    const char *printed = paper_printed(scratch, text, NULL);
    if (!*printed) return;
    buf_adds(buf, printed);
    buf_addc(buf, '\n');
}

static void add_table(struct buf *buf, struct arena *scratch, const struct paper_table *table) {
    for (size_t row = 0; row < table->rows; row++) {
        for (size_t column = 0; column < table->columns; column++) {
            if (column) buf_addc(buf, '\t');
            buf_adds(buf, paper_printed(scratch, table->cells[row * table->columns + column], NULL));
        }
        buf_addc(buf, '\n');
    }
}

static void add_block(struct buf *buf, struct arena *scratch, const struct paper_block *block) {
    switch (block->kind) {
    case PAPER_TEXT:
        add_line(buf, scratch, block->text);
        break;
    case PAPER_PAIR: {
        const char *left = paper_printed(scratch, block->text, NULL);
        const char *right = paper_printed(scratch, block->right, NULL);
        if (*left || *right) buf_addf(buf, "%s%s%s\n", left, *left && *right ? "\t" : "", right);
        break;
    }
    case PAPER_TABLE_ROWS:
        if (block->table) add_table(buf, scratch, block->table);
        break;
    case PAPER_PICTURE:
        if (block->photo) add_line(buf, scratch, block->photo->caption);
        break;
    case PAPER_RULE:
    case PAPER_SPACE:
    case PAPER_BREAK:
        break;
    }
}

const char *paper_text(struct arena *arena, const struct paper *paper) {
    struct buf buf CLEANUP(buf_free) = BUF(PAPER_TEXT_MAX * 2);
    struct arena *scratch CLEANUP(arena_cleanup) = arena_new(PAPER_TEXT_MAX * 4);
    for (size_t i = 0; i < paper->block_count + paper->foot_count; i++) {
        const struct paper_block *block =
            i < paper->block_count ? &paper->blocks[i] : &paper->foot[i - paper->block_count];
        add_block(&buf, scratch, block);
        arena_reset(scratch);
    }
    return arena_memdup(arena, buf.data ? buf.data : "", buf.len);
}

/* ---- hash ---- */

static void hash_int(struct hash_stream *stream, int64_t value) {
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)((uint64_t)value >> (8 * i));
    hash_add(stream, bytes, sizeof bytes);
}

static void hash_text(struct hash_stream *stream, const char *text) {
    hash_int(stream, text ? (int64_t)strlen(text) : -1);
    if (text) hash_add(stream, text, strlen(text));
}

static void hash_style(struct hash_stream *stream, const struct paper_style *style) {
    const int values[] = {(int)style->font,  style->size,         style->pitch,      (int)style->color,
                          (int)style->align, style->first_indent, style->rest_indent};
    for (size_t i = 0; i < ARRAY_LEN(values); i++)
        hash_int(stream, values[i]);
}

/* Hashes of photos by their place in memory: one that a text calls a thousand times is read once. */
struct photo_hashes {
    struct {
        const void *jpeg;
        size_t size;
        char hash[HASH_HEX_SIZE];
    } of[32];
    size_t next;
};

static const char *photo_hash(struct photo_hashes *photos, const struct paper_photo *photo) {
    for (size_t i = 0; i < ARRAY_LEN(photos->of); i++)
        if (photo->jpeg != NULL && photos->of[i].jpeg == photo->jpeg && photos->of[i].size == photo->size)
            return photos->of[i].hash;
    size_t place = photos->next++ % ARRAY_LEN(photos->of);
    photos->of[place].jpeg = photo->jpeg;
    photos->of[place].size = photo->size;
    hash_hex(photo->jpeg, photo->jpeg != NULL ? photo->size : 0, photos->of[place].hash);
    return photos->of[place].hash;
}

static void hash_block(struct hash_stream *stream, const struct paper_block *block,
                       struct photo_hashes *photos) {
    hash_int(stream, block->kind);
    hash_int(stream, block->style);
    hash_text(stream, block->text);
    hash_text(stream, block->right);
    hash_int(stream, (int64_t)block->lead);
    hash_int(stream, block->lead_style);
    hash_int(stream, block->bookmark);
    hash_int(stream, block->keep);
    hash_int(stream, block->thickness);
    hash_int(stream, block->lines);
    const struct paper_table *table = block->kind == PAPER_TABLE_ROWS ? block->table : NULL;
    hash_int(stream, table != NULL);
    if (table) {
        hash_int(stream, (int64_t)table->rows);
        hash_int(stream, (int64_t)table->columns);
        hash_int(stream, table->header);
        for (size_t i = 0; i < table->rows * table->columns; i++)
            hash_text(stream, table->cells[i]);
        for (size_t i = 0; i < table->columns; i++)
            hash_int(stream, table->widths ? table->widths[i] : -1);
    }
    const struct paper_photo *photo = block->kind == PAPER_PICTURE ? block->photo : NULL;
    hash_int(stream, photo != NULL);
    if (photo) {
        hash_text(stream, photo->original ? photo->original : photo_hash(photos, photo));
        hash_int(stream, photo->width);
        hash_int(stream, photo->height);
        hash_text(stream, photo->caption);
    }
}

static const char *behind_the_site(const char *code) {
    const char *slash = code ? strrchr(code, '/') : NULL;
    return slash ? slash + 1 : code;
}

void paper_hash(const struct paper *paper, char out[65]) {
    struct hash_stream stream;
    struct photo_hashes photos = {0};
    hash_begin(&stream);
    const struct paper_measures *m = &paper->measures;
    const int version = paper_foot_held(paper) > 0 ? PAPER_LAYOUT_TALL : PAPER_LAYOUT_VERSION;
    const int measures[] = {version,       m->page_width,  m->page_height, m->top,       m->inner,
                            m->text_width, m->text_height, m->lines,       m->characters};
    for (size_t i = 0; i < ARRAY_LEN(measures); i++)
        hash_int(&stream, measures[i]);
    for (int i = 0; i < PAPER_STYLE_END; i++)
        hash_style(&stream, &paper->styles[i]);
    for (int role = 0; role < FONT_ROLE_END; role++) {
        for (const char *const *family = paper->families[role]; family && *family; family++)
            hash_text(&stream, *family);
        hash_text(&stream, paper->families[role] ? "" : NULL);
    }
    hash_int(&stream, (int64_t)paper->block_count);
    for (size_t i = 0; i < paper->block_count; i++)
        hash_block(&stream, &paper->blocks[i], &photos);
    hash_int(&stream, (int64_t)paper->foot_count);
    for (size_t i = 0; i < paper->foot_count; i++)
        hash_block(&stream, &paper->foot[i], &photos);
    hash_int(&stream, paper->folio);
    hash_text(&stream, behind_the_site(paper->code));
    hash_text(&stream, paper->title);
    hash_text(&stream, paper->author);
    hash_text(&stream, paper->subject);
    hash_int(&stream, paper->created_ms);
    hash_end(&stream, out);
}
