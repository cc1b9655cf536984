/* The structs of the notices' operations. */
#ifndef MINYI_NOTIFY_TYPES_H
#define MINYI_NOTIFY_TYPES_H

#include "minyi/notify.h"

struct notice_list_in {
    bool unread;
    const char *after;
    int64_t limit;
};

struct notice_id_in {
    int64_t id;
};

struct notice {
    int64_t id, created_ms, read_ms;
    const char *kind, *title, *text, *link;
};

struct notice_page {
    struct list items; /* struct notice */
    const char *next;
};

extern const struct record notice_list_in_record, notice_id_record, notice_record, notice_page_record;

int notice_list(struct ctx *ctx, const void *in, void *out);
int notice_read(struct ctx *ctx, const void *in, void *out);
int notice_read_all(struct ctx *ctx, const void *in, void *out);

#endif
