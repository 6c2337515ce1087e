// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension TrailRecord {
    /// Parts that are not known are passed over: a later version may have more of them in the same schema.
    init(_ source: some RecordSource) throws(NoRecord) {
        guard let time = try source.text("time").flatMap({ Timestamp($0) }), let kind = try source.text("event") else {
            throw NoRecord()
        }
        self.init(time: time, kind: Kind(kind))
        session = try source.number("session")
        client = try source.fields("client").map { source throws(NoRecord) in try AuditedClient(source) }
        profiles = try source.text("profile").map(JoinedNames.parse) ?? []
        decision = try source.value("decision", as: AuditedCommand.Decision.self)
        command = try source.text("command")
        arguments = try source.text("arguments")
        length = try source.number("length")
        forwarded = try source.text("forwarded")
        rule = try source.text("rule")
        reason = try source.text("reason")
        isComplaint = try source.flag("complain") ?? false
        name = try source.text("name")
        version = try source.text("version")
        profileCount = try source.number("profiles")
        leftOut = try source.texts("left_out") ?? []
        isStart = try source.flag("start") ?? false
        folded = try source.text("of").map { Kind($0) }
        repeated = try source.number("repeated") ?? 1
        guard repeated > 0, self.kind != .command || decision != nil && command != nil else { throw NoRecord() }
    }
}

extension AuditedClient {
    fileprivate init(_ source: some RecordSource) throws(NoRecord) {
        guard let transport = try source.value("transport", as: Transport.self) else { throw NoRecord() }
        self.init(transport: transport)
        socket = try source.text("socket")
        address = try source.text("address")
        port = try source.number("port", as: UInt16.self)
        uid = try source.number("uid", as: UInt32.self)
        user = try source.text("user")
        pid = try source.number("pid", as: Int32.self)
        executable = try source.text("exe")
        claimedExecutable = try source.text("exe_claimed")
        executableDoubt = try source.text("exe_doubt")
        label = try source.text("apparmor")
        labelMode = try source.text("apparmor_mode")
        unit = try source.text("unit")
        unitDoubt = try source.text("unit_doubt")
    }
}
