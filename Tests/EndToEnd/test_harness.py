# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tools of this suite tell the truth: the real tor and the fake one, without a filter in between."""

import stem
import stem.control

from harness import FakeTor, RawClient, SieveTestCase, stem_session
from harness.case import real_tor


class HarnessTests(SieveTestCase):
    def test_stem_finds_everything_in_order_at_the_real_tor_itself(self):
        tor = real_tor(self, "none")
        for place in ((str(tor.socket_path), ""), ("127.0.0.1", str(tor.port))):
            with self.subTest(place):
                found = stem_session.observe(*place, "")
                self.assertEqual([found["service"]], found["listed"])
                self.assertEqual([], found["listed_elsewhere"])
                self.assertRegex(found["removed_elsewhere"], "^552 ")
                self.assertEqual("250 OK\r\n", found["removed_here"])
                self.assertEqual([], found["listed_afterwards"])
                self.assertEqual(found["service"], found["again"])

    def test_the_real_tor_can_be_made_to_answer_one_command_with_two_end_lines(self):
        tor = real_tor(self)
        with RawClient(tor.socket_path) as client:
            self.assertEqual([b"250 OK"], client.ask("AUTHENTICATE " + tor.cookie_path.read_bytes().hex()))
            self.assertRegex(client.ask(r'SETCONF UseBridges="a\r\n250 OK"')[0], b"^513 ")
            self.assertRegex(client.line(), b"^250 OK")

    def test_stem_authenticates_to_the_fake_tor_in_each_of_the_four_ways(self):
        cookie = bytes(range(32))
        cookie_path = self.directory / "cookie"
        cookie_path.write_bytes(cookie)
        for methods in (["NULL"], ["COOKIE"], ["SAFECOOKIE"], ["HASHEDPASSWORD"]):
            with self.subTest(methods):
                tor = FakeTor(methods=methods, cookie=cookie, cookie_path=cookie_path, password='a "b" \\c')
                self.addCleanup(tor.stop)
                with stem.control.Controller.from_port(port=tor.port) as controller:
                    controller.authenticate(password='a "b" \\c')
                    self.assertEqual("203.0.113.7", controller.get_info("address"))
                    self.assertEqual("SocksPort 0\nDisableNetwork 1", controller.get_info("config-text"))
                    self.assertEqual(
                        {"UseBridges": ["0"], "Bridge": []}, controller.get_conf_map(["UseBridges", "Bridge"])
                    )
                    self.assertTrue(controller.create_ephemeral_hidden_service({80: 17600}).service_id)

    def test_stem_refuses_a_fake_tor_that_lies_about_the_cookie(self):
        cookie_path = self.directory / "cookie"
        cookie_path.write_bytes(bytes(32))
        tor = FakeTor(methods=["SAFECOOKIE"], cookie=bytes(32), cookie_path=cookie_path, lies=True)
        self.addCleanup(tor.stop)
        with stem.control.Controller.from_port(port=tor.port) as controller:
            with self.assertRaises(stem.connection.AuthenticationFailure):
                controller.authenticate()

    def test_the_fake_tor_remembers_lines_and_bodies_and_sends_events(self):
        tor = self.fake_tor()
        with RawClient(self.directory / "tor.socket").authenticate() as client:
            self.assertEqual([b"250 OK"], client.ask("SETEVENTS BW"))
            client.send("+LOADCONF\r\nSocksPort 0\r\n.\r\nGETINFO nothing no/thing\r\n")
            self.assertEqual([b"250 OK"], client.reply())
            self.assertEqual([b'552-Unrecognized key "nothing"', b'552 Unrecognized key "no/thing"'], client.reply())
            tor.emit("650 BW 1 2\r\n")
            self.assertEqual([b"650 BW 1 2"], client.reply())
            self.assertEqual([[b"SocksPort 0"]], tor.sessions[0].bodies)
            self.assertEqual(["BW"], tor.session_that_sent(b"+LOADCONF").events)
            tor.sessions[0].hang_up()
            client.expect_closed()
