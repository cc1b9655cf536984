/* Work on strangers' bytes in a process of its own, which is killed and reaped whatever happens in it. */
#ifndef MINYI_FILES_CHILD_INTERNAL_H
#define MINYI_FILES_CHILD_INTERNAL_H

#include <linux/filter.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "minyi/base.h"

struct child_limits {
    rlim_t cpu_seconds;
    /* Bytes of address space: of the program that it becomes, or beyond what this process has now; 0: no
     * other limit than this process has. */
    rlim_t memory;
    const char *program; /* that it becomes, which it may read and run wherever that lies; or NULL */
    int wait_ms; /* how long its output is waited for, all in all; what is done in between does not count */
};

struct child {
    pid_t id;
    int from; /* what it writes */
    int64_t wait_us;
};

/* What the child does. It may call only what is async-signal-safe, and malloc; when it returns the child
 * ends.
 */
typedef void child_work(const void *argument);

/* The filter of system calls that every child has (child_filter.c), for prctl(PR_SET_SECCOMP); lives as long
 * as the process. NULL: this kernel has no seccomp, or libseccomp cannot make it. Threads may ask at once. */
const struct sock_fprog *child_filter(void);

/* Lets go of all memory that is shared with other processes (child_memory.c). Async-signal-safe. */
bool child_leave_shared(void) MUST_CHECK;

/* What every child may read and run, PROGRAM (may be NULL) with it (child_reach.c). *ret is the caller's to
 * close, and -1 on a kernel without Landlock; false: there was no room for it. */
bool child_reach(const char *program, int *ret) MUST_CHECK;

/* Held to RULESET (-1: none) from now on. Async-signal-safe; the process must be past PR_SET_NO_NEW_PRIVS. */
bool child_take_reach(int ruleset) MUST_CHECK;

/* Whether this kernel has Landlock. */
bool child_reach_known(void);

/* Starts a child that does WORK: it reads INPUT, a descriptor (-1: nothing), as its standard input, what it
 * writes to its standard output is for child_read(), and it has no other descriptor of ours. False: the
 * system has no process, descriptor or filter to give. */
bool child_start(const struct child_limits *limits, int input, child_work *work, const void *argument,
                 struct child *ret) MUST_CHECK;

/* The next SIZE bytes that it writes; returns fewer when it ended or was too slow before. */
size_t child_read(struct child *child, void *to, size_t size) MUST_CHECK;

/* For CLEANUP. */
void child_end(struct child *child);

#endif
