/* A line to the PostgreSQL server that can be cut at a chosen word, held back or taken away: what a network
 * does. It hands bytes on and looks at what clients send, chunk by chunk; it adds nothing of its own.
 */
#ifndef MINYI_TESTS_PROXY_H
#define MINYI_TESTS_PROXY_H

#include <stdbool.h>
#include <stddef.h>

struct proxy;

/* To the server of URL; RET_URL is the same database through the proxy. */
struct proxy *proxy_start(const char *url, char *ret_url, size_t size);
void proxy_stop(struct proxy *proxy); /* NULL is accepted */

enum proxy_cut {
    PROXY_BEFORE, /* the words do not reach the server */
    PROXY_AFTER,  /* they do, but its answer is lost */
};
/* When a client says TEXT the next time, its line is cut. DOWN: and stays away, as after proxy_down().
 * "COMMIT$" is a statement that ends there, not the beginning of COMMITTED. */
void proxy_cut(struct proxy *proxy, enum proxy_cut where, const char *text, bool down);
bool proxy_has_cut(struct proxy *proxy); /* since proxy_cut() */

void proxy_drop(struct proxy *proxy);            /* closes all lines, once */
void proxy_down(struct proxy *proxy, bool down); /* closes all lines, and new ones at once */
void proxy_hold(struct proxy *proxy, bool hold); /* lines stay and are taken, but nothing passes */
int proxy_made(struct proxy *proxy);             /* since the start */

#endif
