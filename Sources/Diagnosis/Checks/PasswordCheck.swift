// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Who can read the file with tor's password: the daemon must, and nobody else, not even tor, which has its hash.
struct PasswordCheck: Examination {
    let path: String
    let daemon: DaemonFacts?
    let machine: Machine

    func findings() -> [Finding] {
        switch machine.passage(to: path) {
        case .value(let passage): return findings(of: passage)
        case .missing:
            return [
                Finding(
                    .torPassword, .error, "there is no file \(path), by which tor's password is given",
                    remedy: "serve --tor-password-file FILE")
            ]
        case let other: return [.unseen(.torPassword, "who can read \(path)", other.problem)]
        }
    }

    func findings(of passage: Passage) -> [Finding] {
        guard passage.file.kind == .regular else {
            return [
                Finding(
                    .torPassword, .error, "\(path) is no regular file", remedy: "serve --tor-password-file FILE")
            ]
        }
        let secret = SecretAccess(
            name: .torPassword, passage: passage, expected: Set([daemon?.user].compactMap(\.self)),
            accounts: machine.accounts)
        var findings: [Finding] = []
        if let daemon {
            findings += secret.refusal(of: daemon, remedy: "chown \(daemon.user) \(path) && chmod 0400 \(path)")
        }
        findings += secret.strangers()
        return findings.isEmpty
            ? [Finding(.torPassword, .ok, "only root and the daemon can read \(path) (\(secret.who))")] : findings
    }
}
