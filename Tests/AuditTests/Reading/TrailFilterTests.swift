// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Testing

@Suite struct TrailFilterTests {
    private static let time = Timestamp(microseconds: 1000)

    private static var record: TrailRecord {
        var record = TrailRecord(time: time, kind: .command)
        record.decision = .filter
        record.command = "GETINFO"
        record.profiles = ["onionshare", "newnym"]
        record.client = AuditedClient(transport: .socket)
        record.client?.uid = 1000
        record.client?.user = "amnesia"
        record.client?.executable = "/usr/bin/onionshare"
        record.client?.claimedExecutable = "/usr/bin/claimed"
        record.client?.label = "confined"
        record.client?.unit = "a.service"
        record.client?.socket = "own"
        record.client?.address = "::ffff:10.1.2.3"
        return record
    }

    @Test(arguments: [
        ("1000", true), ("amnesia", true), ("/usr/bin/onionshare", true), ("confined", true), ("a.service", true),
        ("own", true), ("10.1.2.3", true), ("10.1.0.0/16", true), ("*", true),
        ("/usr/bin/claimed", false), ("100", false), ("onionshare", false), ("10.1.2.4", false), ("10.2.0.0/16", false),
        ("", false), ("a.*", false),
    ])
    func `a client is found by anything that is known of it, whole`(text: String, isFound: Bool) {
        var filter = TrailFilter()
        filter.clients = [.init(text)]
        #expect(filter.takes(Self.record) == isFound)
        var unknown = Self.record
        unknown.client = nil
        #expect(!filter.takes(unknown))
    }

    @Test(arguments: [
        (Int64?.none, Int64?.none, true), (1000, nil, true), (1001, nil, false), (nil, 1000, false), (nil, 1001, true),
        (1000, 1001, true), (1000, 1000, false),
    ])
    func `a span holds its beginning and not its end`(since: Int64?, until: Int64?, isIn: Bool) {
        var filter = TrailFilter()
        filter.since = since.map { Timestamp(microseconds: $0) }
        filter.until = until.map { Timestamp(microseconds: $0) }
        #expect(filter.takes(Self.record) == isIn)
    }

    @Test func `each thing that is asked for must fit, by one of its values`() {
        var filter = TrailFilter()
        #expect(filter.takes(Self.record))
        filter.profiles = ["newnym", "other"]
        filter.decisions = [.answer, .filter]
        #expect(filter.takes(Self.record))
        filter.decisions = [.answer]
        #expect(!filter.takes(Self.record))
        filter.decisions = []
        filter.profiles = ["other"]
        #expect(!filter.takes(Self.record))
    }

    @Test func `what is no decision has none`() {
        var filter = TrailFilter()
        filter.decisions = [.filter]
        #expect(!filter.takes(TrailRecord(time: Self.time, kind: .torLost)))
    }
}
