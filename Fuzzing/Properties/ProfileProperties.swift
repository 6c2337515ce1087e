// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Profiles
import Rehearsal
import YAML

/// What holds for any bytes in a file of profiles.
enum ProfileProperties {
    private static let good = Array("- {hosts: ['*'], commands: {GETINFO: ['version']}}\n".utf8)
    private static let command = Command(keyword: .getInfo, arguments: "version")

    static func check(_ input: [UInt8]) throws(Violation) {
        let lenient = ProfileLoader(lints: true).load([file("40_input.yml", input)])
        let strict = ProfileLoader(isStrict: true).load([file("40_input.yml", input)])
        for loaded in [lenient, strict] {
            let isBroken = loaded.count(of: .error) > 0
            let status = loaded.files[0].status
            try require(status == .broken || !isBroken, "a file with an error is \(status)")
            try require(loaded.profileCount == 0 || !isBroken, "a file with an error gives profiles")
            try require(loaded.profileCount == loaded.files[0].profiles.count, "profiles that no file has")
            try checkDiagnostics(of: loaded, input)
        }
        try require(strict.count(of: .error) >= lenient.count(of: .error), "fewer errors where more is asked")
        try checkTests(of: lenient.files[0])
        try checkNeighbours(input, isBroken: lenient.count(of: .error) > 0)
        for client in SessionSubject.everyClient {
            try PolicyProperties.check(lenient.policySet.policy(for: client), client)
        }
    }

    private static func file(_ name: String, _ bytes: [UInt8], in directory: String = "a") -> SourceFile {
        SourceFile(path: "\(directory)/\(name)", name: name, content: .bytes(bytes))
    }

    /// Whatever tests expect and tor says in them, each passes or fails, and again the same way.
    private static func checkTests(of file: LoadedProfiles.File) throws(Violation) {
        let rehearsal = Rehearsal(of: file)
        try require(rehearsal.failures.count <= rehearsal.testCount, "more failures than tests")
        try require(rehearsal.failures == Rehearsal(of: file).failures, "tests that fail now and then")
        for profile in file.profiles {
            guard let client = profile.selector.exampleClient else { continue }
            try require(profile.selector.matches(client), "a profile that is not for the client made from it")
        }
    }

    /// Every diagnostic prints, at a place that exists, and nothing of the file reaches a terminal as a command to it.
    private static func checkDiagnostics(of loaded: LoadedProfiles, _ input: [UInt8]) throws(Violation) {
        let lines = input.count { $0 == 0x0A || $0 == 0x0D || $0 == 0x85 || $0 == 0xA8 || $0 == 0xA9 } + 1
        let plain = DiagnosticRenderer(sources: loaded.sources)
        let coloured = DiagnosticRenderer(sources: loaded.sources, isColoured: true)
        for diagnostic in loaded.diagnostics {
            if let mark = diagnostic.mark {
                try require(mark.line >= 1 && mark.column >= 1, "a diagnostic at \(mark)")
                try require(mark.line <= lines, "a diagnostic at \(mark) of \(lines) lines")
            }
            let text = plain.render(diagnostic)
            try require(text.last == "\n", "a diagnostic without an end")
            for scalar in text.unicodeScalars where scalar != "\n" {
                let isShown = scalar.properties.generalCategory != .control
                try require(isShown, "a control character in \(text.debugDescription)")
            }
            try require(coloured.render(diagnostic).contains(diagnostic.message), "a message that colours change")
            try require(!diagnostic.description.contains("\n"), "a description of several lines")
        }
    }

    /// The file takes no other with it, brings back none that it replaces, and keeps what it was before a mistake.
    private static func checkNeighbours(_ input: [UInt8], isBroken: Bool) throws(Violation) {
        let before = ProfileLoader().load([file("40_input.yml", good), file("50_good.yml", good)])
        let sources = [file("40_input.yml", good), file("40_input.yml", input, in: "b"), file("50_good.yml", good)]
        let loaded = ProfileLoader().load(sources)
        try require(loaded.files[0].profiles.isEmpty, "a file that is replaced gives profiles")
        try require(loaded.files[2].profiles.count == 1, "a file takes another with it")
        guard isBroken else { return }
        try require(loaded.profileCount == 1, "a broken file gives profiles")
        let kept = ProfileLoader(previous: before).load([file("40_input.yml", input)])
        try require(kept.files[0].status == .kept && kept.profileCount == 1, "a file is not kept as it was")
    }
}
