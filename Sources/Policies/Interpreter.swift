// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Programs that run others: as an executable, or as a label that is a path, one stands for whatever script it is given.
package enum Interpreter {
    /// The name of the interpreter that a path leads to; nil if it is none. Versions are part of the name: `python3.11`.
    package static func name(at path: String) -> String? {
        guard path.hasPrefix("/"), let name = path.split(separator: "/").last else { return nil }
        let plain = name.prefix { !$0.isNumber && $0 != "-" && $0 != "." }
        return names.contains(String(plain)) ? String(name) : nil
    }

    private static let names: Set<String> = [
        "ash", "bash", "bun", "busybox", "csh", "dash", "deno", "dotnet", "electron", "env", "fish", "gjs", "guile",
        "java", "ksh", "lua", "luajit", "mksh", "mono", "node", "nodejs", "perl", "php", "pypy", "python", "qemu",
        "ruby", "sh", "tclsh", "wine", "wish", "zsh",
    ]
}
