/* The demo office: an invented province with its people and a year of work, made by the product's own
 * operations. */
#ifndef MINYI_CLI_DEMO_H
#define MINYI_CLI_DEMO_H

#include <jansson.h>

#include "caller.h"

enum { DEMO_PEOPLE_MAX = 96, DEMO_COMMITTEES_MAX = 8 };

struct demo_person {
    const char *role; /* role code: "officer" */
    const char *login;
    const char *unit_code;
    const char *link; /* name under which its sign-in link is printed and saved; NULL: none */
    struct actor actor;
};

/* A committee with the desk that works for it. Indices into people; -1: none. */
struct demo_committee {
    const char *code, *city, *place; /* {city}, {place} of its reports */
    int64_t unit_id;
    int officers[24], officer_count;
    int clerk, editors[3], editor_count, section_head, secretary, vice_chair;
    int64_t publications[2]; /* submit, forward */
    bool has_chain;          /* somebody for every step of both publications */
};

struct demo {
    struct office *office;
    struct caller caller;
    json_t *units, *phrases, *reports;
    uint64_t random;
    struct demo_person people[DEMO_PEOPLE_MAX];
    int people_count;
    struct demo_committee committees[DEMO_COMMITTEES_MAX];
    int committee_count;
    int handlers[16], handler_count; /* department handlers of the province */
    int64_t started_ms;              /* now; the year of work ends here */
};

/* demo_random.c */
int64_t demo_between(struct demo *demo, int64_t low, int64_t high); /* both included */
bool demo_chance(struct demo *demo, int percent);
const char *demo_pick(struct demo *demo, const json_t *array);
const char *demo_phrase(struct demo *demo, const char *kind);
const char *demo_fill(struct demo *demo, const char *text, const json_t *sample,
                      const struct demo_committee *committee);

/* demo_people.c: units, accounts, roles, profiles, address books. */
int demo_make_people(struct demo *demo) MUST_CHECK;
/* Loads what demo_make_people() made, in a later transaction. */
int demo_load_people(struct demo *demo) MUST_CHECK;

/* demo_story.c: one report from its first word to where it stands today. */
int demo_tell(struct demo *demo, int number, int count) MUST_CHECK;

#endif
