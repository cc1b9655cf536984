/* The engine of life cycles: looks transitions up and draws them. */
#include "minyi/lifecycle.h"

#include <string.h>

#include "minyi/buf.h"
#include "minyi/err.h"

int lifecycle_next(const struct lifecycle *lifecycle, const char *from, const char *event,
                   const char **ret_to) {
    for (size_t i = 0; i < lifecycle->transition_count; i++) {
        const struct transition *row = &lifecycle->transitions[i];
        if (strcmp(row->from, from) != 0 || strcmp(row->event, event) != 0) continue;
        *ret_to = row->to;
        return 0;
    }
    return ERR_ILLEGAL_TRANSITION;
}

const char *lifecycle_zh(const struct lifecycle *lifecycle, const char *code) {
    for (size_t i = 0; i < lifecycle->state_count; i++)
        if (strcmp(lifecycle->states[i].code, code) == 0) return lifecycle->states[i].zh;
    return code;
}

void lifecycle_diagram(const struct lifecycle *lifecycle, struct buf *out) {
    buf_adds(out, "stateDiagram-v2\n");
    for (size_t i = 0; i < lifecycle->state_count; i++)
        buf_addf(out, "    state \"%s %s\" as %s\n", lifecycle->states[i].zh, lifecycle->states[i].code,
                 lifecycle->states[i].code);
    if (lifecycle->state_count > 0) buf_addf(out, "    [*] --> %s\n", lifecycle->states[0].code);
    for (size_t i = 0; i < lifecycle->transition_count; i++) {
        const struct transition *row = &lifecycle->transitions[i];
        buf_addf(out, "    %s --> %s: %s（%s）\n", row->from, row->to, row->event, row->who);
    }
}
