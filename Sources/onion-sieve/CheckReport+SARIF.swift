// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Profiles

/// The findings as a log of the Static Analysis Results Interchange Format, version 2.1.0 (OASIS), which forges show beside the
/// lines that a change is about.
extension CheckReport {
    /// What has no name of its own: a mistake for which a file is left out.
    private static let mistake = "mistake"

    var sarif: String {
        let driver = JSON.object([
            ("name", JSON.string("onion-sieve")),
            ("version", JSON.string(OnionSieve.version)),
            ("rules", JSON.array(FindingName.allCases.map(Self.rule) + [Self.mistakes])),
        ])
        let results = parts.flatMap { part in
            part.diagnostics.map { Self.result($0, allowance: nil) }
                + part.loaded.allowed.map { Self.result($0.diagnostic, allowance: $0) }
        }
        let run = JSON.object([
            ("tool", JSON.object([("driver", driver)])),
            ("columnKind", JSON.string("unicodeCodePoints")),
            ("results", JSON.array(results)),
        ])
        return JSON.object([
            ("$schema", JSON.string("https://json.schemastore.org/sarif-2.1.0.json")),
            ("version", JSON.string("2.1.0")),
            ("runs", JSON.array([run])),
        ]) + "\n"
    }

    private static func rule(_ name: FindingName) -> String {
        rule(name.rawValue, name.summary, name.help, level: name == .failedTest ? "error" : "warning")
    }

    private static var mistakes: String {
        rule(mistake, "a mistake", "The file is left out until it is mended.", level: "error")
    }

    private static func rule(_ id: String, _ summary: String, _ help: String, level: String) -> String {
        func message(_ text: String) -> String { JSON.object([("text", JSON.string(text))]) }
        return JSON.object([
            ("id", JSON.string(id)),
            ("shortDescription", message(summary)),
            ("fullDescription", message(summary + ". " + help)),
            ("help", message(help)),
            ("defaultConfiguration", JSON.object([("level", JSON.string(level))])),
        ])
    }

    private static func result(_ diagnostic: Diagnostic, allowance: AllowedFinding?) -> String {
        let index = diagnostic.name.flatMap { FindingName.allCases.firstIndex(of: $0) } ?? FindingName.allCases.count
        let text = diagnostic.message + (diagnostic.hint.map { "; \($0)" } ?? "")
        var members = [
            ("ruleId", JSON.string(diagnostic.name?.rawValue ?? mistake)),
            ("ruleIndex", String(index)),
            ("level", JSON.string(diagnostic.severity.rawValue)),
            ("message", JSON.object([("text", JSON.string(text))])),
            ("locations", JSON.array([location(diagnostic)])),
        ]
        if let allowance {
            var suppression = [("kind", JSON.string("inSource"))]
            if let reason = allowance.reason { suppression.append(("justification", JSON.string(reason))) }
            members.append(("suppressions", JSON.array([JSON.object(suppression)])))
        }
        return JSON.object(members)
    }

    private static func location(_ diagnostic: Diagnostic) -> String {
        var place = [("artifactLocation", JSON.object([("uri", JSON.string(uri(diagnostic.file)))]))]
        if let line = diagnostic.line, let column = diagnostic.column {
            let region = [("startLine", String(line)), ("startColumn", String(column))]
            place.append(("region", JSON.object(region)))
        }
        return JSON.object([("physicalLocation", JSON.object(place))])
    }

    /// A path as a reference of RFC 3986: relative ones stay so, and a colon in their first part is none of a scheme.
    private static func uri(_ path: String) -> String {
        let encoded = path.utf8.map { byte -> String in
            let isPlain = byte.isLetter || byte.isDecimalDigit || "-._~/".utf8.contains(byte)
            guard !isPlain else { return String(Character(Unicode.Scalar(byte))) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (byte < 0x10 ? "0" : "") + digits
        }
        return (path.hasPrefix("/") ? "file://" : "") + encoded.joined()
    }
}
