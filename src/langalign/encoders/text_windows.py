"""Texts that are longer than a model reads: how long they are, and their parts that fit."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from langalign.data.text import Text
from langalign.errors import SettingError
from langalign.vectors import Vectors

Window = tuple[str, int]
"""A part of a text, and how many tokens it has."""


class Tokens(Protocol):
    """What counting and splitting texts needs of a tokenizer, of any library."""

    @property
    def special(self) -> int:
        """How many special tokens a single text gets."""

    def counts(self, texts: Sequence[Text], prompt: str) -> list[int]:
        """Return the number of tokens of each text or pair, with the prompt and special tokens."""

    def places(self, text: str) -> Sequence[tuple[int, int]] | None:
        """Return where each token stands in a text, special ones left out; None: unknown."""


def windows_of(tokens: Tokens, text: str, *, prompt: str, limit: int) -> list[Window]:
    """Part a text into windows, each of which fits behind the prompt; nothing is left out.

    Windows do not overlap. They end before a word where one starts in their second half, otherwise
    before any token; no word is cut where words are separated by blanks.

    Raises
    ------
    SettingError
        If the tokenizer does not give the offsets of tokens, or the prompt leaves no room.
    """
    places = tokens.places(prompt + text)
    if places is None:
        raise SettingError(
            "long_texts='pool' needs a tokenizer that gives the offsets of tokens (a fast one); "
            "this model has none; use long_texts='truncate'"
        )
    own = [max(start - len(prompt), 0) for start, stop in places if stop > len(prompt)]
    room = limit - tokens.special - (len(places) - len(own))
    if room < 1:
        raise SettingError(
            f"the prompt {prompt!r} leaves no room for text in windows of {limit} tokens; give a "
            "shorter prompt or a larger max_length"
        )
    cuts = _cuts(text, own, room)
    if not cuts:  # it fits; or it is one character of many tokens, which the model itself cuts
        return [(text, min(len(own), room))] if own else []
    parts = (text[start:stop].strip() for start, stop in itertools.pairwise([0, *cuts, len(text)]))
    # A part is tokenized anew: cut inside a word, it may have another token or two.
    return [
        window for part in parts for window in windows_of(tokens, part, prompt=prompt, limit=limit)
    ]


def weighted_means(vectors: Vectors, windows: Sequence[Sequence[Window]]) -> Vectors:
    """Return the mean of each text's windows' vectors, weighted by their numbers of tokens.

    Parameters
    ----------
    vectors
        Of all windows, text by text, (n_windows, d).
    windows
        Of each of the n texts, at least one.

    Returns
    -------
    ndarray of float32, shape (n, d)
    """
    weights = np.array([count for parts in windows for _, count in parts], dtype=np.float64)
    starts = np.cumsum([0, *(len(parts) for parts in windows[:-1])])
    sums = np.add.reduceat(vectors * weights[:, None], starts, axis=0)
    means: Vectors = (sums / np.add.reduceat(weights, starts)[:, None]).astype(np.float32)
    return means


def _cuts(text: str, tokens: Sequence[int], room: int) -> list[int]:
    """Return where to cut a text whose tokens start at these characters."""
    cuts: list[int] = []
    first = 0
    while len(tokens) - first > room:
        latest = first + room
        at_word = (k for k in range(latest, first + room // 2, -1) if _starts_word(text, tokens[k]))
        first = next(at_word, latest)
        if tokens[first] > (cuts[-1] if cuts else 0):
            cuts.append(tokens[first])
    return cuts


def _starts_word(text: str, place: int) -> bool:
    return place > 0 and (text[place].isspace() or text[place - 1].isspace())
