// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
import YAML

extension ProfileDecoder {
    /// A mapping of options, or a list of their names.
    mutating func decodeConfs(_ node: Node) -> [ConfEntry] {
        var entries: [ConfEntry] = []
        for (key, value) in keyed(node, "`confs`") {
            guard let text = text(key, "an option"), let option = decodeOption(text) else { continue }
            let values = value.flatMap { decodeConfValues($0, of: option) }
            if option.isPrefix { continue }
            if let index = entries.firstIndex(where: { $0.option == option }) {
                findings.warning(
                    .repeated,
                    "\(option) is on line \(entries[index].mark.line) already; what both allow is allowed",
                    at: text.mark,
                    hint: "put everything under one of them"
                )
                if let values { entries[index].values = (entries[index].values ?? []) + values }
                continue
            }
            entries.append(ConfEntry(option: option, mark: text.mark, values: values))
        }
        return entries
    }

    private mutating func decodeOption(_ text: WrittenText) -> ConfOption? {
        guard let option = ConfOption(text.text) else {
            findings.error("`\(Self.shortened(text.text))` is no name of an option", at: text.mark)
            return nil
        }
        switch option.standing {
        case .known:
            break
        case .prefix(let name):
            findings.warning(
                .doesNothing,
                "the entry does nothing: `\(text.text)` is the beginning of a name, and such are filtered",
                at: text.mark,
                hint: "write the whole name, as `\(name)`"
            )
        case .unknown:
            findings.warning(
                .unknownOption,
                "tor has no option `\(text.text)` that is known here",
                at: text.mark,
                hint: Spelling.nearest(to: text.text.asciiLowercased, among: ConfOption.knownNames)
                    .flatMap { ConfOption($0) }.map { "did you mean `\($0)`?" }
                    ?? "take it out; tor(1) has the names of options, and tor tells its own at `GETINFO config/names`"
            )
        }
        return option
    }

    private mutating func decodeConfValues(_ node: Node, of option: ConfOption) -> [WrittenText]? {
        guard node.scalar?.isNull != true else { return nil }
        return list(node, "the values of \(option)").map { texts($0, "a value of \(option)") }
    }
}
