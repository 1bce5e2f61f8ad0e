"""Dictionaries of the word benchmark: train, dev and test share no source word.

As in the published supervised setting, single words only: up to 5,000 source words to learn from
and 1,500 to score, the most frequent ones, all their translations kept.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from pathlib import Path

from words_text import SPACED

from langalign.data.delimited import read_tsv
from langalign.words import BilingualDictionary, WordVectors, require_apart

N_TRAIN, N_SCORED = 5_000, 1_500
SPLITS = ("test", "dev", "train")
ONE_IN = 9
"""Of the words of the file's split train so many serve as dev, about as many as test has."""


def read_splits(path: Path, lang: str) -> dict[str, list[tuple[str, str]]]:
    """Return lower-cased pairs of single words by split.

    The file has train and test; dev is drawn from train by word. Lower-casing makes some words
    equal that stood in different splits: all their pairs go to test.
    """
    rows = [
        (str(row["split"]), str(row["en"]).lower(), str(row[lang]).lower())
        for _, row in read_tsv(path).rows
    ]
    tested = {source for split, source, _ in rows if split == "test"}
    found: dict[str, list[tuple[str, str]]] = {split: [] for split in SPLITS}
    for _, source, target in rows:
        if len(source.split()) == len(target.split()) == 1:
            is_dev = zlib.crc32(source.encode()) % ONE_IN == 0
            split = "test" if source in tested else "dev" if is_dev else "train"
            found[split].append((source, target))
    return found


def dictionaries(
    splits: dict[str, list[tuple[str, str]]], source: WordVectors, target: WordVectors, scored: str
) -> tuple[BilingualDictionary, BilingualDictionary]:
    """Return the dictionary to learn from, and the one of a split to score on."""
    train = _frequent(splits["train"], source, target, N_TRAIN)
    gold = _frequent(splits[scored], source, target, N_SCORED)
    require_apart(train, gold)
    return train, gold


def known_words(path: Path, lang: str) -> set[str]:
    """Return the target column, to find words in text; none where white space parts words."""
    return set() if lang in SPACED else {str(row[lang]) for _, row in read_tsv(path).rows}


def _frequent(
    pairs: Iterable[tuple[str, str]], source: WordVectors, target: WordVectors, n: int
) -> BilingualDictionary:
    """Return all pairs of the ``n`` most frequent source words that have vectors on both sides."""
    known = BilingualDictionary(tuple(dict.fromkeys(pairs))).within(source, target)
    kept = set(sorted(known.translations(), key=source.index.__getitem__)[:n])
    return BilingualDictionary(tuple(pair for pair in known.pairs if pair[0] in kept))
