// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Reads YAML 1.1 as PyYAML's `safe_load_all` does, less what a profile has no use for and would be misread by somebody:
/// merge keys, tags of one's own, keys that are no scalars, a key or an anchor twice, and characters that do not show.
package enum YAMLReader {
    /// The root node of each document: none for a stream that is empty or holds nothing but comments.
    ///
    /// Throws at the first place that cannot be used; nothing of such a stream is handed out.
    package static func read(_ bytes: [UInt8]) throws(YAMLError) -> [Node] {
        let (documents, repetitions) = try readThrough(bytes)
        if let first = repetitions.first { throw first }
        return documents
    }

    /// The same, but that keys which are there twice do not end it: of each the first is kept, and the others are named. Who
    /// calls this must not use a stream with any.
    package static func readThrough(
        _ bytes: [UInt8]
    ) throws(YAMLError) -> (documents: [Node], repetitions: [YAMLError]) {
        guard bytes.count <= YAMLLimits.inputSize else {
            throw YAMLError(
                message: "the file is larger than \(YAMLLimits.inputSize) bytes",
                mark: .start,
                hint: "split it into several files"
            )
        }
        let source = try SourceText(bytes)
        var composer = Composer(source: source, events: try EventStream(source))
        let documents = try composer.composeStream()
        return (documents, composer.repetitions)
    }
}
