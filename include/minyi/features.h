/* The route tables of all features: what the gate, the OpenAPI document and the permission tests walk. */
#ifndef MINYI_FEATURES_H
#define MINYI_FEATURES_H

#include "minyi/route.h"

/* Ended by NULL. */
extern const struct route_table *const feature_tables[];

#endif
