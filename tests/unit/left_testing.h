/* What work in child processes may leave behind: nothing. */
#ifndef TESTS_LEFT_TESTING_H
#define TESTS_LEFT_TESTING_H

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>

static inline int descriptors_open(void) {
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL) abort();
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

/* No child of this process runs or waits to be reaped, and as many descriptors are open as BEFORE. */
#define assert_nothing_left(BEFORE)                   \
    do {                                              \
        assert_int_equal(waitpid(-1, NULL, 0), -1);   \
        assert_int_equal(errno, ECHILD);              \
        assert_int_equal(descriptors_open(), BEFORE); \
    } while (0)

static int descriptors_before;

/* Around each test: it leaves nothing. */
static inline int count_before(void **state) {
    (void)state;
    descriptors_before = descriptors_open();
    return 0;
}

static inline int count_after(void **state) {
    (void)state;
    assert_nothing_left(descriptors_before);
    return 0;
}

#endif
