"""Dictionaries of the word benchmark: train, dev and test share no source word.

As in the published supervised setting, single words only: up to 5,000 source words to learn from
and 1,500 to score, the most frequent ones, all their translations kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from langalign.data.delimited import read_tsv
from langalign.words import BilingualDictionary, WordVectors, require_apart

N_TRAIN, N_SCORED = 5_000, 1_500
SPLITS = ("train", "dev", "test")


def read_splits(path: Path, lang: str) -> dict[str, list[tuple[str, str]]]:
    """Return lower-cased pairs of single words by split.

    Lower-casing makes some words equal that stood in different splits: they stay in the first.
    """
    split_of: dict[str, str] = {}
    found: dict[str, list[tuple[str, str]]] = {split: [] for split in SPLITS}
    rows = [row for _, row in read_tsv(path).rows]
    for split in SPLITS:
        for row in rows:
            source, target = str(row["en"]).lower(), str(row[lang]).lower()
            single = len(source.split()) == len(target.split()) == 1
            if row["split"] == split and single and split_of.setdefault(source, split) == split:
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


def targets_of(splits: dict[str, list[tuple[str, str]]]) -> set[str]:
    """Return all target words, to find words in text without white space."""
    return {target for pairs in splits.values() for _, target in pairs}


def _frequent(
    pairs: Iterable[tuple[str, str]], source: WordVectors, target: WordVectors, n: int
) -> BilingualDictionary:
    """Return all pairs of the ``n`` most frequent source words that have vectors on both sides."""
    known = BilingualDictionary(tuple(dict.fromkeys(pairs))).within(source, target)
    kept = set(sorted(known.translations(), key=source.index.__getitem__)[:n])
    return BilingualDictionary(tuple(pair for pair in known.pairs if pair[0] in kept))
