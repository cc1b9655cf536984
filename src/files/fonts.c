/* Who serves a role: the best of the families wanted, and those that fill in for characters it lacks.
 *
 * 1. An answer depends on the role, the families wanted and the loaded fonts only; answers are kept, because
 *    font_has() is asked for every character of a text.
 * 2. Kept answers are used under fonts_lock and given out as copies in the caller's arena.
 */
#include "minyi/fonts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fonts_internal.h"
#include "minyi/buf.h"
#include "minyi/err.h"
#include "minyi/hash.h"

enum {
    KEPT_MAX = 64,
    CHAIN_MAX = FONT_FAMILIES_MAX + 12,
    OTHERS_MAX = 6,     /* families in a chain that nobody named */
    CHINESE_MIN = 1000, /* below it a font has some signs, not the script */
    BOLD_MIN = 600,
    PRIVATE_FIRST = 0xE000,
    PRIVATE_LAST = 0xF8FF,
};

static const char *const fill_serif[] = {"Noto Serif CJK SC", "AR PL UMing CN", "Noto Sans CJK SC", NULL};
static const char *const fill_sans[] = {"Noto Sans CJK SC", "Noto Serif CJK SC", "AR PL UMing CN", NULL};

struct link {
    const char *family; /* as it was asked for */
    const struct face *face;
};
struct answer {
    char *key;
    struct link chain[CHAIN_MAX]; /* the first serves */
    size_t count;
    char *families[CHAIN_MAX]; /* malloc'ed texts of the links */
};
static struct answer kept[KEPT_MAX];
static size_t kept_count;

static bool has_name(const struct face *face, const char *family) {
    FcChar8 *name = NULL;
    for (int i = 0; FcPatternGetString(face->pattern, FC_FAMILY, i, &name) == FcResultMatch; i++)
        if (FcStrCmpIgnoreCase(name, (const FcChar8 *)family) == 0) return true;
    return false;
}

/* How far a face is from the one wanted of its family: bold when there is one, or regular. */
static int distance(const struct face *face, bool bold) {
    if (bold && face->weight >= BOLD_MIN) return abs(face->weight - 700);
    return 1000 + abs(face->weight - 400);
}

/* The face of FAMILY that serves, or NULL. With several of one weight the newer version, then the one of the
 * first folder: as the shaper decides. */
static const struct face *face_of(const struct font_table *table, const char *family, bool bold) {
    const struct face *best = NULL;
    for (size_t i = 0; i < table->count; i++) {
        const struct face *face = &table->faces[i];
        if (face->chinese < CHINESE_MIN || !has_name(face, family)) continue;
        int nearer = best != NULL ? distance(best, bold) - distance(face, bold) : 1;
        if (nearer > 0 || (nearer == 0 && face->version > best->version)) best = face;
    }
    return best;
}

static void add_link(struct answer *answer, const char *family, const struct face *face) {
    if (face == NULL || answer->count == CHAIN_MAX) return;
    for (size_t i = 0; i < answer->count; i++)
        if (answer->chain[i].face == face) return;
    answer->families[answer->count] = strdup(family);
    if (answer->families[answer->count] == NULL) abort();
    answer->chain[answer->count] = (struct link){answer->families[answer->count], face};
    answer->count++;
}

static bool linked(const struct answer *answer, const char *family) {
    for (size_t i = 0; i < answer->count; i++)
        if (has_name(answer->chain[i].face, family)) return true;
    return false;
}

/* The family with most Chinese characters that is not in the chain yet; of equal ones the first by name. */
static const struct face *richest(const struct font_table *table, const struct answer *answer) {
    const struct face *best = NULL;
    for (size_t i = 0; i < table->count; i++) {
        const struct face *face = &table->faces[i];
        if (face->chinese < CHINESE_MIN || linked(answer, face->family)) continue;
        int richer = best != NULL ? face->chinese - best->chinese : 1;
        if (richer > 0 || (richer == 0 && strcmp(face->family, best->family) < 0)) best = face;
    }
    return best;
}

static void resolve(const struct font_table *table, enum font_role role, const char *const *families,
                    struct answer *answer) {
    bool bold = role == FONT_XIAOBIAOSONG;
    size_t wanted = 0;
    for (; families[wanted] != NULL && wanted < FONT_FAMILIES_MAX; wanted++)
        add_link(answer, families[wanted], face_of(table, families[wanted], bold));
    for (const char *const *fill = role == FONT_HEITI ? fill_sans : fill_serif; *fill != NULL; fill++)
        add_link(answer, *fill, face_of(table, *fill, bold));
    for (size_t i = 0; i < OTHERS_MAX; i++) {
        const struct face *face = richest(table, answer);
        if (face == NULL) break;
        add_link(answer, face->family, face_of(table, face->family, bold));
    }
}

static void forget(void) {
    for (size_t i = 0; i < kept_count; i++) {
        for (size_t j = 0; j < kept[i].count; j++)
            free(kept[i].families[j]);
        free(kept[i].key);
        kept[i] = (struct answer){0};
    }
    kept_count = 0;
}

/* True when KEY is "role" and the families, each after a line feed. */
static bool fits(const char *key, enum font_role role, const char *const *families) {
    if (*key++ != (char)('0' + role)) return false;
    for (; *families != NULL; families++) {
        size_t len = strlen(*families);
        if (*key != '\n' || strncmp(key + 1, *families, len) != 0) return false;
        key += 1 + len;
    }
    return *key == '\0';
}

/* The answer for ROLE; NULL when nothing can be loaded. Needs fonts_lock. */
static const struct answer *answer_of(enum font_role role, const char *const *families) {
    const struct font_table *table = fonts_table();
    if (table == NULL) return NULL;
    if (families == NULL) families = font_role_defaults(role);
    for (size_t i = 0; i < kept_count; i++)
        if (fits(kept[i].key, role, families)) return &kept[i];
    if (kept_count == KEPT_MAX) forget();
    struct answer *answer = &kept[kept_count++];
    struct buf key = BUF(1024 * 1024);
    buf_addc(&key, (char)('0' + role));
    for (const char *const *family = families; *family != NULL; family++)
        buf_addf(&key, "\n%s", *family);
    answer->key = buf_take(&key, NULL);
    resolve(table, role, families, answer);
    return answer;
}

void font_state(struct arena *arena, enum font_role role, const char *const *families,
                struct font_state *ret) {
    if (families == NULL) families = font_role_defaults(role);
    size_t count = 0;
    while (families[count] != NULL)
        count++;
    struct font_wanted *wanted = arena_array(arena, count + 1, sizeof(*wanted));
    struct font_state state = {.role = role, .wanted = {count > 0 ? wanted : NULL, count}};
    pthread_mutex_lock(&fonts_lock);
    const struct answer *answer = answer_of(role, families);
    for (size_t i = 0; i < count; i++) {
        wanted[i].family = arena_strdup(arena, families[i]);
        wanted[i].present =
            answer != NULL && face_of(fonts_table(), families[i], role == FONT_XIAOBIAOSONG) != NULL;
    }
    if (answer != NULL && answer->count > 0) {
        const struct face *face = answer->chain[0].face;
        FcChar8 *format = NULL;
        FcPatternGetString(face->pattern, FC_FONTFORMAT, 0, &format);
        state.family = arena_strdup(arena, answer->chain[0].family);
        state.file = arena_strdup(arena, face->file);
        state.format = format != NULL && strcmp((char *)format, "CFF") == 0 ? "OpenType" : "TrueType";
        state.weight = face->weight;
        state.characters = face->chinese;
        state.first_choice = count > 0 && wanted[0].present;
    }
    pthread_mutex_unlock(&fonts_lock);
    *ret = state;
}

const char *font_chain(struct arena *arena, enum font_role role, const char *const *families) {
    struct buf text = BUF(64 * 1024);
    pthread_mutex_lock(&fonts_lock);
    const struct answer *answer = answer_of(role, families);
    for (size_t i = 0; answer != NULL && i < answer->count; i++)
        buf_addf(&text, "%s%s", i > 0 ? "," : "", answer->chain[i].family);
    pthread_mutex_unlock(&fonts_lock);
    const char *chain = arena_memdup(arena, text.len > 0 ? text.data : "", text.len);
    buf_free(&text);
    return chain;
}

int font_weight(enum font_role role, const char *const *families) {
    pthread_mutex_lock(&fonts_lock);
    const struct answer *answer = answer_of(role, families);
    bool bold = role == FONT_XIAOBIAOSONG && answer != NULL && answer->count > 0 &&
                answer->chain[0].face->weight >= BOLD_MIN;
    pthread_mutex_unlock(&fonts_lock);
    return bold ? 700 : 400;
}

bool font_has(enum font_role role, const char *const *families, uint32_t character) {
    bool found = false;
    pthread_mutex_lock(&fonts_lock);
    const struct answer *answer = answer_of(role, families);
    for (size_t i = 0; answer != NULL && !found && i < answer->count; i++)
        found = FcCharSetHasChar(answer->chain[i].face->characters, character);
    /* What a private character means only the office's own fonts know. */
    bool private = character >= PRIVATE_FIRST && character <= PRIVATE_LAST;
    if (!found && answer != NULL && !private) found = FcCharSetHasChar(fonts_table()->everything, character);
    pthread_mutex_unlock(&fonts_lock);
    return found;
}

const FcCharSet *font_own_characters(enum font_role role, const char *const *families) {
    pthread_mutex_lock(&fonts_lock);
    const struct answer *answer = answer_of(role, families);
    const FcCharSet *own = answer != NULL && answer->count > 0 ? answer->chain[0].face->characters : NULL;
    pthread_mutex_unlock(&fonts_lock);
    return own;
}

static bool is_face(const struct face *face, const char *file, int index) {
    return face->index == index && strcmp(face->path, file) == 0;
}

const char *font_family_of(struct arena *arena, enum font_role role, const char *const *families,
                           const char *file, int index) {
    const char *family = NULL;
    pthread_mutex_lock(&fonts_lock);
    const struct answer *answer = answer_of(role, families);
    const struct font_table *table = fonts_table();
    for (size_t i = 0; answer != NULL && family == NULL && i < answer->count; i++)
        if (is_face(answer->chain[i].face, file, index)) family = answer->chain[i].family;
    for (size_t i = 0; table != NULL && family == NULL && i < table->count; i++)
        if (is_face(&table->faces[i], file, index)) family = table->faces[i].family;
    family = arena_strdup(arena, family != NULL ? family : "");
    pthread_mutex_unlock(&fonts_lock);
    return family;
}

static void fingerprint_face(struct hash_stream *stream, const struct face *face) {
    struct stat status;
    int64_t size = stat(face->path, &status) == 0 ? (int64_t)status.st_size : 0;
    struct buf line = BUF(8192);
    buf_addf(&line, "%s %d %d %lld\n", face->file, face->index, face->version, (long long)size);
    hash_add(stream, line.data, line.len);
    buf_free(&line);
}

void font_fingerprint(const char *const *const families[FONT_ROLE_END], char out[65]) {
    struct hash_stream stream;
    hash_begin(&stream);
    pthread_mutex_lock(&fonts_lock);
    for (enum font_role role = 0; role < FONT_ROLE_END; role++) {
        const struct answer *answer = answer_of(role, families != NULL ? families[role] : NULL);
        hash_add(&stream, font_role_code(role), strlen(font_role_code(role)));
        for (size_t i = 0; answer != NULL && i < answer->count; i++)
            fingerprint_face(&stream, answer->chain[i].face);
    }
    pthread_mutex_unlock(&fonts_lock);
    hash_end(&stream, out);
}

void *fonts_config(void) {
    pthread_mutex_lock(&fonts_lock);
    const struct font_table *table = fonts_table();
    pthread_mutex_unlock(&fonts_lock);
    return table != NULL ? table->config : NULL;
}

void fonts_close(void) {
    paper_faces_close();
    pthread_mutex_lock(&fonts_lock);
    forget();
    fonts_unload();
    pthread_mutex_unlock(&fonts_lock);
}
