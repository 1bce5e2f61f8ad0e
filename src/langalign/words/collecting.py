"""Words as a reader finds them: what cannot be used is left out, counted and reported."""

from __future__ import annotations

import warnings
from collections import Counter
from pathlib import Path

import numpy as np

from langalign.errors import DataError, DataWarning
from langalign.words.word_vectors import WordVectors

MOST_BAD = 0.1
"""Above this share of bad entries a file is not what it was taken for."""

WORDS_A_REPORT = 5_000
"""Words that a reader takes between two reports of its progress."""

TWICE = "stood there before"


class Collector:
    """Takes a file's entries one by one.

    Parameters
    ----------
    path
        The file, for messages.
    dim
        Width of its vectors.
    unit
        What an entry is: ``"line"``, ``"word"``.
    """

    def __init__(self, path: Path, dim: int, unit: str) -> None:
        self.path, self.dim, self.unit = path, dim, unit
        self.words: dict[str, None] = {}
        self._values = bytearray()
        self._left_out: Counter[str] = Counter()
        self._first = ""

    def add(self, number: int, word: bytes, values: bytes) -> None:
        """Keep a word and the bytes of its vector (little-endian float32), if they can be used."""
        try:
            text = word.decode("utf-8")
        except UnicodeDecodeError:
            self.leave_out(number, "not UTF-8")
            return
        if not text or not np.isfinite(np.frombuffer(values, dtype="<f4")).all():
            self.leave_out(number, "no word" if not text else "NaN or infinity")
        elif text in self.words:
            self._left_out[TWICE] += 1
        else:
            self.words[text] = None
            self._values += values

    def leave_out(self, number: int, reason: str) -> None:
        """Count an entry that cannot be used."""
        self._first = self._first or f"{self.unit} {number}, {reason}"
        self._left_out[reason] += 1

    def finished(self) -> WordVectors:
        """Return what was collected, with a warning that counts what was left out.

        Raises
        ------
        DataError
            If there is nothing, or more than a tenth of the entries could not be used.
        """
        bad = self._left_out.total() - self._left_out[TWICE]
        if not self.words or bad > MOST_BAD * (bad + len(self.words)):
            raise DataError(
                f"{self.path}: {bad:,} of {bad + len(self.words):,} {self.unit}s are not a word "
                f"with {self.dim} numbers{f' (first: {self._first})' if bad else ''}; is this a "
                "file of word vectors?"
            )
        if self._left_out:
            counted = ", ".join(f"{count:,} {reason}" for reason, count in self._left_out.items())
            first = f"; first: {self._first}" if bad else ""
            warnings.warn(
                f"{self.path}: {self.unit}s left out: {counted}{first}", DataWarning, stacklevel=2
            )
        matrix = np.frombuffer(self._values, dtype="<f4").reshape(len(self.words), self.dim)
        return WordVectors(tuple(self.words), matrix.astype(np.float32, copy=False))
