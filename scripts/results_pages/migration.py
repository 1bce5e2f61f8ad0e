"""What a migrated index still finds."""

from __future__ import annotations

from typing import Any

from results_pages.records import Records

SHOWN = (500, 2_000, 8_000)


def migration(records: Records) -> str:
    """Return the table of migrations, and what they cost, once that was measured."""
    record = records.migration
    if not record:
        return ""
    lines = [
        f"{record['documents']:,} English sentences, {record['queries']} queries of the new model,",
        f"{record['seeds']} draws of the sample; in brackets 95 %",
        "intervals over queries. *Answers kept*: recall@10 of known answers in the migrated index,",
        "in per cent of that of the re-encoded one. *Same neighbours*: recall@10 where the ten",
        "nearest of the re-encoded index are the right ones. *Nearest kept*: how often its nearest",
        "one is among the ten found.",
        "",
        "| from | to | aligner | sample | answers found: old model | re-encoded | migrated "
        "| answers kept | same neighbours | vectors as they are | nearest kept |",
        "|---" * 11 + "|",
        *(_row(run) for run in record["runs"] if run["fitted_on"] in SHOWN),
        "",
        _cost(record),
    ]
    return "\n".join(lines)


def _row(run: dict[str, Any]) -> str:
    kept, same = run["kept_interval"], run["same_interval"]
    cells = [
        run["old"],
        run["new"],
        f"`{run['aligner']}`",
        f"{run['fitted_on']:,}",
        f"{run['known_before']:.3f}",
        f"{run['known_full']:.3f}",
        f"{run['known']:.3f}",
        f"{run['kept']:.1%} [{kept[0]:.1%}, {kept[1]:.1%}]",
        f"{run['same_neighbours']:.3f} [{same[0]:.3f}, {same[1]:.3f}]",
        f"{run['unmapped']:.3f}" if "unmapped" in run else "-",
        f"{run['nearest_kept']:.3f}",
    ]
    return f"| {' | '.join(cells)} |"


def _cost(record: dict[str, Any]) -> str:
    each = record["encoding_cpu_seconds_a_thousand"]
    converted = record["conversion_cpu_seconds"] / record["converted"]
    costs = ", ".join(f"{name} {seconds:.2g} s" for name, seconds in each.items())
    times = each["MiniLM int8"] / 1000 / converted
    return (
        f"Encoding a thousand of the documents took {costs} of one core;\nconverting "
        f"{record['converted']:,} vectors of a `.npy` file took "
        f"{record['conversion_cpu_seconds']:.1f} s: {times:,.0f} times less a vector\nthan MiniLM "
        "in int8."
    )
