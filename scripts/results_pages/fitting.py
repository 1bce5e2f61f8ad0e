"""What fitting closed forms costs: rates, memory, error, a peer, and a hundred million pairs."""

from __future__ import annotations

import json
from typing import Any

from results_pages.places import RECORDS
from results_pages.records import Records

MANY = 100_000_000
SHARDS = 1000
CLOCKS = {"wall": "clock on the wall", "processor": "processor, on a busy machine"}
DOLLARS_AN_HOUR = 0.05
"""Of one processor core, about what clouds ask on demand."""


def record(name: str) -> dict[str, Any]:
    """Return a record, or nothing where it was not measured."""
    path = RECORDS / f"{name}.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def fitting(_: Records) -> str:
    """Return the table of streamed fits, and the comparison with scikit-learn's Ridge."""
    found = record("fitting")
    if not found:
        return ""
    error, ridge = found["error"], found["ridge"]
    machine = found["before"]
    lines = [
        f"{_machine(machine)};",
        f"seconds of the {CLOCKS[found['clock']]}. Pairs of float32 were read from `.npy` files",
        "in blocks; beside each block its three bare matrix products were timed, and the share is",
        "of their rate.",
        "",
        "| pairs | width | parts | reading | summing up | bare products | share of their rate, "
        "with reading | peak memory | size of the pairs |",
        "|---" * 9 + "|",
        *(_streamed(run) for run in found["streamed"]),
        "",
        f"Float32 products summed in float64 beside float64 throughout ({error['pairs']:,} pairs): "
        f"largest error of X'Y {error['sums']:.0e} of its largest entry, of the ridge map "
        f"{error['map']:.0e}; eight merged shards beside all pairs {error['merged_to_whole']:.0e}.",
        "",
        f"Beside `sklearn.linear_model.Ridge` with the same strength on {ridge['pairs']:,} pairs x "
        f"{ridge['width']} in memory, by turns: **{ridge['times_as_fast']['median']:.1f} times as "
        f"fast** (median of ratios; {ridge['times_as_fast']['least']:.1f} to "
        f"{ridge['times_as_fast']['most']:.1f}; {ridge['seconds']['median']:.1f} s and "
        f"{ridge['seconds_ridge']['median']:.1f} s). Largest error beside float64: "
        f"{ridge['error']:.0e}, of Ridge {ridge['error_ridge']:.0e}.",
    ]
    return "\n".join(lines)


def scale(_: Records) -> str:
    """Return the picture of cost by number of pairs, and what the largest took."""
    found = record("scale")
    if not found:
        return ""
    runs = found["runs"]
    largest = max(runs, key=lambda run: run["pairs"])
    per_pair = [1e6 * run["cpu_seconds"] / run["pairs"] for run in runs]
    return "\n".join(
        [
            "![Seconds by number of pairs, a straight line; peak memory, flat](scale.svg)",
            "",
            f"{_machine(found['machine'])}, {largest['width']} dimensions, `linear` from sums in "
            f"six parts. {largest['pairs']:,} pairs: {largest['cpu_seconds']:.0f} processor "
            f"seconds ({largest['seconds']:.0f} s by the clock of a busy machine), peak memory "
            f"{largest['peak_bytes'] / 1e6:.0f} MB, against "
            f"{8 * largest['pairs'] * largest['width'] / 1e9:.1f} GB of vectors. Over all sizes a "
            f"pair takes {min(per_pair):.0f} to {max(per_pair):.0f} microseconds.",
        ]
    )


def many_pairs_cost(_: Records) -> str:
    """Return what a hundred million pairs cost by the measured rates."""
    found, rates = record("scale"), record("encoding-rate")
    if not found or not rates:
        return ""
    largest = max(found["runs"], key=lambda run: run["pairs"])
    width = largest["width"]
    sums = MANY * largest["cpu_seconds"] / largest["pairs"]
    rows = [(f"sum up {MANY:,} pairs of {width} dimensions (`langalign stats`)", sums)]
    for run in rates["runs"]:
        rate = run["texts"] / run["cpu_seconds"]
        rows.append(
            (
                f"encode both sides with `{run['encoder']}`, {rate:,.0f} texts a second",
                2 * MANY / rate,
            )
        )
    rows.append(("fit the map from the merged sums", largest["seconds_solving"]))
    folder = 8 * 6 * 3 * width**2
    lines = [
        "Rates of one core, multiplied; what reading from a disk or a network takes is not in",
        f"them, and ${DOLLARS_AN_HOUR:.2f} an hour is taken for a core.",
        "",
        "| step | core hours | on 64 cores | cost |",
        "|---|---|---|---|",
        *(_cost(name, seconds) for name, seconds in rows),
        "",
        f"The vectors of both sides are {8 * MANY * width / 1e9:,.0f} GB as float32, and half of",
        f"that as float16. The sums are {folder / 1e6:.0f} MB a shard, "
        f"{SHARDS * folder / 1e9:.0f} GB for {SHARDS:,} shards; merging reads each once.",
    ]
    return "\n".join(lines)


def _streamed(run: dict[str, Any]) -> str:
    seconds = run["seconds"]
    cells = [
        f"{run['pairs']:,}",
        f"{run['width']}",
        f"{run['parts']}",
        f"{seconds['reading']:.1f} s",
        f"{seconds['summing']:.1f} s",
        f"{seconds['products']:.1f} s ({run['gigaflops_of_products']:.0f} Gflop/s)",
        f"**{run['share_of_products_rate']:.0%}**",
        f"{run['peak_bytes'] / 1e9:.2f} GB",
        f"{run['input_bytes'] / 1e9:.1f} GB",
    ]
    return f"| {' | '.join(cells)} |"


def _cost(name: str, seconds: float) -> str:
    hours = seconds / 3600
    return (
        f"| {name} | {hours:,.1f} | {_duration(seconds / 64)} | ${hours * DOLLARS_AN_HOUR:,.2f} |"
    )


def _duration(seconds: float) -> str:
    for size, name in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= size:
            return f"{seconds / size:.1f} {name}"
    return f"{seconds:.0f} seconds"


def _machine(machine: dict[str, Any]) -> str:
    threads = machine["threads"]
    return (
        f"{machine['cores']} cores, products on {threads} thread{'s' if threads > 1 else ''}, "
        f"{', '.join(machine['blas'])}"
    )
