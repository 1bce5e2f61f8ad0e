"""How fast a command starts, ``mini`` encodes, a reverse model serves and a network trains."""

from __future__ import annotations

from typing import Any

from results_pages.names import LANGUAGES
from results_pages.records import Records


def start(records: Records) -> str:
    """Return the table of how long commands take, once that was measured."""
    record = records.own_speed["start"]
    if not record:
        return ""
    lines = [
        f"From start to end of a process, {record['repeats']} turns; {_load(record)}",
        "",
        "| command | seconds (range) | times bare Python |",
        "|---|---|---|",
    ]
    return "\n".join(
        [
            *lines,
            *(
                f"| `{name}` | {_spread(found)} | {found['times_bare_python']:.1f} |"
                for name, found in record["seconds"].items()
            ),
        ]
    )


def mini_rate(records: Records) -> str:
    """Return the table of texts a second, once that was measured."""
    record = records.own_speed["mini-rate"]
    if not record:
        return ""
    clock = "processor seconds" if record["cpu_seconds"] else "seconds of the clock"
    lines = [
        f"Reviews, {clock}, {record['repeats']} turns; {_load(record)}",
        "",
        "| language | texts | `mini`, texts/s | its tokenizer, texts/s | ratio (range) |",
        "|---|---|---|---|---|",
    ]
    return "\n".join(lines + [_rate(run) for run in record["runs"]])


def _rate(run: dict[str, Any]) -> str:
    rates = run["texts_per_second"]
    name = {"en": "English", **LANGUAGES}[run["language"]]
    return (
        f"| {name} | {run['texts']:,} | {rates['encode']:,} | {rates['tokenize']:,} | "
        f"{_spread(run['ratio'])} |"
    )


def folding(records: Records) -> str:
    """Return the table of what a reverse model adds to its head, once that was measured."""
    record = records.own_speed["folding"]
    if not record:
        return ""
    named = {
        "head": "the head alone",
        "folded": "the reverse model, folded",
        "in two steps": "map and head one after the other",
    }
    lines = [
        f"`linear` and `logistic`, {record['rows']:,} vectors of width {record['width']}, "
        f"{record['repeats']} turns; {_load(record)}",
        "",
        "| what is served | microseconds, median |",
        "|---|---|",
    ]
    times = record["microseconds"]
    return "\n".join(
        lines + [f"| {name} | {times[way]['median']:,.0f} |" for way, name in named.items()]
    )


def training(records: Records) -> str:
    """Return the table of time to the plain loop's held-out loss, once that was measured."""
    record = records.own_speed["training"]
    if not record:
        return ""
    clock = "processor seconds" if record["cpu_seconds"] else "seconds of the clock"
    lines = [
        f"{record['pairs']:,} pairs English-{LANGUAGES[record['language']]}, `mini` on both sides, "
        f"{clock}, one thread, {_epochs(record)}; {_load(record)} "
        "*Reached*: when the held-out loss was that of the plain loop at its best.",
        "",
        "| network | seed | plain loop: loss | seconds | ours: least loss | seconds | reached | "
        "times as fast |",
        "|---" * 8 + "|",
    ]
    return "\n".join(lines + [_trained(run) for run in record["runs"]])


def _epochs(record: dict[str, Any]) -> str:
    most = record["most_epochs"]
    return "as many epochs as by default" if most is None else f"at most {most} epochs"


def _trained(run: dict[str, Any]) -> str:
    peer, ours = run["peer"], run["ours"]
    reached = "never" if ours["seconds"] is None else f"{ours['seconds']:.1f}"
    ratio = "-" if run["ratio"] is None else f"{run['ratio']:.1f}"
    return (
        f"| `{run['network']}` | {run['seed']} | {peer['loss']:.4f} | {peer['seconds']:.1f} | "
        f"{ours['loss']:.4f} | {ours['seconds_of_all']:.1f} | {reached} | {ratio} |"
    )


def _spread(found: dict[str, float]) -> str:
    return f"{found['median']:.2f} ({found['low']:.2f} to {found['high']:.2f})"


def _load(record: dict[str, Any]) -> str:
    machine = record["machine"]
    load = machine["load"][0]
    return f"{machine['cores']} cores, load {load:.0f} when it ended."
