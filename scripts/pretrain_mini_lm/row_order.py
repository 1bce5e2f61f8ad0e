"""Which rows a step trains on: from each language as many, in an order that its number decides.

Nothing is drawn from a generator whose state carries over from step to step. A killed run therefore
resumes with the very batches that it would have had.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from langalign.errors import SettingError

from .packing import Rows


class RowOrder:
    """Goes over each language's rows again and again, each time in another order.

    Parameters
    ----------
    rows
        For each language its tokenisations; the passes go round them. The longer ones lose some
        rows, other ones each time.
    batch_rows
        Rows per step, a multiple of the number of languages.
    seed
        Of all orders.
    """

    def __init__(self, rows: Mapping[str, Sequence[Rows]], *, batch_rows: int, seed: int) -> None:
        if batch_rows % len(rows):
            raise SettingError(
                f"batch_rows is {batch_rows}; it must be a multiple of the {len(rows)} languages"
            )
        empty = [lang for lang, kinds in rows.items() if not min(map(len, kinds))]
        if empty:
            raise SettingError(f"no text to train on in {', '.join(empty)}; give more of it")
        self.rows = list(rows.values())
        self.each = batch_rows // len(rows)
        self.seed = seed
        self._pass = functools.lru_cache(maxsize=2 * len(rows))(self._order)

    def batch(self, step: int) -> Rows:
        """Return the rows of a step, shape (batch_rows, row_length)."""
        return np.concatenate([self._some(lang, step) for lang in range(len(self.rows))])

    def passes(self, steps: int) -> list[float]:
        """Return how often each language has been gone over after some steps."""
        return [round(steps * self.each / self._length(lang), 2) for lang in range(len(self.rows))]

    def _some(self, lang: int, step: int) -> Rows:
        length = self._length(lang)
        numbers = np.arange(step * self.each, (step + 1) * self.each)
        kinds = self.rows[lang]
        parts = []
        for number in range(int(numbers[0]) // length, int(numbers[-1]) // length + 1):
            places = numbers[numbers // length == number] % length
            parts.append(kinds[number % len(kinds)][self._pass(lang, number)[places]])
        return np.concatenate(parts)

    def _length(self, lang: int) -> int:
        return min(map(len, self.rows[lang]))

    def _order(self, lang: int, number: int) -> NDArray[np.int64]:
        kinds = self.rows[lang]
        rng = np.random.default_rng([self.seed, lang, number])
        return rng.permutation(len(kinds[number % len(kinds)]))
