// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Reads the file of one transcript; what it cannot read is an error with the line's number.
struct TranscriptParser {
    private var transcript: Transcript
    private var lines: ArraySlice<(offset: Int, element: Substring)>
    private let readProfile: (String) throws -> String

    /// - Parameter readProfile: the text of a file of `Tests/Transcripts/profiles`.
    static func parse(
        name: String, _ text: String, readProfile: @escaping (String) throws -> String
    ) throws -> Transcript {
        var parser = TranscriptParser(name: name, text, readProfile: readProfile)
        try parser.run()
        return parser.transcript
    }

    private init(name: String, _ text: String, readProfile: @escaping (String) throws -> String) {
        transcript = Transcript(name: name)
        lines = Array(text.split(separator: "\n", omittingEmptySubsequences: false).enumerated())[...]
        self.readProfile = readProfile
    }

    private mutating func run() throws {
        while let (offset, line) = lines.popFirst() {
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            do {
                if try takeHeader(line) { continue }
                transcript.steps.append(Transcript.Step(line: offset + 1, action: try action(line)))
            } catch let error as TranscriptError {
                throw TranscriptError(description: "\(transcript.name):\(offset + 1): \(error)")
            }
        }
    }

    private mutating func takeHeader(_ line: Substring) throws -> Bool {
        guard let colon = line.firstIndex(of: ":") else { return false }
        let value = String(line[line.index(after: colon)...].drop { $0 == " " })
        switch line[..<colon] {
        case "profile" where value == "|": transcript.profiles.append(takeBlock())
        case "profile": transcript.profiles.append(try readProfile(value))
        case "client": transcript.client = value
        case "options":
            guard let complaint = Transcript.Complaint(rawValue: value) else {
                throw TranscriptError(description: "no option: \(value)")
            }
            transcript.complaint = complaint
        case "listeners":
            guard let listeners = Transcript.Listeners(rawValue: value) else {
                throw TranscriptError(description: "listeners are not \(value)")
            }
            transcript.listeners = listeners
        case "own sources": transcript.sources = Set(value.split(separator: " ").map(String.init))
        case "credential": transcript.credential = value
        case "cookie": transcript.cookie = value
        case "not on the daemon": break
        case "tor":
            guard let part = Transcript.TorPart(rawValue: value) else {
                throw TranscriptError(description: "tor has no part \(value)")
            }
            transcript.tor = part
        default: return false
        }
        return true
    }

    private mutating func takeBlock() -> String {
        var block = ""
        while let (_, line) = lines.first, line.isEmpty || line.hasPrefix(" ") {
            lines.removeFirst()
            block += line + "\n"
        }
        return block
    }

    private func action(_ line: Substring) throws -> Transcript.Action {
        if let happening = Transcript.Happening(rawValue: String(line)) { return .happens(happening) }
        if let reason = Self.rest(of: line, behind: "closed: ") { return .closed(reason) }
        if let text = Self.rest(of: line, behind: "audit: ") { return .audit(text) }
        if let timer = Self.rest(of: line, behind: "timer: ") { return .fires(timer: timer) }
        let speaker = line.prefix(2)
        var text = line.dropFirst(2)
        let isRaw = text.first == speaker.last
        if isRaw { text = text.dropFirst() }
        guard text.isEmpty || text.first == " " else { throw TranscriptError(description: "not a line: \(line)") }
        let bytes = isRaw ? try Self.unescape(text.dropFirst()) : Array(text.dropFirst().utf8) + [0x0D, 0x0A]
        switch speaker {
        case "C>": return .clientSends(bytes)
        case "C<": return .clientGets(bytes)
        case "T>": return .torGets(bytes)
        case "T<": return .torSends(bytes)
        default: throw TranscriptError(description: "not a line: \(line)")
        }
    }

    private static func rest(of line: Substring, behind prefix: String) -> String? {
        line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : nil
    }

    /// `\r`, `\n`, `\t`, `\\`, `\xNN`, and `\*N(TEXT)` for the text N times.
    static func unescape(_ text: Substring) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text
        while let character = rest.popFirst() {
            guard character == "\\" else {
                bytes += Array(String(character).utf8)
                continue
            }
            switch rest.popFirst() {
            case "r": bytes.append(0x0D)
            case "n": bytes.append(0x0A)
            case "t": bytes.append(0x09)
            case "\\": bytes.append(0x5C)
            case "x":
                guard let byte = UInt8(rest.prefix(2), radix: 16) else {
                    throw TranscriptError(description: "no byte: \(rest.prefix(2))")
                }
                bytes.append(byte)
                rest = rest.dropFirst(2)
            case "*":
                let parts = rest.split(separator: "(", maxSplits: 1)
                guard parts.count == 2, let count = Int(parts[0]), let end = parts[1].firstIndex(of: ")") else {
                    throw TranscriptError(description: "no repetition: \(rest)")
                }
                let repeated = try unescape(parts[1][..<end])
                for _ in 0..<count { bytes += repeated }
                rest = parts[1][parts[1].index(after: end)...]
            default:
                throw TranscriptError(description: "no escape: \(rest)")
            }
        }
        return bytes
    }
}
