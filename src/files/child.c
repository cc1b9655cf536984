/* See child_internal.h.
 *
 * 1. Between fork() and the work only async-signal-safe functions are called: other threads of this process
 *    may have held any lock. (malloc's are the child's own after a fork.)
 * 2. The child has three descriptors, no terminal, no memory that is shared (child_memory.c), no signal of
 *    ours blocked or ignored; it can gain no rights, write no file and leave no core, and ends when this
 *    process does. What it may ask of the system is in child_filter.c; without that filter no child is
 *    started. What it may read is in child_reach.c.
 * 3. SIGXFSZ alone stays ignored: a library that tries to write a cache is told that it cannot, and goes on.
 * 4. What comes back is as little trusted as what the child worked on.
 */
#include "child_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "minyi/clock.h"

enum { STREAMS = 3, DESCRIPTORS_MAX = 64, NICER = 5 };

struct ends {
    int input, output, errors;
};

/* What the kernel is asked to hold the child to. */
struct hold {
    const struct sock_fprog *filter;
    int reach;
    rlim_t memory; /* 0: no more than now */
};

/* The three streams, wherever they are now, at their places; nothing else stays open. */
static bool take_streams(const struct ends *ends) {
    int input = fcntl(ends->input, F_DUPFD, STREAMS), output = fcntl(ends->output, F_DUPFD, STREAMS);
    int errors = fcntl(ends->errors, F_DUPFD, STREAMS);
    return dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
           dup2(errors, STDERR_FILENO) >= 0 && close_range(STREAMS, ~0U, 0) == 0;
}

static bool limit(__rlimit_resource_t what, rlim_t most) {
    return setrlimit(what, &(struct rlimit){most, most}) == 0;
}

static bool take_limits(const struct child_limits *limits, const struct hold *hold) {
    return limit(RLIMIT_CPU, limits->cpu_seconds) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) &&
           limit(RLIMIT_NOFILE, DESCRIPTORS_MAX) && (hold->memory == 0 || limit(RLIMIT_AS, hold->memory)) &&
           setpriority(PRIO_PROCESS, 0, NICER) == 0;
}

static void take_signals(void) {
    sigset_t none;
    for (int number = 1; number < NSIG; number++)
        signal(number, number == SIGXFSZ ? SIG_IGN : SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* No new rights: the kernel asks for that before it takes rules or filters. Comes before the streams, whose
 * taking closes the rules. */
static bool take_reach(const struct hold *hold) {
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && child_take_reach(hold->reach);
}

static bool take_filter(const struct hold *hold) {
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, hold->filter, 0, 0) == 0;
}

static _Noreturn void run(const struct child_limits *limits, const struct ends *ends, pid_t parent,
                          const struct hold *hold, child_work *work, const void *argument) {
    take_signals();
    bool fine = prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && getppid() == parent && setsid() >= 0;
    if (fine && child_leave_shared() && take_reach(hold) && take_streams(ends) && take_limits(limits, hold) &&
        take_filter(hold))
        work(argument);
    _exit(0);
}

/* Of this process, in bytes; 0: nobody can tell. */
static rlim_t address_space(void) {
    char text[32];
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t len = file >= 0 ? read(file, text, sizeof text - 1) : -1;
    if (file >= 0) close(file);
    text[len > 0 ? len : 0] = '\0';
    return strtoul(text, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE);
}

bool child_start(const struct child_limits *limits, int input, child_work *work, const void *argument,
                 struct child *ret) {
    struct hold hold = {child_filter(), -1, limits->memory};
    int ends[2], nothing = hold.filter ? open("/dev/null", O_RDWR | O_CLOEXEC) : -1;
    pid_t parent = getpid(), id = -1;
    if (nothing < 0) return false;
    if (limits->memory > 0 && limits->program == NULL) hold.memory += address_space();
    if (child_reach(limits->program, &hold.reach) && pipe2(ends, O_CLOEXEC) == 0) {
        const struct ends its = {input < 0 ? nothing : input, ends[1], nothing};
        id = fork();
        if (id == 0) run(limits, &its, parent, &hold, work, argument);
        close(ends[1]);
        if (id < 0) close(ends[0]);
    }
    if (hold.reach >= 0) close(hold.reach);
    close(nothing);
    if (id > 0) *ret = (struct child){.id = id, .from = ends[0], .wait_us = INT64_C(1000) * limits->wait_ms};
    return id > 0;
}

/* Until there is something to read, or the end; false: it took too long. */
static bool wait_for(struct child *child) {
    struct pollfd ready = {.fd = child->from, .events = POLLIN};
    int64_t from = clock_monotonic_us();
    int result = poll(&ready, 1, child->wait_us > 0 ? (int)(child->wait_us / 1000) : 0);
    bool interrupted = result < 0 && errno == EINTR;
    child->wait_us -= clock_monotonic_us() - from;
    return result > 0 || (interrupted && child->wait_us > 0 && wait_for(child));
}

size_t child_read(struct child *child, void *to, size_t size) {
    size_t len = 0;
    while (len < size && wait_for(child)) {
        ssize_t now = read(child->from, (char *)to + len, size - len);
        if (now < 0 && errno == EINTR) continue;
        if (now <= 0) break;
        len += (size_t)now;
    }
    return len;
}

void child_end(struct child *child) {
    if (child->id <= 0) return;
    close(child->from);
    kill(child->id, SIGKILL);
    while (waitpid(child->id, NULL, 0) < 0 && errno == EINTR)
        continue;
    child->id = 0;
}
