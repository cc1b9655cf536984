/* One thread; every line is a pair of sockets. `lock` is held while the thread works, never while it waits.
 */
#include "proxy.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "minyi/base.h"

enum { LINES_MAX = 64, CHUNK = 65536, TEXT_SIZE = 64, TURN_MS = 5 };

struct line {
    int client, server; /* -1: free */
    bool swallow;       /* the next answer ends it */
};

struct proxy {
    pthread_t thread;
    pthread_mutex_t lock; /* guards all below */
    int listener;
    struct sockaddr_in server;
    struct line lines[LINES_MAX];
    bool stopping, hold, down;
    char text[TEXT_SIZE]; /* "": nothing to cut at */
    enum proxy_cut where;
    bool then_down, has_cut;
    int made;
};

static NORETURN void give_up(const char *what) {
    fprintf(stderr, "proxy: %s\n", what);
    abort();
}

static void close_line(struct line *line) {
    if (line->client >= 0) close(line->client);
    if (line->server >= 0) close(line->server);
    *line = (struct line){.client = -1, .server = -1};
}

static void close_all(struct proxy *proxy) {
    for (size_t i = 0; i < LINES_MAX; i++)
        close_line(&proxy->lines[i]);
}

static bool send_all(int fd, const char *data, size_t len) {
    while (len > 0) {
        ssize_t sent = send(fd, data, len, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        data += sent;
        len -= (size_t)sent;
    }
    return true;
}

static void take_client(struct proxy *proxy) {
    int client = accept(proxy->listener, NULL, NULL);
    if (client < 0) return;
    struct line *line = NULL;
    for (size_t i = 0; i < LINES_MAX && line == NULL && !proxy->down; i++)
        if (proxy->lines[i].client < 0) line = &proxy->lines[i];
    int server = line != NULL ? socket(AF_INET, SOCK_STREAM, 0) : -1;
    if (server < 0 || connect(server, (struct sockaddr *)&proxy->server, sizeof(proxy->server)) != 0) {
        if (server >= 0) close(server);
        close(client);
        return;
    }
    *line = (struct line){.client = client, .server = server};
    proxy->made++;
}

/* True when the line is to be cut before DATA. */
static bool cut_here(struct proxy *proxy, struct line *line, const char *data, size_t len) {
    size_t text = strlen(proxy->text);
    bool whole = text > 0 && proxy->text[text - 1] == '$';
    char words[TEXT_SIZE];
    memcpy(words, proxy->text, text + 1);
    if (whole) words[text - 1] = '\0'; /* and that is looked for, too */
    if (text == 0 || memmem(data, len, words, text) == NULL) return false;
    proxy->text[0] = '\0';
    if (proxy->where == PROXY_AFTER) {
        line->swallow = true;
        return false;
    }
    return true;
}

static void cut(struct proxy *proxy, struct line *line) {
    proxy->has_cut = true;
    close_line(line);
    if (!proxy->then_down) return;
    proxy->down = true;
    close_all(proxy);
}

static void move(struct proxy *proxy, struct line *line, bool from_client) {
    static char data[CHUNK]; /* of the thread */
    int from = from_client ? line->client : line->server, to = from_client ? line->server : line->client;
    ssize_t got = recv(from, data, sizeof(data), 0);
    if (got > 0 &&
        ((from_client && cut_here(proxy, line, data, (size_t)got)) || (!from_client && line->swallow)))
        cut(proxy, line);
    else if (got <= 0 || !send_all(to, data, (size_t)got))
        close_line(line);
}

static void serve_turn(struct proxy *proxy, const struct pollfd *fds) {
    if (fds[0].revents != 0) take_client(proxy);
    if (proxy->hold) return;
    for (size_t i = 0; i < LINES_MAX; i++) {
        struct line *line = &proxy->lines[i];
        /* What was asked about may be another line by now. */
        if (fds[1 + 2 * i].revents != 0 && line->client == fds[1 + 2 * i].fd) move(proxy, line, true);
        if (fds[2 + 2 * i].revents != 0 && line->server == fds[2 + 2 * i].fd) move(proxy, line, false);
    }
}

static void *run(void *argument) {
    struct proxy *proxy = argument;
    struct pollfd fds[1 + 2 * LINES_MAX];
    for (bool stopping = false; !stopping;) {
        pthread_mutex_lock(&proxy->lock);
        fds[0] = (struct pollfd){.fd = proxy->listener, .events = POLLIN};
        for (size_t i = 0; i < LINES_MAX; i++) {
            fds[1 + 2 * i] =
                (struct pollfd){.fd = proxy->hold ? -1 : proxy->lines[i].client, .events = POLLIN};
            fds[2 + 2 * i] =
                (struct pollfd){.fd = proxy->hold ? -1 : proxy->lines[i].server, .events = POLLIN};
        }
        pthread_mutex_unlock(&proxy->lock);
        int ready = poll(fds, ARRAY_LEN(fds), TURN_MS);
        pthread_mutex_lock(&proxy->lock);
        if (ready > 0) serve_turn(proxy, fds);
        stopping = proxy->stopping;
        pthread_mutex_unlock(&proxy->lock);
    }
    return NULL;
}

/* ---- The doors ---- */

struct proxy *proxy_start(const char *url, char *ret_url, size_t size) {
    struct proxy *proxy = calloc(1, sizeof(*proxy));
    const char *host = strrchr(url, '@');
    const char *port = host != NULL ? strchr(host, ':') : NULL;
    const char *database = port != NULL ? strchr(port, '/') : NULL;
    if (proxy == NULL || database == NULL) give_up("not an address of the tests' server");
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(here);
    proxy->server = here;
    proxy->server.sin_port = htons((uint16_t)strtol(port + 1, NULL, 10));
    proxy->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(proxy->listener, (struct sockaddr *)&here, len) != 0 || listen(proxy->listener, 64) != 0 ||
        getsockname(proxy->listener, (struct sockaddr *)&here, &len) != 0)
        give_up("no port");
    for (size_t i = 0; i < LINES_MAX; i++)
        proxy->lines[i] = (struct line){.client = -1, .server = -1};
    pthread_mutex_init(&proxy->lock, NULL);
    if (pthread_create(&proxy->thread, NULL, run, proxy) != 0) give_up("no thread");
    snprintf(ret_url, size, "%.*s@127.0.0.1:%u%s", (int)(host - url), url, ntohs(here.sin_port), database);
    return proxy;
}

void proxy_stop(struct proxy *proxy) {
    if (proxy == NULL) return;
    pthread_mutex_lock(&proxy->lock);
    proxy->stopping = true;
    pthread_mutex_unlock(&proxy->lock);
    pthread_join(proxy->thread, NULL);
    close_all(proxy);
    close(proxy->listener);
    pthread_mutex_destroy(&proxy->lock);
    free(proxy);
}

void proxy_cut(struct proxy *proxy, enum proxy_cut where, const char *text, bool down) {
    pthread_mutex_lock(&proxy->lock);
    snprintf(proxy->text, sizeof(proxy->text), "%s", text);
    proxy->where = where;
    proxy->then_down = down;
    proxy->has_cut = false;
    pthread_mutex_unlock(&proxy->lock);
}

bool proxy_has_cut(struct proxy *proxy) {
    pthread_mutex_lock(&proxy->lock);
    bool has_cut = proxy->has_cut;
    pthread_mutex_unlock(&proxy->lock);
    return has_cut;
}

void proxy_drop(struct proxy *proxy) {
    pthread_mutex_lock(&proxy->lock);
    close_all(proxy);
    pthread_mutex_unlock(&proxy->lock);
}

void proxy_down(struct proxy *proxy, bool down) {
    pthread_mutex_lock(&proxy->lock);
    proxy->down = down;
    if (down) close_all(proxy);
    pthread_mutex_unlock(&proxy->lock);
}

void proxy_hold(struct proxy *proxy, bool hold) {
    pthread_mutex_lock(&proxy->lock);
    proxy->hold = hold;
    pthread_mutex_unlock(&proxy->lock);
}

int proxy_made(struct proxy *proxy) {
    pthread_mutex_lock(&proxy->lock);
    int made = proxy->made;
    pthread_mutex_unlock(&proxy->lock);
    return made;
}
