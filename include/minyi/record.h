/* Descriptions of C structs: one table of fields serves JSON in, JSON out, OpenAPI, the TypeScript types
 * and the mapping of result columns, so that a field is said once.
 *
 * A described struct holds only these member types:
 *   FIELD_INT, FIELD_TIME   int64_t         (TIME: ms since 1970 UTC)
 *   FIELD_BOOL              bool
 *   FIELD_TEXT, FIELD_DATE  const char *    (NULL: absent)
 *   FIELD_OBJECT            const void *    (pointer to a struct described by `of`; NULL: absent)
 *   FIELD_LIST              struct list     (contiguous structs described by `of`)
 *   FIELD_TEXTS             struct list     (contiguous const char *)
 *   FIELD_INTS              struct list     (contiguous int64_t)
 * An integer that may be absent is described with FIELD_NULLABLE and holds INT64_MIN (`ABSENT`) then.
 */
#ifndef MINYI_RECORD_H
#define MINYI_RECORD_H

#include "minyi/base.h"

#define ABSENT INT64_MIN

struct list {
    void *items; /* COUNT elements, contiguous; NULL when empty */
    size_t count;
};

/* Element I of a list of TYPE. */
#define LIST_AT(LIST, TYPE, I) (&((TYPE *)(LIST).items)[I])

enum field_type {
    FIELD_INT,
    FIELD_TIME,
    FIELD_BOOL,
    FIELD_TEXT,
    FIELD_DATE,
    FIELD_OBJECT,
    FIELD_LIST,
    FIELD_TEXTS,
    FIELD_INTS,
};

enum field_flags {
    FIELD_REQUIRED = 1,  /* input: must be present and not null; texts must not be empty */
    FIELD_NULLABLE = 2,  /* output: may be null. Input: null or absence leaves ABSENT / NULL */
    FIELD_ONE_LINE = 4,  /* text without line breaks */
    FIELD_IN_PATH = 8,   /* input comes from the path: {name} */
    FIELD_IN_QUERY = 16, /* input comes from the query string */
    FIELD_SECRET = 32,   /* never trimmed, logged or stored as it is (passwords, tokens) */
    FIELD_INTERNAL = 64, /* column only: read from rows, never written to JSON */
};

struct record;

struct field {
    const char *name; /* wire name and column name, lower_snake_case */
    enum field_type type;
    size_t offset; /* in the struct */
    unsigned flags;
    int64_t min, max;           /* INT: range. TEXT: code points. LIST/TEXTS/INTS: elements. Both 0: for
                                   texts 0…200, for lists 0…100, for integers any */
    const char *const *options; /* TEXT: the values allowed, ended by NULL; or NULL: any */
    const struct record *of;    /* OBJECT, LIST */
    const char *doc;            /* Chinese name of the field as on the screen, e.g. "标题" */
};

struct record {
    const char *name; /* schema name in OpenAPI and TypeScript, CamelCase: "Report" */
    size_t size;      /* sizeof(struct) */
    const struct field *fields;
    size_t count;
    const char *doc;
};

/* Shorthand: RECORD(report_view_record, "Report", struct report_view, "一件来稿", {FIELD…}, …); declare
 * in headers as `extern const struct record report_view_record;`. */
#define RECORD(IDENT, NAME, TYPE, DOC, ...)                          \
    static const struct field IDENT##_fields[] = {__VA_ARGS__};      \
    const struct record IDENT = {.name = (NAME),                     \
                                 .size = sizeof(TYPE),               \
                                 .fields = IDENT##_fields,           \
                                 .count = ARRAY_LEN(IDENT##_fields), \
                                 .doc = (DOC)}

/* One field of a record: F(struct report_view, title, FIELD_TEXT, "标题", .max = 60). */
#define F(TYPE, MEMBER, KIND, DOC, ...) \
    { .name = #MEMBER, .type = (KIND), .offset = offsetof(TYPE, MEMBER), .doc = (DOC), __VA_ARGS__ }

/* Sets every FIELD_NULLABLE integer of the struct at VALUE to ABSENT and all else to zero. */
void record_clear(const struct record *record, void *value);

/* The Chinese name of a code of a closed set. Each set that is named on screen or paper has one table of
 * these, ended by a NULL code and declared in the header of the feature it belongs to; the web's names
 * (web/src/shared/text/format.ts) are held against it by web/test/words.test.mjs. */
struct code_name {
    const char *code, *zh;
};
/* NULL for NULL and for a code that is not in the table. */
const char *code_zh(const struct code_name *table, const char *code);

/* The field of that wire name, or NULL. */
const struct field *record_field(const struct record *record, const char *name);

#endif
