// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Confinement
import Daemon

/// What is tor's own where Debian puts it, and is never the filter's.
enum TorsOwn {
    static let control = "/run/tor/control"

    /// Whether a path is tor's own control socket, cookie, configuration or data: by its name, or by being that file.
    static func contains(_ path: String) -> Bool {
        let files = [control, DaemonConfiguration.defaultTorCookie]
        guard !files.contains(where: { ProfileLibrary.isSameFile($0, path) }) else { return true }
        let parts = path.split(separator: "/").filter { $0 != "." }.map(String.init)
        let inRun = parts.starts(with: ["var", "run"]) ? Array(parts.dropFirst()) : parts
        let plain = "/" + inRun.joined(separator: "/")
        let trees = ["/run/tor-instances", "/var/lib/tor"] + AppArmorPolicy.deniedTrees
        return files.contains(plain) || trees.contains { plain == $0 || plain.hasPrefix($0 + "/") }
    }
}
