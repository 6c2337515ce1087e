# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets are planted wherever a client, tor, a profile or a file can hold one; all that was written is searched."""

import base64
import itertools
import os
import re
import socket
import threading

from harness import SieveTestCase, for_me, requires_root
from harness.trail import in_namespace

SERVICE = "a" * 55 + "d"
# So many characters of a secret, or of one of its spellings, tell it.
TELLTALE = 12


class Planter:
    """Makes secrets and remembers them."""

    def __init__(self):
        self.secrets = {}

    def __call__(self, place, length=32):
        """A password of letters and digits."""
        return self._keep(place, "pw" + os.urandom(length // 2).hex())

    def key(self, place, length=64):
        """A key in base64."""
        return self._keep(place, base64.b64encode(os.urandom(length)).decode())

    def raw(self, place, length=32):
        """Bytes."""
        value = os.urandom(length)
        self._keep(place, value.hex())
        self.secrets[place + " in base64"] = base64.b64encode(value).decode().rstrip("=")
        return value

    def _keep(self, place, secret):
        self.secrets[place] = secret
        return secret

    def forms(self):
        """Every secret as it may be spelt, with where it was planted."""
        for place, secret in self.secrets.items():
            data = secret.encode()
            yield place, secret
            yield place + ", backwards", secret[::-1]
            yield place + ", hex", data.hex()
            for shift in range(3):
                encoded = base64.b64encode(data[shift:])
                yield place + ", base64", encoded[: len(encoded) // 4 * 4 - 4].decode()
            yield place + ", escaped", re.sub(r"([/+=])", lambda found: "\\" + found[1], secret)
            if re.fullmatch("[0-9a-f]+", secret):
                yield place + ", decoded", bytes.fromhex(secret).decode("latin-1")

    def found_in(self, text):
        """Where secrets show, in whatever case."""
        text = text.lower()
        seen = {text[n : n + TELLTALE] for n in range(len(text) - TELLTALE + 1)}
        for place, form in self.forms():
            form = form.lower()
            for n in range(0, max(1, len(form) - TELLTALE + 1)):
                piece = form[n : n + TELLTALE]
                if len(piece) == TELLTALE and piece in seen:
                    yield f"{place}: {text[max(0, text.index(piece) - 60) : text.index(piece) + 60]!r}"
                    break


class PlantedSecretTests(SieveTestCase):
    seconds = 300

    def setUp(self):
        super().setUp()
        self.plant = Planter()
        self.cookie = self.plant.raw("tor's cookie")
        (self.directory / "cookie").write_bytes(self.cookie)
        self.tor = self.fake_tor(methods=["COOKIE", "SAFECOOKIE"], cookie=self.cookie)
        plant = self.plant

        def reply(*lines):
            return "".join(f"{line}\r\n" for line in (*lines, "250 OK")).encode()

        self.tor.answers["ADD_ONION"] = lambda *_: reply(
            f"250-ServiceID={SERVICE}", f"250-PrivateKey=ED25519-V3:{plant.key('the key of a reply')}"
        )
        self.tor.answers["ONION_CLIENT_AUTH_VIEW"] = lambda *_: reply(
            "250-ONION_CLIENT_AUTH_VIEW", f"250-CLIENT {SERVICE} x25519:{plant.key('a viewed key', 32)}"
        )
        self.tor.answers["SIGNAL"] = lambda *_: f"552 Unrecognized signal {plant('an error of tor')}\r\n".encode()
        self.tor.info["config-text"] = [f"HashedControlPassword 16:{plant('a line of a reply')}"]
        self.tor.info["exit-policy/full"] = plant("a reply that is rewritten")
        self.tor.info["traffic/read"] = plant("a reply that is filtered")

    def profile(self, allows):
        """What lets everything through, or next to nothing; both with secrets of their own."""
        plant = self.plant
        rewritten = [
            {"pattern": "uptime", "answer": [f"250-uptime={plant('an answer')}", "250 OK"]},
            {"pattern": "entry-guards", "replacement": f"config/{plant('a replacement')}"},
            {
                "pattern": "exit-policy/full",
                "response": [{"pattern": "250-exit.*", "replacement": f"250-exit-policy/full={plant('a response')}"}],
            },
            {"pattern": "traffic/read", "response": [{"pattern": ".*", "replacement": plant("no line of a reply")}]},
            {"pattern": plant("a pattern")},
            {"pattern": f"ns/name/{plant('a deny rule')}", "deny": True},
        ]
        events = {
            "BW": {"response": [{"pattern": ".*", "replacement": ""}]},
            "WARN": {"response": [{"pattern": "650 WARN.*", "replacement": "650 WARN x"}]},
            "NOTICE": {"suppress": True},
            "INFO": None,
        }
        if not allows:
            return for_me(commands={"GETINFO": rewritten}, events=events)
        names = (
            "ADD_ONION DEL_ONION ONION_CLIENT_AUTH_ADD ONION_CLIENT_AUTH_VIEW ONION_CLIENT_AUTH_REMOVE GETCONF SETCONF "
            "RESETCONF SIGNAL MAPADDRESS POSTDESCRIPTOR +POSTDESCRIPTOR +LOADCONF HSFETCH EXTENDCIRCUIT USEFEATURE "
            "AUTHCHALLENGE NOSUCHCOMMAND"
        ).split()
        return for_me(
            commands={name: [".*"] for name in names} | {"GETINFO": [*rewritten, ".*"]},
            events=events,
            confs={"Socks5ProxyPassword": ["", ".*"], "Bridge": [".*"], "HashedControlPassword": [".*"]},
        )

    def commands(self):
        """A client's commands with a secret in each."""
        plant = self.plant
        secret_options = (
            "HashedControlPassword __HashedControlSessionPassword Socks5ProxyPassword Socks5ProxyUsername "
            "HTTPProxyAuthenticator HTTPSProxyAuthenticator Bridge BridgePassword HidServAuth ServerTransportOptions"
        ).split()
        spellings = (
            "{}={}",
            '{}="{}"',
            "{} {}",
            '{} "{}"',
            "{}={} UseBridges=1",
            'UseBridges=1 {}="a b {}"',
            "{} = {}",
            '{}="{}',
            "{}\t{}",
            "+{}={}",
            "Nickname={}={}",
            'UseBridges="1 {} {}"',
            "/{}={}",
            "{}=\\{}",
            '{}="\\"{}\\""',
            "{}='{}'",
        )
        for command, option in itertools.product(("SETCONF", "RESETCONF"), secret_options):
            for spelling in spellings:
                yield f"{command} " + spelling.format(option, plant(f"{command} {spelling} {option}"))
            for name in (option[:-2], option.lower(), option.upper(), option + "x"):
                yield f"{command} {name}={plant(f'{command} {name}')}"
        for line in (
            "ADD_ONION ED25519-V3:{} Port=80,17600",
            "ADD_ONION ed25519-v3:{} Port=80",
            "ADD_ONION RSA1024:{} Port=80",
            "ADD_ONION ED25519-V3:{} Port=80,example.com:1",
            "ADD_ONION ED25519-V3:{}",
            "ADD_ONION {} Port=80",
            "ADD_ONION NEW:{} Port=80",
            "ADD_ONION NEW:BEST:{} Port=80",
            "ADD_ONION NEW:BEST Flags=V3Auth Port=80 ClientAuthV3={}",
            "ADD_ONION NEW:BEST Flags=BasicAuth ClientAuth=bob:{} Port=80",
            "ADD_ONION NEW:BEST Port=80 ClienAuthV3={}",
            "ADD_ONION NEW:BEST Port=80 {}",
            'ADD_ONION "ED25519-V3:{}" Port=80',
            "ADD_ONOIN ED25519-V3:{} Port=80",
            "+ADD_ONION ED25519-V3:{} Port=80\r\n.",
            "ONION_CLIENT_AUTH_ADD " + SERVICE + " x25519:{}",
            "ONION_CLIENT_AUTH_ADD " + SERVICE + " x25519:{} ClientName=bob Flags=Permanent",
            "ONION_CLIENT_AUTH_ADD " + SERVICE + ' x25519:{} nonsense="',
            "ONION_CLIENT_AUTH_ADD " + SERVICE + " Flags=Permanent x25519:{}",
            "ONION_CLIENT_AUTH_ADD x25519:{} " + SERVICE,
            "ONION_CLIENT_AUTH_REMOVE {}",
            "ONION_CLIENT_AUTH_VIEW {}",
            "DEL_ONION {}",
            "DEL_ONION ED25519-V3:{}",
            "GETINFO {}",
            "GETINFO version {}",
            "GETINFO ED25519-V3:{}",
            "GETINFO config/{}",
            "GETINFO version\x01{}",
            "GETCONF {}",
            "GETCONF Socks5ProxyPassword={}",
            "SETEVENTS {}",
            "SETEVENTS BW {}",
            "SIGNAL {}",
            "MAPADDRESS {}=example.com",
            "RESOLVE {}",
            "HSFETCH {}",
            "EXTENDCIRCUIT 0 {}",
            "USEFEATURE {}",
            "QUIET {}",
            "TAKEOWNERSHIP {}",
            "PROTOCOLINFO {}",
            "LOADCONF {}",
            "LOADCONF HashedControlPassword {}",
            "AUTHENTICATE {}",
            "AUTHCHALLENGE SAFECOOKIE {}",
            "AUTHENTICATE\t{}",
            "AUTHENTICAT {}",
            "AUTHENTICATE: {}",
            "NOSUCHCOMMAND {}",
            "{}",
            "{} version",
            " {}",
            "\x80{}",
            "GETINFO \xe9{}",
            'POSTDESCRIPTOR purpose="{}',
            "+POSTDESCRIPTOR purpose=controller\r\nrouter {} 1.2.3.4 1 0 0\r\n.",
            "+LOADCONF\r\nSocks5ProxyPassword {}\r\n.",
            "+LOADCONF {}\r\nUseBridges 1\r\n.",
            "+{}\r\nSocks5ProxyPassword x\r\n.",
            "+SETCONF Socks5ProxyPassword={}\r\nx\r\n.",
            "SETCONF UseBridges=1 " + "Bridge=x " * 200 + "Socks5ProxyPassword={}",
        ):
            yield line.replace("{}", plant(line[:40]))
            if "ED25519" in line or "x25519" in line or line.startswith("GETINFO {"):
                yield line.replace("{}", plant.key(line[:40] + " key", 32 if "x25519" in line else 64))

    def use(self, daemon):
        plant = self.plant
        for form in ('"{}"', "{}", '"a\\"{}"', '"{}', "{} x", '"\\x{}"'):
            client = self.client(daemon)
            client.command("AUTHENTICATE " + form.format(plant("AUTHENTICATE " + form)))
            client.reply()
            client.close()
        client = self.client(daemon)
        client.ask("AUTHENTICATE " + plant("AUTHENTICATE in hex").encode().hex())
        for command in self.commands():
            client.send(command.encode("latin-1") + b"\r\n")
            client.reply()
        for command in ("SIGNAL NEWNYM", "GETINFO config-text", "GETINFO exit-policy/full", "GETINFO traffic/read"):
            client.ask(command)
        client.ask("GETINFO uptime")
        client.ask("GETINFO entry-guards")
        client.ask("SETEVENTS BW WARN NOTICE INFO")
        for event in ("BW", "WARN", "NOTICE", "INFO", "STREAM"):
            self.tor.emit(f"650 {event} {plant('an event ' + event)}\r\n")
            self.tor.emit(f"650+{event} x\r\n{plant('data of ' + event)}\r\n.\r\n650 OK\r\n")
        client.ask("GETINFO config-text")
        # What comes last: half a line, and lines that are too long.
        client.send("SETCONF Socks5ProxyPassword=" + plant("half a line"))
        client.close()
        for line in ("AUTHENTICATE {}", "SETCONF Socks5ProxyPassword={}", "{}"):
            early = self.client(daemon)
            early.send(line.replace("{}", plant("before authentication " + line)) + "\r\nQUIT\r\n")
            early.rest()
            long = self.client(daemon)
            long.authenticate()
            long.send(line.replace("{}", plant("too long " + line)) + " " + "x" * 70_000 + "\r\n")
            long.rest()
        crossing = self.session(daemon)
        crossing.ask(f"GETINFO {plant('an unknown key')}")
        crossing.ask("GETINFO entry-guards")
        # Tor says what fits nothing.
        for session in self.tor.live_sessions():
            session.send(f"250 {plant('a reply that nobody awaits')}\r\n{plant('no reply line')}\r\n")
        crossing.rest()

    def search(self, daemon, *more):
        """Everything that the daemon has written, and what it said to the service manager."""
        written = [daemon.log()]
        inputs = {"cookie", "password", "profiles.d"}
        for place in (self.directory, daemon.runtime):
            for path in place.rglob("*") if place.exists() else ():
                if path.is_file() and path.relative_to(place).parts[0] not in inputs:
                    written.append(path.read_bytes().decode("latin-1"))
        found = list(self.plant.found_in("\n".join([*written, *more])))
        first = "\n".join(found[:5])
        self.assertFalse(found, f"{len(found)} of {len(self.plant.secrets)} secrets show; the first:\n{first}")

    def run_through(self, *arguments, allows, prefix=()):
        daemon = self.sieve(
            self.tor, "--tor-cookie", self.directory / "cookie", *arguments, profile=self.profile(allows), prefix=prefix
        )
        self.use(daemon)
        daemon.reload()
        daemon.await_log("onion-sieve: ")
        return daemon

    def test_no_secret_is_in_a_file_or_the_log(self):
        trail = self.directory / "audit.log"
        runs = (
            ("decisions", []),
            ("filtered", ["--complain"]),
            ("all-with-events", ["--debug"]),
            ("all-with-events", ["--debug", "--complain"]),
        )
        for (level, arguments), allows in itertools.product(runs, (True, False)):
            with self.subTest(level=level, arguments=arguments, allows=allows):
                daemon = self.run_through("--audit", trail, "--audit-level", level, *arguments, allows=allows)
                daemon.stop()
                self.assertGreater(trail.stat().st_size, 10_000)
                self.search(daemon)

    def test_no_secret_is_on_standard_error(self):
        for place, allows in itertools.product(("stderr", "log"), (True, False)):
            with self.subTest(place, allows=allows):
                daemon = self.run_through(
                    "--audit", place, "--audit-level", "all-with-events", "--debug", "--complain", allows=allows
                )
                daemon.stop()
                self.assertIn("GETINFO", daemon.log())
                self.search(daemon)

    @requires_root
    def test_no_secret_is_in_the_journal_or_told_to_the_service_manager(self):
        heard = {}

        def listen(name):
            place = self.directory / name
            place.mkdir()
            receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            receiver.bind(str(place / "socket"))
            self.addCleanup(receiver.close)
            heard[name] = []

            def receive():
                try:
                    while True:
                        heard[name].append(receiver.recv(1 << 18))
                except OSError:
                    pass

            threading.Thread(target=receive, daemon=True).start()
            return place

        journal, manager = listen("journal"), listen("notify")
        setup = (
            "mount -t tmpfs tmpfs /run\nmkdir -p /run/systemd/journal\n"
            f"mount --bind {journal} /run/systemd/journal\nexport NOTIFY_SOCKET={manager}/socket"
        )
        for allows in (True, False):
            daemon = self.run_through(
                "--audit", "journal", "--audit-level", "all-with-events", "--debug", "--complain",
                allows=allows, prefix=in_namespace(setup),
            )
            daemon.stop()
            self.assertGreater(len(heard["journal"]), 100)
            self.assertTrue(heard["notify"])
            self.search(daemon, *(data.decode("latin-1") for name in heard for data in heard[name]))

    def test_the_password_for_tor_and_what_is_no_profile_show_nowhere(self):
        plant = self.plant
        (self.directory / "password").write_text(plant("the password for tor") + "\n")
        (self.directory / "password").chmod(0o600)
        for right in (plant.secrets["the password for tor"], "another"):
            tor = self.fake_tor(methods=["HASHEDPASSWORD"], password=right)
            daemon = self.sieve(
                tor,
                "--debug",
                "--audit",
                self.directory / "audit.log",
                "--tor-password-file",
                self.directory / "password",
                profile=self.profile(True),
            )
            client = self.client(daemon, timeout=20)
            client.send("AUTHENTICATE\r\nGETINFO version\r\nQUIT\r\n")
            client.rest()
            daemon.stop()
            self.search(daemon)
            tor.stop()

    def test_what_was_hidden_from_the_client_is_not_in_the_trail(self):
        # The planted replies and events above, for a client that asks for nothing but them.
        trail = self.directory / "audit.log"
        daemon = self.sieve(
            self.tor, "--tor-cookie", self.directory / "cookie", "--audit", trail, "--audit-level", "all-with-events",
            profile=self.profile(True),
        )
        client = self.session(daemon)
        client.ask("SETEVENTS BW WARN NOTICE")
        hidden = self.plant("a dropped event")
        self.tor.emit(f"650 BW {hidden}\r\n650 WARN {hidden}\r\n")
        self.assertEqual([b"650 WARN x"], client.reply())
        self.assertEqual(2, len(client.ask("GETINFO exit-policy/full")))
        self.assertEqual([b"551 Reply filtered"], client.ask("GETINFO traffic/read"))
        daemon.stop()
        content = trail.read_text()
        self.assertIn('"event":"event-dropped"', content)
        self.assertIn('"event":"reply-filtered"', content)
        self.search(daemon)


class PlanterTests(SieveTestCase):
    def test_what_shows_is_found(self):
        plant = Planter()
        secret = plant.key("here")
        for text in (
            secret,
            secret[20:40],
            secret.upper(),
            secret.encode().hex(),
            base64.b64encode(b"xy" + secret.encode()).decode(),
            f'"{secret}"',
        ):
            self.assertTrue(list(plant.found_in("before " + text + " behind")), text)
        self.assertFalse(list(plant.found_in("nothing of it " * 100)))
