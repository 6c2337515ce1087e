# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was measured, as lines on the terminal and as RESULTS.md."""

import pathlib

CONTENDERS = ("direct", "haproxy", "nio", "socat", "ours", "against")
LIMITS = pathlib.Path(__file__).resolve().parents[1] / "LIMITS.md"


def number(value):
    """Three digits that say something, and commas."""
    if value is None:
        return "–"
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _spread(ratio):
    low, high = ratio.spread
    return f"{ratio.median:.2f} ({low:.2f}–{high:.2f})"


def _is_rate(case):
    return getattr(case, "mode", None) is not None


def lines_of(case, results):
    """One case on the terminal."""
    for contender in results.contenders(case.name):
        numbers = results.numbers[case.name][contender]
        texts = []
        for name in numbers:
            series = results.series(case.name, contender, name)
            if series:
                unit = {"rate": f" {case.unit}", "p50": " µs", "p99": " µs", "processor": " µs each"}.get(name, "")
                texts.append(f"{name} {number(series.median)}{unit}")
        line = f"{contender:8} {', '.join(texts)}"
        if _is_rate(case) and contender in ("ours", "against", "nio", "socat", "direct"):
            ratios = [
                f"{name} {_spread(ratio)}"
                for name in ("rate", "p99", "processor")
                if (ratio := results.ratio(case.name, name, contender)) is not None
            ]
            line += f"  [over haproxy: {', '.join(ratios)}]" if ratios else ""
            if contender == "against":
                over = [
                    f"{name} {_spread(ratio)}"
                    for name in ("rate", "processor")
                    if (ratio := results.ratio(case.name, name, "ours", "against")) is not None
                ]
                line += f"  [ours over against: {', '.join(over)}]" if over else ""
        yield line
    for row in results.inside if case.name == "inside" else []:
        yield inside_line(row)
    for contender, reason in results.failures.get(case.name, {}).items():
        yield f"{contender or 'the case'} was not measured: {reason}"
    yield from results.notes.get(case.name, [])


def inside_line(row):
    return f"{row['name']:44} {number(row['nanoseconds']):>12} ns {number(row['allocations']):>8} allocations"


def goals_text(judged):
    if not judged:
        return "goals: none was measured"
    lines = ["", "goals (they never fail a run):"]
    for one in judged:
        what = f"{one.goal.case}: {one.goal.what}"
        wanted = one.goal.wanted if one.of_nio is None else f"{one.goal.wanted}; nio alone {number(one.of_nio)}"
        lines.append(f"  {one.verdict:12} {what:52} {number(one.value):>8}  ({wanted})")
    met = sum(one.verdict == "met" for one in judged)
    return "\n".join([*lines, f"goals: {met} met, {len(judged) - met} fall short"])


def _table(header, rows):
    yield "| " + " | ".join(header) + " |"
    yield "|" + "|".join(" --- " if index == 0 else " ---: " for index in range(len(header))) + "|"
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def _rate_rows(cases, results, contenders):
    for case in cases:
        if not _is_rate(case) or case.name not in results.numbers and case.name not in results.failures:
            continue
        row = [case.title]
        for contender in contenders:
            rate = results.series(case.name, contender, "rate")
            row.append(number(rate.median) if rate else "not measured")
        for name in ("rate", "p99"):
            ratio = results.ratio(case.name, name)
            row.append(_spread(ratio) if ratio and not (name == "p99" and case.mode == "events") else "–")
        yield row


def _latency_rows(cases, results, contenders):
    for case in cases:
        if _is_rate(case) and case.mode != "events" and case.name in results.numbers:
            cells = []
            for contender in contenders:
                median, slow = (results.series(case.name, contender, name) for name in ("p50", "p99"))
                cells.append(f"{number(median.median)} / {number(slow.median)}" if median and slow else "–")
            yield [case.title, *cells]


def _processor_rows(cases, results, contenders):
    for case in cases:
        found = [results.series(case.name, contender, "processor") for contender in contenders]
        if _is_rate(case) and any(found):
            yield [case.title, *(number(series.median) if series else "–" for series in found)]


def _other_rows(cases, results):
    for case in cases:
        if _is_rate(case):
            continue
        for contender in results.contenders(case.name):
            for name in results.numbers[case.name][contender]:
                series = results.series(case.name, contender, name)
                if series:
                    low, high = series.spread
                    spread = f"{number(low)}–{number(high)}" if len(series.values) > 1 else ""
                    unit = "ms" if name == "milliseconds" else case.unit
                    yield [case.title, contender, name, number(series.median), spread, unit]


def markdown(cases, results, judged):
    contenders = [name for name in CONTENDERS if any(name in results.contenders(case.name) for case in cases)]
    lines = [
        "<!-- Written by `make benchmark`; what explains it is in LIMITS.md. -->",
        "# Results",
        "",
        *(f"- {name}: {value}" for name, value in results.facts.items()),
        f"- placement: {results.placement}",
        "",
        "Unix sockets on both sides; every command is decided, every reply matched, the audit trail written to a file. Contenders take",
        "turns in each round; numbers are medians of the rounds, ratios medians of each round's ratio, with the least and the greatest.",
        "`nio` is a relay on the daemon's own libraries that looks at nothing (`Benchmarks/Relay`).",
        "",
        "## Goals",
        "",
    ]
    lines += _table(
        ("goal", "wanted", "measured", "nio alone", "verdict"),
        (
            (
                f"{one.goal.case}: {one.goal.what}",
                one.goal.wanted,
                number(one.value),
                "" if one.of_nio is None else number(one.of_nio),
                one.verdict,
            )
            for one in judged
        ),
    )
    lines += ["", "![ours over haproxy](results.svg)", "", "## Rates", "", "A second, and ours over haproxy:", ""]
    lines += _table(("case", *contenders, "rate", "p99"), _rate_rows(cases, results, contenders))
    lines += ["", "## Latency", "", "p50 / p99 in microseconds, from a command (or connect) to its reply (to QUIT):", ""]
    lines += _table(("case", *contenders), _latency_rows(cases, results, contenders))
    relays = [name for name in contenders if name not in ("direct", "socat")]
    lines += ["", "## Processor time", "", "Microseconds of the relay or daemon for each command, event or session:", ""]
    lines += _table(("case", *relays), _processor_rows(cases, results, relays))
    lines += ["", "## Memory, wake-ups, start", ""]
    lines += _table(("case", "who", "what", "median", "spread", "unit"), _other_rows(cases, results))
    if results.inside:
        lines += ["", "## Inside", ""]
        lines += _table(
            ("what", "ns", "allocations"),
            ((row["name"], number(row["nanoseconds"]), number(row["allocations"])) for row in results.inside),
        )
    remarks = [f"- {case}: {text}" for case, texts in results.notes.items() for text in texts]
    for case, reasons in results.failures.items():
        remarks += [f"- {case}, {who or 'all'}: not measured: {reason}" for who, reason in reasons.items()]
    lines += ["", "## Remarks", "", *remarks] if remarks else []
    text = "\n".join(lines) + "\n"
    return text + "\n" + LIMITS.read_text() if LIMITS.exists() else text
