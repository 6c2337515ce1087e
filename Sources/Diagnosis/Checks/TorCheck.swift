// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Glibc
import TorLink

/// Whether tor is there and lets us in, and who else it would let in.
package struct TorCheck: Examination {
    let survey: TorSurvey
    let settings: TorSurvey.Settings
    let machine: Machine
    /// Whether we see all.
    var isRoot = geteuid() == 0

    package init(_ survey: TorSurvey, _ settings: TorSurvey.Settings, on machine: Machine) {
        self.survey = survey
        self.settings = settings
        self.machine = machine
    }

    package func findings() -> [Finding] {
        let cookie = CookieCheck(path: settings.cookie, settings, isUsed: usesCookie, on: machine)
        return [reachable()] + cookie.findings() + otherCookies() + password() + doors()
    }

    /// The file that tor itself names, where the daemon reads another: a copy that is kept well does not make up for it.
    ///
    /// Of the tor that let us in only: an impostor could name any file, for its mode to be changed on our advice.
    private func otherCookies() -> [Finding] {
        var seen: Set<String> = [machine.realPath(settings.cookie) ?? settings.cookie]
        return survey.doors.filter { $0.address == survey.entry?.address }.compactMap(\.cookieFile).flatMap { path in
            seen.insert(machine.realPath(path) ?? path).inserted
                ? CookieCheck(path: path, settings, isUsed: true, isDaemons: false, on: machine).findings() : []
        }
    }

    private func password() -> [Finding] {
        settings.passwordFile.map { PasswordCheck(path: $0, daemon: settings.daemon, machine: machine).findings() }
            ?? []
    }

    private var usesCookie: Bool? {
        guard !survey.doors.isEmpty else { return nil }
        return survey.doors.contains { $0.methods.map { !$0.isDisjoint(with: [.cookie, .safeCookie]) } ?? false }
    }

    private func reachable() -> Finding {
        if let entry = survey.entry {
            let version = entry.version.map { "tor \($0)" } ?? "tor"
            let way = entry.method.map { " by \($0.rawValue)" } ?? ""
            if let refusal = refusal(at: entry.address) ?? refusal(ofCookie: entry) { return refusal }
            return Finding(
                .torReachable, .ok,
                "\(version) lets \(settings.daemon == nil ? "us" : "the daemon") in at \(entry.address)\(way)")
        }
        let tried = survey.failures.map(\.text).joined(separator: ", ")
        // Who is not root may be kept out where the daemon is not.
        guard isRoot || !settings.isGuess && !tried.contains("Permission denied") else {
            return Finding(
                .torReachable, .warning, "whether tor lets the daemon in could not be seen: \(tried)",
                remedy: "run it as root: sudo onion-sieve doctor")
        }
        return Finding(
            .torReachable, .error, "no tor lets us in: \(tried)",
            remedy: remedy)
    }

    /// We have been let in; the daemon may be another user, without our capabilities.
    func refusal(at address: TorAddress) -> Finding? {
        guard let daemon = settings.daemon, case .unix(let path) = address,
            case .value(let passage) = machine.passage(to: path), !passage.allows(.write, to: daemon)
        else { return nil }
        let name = machine.accounts.userName(daemon.user)
        let other = survey.doors.map(\.address).first {
            $0 != address && $0.transport == .tcp && settings.addresses.contains($0)
        }
        let isListed = !passage.listed.isEmpty
        return Finding(
            .torReachable, other != nil || isListed ? .warning : .error,
            "\(name), as whom the daemon runs, may not connect to \(path) (\(passage.file.text(machine.accounts)))"
                + (isListed ? ", unless an access control list lets it" : "")
                + (other.map { ", and has to do with \($0)" } ?? ""),
            remedy: passage.remedy(
                for: daemon, to: .write, torrc: "ControlSocket \(path) GroupWritable RelaxDirModeCheck",
                machine.accounts))
    }

    private func refusal(ofCookie entry: TorSurvey.Entry) -> Finding? {
        guard let daemon = settings.daemon, let method = entry.method, [.cookie, .safeCookie].contains(method),
            case .value(let passage) = machine.passage(to: settings.cookie), !passage.allows(.read, to: daemon)
        else { return nil }
        return Finding(
            .torReachable, passage.listed.isEmpty ? .error : .warning,
            "tor lets us in at \(entry.address) by \(method.rawValue), and the daemon cannot read \(settings.cookie)",
            remedy: CookieCheck.remedy(for: daemon, passage, machine.accounts))
    }

    /// By the failure that is the most telling: tor was there, and did not let us in.
    private var remedy: String {
        for failure in survey.failures {
            switch failure.cause {
            case .otherUser(let user):
                let path = if case .unix(let path) = failure.address { path } else { "\(failure.address)" }
                return
                    "look who that is, for it may be an impostor: ls -l \(path); if it is tor: serve --tor-user \(user)"
            case .link(.rejected(.password)), .link(.noPassword):
                return "put the password of which HashedControlPassword in /etc/tor/torrc is the hash into "
                    + "\(settings.passwordFile ?? "the file of --tor-password-file")"
            case .link(.cookieOfWrongLength), .link(.cookieUnreadable(.wrongLength)),
                .link(.cookieUnreadable(.notRegularFile)),
                .link(.impostor), .link(.rejected(.cookie)), .link(.rejected(.safeCookie)):
                return CookieCheck.otherFile
            case .link(.noUsableMethod(let offered, .unix)) where offered.contains(.password):
                return "serve --tor-password-file FILE; or in /etc/tor/torrc: CookieAuthentication 1"
            case .link, .ours, .other: continue
            }
        }
        return survey.doors.isEmpty
            ? "systemctl start tor, and in /etc/tor/torrc: ControlSocket /run/tor/control GroupWritable RelaxDirModeCheck"
            : "in /etc/tor/torrc: CookieAuthentication 1, and CookieAuthFile \(settings.cookie)"
    }

    // MARK: Its control ports

    private func doors() -> [Finding] {
        guard !survey.doors.isEmpty else { return [] }
        var findings = survey.doors.map(finding)
        if !survey.isComplete {
            findings.append(
                .unseen(.torControl, "where else tor takes controllers", "tor did not let us in, or does not say"))
        }
        return findings
    }

    func finding(_ door: TorSurvey.Door) -> Finding {
        if case .tcp(_, let port) = door.address, !door.networks.isEmpty {
            let places = door.networks.map { "\($0.bracketed):\(port)" }.joined(separator: ", ")
            return Finding(
                .torControl, .error, "tor takes controllers on \(places), and so from other machines",
                remedy: "in /etc/tor/torrc: ControlPort 0, or ControlPort 127.0.0.1:\(port); then systemctl restart tor"
            )
        }
        guard let methods = door.methods else {
            return .unseen(.torControl, "how tor lets anybody in at \(door.address)", "it does not answer there")
        }
        let asksNothing = methods.contains(.null)
        let names = AuthenticationMethod.allCases.filter(methods.contains).map(\.rawValue).joined(separator: ", ")
        switch door.address {
        case .tcp(_, let port):
            if asksNothing {
                return Finding(
                    .torControl, .error,
                    "\(door.address) asks for nothing: every program of this machine has tor there, past the filter",
                    remedy: "in /etc/tor/torrc: ControlPort 0, or CookieAuthentication 1; then systemctl reload tor")
            }
            if methods.contains(.password) {
                return Finding(
                    .torControl, .warning,
                    "\(door.address) takes a password (\(names)): whoever knows it has tor, past the filter",
                    remedy:
                        "in /etc/tor/torrc: ControlPort 0 in place of ControlPort \(port), and no HashedControlPassword"
                )
            }
            return Finding(.torControl, .ok, "\(door.address) takes tor's cookie only (\(names))")
        case .unix(let path):
            return finding(socket: path, door, asksNothing, names)
        }
    }

    private func finding(socket path: String, _ door: TorSurvey.Door, _ asksNothing: Bool, _ names: String) -> Finding {
        let reading = machine.passage(to: path)
        guard case .value(let passage) = reading else {
            return .unseen(.torControl, "who may connect to \(path)", reading.problem)
        }
        return Self.finding(
            passage, path, asksNothing, names, expected: settings.expectedUsers(machine), machine.accounts)
    }

    static func finding(
        _ passage: Passage, _ path: String, _ asksNothing: Bool, _ names: String, expected: Set<UInt32>,
        _ accounts: Accounts
    ) -> Finding {
        let remedy = "in /etc/tor/torrc: CookieAuthentication 1, and no WorldWritable behind ControlSocket \(path)"
        if passage.isOpen(.write) {
            return Finding(
                .torControl, asksNothing ? .error : .warning,
                "everybody may connect to \(path) (mode \(passage.file.modeText))"
                    + (asksNothing
                        ? ", which asks for nothing: every program has tor there, past the filter"
                        : "; \(names) keeps them out"),
                remedy: remedy)
        }
        let users = passage.users(who: .write, of: accounts, except: expected)
        guard passage.listed.isEmpty else { return .unnamed(.torControl, path, passage) }
        guard !users.isEmpty else {
            return Finding(.torControl, .ok, "only root, tor and the daemon may connect to \(path) (\(names))")
        }
        return Finding(
            .torControl, .warning,
            "\(Finding.list(users)) may connect to \(path) (\(names)), past the filter",
            remedy: passage.remedy(against: users, of: accounts))
    }
}

extension TorSurvey.Settings {
    /// Who may have tor: tor itself, and the filter.
    func expectedUsers(_ machine: Machine) -> Set<UInt32> {
        Set([machine.accounts.user(user), daemon?.user].compactMap(\.self))
    }
}
