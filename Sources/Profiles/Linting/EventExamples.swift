// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Events as tor 0.4.9 sends them.
enum EventExamples {
    static let logs: Set<String> = ["DEBUG", "INFO", "NOTICE", "WARN", "ERR"]

    /// Single lines that have something to tell; none if the event is not known here.
    static func lines(of name: String) -> [String] {
        switch name {
        case "HS_DESC":
            let service = Phrase.service
            let id = "x4Bo2P3Jzcwm3LLBj/CNc9ULjHcf2u6Ec4G7ZXBVD1o"
            return [
                "650 HS_DESC REQUESTED \(service) NO_AUTH \(Phrase.relay) \(id) HSDIR_INDEX=00",
                "650 HS_DESC RECEIVED \(service) NO_AUTH \(Phrase.relay) \(id)",
                "650 HS_DESC FAILED \(service) NO_AUTH \(Phrase.relay) \(id) REASON=NOT_FOUND",
                "650 HS_DESC CREATED \(service) UNKNOWN UNKNOWN \(id)",
                "650 HS_DESC UPLOAD \(service) UNKNOWN \(Phrase.relay) \(id) HSDIR_INDEX=00",
                "650 HS_DESC UPLOADED \(service) UNKNOWN \(Phrase.relay)",
            ]
        case "CIRC":
            return [
                "650 CIRC 5 LAUNCHED BUILD_FLAGS=NEED_CAPACITY PURPOSE=GENERAL TIME_CREATED=2026-11-21T11:00:00.000000",
                "650 CIRC 5 BUILT \(Phrase.relay) BUILD_FLAGS=NEED_CAPACITY PURPOSE=GENERAL",
            ]
        case "STREAM":
            return [
                "650 STREAM 9 NEW 0 example.com:443 SOURCE_ADDR=127.0.0.1:40000 PURPOSE=USER",
                "650 STREAM 9 SUCCEEDED 5 example.com:443",
            ]
        case "ORCONN":
            return ["650 ORCONN \(Phrase.relay) CONNECTED ID=3"]
        case "STATUS_CLIENT":
            return [
                "650 STATUS_CLIENT NOTICE CIRCUIT_ESTABLISHED",
                "650 STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY=\"Done\"",
                "650 STATUS_CLIENT WARN DANGEROUS_SOCKS PROTOCOL=SOCKS4 ADDRESS=192.0.2.7:80",
            ]
        case "STATUS_SERVER":
            return ["650 STATUS_SERVER NOTICE EXTERNAL_ADDRESS ADDRESS=203.0.113.7 METHOD=NS"]
        case "ADDRMAP":
            return ["650 ADDRMAP example.com 93.184.215.14 \"2026-11-21 12:00:00\" EXPIRES=\"2026-11-21 11:00:00\""]
        case "CIRC_BW":
            return ["650 CIRC_BW ID=5 READ=1234 WRITTEN=5678 TIME=2026-11-21T11:00:00.000000"]
        case "CONF_CHANGED":
            return ["650-Bridge=192.0.2.7:443"]
        case "GUARD":
            return ["650 GUARD ENTRY \(Phrase.relay) UP"]
        case "STREAM_BW":
            return ["650 STREAM_BW 9 1234 5678 2026-11-21T11:00:00.000000"]
        case _ where logs.contains(name):
            return ["650 \(name) Tor has opened a circuit for example.com."]
        default:
            return []
        }
    }

    /// Events that go past the client's own matters, with what they tell.
    static let leaks: [String: String] = [
        "ADDRMAP": "it tells which names everybody looks up",
        "CIRC_BW": "it tells how much everybody sends over each circuit",
        "CONF_CHANGED": "it tells what others change in tor's configuration, passwords of proxies and bridges among it",
        "DEBUG": "tor's log names the sites that everybody visits",
        "ERR": "tor's log may name what others do",
        "GUARD": "it tells the guards, by which a user can be known again",
        "INFO": "tor's log names the sites that everybody visits",
        "NOTICE": "tor's log may name what others do, and the bridges in use",
        "ORCONN": "it tells the guards and bridges that are in use, by which a user can be known again",
        "STATUS_CLIENT":
            "it tells addresses and names that any application has given to tor's SOCKS port in a way that tor warns of",
        "STATUS_SERVER": "it tells the machine's public address, as soon as tor has guessed it",
        "STREAM_BW": "it tells how much everybody sends over each stream",
        "WARN": "tor's log may name what others do, and the bridges in use",
    ]
}
