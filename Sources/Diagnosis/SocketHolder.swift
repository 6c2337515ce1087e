// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The process that has a socket open.
struct SocketHolder: Hashable, Sendable {
    let process: Int32
    let name: String

    /// Nil if none can be seen: the files of other users' processes only root sees.
    init?(of inode: UInt64, on machine: Machine) {
        let target = "socket:[\(inode)]"
        for process in (machine.names(in: machine.proc).value ?? []).compactMap({ Int32($0) }).sorted() {
            let directory = "\(machine.proc)/\(process)"
            for name in machine.names(in: "\(directory)/fd").value ?? []
            where machine.link("\(directory)/fd/\(name)").value == target {
                self.process = process
                self.name = Self.name(of: directory, machine)
                return
            }
        }
        return nil
    }

    private static let limit = 64

    /// What runs; of a script of Python its own name, by which its service is found.
    private static func name(of directory: String, _ machine: Machine) -> String {
        let short = machine.text("\(directory)/comm").value?.split(separator: "\n").first.map(String.init)
        let words = (machine.text("\(directory)/cmdline").value ?? "").split(separator: "\0")
        let names = words.prefix(4).compactMap { $0.split(separator: "/").last.map(String.init) }
        // What a process writes over its arguments, or a whole script among them (`-c`), is no name.
        guard let first = names.first, !first.contains(" "), first.utf8.count <= limit else { return short ?? "?" }
        guard first.hasPrefix("python") else { return first }
        let script = words.prefix(4).dropFirst().first { !$0.hasPrefix("-") || $0 == "-c" || $0 == "-m" } ?? ""
        let name = script.split(separator: "/").last.map(String.init) ?? ""
        return name.isEmpty || name.hasPrefix("-") || name.utf8.count > limit ? first : name
    }
}
