// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import CLinux
import NIOCore

/// Gives back what only a busy time needed: reading the profiles, or many sessions at once. A filter that waits for years should keep
/// neither the code of that in memory nor what it left free on the heap. What is needed again comes back page by page, from the program's
/// own file.
final class SpareMemory {
    /// Long enough for what a busy time entails to be over, such as asking tor; and for connections that linger, which hold memory
    /// until then.
    private static let delay = ClientHandler.Farewell.patience + TimeAmount.seconds(1)

    private let loop: any EventLoop
    private var isDue = false
    private var ebb = SessionEbb()

    init(on loop: any EventLoop) { self.loop = loop }

    func profilesWereRead() { giveBackSoon() }

    func sessionsChanged(to count: Int) {
        if ebb.sessionsChanged(to: count) { giveBackSoon() }
    }

    private func giveBackSoon() {
        guard !isDue else { return }
        isDue = true
        ebb.willGiveBack()
        loop.assumeIsolated().scheduleTask(in: Self.delay) {
            self.isDue = false
            clinux_trim_heap()
            // It only saves memory: nothing depends on it.
            _ = clinux_release_program_text()
            if self.ebb.gaveBack() { self.giveBackSoon() }
        }
    }
}
