// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Diagnosis
import Glibc
import TestSupport

/// A machine that is made up of a few files, gone with its owner.
final class OtherMachine {
    private let top = TemporaryDirectory()

    private var directory: String { top.path }

    /// What is seen of it while it is there.
    func look<Result>(_ body: (Machine) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) { try body(machine) }
    }

    private var machine: Machine {
        var machine = Machine(accounts: Self.accounts)
        machine.root = directory
        machine.proc = "\(directory)/proc"
        machine.sys = "\(directory)/sys"
        return machine
    }

    static let accounts = Accounts(
        users: [
            Accounts.User(name: "root", id: 0, group: 0), Accounts.User(name: "debian-tor", id: 107, group: 115),
            Accounts.User(name: "onion-sieve", id: 200, group: 200),
            Accounts.User(name: "alice", id: 1000, group: 1000),
            Accounts.User(name: "bob", id: 1001, group: 115),
        ],
        groups: [
            Accounts.Group(name: "debian-tor", id: 115, members: ["onion-sieve", "alice"]),
            Accounts.Group(name: "alice", id: 1000, members: []),
        ])

    /// A file with its directories.
    func add(_ path: String, _ text: String = "", mode: mode_t = 0o644) {
        system("mkdir -p \"$(dirname \(directory + path))\"")
        top.file(path, text, mode: mode)
    }

    /// Lets others write in a directory.
    func open(_ path: String) { chmod(directory + path, 0o777) }

    func addSocket(_ path: String) {
        system("mkdir -p \"$(dirname \(directory + path))\"")
        mknod(directory + path, S_IFSOCK | 0o660, 0)
    }

    func remove(_ path: String) { unlink(directory + path) }

    func link(_ path: String, to target: String) {
        system("mkdir -p \"$(dirname \(directory + path))\"")
        symlink(target, directory + path)
    }

    private func system(_ command: String) {
        // Paths of ours only.
        _ = Glibc.system(command)
    }
}

extension [Finding] {
    /// Name and severity of each.
    var summary: [String] { map { "\($0.name.rawValue) \($0.severity.rawValue)" } }
}
