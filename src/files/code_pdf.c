/* Codes on the pages of a PDF, which poppler's pdftoppm draws in a process of its own (child.c).
 *
 * 1. poppler reads everything that scanners pack pages in, but it is large, its licence is another, and the
 *    bytes are a stranger's: it is run, never linked.
 * 2. A page becomes PAGE_SIDE px long whatever size it claims: A4 at 300 dpi, A3 at 210. The pipe holds but
 *    a small part of a page, so none is drawn far ahead of the search, and behind the first code of ours
 *    none.
 * 3. At most DRAWN_AT_ONCE run at once, however many workers there are: each may take MEMORY_MAX. What finds
 *    no place or takes long is given up: whoever asks holds a worker, and a scan can be filed by hand.
 * 4. The PDF has no name: it is the child's standard input, sealed memory that nobody can change.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "code_internal.h"
#include "image_internal.h"
#include "minyi/clock.h"
#include "minyi/thread.h"
#include "pgm_internal.h"

#define TEXT_OF(NUMBER) TEXT_OF_(NUMBER)
#define TEXT_OF_(NUMBER) #NUMBER
#define PAGE_SIDE 3508
#define MEMORY_MAX (1024UL * 1024 * 1024) /* a page in colour at 600 dpi takes half of that as JPEG 2000 */
enum { CPU_SECONDS = 10, WHOLE_MS = 30 * 1000, PLACE_WAIT_MS = 15 * 1000, DRAWN_AT_ONCE = 2 };
_Static_assert(CODE_PDF_PAGES_MAX == 8, "-l below");

/* ---- how many run ---- */

static sem_t places;

static void make_places(void) {
    if (sem_init(&places, 0, DRAWN_AT_ONCE) != 0) abort();
}

/* False: there was no place for too long. */
static bool begin(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_places);
    const struct timespec until = thread_deadline_in(PLACE_WAIT_MS);
    int failed;
    while ((failed = sem_clockwait(&places, CLOCK_MONOTONIC, &until)) != 0 && errno == EINTR)
        continue;
    return failed == 0;
}

/* ---- the child ---- */

/* Where pdftoppm lies: in the folders of PATH that begin with '/'. */
static bool find_program(char ret[PATH_MAX]) {
    const char *folder = getenv("PATH");
    while (folder != NULL) {
        const char *colon = strchrnul(folder, ':');
        int len = snprintf(ret, PATH_MAX, "%.*s/pdftoppm", (int)(colon - folder), folder);
        if (*folder == '/' && len < PATH_MAX && access(ret, X_OK) == 0) return true;
        folder = *colon == ':' ? colon + 1 : NULL;
    }
    return false;
}

bool code_reads_pdf(void) {
    char path[PATH_MAX];
    return code_reads_pictures() && find_program(path);
}

static void draw(const void *path) {
    static char *const arguments[] = {"pdftoppm", "-q", "-gray",           "-scale-to", TEXT_OF(PAGE_SIDE),
                                      "-l",       "8",  "/proc/self/fd/0", NULL};
    static char *const environment[] = {"LC_ALL=C", NULL};
    execve(path, arguments, environment);
}

static void close_file(const int *fd) {
    if (*fd >= 0) close(*fd);
}

static bool fill(int fd, const char *data, size_t size) {
    while (size > 0) {
        ssize_t now = write(fd, data, size);
        if (now <= 0) return false;
        data += now;
        size -= (size_t)now;
    }
    return true;
}

/* The bytes as a file without a name; -1: there is no room for it. */
static int sealed_file(const void *data, size_t size) {
    int fd = memfd_create("pdf", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0) return -1;
    if (fill(fd, data, size) && fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK) == 0)
        return fd;
    close(fd);
    return -1;
}

/* ---- the search ---- */

static size_t search_pages(struct arena *arena, struct child *child, code_taker *take, void *argument) {
    size_t page = 0;
    int64_t until = clock_monotonic_us() + WHOLE_MS * INT64_C(1000);
    for (; page < CODE_PDF_PAGES_MAX && clock_monotonic_us() < until; page++) {
        const char *texts[CODE_FOUND_MAX];
        size_t count = 0;
        GdkPixbuf *picture CLEANUP(image_unref) = pgm_read(child, PAGE_SIDE);
        if (picture == NULL) return page;
        code_scan_picture(arena, picture, texts, &count);
        if (count > 0 && take(argument, texts, count)) return page + 1;
    }
    return page;
}

size_t code_decode_pdf(struct arena *arena, const void *data, size_t size, code_taker *take, void *argument) {
    char path[PATH_MAX];
    const struct child_limits limits = {
        .cpu_seconds = CPU_SECONDS, .memory = MEMORY_MAX, .program = path, .wait_ms = WHOLE_MS};
    int file CLEANUP(close_file) = find_program(path) ? sealed_file(data, size) : -1;
    size_t searched = 0;
    if (file < 0 || !begin()) return 0;
    struct child child = {0};
    if (child_start(&limits, file, draw, path, &child))
        searched = search_pages(arena, &child, take, argument);
    child_end(&child);
    sem_post(&places);
    return searched;
}
