// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// What became of an attempt to look at something.
package enum Reading<Value> {
    case value(Value)
    case missing
    case denied
    case failed(String)

    static func failure(_ code: Int32) -> Reading {
        switch code {
        case ENOENT, ENOTDIR, ESRCH: .missing
        case EACCES, EPERM: .denied
        default: .failed(String(cString: strerror(code)))
        }
    }

    package var value: Value? { if case .value(let value) = self { value } else { nil } }

    func map<Other>(_ transform: (Value) -> Other) -> Reading<Other> {
        switch self {
        case .value(let value): .value(transform(value))
        case .missing: .missing
        case .denied: .denied
        case .failed(let reason): .failed(reason)
        }
    }

    /// Why there is no value.
    var problem: Obstacle {
        switch self {
        case .value: "nothing"
        case .missing: "it is not there"
        case .denied: .denied
        case .failed(let reason): .other(reason)
        }
    }
}
