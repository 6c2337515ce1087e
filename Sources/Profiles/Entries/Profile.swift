// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import YAML

/// A profile as it is written: positions kept, nothing defaulted but its name.
struct Profile: Sendable {
    var name: String
    /// Where the name is written; nil if it is the file's.
    var nameMark: Mark?
    var mark: Mark
    var selector = ClientSelector()
    var sockets: [SocketEntry] = []
    /// The qualifiers as they are written.
    var qualifiers: [ProfileKey: QualifierEntry] = [:]
    /// Keys that are spelt as in older versions, with their places.
    var legacyKeys: [(spelling: String, key: ProfileKey, mark: Mark)] = []
    var commands: [CommandEntry] = []
    var onions: OnionsEntry?
    var confs: [ConfEntry] = []
    var events: [EventEntry] = []
    var isTorBrowserMode = false
    var complains = false
    var limits = LimitsEntry()
    var tests: [TestEntry] = []
}
