// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Testing
import TorLink

@Suite("What is said of a failure")
struct LinkFailureTests {
    private static let texts: [(LinkFailure, String)] = [
        (
            LinkFailure.cookieUnreadable(
                .unreadable(
                    path: "/run/tor/control.authcookie",
                    error: "Permission denied",
                    access: "owner debian-tor, group debian-tor, mode 0640"
                )
            ),
            "tor's cookie file /run/tor/control.authcookie cannot be read: Permission denied"
                + " (owner debian-tor, group debian-tor, mode 0640)"
        ),
        (
            .cookieUnreadable(.unreadable(path: "/c", error: "No such file or directory", access: nil)),
            "tor's cookie file /c cannot be read: No such file or directory"
        ),
        (.cookieUnreadable(.notRegularFile(path: "/c")), "tor's cookie file /c is no regular file"),
        (
            .cookieUnreadable(.wrongLength(path: "/c", count: 0)),
            "tor's cookie file /c is 0 bytes long, and a cookie is 32"
        ),
        (.cookieOfWrongLength(31), "tor's cookie file /x is 31 bytes long, and a cookie is 32"),
        (.rejected(.cookie), "tor refused the cookie in /x: the file is old or another tor's (--tor-cookie)"),
        (.rejected(.password), "tor refused the password of --tor-password-file"),
        (
            .impostor,
            "what answers as tor does not know the cookie in /x:"
                + " it is not tor, or the file is old or another tor's (--tor-cookie)"
        ),
        (
            .noUsableMethod(offered: [.null, .cookie], .tcp),
            "over TCP only SAFECOOKIE is used, and tor offers COOKIE, NULL:"
                + " set CookieAuthentication 1 in its torrc, or name another method with --tor HOST:PORT and --tor-auth"
        ),
        (
            .noUsableMethod(offered: [.password], .unix),
            "tor offers HASHEDPASSWORD: give its password with --tor-password-file"
        ),
        (.noUsableMethod(offered: [], .unix), "tor offers no way to authenticate that is known"),
        (
            .notOffered(.safeCookie, offered: []),
            "--tor-auth asks for SAFECOOKIE, and tor offers no way to authenticate that is known"
        ),
        (.refused(.authChallenge, StatusCode(515)!), "tor refused AUTHCHALLENGE with status 515"),
    ]

    @Test(
        "One line names the file, what is wrong, and the option to look at",
        arguments: texts
    )
    func reasons(failure: LinkFailure, reason: String) {
        #expect(failure.reason(cookieFile: "/x") == reason)
    }

    @Test("Only a tor that is not ready is worth another try")
    func retries() throws {
        let busy = try #require(StatusCode(451))
        let no = try #require(StatusCode(515))
        #expect(LinkFailure.connectionClosed.isWorthRetrying)
        #expect(LinkFailure.refused(.authenticate, busy).isWorthRetrying)
        for failure: LinkFailure in [
            .malformedReply(.protocolInfo), .unexpectedLine, .tooManyLines, .refused(.authChallenge, no),
            .noUsableMethod(offered: [], .unix), .notOffered(.cookie, offered: []), .noPassword,
            .cookieUnreadable(.notRegularFile(path: "/c")), .cookieOfWrongLength(0), .impostor, .rejected(.password),
            .misuse,
        ] {
            #expect(!failure.isWorthRetrying)
        }
    }

    @Test("After a restart the cookie may be old, short or missing for a moment; nothing else mends itself")
    func retriesAfterLoss() throws {
        let busy = try #require(StatusCode(451))
        let no = try #require(StatusCode(515))
        for failure: LinkFailure in [
            .connectionClosed, .refused(.authenticate, busy), .cookieUnreadable(.notRegularFile(path: "/c")),
            .cookieOfWrongLength(0), .impostor, .rejected(.cookie), .rejected(.safeCookie),
        ] {
            #expect(failure.mayEndByItself)
        }
        for failure: LinkFailure in [
            .malformedReply(.protocolInfo), .unexpectedLine, .tooManyLines, .refused(.authChallenge, no),
            .noUsableMethod(offered: [], .unix), .notOffered(.cookie, offered: []), .noPassword,
            .rejected(.password), .rejected(.null), .misuse,
        ] {
            #expect(!failure.mayEndByItself)
        }
    }
}
