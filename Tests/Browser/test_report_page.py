# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that `audit --html` writes, in a browser: that nothing is fetched or obeyed, and that everybody can read it.

The pages are the golden files of Tests/ReportsTests. The week has texts in it that were meant to do harm."""

import json
import os
import pathlib
import re
import shutil

from browser.chromium import Chromium
from harness.case import SieveTestCase, temporary_directory
from harness.processes import run_bounded

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "Tests/ReportsTests/Golden"
PICTURES = ROOT / ".build/screenshots"
PAGES = {name: GOLDEN / f"{name}.html" for name in ("week", "empty")}
PHONE = {"width": 320, "height": 640, "is_phone": True}

# What the page is made of; anything else came out of a text.
ELEMENTS = set(
    "html head meta title style body a div header p h1 dl dt dd nav ul li main section h2 h3 figure figcaption strong "
    "svg defs pattern path circle rect line text table caption thead tbody tr th td bdi code time span details summary "
    "footer".split()
)

# Elements with text of their own, and what their colours come to: the text's, and that of the first background that is
# none to look through.
COLOURS = """
(() => {
  const opaque = colour => !/^rgba\\(.*, 0\\)$/.test(colour);
  const background = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (opaque(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const seen = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim()) continue;
    const style = getComputedStyle(element);
    const colour = element.namespaceURI.endsWith("svg") ? style.fill : style.color;
    seen.set(colour + " on " + background(element), element.outerHTML.slice(0, 80));
  }
  return Object.fromEntries(seen);
})()
"""

# Elements that reach beyond the right edge, without those that are out of sight on purpose.
WIDE = """
[...document.querySelectorAll("body *")].filter(e => {
  const box = e.getBoundingClientRect();
  return box.width > 1 && box.right > innerWidth + 0.5;
}).map(e => e.outerHTML.slice(0, 80))
"""


def luminance(colour):
    """WCAG 2.2, relative luminance."""
    channels = [int(number) / 255 for number in re.findall(r"\d+", colour)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear))


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


class ReportPageTests(SieveTestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = Chromium(temporary_directory(cls)).start()
        cls.addClassCleanup(cls.browser.stop)
        shutil.rmtree(PICTURES, ignore_errors=True)

    def show(self, name, **options):
        self.browser.show(PAGES[name], **options)
        return self.browser.evaluate

    def test_nothing_is_fetched_and_nothing_complains(self):
        for name, path in PAGES.items():
            for scheme in ("light", "dark"):
                with self.subTest(name, scheme=scheme):
                    self.show(name, scheme=scheme)
                    requests = [request["request"]["url"] for request in self.browser.parameters("Network.requestWillBeSent")]
                    self.assertEqual([path.as_uri()], requests)
                    for event in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
                        self.assertEqual([], self.browser.parameters(event))

    def test_nothing_but_our_own_elements_is_there(self):
        evaluate = self.show("week")
        names = set(evaluate("[...document.querySelectorAll('*')].map(e => e.localName)"))
        self.assertEqual(set(), names - ELEMENTS)
        self.assertEqual(1, evaluate("document.querySelectorAll('style').length"))
        attributes = set(evaluate("[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())"))
        self.assertEqual([], [name for name in attributes if name.startswith("on")])
        self.assertEqual({"#"}, {link[0] for link in evaluate("[...document.links].map(a => a.getAttribute('href'))")})

    def test_planted_texts_are_shown_and_not_obeyed(self):
        evaluate = self.show("week")
        self.assertEqual("onion-sieve audit: 2026-11-11 to 2026-11-21", evaluate("document.title"))
        text = evaluate("document.body.textContent")
        for planted in (
            "<script>document.title='owned'</script>",
            "\"><img src=x onerror=\"document.title='owned'\">",
            "javascript:document.title='owned'",
            "</style></svg><script>",
            "&lt;b&gt; &amp; &#x3c;i&#x3e;",
            "\\u{202e}txt.exe",
            "\\u{1b}[2J",
        ):
            with self.subTest(planted):
                self.assertIn(planted, text)
        self.assertNotRegex(text, "[\u202a-\u202e\u2066-\u2069\u0300-\u036f\x00-\x09\x0b-\x1f\x7f-\x9f]")

    def test_a_script_that_got_in_would_not_run(self):
        page = self.directory / "page.html"
        page.write_text(
            PAGES["week"].read_text().replace("</main>", "<script>document.title='owned'</script><img src=x></main>")
        )
        self.browser.show(page)
        self.assertEqual("onion-sieve audit: 2026-11-11 to 2026-11-21", self.browser.evaluate("document.title"))
        loaded = [answer["response"]["url"] for answer in self.browser.parameters("Network.responseReceived")]
        self.assertEqual([page.as_uri()], loaded)

    def test_the_program_writes_such_a_page_from_a_trail(self):
        planted = "</td><script>document.title='owned'</script><img src=x onerror=alert(1)>"
        trail, page = self.directory / "audit.log", self.directory / "report.html"
        record = {
            "schema": 1,
            "time": "2026-11-21T17:35:02.123456Z",
            "event": "command",
            "session": 7,
            "client": {"transport": "unix", "uid": 1000, "user": planted, "pid": 4711, "exe": f"/tmp/{planted}"},
            "profile": planted,
            "decision": "filter",
            "command": "GETINFO",
            "arguments": planted,
            "reason": planted,
        }
        trail.write_text(json.dumps(record) + "\n" + json.dumps(record)[:-20])
        done = run_bounded([os.environ["ONION_SIEVE"], "audit", trail, "--html", page])
        self.assertEqual(0, done.returncode, done.stderr)
        self.browser.show(page)
        self.assertEqual("onion-sieve audit: 2026-11-21 to 2026-11-21", self.browser.evaluate("document.title"))
        names = set(self.browser.evaluate("[...document.querySelectorAll('*')].map(e => e.localName)"))
        self.assertEqual(set(), names - ELEMENTS)
        self.assertIn(planted, self.browser.evaluate("document.body.textContent"))
        self.assertEqual(1, len(self.browser.parameters("Network.requestWillBeSent")))

    def test_a_phone_shows_it_without_scrolling_to_the_side(self):
        for name in PAGES:
            with self.subTest(name):
                evaluate = self.show(name, **PHONE)
                evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                self.assertEqual(320, evaluate("innerWidth"))
                self.assertLessEqual(evaluate("document.documentElement.scrollWidth"), 320)
                self.assertEqual([], evaluate(WIDE))

    def test_text_stands_out_from_its_background(self):
        for scheme in ("light", "dark"):
            evaluate = self.show("week", scheme=scheme)
            evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            pairs = evaluate(COLOURS)
            self.assertGreater(len(pairs), 4)
            for pair, element in pairs.items():
                with self.subTest(pair, scheme=scheme):
                    self.assertGreaterEqual(contrast(*pair.split(" on ")), 4.5, element)
        self.assertNotEqual(*[self.background(scheme) for scheme in ("light", "dark")])

    def background(self, scheme):
        return self.show("week", scheme=scheme)("getComputedStyle(document.body).backgroundColor")

    def test_who_hears_the_page_finds_the_way(self):
        for options in ({}, PHONE):
            with self.subTest(options):
                self.show("week", **options)
                nodes = self.browser.call("Accessibility.getFullAXTree")["nodes"]
                roles = [node.get("role", {}).get("value") for node in nodes if not node.get("ignored")]
                for role in ("banner", "navigation", "main", "contentinfo"):
                    self.assertEqual(1, roles.count(role), role)
                names = {
                    role: [node["name"]["value"] for node in nodes if node.get("role", {}).get("value") == role]
                    for role in ("table", "region", "image", "columnheader", "rowheader")
                }
                for role, values in names.items():
                    self.assertTrue(values, role)
                    self.assertTrue(all(values), role)
        headings = self.browser.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => +h.localName[1])")
        self.assertEqual(1, headings[0])
        self.assertTrue(all(after <= before + 1 for before, after in zip(headings, headings[1:])))
        self.assertEqual(
            [],
            self.browser.evaluate("[...document.querySelectorAll('th:not([scope]), table:not(:has(caption))')].map(e => e.outerHTML)"),
        )

    def test_the_keyboard_reaches_everything(self):
        evaluate = self.show("week")
        self.browser.press("Tab", 9)
        self.assertEqual("skip", evaluate("document.activeElement.className"))
        self.assertGreaterEqual(evaluate("document.activeElement.getBoundingClientRect().left"), 0)
        for _ in range(evaluate("document.links.length")):
            self.browser.press("Tab", 9)
        self.assertEqual("summary", evaluate("document.activeElement.localName"))
        self.browser.press("Enter", 13)
        self.assertTrue(evaluate("document.querySelector('details').open"))

    def test_paper_is_white_and_holds_all_of_it(self):
        # The width of A4 between the margins, at 96 pixels an inch.
        evaluate = self.show("week", width=672, medium="print", scheme="dark")
        self.assertEqual("rgb(255, 255, 255)", evaluate("getComputedStyle(document.body).backgroundColor"))
        self.assertEqual("rgb(0, 0, 0)", evaluate("getComputedStyle(document.body).color"))
        self.assertEqual([], evaluate(WIDE))
        self.browser.take_picture(PICTURES / "week-paper.png")
        for name in PAGES:
            self.show(name)
            printed = self.browser.print(PICTURES / f"{name}.pdf")
            self.assertTrue(printed.startswith(b"%PDF-"))

    def test_pictures_are_kept(self):
        for name in PAGES:
            for scheme in ("light", "dark"):
                evaluate = self.show(name, scheme=scheme)
                self.browser.take_picture(PICTURES / f"{name}-{scheme}.png")
                self.show(name, scheme=scheme, **PHONE)
                self.browser.take_picture(PICTURES / f"{name}-{scheme}-phone.png")
                self.browser.take_picture(PICTURES / f"{name}-{scheme}-phone-top.png", is_whole=False)
                self.assertGreater(evaluate("document.body.scrollHeight"), 640)
        for picture in PICTURES.glob("*.png"):
            self.assertTrue(picture.read_bytes().startswith(b"\x89PNG"), picture)
