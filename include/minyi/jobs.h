/* Scheduled work of the running service: what must be tidied although nobody asks for it. */
#ifndef MINYI_JOBS_H
#define MINYI_JOBS_H

#include "minyi/base.h"
#include "minyi/db.h"

struct jobs;

/* Starts the scheduler's thread: every job runs once soon after the start and then at its interval, on the
 * one node that leads. NULL when the system has no thread to give. */
struct jobs *jobs_start(struct db *db);

/* Ends the thread after the job it is in. NULL is accepted; returns NULL. */
struct jobs *jobs_stop(struct jobs *jobs);

#endif
