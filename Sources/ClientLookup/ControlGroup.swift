// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import ControlProtocol
package import Policies

/// Reads the unit of a process from `/proc/PID/cgroup` (cgroups(7), systemd's CONTROL_GROUP_INTERFACE).
///
/// The service manager puts each unit in a control group of the unit's name, below those of its slices. The first
/// component that is no slice is therefore the unit; what lies below it was named by whoever the unit was delegated to,
/// a container for instance, and says nothing. A user's own manager is the unit `user@UID.service`, and the first unit
/// below it is one of that user's.
package enum ControlGroup {
    package static func unit(_ text: [UInt8]) -> Client.Unit? {
        guard let text = String(validating: text, as: UTF8.self) else { return nil }
        var units: [Client.Unit] = []
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3, (fields[0] == "0" && fields[1].isEmpty) || fields[1] == "name=systemd" else {
                continue
            }
            // The hierarchy that the manager does not use has everything in its root.
            guard fields[2] != "/" else { continue }
            guard let unit = unit(path: fields[2]) else { return nil }
            units.append(unit)
        }
        guard let unit = units.first, units.allSatisfy({ $0 == unit }) else { return nil }
        return unit
    }

    private static func unit(path: Substring) -> Client.Unit? {
        let components = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        // `..` leads out of our control group namespace: what stands there was named elsewhere.
        guard path.hasPrefix("/"), !components.contains(where: { $0 == ".." }), let name = firstUnit(components) else {
            return nil
        }
        guard let userID = userManager(name.text) else { return .system(name.text) }
        let below = components[(name.index + 1)...]
        guard !below.isEmpty else { return .system(name.text) }
        return firstUnit(below).map { .user($0.text, uid: userID) }
    }

    private static func firstUnit(_ components: ArraySlice<Substring>) -> (text: String, index: Int)? {
        for (index, component) in zip(components.indices, components) {
            guard let name = unitName(component) else { return nil }
            if !name.hasSuffix(".slice") {
                return (name, index)
            }
        }
        return nil
    }

    /// A component as the name of a unit that can have processes, or of a slice; nil if it is neither. An underscore in
    /// front is the manager's way to keep clear of the kernel's own file names.
    private static func unitName(_ component: Substring) -> String? {
        let name = component.hasPrefix("_") ? component.dropFirst() : component
        let suffixes = [".service", ".scope", ".slice", ".socket", ".mount", ".swap"]
        guard name.utf8.count <= 255, name.utf8.allSatisfy(isUnitCharacter),
            let suffix = suffixes.first(where: name.hasSuffix), name.utf8.count > suffix.utf8.count
        else { return nil }
        return String(name)
    }

    /// systemd.unit(5): letters, digits, and `:-_.\@`.
    private static func isUnitCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            #":-_.\@"#.utf8.contains(byte)
        }
    }

    /// The manager of `user@UID.service`, which is named with the digits of the number alone: `user@0000.service` is some unit.
    private static func userManager(_ name: String) -> UInt32? {
        let prefix = "user@"
        let suffix = ".service"
        guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
        return PlainDecimal.parse(name.dropFirst(prefix.count).dropLast(suffix.count), upTo: Int(UInt32.max))
            .map(UInt32.init)
    }
}
