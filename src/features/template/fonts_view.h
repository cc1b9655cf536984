/* What the operations of fonts take and give. */
#ifndef MINYI_TEMPLATE_FONTS_VIEW_H
#define MINYI_TEMPLATE_FONTS_VIEW_H

#include "minyi/record.h"

struct font_family_view {
    const char *family;
    bool present;
};
struct font_role_view {
    const char *role, *name, *family, *file, *format;
    int64_t weight, characters, version;
    bool first_choice, keeps_grid, own_order;
    struct list wanted, usual; /* struct font_family_view; const char * */
};
struct fonts_view {
    struct list roles; /* struct font_role_view */
    const char *fingerprint;
};
struct font_order_in {
    const char *role;
    struct list families; /* const char * */
};

#endif
