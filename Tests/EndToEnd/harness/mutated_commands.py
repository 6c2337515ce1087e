# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands that somebody would send who wants to change a tor that he may not change: real ones, and what becomes of them when
their letters, blanks, quotes, escapes, line ends and data blocks are not what they should be."""

# A client-auth key and the key of a service, both of nothing but a pattern: nobody's.
_CLIENT_KEY = "x25519:" + "QUJD" * 10 + "QUI="
SERVICE_KEY = "ED25519-V3:" + "YAAA" + "QUJD" * 20 + "QQ=="
_ADDRESS = "p53lf57qovyuvwsc6xnrppyply3vtqm7l6pcobkmyqsiofyeznfu5uqd"

# Options that tor lets a controller change while it runs, and a few that it never does.
_OPTIONS = [
    ("ContactInfo", ["a", '"a b"', '"x\\r\\nSocksPort 1"', "a\\nb", '"a\\"b"', '""']),
    ("Nickname", ["a", "Unnamed", '"abc"']),
    ("NewCircuitPeriod", ["10", "1 minute", '"2 minutes"']),
    ("LearnCircuitBuildTimeout", ["0", "1"]),
    ("StrictNodes", ["0", "1"]),
    ("ExitNodes", ["{de}", '"{de},{fr}"']),
    ("MapAddress", ["10.0.0.1=10.0.0.2", '"a.example b.example"']),
    ("SafeLogging", ["0", "relay"]),
    ("Log", ["notice", '"info stdout"']),
    ("TrackHostExits", [".example"]),
    ("MaxClientCircuitsPending", ["64", "1"]),
    ("HiddenServiceDir", ["/nonexistent/hs"]),
    ("HiddenServicePort", ["80", '"80 127.0.0.1:1"']),
    ("Bridge", ["192.0.2.1:1", '"192.0.2.1:1 0123456789012345678901234567890123456789"']),
    ("ReachableAddresses", ["*:80"]),
    ("DataDirectory", ["/nonexistent"]),
    ("HashedControlPassword", ["16:" + "0" * 58]),
    ("__LeaveStreamsUnattached", ["1"]),
    ("__ReloadTorrcOnSIGHUP", ["0"]),
]

_OTHERS = [
    "ADD_ONION NEW:BEST Port=80",
    "ADD_ONION NEW:ED25519-V3 Flags=Detach,DiscardPK Port=80,17600",
    f"ADD_ONION {SERVICE_KEY} Port=80",
    f"ADD_ONION {SERVICE_KEY} Flags=Detach Port=80,unix:/run/x",
    f"DEL_ONION {_ADDRESS}",
    f"ONION_CLIENT_AUTH_ADD {_ADDRESS} {_CLIENT_KEY}",
    f"ONION_CLIENT_AUTH_ADD {_ADDRESS} {_CLIENT_KEY} Flags=Permanent ClientName=a",
    f"ONION_CLIENT_AUTH_REMOVE {_ADDRESS}",
    "ONION_CLIENT_AUTH_VIEW",
    f"HSFETCH {_ADDRESS}",
    "+HSPOST SERVER=a\r\nx\r\n.",
    "+LOADCONF\r\nContactInfo a\r\n.",
    "+LOADCONF\r\n.",
    "+POSTDESCRIPTOR\r\nrouter a\r\n.",
    "LOADCONF",
    "SAVECONF",
    "SAVECONF FORCE",
    "MAPADDRESS 10.1.1.1=10.1.1.2",
    "MAPADDRESS .=a.example 0.0.0.0=b.example",
    "SIGNAL NEWNYM",
    "SIGNAL CLEARDNSCACHE",
    "SIGNAL RELOAD",
    "SIGNAL DORMANT",
    "SIGNAL HUP",
    "SIGNAL SHUTDOWN",
    "SIGNAL HALT",
    "SIGNAL DUMP",
    "SIGNAL DEBUG",
    "EXTENDCIRCUIT 0",
    "EXTENDCIRCUIT 0 purpose=controller",
    "CLOSECIRCUIT 1 IfUnused",
    "CLOSESTREAM 1 1",
    "ATTACHSTREAM 1 0",
    "REDIRECTSTREAM 1 a.example",
    "RESOLVE a.example",
    "SETCIRCUITPURPOSE 1 purpose=general",
    "SETROUTERPURPOSE a general",
    "USEFEATURE VERBOSE_NAMES",
    "DROPGUARDS",
    "DROPTIMEOUTS",
    "TAKEOWNERSHIP",
    "DROPOWNERSHIP",
    "PROTOCOLINFO 1",
    "AUTHCHALLENGE SAFECOOKIE " + "00" * 32,
    "AUTHENTICATE",
    'AUTHENTICATE "a"',
    "SETEVENTS",
    "SETEVENTS CIRC STREAM CONF_CHANGED",
    "SETEVENTS EXTENDED BW",
    "GETINFO version",
    "GETINFO config-text config/names address",
    "GETINFO onions/current onions/detached",
    "GETCONF SocksPort",
    "GETCONF",
    "RESOLVE mode=reverse 192.0.2.1",
    "QUIT",
]

# What comes in anywhere: line ends, other white space, quotes and escapes in both dialects, continuations, comments, bytes that are
# no text.
_PIECES = [
    "\r\n", "\n", "\r", "\n\n", "\t", "\v", "\f", " ", "  ", "\0", '"', '""', "\\", "\\\\", '\\"', "\\n", "\\r\\n", "\\x0a",
    "\\012", "\\040", "'", "=", "==", "= ", " =", '="', '" ', "+", ".", ".\r\n", "\r\n.\r\n", "\r\n+", "#", "/", "%0a", ",", ";",
    "\x7f", "\x1b[2J", "é", "\xff", "250 OK\r\n", "650 CONF_CHANGED\r\n", "\\\n", "\\\r\n",
]


class MutatedCommands:
    """Draws from `random` (a random.Random), so that a seed tells all of them.

    option: the one that may be set, which many of the commands are about.
    """

    def __init__(self, random, option, values):
        self.random = random
        self.option = option
        self.values = values

    def batch(self, count):
        return [self.command() for _ in range(count)]

    def command(self):
        """The bytes of one command with its line end, or what may be several."""
        draw = self.random.random
        text = self._assignments() if draw() < 0.7 else self.random.choice(_OTHERS)
        while draw() < 0.4:
            text = self.random.choice(self._MUTATIONS)(self, text)
        return text.encode("utf-8" if draw() < 0.5 else "latin-1", "replace") + (b"\r\n" if draw() < 0.9 else b"\n")

    def _assignments(self):
        choice, draw = self.random.choice, self.random.random
        if draw() < 0.3:
            return f"{choice(['SETCONF', 'RESETCONF'])} {self.option}={choice(self.values)}"
        keyword = choice(["SETCONF", "SETCONF", "SETCONF", "RESETCONF", "GETCONF", "+SETCONF", "LOADCONF", "setconf"])
        words = [self._assignment() for _ in range(choice([1, 1, 1, 2, 2, 3, 5]))]
        return keyword + (" " if draw() < 0.95 else "") + choice([" ", " ", " ", "  ", "\t"]).join(words)

    def _assignment(self):
        choice, draw = self.random.choice, self.random.random
        option, values = (self.option, self.values) if draw() < 0.6 else choice(_OPTIONS)
        if draw() < 0.1:
            option = option[: self.random.randint(1, len(option))]
        if draw() < 0.1:
            option = choice([option.lower(), option.upper(), option.swapcase()])
        if draw() < 0.15:
            return option
        value = choice(values)
        if draw() < 0.1:
            # An option in the value of another.
            hidden, others = choice(_OPTIONS)
            value = choice(["{0} {1}={2}", '"{0} {1}={2}"', '"{0}\\n{1} {2}"', '{0}"{1}={2}', "{0}\\\n{1}={2}"]).format(
                value, hidden, choice(others)
            )
        return option + choice(["=", "=", "=", "=", " ", "= ", " = "]) + value

    # MARK: What becomes of them

    def _insert(self, text):
        place = self.random.randint(0, len(text))
        return text[:place] + self.random.choice(_PIECES) + text[place:]

    def _replace(self, text):
        place = self.random.randint(0, max(0, len(text) - 1))
        return text[:place] + self.random.choice(_PIECES) + text[place + 1 :]

    def _byte(self, text):
        place = self.random.randint(0, len(text))
        return text[:place] + chr(self.random.randint(0, 255)) + text[place:]

    def _delete(self, text):
        place = self.random.randint(0, len(text))
        return text[:place] + text[place + self.random.randint(1, 4) :]

    def _case(self, text):
        return self.random.choice([text.lower(), text.upper(), text.swapcase()])

    def _twice(self, text):
        words = text.split(" ")
        return " ".join(words + [self.random.choice(words)])

    def _shuffle(self, text):
        words = text.split(" ")
        self.random.shuffle(words)
        return " ".join(words)

    def _blanks(self, text):
        return text.replace(" ", self.random.choice(["  ", "\t", " \t ", "\v", "\r"]))

    def _quote(self, text):
        return text.replace("=", '="', 1) + '"'

    def _block(self, text):
        return "+" + text + "\r\n" + self._assignments() + "\r\n."

    def _behind(self, text):
        """Another command behind this one's end."""
        return text + self.random.choice(["\n", "\r\n", "\r", "\0", "\\r\\n", " \r\n ", "\r\n.\r\n"]) + self._assignments()

    def _long(self, text):
        return text + self.random.choice(" x\"\\=") * self.random.choice([100, 1000, 5000])

    _MUTATIONS = [_insert, _insert, _insert, _replace, _byte, _delete, _case, _twice, _shuffle, _blanks, _quote, _block, _behind, _long]
