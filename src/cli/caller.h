/* Operations called by their route's name with JSON in and out: how the demo and the import use the very same
 * doors as the pages, without knowing the features' structs. */
#ifndef MINYI_CLI_CALLER_H
#define MINYI_CLI_CALLER_H

#include <jansson.h>

#include "internal.h"

struct caller {
    struct ctx *ctx;     /* the office's; its conn is the open transaction */
    struct arena *arena; /* for the calls; reset by the owner between batches */
    int64_t now;         /* the instant at which the next call happens */
    int error;           /* first failure since it was last cleared; later calls then do nothing */
    struct problem problem;
    const char *operation; /* that failed */
};

/* Loads an account as the gate would: identity and permissions. */
int caller_actor(struct caller *caller, int64_t account_id, struct actor *ret) MUST_CHECK;

/* Calls the operation NAME as ACTOR. IN holds path, query and body fields together, and "If-Match" as an
 * integer for routes that want it; the reference is taken. The reply, a new reference the caller releases:
 * NULL on failure, json_null() for operations without a reply. */
json_t *caller_call(struct caller *caller, const struct actor *actor, const char *name, json_t *in);

/* The same when the reply does not matter. */
int caller_do(struct caller *caller, const struct actor *actor, const char *name, json_t *in);

/* Value of an integer or text member; 0 or "" when it is missing. */
int64_t json_int(const json_t *object, const char *key);
const char *json_text(const json_t *object, const char *key);

#endif
