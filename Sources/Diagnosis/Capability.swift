// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Capabilities of a process, a bit each (capabilities(7)).
enum Capability {
    /// By their bits, as linux/capability.h numbers them.
    private static let names = [
        "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap",
        "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner",
        "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice",
        "sys_resource", "sys_time", "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap",
        "mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf",
        "checkpoint_restore",
    ]

    /// Those that the filter can have a use for; which of them it needs is a matter of its user, its groups, its listeners
    /// (`owner=`, `group=`, a port below 1024) and tor's socket. Its policy gives the reason of each.
    static let usable: UInt64 = [
        "chown", "dac_override", "dac_read_search", "fowner", "net_bind_service", "sys_ptrace",
    ].reduce(0) { bits, name in names.firstIndex(of: name).map { bits | 1 << UInt64($0) } ?? bits }

    /// `CAP_SYS_ADMIN`; those that are not known have no name, and are left out.
    static func names(of bits: UInt64) -> [String] {
        names.indices.filter { bits >> UInt64($0) & 1 == 1 }.map { "CAP_" + names[$0].uppercased() }
    }
}
