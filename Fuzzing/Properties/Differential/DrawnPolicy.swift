// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Profiles
import Synchronization

/// A policy that the first bytes of an input choose, of one or two profiles, for a local or a remote client: what the loader makes of
/// it, and what tor may be asked for under it.
struct DrawnPolicy: Sendable {
    /// Few, so that most inputs that a fuzzer makes of one have its policy.
    static let byteCount = 2

    let client: Client
    let policy: Policy
    /// What is wrong with the text; empty, or nothing that is found means much.
    let mistakes: [String]
    private let profiles: [DrawnProfile]

    private init(_ input: [UInt8]) {
        let bytes = Self.choices(input)
        let choice = DrawnProfile.Choice(bits: bytes[0])
        client = choice[0] ? SessionSubject.remote : SessionSubject.local
        let first = bytes[1...].prefix(DrawnProfile.byteCount)
        let second = bytes.suffix(DrawnProfile.byteCount)
        profiles =
            [DrawnProfile(first, isTorBrowserMode: choice[2])]
            + (choice[1] ? [DrawnProfile(second, isTorBrowserMode: choice[3])] : [])
        let text = profiles.map(\.text).joined()
        let file = SourceFile(path: "drawn.yml", name: "drawn.yml", content: .bytes(Array(text.utf8)))
        let loaded = ProfileLoader().load([file])
        let mistakes = loaded.diagnostics.filter { $0.severity == .error }.map(\.description)
        self.mistakes = mistakes.isEmpty || loaded.profileCount > 0 ? mistakes : mistakes + [text]
        policy = loaded.policySet.policy(for: client)
    }

    // MARK: Drawing

    /// What the bytes of an input stand for: a byte for the client and for how many profiles there are, and those of two profiles.
    private static func choices(_ input: [UInt8]) -> [UInt8] {
        if input[0] == 0xFF, Int(input[1]) < chosen.count { return chosen[Int(input[1])] }
        var state = UInt64(input[0]) << 8 | UInt64(input[1])
        func draw() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
        return (0...2 * DrawnProfile.byteCount).map { index in
            // Of what allows something more is there than not, and of what takes it away less, so that something gets through.
            let (first, second) = (draw(), draw())
            return DrawnProfile.takesAway.contains((index - 1) % DrawnProfile.byteCount)
                ? first & second : first | second
        }
    }

    /// Behind 0xFF: nearly everything, for a local client and, in two profiles, for a remote one; much of it denied; and what is
    /// the client's own.
    private static let chosen: [[UInt8]] = {
        let everything: [UInt8] = [0xFF, 0xF7, 0x00, 0xFF, 0xE7, 0xFF, 0x00, 0xEF, 0xFF]
        let denied: [UInt8] = [0xFF, 0x15, 0xFF, 0xFF, 0xFF, 0xFF, 0x11, 0xFF, 0xFF]
        let own: [UInt8] = [0xFF, 0xFF, 0x00, 0xFF, 0xE7, 0xFF, 0x00, 0xFF, 0xFF]
        return [
            [0] + everything + everything, [3] + everything + everything, [1] + denied + denied, [4] + own + own,
        ]
    }()

    /// Compiling a policy costs far more than a session under it, and most inputs have one that was there before.
    private static let drawn = Mutex<[[UInt8]: DrawnPolicy]>([:])
    private static let mostDrawn = 1024

    /// - Parameter input: bytes that are missing are zeros.
    static func draw(_ input: [UInt8]) -> DrawnPolicy {
        let bytes = Array((input + [UInt8](repeating: 0, count: byteCount)).prefix(byteCount))
        if let known = drawn.withLock({ $0[bytes] }) { return known }
        let policy = DrawnPolicy(bytes)
        drawn.withLock { known in
            if known.count >= mostDrawn { known = [:] }
            known[bytes] = policy
        }
        return policy
    }

    // MARK: What tor may be asked for

    /// Why the command must not have left; nil if it may.
    func objection(to command: TorCommand) -> String? {
        guard command.body == nil || command.name == "+HSPOST" else { return "a data block" }
        switch TorReading(command) {
        case .refused: return "tor cannot read it"
        case .information(let keys): return objection(toKeys: keys)
        case .options(let options):
            // Asking for none tells nobody anything.
            let isAllowed = options.allSatisfy { option in profiles.contains { $0.allows(option: option ?? "?") } }
            return isAllowed ? denial(of: options, in: command.name) : "options that are not listed: \(options)"
        case .assignments(let assignments):
            let isAllowed =
                profiles.contains { $0.allows(assignments) }
                || assignments.allSatisfy { assignment in profiles.contains { $0.allows(assignment) } }
            guard isAllowed, !assignments.isEmpty else { return "assignments that are not listed: \(assignments)" }
            return denial(of: assignments.map(\.option), in: command.name)
        case .events(let events): return objection(to: events)
        case .service(let service): return objection(to: service)
        case .other(let words):
            guard profiles.contains(where: { $0.allows(command.name, words) }) else {
                return "a command that is not listed"
            }
            return profiles.contains { $0.denies(command.name, words) } ? "a command that is denied" : nil
        }
    }

    /// Whether the session asks this on its own account.
    func isOwnQuestion(_ command: TorCommand) -> Bool {
        guard profiles.contains(where: \.tracksOwnership) else { return false }
        switch TorReading(command) {
        case .information(let keys): return keys == ["stream-status"] || keys == ["circuit-status"]
        case .events(let events): return objection(to: events) == nil
        default: return false
        }
    }

    private func objection(toKeys keys: [String]) -> String? {
        let isAllowed =
            profiles.contains { $0.allows(keys: keys) }
            || keys.allSatisfy { key in profiles.contains { $0.allows(key: key) } } && !keys.isEmpty
        guard isAllowed else { return "keys that are not listed: \(keys)" }
        // What a replacement makes is the profile's own word.
        let isReplaced = profiles.contains { $0.allows(keys: keys) } && keys != ["version", "address"]
        let denied = keys.filter { key in profiles.contains { $0.denies(key: key) } }
        return denied.isEmpty || isReplaced ? nil : "keys that are denied: \(denied)"
    }

    private func denial(of options: [String?], in command: String) -> String? {
        let denied = options.filter { option in profiles.contains { $0.denies(option: option, in: command) } }
        return denied.isEmpty ? nil : "options that are denied: \(denied)"
    }

    private func objection(to events: [String]) -> String? {
        let own = profiles.contains(where: \.tracksOwnership) ? ["stream", "circ", "hs_desc", "circ_minor"] : []
        let unlisted = events.filter { event in !own.contains(event) && !profiles.contains { $0.allows(event: event) } }
        guard unlisted.isEmpty else { return "events that are not listed: \(unlisted)" }
        let denied = events.filter { event in !own.contains(event) && profiles.contains { $0.denies(event: event) } }
        return denied.isEmpty ? nil : "events that are denied: \(denied)"
    }

    private func objection(to service: TorService) -> String? {
        let address = client.isLocal ? "127.0.0.1" : "\(client.address)"
        guard profiles.contains(where: { $0.allows(service, client: address) }) else {
            return "a service that is not listed"
        }
        let leadsToControlPort = service.ports.contains { port in
            if case .address("127.0.0.1", let number) = port.target {
                ForwardedBytes.controlPorts.contains(number)
            } else {
                false
            }
        }
        guard !leadsToControlPort else { return "a service in front of a control port" }
        return profiles.contains { $0.denies(service) } ? "a service that is denied" : nil
    }
}
