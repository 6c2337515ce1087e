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
        guard text.allSatisfy({ $0 < 0x80 }) || String(validating: text, as: UTF8.self) != nil else { return nil }
        return text.withUnsafeBytes { text in
            var units: [Client.Unit] = []
            for line in text.parts(between: UInt8(ascii: "\n")) {
                // The hierarchy that the manager does not use has everything in its root.
                guard let path = path(line), !path.elementsEqual("/".utf8) else { continue }
                guard let unit = unit(path: path) else { return nil }
                units.append(unit)
            }
            guard let unit = units.first, units.allSatisfy({ $0 == unit }) else { return nil }
            return unit
        }
    }

    /// The path in the manager's hierarchy, if the line is about one: that of version 2 is number 0 and has no name.
    private static func path(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let first = line.firstIndex(of: UInt8(ascii: ":"), from: 0),
            let second = line.firstIndex(of: UInt8(ascii: ":"), from: first + 1)
        else { return nil }
        let name = line[(first + 1)..<second]
        guard name.isEmpty ? line[..<first].elementsEqual("0".utf8) : name.elementsEqual("name=systemd".utf8) else {
            return nil
        }
        return UnsafeRawBufferPointer(rebasing: line[(second + 1)...])
    }

    private static func unit(path: UnsafeRawBufferPointer) -> Client.Unit? {
        let components = path.parts(between: UInt8(ascii: "/")).dropFirst()
        // `..` leads out of our control group namespace: what stands there was named elsewhere.
        guard path.first == UInt8(ascii: "/"), !components.contains(where: { $0.elementsEqual("..".utf8) }),
            let name = firstUnit(components)
        else { return nil }
        guard let userID = userManager(name.text) else { return .system(name.text) }
        let below = components[(name.index + 1)...]
        guard !below.isEmpty else { return .system(name.text) }
        return firstUnit(below).map { .user($0.text, uid: userID) }
    }

    private static func firstUnit(_ components: ArraySlice<UnsafeRawBufferPointer>) -> (text: String, index: Int)? {
        for (index, component) in zip(components.indices, components) {
            guard let name = unitName(component) else { return nil }
            if !hasSuffix(name, slice) { return (String(decoding: name, as: UTF8.self), index) }
        }
        return nil
    }

    private static let slice = Array(".slice".utf8)
    private static let suffixes = [".service", ".scope", ".slice", ".socket", ".mount", ".swap"].map { Array($0.utf8) }

    /// A component as the name of a unit that can have processes, or of a slice; nil if it is neither. An underscore in
    /// front is the manager's way to keep clear of the kernel's own file names.
    private static func unitName(_ component: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let isEscaped = component.first == UInt8(ascii: "_")
        let name = UnsafeRawBufferPointer(rebasing: component.dropFirst(isEscaped ? 1 : 0))
        guard name.count <= 255, name.allSatisfy(isUnitCharacter),
            let suffix = suffixes.first(where: { hasSuffix(name, $0) }), name.count > suffix.count
        else { return nil }
        return name
    }

    private static func hasSuffix(_ name: UnsafeRawBufferPointer, _ suffix: [UInt8]) -> Bool {
        name.count >= suffix.count && name[(name.count - suffix.count)...].elementsEqual(suffix)
    }

    /// systemd.unit(5): letters, digits, and `:-_.\@`.
    private static func isUnitCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "."), UInt8(ascii: "\\"), UInt8(ascii: "@"):
            true
        default: false
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
