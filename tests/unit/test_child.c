/* Work in child processes: what it is given, what it is kept from, and that it ends whatever it does. */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/files/child_internal.h"
#include "left_testing.h"

static const struct child_limits calm = {.cpu_seconds = 5, .wait_ms = 60 * 1000};

static void say(const char *text) {
    ssize_t said = write(STDOUT_FILENO, text, strlen(text));
    if (said < 0) _exit(1);
}

/* What WORK says, at most a few words. */
static void listen_to(const struct child_limits *limits, int input, child_work *work, const void *argument,
                      char ret[64]) {
    struct child child CLEANUP(child_end) = {0};
    assert_true(child_start(limits, input, work, argument, &child));
    size_t len = child_read(&child, ret, 63);
    ret[len] = '\0';
}

static void copy(const void *argument) {
    char text[16];
    ssize_t len = read(STDIN_FILENO, text, sizeof(text) - 1);
    text[len > 0 ? len : 0] = '\0';
    say(argument);
    say(text);
}

static void test_reads_and_writes(void **state) {
    (void)state;
    char said[64];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "bytes", 5), 5);
    listen_to(&calm, ends[0], copy, "its ", said);
    assert_string_equal(said, "its bytes");
    close(ends[0]);
    close(ends[1]);
    listen_to(&calm, -1, copy, "nothing", said);
    assert_string_equal(said, "nothing");
}

/* Each letter is something that the child must not have. */
struct surroundings {
    char *shared; /* mapped by us */
};

static void look_around(const void *argument) {
    const struct surroundings *our = argument;
    sigset_t blocked;
    struct sigaction pipe_action;
    for (int fd = 3; fd < 2000; fd++)
        if (fcntl(fd, F_GETFD) >= 0) say("d");
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    for (int number = 1; number < NSIG; number++)
        if (sigismember(&blocked, number) == 1) say("b");
    if (sigaction(SIGPIPE, NULL, &pipe_action) != 0 || pipe_action.sa_handler != SIG_DFL) say("p");
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) say("n");
    if (getpriority(PRIO_PROCESS, 0) < 5) say("i");
    int file = memfd_create("file", 0);
    if (file < 0 || write(file, "x", 1) == 1) say("w");
    if (write(STDOUT_FILENO, our->shared, 1) >= 0 || errno != EFAULT) say("s");
    if (getsid(0) != getpid() || open("/dev/tty", O_RDONLY | O_CLOEXEC) >= 0) say("t");
    say(".");
}

static void test_has_nothing_of_ours(void **state) {
    (void)state;
    char said[64];
    sigset_t all, old;
    int high = fcntl(STDERR_FILENO, F_DUPFD, 1000);
    char path[] = "/tmp/minyi-child-XXXXXX";
    int file = mkstemp(path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(write(file, "ours", 4), 4);
    const struct surroundings our = {mmap(NULL, 4, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)};
    assert_ptr_not_equal(our.shared, MAP_FAILED);
    our.shared[0] = 'O';
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &old);
    void (*was)(int) = signal(SIGPIPE, SIG_IGN);
    listen_to(&calm, -1, look_around, &our, said);
    signal(SIGPIPE, was);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    assert_string_equal(said, ".");
    assert_int_equal(munmap(our.shared, 4), 0);
    close(file);
    close(high);
}

/* ---- what the system refuses it ---- */

struct things {
    const char *file; /* of ours */
    bool reach_known; /* then it may not even read that */
    pid_t parent;
};

/* Each letter is something that succeeded, or was refused for another reason than the filter's. */
static void tell(bool refused, const char *letter) {
    if (!refused || errno != EPERM) say(letter);
}

static void break_out(const void *argument) {
    const struct things *things = argument;
    struct rlimit limit;
    char other[64], byte;
    struct iovec local = {&byte, 1}, remote = {(void *)(uintptr_t)things->file, 1};
    int file = open(things->file, O_RDONLY | O_CLOEXEC);
    if (things->reach_known ? file >= 0 || errno != EACCES : file < 0 || read(file, &byte, 1) != 1) say("r");
    snprintf(other, sizeof other, "/proc/%d/mem", (int)things->parent);
    if (things->reach_known && (open(other, O_RDONLY | O_CLOEXEC) >= 0 || errno != EACCES)) say("M");
    snprintf(other, sizeof other, "%s.other", things->file);
    tell(open(things->file, O_WRONLY | O_CLOEXEC) < 0, "w");
    tell(open(things->file, O_RDWR | O_CLOEXEC) < 0, "W");
    tell(open(things->file, O_RDONLY | O_TRUNC | O_CLOEXEC) < 0, "t");
    tell(open(other, O_RDONLY | O_CREAT | O_CLOEXEC, 0600) < 0, "c");
    tell(syscall(SYS_open, things->file, O_WRONLY) < 0, "o");
    tell(truncate(things->file, 0) < 0, "T");
    tell(unlink(things->file) < 0, "u");
    tell(rename(things->file, other) < 0, "n");
    tell(link(things->file, other) < 0, "l");
    tell(chmod(things->file, 0) < 0, "m");
    tell(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) < 0, "i");
    tell(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) < 0, "x");
    tell(kill(things->parent, 0) < 0, "k");
    tell(syscall(SYS_tgkill, things->parent, things->parent, 0) < 0, "K");
    tell(process_vm_readv(things->parent, &local, 1, &remote, 1, 0) < 0, "v");
    tell(ptrace(PTRACE_SEIZE, things->parent, 0, 0) < 0, "p");
    tell(syscall(SYS_pidfd_open, things->parent, 0) < 0, "d");
    tell(syscall(SYS_io_uring_setup, 1, NULL) < 0, "g");
    tell(unshare(CLONE_NEWUSER) < 0, "s");
    tell(prlimit(things->parent, RLIMIT_CORE, NULL, &limit) < 0, "L");
    tell(prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) < 0, "D");
    tell(syscall(SYS_prctl, PR_SET_PDEATHSIG | (1L << 32), 0, 0, 0, 0) < 0, "D");
    tell(ioctl(STDIN_FILENO, TIOCSTI, "x") < 0, "I");
    tell(ioctl(STDIN_FILENO, FS_IOC_SETFLAGS, &byte) < 0, "I");
    static const int commands[] = {F_GETLK,      F_SETLK,     F_SETLKW,     F_SETOWN,   F_SETSIG,
                                   F_SETOWN_EX,  F_OFD_SETLK, F_OFD_SETLKW, F_SETLEASE, F_NOTIFY,
                                   F_SETPIPE_SZ, F_ADD_SEALS, 1039,         1 << 12,    -1};
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        tell(syscall(SYS_fcntl, STDIN_FILENO, commands[i], things->parent) < 0, "F");
    tell(syscall(SYS_fcntl, STDIN_FILENO, F_SETLK | (1L << 32), NULL) < 0, "F");
    tell(fcntl(STDIN_FILENO, F_SETFL, O_ASYNC) < 0, "A");
    int copy_of = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    if (copy_of < 0 || fcntl(copy_of, F_SETFL, O_NONBLOCK) < 0 || fcntl(copy_of, F_SETFD, 0) < 0 ||
        close(copy_of) < 0)
        say("a");
    if (syscall(452, AT_FDCWD, things->file, 0666, 0) >= 0 || errno != ENOSYS) say("N"); /* fchmodat2 */
    tell(setpriority(PRIO_PROCESS, (id_t)things->parent, 5) < 0, "P");
    if (prlimit(0, RLIMIT_CORE, NULL, &limit) < 0) say("q");
    pid_t id = fork();
    if (id == 0) _exit(0);
    tell(id < 0, "f");
    say(".");
}

static void test_may_change_nothing(void **state) {
    (void)state;
    char said[64], path[] = "/tmp/minyi-child-XXXXXX";
    int file = mkstemp(path);
    assert_int_equal(write(file, "kept", 4), 4);
    const struct things things = {path, child_reach_known(), getpid()};
    listen_to(&calm, -1, break_out, &things, said);
    assert_string_equal(said, ".");
    assert_int_equal(lseek(file, 0, SEEK_END), 4);
    assert_int_equal(unlink(path), 0);
    close(file);
}

/* A thread is none of that: what draws may use some. */
static void *nothing(void *argument) {
    return argument;
}

static void start_a_thread(const void *argument) {
    pthread_t thread;
    (void)argument;
    say(pthread_create(&thread, NULL, nothing, NULL) == 0 && pthread_join(thread, NULL) == 0 ? "ran"
                                                                                             : "refused");
}

/* A program that it becomes is held by the same filter. */
static void become_a_shell(const void *argument) {
    static char *const environment[] = {"PATH=/usr/bin:/bin", NULL};
    char *const words[] = {"sh", "-c", (char *)(uintptr_t)argument, NULL};
    execve("/bin/sh", words, environment);
}

static void test_threads_and_programs(void **state) {
    (void)state;
    char said[64];
    listen_to(&calm, -1, start_a_thread, NULL, said);
    assert_string_equal(said, "ran");
    listen_to(&calm, -1, become_a_shell, "echo said; { echo x >/tmp/minyi-child-wrote; } 2>&- && echo wrote",
              said);
    assert_string_equal(said, "said\n");
    listen_to(&calm, -1, become_a_shell, "echo said; /bin/echo started 2>&-; echo never", said);
    assert_null(strstr(said, "started"));
}

/* A program of its own is read wherever it lies, and nothing beside it. */
static void become_it(const void *argument) {
    static char *const words[] = {"it", NULL}, *const environment[] = {NULL};
    execve(argument, words, environment);
    say("refused");
}

static void test_reads_only_its_program(void **state) {
    (void)state;
    char said[64], folder[] = "/tmp/minyi-child-XXXXXX", path[64], beside[64];
    if (!child_reach_known()) skip();
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/program", folder);
    snprintf(beside, sizeof beside, "%s/beside", folder);
    FILE *file = fopen(path, "we");
    fprintf(file, "#!/bin/sh\necho ran; read -r word 2>&- <%s && echo $word\n", beside);
    fclose(file);
    assert_int_equal(chmod(path, 0700), 0);
    file = fopen(beside, "we");
    fprintf(file, "secret\n");
    fclose(file);
    struct child_limits with = calm;
    with.program = path;
    listen_to(&with, -1, become_it, path, said);
    assert_string_equal(said, "ran\n");
    listen_to(&calm, -1, become_it, path, said);
    assert_string_equal(said, "refused");
    unlink(path);
    unlink(beside);
    rmdir(folder);
}

static void turn_for_ever(const void *argument) {
    say(argument);
    for (volatile unsigned i = 0;; i++)
        continue;
}

static void sleep_for_ever(const void *argument) {
    say(argument);
    for (;;)
        pause();
}

static void crash(const void *argument) {
    say(argument);
    raise(SIGSEGV);
}

static void write_for_ever(const void *argument) {
    for (;;)
        say(argument);
}

static void take_memory(const void *argument) {
    const size_t *size = argument;
    bool got = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
    say(got ? "got" : "refused");
}

static void test_limits(void **state) {
    (void)state;
    static const struct child_limits second = {.cpu_seconds = 1, .wait_ms = 60 * 1000};
    static const struct child_limits moment = {.cpu_seconds = 5, .wait_ms = 1000};
    static const struct child_limits little = {.cpu_seconds = 5, .memory = 1 << 20, .wait_ms = 60 * 1000};
    const size_t size = 8 << 20;
    char said[64];
    struct rusage was, is;
    getrusage(RUSAGE_CHILDREN, &was);
    listen_to(&second, -1, turn_for_ever, "on", said);
    getrusage(RUSAGE_CHILDREN, &is);
    assert_string_equal(said, "on");
    assert_true(is.ru_utime.tv_sec + is.ru_stime.tv_sec - was.ru_utime.tv_sec - was.ru_stime.tv_sec <= 3);
    listen_to(&moment, -1, sleep_for_ever, "on", said);
    assert_string_equal(said, "on");
    listen_to(&calm, -1, crash, "on", said);
    assert_string_equal(said, "on");
    listen_to(&calm, -1, write_for_ever, "0123456", said);
    assert_int_equal(strlen(said), 63);
    listen_to(&little, -1, take_memory, &size, said);
    assert_string_equal(said, "refused");
    listen_to(&calm, -1, take_memory, &size, said);
    assert_string_equal(said, "got");
}

/* Ended in the middle of its work, and ended twice. */
static void test_ends(void **state) {
    (void)state;
    struct child child = {0};
    char byte;
    child_end(&child);
    assert_true(child_start(&calm, -1, write_for_ever, "x", &child));
    assert_int_equal(child_read(&child, &byte, 1), 1);
    assert_int_equal(byte, 'x');
    child_end(&child);
    child_end(&child);
}

#define CHILD_TEST(TEST) cmocka_unit_test_setup_teardown(TEST, count_before, count_after)

int main(void) {
    const struct CMUnitTest tests[] = {
        CHILD_TEST(test_reads_and_writes),
        CHILD_TEST(test_has_nothing_of_ours),
        CHILD_TEST(test_may_change_nothing),
        CHILD_TEST(test_threads_and_programs),
        CHILD_TEST(test_reads_only_its_program),
        CHILD_TEST(test_limits),
        CHILD_TEST(test_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
