# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual pages say what `--help` says, option for option; their examples can be typed, and what they refer to is there.

`--experimental-dump-help` tells all that the program takes. A command has a page of its own, `onion-sieve-COMMAND.8`, with each
option in its SYNOPSIS and in the list of its OPTIONS.
"""

import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import textwrap
import unittest

from harness import SieveTestCase, run_bounded
from harness.case import real_tor

BINARY = os.environ["ONION_SIEVE"]
MANUAL = pathlib.Path(__file__).resolve().parents[2] / "man"
PROGRAM = "onion-sieve"
OVERVIEW = f"{PROGRAM}.8"

PROFILE_KEYS = (
    "name users groups hosts units sockets apparmor-profiles exe-paths commands onions confs events limits tests".split()
)
# Macros of mdoc that can stand in the middle of a line. What they are called is no text.
MACROS = set("Ao Ac Ap Aq Ar Bo Bc Bq Cm Dc Do Dq Dv Em Ev Fl Ic Li Lk Nm No Ns Op Pa Pc Po Pq Ql Qq So Sc Sq Sx Sy Va Vt Xr".split())
PUNCTUATION = set(", . ; : | ( ) ... =".split())


def setUpModule():
    if not MANUAL.is_dir():
        raise unittest.SkipTest("the manual pages are not here")


# What --help says.


@dataclasses.dataclass(frozen=True)
class Option:
    """An option, or an argument, which has no names."""

    names: tuple
    value: str | None
    is_value_optional: bool
    is_repeated: bool
    default: str
    choices: tuple
    text: str

    @property
    def name(self):
        return self.names[0] if self.names else self.value


@dataclasses.dataclass(frozen=True)
class Command:
    """One that can be run, as `profile list`."""

    words: tuple
    options: tuple

    @property
    def name(self):
        return " ".join(self.words)

    @property
    def page(self):
        return f"{PROGRAM}-{self.words[0]}.8"


def read_option(dumped):
    names = [name["name"] for name in [dumped.get("preferredName"), *dumped.get("names", [])] if name]
    names = dict.fromkeys(("-" if len(name) == 1 else "--") + name for name in names)
    text = dumped.get("abstract", "") + " " + dumped.get("discussion", "")
    stated = re.search(r"\(default: (.*)\)", text)
    # Without a value such an option has what is called its default.
    is_value_optional = dumped["parsingStrategy"] == "scanningForValue"
    default = stated[1] if stated else "" if is_value_optional else dumped.get("defaultValue", "")
    return Option(
        names=tuple(names),
        value=None if dumped["kind"] == "flag" else dumped["valueName"],
        is_value_optional=is_value_optional,
        # One that refuses to be repeated says so.
        is_repeated=dumped["isRepeating"] and dumped["kind"] == "option" and "given once" not in text,
        default=default,
        choices=tuple(dumped.get("allValues", ())),
        text=text.strip(),
    )


def read_help(dumped):
    """The options that every command has, and the commands with those of their own."""
    root = dumped["command"]

    def options(command):
        return tuple(read_option(each) for each in command.get("arguments", ()) if each["shouldDisplay"])

    general = options(root)

    def commands(command, words):
        inner = [each for each in command.get("subcommands", ()) if each["commandName"].split()[-1] != "help"]
        if not inner:
            yield Command(words, tuple(option for option in options(command) if option.names not in {o.names for o in general}))
        for each in inner:
            yield from commands(each, (*words, each["commandName"].split()[-1]))

    return general, list(commands(root, ()))


# What a page says.


def tokens(line):
    """The words of a line of macros."""
    return [quoted or word for quoted, word in re.findall(r'"([^"]*)"|(\S+)', line.removeprefix("."))]


def plain(lines):
    """The text as it is read, without macros; options with both of their dashes."""
    out = []
    for line in lines:
        if not line.startswith("."):
            out.append(line)
            continue
        is_option = False
        for token in tokens(line)[0 if line[1:3] in MACROS else 1 :]:
            if token == "Ns":
                out.append("\0")
            elif token in MACROS:
                is_option = token == "Fl"
            else:
                is_dashed = is_option and token not in PUNCTUATION
                out.append("-" + token if is_dashed else token)
    text = " ".join(out).replace(" \0 ", "").replace("\\&", "").replace("\\e", "\\").replace("\\-", "-")
    return re.sub(r" ([,.;:)])", r"\1", text)


def parse_options(line):
    """(name, value, whether the value may be left out) of each option of a line, and of each argument with no name."""
    found, macro, is_behind_option, is_optional = [], None, False, False
    for token in tokens(line):
        if token in MACROS:
            is_optional = is_optional or (token == "Op" and macro == "Ns")
            macro = token
        elif token in PUNCTUATION:
            is_behind_option = is_behind_option and token == "="
        elif macro == "Fl":
            # `Fl -` is the `--` before the arguments of another program.
            if token != "-":
                found.append(("-" + token, None, False))
            is_behind_option = token != "-"
        elif macro == "Ar" and is_behind_option:
            found[-1] = (found[-1][0], token, is_optional)
            is_behind_option = is_optional = False
        elif macro == "Ar":
            found.append((None, token, False))
    return found


@dataclasses.dataclass
class Item:
    """An entry of the list of options."""

    names: tuple
    value: str | None
    is_value_optional: bool
    lines: list

    @property
    def text(self):
        return plain(self.lines)


class Page:
    def __init__(self, name, text):
        self.name = name
        self.lines = text.splitlines()
        self.usages = self._usages()
        self.items = self._items()

    def section(self, title):
        if f".Sh {title}" not in self.lines:
            return []
        begin = self.lines.index(f".Sh {title}") + 1
        ends = [i for i, line in enumerate(self.lines) if line.startswith(".Sh ") and i >= begin]
        return self.lines[begin : ends[0] if ends else None]

    def _usages(self):
        """What SYNOPSIS says of each command: by its name the options and arguments."""
        usages, name = {}, None
        for line in self.section("SYNOPSIS"):
            if line.startswith(".Nm"):
                name = None
            elif line.startswith(".Cm ") and name is None:
                name = line[4:].strip()
                usages.setdefault(name, [])
            else:
                usages.setdefault(name or "", []).extend(parse_options(line))
        return usages

    def _items(self):
        items, depth = [], 0
        for line in self.section("OPTIONS"):
            depth += line.startswith(".Bl ") - line.startswith(".El")
            if depth == 1 and re.match(r"\.It (Fl|Ar) ", line):
                found = parse_options(line.removeprefix(".It"))
                names = tuple(name for name, _, _ in found if name)
                _, value, is_optional = found[-1]
                items.append(Item(names, value, is_optional, []))
            elif items and depth >= 1:
                items[-1].lines.append(line)
            elif line.startswith(".Ss "):
                items.append(Item((line,), None, False, []))
        return [item for item in items if not item.names or not item.names[0].startswith(".Ss")]

    def references(self, section=None):
        lines = self.lines if section is None else self.section(section)
        return [(match[1], match[2]) for line in lines for match in re.finditer(r"\bXr (\S+) (\d)", line)]

    def blocks(self):
        """What is shown as it stands, each as one text."""
        text = "\n".join(self.lines)
        for block in re.findall(r"(?s)^\.Bd -literal[^\n]*\n(.*?)^\.Ed", text, re.MULTILINE):
            yield block.replace("\\&", "").replace("\\e", "\\")

    def profiles(self):
        """Examples of profiles. A part of one stands in a profile that has nothing else."""
        for block in self.blocks():
            first = next((line for line in block.splitlines() if not line.startswith("#")), "")
            if re.match(rf"- ({'|'.join(PROFILE_KEYS)}):", first):
                yield block
            elif re.match(rf"({'|'.join(PROFILE_KEYS)}):", first):
                yield "- sockets: [{name: example}]\n" + textwrap.indent(block, "  ")

    def examples(self):
        """Lines to be typed, with those that are continued put together."""
        is_literal, pending = False, ""
        for line in self.lines:
            if line.startswith(".Bd -literal"):
                is_literal = True
            elif line.startswith(".Ed"):
                is_literal = False
            typed = line.removeprefix(".Dl ") if line.startswith(".Dl ") else line if is_literal else None
            if typed is None or not (pending or line.startswith(".Dl ") or re.match(r"[$#] ", typed)):
                continue
            pending += typed.removesuffix("\\e") + " "
            if not typed.endswith(("\\e", "|")):
                yield pending
                pending = ""


# What does not agree.


def words_of(text):
    """Words that tell one thing from another, of a text that `--help` says: numbers, paths, names, and long words."""
    words = (word.strip(".,;()`'") for word in text.split())
    return {word for word in words if len(word) > 3 or re.search(r"[\d/*]", word)}


def literals(text):
    """What has to be typed as it stands: what is quoted, in capitals, or no word of the language."""
    quoted = re.findall(r"`([^`]+)`", text)
    words = (word.strip(".,;()'") for word in re.sub(r"`[^`]+`|\(default: .*\)", " ", text).split())
    return [*quoted, *(word for word in words if re.fullmatch(r"[A-Z_]{3,}|--\S+|.*[\w\]][:=/]\S+.*|/.*|.*\d.*", word))]


def compare_item(option, item, where):
    """What an entry of the list does not say of an option, or says otherwise."""
    if option.value != item.value:
        yield f"{where}: the value is `{item.value}`, and in --help `{option.value}`"
    if option.is_value_optional != item.is_value_optional:
        yield f"{where}: whether it has to have a value is said otherwise in --help"
    text = item.text
    if not text.strip():
        yield f"{where}: nothing is said of it"
    for name in option.names:
        if name not in item.names and not re.search(rf"(?<![\w-]){name}(?![\w-])", text):
            yield f"{where}: its name {name} is missing"
    for choice in option.choices:
        if not re.search(rf"(?<![\w-]){re.escape(choice)}(?![\w-])", text):
            yield f"{where}: the value `{choice}` is missing"
    if option.default:
        missing = sorted(word for word in words_of(option.default) | {"default"} if word not in text)
        if missing:
            yield f"{where}: of its default, `{option.default}`, there is no {', '.join(missing)}"
    for literal in literals(option.text):
        if literal not in text:
            yield f"{where}: {literal} of --help is missing"
    if option.names and option.is_repeated != ("may be repeated" in text.lower()):
        yield f"{where}: whether it may be repeated is said otherwise in --help"


def compare_usage(command, page):
    where = f"man/{page.name}: SYNOPSIS of `{PROGRAM} {command.name}`"
    usage = page.usages.get(command.name)
    if usage is None:
        yield f"{where} is missing"
        return
    said = {name or value: (name, value, optional) for name, value, optional in usage}
    for option in command.options:
        found = said.pop(option.name, None)
        if found is None:
            yield f"{where}: {option.name} is missing"
        elif found[1:] != (option.value, option.is_value_optional):
            yield f"{where}: {option.name} has the value `{found[1]}`, and in --help `{option.value}`"
    for name in said:
        yield f"{where}: {name} is not in --help"


def compare(general, commands, pages):
    """Every difference, as a sentence that says where it is."""
    overview = pages.get(OVERVIEW)
    if overview is None:
        yield f"man/{OVERVIEW} is missing"
    else:
        yield from compare_list(general, overview)
        references = overview.references()
        for page in sorted({command.page for command in commands}):
            if (page.removesuffix(".8"), "8") not in references:
                yield f"man/{OVERVIEW}: {page} is not referred to"
    for name in sorted(pages.keys() - {command.page for command in commands} - {OVERVIEW}):
        if name.endswith(".8"):
            yield f"man/{name}: there is no such command"
    for name in dict.fromkeys(command.page for command in commands):
        if name not in pages:
            yield f"man/{name} is missing"
            continue
        page, own = pages[name], [command for command in commands if command.page == name]
        for command in own:
            yield from compare_usage(command, page)
        for usage in sorted(page.usages.keys() - {command.name for command in own}):
            yield f"man/{name}: SYNOPSIS has `{usage}`, which is no command"
        yield from compare_list([option for command in own for option in command.options], page)
    known = {name for options in (general, *(command.options for command in commands)) for o in options for name in o.names}
    for page in pages.values():
        for line in page.lines:
            for name, _, _ in parse_options(line) if line.startswith(".") and " -width" not in line else ():
                if name and name not in known:
                    yield f"man/{page.name}: no command has {name}"
    yield from compare_shared(commands, pages)


def compare_list(options, page):
    listed = {item.names[0] if item.names else item.value: item for item in page.items}
    for item in page.items:
        for alias in item.names:
            listed.setdefault(alias, item)
    meant = set()
    for option in dict.fromkeys(options):
        item = next((listed[name] for name in (option.name, *option.names) if name in listed), None)
        where = f"man/{page.name}: OPTIONS, {option.name}"
        if item is None:
            yield f"{where} is missing"
            continue
        meant.add(id(item))
        yield from compare_item(option, item, where)
    for item in page.items:
        if id(item) not in meant:
            yield f"man/{page.name}: OPTIONS, {', '.join(item.names) or item.value} is not in --help"


def compare_shared(commands, pages):
    """What --help says of several commands in the same words has one text in all pages, whatever a page adds to it."""
    texts = {}
    for command in commands:
        page = pages.get(command.page)
        for option in command.options if page else ():
            item = next((item for item in page.items if option.name in item.names), None)
            if option.names and item:
                texts.setdefault((option.name, option.text), {})[page.name] = item.text.strip()
    for (name, _), said in texts.items():
        shortest = min(said.values(), key=len)
        for page, text in said.items():
            if not text.startswith(shortest):
                yield f"man/{page}: OPTIONS, {name} does not say what {min(said, key=lambda p: len(said[p]))} says"


def compare_examples(general, commands, pages):
    by_name = {command.name: command for command in commands}
    for page in pages.values():
        for line in page.examples():
            for match in re.finditer(rf"(?:^(?:[$#] )?|[|(] *){PROGRAM} ([a-z]+)(?: ([a-z]+)\b)?([^|>]*)", line):
                command = by_name.get(f"{match[1]} {match[2]}") or by_name.get(match[1])
                if command is None:
                    yield f"man/{page.name}: no command: {line.strip()}"
                    continue
                known = {name for option in (*general, *command.options) for name in option.names}
                rest = match[3].split(" -- ")[0]
                for name in re.findall(r"(?<=\s)(--?[a-z][a-z-]*)", re.sub(r"'[^']*'", "''", rest)):
                    if name not in known:
                        yield f"man/{page.name}: {command.name} has no {name}: {line.strip()}"


def compare_references(pages):
    names = {tuple(name.rsplit(".", 1)) for name in pages}
    for page in pages.values():
        own = tuple(page.name.rsplit(".", 1))
        mine = [each for each in page.references("SEE ALSO") if each[0].startswith(PROGRAM)]
        for name, section in page.references():
            if name.startswith(PROGRAM) and (name, section) not in names:
                yield f"man/{page.name}: there is no {name}({section})"
        for name, section in page.references():
            if (name, section) != own and name.startswith(PROGRAM) and (name, section) not in mine:
                yield f"man/{page.name}: {name}({section}) is not in SEE ALSO"
        for name, section in mine:
            other = pages.get(f"{name}.{section}")
            if other and own not in other.references("SEE ALSO"):
                yield f"man/{other.name}: SEE ALSO does not name {own[0]}({own[1]}), which names it"


def real_help():
    result = run_bounded([BINARY, "--experimental-dump-help"])
    return read_help(json.loads(result.stdout))


def real_pages():
    return {path.name: Page(path.name, path.read_text()) for path in sorted(MANUAL.glob("*.[1-9]"))}


class ManualTests(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.general, cls.commands = real_help()
        cls.pages = real_pages()

    def assertAgree(self, complaints):
        complaints = list(complaints)
        self.assertEqual([], complaints, "\n" + "\n".join(complaints))

    def test_every_command_and_option_of_help_is_in_its_page_and_every_option_of_a_page_in_help(self):
        self.assertLess(10, len(self.commands))
        self.assertAgree(compare(self.general, self.commands, self.pages))

    def test_every_example_has_commands_and_options_that_are_there(self):
        self.assertLess(30, sum(len(list(page.examples())) for page in self.pages.values()))
        self.assertAgree(compare_examples(self.general, self.commands, self.pages))

    def test_every_page_that_is_referred_to_is_there_and_refers_back(self):
        self.assertAgree(compare_references(self.pages))

    def test_every_page_of_a_command_has_the_same_sections(self):
        for page in {command.page for command in self.commands}:
            with self.subTest(page):
                titles = [line[4:] for line in self.pages[page].lines if line.startswith(".Sh ")]
                wanted = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"]
                self.assertEqual(wanted, [title for title in titles if title in wanted])

    def test_what_is_shown_as_it_stands_fits_a_terminal(self):
        for page in self.pages.values():
            for shown, block in re.findall(r"(?ms)^(\.Bd -literal[^\n]*)\n(.*?)^\.Ed", "\n".join(page.lines)):
                room = 80 - 5 - (6 if "indent" in shown else 0)
                for line in block.replace("\\&", "").replace("\\e", "\\").splitlines():
                    self.assertLessEqual(len(line), room, f"man/{page.name}: {line}")

    def test_whatever_is_taken_out_of_a_page_is_missed(self):
        for name in sorted({command.page for command in self.commands}):
            text = (MANUAL / name).read_text()
            for item in self.pages[name].items:
                if not item.names:
                    continue
                option = item.names[0]
                macro = f"Fl {option[1:]}"
                for place, pattern in (
                    ("OPTIONS", rf"(?m)^\.It {macro}(?![\w-])"),
                    ("SYNOPSIS", rf"(?m)\b{macro}(?![\w-])"),
                ):
                    with self.subTest(page=name, option=option, place=place):
                        changed = re.sub(pattern, ".It Em" if place == "OPTIONS" else "Em", text)
                        self.assertNotEqual(text, changed)
                        complaints = list(compare(self.general, self.commands, self.pages | {name: Page(name, changed)}))
                        self.assertTrue(any(f"man/{name}: {place}" in each and option in each for each in complaints), complaints)


class ExampleProfileTests(SieveTestCase):
    def examples(self):
        return [(page.name, text) for page in real_pages().values() for text in page.profiles()]

    def check(self, text):
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "example.yml"
            path.write_text(text)
            path.chmod(0o644)
            done = subprocess.run([BINARY, "check", "--strict", path], capture_output=True, text=True, timeout=30)
            return done.returncode, done.stdout + done.stderr

    def test_every_profile_that_a_page_shows_passes_the_strict_check(self):
        examples = self.examples()
        self.assertLessEqual({"onion-sieve-profiles.7", "onion-sieve.yml.5"}, {name for name, _ in examples})
        self.assertLess(10, len(examples))
        for name, text in examples:
            with self.subTest(page=name, text=text):
                code, said = self.check(text)
                self.assertEqual(0, code, f"{text}\n{said}")

    def test_a_profile_with_a_mistake_would_not_pass(self):
        for text in ("limits: {sesions: 4}\n", "- hosts: ['*']\n  commands:\n    GETINFO: ['.*']\n"):
            page = Page("page", f".Bd -literal -offset indent\n{text}.Ed\n")
            (example,) = page.profiles()
            code, said = self.check(example)
            self.assertEqual(1, code, said)

    def test_the_program_of_the_tutorial_works_with_its_profile_and_says_what_it_does_not_get(self):
        blocks = list(real_pages()["onion-sieve-profiles.7"].blocks())
        program = next(block for block in blocks if block.startswith("#!/usr/bin/python3")).partition("\n...")[0]
        profile = next(block for block in blocks if "- name: shop\n" in block and "group: tor-shop" in block)
        self.write_profile(profile.replace("tor-shop", f"'{os.getegid()}'"))
        sieve = self.sieve(real_tor(type(self)))
        sieve.await_log("sockets of applications: shop")
        environment = dict(os.environ, TOR_CONTROL_IPC_PATH=str(sieve.runtime / "apps" / "shop" / "control"))
        done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=30)
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertRegex(
            done.stdout,
            r"\Aversion: \['250-version=[^']+', '250 OK'\]\ncircuits: not shown here\nservice: [a-z2-7]{56}\.onion\n\Z",
        )


def decoders_keys(sources):
    """All keys that a profile and its parts can have, in all their spellings."""
    keys = set()
    for path in (sources / "Entries").glob("*.swift"):
        text = path.read_text()
        for body in re.findall(r"(?s)enum \w*Key: String, Vocabulary \{\n(.*?)\n\s*static let subject", text):
            keys |= {written or case for case, written in re.findall(r'(?m)^\s*case `?(\w+)`?(?: = "([^"]+)")?$', body)}
        for aliases in re.findall(r"(?s)static let aliases[^=]*= \[(.*?)\]", text):
            keys |= set(re.findall(r'"([^"]+)":', aliases))
    return keys


def keys_in(lines):
    """What lines of `Ic` and headings name, without values behind a colon or in another column."""
    heads = (re.sub(r"( : | Ta ).*", "", line) for line in lines if re.match(r"\.(It Ic|Ic|Ss) ", line))
    return {name for head in heads for name in re.findall(r"\b[a-z][a-z-]+\b", head)}


class FormatTests(unittest.TestCase):
    def setUp(self):
        sources = MANUAL.parent / "Sources" / "Profiles"
        if not sources.exists():
            self.skipTest("the sources are not here")
        self.known = decoders_keys(sources)
        self.page = real_pages()["onion-sieve.yml.5"]

    def test_every_key_that_the_decoder_knows_is_in_the_reference(self):
        self.assertLess(40, len(self.known))
        self.assertEqual(set(), self.known - keys_in(self.page.lines))

    def test_every_key_of_the_reference_is_one_that_the_decoder_knows(self):
        items = [
            line
            for title in ("FOR WHOM", "WHAT THEY MAY DO", "SOCKETS")
            for line in self.page.section(title)
            if line.startswith(".It Ic ")
        ]
        self.assertLess(30, len(items))
        self.assertEqual(set(), keys_in(items) - self.known)

    def test_a_key_that_the_reference_loses_is_missed(self):
        for key in ("exe-paths", "match-users", "add-flags", "commands-per-second", "before", "forwards"):
            lines = [re.sub(rf"(?<![\w-]){key}(?![\w-])", "x", line) for line in self.page.lines]
            self.assertEqual({key}, self.known - keys_in(lines))


class ComparisonTests(unittest.TestCase):
    """The comparison itself, with a program and pages that are made up."""

    PAGES = {
        OVERVIEW: """\
.Sh SYNOPSIS
.Nm
.Ar command
.Sh DESCRIPTION
.Bl -tag -width Ds
.It Xr onion-sieve-brew 8
Make tea.
.El
.Sh OPTIONS
.Bl -tag -width Ds
.It Fl h , -help
Help.
.El
.Sh SEE ALSO
.Xr onion-sieve-brew 8
""",
        f"{PROGRAM}-brew.8": """\
.Sh SYNOPSIS
.Nm onion-sieve
.Cm brew
.Op Fl -kind Ar tea
.Op Fl -pot Ar path
.Op Fl -warm Ns Op = Ns Ar room
.Op Fl -cups Ar number
.Op Fl -quiet
.Ar guest ...
.Sh OPTIONS
.Bl -tag -width Ds
.It Ar guest
Who drinks it.
.It Fl -kind Ar tea
What it is made of:
.Cm green ,
the default, or
.Cm black .
.It Fl -pot Ar path
Where, by default
.Pa /srv/pot .
Its other name is
.Fl -kettle .
.Bl -tag -width Ds
.It Fl -quiet
is no option of this list, but of one inside of it.
.El
.It Fl -warm Ns Op = Ns Ar room
Keep it warm.
.It Fl -cups Ar number
How many, as in
.Ql 3x4 ;
may be repeated.
.It Fl -quiet
Without a whistle.
.El
.Sh EXAMPLES
.Bd -literal
$ onion-sieve brew --kind black \\e
      --pot /tmp/pot alice | cat --number
.Ed
.Sh SEE ALSO
.Xr onion-sieve 8
""",
    }

    @staticmethod
    def dumped(kind, value, *names, text="", **more):
        named = [{"kind": "long", "name": name} for name in names]
        return {
            "kind": kind,
            "valueName": value,
            "names": named,
            "preferredName": named[0] if named else None,
            "abstract": text,
            "isRepeating": False,
            "parsingStrategy": "default",
            "shouldDisplay": True,
        } | more

    def setUp(self):
        dumped = self.dumped
        helping = dumped("flag", "help", "help", "h")
        self.brew = {
            "commandName": "brew",
            "arguments": [
                dumped("positional", "guest", isRepeating=True),
                dumped("option", "tea", "kind", allValues=["green", "black"], defaultValue="green"),
                dumped("option", "path", "pot", "kettle", text="Where. (default: /srv/pot)"),
                dumped("option", "room", "warm", parsingStrategy="scanningForValue", defaultValue="*"),
                dumped("option", "number", "cups", isRepeating=True, text="How many, as 3x4."),
                dumped("flag", "quiet", "quiet"),
                dumped("flag", "secret", "secret", shouldDisplay=False),
                helping,
            ],
        }
        self.help = {"command": {"commandName": PROGRAM, "arguments": [helping], "subcommands": [self.brew]}}

    def complaints(self, *changes, page=f"{PROGRAM}-brew.8"):
        texts = dict(self.PAGES)
        for old, new in changes:
            self.assertIn(old, texts[page])
            texts[page] = texts[page].replace(old, new, 1)
        pages = {name: Page(name, text) for name, text in texts.items()}
        general, commands = read_help(self.help)
        found = [*compare(general, commands, pages), *compare_examples(general, commands, pages), *compare_references(pages)]
        return "\n".join(found)

    def test_pages_that_agree_are_in_order(self):
        self.assertEqual("", self.complaints())

    def test_what_a_page_lacks_or_says_otherwise_is_told_with_its_place(self):
        brew = f"man/{PROGRAM}-brew.8: "
        for change, expected in (
            ((".It Fl -quiet\nWithout", ".It Em -quiet\nWithout"), brew + "OPTIONS, --quiet is missing"),
            ((".Op Fl -quiet\n", ""), brew + "SYNOPSIS of `onion-sieve brew`: --quiet is missing"),
            ((".Ar guest ...\n", ""), brew + "SYNOPSIS of `onion-sieve brew`: guest is missing"),
            ((".It Ar guest\nWho", ".It Em guest\nWho"), brew + "OPTIONS, guest is missing"),
            ((".Op Fl -quiet", ".Op Fl -loud"), brew + "SYNOPSIS of `onion-sieve brew`: --loud is not in --help"),
            ((".It Fl -quiet\nWithout", ".It Fl -loud\nWithout"), brew + "OPTIONS, --loud is not in --help"),
            ((".It Ar guest", ".It Ar host"), brew + "OPTIONS, host is not in --help"),
            ((".It Fl -pot Ar path", ".It Fl -pot Ar file"), brew + "OPTIONS, --pot: the value is `file`, and in --help `path`"),
            ((".Op Fl -pot Ar path", ".Op Fl -pot"), brew + "SYNOPSIS of `onion-sieve brew`: --pot has the value `None`"),
            ((".It Fl -warm Ns Op = Ns Ar", ".It Fl -warm Ar"), brew + "OPTIONS, --warm: whether it has to have a value"),
            ((".Op Fl -warm Ns Op = Ns Ar", ".Op Fl -warm Ar"), brew + "SYNOPSIS of `onion-sieve brew`: --warm has the value"),
            (("/srv/pot", "/srv/cup"), brew + "OPTIONS, --pot: of its default, `/srv/pot`, there is no /srv/pot"),
            (("by default", "usually"), brew + "OPTIONS, --pot: of its default, `/srv/pot`, there is no default"),
            ((".Fl -kettle", "another"), brew + "OPTIONS, --pot: its name --kettle is missing"),
            ((".Cm black", ".Cm blackish"), brew + "OPTIONS, --kind: the value `black` is missing"),
            (("may be repeated", "once"), brew + "OPTIONS, --cups: whether it may be repeated is said otherwise"),
            (("Without a whistle", "May be repeated"), brew + "OPTIONS, --quiet: whether it may be repeated is said otherwise"),
            (("3x4", "4x4"), brew + "OPTIONS, --cups: 3x4 of --help is missing"),
            (("Who drinks it.\n", ""), brew + "OPTIONS, guest: nothing is said of it"),
            (("Who drinks", ".Fl -sugar"), brew + "no command has --sugar"),
            ((".Cm brew", ".Cm boil"), brew + "SYNOPSIS of `onion-sieve brew` is missing"),
            ((".Cm brew", ".Cm boil"), brew + "SYNOPSIS has `boil`, which is no command"),
            (("brew --kind", "brew --sort"), brew + "brew has no --sort"),
            (("$ onion-sieve brew", "$ onion-sieve boil"), brew + "no command: $ onion-sieve boil"),
            ((".Xr onion-sieve 8", ".Xr onion-sieve 5"), brew + "there is no onion-sieve(5)"),
            ((".Xr onion-sieve 8", ".Xr tea 8"), brew + "SEE ALSO does not name onion-sieve(8), which names it"),
            (("Who drinks", ".Xr onion-sieve-brew 7"), brew + "there is no onion-sieve-brew(7)"),
        ):
            with self.subTest(change):
                self.assertIn(expected, self.complaints(change))

    def test_a_command_without_a_page_and_one_that_the_overview_leaves_out_are_told(self):
        self.help["command"]["subcommands"].append({"commandName": "pour", "arguments": []})
        self.assertIn(f"man/{PROGRAM}-pour.8 is missing", self.complaints())
        self.assertIn(f"man/{OVERVIEW}: {PROGRAM}-pour.8 is not referred to", self.complaints())
        said = self.complaints((".It Fl h , -help", ".It Fl h"), page=OVERVIEW)
        self.assertIn(f"man/{OVERVIEW}: OPTIONS, --help: its name --help is missing", said)

    def test_a_page_of_a_command_that_is_gone_is_told(self):
        self.PAGES = self.PAGES | {f"{PROGRAM}-pour.8": ".Sh SEE ALSO\n"}
        self.assertIn(f"man/{PROGRAM}-pour.8: there is no such command", self.complaints())

    def test_an_option_that_help_gets_or_changes_is_told(self):
        self.brew["arguments"].append(self.dumped("option", "grams", "sugar"))
        self.assertIn("OPTIONS, --sugar is missing", self.complaints())
        self.assertIn("SYNOPSIS of `onion-sieve brew`: --sugar is missing", self.complaints())
        self.brew["arguments"][1]["allValues"].append("white")
        self.assertIn("OPTIONS, --kind: the value `white` is missing", self.complaints())
        self.brew["arguments"][1]["defaultValue"] = "white"
        self.assertIn("OPTIONS, --kind: of its default, `white`", self.complaints())

    def test_one_option_of_two_commands_says_the_same_in_both(self):
        pour = dict(self.brew, commandName="pour")
        self.help["command"]["subcommands"].append(pour)
        text = self.PAGES[f"{PROGRAM}-brew.8"].replace("brew", "pour")
        overview = self.PAGES[OVERVIEW].replace(".El\n", ".It Xr onion-sieve-pour 8\nPour it.\n.El\n", 1)
        overview = overview.replace(".Sh SEE ALSO\n", ".Sh SEE ALSO\n.Xr onion-sieve-pour 8\n")
        self.PAGES = self.PAGES | {OVERVIEW: overview, f"{PROGRAM}-pour.8": text}
        self.assertEqual("", self.complaints())
        self.assertEqual("", self.complaints(("Without a whistle.", "Without a whistle. Nor a sound.")))
        self.assertIn("--quiet does not say what", self.complaints(("Without a whistle.", "In silence, always.")))


if __name__ == "__main__":
    unittest.main()
