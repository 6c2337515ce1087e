// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Daemon

@Suite struct SessionEbbTests {
    /// What happens, in order: a number of sessions, `soon` for a time that it is made out, and `done`.
    private static let histories: [(history: String, asked: String)] = [
        ("1 2 3 4 3", ""), ("1 2 3 4 3 2", "2"), ("1 0", "0"), ("0", ""),
        // As many as there were come back: nothing is to be had.
        ("4 2 soon 3 4 done", "2"), ("4 2 soon 3 2 done 1", "2 2 1"),
        // Those that go meanwhile linger.
        ("100 50 soon 1 done", "50 1 done"), ("100 50 soon 1 done soon done", "50 1 done"),
        ("100 50 soon 30 done", "50 30"), ("100 50 soon 30 done 20", "50 30"), ("100 50 soon 30 done 15", "50 30 15"),
        ("100 50 soon 0 done soon done", "50 0 done"), ("2 1 soon 0 done soon done", "1 0 done"),
        // Coming and going.
        ("10 9 10 9 8 9 10", ""), ("soon done", ""),
    ]

    @Test(
        "What sessions left is given back once half of them have gone, and again if more went meanwhile",
        arguments: histories)
    func ebb(history: String, asked: String) {
        var ebb = SessionEbb()
        var answers: [Substring] = []
        for event in history.split(separator: " ") {
            switch event {
            case "soon": ebb.willGiveBack()
            case "done": if ebb.gaveBack() { answers.append(event) }
            default: if ebb.sessionsChanged(to: Int(event)!) { answers.append(event) }
            }
        }
        #expect(answers.joined(separator: " ") == asked)
    }
}
