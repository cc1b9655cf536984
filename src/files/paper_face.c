/* Font maps for the shaper. A map may be used by one thread at a time and is dear to warm up, so a rendering
 * takes one that is at rest and hands it back; there are never more than renderings at one time.
 *
 * 1. A map belongs to one configuration of fonts; after fonts_close() the old ones are dropped. */
#include <pthread.h>

#include <pango/pangofc-fontmap.h>

#include "fonts_internal.h"
#include "paper_internal.h"

struct paper_faces {
    struct paper_faces *next;
    PangoFontMap *map;
    PangoContext *context;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct paper_faces *at_rest;

static void drop(struct paper_faces *faces) {
    g_object_unref(faces->context);
    /* A map of Pango 1.50 keeps its reference to the configuration beyond its own end. */
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(faces->map), NULL);
    g_object_unref(faces->map);
    g_free(faces);
}

static bool belongs(const struct paper_faces *faces, const void *config) {
    return pango_fc_font_map_get_config(PANGO_FC_FONT_MAP(faces->map)) == config;
}

static struct paper_faces *create(void *config) {
    struct paper_faces *faces = g_new0(struct paper_faces, 1);
    faces->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(faces->map), config);
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(faces->map), 72);
    faces->context = pango_font_map_create_context(faces->map);
    pango_context_set_language(faces->context, pango_language_from_string("zh-cn"));
    pango_context_set_base_dir(faces->context, PANGO_DIRECTION_LTR);
    pango_context_set_round_glyph_positions(faces->context, FALSE);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(faces->context, options);
    cairo_font_options_destroy(options);
    return faces;
}

struct paper_faces *paper_faces_take(void) {
    void *config = fonts_config();
    if (!config) return NULL;
    struct paper_faces *found = NULL;
    pthread_mutex_lock(&lock);
    while (at_rest && !found) {
        found = at_rest;
        at_rest = found->next;
        if (!belongs(found, config)) {
            drop(found);
            found = NULL;
        }
    }
    pthread_mutex_unlock(&lock);
    return found ? found : create(config);
}

struct paper_faces *paper_faces_give(struct paper_faces *faces) {
    if (!faces) return NULL;
    pthread_mutex_lock(&lock);
    faces->next = at_rest;
    at_rest = faces;
    pthread_mutex_unlock(&lock);
    return NULL;
}

void paper_faces_close(void) {
    pthread_mutex_lock(&lock);
    while (at_rest) {
        struct paper_faces *faces = at_rest;
        at_rest = faces->next;
        drop(faces);
    }
    pthread_mutex_unlock(&lock);
    /* Cairo keeps faces that nobody uses, and with them fontconfig's patterns. */
    cairo_debug_reset_static_data();
}

PangoContext *paper_faces_context(struct paper_faces *faces) {
    return faces->context;
}
