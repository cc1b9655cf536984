/* Scans of papers that came back, filed with their records. */
#ifndef MINYI_SCAN_H
#define MINYI_SCAN_H

#include "minyi/route.h"

extern const struct route_table scan_routes;

/* Deletes some of the scans that nobody has filed for 30 days; 1: there may be more. In a write; for the job. */
int scan_expire(struct ctx *ctx) MUST_CHECK;

#endif
