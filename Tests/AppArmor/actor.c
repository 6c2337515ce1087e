// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A program that does what its arguments say, one step after the other, so that one executable, copied to several paths,
// can play all applications. Linked statically: a policy for it needs no libraries.
//
// The connection that most steps are about is descriptor 3, also in a program that it turns into.

#define _GNU_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONNECTION = 3 };

static void say(const char *step, const char *what) {
    printf("%s: %s\n", step, what);
    fflush(stdout);
}

static void fail(const char *step) {
    say(step, strerror(errno));
    exit(1);
}

static socklen_t unix_address(const char *path, struct sockaddr_un *address) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof address->sun_path) {
        errno = ENAMETOOLONG;
        fail(path);
    }
    strcpy(address->sun_path, path);
    return sizeof *address;
}

// A path, or an IPv4 address and a port.
static int connected(const char *place) {
    struct sockaddr_un unix_place;
    struct sockaddr_in tcp_place = {.sin_family = AF_INET};
    const struct sockaddr *address = (const struct sockaddr *)&unix_place;
    socklen_t length = sizeof unix_place;
    if (place[0] == '/') {
        length = unix_address(place, &unix_place);
    } else {
        char host[64];
        unsigned port;
        if (sscanf(place, "%63[0-9.]:%u", host, &port) != 2 || inet_pton(AF_INET, host, &tcp_place.sin_addr) != 1) {
            errno = EINVAL;
            return -1;
        }
        tcp_place.sin_port = htons((unsigned short)port);
        address = (const struct sockaddr *)&tcp_place;
        length = sizeof tcp_place;
    }
    int descriptor = socket(address->sa_family, SOCK_STREAM, 0);
    if (descriptor >= 0 && connect(descriptor, address, length) != 0) {
        int reason = errno;
        close(descriptor);
        errno = reason;
        return -1;
    }
    return descriptor;
}

static void take_as_connection(int descriptor, const char *step) {
    if (descriptor < 0 || (descriptor != CONNECTION && dup2(descriptor, CONNECTION) < 0)) {
        fail(step);
    }
    if (descriptor != CONNECTION) {
        close(descriptor);
    }
}

// Byte by byte: nothing is left over here that the next program would miss.
static void hear(void) {
    char line[4096];
    size_t length = 0;
    for (;;) {
        char byte;
        ssize_t count = read(CONNECTION, &byte, 1);
        if (count <= 0) {
            say("hear", count == 0 ? "closed" : strerror(errno));
            return;
        }
        if (byte == '\n') {
            line[length] = 0;
            puts(line);
            if (length > 3 && line[3] == ' ') {
                fflush(stdout);
                return;
            }
            length = 0;
        } else if (byte != '\r' && length < sizeof line - 1) {
            line[length++] = byte;
        }
    }
}

static void give(const char *path) {
    int descriptor = connected(path);
    if (descriptor < 0) {
        fail("give");
    }
    char byte = 0;
    struct iovec data = {&byte, 1};
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control};
    control.head.cmsg_level = SOL_SOCKET;
    control.head.cmsg_type = SCM_RIGHTS;
    control.head.cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(&control.head), &(int){CONNECTION}, sizeof(int));
    if (sendmsg(descriptor, &message, 0) != 1) {
        fail("give");
    }
    close(descriptor);
    close(CONNECTION);
}

static void take(const char *path) {
    struct sockaddr_un address;
    socklen_t length = unix_address(path, &address);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 1) != 0) {
        fail("take");
    }
    int descriptor = accept(listener, NULL, NULL);
    char byte;
    struct iovec data = {&byte, 1};
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control};
    if (descriptor < 0 || recvmsg(descriptor, &message, 0) != 1 || control.head.cmsg_type != SCM_RIGHTS) {
        fail("take");
    }
    int given;
    memcpy(&given, CMSG_DATA(&control.head), sizeof given);
    close(descriptor);
    close(listener);
    take_as_connection(given, "take");
}

static void look(const char *path) {
    char byte;
    int descriptor = open(path, O_RDONLY);
    say("look", descriptor >= 0 && read(descriptor, &byte, 1) >= 0 ? "ok" : strerror(errno));
    close(descriptor);
}

static void reach(const char *place) {
    int descriptor = connected(place);
    say("reach", descriptor >= 0 ? "ok" : strerror(errno));
    close(descriptor);
}

static void print_label(void) {
    char label[4096];
    int descriptor = open("/proc/self/attr/apparmor/current", O_RDONLY);
    ssize_t count = descriptor < 0 ? -1 : read(descriptor, label, sizeof label - 1);
    if (count < 0) {
        fail("label");
    }
    label[count] = 0;
    label[strcspn(label, "\n")] = 0;
    say("label", label);
    close(descriptor);
}

static void become(const char *program, char **rest) {
    // Its first argument is its name, as everywhere.
    char **arguments = rest - 1;
    *arguments = (char *)program;
    execv(program, arguments);
    fail("become");
}

int main(int count, char **arguments) {
    for (int index = 1; index < count; index++) {
        const char *step = arguments[index];
        if (!strcmp(step, "hear")) {
            hear();
        } else if (!strcmp(step, "label")) {
            print_label();
        } else if (!strcmp(step, "leave")) {
            // A child goes on; whoever waits for this program sees it end.
            pid_t child = fork();
            if (child < 0) {
                fail("leave");
            }
            if (child > 0) {
                _exit(0);
            }
        } else if (index + 1 == count) {
            say(step, "unknown, or its argument is missing");
            return 2;
        } else {
            const char *argument = arguments[++index];
            if (!strcmp(step, "connect")) {
                take_as_connection(connected(argument), "connect");
            } else if (!strcmp(step, "say")) {
                if (dprintf(CONNECTION, "%s\r\n", argument) < 0) {
                    fail("say");
                }
            } else if (!strcmp(step, "become")) {
                become(argument, arguments + index + 1);
            } else if (!strcmp(step, "give")) {
                give(argument);
            } else if (!strcmp(step, "take")) {
                take(argument);
            } else if (!strcmp(step, "look")) {
                look(argument);
            } else if (!strcmp(step, "reach")) {
                reach(argument);
            } else if (!strcmp(step, "print")) {
                puts(argument);
                fflush(stdout);
            } else if (!strcmp(step, "await")) {
                while (access(argument, F_OK) != 0) {
                    usleep(10000);
                }
            } else {
                say(step, "unknown");
                return 2;
            }
        }
    }
    return 0;
}
