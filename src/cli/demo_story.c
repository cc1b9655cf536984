/* A report written, submitted, perhaps withdrawn or signed by its unit; then the desk takes over. */
#include "demo_story.h"

#include <string.h>

enum { HOUR_MS = 3600 * 1000 };

bool story_wait(struct story *story, int64_t low, int64_t high) {
    story->now += demo_between(story->demo, low * 60, high * 60) * 60 * 1000;
    /* Office hours in China: 8 to 18 o'clock. */
    int64_t hour = (story->now / HOUR_MS + 8) % 24;
    if (hour < 8) story->now += (8 - hour) * HOUR_MS;
    if (hour >= 18) story->now += (32 - hour) * HOUR_MS;
    return story->now < story->demo->started_ms && story->demo->caller.error == 0;
}

json_t *story_call(struct story *story, const struct actor *actor, const char *operation, json_t *in) {
    story->demo->caller.now = story->now;
    return caller_call(&story->demo->caller, actor, operation, in);
}

int story_do(struct story *story, const struct actor *actor, const char *operation, json_t *in) {
    json_decref(story_call(story, actor, operation, in));
    return story->demo->caller.error;
}

json_t *story_get(struct story *story, const struct actor *actor, const char *operation, int64_t id) {
    return story_call(story, actor, operation, json_pack("{s:I}", "id", (json_int_t)id));
}

/* Category ids by code, from the catalog as every page reads it. */
static int64_t category_id(struct story *story, const char *code) {
    json_t *catalog = story_call(story, story->author, "catalog_get", NULL);
    int64_t id = 0;
    size_t i = 0;
    const json_t *category = NULL;
    json_array_foreach(json_object_get(catalog, "categories"), i, category) {
        if (strcmp(json_text(category, "code"), code) == 0) id = json_int(category, "id");
    }
    json_decref(catalog);
    return id;
}

static json_t *text_of(struct story *story, const char *key) {
    return json_string(
        demo_fill(story->demo, json_text(story->sample, key), story->sample, story->committee));
}

static json_t *draft_of(struct story *story) {
    json_t *draft = json_object();
    json_object_set_new(draft, "title", text_of(story, "title"));
    json_object_set_new(draft, "situation", text_of(story, "situation"));
    json_object_set_new(draft, "analysis", text_of(story, "analysis"));
    json_object_set_new(draft, "suggestion", text_of(story, "suggestion"));
    json_object_set_new(draft, "urgency", json_string(json_text(story->sample, "urgency")));
    json_object_set_new(draft, "target_level", json_string(json_text(story->sample, "target_level")));
    json_object_set_new(draft, "category_id",
                        json_integer(category_id(story, json_text(story->sample, "category"))));
    json_object_set_new(draft, "name_public", json_boolean(demo_chance(story->demo, 80)));
    if (demo_chance(story->demo, 30))
        json_object_set_new(draft, "remarks", json_string(demo_phrase(story->demo, "author_messages")));
    return draft;
}

static int submit(struct story *story) {
    json_t *report = story_get(story, story->author, "report_get", story->report_id);
    json_t *in = json_pack("{s:I, s:b, s:I}", "id", (json_int_t)story->report_id, "confirm_not_classified", 1,
                           "If-Match", (json_int_t)json_int(report, "version"));
    json_decref(report);
    return story_do(story, story->author, "report_submit", in);
}

static void write(struct story *story) {
    json_t *report = story_call(story, story->author, "report_create", draft_of(story));
    story->report_id = json_int(report, "id");
    json_decref(report);
    story_attach_photo(story);
    if (!story_wait(story, 0, 6) || (demo_chance(story->demo, 3))) return;
    if (submit(story) < 0) return;
    if (demo_chance(story->demo, 3)) {
        if (story_wait(story, 0, 2))
            story_do(story, story->author, "report_withdraw",
                     json_pack("{s:I}", "id", (json_int_t)story->report_id));
        return;
    }
    if (story_review(story)) story_publish(story);
}

/* The province writes half of everything, the two cities a third, the counties the rest. */
static struct demo_committee *choose_committee(struct demo *demo, int number) {
    int share = (int)demo_between(demo, 1, 100);
    if (number < 4 || share <= 55) return &demo->committees[0];
    if (share <= 85) return &demo->committees[demo_between(demo, 1, 2)];
    return &demo->committees[demo_between(demo, 3, demo->committee_count - 1)];
}

/* Three quarters lie in the year past, the last quarter in the last ten days: the desk has its hands full. */
static int64_t begin_of(const struct demo *demo, int number, int count) {
    const int64_t day_ms = INT64_C(24) * HOUR_MS;
    int old = count * 3 / 4;
    if (number < old) return demo->started_ms - 365 * day_ms + 355 * day_ms / old * number;
    return demo->started_ms - 10 * day_ms + 10 * day_ms / (count - old) * (number - old) - 12 * HOUR_MS;
}

int demo_tell(struct demo *demo, int number, int count) {
    /* Repeatable whatever happened before, so that a batch may run again. */
    demo->random = UINT64_C(0x6d696e7969) + (uint64_t)number * 7919;
    struct demo_committee *committee = choose_committee(demo, number);
    struct story story = {.demo = demo, .committee = committee, .number = number};
    story.sample = json_array_get(demo->reports, (size_t)number * 31 % json_array_size(demo->reports));
    story.author =
        &demo->people[committee->officers[demo_between(demo, 0, committee->officer_count - 1)]].actor;
    story.editor =
        &demo->people[committee->editors[demo_between(demo, 0, committee->editor_count - 1)]].actor;
    story.now = begin_of(demo, number, count);
    story.kind = demo_chance(demo, 55);
    if (story_wait(&story, 0, 10)) write(&story);
    return demo->caller.error;
}
