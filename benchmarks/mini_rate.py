"""How fast ``mini`` encodes, beside its own tokenizer alone on the same texts.

Usage: ``LANGALIGN_DATA=... python benchmarks/mini_rate.py``; half a minute. The peer is the
tokenizers library with mini's ``tokenizer.json``, all texts in one call of ``encode_batch``.
On a machine that does other things as well, ``--busy`` counts the seconds that its cores worked.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alternating import ratios, seconds_of, spread
from real_data import data_folder
from records import write_record
from tokenizers import Tokenizer

from langalign.data import LabeledText
from langalign.encoders.mini import MiniEncoder
from langalign.encoders.static import TOKENIZER_FILE

LANGUAGES = ("en", "ko", "ja", "zh")
MOST = 12_000


def texts_of(folder: Path, lang: str) -> list[str]:
    """Return reviews of a language's train split."""
    labeled = LabeledText.read(folder / f"sentiment/{lang}.tsv.gz", lang=lang, split="train")
    return [str(text) for text in labeled.texts[:MOST]]


def measure(
    folder: Path, lang: str, *, repeats: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, Any]:
    """Encode and tokenize in turns."""
    texts = texts_of(folder, lang)
    encoder = MiniEncoder()
    tokenizer = Tokenizer.from_file(str(encoder.path / TOKENIZER_FILE))
    seconds = seconds_of(
        {
            "encode": lambda: encoder.encode(texts),
            "tokenize": lambda: tokenizer.encode_batch(texts),
        },
        repeats=repeats,
        clock=clock,
    )
    return {
        "language": lang,
        "texts": len(texts),
        "characters": sum(map(len, texts)),
        "texts_per_second": {
            name: round(len(texts) / spread(runs)["median"]) for name, runs in seconds.items()
        },
        "ratio": spread(ratios(seconds["tokenize"], seconds["encode"])),
    }


def main() -> None:
    """Measure each language and write one record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--busy", action="store_true", help="processor seconds, not the clock's")
    arguments = parser.parse_args()
    clock = time.process_time if arguments.busy else time.perf_counter
    folder = data_folder()
    runs = []
    for lang in LANGUAGES:
        runs.append(measure(folder, lang, repeats=arguments.repeats, clock=clock))
        print(runs[-1], flush=True)
    print(
        write_record(
            "mini-rate", {"repeats": arguments.repeats, "cpu_seconds": arguments.busy, "runs": runs}
        )
    )


if __name__ == "__main__":
    main()
