"""What a run in steps has trained and where it lies, for people and as a record."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from langalign.cli.console import show

TUNED = {
    "embedding": "1. Language model tuned ({embedding})",
    "task": "3. Language model and head tuned together",
}


def as_record(record: Mapping[str, Any], out: Path) -> dict[str, Any]:
    """Return ``training.json`` and where model and encoder are, as one JSON-able record."""
    encoder = out / "encoder"
    places = {"model": str(out / "model"), "encoder": str(encoder) if encoder.exists() else None}
    return places | {name: record[name] for name in ("run", "steps", "versions")}


def show_summary(record: Mapping[str, Any], out: Path) -> None:
    """Print what was trained, its held-out losses, and what to do next."""
    run, steps = record["run"], record["steps"]
    if "embedding" in steps:
        _show_tuned(TUNED["embedding"].format(**run), steps["embedding"])
    else:
        show("1. Language model left as it is")
    fitted = steps["langalign"]
    agreement = fitted["agreement"]
    agreed = "" if agreement is None else f", agreement across translations {agreement:.3f}"
    show(
        f"2. Aligner fitted on {fitted['seen']['pairs']:,} pairs{agreed} ({fitted['seconds']:g} s)"
    )
    if "task" in steps:
        _show_tuned(TUNED["task"], steps["task"])
    else:
        show(f"3. Head trained on {fitted['seen']['labeled']:,} labelled texts, as part of step 2")
    show()
    if (out / "encoder").exists():
        show(f"Encoder: {out / 'encoder'} (the model refers to it: keep it there)")
    show(f"Model:   {out / 'model'}")
    show(f"Record:  {out / 'training.json'}")
    show(
        "Losses are of held-out source texts. Measure the model on labelled target texts:\n"
        f"  langalign evaluate {out / 'model'} FILE\n"
        f"  langalign predict {out / 'model'} FILE"
    )


def _show_tuned(what: str, step: Mapping[str, Any]) -> None:
    losses = step["held_out_loss"]
    best = min(losses)
    found = f"{losses[0]:.4g} -> {best:.4g} (epoch {losses.index(best)} of {len(losses) - 1})"
    if best == losses[0]:
        found = f"{best:.4g}, which no epoch bettered: left as it was"
    rows = " + ".join(f"{number:,}" for number in step["training_rows"])
    show(f"{what} on {rows} rows: held-out loss {found}, {step['seconds']:g} s on {step['device']}")
