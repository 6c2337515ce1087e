// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Testing
import YAML

struct PlainTypeTests {
    @Test(
        "Plain text is what PyYAML takes it for",
        arguments: [
            (.null, ["", "~", "null", "Null", "NULL"]),
            (.bool(true), ["yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"]),
            (.bool(false), ["no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"]),
            (
                .integer,
                [
                    "0", "-0", "+12", "1234", "1_000", "0b101", "0b_", "017", "0_7", "0x1F", "-0x_f", "1:30", "1:30:59",
                    "9:5", "190:20:30", "0660",
                ]
            ),
            (
                .float,
                [
                    "1.5", "1.", "-1_0.0_1", "0.5", ".5", "1.5e+3", "1.5E-3", ".5e+1", "1:30.5", "0:0.", "1_0:59.",
                    ".inf",
                    "-.Inf", "+.INF", ".nan", ".NaN", ".NAN",
                ]
            ),
            (
                .timestamp,
                [
                    "2001-12-14", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10 -5", "2001-12-15 2:59:43.10",
                    "2001-1-5T2:59:43Z", "2001-12-14   1:00:00",
                ]
            ),
            (.merge, ["<<"]),
            (.value, ["="]),
            (
                .string,
                [
                    "version", "nULL", "yEs", "y", "n", "0o17", "08", "1e3", "1.5e3", "1:60", "1:", "0:30", "-.nan",
                    "-.5", "+",
                    "-", ".", "0b", "0b2", "0x", "0xg", "1,000", "127.0.0.1", "10.0.0.0/8", "2001-1-5", "2001-12-14x",
                    "2001-12-14 1:2:3", "12-14", "=*", "17600-17659", "1_0:60.", ".infx", "_1", "1:30 ",
                ]
            ),
        ] as [(PlainType, [String])]
    )
    func plain(expected: PlainType, texts: [String]) {
        for text in texts {
            let scalar = Scalar(text: text, style: .plain, textMark: .start, lastLine: 1)
            #expect(scalar.plainType == expected, "\(text)")
            #expect(scalar.isNull == (expected == .null))
            let bool: Bool? = if case .bool(let value) = expected { value } else { nil }
            #expect(scalar.bool == bool)
        }
    }

    @Test("Quotes and blocks make a string of anything", arguments: Scalar.Style.allCases.filter { $0 != .plain })
    func quoted(style: Scalar.Style) {
        for text in ["", "yes", "12", "1.5", "null", "<<", "2001-12-14"] {
            #expect(Scalar(text: text, style: style, textMark: .start, lastLine: 1).plainType == .string)
        }
    }

    @Test(
        "A tag decides before the text's looks do",
        arguments: [
            ("!!str yes", .string), ("!!bool 'yes'", .bool(true)), ("!!int '1:30'", .integer), ("!!float 1", .float),
            ("!!null ''", .null), ("!!timestamp '2001-12-14'", .timestamp), ("!!str", .string),
        ] as [(String, PlainType)]
    )
    func tagged(source: String, expected: PlainType) throws {
        #expect(try YAMLReader.read(Array(source.utf8)).first?.scalar?.plainType == expected)
    }
}
