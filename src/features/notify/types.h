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

struct notice_unread {
    int64_t unread;
};

extern const struct record notice_unread_record, notice_list_in_record, notice_id_record, notice_record,
    notice_page_record;

int notice_list(struct ctx *ctx, const void *in, void *out);
int notice_read(struct ctx *ctx, const void *in, void *out);
int notice_read_all(struct ctx *ctx, const void *in, void *out);
int notice_unread(struct ctx *ctx, const void *in, void *out);

/* Tells every node that the notices of ACCOUNT_ID have changed, once this write is committed. */
#define NOTICE_CHANNEL "notice"
int notice_tell(struct ctx *ctx, int64_t account_id) MUST_CHECK;

#endif
