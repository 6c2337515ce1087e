// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Patterns
import Testing

struct TemplateTests {
    @Test(
        "A template is filled as Python's str.format fills it",
        arguments: [
            ("NEW:{} Port=80,{client-address}:{}", ["BEST", "80"], "NEW:BEST Port=80,10.0.0.2:80"),
            ("{1}{0}{1}", ["a", "b"], "bab"), ("{{}}", [], "{}"), ("{{{}}}", ["a"], "{a}"), ("{{0}}", ["a"], "{0}"),
            ("{00}", ["a"], "a"), ("", [], ""), ("redacted", ["a"], "redacted"),
            ("{client-port} {server-address} {server-port}", [], "50000 127.0.0.1 951"),
            ("{}}}{{{}", ["a", "b"], "a}{b"),
            ("é{}", ["ü"], "éü"),
        ]
    )
    func expand(source: String, groups: [String], expected: String) throws {
        let template = try Template(source, captureCount: groups.count)
        let result = template.expand(Captures(groups.map { Array($0.utf8) })) { variable in
            switch variable {
            case .clientAddress: "10.0.0.2"
            case .clientPort: "50000"
            case .serverAddress: "127.0.0.1"
            case .serverPort: "951"
            }
        }
        #expect(String(decoding: result, as: UTF8.self) == expected)
        #expect(template.source == source)
    }

    @Test("A template knows the facts that it asks for")
    func variables() throws {
        #expect(
            try Template("{client-address}{client-address}{{server-port}}", captureCount: 0).variables == [
                .clientAddress
            ])
    }

    @Test("What was captured is not read as a template again")
    func noSecondReading() throws {
        let template = try Template("{}", captureCount: 1)
        #expect(
            template.expand(Captures([Array("{client-address}{{".utf8)])) { _ in "x" }
                == Array("{client-address}{{".utf8))
    }

    @Test(
        "What cannot be filled is refused where it stands",
        arguments: [
            ("{}", 0, 0, "1. `{}`"), ("{}{}", 1, 2, "2. `{}`"), ("a{1}", 1, 1, "`{1}`"), ("{2}", 2, 0, "2 groups"),
            ("{99999999999999999999}", 1, 0, "not there"), ("{}{0}", 2, 2, "both"), ("{0}{}", 2, 3, "both"),
            ("{client-adress}", 0, 0, "`{client-adress}`"), ("{ 0}", 1, 0, "named"), ("{-1}", 1, 0, "named"),
            ("{+0}", 1, 0, "named"), ("{0!r}", 1, 0, "conversion"), ("{:>5}", 1, 0, "format"), ("{0:}", 1, 0, "format"),
            ("{0.x}", 1, 0, "reaches"), ("{0[1]}", 1, 0, "reaches"), ("{client-address.x}", 0, 0, "reaches"),
            ("a{", 0, 1, "never closed"), ("a{0", 1, 1, "never closed"), ("{0:{1}}", 2, 0, "never closed"),
            ("a}", 0, 1, "closes nothing"), ("{{}", 0, 2, "closes nothing"), ("{0}}", 1, 3, "closes nothing"),
            ("a\nb", 0, 1, "line break"), ("a\rb", 0, 1, "line break"), ("é\0", 0, 2, "0x00"), ("a\tb", 0, 1, "0x09"),
            ("\u{7F}", 0, 0, "0x7f"), ("\u{85}", 0, 0, "0x85"),
        ]
    )
    func refused(source: String, captureCount: Int, offset: Int, name: String) throws {
        let error = try #require(throws: PatternError.self) { try Template(source, captureCount: captureCount) }
        #expect(error.offset == offset)
        #expect(error.message.contains(name), "\(error.message)")
    }

    @Test(
        "A misspelt name gets the nearest known one as its hint",
        arguments: [
            ("{client-adress}", "did you mean `{client-address}`?"), ("{server_port}", "did you mean `{server-port}`?"),
            ("{x}", "there are `{client-address}`, `{client-port}`, `{server-address}`, `{server-port}`"),
            ("{client-port:5}", "write `{client-port}`"),
        ]
    )
    func hint(source: String, expected: String) throws {
        let error = try #require(throws: PatternError.self) { try Template(source, captureCount: 0) }
        #expect(error.hint == expected)
    }
}
