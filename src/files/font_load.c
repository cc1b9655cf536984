/* Loading fonts into a configuration of our own, once, at the first question.
 *
 * 1. From the system's configuration come the folders and caches only (see fonts.h); the office's own folders
 *    stand before them.
 * 2. Fontconfig takes the weight from a number in the font that some fonts have wrong: both files of
 *    FandolSong say "regular". Where the style's name says Bold, bold it is; otherwise the shaper would take
 *    one of the two by chance.
 * 3. After fonts_table() has returned nothing changes any more: readers of the table need no lock, and the
 *    shaper may use the configuration on any thread.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fonts_internal.h"
#include "minyi/buf.h"
#include "minyi/err.h"

enum {
    HAN_FIRST = 0x4E00,
    HAN_LAST = 0x9FFF,
    DESCRIPTION_MAX = 1024 * 1024,
};

pthread_mutex_t fonts_lock = PTHREAD_MUTEX_INITIALIZER;
char *fonts_folders;
static struct font_table table;
static bool tried;

int fonts_configure(struct arena *arena, const char *folders, const char **ret_folder) {
    struct buf absolute = BUF(DESCRIPTION_MAX);
    char *rest = arena_strdup(arena, folders != NULL ? folders : "");
    for (char *folder; (folder = strsep(&rest, ":")) != NULL;) {
        struct stat status;
        if (folder[0] == '\0') continue;
        char *path = realpath(folder, NULL);
        if (path == NULL || stat(path, &status) < 0 || !S_ISDIR(status.st_mode)) {
            free(path);
            buf_free(&absolute);
            *ret_folder = folder;
            return ERR_NOT_FOUND;
        }
        buf_addf(&absolute, "%s%s", absolute.len > 0 ? ":" : "", path);
        free(path);
    }
    pthread_mutex_lock(&fonts_lock);
    free(fonts_folders);
    fonts_folders = buf_take(&absolute, NULL);
    pthread_mutex_unlock(&fonts_lock);
    return 0;
}

static void add_element(struct buf *xml, const char *name, const char *text) {
    buf_addf(xml, "<%s>", name);
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '<' || *c == '&')
            buf_adds(xml, *c == '<' ? "&lt;" : "&amp;");
        else
            buf_addc(xml, *c);
    }
    buf_addf(xml, "</%s>\n", name);
}

static void add_strings(struct buf *xml, const char *name, FcStrList *strings) {
    for (const FcChar8 *text; strings != NULL && (text = FcStrListNext(strings)) != NULL;)
        add_element(xml, name, (const char *)text);
    if (strings != NULL) FcStrListDone(strings);
}

/* Our configuration: folders and caches, no rules. */
static FcConfig *configure(void) {
    FcConfig *system = FcInitLoadConfig(), *config = FcConfigCreate();
    struct buf xml = BUF(DESCRIPTION_MAX);
    buf_adds(&xml, "<fontconfig>\n");
    char *folders = strdup(fonts_folders != NULL ? fonts_folders : ""), *rest = folders;
    for (char *folder; rest != NULL && (folder = strsep(&rest, ":")) != NULL;)
        if (folder[0] != '\0') add_element(&xml, "dir", folder);
    free(folders);
    if (system != NULL) {
        add_strings(&xml, "dir", FcConfigGetFontDirs(system));
        add_strings(&xml, "cachedir", FcConfigGetCacheDirs(system));
        FcConfigDestroy(system);
    }
    buf_adds(&xml, "</fontconfig>\n");
    bool fine = config != NULL && !buf_failed(&xml) &&
                FcConfigParseAndLoadFromMemory(config, (const FcChar8 *)xml.data, FcTrue) &&
                FcConfigBuildFonts(config);
    buf_free(&xml);
    if (fine) return config;
    if (config != NULL) FcConfigDestroy(config);
    return NULL;
}

static const char *text_of(const FcPattern *pattern, const char *object) {
    FcChar8 *text = NULL;
    return FcPatternGetString(pattern, object, 0, &text) == FcResultMatch ? (const char *)text : NULL;
}

static int number_of(const FcPattern *pattern, const char *object, int fallback) {
    int number = fallback;
    return FcPatternGetInteger(pattern, object, 0, &number) == FcResultMatch ? number : fallback;
}

static bool flag_of(const FcPattern *pattern, const char *object) {
    FcBool flag = FcFalse;
    return FcPatternGetBool(pattern, object, 0, &flag) == FcResultMatch && flag != FcFalse;
}

static bool usable(const FcPattern *pattern) {
    const char *format = text_of(pattern, FC_FONTFORMAT);
    return flag_of(pattern, FC_OUTLINE) && !flag_of(pattern, FC_COLOR) && format != NULL &&
           (strcmp(format, "CFF") == 0 || strcmp(format, "TrueType") == 0);
}

/* The pattern as it should be: itself, a corrected copy (invariant 2), or NULL when it is of no use. */
static FcPattern *correct(FcPattern *pattern) {
    const char *style = text_of(pattern, FC_STYLE);
    bool wrong = style != NULL && strstr(style, "Bold") != NULL &&
                 number_of(pattern, FC_WEIGHT, FC_WEIGHT_REGULAR) <= FC_WEIGHT_MEDIUM;
    if (!usable(pattern)) {
        FcPatternDestroy(pattern);
        return NULL;
    }
    FcPattern *copy = wrong ? FcPatternDuplicate(pattern) : NULL;
    if (copy == NULL) return pattern;
    FcPatternDel(copy, FC_WEIGHT);
    FcPatternAddInteger(copy, FC_WEIGHT, FC_WEIGHT_BOLD);
    FcPatternDestroy(pattern);
    return copy;
}

static void correct_all(FcFontSet *fonts) {
    int kept = 0;
    for (int i = 0; i < fonts->nfont; i++) {
        FcPattern *pattern = correct(fonts->fonts[i]);
        if (pattern != NULL) fonts->fonts[kept++] = pattern;
    }
    fonts->nfont = kept;
}

static void add_face(const FcPattern *pattern, const FcCharSet *han) {
    FcCharSet *characters = NULL;
    const char *family = text_of(pattern, FC_FAMILY), *path = text_of(pattern, FC_FILE);
    if (family == NULL || path == NULL || number_of(pattern, FC_SLANT, FC_SLANT_ROMAN) != FC_SLANT_ROMAN)
        return;
    if (FcPatternGetCharSet(pattern, FC_CHARSET, 0, &characters) != FcResultMatch) return;
    const char *slash = strrchr(path, '/');
    table.faces[table.count++] = (struct face){
        .pattern = pattern,
        .family = family,
        .path = path,
        .file = slash != NULL ? slash + 1 : path,
        .characters = characters,
        .index = number_of(pattern, FC_INDEX, 0),
        .weight = FcWeightToOpenType(number_of(pattern, FC_WEIGHT, FC_WEIGHT_REGULAR)),
        .version = number_of(pattern, FC_FONTVERSION, 0),
        .chinese = (int)FcCharSetIntersectCount(characters, han),
    };
    FcCharSetMerge(table.everything, characters, NULL);
}

static void load(void) {
    table.config = configure();
    FcFontSet *fonts = table.config != NULL ? FcConfigGetFonts(table.config, FcSetSystem) : NULL;
    if (fonts == NULL) return;
    correct_all(fonts);
    table.faces = calloc((size_t)fonts->nfont + 1, sizeof(*table.faces));
    if (table.faces == NULL) abort();
    FcCharSet *han = FcCharSetCreate();
    table.everything = FcCharSetCreate();
    for (FcChar32 c = HAN_FIRST; c <= HAN_LAST; c++)
        FcCharSetAddChar(han, c);
    for (int i = 0; i < fonts->nfont; i++)
        add_face(fonts->fonts[i], han);
    FcCharSetDestroy(han);
}

const struct font_table *fonts_table(void) {
    if (!tried) load();
    tried = true;
    return table.config != NULL ? &table : NULL;
}

void fonts_unload(void) {
    free(table.faces);
    if (table.everything != NULL) FcCharSetDestroy(table.everything);
    if (table.config != NULL) FcConfigDestroy(table.config);
    /* No FcFini(): it aborts when anything still holds a part of a cache, and threads of Pango's may. */
    table = (struct font_table){0};
    tried = false;
}
