// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import Testing

@testable import Confinement

/// What a program could have its user's session or shells run later.
@Suite struct StartupFilesTests {
    private static let denied: [[Substring]] = {
        let program = ConfinedPrograms([[Samples.profile("thing", labels: ["thing"], executables: ["/usr/bin/thing"])]])
        let text = program.programs.map {
            AppArmorPolicy(of: $0, in: Samples.surroundings, style: PolicyStyle(isDesktop: true)).text
        }.joined()
        let start = "audit deny @{HOME}/"
        return text.split(separator: "\n").map { $0.drop { $0 == " " } }
            .filter { $0.hasPrefix(start) && $0.hasSuffix(" wl,") }
            .map { expand($0.dropFirst(start.count).dropLast(" wl,".count)) }
    }()

    @Test(arguments: [
        ".local/bin/tor", "bin/ls", ".config/fish/config.fish", ".config/fish", ".config/fish/", ".xprofile",
        ".xsession",
        ".xsessionrc", ".profile", ".bashrc", ".bash_profile", ".bash_logout", ".zshrc", ".zshenv", ".zprofile",
        ".zlogin",
        ".config/autostart/a.desktop", ".config/autostart/", ".config/systemd/user/a.service", ".config/systemd",
        ".config/plasma-workspace/env/a.sh", ".config/environment.d/a.conf", ".pam_environment",
        ".local/share/gnome-shell/extensions/a/extension.js", ".local/share/applications/a.desktop",
        ".local/share/systemd/user/a.service", ".local/share/dbus-1/services/a.service", ".config/sway/config",
        ".config/i3/config",
        ".config/hypr/hyprland.conf", ".config/openbox/autostart", ".config/labwc/autostart",
        ".local/lib/python3.11/site-packages/a.pth",
        // Moved away, changed and moved back.
        ".config/", ".config", ".local/", ".local/share/", ".local/share",
    ])
    func `what is run later cannot be written or replaced`(path: String) {
        #expect(Self.denied.contains { $0.contains { Self.matches(path[...], $0) } })
    }

    @Test(arguments: [
        ".config/thing/settings", ".config/thing/", ".local/share/thing/a", ".cache/a", ".thing/a", "Downloads/a",
        "Downloads/bin/a",
        ".local/state/thing",
    ])
    func `what a program keeps for itself can be written`(path: String) {
        #expect(!Self.denied.contains { $0.contains { Self.matches(path[...], $0) } })
    }

    /// All that a pattern's braces stand for.
    private static func expand(_ pattern: Substring) -> [Substring] {
        guard let open = pattern.firstIndex(of: "{"), let close = pattern[open...].firstIndex(of: "}") else {
            return [pattern]
        }
        let inner = pattern[pattern.index(after: open)..<close]
        return inner.split(separator: ",", omittingEmptySubsequences: false).flatMap { choice in
            expand(Substring(pattern[..<open] + choice + pattern[pattern.index(after: close)...]))
        }
    }

    /// As apparmor.d(5) has it, "Globbing": behind a slash a star stands for one character at least.
    private static func matches(_ text: Substring, _ pattern: Substring, behindSlash: Bool = true) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        guard first == "*" else {
            return text.first == first && matches(text.dropFirst(), pattern.dropFirst(), behindSlash: first == "/")
        }
        let isDeep = pattern.hasPrefix("**")
        let rest = pattern.dropFirst(isDeep ? 2 : 1)
        var tail = text
        if behindSlash, rest.isEmpty || rest.first == "/" {
            guard let next = tail.popFirst(), isDeep || next != "/" else { return false }
        }
        while true {
            if matches(tail, rest, behindSlash: false) { return true }
            guard let next = tail.popFirst(), isDeep || next != "/" else { return false }
        }
    }
}
