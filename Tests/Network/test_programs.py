# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real programs do their work through the filter, each under its shipped profile, and send what Tests/Programs says."""

import base64
import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

from harness.kept_commands import KEPT, SHIPPED, KeptCommands, logged
from harness.processes import eventually, run_bounded, spawn
from network.case import REACHABLE_SECONDS, NetworkTestCase
from network.echo import EchoServer
from network.program import Program, TerminalProgram, find

HERE = pathlib.Path(__file__).parent / "network"
SHARED = "what is shared\n"
# What runs a Python program that AppArmor does not confine, which is how it is known here.
INTERPRETER = os.path.realpath("/usr/bin/python3")


def shipped(name):
    """A shipped profile, byte for byte, but that it is for any Python program instead of one with an AppArmor label."""
    text, count = re.subn(
        r"(?m)^(- |  )apparmor-profiles:(?: .*\n|\n(?:    - .*\n)+)",
        rf"\1apparmor-profiles: ['{INTERPRETER}']\n",
        (SHIPPED / name).read_text(),
    )
    assert count, f"{name} has no apparmor-profiles"
    return text


class ProgramTests(NetworkTestCase):
    def installed(self, name, environment=None):
        path = find(name, environment)
        if path is None:
            how = "scripts/install-programs" if environment else "scripts/install-dependencies programs"
            reason = f"{name} is not installed ({how} installs it where it can be had): NOT TESTED"
            print(f"\nSKIPPED: {reason}", file=sys.stderr, flush=True)
            self.skipTest(reason)
        return path

    def filter_for(self, name, listen=("unix",)):
        """The kept commands of a program, and a daemon with its shipped profiles and no others."""
        kept = KeptCommands(KEPT / f"{name}.commands")
        for profile in kept.profiles:
            self.write_profile(shipped(profile), profile)
        return kept, self.sieve(self.tor.options(), "--debug", listen=list(listen))

    def run_program(self, arguments, kind=Program, **environment):
        program = kind(self.directory, arguments, **environment)
        self.addCleanup(program.stop)
        return program

    def assertSendsWhatIsKept(self, kept, sieve):
        sent = logged(sieve.log())
        if os.environ.get("REFRESH"):
            return kept.replace(sent, self.directory)
        # `own` is what is forwarded here and refused where nothing is the session's own.
        expected = {("forward" if decision == "own" else decision, command) for decision, command in kept.sent}
        self.assertEqual(
            [],
            sorted(f"not kept: {decision} {command}" for decision, command in set(sent) - expected)
            + sorted(f"not sent: {decision} {command}" for decision, command in expected - set(sent)),
            f"{kept.path.name}; Tests/Programs/README.md says how to refresh it{sieve.tail()}",
        )

    def fetch(self, address, path="/"):
        """What curl is given over tor, as soon as it is given something."""

        def attempt():
            done = run_bounded(
                ["curl", "--silent", "--fail", "--max-time", "20", "--socks5-hostname"]
                + [":".join(map(str, self.tor.socks_address)), f"http://{address}.onion{path}"],
                seconds=30,
            )
            return done.stdout.decode() if done.returncode == 0 else None

        return eventually(attempt, lambda: f"curl fetches {address}.onion{path}", REACHABLE_SECONDS, pause=0.5)

    def echo_on(self, port):
        echo = EchoServer(port)
        self.addCleanup(echo.stop)
        return echo


class OnionShareTests(ProgramTests):
    def share(self, program, *options, **settings):
        (self.directory / "shared.txt").write_text(SHARED)
        configuration = self.directory / "onionshare.json"
        configuration.write_text(json.dumps({"auth_type": "no_auth", **settings}))
        return self.run_program(
            [program, "--verbose", "--config", configuration, *options, self.directory / "shared.txt"]
        )

    def address_of(self, onionshare):
        return onionshare.await_saying(r"http://([a-z2-7]{56})\.onion", 60)[1]

    def end(self, onionshare, sieve):
        onionshare.await_saying("Stopped because transfer is complete")
        onionshare.interrupt()
        onionshare.await_end()
        sieve.await_log("disconnected")

    def test_onionshare_2_6_shares_a_file_that_curl_fetches(self):
        program = self.installed("onionshare-cli")
        kept, sieve = self.filter_for("onionshare-2.6")
        onionshare = self.share(
            program, "--public", connection_type="socket_file", socket_file_path=str(sieve.unix)
        )
        self.assertEqual(SHARED, self.fetch(self.address_of(onionshare), "/download"))
        self.end(onionshare, sieve)
        self.assertSendsWhatIsKept(kept, sieve)

    def test_onionshare_2_7_shares_a_file_with_those_who_have_the_key(self):
        program = self.installed("onionshare-cli", environment="onionshare")
        kept, sieve = self.filter_for("onionshare-2.7", listen=["tcp"])
        onionshare = self.share(program, connection_type="control_port", control_port_port=sieve.tcp[1])
        address = self.address_of(onionshare)
        key = onionshare.await_saying(r"Private key: ([A-Z2-7]{52})")[1]
        credential = base64.b64encode(base64.b32decode(key + "====")).decode()
        self.assertEqual(b"250 OK", self.observer.ask(f"ONION_CLIENT_AUTH_ADD {address} x25519:{credential}")[-1])
        self.assertEqual(SHARED, self.fetch(address, "/download"))
        self.end(onionshare, sieve)
        self.assertSendsWhatIsKept(kept, sieve)


class NyxTests(ProgramTests):
    # Something of each page. From the second on only what differs from the page before is drawn.
    PAGES = (
        r"page 1 / 5 .*Bandwidth \(limit.*Download .*Events",
        r"Connections",
        r"Tor Configuration",
        # It is not given the name of tor's configuration file.
        r"File: Unable to read",
        r"Control Interpreter",
    )

    def test_nyx_shows_its_five_pages(self):
        kept, sieve = self.filter_for("nyx")
        nyx = self.run_program([self.installed("nyx"), "--socket", sieve.unix], TerminalProgram)
        for pattern in self.PAGES:
            nyx.await_saying(pattern)
            # What it asks for while it shows a page.
            time.sleep(2)
            # The arrow to the right: the next page, and after the last one the first.
            nyx.press(b"\x1bOC")
        nyx.await_saying(r"Bandwidth")
        nyx.press(b"q")
        nyx.await_saying("Are you sure")
        nyx.press(b"q")
        nyx.await_end()
        self.assertSendsWhatIsKept(kept, sieve)


class OnionCircuitsTests(ProgramTests):
    def display(self):
        """The name of a display that nobody sees."""
        number, theirs = os.pipe()
        try:
            server = spawn(
                [self.installed("Xvfb"), "-displayfd", theirs, "-screen", "0", "1000x700x24", "-nolisten", "tcp"],
                pass_fds=[theirs],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        finally:
            os.close(theirs)
        self.addCleanup(server.wait, 10)
        self.addCleanup(server.terminate)
        with open(number, encoding="ascii") as chosen:
            return ":" + chosen.readline().strip()

    def test_onioncircuits_lists_circuits_and_streams_without_what_tells_who_they_are(self):
        program = self.installed("onioncircuits")
        kept, sieve = self.filter_for("onioncircuits")
        self.observer.subscribe("STREAM", "CIRC")
        session = self.unfiltered()
        service = self.publish(session)[0]
        self.visit(service)
        stream = self.stream_of(self.first, isolation="the-site-that-somebody-visits")
        stream_id, circuit_id = self.identify(stream)

        window = self.run_program(
            ["/usr/bin/python3", HERE / "show_window.py", program],
            DISPLAY=self.display(),
            NO_AT_BRIDGE="1",
            GDK_BACKEND="x11",
            TOR_CONTROL_SOCKET=str(sieve.unix),
            # It keeps stem quiet otherwise.
            DEBUG="1",
        )
        target = f"{self.echo.address[0]}:{self.echo.port}"
        window.await_saying(rf"shown: .*{re.escape(target)}", 40)
        # One that begins while it watches.
        another = self.echo_on(0)
        later = self.stream_of(self.first, target=another.address, isolation="another-site")
        window.await_saying(rf"shown: .*127\.0\.0\.1:{another.port}", 20)
        window.await_saying("shown: .*Built")
        # The circuit that is selected, with its relays one by one.
        eventually(lambda: "GETINFO ns/id/" in sieve.log(), lambda: f"it asks for relays{window.tail()}")
        # It was told of that stream and that circuit; not whose they are, nor what service somebody visits.
        said = window.said()
        self.assertRegex(said, rf"(?m)\b{stream_id} SUCCEEDED {circuit_id} {re.escape(target)}")
        for secret in ("the-site-that-somebody-visits", "another-site", "SOCKS_USERNAME", "SOURCE_ADDR", "REND_QUERY"):
            self.assertNotIn(secret, said)
        whole = b"\n".join(self.observer.value("circuit-status") + self.observer.value("stream-status"))
        for secret in (b"the-site-that-somebody-visits", b"another-site", b"REND_QUERY"):
            self.assertIn(secret, whole)
        later.close()
        window.stop()
        self.assertSendsWhatIsKept(kept, sieve)


class OnionbalanceTests(ProgramTests):
    seconds = 180

    def back_end(self, front_end):
        """A service of the network's client that answers for the front end, too; its address."""
        directory = self.tor.directory / "backend"
        directory.mkdir(mode=0o700, exist_ok=True)
        (directory / "ob_config").write_text(f"MasterOnionAddress {front_end}.onion\n")
        self.addCleanup(self.observer.ask, "RESETCONF HiddenServiceDir")
        reply = self.observer.ask(
            f'SETCONF HiddenServiceDir="{directory}" HiddenServicePort="80 127.0.0.1:{self.echo.port}"'
            ' HiddenServiceOnionbalanceInstance="1"'
        )
        self.assertEqual([b"250 OK"], reply)
        address = (directory / "hostname").read_text().strip().removesuffix(".onion")
        self.await_upload(self.observer, address)
        return address

    def test_onionbalance_publishes_a_service_that_its_back_end_answers_for(self):
        program = self.installed("onionbalance")
        kept, sieve = self.filter_for("onionbalance")
        self.observer.subscribe("HS_DESC")
        directory = self.directory / "onionbalance"
        run_bounded(
            [self.installed("onionbalance-config"), "--no-interactive", "-n", "1", "--output", directory],
            check=True,
            cwd=self.directory,
        )
        front_end = next(directory.glob("*.key")).stem
        configuration = directory / "config.yaml"
        configuration.write_text(
            f"services:\n- key: {front_end}.key\n  instances:\n  - address: {self.back_end(front_end)}.onion\n"
        )
        onionbalance = self.run_program(
            [program, "--is-testnet", "--socket", sieve.unix, "--config", configuration, "--verbosity", "info"]
        )
        sieve.await_log("+HSPOST", 100)
        self.assertTrue(self.visit(front_end).answers(), onionbalance.tail())
        # It has fetched and looked a second time.
        onionbalance.await_saying(r"(?s)fetch_instance_descriptors\(\) called.*fetch_instance_descriptors\(\) called", 60)
        onionbalance.stop()
        self.assertSendsWhatIsKept(kept, sieve)


class VanguardsTests(ProgramTests):
    OPTIONS = ("HSLayer2Nodes", "HSLayer3Nodes", "NumEntryGuards", "NumPrimaryGuards")

    def test_vanguards_sets_its_relays_and_watches(self):
        program = self.installed("vanguards")
        kept, sieve = self.filter_for("vanguards")
        configuration = self.directory / "vanguards.conf"
        # It never ends to look for more relays than there are.
        configuration.write_text("[Vanguards]\nnum_layer2_guards = 1\nnum_layer3_guards = 1\n")
        self.addCleanup(self.observer.ask, "RESETCONF " + " ".join(self.OPTIONS))
        vanguards = self.run_program(
            [program, "--control_socket", sieve.unix, "--config", configuration, "--loglevel", "INFO"]
            + ["--state", self.directory / "vanguards.state"]
        )
        fingerprint = vanguards.await_saying("New layer2 guard: ([0-9A-F]{40})")[1]
        sieve.await_log("SETEVENTS SIGNAL", 10)
        eventually(lambda: "NEWCONSENSUS" in sieve.log(), "vanguards subscribes to everything")
        self.assertEqual([f"250 HSLayer2Nodes={fingerprint}".encode()], self.observer.ask("GETCONF HSLayer2Nodes"))
        # The next consensus, of which there is one every 20 s, makes it choose again.
        eventually(lambda: sieve.log().count("GETINFO ns/all") > 1, lambda: f"it looks again{vanguards.tail()}", 60)
        time.sleep(2)
        self.assertFalse(vanguards.has_ended(), vanguards.tail())
        self.assertNotIn("closed", vanguards.said())
        vanguards.stop()
        self.assertSendsWhatIsKept(kept, sieve)


class LibraryTests(ProgramTests):
    """Applications of ours, which call the libraries as they are."""

    def see_it_published(self, program):
        address = program.await_saying(r"service ([a-z2-7]{56})", 60)[1]
        self.assertTrue(self.visit(address).answers())
        (program.home / "enough").touch()
        program.await_saying("removed")
        self.assertEqual(0, program.await_end(), program.tail())
        return address

    def test_txtorcon_reads_what_it_may_and_publishes_a_service(self):
        python = self.installed("python", environment="txtorcon")
        kept, sieve = self.filter_for("txtorcon")
        self.echo_on(8083)
        key = self.publish(session := self.unfiltered())[1]
        session.close()
        others = self.stream_of(self.second)
        program = self.run_program([python, HERE / "use_txtorcon.py", sieve.unix, key])
        self.see_it_published(program)
        self.assertIn("circuits [] streams []", program.said())
        others.close()
        self.assertSendsWhatIsKept(kept, sieve)

    def test_stem_reads_what_it_may_takes_a_new_identity_and_publishes_a_service(self):
        kept, sieve = self.filter_for("stem")
        self.echo_on(17600)
        program = self.run_program(["/usr/bin/python3", HERE / "use_stem.py", sieve.unix])
        address = self.see_it_published(program)
        said = program.said()
        self.assertIn("PROGRESS=100", said)
        self.assertIn(f"listed ['{address}']", said)
        self.assertIn("removed True\nlisted []", said)
        self.assertSendsWhatIsKept(kept, sieve)


class CarmlTests(ProgramTests):
    def test_carml_takes_a_new_identity_and_lists_the_circuits(self):
        carml = self.installed("carml", environment="carml")
        kept, sieve = self.filter_for("carml")
        connect = [carml, "--no-color", "--connect", f"unix:{sieve.unix}"]
        # tor takes one NEWNYM in ten seconds, and this one waits for it.
        newid = self.run_program([*connect, "newid"])
        newid.await_saying("success", 40)
        self.assertEqual(0, newid.await_end(), newid.tail())
        stream = self.stream_of(self.first)
        listed = self.run_program([*connect, "circ", "--list"])
        self.assertEqual(0, listed.await_end(40), listed.tail())
        circuits = {line.split()[0].decode() for line in self.observer.value("circuit-status")}
        shown = set(re.findall(r"(\d+) \| +\d+s \|", listed.said()))
        self.assertTrue(circuits & shown, f"{circuits}{listed.tail()}")
        stream.close()
        self.assertSendsWhatIsKept(kept, sieve)
