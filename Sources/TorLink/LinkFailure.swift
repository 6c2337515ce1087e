// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// Why a connection to tor came to nothing. Nothing that the peer wrote is part of it.
package enum LinkFailure: Error, Hashable, Sendable {
    /// The connection ended before tor had accepted us.
    case connectionClosed
    /// A reply to this command that tor would not give.
    case malformedReply(Keyword)
    /// A line while none was awaited.
    case unexpectedLine
    /// More lines than ``LinkStateMachine/lineLimit``.
    case tooManyLines
    /// An error reply to this command.
    case refused(Keyword, StatusCode)
    /// Nothing that is offered may be used.
    case noUsableMethod(offered: Set<AuthenticationMethod>, LinkConfiguration.Transport)
    /// What `--tor-auth` names is not offered.
    case notOffered(AuthenticationMethod, offered: Set<AuthenticationMethod>)
    /// `--tor-auth HASHEDPASSWORD` without a password.
    case noPassword
    case cookieUnreadable(CookieFailure)
    /// What was read has this many bytes.
    case cookieOfWrongLength(Int)
    /// The peer does not know the cookie that we know.
    case impostor
    /// Tor knows the method, and not the cookie or password that we gave.
    case rejected(AuthenticationMethod)
    /// The state machine was called in an order that it does not know, or with a nonce of the wrong length.
    case misuse

    /// Whether the same may succeed a moment later without anybody's doing: tor starting or stopping, or out of
    /// resources.
    package var isWorthRetrying: Bool {
        switch self {
        case .connectionClosed:
            true
        case .refused(_, let status):
            status.statusClass == 4
        case .malformedReply, .unexpectedLine, .tooManyLines, .noUsableMethod, .notOffered, .noPassword,
            .cookieUnreadable, .cookieOfWrongLength, .impostor, .rejected, .misuse:
            false
        }
    }

    /// The same for a tor that let us in before, and may have been started again: it writes a new cookie, and until that is
    /// there to be read we have the old one, half of one, or none.
    package var mayEndByItself: Bool {
        switch self {
        case .cookieUnreadable, .cookieOfWrongLength, .impostor, .rejected(.cookie), .rejected(.safeCookie): true
        default: isWorthRetrying
        }
    }

    /// One line that says what is wrong and what to look at.
    ///
    /// - Parameter cookieFile: the path that the cookie is read from (`--tor-cookie`).
    package func reason(cookieFile: String) -> String {
        switch self {
        case .connectionClosed:
            "tor closed the connection before it had accepted us"
        case .malformedReply(let keyword):
            "what answers as tor gave a reply to \(keyword) that is none of tor's"
        case .unexpectedLine:
            "what answers as tor sent a line that no command of ours awaits"
        case .tooManyLines:
            "what answers as tor sent more than \(LinkStateMachine.lineLimit) lines before it had accepted us"
        case .refused(let keyword, let status):
            "tor refused \(keyword) with status \(status)"
        case .noUsableMethod(let offered, .unix) where offered.contains(.password):
            "tor offers \(Self.list(offered)): give its password with --tor-password-file"
        case .noUsableMethod(let offered, .unix):
            "tor offers \(Self.list(offered))"
        case .noUsableMethod(let offered, .tcp):
            "over TCP only SAFECOOKIE is used, and tor offers \(Self.list(offered)):"
                + " set CookieAuthentication 1 in its torrc, or name another method with --tor HOST:PORT and --tor-auth"
        case .notOffered(let demanded, let offered):
            "--tor-auth asks for \(demanded.rawValue), and tor offers \(Self.list(offered))"
        case .noPassword:
            "--tor-auth HASHEDPASSWORD needs a password: give it with --tor-password-file"
        case .cookieUnreadable(let failure):
            failure.reason
        case .cookieOfWrongLength(let count):
            CookieFailure.wrongLength(path: cookieFile, count: count).reason
        case .impostor:
            "what answers as tor does not know the cookie in \(cookieFile):"
                + " it is not tor, or the file is old or another tor's (--tor-cookie)"
        case .rejected(.safeCookie), .rejected(.cookie):
            "tor refused the cookie in \(cookieFile): the file is old or another tor's (--tor-cookie)"
        case .rejected(.password):
            "tor refused the password of --tor-password-file"
        case .rejected(.null):
            "tor offered NULL authentication and then refused it"
        case .misuse:
            "the link to tor was used out of order, which is a mistake in this program"
        }
    }

    private static func list(_ methods: Set<AuthenticationMethod>) -> String {
        let names = AuthenticationMethod.allCases.filter(methods.contains).map(\.rawValue)
        return names.isEmpty ? "no way to authenticate that is known" : names.joined(separator: ", ")
    }
}
