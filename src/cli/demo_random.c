/* Repeatable chance, and texts with their placeholders filled in. */
#include <inttypes.h>
#include <string.h>

#include "demo.h"
#include "minyi/buf.h"

/* splitmix64: the same office on every machine. */
static uint64_t next(struct demo *demo) {
    uint64_t z = (demo->random += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

int64_t demo_between(struct demo *demo, int64_t low, int64_t high) {
    return low + (int64_t)(next(demo) % (uint64_t)(high - low + 1));
}

bool demo_chance(struct demo *demo, int percent) {
    return demo_between(demo, 1, 100) <= percent;
}

const char *demo_pick(struct demo *demo, const json_t *array) {
    size_t count = json_array_size(array);
    const char *text = count ? json_string_value(json_array_get(array, next(demo) % count)) : NULL;
    return text ? text : "";
}

const char *demo_phrase(struct demo *demo, const char *kind) {
    return demo_pick(demo, json_object_get(demo->phrases, kind));
}

/* Numbers are drawn once for a filled text, so that {n1} means the same in all elements: the caller seeds
 * them by the sample's own title. */
static int64_t number_of(struct demo *demo, const json_t *sample, const char *name) {
    const json_t *range = json_object_get(json_object_get(sample, "ranges"), name);
    int64_t low = json_integer_value(json_array_get(range, 0)),
            high = json_integer_value(json_array_get(range, 1));
    if (high < low) return low;
    uint64_t mix = demo->random ^ UINT64_C(0xff51afd7ed558ccd);
    for (const char *c = name; *c; c++)
        mix = (mix ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
    return low + (int64_t)((mix >> 11) % (uint64_t)(high - low + 1));
}

const char *demo_fill(struct demo *demo, const char *text, const json_t *sample,
                      const struct demo_committee *committee) {
    struct buf out = BUF(64 * 1024);
    while (*text) {
        const char *end = *text == '{' ? strchr(text, '}') : NULL;
        if (!end) {
            buf_addc(&out, *text++);
            continue;
        }
        char name[16] = "";
        size_t len = (size_t)(end - text - 1);
        if (len < sizeof(name)) memcpy(name, text + 1, len);
        if (strcmp(name, "place") == 0)
            buf_adds(&out, committee->place);
        else if (strcmp(name, "city") == 0)
            buf_adds(&out, committee->city);
        else
            buf_addf(&out, "%" PRId64, number_of(demo, sample, name));
        text = end + 1;
    }
    const char *filled = arena_strdup(demo->caller.arena, out.data ? out.data : "");
    buf_free(&out);
    return filled;
}
