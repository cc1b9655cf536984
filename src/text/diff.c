/* Differences between two texts: Myers' O(ND) algorithm in linear space, then a clean-up for the eye.
 *
 * E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986), section 4b: the
 * box is split at a point of a shortest path, found by searching from both corners. The clean-up follows
 * the ideas of Neil Fraser's "Diff Strategies" (semantic and lossless alignment), with rules for Chinese.
 *
 * Invariants:
 * 1. An edit replaces before[a, a+a_len) by after[b, b+b_len); between two edits both texts are equal, so
 *    every step of the clean-up keeps the result right by moving boundaries over equal characters only.
 * 2. Edits are in order and never overlap.
 * 3. A search gives up after MAX_COST steps and splits at the furthest point reached; all searches together
 *    spend at most `budget` steps, after which what is left counts as replaced.
 */
#include "minyi/diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "minyi/utf8.h"

enum {
    MAX_COST = 256,           /* edits a single search may look for */
    BUDGET = 5 * 1000 * 1000, /* steps in all: some 30 ms */
    SENTENCES_FROM = 3000,    /* from so many characters on, equal sentences are matched first */
    SHORTEST_ANCHOR = 6,      /* a shorter sentence ("是。") does not anchor the rest */
    WORD_REACH = 32,          /* an edit grows at most so far to cover a number or Latin word */
    PUNCTUATION_WEIGHT = 4,   /* an equal comma resists being swallowed like so many characters */
};

/* One side: code points, where each begins in the bytes, and which are not common to both. */
struct side {
    const char *text;
    uint32_t *codes;
    uint32_t *starts; /* count + 1 byte offsets */
    bool *changed;
    int count;
};

/* One comparison of two sequences. */
struct search {
    const uint32_t *a, *b;
    bool *a_changed, *b_changed;
    int *forward, *backward; /* furthest position in `a` by diagonal, index shifted by `shift` */
    int64_t *budget;
};

struct box {
    int a_low, a_high, b_low, b_high;
};
struct point {
    int a, b;
};
/* Diagonals (a − b) reached so far from one corner. */
struct reach {
    int low, high;
};

struct edit {
    int a, a_len, b, b_len;
};
struct edits {
    struct edit *items;
    int count;
    const struct side *a, *b;
};

static void *must_alloc(size_t count, size_t size) {
    void *memory = calloc(count ? count : 1, size);
    if (memory) return memory;
    fputs("minyi: diff: out of memory\n", stderr);
    abort();
}

/* Widens the diagonals by one on each side; the fresh border holds BORDER so that no path comes from it. */
static void widen(struct reach *reach, int *row, int lowest, int highest, int border) {
    if (reach->low > lowest)
        row[--reach->low - 1] = border;
    else
        ++reach->low;
    if (reach->high < highest)
        row[++reach->high + 1] = border;
    else
        --reach->high;
}

/* One more edit from the top left corner; true when the other search has been met. */
static bool step_forward(struct search *s, const struct box *box, const struct reach *mine,
                         const struct reach *other, struct point *ret_point) {
    for (int d = mine->high; d >= mine->low; d -= 2) {
        int i = s->forward[d - 1] >= s->forward[d + 1] ? s->forward[d - 1] + 1 : s->forward[d + 1];
        int begin = i;
        while (i < box->a_high && i - d < box->b_high && s->a[i] == s->b[i - d])
            i++;
        s->forward[d] = i;
        *s->budget -= 1 + i - begin;
        if (other && d >= other->low && d <= other->high && s->backward[d] <= i) {
            *ret_point = (struct point){i, i - d};
            return true;
        }
    }
    return false;
}

static bool step_backward(struct search *s, const struct box *box, const struct reach *mine,
                          const struct reach *other, struct point *ret_point) {
    for (int d = mine->high; d >= mine->low; d -= 2) {
        int i = s->backward[d - 1] < s->backward[d + 1] ? s->backward[d - 1] : s->backward[d + 1] - 1;
        int begin = i;
        while (i > box->a_low && i - d > box->b_low && s->a[i - 1] == s->b[i - d - 1])
            i--;
        s->backward[d] = i;
        *s->budget -= 1 + begin - i;
        if (other && d >= other->low && d <= other->high && i <= s->forward[d]) {
            *ret_point = (struct point){i, i - d};
            return true;
        }
    }
    return false;
}

static int clip(int value, int low, int high) {
    return value < low ? low : value > high ? high : value;
}

/* The point that either search got furthest to, when the exact one would cost too much. */
static struct point furthest(const struct search *s, const struct box *box, const struct reach *f,
                             const struct reach *b) {
    struct point best = {box->a_low, box->b_low};
    int gain = -1;
    for (int d = f->low; d <= f->high; d += 2) {
        int i = clip(s->forward[d], box->a_low, box->a_high);
        int j = clip(i - d, box->b_low, box->b_high);
        i = clip(j + d, box->a_low, box->a_high);
        if (i - box->a_low + j - box->b_low <= gain) continue;
        gain = i - box->a_low + j - box->b_low;
        best = (struct point){i, j};
    }
    for (int d = b->low; d <= b->high; d += 2) {
        int i = clip(s->backward[d], box->a_low, box->a_high);
        int j = clip(i - d, box->b_low, box->b_high);
        i = clip(j + d, box->a_low, box->a_high);
        if (box->a_high - i + box->b_high - j <= gain) continue;
        gain = box->a_high - i + box->b_high - j;
        best = (struct point){i, j};
    }
    return best;
}

/* A point inside BOX that a shortest (or, when that is dear, a good) path passes. Neither the first nor the
 * last elements of the box are equal, and neither side is empty. */
static struct point split(struct search *s, const struct box *box) {
    int lowest = box->a_low - box->b_high;
    int highest = box->a_high - box->b_low;
    int from = box->a_low - box->b_low;
    int to = box->a_high - box->b_high;
    bool odd = (from - to) & 1;
    struct reach f = {from, from};
    struct reach b = {to, to};
    struct point met;
    s->forward[from] = box->a_low;
    s->backward[to] = box->a_high;
    for (int cost = 1; cost<MAX_COST && * s->budget> 0; cost++) {
        widen(&f, s->forward, lowest, highest, -1);
        if (step_forward(s, box, &f, odd ? &b : NULL, &met)) return met;
        widen(&b, s->backward, lowest, highest, INT32_MAX);
        if (step_backward(s, box, &b, odd ? NULL : &f, &met)) return met;
    }
    return furthest(s, box, &f, &b);
}

static void mark(struct search *s, const struct box *box) {
    for (int i = box->a_low; i < box->a_high; i++)
        s->a_changed[i] = true;
    for (int j = box->b_low; j < box->b_high; j++)
        s->b_changed[j] = true;
}

static void compare(struct search *s, struct box box) {
    for (;;) {
        while (box.a_low < box.a_high && box.b_low < box.b_high && s->a[box.a_low] == s->b[box.b_low]) {
            box.a_low++;
            box.b_low++;
        }
        while (box.a_low < box.a_high && box.b_low < box.b_high &&
               s->a[box.a_high - 1] == s->b[box.b_high - 1]) {
            box.a_high--;
            box.b_high--;
        }
        struct point at = {box.a_low, box.b_low};
        bool plain = box.a_low == box.a_high || box.b_low == box.b_high || *s->budget <= 0;
        if (!plain) at = split(s, &box);
        bool stuck = (at.a == box.a_low && at.b == box.b_low) || (at.a == box.a_high && at.b == box.b_high);
        if (plain || stuck) {
            mark(s, &box);
            return;
        }
        /* Deep only where searches gave up, and those take MAX_COST elements each. */
        compare(s, (struct box){box.a_low, at.a, box.b_low, at.b});
        box.a_low = at.a;
        box.b_low = at.b;
    }
}

/* Runs the comparison of A_COUNT and B_COUNT elements over the given boxes' common workspace. */
static void search_begin(struct search *s, int a_count, int b_count) {
    size_t diagonals = (size_t)a_count + (size_t)b_count + 3;
    int shift = b_count + 1;
    s->forward = (int *)must_alloc(diagonals, sizeof(int)) + shift;
    s->backward = (int *)must_alloc(diagonals, sizeof(int)) + shift;
}

static void search_end(struct search *s, int b_count) {
    free(s->forward - (b_count + 1));
    free(s->backward - (b_count + 1));
}

static bool side_begin(struct side *side, const char *text) {
    size_t len = strlen(text);
    *side = (struct side){.text = text};
    if (len > INT32_MAX / 4 || !utf8_valid(text, len)) return false;
    side->codes = must_alloc(len, sizeof(uint32_t));
    side->starts = must_alloc(len + 1, sizeof(uint32_t));
    side->changed = must_alloc(len, sizeof(bool));
    for (size_t at = 0; at < len; side->count++) {
        side->starts[side->count] = (uint32_t)at;
        at += utf8_next(text + at, len - at, &side->codes[side->count]);
    }
    side->starts[side->count] = (uint32_t)len;
    return true;
}

static void side_end(struct side *side) {
    free(side->codes);
    free(side->starts);
    free(side->changed);
}

static bool ends_sentence(uint32_t code) {
    return code == 0x3002 || code == 0xFF01 || code == 0xFF1F || code == 0xFF1B || code == '\n';
}

static bool ends_clause(uint32_t code) {
    return code == 0xFF0C || code == 0x3001 || code == 0xFF1A || code == ',' || code == ';' || code == ':' ||
           code == 0x201D || code == 0xFF09 || code == 0x300B;
}

static bool is_punctuation(uint32_t code) {
    return ends_sentence(code) || ends_clause(code);
}

/* Sentences of one side: where each begins (count + 1 positions) and a number equal for equal ones. */
struct sentences {
    int *starts;
    uint32_t *ids;
    bool *changed;
    int count;
};

static void sentences_begin(struct sentences *list, const struct side *side) {
    list->starts = must_alloc((size_t)side->count + 2, sizeof(int));
    list->count = 0;
    for (int i = 0; i < side->count; i++)
        if (ends_sentence(side->codes[i]) || i + 1 == side->count) list->starts[++list->count] = i + 1;
    list->ids = must_alloc((size_t)list->count, sizeof(uint32_t));
    list->changed = must_alloc((size_t)list->count, sizeof(bool));
}

static void sentences_end(struct sentences *list) {
    free(list->starts);
    free(list->ids);
    free(list->changed);
}

struct slot {
    const uint32_t *codes;
    int len;
    uint32_t id;
};

static uint64_t hash_codes(const uint32_t *codes, int len) {
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a over code points */
    for (int i = 0; i < len; i++)
        hash = (hash ^ codes[i]) * UINT64_C(1099511628211);
    return hash ^ hash >> 29;
}

/* Numbers the sentences: equal ones alike, short ones each apart so that they never match. */
static void number_sentences(struct sentences *list, const struct side *side, struct slot *table, size_t mask,
                             uint32_t *next_id) {
    for (int i = 0; i < list->count; i++) {
        const uint32_t *codes = side->codes + list->starts[i];
        int len = list->starts[i + 1] - list->starts[i];
        list->ids[i] = ++*next_id;
        if (len < SHORTEST_ANCHOR) continue;
        size_t at = hash_codes(codes, len) & mask;
        while (table[at].codes &&
               (table[at].len != len || memcmp(table[at].codes, codes, (size_t)len * sizeof(*codes)) != 0))
            at = (at + 1) & mask;
        if (!table[at].codes) table[at] = (struct slot){codes, len, *next_id};
        list->ids[i] = table[at].id;
    }
}

/* Compares the characters that lie between sentences common to both sides. */
static void compare_gaps(struct search *characters, const struct sentences *a, const struct sentences *b) {
    int i = 0;
    int j = 0;
    while (i < a->count || j < b->count) {
        int a_from = i;
        int b_from = j;
        while (i < a->count && a->changed[i])
            i++;
        while (j < b->count && b->changed[j])
            j++;
        compare(characters, (struct box){a->starts[a_from], a->starts[i], b->starts[b_from], b->starts[j]});
        while (i < a->count && j < b->count && !a->changed[i] && !b->changed[j]) {
            i++;
            j++;
        }
    }
}

static void compare_by_sentences(struct search *characters, const struct side *before,
                                 const struct side *after) {
    struct sentences a;
    struct sentences b;
    sentences_begin(&a, before);
    sentences_begin(&b, after);
    size_t size = 64;
    while (size < 2 * ((size_t)a.count + (size_t)b.count))
        size *= 2;
    struct slot *table = must_alloc(size, sizeof(*table));
    uint32_t next_id = 0;
    number_sentences(&a, before, table, size - 1, &next_id);
    number_sentences(&b, after, table, size - 1, &next_id);
    free(table);
    struct search whole = {
        .a = a.ids, .b = b.ids, .a_changed = a.changed, .b_changed = b.changed, .budget = characters->budget};
    search_begin(&whole, a.count, b.count);
    compare(&whole, (struct box){0, a.count, 0, b.count});
    search_end(&whole, b.count);
    compare_gaps(characters, &a, &b);
    sentences_end(&a);
    sentences_end(&b);
}

static void mark_changes(struct side *a, struct side *b) {
    int64_t budget = BUDGET;
    struct search s = {
        .a = a->codes, .b = b->codes, .a_changed = a->changed, .b_changed = b->changed, .budget = &budget};
    search_begin(&s, a->count, b->count);
    if (a->count > SENTENCES_FROM && b->count > SENTENCES_FROM)
        compare_by_sentences(&s, a, b);
    else
        compare(&s, (struct box){0, a->count, 0, b->count});
    search_end(&s, b->count);
}

static void collect_edits(struct edits *edits, const struct side *a, const struct side *b) {
    edits->a = a;
    edits->b = b;
    edits->count = 0;
    edits->items = must_alloc((size_t)a->count + (size_t)b->count + 1, sizeof(struct edit));
    int i = 0;
    int j = 0;
    while (i < a->count || j < b->count) {
        struct edit edit = {.a = i, .b = j};
        while (i < a->count && a->changed[i])
            i++;
        while (j < b->count && b->changed[j])
            j++;
        edit.a_len = i - edit.a;
        edit.b_len = j - edit.b;
        if (edit.a_len || edit.b_len) edits->items[edits->count++] = edit;
        while (i < a->count && j < b->count && !a->changed[i] && !b->changed[j]) {
            i++;
            j++;
        }
    }
}

/* Equal characters before edit I, and before the one past the last. */
static int island_before(const struct edits *edits, int i) {
    int end = i == edits->count ? edits->a->count : edits->items[i].a;
    return end - (i == 0 ? 0 : edits->items[i - 1].a + edits->items[i - 1].a_len);
}

static bool is_word(uint32_t code) {
    return (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z') ||
           code == '.' || code == '%';
}

/* How natural a boundary before position AT of SIDE is. */
static int boundary_score(const struct side *side, int at) {
    if (at == 0 || at == side->count) return 6;
    uint32_t left = side->codes[at - 1];
    uint32_t right = side->codes[at];
    if (left == '\n' || right == '\n') return 5;
    if (ends_sentence(left)) return 4;
    if (ends_clause(left)) return 3;
    if (left == ' ' || right == ' ' || is_punctuation(right)) return 2;
    return is_word(left) != is_word(right);
}

/* Moves a pure insertion or deletion over equal characters to where it reads best: "村[、镇]、街道" and
 * "村、[镇、]街道" say the same. */
static void slide(const struct edits *edits, int i) {
    struct edit *edit = &edits->items[i];
    if ((edit->a_len == 0) == (edit->b_len == 0)) return;
    const struct side *side = edit->a_len ? edits->a : edits->b;
    int start = edit->a_len ? edit->a : edit->b;
    int len = edit->a_len + edit->b_len;
    int left = -island_before(edits, i);
    int right = island_before(edits, i + 1);
    int shift = 0;
    while (shift > left && side->codes[start + shift - 1] == side->codes[start + shift + len - 1])
        shift--;
    int best = shift;
    int best_score = -1;
    for (;; shift++) {
        int score = boundary_score(side, start + shift) + boundary_score(side, start + shift + len);
        if (score >= best_score) {
            best_score = score;
            best = shift;
        }
        if (shift >= right || side->codes[start + shift] != side->codes[start + shift + len]) break;
    }
    edit->a += best;
    edit->b += best;
}

static bool word_at_edge(const struct edits *edits, const struct edit *edit, bool at_end) {
    int a = at_end ? edit->a + edit->a_len - 1 : edit->a;
    int b = at_end ? edit->b + edit->b_len - 1 : edit->b;
    return (edit->a_len && is_word(edits->a->codes[a])) || (edit->b_len && is_word(edits->b->codes[b]));
}

/* Grows an edit that cuts through a number or Latin word over the whole of it: 12.5% → 13.5%. */
static void cover_words(const struct edits *edits, int i) {
    struct edit *edit = &edits->items[i];
    const uint32_t *codes = edits->a->codes;
    int room = clip(island_before(edits, i), 0, WORD_REACH);
    for (; room > 0 && is_word(codes[edit->a - 1]) && word_at_edge(edits, edit, false); room--) {
        edit->a--;
        edit->b--;
        edit->a_len++;
        edit->b_len++;
    }
    room = clip(island_before(edits, i + 1), 0, WORD_REACH);
    for (; room > 0 && is_word(codes[edit->a + edit->a_len]) && word_at_edge(edits, edit, true); room--) {
        edit->a_len++;
        edit->b_len++;
    }
}

static int longer(const struct edit *edit) {
    return edit->a_len > edit->b_len ? edit->a_len : edit->b_len;
}

/* True when the equal characters between two edits are too few to help the reader. */
static bool is_confetti(const struct edits *edits, const struct edit *left, const struct edit *right) {
    int start = left->a + left->a_len;
    int len = right->a - start;
    int smaller = longer(left) < longer(right) ? longer(left) : longer(right);
    if (len == 0) return true;
    if (len > smaller) return false;
    int weight = len;
    for (int i = 0; i < len; i++)
        if (is_punctuation(edits->a->codes[start + i])) weight += PUNCTUATION_WEIGHT;
    /* Insertions into a word ("路" → "公路网") read well apart; so do deletions. */
    bool same_kind = (!left->a_len && !right->a_len) || (!left->b_len && !right->b_len);
    return same_kind ? weight * 4 <= smaller : weight <= smaller;
}

/* Joins edits across confetti. A joined edit is longer, so the one before it is looked at again. */
static void join_edits(struct edits *edits) {
    int kept = 0;
    for (int i = 0; i < edits->count; i++) {
        struct edit edit = edits->items[i];
        while (kept > 0 && is_confetti(edits, &edits->items[kept - 1], &edit)) {
            struct edit left = edits->items[--kept];
            edit = (struct edit){left.a, edit.a + edit.a_len - left.a, left.b, edit.b + edit.b_len - left.b};
        }
        edits->items[kept++] = edit;
    }
    edits->count = kept;
}

static void add_piece(struct arena *arena, struct list *list, enum diff_kind kind, const struct side *side,
                      int from, int len) {
    if (len == 0) return;
    const char *text = side->text + side->starts[from];
    size_t bytes = side->starts[from + len] - side->starts[from];
    *LIST_AT(*list, struct diff_piece, list->count) =
        (struct diff_piece){.kind = kind, .text = arena_memdup(arena, text, bytes)};
    list->count++;
}

static struct list to_pieces(struct arena *arena, const struct edits *edits) {
    struct list list = {.items = arena_array(arena, (size_t)edits->count * 3 + 1, sizeof(struct diff_piece))};
    int at = 0;
    for (int i = 0; i < edits->count; i++) {
        const struct edit *edit = &edits->items[i];
        add_piece(arena, &list, DIFF_EQUAL, edits->a, at, edit->a - at);
        add_piece(arena, &list, DIFF_DELETE, edits->a, edit->a, edit->a_len);
        add_piece(arena, &list, DIFF_INSERT, edits->b, edit->b, edit->b_len);
        at = edit->a + edit->a_len;
    }
    add_piece(arena, &list, DIFF_EQUAL, edits->a, at, edits->a->count - at);
    return list;
}

static struct list replace_all(struct arena *arena, const char *before, const char *after) {
    struct list list = {.items = arena_array(arena, 2, sizeof(struct diff_piece))};
    struct diff_piece *pieces = list.items;
    bool same = strcmp(before, after) == 0;
    if (*before)
        pieces[list.count++] =
            (struct diff_piece){same ? DIFF_EQUAL : DIFF_DELETE, arena_strdup(arena, before)};
    if (*after && !same) pieces[list.count++] = (struct diff_piece){DIFF_INSERT, arena_strdup(arena, after)};
    return list;
}

struct list diff_texts(struct arena *arena, const char *before, const char *after) {
    struct side a;
    struct side b = {0};
    struct list list;
    if (side_begin(&a, before) && side_begin(&b, after)) {
        struct edits edits;
        mark_changes(&a, &b);
        collect_edits(&edits, &a, &b);
        for (int i = 0; i < edits.count; i++)
            slide(&edits, i);
        join_edits(&edits);
        for (int i = 0; i < edits.count; i++)
            cover_words(&edits, i);
        join_edits(&edits);
        list = to_pieces(arena, &edits);
        free(edits.items);
    } else {
        list = replace_all(arena, before, after);
    }
    side_end(&a);
    side_end(&b);
    return list;
}
