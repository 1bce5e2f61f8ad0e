"""From the record of ``real.py`` to tables: no number in them is typed by hand."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from langalign.evaluation.scores import Scores
from langalign.evaluation.seeds import SeedSummary, over_seeds
from langalign.persistence import write_text

LANGUAGES = ("ko", "zh", "ja")
NAMES = {"ko": "ko film reviews", "zh": "zh shop reviews", "ja": "ja product reviews"}

Record = dict[str, Any]
Summaries = dict[tuple[str, str, str], SeedSummary]


def summaries(records: Sequence[Record]) -> Summaries:
    """Return the summary over seeds by (language, setting, strategy)."""
    scores: dict[tuple[str, str, str], list[Scores]] = defaultdict(list)
    for cell in (cell for record in records for cell in record["cells"]):
        key = (cell["languages"][1], cell["settings"]["setting"], cell["strategy"])
        scores[key].append(Scores.from_dict(cell["scores"]))
    return {key: over_seeds(found) for key, found in scores.items()}


def write_tables(records: Sequence[Record], path: Path) -> None:
    """Write accuracy, macro-F1 and comparisons of all languages' records as Markdown."""
    found = summaries(records)
    parts = ["# Real reviews, no target label", ""]
    parts += ["Means over seeds of the pair draw (native-100: of ten draws of labels), with 95 %"]
    parts += ["intervals that cover test sampling and seed. *Oracle* rows pick with the test"]
    parts += ["labels and are no results.", ""]
    for metric in ("accuracy", "macro_f1"):
        parts += [f"## {'Accuracy' if metric == 'accuracy' else 'Macro-F1'}", ""]
        parts += [*_table(found, metric), ""]
    parts += ["## The way from the majority class to the native ceiling", "", *_ways(found), ""]
    parts += ["## Paired comparisons", "", *_comparisons(records), ""]
    write_text(path, "\n".join(parts))


def _table(found: Summaries, metric: str) -> list[str]:
    languages = [lang for lang in LANGUAGES if any(key[0] == lang for key in found)]
    rows = list(dict.fromkeys(key[1:] for key in found))
    lines = ["| | " + " | ".join(NAMES[lang] for lang in languages) + " |"]
    lines += ["|---|" + "---|" * len(languages)]
    setting_shown = None
    for setting, strategy in rows:
        if setting != setting_shown:
            lines.append(f"| **{setting}** |" + " |" * len(languages))
            setting_shown = setting
        cells = [_cell(found.get((lang, setting, strategy)), metric) for lang in languages]
        name = f"*{strategy}*" if "oracle" in strategy else strategy
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def _cell(summary: SeedSummary | None, metric: str) -> str:
    if summary is None:
        return ""
    spread = summary.accuracy if metric == "accuracy" else summary.macro_f1
    return f"{spread.mean:.3f} [{spread.interval.low:.2f}, {spread.interval.high:.2f}]"


def _ways(found: Summaries) -> list[str]:
    """Return the share of the way from majority to native accuracy that is gone."""
    lines = ["| setting | strategy | " + " | ".join(LANGUAGES) + " |", "|---|---|---|---|---|"]
    aligned = [key for key in found if key[2] in ("linear", "reverse-linear")]
    for setting, strategy in dict.fromkeys(key[1:] for key in aligned):
        shares = []
        for lang in LANGUAGES:
            ends = [found.get((lang, "reference", name)) for name in ("majority", "native-12000")]
            here = found.get((lang, setting, strategy))
            if here is None or ends[0] is None or ends[1] is None:
                shares.append("")
                continue
            low, high = ends[0].accuracy.mean, ends[1].accuracy.mean
            shares.append(f"{(here.accuracy.mean - low) / (high - low):.0%}")
        lines.append(f"| {setting} | {strategy} | " + " | ".join(shares) + " |")
    return lines


def _comparisons(records: Sequence[Record]) -> list[str]:
    lines = ["| task | setting | strategy | seed | against | metric | difference | p |"]
    lines += ["|---|---|---|---|---|---|---|---|"]
    for row in (row for record in records for row in record["comparisons"]):
        low, high = row["interval"]
        difference = f"{row['first'] - row['second']:+.3f} [{low:+.3f}, {high:+.3f}]"
        p = "< 0.0001" if row["p_value"] < 1e-4 else f"{row['p_value']:.2g}"
        lines.append(
            f"| {row['task']} | {row['setting']} | {row['strategy']} | {row['seed']} | "
            f"{row['against']} | {row['metric']} | {difference} | {p} |"
        )
    return lines


if __name__ == "__main__":
    *sources, out = (Path(argument) for argument in sys.argv[1:])
    write_tables([json.loads(source.read_text()) for source in sources], out)
