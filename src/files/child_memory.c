/* A fork has all the memory of its parent: its own copy of most, but what was mapped to be shared with other
 * processes is still theirs. SQLite maps the index of its log so, and who writes there damages the office's
 * data without a system call that a filter could refuse.
 *
 * 1. Only async-signal-safe functions; addresses are gathered first, for unmapping changes what is read.
 * 2. Read-only mappings go, too: where the file was opened to write, mprotect makes them writable. What lies
 *    under /usr stays, which no service may write, and glibc's table of encodings is mapped from there.
 */
#include "child_internal.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SHARED_MAX = 512, KEPT_LEN = 5 };

struct range {
    uintptr_t from, to;
};

/* A line of /proc/self/maps, "from-to rwxs offset device inode   path", read character by character. */
struct line {
    struct range range;
    char rights[4], path[KEPT_LEN];
    int field, right, letter;
    bool ended; /* `from` */
};

static void take_address(struct line *line, char c) {
    uintptr_t *number = line->ended ? &line->range.to : &line->range.from;
    if (c == '-')
        line->ended = true;
    else
        *number = *number * 16 + (uintptr_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void take(struct line *line, char c) {
    enum { ADDRESSES, RIGHTS, PATH = 5 };
    if (c == ' ' && line->field < PATH)
        line->field++;
    else if (line->field == ADDRESSES)
        take_address(line, c);
    else if (line->field == RIGHTS && line->right < 4)
        line->rights[line->right++] = c;
    else if (line->field == PATH && c != ' ' && line->letter < KEPT_LEN)
        line->path[line->letter++] = c;
}

static bool is_shared(const struct line *line) {
    return line->right == 4 && line->rights[3] == 's' && memcmp(line->path, "/usr/", KEPT_LEN) != 0;
}

/* The shared ranges; how many there are, SHARED_MAX + 1 if too many, -1 if nobody can tell. */
static int gather(struct range ranges[SHARED_MAX]) {
    int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC), count = 0;
    struct line line = {0};
    char block[4096];
    ssize_t len = -1;
    if (maps < 0) return -1;
    while (count <= SHARED_MAX && (len = read(maps, block, sizeof block)) > 0) {
        for (ssize_t i = 0; i < len && count <= SHARED_MAX; i++) {
            if (block[i] != '\n') {
                take(&line, block[i]);
                continue;
            }
            if (is_shared(&line) && count++ < SHARED_MAX) ranges[count - 1] = line.range;
            line = (struct line){0};
        }
    }
    close(maps);
    return len < 0 ? -1 : count;
}

bool child_leave_shared(void) {
    struct range ranges[SHARED_MAX];
    int count = gather(ranges);
    bool fine = count >= 0 && count <= SHARED_MAX;
    for (int i = 0; i < count && fine; i++)
        fine = syscall(SYS_munmap, ranges[i].from, ranges[i].to - ranges[i].from) == 0;
    return fine;
}
