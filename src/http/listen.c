/* The listening socket. Opened here and not by libmicrohttpd, so that a taken address is told in plain
 * words and port 0 can be asked for. */
#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "internal.h"

/* Splits "ADDRESS:PORT" or "[V6]:PORT"; false when there is no port. */
static bool split_address(const char *text, char *address, size_t size, const char **ret_port) {
    const char *colon = strrchr(text, ':');
    if (!colon || !colon[1]) return false;
    const char *begin = text, *end = colon;
    if (*begin == '[') {
        if (end == begin || end[-1] != ']') return false;
        begin++;
        end--;
    }
    size_t len = (size_t)(end - begin);
    if (len >= size) return false;
    memcpy(address, begin, len);
    address[len] = 0;
    *ret_port = colon + 1;
    return true;
}

static int open_one(const struct addrinfo *info, int backlog) {
    int fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    int on = 1, off = 0;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (info->ai_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, info->ai_addr, info->ai_addrlen) != 0 || listen(fd, backlog) != 0) {
        int error = -errno;
        close(fd);
        return error;
    }
    return fd;
}

static int port_of(int fd) {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address = {.v6 = {.sin6_port = 0}};
    socklen_t len = sizeof address;
    if (getsockname(fd, &address.any, &len) != 0) return 0;
    return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}

static const char *say_why(struct arena *arena, const char *listen_text, int error) {
    switch (error) {
    case -EADDRINUSE:
        return arena_printf(arena, "地址 %s 已被其他程序占用，请换一个端口或先停止该程序。", listen_text);
    case -EACCES:
        return arena_printf(arena, "没有权限使用地址 %s，请改用 1024 以上的端口。", listen_text);
    case -EADDRNOTAVAIL:
        return arena_printf(arena, "本机没有地址 %s，请检查 listen 设置。", listen_text);
    default:
        return arena_printf(arena, "无法在 %s 上监听：%s。", listen_text, strerror(-error));
    }
}

int listen_open(const char *listen_text, int backlog, struct arena *arena, int *ret_port,
                const char **ret_why) {
    char address[256];
    const char *port;
    if (!split_address(listen_text, address, sizeof address, &port)) {
        *ret_why = arena_printf(arena, "listen 设置“%s”不正确，应写成“地址:端口”。", listen_text);
        return -1;
    }
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    if (getaddrinfo(*address ? address : NULL, port, &hints, &found) != 0) {
        *ret_why = arena_printf(arena, "listen 设置“%s”中的地址或端口无法识别。", listen_text);
        return -1;
    }
    int fd = -EADDRNOTAVAIL;
    for (struct addrinfo *info = found; info && fd < 0; info = info->ai_next)
        fd = open_one(info, backlog);
    freeaddrinfo(found);
    if (fd < 0) {
        *ret_why = say_why(arena, listen_text, fd);
        return -1;
    }
    *ret_port = port_of(fd);
    return fd;
}
