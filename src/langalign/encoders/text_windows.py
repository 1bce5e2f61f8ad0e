"""Texts that are longer than a model reads: how long they are, and their parts that fit."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from langalign.encoders.base import Text
from langalign.errors import SettingError
from langalign.vectors import Vectors

_TEXTS_AT_ONCE = 1024
_NO_LIMIT = 10**6
"""Tokenizers that know no limit name a huge one."""

Window = tuple[str, int]
"""A part of a text, and how many tokens it has."""


def limit_of(model: Any) -> int | None:
    """Return how many tokens a ``SentenceTransformer`` reads, special ones counted; None: any.

    Models that are no transformers (bags of words) have no tokenizer to be called, and no limit.
    """
    limit = getattr(model, "max_seq_length", None)
    counts = callable(getattr(model, "tokenizer", None))
    return int(limit) if counts and limit is not None and limit < _NO_LIMIT else None


def token_counts(tokenizer: Any, texts: Sequence[Text], prompt: str) -> list[int]:
    """Return the number of tokens of each text or pair, with the prompt and special tokens."""
    counts: list[int] = []
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        some = texts[start : start + _TEXTS_AT_ONCE]
        firsts = [prompt + (text if isinstance(text, str) else text[0]) for text in some]
        seconds = [text[1] for text in some if not isinstance(text, str)]
        encoded = tokenizer(
            firsts,
            seconds or None,
            truncation=False,
            padding=False,
            return_attention_mask=False,
            return_token_type_ids=False,
            verbose=False,
        )
        counts += [len(tokens) for tokens in encoded["input_ids"]]
    return counts


def windows_of(tokenizer: Any, text: str, *, prompt: str, limit: int) -> list[Window]:
    """Part a text into windows, each of which fits behind the prompt; nothing is left out.

    Windows do not overlap. They end before a word where one starts in their second half, otherwise
    before any token; no word is cut where words are separated by blanks.

    Raises
    ------
    SettingError
        If the tokenizer does not tell where tokens stand in the text, or the prompt leaves no room.
    """
    if not getattr(tokenizer, "is_fast", False):
        raise SettingError(
            "long_texts='pool' needs a tokenizer that tells where tokens stand (a fast one), this "
            "model has none; use long_texts='truncate'"
        )
    encoded = tokenizer(
        prompt + text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
    )
    places = encoded["offset_mapping"]
    own = [max(start - len(prompt), 0) for start, stop in places if stop > len(prompt)]
    room = limit - tokenizer.num_special_tokens_to_add() - (len(places) - len(own))
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
        window
        for part in parts
        for window in windows_of(tokenizer, part, prompt=prompt, limit=limit)
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
