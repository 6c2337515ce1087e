// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// What of an ADD_ONION an `onions` does not allow.
package enum ServiceRefusal: Error, Hashable, Sendable {
    case keyType
    case keyBlob
    case key(OnionsRule.Key)
    case port(UInt16)
    case target(OnionTarget)
    case flag(AddOnion.Flag)
    case parameter(String)
    case clientKey
    /// An argument or a flag that is said twice.
    case repeated(String)
    case repeatedClientKey
    case tooMany(Int)

    package var text: String {
        switch self {
        case .keyType: "its key is neither NEW:BEST, NEW:ED25519-V3 nor one of type ED25519-V3"
        case .keyBlob: "its key is not 64 bytes in base64"
        case .key(.new): "`keys` does not list `new`, a key that tor makes"
        case .key(.own): "`keys` does not list `own`, a key that the client brings"
        case .port(let port): "the virtual port \(port) is not in `ports`"
        case .target(let target): "the target \(target) is not in `targets`"
        case .flag(let flag): "the flag \(flag.rawValue) is not in `flags`"
        case .parameter(let name): "\(name) is not in `parameters`"
        case .clientKey: "a ClientAuthV3 is not a key of 52 base32 digits"
        case .repeated(let what): "it has \(what) twice"
        case .repeatedClientKey: "it has the same ClientAuthV3 twice"
        case .tooMany(let max): "the session has \(max) \(max == 1 ? "service" : "services") already, which is `max`"
        }
    }
}
