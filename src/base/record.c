/* Descriptions of structs, names of codes: the operations that need no JSON and no store. */
#include "minyi/record.h"

#include <string.h>

void record_clear(const struct record *record, void *value) {
    memset(value, 0, record->size);
    for (size_t i = 0; i < record->count; i++) {
        const struct field *field = &record->fields[i];
        bool integer = field->type == FIELD_INT || field->type == FIELD_TIME;
        if (!integer || !(field->flags & FIELD_NULLABLE)) continue;
        int64_t absent = ABSENT;
        memcpy((char *)value + field->offset, &absent, sizeof(absent));
    }
}

const struct field *record_field(const struct record *record, const char *name) {
    for (size_t i = 0; i < record->count; i++)
        if (strcmp(record->fields[i].name, name) == 0) return &record->fields[i];
    return NULL;
}

const char *code_zh(const struct code_name *table, const char *code) {
    if (code == NULL) return NULL;
    while (table->code != NULL && strcmp(table->code, code) != 0)
        table++;
    return table->zh;
}
