// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
import YAML

extension ProfileDecoder {
    /// Reads what tests say; whether the profile keeps to it is for who plays them.
    mutating func decodeTests(_ node: Node) -> [TestEntry] {
        (list(node, "`tests`") ?? []).compactMap { decodeTest($0) }
    }

    private mutating func decodeTest(_ node: Node) -> TestEntry? {
        guard let written = entries(of: node, as: TestKey.self) else { return nil }
        let decision = written[.expect].flatMap { decodeDecision($0.value) }
        let forwards = written[.forwards].flatMap { line($0.value, "`forwards`") }
        let gives = written[.gives].map { lines($0.value, "`gives`") }
        let client = written[.client].flatMap { decodeTestClient($0.value) }
        let before = written[.before].map { decodeSteps($0.value) }
        let step = decodeStep(
            send: written[.send], reply: written[.reply], event: written[.event], own: written[.own], at: node.mark)
        checkExpectations(written, decision, at: node.mark)
        guard let step else { return nil }
        if case .command(let sent, _) = step.happening { compare(sent, decision, forwards) }
        return TestEntry(
            mark: node.mark,
            client: client,
            before: before ?? [],
            step: step,
            decision: decision,
            forwards: forwards,
            gives: gives
        )
    }

    // MARK: What happens

    private mutating func decodeSteps(_ node: Node) -> [TestStep] {
        (list(node, "`before`") ?? []).compactMap { node in
            guard let written = entries(of: node, as: TestStepKey.self) else { return nil }
            return decodeStep(
                send: written[.send], reply: written[.reply], event: written[.event], own: written[.own], at: node.mark)
        }
    }

    private mutating func decodeStep(
        send: Entry?,
        reply: Entry?,
        event: Entry?,
        own: Entry?,
        at mark: Mark
    ) -> TestStep? {
        let sent = send.flatMap { decodeCommand($0.value) }
        let answer = reply.map { lines($0.value, "`reply`") }
        let told = event.map { $0.value.sequence == nil ? lines([$0.value], "`event`") : lines($0.value, "`event`") }
        let isOwn = own.flatMap { bool($0.value, "`own`") } ?? false
        for (entry, what) in [(reply, "`reply`"), (event, "`event`")] {
            if let entry, entry.value.sequence?.isEmpty == true {
                findings.error("\(what) has no line", at: entry.value.mark)
            }
        }
        switch (send, event) {
        case (nil, nil):
            findings.error("a test, and a step before it, needs a `send` or an `event`", at: mark)
        case (.some, let event?):
            findings.error("`event` cannot stand beside `send`: one thing happens at a time", at: event.key.mark)
        case (.some, nil):
            if let own {
                findings.error(
                    "`own` says nothing of a command: it says of an `event` that its stream is the client's",
                    at: own.key.mark
                )
            }
            return sent.map { TestStep(mark: mark, happening: .command($0, reply: answer)) }
        case (nil, .some):
            if let reply { findings.error("`reply` says nothing of an `event`", at: reply.key.mark) }
            return told.map { TestStep(mark: mark, happening: .event($0, isOwn: isOwn)) }
        }
        return nil
    }

    private mutating func decodeCommand(_ node: Node) -> WrittenText? {
        guard let text = text(node, "`send`") else { return nil }
        guard !text.text.utf8.contains(.lineFeed) || WrittenCommand(text.text.utf8) != nil else {
            findings.error(
                "`send` has a line break in it, and a command is one line",
                at: text.mark,
                hint:
                    "only a command with a `+` before it has further lines: its data block, without the `.` at the end"
            )
            return nil
        }
        return text
    }

    private mutating func lines(_ node: Node, _ what: String) -> [WrittenText] { lines(list(node, what) ?? [], what) }

    private mutating func lines(_ nodes: [Node], _ what: String) -> [WrittenText] {
        nodes.compactMap { line($0, "a line of \(what)") }
    }

    private mutating func line(_ node: Node, _ what: @autoclosure () -> String) -> WrittenText? {
        guard let text = text(node, what()) else { return nil }
        guard !text.text.utf8.contains(where: { $0 == .lineFeed || $0 == .carriageReturn }) else {
            findings.error("\(what()) has a line break in it", at: text.mark, hint: "write each line by itself")
            return nil
        }
        return text
    }

    // MARK: Who sends it

    private mutating func decodeTestClient(_ node: Node) -> TestClient? {
        guard let entries = entries(of: node, as: TestClientKey.self) else { return nil }
        var client = TestClient(mark: node.mark)
        for (key, entry) in entries {
            let text = key == .socket ? socketName(entry.value) : text(entry.value, "`\(key.rawValue)`")
            switch key {
            case .host:
                client.host = text
                if let text, IPAddress(text.text) == nil {
                    findings.error("`\(Self.shortened(text.text))` is no address", at: text.mark)
                }
            case .user: client.user = text
            case .group: client.group = text
            case .appArmor: client.label = text
            case .executable: client.executable = text
            case .unit: client.unit = text
            case .socket: client.socket = text
            }
        }
        if entries.isEmpty { findings.error("`client` says nothing of the client", at: node.mark) }
        if entries.count > 1, let host = entries[.host] {
            findings.error("`host` is for a client from elsewhere: nothing else is known of it", at: host.key.mark)
        }
        return client
    }

    // MARK: What has to come of it

    private mutating func decodeDecision(_ node: Node) -> TestEntry.Decision? {
        word(node, "`expect`", of: TestEntry.Decision.allCases.map(\.rawValue))
        return node.scalar.flatMap { TestEntry.Decision(rawValue: $0.text) }
    }

    /// A test that expects nothing could not fail, and one that contradicts itself could not pass.
    private mutating func checkExpectations(
        _ written: WrittenEntries<TestKey>, _ decision: TestEntry.Decision?, at mark: Mark
    ) {
        func clash(_ key: TestKey, _ why: String) {
            if let entry = written[key] { findings.error("`\(key.rawValue)` \(why)", at: entry.key.mark) }
        }
        guard written.has(.send) else {
            guard written.has(.event) else { return }
            for key in [TestKey.expect, .forwards] { clash(key, "says nothing of an `event`: it has `gives`") }
            if !written.has(.gives) { findings.error("a test with `event` needs `gives`", at: mark) }
            return
        }
        guard !written.has(.event) else { return }
        if !written.has(.expect), !written.has(.forwards), !written.has(.gives) {
            findings.error("a test with `send` needs `expect`, `forwards` or `gives`", at: mark)
            return
        }
        let asksTor = written.has(.forwards) || decision == .forward || decision == .rewrite
        if let decision, [.answer, .filter].contains(decision) {
            for key in [TestKey.forwards, .reply] {
                clash(key, "contradicts `expect: \(decision.rawValue)`: tor gets nothing")
            }
        }
        if !written.has(.gives) {
            clash(.reply, "needs `gives` beside it, for what the client gets of it")
        } else if asksTor, !written.has(.reply) {
            clash(.gives, "needs `reply` beside it where tor is asked, for what tor says")
        }
    }

    /// `forward` is the command as it came, `rewrite` another.
    private mutating func compare(
        _ sent: WrittenText, _ decision: TestEntry.Decision?, _ forwards: WrittenText?
    ) {
        guard let forwards, let command = WrittenCommand(sent.text.utf8)?.command else { return }
        switch decision {
        case .forward where command.line != forwards.text:
            findings.error(
                "`forwards` contradicts `expect: forward`: it is not what `send` is",
                at: forwards.mark,
                hint: "write `expect: rewrite`, or nothing beside `forwards`"
            )
        case .rewrite where command.line == forwards.text:
            findings.error("`forwards` contradicts `expect: rewrite`: it is what `send` is", at: forwards.mark)
        default:
            break
        }
    }
}
