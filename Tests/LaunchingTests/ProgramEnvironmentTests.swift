// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Launching
import Testing

@Suite("The environment that a program is started with")
struct ProgramEnvironmentTests {
    private func environment(_ entries: [String]) -> ProgramEnvironment {
        ProgramEnvironment(entries.map { Array($0.utf8) })
    }

    @Test("Every entry of a name goes, those that are there twice too; what only begins like it stays")
    func replacing() {
        var variables = environment(["A=1", "TOR_X=a", "TOR_XY=b", "TOR_X=c", "Z=TOR_X=d", "TOR_X"])
        variables.replace(["TOR_X"], with: [("A", "2")])
        #expect(variables == environment(["TOR_XY=b", "Z=TOR_X=d", "TOR_X", "A=2"]))
    }

    @Test("What is no UTF-8 is passed on byte by byte")
    func bytes() {
        var variables = ProgramEnvironment([[0x42, 0x3D, 0xFF, 0xFE]])
        variables.replace(["A"], with: [("A", "ä")])
        #expect(variables.entries == [[0x42, 0x3D, 0xFF, 0xFE], Array("A=ä".utf8)])
    }

    @Test("The first value counts, as for getenv")
    func lookUp() {
        #expect(environment(["PATHS=x", "PATH=/a", "PATH=/b"])["PATH"] == "/a")
        #expect(environment(["PATHS=x"])["PATH"] == nil)
    }
}
