/* Running text into blocks. One pass over the lines; each line is looked at a bounded number of times. */
#include <string.h>

#include "minyi/utf8.h"
#include "template_internal.h"

enum {
    HEADING_MAX = 40,  /* characters of a paragraph that is a heading as a whole */
    SENTENCE_MAX = 60, /* of the sentence in front of a running text that is set in the face of its level */
    CELLS_MAX = 30,    /* more are no table that fits on a page */
    A_LINE = 10,       /* tenths */
};

struct line {
    const char *raw; /* with its blanks: a table's first cell may be empty */
    size_t raw_len;
    const char *text;
    size_t len;
};

static bool next_line(const char **at, struct line *ret) {
    if (!**at) return false;
    ret->raw = *at;
    ret->raw_len = 0;
    while ((*at)[ret->raw_len] && (*at)[ret->raw_len] != '\n')
        ret->raw_len++;
    *at += ret->raw_len + ((*at)[ret->raw_len] == '\n');
    ret->text = ret->raw;
    ret->len = template_trim(&ret->text, ret->raw_len);
    return true;
}

/* The sign that begins at TEXT, as a code point; 0 at the end. *RET_SIZE is its length. */
static uint32_t sign_at(const char *text, size_t len, size_t *ret_size) {
    uint32_t code = 0;
    *ret_size = utf8_next(text, len, &code);
    return *ret_size ? code : 0;
}

/* ---- levels ---- */

static bool chinese_digit(uint32_t code) {
    static const uint32_t digits[] = {0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94, 0x516d,
                                      0x4e03, 0x516b, 0x4e5d, 0x5341, 0x767e, 0};
    for (const uint32_t *digit = digits; *digit; digit++)
        if (code == *digit) return true;
    return false;
}

static bool digit(uint32_t code) {
    return (code >= '0' && code <= '9') || (code >= 0xff10 && code <= 0xff19);
}

/* How many bytes of digits of one kind stand at TEXT, at most MOST signs. */
static size_t digits_at(const char *text, size_t len, bool (*is)(uint32_t), int most) {
    size_t at = 0, size = 0;
    for (int count = 0; count <= most; count++) {
        uint32_t code = sign_at(text + at, len - at, &size);
        if (!code || !is(code)) return at;
        at += size;
    }
    return 0;
}

/* The level of a line by the number at its beginning; PAPER_BODY: none. */
static enum paper_style_id level_of(const char *text, size_t len) {
    size_t size = 0, bracket = 0;
    uint32_t first = sign_at(text, len, &size);
    if (first == '(' || first == 0xff08) bracket = size;
    size_t chinese = digits_at(text + bracket, len - bracket, chinese_digit, 4);
    size_t arabic = chinese ? 0 : digits_at(text + bracket, len - bracket, digit, 3);
    size_t at = bracket + chinese + arabic;
    if (at == bracket) return PAPER_BODY;
    uint32_t after = sign_at(text + at, len - at, &size);
    uint32_t then = after ? sign_at(text + at + size, len - at - size, &(size_t){0}) : 0;
    if (!then) return PAPER_BODY; /* a number and nothing behind it */
    if (bracket) {
        if (after != ')' && after != 0xff09) return PAPER_BODY;
        return chinese ? PAPER_LEVEL_2 : PAPER_LEVEL_4;
    }
    if (chinese) return after == 0x3001 ? PAPER_LEVEL_1 : PAPER_BODY;
    bool point = after == '.' || after == 0xff0e || after == 0x3001;
    return point && !(after == '.' && digit(then)) ? PAPER_LEVEL_3 : PAPER_BODY;
}

/* Bytes of the first sentence, with the sign that ends it; 0: it is longer than SENTENCE_MAX. The point of
 * "1." ends none. */
static size_t first_sentence(const char *text, size_t len, bool *ret_any) {
    static const uint32_t ends[] = {0x3002, 0xff01, 0xff1f, 0xff1b, 0xff1a, '!', '?', ';', ':'};
    size_t at = 0, size = 0;
    uint32_t code;
    *ret_any = false;
    for (int count = 0; count < SENTENCE_MAX && (code = sign_at(text + at, len - at, &size)); count++) {
        at += size;
        for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
            if (code != ends[i]) continue;
            *ret_any = true;
            return at;
        }
    }
    return at == len ? len : 0;
}

/* DEPTH: of headings of level 1 in the outline. */
static void add_paragraph(struct arena *arena, const struct line *line, int depth,
                          struct template_blocks *blocks) {
    struct paper_block *block = template_block(arena, blocks, PAPER_TEXT, PAPER_BODY);
    block->text = arena_memdup(arena, line->text, line->len);
    enum paper_style_id level = level_of(line->text, line->len);
    if (level == PAPER_BODY) return;
    bool ended = false;
    size_t sentence = first_sentence(line->text, line->len, &ended);
    if (sentence == line->len && !ended && utf8_length(block->text) <= HEADING_MAX) {
        block->style = level;
        block->keep = true;
        block->bookmark = depth + (int)level - (int)PAPER_LEVEL_1;
    } else if (sentence > 0) {
        block->lead = sentence;
        block->lead_style = level;
    }
}

/* ---- photos and pieces ---- */

struct call {
    const char *name, *caption;
    size_t name_len, caption_len;
};

static size_t begins(const char *text, size_t len, const char *with) {
    size_t size = strlen(with);
    return len >= size && memcmp(text, with, size) == 0 ? size : 0;
}

static size_t ends(const char *text, size_t len, const char *with) {
    size_t size = strlen(with);
    return len >= size && memcmp(text + len - size, with, size) == 0 ? size : 0;
}

/* What stands in ［WHAT：…］, with signs of either width. */
static bool bracketed(const struct line *line, const char *what, const char **ret, size_t *ret_len) {
    const char *text = line->text;
    size_t len = line->len, size = 0;
    if (!(size = begins(text, len, "［")) && !(size = begins(text, len, "["))) return false;
    text += size;
    len -= size;
    if (!(size = begins(text, len, what))) return false;
    text += size;
    len -= size;
    if (!(size = begins(text, len, "：")) && !(size = begins(text, len, ":"))) return false;
    text += size;
    len -= size;
    if (!(size = ends(text, len, "］")) && !(size = ends(text, len, "]"))) return false;
    *ret = text;
    *ret_len = len - size;
    return true;
}

/* ［篇：title］ */
static const char *piece_title(struct arena *arena, const struct line *line) {
    const char *title;
    size_t len;
    if (!bracketed(line, "篇", &title, &len) || (len = template_trim(&title, len)) == 0) return NULL;
    return arena_memdup(arena, title, len);
}

/* ［图：name｜caption］ */
static bool photo_call(const struct line *line, struct call *ret) {
    const char *text;
    size_t len;
    if (!bracketed(line, "图", &text, &len)) return false;
    const char *wide = memmem(text, len, "｜", strlen("｜"));
    const char *narrow = memchr(text, '|', len);
    const char *bar = wide && (!narrow || wide < narrow) ? wide : narrow;
    *ret = (struct call){.name = text, .name_len = bar ? (size_t)(bar - text) : len};
    if (bar) {
        ret->caption = bar + (bar == wide ? strlen("｜") : 1);
        ret->caption_len = (size_t)(text + len - ret->caption);
        ret->caption_len = template_trim(&ret->caption, ret->caption_len);
    }
    ret->name_len = template_trim(&ret->name, ret->name_len);
    return true;
}

const char *template_photo_name(struct arena *arena, const char *text) {
    struct line line;
    struct call call;
    if (!next_line(&text, &line) || !photo_call(&line, &call)) return NULL;
    return arena_memdup(arena, call.name, call.name_len);
}

struct photos {
    const struct paper_named_photo *items;
    size_t count;
    bool *used;
};

/* False: there is no such photo. */
static bool add_photo(struct arena *arena, const struct call *call, const struct photos *photos,
                      struct template_blocks *blocks) {
    for (size_t i = 0; i < photos->count; i++) {
        const struct paper_named_photo *named = &photos->items[i];
        if (strlen(named->name) != call->name_len || memcmp(named->name, call->name, call->name_len) != 0)
            continue;
        struct paper_photo *photo = ARENA_NEW(arena, struct paper_photo);
        *photo = named->photo;
        if (call->caption_len > 0) photo->caption = arena_memdup(arena, call->caption, call->caption_len);
        template_block(arena, blocks, PAPER_PICTURE, PAPER_CAPTION)->photo = photo;
        if (photos->used) photos->used[i] = true;
        return true;
    }
    return false;
}

/* ---- tables ---- */

struct cells {
    size_t count, filled; /* filled: with words in them */
    bool first;           /* the first has words */
    bool dashes;          /* only -, : and blanks: the line under a head in Markdown */
    const char *begin[CELLS_MAX];
    size_t len[CELLS_MAX];
};

/* Cells between "|", else between tabs. A bar at the very beginning or end only frames the row. */
static bool split_cells(const struct line *line, struct cells *ret) {
    bool bars = memchr(line->raw, '|', line->raw_len) != NULL;
    const char *at = bars ? line->text : line->raw;
    const char *end = at + (bars ? line->len : line->raw_len);
    *ret = (struct cells){.dashes = bars};
    if (!bars && !memchr(at, '\t', line->raw_len)) return false;
    if (bars && at < end && *at == '|') at++;
    if (bars && at < end && end[-1] == '|') end--;
    for (bool more = true; more;) {
        const char *stop = memchr(at, bars ? '|' : '\t', (size_t)(end - at));
        if (ret->count == CELLS_MAX) return false;
        const char *cell = at;
        size_t len = template_trim(&cell, (size_t)((stop ? stop : end) - at));
        ret->begin[ret->count] = cell;
        ret->len[ret->count] = len;
        if (len > 0 && ret->count == 0) ret->first = true;
        if (len > 0) ret->filled++;
        for (size_t i = 0; i < len && ret->dashes; i++)
            ret->dashes = cell[i] == '-' || cell[i] == ':';
        ret->count++;
        more = stop != NULL;
        if (stop) at = stop + 1;
    }
    ret->dashes = ret->dashes && ret->filled > 0;
    return ret->count >= 2;
}

/* A row of a table, its first one or a later one. */
static bool row_of(const struct line *line, bool later, struct cells *ret) {
    const char *inside;
    size_t len;
    if (line->len == 0 || bracketed(line, "图", &inside, &len) || bracketed(line, "篇", &inside, &len) ||
        !split_cells(line, ret))
        return false;
    return ret->filled >= 2 || (later && (ret->first || ret->dashes));
}

/* Rows that are gone through, in two passes that must see the same ones. */
struct rows {
    const char *at; /* behind the last row that was taken */
    size_t count;
    bool dashed;
};

/* The next row. One line of dashes right below the head is none; a table does not begin with one. */
static bool next_row(struct rows *rows, struct cells *ret) {
    struct line line;
    for (const char *at = rows->at; next_line(&at, &line) && row_of(&line, rows->count > 0, ret);) {
        if (ret->dashes && rows->count == 0) return false;
        rows->at = at;
        if (!ret->dashes || rows->count > 1 || rows->dashed) {
            rows->count++;
            return true;
        }
        rows->dashed = true;
    }
    return false;
}

/* How many rows stand from AT on; *RET_COLUMNS the most cells of one; *RET_FROM the first column with words.
 * When they are fewer than two it has looked at no more than three lines. */
static size_t count_rows(const char *at, size_t *ret_columns, size_t *ret_from) {
    struct rows rows = {.at = at};
    struct cells cells;
    *ret_columns = 0;
    *ret_from = CELLS_MAX;
    while (next_row(&rows, &cells))
        for (size_t i = 0; i < cells.count; i++) {
            if (cells.len[i] == 0) continue;
            if (i + 1 > *ret_columns) *ret_columns = i + 1;
            if (i < *ret_from) *ret_from = i;
        }
    return rows.count;
}

/* The table at *AT, moving it on; false when none stands there. */
static bool add_table(struct arena *arena, const char **at, struct template_blocks *blocks) {
    size_t columns = 0, from = 0;
    size_t rows = count_rows(*at, &columns, &from);
    if (rows < 2) return false;
    struct paper_table *table = ARENA_NEW(arena, struct paper_table);
    columns -= from;
    const char **texts = arena_array(arena, rows * columns, sizeof(*texts));
    *table = (struct paper_table){.rows = rows, .columns = columns, .cells = texts, .header = true};
    struct rows taken = {.at = *at};
    struct cells cells;
    for (size_t row = 0; next_row(&taken, &cells); row++)
        for (size_t i = from; i < cells.count && i - from < columns; i++)
            if (cells.len[i] > 0)
                texts[row * columns + i - from] = arena_memdup(arena, cells.begin[i], cells.len[i]);
    *at = taken.at;
    template_block(arena, blocks, PAPER_TABLE_ROWS, PAPER_TABLE)->table = table;
    return true;
}

/* ---- all ---- */

/* A piece stands off from what is above it. */
static void add_piece(struct arena *arena, const char *title, struct template_blocks *blocks) {
    if (blocks->count > 0 && blocks->items[blocks->count - 1].kind != PAPER_SPACE)
        template_block(arena, blocks, PAPER_SPACE, PAPER_BODY)->lines = A_LINE;
    struct paper_block *block = template_block(arena, blocks, PAPER_TEXT, PAPER_PIECE);
    block->text = title;
    block->keep = true;
    block->bookmark = TEMPLATE_BELOW_TITLE;
}

void template_pieces(struct arena *arena, const char *body, struct list *ret) {
    size_t capacity = 0;
    const char **titles = NULL;
    struct line line;
    *ret = (struct list){0};
    while (next_line(&body, &line)) {
        const char *title = piece_title(arena, &line);
        if (!title) continue;
        if (!titles || ret->count == capacity) {
            const char **more = arena_array(arena, capacity = titles ? 2 * capacity : 16, sizeof(*more));
            if (titles) memcpy(more, titles, ret->count * sizeof(*more));
            titles = more;
        }
        titles[ret->count++] = title;
    }
    ret->items = titles;
}

void template_body_blocks(struct arena *arena, const char *body, const struct paper_named_photo *photos,
                          size_t photo_count, bool *used, struct template_blocks *blocks) {
    const struct photos known = {photos, photo_count, used};
    const char *at = body;
    const char *next = at;
    int depth = TEMPLATE_BELOW_TITLE;
    struct line line;
    for (; next_line(&next, &line); at = next) {
        struct call call;
        struct cells cells;
        const char *title;
        if (line.len == 0) continue;
        if ((title = piece_title(arena, &line)) != NULL) {
            add_piece(arena, title, blocks);
            depth = TEMPLATE_BELOW_TITLE + 1;
            continue;
        }
        if (photo_call(&line, &call) && add_photo(arena, &call, &known, blocks)) continue;
        if (row_of(&line, false, &cells)) {
            next = at;
            if (add_table(arena, &next, blocks)) continue;
            (void)next_line(&next, &line);
        }
        add_paragraph(arena, &line, depth, blocks);
    }
}

void template_body(struct arena *arena, const char *body, const struct paper_named_photo *photos,
                   size_t photo_count, struct list *ret_blocks) {
    struct template_blocks blocks = {0};
    template_body_blocks(arena, body, photos, photo_count, NULL, &blocks);
    ret_blocks->items = blocks.items;
    ret_blocks->count = blocks.count;
}
