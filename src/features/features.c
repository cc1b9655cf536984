/* The list of route tables, in alphabetical order. */
#include "minyi/features.h"

const struct route_table *const feature_tables[] = {
    NULL,
};
