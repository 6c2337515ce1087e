// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What procfs says of the daemon's process (proc(5)).
package struct DaemonFacts: Hashable, Sendable {
    package var process: Int32
    package var user: UInt32
    package var groups: Set<UInt32>
    /// Effective capabilities, a bit each (capabilities(7)).
    package var capabilities: UInt64
    package var hasNoNewPrivileges: Bool
    package var hasSystemCallFilter: Bool
    /// Whether it has a mount namespace of its own; nil if that cannot be seen.
    package var hasOwnMounts: Bool?
    /// The AppArmor label with its mode, as the kernel writes it; nil if there is none or it cannot be seen.
    package var label: String?
    /// Inodes of the sockets that it has open; nil if they cannot be seen.
    package var sockets: Set<UInt64>?

    /// CAP_DAC_OVERRIDE: whatever modes say.
    var mayUseAll: Bool { capabilities >> 1 & 1 == 1 }

    /// CAP_DAC_READ_SEARCH, or more: reads all files, and passes all directories.
    var mayReadAll: Bool { mayUseAll || capabilities >> 2 & 1 == 1 }

    /// Whether the process is stopped or traced (proc(5), `State`): it answers nobody.
    package var isStopped = false

    package init(
        process: Int32, user: UInt32, groups: Set<UInt32> = [], capabilities: UInt64 = 0,
        hasNoNewPrivileges: Bool = true, hasSystemCallFilter: Bool = true, hasOwnMounts: Bool? = true,
        label: String? = nil, sockets: Set<UInt64>? = []
    ) {
        self.process = process
        self.user = user
        self.groups = groups
        self.capabilities = capabilities
        self.hasNoNewPrivileges = hasNoNewPrivileges
        self.hasSystemCallFilter = hasSystemCallFilter
        self.hasOwnMounts = hasOwnMounts
        self.label = label
        self.sockets = sockets
    }
}

extension DaemonFacts {
    static func read(_ process: Int32, of machine: Machine) -> Reading<DaemonFacts> {
        let directory = "\(machine.proc)/\(process)"
        return machine.text("\(directory)/status").flatMap { status in
            var fields: [Substring: [Substring]] = [:]
            for line in status.split(separator: "\n") {
                guard let colon = line.firstIndex(of: ":") else { continue }
                fields[line[..<colon]] = line[line.index(after: colon)...].split { $0 == " " || $0 == "\t" }
            }
            func number<Number: FixedWidthInteger>(_ name: Substring, at index: Int = 0, radix: Int = 10) -> Number? {
                guard let words = fields[name], words.count > index else { return nil }
                return Number(words[index], radix: radix)
            }
            guard let user: UInt32 = number("Uid", at: 1), let group: UInt32 = number("Gid", at: 1),
                let capabilities: UInt64 = number("CapEff", radix: 16)
            else { return .failed("its status is not as expected") }
            let privileges: Int = number("NoNewPrivs") ?? 0
            let filter: Int = number("Seccomp") ?? 0
            let first = machine.link("\(machine.proc)/1/ns/mnt").value
            let own = machine.link("\(directory)/ns/mnt").value
            let state = fields["State"]?.first.map(String.init) ?? ""
            let label = ["attr/apparmor/current", "attr/current"].lazy
                .compactMap { machine.text("\(directory)/\($0)").value }.first
            var daemon = DaemonFacts(
                process: process,
                user: user,
                groups: Set((fields["Groups"] ?? []).compactMap { UInt32($0) } + [group]),
                capabilities: capabilities,
                hasNoNewPrivileges: privileges == 1,
                hasSystemCallFilter: filter == 2,
                hasOwnMounts: first.flatMap { first in own.map { $0 != first } },
                label: label.map { String($0.prefix { $0 != "\n" && $0 != "\0" }) },
                sockets: sockets(of: directory, machine)
            )
            daemon.isStopped = ["T", "t"].contains(state)
            return .value(daemon)
        }
    }

    private static func sockets(of directory: String, _ machine: Machine) -> Set<UInt64>? {
        guard let names = machine.names(in: "\(directory)/fd").value else { return nil }
        var inodes: Set<UInt64> = []
        for name in names {
            guard let target = machine.link("\(directory)/fd/\(name)").value, target.hasPrefix("socket:[") else {
                continue
            }
            if let inode = UInt64(target.dropFirst(8).dropLast()) { inodes.insert(inode) }
        }
        return inodes
    }
}

extension Reading {
    func flatMap<Other>(_ transform: (Value) -> Reading<Other>) -> Reading<Other> {
        switch self {
        case .value(let value): transform(value)
        case .missing: .missing
        case .denied: .denied
        case .failed(let reason): .failed(reason)
        }
    }
}
