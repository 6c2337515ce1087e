# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a GTK program as it is, and prints what the lists and labels of its windows show, once a second.

The first row of each list is selected.

Usage: show_window.py PROGRAM. Each time it prints a line `shown: ` and the texts as a JSON list. What stem, on which the
program is built, receives from tor is printed, too.
"""

import json
import logging
import runpy
import sys

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk  # noqa: E402 (the version comes first)


def rows(model, parent=None):
    row = model.iter_children(parent)
    while row:
        yield [value for column in range(model.get_n_columns()) if isinstance(value := model[row][column], str)]
        yield from rows(model, row)
        row = model.iter_next(row)


def texts(widget):
    if isinstance(widget, Gtk.TreeView) and widget.get_model():
        yield from rows(widget.get_model())
        # As a click on the first row would.
        if widget.get_model().get_iter_first() and not widget.get_selection().count_selected_rows():
            widget.set_cursor(Gtk.TreePath.new_first())
    elif isinstance(widget, Gtk.Label) and widget.get_text():
        yield [widget.get_text()]
    elif isinstance(widget, Gtk.Container):
        for child in widget.get_children():
            yield from texts(child)


def show():
    shown = [text for window in Gtk.Window.list_toplevels() for text in texts(window)]
    print("shown: " + json.dumps(shown), flush=True)
    return True


# stem logs what it receives if one of its own handlers wants it that detailed.
received = logging.StreamHandler(sys.stdout)
received.setLevel(1)
logging.getLogger("stem").addHandler(received)
GLib.timeout_add_seconds(1, show)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
