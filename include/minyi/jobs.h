/* Scheduled work of the running service: what must be tidied although nobody asks for it. */
#ifndef MINYI_JOBS_H
#define MINYI_JOBS_H

#include "minyi/base.h"
#include "minyi/db.h"

struct jobs;

/* Starts the scheduler's thread: every job runs once soon after the start and then at its interval, on the
 * one node that leads; and the thread for long work (batches of papers), for which SITE_URL is what struct
 * ctx calls so. NULL when the system has no thread to give. */
struct jobs *jobs_start(struct db *db, const char *site_url);

/* Ends the threads after the job and the paper they are at. NULL is accepted; returns NULL. */
struct jobs *jobs_stop(struct jobs *jobs);

#endif
