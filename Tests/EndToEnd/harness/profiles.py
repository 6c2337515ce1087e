# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles for the tests, written with the owner and mode that `serve` insists on."""

import json
import os
import pathlib
import pwd

ME = pwd.getpwuid(os.getuid()).pw_name


def for_me(**keys):
    """A profile for local programs of the user who runs the tests, whatever their label or executable."""
    return {"apparmor-profiles": ["*"], "users": [ME], **keys}


def profile_directory(path):
    path = pathlib.Path(path)
    path.mkdir(exist_ok=True)
    path.chmod(0o755)
    return path


def write_profile(directory, name, profile):
    """Puts one profile into `directory`; YAML text as it is, anything else as JSON, which is YAML too."""
    text = profile if isinstance(profile, str) else json.dumps(profile, indent=2)
    target = pathlib.Path(directory) / name
    temporary = target.with_name(f".{name}.new")
    temporary.write_text(text)
    temporary.chmod(0o644)
    temporary.rename(target)
    return target
