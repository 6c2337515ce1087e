// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension AppArmorPolicy {
    /// What a program needs to run, whichever it is.
    func writeProgram(to text: inout PolicyText) {
        text.comment("What every program needs. What it starts runs under this policy, too.")
        text.line("include <abstractions/base>")
        text.line("include <abstractions/consoles>")
        text.line("include <abstractions/user-tmp>")
        for rule in Self.system { text.line(rule) }
        for path in ownExecutables { text.line("\(path.pattern()) mrix,") }
        for directory in ownInstallations {
            text.line("\(directory.pattern("/")) r,")
            text.line("\(directory.pattern("/**")) mrix,")
        }
        text.comment("What it keeps: files of its user's only.")
        for rule in Self.keeping { text.line(rule) }
        if style.isDesktop {
            text.blank()
            text.comment("Windows, sound and the bus of the session.")
            for name in Self.desktop { text.line("include <abstractions/\(name)>") }
            for rule in Self.desktopRules { text.line(rule) }
        }
    }

    /// Executables that lie elsewhere than packages put them, as in /opt.
    private var ownExecutables: [PathLiteral] {
        let places = ["/usr/", "/bin/", "/sbin/", "/lib/", "/lib32/", "/lib64/"]
        return program.attachments.filter { path in !places.contains(where: path.path.hasPrefix) }
    }

    /// Their directories: a program there has its parts beside it.
    private var ownInstallations: [PathLiteral] {
        var directories: [PathLiteral] = []
        for path in ownExecutables {
            var directory = path.directory
            if let holder = directory, ["bin", "sbin"].contains(holder.path.split(separator: "/").last) {
                directory = holder.directory
            }
            // One that is as near to the root as /opt, or a home, is not the program's.
            let least = path.path.hasPrefix("/home/") ? 3 : 2
            guard let directory, directory.path.split(separator: "/").count >= least, !directories.contains(directory)
            else { continue }
            directories.append(directory)
        }
        return directories
    }

    private static let system = [
        "/ r,",
        "/{,usr/,usr/local/}{bin,sbin}/ r,",
        "/{,usr/,usr/local/}{bin,sbin}/** mrix,",
        "/{,usr/,usr/local/}{lib,lib32,lib64,libexec}/ r,",
        "/{,usr/,usr/local/}{lib,lib32,lib64,libexec}/** mrix,",
        "/usr/{,local/}{games,share}/ r,",
        "/usr/{,local/}{games,share}/** mrix,",
        "/etc/ r,",
        "/etc/** r,",
        "owner @{PROC}/@{pid}/ r,",
        "owner @{PROC}/@{pid}/** r,",
        "owner @{PROC}/@{pid}/{,task/*/}comm w,",
        "owner @{PROC}/@{pid}/{coredump_filter,oom_score_adj} w,",
        "@{PROC}/ r,",
        "@{PROC}/{loadavg,uptime,version} r,",
        "@{PROC}/sys/{fs,kernel,vm}/** r,",
        "@{sys}/devices/system/{cpu,node}/** r,",
        "@{sys}/fs/cgroup/** r,",
        "@{sys}/kernel/mm/transparent_hugepage/* r,",
    ]

    private static let keeping = [
        "owner @{HOME}/ r,",
        "owner @{HOME}/** rwkl,",
        "owner /var/{cache,lib,log}/*/ rw,",
        "owner /var/{cache,lib,log}/*/** rwkl,",
        "owner /dev/shm/** rwkl,",
    ]

    private static let desktop = [
        "gnome", "kde", "audio", "dbus-session-strict", "dbus-accessibility-strict", "ibus", "mesa",
    ]

    private static let desktopRules = [
        "owner @{run}/user/[0-9]*/ r,",
        "owner @{run}/user/[0-9]*/{bus,pipewire-*,at-spi/*} rw,",
        "owner @{run}/user/[0-9]*/{dconf,doc}/{,**} rw,",
    ]
}
