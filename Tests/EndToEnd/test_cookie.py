# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listeners with a cookie of their own: what is asked of clients, and the file that tells them."""

import fcntl
import grp
import hmac
import logging
import os
import pwd
import re
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys

import stem.connection
import stem.control

from harness import RawClient, SieveTestCase, for_me, free_port, requires_root, run_bounded
from harness.case import real_tor
from harness.processes import eventually, spawn

PROFILE = for_me(commands={"GETINFO": ["version"]})
SERVER_KEY = b"Tor safe cookie authentication server-to-controller hash"
CONTROLLER_KEY = b"Tor safe cookie authentication controller-to-server hash"
NONCE = bytes(range(32))


def proof(key, cookie, nonce, reply):
    server_nonce = bytes.fromhex(re.search(rb"SERVERNONCE=([0-9A-F]{64})$", reply)[1].decode())
    return hmac.digest(key, cookie + nonce + server_nonce, "sha256").hex().upper()


class CookieTestCase(SieveTestCase):
    def setUp(self):
        super().setUp()
        logging.getLogger("stem").setLevel(logging.CRITICAL)
        self.cookie = self.directory / "cookie"
        self.write_profile(PROFILE)

    def start(self, tor=None, settings="", **options):
        return self.sieve(tor or self.fake_tor(), unix_options=f",cookie={self.cookie}{settings}", **options)

    def hex(self, path=None):
        return (path or self.cookie).read_bytes().hex()

    def refusal(self, *listen, tor=(), status=1):
        """What a daemon that cannot start says."""
        daemon = self.unstarted_sieve(tor or ["--tor", f"unix:{self.directory / 'nothing'}"], listen=[])
        for text in listen:
            daemon.command += ["--listen", text]
        daemon.launch()
        self.assertEqual(status, daemon.wait(), daemon.log())
        return daemon.log()

    def leftovers(self):
        return [path.name for path in self.directory.iterdir() if "cookie" in path.name]


class AuthenticationTests(CookieTestCase):
    def test_stem_chooses_and_uses_safecookie(self):
        daemon = self.start()
        with stem.control.Controller.from_socket_file(str(daemon.unix)) as controller:
            protocol = stem.connection.get_protocolinfo(controller)
            self.assertEqual(["COOKIE", "SAFECOOKIE"], [method.upper() for method in protocol.auth_methods])
            self.assertEqual(str(self.cookie), protocol.cookie_path)
            stem.connection.authenticate_safecookie(controller, protocol.cookie_path)
            self.assertIn("0.4.9", str(controller.get_version()))

    def test_stem_left_to_itself_and_stem_with_the_cookie_itself_are_let_in(self):
        daemon = self.start(real_tor(self))
        for authenticate in (
            lambda controller: controller.authenticate(),
            lambda controller: stem.connection.authenticate_cookie(controller, str(self.cookie)),
        ):
            with stem.control.Controller.from_socket_file(str(daemon.unix)) as controller:
                authenticate(controller)
                self.assertIn("0.4.", str(controller.get_version()))

    def test_stem_with_another_cookie_is_not_let_in(self):
        daemon = self.start()
        other = self.directory / "other"
        other.write_bytes(os.urandom(32))
        for authenticate, failure in (
            (stem.connection.authenticate_cookie, stem.connection.IncorrectCookieValue),
            (stem.connection.authenticate_safecookie, stem.connection.AuthSecurityFailure),
            (lambda controller, _: stem.connection.authenticate_none(controller), stem.connection.OpenAuthRejected),
            (
                lambda controller, _: stem.connection.authenticate_password(controller, "x"),
                stem.connection.AuthenticationFailure,
            ),
        ):
            with self.subTest(failure), stem.control.Controller.from_socket_file(str(daemon.unix)) as controller:
                with self.assertRaises(failure):
                    authenticate(controller, str(other))

    def test_a_wrong_or_missing_secret_closes_the_connection_and_never_reaches_tor(self):
        tor = self.fake_tor()
        daemon = self.start(tor)
        eventually(lambda: tor.sessions and tor.sessions[0].closed.is_set(), "the daemon has said hello to tor")
        right = self.hex()
        for secret in ("", " " + "00" * 32, " " + right[:-2], " " + right + "00", ' "password"', " password"):
            client = self.client(daemon)
            client.send(f"AUTHENTICATE{secret}\r\nAUTHENTICATE {right}\r\nGETINFO version\r\n")
            self.assertRegex(client.rest(), rb"^515 Authentication failed: [^\r\n]+\r\n$")
        self.assertEqual(1, len(tor.sessions))
        self.assertEqual([], tor.lines)
        self.assertAnswers(self.client(daemon), f"AUTHENTICATE {right}", "250 OK")

    def test_a_client_without_a_profile_must_know_it_too(self):
        self.write_profile(for_me(users=["nobody-of-that-name"], commands={"GETINFO": ["version"]}))
        daemon = self.start()
        client = self.client(daemon)
        client.command("AUTHENTICATE")
        self.assertRegex(client.rest(), rb"^515 ")
        client = self.client(daemon)
        self.assertAnswers(client, f"AUTHENTICATE {self.hex()}", "250 OK")
        self.assertFiltered(client, "GETINFO version")

    def test_a_listener_without_one_on_the_same_daemon_asks_for_nothing(self):
        daemon = self.start(listen=["unix", "tcp"])
        self.assertWorks(self.session(daemon, daemon.tcp))
        self.assertIn(b"250-AUTH METHODS=NULL", self.client(daemon, daemon.tcp).ask("PROTOCOLINFO 1"))
        client = self.client(daemon)
        client.command("AUTHENTICATE")
        self.assertRegex(client.rest(), rb"^515 ")

    def test_each_listener_has_its_own_and_TCP_may_have_one(self):
        port, other = free_port(), self.directory / "other-cookie"
        daemon = self.unstarted_sieve(
            self.fake_tor(),
            "--listen",
            f"127.0.0.1:{port},cookie={other},mode=0644",
            unix_options=f",cookie={self.cookie}",
        )
        daemon.addresses.append(("127.0.0.1", port))
        daemon.start()
        self.assertNotEqual(self.hex(), self.hex(other))
        self.assertEqual(0o644, stat.S_IMODE(other.stat().st_mode))
        for address, right, wrong in ((daemon.unix, self.cookie, other), (("127.0.0.1", port), other, self.cookie)):
            client = self.client(daemon, address)
            self.assertAnswers(client, f"AUTHENTICATE {self.hex(right)}", "250 OK")
            self.assertWorks(client)
            client = self.client(daemon, address)
            client.command(f"AUTHENTICATE {self.hex(wrong)}")
            self.assertRegex(client.rest(), rb"^515 ")
        with stem.control.Controller.from_port("127.0.0.1", port) as controller:
            controller.authenticate()

    def test_a_reload_leaves_it_as_it_is(self):
        daemon = self.start()
        before = self.hex()
        self.write_profile(for_me(commands={"GETINFO": ["address"]}))
        daemon.reload()

        def reloaded():
            client = self.client(daemon)
            self.assertAnswers(client, f"AUTHENTICATE {before}", "250 OK")
            return client.ask("GETINFO version") == [b"510 Command filtered"]

        eventually(reloaded, "the new profile is used")
        self.assertEqual(before, self.hex())
        self.assertAnswers(self.client(daemon), f"AUTHENTICATE {before}", "250 OK")

    def test_server_nonces_are_fresh(self):
        daemon = self.start()
        replies = {self.client(daemon).ask("AUTHCHALLENGE SAFECOOKIE 00")[0] for _ in range(20)}
        self.assertEqual(20, len(replies))

    def test_it_is_in_no_log(self):
        daemon = self.sieve(self.fake_tor(), "--debug", unix_options=f",cookie={self.cookie}")
        cookie = self.cookie.read_bytes()
        client = self.client(daemon)
        reply = client.ask("AUTHCHALLENGE SAFECOOKIE " + NONCE.hex())[0]
        answer = proof(CONTROLLER_KEY, cookie, NONCE, reply)
        client.ask("AUTHENTICATE " + answer)
        self.assertWorks(client)
        self.client(daemon).ask("AUTHENTICATE " + cookie.hex())
        self.client(daemon).ask("AUTHENTICATE " + cookie.hex() + " " + cookie.hex())
        self.client(daemon).ask("AUTHENTICATE " + cookie.hex()[:-1])
        self.client(daemon).ask("AUTHENTICATED " + cookie.hex())
        daemon.await_log("AUTHENTICATE [secret]")
        daemon.stop()
        for secret in (cookie.hex(), answer):
            self.assertNotIn(secret[:40].lower(), daemon.log().lower())


class ComparisonTests(CookieTestCase):
    """The same lines to a real tor and to us, each with the cookie of its own."""

    # What tor leaves open or answers otherwise stands in the table below.
    CONVERSATIONS = [
        ["PROTOCOLINFO 1"],
        ["PROTOCOLINFO 1", "AUTHENTICATE {cookie}", "PROTOCOLINFO 1"],
        ["AUTHENTICATE {cookie}"],
        ["AUTHENTICATE {COOKIE}  "],
        ["AUTHENTICATE"],
        ["AUTHENTICATE " + "00" * 32],
        ["AUTHENTICATE 00"],
        ['AUTHENTICATE "password"'],
        ['AUTHENTICATE "{cookie}"'],
        ["AUTHCHALLENGE SAFECOOKIE {nonce}", "AUTHENTICATE {proof}"],
        ["AUTHCHALLENGE safecookie {nonce}", "AUTHENTICATE {PROOF}"],
        ["AUTHCHALLENGE SAFECOOKIE {nonce}", "AUTHENTICATE {cookie}"],
        ["AUTHCHALLENGE SAFECOOKIE {nonce}", "AUTHENTICATE"],
        ["AUTHCHALLENGE SAFECOOKIE {nonce}", "AUTHENTICATE 00"],
        ["AUTHCHALLENGE SAFECOOKIE {nonce}", "AUTHCHALLENGE SAFECOOKIE {nonce}"],
        ["AUTHCHALLENGE SAFECOOKIE {nonce}", "PROTOCOLINFO 1"],
        ["AUTHCHALLENGE SAFECOOKIE {nonce}", "GETINFO version"],
        ["AUTHCHALLENGE SAFECOOKIE"],
        ["AUTHCHALLENGE SAFECOOKIE 0"],
        ["AUTHCHALLENGE SAFECOOKIE xyzw"],
        ["AUTHCHALLENGE SAFECOOKIE 00 00"],
        ["AUTHCHALLENGE COOKIE 00"],
        ["AUTHCHALLENGE COOKIE"],
        ["AUTHENTICATE {cookie}", "AUTHENTICATE {cookie}"],
        ["AUTHENTICATE {cookie}", "AUTHENTICATE " + "00" * 32],
        ["GETINFO version"],
    ]
    # Tor says 551 and 512 to these; a secret that cannot be read is a wrong one to us.
    UNREADABLE = ["AUTHENTICATE password", "AUTHENTICATE 0", "AUTHENTICATE {cookie} 00"]

    def converse(self, address, cookie, lines):
        client = RawClient(address)
        self.addCleanup(client.close)
        said, answer = [], ""
        for line in lines:
            words = {"cookie": cookie.hex(), "COOKIE": cookie.hex().upper(), "nonce": NONCE.hex()}
            client.command(line.format(**words, proof=answer.lower(), PROOF=answer))
            reply = client.reply()
            if b"SERVERHASH=" in reply[0]:
                self.assertIn(f"SERVERHASH={proof(SERVER_KEY, cookie, NONCE, reply[0])} ".encode(), reply[0])
                answer = proof(CONTROLLER_KEY, cookie, NONCE, reply[0])
            said.append(re.sub(rb"=[0-9A-F]{64}", b"=#", b"\n".join(reply)))
        client.socket.settimeout(0.3)
        try:
            return said, client.socket.recv(100) or "closed"
        except (TimeoutError, socket.timeout):
            return said, "open"

    def test_we_say_what_tor_says(self):
        tor = real_tor(self)
        daemon = self.start(tor)
        # Before it has met tor it cannot tell tor's version.
        daemon.await_log(" is at unix:")
        for lines in self.CONVERSATIONS:
            with self.subTest(lines):
                theirs, ours = (
                    self.converse(address, path.read_bytes(), lines)
                    for address, path in ((tor.socket_path, tor.cookie_path), (daemon.unix, self.cookie))
                )
                theirs = ([line.replace(bytes(tor.cookie_path), bytes(self.cookie)) for line in theirs[0]], theirs[1])
                self.assertEqual(theirs, ours)

    def test_where_we_differ_we_refuse_too(self):
        tor = real_tor(self)
        daemon = self.start(tor)
        for line in self.UNREADABLE:
            with self.subTest(line):
                theirs = self.converse(tor.socket_path, tor.cookie_path.read_bytes(), [line])
                ours = self.converse(daemon.unix, self.cookie.read_bytes(), [line])
                self.assertRegex(theirs[0][0], rb"^5(51|12) ")
                self.assertRegex(ours[0][0], rb"^515 ")
                self.assertEqual(("closed", "closed"), (theirs[1], ours[1]))


class FileTests(CookieTestCase):
    def test_it_is_32_bytes_fresh_at_each_start_and_gone_at_the_end(self):
        seen = set()
        for _ in range(3):
            daemon = self.start()
            self.assertEqual(32, len(self.cookie.read_bytes()))
            seen.add(self.hex())
            self.assertEqual(["cookie"], self.leftovers())
            daemon.signal(signal.SIGTERM)
            self.assertEqual(0, daemon.wait())
            self.assertEqual([], self.leftovers())
        self.assertEqual(3, len(seen))

    def test_it_has_the_mode_of_its_listener_but_is_not_executable_whatever_the_umask(self):
        for mode, expected in (("0600", 0o600), ("0660", 0o660), ("0666", 0o666), ("0777", 0o666)):
            for umask in (0o000, 0o077):
                with self.subTest(mode=mode, umask=umask):
                    before = os.umask(umask)
                    try:
                        daemon = self.start(settings=f",mode={mode}")
                    finally:
                        os.umask(before)
                    self.assertEqual(expected, stat.S_IMODE(self.cookie.stat().st_mode))
                    daemon.stop()

    @requires_root
    def test_it_has_owner_and_group_of_its_listener_who_can_read_it_and_nobody_else(self):
        self.start(settings=",mode=0640,owner=games,group=nogroup")
        status = self.cookie.stat()
        self.assertEqual((pwd.getpwnam("games").pw_uid, grp.getgrnam("nogroup").gr_gid), (status.st_uid, status.st_gid))
        script = "import sys; print(len(open(sys.argv[1], 'rb').read()))"
        for user, group, can in (("games", "games", True), ("nobody", "nogroup", True), ("nobody", "games", False)):
            ids = {"user": pwd.getpwnam(user).pw_uid, "group": grp.getgrnam(group).gr_gid, "extra_groups": []}
            done = run_bounded([sys.executable, "-c", script, self.cookie], **ids)
            self.assertEqual(b"32\n" if can else b"", done.stdout, (user, group, done.stderr))

    @requires_root
    def test_one_that_was_given_away_is_replaced_and_removed(self):
        self.cookie.write_bytes(b"x" * 32)
        shutil.chown(self.cookie, "games")
        daemon = self.start(settings=",owner=games")
        self.assertNotEqual(b"x" * 32, self.cookie.read_bytes())
        daemon.stop()
        self.assertEqual([], self.leftovers())

    def test_a_link_in_its_place_is_replaced_and_not_followed(self):
        target = self.directory / "precious"
        target.write_text("precious")
        for link in (target, self.directory / "nothing"):
            self.cookie.unlink(missing_ok=True)
            self.cookie.symlink_to(link)
            daemon = self.start()
            self.assertFalse(self.cookie.is_symlink())
            self.assertEqual(32, self.cookie.stat().st_size)
            self.assertEqual("precious", target.read_text())
            self.assertFalse((self.directory / "nothing").exists())
            daemon.stop()

    def test_readers_of_the_old_one_keep_it_whole(self):
        self.cookie.write_bytes(b"x" * 32)
        with open(self.cookie, "rb") as old:
            self.start()
            self.assertEqual(b"x" * 32, old.read())
        self.assertNotEqual(b"x" * 32, self.cookie.read_bytes())

    def test_a_file_that_is_no_longer_ours_is_left_alone(self):
        daemon = self.start()
        # Before that it does not serve with a cookie that was replaced.
        daemon.await_log("listening on")
        replacement = self.directory / "replacement"
        replacement.write_text("another daemon's")
        replacement.rename(self.cookie)
        daemon.signal(signal.SIGTERM)
        self.assertEqual(0, daemon.wait(), daemon.tail())
        self.assertEqual("another daemon's", self.cookie.read_text())

    def test_a_directory_that_is_missing_is_made_for_it(self):
        cookie = self.directory / "run" / "cookie"
        daemon = self.sieve(self.fake_tor(), unix_options=f",cookie={cookie}")
        self.assertAnswers(self.client(daemon), f"AUTHENTICATE {self.hex(cookie)}", "250 OK")
        self.assertEqual(0o755, stat.S_IMODE(cookie.parent.stat().st_mode))


class RefusalTests(CookieTestCase):
    def assertRefused(self, cookie, *phrases, settings=""):
        """The daemon does not start, says why, and leaves nothing behind."""
        socket_path = self.directory / "control"
        before = self.snapshot()
        said = self.refusal(f"unix:{socket_path},cookie={cookie}{settings}")
        for phrase in (str(cookie), *phrases):
            self.assertIn(phrase, said)
        self.assertEqual(before, self.snapshot())

    def snapshot(self):
        paths = [path for path in self.directory.rglob("*") if ".stderr" not in path.name]
        return sorted((str(path), path.lstat().st_ino) for path in paths)

    def test_a_place_where_it_cannot_be_made_is_an_error_that_names_it(self):
        (self.directory / "file").write_text("precious")
        (self.directory / "a-directory").mkdir()
        self.assertRefused(self.directory / "no" / "such" / "directory", "No such file or directory")
        self.assertRefused(self.directory / "file" / "cookie")
        self.assertRefused(self.directory / "a-directory", "no regular file")
        self.assertRefused(self.directory / ("c" * 255), "too long")
        self.assertRefused("/proc/sys/cookie")

    def test_an_unknown_user_or_group_is_an_error_that_names_it(self):
        port = free_port()
        for setting in ("owner", "group"):
            said = self.refusal(f"127.0.0.1:{port},cookie={self.cookie},{setting}=nobody-of-that-name")
            self.assertIn("nobody-of-that-name", said)
            self.assertIn(str(self.cookie), said)
            self.assertEqual([], self.leftovers())

    def test_a_directory_where_others_could_replace_it_is_refused(self):
        for mode, refused in ((0o777, True), (0o775, True), (0o757, True), (0o1777, False), (0o755, False)):
            with self.subTest(oct(mode)):
                place = self.directory / f"mode-{mode:o}"
                place.mkdir()
                place.chmod(mode)
                if refused:
                    self.assertRefused(place / "cookie", "others can write")
                else:
                    self.sieve(self.fake_tor(), unix_options=f",cookie={place / 'cookie'}").stop()

    @requires_root
    def test_a_directory_or_file_of_somebody_else_is_refused_unless_the_cookie_is_theirs(self):
        theirs = self.directory / "theirs"
        theirs.mkdir()
        shutil.chown(theirs, "games", "games")
        self.assertRefused(theirs / "cookie", "belongs to another user")
        self.sieve(self.fake_tor(), unix_options=f",cookie={theirs / 'cookie'},owner=games").stop()
        sticky = self.directory / "sticky"
        sticky.mkdir()
        sticky.chmod(0o1777)
        (sticky / "cookie").write_bytes(b"x" * 32)
        shutil.chown(sticky / "cookie", "games", "games")
        self.assertRefused(sticky / "cookie", "belongs to another user")

    @requires_root
    def test_who_may_not_give_it_away_says_so_and_leaves_nothing(self):
        place = self.directory / "place"
        place.mkdir()
        shutil.chown(place, "nobody", "nogroup")
        port = free_port()
        daemon = self.unstarted_sieve(["--tor", "unix:/nowhere"], listen=[])
        daemon.command += ["--listen", f"127.0.0.1:{port},cookie={place / 'cookie'},group=games"]
        with open(daemon.stderr, "wb") as log:
            daemon.process = spawn(daemon.command, stderr=log, stdout=log, user=65534, group=65534, extra_groups=[])
        self.assertEqual(1, daemon.wait())
        self.assertIn(f"{place / 'cookie'}: it cannot be given to :games: Operation not permitted", daemon.log())
        self.assertEqual([], list(place.iterdir()))

    def test_one_file_for_two_things_is_a_usage_error(self):
        port, control = free_port(), self.directory / "control"
        for listen, tor in (
            ([f"unix:{control},cookie={self.cookie}", f"127.0.0.1:{port},cookie={self.cookie}"], []),
            ([f"unix:{control},cookie={control}"], []),
            ([f"unix:{control},cookie={self.cookie}"], ["--tor-cookie", f"/{self.cookie}"]),
            ([f"unix:{control},cookie={self.cookie}"], ["--control-cookie-path", self.cookie]),
        ):
            with self.subTest(listen=listen, tor=tor):
                said = self.refusal(*listen, tor=["--tor", "unix:/nowhere", *tor], status=2)
                self.assertIn("cannot be a listener's cookie", said)
                self.assertFalse(control.exists() or self.cookie.exists())

    def test_one_file_by_two_names_is_an_error(self):
        real, link = self.directory / "real", self.directory / "link"
        real.mkdir()
        link.symlink_to(real)
        one, other = f"127.0.0.1:{free_port()},cookie={real}/cookie", f"127.0.0.1:{free_port()},cookie={link}/cookie"
        self.assertIn("another listener or onion-sieve uses it", self.refusal(one, other))
        self.assertIn("tor's own", self.refusal(one, tor=["--tor", "unix:/nowhere", "--tor-cookie", link / "cookie"]))
        self.assertIn("regular file", self.refusal(f"unix:{link}/s", f"unix:{self.directory}/s,cookie={real}/s"))
        self.assertEqual([], list(real.iterdir()))

    def test_a_second_daemon_leaves_the_cookie_of_the_first_alone(self):
        first = self.start()
        before = self.hex()
        self.assertIn("listens on", self.refusal(f"unix:{first.unix},cookie={self.cookie}"))
        self.assertEqual(before, self.hex())
        self.assertAnswers(self.client(first), f"AUTHENTICATE {before}", "250 OK")

    def test_a_second_daemon_at_another_address_does_not_take_the_cookie_of_the_first(self):
        self.start()
        before = self.cookie.read_bytes()
        log = self.refusal(f"unix:{self.directory / 'second'},cookie={self.cookie}")
        self.assertIn(f"cannot make the cookie file {self.cookie}: another listener or onion-sieve uses it", log)
        self.assertEqual(before, self.cookie.read_bytes())

    def test_who_may_read_it_cannot_keep_the_next_daemon_from_starting(self):
        # As one leaves it that was killed.
        self.cookie.write_bytes(b"x" * 32)
        with open(self.cookie, "rb") as mine:
            # F_OFD_SETLK of a read lock, the only one that a reader can have.
            fcntl.fcntl(mine, 37, struct.pack("hhqqi", fcntl.F_RDLCK, os.SEEK_SET, 0, 0, 0))
            self.start()
            self.assertNotEqual(mine.read(), self.cookie.read_bytes())

    def test_TCP_has_mode_owner_and_group_for_a_cookie_only(self):
        for setting in ("mode=0600", "owner=root", "group=root"):
            self.assertIn("cookie=FILE", self.refusal(f"127.0.0.1:{free_port()},{setting}", status=2))

    def test_it_is_not_forgotten_for_the_sockets_of_the_service_manager(self):
        with socket.create_server(("127.0.0.1", 0)) as inherited:
            daemon = self.unstarted_sieve(["--tor", "unix:/nowhere"], unix_options=f",cookie={self.cookie}")
            script = (
                "import os, sys; os.dup2(int(sys.argv[1]), 3)\n"
                "os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()))\n"
                "os.execv(sys.argv[2], sys.argv[2:])\n"
            )
            done = subprocess.run(
                [sys.executable, "-c", script, str(inherited.fileno()), *map(str, daemon.command)],
                pass_fds=[inherited.fileno()],
                capture_output=True,
                timeout=20,
            )
        self.assertEqual(1, done.returncode, done.stderr)
        self.assertIn(str(self.cookie).encode(), done.stderr)
        self.assertEqual([], self.leftovers())
