// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies

/// What is amiss with the sockets of several profiles, which none of them shows by itself.
struct SocketReview {
    let diagnostics: [Diagnostic]

    init(_ policySet: PolicySet) {
        let made = Set(policySet.profiles.flatMap { $0.sockets.map(\.socket.name) })
        let unmade = policySet.profiles.reversed().flatMap { profile in
            (profile.selector.sockets ?? []).subtracting(made).sorted().map { name in
                Diagnostic(
                    file: profile.origin.file,
                    mark: profile.origin.mark,
                    severity: .note,
                    message: "no profile here makes the socket `\(name)` of the profile `\(profile.name)`",
                    hint: "another must, with `sockets: [{name: \(name)}]`, or `serve --listen unix:PATH,name=\(name)`"
                )
            }
        }
        diagnostics = policySet.sockets.objections.map(Self.diagnostic) + unmade
    }

    private static func diagnostic(_ objection: SocketPlan.Objection) -> Diagnostic {
        let name = objection.request.socket.name
        let finding: FindingName
        let message: String
        let hint: String
        switch objection.cause {
        case .otherGroup(let first):
            finding = .contradiction
            message = "the socket `\(name)` is not made: \(first) asks for it with another group"
            hint = "let both name one group, or one of them the socket alone: `sockets: [\(name)]`"
        case .otherMode(let first, let common):
            finding = .contradiction
            message = "the socket `\(name)` has the mode \(common.modeText): \(first) asks for it with another mode"
            hint = "let both name one mode, or one of them the socket alone: `sockets: [\(name)]`"
        case .tooMany:
            finding = .doesNothing
            message = "the socket `\(name)` is not made: \(SocketPlan.limit) are asked for already"
            hint = "let programs that are trusted alike share one"
        }
        let origin = objection.request.origin
        return Diagnostic(
            file: origin.file, mark: origin.mark, severity: .warning, name: finding, message: message, hint: hint)
    }
}
