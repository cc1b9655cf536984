/* The codes on prints: what stands in them and what is read back. Pure.
 *
 * A code is a letter for the kind of paper, the record's id, and a checksum: "i12-1a2b3c4d". It holds nothing
 * else, and opens nothing: who follows it sees what his rights show him.
 */
#ifndef MINYI_SCAN_CODE_H
#define MINYI_SCAN_CODE_H

#include "minyi/template.h"

/* The code of a paper of a record, in ARENA. */
const char *code_of(struct arena *arena, enum paper_kind kind, int64_t id);

/* Reads a code; false when it is none of ours or its checksum is wrong: nothing is guessed. */
bool code_parse(const char *code, enum paper_kind *ret_kind, int64_t *ret_id);

/* The same from the address in a picture: SITE/q/CODE and nothing else, so that a print of another office,
 * whose numbers mean other records, leads nowhere here. */
bool code_of_address(const char *site, const char *text, enum paper_kind *ret_kind, int64_t *ret_id);

#endif
