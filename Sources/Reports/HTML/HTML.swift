// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A piece of a page. There is no way to make one of a string but as text: names of elements and attributes, and the style sheet, are
/// literals of this program, and whatever else there is goes in escaped.
struct HTML: Sendable {
    private(set) var source: String

    private init(source: String) { self.source = source }

    /// Nothing.
    static let none = Self(source: "")

    /// Text, with what does not show as escapes that do, and nothing that a browser would read as anything else.
    init(_ text: String) { source = Self.escaped(ShownText.escaped(text)) }

    /// What this program says itself, as it stands here: the style sheet, the first line.
    init(verbatim text: StaticString) { source = text.description }

    /// An element that has an end.
    init(_ name: StaticString, _ attributes: Attributes, _ contents: [HTML]) {
        source = "<\(name)\(attributes.source)>" + contents.lazy.map(\.source).joined() + "</\(name)>"
    }

    init(_ name: StaticString, _ attributes: Attributes, _ text: String) {
        self.init(name, attributes, [HTML(text)])
    }

    init(_ name: StaticString, _ contents: [HTML]) { self.init(name, [:], contents) }

    init(_ name: StaticString, _ text: String) { self.init(name, [:], text) }

    /// An element that is empty, and has no end.
    static func void(_ name: StaticString, _ attributes: Attributes) -> Self {
        Self(source: "<\(name)\(attributes.source)>")
    }

    /// Begins on a line of its own, so that the page can be read and compared by lines.
    var onItsOwnLine: Self { Self(source: "\n" + source) }

    fileprivate static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Attributes in their order; a value is text, too. Those without one are left out.
    struct Attributes: ExpressibleByDictionaryLiteral, Sendable {
        fileprivate let source: String

        init(dictionaryLiteral elements: (StaticString, String?)...) {
            source = elements.map { name, value in
                value.map { " \(name)=\"\(HTML.escaped(ShownText.escaped($0)))\"" } ?? ""
            }.joined()
        }
    }
}
