// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Daemon
import Policies
import Profiles

extension ProfilePlaces {
    /// Profiles by name, in use or else of the library, or by path where there is a slash in it. A file that is given twice is
    /// taken once.
    ///
    /// - Parameter trust: of files that are given by name; of one that somebody has given by its path, others' writing is warned
    ///   of.
    func load(
        _ names: [String], trust: SourceFileReader.Trust = .advised, _ console: Console
    ) throws -> LoadedProfiles {
        let library = open()
        var sources: [SourceFile] = []
        var isComplete = true
        func complain(_ text: String, _ what: String) {
            console.printError("\(VisibleText.escaped(text)): error: \(what)")
            isComplete = false
        }
        for text in names {
            do throws(ProfileFileName.Refusal) {
                let isPath = text.contains("/")
                let path = isPath ? text : library.path(of: try ProfileFileName(parsing: text))
                let reader = SourceFileReader(trust: isPath ? .advised : trust)
                guard let source = path.flatMap({ reader.read(file: $0) }) else {
                    complain(text, "there is no such profile\(advice(on: text, library))")
                    continue
                }
                let isKnown = sources.contains { ProfileLibrary.isSameFile($0.path, source.path) }
                if !isKnown { sources.append(source) }
            } catch {
                complain(text, "is no name of a profile: \(error.reason)")
            }
        }
        guard isComplete else { throw ExitCode(1) }
        return ProfileLoader().load(sources)
    }

    /// Where the text is what a file calls its profile: files are meant by their own names.
    private func advice(on text: String, _ library: ProfileLibrary) -> String {
        let files = library.inUse().loaded.files + library.shipped().files.flatMap(\.files)
        let found = files.filter { $0.profiles.contains { $0.name == text } }.map { VisibleText.escaped($0.path) }
        guard let first = found.first else { return "" }
        return "; names of files are meant, and the one that has this profile is \(first)"
    }
}
