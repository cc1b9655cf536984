/* The thread for long work, beside the scheduler's. */
#ifndef MINYI_JOBS_WORKER_H
#define MINYI_JOBS_WORKER_H

#include "minyi/db.h"

struct worker;

/* SITE_URL is for the codes on prints and lives as long as the worker. NULL when the system has no thread to
 * give. */
struct worker *worker_start(struct db *db, const char *site_url);

/* Ends after the paper it is at. NULL is accepted; returns NULL. */
struct worker *worker_stop(struct worker *worker);

#endif
