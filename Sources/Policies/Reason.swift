// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// Why a decision is what it is, in words an administrator can act on.
package indirect enum Reason: Hashable, Sendable {
    package enum Target: Hashable, Sendable {
        case controlPort
        case proxyPort
        case unixSocket
        case controlSocket
        /// Whether it is a control socket's cannot be told.
        case unknownPath
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
    /// More keys, options or events than are judged, or a longer text than a rule replaces by its parts.
    case tooMuch(RuleOrigin?)
    case eventNotListed(EventName)
    case unreadableService(AddOnion.Unreadable, RuleOrigin?)
    case target(Target, RuleOrigin?)
    /// A rule with `own: true` matches, and the command is about what is not the client's own, or may not be.
    case notOwn(RuleOrigin)
    /// An `onions` does not allow the service.
    case service(ServiceRefusal, RuleOrigin)
    /// An `onions` lets a client delete its session's own services, and this is none.
    case foreignService(RuleOrigin)
    /// A template gave what cannot be sent.
    case unusableReplacement(RuleOrigin)
    /// A pattern ran out of its memory; what it would have said is not known.
    case patternFailed(RuleOrigin)
    case beforeAuthentication
    /// An AUTHENTICATE or AUTHCHALLENGE that a listener with a cookie of its own refuses.
    case authenticationFailed
    /// What would have been forwarded could not be.
    case torNotAvailable
    /// Tor did not say where it listens, so that a service might lead there.
    case listenersUnknown
    /// The client has as many services as one of its profiles allows.
    case tooManyServices(ProfileLimits.Limit, profile: String)
    /// No further detached service could be remembered for the client.
    case tooManyDetached
    /// Let through all the same, because the client is only watched.
    case complaining(Reason)

    package var rule: RuleOrigin? {
        switch self {
        case .rule(let origin), .denied(let origin), .unusableReplacement(let origin), .patternFailed(let origin),
            .notOwn(let origin):
            origin
        case .unreadableService(_, let origin), .target(_, let origin), .tooMuch(let origin): origin
        case .tooManyServices(let limit, _): limit.origin
        case .service(_, let origin), .foreignService(let origin): origin
        case .complaining(let reason): reason.rule
        case .answeredHere, .noProfile, .noRule, .hiddenControlCharacter, .malformed, .tooLong, .unreadableArguments,
            .eventNotListed, .beforeAuthentication, .authenticationFailed, .listenersUnknown, .tooManyDetached,
            .torNotAvailable:
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
        case .tooMuch: "it is more than is judged of one command"
        case .eventNotListed(let event):
            EventName.known.contains(event)
                ? "no profile lists the event \(event)" : "it names an event that no profile lists"
        case .unreadableService(let unreadable, _): "ADD_ONION is refused: \(unreadable.reason)"
        case .target(.controlPort, _): "the service would lead to a control port"
        case .target(.proxyPort, _): "the service would lead to a SOCKS or DNS port of tor"
        case .target(.unixSocket, _): "the service would lead to a Unix socket that no profile lists"
        case .notOwn: "it is about what is not the client's own"
        case .target(.controlSocket, _): "the service would lead to a control socket"
        case .target(.unknownPath, _): "it cannot be told where the path of a Unix socket leads"
        case .service(let refusal, _): "`onions` does not allow it: \(refusal.text)"
        case .foreignService: "`onions` allows to delete services of the session's own only"
        case .unusableReplacement: "the replacement gives a line that cannot be sent"
        case .patternFailed: "a pattern could not be tried within its memory"
        case .torNotAvailable: "tor is not available"
        case .listenersUnknown: "tor does not say where its control ports are"
        case .tooManyServices(let limit, let profile):
            "the client has \(limit.value) onion services, as many as `limits` of the profile \(profile) allows"
        case .tooManyDetached: "the client has more detached services than can be remembered"
        case .beforeAuthentication: "sent before authentication"
        case .authenticationFailed: "it does not authenticate by the listener's cookie"
        case .complaining(let reason): "complain mode; else: \(reason.text)"
        }
    }
}
