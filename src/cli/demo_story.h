/* One report's way through the office, told step by step as time passes. */
#ifndef MINYI_CLI_DEMO_STORY_H
#define MINYI_CLI_DEMO_STORY_H

#include "demo.h"

struct story {
    struct demo *demo;
    struct demo_committee *committee;
    const json_t *sample;
    const struct actor *author, *editor;
    int64_t now; /* of the story */
    int64_t report_id, article_id, issue_id;
    int kind;   /* publication: 0 submit, 1 forward */
    int number; /* of the story */
};

/* Lets HOURS pass (between LOW and HIGH, moved into office hours). False when that is past today: the story
 * ends here, which is where the report stands. */
bool story_wait(struct story *story, int64_t low, int64_t high);

/* Calls with the story's time. */
json_t *story_call(struct story *story, const struct actor *actor, const char *operation, json_t *in);
int story_do(struct story *story, const struct actor *actor, const char *operation, json_t *in);

/* The record as ACTOR sees it now; a new reference or NULL. */
json_t *story_get(struct story *story, const struct actor *actor, const char *operation, int64_t id);

/* demo_desk.c: from the queue to the adopted article; false when the story ends there. */
bool story_review(struct story *story);
/* Judges the gates of the article that are still open, as the editor does before it goes to sign-off. */
void story_judge_article(struct story *story);
/* demo_photo.c: some reports come with a picture; the line that puts it into the article, "" without. */
void story_attach_photo(struct story *story);
const char *story_photo_line(struct story *story);
/* demo_issue.c: edited, signed off, published, sent, answered. */
void story_publish(struct story *story);

#endif
