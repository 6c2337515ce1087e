// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Whether a process can be known by the path of its program: it is known by the file that the kernel runs, if that is root's alone.
struct ProgramFiles {
    let machine: Machine
    /// Whether labels are certain to count for nothing.
    private let isAppArmorOff: Bool

    init(machine: Machine) {
        self.machine = machine
        isAppArmorOff = machine.hasAppArmor.value == false
    }

    /// Why no process is known by this path; nil if one may be.
    func objection(_ path: String) -> String? {
        switch machine.facts(path) {
        case .missing: "there is no program `\(path)` here"
        // What cannot be seen may be there.
        case .denied, .failed: nil
        case .value(let facts):
            objection(to: facts, machine.isScript(path)).map { "`\(path)` \($0)" }
                ?? machine.destination(path).map { "`\(path)` leads through a link to `\($0)`, which is to be named" }
        }
    }

    /// A label: with AppArmor the name of a policy, else nothing but a program's path counts.
    func objection(toLabel label: String) -> String? {
        guard label.hasPrefix("/") else {
            return isAppArmorOff ? "`\(label)` is a label, and AppArmor is off" : nil
        }
        if isAppArmorOff { return objection(label) }
        // A policy may be for a script or for what is not root's; not for what is not there.
        if case .missing = machine.facts(label) { return "there is no program `\(label)` here" }
        return nil
    }

    func objection(to facts: FileFacts, _ isScript: Bool) -> String? {
        switch facts.kind {
        case .regular: break
        case .directory: return "is a directory"
        // Said with where it leads.
        case .link: return nil
        case .socket, .other: return "is no program"
        }
        if facts.user != 0 { return "belongs to \(machine.accounts.userName(facts.user)), and not to root" }
        if facts.mode & 0o022 != 0 { return "can be written by others than root (mode \(facts.modeText))" }
        if isScript { return "is a script: the kernel runs its interpreter" }
        return nil
    }
}
