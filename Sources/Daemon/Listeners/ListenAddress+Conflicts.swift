// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension ListenAddress {
    /// Why these cannot all be served: a cookie file must be nothing else, and a name that of one socket. Nil if they can.
    ///
    /// Paths are compared as they are written; what links make one is found when the files are made.
    ///
    /// - Parameter torCookie: the path of tor's cookie.
    package static func conflict(among addresses: [ListenAddress], torCookie: String) -> String? {
        var taken = [plain(torCookie): "tor's own cookie"]
        for case .unix(let socket) in addresses { taken[plain(socket.path)] = "the socket of a listener" }
        for case let cookie? in addresses.map(\.cookie) {
            if let what = taken.updateValue("the cookie of another listener", forKey: plain(cookie.path)) {
                return "\(cookie.path) cannot be a listener's cookie: it is \(what)"
            }
        }
        var names: Set<String> = []
        for case let name? in addresses.map(\.socketName) where !names.insert(name).inserted {
            return "two listeners have the name \(name)"
        }
        return nil
    }

    private static func plain(_ path: String) -> String {
        path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}
