// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

#define _GNU_SOURCE

#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/rtnetlink.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

// Newer than Debian 12's headers. Only these two architectures number their socket options by themselves.
#ifndef SO_PEERPIDFD
#if defined(__hppa__)
#define SO_PEERPIDFD 0x404B
#elif defined(__sparc__)
#define SO_PEERPIDFD 0x0056
#else
#define SO_PEERPIDFD 77
#endif
#endif

int clinux_peer_credentials(int descriptor, pid_t *process, uid_t *user, gid_t *group) {
    struct ucred credentials = {0, -1, -1};
    socklen_t length = sizeof credentials;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) {
        return -1;
    }
    if (length != sizeof credentials) {
        errno = EPROTO;
        return -1;
    }
    *process = credentials.pid;
    *user = credentials.uid;
    *group = credentials.gid;
    return 0;
}

int clinux_peer_groups(int descriptor, gid_t *groups, unsigned int *count) {
    socklen_t length = *count * sizeof *groups;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, groups, &length) != 0) {
        return -1;
    }
    *count = length / sizeof *groups;
    return 0;
}

int clinux_peer_pidfd(int descriptor) {
    int pidfd = -1;
    socklen_t length = sizeof pidfd;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &length) != 0) {
        return -1;
    }
    return pidfd;
}

static _Atomic uint64_t caught_signals;
// The handler's own, which is never closed: a signal that comes last of all must not write into what has got the number since.
static int signal_descriptor = -1;

// In a handler: nothing but what signal-safety(7) allows.
static void note_signal(int number) {
    int reason = errno;
    uint64_t one = 1;
    atomic_fetch_or(&caught_signals, one << number);
    // It cannot take more only when it has been readable for 2^64 times.
    if (write(signal_descriptor, &one, sizeof one) < 0) {
        ;
    }
    errno = reason;
}

int clinux_catch_signals(const int *numbers, size_t count) {
    struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    signal_descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (signal_descriptor < 0) {
        return -1;
    }
    for (size_t index = 0; index < count; index++) {
        if (sigaction(numbers[index], &action, NULL) != 0) {
            return -1;
        }
    }
    return fcntl(signal_descriptor, F_DUPFD_CLOEXEC, 0);
}

uint64_t clinux_take_signals(void) {
    return atomic_exchange(&caught_signals, 0);
}

int clinux_join_address_notices(int descriptor) {
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR};
    return bind(descriptor, (struct sockaddr *)&address, sizeof address);
}

int clinux_pidfd_open(pid_t process) {
    return (int)syscall(SYS_pidfd_open, process, 0);
}

int clinux_pidfd_send_signal(int descriptor, int number) {
    return (int)syscall(SYS_pidfd_send_signal, descriptor, number, NULL, 0);
}

int clinux_rename_new(int directory, const char *from, const char *to) {
    return renameat2(directory, from, directory, to, RENAME_NOREPLACE);
}

int clinux_tcp_state(int descriptor) {
    struct tcp_info info = {0};
    socklen_t length = sizeof info;
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) {
        return -1;
    }
    if (length < offsetof(struct tcp_info, tcpi_state) + sizeof info.tcpi_state) {
        errno = EPROTO;
        return -1;
    }
    return info.tcpi_state;
}

int clinux_network_namespace(int descriptor, uint64_t *cookie) {
    socklen_t length = sizeof *cookie;
    return getsockopt(descriptor, SOL_SOCKET, SO_NETNS_COOKIE, cookie, &length);
}

const int clinux_open_path = O_PATH;

int clinux_set_attribute(const char *path, const char *name, const void *value, size_t size) {
    return lsetxattr(path, name, value, size, 0);
}

int clinux_remove_attribute(const char *path, const char *name) {
    return lremovexattr(path, name);
}

int clinux_memory_file(const char *name) {
    return memfd_create(name, MFD_CLOEXEC);
}

int clinux_close_on_exec(unsigned int first) {
    // CLOSE_RANGE_CLOEXEC of linux/close_range.h.
    return (int)syscall(SYS_close_range, first, ~0U, 4U);
}

ssize_t clinux_attribute_length(const char *path, const char *name) {
    return getxattr(path, name, NULL, 0);
}

static int release_text(struct dl_phdr_info *object, size_t size, void *result) {
    (void)size;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (unsigned int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        // What could be written to may hold what is in no file.
        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X) || (segment->p_flags & PF_W)) {
            continue;
        }
        uintptr_t begin = (object->dlpi_addr + segment->p_vaddr) & ~(page - 1);
        uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_memsz) & ~(page - 1);
        if (end > begin) {
            *(int *)result = madvise((void *)begin, end - begin, MADV_DONTNEED);
        }
    }
    // The first object is the program; libraries are shared with others.
    return 1;
}

int clinux_release_program_text(void) {
    int result = 0;
    dl_iterate_phdr(release_text, &result);
    return result;
}

void clinux_trim_heap(void) {
    malloc_trim(0);
}
