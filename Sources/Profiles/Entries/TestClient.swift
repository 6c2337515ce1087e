// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import YAML

/// `client` of a test: the client options of `explain`.
package struct TestClient: Sendable {
    package var mark: Mark
    package var host: WrittenText?
    package var user: WrittenText?
    package var group: WrittenText?
    package var label: WrittenText?
    package var executable: WrittenText?
    package var unit: WrittenText?
    package var socket: WrittenText?
}
