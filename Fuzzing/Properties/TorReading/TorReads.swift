// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// The commands in some bytes as tor reads them, in the lines of `Fuzzing/tor-reads`.
package enum TorReads {
    /// - Parameter keys: the keys of GETINFO that this tor knows.
    package static func lines(_ bytes: [UInt8], keys: Set<String>) -> [String] {
        TorCommandStream(bytes).commands.flatMap { command in
            ["- \(command.name)"] + (asked(by: command, keys)?.map { "= \($0)" } ?? ["!"])
        }
    }

    /// Nil if tor refuses.
    private static func asked(by command: TorCommand, _ keys: Set<String>) -> [String]? {
        switch TorReading(command) {
        case .refused: return nil
        case .information(let asked): return asked.allSatisfy(keys.contains) ? asked : nil
        case .options(let options): return options.contains(nil) ? nil : options.compactMap(\.self)
        case .assignments(let assignments):
            let texts = assignments.map { assignment in assignment.option.map { "\($0)=\(assignment.value)" } }
            return texts.contains(nil) ? nil : texts.compactMap(\.self)
        case .events(let events):
            return events.allSatisfy { EventName($0).map(EventName.known.contains) == true } ? events : nil
        case .service(let service): return service.ports.map { "\($0.virtual) \(text(of: $0.target))" }
        // Those of the table are none that this tor knows.
        case .other: return nil
        }
    }

    private static func text(of target: TorService.Target) -> String {
        switch target {
        case .address(let address, let port): "\(address):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
