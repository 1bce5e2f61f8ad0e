"""The service: throughput against a loop, a long load, kills, and what it should not be sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from results_pages.records import Records

NO_ANSWER = "0"
"""The status of a request whose client did not wait for the answer."""
ENCODERS = {"mini": "`mini`", "minilm": "all-MiniLM-L6-v2"}
SIZES = (
    "texts per request | clients | loop, texts/s | service, texts/s | ratio | "
    "processor time per text, loop | service | ratio by it | p50 | p99"
)
KILLS = (
    "signal | times | started again | answers at clients | answers in the log | wrong labels | "
    "changed files | exit status"
)


def service_throughput(records: Records) -> str:
    """Return texts a second of the loop and of the service, by encoder and size of request."""
    found = [(name, records.service.get(part)) for part, name in ENCODERS.items()]
    return "\n\n".join(_sizes(name, part) for name, part in found if part)


def service_faults(records: Records) -> str:
    """Return what was sent, and how it was answered."""
    faults = records.service.get("faults")
    if not faults:
        return ""
    slow = faults["slow"]
    sent = _count(faults, lambda status: True)
    broken = _count(faults, lambda status: status.startswith("5"))
    return "\n".join(
        [
            *_head("sent | times | answered"),
            *(
                f"| {kind} | {row['tried']:,} | {_statuses(row['statuses'])} |"
                for kind, row in faults["kinds"].items()
            ),
            "",
            f"Sent: {sent:,}. Answered with a 5xx: {broken}. After each of the "
            f"{faults['kinds_tried']} kinds a good request was sent; answered as before: "
            f"{faults['answered_right_after']}. With {slow['clients']} clients on the line that "
            f"never finish their body, a good request was answered with {slow['beside']}; of the "
            f"slow ones {slow['given_up']} got a 408.",
        ]
    )


def service_kills(records: Records) -> str:
    """Return what became of requests when the service was ended under load."""
    kills = records.service.get("kills")
    if not kills:
        return ""
    lines = _head(KILLS)
    for sign in ("SIGKILL", "SIGTERM"):
        row = kills[sign]
        statuses = ", ".join(str(status) for status in sorted(set(row["statuses"])))
        counts = ("started", "answered", "logged", "wrong", "files_changed")
        cells = " | ".join(f"{row[name]:,}" for name in counts)
        lines.append(f"| {sign} | {row['rounds']} | {cells} | {statuses} |")
    return "\n".join(lines)


def service_soak(records: Records) -> str:
    """Return what a long load did to memory."""
    soak = records.service.get("soak")
    if not soak:
        return ""
    return (
        f"{soak['seconds'] / 60:.0f} minutes, {soak['requests']:,} requests of 16 texts from 4 "
        f"clients: {soak['wrong']} answered wrong, {soak['broken']} not answered. Resident memory "
        f"after the first tenth of the time {soak['megabytes_first']:.1f} MB, at the end "
        f"{soak['megabytes_last']:.1f} MB, at most {soak['megabytes_most']:.1f} MB."
    )


def _sizes(name: str, part: Mapping[str, Any]) -> str:
    load = max(row["load"] for row in part["sizes"])
    return "\n".join(
        [
            *_head(f"{name}: {SIZES}"),
            *map(_size, part["sizes"]),
            "",
            f"{part['processors']} processors, load of the machine up to {load:.0f}.",
        ]
    )


def _size(row: Mapping[str, Any]) -> str:
    cells = (
        f"{row['texts_a_request']}",
        f"{row['clients']}",
        f"{row['loop']:,.0f}",
        f"{row['service']:,.0f}",
        f"{row['ratio']:.2f}",
        f"{row['loop_cpu_us']:,.0f} µs",
        f"{row['service_cpu_us']:,.0f} µs",
        f"{row['loop_cpu_us'] / row['service_cpu_us']:.2f}",
        f"{row['p50_ms']:,.0f} ms",
        f"{row['p99_ms']:,.0f} ms",
    )
    return f"| {' | '.join(cells)} |"


def _head(columns: str) -> list[str]:
    return [f"| {columns} |", "|---" * (columns.count("|") + 1) + "|"]


def _statuses(counts: Mapping[str, int]) -> str:
    names = {NO_ANSWER: "not waited for"}
    return ", ".join(f"{names.get(status, status)}: {n:,}" for status, n in counts.items())


def _count(faults: Mapping[str, Any], which: Callable[[str], bool]) -> int:
    kinds = faults["kinds"].values()
    return sum(n for row in kinds for status, n in row["statuses"].items() if which(status))
