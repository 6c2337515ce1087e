# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's Chromium without a window, driven over a pipe by the DevTools protocol
(https://chromedevtools.github.io/devtools-protocol/): no port is opened, and nothing is needed but Python."""

import base64
import fcntl
import json
import os
import select
import subprocess
import time

from harness.processes import end, spawn

SECONDS = 60
OPTIONS = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    # Whatever the page names, nothing is found.
    "--host-resolver-rules=MAP * ~NOTFOUND",
]


class Chromium:
    """One browser with one tab."""

    def __init__(self, directory):
        self.directory = directory
        self.events = []
        self.unread = b""
        self.number = 0
        self.tab = None

    def start(self):
        # The browser reads commands from its descriptor 3 and writes to 4, each message ended by a NUL.
        (commands, self.commands), (self.answers, answers) = os.pipe(), os.pipe()
        commands, answers = (fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (commands, answers))
        # As root it cannot make a sandbox of its own.
        options = OPTIONS + (["--no-sandbox"] if os.getuid() == 0 else [])
        self.process = spawn(
            ["bash", "-c", f'exec chromium "$@" 3<&{commands} 4>&{answers} {commands}<&- {answers}>&-', "chromium"]
            + options
            + [f"--user-data-dir={self.directory / 'browser'}", "about:blank"],
            pass_fds=(commands, answers),
            stdout=subprocess.DEVNULL,
            # Full of complaints about a session bus and a graphics card, which nobody here has.
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(self.directory), "TZ": "America/Anchorage"},
        )
        for end in (commands, answers):
            os.close(end)
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.tab = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log", "Accessibility", "DOM"):
            self.call(f"{domain}.enable")
        return self

    def stop(self):
        try:
            self.tab = None
            self.call("Browser.close", seconds=10)
        except (OSError, TimeoutError):
            pass
        end(self.process)
        os.close(self.commands)
        os.close(self.answers)

    # The protocol

    def call(self, method, seconds=SECONDS, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.tab:
            message["sessionId"] = self.tab
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive(seconds)
            if answer.get("id") == self.number:
                break
            self.events.append(answer)
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return answer["result"]

    def receive(self, seconds):
        end = time.monotonic() + seconds
        while b"\0" not in self.unread:
            if not select.select([self.answers], [], [], max(end - time.monotonic(), 0))[0]:
                raise TimeoutError("Chromium does not answer")
            data = os.read(self.answers, 1 << 20)
            if not data:
                raise OSError("Chromium has ended")
            self.unread += data
        message, self.unread = self.unread.split(b"\0", 1)
        return json.loads(message)

    def await_event(self, method, seconds=SECONDS):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.receive(seconds))

    def parameters(self, method):
        return [event["params"] for event in self.events if event.get("method") == method]

    # The page

    def show(self, path, width=1280, height=900, scheme="light", is_phone=False, medium=""):
        """Loads the page anew; what happened before is forgotten."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=is_phone
        )
        self.call(
            "Emulation.setEmulatedMedia",
            media=medium,
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )
        self.events = []
        self.call("Page.navigate", url=path.as_uri())
        self.await_event("Page.loadEventFired")
        # Whatever a script would have begun by now.
        self.evaluate("new Promise(done => setTimeout(done, 200))")

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise AssertionError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def press(self, key, code):
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)

    def take_picture(self, path, is_whole=True):
        picture = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=is_whole)
        self.keep(path, picture["data"])

    def print(self, path):
        """The page on A4 paper."""
        printed = self.call(
            "Page.printToPDF", paperWidth=8.27, paperHeight=11.69, preferCSSPageSize=True, printBackground=False
        )
        return self.keep(path, printed["data"])

    @staticmethod
    def keep(path, data):
        path.parent.mkdir(parents=True, exist_ok=True)
        content = base64.b64decode(data)
        path.write_bytes(content)
        return content
