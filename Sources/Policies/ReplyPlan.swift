// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// What the reply to a forwarded command must look like, and what is rewritten in it.
package struct ReplyPlan: Sendable {
    /// The lines that tor gives to a command (control-spec section 3). A reply of another shape is no reply to it.
    package enum Shape: Hashable, Sendable {
        /// One end line and nothing else.
        case endLine
        /// A line or a data block for each key, in their order.
        case getInfo([String])
        /// Lines for each option, in their order; options that are asked for twice in a row stand once.
        case getConf([ConfOption])
        case addOnion
        /// As many lines as there were mappings.
        case mapAddress(Int)
        case onionClientAuthView
    }

    package var shape: Shape
    /// Applies to every line of the reply.
    package var whole: ReplyRewriting?
    /// Applies to the lines of the key or option at the same place; empty if no key has one.
    package var byKey: [ReplyRewriting?]
    /// What is left of the lines of the key at the same place, before anything is rewritten; empty if nothing is cut.
    package var cuts: [OwnershipCut?]

    package init(
        shape: Shape,
        whole: ReplyRewriting? = nil,
        byKey: [ReplyRewriting?] = [],
        cuts: [OwnershipCut?] = []
    ) {
        self.shape = shape
        self.whole = whole
        self.byKey = byKey
        self.cuts = cuts
    }

    /// The plan for a command that nothing rewrites.
    package init(for command: Command, rewriting: ReplyRewriting? = nil) {
        self.init(shape: Self.shape(of: command), whole: rewriting)
    }

    private static func shape(of command: Command) -> Shape {
        switch command.keyword {
        case .getInfo: .getInfo(GetInfo(arguments: command.arguments).keys)
        // A GETCONF that we cannot read to its last word gets no more than an error through.
        case .getConf: GetConf(arguments: command.arguments).map { .getConf(merged($0.options)) } ?? .endLine
        case .addOnion: .addOnion
        case .mapAddress: .mapAddress(max(1, command.arguments.wordCount))
        case .onionClientAuthView: .onionClientAuthView
        default: .endLine
        }
    }

    /// Options in a row for which tor's lines cannot be told apart, as one.
    package static func merged(_ options: [ConfOption]) -> [ConfOption] {
        options.reduce(into: []) { merged, option in
            if let last = merged.last, areAnsweredTogether(last, option) { return }
            merged.append(option)
        }
    }

    package static func areAnsweredTogether(_ one: ConfOption, _ other: ConfOption) -> Bool {
        one == other || one.isOnionService && other.isOnionService
    }

    /// Whether every line goes to the client as tor has sent it.
    package var changesNothing: Bool { whole == nil && byKey.allSatisfy { $0 == nil } && cuts.allSatisfy { $0 == nil } }

    package func cut(forKey index: Int?) -> OwnershipCut? {
        if shape == .onionClientAuthView { return cuts.first ?? nil }
        guard let index, cuts.indices.contains(index) else { return nil }
        return cuts[index]
    }

    package func rewriting(forKey index: Int?) -> ReplyRewriting? {
        if let whole { return whole }
        guard let index, byKey.indices.contains(index) else { return nil }
        return byKey[index]
    }
}
