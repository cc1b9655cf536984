/* The papers that the typesetter's tests look at. */
#ifndef PAPER_SAMPLES_H
#define PAPER_SAMPLES_H

#include "minyi/paper.h"

/* NULL past the last. */
const char *sample_name(size_t index);

/* The sample of that name, or of file:PATH, in ARENA; false when there is none. */
bool sample_paper(struct arena *arena, const char *name, struct paper *ret);

#endif
