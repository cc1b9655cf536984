/* The route tables of all features: what the gate, the OpenAPI document and the permission tests walk. */
#ifndef MINYI_FEATURES_H
#define MINYI_FEATURES_H

#include "minyi/lifecycle.h"
#include "minyi/route.h"

/* Ended by NULL. */
extern const struct route_table *const feature_tables[];

/* The life cycles, for diagrams and tests; ended by NULL. */
extern const struct lifecycle *const feature_lifecycles[];

#endif
