// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Puts nodes together from events, and keeps the bounds.
struct Composer: ~Copyable {
    /// A finished node that an alias may stand for.
    private struct Anchored {
        var node: Node
        /// Nodes in it, itself included.
        var count: Int
        /// Collections inside each other in it, itself included.
        var height: Int
    }

    private var source: SourceText
    private var events: EventStream
    private var count = 0
    private var depth = 0
    /// The deepest that the node being composed has come.
    private var deepest = 0
    private var anchors: [String: Anchored] = [:]
    /// Anchors whose nodes have begun and not ended.
    private var openAnchors: Set<String> = []
    /// Keys that their mappings have already.
    private(set) var repetitions: [YAMLError] = []

    init(source: SourceText, events: consuming EventStream) {
        self.source = source
        self.events = events
    }

    mutating func composeStream() throws(YAMLError) -> [Node] {
        var roots: [Node] = []
        while true {
            switch try events.next().kind {
            case .streamStart, .documentEnd:
                continue
            case .documentStart:
                anchors = [:]
                roots.append(try compose(try events.next()))
            default:
                return roots
            }
        }
    }

    private mutating func compose(_ event: Event) throws(YAMLError) -> Node {
        switch event.kind {
        case .alias(let name):
            return try resolve(name, at: event)
        case .scalar(let properties, let text, let style):
            return try anchored(properties, at: event) { composer throws(YAMLError) in
                try composer.composeScalar(text: text, style: style, properties: properties, at: event)
            }
        case .sequenceStart(let properties, let isFlow):
            try Self.check(properties.tag, is: .seq, at: event.mark)
            return try anchored(properties, at: event) { composer throws(YAMLError) in
                try composer.nested(at: event) { composer throws(YAMLError) in
                    try composer.composeSequence(isFlow: isFlow, at: event)
                }
            }
        case .mappingStart(let properties, let isFlow):
            try Self.check(properties.tag, is: .map, at: event.mark)
            return try anchored(properties, at: event) { composer throws(YAMLError) in
                try composer.nested(at: event) { composer throws(YAMLError) in
                    try composer.composeMapping(isFlow: isFlow, at: event)
                }
            }
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw YAMLError(message: "a value is missing", mark: event.mark)
        }
    }

    private mutating func composeScalar(
        text: String, style: Scalar.Style, properties: Event.Properties, at event: Event
    ) throws(YAMLError) -> Node {
        try countNodes(1, at: event.mark)
        if let tag = properties.tag {
            guard let core = CoreTag(rawValue: tag), core.accepts(Scalar.plainType(of: text)) else {
                throw Self.refusal(of: tag, for: "a scalar", at: event.mark)
            }
        }
        let isBare = properties.tag == nil && properties.anchor == nil
        let place = isBare ? event.mark : source.markAfterProperties(from: event.mark, upTo: event.end)
        let scalar = Scalar(
            text: text,
            style: style,
            tag: properties.tag,
            textMark: source.textMark(of: style, at: place),
            lastLine: event.end.line
        )
        return Node(content: .scalar(scalar), mark: event.mark, end: event.end)
    }

    private mutating func composeSequence(isFlow: Bool, at start: Event) throws(YAMLError) -> Node {
        var nodes: [Node] = []
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind {
                let end = isFlow ? event.end : nodes.last?.end ?? start.end
                return Node(content: .sequence(nodes), mark: start.mark, end: end)
            }
            nodes.append(try compose(event))
        }
    }

    private mutating func composeMapping(isFlow: Bool, at start: Event) throws(YAMLError) -> Node {
        var entries: [Entry] = []
        var known = KnownKeys()
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind {
                let end = isFlow ? event.end : entries.last?.value.end ?? start.end
                return Node(content: .mapping(entries), mark: start.mark, end: end)
            }
            let key = try compose(event)
            guard let scalar = key.scalar else {
                throw YAMLError(
                    message: "a key must be a scalar",
                    mark: key.mark,
                    hint: "put a key that begins with `[` or `{` into quotes"
                )
            }
            guard scalar.plainType != .merge else {
                throw YAMLError(
                    message: "merge keys (`<<`) are not read",
                    mark: key.mark,
                    hint: "write the entries out"
                )
            }
            let value = try compose(try events.next())
            if let first = known.index(of: scalar.text, in: entries) {
                let line = entries[first].key.mark.line
                repetitions.append(
                    YAMLError(
                        message: "the key `\(scalar.text)` is here a second time; the first is on line \(line)",
                        mark: key.mark,
                        hint: "put everything under one of them"
                    )
                )
                continue
            }
            entries.append(Entry(key: key, value: value))
        }
    }

    /// Runs `body` one collection further down.
    private mutating func nested(
        at event: Event, _ body: (inout Composer) throws(YAMLError) -> Node
    ) throws(YAMLError) -> Node {
        try countNodes(1, at: event.mark)
        try descend(1, at: event.mark)
        depth += 1
        defer { depth -= 1 }
        return try body(&self)
    }

    private mutating func descend(_ levels: Int, at mark: Mark) throws(YAMLError) {
        deepest = max(deepest, depth + levels)
        guard depth + levels <= YAMLLimits.depth else {
            throw YAMLError(message: "more than \(YAMLLimits.depth) lists and mappings inside each other", mark: mark)
        }
    }

    private mutating func countNodes(_ added: Int, at mark: Mark) throws(YAMLError) {
        count += added
        guard count <= YAMLLimits.nodes else {
            throw YAMLError(
                message: "more than \(YAMLLimits.nodes) values, aliases counted as what they stand for",
                mark: mark
            )
        }
    }

    /// Runs `body`, and keeps what it makes under the anchor if there is one.
    private mutating func anchored(
        _ properties: Event.Properties, at event: Event, _ body: (inout Composer) throws(YAMLError) -> Node
    ) throws(YAMLError) -> Node {
        guard let name = properties.anchor else { return try body(&self) }
        if let first = anchors[name] {
            throw YAMLError(
                message: "the anchor `&\(name)` is here a second time; the first is on line \(first.node.mark.line)",
                mark: event.mark,
                hint: "give it another name"
            )
        }
        guard openAnchors.insert(name).inserted else {
            throw YAMLError(message: "the anchor `&\(name)` stands inside itself", mark: event.mark)
        }
        let before = count
        let outerDeepest = deepest
        deepest = depth
        let node = try body(&self)
        openAnchors.remove(name)
        anchors[name] = Anchored(node: node, count: count - before, height: deepest - depth)
        deepest = max(deepest, outerDeepest)
        return node
    }

    private mutating func resolve(_ name: String, at event: Event) throws(YAMLError) -> Node {
        guard !openAnchors.contains(name) else {
            throw YAMLError(message: "the alias `*\(name)` stands inside what it stands for", mark: event.mark)
        }
        guard let anchored = anchors[name] else {
            throw YAMLError(
                message: "the alias `*\(name)` has no anchor `&\(name)` before it",
                mark: event.mark,
                hint: "put a value that begins with `*` into quotes"
            )
        }
        try countNodes(anchored.count, at: event.mark)
        try descend(anchored.height, at: event.mark)
        return Node(content: anchored.node.content, mark: event.mark, end: event.end)
    }

    private static func check(_ tag: String?, is expected: CoreTag, at mark: Mark) throws(YAMLError) {
        guard let tag, tag != expected.rawValue else { return }
        throw refusal(of: tag, for: expected == .seq ? "a list" : "a mapping", at: mark)
    }

    private static func refusal(of tag: String, for kind: String, at mark: Mark) -> YAMLError {
        guard let core = CoreTag(rawValue: tag) else {
            return YAMLError(message: "the tag `\(tag)` is not read", mark: mark, hint: "leave the tag out")
        }
        return YAMLError(
            message: "the tag `\(core.shorthand)` does not fit \(kind) like this one",
            mark: mark,
            hint: "leave the tag out"
        )
    }
}
