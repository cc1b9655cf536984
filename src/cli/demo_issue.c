/* The rest of a story: edited, signed off, published with its number, sent, answered, rated. */
#include <string.h>

#include "demo_story.h"
#include "minyi/clock.h"

static json_t *versioned(struct story *story, const struct actor *actor, const char *get, int64_t id) {
    json_t *record = story_get(story, actor, get, id);
    json_t *in =
        json_pack("{s:I, s:I}", "id", (json_int_t)id, "If-Match", (json_int_t)json_int(record, "version"));
    json_decref(record);
    return in;
}

static int edit(struct story *story) {
    json_t *article = story_get(story, story->editor, "article_get", story->article_id);
    json_t *in = json_pack("{s:I, s:I}", "id", (json_int_t)story->article_id, "If-Match",
                           (json_int_t)json_int(article, "version"));
    static const char *const kept[] = {"title", "situation", "analysis", "suggestion"};
    for (size_t i = 0; i < ARRAY_LEN(kept); i++)
        json_object_set(in, kept[i], json_object_get(article, kept[i]));
    const char *situation = json_text(article, "situation"), *photo = story_photo_line(story);
    json_object_set_new(in, "situation",
                        json_string(arena_printf(story->demo->caller.arena, "%s%s", situation, photo)));
    json_decref(article);
    const char *note = demo_phrase(story->demo, "editor_notes");
    json_object_set_new(in, "editor_note",
                        json_string(demo_fill(story->demo, note, story->sample, story->committee)));
    return story_do(story, story->editor, "article_edit", in);
}

static int sign(struct story *story, int person) {
    const struct actor *actor = &story->demo->people[person].actor;
    json_t *in = versioned(story, actor, "article_get", story->article_id);
    if (demo_chance(story->demo, 60))
        json_object_set_new(in, "note", json_string(demo_phrase(story->demo, "signoff_notes")));
    json_t *reply = story_call(story, actor, "article_sign", in);
    const json_t *issue = json_object_get(reply, "issue_id");
    if (json_is_integer(issue)) story->issue_id = json_integer_value(issue);
    json_decref(reply);
    return story->demo->caller.error;
}

/* ---- recipients ---- */

static bool wanted(struct story *story, const json_t *recipient, int64_t department) {
    const char *kind = json_text(recipient, "kind");
    if (story->kind == 0) return strcmp(kind, "leader") == 0 && demo_chance(story->demo, 35);
    return strcmp(kind, "department") == 0 && json_int(recipient, "unit_id") == department;
}

/* The department that would answer; one of the handlers' when the sample's has nobody here. */
static int64_t department_of(struct story *story, const json_t *recipients) {
    struct demo *demo = story->demo;
    for (int i = 0; i < demo->handler_count && story->committee == &demo->committees[0]; i++)
        if (strcmp(demo->people[demo->handlers[i]].unit_code, json_text(story->sample, "department")) == 0)
            return demo->people[demo->handlers[i]].actor.unit_id;
    int64_t units[64], count = 0;
    size_t i = 0;
    const json_t *recipient = NULL;
    json_array_foreach(recipients, i, recipient) {
        if (strcmp(json_text(recipient, "kind"), "department") == 0 && count < (int64_t)ARRAY_LEN(units))
            units[count++] = json_int(recipient, "unit_id");
    }
    return count ? units[demo_between(demo, 0, count - 1)] : 0;
}

static int address(struct story *story) {
    json_t *list = story_call(story, story->editor, "recipient_list", NULL);
    const json_t *recipients = json_object_get(list, "items");
    int64_t department = department_of(story, recipients);
    json_t *main_ids = json_array(), *copy_ids = json_array();
    size_t i = 0;
    const json_t *recipient = NULL;
    json_array_foreach(recipients, i, recipient) {
        json_t *id = json_integer(json_int(recipient, "id"));
        if (wanted(story, recipient, department) || (story->kind == 0 && json_array_size(main_ids) == 0 &&
                                                     strcmp(json_text(recipient, "kind"), "leader") == 0))
            json_array_append(main_ids, id);
        else if (strcmp(json_text(recipient, "kind"), "upper") == 0 && demo_chance(story->demo, 30))
            json_array_append(copy_ids, id);
        json_decref(id);
    }
    if (json_array_size(main_ids) == 0 && json_array_size(recipients) > 0)
        json_array_append_new(main_ids, json_integer(json_int(json_array_get(recipients, 0), "id")));
    json_decref(list);
    json_t *in = versioned(story, story->editor, "issue_get", story->issue_id);
    json_object_set_new(in, "main", main_ids);
    json_object_set_new(in, "copy", copy_ids);
    return story_do(story, story->editor, "issue_recipients_save", in);
}

/* ---- answers ---- */

static const struct actor *handler_of(struct story *story, const json_t *dispatch) {
    const char *name = json_text(dispatch, "recipient_name");
    size_t i = 0;
    const json_t *unit = NULL;
    json_array_foreach(json_object_get(story->demo->units, "units"), i, unit) {
        if (strcmp(json_text(unit, "short_name"), name) != 0) continue;
        for (int p = 0; p < story->demo->people_count; p++)
            if (strcmp(story->demo->people[p].unit_code, json_text(unit, "code")) == 0)
                return &story->demo->people[p].actor;
    }
    return story->editor; /* the office registers for those without an account */
}

static void answer(struct story *story, const json_t *dispatch) {
    int64_t id = json_int(dispatch, "id");
    const struct actor *handler = handler_of(story, dispatch);
    if (!story_wait(story, 120, 900)) return;
    json_t *in = versioned(story, handler, "dispatch_get", id);
    const char *reply = json_text(story->sample, "reply");
    json_object_set_new(in, "result", json_string(json_text(story->sample, "reply_result")));
    json_object_set_new(in, "text",
                        json_string(demo_fill(story->demo, reply, story->sample, story->committee)));
    json_object_set_new(in, "contact", json_string("办公室 0000-0000000"));
    if (story_do(story, handler, "dispatch_answer", in) < 0 || !story_wait(story, 5, 120)) return;
    if (!demo_chance(story->demo, 75)) return;
    static const char *const ratings[] = {"satisfied", "satisfied", "mostly", "mostly", "unsatisfied"};
    const char *rating = ratings[demo_between(story->demo, 0, 4)];
    const json_t *notes = json_object_get(json_object_get(story->demo->phrases, "rating_notes"), rating);
    in = json_pack("{s:I, s:s, s:s}", "id", (json_int_t)id, "rating", rating, "note",
                   demo_pick(story->demo, notes));
    if (story_do(story, story->author, "rating_save", in) < 0 || !story_wait(story, 24, 240)) return;
    if (demo_chance(story->demo, 70))
        story_do(story, story->editor, "dispatch_close", versioned(story, story->editor, "dispatch_get", id));
}

static void instruct(struct story *story, const json_t *dispatch) {
    const char *text = json_string_value(json_object_get(story->sample, "instruction"));
    if (!text || !demo_chance(story->demo, 55)) return;
    int64_t day_ms = story->now;
    char date[CLOCK_DATE_SIZE];
    clock_date(day_ms, date);
    const char *rank = story->committee == &story->demo->committees[0] ? "province"
                       : story->committee->has_chain                   ? "city"
                                                                       : "county";
    json_t *in = json_pack("{s:I, s:s, s:s, s:s, s:s, s:I, s:b}", "id", (json_int_t)story->issue_id, "leader",
                           json_text(dispatch, "recipient_name"), "rank", rank, "dated_on", date, "text",
                           text, "recipient_id", (json_int_t)json_int(dispatch, "recipient_id"),
                           "shown_to_author", (int)demo_chance(story->demo, 80));
    story_do(story, story->editor, "instruction_add", in);
}

static void follow(struct story *story) {
    int64_t sent = story->now;
    json_t *list = story_call(story, story->editor, "dispatch_list",
                              json_pack("{s:I}", "issue_id", (json_int_t)story->issue_id));
    size_t i = 0;
    const json_t *dispatch = NULL;
    json_array_foreach(json_object_get(list, "items"), i, dispatch) {
        story->now = sent;
        bool department = strcmp(json_text(dispatch, "recipient_kind"), "department") == 0;
        const struct actor *who = department ? handler_of(story, dispatch) : story->editor;
        if (!story_wait(story, 3, 50)) continue;
        story_do(story, who, "dispatch_receive",
                 json_pack("{s:I}", "id", (json_int_t)json_int(dispatch, "id")));
        if (department)
            answer(story, dispatch);
        else if (story_wait(story, 10, 200))
            instruct(story, dispatch);
    }
    json_decref(list);
}

void story_publish(struct story *story) {
    if (!story_wait(story, 3, 40) || edit(story) < 0) return;
    story_judge_article(story);
    if (!story->committee->has_chain || !story_wait(story, 2, 30)) return;
    json_t *in = versioned(story, story->editor, "article_get", story->article_id);
    if (story_do(story, story->editor, "article_send", in) < 0) return;
    const int chain[] = {story->committee->section_head, story->committee->secretary,
                         story->committee->vice_chair};
    size_t steps = story->kind == 0 ? 3 : 2;
    for (size_t i = 0; i < steps; i++)
        if (!story_wait(story, 2, 36) || sign(story, chain[i]) < 0) return;
    if (!story->issue_id || !story_wait(story, 1, 20) || address(story) < 0) return;
    in = versioned(story, story->editor, "issue_get", story->issue_id);
    if (!story_wait(story, 0, 8)) {
        json_decref(in);
        return;
    }
    if (story_do(story, story->editor, "issue_send", in) == 0) follow(story);
}
