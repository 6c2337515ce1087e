# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real programs are watched under --complain, and then do the same under the profile that `suggest` makes of the trail."""

import json
import os
import time

import test_programs
from harness import for_me
from harness.processes import eventually, run_bounded
from network.case import NetworkTestCase
from network.program import TerminalProgram

BINARY = os.environ["ONION_SIEVE"]


class Watched:
    """Put before a test of test_programs: the daemon has the profile that is given, and its trail is looked at."""

    text = json.dumps([for_me(name="learner")])
    complains = True

    def filter_for(self, name, listen=("unix",)):
        self.trail = self.directory / "trail.jsonl"
        self.write_profile(self.text, "40_learnt.yml")
        complaining = ["--complain"] if self.complains else []
        sieve = self.sieve(self.tor.options(), "--audit", self.trail, *complaining, listen=list(listen))
        written = sieve.log
        # The tests wait for what a log would say.
        sieve.log = lambda: written() + (self.trail.read_text() if self.trail.exists() else "")
        return None, sieve

    def assertSendsWhatIsKept(self, kept, sieve):
        eventually(lambda: '"disconnected"' in self.trail.read_text(), lambda: f"a session ends{sieve.tail()}")
        sieve.stop()
        type(self).lines = self.trail.read_text()


class Flows:
    """Further tests to be watched, which are none by themselves."""

    class NyxPages(test_programs.NyxTests):
        """What its pages show depends on what it is told; here it only has to show all of them."""

        def test_pages(self):
            kept, sieve = self.filter_for("nyx")
            nyx = self.run_program([self.installed("nyx"), "--socket", sieve.unix], TerminalProgram)
            nyx.await_saying(r"page 1 / 5 ")
            for _ in range(5):
                time.sleep(2)
                nyx.press(b"\x1bOC")
            time.sleep(2)
            nyx.press(b"q")
            nyx.await_saying("Are you sure")
            nyx.press(b"q")
            nyx.await_end()
            self.assertSendsWhatIsKept(kept, sieve)

    class Txtorcon(test_programs.LibraryTests):
        # A host name is refused whatever a profile says, and so cannot be learnt.
        TARGET = "127.0.0.1:8083"

        def test_txtorcon(self):
            python = self.installed("python", environment="txtorcon")
            kept, sieve = self.filter_for("txtorcon")
            self.echo_on(8083)
            key = self.publish(session := self.unfiltered())[1]
            session.close()
            program = self.run_program([python, test_programs.HERE / "use_txtorcon.py", sieve.unix, key, self.TARGET])
            self.see_it_published(program)
            self.assertSendsWhatIsKept(kept, sieve)


class SuggestedProfileTests(NetworkTestCase):
    seconds = 480

    def play(self, case, test, **settings):
        """One test of test_programs, watched; the lines of the trail."""
        watched = type("Watching", (Watched, case), {"seconds": 230, **settings})
        watched.setUpClass()
        instance = watched(test)
        try:
            instance.setUp()
            getattr(instance, test)()
        finally:
            instance.doCleanups()
            watched.doClassCleanups()
        return watched.lines

    def suggested(self, *arguments):
        done = run_bounded([BINARY, "suggest", *arguments], seconds=60)
        self.assertEqual(0, done.returncode, done.stderr.decode())
        return done.stdout.decode()

    def assertStrictlyClean(self, text):
        path = self.write_profile(text, "40_learnt.yml")
        checked = run_bounded([BINARY, "check", "--strict", path])
        self.assertEqual(0, checked.returncode, checked.stdout.decode() + text)

    def assertLearnt(self, case, test, *options, again=False, until=""):
        """`again`: what is refused under the profile, where it is watched once more, is added to it.
        `until`: a comment of the suggestion that may take some runs."""
        trail = self.directory / "trail.jsonl"
        trails = []
        for number in range(4):
            trails.append(self.directory / f"trail-{number}.jsonl")
            trails[-1].write_text(self.play(case, test))
            text = self.suggested(*trails, "--name", "learnt", *options)
            if until in text:
                break
        self.assertIn(until, text)
        self.assertStrictlyClean(text)
        if again:
            trail.write_text(self.play(case, test, text=text))
            text += self.suggested(trail, "--profile", "learnt", "--profiles", self.profiles, *options)
            self.assertStrictlyClean(text)
        if kept := os.environ.get("KEEP_SUGGESTED"):
            with open(f"{kept}/{test}.yml", "w", encoding="utf-8") as file:
                file.write(text)
        records = [json.loads(line) for line in self.play(case, test, text=text, complains=False).splitlines()]
        refused = {
            f"{record['command']} {record.get('arguments', '')}: {record['reason']}"
            for record in records
            if record.get("decision") == "filter"
        }
        self.assertEqual([], sorted(refused), text)
        self.assertTrue([record for record in records if record.get("decision") == "forward"])

    # OnionShare takes any free port of 17600 to 17650. One that a person would think of, as 17620 is, looks as if it were always the
    # same, until another is seen.
    CHOSEN_ANEW = "chosen anew each time: the whole hundred"

    def test_onionshare_2_6(self):
        test = "test_onionshare_2_6_shares_a_file_that_curl_fetches"
        self.assertLearnt(test_programs.OnionShareTests, test, until=self.CHOSEN_ANEW)

    def test_onionshare_2_7(self):
        test = "test_onionshare_2_7_shares_a_file_with_those_who_have_the_key"
        self.assertLearnt(test_programs.OnionShareTests, test, until=self.CHOSEN_ANEW)

    def test_onionbalance(self):
        self.assertLearnt(
            test_programs.OnionbalanceTests, "test_onionbalance_publishes_a_service_that_its_back_end_answers_for"
        )

    # These two ask for tor's whole configuration and all relays, and end, or do not begin, where that is refused. nyx, which is not
    # told the number of tor's process, then asks what it did not ask before.
    def test_nyx(self):
        self.assertLearnt(Flows.NyxPages, "test_pages", "--answer", again=True)

    def test_txtorcon(self):
        self.assertLearnt(Flows.Txtorcon, "test_txtorcon", "--answer")
