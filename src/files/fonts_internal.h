/* Shared by the files that choose fonts. */
#ifndef MINYI_FILES_FONTS_INTERNAL_H
#define MINYI_FILES_FONTS_INTERNAL_H

#include <fontconfig/fontconfig.h>
#include <pthread.h>

#include "minyi/fonts.h"

/* One upright outline font. Everything pointed to belongs to the FcConfig. */
struct face {
    const FcPattern *pattern; /* knows all names of the family */
    const char *family;       /* its first name */
    const char *path, *file;  /* with and without the folder */
    const FcCharSet *characters;
    int index;   /* in the file */
    int weight;  /* CSS: 400 regular, 700 bold */
    int version; /* of the font */
    int chinese; /* characters from U+4E00 to U+9FFF */
};

struct font_table {
    FcConfig *config;
    struct face *faces; /* in the order of the folders, the office's own first */
    size_t count;
    FcCharSet *everything; /* what any of them has */
};

extern pthread_mutex_t fonts_lock;

/* The loaded fonts, read at the first call; NULL when fontconfig cannot be started. Needs fonts_lock. What
 * it yields does not change until fonts_unload(). */
const struct font_table *fonts_table(void);
void fonts_unload(void);

/* The characters of the very font that serves ROLE, without those that fill in; NULL: there is no font at
 * all. The configuration's, as all that fonts_table() yields. */
const FcCharSet *font_own_characters(enum font_role role, const char *const *families);

/* The family of the font FILE (its path), INDEX, by the name that ROLE's chain knows it by, else by its own
 * first name. In ARENA; "" for a font that was not loaded. */
const char *font_family_of(struct arena *arena, enum font_role role, const char *const *families,
                           const char *file, int index);

/* Forgets the typesetter's font maps, which hold patterns of the configuration (paper_face.c). */
void paper_faces_close(void);

/* Folders given by fonts_configure(), joined by ':'; malloc'ed; NULL: none. */
extern char *fonts_folders;

#endif
