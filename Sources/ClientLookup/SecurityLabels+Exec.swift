// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import CAppArmor
private import Glibc
package import Policies

extension SecurityLabels {
    /// Why the program that this thread is about to become would not run under a policy.
    package enum ExecFailure: Error, Hashable, Sendable {
        /// This kernel enforces no AppArmor policy.
        case noAppArmor
        case notLoaded
        /// The policy that we run under ourselves does not let us.
        case notPermitted
        /// It is loaded in unconfined mode, in which nothing is confined.
        case confinesNothing
        /// The kernel does not confirm that it will do so.
        case notConfirmed
        case system(String)
    }

    /// Has the kernel put this thread under the policy `name` when it becomes another program by execve(2), and nothing else:
    /// whatever fails is thrown, and no program must then be started.
    ///
    /// - Returns: the label that the program will have, with the policy's mode, read back from the kernel.
    package func changeOnExec(to name: String) throws(ExecFailure) -> Client.SecurityLabel {
        guard isEnabled else { throw .noAppArmor }
        guard aa_change_onexec(name) == 0 else {
            switch errno {
            case ENOENT: throw haveInterface ? .notLoaded : .noAppArmor
            case EINVAL where !haveInterface: throw .noAppArmor
            case EACCES, EPERM: throw .notPermitted
            default: throw .system(SystemError.last.description)
            }
        }
        return try Self.confirmed(pendingContext(), as: name)
    }

    /// What the kernel says of the label to come, held against what was asked for. In complain mode it takes any name, and makes up a
    /// policy for one that is not loaded.
    package static func confirmed(_ context: [UInt8]?, as name: String) throws(ExecFailure) -> Client.SecurityLabel {
        guard let context, let label = split(context), label.name.utf8.elementsEqual(name.utf8) else {
            throw .notConfirmed
        }
        guard !label.isUnconfined else { throw .confinesNothing }
        return label
    }

    private func pendingContext() -> [UInt8]? {
        for path in ["/proc/thread-self/attr/apparmor/exec", "/proc/thread-self/attr/exec"] {
            if let file = try? Descriptor(opening: path, flags: O_RDONLY) {
                return try? file.contents(upTo: 16384)
            }
        }
        return nil
    }

    /// Whether the kernel writes a label for this very thread.
    private var haveInterface: Bool {
        ["/proc/thread-self/attr/apparmor/current", "/proc/thread-self/attr/current"].contains { path in
            (try? Descriptor(opening: path, flags: O_RDONLY).contents(upTo: 16384)) != nil
        }
    }
}
