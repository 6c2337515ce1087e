// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// What holds for the arguments of any command, and for what stands in tor's lines: what is read means to tor what it means to us, and
/// is read the same once it was written.
enum ArgumentProperties {
    static func check(_ input: [UInt8]) throws(Violation) {
        // Commands are printable by construction; other bytes become some that are.
        let bytes = input.map { (0x20...0x7E).contains($0) ? $0 : $0 & 0x5F | 0x20 }
        let text = String(decoding: bytes, as: UTF8.self)
        try checkKeywordLines(text, bytes)
        try checkAssignments(text)
        try checkLists(text)
        try checkService(text)
        try checkQuotes(text)
        // What only has to be taken for something or nothing.
        _ = (ClientAuthorization(arguments: text), FetchDescriptor(arguments: text))
        _ = (StreamEvent(text), CircuitEvent(text), ServiceDescriptorEvent(text))
    }

    private static func checkKeywordLines(_ text: String, _ bytes: [UInt8]) throws(Violation) {
        let kinds: [(KeywordArgument.Forms, TorKeywordLine.Flags)] = [
            ([], []), ([.flags, .quoted], [.quoted, .omitValues]),
        ]
        for (forms, flags) in kinds {
            guard let ours = KeywordArgument.parse(text, forms) else { continue }
            let tors = TorKeywordLine.parse(bytes, flags)
            let pairs = ours.map {
                TorKeywordLine.Pair(key: Array(($0.keyword ?? "").utf8), value: Array(($0.value ?? "").utf8))
            }
            // Tor refuses what it could not write again; it never reads anything else.
            try require(tors == nil || tors == pairs, "tor reads other arguments than we: \(ours)")
            let written = ours.map(\.encoded).joined(separator: " ")
            try require(
                KeywordArgument.parse(written, forms) == ours, "arguments read differently once written: \(written)")
        }
    }

    private static func command(_ name: String, _ arguments: String) -> TorReading {
        TorReading(TorCommand(name: name, arguments: Array(arguments.utf8), body: nil))
    }

    private static func checkAssignments(_ text: String) throws(Violation) {
        guard let ours = ConfAssignments(arguments: text) else { return }
        try require(ConfAssignments(arguments: ours.encoded) == ours, "assignments read differently once written")
        for reading in [command("SETCONF", text), command("SETCONF", ours.encoded)] {
            guard case .assignments(let tors) = reading else { continue }
            try require(tors.map(\.value) == ours.assignments.map(\.value), "tor sets other values: \(tors)")
            for (tor, assignment) in zip(tors, ours.assignments) {
                try require(
                    tor.option == (assignment.option.isKnown ? assignment.option.name : nil),
                    "tor sets \(tor.option ?? "nothing") for \(assignment.option)")
            }
        }
    }

    private static func checkLists(_ text: String) throws(Violation) {
        try require(
            command("GETINFO", text) == .information(GetInfo(arguments: text).keys),
            "tor is asked for other keys: \(text)")
        if let query = GetConf(arguments: text) {
            let names = query.options.map { $0.isKnown ? $0.name : nil }
            try require(command("GETCONF", text) == .options(names), "tor is asked for other options: \(text)")
        }
        if let asked = SetEvents(arguments: text) {
            let names = asked.events.map { $0.name.asciiLowercased }
            try require(command("SETEVENTS", asked.encoded) == .events(names), "tor is asked for other events: \(text)")
            guard case .events(let tors) = command("SETEVENTS", text) else { return }
            try require(Set(tors) == Set(names), "tor reads other events: \(text)")
        }
    }

    private static func checkService(_ text: String) throws(Violation) {
        guard let service = try? AddOnion(parsing: text) else { return }
        try require(
            (try? AddOnion(parsing: service.encoded)) == service,
            "a service reads differently once written: \(service.encoded)")
        guard let tors = TorService(Array(service.encoded.utf8)) else { return }
        let ours = service.targets.map { virtual, target in
            let place: TorService.Target =
                switch target {
                case .address(let address, let port): .address("\(address)", port: Int(port))
                case .unix(let path): .unix(path)
                }
            return TorService.Port(virtual: Int(virtual), target: place)
        }
        try require(tors.ports == ours, "tor publishes other ports: \(service.encoded)")
        try require(tors.flags.contains("detach") == service.isDetached, "tor detaches otherwise: \(service.encoded)")
    }

    private static func checkQuotes(_ text: String) throws(Violation) {
        for dialect in QuotedString.Dialect.allCases {
            let encoded = QuotedString.encode(text)
            let decoded = QuotedString.decode(Substring(encoded).utf8, dialect)
            try require(decoded?.bytes == Array(text.utf8), "a quoted string reads differently: \(encoded)")
            guard !QuotedString.hidesControlCharacters(text) else { continue }
            for index in text.utf8.indices where text.utf8[index] == .quote {
                guard let (bytes, _) = QuotedString.decode(text.utf8[index...], dialect) else { continue }
                try require(bytes.allSatisfy(\.isPrintable), "a control character is hidden in \(text)")
            }
        }
    }
}
