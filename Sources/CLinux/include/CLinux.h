// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

// What Linux offers and Swift's Glibc module does not show: socket options with structures or numbers of their own, and
// a few system calls. Every function returns -1 and sets errno when the kernel refuses.

#pragma once

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// SO_PEERCRED: who called connect() (or listen(), seen from the connecting side) on a Unix socket. unix(7)
int clinux_peer_credentials(int descriptor, pid_t *process, uid_t *user, gid_t *group);

/// SO_PEERGROUPS: the supplementary groups at the same moment. `count` is the room on the way in, the number on the way
/// out; ERANGE when there are more.
int clinux_peer_groups(int descriptor, gid_t *groups, unsigned int *count);

/// SO_PEERPIDFD (Linux 6.5): a descriptor of the process that SO_PEERCRED names. ENOPROTOOPT on older kernels.
int clinux_peer_pidfd(int descriptor);

/// pidfd_open(2)
int clinux_pidfd_open(pid_t process);

/// pidfd_send_signal(2): to the process that the descriptor stands for, and to no other that has its number now.
int clinux_pidfd_send_signal(int descriptor, int number);

/// renameat2(2) with RENAME_NOREPLACE, in one directory: EEXIST if something has the new name.
int clinux_rename_new(int directory, const char *from, const char *to);

/// The state of a TCP connection (TCP_ESTABLISHED and so on), from TCP_INFO. tcp(7)
int clinux_tcp_state(int descriptor);

/// SO_NETNS_COOKIE (Linux 5.14): a number for the network namespace that a socket lives in.
int clinux_network_namespace(int descriptor, uint64_t *cookie);

/// Binds a socket of NETLINK_ROUTE to the groups that are told when an address of this network namespace comes or goes.
/// rtnetlink(7)
int clinux_join_address_notices(int descriptor);

/// Has these signals noted from now on, instead of whatever they did. Returns a descriptor that is readable when some have come
/// (eventfd(2)). For one caller in a process.
int clinux_catch_signals(const int *numbers, size_t count);

/// Which of them came since the last call: bit N for the signal with the number N.
uint64_t clinux_take_signals(void);

/// O_PATH: opens a file to look at, not to read. open(2)
extern const int clinux_open_path;

/// The extended attribute that holds the access control list of a file (acl(5)).
#define CLINUX_ACCESS_LIST "system.posix_acl_access"

/// lsetxattr(2): an extended attribute of a file; the path's last part is not followed if it is a link.
int clinux_set_attribute(const char *path, const char *name, const void *value, size_t size);

/// lremovexattr(2): ENODATA if there is none, EOPNOTSUPP where there can be none.
int clinux_remove_attribute(const char *path, const char *name);

/// The length of an extended attribute of a file (getxattr(2)); ENODATA if there is none.
ssize_t clinux_attribute_length(const char *path, const char *name);

/// memfd_create(2) with MFD_CLOEXEC: a file that has no name and lies in memory.
int clinux_memory_file(const char *name);

/// close_range(2) with CLOSE_RANGE_CLOEXEC (Linux 5.11): every descriptor from this one on is closed by execve(2).
int clinux_close_on_exec(unsigned int first);

/// Takes the program's own code out of this process' memory until it runs again: its pages are those of a file, unchanged, and come
/// back from there. MADV_DONTNEED of madvise(2), for what dl_iterate_phdr(3) calls executable and not writable.
int clinux_release_program_text(void);

/// Gives the kernel back what malloc(3) has free. malloc_trim(3)
void clinux_trim_heap(void);
