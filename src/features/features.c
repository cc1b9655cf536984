/* The list of route tables, in alphabetical order. */
#include "minyi/features.h"

#include "minyi/account.h"
#include "minyi/admin.h"
#include "minyi/article.h"
#include "minyi/audit.h"
#include "minyi/batch.h"
#include "minyi/issue.h"
#include "minyi/notify.h"
#include "minyi/office_paper.h"
#include "minyi/office_template.h"
#include "minyi/report.h"
#include "minyi/review.h"
#include "minyi/scan.h"
#include "minyi/unit.h"

const struct route_table *const feature_tables[] = {
    &account_routes,
    &admin_routes,
    &article_routes,
    &attachment_routes,
    &audit_routes,
    &batch_routes,
    &dispatch_routes,
    &font_routes,
    &issue_routes,
    &notify_routes,
    &paper_routes,
    &report_routes,
    &review_routes,
    &role_routes,
    &scan_routes,
    &signoff_routes,
    &template_routes,
    &unit_routes,
    NULL,
};

const struct lifecycle *const feature_lifecycles[] = {
    &article_lifecycle,
    &batch_lifecycle,
    &dispatch_lifecycle,
    &issue_lifecycle,
    &report_lifecycle,
    &template_lifecycle,
    NULL,
};
