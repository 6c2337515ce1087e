// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import TestSupport
import Testing

@testable import Daemon

/// Where a path leads, and that nothing is said where that cannot be known.
@Suite struct RealPathTests {
    @Test func linksAreFollowed() throws {
        let directory = TemporaryDirectory()
        try #require(symlink("/", "\(directory.path)/link") == 0)
        #expect(RealPath.resolve("\(directory.path)/link") == "/")
        #expect(RealPath.resolve("\(directory.path)/link\(directory.path)") == directory.path)
    }

    @Test func whatIsNotThereStandsBehindItsDeepestDirectory() throws {
        let directory = TemporaryDirectory()
        try #require(symlink(directory.path, "\(directory.path)/link") == 0)
        #expect(RealPath.resolve("\(directory.path)/link/a/b") == "\(directory.path)/a/b")
        #expect(RealPath.resolve("/nothing-that-is-there/control") == "/nothing-that-is-there/control")
        #expect(RealPath.resolve("/") == "/")
    }

    @Test func whatCannotBeFollowedIsUnknown() throws {
        let directory = TemporaryDirectory()
        try #require(symlink("\(directory.path)/gone", "\(directory.path)/broken") == 0)
        try #require(symlink("loop", "\(directory.path)/loop") == 0)
        let file = open("\(directory.path)/file", O_CREAT | O_WRONLY, 0o600)
        try #require(file >= 0)
        close(file)
        for path in ["broken", "broken/a", "loop", "loop/a", "file/a"] {
            #expect(RealPath.resolve("\(directory.path)/\(path)") == nil, "\(path)")
        }
        #expect(RealPath.resolve("relative") == nil)
        #expect(RealPath.resolve("") == nil)
    }
}
