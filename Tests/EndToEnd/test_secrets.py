# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys, passwords and cookies are in no log, in no mode."""

import base64
import os

from harness import SieveTestCase, for_me

KEY = base64.b64encode(os.urandom(64)).decode()
OTHER_KEY = base64.b64encode(os.urandom(64)).decode()
CLIENT_KEY = base64.b64encode(os.urandom(32)).decode()
SERVICE = "a" * 55 + "d"
PLANTED = [f"planted-secret-{n}-{os.urandom(4).hex()}" for n in range(12)]


class SecretTests(SieveTestCase):
    def test_no_secret_reaches_the_log_whether_its_command_passes_or_is_filtered(self):
        cookie = os.urandom(32)
        (self.directory / "cookie").write_bytes(cookie)
        tor = self.fake_tor(methods=["COOKIE", "SAFECOOKIE"], cookie=cookie)
        answered_key = base64.b64encode(os.urandom(64)).decode()
        tor.answers["ADD_ONION"] = (
            f"250-ServiceID={SERVICE}\r\n250-PrivateKey=ED25519-V3:{answered_key}\r\n250 OK\r\n".encode()
        )
        tor.answers["ONION_CLIENT_AUTH_VIEW"] = (
            f"250-ONION_CLIENT_AUTH_VIEW\r\n250-CLIENT {SERVICE} x25519:{CLIENT_KEY}\r\n250 OK\r\n".encode()
        )
        everything = {
            "ADD_ONION": [".*"],
            "ONION_CLIENT_AUTH_ADD": [".*"],
            "ONION_CLIENT_AUTH_VIEW": [".*"],
            "GETINFO": ["version"],
            "GETCONF": [".*"],
            "SETCONF": [".*"],
        }
        nothing = {"GETINFO": ["version"]}
        for commands in (everything, nothing):
            for arguments in (["--debug"], ["--debug", "--complain"]):
                with self.subTest(allowed=len(commands), arguments=arguments):
                    daemon = self.sieve(
                        tor,
                        "--tor-cookie",
                        self.directory / "cookie",
                        *arguments,
                        profile=for_me(
                            commands=commands,
                            confs={"Socks5ProxyPassword": ["", ".*"]} if commands is everything else {},
                        ),
                    )
                    self.use_secrets(daemon)
                    daemon.await_log("GETINFO")
                    daemon.stop()
                    self.assertKept(
                        [*PLANTED, KEY, OTHER_KEY, CLIENT_KEY, answered_key, cookie.hex(), cookie.hex().upper()], daemon
                    )

    def use_secrets(self, daemon):
        first = self.client(daemon)
        first.ask("AUTHCHALLENGE SAFECOOKIE " + PLANTED[0].encode().hex())
        first.ask(f'AUTHENTICATE "{PLANTED[0]}"')
        second = self.client(daemon)
        second.ask("AUTHENTICATE " + PLANTED[1].encode().hex())
        self.client(daemon).ask(f"authenticate {PLANTED[2]}")
        for command in (
            f'SETCONF Socks5ProxyPassword="{PLANTED[3]}"',
            f"SETCONF socks5proxypassword={PLANTED[4]} Socks5ProxyUsername=me",
            f'SETCONF HTTPSProxyAuthenticator="me:{PLANTED[5]}" HashedControlPassword={PLANTED[6]}',
            f"ADD_ONION ED25519-V3:{KEY} Port=80,17600",
            f"ADD_ONION ED25519-V3:{OTHER_KEY} Port=80,example.com:1",
            f"ADD_ONION NEW:BEST Port=80,17600 ClientAuth=bob:{PLANTED[7]}",
            "ADD_ONION NEW:BEST Port=80,17600",
            f"ONION_CLIENT_AUTH_ADD {SERVICE} x25519:{CLIENT_KEY}",
            f'ONION_CLIENT_AUTH_ADD {SERVICE} x25519:{CLIENT_KEY} Flags=Permanent nonsense="',
            "ONION_CLIENT_AUTH_VIEW",
            f"{PLANTED[8]}",
            f"NOSUCHCOMMAND {PLANTED[9]}",
            f'SETCONF Socks5ProxyPassword="{PLANTED[10]}',
            f"SETCONF\tSocks5ProxyPassword={PLANTED[11]}",
            f"AUTHENTICATE\t{PLANTED[11]}",
        ):
            second.ask(command)
        second.send(f"+LOADCONF\r\nSocks5ProxyPassword {PLANTED[6]}\r\n.\r\n")
        second.reply()
        self.assertWorks(second)
        unauthenticated = self.client(daemon)
        unauthenticated.command(f"SETCONF Socks5ProxyPassword={PLANTED[3]}")
        unauthenticated.rest()

    def assertKept(self, secrets, daemon):
        log = daemon.log()
        for secret in secrets:
            for form in {secret, secret.lower(), secret.upper(), secret.encode().hex(), secret.encode().hex().upper()}:
                self.assertNotIn(form, log, "a secret in the log")

    def test_a_password_for_tor_is_not_logged_even_if_it_is_wrong(self):
        (self.directory / "password").write_text(PLANTED[0])
        (self.directory / "password").chmod(0o600)
        for right in (PLANTED[0], "another"):
            tor = self.fake_tor(methods=["HASHEDPASSWORD"], password=right)
            daemon = self.sieve(
                tor,
                "--debug",
                "--tor-password-file",
                self.directory / "password",
                profile=for_me(commands={"GETINFO": ["version"]}),
            )
            client = self.client(daemon, timeout=20)
            client.send("AUTHENTICATE\r\nGETINFO version\r\nQUIT\r\n")
            client.rest()
            self.assertIn(b"AUTHENTICATE", tor.received.upper())
            daemon.stop()
            self.assertKept([PLANTED[0]], daemon)
            tor.stop()
