// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Connections, what they say, and the clock: begins when all are let in, warms up, measures, and ends.
final class LoadRun {
    private enum Phase {
        case beginning
        case warming
        case measuring
        case over
    }

    /// Connections that are being let in at the same time: fewer than anybody's queue of connections holds.
    private static let mostBeginning = 64

    /// Replies to requests for more events that may be owed at the same time.
    private static let mostAsked = FakeTor.firstEvents / FakeTor.moreEvents + 1

    let plan: LoadPlan
    let poller: Poller
    let scratch = LineReader.Scratch()
    var result = LoadResult()
    private let clients: [LoadClient]
    private var phase = Phase.beginning
    private var phaseBegan = now()
    private var begun = 0
    private var beginning = 0
    private var open = 0

    init(_ plan: LoadPlan) throws(Failure) {
        self.plan = plan
        poller = try Poller()
        clients = (0..<plan.clients).map { LoadClient(number: $0, depth: max(plan.depth, Self.mostAsked)) }
        if plan.mode == .commands || plan.mode == .connect { result.latencies.reserveCapacity(1 << 20) }
    }

    func run() -> LoadResult {
        let deadline = now() + plan.bound
        beginMore()
        if plan.mode == .connect { enter(.warming) }
        while phase != .over {
            poller.wait(Int32(waitingTime(until: deadline))) { number, ready in
                serve(clients[number], ready)
            }
            let time = now()
            advance(time)
            if time >= deadline { enter(.over) }
            if open == 0, beginning == 0 { enter(.over) }
        }
        return result
    }

    // MARK: Time

    private func waitingTime(until deadline: Nanoseconds) -> Nanoseconds {
        let end: Nanoseconds =
            switch phase {
            case .warming: phaseBegan + plan.warmUp
            case .measuring: phaseBegan + plan.duration
            case .beginning, .over: deadline
            }
        let time = now()
        return end > time ? min((end - time) / 1_000_000 + 1, 1000) : 0
    }

    private func advance(_ time: Nanoseconds) {
        switch phase {
        case .warming where time >= phaseBegan + plan.warmUp:
            result.units = 0
            result.latencies.removeAll(keepingCapacity: true)
            result.processor = watchedTime
            enter(.measuring)
        case .measuring where time >= phaseBegan + plan.duration || result.units >= plan.count:
            result.seconds = Double(time - phaseBegan) / 1e9
            result.processor = watchedTime - result.processor
            result.isFinished = true
            enter(.over)
        default: break
        }
    }

    /// Time on a processor of the process that is watched, of all its threads. clock_getcpuclockid(3)
    private var watchedTime: Nanoseconds {
        var clock = clockid_t()
        var time = timespec()
        guard let process = plan.watched, clock_getcpuclockid(process, &clock) == 0, clock_gettime(clock, &time) == 0
        else { return 0 }
        return Nanoseconds(time.tv_sec) * 1_000_000_000 + Nanoseconds(time.tv_nsec)
    }

    private func enter(_ next: Phase) {
        // What was counted of a time that did not end is told for that time.
        if next == .over, phase == .measuring, !result.isFinished {
            result.seconds = Double(now() - phaseBegan) / 1e9
        }
        phase = next
        phaseBegan = now()
    }

    // MARK: Beginning

    private func beginMore() {
        while begun < clients.count, beginning < Self.mostBeginning {
            begin(clients[begun])
            begun += 1
        }
    }

    private func begin(_ client: LoadClient) {
        client.reset()
        client.connectedAt = now()
        client.descriptor = plan.address.makeSocket()
        guard client.descriptor >= 0 else { return note("socket: \(String(cString: strerror(errno)))", failed: true) }
        // A Unix socket whose queue is full says so at once.
        var attempts = 0
        var status = plan.address.with { connect(client.descriptor, $0, $1) }
        while status != 0, errno == EAGAIN, attempts < 20_000 {
            usleep(100)
            attempts += 1
            status = plan.address.with { connect(client.descriptor, $0, $1) }
        }
        guard status == 0 || errno == EINPROGRESS else {
            close(client.descriptor)
            return note("connect: \(String(cString: strerror(errno)))", failed: true)
        }
        open += 1
        beginning += 1
        client.state = .connecting
        if status == 0 {
            poller.add(client.descriptor, .reading, as: client.number)
            greet(client)
        } else {
            client.isWritingWatched = true
            poller.add(client.descriptor, [.reading, .writing], as: client.number)
        }
    }

    private func greet(_ client: LoadClient) {
        client.state = .beginning(0)
        client.output.append(plan.prelude[0])
        flush(client)
    }

    private func becameReady(_ client: LoadClient) {
        client.state = .ready
        beginning -= 1
        result.ready += 1
        beginMore()
        guard result.ready == clients.count else { return }
        switch plan.mode {
        case .idle: holdStill()
        case .events: enter(.warming)
        case .commands:
            enter(.warming)
            for client in clients {
                ask(client, now())
                flush(client)
            }
        case .connect: break
        }
    }

    /// Says that all are there, and waits for standard input to end.
    private func holdStill() {
        print("{\"ready\":\(result.ready),\"seconds\":\(Double(now() - phaseBegan) / 1e9)}")
        fflush(nil)
        var byte: UInt8 = 0
        while read(STDIN_FILENO, &byte, 1) > 0 {}
        for client in clients where recv(client.descriptor, &byte, 1, 0) == 0 {
            note("closed while idle", failed: true)
        }
        result.isFinished = true
        enter(.over)
    }

    // MARK: Serving

    private func serve(_ client: LoadClient, _ ready: Poller.Interest) {
        if case .connecting = client.state { greet(client) }
        if ready.contains(.writing) { flush(client) }
        guard ready.contains(.reading), client.descriptor >= 0 else { return }
        let time = now()
        var isDone = false
        let outcome = client.input.read(from: client.descriptor, with: scratch) { line in
            isDone = hear(client, line, time)
            return !isDone
        }
        if case .read(let count) = outcome { result.bytes += count }
        if case .closed = outcome { return lose(client, "closed by the other side") }
        if isDone { return replace(client, time) }
        if case .ready = client.state, plan.mode == .commands, phase == .warming || phase == .measuring {
            ask(client, now())
        }
        flush(client)
    }

    /// Whether the connection has done what it was for.
    private func hear(_ client: LoadClient, _ line: UnsafeRawBufferPointer, _ time: Nanoseconds) -> Bool {
        switch client.hear(line) {
        case .partOfReply: return false
        case .event:
            countEvent(client)
            return false
        case .nonsense:
            note("no reply: \(String(decoding: line.prefix(60), as: UTF8.self))")
            return false
        case .reply(let status):
            switch client.state {
            case .beginning(let part): return advance(client, part, status, line)
            case .ready: count(client, status, line, time)
            case .closed, .connecting: note("a reply that nobody asked for")
            }
            return false
        }
    }

    private func advance(_ client: LoadClient, _ part: Int, _ status: Int, _ line: UnsafeRawBufferPointer) -> Bool {
        if status != 250 { note("the beginning: \(String(decoding: line.prefix(60), as: UTF8.self))") }
        if part + 1 < plan.prelude.count {
            client.state = .beginning(part + 1)
            client.output.append(plan.prelude[part + 1])
            return false
        }
        guard plan.mode == .connect else {
            becameReady(client)
            return false
        }
        return true
    }

    private func count(_ client: LoadClient, _ status: Int, _ line: UnsafeRawBufferPointer, _ time: Nanoseconds) {
        guard let asked = client.answered() else { return note("a reply that nobody asked for") }
        if status != plan.status { note("a reply: \(String(decoding: line.prefix(60), as: UTF8.self))") }
        if plan.mode == .events { return }
        result.units += 1
        if phase == .measuring { result.latencies.append(time - asked) }
    }

    private func countEvent(_ client: LoadClient) {
        guard plan.mode == .events else { return }
        result.units += 1
        client.events += 1
        guard client.events == FakeTor.moreEvents else { return }
        client.events = 0
        client.output.append(plan.command)
        client.sent(at: 0)
    }

    private func ask(_ client: LoadClient, _ time: Nanoseconds) {
        while client.owed < plan.depth {
            client.output.append(plan.command)
            client.sent(at: time)
        }
    }

    private func flush(_ client: LoadClient) {
        guard client.descriptor >= 0 else { return }
        switch client.output.flush(to: client.descriptor) {
        case .empty: watchWriting(client, false)
        case .full: watchWriting(client, true)
        case .broken: lose(client, "broken")
        }
    }

    private func watchWriting(_ client: LoadClient, _ isWatched: Bool) {
        guard client.isWritingWatched != isWatched else { return }
        client.isWritingWatched = isWatched
        poller.change(client.descriptor, isWatched ? [.reading, .writing] : .reading, as: client.number)
    }

    /// A connection that was made, let in and has left, and the next one.
    private func replace(_ client: LoadClient, _ time: Nanoseconds) {
        result.units += 1
        if phase == .measuring { result.latencies.append(time - client.connectedAt) }
        close(client.descriptor)
        open -= 1
        beginning -= 1
        begin(client)
    }

    private func lose(_ client: LoadClient, _ reason: String) {
        if case .ready = client.state {} else { beginning -= 1 }
        close(client.descriptor)
        client.descriptor = -1
        client.state = .closed
        open -= 1
        note(reason, failed: true)
        // Fewer than were asked for are not measured.
        if phase == .beginning { enter(.over) }
    }

    private func note(_ trouble: String, failed: Bool = false) {
        if failed { result.failed += 1 } else { result.unexpected += 1 }
        if result.trouble == nil { result.trouble = trouble }
    }
}
