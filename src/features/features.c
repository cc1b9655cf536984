/* The list of route tables, in alphabetical order. */
#include "minyi/features.h"

#include "minyi/account.h"

const struct route_table *const feature_tables[] = {
    &account_routes,
    NULL,
};

const struct lifecycle *const feature_lifecycles[] = {
    NULL,
};
