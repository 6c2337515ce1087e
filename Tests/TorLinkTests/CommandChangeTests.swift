// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import Testing
import TorLink

@Suite struct CommandChangeTests {
    private static func command(_ line: String, body: String? = nil) throws -> Command {
        var framer = CommandFramer()
        let text = body.map { "+\(line)\r\n\($0)\r\n.\r\n" } ?? "\(line)\r\n"
        framer.append(ByteBuffer(string: text))
        guard case .command(let command)? = framer.next() else { throw Unreadable() }
        return command
    }

    private struct Unreadable: Error {}

    @Test(arguments: [
        "GETINFO version", "getinfo stream-status circuit-status", "GETCONF Bridge", "SETEVENTS BW", "SETEVENTS",
        "USEFEATURE X",
        "SIGNAL NEWNYM", "signal newnym", "SIGNAL CLEARDNSCACHE", "SIGNAL RELOAD", "SIGNAL HUP", "SIGNAL DUMP",
        "SIGNAL USR1",
        "SIGNAL HEARTBEAT", "HSFETCH abc", "RESOLVE example.com", "CLOSECIRCUIT 5", "CLOSESTREAM 5 1",
        "DEL_ONION abc", "ONION_CLIENT_AUTH_VIEW",
    ])
    func `questions, and what acts once or takes away, leave nothing that ends with tor`(line: String) throws {
        #expect(try !Self.command(line).changesTor)
    }

    @Test(arguments: [
        "ADD_ONION NEW:BEST Port=80", "ONION_CLIENT_AUTH_ADD a b", "ONION_CLIENT_AUTH_REMOVE a", "SETCONF Nickname=x",
        "RESETCONF Nickname", "SAVECONF", "MAPADDRESS a=b", "EXTENDCIRCUIT 0", "SETCIRCUITPURPOSE 1 purpose=x",
        "ATTACHSTREAM 1 2", "REDIRECTSTREAM 1 x", "DROPGUARDS", "DROPTIMEOUTS", "SETROUTERPURPOSE a b", "TAKEOWNERSHIP",
        "SIGNAL DORMANT", "SIGNAL ACTIVE", "SIGNAL DEBUG", "SIGNAL USR2", "SIGNAL SHUTDOWN", "SIGNAL HALT",
        "SIGNAL TERM",
        "SIGNAL INT", "SIGNAL", "SIGNAL NEWNYM x", "SIGNAL NEWNYM ", "NOSUCHCOMMAND", "LOADCONF",
    ])
    func `everything else does, what nobody knows included`(line: String) throws {
        #expect(try Self.command(line).changesTor)
    }

    @Test(arguments: ["LOADCONF", "POSTDESCRIPTOR", "HSPOST", "GETINFO version", "SIGNAL NEWNYM"])
    func `a command with a data block changes tor, and is asked once`(line: String) throws {
        #expect(try Self.command(line, body: "x").changesTor)
        #expect(try !Self.command(line, body: "x").isQuestion)
    }

    @Test(arguments: Keyword.known)
    func `what may be asked again changes nothing`(keyword: Keyword) throws {
        let command = try #require(Command(keyword: keyword))
        #expect(command.isQuestion == ["GETINFO", "GETCONF"].contains(keyword.name))
        #expect(!command.isQuestion || !command.changesTor)
    }
}
