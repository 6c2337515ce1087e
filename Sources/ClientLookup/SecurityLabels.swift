// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import CAppArmor
private import Glibc
package import Policies

/// AppArmor labels, of sockets and of processes, through libapparmor.
package struct SecurityLabels: Sendable {
    enum PeerLabel: Hashable, Sendable {
        case known(Client.SecurityLabel)
        case unknown
        /// This kernel has labels, but does not give them with a socket.
        case notGivenWithSockets
    }

    /// False only where it is certain that this kernel enforces no AppArmor policy; a confined program that is not
    /// allowed to find out must not take everybody for unconfined.
    let isEnabled: Bool

    package static let unconfined = Client.SecurityLabel(name: "unconfined", mode: nil)

    /// A label that is longer belongs to no policy that a person has written.
    private static let longestContext = 16384

    /// - Parameter isEnabled: known beforehand.
    package init(isEnabled: Bool) { self.isEnabled = isEnabled }

    package init() {
        let isEnabled = aa_is_enabled() == 1
        let reason = errno
        self.isEnabled = isEnabled || ![ENOSYS, ECANCELED].contains(reason) || Self.haveLabelOurselves
    }

    /// Whether the kernel writes a label for this very process; not where it has no AppArmor (`ENOENT`) or has not
    /// started it (`EINVAL`).
    private static var haveLabelOurselves: Bool {
        do throws(SystemError) {
            let file = try Descriptor(opening: "/proc/self/attr/apparmor/current", flags: O_RDONLY)
            _ = try file.contents(upTo: longestContext)
            return true
        } catch {
            return ![ENOENT, EINVAL].contains(error.code)
        }
    }

    /// The label that the peer of a connected Unix socket had when it connected (SO_PEERSEC).
    func label(ofPeer descriptor: Int32) -> PeerLabel {
        guard isEnabled else { return .known(Self.unconfined) }
        var label: UnsafeMutablePointer<CChar>?
        var mode: UnsafeMutablePointer<CChar>?
        guard aa_getpeercon(descriptor, &label, &mode) >= 0, let label else {
            return errno == ENOPROTOOPT ? .notGivenWithSockets : .unknown
        }
        // The mode lies in the same memory.
        defer { free(label) }
        return Self.label(name: label, mode: mode).map(PeerLabel.known) ?? .unknown
    }

    func label(of process: borrowing PinnedProcess) throws(SystemError) -> Client.SecurityLabel? {
        guard isEnabled else { return Self.unconfined }
        return Self.split(try process.contents(of: "attr/apparmor/current", upTo: Self.longestContext))
    }

    /// A label and its mode from the kernel's text for both, `/usr/bin/onionshare (enforce)`.
    package static func split(_ context: [UInt8]) -> Client.SecurityLabel? {
        var text = context.prefix { $0 != 0 && $0 != 0x0A }.map { CChar(bitPattern: $0) }
        text.append(0)
        return text.withUnsafeMutableBufferPointer { buffer in
            var mode: UnsafeMutablePointer<CChar>?
            guard let label = aa_splitcon(buffer.baseAddress, &mode) else { return nil }
            return Self.label(name: label, mode: mode)
        }
    }

    private static func label(
        name: UnsafePointer<CChar>,
        mode: UnsafeMutablePointer<CChar>?
    ) -> Client.SecurityLabel? {
        guard let name = String(validatingCString: name), !name.isEmpty else { return nil }
        guard let mode else {
            // The kernel leaves the mode out for this one label only.
            return name == unconfined.name ? unconfined : nil
        }
        return String(validatingCString: mode).map { Client.SecurityLabel(name: name, mode: $0) }
    }
}
