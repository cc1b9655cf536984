/* Fonts: roles, lists of families, who serves, what fills in, and that the shaper gets the very file.
 *
 * The system has Noto CJK; with MINYI_FONTS the Fandol family is there too and more is tested.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fontconfig/fontconfig.h>

#include "cost.h"
#include "minyi/err.h"
#include "minyi/fonts.h"
#include "minyi/hash.h"

static struct arena *arena;
static bool fandol;

static int begin(void **state) {
    (void)state;
    const char *missing = NULL, *folders = getenv("MINYI_FONTS");
    arena = arena_new(1024 * 1024);
    if (hash_init() < 0) return -1;
    fandol = folders != NULL && fonts_configure(arena, folders, &missing) == 0;
    if (!fandol && fonts_configure(arena, NULL, &missing) < 0) return -1;
    return 0;
}

static int end(void **state) {
    (void)state;
    fonts_close();
    arena = arena_free(arena);
    return 0;
}

static void test_roles(void **state) {
    (void)state;
    assert_string_equal(font_role_zh(FONT_XIAOBIAOSONG), "小标宋");
    assert_string_equal(font_role_defaults(FONT_FANGSONG)[0], "仿宋_GB2312");
    for (enum font_role role = 0; role < FONT_ROLE_END; role++) {
        assert_int_equal(font_role_find(font_role_code(role)), role);
        assert_non_null(font_role_defaults(role)[0]);
    }
    assert_int_equal(font_role_find("comic"), FONT_ROLE_END);
    assert_int_equal(font_role_find(NULL), FONT_ROLE_END);
}

static void test_families(void **state) {
    (void)state;
    assert_null(font_families(arena, NULL));
    assert_null(font_families(arena, " ，、; \n"));
    const char *const *families =
        font_families(arena, " 仿宋_GB2312，FangSong、华文仿宋; Noto Serif CJK SC,fangsong,");
    assert_string_equal(families[0], "仿宋_GB2312");
    assert_string_equal(families[1], "FangSong");
    assert_string_equal(families[2], "华文仿宋");
    assert_string_equal(families[3], "Noto Serif CJK SC");
    assert_null(families[4]); /* the same family in other letters is said once */
    families = font_families(arena, "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v");
    assert_string_equal(families[FONT_FAMILIES_MAX - 1], "t");
    assert_null(families[FONT_FAMILIES_MAX]);
}

static void test_folders(void **state) {
    (void)state;
    const char *missing = NULL;
    assert_int_equal(fonts_configure(arena, "/usr:/no/such/folder:/etc", &missing), ERR_NOT_FOUND);
    assert_string_equal(missing, "/no/such/folder");
    assert_int_equal(fonts_configure(arena, "/etc/passwd", &missing), ERR_NOT_FOUND); /* no folder */
    assert_string_equal(missing, "/etc/passwd");
}

static void test_exact_presence(void **state) {
    (void)state;
    const char *const wanted[] = {"没有这个字体", "Noto Serif CJK SC", "DejaVu Sans", NULL};
    struct font_state font;
    font_state(arena, FONT_FANGSONG, wanted, &font);
    assert_string_equal(font.family, "Noto Serif CJK SC");
    assert_string_equal(font.file, "NotoSerifCJK-Regular.ttc");
    assert_string_equal(font.format, "OpenType");
    assert_int_equal(font.weight, 400);
    assert_true(font.characters > 20000);
    assert_false(font.first_choice);
    assert_int_equal(font.wanted.count, 3);
    assert_false(LIST_AT(font.wanted, struct font_wanted, 0)->present);
    assert_true(LIST_AT(font.wanted, struct font_wanted, 1)->present);
    assert_false(LIST_AT(font.wanted, struct font_wanted, 2)->present); /* no Chinese in it */
    assert_int_equal(font_weight(FONT_FANGSONG, wanted), 400);
    /* Letters' case does not matter, as to the shaper. */
    font_state(arena, FONT_FANGSONG, (const char *const[]){"noto serif cjk sc", NULL}, &font);
    assert_true(font.first_choice);
}

static void test_titles_are_bold(void **state) {
    (void)state;
    const char *const wanted[] = {"Noto Serif CJK SC", NULL};
    struct font_state font;
    font_state(arena, FONT_XIAOBIAOSONG, wanted, &font);
    assert_string_equal(font.file, "NotoSerifCJK-Bold.ttc");
    assert_int_equal(font.weight, 700);
    assert_int_equal(font_weight(FONT_XIAOBIAOSONG, wanted), 700);
    /* A family without a bold face is taken as it is: nothing is made bold. */
    const char *const regular[] = {"AR PL UKai CN", NULL};
    font_state(arena, FONT_XIAOBIAOSONG, regular, &font);
    assert_string_equal(font.family, "AR PL UKai CN");
    assert_int_equal(font_weight(FONT_XIAOBIAOSONG, regular), 400);
}

static void test_nothing_wanted_is_there(void **state) {
    (void)state;
    struct font_state font;
    font_state(arena, FONT_KAITI, (const char *const[]){"没有", NULL}, &font);
    assert_string_equal(font.family, "Noto Serif CJK SC");
    assert_false(font.first_choice);
    font_state(arena, FONT_HEITI, (const char *const[]){NULL}, &font);
    assert_string_equal(font.family, "Noto Sans CJK SC");
    assert_int_equal(font.wanted.count, 0);
    assert_null(font.wanted.items);
}

static void test_chain(void **state) {
    (void)state;
    const char *const wanted[] = {"没有", "AR PL UKai CN", NULL};
    const char *chain = font_chain(arena, FONT_KAITI, wanted);
    assert_ptr_equal(strstr(chain, "AR PL UKai CN,Noto Serif CJK SC,Noto Sans CJK SC"), chain);
    assert_null(strstr(chain, "没有"));
}

static void test_characters(void **state) {
    (void)state;
    assert_true(font_has(FONT_FANGSONG, NULL, 0x56FD));
    assert_true(font_has(FONT_FANGSONG, NULL, 0x9F98)); /* 龘: rare, not in GB2312 */
    assert_true(font_has(FONT_FANGSONG, NULL, 'A'));
    assert_false(font_has(FONT_FANGSONG, NULL, 0x10FFFD));
    assert_false(font_has(FONT_FANGSONG, NULL, 0xE123)); /* private: OpenSymbol's does not count */
    double from = cost_now();
    bool all = true;
    for (uint32_t i = 0; i < 200000; i++)
        all = font_has(FONT_FANGSONG, NULL, 0x4E00 + i % 5000) && all;
    assert_true(all);
    assert_true((cost_now() - from) * 1000 / 200000 < 20); /* microseconds each; measured below 1 */
}

static void test_fingerprint(void **state) {
    (void)state;
    const char *const *families[FONT_ROLE_END] = {NULL};
    char first[65], again[65], other[65];
    font_fingerprint(families, first);
    font_fingerprint(NULL, again);
    assert_int_equal(strlen(first), 64);
    assert_string_equal(first, again);
    families[FONT_KAITI] = (const char *const[]){"Noto Sans CJK SC", NULL};
    font_fingerprint(families, other);
    assert_string_not_equal(first, other);
    /* The same after everything was loaded anew. */
    fonts_close();
    font_fingerprint(NULL, again);
    assert_string_equal(first, again);
}

static void *ask_all(void *argument) {
    struct arena *own = arena_new(1024 * 1024);
    char print[65];
    bool *fine = argument;
    for (int round = 0; round < 20; round++)
        for (enum font_role role = 0; role < FONT_ROLE_END; role++) {
            const char *const wanted[] = {round % 2 ? "AR PL UKai CN" : "Noto Serif CJK SC",
                                          arena_printf(own, "%d", round), NULL};
            struct font_state font;
            font_state(own, role, wanted, &font);
            *fine = *fine && font_has(role, wanted, 0x56FD) && strcmp(font.family, wanted[0]) == 0;
            font_fingerprint(NULL, print);
        }
    arena_free(own);
    return NULL;
}

/* The first questions come from several threads at once, with more orders than answers are kept. */
static void test_threads(void **state) {
    (void)state;
    pthread_t threads[4];
    bool fine[4] = {true, true, true, true};
    fonts_close();
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_all, &fine[i]), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_true(fine[i]);
}

/* The file that the shaper takes for ROLE as we ask it to. */
static const char *shaped_file(enum font_role role, const char *const *families, bool *ret_synthetic) {
    FcPattern *pattern = FcPatternCreate();
    char *rest = arena_strdup(arena, font_chain(arena, role, families));
    for (char *family; (family = strsep(&rest, ",")) != NULL;)
        FcPatternAddString(pattern, FC_FAMILY, (FcChar8 *)family);
    FcPatternAddInteger(pattern, FC_WEIGHT, FcWeightFromOpenType(font_weight(role, families)));
    FcConfigSubstitute(fonts_config(), pattern, FcMatchPattern);
    FcDefaultSubstitute(pattern);
    FcResult result;
    FcPattern *match = FcFontMatch(fonts_config(), pattern, &result);
    FcChar8 *file = NULL;
    FcBool embolden = FcFalse;
    FcMatrix *matrix = NULL;
    FcPatternGetString(match, FC_FILE, 0, &file);
    FcPatternGetBool(match, FC_EMBOLDEN, 0, &embolden);
    *ret_synthetic = embolden || FcPatternGetMatrix(match, FC_MATRIX, 0, &matrix) == FcResultMatch;
    const char *name = arena_strdup(arena, strrchr((const char *)file, '/') + 1);
    FcPatternDestroy(match);
    FcPatternDestroy(pattern);
    return name;
}

static void test_shaper_takes_the_same(void **state) {
    (void)state;
    bool synthetic = true;
    const char *const *families[] = {NULL, (const char *const[]){"Noto Serif CJK SC", NULL},
                                     (const char *const[]){"AR PL UKai CN", NULL}};
    for (size_t i = 0; i < ARRAY_LEN(families); i++)
        for (enum font_role role = 0; role < FONT_ROLE_END; role++) {
            struct font_state font;
            font_state(arena, role, families[i], &font);
            assert_string_equal(shaped_file(role, families[i], &synthetic), font.file);
            assert_false(synthetic);
        }
}

/* Both files of FandolSong say weight "regular"; told apart they must be all the same. */
static void test_fandol(void **state) {
    (void)state;
    if (!fandol) skip();
    static const char *const files[FONT_ROLE_END] = {
        [FONT_XIAOBIAOSONG] = "FandolSong-Bold.otf", [FONT_FANGSONG] = "FandolFang-Regular.otf",
        [FONT_KAITI] = "FandolKai-Regular.otf",      [FONT_HEITI] = "FandolHei-Regular.otf",
        [FONT_SONGTI] = "FandolSong-Regular.otf",
    };
    bool synthetic = true;
    for (enum font_role role = 0; role < FONT_ROLE_END; role++) {
        struct font_state font;
        font_state(arena, role, NULL, &font);
        assert_string_equal(font.file, files[role]);
        assert_string_equal(shaped_file(role, NULL, &synthetic), files[role]);
    }
    assert_int_equal(font_weight(FONT_XIAOBIAOSONG, NULL), 700);
    assert_int_equal(font_weight(FONT_SONGTI, NULL), 400);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roles),           cmocka_unit_test(test_families),
        cmocka_unit_test(test_folders),         cmocka_unit_test(test_exact_presence),
        cmocka_unit_test(test_titles_are_bold), cmocka_unit_test(test_nothing_wanted_is_there),
        cmocka_unit_test(test_chain),           cmocka_unit_test(test_characters),
        cmocka_unit_test(test_fingerprint),     cmocka_unit_test(test_shaper_takes_the_same),
        cmocka_unit_test(test_fandol),          cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
