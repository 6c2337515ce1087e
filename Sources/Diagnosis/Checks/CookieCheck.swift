// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import TorLink

/// Who can read tor's cookie: the daemon must, and nobody else should.
package struct CookieCheck: Examination {
    let path: String
    let settings: TorSurvey.Settings
    /// Whether tor asks for it; nil if no tor was found that would say.
    let isUsed: Bool?
    /// Whether it is the file that the daemon reads, rather than the one that tor says it writes.
    let isDaemons: Bool
    let machine: Machine

    init(path: String, _ settings: TorSurvey.Settings, isUsed: Bool?, isDaemons: Bool = true, on machine: Machine) {
        self.path = path
        self.settings = settings
        self.isUsed = isUsed
        self.isDaemons = isDaemons
        self.machine = machine
    }

    package func findings() -> [Finding] {
        switch machine.passage(to: path) {
        case .value(let passage): return findings(of: passage)
        case .missing where !isDaemons:
            return [.unseen(.torCookie, "who can read \(path), which tor says is its cookie", "it is not there")]
        case .missing:
            guard let isUsed else {
                return [.unseen(.torCookie, "whether tor asks for a cookie", "no tor was found, and no file \(path)")]
            }
            guard isUsed else {
                return [Finding(.torCookie, .ok, "there is no cookie \(path), and tor asks for none")]
            }
            guard !settings.isGuess else {
                return [
                    .unseen(.torCookie, "which file the daemon reads tor's cookie from", "there is none at \(path)")
                ]
            }
            return [
                Finding(
                    .torCookie, .error, "tor asks for its cookie, and there is none at \(path)",
                    remedy: "in /etc/tor/torrc: CookieAuthFile \(path); or serve --tor-cookie FILE")
            ]
        case let other: return [.unseen(.torCookie, "who can read \(path)", other.problem)]
        }
    }

    static func remedy(for daemon: DaemonFacts, _ passage: Passage, _ accounts: Accounts) -> String {
        passage.remedy(for: daemon, to: .read, torrc: "CookieAuthFileGroupReadable 1", accounts)
    }

    static let otherFile = "serve --tor-cookie FILE, the one that CookieAuthFile in /etc/tor/torrc names"

    func findings(of passage: Passage) -> [Finding] {
        let file = passage.file
        guard file.kind == .regular else {
            return [Finding(.torCookie, .error, "\(path) is no regular file", remedy: Self.otherFile)]
        }
        // No remedy for a cookie may be put to what is none.
        guard file.size.map({ $0 == SafeCookie.byteCount }) ?? true else {
            return [
                Finding(
                    .torCookie, isUsed == false ? .warning : .error,
                    "\(path) is no cookie: it has \(file.size ?? 0) bytes, and a cookie \(SafeCookie.byteCount)",
                    remedy: Self.otherFile)
            ]
        }
        let secret = SecretAccess(
            name: .torCookie, passage: passage, expected: settings.expectedUsers(machine), accounts: machine.accounts)
        var findings: [Finding] = []
        if let daemon = settings.daemon, isDaemons, isUsed ?? true {
            findings += secret.refusal(
                of: daemon,
                remedy: Self.remedy(for: daemon, passage, machine.accounts))
        }
        findings += secret.strangers()
        return findings.isEmpty
            ? [Finding(.torCookie, .ok, "only root, tor and the daemon can read \(path) (\(secret.who))")] : findings
    }
}
