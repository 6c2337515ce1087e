// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies

/// What may stand behind an address in `--listen`: `[,mode=0660][,owner=USER][,group=GROUP][,cookie=FILE][,name=NAME]`.
///
/// Mode, owner and group are those of a Unix socket and of its cookie file; TCP knows them for the cookie file alone.
struct ListenSettings {
    private(set) var mode: UInt32?
    private(set) var owner: String?
    private(set) var group: String?
    private(set) var cookie: String?
    /// Of a Unix socket alone.
    private(set) var name: String?

    init(parsing parts: ArraySlice<Substring>) throws(ListenAddress.Unreadable) {
        for part in parts { try parse(part) }
    }

    /// For a listener without a file of its own.
    func cookiePlace() throws(ListenAddress.Unreadable) -> ListenAddress.CookiePlace? {
        guard name == nil else {
            throw ListenAddress.Unreadable(reason: "a name is for the Unix socket of an application")
        }
        guard let cookie else {
            guard mode == nil, owner == nil, group == nil else {
                throw ListenAddress.Unreadable(
                    reason: "mode, owner and group are those of the cookie file here: they need cookie=FILE"
                )
            }
            return nil
        }
        return ListenAddress.CookiePlace(path: cookie, mode: mode ?? 0o640, owner: owner, group: group)
    }

    private mutating func parse(_ setting: Substring) throws(ListenAddress.Unreadable) {
        let pair = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, !pair[1].isEmpty else {
            throw ListenAddress.Unreadable(
                reason: "'\(setting)' is no setting: mode=0660, owner=USER, group=GROUP, cookie=FILE or name=NAME"
            )
        }
        switch pair[0] {
        case "mode":
            guard (3...4).contains(pair[1].count), let mode = UInt32(pair[1], radix: 8), mode <= 0o777 else {
                throw ListenAddress.Unreadable(reason: "the mode '\(pair[1])' is not three or four octal digits")
            }
            self.mode = mode
        case "owner": owner = String(pair[1])
        case "group": group = String(pair[1])
        case "cookie":
            guard cookie == nil else { throw ListenAddress.Unreadable(reason: "a listener has one cookie file") }
            let path = String(pair[1])
            guard path.isAbsolutePath, !path.hasSuffix("/"),
                !path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." })
            else {
                throw ListenAddress.Unreadable(
                    reason:
                        "a cookie file needs an absolute path without '.' and '..' in it: cookie=/run/onion-sieve/cookie"
                )
            }
            cookie = path
        case "name":
            guard name == nil else { throw ListenAddress.Unreadable(reason: "a listener has one name") }
            guard SocketName.isValid(String(pair[1])) else {
                throw ListenAddress.Unreadable(
                    reason: "the name '\(pair[1])' is not small letters, digits and '-', a letter or digit first"
                )
            }
            name = String(pair[1])
        default:
            throw ListenAddress.Unreadable(
                reason: "unknown setting '\(pair[0])': mode, owner, group, cookie and name are known"
            )
        }
    }
}

extension String {
    /// Whether it begins at the root, and holds neither blanks nor control characters.
    var isAbsolutePath: Bool { hasPrefix("/") && utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F } }
}
