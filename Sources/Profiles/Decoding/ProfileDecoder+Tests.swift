// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import YAML

extension ProfileDecoder {
    /// Checks the shape of `tests`; what they expect is no part of a policy.
    mutating func checkTests(_ node: Node) {
        for node in list(node, "`tests`") ?? [] {
            guard let entries = entries(of: node, as: TestKey.self) else { continue }
            for (key, entry) in entries { checkTest(key, entry.value) }
            checkShape(Set(entries.map(\.0)), at: node.mark)
        }
    }

    private mutating func checkTest(_ key: TestKey, _ node: Node) {
        switch key {
        case .send, .forwards, .event:
            _ = text(node, "`\(key.rawValue)`")
        case .expect:
            word(node, "`expect`", of: ["forward", "rewrite", "answer", "filter"])
        case .reply, .gives:
            _ = texts(list(node, "`\(key.rawValue)`") ?? [], "a line of `\(key.rawValue)`")
        case .client:
            for (key, entry) in entries(of: node, as: TestClientKey.self) ?? [] {
                _ = text(entry.value, "`\(key.rawValue)`")
            }
        }
    }

    /// A test sends a command and says what becomes of it or of a reply to it, or has an event and says what it comes to.
    private mutating func checkShape(_ keys: Set<TestKey>, at mark: Mark) {
        let problem: String? =
            switch (keys.contains(.send), keys.contains(.event)) {
            case (false, false): "a test needs a `send` or an `event`"
            case (true, true): "a test has either a `send` or an `event`"
            case (true, false):
                if keys.contains(.reply) != keys.contains(.gives) {
                    "`reply` and `gives` go together"
                } else if keys.isDisjoint(with: [.expect, .forwards, .gives]) {
                    "a test with `send` needs `expect`, `forwards`, or `reply` with `gives`"
                } else {
                    nil
                }
            case (false, true):
                if !keys.isDisjoint(with: [.expect, .forwards, .reply]) {
                    "a test with `event` has nothing but `gives` and `client` beside it"
                } else if !keys.contains(.gives) {
                    "a test with `event` needs `gives`"
                } else {
                    nil
                }
            }
        if let problem { findings.error(problem, at: mark) }
    }
}
