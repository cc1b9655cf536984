/* Prints the texts of statements of the program, so that the references of the benchmark run the very same.
 *
 * Usage: bench_statement NAME…: a line each, the name, a tab and the text.
 */
#include <stdio.h>
#include <string.h>

#include "../../src/store/internal.h"

static const struct db_statement *find(const char *name) {
    for (const struct db_statement *s = db_statement_first(); s != NULL; s = s->next)
        if (strcmp(s->name, name) == 0) return s;
    return NULL;
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        const struct db_statement *statement = find(argv[i]);
        if (statement == NULL) {
            fprintf(stderr, "bench_statement: no statement %s\n", argv[i]);
            return 1;
        }
        printf("%s\t%s\n", statement->name, statement->sql);
    }
    return 0;
}
