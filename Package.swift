// swift-tools-version: 6.1
// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import PackageDescription

/// What other packages bring with them is in `dependencies` for its exact version only. Nothing of ours imports it; that a target asks
/// for it on no platform there is spares SwiftPM's warning that none does.
let pinned: [Target.Dependency] = [
    ("Atomics", "swift-atomics"), ("Collections", "swift-collections"), ("SwiftASN1", "swift-asn1"),
].map { .product(name: $0, package: $1, condition: .when(platforms: [.custom("none")])) }

/// Modules of ours that touch no socket, file, clock, environment, log or global; `scripts/check-purity` holds them to it.
let pureTargets: [Target] = [
    .target(
        name: "ControlProtocol",
        dependencies: [.product(name: "NIOCore", package: "swift-nio")]
    ),
    .target(
        name: "Patterns",
        dependencies: ["CRE2", .product(name: "NIOCore", package: "swift-nio")]
    ),
    .target(
        name: "Policies",
        dependencies: ["ControlProtocol", "Patterns", .product(name: "NIOCore", package: "swift-nio")]
    ),
    .target(name: "YAML", dependencies: ["CYAML"]),
    .target(name: "Profiles", dependencies: ["ControlProtocol", "Patterns", "Policies", "YAML"]),
    .target(
        name: "TorLink",
        dependencies: [
            "ControlProtocol",
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "NIOCore", package: "swift-nio"),
        ]
    ),
    .target(
        name: "Sessions",
        dependencies: [
            "ControlProtocol", "Patterns", "Policies", "TorLink",
            .product(name: "NIOCore", package: "swift-nio"),
        ]
    ),
    .target(
        name: "Rehearsal",
        dependencies: [
            "ControlProtocol", "Policies", "Profiles", "Sessions", "TorLink", "YAML",
            .product(name: "NIOCore", package: "swift-nio"),
        ]
    ),
    .target(name: "Audit", dependencies: ["ControlProtocol", "Policies", "Sessions", "TorLink", "CJansson"]),
    .target(name: "Reports", dependencies: ["Audit", "Profiles"]),
    .target(name: "Confinement", dependencies: ["ControlProtocol", "Policies", "Profiles", "YAML"]),
    .target(name: "Monitoring", dependencies: ["Audit", "Policies", "Profiles", "Sessions"]),
    .target(
        name: "Learning",
        dependencies: [
            "Audit", "ControlProtocol", "Patterns", "Policies", "Profiles", "Rehearsal", "Sessions",
        ]
    ),
]

/// The edges: whatever asks the kernel, the clock or the network.
let edgeTargets: [Target] = [
    .target(name: "ClientLookup", dependencies: ["ControlProtocol", "Policies", "CAppArmor", "CLinux"]),
    .target(name: "Launching", dependencies: ["CLinux"]),
    .target(name: "Systemd"),
    .target(name: "TrailSources", dependencies: ["Audit", "CLinux"]),
    .target(
        name: "Daemon",
        dependencies: [
            "Audit", "ClientLookup", "ControlProtocol", "Monitoring", "Policies", "Profiles", "Sessions", "Systemd",
            "TorLink", "CLinux",
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "Logging", package: "swift-log"),
            .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
            .product(name: "SystemPackage", package: "swift-system"),
        ]
    ),
    .target(
        name: "Diagnosis",
        dependencies: [
            "CLinux", "ClientLookup", "Confinement", "ControlProtocol", "Daemon", "Policies", "Profiles", "Sessions",
            "TorLink", "YAML", .product(name: "NIOCore", package: "swift-nio"),
        ]
    ),
    .executableTarget(
        name: "onion-sieve",
        dependencies: [
            "Audit", "ClientLookup", "Confinement", "ControlProtocol", "Daemon", "Diagnosis", "Launching", "Learning",
            "Monitoring", "Policies", "Profiles", "Rehearsal", "Reports", "Sessions", "Systemd", "TorLink",
            "TrailSources",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
            .product(name: "Logging", package: "swift-log"),
            .product(name: "NIOCore", package: "swift-nio"),
        ] + pinned
    ),
]

/// The doors to C and C++; each has one Swift owner.
let foreignTargets: [Target] = [
    .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2"), .linkedLibrary("stdc++")]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
    .systemLibrary(name: "CAppArmor", pkgConfig: "libapparmor", providers: [.apt(["libapparmor-dev"])]),
    .target(name: "CLinux"),
]

let testTargets: [Target] = [
    .testTarget(
        name: "AuditTests",
        dependencies: [
            "Audit", "ControlProtocol", "Policies", "Sessions", "TestSupport", "TorLink",
            .product(name: "NIOCore", package: "swift-nio"),
        ]
    ),
    .target(
        name: "TestSupport",
        dependencies: ["ControlProtocol", .product(name: "NIOCore", package: "swift-nio")],
        path: "Tests/TestSupport"
    ),
    .testTarget(
        name: "ControlProtocolTests",
        dependencies: ["ControlProtocol", "TestSupport", .product(name: "NIOCore", package: "swift-nio")]
    ),
    .testTarget(
        name: "PatternsTests",
        dependencies: ["Patterns", "TestSupport", .product(name: "NIOCore", package: "swift-nio")]
    ),
    .testTarget(
        name: "SessionsTests",
        dependencies: [
            "Audit", "ControlProtocol", "Patterns", "Policies", "Profiles", "Sessions", "TestSupport", "TorLink",
            .product(name: "NIOCore", package: "swift-nio"),
        ]
    ),
    .testTarget(
        name: "TorLinkTests",
        dependencies: ["ControlProtocol", "TestSupport", "TorLink", .product(name: "NIOCore", package: "swift-nio")]
    ),
    .testTarget(
        name: "PoliciesTests",
        dependencies: [
            "ControlProtocol", "Patterns", "Policies", "TestSupport", .product(name: "NIOCore", package: "swift-nio"),
        ]
    ),
    .testTarget(
        name: "RehearsalTests",
        dependencies: ["ControlProtocol", "Policies", "Profiles", "Rehearsal", "Sessions", "TestSupport"]
    ),
    .testTarget(
        name: "LearningTests",
        dependencies: [
            "Audit", "ControlProtocol", "Learning", "Policies", "Profiles", "Rehearsal", "Sessions", "TestSupport",
        ]
    ),
    .testTarget(
        name: "ConfinementTests",
        dependencies: ["Confinement", "ControlProtocol", "Policies", "Profiles", "TestSupport", "YAML"],
        exclude: ["Golden"]
    ),
    .testTarget(
        name: "ReportsTests",
        dependencies: ["Audit", "Reports", "TestSupport", .product(name: "NIOCore", package: "swift-nio")],
        exclude: ["Golden"]
    ),
    .testTarget(
        name: "MonitoringTests",
        dependencies: ["Audit", "ControlProtocol", "Monitoring", "Policies", "Sessions", "TestSupport"],
        exclude: ["Golden"]
    ),
    .testTarget(name: "YAMLTests", dependencies: ["TestSupport", "YAML"]),
    .testTarget(
        name: "ClientLookupTests",
        dependencies: ["CLinux", "ClientLookup", "ControlProtocol", "Policies", "TestSupport"]
    ),
    .testTarget(
        name: "DiagnosisTests",
        dependencies: [
            "ClientLookup", "Confinement", "ControlProtocol", "Daemon", "Diagnosis", "Policies", "Profiles",
            "TestSupport",
            "TorLink",
        ]
    ),
    .testTarget(name: "LaunchingTests", dependencies: ["Launching", "TestSupport"]),
    .testTarget(name: "SystemdTests", dependencies: ["Systemd"]),
    .testTarget(name: "TrailSourcesTests", dependencies: ["Audit", "TestSupport", "TrailSources"]),
    .testTarget(
        name: "ProfilesTests",
        dependencies: ["ControlProtocol", "Policies", "Profiles", "YAML"]
    ),
    .testTarget(
        name: "DaemonTests",
        dependencies: [
            "Audit", "ClientLookup", "ControlProtocol", "Daemon", "Policies", "Profiles", "Sessions", "TestSupport",
            "TorLink",
            .product(name: "Logging", package: "swift-log"),
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
        ]
    ),
    .target(
        name: "FuzzProperties",
        dependencies: [
            "Audit", "ClientLookup", "ControlProtocol", "Learning", "Monitoring", "Patterns", "Policies", "Profiles",
            "Rehearsal", "Reports", "Sessions", "TorLink", "YAML",
            .product(name: "NIOCore", package: "swift-nio"),
        ],
        path: "Fuzzing/Properties"
    ),
    .testTarget(name: "FindingsTests", dependencies: ["FuzzProperties", "TestSupport"]),
]

/// What only developers build sees who asks for it: `Fuzzing/run`, `Benchmarks/run`, `Benchmarks/allocations`.
let isDeveloper = Context.environment["ONION_SIEVE_DEVELOPER"] != nil

/// The fuzzers need a compiler that knows `-sanitize=fuzzer`.
let fuzzTargets: [Target] =
    [.target(name: "FuzzDriver", dependencies: ["FuzzProperties"], path: "Fuzzing/Driver")]
    + [
        "FuzzAddresses", "FuzzArguments", "FuzzCommands", "FuzzCookie", "FuzzDifferential", "FuzzLink",
        "FuzzOwnership", "FuzzPatterns", "FuzzProcesses", "FuzzProfile", "FuzzQuestions", "FuzzRecords",
        "FuzzReplies", "FuzzReport", "FuzzSession", "FuzzSockDiag", "FuzzStatus", "FuzzSuggestion", "FuzzTrail",
    ].map { name in
        .executableTarget(name: name, dependencies: ["FuzzDriver", "FuzzProperties"], path: "Fuzzing/\(name)")
    }

let benchmarkTargets: [Target] = [
    .systemLibrary(name: "CEpoll", path: "Benchmarks/CEpoll"),
    .target(name: "CAllocations", path: "Benchmarks/CAllocations"),
    .executableTarget(name: "BenchmarkPeers", dependencies: ["CEpoll"], path: "Benchmarks/Peers"),
    .executableTarget(
        name: "BenchmarkRelay",
        dependencies: [
            .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        ],
        path: "Benchmarks/Relay"
    ),
    .executableTarget(
        name: "BenchmarkInside",
        dependencies: [
            "Audit", "CAllocations", "ControlProtocol", "Patterns", "Policies", "Profiles", "Sessions", "TorLink",
            .product(name: "NIOCore", package: "swift-nio"),
        ],
        path: "Benchmarks/Inside"
    ),
]

let package = Package(
    name: "onion-sieve",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
        .package(url: "https://github.com/apple/swift-atomics", exact: "1.3.0"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    ],
    targets: pureTargets + edgeTargets + foreignTargets + testTargets
        + (isDeveloper ? fuzzTargets + benchmarkTargets : []),
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)

for target in package.targets where target.type != .system {
    var settings = target.swiftSettings ?? []
    settings.append(.enableUpcomingFeature("ExistentialAny"))
    settings.append(.enableUpcomingFeature("InternalImportsByDefault"))
    settings.append(.enableUpcomingFeature("MemberImportVisibility"))
    target.swiftSettings = settings
}
