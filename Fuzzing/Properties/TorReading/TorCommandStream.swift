// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A command as tor takes it from what comes over a control connection.
struct TorCommand: Hashable, Sendable {
    /// In capitals, with the `+` where a data block follows.
    let name: String
    /// What stands behind the name in its line.
    let arguments: [UInt8]
    /// The lines of the data block, as they came.
    let body: [UInt8]?
}

/// The bytes of a control connection as tor cuts them into commands: connection_control_process_inbuf and control_split_incoming_command
/// (src/feature/control/control.c), and control-spec section 2.2.
struct TorCommandStream {
    private(set) var commands: [TorCommand] = []
    /// Bytes at the end for which tor waits for more.
    private(set) var pendingBytes = 0

    init(_ bytes: [UInt8]) {
        var command: [UInt8] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0A) {
            let line = Array(rest[...end])
            rest = rest[(end + 1)...]
            // A first line without `+` is all of a command. Else lines are collected up to one that is a dot; a line that ends
            // without a line feed is none yet.
            if command.isEmpty, line.first != 0x2B {
                commands.append(Self.split(line))
            } else if !command.isEmpty, line == Array(".\r\n".utf8) || line == Array(".\n".utf8) {
                commands.append(Self.split(command))
                command = []
            } else {
                command += line
            }
        }
        pendingBytes = command.count + rest.count
    }

    private static func split(_ bytes: [UInt8]) -> TorCommand {
        let isMultiline = bytes.first == 0x2B
        let name = bytes.prefix { !TorBytes.isSpace($0) }
        var arguments = bytes[name.endIndex...]
        // Of several lines only blanks and tabs are skipped: a line behind the first is data.
        arguments = arguments.drop { isMultiline ? $0 == 0x20 || $0 == 0x09 : TorBytes.isSpace($0) }
        var body: [UInt8]?
        if isMultiline {
            let end = arguments.firstIndex(of: 0x0A) ?? arguments.endIndex
            body = Array(arguments[end...].dropFirst())
            arguments = arguments[..<end]
        }
        return TorCommand(
            // The name is compared by strcasecmp.
            name: TorBytes.text(TorBytes.cString(name).map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }),
            arguments: TorBytes.cString(arguments),
            body: body
        )
    }
}
