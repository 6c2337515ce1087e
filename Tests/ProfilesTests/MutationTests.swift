// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import Profiles
import Testing

/// Denials and replacements stand before their patterns, so that no beginning of the file says more than the whole.
private let valid = """
    - name: guarded
      hosts: ['10.152.152.11']
      apparmor-profiles: ['app']
      exe-paths: ['/usr/bin/app']
      users: ['alice']
      groups: ['onions']
      units: ['app.service']
      tor-browser-mode: false
      commands:
        GETINFO:
          - {deny: true, pattern: 'address'}
          - replacement: 'version'
            pattern: 'a.*'
          - answer: ['250-x=1', '250 OK']
            pattern: 'ad.*'
          - response: [{replacement: '{}', pattern: '(.*)'}]
            else: drop
            pattern: 'version'
      confs: {UseBridges: ['0', '1']}
      events: {HS_DESC: {suppress: true}}

    """

/// SplitMix64, so that a failure can be repeated.
private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

@Suite struct MutationTests {
    /// Clients that miss one of the qualifiers each.
    private static let strangers: [Client] = {
        var others = [Client](repeating: .local, count: 5)
        others[0].executable = "/usr/bin/other"
        others[1].label = Client.SecurityLabel(name: "other", mode: "enforce")
        others[2].groups = []
        others[3].unit = .system("other.service")
        others[4].user = Client.Account(id: 1001, name: "bob")
        return others
    }()

    private func allowsNothingNew(_ text: String) -> Bool {
        let loaded = load(text)
        let reachesTor = [Client.remote, .local].contains {
            loaded.outcome("GETINFO address", from: $0) == "GETINFO address"
        }
        let servesStrangers = Self.strangers.contains { loaded.outcome("GETINFO version", from: $0) != "filter" }
        return !reachesTor && !servesStrangers
    }

    @Test("the profile that is mutated is valid and in use")
    func base() {
        let loaded = load(valid)
        #expect(loaded.diagnostics.isEmpty)
        #expect(loaded.outcome("GETINFO version") == "GETINFO version")
        #expect(loaded.outcome("GETINFO version", from: .local) == "GETINFO version")
        #expect(allowsNothingNew(valid))
    }

    @Test("a file that is cut off allows nothing new")
    func truncated() {
        for count in 0...valid.utf8.count {
            #expect(
                allowsNothingNew(String(decoding: valid.utf8.prefix(count), as: UTF8.self)), "cut after \(count) bytes")
        }
    }

    @Test("a slip in the spelling of a key allows nothing new")
    func misspelt() {
        let bytes = Array(valid.utf8)
        for (index, byte) in bytes.enumerated() where Self.isInKey(index, bytes) {
            var slips = [bytes, bytes, bytes, bytes]
            slips[0].remove(at: index)
            slips[1].insert(byte, at: index)
            slips[2][index] = UInt8(ascii: "q")
            if Self.isInKey(index + 1, bytes) { slips[3].swapAt(index, index + 1) }
            for slip in slips {
                let text = String(decoding: slip, as: UTF8.self)
                #expect(allowsNothingNew(text), "\(text)")
            }
        }
    }

    @Test("no bytes can make the loader crash, and no broken file is used")
    func random() {
        var dice = Dice(state: 1)
        for _ in 0..<2000 {
            var bytes = Array(valid.utf8)
            for _ in 0..<Int.random(in: 1...6, using: &dice) {
                let index = Int.random(in: 0..<bytes.count, using: &dice)
                switch Int.random(in: 0..<4, using: &dice) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &dice)
                case 1: bytes.remove(at: index)
                case 2:
                    bytes.insert(Array("{}[]:-#&*!|>'\"\\%@\n\t ,?".utf8).randomElement(using: &dice) ?? 0, at: index)
                default: bytes.insert(contentsOf: bytes[index..<min(index + 20, bytes.count)], at: index)
                }
            }
            let file = SourceFile(path: "a.yml", name: "a.yml", content: .bytes(bytes))
            let loaded = ProfileLoader().load([file])
            let renderer = DiagnosticRenderer(sources: loaded.sources)
            for diagnostic in loaded.diagnostics { #expect(!renderer.render(diagnostic).isEmpty) }
            if loaded.count(of: .error) > 0 { #expect(loaded.profileCount == 0) }
        }
    }

    /// Whether the byte belongs to a word with a colon behind it.
    private static func isInKey(_ index: Int, _ bytes: [UInt8]) -> Bool {
        func isWord(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard bytes.indices.contains(index), isWord(bytes[index]) else { return false }
        let rest = bytes[index...].drop(while: isWord)
        return rest.starts(with: ": ".utf8) || rest.starts(with: ":\n".utf8)
    }
}
