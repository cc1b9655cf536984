/* The list of route tables, in alphabetical order. */
#include "minyi/features.h"

#include "minyi/account.h"
#include "minyi/article.h"
#include "minyi/audit.h"
#include "minyi/unit.h"
#include "minyi/notify.h"
#include "minyi/report.h"

const struct route_table *const feature_tables[] = {
    &account_routes,
    &article_routes,
    &audit_routes,
    &role_routes,
    &unit_routes,
    &attachment_routes,
    &notify_routes,
    &report_routes,
    NULL,
};

const struct lifecycle *const feature_lifecycles[] = {
    &article_lifecycle,
    &report_lifecycle,
    NULL,
};
