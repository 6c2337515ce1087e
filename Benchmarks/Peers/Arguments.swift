// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The command line: words, then options that each have a value.
struct Arguments {
    private var words: [String] = []
    private var options: [(name: String, value: String)] = []

    init(_ arguments: some Collection<String>) throws(Failure) {
        var name: String?
        for argument in arguments {
            if let option = name {
                options.append((option, argument))
                name = nil
            } else if argument.hasPrefix("--") {
                name = argument
            } else {
                words.append(argument)
            }
        }
        if let name { throw Failure("\(name) needs a value") }
    }

    mutating func takeWord() -> String? { words.isEmpty ? nil : words.removeFirst() }

    /// All values of an option, in their order.
    mutating func takeAll(_ name: String) -> [String] {
        let values = options.filter { $0.name == name }.map(\.value)
        options.removeAll { $0.name == name }
        return values
    }

    /// The last value of an option; nil if it is not given.
    mutating func take(_ name: String) -> String? { takeAll(name).last }

    mutating func take<Number: LosslessStringConvertible>(
        _ name: String,
        default number: Number
    ) throws(Failure) -> Number {
        guard let text = take(name) else { return number }
        guard let value = Number(text) else { throw Failure("\(name) is no number: \(text)") }
        return value
    }

    /// What was not taken is a mistake.
    func expectEnd() throws(Failure) {
        guard let unknown = words.first ?? options.first?.name else { return }
        throw Failure("unknown argument: \(unknown)")
    }
}
