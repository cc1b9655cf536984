/* What a child may read and run, as a Landlock ruleset: the system's programs and libraries, and what drawing
 * asks for. Not the office's files, not its settings, not another process's memory under /proc.
 *
 * 1. It adds to the filter of system calls, which cannot look at paths and lets files be opened to read.
 * 2. What a descriptor is open for stays allowed, and so does /proc/self/fd of memory without a name.
 * 3. A kernel without Landlock (before 5.13, or started without it) has nothing to give: the filter alone
 *    holds the child then. A ruleset that was begun and cannot be finished is a failure, and no child is
 *    started.
 */
#include "child_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OF_FILES (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE)
#define ALL (OF_FILES | LANDLOCK_ACCESS_FS_READ_DIR)

/* /etc as a whole holds settings of services, and secrets among them. */
static const char *const open_to_it[] = {"/usr",
                                         "/lib",
                                         "/lib32",
                                         "/lib64",
                                         "/bin",
                                         "/etc/fonts",
                                         "/var/cache/fontconfig",
                                         "/etc/ld.so.cache",
                                         "/etc/localtime",
                                         "/dev/null",
                                         "/dev/zero",
                                         "/dev/urandom"};

/* What is not there needs no rule. */
static bool allow(int ruleset, const char *path) {
    struct stat about;
    int place = open(path, O_PATH | O_CLOEXEC);
    if (place < 0) return true;
    bool folder = fstat(place, &about) == 0 && S_ISDIR(about.st_mode);
    const struct landlock_path_beneath_attr rule = {.allowed_access = folder ? ALL : OF_FILES,
                                                    .parent_fd = place};
    bool fine = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    close(place);
    return fine;
}

bool child_reach_known(void) {
    return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

bool child_reach(const char *program, int *ret) {
    const struct landlock_ruleset_attr handled = {.handled_access_fs = ALL};
    *ret = -1;
    if (!child_reach_known()) return true;
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
    if (ruleset < 0) return false;
    bool fine = program == NULL || allow(ruleset, program);
    for (size_t i = 0; i < ARRAY_LEN(open_to_it) && fine; i++)
        fine = allow(ruleset, open_to_it[i]);
    if (fine)
        *ret = ruleset;
    else
        close(ruleset);
    return fine;
}

bool child_take_reach(int ruleset) {
    return ruleset < 0 || syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
}
