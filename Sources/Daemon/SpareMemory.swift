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
    private var sessionCount = 0
    /// The most sessions since it was given back last.
    private var peak = 0

    init(on loop: any EventLoop) { self.loop = loop }

    func profilesWereRead() { giveBackSoon() }

    /// Where sessions come and go all the time it is not worth it; when half of them have gone it is.
    func sessionsChanged(to count: Int) {
        sessionCount = count
        peak = max(peak, count)
        if count <= peak / 2, peak > 0 { giveBackSoon() }
    }

    private func giveBackSoon() {
        guard !isDue else { return }
        isDue = true
        loop.assumeIsolated().scheduleTask(in: Self.delay) {
            self.isDue = false
            self.peak = self.sessionCount
            clinux_trim_heap()
            // It only saves memory: nothing depends on it.
            _ = clinux_release_program_text()
        }
    }
}
