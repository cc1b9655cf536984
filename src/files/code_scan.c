/* The search for codes in one grey picture, by zbar, in a process of its own.
 *
 * 1. A picture made for it keeps zbar busy for minutes: it tries combinations of whatever looks like a code's
 *    corner. The search has CPU_SECONDS and WALL_MS; what takes longer has no code.
 * 2. The child holds no file of ours, does nothing but the search and writes what it found: no lock of this
 *    process is needed for that (malloc's are the child's own after a fork), and what goes wrong in there
 *    goes wrong alone.
 * 3. What comes back is as little trusted as the picture. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zbar.h>

#include "code_internal.h"

enum {
    CPU_SECONDS = 2, /* a photo of twelve megapixels takes a tenth of that */
    WALL_MS = 30 * 1000,
    FOUND_BYTES = CODE_FOUND_MAX * (CODE_TEXT_MAX + 1),
    NICER = 5,
    FIRST_FREE = 3, /* behind the standard streams */
};

static bool write_all(int fd, const void *data, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t now = write(fd, (const char *)data + done, size - done);
        if (now < 0 && errno != EINTR) return false;
        if (now > 0) done += (size_t)now;
    }
    return true;
}

/* The texts, each with its NUL, at most CODE_FOUND_MAX. */
static void search(const unsigned char *grey, unsigned width, unsigned height, int to) {
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    zbar_image_t *image = zbar_image_create();
    zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(image, width, height);
    zbar_image_set_data(image, grey, (unsigned long)width * height, NULL);
    int found = zbar_scan_image(scanner, image);
    const zbar_symbol_t *symbol = found > 0 ? zbar_image_first_symbol(image) : NULL;
    for (int count = 0; symbol != NULL && count < CODE_FOUND_MAX; symbol = zbar_symbol_next(symbol)) {
        const char *text = zbar_symbol_get_data(symbol);
        size_t len = zbar_symbol_get_data_length(symbol);
        if (text == NULL || len == 0 || len > CODE_TEXT_MAX || memchr(text, '\0', len) != NULL) continue;
        if (!write_all(to, text, len) || !write_all(to, "", 1)) return;
        count++;
    }
}

static _Noreturn void run_child(const unsigned char *grey, unsigned width, unsigned height, int to) {
    const struct rlimit cpu = {CPU_SECONDS, CPU_SECONDS}, core = {0, 0};
    if (setrlimit(RLIMIT_CPU, &cpu) != 0 || setrlimit(RLIMIT_CORE, &core) != 0) _exit(1);
    if (setpriority(PRIO_PROCESS, 0, NICER) != 0 || dup2(to, FIRST_FREE) != FIRST_FREE ||
        close_range(FIRST_FREE + 1, ~0U, 0) != 0)
        _exit(1);
    search(grey, width, height, FIRST_FREE);
    _exit(0);
}

/* What the child writes before it ends or is too slow. */
static size_t listen_to(int from, char found[FOUND_BYTES]) {
    struct pollfd ready = {.fd = from, .events = POLLIN};
    size_t len = 0;
    while (len < FOUND_BYTES) {
        int result = poll(&ready, 1, WALL_MS);
        if (result < 0 && errno == EINTR) continue;
        if (result <= 0) break;
        ssize_t now = read(from, found + len, FOUND_BYTES - len);
        if (now < 0 && errno == EINTR) continue;
        if (now <= 0) break;
        len += (size_t)now;
    }
    return len;
}

size_t code_scan(struct arena *arena, const unsigned char *grey, unsigned width, unsigned height,
                 const char *ret[CODE_FOUND_MAX]) {
    char found[FOUND_BYTES];
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return 0;
    pid_t child = fork();
    if (child == 0) run_child(grey, width, height, ends[1]);
    close(ends[1]);
    size_t len = child > 0 ? listen_to(ends[0], found) : 0, count = 0;
    close(ends[0]);
    if (child > 0) {
        kill(child, SIGKILL);
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    for (const char *text = found, *end; count < CODE_FOUND_MAX; text = end + 1) {
        end = memchr(text, '\0', (size_t)(found + len - text));
        if (end == NULL) break;
        ret[count++] = arena_memdup(arena, text, (size_t)(end - text));
    }
    return count;
}
