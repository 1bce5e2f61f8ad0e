"""Fill the marked places of README.md and docs/ from records, and draw the pictures.

``python scripts/results.py`` fills them, ``--check`` exits with 1 where something is stale, and
``--rerun`` first runs the blocks of the tutorial again and records what they print.

A marked place is what stands between ``<!-- results: NAME -->`` and ``<!-- end -->``. No figure in
the documentation is typed by hand, and sentences about figures are made here, from the records.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langalign.evaluation.scores import Scores
from langalign.evaluation.seeds import SeedSummary, over_seeds
from langalign.report.content import ReportRow
from langalign.report.drawing import to_svg
from langalign.report.score_plot import draw_scores

ROOT = Path(__file__).resolve().parent.parent
RECORDS = ROOT / "benchmarks" / "results"
DOCS = ROOT / "docs"
TUTORIAL = DOCS / "tutorial.md"
TUTORIAL_RECORD = DOCS / "tutorial.json"

LANGUAGES = {"ko": "Korean", "zh": "Chinese", "ja": "Japanese"}
TASKS = {
    "ko": "Korean film reviews",
    "zh": "Chinese shop reviews",
    "ja": "Japanese product reviews",
}
TWO, ONE = "MiniLM -> mini", "mini"
SETTINGS = {
    "reference": "References",
    TWO: "English by all-MiniLM-L6-v2, target by `mini`",
    ONE: "`mini` on both sides",
}
NAMES = {
    "majority": "majority class",
    "native-12000": "native ceiling, up to 12,000 labels",
    "native-100": "100 native labels",
    "tfidf-12000": "TF-IDF of characters, up to 12,000 native labels",
    "english-only": "English-only",
    "ten-lines": "ten lines of scikit-learn",
    "linear": "LangAlign linear, forward",
    "reverse-linear": "LangAlign linear, reverse",
    "fc": "LangAlign FC, forward",
    "reverse-fc": "LangAlign FC, reverse",
    "ae": "LangAlign AE, forward",
    "reverse-ae": "LangAlign AE, reverse",
    "linear, not centred": "linear, forward, without unlabelled text",
    "reverse-linear, not centred": "linear, reverse, without unlabelled text",
    "linear, oracle": "linear, forward, settings picked with the test labels",
    "reverse-linear, oracle": "linear, reverse, settings picked with the test labels",
}
MARK = re.compile(r"(<!-- results: ([a-z0-9-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
BLOCK = re.compile(
    r"^```(sh|python)\n(.*?)^```\n"
    r"(?:\n<!-- results: (output-[a-z0-9-]+) -->|<!-- (not run): [^>]+ -->)?",
    re.DOTALL | re.MULTILINE,
)


Cell = tuple[str, str]
"""Setting and strategy."""


@dataclass(frozen=True)
class Records:
    """What was measured: summaries over seeds, and the records of single runs."""

    found: dict[tuple[str, str, str], SeedSummary]
    cells: list[dict[str, Any]]
    comparisons: list[dict[str, Any]]
    mini: dict[str, Any]
    times: list[dict[str, Any]]
    priors: list[dict[str, Any]]
    tutorial: dict[str, str]

    @classmethod
    def read(cls) -> Records:
        """Read the newest record of each kind and language."""
        real = [json.loads(p.read_text("utf-8")) for p in _newest("real-test-{}-2*.json")]
        cells = [cell for record in real for cell in record["cells"]]
        gathered: dict[tuple[str, str, str], list[Scores]] = {}
        for cell in cells:
            key = (cell["languages"][1], cell["settings"]["setting"], cell["strategy"])
            gathered.setdefault(key, []).append(Scores.from_dict(cell["scores"]))
        return cls(
            found={key: over_seeds(scores) for key, scores in gathered.items()},
            cells=cells,
            comparisons=[row for record in real for row in record["comparisons"]],
            mini=json.loads(max(RECORDS.glob("mini-2*.json")).read_text("utf-8")),
            priors=_cells_of_newest("priors-test-2*.json"),
            times=[json.loads(p.read_text("utf-8")) for p in _newest("real-time-{}-2*.json")],
            tutorial=json.loads(TUTORIAL_RECORD.read_text("utf-8"))
            if TUTORIAL_RECORD.exists()
            else {},
        )

    def languages(self) -> list[str]:
        """Return the languages that were measured."""
        return [lang for lang in LANGUAGES if any(key[0] == lang for key in self.found)]

    def accuracy(self, lang: str, setting: str, strategy: str) -> float | None:
        """Return the mean accuracy over seeds, where it was measured."""
        summary = self.found.get((lang, setting, strategy))
        return None if summary is None else summary.accuracy.mean

    def by_seed(self, lang: str, cell: Cell) -> dict[int, float]:
        """Return the accuracy of each run of a row, by seed."""
        return {
            run["seed"]: run["scores"]["accuracy"]
            for run in self.cells
            if (run["languages"][1], run["settings"]["setting"], run["strategy"]) == (lang, *cell)
        }


MAJORITY, NATIVE, HUNDRED, TFIDF = (
    ("reference", name) for name in ("majority", "native-12000", "native-100", "tfidf-12000")
)


# Differences, in words


def gap(records: Records, lang: str, first: Cell, second: Cell) -> str:
    """Return the points of accuracy that the first is ahead, and how sure that is.

    Where both ran on the same draws of pairs: in how many of them it is ahead. Otherwise: whether
    one mean lies within the other's interval.
    """
    one, other = records.found.get((lang, *first)), records.found.get((lang, *second))
    if one is None or other is None:
        return ""
    shown = f"{100 * (one.accuracy.mean - other.accuracy.mean):+.1f}"
    ours, theirs = records.by_seed(lang, first), records.by_seed(lang, second)
    shared = ours.keys() & theirs.keys()
    if "reference" not in (first[0], second[0]) and len(shared) > 1:
        ahead = sum(ours[seed] > theirs[seed] for seed in shared)
        return f"{shown} ({ahead} of {len(shared)} draws)"
    within = (
        other.accuracy.interval.low <= one.accuracy.mean <= other.accuracy.interval.high
        or one.accuracy.interval.low <= other.accuracy.mean <= one.accuracy.interval.high
    )
    return f"{shown} (unsure)" if within else shown


def told(records: Records, first: Cell, second: Cell) -> str:
    """Return the differences of two rows as text: ``Korean +34.9, Chinese +1.0 (unsure)``."""
    gaps = {LANGUAGES[lang]: gap(records, lang, first, second) for lang in LANGUAGES}
    return ", ".join(f"{name} {shown}" for name, shown in gaps.items() if shown)


def listed(languages: list[str]) -> str:
    """Return names of languages as text, ``none`` where there are none."""
    names = [LANGUAGES[lang] for lang in languages]
    if len(names) < 2:
        return names[0] if names else "none"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def gaps(*pairs: tuple[str, str], second: Cell | None = None) -> Callable[[Records], str]:
    """Return a block: points of accuracy of row over row, in each setting that has both."""

    def block(records: Records) -> str:
        languages = records.languages()
        lines = [f"| encoders | row | over | {' | '.join(LANGUAGES[x] for x in languages)} |"]
        lines.append("|---" * (3 + len(languages)) + "|")
        for setting in (TWO, ONE):
            for first, name in pairs:
                other = second or (setting, name)
                row = [gap(records, lang, (setting, first), other) for lang in languages]
                if any(row):
                    names = f"{SETTINGS[setting]} | {NAMES[first]} | {NAMES[name]}"
                    lines.append(f"| {names} | {' | '.join(row)} |")
        return "\n".join(lines)

    return block


# Blocks


def table(setting: str, metric: str = "accuracy") -> Callable[[Records], str]:
    """Return a block: all rows of one setting."""

    def block(records: Records) -> str:
        languages = records.languages()
        lines = [f"| | {' | '.join(TASKS[lang] for lang in languages)} |"]
        lines.append("|---|" + "---|" * len(languages))
        for strategy, name in NAMES.items():
            row = [
                _cell(records.found.get((lang, setting, strategy)), metric) for lang in languages
            ]
            if any(row):
                shown = f"*{name}*" if "oracle" in strategy else name
                lines.append(f"| {shown} | {' | '.join(row)} |")
        return "\n".join(lines)

    return block


def summary(records: Records) -> str:
    """Return the short table of README.md, with what is carried over in one direction."""
    rows: tuple[tuple[str, Cell], ...] = (
        ("always the majority class", MAJORITY),
        ("English-only (`mini`, no map)", (ONE, "english-only")),
        ("ten lines of scikit-learn", (TWO, "ten-lines")),
        ("**LangAlign linear, forward**", (TWO, "linear")),
        ("**LangAlign linear, reverse**", (TWO, "reverse-linear")),
        ("100 native labels", HUNDRED),
        ("native ceiling (up to 12,000 labels)", NATIVE),
    )
    languages = records.languages()
    lines = [f"| accuracy | {' | '.join(TASKS[lang] for lang in languages)} |"]
    lines.append("|---|" + "---|" * len(languages))
    for name, cell in rows:
        found = [_cell(records.found.get((lang, *cell)), "accuracy") for lang in languages]
        if any(found):
            lines.append(f"| {name} | {' | '.join(found)} |")
    return "\n".join(lines)


def limits(records: Records) -> str:
    """Return when LangAlign did not help, from the records."""
    lines = []
    best = {
        lang: max(
            (value, setting, strategy)
            for setting in (TWO, ONE)
            for strategy in ("linear", "reverse-linear")
            if (value := records.accuracy(lang, setting, strategy)) is not None
        )
        for lang in records.languages()
    }
    rivals = [
        lang
        for lang, (value, *_) in best.items()
        if (records.accuracy(lang, *HUNDRED) or 0) >= value - 0.02
    ]
    if rivals:
        lines.append(
            "- **When a hundred labels are within reach.** Labelling 100 texts of the language "
            "does as well as LangAlign, better, or at most two points worse, even against the "
            f"better direction, in: {listed(rivals)}."
        )
    shares = _shares(records, best)
    if shares:
        lang, share = min(shares.items(), key=lambda item: item[1])
        lines.append(
            f"- **When the task is far from the parallel text.** In the hardest case, "
            f"{TASKS[lang]}, even the better direction goes only {share:.0%} of the way from the "
            "majority class to the native ceiling."
        )
    if told(records, TFIDF, NATIVE):
        lines.append(
            "- **When you have thousands of native labels.** Use them. Even counting character "
            "n-grams then beats the better direction of LangAlign in: "
            + listed([x for x in best if (records.accuracy(x, *TFIDF) or 0) > best[x][0]])
            + "."
        )
    return "\n".join(lines)


def _shares(records: Records, best: dict[str, tuple[float, str, str]]) -> dict[str, float]:
    shares = {}
    for lang, (value, *_) in best.items():
        low, high = records.accuracy(lang, *MAJORITY), records.accuracy(lang, *NATIVE)
        if low is not None and high is not None and high > low:
            shares[lang] = (value - low) / (high - low)
    return shares


def ways(records: Records) -> str:
    """Return the share of the way from the majority class to the native ceiling."""
    languages = records.languages()
    lines = [f"| | | {' | '.join(LANGUAGES[lang] for lang in languages)} |"]
    lines.append("|---|---|" + "---|" * len(languages))
    for setting in (TWO, ONE):
        for strategy in ("linear", "reverse-linear"):
            row = []
            for lang in languages:
                value = records.accuracy(lang, setting, strategy)
                share = {} if value is None else _shares(records, {lang: (value, "", "")})
                row.append(f"{share[lang]:.0%}" if share else "")
            if any(row):
                lines.append(f"| {SETTINGS[setting]} | {NAMES[strategy]} | {' | '.join(row)} |")
    return "\n".join(lines)


def setup(records: Records) -> str:
    """Return what was measured on how many rows, with how many draws."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    from real_data import N_NATIVE, N_PAIRS, N_UNLABELED

    languages = records.languages()
    rows = ", ".join(
        f"{TASKS[lang]} {records.found[lang, 'reference', 'majority'].n:,}" for lang in languages
    )
    draws = {
        lang: max(
            found.n_seeds
            for (known, setting, name), found in records.found.items()
            if known == lang and setting != "reference" and name == "linear"
        )
        for lang in languages
    }
    versions = records.cells[-1]["versions"]
    return (
        f"- **Test rows**: {rows}. Texts that stand in another split are dropped.\n"
        f"- **Pairs**: {N_PAIRS:,} parallel sentences, drawn anew for each seed "
        f"({', '.join(f'{LANGUAGES[lang]} {n}' for lang, n in draws.items())} draws), then cleaned."
        f"\n- **Unlabelled text**: {N_UNLABELED:,} texts of the task.\n"
        f"- **Native labels**: for the rows that use them, all up to {N_NATIVE:,}, or 100 "
        f"({max(s.n_seeds for k, s in records.found.items() if k[2] == 'native-100')} draws).\n"
        f"- **Versions**: LangAlign {versions['langalign']}, Python {versions['python']}, NumPy "
        f"{versions['numpy']}, scikit-learn {versions['scikit-learn']}; record of "
        f"{max(cell['date'] for cell in records.cells)[:10]}."
    )


def rare_classes(records: Records) -> str:
    """Return what centring does where classes are rare, once that was measured."""
    if not records.priors:
        return ""
    found = {
        (run["languages"][1], run["strategy"], run["settings"]["share"], run["settings"]["way"]): (
            Scores.from_dict(run["scores"]).macro_f1
        )
        for run in records.priors
    }
    ways = list(dict.fromkeys(key[3] for key in found))
    rare = [key[:3] for key in found if key[3] == "centred" and key[2] != 0.5]
    lines = ["## Rare classes", "", _of_rare(found, rare), ""]
    lines += [
        "Macro-F1 on test and unlabelled rows drawn so that a share is positive (labels serve"
    ]
    lines += ["to draw the rows and to score, never to fit); one draw of pairs:", ""]
    lines += [f"| language | row | positive | {' | '.join(ways)} |", "|---" * (3 + len(ways)) + "|"]
    for lang, strategy, share in dict.fromkeys(key[:3] for key in found):
        row = " | ".join(f"{found[lang, strategy, share, way]:.3f}" for way in ways)
        lines.append(f"| {LANGUAGES[lang]} | {NAMES[strategy]} | {share:.0%} | {row} |")
    return "\n".join(lines)


def _of_rare(found: dict[Any, float], rare: list[Any]) -> str:
    """Say in how many of the rows with a rare class centring harmed, and telling shares helped."""

    def count(one: str, other: str) -> int:
        return sum(found[(*key, one)] > found[(*key, other)] for key in rare)

    return (
        f"Of the {len(rare)} rows below in which one class is rare, plain centring is worse than "
        f"no centring in {count('not centred', 'centred')}. Telling the shares is better than "
        f"plain centring in {count('shares told', 'centred')}, and better than no centring in "
        f"{count('shares told', 'not centred')}."
    )


def chance(records: Records) -> str:
    """Return how the paired tests against the majority class and English-only came out."""
    lines = [
        "| setting | LangAlign linear | against | better beyond chance | of |",
        "|---" * 5 + "|",
    ]
    for setting in (TWO, ONE):
        for strategy in ("linear", "reverse-linear"):
            for rival in ("majority", "english-only"):
                rows = [
                    row
                    for row in records.comparisons
                    if (row["setting"], row["strategy"], row["against"])
                    == (setting, strategy, rival)
                ]
                won = sum(r["difference"] > 0 and r["p_value"] < 1 - r["level"] for r in rows)
                if rows:
                    lines.append(
                        f"| {SETTINGS[setting]} | {NAMES[strategy].split(', ')[1]} | "
                        f"{NAMES[rival]} | {won} | {len(rows)} runs |"
                    )
    return "\n".join(lines)


def chosen(records: Records) -> str:
    """Return what agreement chose, over the runs of LangAlign linear."""
    lines = ["| encoders | direction | language | kappa | C | threshold |", "|---" * 6 + "|"]
    for setting in (TWO, ONE):
        for strategy in ("linear", "reverse-linear"):
            for lang in records.languages():
                runs = [
                    cell["settings"]
                    for cell in records.cells
                    if (cell["languages"][1], cell["settings"]["setting"], cell["strategy"])
                    == (lang, setting, strategy)
                ]
                if runs:
                    spans = (
                        _span([run["kappa"] for run in runs], ".2f"),
                        _span([run["head"]["C"] for run in runs], ".2g"),
                        _span([run["threshold"] for run in runs], ".2f"),
                    )
                    lines.append(
                        f"| {SETTINGS[setting]} | {NAMES[strategy].split(', ')[1]} | "
                        f"{LANGUAGES[lang]} | {' | '.join(spans)} |"
                    )
    return "\n".join(lines)


def times(records: Records) -> str:
    """Return how long runs took."""
    lines = ["| | seconds a run, median over languages and seeds |", "|---|---|"]
    for setting in (TWO, ONE):
        for strategy in ("ten-lines", "linear", "reverse-linear", "fc", "ae"):
            seconds = sorted(
                cell["seconds"]
                for cell in records.cells
                if cell["settings"]["setting"] == setting and cell["strategy"] == strategy
            )
            if seconds:
                middle = seconds[len(seconds) // 2]
                lines.append(f"| {SETTINGS[setting]}: {NAMES[strategy]} | {middle:.0f} |")
    whole = [
        f"| {LANGUAGES[record['language']]} | {name} | {seconds:.0f} |"
        for record in records.times
        for name, seconds in record["seconds"].items()
    ]
    if whole:
        lines += ["", "The whole way, encoding included (cold) and from the cache (warm):", ""]
        lines += ["| language | step | seconds |", "|---|---|---|", *whole]
    return "\n".join(lines)


def probe(records: Records) -> str:
    """Return how the bundled encoder fares with native labels."""
    lines = ["| native labels, test accuracy | `mini` | TF-IDF of characters |", "|---|---|---|"]
    for lang, found in records.mini["native"].items():
        cells = (_interval(found[name]["test"]) for name in ("mini", "tfidf_char_1_4"))
        lines.append(f"| {TASKS[lang]} | {' | '.join(cells)} |")
    size = records.mini["bytes"] / 1e6
    return "\n".join([*lines, "", f"The encoder's files take {size:.1f} MB."])


def headline(records: Records) -> str:
    """Return the finding of README.md in one paragraph."""
    english = told(records, (ONE, "linear"), (ONE, "english-only"))
    ten = told(records, (TWO, "linear"), (TWO, "ten-lines"))
    hundred = told(records, (TWO, "linear"), HUNDRED)
    parts = []
    if english:
        parts.append(f"Points of accuracy over English-only with one encoder: {english}.")
    if ten:
        parts.append(f"Over ten lines of scikit-learn on the same vectors: {ten}.")
    if hundred:
        parts.append(f"Against 100 native labels: {hundred}.")
    return " ".join(parts) + (
        " In brackets: in how many draws of the pairs it is ahead; *unsure*: one mean lies within "
        "the other's interval. All figures are of LangAlign's closed form, forward; "
        "[docs/results.md](docs/results.md) has the rest."
    )


def _cell(found: SeedSummary | None, metric: str) -> str:
    if found is None:
        return ""
    spread = found.accuracy if metric == "accuracy" else found.macro_f1
    return f"{spread.mean:.3f} [{spread.interval.low:.2f}, {spread.interval.high:.2f}]"


def _interval(scores: dict[str, Any]) -> str:
    low, high = scores["interval_95"]
    return f"{scores['accuracy']:.3f} [{low:.2f}, {high:.2f}]"


def _span(values: list[float], form: str) -> str:
    ends = [format(end, form) for end in (min(values), max(values))]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _newest(pattern: str) -> list[Path]:
    found = [sorted(RECORDS.glob(pattern.format(lang))) for lang in LANGUAGES]
    return [paths[-1] for paths in found if paths]


def _cells_of_newest(pattern: str) -> list[dict[str, Any]]:
    newest = sorted(RECORDS.glob(pattern))[-1:]
    return [cell for path in newest for cell in json.loads(path.read_text("utf-8"))["cells"]]


BLOCKS: dict[str, Callable[[Records], str]] = {
    "headline": headline,
    "summary": summary,
    "limits": limits,
    "setup": setup,
    "references": table("reference"),
    "two-encoders": table(TWO),
    "one-encoder": table(ONE),
    "references-f1": table("reference", "macro_f1"),
    "two-encoders-f1": table(TWO, "macro_f1"),
    "one-encoder-f1": table(ONE, "macro_f1"),
    "ways": ways,
    "rare-classes": rare_classes,
    "chance": chance,
    "chosen": chosen,
    "times": times,
    "probe": probe,
    "english-only": gaps(("linear", "english-only"), ("reverse-linear", "english-only")),
    "ten-lines": gaps(("linear", "ten-lines"), ("reverse-linear", "ten-lines")),
    "native-100": gaps(("linear", "native-100"), ("reverse-linear", "native-100"), second=HUNDRED),
    "networks": gaps(
        ("fc", "linear"),
        ("ae", "linear"),
        ("reverse-fc", "reverse-linear"),
        ("reverse-ae", "reverse-linear"),
        ("fc", "ae"),
    ),
    "centring": gaps(
        ("linear", "linear, not centred"), ("reverse-linear", "reverse-linear, not centred")
    ),
    "oracle": gaps(("linear", "linear, oracle"), ("reverse-linear", "reverse-linear, oracle")),
    "directions": gaps(("linear", "reverse-linear")),
}


# Pictures


def pictures(records: Records) -> dict[Path, str]:
    """Return the pictures by file, on a white ground, so that they can be read in dark mode."""
    rows: dict[str, tuple[tuple[str, Cell], ...]] = {
        "result.svg": (
            ("English-only (mini)", (ONE, "english-only")),
            ("ten lines", (TWO, "ten-lines")),
            ("LangAlign, reverse", (TWO, "reverse-linear")),
            ("LangAlign, forward", (TWO, "linear")),
            ("100 native labels", HUNDRED),
            ("native ceiling", NATIVE),
        ),
        "result-one-encoder.svg": (
            ("English-only", (ONE, "english-only")),
            ("ten lines", (ONE, "ten-lines")),
            ("LangAlign AE", (ONE, "ae")),
            ("LangAlign FC", (ONE, "fc")),
            ("LangAlign, reverse", (ONE, "reverse-linear")),
            ("LangAlign, forward", (ONE, "linear")),
            ("100 native labels", HUNDRED),
            ("native ceiling", NATIVE),
        ),
    }
    return {DOCS / name: _picture(records, each) for name, each in rows.items()}


def _picture(records: Records, rows: tuple[tuple[str, Cell], ...]) -> str:
    shown, majority = [], {}
    for lang in records.languages():
        majority[TASKS[lang]] = records.found[lang, *MAJORITY].accuracy.mean
        for name, cell in rows:
            found = records.found.get((lang, *cell))
            if found is not None:
                shown.append(ReportRow(TASKS[lang], name, found.as_scores()))
    figure = draw_scores(shown, metric="accuracy", majority=majority)
    figure.set_facecolor("white")
    return "\n".join(line.rstrip() for line in to_svg(figure).splitlines()) + "\n"


# The tutorial


def run_page(text: str, folder: Path) -> dict[str, str]:
    """Run the shell and Python blocks of a page in a folder; return what the marked ones print.

    Blocks run in order: shell blocks each in a shell of its own, Python blocks in one session.
    Those with ``<!-- not run: reason -->`` below are left out.
    """
    (folder / "home").mkdir()
    environment = os.environ | {
        "LANGALIGN_CACHE": str(folder / "cache"),
        "HOME": str(folder / "home"),
        "HF_HUB_OFFLINE": "1",
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    session: dict[str, Any] = {"__name__": "__main__"}
    printed = {}
    before = Path.cwd()
    for kind, code, name, not_run in BLOCK.findall(text):
        if not_run:
            continue
        if kind == "sh":
            done = subprocess.run(
                ["sh", "-ec", code],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise RuntimeError(f"{code}\n{done.stdout}{done.stderr}")
            output = done.stdout
        else:
            out = io.StringIO()
            os.chdir(folder)
            try:
                with contextlib.redirect_stdout(out), warnings.catch_warnings():
                    warnings.simplefilter("error")
                    exec(compile(code, "<tutorial>", "exec"), session)
            finally:
                os.chdir(before)
            output = out.getvalue()
        if name:
            printed[name] = "\n".join(line.rstrip() for line in output.rstrip().splitlines())
    return printed


def rerun_tutorial() -> None:
    """Run the tutorial in an empty folder and record what it prints."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LANGALIGN_CACHE"] = str(Path(folder, "cache"))
        printed = run_page(TUTORIAL.read_text("utf-8"), Path(folder))
    text = json.dumps(printed, ensure_ascii=False, indent=2)
    TUTORIAL_RECORD.write_text(text + "\n", encoding="utf-8")


# Filling in


def filled(text: str, records: Records) -> str:
    """Return a page with all marked places filled."""

    def fill(mark: re.Match[str]) -> str:
        name = mark[2]
        if name.startswith("output-"):
            content = f"```text\n{records.tutorial.get(name, '')}\n```"
        else:
            content = BLOCKS[name](records)
        return f"{mark[1]}\n{content}\n\n{mark[3]}" if content else f"{mark[1]}{mark[3]}"

    return MARK.sub(fill, text)


def wanted(records: Records) -> dict[Path, str]:
    """Return what every file that depends on records should hold."""
    pages = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
    texts = {page: page.read_text("utf-8") for page in pages}
    made = {page: filled(text, records) for page, text in texts.items() if MARK.search(text)}
    return made | pictures(records)


def main() -> None:
    """Fill, or check."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when stale")
    parser.add_argument("--rerun", action="store_true", help="run the tutorial again first")
    arguments = parser.parse_args()
    if arguments.rerun:
        rerun_tutorial()
    stale = [
        (path, text)
        for path, text in wanted(Records.read()).items()
        if not path.exists() or path.read_text("utf-8") != text
    ]
    for path, text in stale:
        print(f"{'stale' if arguments.check else 'wrote'}: {path.relative_to(ROOT)}")
        if not arguments.check:
            path.write_text(text, encoding="utf-8")
    if stale and arguments.check:
        sys.exit("run: python scripts/results.py")


if __name__ == "__main__":
    main()
