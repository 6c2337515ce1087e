// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Who can read a file by which one is let in at tor.
struct SecretAccess {
    let name: CheckName
    let passage: Passage
    /// Whose it may be.
    let expected: Set<UInt32>
    let accounts: Accounts

    private var path: String { passage.path }

    /// Owner, group and mode.
    var who: String { passage.file.text(accounts) }

    /// That the daemon cannot read it, if so.
    func refusal(of daemon: DaemonFacts, remedy: String) -> [Finding] {
        guard !passage.allows(.read, to: daemon) else { return [] }
        let text = "\(accounts.userName(daemon.user)), as whom the daemon runs, cannot read \(path) (\(who))"
        // A list may let it in.
        guard passage.listed.isEmpty else {
            return [Finding(name, .warning, "\(text), unless an access control list lets it", remedy: remedy)]
        }
        return [Finding(name, .error, text, remedy: remedy)]
    }

    /// That others can read or write it, if so.
    func strangers() -> [Finding] {
        var findings: [Finding] = []
        if passage.isOpen(.read) || passage.isOpen(.write) {
            let verb = passage.isOpen(.read) ? passage.isOpen(.write) ? "read and write" : "read" : "write"
            findings.append(
                Finding(
                    name, .error, "everybody can \(verb) \(path) (\(who)): every program has tor, past the filter",
                    remedy: "chmod o-rwx \(path)"))
        } else if case let users = passage.users(who: .read, of: accounts, except: expected), !users.isEmpty {
            findings.append(
                Finding(
                    name, .warning,
                    "\(Finding.list(users)) can read \(path) (\(who)), "
                        + "and so has tor, past the filter",
                    remedy: passage.remedy(against: users, of: accounts)))
        }
        if !passage.listed.isEmpty { findings.append(.unnamed(name, path, passage)) }
        return findings
    }
}
