# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rates as bars, ours over haproxy, with the spread and the goal of each."""

ROW, LABEL, WIDTH = 26, 230, 460
MOST = 1.5


def _text(x, y, text, more=""):
    return f'<text x="{x}" y="{y}" {more}>{text.replace("&", "&amp;").replace("<", "&lt;")}</text>'


def svg(results, judged):
    goals = {one.goal.case: one for one in judged if one.goal.what.startswith("rate, ours")}
    rows = [(case, ratio) for case in results.numbers if (ratio := results.ratio(case, "rate")) is not None]
    height = 60 + ROW * len(rows)

    def x(ratio):
        return LABEL + min(ratio, MOST) / MOST * WIDTH

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LABEL + WIDTH + 110} {height}" font-family="sans-serif"'
        ' font-size="13" role="img" aria-label="Rate of onion-sieve divided by that of haproxy">',
        f'<rect width="{LABEL + WIDTH + 110}" height="{height}" fill="#fff"/>',
        _text(10, 20, "rate, onion-sieve over haproxy in TCP mode (median, spread; line: goal)", 'font-weight="bold"'),
    ]
    for mark in (0, 0.5, 1, 1.5):
        parts.append(f'<line x1="{x(mark):.0f}" y1="32" x2="{x(mark):.0f}" y2="{height - 20}" stroke="#ccc"/>')
        parts.append(_text(f"{x(mark):.0f}", height - 6, f"{mark:g}", 'text-anchor="middle" fill="#555"'))
    for index, (case, ratio) in enumerate(rows):
        top = 38 + ROW * index
        low, high = ratio.spread
        goal = goals.get(case)
        end = x(max(ratio.median, high))
        # The number does not stand on the line of the goal.
        if goal is not None and 0 < x(goal.goal.bound) - end < 40:
            end = x(goal.goal.bound)
        color = "#777" if goal is None else "#2a7f4f" if goal.verdict == "met" else "#b3541e"
        parts += [
            _text(LABEL - 8, top + 13, case, 'text-anchor="end"'),
            f'<rect x="{LABEL}" y="{top}" width="{x(ratio.median) - LABEL:.1f}" height="16" fill="{color}"/>',
            f'<line x1="{x(low):.1f}" y1="{top + 8}" x2="{x(high):.1f}" y2="{top + 8}" stroke="#000"/>',
            _text(f"{end + 6:.0f}", top + 13, f"{ratio.median:.2f}"),
        ]
        if goal is not None:
            at = f"{x(goal.goal.bound):.1f}"
            parts.append(f'<line x1="{at}" y1="{top - 3}" x2="{at}" y2="{top + 19}" stroke="#000" stroke-width="2.5"/>')
    return "\n".join([*parts, "</svg>", ""])
