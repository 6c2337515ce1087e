// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// A client of its own process: Perl, which every Debian has, takes few system calls to look through.
enum ClientProgram {
    static let perl = "/usr/bin/perl"

    /// Connects to `unix PATH`, `v4 ADDRESS PORT` or `v6 ADDRESS PORT`, says `ready`, and takes orders; from 127.0.0.1 and the port
    /// SOURCE_PORT if that is set.
    static let script = #"""
        use Fcntl;
        use POSIX ();
        use Socket qw(:all);
        $| = 1;
        $^F = 255;
        my ($kind, $address, $port) = @ARGV;
        my $family = $kind eq "unix" ? AF_UNIX : $kind eq "v4" ? AF_INET : AF_INET6;
        socket(my $s, $family, SOCK_STREAM, 0) or die;
        setsockopt($s, SOL_SOCKET, 25, $ENV{BIND_DEVICE}) or die if $ENV{BIND_DEVICE};
        if ($ENV{SOURCE_PORT}) {
            setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1) or die;
            bind($s, pack_sockaddr_in($ENV{SOURCE_PORT}, INADDR_LOOPBACK)) or die "bind: $!";
        }
        my $name = $kind eq "unix" ? pack_sockaddr_un($address)
            : $kind eq "v4" ? pack_sockaddr_in($port, inet_pton(AF_INET, $address))
            : pack_sockaddr_in6($port, inet_pton(AF_INET6, $address));
        connect($s, $name) or die "connect: $!";
        print "ready\n";
        while (my $order = <STDIN>) {
            if ($order =~ /^close/) { close($s) }
            if ($order =~ /^shutdown/) { shutdown($s, 1) }
            if ($order =~ /^reset/) { setsockopt($s, SOL_SOCKET, SO_LINGER, pack("ii", 1, 0)); close($s) }
            if ($order =~ /^share (\d+)/) { share(sub { $( = $1; $) = "$1 $1"; $< = $1; $> = $1; }) }
            if ($order =~ /^twin/) { share(sub {}) }
            if ($order =~ /^exec (.*)/) { share(sub { exec($1, "20") or die }) }
            if ($order =~ /^become (\d+)/) { $< = $1; $> = $1 }
            print "done\n";
        }
        sub share {
            my ($change) = @_;
            pipe(my $in, my $out);
            fcntl($out, F_SETFD, FD_CLOEXEC);
            my $parent = $$;
            if (fork() == 0) {
                close(STDIN); close($in);
                $change->();
                syswrite($out, "x"); close($out);
                sleep(1) while getppid() == $parent;
                POSIX::_exit(0);
            }
            close($out); sysread($in, my $x, 1);
        }
        """#

    static func start(_ arguments: [String], executable: String = perl, before: [String] = []) -> Child {
        let child = Child(before + [executable, "-e", script] + arguments)
        precondition(child.line() == "ready", "the client program did not connect")
        return child
    }
}
