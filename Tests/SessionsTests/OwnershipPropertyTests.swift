// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Sessions
import TestSupport
import Testing

/// Whatever tor says, and in whatever order: a session is shown what is its own, all of it, and nothing else.
@Suite struct OwnershipPropertyTests {
    private static let mine = String(repeating: "a", count: 55) + "d"
    private static let theirs = String(repeating: "b", count: 55) + "d"

    private static let keys = """
        commands:
          ADD_ONION: ['.*']
          GETINFO: [{pattern: '(circuit|stream)-status|onions/(current|detached)', own: true}]
          CLOSECIRCUIT: [{pattern: '.*', own: true}]
          CLOSESTREAM: [{pattern: '.*', own: true}]
        events:
          STREAM: {own: true}
          CIRC: {own: true}
          CIRC_MINOR: {own: true}
          HS_DESC: {own: true}
          HS_DESC_CONTENT: {own: true}
        """

    /// A client whose streams come from these addresses.
    private struct Applicant: Sendable, CustomTestStringConvertible {
        let client: Client
        let sources: [String]
        let testDescription: String
    }

    private static let applicants: [Applicant] = [
        Applicant(
            client: Client(transport: .remote(IPAddress("10.152.152.11") ?? .loopback, port: 40_000)),
            sources: ["10.152.152.11:1", "10.152.152.11:2", "[::ffff:10.152.152.11]:3"],
            testDescription: "remote"
        ),
        Applicant(client: TestPolicies.client, sources: ["127.0.0.1:1", "[::1]:2"], testDescription: "local"),
    ]

    private static let othersSources = [
        "10.152.152.12:1", "127.0.0.1:3", "127.0.0.2:1", "[::1]:1", "(Tor_internal):0", "unix:/run/a",
    ]

    private func stage(_ applicant: Applicant, _ more: String = "") throws -> Stage {
        var stage = Stage(
            policy: try TestPolicies.policy(Self.keys + more),
            client: applicant.client,
            sources: Set(applicant.sources)
        )
        stage.authenticate()
        stage.torSends("250 OK", "250-stream-status=9 SUCCEEDED 4 old:80", "250 OK", "250-circuit-status=", "250 OK")
        stage.clientSends("SETEVENTS STREAM CIRC\(more.isEmpty ? " CIRC_MINOR HS_DESC HS_DESC_CONTENT" : "")")
        stage.torSends("250 OK")
        stage.toClient = []
        stage.toTor = []
        return stage
    }

    /// Any event with any of a few numbers: tor uses them again, leaves out ends, and names what never began.
    private static func event(_ random: inout SplitMix64, _ applicant: Applicant) -> String {
        let stream = random.int(1...4)
        let circuit = random.int(0...4)
        switch random.int(0...9) {
        case 0...2:
            let source = random.pick(random.bool() ? applicant.sources : othersSources)
            return "STREAM \(stream) \(random.pick(["NEW", "NEWRESOLVE"])) 0 a:80 SOURCE_ADDR=\(source) PURPOSE=USER"
        case 3...6:
            let status = random.pick([
                "SENTCONNECT", "SENTRESOLVE", "REMAP", "SUCCEEDED", "FAILED", "CLOSED", "DETACHED", "XOFF_SENT",
            ])
            return "STREAM \(stream) \(status) \(circuit) a:80"
        case 7, 8:
            let status = random.pick(["LAUNCHED", "BUILT", "EXTENDED", "FAILED", "CLOSED", "GUARD_WAIT"])
            return "CIRC \(max(circuit, 1)) \(status) $A~a PURPOSE=GENERAL"
        default:
            return "CIRC_MINOR \(max(circuit, 1)) PURPOSE_CHANGED $A~a"
        }
    }

    @Test(arguments: applicants, seeds(150))
    private func `events are delivered that are about one's own, and no others`(applicant: Applicant, seed: UInt64)
        throws
    {
        var random = SplitMix64(seed: seed)
        var stage = try stage(applicant)
        var history = OwnershipHistory(mySources: Set(applicant.sources.map { $0[...] }))
        for _ in 0..<120 {
            let event = Self.event(&random, applicant)
            history.append(event)
            stage.torSends("650 \(event)")
            let expected = history.isLastMine ? "650 \(event)\r\n" : ""
            #expect(String(decoding: stage.toClient, as: UTF8.self) == expected, "\(event)")
            stage.toClient = []
            guard random.int(0...9) == 0 else { continue }
            try ask(&stage, &random, history)
        }
        #expect(stage.closed == nil)
    }

    /// The lists of streams and circuits, in either form, and commands about one of them.
    private func ask(_ stage: inout Stage, _ random: inout SplitMix64, _ history: OwnershipHistory) throws {
        let isStreams = random.bool()
        let key = isStreams ? "stream-status" : "circuit-status"
        let ids = (1...4).filter { _ in random.bool() }
        let lines = ids.map { isStreams ? "\($0) SUCCEEDED 1 a:80" : "\($0) BUILT $A~a" }
        let own = ids.indices.filter { index in
            let id = "\(ids[index])"[...]
            return isStreams ? history.ownsStream(id) : history.ownsCircuit(id)
        }.map { lines[$0] }
        stage.clientSends("GETINFO \(key)")
        stage.torSends(Array(Self.reply(key, lines).utf8))
        #expect(String(decoding: stage.toClient, as: UTF8.self) == Self.reply(key, own))
        stage.toClient = []
        stage.toTor = []

        let id = random.int(1...4)
        stage.clientSends("CLOSESTREAM \(id) 1")
        if history.ownsStream("\(id)") {
            #expect(String(decoding: stage.toTor, as: UTF8.self) == "CLOSESTREAM \(id) 1\r\n")
            stage.torSends("250 OK")
        } else {
            #expect(stage.toTor.isEmpty)
        }
        stage.clientSends("CLOSECIRCUIT \(id)")
        if !history.ownsCircuit("\(id)") { #expect(!String(decoding: stage.toTor, as: UTF8.self).contains("CIRCUIT")) }
        if String(decoding: stage.toTor, as: UTF8.self).contains("CIRCUIT") { stage.torSends("250 OK") }
        stage.toClient = []
        stage.toTor = []
    }

    /// As tor writes it: a data block only for several lines.
    private static func reply(_ key: String, _ lines: [String]) -> String {
        let value =
            lines.count > 1
            ? "250+\(key)=\r\n" + lines.map { $0 + "\r\n" }.joined() + ".\r\n" : "250-\(key)=\(lines.first ?? "")\r\n"
        return value + "250 OK\r\n"
    }

    @Test(arguments: applicants, seeds(150))
    private func `in tor-browser-mode no circuit is heard of but that a shown one is closed`(
        applicant: Applicant,
        seed: UInt64
    ) throws {
        var random = SplitMix64(seed: seed)
        var stage = try stage(applicant, "\ntor-browser-mode: true")
        var history = OwnershipHistory(mySources: Set(applicant.sources.map { $0[...] }))
        var named: Set<Substring> = []
        for _ in 0..<120 {
            let event = Self.event(&random, applicant)
            let words = event.split(separator: " ")
            let wasNamed = named.contains(words[1])
            history.append(event)
            stage.torSends("650 \(event)")
            let got = String(decoding: stage.toClient, as: UTF8.self)
            stage.toClient = []
            switch words[0] {
            case "STREAM":
                #expect(got == (history.isLastMine ? "650 \(event)\r\n" : ""))
                if !got.isEmpty { named.insert(words[3]) }
            case "CIRC":
                let isEnd = words[2] == "CLOSED" && history.isLastMine && wasNamed
                #expect(got == (isEnd ? "650 CIRC \(words[1]) CLOSED\r\n" : ""), "\(event)")
                if ["LAUNCHED", "CLOSED"].contains(words[2]) { named.remove(words[1]) }
            default:
                #expect(got.isEmpty)
            }
        }
    }

    // MARK: Services

    @Test(arguments: seeds(200))
    func `no address but one's own is heard of`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var stage = try stage(Self.applicants[1])
        var isMade = false
        for _ in 0..<60 {
            if random.int(0...20) == 0, !isMade {
                isMade = true
                stage.clientSends("ADD_ONION NEW:BEST Port=80,127.0.0.1:17600")
                stage.torSends("250-ServiceID=\(Self.mine)", "250 OK")
                stage.toClient = []
            }
            let address = random.pick([Self.mine, Self.theirs, Self.mine.uppercased()])
            let action = random.pick(["REQUESTED", "RECEIVED", "FAILED", "CREATED", "UPLOAD", "UPLOADED", "IGNORE"])
            stage.torSends("650 HS_DESC \(action) \(address) UNKNOWN \(random.pick(["$A", "$B", "UNKNOWN"])) d")
            if random.bool() { stage.torSends("650+HS_DESC_CONTENT \(address) d $A", "text", ".", "650 OK") }
            let got = String(decoding: stage.toClient, as: UTF8.self)
            #expect(!got.contains(Self.theirs) && !got.contains("RECEIVED") && !got.contains("REQUESTED"))
            if !isMade { #expect(got.isEmpty) }
            if isMade, address != Self.theirs, ["CREATED", "UPLOAD", "UPLOADED"].contains(action) {
                #expect(got.contains(action))
            }
            stage.toClient = []
        }
    }

    // MARK: Whatever bytes

    private static let pieces = [
        "650 STREAM ", "650 CIRC ", "650 HS_DESC ", "650+HS_DESC_CONTENT ", "650-STREAM ", "650 OK\r\n", "\r\n",
        ".\r\n", "1 ",
        "2 ", "NEW ", "SUCCEEDED ", "CLOSED ", "0 ", "5 ", "a:80 ", "SOURCE_ADDR=10.152.152.12:1 ", "SOURCE_ADDR= ",
        "UPLOAD ",
        theirs + " ", "$A ", "\u{0}", "250 OK\r\n", "UNKNOWN ",
    ]

    @Test(arguments: applicants, seeds(300))
    private func `no bytes of tor's show what is nobody's own`(applicant: Applicant, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var stage = try stage(applicant)
        for _ in 0..<40 { stage.torSends(Array(random.text(1...12, of: Self.pieces).utf8)) }
        #expect(stage.toClient.isEmpty)
        #expect(stage.actionsAfterClose == 0)
    }
}
