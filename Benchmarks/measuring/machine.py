# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was measured on, and with."""

import datetime
import os
import pathlib
import platform
import re
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def has(program):
    return shutil.which(program) is not None


def _first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, cwd=ROOT)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    text = (done.stdout or done.stderr).strip()
    return text.splitlines()[0].strip() if text and done.returncode == 0 else "unknown"


def _field(path, name):
    try:
        found = re.search(rf"^{name}\s*:\s*(.+)$", pathlib.Path(path).read_text(), re.MULTILINE)
    except OSError:
        return "unknown"
    return found[1] if found else "unknown"


def facts(options):
    """Name -> text, in the order in which they are told."""
    kilobytes = _field("/proc/meminfo", "MemTotal").split()[0]
    socat = subprocess.run(["socat", "-V"], capture_output=True, text=True).stdout if has("socat") else ""
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "processors": f"{os.cpu_count()} × {_field('/proc/cpuinfo', 'model name')}",
        "memory": f"{int(kilobytes) // 1024} MiB" if kilobytes.isdigit() else "unknown",
        "kernel": f"{platform.system()} {platform.release()}",
        "load before": " ".join(f"{value:.2f}" for value in os.getloadavg()),
        "onion-sieve": f"{_first_line(options.binary, '--version')}, {_first_line('git', 'describe', '--always', '--dirty')}",
        "haproxy": re.sub(r" - .*", "", _first_line("haproxy", "-v")),
        "socat": (re.findall(r"socat version \S+", socat) or ["none"])[0],
        "tor": _first_line("tor", "--version").rstrip("."),
        "rounds": f"{options.rounds or (2 if options.quick else 5)}" + (", quick" if options.quick else ""),
    }
