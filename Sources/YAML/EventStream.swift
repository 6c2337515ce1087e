// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import CYAML

/// The owner of one libyaml parser: bytes in, events out.
struct EventStream: ~Copyable {
    /// On the heap, since libyaml keeps the address of the parser and of the bytes.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    /// libyaml takes the end of a stream for the beginning of one more line; no place of ours lies behind the text.
    private let limit: Mark

    init(_ source: SourceText) throws(YAMLError) {
        limit = source.end
        parser = .allocate(capacity: 1)
        input = .allocate(capacity: source.bytes.count)
        _ = input.initialize(from: source.bytes)
        guard yaml_parser_initialize(parser) == 1 else {
            input.deallocate()
            parser.deallocate()
            throw YAMLError(message: "out of memory", mark: .start)
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    mutating func next() throws(YAMLError) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw error() }
        defer { yaml_event_delete(&event) }
        return Event(event, limit: limit)
    }

    /// The next token instead of the next event, for who asks for nothing else; nil at the end.
    mutating func nextToken() throws(YAMLError) -> Token? {
        var token = yaml_token_t()
        guard yaml_parser_scan(parser, &token) == 1 else { throw error() }
        defer { yaml_token_delete(&token) }
        guard token.type != YAML_STREAM_END_TOKEN, token.type != YAML_NO_TOKEN else { return nil }
        let style = token.type == YAML_SCALAR_TOKEN ? token.data.scalar.style : YAML_ANY_SCALAR_STYLE
        return Token(
            mark: min(Mark(token.start_mark), limit),
            end: min(Mark(token.end_mark), limit),
            isBlockScalar: style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE
        )
    }

    private func error() -> YAMLError {
        let state = parser.pointee
        guard state.error != YAML_MEMORY_ERROR, let problem = state.problem else {
            return YAMLError(message: "out of memory", mark: .start)
        }
        let mark = min(Mark(state.problem_mark), limit)
        var message = String(cString: problem)
        if let context = state.context {
            message += " \(String(cString: context))"
            let place = min(Mark(state.context_mark), limit)
            if place != mark { message += " (line \(place.line), column \(place.column))" }
        }
        return YAMLError(message: message, mark: mark, hint: Self.hint(for: message))
    }

    /// What most often lies behind libyaml's more puzzling words.
    private static func hint(for message: String) -> String? {
        if message.hasPrefix("found character that cannot start any token") {
            "indent with blanks, not tabs, and put a value that begins with `@`, `%` or a backquote into quotes"
        } else if message.hasPrefix("mapping values are not allowed in this context") {
            "put a value that holds `: ` into quotes, and check the indentation"
        } else if message.hasPrefix("did not find expected alphabetic or numeric character") {
            "put a value that begins with `*` or `&` into quotes"
        } else if message.hasPrefix("found unknown escape character") {
            #"put regular expressions into single quotes, where `\` is a plain character"#
        } else if message.hasPrefix("did not find expected key") || message.hasPrefix("did not find expected '-'") {
            "check that the line is indented like its neighbours, and that quotes are closed"
        } else {
            nil
        }
    }
}

extension Mark {
    init(_ mark: yaml_mark_t) {
        self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
