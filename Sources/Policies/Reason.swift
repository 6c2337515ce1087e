// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// Why a decision is what it is, in words an administrator can act on.
package indirect enum Reason: Hashable, Sendable {
    package enum Target: Hashable, Sendable {
        case controlPort
        case proxyPort
        case unixSocket
    }

    case rule(RuleOrigin)
    case denied(by: RuleOrigin)
    /// A command that is answered here whatever a profile says.
    case answeredHere
    case noProfile
    case noRule
    /// A quoted string that hides a control character.
    case hiddenControlCharacter
    case malformed(ClientFrame.Malformation)
    case tooLong
    case unreadableArguments
    case eventNotListed(EventName)
    case unreadableService(AddOnion.Unreadable, RuleOrigin?)
    case target(Target, RuleOrigin?)
    /// A template gave what cannot be sent.
    case unusableReplacement(RuleOrigin)
    /// A pattern ran out of its memory; what it would have said is not known.
    case patternFailed(RuleOrigin)
    case beforeAuthentication
    /// What would have been forwarded could not be.
    case torNotAvailable
    /// Tor did not say where it listens, so that a service might lead there.
    case listenersUnknown
    /// Let through all the same, because the client is only watched.
    case complaining(Reason)

    package var rule: RuleOrigin? {
        switch self {
        case .rule(let origin), .denied(let origin), .unusableReplacement(let origin), .patternFailed(let origin):
            origin
        case .unreadableService(_, let origin), .target(_, let origin): origin
        case .complaining(let reason): reason.rule
        case .answeredHere, .noProfile, .noRule, .hiddenControlCharacter, .malformed, .tooLong, .unreadableArguments,
            .eventNotListed, .beforeAuthentication, .listenersUnknown, .torNotAvailable:
            nil
        }
    }

    package var text: String {
        switch self {
        case .rule: "a rule allows it"
        case .denied: "a deny rule matches"
        case .answeredHere: "answered by onion-sieve itself"
        case .noProfile: "no profile matches"
        case .noRule: "no rule matches"
        case .hiddenControlCharacter: "a quoted string hides a control character"
        case .malformed(let malformation): malformation.reason
        case .tooLong: "longer than \(Limits.clientFrame) bytes"
        case .unreadableArguments: "its arguments cannot be read for certain"
        case .eventNotListed(let event):
            EventName.known.contains(event)
                ? "no profile lists the event \(event)" : "it names an event that no profile lists"
        case .unreadableService(let unreadable, _): "ADD_ONION is refused: \(unreadable.reason)"
        case .target(.controlPort, _): "the service would lead to a control port"
        case .target(.proxyPort, _): "the service would lead to a SOCKS or DNS port of tor"
        case .target(.unixSocket, _): "the service would lead to a Unix socket that no profile lists"
        case .unusableReplacement: "the replacement gives a line that cannot be sent"
        case .patternFailed: "a pattern could not be tried within its memory"
        case .torNotAvailable: "tor is not available"
        case .listenersUnknown: "tor does not say where its control ports are"
        case .beforeAuthentication: "sent before authentication"
        case .complaining(let reason): "complain mode; else: \(reason.text)"
        }
    }
}
