// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import YAML

extension ProfileLint {
    mutating func checkLegacyKeys() {
        for legacy in profile.written.legacyKeys {
            tell(
                .legacyKey, "`\(legacy.spelling)` is how older versions spell `\(legacy.key.rawValue)`",
                at: legacy.mark,
                hint: "write `\(legacy.key.rawValue)`"
            )
        }
    }

    mutating func checkQualifiers() {
        checkHosts()
        checkLocalQualifiers()
        for key in [ProfileKey.appArmorProfiles, .executables] {
            for value in profile.written.qualifiers[key]?.values ?? [] {
                guard let program = Self.interpreter(at: value.text) else { continue }
                tell(
                    .interpreter,
                    "`\(value.text)` is every program of these users that \(program) runs, and no certain one",
                    at: value.mark,
                    hint: "give the program an AppArmor label or a unit of its own, and name that"
                )
            }
        }
    }

    private mutating func checkHosts() {
        for value in profile.written.qualifiers[.hosts]?.values ?? [] where Self.isAnyHost(value.text) {
            tell(
                .matchesEverybody,
                "`\(value.text)` is every machine that reaches a listener",
                at: value.mark,
                hint: "name addresses or networks, as in `10.152.152.0/24`"
            )
        }
    }

    private static func isAnyHost(_ text: String) -> Bool {
        switch HostEntry(text) {
        case .any, .network(_, prefixLength: 0): true
        case .address, .network, nil: false
        }
    }

    /// Every local client: any user, and nothing besides that tells one program from another.
    private mutating func checkLocalQualifiers() {
        let selector = profile.compiled.selector
        let qualifiers = profile.written.qualifiers
        guard selector.sockets == nil, selector.canMatchLocal, selector.users == .any,
            selector.groups.map({ $0 == .any }) ?? true, selector.executables.map({ $0 == .any }) ?? true,
            selector.appArmorProfiles.map({ $0 == .any }) ?? true,
            qualifiers[.units].map({ $0.values.contains { $0.text == "*" } }) ?? true,
            let mark = (qualifiers[.appArmorProfiles] ?? qualifiers[.units])?.mark
        else { return }
        tell(
            .matchesEverybody,
            "every program of every user of this machine is meant",
            at: mark,
            hint: "name the program by its AppArmor label or its unit, or its user"
        )
    }

    /// The interpreter whose executable a path is.
    private static func interpreter(at path: String) -> String? {
        guard path.hasPrefix("/"), let name = path.split(separator: "/").last else { return nil }
        let plain = name.prefix { !$0.isNumber && $0 != "-" && $0 != "." }
        return interpreters.contains(String(plain)) ? String(name) : nil
    }

    private static let interpreters: Set<String> = [
        "ash", "bash", "bun", "busybox", "csh", "dash", "deno", "dotnet", "electron", "env", "fish", "gjs", "guile",
        "java",
        "ksh", "lua", "luajit", "mksh", "mono", "node", "nodejs", "perl", "php", "pypy", "python", "qemu",
        "ruby", "sh", "tclsh", "wine", "wish", "zsh",
    ]
}
