"""The monolingual text that ``mini`` learns from: checked, read, sampled, turned into token ids."""

from __future__ import annotations

import hashlib
import lzma
import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

Ids = NDArray[np.int32]

LINE_END = -1
CHECKSUMS = {
    "en": "be8d27e8ff3cff9f60a893f8bdd0d9e64e92294813f33136c7c53b7f5a0116ac",
    "ko": "3d0129e4a6a17c5b22aa5870f975f1a7a013f890c1cd90a51969bcd6713203df",
    "ja": "e6fbbd3ba29f24c6b4e467bc8ea69b82053c5fa101102df59735929db4a62293",
    "zh": "26f7368aa680aafc2bb41a7fdc7d73ecc9f499c447570d0cd07d9038556ef958",
}
LINES_PER_CALL = 20_000


def data_folder() -> Path:
    """Return the folder that ``LANGALIGN_DATA`` names, or end with what to do."""
    folder = os.environ.get("LANGALIGN_DATA")
    if not folder:
        raise SystemExit("set LANGALIGN_DATA to the folder that holds mono/<language>.txt.xz")
    return Path(folder)


def read_lines(folder: Path, lang: str) -> list[str]:
    """Return the lines of a language's file, once its SHA-256 is the recorded one."""
    path = folder / "mono" / f"{lang}.txt.xz"
    packed = path.read_bytes()
    found = hashlib.sha256(packed).hexdigest()
    if found != CHECKSUMS[lang]:
        raise SystemExit(f"{path}: SHA-256 is {found}, expected {CHECKSUMS[lang]}")
    return lzma.decompress(packed).decode("utf-8").splitlines()


def sample_lines(lines: list[str], n_bytes: int, *, seed: int) -> list[str]:
    """Return random lines that together have about ``n_bytes`` bytes.

    Bytes, not lines, weigh the languages against each other: a Chinese character takes three and
    says about as much as three Latin letters.
    """
    order = list(range(len(lines)))
    random.Random(seed).shuffle(order)
    chosen: list[str] = []
    for i in order:
        n_bytes -= len(lines[i].encode())
        if n_bytes < 0:
            break
        chosen.append(lines[i])
    return chosen


def alphabet(tokenizer: Tokenizer, lines: list[str], *, min_count: int) -> list[str]:
    """Return the characters that occur ``min_count`` times after normalisation, sorted."""
    counts: Counter[str] = Counter()
    for line in lines:
        counts.update(tokenizer.normalizer.normalize_str(line))
    return sorted(c for c, n in counts.items() if n >= min_count and not c.isspace())


def token_ids(tokenizer: Tokenizer, lines: list[str]) -> Ids:
    """Return the token ids of all lines in one array, ``LINE_END`` after each line."""
    return np.concatenate(list(_id_blocks(tokenizer, lines)))


def _id_blocks(tokenizer: Tokenizer, lines: list[str]) -> Iterator[Ids]:
    for start in range(0, len(lines), LINES_PER_CALL):
        block = lines[start : start + LINES_PER_CALL]
        for encoding in tokenizer.encode_batch_fast(block, add_special_tokens=False):
            yield np.array([*encoding.ids, LINE_END], dtype=np.int32)
