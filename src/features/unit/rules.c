/* What may stand where in the tree of units. */
#include "rules.h"

#include <string.h>

const char *const unit_kinds[] = {
    "nation",      "province",   "city",      "county", "office", "special_committee",
    "party_group", "department", "work_room", NULL};

/* Levels of committees from high to low; 0: no committee. */
static int level(const char *kind) {
    for (int i = 0; i < 4; i++)
        if (strcmp(unit_kinds[i], kind) == 0) return i + 1;
    return 0;
}

bool unit_kind_is_committee(const char *kind) {
    return level(kind) != 0;
}

bool unit_code_fits(const char *code) {
    size_t len = strlen(code);
    if (len < 2 || len > 40 || code[0] == '-') return false;
    return strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

const char *unit_place_refused(const char *parent_kind, const char *kind) {
    int own = level(kind);
    if (parent_kind == NULL) return own != 0 ? NULL : "最上级只能是一级政协。";
    int above = level(parent_kind);
    if (own != 0 && above == 0) return "下级政协只能直接设在上级政协之下。";
    if (own != 0 && own <= above) return "下级政协的层级应低于上级政协。";
    return NULL;
}
