/* What a child may ask of the system, as a seccomp filter.
 *
 * 1. The child is taken to be in a stranger's hands: it may read and reckon, draw and write to the
 *    descriptors it was given. It may change no file, reach no other process and no network, start no
 *    process, and use nothing of the kernel that only a few programs need.
 * 2. What is not named below is allowed, since the libraries of drawing choose their calls anew with each
 *    version; what is refused says EPERM, so that one that can do without goes on.
 * 3. A program that the child becomes by execve keeps the filter.
 * 4. It is made once, before the fork: libseccomp is not async-signal-safe, the prctl() in the child is.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child_internal.h"

/* Refused whatever they are called with. */
static const int refused[] = {
    /* files: their names, sizes, rights and times */
    SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2),
    SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(symlink), SCMP_SYS(symlinkat), SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat), SCMP_SYS(rmdir), SCMP_SYS(mknod), SCMP_SYS(mknodat), SCMP_SYS(creat),
    SCMP_SYS(truncate), SCMP_SYS(ftruncate), SCMP_SYS(fallocate), SCMP_SYS(chmod), SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat), SCMP_SYS(chown), SCMP_SYS(fchown), SCMP_SYS(lchown), SCMP_SYS(fchownat),
    SCMP_SYS(utime), SCMP_SYS(utimes), SCMP_SYS(utimensat), SCMP_SYS(futimesat), SCMP_SYS(setxattr),
    SCMP_SYS(lsetxattr), SCMP_SYS(fsetxattr), SCMP_SYS(removexattr), SCMP_SYS(lremovexattr),
    SCMP_SYS(fremovexattr), SCMP_SYS(flock), SCMP_SYS(openat2), SCMP_SYS(open_by_handle_at),
    SCMP_SYS(inotify_init), SCMP_SYS(inotify_init1), SCMP_SYS(fanotify_init),
    /* the network, and what processes of one user share */
    SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(shmget), SCMP_SYS(shmat), SCMP_SYS(shmctl),
    SCMP_SYS(semget), SCMP_SYS(semop), SCMP_SYS(semctl), SCMP_SYS(msgget), SCMP_SYS(msgsnd), SCMP_SYS(msgrcv),
    SCMP_SYS(msgctl), SCMP_SYS(mq_open), SCMP_SYS(mq_unlink),
    /* other processes; also more of its own, which would outlive its end */
    SCMP_SYS(kill), SCMP_SYS(tkill), SCMP_SYS(tgkill), SCMP_SYS(rt_sigqueueinfo), SCMP_SYS(rt_tgsigqueueinfo),
    SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_getfd), SCMP_SYS(pidfd_send_signal), SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(process_madvise), SCMP_SYS(kcmp),
    SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(setsid), SCMP_SYS(setpgid), SCMP_SYS(setpriority),
    SCMP_SYS(ioprio_set), SCMP_SYS(sched_setattr), SCMP_SYS(sched_setparam), SCMP_SYS(sched_setscheduler),
    SCMP_SYS(sched_setaffinity),
    /* the kernel's far corners */
    SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register), SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(keyctl), SCMP_SYS(add_key),
    SCMP_SYS(request_key), SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(mount), SCMP_SYS(umount2),
    SCMP_SYS(fsopen), SCMP_SYS(open_tree), SCMP_SYS(move_mount), SCMP_SYS(chroot), SCMP_SYS(pivot_root),
    SCMP_SYS(quotactl), SCMP_SYS(swapon), SCMP_SYS(reboot), SCMP_SYS(init_module), SCMP_SYS(finit_module),
    SCMP_SYS(kexec_load), SCMP_SYS(acct), SCMP_SYS(personality)};

/* Refused when the argument INDEX compares so with a value. */
#define HAS(INDEX, FLAGS) \
    { (INDEX), SCMP_CMP_MASKED_EQ, (FLAGS), (FLAGS) }
#define IS(INDEX, MASK, VALUE) \
    { (INDEX), SCMP_CMP_MASKED_EQ, (MASK), (VALUE) }
#define IS_NOT(INDEX, VALUE) \
    { (INDEX), SCMP_CMP_NE, (VALUE), 0 }
#define OVER(INDEX, VALUE) \
    { (INDEX), SCMP_CMP_GT, (VALUE), 0 }
#define WHOLE UINT32_MAX
enum { COMMAND = 1, LAST_COMMAND = F_DUPFD_CLOEXEC };

static const struct {
    int call;
    struct scmp_arg_cmp when;
} refused_with[] = {
    /* a file opened to write in it */
    {SCMP_SYS(open), IS(1, O_ACCMODE, O_WRONLY)},
    {SCMP_SYS(open), IS(1, O_ACCMODE, O_RDWR)},
    {SCMP_SYS(open), HAS(1, O_ACCMODE)},
    {SCMP_SYS(open), HAS(1, O_CREAT)},
    {SCMP_SYS(open), HAS(1, O_TRUNC)},
    {SCMP_SYS(openat), IS(2, O_ACCMODE, O_WRONLY)},
    {SCMP_SYS(openat), IS(2, O_ACCMODE, O_RDWR)},
    {SCMP_SYS(openat), HAS(2, O_ACCMODE)},
    {SCMP_SYS(openat), HAS(2, O_CREAT)},
    {SCMP_SYS(openat), HAS(2, O_TRUNC)},
    /* a process that is not a thread; the limits of another process, which could end the service (its own are
     * asked for by the C library); to outlive the service */
    {SCMP_SYS(clone), IS(0, CLONE_THREAD, 0)},
    {SCMP_SYS(prlimit64), IS_NOT(0, 0)},
    {SCMP_SYS(prctl), IS(0, WHOLE, PR_SET_PDEATHSIG)},
    /* of devices and files nothing but whether they are a terminal */
    {SCMP_SYS(ioctl), IS_NOT(1, TCGETS)},
    /* of descriptors all but what the commands 0 to 4 and F_DUPFD_CLOEXEC do: locks would stop the store, a
     * signal on input can be sent to any process. Refused is what is over the last, has one of the bits 3 to
     * 9, or is named here */
    {SCMP_SYS(fcntl), OVER(COMMAND, LAST_COMMAND)},
    {SCMP_SYS(fcntl), HAS(COMMAND, 1 << 3)},
    {SCMP_SYS(fcntl), HAS(COMMAND, 1 << 4)},
    {SCMP_SYS(fcntl), HAS(COMMAND, 1 << 5)},
    {SCMP_SYS(fcntl), HAS(COMMAND, 1 << 6)},
    {SCMP_SYS(fcntl), HAS(COMMAND, 1 << 7)},
    {SCMP_SYS(fcntl), HAS(COMMAND, 1 << 8)},
    {SCMP_SYS(fcntl), HAS(COMMAND, 1 << 9)},
    {SCMP_SYS(fcntl), IS(COMMAND, WHOLE, F_GETLK)},
    {SCMP_SYS(fcntl), IS(COMMAND, WHOLE, F_SETLK)},
    {SCMP_SYS(fcntl), IS(COMMAND, WHOLE, F_SETLKW)},
    {SCMP_SYS(fcntl), IS(COMMAND, WHOLE, F_SETLEASE)},
    {SCMP_SYS(fcntl), IS(COMMAND, WHOLE, F_GETLEASE)},
    {SCMP_SYS(fcntl), IS(COMMAND, WHOLE, F_NOTIFY)},
    {SCMP_SYS(fcntl), IS(COMMAND, WHOLE, 1027)}, /* F_DUPFD_QUERY, F_CREATED_QUERY, F_CANCELLK */
    {SCMP_SYS(fcntl), IS(COMMAND, WHOLE, 1028)},
    {SCMP_SYS(fcntl), IS(COMMAND, WHOLE, 1029)},
};

/* A signal on input can be asked for so, too. */
static const struct scmp_arg_cmp signals[] = {IS(COMMAND, WHOLE, F_SETFL), HAS(2, O_ASYNC)};

/* Calls that this libseccomp may not know, and among them new ways to change files. "Not there" is what
 * programs expect of them on an older kernel. */
enum { KNOWN_CALLS = 451, CALLS = 600 };

static struct sock_fprog made;

static int add_rules(scmp_filter_ctx filter) {
    int error = 0;
    for (size_t i = 0; i < ARRAY_LEN(refused) && !error; i++)
        error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
    for (size_t i = 0; i < ARRAY_LEN(refused_with) && !error; i++)
        error = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), refused_with[i].call, 1,
                                       &refused_with[i].when);
    if (!error)
        error = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(fcntl), ARRAY_LEN(signals),
                                       signals);
    for (int call = KNOWN_CALLS; call < CALLS && !error; call++)
        error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), call, 0);
    /* Its flags lie in memory, where a filter cannot look. "Not there" makes the C library take clone. */
    if (!error) error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    return error;
}

/* libseccomp gives the filter to a descriptor only. */
static bool take_instructions(scmp_filter_ctx filter, int file) {
    struct stat about;
    if (seccomp_export_bpf(filter, file) != 0 || fstat(file, &about) != 0) return false;
    size_t size = (size_t)about.st_size, count = size / sizeof(struct sock_filter);
    struct sock_filter *instructions = malloc(size);
    if (!instructions) abort();
    if (count == 0 || count > BPF_MAXINSNS || pread(file, instructions, size, 0) != about.st_size) {
        free(instructions);
        return false;
    }
    made = (struct sock_fprog){.len = (unsigned short)count, .filter = instructions};
    return true;
}

static void make(void) {
    if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) < 0) return; /* not in this kernel */
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int file = memfd_create("filter", MFD_CLOEXEC);
    if (filter && file >= 0 && add_rules(filter) == 0) (void)!take_instructions(filter, file);
    if (file >= 0) close(file);
    if (filter) seccomp_release(filter);
}

const struct sock_fprog *child_filter(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make);
    return made.filter ? &made : NULL;
}
