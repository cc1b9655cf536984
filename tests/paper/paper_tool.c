/* Writes sample papers for the tests of the typesetter:
 *
 *   paper_tool list                    the names of the samples
 *   paper_tool pdf NAME FILE           the PDF; on standard output "pages N", "title N", "missing TEXT" lines
 *   paper_tool text NAME               paper_text()
 *   paper_tool png NAME PAGE WIDTH FILE
 *   paper_tool time NAME COUNT         milliseconds of the first rendering, and of one of COUNT more
 *
 * A NAME of file:PATH is a paper of the texts of a file: its first line is the title, each other line a
 * paragraph of the body. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "minyi/err.h"
#include "minyi/hash.h"
#include "minyi/paper.h"
#include "paper_samples.h"

static int write_file(const char *path, const struct buf *buf) {
    FILE *file = fopen(path, "wb");
    if (!file) return 2;
    size_t written = fwrite(buf->data, 1, buf->len, file);
    return fclose(file) == 0 && written == buf->len ? 0 : 2;
}

static void tell(int result, const struct paper_outcome *outcome) {
    printf("result %s\npages %d\ntitle %d\nfonts %s\n", result == 0 ? "ok" : err_info(result)->code,
           outcome->pages, outcome->title_lines, outcome->fonts);
    for (size_t i = 0; i < outcome->missing.count; i++)
        printf("missing %s\n", *LIST_AT(outcome->missing, const char *, i));
}

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int measure(struct arena *arena, const struct paper *paper, long count) {
    double first = 0, began = now_ms();
    for (long i = 0; i <= count; i++) {
        struct buf buf CLEANUP(buf_free) = BUF(256u * 1024 * 1024);
        struct paper_outcome outcome;
        if (paper_pdf(arena, paper, &buf, &outcome) < 0) return 1;
        if (i == 0) {
            first = now_ms() - began;
            began = now_ms();
        }
    }
    printf("first %.1f\neach %.1f\n", first, count > 0 ? (now_ms() - began) / (double)count : 0);
    return 0;
}

static int run(struct arena *arena, int argc, char **argv) {
    struct paper paper;
    if (argc == 2 && strcmp(argv[1], "list") == 0) {
        for (size_t i = 0; sample_name(i); i++)
            puts(sample_name(i));
        return 0;
    }
    if (argc < 3 || !sample_paper(arena, argv[2], &paper)) return 2;
    struct buf buf CLEANUP(buf_free) = BUF(256u * 1024 * 1024);
    struct paper_outcome outcome = {0};
    if (argc == 3 && strcmp(argv[1], "text") == 0) {
        fputs(paper_text(arena, &paper), stdout);
        return 0;
    }
    if (argc == 4 && strcmp(argv[1], "time") == 0) return measure(arena, &paper, strtol(argv[3], NULL, 10));
    if (argc == 4 && strcmp(argv[1], "pdf") == 0) {
        int result = paper_pdf(arena, &paper, &buf, &outcome);
        tell(result, &outcome);
        return result < 0 ? 1 : write_file(argv[3], &buf);
    }
    if (argc == 6 && strcmp(argv[1], "png") == 0) {
        int result = paper_png(arena, &paper, (int)strtol(argv[3], NULL, 10), (int)strtol(argv[4], NULL, 10),
                               &buf, &outcome);
        tell(result, &outcome);
        return result < 0 ? 1 : write_file(argv[5], &buf);
    }
    return 2;
}

int main(int argc, char **argv) {
    if (hash_init() < 0) return 2;
    struct arena *arena = arena_new(256u * 1024 * 1024);
    int code =
        fonts_configure(arena, getenv("MINYI_FONTS"), &(const char *){NULL}) < 0 ? 2 : run(arena, argc, argv);
    arena_free(arena);
    fonts_close();
    return code;
}
