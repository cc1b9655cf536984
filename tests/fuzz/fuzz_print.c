/* What is asked of any paper, however it came about: a PDF that is one, a Word document whose parts are
 * well-formed and the same twice. */
#include <stdio.h>
#include <zip.h>

#include "fuzz.h"
#include "minyi/err.h"
#include "minyi/fonts.h"
#include "minyi/hash.h"
#include "minyi/paper.h"

enum { BYTES_MAX = 64 * 1024 * 1024, DEPTH_MAX = 64 };

void fuzz_broken(const char *what, int line) {
    fprintf(stderr, "broken promise in line %d: %s\n", line, what);
    abort();
}

void fuzz_start(void) {
    static bool started;
    const char *missing = NULL;
    struct arena *arena = arena_new(1 << 20);
    if (!started) {
        PROMISE(hash_init() == 0);
        PROMISE(fonts_configure(arena, getenv("MINYI_FONTS"), &missing) == 0);
    }
    started = true;
    arena_free(arena);
}

/* One tag from '<' on; its name on or off the stack. Returns what is behind it. */
static const char *check_tag(const char *at, const char *end, const char **stack, size_t *depth) {
    const char *close = memchr(at, '>', (size_t)(end - at));
    PROMISE(close != NULL);
    for (const char *c = at + 1; c < close; c++)
        PROMISE(*c != '<');
    if (at[1] == '/') {
        PROMISE(*depth > 0);
        size_t len = strcspn(stack[*depth - 1], " />\n");
        PROMISE((size_t)(close - at - 2) == len && memcmp(at + 2, stack[*depth - 1], len) == 0);
        --*depth;
    } else if (at[1] != '?' && close[-1] != '/') {
        PROMISE(*depth < DEPTH_MAX);
        stack[(*depth)++] = at + 1;
    }
    return close + 1;
}

/* Tags that close each other, references that exist, characters that XML 1.0 allows. */
static void check_xml(const char *at, const char *end) {
    const char *stack[DEPTH_MAX];
    size_t depth = 0;
    while (at < end) {
        uint32_t code = 0;
        size_t step = utf8_next(at, (size_t)(end - at), &code);
        PROMISE(step > 0 && code != 0xFFFE && code != 0xFFFF);
        PROMISE(code >= 0x20 || code == '\n' || code == '\t');
        if (code == '&')
            PROMISE(strncmp(at, "&amp;", 5) == 0 || strncmp(at, "&lt;", 4) == 0 ||
                    strncmp(at, "&gt;", 4) == 0 || strncmp(at, "&quot;", 6) == 0);
        at = code == '<' ? check_tag(at, end, stack, &depth) : at + step;
    }
    PROMISE(depth == 0);
}

static void check_docx(const struct buf *docx) {
    zip_source_t *source = zip_source_buffer_create(docx->data, docx->len, 0, NULL);
    zip_t *zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, NULL);
    PROMISE(zip != NULL);
    for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); i++) {
        zip_stat_t stat;
        PROMISE(zip_stat_index(zip, (zip_uint64_t)i, 0, &stat) == 0);
        char *part = malloc(stat.size + 1);
        zip_file_t *file = zip_fopen_index(zip, (zip_uint64_t)i, 0);
        PROMISE(zip_fread(file, part, stat.size) == (zip_int64_t)stat.size);
        part[stat.size] = '\0';
        const char *ending = strrchr(stat.name, '.');
        if (strcmp(ending, ".xml") == 0 || strcmp(ending, ".rels") == 0) check_xml(part, part + stat.size);
        zip_fclose(file);
        free(part);
    }
    zip_discard(zip);
}

static void print_pdf(struct arena *arena, const struct paper *paper) {
    struct buf pdf CLEANUP(buf_free) = BUF(BYTES_MAX);
    struct paper_outcome outcome;
    int error = paper_pdf(arena, paper, &pdf, &outcome);
    PROMISE(error == 0 || error == ERR_TOO_LONG || error == ERR_TOO_LARGE);
    if (error != 0) {
        PROMISE(pdf.len == 0);
        return;
    }
    PROMISE(outcome.pages >= 1 && outcome.pages <= PAPER_PAGES_MAX &&
            outcome.missing.count <= PAPER_MISSING_MAX && outcome.stand_ins.count <= PAPER_STAND_INS_MAX);
    PROMISE(memcmp(pdf.data, "%PDF-", 5) == 0 && memmem(pdf.data + pdf.len - 16, 16, "%%EOF", 5) != NULL);
}

void fuzz_print(const struct paper *paper, bool pdf) {
    struct arena *arena CLEANUP(arena_cleanup) = arena_new((size_t)256 << 20);
    struct buf one CLEANUP(buf_free) = BUF(BYTES_MAX), two CLEANUP(buf_free) = BUF(BYTES_MAX);
    int error = paper_docx(paper, &one);
    PROMISE(error == 0 || error == ERR_TOO_LONG || error == ERR_TOO_LARGE);
    PROMISE(paper_docx(paper, &two) == error);
    if (error == 0) {
        PROMISE(one.len == two.len && memcmp(one.data, two.data, one.len) == 0);
        check_docx(&one);
    }
    PROMISE(utf8_valid(paper_text(arena, paper), strlen(paper_text(arena, paper))));
    if (pdf) print_pdf(arena, paper);
}
