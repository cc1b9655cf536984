/* A life cycle: a table of states and transitions read by one small engine.
 *
 * Operations ask lifecycle_next() before they act; the diagrams in the features' READMEs and the unit
 * tests (every transition allowed and refused) walk the same tables.
 */
#ifndef MINYI_LIFECYCLE_H
#define MINYI_LIFECYCLE_H

#include "minyi/base.h"

struct lifecycle_state {
    const char *code; /* stored and on the wire: "in_review" */
    const char *zh;   /* "审核中" */
};

/* Where an event leads that takes the record away: it is deleted. As Mermaid draws it. */
#define LIFECYCLE_END "[*]"

struct transition {
    const char *from;
    const char *event; /* "submit" */
    const char *to;    /* a state, or LIFECYCLE_END */
    const char *who;   /* for the diagram: "作者", "审核人" */
};

struct lifecycle {
    const char *name; /* "report" */
    const char *zh;   /* "来稿" */
    const struct lifecycle_state *states;
    size_t state_count;
    const struct transition *transitions;
    size_t transition_count;
};

/* The state that EVENT leads to from FROM; ERR_ILLEGAL_TRANSITION when the table has no such row. */
int lifecycle_next(const struct lifecycle *lifecycle, const char *from, const char *event,
                   const char **ret_to) MUST_CHECK;

/* Chinese name of a state; the code itself when unknown. */
const char *lifecycle_zh(const struct lifecycle *lifecycle, const char *code);

struct buf;
/* Mermaid state diagram for READMEs. */
void lifecycle_diagram(const struct lifecycle *lifecycle, struct buf *out);

#endif
