// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Logging
import NIOCore
import Systemd

/// What the service manager is told of our state (sd_notify(3)); nothing where there is none.
struct ServiceManagerLink: Sendable {
    private let socket: NotificationSocket?
    private let watchdog: Watchdog?
    private let logger: Logger

    enum Stage: Hashable, Sendable {
        case ready
        case reloading
        case stopping
    }

    init(_ settings: DaemonConfiguration.ServiceManager, logger: Logger) throws(Daemon.Failure) {
        self.logger = logger
        do throws(ServiceManagerError) {
            socket = try settings.notifySocket.map { path throws(ServiceManagerError) in
                try NotificationSocket(path: path)
            }
            watchdog = try Watchdog(
                microseconds: settings.watchdogMicroseconds,
                processID: settings.watchdogProcess,
                ownProcessID: ProcessIdentifier.own
            )
        } catch {
            throw Daemon.Failure(reason: "cannot talk to the service manager: \(error.reason)")
        }
    }

    func tell(_ stage: Stage, status: String) {
        switch stage {
        case .ready: send([.ready, .status(status)])
        case .reloading: send([.reloading(atMicroseconds: MonotonicClock.microseconds), .status(status)])
        case .stopping: send([.stopping, .status(status)])
        }
    }

    /// Says from the event loop that it still turns, as often as the service manager asks; the only thing that wakes an idle
    /// daemon.
    func keepAlive(on loop: any EventLoop) -> RepeatedTask? {
        guard let watchdog, socket != nil else { return nil }
        return loop.scheduleRepeatedTask(initialDelay: .zero, delay: TimeAmount(watchdog.interval)) { _ in
            send([.watchdog])
        }
    }

    private func send(_ assignments: [Notification.Assignment]) {
        guard let socket else { return }
        do throws(ServiceManagerError) {
            try socket.send(Notification(assignments))
        } catch {
            logger.warning("cannot notify the service manager: \(error.reason)")
        }
    }
}
