/* Filling lines, and placing what stands on one. Pure: it knows widths, not fonts.
 *
 * 1. A line of full-width characters that needs no help lies on the grid exactly.
 * 2. What does not fit by less than the room inside the line's marks is taken in; otherwise the line ends
 *    earlier and is spread evenly between its characters, never inside a word, a —— or a ……
 * 3. Filling looks at each atom a bounded number of times: its time is linear in the text.
 * 4. The blanks between two lines are on neither. */
#include "paper_internal.h"

static const double tolerance = 2; /* um: sums of rounded widths */

/* A line filled by less than this may part a number from its unit. */
static const double torn_below = 0.92;

/* Prefix sums: the cost of any stretch of atoms at once. */
struct sums {
    const struct paper_atom *atoms;
    double *left; /* natural left edges */
    double *room; /* what can be pressed out before the atom */
};

static struct sums sums_of(struct arena *arena, const struct paper_atom *atoms, size_t count, double em) {
    struct sums sums = {.atoms = atoms,
                        .left = arena_array(arena, count + 1, sizeof(double)),
                        .room = arena_array(arena, count + 1, sizeof(double))};
    for (size_t i = 0; i < count; i++) {
        double gap = i ? paper_gap(&atoms[i - 1], &atoms[i], em) : 0;
        sums.left[i] += gap;
        sums.room[i] += gap / 2;
        sums.left[i + 1] = sums.left[i] + atoms[i].width;
        sums.room[i + 1] = sums.room[i] + atoms[i].room_left + atoms[i].room_right;
    }
    return sums;
}

static size_t without_blanks(const struct paper_atom *atoms, size_t first, size_t end) {
    while (end > first && atoms[end - 1].class == ATOM_SPACE)
        end--;
    return end;
}

/* Natural width of [first, end). */
static double width_of(const struct sums *sums, size_t first, size_t end) {
    end = without_blanks(sums->atoms, first, end);
    return end > first ? sums->left[end - 1] + sums->atoms[end - 1].width - sums->left[first] : 0;
}

/* What pressing can save in [first, end). */
static double room_of(const struct sums *sums, size_t first, size_t end) {
    end = without_blanks(sums->atoms, first, end);
    if (end <= first) return 0;
    const struct paper_atom *last = &sums->atoms[end - 1];
    return sums->room[end - 1] + last->room_left + last->room_right - sums->room[first];
}

/* The end of the line that begins at FIRST, when OVER is the first atom that is past WIDTH. */
static size_t end_of(const struct sums *sums, size_t count, size_t first, size_t over, double width,
                     double rest) {
    const struct paper_atom *atoms = sums->atoms;
    if (over > first && atoms[over].may_break) return over;
    size_t back = over;
    while (back > first && !atoms[back].may_break)
        back--;
    size_t ahead = over + 1;
    /* Blanks add nothing to a line's width (invariant 4); measuring at each of them would not be linear. */
    while (ahead < count && !atoms[ahead].may_break &&
           (atoms[ahead].class == ATOM_SPACE ||
            width_of(sums, back, ahead) - room_of(sums, back, ahead) <= rest))
        ahead++;
    bool whole = ahead >= count || atoms[ahead].may_break;
    if (whole && width_of(sums, first, ahead) - room_of(sums, first, ahead) <= width + tolerance)
        return ahead;
    bool longer_than_a_line = width_of(sums, back, ahead) > rest + tolerance;
    if (back > first && !longer_than_a_line) {
        size_t soft = over;
        while (soft > back && !atoms[soft].soft_break)
            soft--;
        bool torn = width_of(sums, first, back) < width * torn_below;
        return torn && soft > back ? soft : back;
    }
    return over > first ? over : first + 1;
}

size_t paper_fill(struct arena *arena, const struct paper_atom *atoms, size_t count,
                  const struct paper_room *room, struct paper_line **ret) {
    struct sums sums = sums_of(arena, atoms, count, room->em);
    struct paper_line *lines = arena_array(arena, count + 1, sizeof *lines);
    size_t used = 0, first = 0;
    while (first < count) {
        double width = used ? room->rest : room->first;
        while (used && first < count && atoms[first].class == ATOM_SPACE)
            first++;
        size_t over = first;
        while (over < count && (atoms[over].class == ATOM_SPACE ||
                                sums.left[over] + atoms[over].width - sums.left[first] <= width + tolerance))
            over++;
        size_t end = over < count ? end_of(&sums, count, first, over, width, room->rest) : count;
        while (end < count && atoms[end].class == ATOM_SPACE)
            end++;
        lines[used++] = (struct paper_line){.first = first,
                                            .count = without_blanks(atoms, first, end) - first,
                                            .width = width_of(&sums, first, end),
                                            .last = end >= count};
        first = end;
    }
    *ret = lines;
    return used;
}

/* Room may be put between these neighbours. */
static bool may_spread(const struct paper_atom *left, const struct paper_atom *right) {
    if (right->class == ATOM_SPACE) return false;
    if (left->class == right->class && (left->class == ATOM_DASH || left->class == ATOM_DOTS)) return false;
    return left->wide || right->wide || left->class == ATOM_SPACE;
}

/* What each gap of LINE gets to fill WIDTH; 0 when there are none, or when it would tear the line apart. */
static double spread_of(const struct paper_atom *atoms, const struct paper_line *line, double em,
                        double width) {
    size_t gaps = 0, blanks = 0;
    for (size_t i = 1; i < line->count; i++) {
        gaps += may_spread(&atoms[i - 1], &atoms[i]);
        blanks += atoms[i - 1].class == ATOM_SPACE;
    }
    double each = gaps ? (width - line->width) / (double)gaps : 0;
    double most = gaps == blanks ? em * 1.5 : em / 2;
    return each > most ? 0 : each;
}

void paper_place(const struct paper_atom *atoms, const struct paper_line *line, double em, double width,
                 bool full, double *x) {
    atoms += line->first;
    double press = 0, spread = 0, at = 0, room = 0;
    for (size_t i = 0; i < line->count; i++)
        room +=
            atoms[i].room_left + atoms[i].room_right + (i ? paper_gap(&atoms[i - 1], &atoms[i], em) / 2 : 0);
    if (line->width > width)
        press = room > 0 ? (line->width - width) / room : 0;
    else if (full && !line->last)
        spread = spread_of(atoms, line, em, width);
    if (press > 1) press = 1;
    for (size_t i = 0; i < line->count; i++) {
        if (i > 0) {
            at += paper_gap(&atoms[i - 1], &atoms[i], em) * (1 - press / 2);
            at += may_spread(&atoms[i - 1], &atoms[i]) ? spread : 0;
        }
        x[i] = at - atoms[i].room_left * press;
        at = x[i] + atoms[i].width - atoms[i].room_right * press;
    }
    x[line->count] = at;
}
