/* Limits on connections and on time.
 *
 * libmicrohttpd's own timeout counts inactivity only, so a client that sends a byte a second lives for
 * ever; and its connection limit is divided among the pool's threads and leaves excess clients waiting
 * in the backlog. Hence a registry of our own:
 *   1. Each connection has one deadline, moved when its state changes, never by single bytes.
 *   2. The reaper shuts down the socket of a connection past its deadline; libmicrohttpd then sees the
 *      end of the stream and closes it. The reaper never closes a descriptor.
 *   3. A connection leaves the registry (under the lock) before libmicrohttpd closes its descriptor, so
 *      the reaper never touches a descriptor number used again by another.
 *   4. A connection whose bytes lie unread is not cut for being slow: its thread is held up, by a store that
 *      does not answer, and the client has done its part. (Not for ever, and not while it is to take a reply.)
 *   5. At the connection limit the connection that has been idle longest (kept alive, or silent for a second
 *      since it was accepted) is closed for a new one; with none idle the new one is refused at once.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "internal.h"
#include "minyi/thread.h"

enum {
    REAPER_STEP_MS = 250,
    REAPER_STEP_MIN_MS = 20,
    FRESH_GRACE_US = 1000 * 1000,
    UNREAD_GRACE_US = 60 * 1000 * 1000,
};

void connection_enter(struct connection *connection, enum connection_state state, int64_t timeout_us) {
    int64_t now = clock_monotonic_us();
    atomic_store_explicit(&connection->since_us, now, memory_order_relaxed);
    atomic_store_explicit(&connection->deadline_us, timeout_us > 0 ? now + timeout_us : INT64_MAX,
                          memory_order_relaxed);
    atomic_store_explicit(&connection->state, (int)state, memory_order_release);
}

/* Under the lock: the descriptor is open for as long as the connection is in the registry. */
static void cut(struct connection *connection) {
    if (!atomic_exchange(&connection->cut, true)) shutdown(connection->fd, SHUT_RDWR);
}

/* LATE_US past its deadline: whether it is this server that is slow. */
static bool waits_for_us(const struct connection *connection, enum connection_state state, int64_t late_us) {
    int unread = 0;
    if (state == CONNECTION_REPLYING || state == CONNECTION_FEEDING || late_us > UNREAD_GRACE_US)
        return false;
    return ioctl(connection->fd, FIONREAD, &unread) == 0 && unread > 0;
}

static void reap(struct http_server *server) {
    int64_t now = clock_monotonic_us();
    for (struct connection *c = server->registry.first; c; c = c->next) {
        int64_t deadline = atomic_load_explicit(&c->deadline_us, memory_order_relaxed);
        if (deadline > now) continue;
        if (atomic_load(&c->cut)) continue;
        enum connection_state state = (enum connection_state)atomic_load(&c->state);
        if (waits_for_us(c, state, now - deadline)) continue;
        /* An idle connection at its end is ordinary, and so is one opened in advance and not used. */
        if (state != CONNECTION_IDLE && state != CONNECTION_FRESH) count_one(&server->cut_slow);
        cut(c);
    }
}

static int64_t reaper_step_ms(const struct http_server *server) {
    int64_t step = server->header_timeout_us / 4000;
    if (step > REAPER_STEP_MS) return REAPER_STEP_MS;
    return step < REAPER_STEP_MIN_MS ? REAPER_STEP_MIN_MS : step;
}

static void *reaper_main(void *argument) {
    struct http_server *server = argument;
    struct registry *registry = &server->registry;
    int64_t step_ms = reaper_step_ms(server);
    pthread_mutex_lock(&registry->lock);
    while (registry->running) {
        struct timespec until = thread_deadline_in(step_ms);
        pthread_cond_timedwait(&registry->wake, &registry->lock, &until);
        reap(server);
        feeds_look(server);
    }
    pthread_mutex_unlock(&registry->lock);
    return NULL;
}

void registry_start(struct http_server *server) {
    struct registry *registry = &server->registry;
    thread_condition(&registry->wake);
    pthread_mutex_init(&registry->lock, NULL);
    registry->running = true;
    if (!thread_start(&registry->reaper, "minyi-reaper", reaper_main, server)) abort();
}

void registry_stop(struct http_server *server) {
    struct registry *registry = &server->registry;
    pthread_mutex_lock(&registry->lock);
    registry->running = false;
    pthread_cond_signal(&registry->wake);
    pthread_mutex_unlock(&registry->lock);
    pthread_join(registry->reaper, NULL);
    pthread_cond_destroy(&registry->wake);
    pthread_mutex_destroy(&registry->lock);
}

/* Since when a connection stands open for nothing; INT64_MAX when it does not. Clients open connections in
 * advance, so a fresh one gets a moment. */
static int64_t idle_since(const struct connection *connection, int64_t now) {
    int64_t since = atomic_load_explicit(&connection->since_us, memory_order_relaxed);
    int state = atomic_load(&connection->state);
    bool idle = state == CONNECTION_IDLE || (state == CONNECTION_FRESH && now - since > FRESH_GRACE_US);
    return idle && !atomic_load(&connection->cut) ? since : INT64_MAX;
}

/* Closes the connection that has been idle longest; false when none is idle. */
static bool make_room(struct registry *registry) {
    struct connection *oldest = NULL;
    int64_t oldest_since = INT64_MAX, now = clock_monotonic_us();
    pthread_mutex_lock(&registry->lock);
    for (struct connection *c = registry->first; c; c = c->next) {
        int64_t since = idle_since(c, now);
        if (since >= oldest_since) continue;
        oldest = c;
        oldest_since = since;
    }
    if (oldest) cut(oldest);
    pthread_mutex_unlock(&registry->lock);
    return oldest != NULL;
}

bool registry_admit(struct http_server *server) {
    if (atomic_load(&server->registry.open) < server->connection_limit) return true;
    if (make_room(&server->registry)) return true;
    count_one(&server->refused_limit);
    return false;
}

static void write_remote(char out[INET6_ADDRSTRLEN], const struct sockaddr *address) {
    const void *bytes = NULL;
    int family = AF_INET;
    if (address && address->sa_family == AF_INET) {
        bytes = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
    } else if (address && address->sa_family == AF_INET6) {
        const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
        family = IN6_IS_ADDR_V4MAPPED(six) ? AF_INET : AF_INET6;
        bytes = family == AF_INET ? &six->s6_addr[12] : six->s6_addr;
    }
    if (!bytes || !inet_ntop(family, bytes, out, INET6_ADDRSTRLEN)) memcpy(out, "-", 2);
}

struct connection *registry_add(struct http_server *server, int fd, const struct sockaddr *address) {
    struct registry *registry = &server->registry;
    struct connection *connection = calloc(1, sizeof *connection);
    if (!connection) abort();
    connection->fd = fd;
    write_remote(connection->remote, address);
    connection_enter(connection, CONNECTION_FRESH, server->header_timeout_us);
    pthread_mutex_lock(&registry->lock);
    connection->next = registry->first;
    if (registry->first) registry->first->previous = connection;
    registry->first = connection;
    pthread_mutex_unlock(&registry->lock);
    atomic_fetch_add(&registry->open, 1);
    count_one(&server->accepted);
    return connection;
}

void registry_remove(struct http_server *server, struct connection *connection) {
    struct registry *registry = &server->registry;
    pthread_mutex_lock(&registry->lock);
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        registry->first = connection->next;
    if (connection->next) connection->next->previous = connection->previous;
    pthread_mutex_unlock(&registry->lock);
    atomic_fetch_sub(&registry->open, 1);
    free(connection);
}

bool registry_close_idle(struct http_server *server, bool fresh_too) {
    bool all_cut = true;
    pthread_mutex_lock(&server->registry.lock);
    for (struct connection *c = server->registry.first; c; c = c->next) {
        int state = atomic_load(&c->state);
        if (state == CONNECTION_IDLE || (fresh_too && state == CONNECTION_FRESH)) cut(c);
        all_cut = all_cut && atomic_load(&c->cut);
    }
    pthread_mutex_unlock(&server->registry.lock);
    return all_cut;
}

void registry_close_all(struct http_server *server) {
    pthread_mutex_lock(&server->registry.lock);
    for (struct connection *c = server->registry.first; c; c = c->next)
        cut(c);
    pthread_mutex_unlock(&server->registry.lock);
}
