# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sockets of applications: who connects there is the file system's decision, and they come and go with the profiles."""

import json
import os
import pwd
import shutil
import signal
import socket
import stat
import sys
import unittest

from harness import SieveTestCase, for_me, requires_root, run_bounded
from harness.processes import eventually, spawn

PYTHON = os.path.realpath(sys.executable)
COMMANDS = {"GETINFO": ["version"]}
ACCESS_LIST = "system.posix_acl_access"

# Prints what is sent to it, or why it cannot connect.
ASK = """
import socket, sys
s = socket.socket(socket.AF_UNIX); s.settimeout(20)
try:
    s.connect(sys.argv[1])
except OSError as error:
    sys.exit(type(error).__name__)
s.sendall(b"AUTHENTICATE\\r\\nGETINFO version\\r\\nQUIT\\r\\n")
while True:
    chunk = s.recv(65536)
    if not chunk: break
    sys.stdout.buffer.write(chunk)
"""
ALLOWED = b"250 OK\r\n250-version=0.4.9.99-fake\r\n250 OK\r\n250 closing connection\r\n"
REFUSED = b"250 OK\r\n510 Command filtered\r\n250 closing connection\r\n"


def asking_for(*sockets, commands=COMMANDS, **keys):
    return {"sockets": list(sockets), "commands": commands, **keys}


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


class ApplicationSocketTestCase(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.tor = self.fake_tor()
        os.chmod(self.directory / "tor.socket", 0o666)

    def place(self, daemon, name="app", file="control"):
        return daemon.runtime / "apps" / name / file

    def is_there(self, daemon, name="app"):
        return self.place(daemon, name).is_socket()

    def await_socket(self, daemon, name="app", there=True):
        eventually(
            lambda: self.is_there(daemon, name) == there,
            lambda: f"the socket {name} is {'' if there else 'not '}there{daemon.tail()}",
        )

    def loads(self, daemon):
        """How many loads of the profiles have ended."""
        try:
            lines = (daemon.runtime / "reload").read_text().splitlines()
        except FileNotFoundError:
            return 0
        return next(int(line.split()[1]) for line in lines if line.startswith("ended "))

    def end(self, daemon):
        """Ends it as an administrator does; what it leaves stays."""
        daemon.signal(signal.SIGTERM)
        self.assertEqual(0, daemon.wait())

    def reload(self, daemon):
        before = self.loads(daemon)
        daemon.reload()
        eventually(lambda: self.loads(daemon) > before, lambda: f"the profiles are read again{daemon.tail()}")

    def started(self, *sockets, **options):
        daemon = self.sieve(self.tor, profile=asking_for(*sockets), **options)
        daemon.await_log("sockets of applications")
        return daemon

    def ask_as(self, user, path, groups=()):
        """What a user gets there: the replies, or the name of the error."""
        account = pwd.getpwnam(user)
        done = run_bounded(
            [PYTHON, "-c", ASK, path], user=account.pw_uid, group=account.pw_gid, extra_groups=list(groups)
        )
        return done.stdout or done.stderr.strip().decode()


class SocketTests(ApplicationSocketTestCase):
    def test_a_client_there_gets_what_the_profile_allows_and_nobody_else_does(self):
        daemon = self.started({"name": "app"})
        path = self.place(daemon)
        self.assertWorks(self.session(daemon, path))
        self.assertFiltered(self.session(daemon), "GETINFO version")
        daemon.await_log("socket=app")
        self.assertEqual(0o660, stat.S_IMODE(path.stat().st_mode))
        self.assertEqual(0o755, stat.S_IMODE(path.parent.stat().st_mode))
        self.assertEqual(["control", "env"], sorted(os.listdir(path.parent)))

    def test_profiles_that_do_not_name_the_socket_do_not_apply_there(self):
        self.write_profile(for_me(commands={"GETINFO": [".*"], "SIGNAL": ["NEWNYM"]}), "90_me.yml")
        daemon = self.started({"name": "app"})
        client = self.session(daemon, self.place(daemon))
        self.assertWorks(client)
        self.assertFiltered(client, "GETINFO address")
        self.assertFiltered(client, "SIGNAL NEWNYM")
        self.assertAnswers(self.session(daemon), "SIGNAL NEWNYM", "250 OK")

    def test_a_profile_may_name_the_socket_of_another_and_ask_for_more(self):
        self.write_profile(asking_for("app", commands={"GETINFO": ["address"]}), "50_more.yml")
        self.write_profile(
            asking_for("app", commands={"SIGNAL": ["NEWNYM"]}, users=["no-such-user"]), "60_others.yml"
        )
        daemon = self.started({"name": "app"})
        client = self.session(daemon, self.place(daemon))
        self.assertWorks(client)
        self.assertEqual(b"250 OK", client.ask("GETINFO address")[-1])
        self.assertFiltered(client, "SIGNAL NEWNYM")

    def test_a_listener_with_a_name_is_the_socket_of_an_application(self):
        daemon = self.sieve(self.tor, unix_options=",name=app", profile=asking_for("app"))
        self.assertWorks(self.session(daemon))
        self.assertFalse((daemon.runtime / "apps").exists())
        (self.profiles / "40_test.yml").unlink()
        self.reload(daemon)
        self.assertFiltered(self.session(daemon), "GETINFO version")

    def test_a_listener_keeps_the_name_from_a_profile_that_would_let_in_others(self):
        daemon = self.sieve(self.tor, unix_options=",name=app", profile=asking_for({"name": "app", "mode": "0666"}))
        self.assertWorks(self.session(daemon))
        daemon.await_log("the socket app is not made")
        self.assertFalse(self.is_there(daemon))

    def listening_in(self, apps_name, *options, **keys):
        """A daemon with a listener in a directory that could be that of an application's socket."""
        daemon = self.unstarted_sieve(self.tor, **keys)
        place = self.place(daemon, apps_name)
        place.parent.mkdir(parents=True)
        for directory in (daemon.runtime, place.parent.parent, place.parent):
            directory.chmod(0o755)
        daemon.command += ["--listen", f"unix:{place}{''.join(options)}"]
        daemon.start()
        daemon.await_log("onion-sieve: listening on")
        return daemon, place

    def test_a_listener_may_lie_where_an_applications_socket_would(self):
        for name in ("app", "elsewhere"):
            with self.subTest(name):
                daemon, place = self.listening_in(name, ",name=app", profile=asking_for("app"))
                self.assertWorks(self.session(daemon, place))
                self.reload(daemon)
                self.assertTrue(place.is_socket())
                self.assertWorks(self.session(daemon, place))
                self.end(daemon)
                self.assertFalse(place.exists())

    def test_an_applications_socket_does_not_take_the_place_of_a_listener(self):
        daemon, place = self.listening_in("app", profile=[asking_for({"name": "app"}), asking_for({"name": "good"})])
        daemon.await_log("the socket of the application app is not there")
        self.await_socket(daemon, "good")
        before = place.stat().st_ino
        self.reload(daemon)
        self.assertEqual(before, place.stat().st_ino)
        self.assertFiltered(self.session(daemon, place), "GETINFO version")

    def test_explain_profile_show_and_the_daemon_agree(self):
        daemon = self.started({"name": "app"})
        allowed = self.session(daemon, self.place(daemon))
        for client, is_allowed in (
            (["--socket", "app"], True),
            (["--socket", "other"], False),
            (["--user", "x"], False),
        ):
            with self.subTest(client):
                done = run_bounded(
                    [os.environ["ONION_SIEVE"], "explain", "--profiles", self.profiles, *client, "--json"]
                    + ["GETINFO version", "GETINFO address"]
                )
                decisions = [json.loads(line)["decision"] for line in done.stdout.splitlines()]
                self.assertEqual(["forward" if is_allowed else "filter", "filter"], decisions, done.stderr)
                shown = run_bounded(
                    [os.environ["ONION_SIEVE"], "profile", "show", "--profiles", self.profiles, *client]
                )
                self.assertEqual(0 if is_allowed else 1, shown.returncode, shown.stderr)
        self.assertWorks(allowed)
        self.assertFiltered(allowed, "GETINFO address")
        done = run_bounded([os.environ["ONION_SIEVE"], "explain", "--socket", "../app", "GETINFO version"])
        self.assertEqual(2, done.returncode)

    def test_what_belongs_to_one_socket_is_not_for_another(self):
        self.write_profile(asking_for({"name": "b"}, commands={"SIGNAL": ["NEWNYM"]}), "50_b.yml")
        daemon = self.started({"name": "a"})
        self.await_socket(daemon, "b")
        self.assertFiltered(self.session(daemon, self.place(daemon, "a")), "SIGNAL NEWNYM")
        self.assertFiltered(self.session(daemon, self.place(daemon, "b")), "GETINFO version")

    def test_no_service_leads_to_a_socket_of_an_application(self):
        daemon = self.unstarted_sieve(self.tor)
        path = self.place(daemon)
        onions = {"keys": ["new"], "ports": [80], "targets": [f"unix:{path}", f"unix:{self.directory}/web"]}
        self.write_profile({"sockets": [{"name": "app"}], "onions": onions})
        daemon.start()
        self.await_socket(daemon)
        client = self.session(daemon, path)
        self.assertEqual(b"250 OK", client.ask(f"ADD_ONION NEW:ED25519-V3 Port=80,unix:{self.directory}/web")[-1])
        self.assertFiltered(client, f"ADD_ONION NEW:ED25519-V3 Port=80,unix:{path}")

    def test_no_more_than_64_sockets_are_made(self):
        self.write_profile([asking_for({"name": f"s{number:03}"}) for number in range(70)], "50_many.yml")
        daemon = self.sieve(self.tor)
        daemon.await_log("s069")
        self.await_socket(daemon, "s063")
        self.assertEqual(64, len(list((daemon.runtime / "apps").glob("*/control"))))
        self.assertWorks(self.session(daemon, self.place(daemon, "s063")))

    def test_a_second_daemon_with_the_runtime_directory_makes_none(self):
        first = self.started({"name": "app"})
        before = self.place(first).stat().st_ino
        second = self.unstarted_sieve(self.tor)
        second.command[second.command.index("--runtime-directory") + 1] = str(first.runtime)
        second.start()
        second.await_log("no socket of an application is made")
        second.stop()
        self.assertEqual(before, self.place(first).stat().st_ino)
        self.assertWorks(self.session(first, self.place(first)))


class EnvironmentTests(ApplicationSocketTestCase):
    def environment(self, daemon):
        return dict(line.split("=", 1) for line in self.place(daemon, file="env").read_text().splitlines())

    def test_the_environment_file_names_the_socket(self):
        daemon = self.started({"name": "app"})
        path = self.place(daemon, file="env")
        self.assertEqual(
            {"TOR_CONTROL_IPC_PATH": str(self.place(daemon)), "TOR_SKIP_LAUNCH": "1"}, self.environment(daemon)
        )
        self.assertEqual(0o644, stat.S_IMODE(path.stat().st_mode))
        done = run_bounded(["sh", "-c", f'. "{path}"; printf %s "$TOR_CONTROL_IPC_PATH"'])
        self.assertEqual(str(self.place(daemon)), done.stdout.decode())

    def test_it_names_the_SOCKS_port_that_tor_says(self):
        self.tor.info["net/listeners/socks"] = '"203.0.113.7:9050" "0.0.0.0:9150" "unix:/run/tor/socks"'
        daemon = self.started({"name": "app"})
        eventually(lambda: "TOR_SOCKS_PORT" in self.environment(daemon), lambda: f"tor's port is known{daemon.tail()}")
        self.assertEqual("127.0.0.1", self.environment(daemon)["TOR_SOCKS_HOST"])
        self.assertEqual("9150", self.environment(daemon)["TOR_SOCKS_PORT"])
        self.tor.info["net/listeners/socks"] = '"127.0.0.1:9999"'
        daemon.reload()
        eventually(lambda: self.environment(daemon)["TOR_SOCKS_PORT"] == "9999", "a reload asks again")

    def test_it_names_the_SOCKS_port_of_a_tor_that_comes_later(self):
        self.tor.stop()
        daemon = self.started({"name": "app"})
        self.assertNotIn("TOR_SOCKS_PORT", self.environment(daemon))
        self.tor.info["net/listeners/socks"] = '"127.0.0.1:9150"'
        self.tor.listen()
        self.session(daemon, self.place(daemon)).ask("GETINFO version")
        eventually(lambda: self.environment(daemon).get("TOR_SOCKS_PORT") == "9150", "tor's port is known")

    def test_it_names_a_unix_socket_of_a_tor_that_has_no_port_here(self):
        for listeners in ('"203.0.113.7:9050" "unix:/run/tor/socks"', '"unix:relative" "unix:/a\\nb" "unix:/run/tor/socks"'):
            with self.subTest(listeners):
                self.tor.info["net/listeners/socks"] = listeners
                daemon = self.started({"name": "app"})
                eventually(lambda: "TOR_SOCKS_IPC_PATH" in self.environment(daemon), "tor's socket is known")
                self.assertEqual("/run/tor/socks", self.environment(daemon)["TOR_SOCKS_IPC_PATH"])
                self.assertNotIn("TOR_SOCKS_PORT", self.environment(daemon))

    def test_a_file_that_somebody_took_away_is_there_again_after_a_reload(self):
        daemon = self.started({"name": "app"})
        before = self.place(daemon).stat().st_ino
        self.place(daemon, file="env").unlink()
        self.reload(daemon)
        self.assertEqual(str(self.place(daemon)), self.environment(daemon)["TOR_CONTROL_IPC_PATH"])
        self.assertEqual(before, self.place(daemon).stat().st_ino)

    def test_a_reload_says_which_sockets_came_and_went(self):
        self.write_profile(asking_for({"name": "one"}, {"name": "two"}))
        daemon = self.sieve(self.tor)
        daemon.await_log("sockets of applications: one, two")
        self.write_profile(asking_for({"name": "three"}, {"name": "two", "mode": "0600"}))
        self.reload(daemon)
        daemon.await_log("sockets of applications: new: three; replaced: two; gone: one")

    def test_what_is_configured_comes_first(self):
        self.tor.info["net/listeners/socks"] = '"127.0.0.1:9999"'
        for place, expected in (
            ("127.0.0.1:9150", {"TOR_SOCKS_HOST": "127.0.0.1", "TOR_SOCKS_PORT": "9150"}),
            ("unix:/run/tor/socks", {"TOR_SOCKS_IPC_PATH": "/run/tor/socks"}),
        ):
            with self.subTest(place):
                self.write_profile(asking_for({"name": "app"}))
                daemon = self.sieve(self.tor, "--tor-socks", place)
                daemon.await_log("sockets of applications")
                self.reload(daemon)
                found = {key: value for key, value in self.environment(daemon).items() if "SOCKS" in key}
                self.assertEqual(expected, found)


class ReloadTests(ApplicationSocketTestCase):
    def test_sockets_come_and_go_with_the_profiles_and_sessions_go_on(self):
        daemon = self.sieve(self.tor)
        self.assertFalse(self.is_there(daemon))
        self.write_profile(asking_for({"name": "app"}))
        self.reload(daemon)
        session = self.session(daemon, self.place(daemon))
        self.assertWorks(session)
        (self.profiles / "40_test.yml").unlink()
        self.reload(daemon)
        self.assertEqual([], os.listdir(self.place(daemon).parent))
        with self.assertRaises(OSError):
            daemon.client(self.place(daemon))
        self.assertWorks(session)

    def test_a_socket_that_stays_keeps_its_listener(self):
        daemon = self.started({"name": "app"})
        before = self.place(daemon).stat().st_ino
        session = self.session(daemon, self.place(daemon))
        self.write_profile(asking_for({"name": "app"}, commands={"GETINFO": ["version", "address"]}))
        self.write_profile(asking_for({"name": "another"}), "50_another.yml")
        self.reload(daemon)
        self.assertEqual(before, self.place(daemon).stat().st_ino)
        self.assertWorks(session)
        self.assertFiltered(session, "GETINFO address")
        self.assertEqual(b"250 OK", self.session(daemon, self.place(daemon)).ask("GETINFO address")[-1])

    def test_a_mode_that_changes_is_applied_at_once_and_sessions_go_on(self):
        daemon = self.started({"name": "app", "mode": "0660"})
        session = self.session(daemon, self.place(daemon))
        for mode in ("0600", "0622", "0666"):
            self.write_profile(asking_for({"name": "app", "mode": mode}))
            self.reload(daemon)
            self.assertEqual(int(mode, 8), stat.S_IMODE(self.place(daemon).stat().st_mode))
            self.assertWorks(self.session(daemon, self.place(daemon)))
        self.assertWorks(session)

    def test_a_file_that_breaks_keeps_its_socket(self):
        daemon = self.started({"name": "app"})
        before = self.place(daemon).stat().st_ino
        for broken in ("- [\n", "- {sockets: [{name: app, mode: '9'}]}\n"):
            self.write_profile(broken)
            self.reload(daemon)
            self.assertEqual(before, self.place(daemon).stat().st_ino)
            self.assertWorks(self.session(daemon, self.place(daemon)))

    def test_a_socket_that_cannot_be_made_any_more_lets_nobody_in_as_before(self):
        daemon = self.started({"name": "app"})
        self.write_profile(asking_for({"name": "app", "group": "no-such-group"}))
        self.reload(daemon)
        daemon.await_log("no-such-group")
        self.assertFalse(self.is_there(daemon))
        self.write_profile(asking_for({"name": "another"}), "50_another.yml")
        self.reload(daemon)
        self.assertWorks(self.session(daemon, self.place(daemon, "another")))

    def test_a_socket_that_somebody_took_away_is_there_again_after_a_reload(self):
        daemon = self.started({"name": "app"})
        shutil.rmtree(self.place(daemon).parent)
        self.reload(daemon)
        self.assertWorks(self.session(daemon, self.place(daemon)))

    def test_two_hundred_reloads_leave_no_descriptor(self):
        daemon = self.started({"name": "app"})
        session = self.session(daemon, self.place(daemon))
        forms = [
            asking_for({"name": "app", "mode": "0660"}),
            asking_for({"name": "app", "mode": "0600"}, {"name": "b"}),
            asking_for({"name": "b"}),
            asking_for({"name": "app", "group": "no-such-group"}),
        ]
        before = None
        for number in range(200):
            self.write_profile(forms[number % len(forms)])
            self.reload(daemon)
            if number % len(forms) == 1:
                for name in ("app", "b"):
                    with daemon.session(self.place(daemon, name)) as client:
                        self.assertWorks(client)
            if number == 3:
                before = descriptors(daemon.pid)
        eventually(
            lambda: descriptors(daemon.pid) <= before,
            lambda: f"descriptors are closed: {before} before, {descriptors(daemon.pid)} now",
        )
        self.assertWorks(session)


class EndTests(ApplicationSocketTestCase):
    def test_the_end_removes_sockets_and_files_and_keeps_directories(self):
        daemon = self.started({"name": "app"})
        directory = self.place(daemon).parent
        before = directory.stat().st_ino
        self.end(daemon)
        self.assertEqual([], os.listdir(directory))
        daemon.start()
        self.await_socket(daemon)
        self.assertEqual(before, directory.stat().st_ino)

    def test_a_path_is_used_to_the_last_byte_that_an_address_has(self):
        daemon = self.unstarted_sieve(self.tor)
        daemon.runtime = self.directory / ("d" * 30)
        daemon.command[daemon.command.index("--runtime-directory") + 1] = str(daemon.runtime)
        room = 107 - len(str(self.place(daemon, "x"))) + 1
        self.assertLess(room, 64, "a name may be as long as that")
        fits, is_too_long = "a" * room, "b" * (room + 1)
        self.write_profile([asking_for({"name": fits}), asking_for({"name": is_too_long})])
        daemon.start()
        self.await_socket(daemon, fits)
        self.assertWorks(self.session(daemon, self.place(daemon, fits)))
        daemon.await_log(f"{is_too_long} is not there: the path {self.place(daemon, is_too_long)} is too long for a socket")
        self.assertEqual([], os.listdir(self.place(daemon, is_too_long).parent))

    def test_what_a_daemon_that_was_killed_left_is_replaced_or_removed(self):
        self.write_profile(asking_for({"name": "old"}), "50_old.yml")
        daemon = self.started({"name": "app"})
        self.await_socket(daemon, "old")
        daemon.process.kill()
        daemon.process.wait()
        with socket.socket(socket.AF_UNIX) as leftover:
            leftover.bind(str(self.place(daemon, file=".socket")))
        self.place(daemon, file=".env.new").write_text("half")
        self.place(daemon, "old", ".env.new").write_text("half")
        with socket.socket(socket.AF_UNIX) as leftover:
            leftover.bind(str(self.place(daemon, "old", ".socket")))
        (self.profiles / "50_old.yml").unlink()
        daemon.start()
        self.assertWorks(eventually(lambda: self.try_for_a_session(daemon), "the socket is there again"))
        self.assertEqual(["control", "env"], sorted(os.listdir(self.place(daemon).parent)))
        self.assertEqual([], os.listdir(self.place(daemon, "old").parent))

    def try_for_a_session(self, daemon):
        try:
            return self.session(daemon, self.place(daemon))
        except OSError:
            return None


@requires_root
class HostileDirectoryTests(ApplicationSocketTestCase):
    """Whatever is there before: it is neither used nor harmed, and nothing else suffers from it."""

    def setUp(self):
        super().setUp()
        self.victim = self.directory / "victim"
        self.victim.mkdir()
        (self.victim / "control").write_text("precious")

    def refused(self, prepare, others_work=True):
        """Starts a daemon where `prepare`, given `apps`, has been before."""
        self.write_profile([asking_for({"name": "app"}), asking_for({"name": "good"})])
        daemon = self.unstarted_sieve(self.tor)
        apps = daemon.runtime / "apps"
        daemon.runtime.mkdir(mode=0o755)
        prepare(apps)
        before = self.look(self.directory / "victim"), self.look(apps)
        daemon.start()
        daemon.await_log("the socket of the application app is not there")
        if others_work:
            self.await_socket(daemon, "good")
            self.assertWorks(self.session(daemon, self.place(daemon, "good")))
            shutil.rmtree(apps / "good")
        self.assertEqual(before, (self.look(self.directory / "victim"), self.look(apps)))
        self.assertFiltered(self.session(daemon), "GETINFO version")
        self.end(daemon)
        if others_work:
            shutil.rmtree(apps / "good", ignore_errors=True)
        self.assertEqual(before, (self.look(self.directory / "victim"), self.look(apps)))

    def look(self, path):
        """All that is below, without what a daemon adds to the directory of the socket that it cannot make."""
        seen = {}
        for place in [path, *sorted(path.rglob("*"))]:
            if place.name in ("env", "good"):
                continue
            status = place.lstat()
            seen[str(place)] = (status.st_mode, status.st_uid, status.st_ino)
        return seen

    def test_the_directory_of_all_is_a_link(self):
        self.refused(lambda apps: apps.symlink_to(self.victim), others_work=False)

    def test_the_directory_of_all_is_writable_by_others(self):
        def prepare(apps):
            apps.mkdir()
            apps.chmod(0o777)

        self.refused(prepare, others_work=False)

    def test_the_directory_of_all_is_somebody_elses(self):
        def prepare(apps):
            apps.mkdir()
            shutil.chown(apps, "games")

        self.refused(prepare, others_work=False)

    def test_the_directory_is_a_link(self):
        def prepare(apps):
            apps.mkdir()
            (apps / "app").symlink_to(self.victim)

        self.refused(prepare)

    def test_the_directory_is_somebody_elses_or_writable_by_others(self):
        for user, mode in (("games", 0o755), ("root", 0o775), ("root", 0o1777)):
            with self.subTest(user=user, mode=oct(mode)):

                def prepare(apps, user=user, mode=mode):
                    (apps / "app").mkdir(parents=True)
                    (apps / "app").chmod(mode)
                    shutil.chown(apps / "app", user)

                self.refused(prepare)

    def test_the_directory_is_a_file(self):
        def prepare(apps):
            apps.mkdir()
            (apps / "app").write_text("precious")

        self.refused(prepare)

    def test_something_else_has_the_name_of_the_socket(self):
        def foreign_socket(path):
            with socket.socket(socket.AF_UNIX) as foreign:
                foreign.bind(str(path))
            shutil.chown(path, "games")

        for what, make in (
            ("a file", lambda path: path.write_text("precious")),
            ("a link", lambda path: path.symlink_to(self.victim / "control")),
            ("a link to nothing", lambda path: path.symlink_to(self.victim / "nothing")),
            ("a directory", lambda path: path.mkdir()),
            ("another's socket", foreign_socket),
        ):
            with self.subTest(what):

                def prepare(apps, make=make):
                    (apps / "app").mkdir(parents=True)
                    make(apps / "app" / "control")

                self.refused(prepare)
        self.assertEqual("precious", (self.victim / "control").read_text())

    def test_something_else_has_the_name_of_the_environment_file(self):
        for what, make in (
            ("a link", lambda path: path.symlink_to(self.victim / "control")),
            ("a directory", lambda path: path.mkdir()),
        ):
            with self.subTest(what):

                def prepare(apps, make=make):
                    (apps / "app").mkdir(parents=True)
                    make(apps / "app" / "env")

                self.refused(prepare)
        self.assertEqual("precious", (self.victim / "control").read_text())

    def test_a_list_that_the_directory_hands_down_lets_nobody_in(self):
        self.write_profile(asking_for({"name": "app"}))
        daemon = self.unstarted_sieve(self.tor)
        directory = self.place(daemon).parent
        directory.mkdir(parents=True)
        for path in (daemon.runtime, directory.parent, directory):
            path.chmod(0o755)
        everything_for_games = bytes.fromhex(
            "02000000" "01000700ffffffff" "0200070005000000" "04000700ffffffff" "10000700ffffffff" "20000700ffffffff"
        )
        try:
            os.setxattr(directory, "system.posix_acl_default", everything_for_games)
        except OSError as error:
            self.skipTest(f"no access control lists here: {error}")
        daemon.start()
        self.await_socket(daemon)
        self.assertNotIn(ACCESS_LIST, os.listxattr(self.place(daemon)))
        self.assertEqual("PermissionError", self.ask_as("games", self.place(daemon)))
        self.assertWorks(self.session(daemon, self.place(daemon)))

    def test_a_group_that_the_directory_hands_down_lets_nobody_in(self):
        daemon = self.unstarted_sieve(self.tor, profile=asking_for({"name": "app"}))
        daemon.runtime.mkdir()
        shutil.chown(daemon.runtime, group="games")
        daemon.runtime.chmod(0o2755)
        daemon.start()
        self.await_socket(daemon)
        self.assertEqual(os.getegid(), self.place(daemon).stat().st_gid)
        self.assertEqual("PermissionError", self.ask_as("games", self.place(daemon)))


@requires_root
@unittest.skipUnless(shutil.which("setpriv"), "setpriv (util-linux) is missing")
class OtherUserTests(ApplicationSocketTestCase):
    def test_whom_mode_and_group_let_in_is_let_in_and_nobody_else(self):
        daemon = self.started({"name": "app", "group": "irc", "mode": "0660"})
        path = self.place(daemon)
        self.assertEqual("PermissionError", self.ask_as("games", path))
        self.assertEqual(ALLOWED, self.ask_as("irc", path))
        self.assertEqual(ALLOWED, self.ask_as("games", path, groups=[39]))
        self.write_profile(asking_for({"name": "app", "group": "games", "mode": "0660"}))
        self.reload(daemon)
        self.assertEqual(ALLOWED, self.ask_as("games", path))
        self.assertEqual("PermissionError", self.ask_as("irc", path))

    def test_a_profile_may_ask_for_the_user_too(self):
        self.write_profile(asking_for({"name": "app", "mode": "0666"}, users=["games"]))
        daemon = self.sieve(self.tor)
        self.await_socket(daemon)
        self.assertEqual(ALLOWED, self.ask_as("games", self.place(daemon)))
        self.assertEqual(REFUSED, self.ask_as("irc", self.place(daemon)))

    def unprivileged(self, groups, *sockets):
        """A daemon that runs as `games`, in these groups, without any capability."""
        self.write_profile(asking_for(*sockets))
        prefix = ["setpriv", "--reuid=games", "--regid=games", groups, "--bounding-set=-all", "--"]
        daemon = self.unstarted_sieve(self.tor, "--tor-user", "root", listen=["tcp"], prefix=prefix)
        daemon.runtime.mkdir(mode=0o755)
        shutil.chown(daemon.runtime, "games", "games")
        return daemon.start()

    def test_a_daemon_in_the_group_gives_the_socket_to_it(self):
        daemon = self.unprivileged("--groups=irc", {"name": "app", "group": "irc"})
        self.await_socket(daemon)
        self.assertEqual(39, self.place(daemon).stat().st_gid)
        self.assertNotIn(ACCESS_LIST, os.listxattr(self.place(daemon)))
        self.assertEqual(ALLOWED, self.ask_as("irc", self.place(daemon)))
        self.assertEqual("PermissionError", self.ask_as("daemon", self.place(daemon)))

    def test_a_daemon_that_is_not_in_the_group_lets_it_in_by_an_access_control_list(self):
        probe = self.directory / "probe"
        probe.touch()
        try:
            os.setxattr(
                probe,
                ACCESS_LIST,
                bytes.fromhex("02000000" "01000600ffffffff" "04000000ffffffff" "0800060027000000")
                + bytes.fromhex("10000600ffffffff" "20000000ffffffff"),
            )
        except OSError as error:
            self.skipTest(f"no access control lists here: {error}")
        daemon = self.unprivileged("--clear-groups", {"name": "app", "group": "irc"})
        self.await_socket(daemon)
        path = self.place(daemon)
        self.assertIn(ACCESS_LIST, os.listxattr(path))
        self.assertEqual(ALLOWED, self.ask_as("irc", path))
        self.assertEqual(ALLOWED, self.ask_as("daemon", path, groups=[39]))
        self.assertEqual("PermissionError", self.ask_as("daemon", path))
        # The group of the file is none that was asked for.
        self.assertEqual("PermissionError", self.ask_as("daemon", path, groups=[60]))

    def test_a_container_finds_the_socket_again_after_the_daemon_was_started_again(self):
        if run_bounded(["unshare", "-m", "true"]).returncode or not shutil.which("nsenter"):
            self.skipTest("no mount namespace can be made here")
        daemon = self.started({"name": "app", "group": "irc"})
        inside = self.directory / "inside"
        inside.mkdir()
        directory = self.place(daemon).parent
        container = spawn(
            ["unshare", "-m", "sh", "-c", f"mount --bind {directory} {inside} && exec sleep 100"]
        )
        self.addCleanup(container.wait)
        self.addCleanup(container.kill)

        def ask():
            return run_bounded(
                ["nsenter", f"--mount=/proc/{container.pid}/ns/mnt"]
                + ["setpriv", "--reuid=irc", "--regid=irc", "--clear-groups", PYTHON, "-c", ASK, inside / "control"]
            ).stdout

        eventually(lambda: ask() == ALLOWED, "the application is let in")
        self.assertFalse((inside / "control").exists(), "seen from outside there is nothing")
        self.end(daemon)
        self.assertEqual(b"", ask())
        daemon.start()
        eventually(lambda: ask() == ALLOWED, "the application is let in again")
        self.write_profile(asking_for({"name": "app", "group": "games"}))
        self.reload(daemon)
        self.assertEqual(b"", ask())
