# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles of `profiles.d` in front of a real tor: the conversations of the programs that they are for, and the three
examples with small programs that do what such systems do.

Run as a program (HOST PORT [KEY]) it is the one in myonion's container.
"""

import json
import os
import pathlib
import re
import socket
import sys

import stem
import stem.control
from harness import ME, RawClient, RemoteHost, SieveTestCase, free_port, requires_root, run_bounded
from harness.case import real_tor, temporary_directory
from harness.namespace import OUR_ADDRESS, THEIR_ADDRESS
from harness.processes import eventually

SHIPPED = pathlib.Path(__file__).resolve().parents[2] / "profiles.d"

SOMEBODYS = "b" * 56
KEY = "ED25519-V3:" + "UG" + "A" * 40 + "E" + "A" * 43 + "=="
CLIENT = "FGTORMIDKR7T2PR632HSHLUA4G6HF5TCWSGMHUUU4LWBEFTAVYQQ"
RELAY = "0123456789ABCDEF0123456789ABCDEF01234567"

STEM = ["SETEVENTS SIGNAL CONF_CHANGED STATUS_SERVER", "GETCONF __owningcontrollerprocess"]
TXTORCON = ["GETINFO signal/names", "GETINFO version", "GETINFO events/names", "USEFEATURE EXTENDED_EVENTS"]
TOR_CONFIG = [
    "SETEVENTS CONF_CHANGED",
    "GETINFO config/names",
    "GETINFO config/defaults",
    "GETINFO onions/current",
    "GETINFO onions/detached",
]
TOR_STATE = [
    "GETINFO ns/all",
    "GETINFO circuit-status",
    "GETINFO stream-status",
    "GETINFO address-mappings/all",
    "SETEVENTS STREAM CIRC NEWCONSENSUS ADDRMAP",
    "GETINFO entry-guards",
    "GETINFO process/pid",
]
MONOLITHS = "Flags=MaxStreamsCloseCircuit MaxStreams=8 PoWDefensesEnabled=1 Port=29170,127.0.0.1:29170"
VANGUARDS_EVENTS = "SIGNAL CONF_CHANGED STATUS_SERVER CIRC BW ORCONN NETWORK_LIVENESS CIRC_BW CIRC_MINOR NEWCONSENSUS"

# What each program sends, in its order. `{service}` is the one that the last ADD_ONION made.
CONVERSATIONS = {
    "zeronet.yml": [
        "GETINFO version",
        "ADD_ONION NEW:ED25519-V3 port=15441",
        "SIGNAL NEWNYM",
        "DEL_ONION {service}",
    ],
    "tfc.yml": [
        *STEM,
        "GETINFO version",
        "SETEVENTS SIGNAL CONF_CHANGED STATUS_SERVER HS_DESC",
        "GETCONF hiddenservicesinglehopmode",
        f"ADD_ONION {KEY} Port=80,5000",
        "DEL_ONION {service}",
    ],
    "monolith.yml": [
        "GETINFO status/circuit-established",
        "GETINFO status/bootstrap-phase",
        f"ADD_ONION NEW:ED25519-V3 {MONOLITHS}",
        "DEL_ONION {service}",
        f"ADD_ONION {KEY} {MONOLITHS}",
        "DEL_ONION {service}",
    ],
    "onionbalance.yml": [
        *STEM,
        "GETINFO dir/status-vote/current/consensus-microdesc",
        "GETINFO version",
        "GETINFO md/all",
        "SETEVENTS SIGNAL CONF_CHANGED STATUS_SERVER STATUS_CLIENT",
        "SETEVENTS SIGNAL CONF_CHANGED STATUS_SERVER STATUS_CLIENT HS_DESC",
        "SETEVENTS SIGNAL CONF_CHANGED STATUS_SERVER STATUS_CLIENT HS_DESC HS_DESC_CONTENT",
        "SIGNAL ACTIVE",
        "SIGNAL NEWNYM",
        f"HSFETCH {SOMEBODYS}",
        f"+HSPOST SERVER={RELAY} SERVER={RELAY} HSADDRESS={SOMEBODYS}\r\nhs-descriptor 3\r\n..\r\nGETINFO address\r\n.",
    ],
    "vanguards.yml": [
        *STEM,
        "GETINFO version",
        "GETINFO ns/all",
        "GETCONF geoipexcludeunknown",
        "GETCONF excludenodes",
        "GETCONF datadirectory",
        'SETCONF NumEntryGuards="2"',
        'SETCONF NumPrimaryGuards="2"',
        f'SETCONF HSLayer2Nodes="{RELAY},{RELAY[::-1]}"',
        f'SETCONF HSLayer3Nodes="{RELAY},{RELAY[::-1]}"',
        "GETINFO network-liveness",
        "GETINFO orconn-status",
        f"SETEVENTS {VANGUARDS_EVENTS}",
        "CLOSECIRCUIT 17 ",
    ],
    "globaleaks.yml": [
        *TXTORCON,
        *TOR_STATE,
        "SETEVENTS STREAM CIRC NEWCONSENSUS ADDRMAP HS_DESC",
        f"ADD_ONION {KEY} Port=80,localhost:8083",
        *TOR_CONFIG[1:],
        "DEL_ONION {service}",
    ],
    "txtorcon.yml": [*TXTORCON, *TOR_CONFIG, *TOR_STATE],
    "carml.yml": [
        *TXTORCON,
        *TOR_CONFIG,
        "SETEVENTS CONF_CHANGED SIGNAL",
        "SIGNAL NEWNYM",
        "GETINFO version status/version/current dormant",
        *TOR_STATE,
    ],
    "tor-connection-assistant.yml": [
        *STEM,
        "GETCONF disablenetwork",
        "GETCONF usebridges",
        "GETCONF bridge",
        "GETCONF socks4proxy",
        "GETCONF socks5proxy",
        "GETCONF socks5proxyusername",
        "GETCONF httpsproxy",
        'SETCONF UseBridges="1" Bridge="192.0.2.5:9001" Bridge="obfs4 192.0.2.4:443 '
        + RELAY
        + ' cert=AbCd/+09 iat-mode=0" Socks5Proxy="192.0.2.9:1080" Socks4Proxy HTTPSProxy HTTPSProxyAuthenticator '
        + 'Socks5ProxyUsername="me" Socks5ProxyPassword="secret!"',
        'SETCONF UseBridges="0" Bridge Socks4Proxy Socks5Proxy HTTPSProxy HTTPSProxyAuthenticator '
        + "Socks5ProxyUsername Socks5ProxyPassword",
        'SETCONF DisableNetwork="1"',
        "SAVECONF",
        "GETCONF sandbox",
        "GETINFO status/bootstrap-phase",
        "GETINFO status/circuit-established",
    ],
    "status-only.yml": [
        "GETCONF __owningcontrollerprocess",
        "GETINFO version",
        "GETINFO dormant status/enough-dir-info status/circuit-established",
        "GETINFO status/bootstrap-phase",
        "GETINFO network-liveness",
    ],
    "newnym-only.yml": ["SIGNAL NEWNYM"],
    "whonix-default.yml": [
        *STEM,
        "GETINFO consensus/valid-after",
        "GETINFO consensus/valid-until",
        "GETINFO status/circuit-established",
        "GETINFO version",
        "SIGNAL NEWNYM",
    ],
}

# What none of these profiles gives, whatever else it does.
NEIGHBOURS = [
    "GETINFO address",
    "GETINFO config-text",
    "GETINFO version address",
    "GETCONF HashedControlPassword",
    "SETCONF ControlPort=9999",
    'SETCONF NumEntryGuards="2" ControlPort="9999"',
    'SETCONF DisableNetwork="1" SocksPort="9999"',
    "+LOADCONF\r\nSocksPort 9999\r\n.",
    "RESETCONF ControlPort",
    "ADD_ONION NEW:BEST Port=80,127.0.0.1:9051",
    "ADD_ONION NEW:BEST Flags=Detach Port=80,8080",
    f"DEL_ONION {SOMEBODYS}",
    "SETEVENTS INFO",
    "MAPADDRESS 192.0.2.1=example.com",
    "SIGNAL RELOAD",
    "SIGNAL HALT",
]


def shipped(file, name=None, **qualifiers):
    """A profile of ours as it is, but for the user who runs the tests, unless `qualifiers` say otherwise.

    `name` takes one profile of a file with several; anchors that it uses have to be its own.
    """
    text = (SHIPPED / file).read_text()
    if not re.search(r"(?m)^- name: ", text):
        text = re.sub(r"(?m)^- ", "- name: profile\n  ", text, count=1)
    text, found = re.subn(r"(?m)^  (?:users|apparmor-profiles|units|hosts):.*(?:\n    - .*)*\n", "", text)
    assert found, f"{file} has no qualifiers"
    qualifiers = qualifiers or {"users": [ME], "apparmor-profiles": ["*"]}
    lines = "".join(f"\n  {key}: {json.dumps(value)}" for key, value in qualifiers.items())
    if name is None:
        return re.sub(r"(?m)^(- name: .*)$", lambda match: match[1] + lines, text)
    # The others stay, for their anchors, and are for nobody.
    nobody = '\n  hosts: ["192.0.2.1"]'
    return re.sub(r"(?m)^- name: (.*)$", lambda m: m[0] + (lines if m[1] == name else nobody), text)


class ExampleTestCase(SieveTestCase):
    @classmethod
    def setUpClass(cls):
        cls.tor = real_tor(cls)

    def filtered(self, sieve):
        """Commands that were filtered so far, as the log has them."""
        return re.findall(r"(?m)^onion-sieve: session \d+: filter: .*$", sieve.log())

    def controller(self, sieve):
        controller = stem.control.Controller.from_socket_file(str(sieve.unix))
        self.addCleanup(controller.close)
        controller.authenticate()
        return controller


class ConversationTests(ExampleTestCase):
    def test_what_a_program_sends_is_not_filtered_and_its_dangerous_neighbours_are(self):
        for file, commands in CONVERSATIONS.items():
            with self.subTest(file):
                for old in self.profiles.iterdir():
                    old.unlink()
                self.write_profile(shipped(file), file)
                sieve = self.sieve(self.tor)
                client = self.session(sieve)
                service = None
                for command in commands:
                    client.command(command.replace("{service}", service or ""))
                    reply = client.reply()
                    while reply[0].startswith(b"650"):
                        reply = client.reply()
                    self.assertNotEqual(b"510", reply[0][:3], f"{command}: {reply}")
                    if command.split()[0] in ("ADD_ONION", "DEL_ONION"):
                        self.assertEqual(b"250 OK", reply[-1], f"{command}: {reply}")
                    if match := re.match(rb"250-ServiceID=([a-z2-7]{56})$", reply[0]):
                        service = match[1].decode()
                self.assertEqual([], self.filtered(sieve))
                # In a session without events.
                client = self.session(sieve)
                for command in NEIGHBOURS:
                    self.assertFiltered(client, command)
                sieve.stop()


class Panel:
    """What an application in the manner of APAF does for its panel, with stem."""

    def __init__(self, controller, port):
        self.controller = controller
        self.port = port
        self.key = None
        self.heard = []
        controller.add_event_listener(self.heard.append, stem.control.EventType.HS_DESC)

    def start(self):
        kind, content = self.key or ("NEW", "ED25519-V3")
        service = self.controller.create_ephemeral_hidden_service(
            {80: self.port}, key_type=kind, key_content=content, discard_key=False
        )
        if service.private_key:
            self.key = (service.private_key_type, service.private_key)
        return service.service_id

    def stop(self):
        return self.controller.remove_ephemeral_hidden_service(self.address())

    def address(self):
        """Of its service, if it is up."""
        return next(iter(self.controller.list_ephemeral_hidden_services()), None)

    def tor_is_ready(self):
        phase = self.controller.get_info("status/bootstrap-phase")
        return "PROGRESS=100" in phase and self.controller.get_info("status/circuit-established") == "1"

    def ask_whether_it_can_be_reached(self):
        reply = self.controller.msg(f"HSFETCH {self.address()}")
        assert reply.is_ok(), str(reply)

    def has(self, action):
        return any(event.action == action and event.address == self.address() for event in self.heard)


class ApafTests(ExampleTestCase):
    def test_an_application_starts_shows_fetches_and_stops_its_service(self):
        sieve = self.sieve(self.tor, profile=shipped("apaf.yml"))
        panel = Panel(self.controller(sieve), 8080)
        self.assertFalse(panel.tor_is_ready())
        self.assertIsNone(panel.address())
        address = panel.start()
        self.assertEqual(address, panel.address())
        panel.ask_whether_it_can_be_reached()
        self.assertTrue(panel.stop())
        self.assertIsNone(panel.address())
        self.assertEqual(address, panel.start(), "the same key has the same address")
        self.assertEqual([], self.filtered(sieve))

    def test_it_hears_that_its_own_service_is_up_and_can_be_reached_and_nothing_of_others(self):
        tor = self.fake_tor()
        tor.info |= {"onions/current": "", "onions/detached": ""}
        tor.conf["HiddenServiceSingleHopMode"] = "0"
        sieve = self.sieve(tor, profile=shipped("apaf.yml"))
        panel = Panel(self.controller(sieve), 8080)
        address = panel.start()
        tor.info["onions/current"] = address
        panel.ask_whether_it_can_be_reached()
        for service in (SOMEBODYS, address):
            tor.emit(f"650 HS_DESC UPLOAD {service} UNKNOWN ${RELAY}~relay abcd HSDIR_INDEX=AB\r\n")
            tor.emit(f"650 HS_DESC UPLOADED {service} UNKNOWN ${RELAY}~relay\r\n")
            tor.emit(f"650 HS_DESC REQUESTED {service} NO_AUTH ${RELAY}~relay abcd HSDIR_INDEX=AB\r\n")
            tor.emit(f"650 HS_DESC RECEIVED {service} NO_AUTH ${RELAY}~relay abcd\r\n")
        eventually(lambda: panel.has("RECEIVED"), lambda: f"the panel hears of it: {panel.heard}{sieve.tail()}")
        self.assertTrue(panel.has("UPLOADED"))
        self.assertEqual({address}, {event.address for event in panel.heard})

    def test_what_apaf_did_with_a_tor_of_its_own_is_filtered(self):
        sieve = self.sieve(self.tor, profile=shipped("apaf.yml"))
        client = self.session(sieve)
        for command in (*NEIGHBOURS, "SETCONF HiddenServiceDir=/tmp/x HiddenServicePort=80", "GETINFO onions/detached"):
            self.assertFiltered(client, command)


class TailsServerTests(ExampleTestCase):
    # Virtual port, and where the application listens.
    APPLICATIONS = {"mumble": (64738, 64738), "gobby": (6523, 6523), "sftp": (22, 2022)}

    def publish(self, controller, application, key=None, client=CLIENT):
        port, target = self.APPLICATIONS[application]
        return controller.create_ephemeral_hidden_service(
            {port: target},
            key_type="ED25519-V3" if key else "NEW",
            key_content=key or "ED25519-V3",
            discard_key=False,
            client_auth_v3=client,
        )

    def test_each_application_gets_its_one_service_with_a_key_that_stays_for_invited_clients(self):
        for application in self.APPLICATIONS:
            with self.subTest(application):
                sieve = self.sieve(self.tor, profile=shipped("tails-server.yml", f"tails-server-{application}"))
                with self.controller(sieve) as controller:
                    first = self.publish(controller, application)
                    self.assertEqual([first.service_id], controller.list_ephemeral_hidden_services())
                    with self.controller(sieve) as other:
                        self.assertEqual([], other.list_ephemeral_hidden_services())
                with self.controller(sieve) as controller:
                    # tor has taken away the service of the session that ended, or is about to.
                    again = eventually(
                        lambda: self._again(controller, application, first.private_key),
                        lambda: f"the key can be used again{sieve.tail()}",
                    )
                    self.assertEqual(first.service_id, again.service_id)
                    self.assertTrue(controller.remove_ephemeral_hidden_service(again.service_id))
                    self.assertEqual([], self.filtered(sieve))
                    for neighbour in set(self.APPLICATIONS) - {application}:
                        with self.assertRaisesRegex(stem.ControllerError, "510|Command filtered"):
                            self.publish(controller, neighbour)
                sieve.stop()

    def _again(self, controller, application, key):
        try:
            return self.publish(controller, application, key)
        except stem.ControllerError as error:
            if "collision" not in str(error).lower():
                raise
            return None

    def test_no_service_is_public_nor_is_there_a_second_one(self):
        sieve = self.sieve(self.tor, profile=shipped("tails-server.yml", "tails-server-mumble"))
        client = self.session(sieve)
        reply = client.ask("ADD_ONION NEW:ED25519-V3 Port=64738,64738")
        self.assertRegex(reply[0], rb"\A512 ", "tor refuses V3Auth without a client")
        published = f"ADD_ONION NEW:ED25519-V3 Flags=V3Auth Port=64738,64738 ClientAuthV3={CLIENT}"
        self.assertEqual(b"250 OK", client.ask(published)[-1])
        self.assertFiltered(client, published)
        for command in NEIGHBOURS:
            self.assertFiltered(client, command)


class Container:
    """The program in myonion's container: publishes, says its address, and takes the service away again."""

    def __init__(self, address, target):
        self.client = RawClient(address).authenticate()
        self.target = target

    def publish(self, key=None):
        reply = self.client.ask(f"ADD_ONION {key or 'NEW:ED25519-V3'} Port=80,{self.target}")
        fields = dict(line[4:].decode().split("=", 1) for line in reply[:-1])
        return {"status": reply[-1].decode(), "service": fields.get("ServiceID"), "key": fields.get("PrivateKey", key)}

    def run(self, key=None):
        found = self.publish(key)
        listed = self.client.ask("GETINFO onions/current")
        found["listed"] = listed[0].decode().partition("=")[2]
        found["second"] = self.publish()["status"]
        found["removed"] = self.client.ask(f"DEL_ONION {found['service']}")[0].decode()
        found["neighbours"] = sorted({self.client.ask(command)[0].decode() for command in NEIGHBOURS})
        return found


class MyonionTests(ExampleTestCase):
    REFUSED = "510 Command filtered"

    def assertDone(self, found):
        self.assertEqual("250 OK", found["status"])
        self.assertRegex(found["service"], r"\A[a-z2-7]{56}\Z")
        self.assertEqual(found["service"], found["listed"])
        self.assertEqual(self.REFUSED, found["second"])
        self.assertEqual("250 OK", found["removed"])
        self.assertEqual([self.REFUSED], found["neighbours"])

    @requires_root
    def test_a_container_with_a_network_of_its_own_has_its_one_service_in_front_of_itself(self):
        remote = RemoteHost().start()
        self.addCleanup(remote.stop)
        place = (OUR_ADDRESS, free_port(OUR_ADDRESS))
        self.write_profile(shipped("myonion.yml", "myonion", hosts=[THEIR_ADDRESS]))
        sieve = self.sieve(self.tor, listen=[place])
        program = [sys.executable, "-B", __file__, place[0], str(place[1])]
        first = json.loads(run_bounded(remote.inside(program)).stdout)
        self.assertDone(first)
        self.assertIn(f"Port=80,{THEIR_ADDRESS}:8080", sieve.log())
        again = json.loads(run_bounded(remote.inside([*program, first["key"]])).stdout)
        self.assertDone(again)
        self.assertEqual(first["service"], again["service"], "the same key has the same address")

    def test_a_container_without_a_network_has_its_one_service_in_front_of_a_socket(self):
        target = temporary_directory(self) / "web.socket"
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(str(target))
        text = shipped("myonion.yml", "myonion-socket")
        self.assertIn("unix:/run/myonion/web.socket", text)
        self.assertIn("group: myonion,", text)
        text = text.replace("/run/myonion/web.socket", str(target))
        self.write_profile(text.replace("group: myonion,", f"group: '{os.getegid()}',"))
        sieve = self.sieve(self.tor)
        sieve.await_log("sockets of applications: myonion")
        container = Container(sieve.runtime / "apps" / "myonion" / "control", f"unix:{target}")
        self.addCleanup(container.client.close)
        self.assertDone(container.run())
        self.assertFiltered(self.session(sieve), f"ADD_ONION NEW:ED25519-V3 Port=80,unix:{target}")

    def test_a_neighbour_on_the_network_gets_nothing(self):
        self.write_profile(shipped("myonion.yml", "myonion", hosts=["192.0.2.1"]))
        client = self.session(self.sieve(self.tor))
        self.assertFiltered(client, "ADD_ONION NEW:ED25519-V3 Port=80,8080")


if __name__ == "__main__":
    host, port, *key = sys.argv[1:]
    print(json.dumps(Container((host, int(port)), 8080).run(*key)))
