/* The desk's part of a story: claimed, judged through the gates, graded, decided. */
#include <string.h>

#include "demo_story.h"

static const char *gate_note(struct story *story, const char *code, bool failed) {
    const json_t *notes = json_object_get(story->demo->phrases, failed ? "gate_fail_notes" : "gate_notes");
    return demo_pick(story->demo, json_object_get(notes, code));
}

/* Judges every gate that is not settled; one of them fails when FAIL says so. */
static void judge(struct story *story, const char *operation, int64_t id, const json_t *gates,
                  const char *sha256, bool fail_one) {
    size_t i = 0;
    const json_t *gate = NULL;
    size_t failing =
        fail_one ? (size_t)demo_between(story->demo, 1, (int64_t)json_array_size(gates) - 1) : 99;
    json_array_foreach(gates, i, gate) {
        const char *result = json_text(gate, "result");
        bool settled = strcmp(result, "pass") == 0 && !json_is_true(json_object_get(gate, "stale"));
        if (settled) continue;
        bool failed = i == failing;
        json_t *in = json_pack("{s:I, s:I, s:s, s:[i,i], s:s}", "id", (json_int_t)id, "gate_id",
                               (json_int_t)json_int(gate, "gate_id"), "result", failed ? "fail" : "pass",
                               "checked", 1, 2, "text_sha256", sha256);
        if (failed || demo_chance(story->demo, 35))
            json_object_set_new(in, "note", json_string(gate_note(story, json_text(gate, "code"), failed)));
        if (story_do(story, story->editor, operation, in) < 0) return;
    }
}

void story_judge_article(struct story *story) {
    json_t *article = story_get(story, story->editor, "article_get", story->article_id);
    judge(story, "article_gate_save", story->article_id, json_object_get(article, "gates"),
          json_text(article, "text_sha256"), false);
    json_decref(article);
}

static void grade(struct story *story, const struct actor *reviewer, const char *sha256, int64_t leaning) {
    json_t *catalog = story_call(story, reviewer, "catalog_get", NULL);
    json_t *marks = json_array();
    size_t i = 0;
    const json_t *criterion = NULL;
    json_array_foreach(json_object_get(catalog, "criteria"), i, criterion) {
        int64_t mark = leaning + demo_between(story->demo, -1, 1);
        mark = mark < 1 ? 1 : mark > 5 ? 5 : mark;
        json_array_append_new(marks,
                              json_pack("{s:I, s:I}", "criterion_id", (json_int_t)json_int(criterion, "id"),
                                        "mark", (json_int_t)mark));
    }
    json_decref(catalog);
    json_t *in = json_pack("{s:I, s:o, s:s}", "id", (json_int_t)story->report_id, "marks", marks,
                           "text_sha256", sha256);
    if (demo_chance(story->demo, 50))
        json_object_set_new(in, "note", json_string(demo_phrase(story->demo, "grade_notes")));
    story_do(story, reviewer, "grading_save", in);
}

static json_t *versioned(struct story *story) {
    json_t *report = story_get(story, story->editor, "report_get", story->report_id);
    json_t *in = json_pack("{s:I, s:I}", "id", (json_int_t)story->report_id, "If-Match",
                           (json_int_t)json_int(report, "version"));
    json_decref(report);
    return in;
}

/* A decision with a reason of its kind out of the catalog, its text made concrete. */
static int decide(struct story *story, const char *operation, const char *kind, const char *phrases) {
    json_t *catalog = story_call(story, story->editor, "catalog_get", NULL);
    const char *codes[32];
    int64_t count = 0;
    size_t i = 0;
    const json_t *reason = NULL;
    json_array_foreach(json_object_get(catalog, "reasons"), i, reason) {
        if (strcmp(json_text(reason, "kind"), kind) == 0 && count < (int64_t)ARRAY_LEN(codes))
            codes[count++] = json_text(reason, "code");
    }
    json_t *in = versioned(story);
    if (count)
        json_object_set_new(in, "reason_code", json_string(codes[demo_between(story->demo, 0, count - 1)]));
    json_object_set_new(in, "text", json_string(demo_phrase(story->demo, phrases)));
    json_decref(catalog);
    return story_do(story, story->editor, operation, in);
}

static bool adopt(struct story *story) {
    json_t *in = versioned(story);
    json_object_set_new(in, "publication_id", json_integer(story->committee->publications[story->kind]));
    json_t *created = story_call(story, story->editor, "report_adopt", in);
    story->article_id = json_int(created, "article_id");
    json_decref(created);
    return story->demo->caller.error == 0;
}

static void look(struct story *story, bool weak) {
    json_t *desk = story_get(story, story->editor, "desk_get", story->report_id);
    const json_t *report = json_object_get(desk, "report");
    const char *sha256 = arena_strdup(story->demo->caller.arena, json_text(report, "text_sha256"));
    judge(story, "report_gate_save", story->report_id, json_object_get(desk, "gates"), sha256, weak);
    json_decref(desk);
    grade(story, story->editor, sha256, weak ? 2 : 4);
    const struct demo_committee *committee = story->committee;
    if (committee->editor_count > 1 && demo_chance(story->demo, 40)) {
        const struct actor *second = &story->demo->people[committee->editors[0]].actor;
        if (second == story->editor) second = &story->demo->people[committee->editors[1]].actor;
        grade(story, second, sha256, weak ? 3 : 4);
    }
}

static int claim(struct story *story) {
    json_t *in = json_pack("{s:I, s:b}", "id", (json_int_t)story->report_id, "force", 1);
    return story_do(story, story->editor, "desk_claim", in);
}

static bool resubmit(struct story *story) {
    if (!story_wait(story, 12, 96)) return false;
    json_t *report = story_get(story, story->author, "report_get", story->report_id);
    json_t *in = json_pack("{s:I, s:b, s:I}", "id", (json_int_t)story->report_id, "confirm_not_classified", 1,
                           "If-Match", (json_int_t)json_int(report, "version"));
    json_decref(report);
    return story_do(story, story->author, "report_submit", in) == 0;
}

bool story_review(struct story *story) {
    struct demo *demo = story->demo;
    int fate = (int)demo_between(demo, 1, 100);
    bool weak = fate > 62;
    if (!story_wait(story, 4, 72) || claim(story) < 0) return false;
    if (!story_wait(story, 4, 48)) return false;
    look(story, weak);
    if (!story_wait(story, 2, 72)) return false;
    if (fate > 94) return decide(story, "report_redirect", "redirect", "redirect_notes") < 0;
    if (fate > 76) return decide(story, "report_keep", "keep", "keep_notes") < 0;
    if (weak) {
        if (decide(story, "report_return", "return", "return_notes") < 0 || fate > 71 || !resubmit(story))
            return false;
        if (!story_wait(story, 4, 40) || claim(story) < 0 || !story_wait(story, 1, 20)) return false;
        look(story, false);
    }
    return demo->caller.error == 0 && adopt(story);
}
