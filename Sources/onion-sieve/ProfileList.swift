// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Daemon
import Profiles
import Reports

/// `onion-sieve profile list`: what there is, and what is in use.
struct ProfileList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Say which profiles there are, for whom they are, and which are in use.",
        discussion: """
            States: `enabled` (a link into the library), `local` (a file of its own), `available` (in the library only), `overridden`, \
            `masked`, `mask` (a link to /dev/null), `broken`, `dangling` (a link that leads nowhere); with `modified`, a file that was \
            edited since its package was installed.

            Exit status is 1 if one is broken, dangling, modified, or shipped twice under one name.
            """
    )

    @OptionGroup
    var options: LibraryOptions

    @Flag(help: "Print one JSON object a line, one for each file.")
    var json = false

    func run() async throws {
        let console = Console()
        let library = options.open()
        let (inUse, isComplete) = library.inUse()
        let (shipped, findings) = library.shipped()
        let inventory = library.inventory(of: shipped, and: inUse)
        if json {
            for entry in inventory.entries { console.print(Self.json(entry)) }
        } else {
            printTable(inventory, console)
        }
        // What is wrong with the directories; of the files themselves the table says it.
        let paths = Set(inventory.entries.map(\.path))
        let others = (inUse.diagnostics + findings).filter { $0.severity == .error && !paths.contains($0.file) }
        let renderer = DiagnosticRenderer(sources: [:])
        for diagnostic in others + Self.twice(inventory, holder: options.holder) {
            console.printError(renderer.render(diagnostic), terminator: "")
        }
        guard isComplete, others.isEmpty, inventory.shippedTwice.isEmpty, !inventory.entries.contains(where: \.isAmiss)
        else { throw ExitCode(1) }
    }

    private static func twice(_ inventory: ProfileInventory, holder: String) -> [Diagnostic] {
        inventory.shippedTwice.map { file, other in
            Diagnostic(
                file: file,
                severity: .error,
                message: "has the same name as `\(other)`, which is in use",
                hint:
                    "say which of the two is meant with a link to it in \(holder)"
            )
        }
    }

    // MARK: For people

    private func printTable(_ inventory: ProfileInventory, _ console: Console) {
        guard !inventory.entries.isEmpty else {
            console.print("there are no profiles in \(options.library), nor in the directories that they are read from")
            return
        }
        let isReplaced = inventory.entries.contains { $0.replacedBy != nil }
        let rows = inventory.entries.map { entry in
            [
                Table.Cell(entry.name),
                Table.Cell(Self.state(entry), colour: Self.colour(entry)),
                Table.Cell(entry.audience?.summary ?? "-"),
                Table.Cell(Self.origin(entry)),
            ] + (isReplaced ? [Table.Cell(entry.replacedBy ?? "")] : [])
        }
        let table = Table(
            headings: ["NAME", "STATE", "FOR WHOM", "FROM"] + (isReplaced ? ["OVERRIDDEN BY"] : []), shrinking: 2)
        let lines = table.lines(rows, width: console.width, isColoured: console.isColoured)
        console.print(lines[0])
        for (entry, line) in zip(inventory.entries, lines.dropFirst()) {
            console.print(line)
            for remark in Self.remarks(entry) { console.print("    \(remark)") }
        }
    }

    private static func state(_ entry: ProfileInventory.Entry) -> String {
        entry.state.rawValue + (entry.facts.isModified ? ", modified" : "")
    }

    private static func colour(_ entry: ProfileInventory.Entry) -> Table.Colour? {
        switch entry.state {
        case .broken, .dangling: .red
        case _ where entry.facts.isModified: .yellow
        case .enabled, .local: .green
        case .overridden, .masked, .mask: .yellow
        case .available: nil
        }
    }

    /// The package, or else the directory; a link into the library is of the library.
    private static func origin(_ entry: ProfileInventory.Entry) -> String {
        if let package = entry.facts.package { return package }
        return entry.isInLibrary || entry.facts.libraryFile != nil
            ? "library"
            : entry.path.split(separator: "/").dropLast().reduce(entry.path.hasPrefix("/") ? "" : ".") { "\($0)/\($1)" }
    }

    private static func remarks(_ entry: ProfileInventory.Entry) -> [String] {
        var remarks: [String] = []
        switch entry.state {
        case .dangling:
            let target = entry.facts.libraryFile.map {
                "\($0), which is not there: `onion-sieve profile disable \(entry.name)`"
            }
            remarks.append(
                Diagnostic(file: entry.path, severity: .error, message: "leads to \(target ?? "nothing: remove it")")
                    .description)
        case .broken:
            if let mistake = entry.mistake { remarks.append(mistake.description) }
        default: break
        }
        if entry.facts.isModified {
            let file = entry.facts.libraryFile ?? entry.path
            remarks.append(
                Diagnostic(
                    file: file,
                    severity: .warning,
                    message:
                        "edited since the package \(entry.facts.package ?? "") was installed, whose next version replaces it"
                ).description
            )
        }
        return remarks
    }

    // MARK: For programs

    private static func json(_ entry: ProfileInventory.Entry) -> String {
        var members = [
            ("name", JSON.string(entry.name)), ("state", JSON.string(entry.state.rawValue)),
            ("file", JSON.string(entry.path)),
        ]
        if let target = entry.facts.libraryFile { members.append(("library", JSON.string(target))) }
        if let package = entry.facts.package { members.append(("package", JSON.string(package))) }
        if entry.facts.isModified { members.append(("modified", "true")) }
        if let audience = entry.audience {
            let keys = audience.qualifiers.map { "\(JSON.string($0.key)):\(JSON.strings($0.values))" }
            members.append(("for", "{\(keys.joined(separator: ","))}"))
        }
        if let by = entry.replacedBy { members.append(("overridden-by", JSON.string(by))) }
        if let mistake = entry.mistake { members.append(("error", JSON.string(mistake.description))) }
        return "{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }
}
