/* Described structs out: as JSON replies, and as JSON Schema in the OpenAPI document. */
#include <inttypes.h>
#include <string.h>

#include "minyi/api.h"

static void write_record(const struct record *record, const void *value, bool with_secrets, struct buf *out);

static void write_list(const struct field *field, const struct list *list, bool with_secrets,
                       struct buf *out) {
    buf_addc(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (i) buf_addc(out, ',');
        if (field->type == FIELD_LIST)
            write_record(field->of, (const char *)list->items + i * field->of->size, with_secrets, out);
        else if (field->type == FIELD_TEXTS)
            buf_add_json(out, ((const char *const *)list->items)[i]);
        else
            buf_add_int(out, ((const int64_t *)list->items)[i]);
    }
    buf_addc(out, ']');
}

static void write_value(const struct field *field, const void *slot, bool with_secrets, struct buf *out) {
    switch (field->type) {
    case FIELD_INT:
    case FIELD_TIME:
        if (*(const int64_t *)slot == ABSENT)
            buf_adds(out, "null");
        else
            buf_add_int(out, *(const int64_t *)slot);
        break;
    case FIELD_BOOL:
        buf_adds(out, *(const bool *)slot ? "true" : "false");
        break;
    case FIELD_TEXT:
    case FIELD_DATE:
        buf_add_json(out, *(const char *const *)slot);
        break;
    case FIELD_OBJECT:
        if (*(const void *const *)slot)
            write_record(field->of, *(const void *const *)slot, with_secrets, out);
        else
            buf_adds(out, "null");
        break;
    default:
        write_list(field, slot, with_secrets, out);
    }
}

static void write_record(const struct record *record, const void *value, bool with_secrets, struct buf *out) {
    char separator = '{';
    for (size_t i = 0; i < record->count; i++) {
        const struct field *field = &record->fields[i];
        if (field->flags & FIELD_INTERNAL) continue;
        buf_addc(out, separator);
        buf_addc(out, '"');
        buf_adds(out, field->name);
        buf_adds(out, "\":");
        if ((field->flags & FIELD_SECRET) && !with_secrets)
            buf_adds(out, "\"\"");
        else
            write_value(field, (const char *)value + field->offset, with_secrets, out);
        separator = ',';
    }
    if (separator == '{') buf_addc(out, '{');
    buf_addc(out, '}');
}

void schema_write_json(const struct record *record, const void *value, struct buf *out) {
    write_record(record, value, true, out);
}

void schema_write_kept(const struct record *record, const void *value, struct buf *out) {
    write_record(record, value, false, out);
}

/* ---- JSON Schema ---- */

static bool nullable(const struct field *field, bool input) {
    return input ? !(field->flags & FIELD_REQUIRED) : (field->flags & FIELD_NULLABLE) != 0;
}

/* What is sent and what is answered differ in bounds and required fields, hence two schemas a record. */
static void schema_reference(const struct field *field, bool input, struct buf *out) {
    buf_addf(out, "{\"$ref\":\"#/components/schemas/%s%s\"}", field->of->name, input ? "Input" : "");
}

static void schema_text(const struct field *field, bool input, bool null, struct buf *out) {
    buf_adds(out, null ? "\"type\":[\"string\",\"null\"]" : "\"type\":\"string\"");
    if (field->type == FIELD_DATE) buf_adds(out, ",\"format\":\"date\"");
    if (field->options) {
        buf_adds(out, ",\"enum\":[");
        for (const char *const *option = field->options; *option; option++) {
            if (option != field->options) buf_addc(out, ',');
            buf_add_json(out, *option);
        }
        buf_adds(out, null ? ",null]" : "]");
    } else if (input && field->type == FIELD_TEXT) {
        int64_t min = field->min > 0 ? field->min : (field->flags & FIELD_REQUIRED) ? 1 : 0;
        if (min && !null) buf_addf(out, ",\"minLength\":%" PRId64, min);
        buf_addf(out, ",\"maxLength\":%" PRId64, field->max ? field->max : INT64_C(200));
    }
}

static void schema_list(const struct field *field, bool input, struct buf *out) {
    buf_adds(out, "\"type\":\"array\",\"items\":");
    if (field->type == FIELD_LIST)
        schema_reference(field, input, out);
    else
        buf_adds(out, field->type == FIELD_TEXTS ? "{\"type\":\"string\"}"
                                                 : "{\"type\":\"integer\",\"format\":\"int64\"}");
    if (input && field->min) buf_addf(out, ",\"minItems\":%" PRId64, field->min);
    if (input) buf_addf(out, ",\"maxItems\":%" PRId64, field->max ? field->max : INT64_C(100));
}

static void schema_field(const struct field *field, bool input, struct buf *out) {
    bool null = nullable(field, input);
    buf_addc(out, '{');
    switch (field->type) {
    case FIELD_INT:
    case FIELD_TIME:
        buf_addf(out, "\"type\":%s,\"format\":\"int64\"", null ? "[\"integer\",\"null\"]" : "\"integer\"");
        if (input && (field->min || field->max))
            buf_addf(out, ",\"minimum\":%" PRId64 ",\"maximum\":%" PRId64, field->min, field->max);
        break;
    case FIELD_BOOL:
        buf_adds(out, input && null ? "\"type\":[\"boolean\",\"null\"]" : "\"type\":\"boolean\"");
        break;
    case FIELD_TEXT:
    case FIELD_DATE:
        schema_text(field, input, null, out);
        break;
    case FIELD_OBJECT:
        if (null) {
            buf_adds(out, "\"oneOf\":[");
            schema_reference(field, input, out);
            buf_adds(out, ",{\"type\":\"null\"}]");
        } else {
            buf_adds(out, "\"allOf\":[");
            schema_reference(field, input, out);
            buf_adds(out, "]");
        }
        break;
    default:
        schema_list(field, input, out);
    }
    buf_adds(out, ",\"description\":");
    buf_add_json(out, field->doc ? field->doc : "");
    buf_addc(out, '}');
}

static bool shown(const struct field *field, bool input) {
    unsigned hidden = input ? FIELD_IN_PATH | FIELD_IN_QUERY | FIELD_INTERNAL : FIELD_INTERNAL;
    return (field->flags & hidden) == 0;
}

void schema_write_openapi(const struct record *record, bool input, struct buf *out) {
    buf_adds(out, "{\"type\":\"object\",\"additionalProperties\":false,\"description\":");
    buf_add_json(out, record->doc ? record->doc : record->name);
    buf_adds(out, ",\"properties\":{");
    const char *comma = "";
    for (size_t i = 0; i < record->count; i++) {
        if (!shown(&record->fields[i], input)) continue;
        buf_addf(out, "%s\"%s\":", comma, record->fields[i].name);
        schema_field(&record->fields[i], input, out);
        comma = ",";
    }
    buf_adds(out, "}");
    comma = ",\"required\":[";
    for (size_t i = 0; i < record->count; i++) {
        const struct field *field = &record->fields[i];
        if (!shown(field, input) || (input && !(field->flags & FIELD_REQUIRED))) continue;
        buf_addf(out, "%s\"%s\"", comma, field->name);
        comma = ",";
    }
    buf_adds(out, *comma == ',' && comma[1] ? "}" : "]}");
}
