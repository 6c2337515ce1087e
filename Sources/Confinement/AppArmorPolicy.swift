// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The AppArmor policy of one program, as text (apparmor.d(5)).
///
/// It lets the program reach the filter and tor's SOCKS port, and keeps tor's own control socket, cookie, configuration and data
/// from it. Elsewhere it is wide: nobody knows here what the program needs.
package struct AppArmorPolicy: Hashable, Sendable {
    package let program: ConfinedProgram
    let surroundings: Surroundings
    let style: PolicyStyle

    package init(of program: ConfinedProgram, in surroundings: Surroundings, style: PolicyStyle) {
        self.program = program
        self.surroundings = surroundings
        self.style = style
    }

    /// What the first line of each file begins with: by it a file is known to be of our making.
    package static let mark = "# Made by `onion-sieve apparmor`"

    package var fileName: String { program.name.fileName }

    /// The names of the policies in a text of our making.
    package static func names(in text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            let keyword = "profile "
            guard line.hasPrefix(keyword) else { return nil }
            let rest = line.dropFirst(keyword.count)
            // No name has a quotation mark or a backslash in it.
            return rest.hasPrefix("\"")
                ? String(rest.dropFirst().prefix { $0 != "\"" }) : String(rest.prefix { $0 != " " })
        }
    }

    /// Why a file of our making may not be replaced by this policy: it holds another, of a name that becomes the same file name.
    /// Nil if it may.
    package func refusal(toReplace present: String) -> String? {
        let others = Self.names(in: present).filter { !$0.utf8.elementsEqual(program.name.text.utf8) }
        guard !others.isEmpty else { return nil }
        return
            "holds \(others.count == 1 ? "the policy" : "the policies") \(others.map { "`\($0)`" }.joined(separator: ", ")), and "
            + "is not replaced by `\(program.name.text)`: write that into another directory, or move the file away first"
    }

    /// A whole file.
    package var text: String { Self.text(of: [self], style: style) }

    /// Several policies in one text. What stands before them may stand there only once.
    package static func text(of policies: [AppArmorPolicy], style: PolicyStyle) -> String {
        let local = policies.count == 1 ? policies[0].localFile : "local/, in files of their names"
        var text = PolicyText()
        text.comment(
            "\(mark.dropFirst(2)), which replaces the whole file when it is run again: rules of your own belong into \(local)."
        )
        text.blank()
        text.line("abi <abi/\(style.abi.rawValue)>,")
        text.blank()
        text.line("include <tunables/global>")
        for policy in policies {
            text.blank()
            policy.write(to: &text)
        }
        return text.text
    }

    var localFile: String { "local/\(fileName)" }

    /// Where the program reaches the filter.
    var controlPlaces: [Surroundings.Place] {
        guard surroundings.control.isEmpty else { return surroundings.control }
        return general.map { [.unix($0)] } ?? []
    }

    /// The socket that all programs use, if this one does.
    private var general: PathLiteral? {
        program.usesGeneralSocket ? surroundings.runtimeDirectory.appending("control") : nil
    }

    /// The directories of the program's own sockets, by name.
    var ownDirectories: [PathLiteral] {
        surroundings.control.isEmpty
            ? program.sockets.sorted().map { surroundings.runtimeDirectory.appending("apps/\($0)") } : []
    }

    /// Whether it must open TCP sockets.
    var usesTCP: Bool {
        program.publishes
            || (controlPlaces + [surroundings.socks]).contains { place in
                if case .tcp = place { true } else { false }
            }
    }
}
