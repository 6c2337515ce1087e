// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// One connection to the tor that is made up.
final class FakeSession {
    let descriptor: Int32
    /// The one service that it has, however often it asks for one.
    let service: String
    var input = LineReader()
    var output = Outbox()
    var isWritingWatched = false
    /// Whether it is inside the data block of a command.
    var isInData = false
    var isLeaving = false
    /// Whether it has subscribed to HS_DESC.
    var wantsEvents = false
    /// How often it may still be sent ``events``.
    var credit = 0
    /// ``FakeTor/eventsAtOnce`` of them about its service, half of uploads that begin and half of those that are done.
    private(set) lazy var events = Self.makeEvents(service)

    init(_ descriptor: Int32, number: Int) {
        self.descriptor = descriptor
        let letters = Array("abcdefghijklmnopqrstuvwxyz234567")
        let ending = stride(from: 15, through: 0, by: -5).map { letters[(number >> $0) & 31] }
        service = "bq3z5x4ru7kd6lvw2ohnfgt5ymaepcjs4x7q2vdl6wkufzri3oth" + String(ending)
    }

    private static func makeEvents(_ service: String) -> [UInt8] {
        let digits = Array("0123456789ABCDEF")
        var text = ""
        for number in 0..<FakeTor.eventsAtOnce / 2 {
            let directory = String((0..<40).map { digits[(number * 7 + $0 * 11 + 3) % 16] })
            let index = String((0..<64).map { digits[(number * 5 + $0 * 13 + 1) % 16] })
            let place = "\(service) UNKNOWN $\(directory)~relay\(number)"
            text += "650 HS_DESC UPLOAD \(place) jyvbnG5xGWxl0kTq0b8XeVYJHvfJPGXvKHIgyBlBuKs HSDIR_INDEX=\(index)\r\n"
            text += "650 HS_DESC UPLOADED \(place)\r\n"
        }
        return Array(text.utf8)
    }
}
