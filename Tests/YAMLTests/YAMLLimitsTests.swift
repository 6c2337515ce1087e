// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Testing
import YAML

struct YAMLLimitsTests {
    @Test("A stream of the largest size is read, a larger one is not")
    func inputSize() throws {
        let largest = [UInt8](repeating: UInt8(ascii: "#"), count: YAMLLimits.inputSize)
        #expect(try YAMLReader.read(largest).isEmpty)
        let error = try #require(throws: YAMLError.self) { try YAMLReader.read(largest + [UInt8(ascii: "#")]) }
        #expect(error.message.contains("\(YAMLLimits.inputSize)"))
    }

    @Test("Collections lie inside each other down to the bound", arguments: [("[", "]"), ("{a: ", "}")])
    func depth(opening: String, closing: String) throws {
        func nested(_ levels: Int) -> [UInt8] {
            Array((String(repeating: opening, count: levels) + String(repeating: closing, count: levels)).utf8)
        }
        #expect(try YAMLReader.read(nested(YAMLLimits.depth)).count == 1)
        let error = try #require(throws: YAMLError.self) { try YAMLReader.read(nested(YAMLLimits.depth + 1)) }
        #expect(error.message.contains("\(YAMLLimits.depth)"))
        #expect(error.mark == Mark(line: 1, column: 1 + YAMLLimits.depth * opening.count))
    }

    @Test("The depth of what an alias stands for counts where the alias stands")
    func depthOfAliases() throws {
        let half = YAMLLimits.depth / 2
        let anchored = "- &a " + String(repeating: "[", count: half) + String(repeating: "]", count: half) + "\n- "
        func using(_ levels: Int) -> [UInt8] {
            Array(
                (anchored + String(repeating: "[", count: levels) + "*a" + String(repeating: "]", count: levels)).utf8)
        }
        #expect(try YAMLReader.read(using(half - 1)).count == 1)
        #expect(throws: YAMLError.self) { try YAMLReader.read(using(half)) }
    }

    @Test(
        "One long line takes no longer than many short ones", .timeLimit(.minutes(1)),
        arguments: [
            ("[", "&a ~, ", "]"), ("[", "!!str é, ", "]"), ("[", "'a',", "]"), ("{", "? a ", "}"), ("", "[", ""),
            ("", "- ", ""),
            ("", "? ", ""), ("", "a: ", ""), ("|\n", "\n", ""), ("\"", "\\n ", "\""), ("", "&a ", ""), ("", "#", ""),
        ])
    func longLine(opening: String, repeated: String, closing: String) {
        let count = (YAMLLimits.inputSize - 8) / repeated.utf8.count
        let source = opening + String(repeating: repeated, count: count) + closing
        // Some of these are good and some are not; either way an answer comes.
        do throws(YAMLError) {
            #expect(try YAMLReader.read(Array(source.utf8)).count <= 1)
        } catch {
            #expect(error.mark >= .start)
        }
    }

    @Test("Directives are read up to the bound")
    func directives() throws {
        func stream(_ count: Int) -> [UInt8] {
            Array(((0..<count).map { "%TAG !a\($0)! tag:example\n" }.joined() + "--- a\n").utf8)
        }
        #expect(try YAMLReader.read(stream(YAMLLimits.directives)).first?.scalar?.text == "a")
        let error = try #require(throws: YAMLError.self) { try YAMLReader.read(stream(YAMLLimits.directives + 1)) }
        #expect(error.mark == Mark(line: YAMLLimits.directives + 1, column: 1))
    }

    @Test("Nodes are counted up to the bound")
    func nodes() throws {
        func list(_ count: Int) -> [UInt8] { Array(("[" + String(repeating: "a,", count: count) + "]").utf8) }
        #expect(try YAMLReader.read(list(YAMLLimits.nodes - 1)).first?.sequence?.count == YAMLLimits.nodes - 1)
        let error = try #require(throws: YAMLError.self) { try YAMLReader.read(list(YAMLLimits.nodes)) }
        #expect(error.message.contains("\(YAMLLimits.nodes)"))
    }

    @Test("Aliases of aliases count as all that they stand for", .timeLimit(.minutes(1)))
    func billionLaughs() throws {
        var source = "- &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let uses = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            source += "- &a\(level) [\(uses)]\n"
        }
        let error = try #require(throws: YAMLError.self) { try YAMLReader.read(Array(source.utf8)) }
        #expect(error.message.contains("aliases"))
        #expect(error.mark.line == 5)
    }
}
