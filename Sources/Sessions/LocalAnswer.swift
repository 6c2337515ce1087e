// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
import Policies
package import TorLink

/// Commands that are answered here, whatever a profile says, and never reach tor.
package enum LocalAnswer: Hashable, Sendable {
    case protocolInfo(isSupported: Bool)
    case authenticate
    case authChallenge
    case quit
    /// TAKEOWNERSHIP and DROPOWNERSHIP: what a session has made ends with the session anyway.
    case ownership

    /// Nil for every other command, and for one that carries a data block.
    package init?(_ command: Command) {
        guard command.body == nil else { return nil }
        switch command.keyword {
        case .protocolInfo: self = .protocolInfo(isSupported: Self.isVersionList(command.arguments))
        case .authenticate: self = .authenticate
        case .authChallenge: self = .authChallenge
        case .quit: self = .quit
        case .takeOwnership, .dropOwnership: self = .ownership
        default: return nil
        }
    }

    private static func isVersionList(_ arguments: String) -> Bool {
        arguments.words.allSatisfy { $0.utf8.allSatisfy(\.isDecimalDigit) }
    }

    /// - Parameters:
    ///   - torVersion: tor's version as last seen; the line is left out where none was.
    ///   - cookieFile: of the listener; nil if it asks for no secret.
    package func reply(torVersion: TorVersion?, cookieFile: String? = nil) -> Reply? {
        switch self {
        case .protocolInfo(isSupported: true):
            Reply(
                ["250-PROTOCOLINFO 1", "250-AUTH METHODS=\(Self.methods(cookieFile: cookieFile))"]
                    + (torVersion.map { ["250-VERSION Tor=\"\($0)\""] } ?? []) + ["250 OK"]
            )
        case .protocolInfo(isSupported: false): Reply(.unknownProtocolVersion)
        case .authenticate, .ownership: Reply(.done)
        case .authChallenge: Reply(.cookieDisabled)
        case .quit: Reply(.closing)
        }
    }

    private static func methods(cookieFile: String?) -> String {
        cookieFile.map { "COOKIE,SAFECOOKIE COOKIEFILE=\(QuotedString.encodeEscaped($0))" } ?? "NULL"
    }
}
